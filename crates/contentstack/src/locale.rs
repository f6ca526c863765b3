//! Locales, and what each falls back to.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::LocaleCode;

/// A locale of the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locale {
    /// Its code (`en-au`).
    pub code: LocaleCode,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The locale whose content is read where this one has none: the master, or one that itself
    /// falls back to the master. None for the master.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_locale: Option<LocaleCode>,
}

#[derive(Deserialize)]
struct One {
    locale: Locale,
}

/// Locales.
#[derive(Debug, Clone, Copy)]
pub struct Locales<'a> {
    stack: &'a Stack,
}

impl<'a> Locales<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All locales, the master included.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Locale>, Error> {
        self.stack
            .all(Call::get("list locales", &["locales"]), "locales")
            .await
    }

    /// Makes a locale. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call; [`Class::Conflict`](crate::Class::Conflict) where it exists (247).
    pub async fn create(&self, locale: &Locale) -> Result<Locale, Error> {
        let call =
            Call::create("create locale", &["locales"]).json(&json!({ "locale": locale }))?;
        self.stack.send::<One>(call).await.map(|one| one.locale)
    }
}

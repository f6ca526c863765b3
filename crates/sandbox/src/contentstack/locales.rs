//! Locales of the stack. The master is there from the start and for good; every other one falls
//! back to it, or to a locale that does.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, stamp, text};
use super::errors::Refusal;
use super::routes::{Route, delete, get, post, put};
use super::stack::{MASTER_LOCALE, Stack, USER};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/locales", list),
    post("/v3/locales", create),
    get("/v3/locales/{locale}", show),
    put("/v3/locales/{locale}", update),
    delete("/v3/locales/{locale}", remove),
];

/// One language of the stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Locale {
    uid: String,
    code: String,
    name: String,
    /// Nothing for the master.
    pub(crate) fallback_locale: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    version: u32,
}

impl Locale {
    pub(crate) fn master(uid: String) -> Self {
        Self {
            uid,
            ..Self::new(MASTER_LOCALE, "English - United States", None, "")
        }
    }

    pub(crate) fn new(code: &str, name: &str, fallback: Option<&str>, uid: &str) -> Self {
        Self {
            uid: uid.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            fallback_locale: fallback.map(str::to_owned),
            created_at: None,
            updated_at: None,
            version: 1,
        }
    }

    fn view(&self) -> Value {
        json!({
            "code": self.code,
            "name": self.name,
            "fallback_locale": self.fallback_locale,
            "uid": self.uid,
            "created_by": USER,
            "updated_by": USER,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "ACL": [],
            "_version": self.version,
        })
    }
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Locale, Refusal> {
    let code = ask.parameter("locale");
    stack.locales.get(code).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, 141, "The language was not found.")
            .because("code", format!("'{code}' is not valid."))
    })
}

/// A fallback must exist, and may itself fall back to the master only.
fn check_fallback(stack: &Stack, code: &str, fallback: &str) -> Result<(), Refusal> {
    let refused = |message: &str| {
        Err(
            Refusal::invalid(141, "The language was not saved. Please try again.")
                .because("fallback_locale", message),
        )
    };
    let Some(target) = stack.locales.get(fallback) else {
        return refused("is not a language of this stack.");
    };
    if fallback == code {
        return refused("is the language itself.");
    }
    if target
        .fallback_locale
        .as_deref()
        .is_some_and(|next| next != MASTER_LOCALE)
    {
        return refused("does not itself fall back to the master language.");
    }
    let is_fallback = stack
        .locales
        .values()
        .any(|other| other.fallback_locale.as_deref() == Some(code));
    if is_fallback && fallback != MASTER_LOCALE {
        return refused("must be the master language, as others fall back to this one.");
    }
    Ok(())
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("locale")?;
    let code = text(&body, "code").unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if code.is_empty() || !code.bytes().all(plain) {
        return Err(
            Refusal::invalid(141, "The language was not saved. Please try again.")
                .because("code", "is not valid."),
        );
    }
    if stack.locales.contains_key(code) {
        return Err(
            Refusal::invalid(247, "The language is already in the stack.")
                .because("code", "is not unique."),
        );
    }
    let fallback = text(&body, "fallback_locale").unwrap_or(MASTER_LOCALE);
    check_fallback(stack, code, fallback)?;
    let name = text(&body, "name").unwrap_or(code);
    let now = stamp(ask.now);
    let uid = stack.fresh_uid("blt");
    let locale = Locale {
        created_at: Some(now.clone()),
        updated_at: Some(now),
        ..Locale::new(code, name, Some(fallback), &uid)
    };
    let view = locale.view();
    stack.locales.insert(code.to_owned(), locale);
    Ok(Answer::created(
        json!({"notice": "Language added successfully.", "locale": view}),
    ))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut locale = find(stack, ask)?.clone();
    let body = ask.rooted("locale")?;
    if let Some(fallback) = text(&body, "fallback_locale") {
        if locale.code == MASTER_LOCALE {
            return Err(Refusal::shape(
                "fallback_locale",
                "is not for the master language.",
            ));
        }
        check_fallback(stack, &locale.code, fallback)?;
        locale.fallback_locale = Some(fallback.to_owned());
    }
    if let Some(name) = text(&body, "name") {
        locale.name = name.to_owned();
    }
    locale.version += 1;
    locale.updated_at = Some(stamp(ask.now));
    let view = locale.view();
    stack.locales.insert(locale.code.clone(), locale);
    Ok(Answer::ok(
        json!({"notice": "Language updated successfully.", "locale": view}),
    ))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Answer::list(
        ask,
        "locales",
        stack.locales.values().map(Locale::view).collect(),
    )
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"locale": find(stack, ask)?.view()})))
}

/// Removes a language that is not the master and that no other falls back to. Content in it stays
/// out of sight.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let code = find(stack, ask)?.code.clone();
    let used = stack
        .locales
        .values()
        .any(|other| other.fallback_locale.as_ref() == Some(&code));
    if code == MASTER_LOCALE || used {
        return Err(
            Refusal::invalid(141, "The language was not removed. Please try again.")
                .because("code", "is the master language or a fallback of another."),
        );
    }
    stack.locales.remove(&code);
    Ok(Answer::ok(
        json!({"notice": "Language removed successfully."}),
    ))
}

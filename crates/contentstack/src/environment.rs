//! Environments: where published content is served from.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::EnvironmentName;

/// An environment. Contentstack addresses it by name, and speaks of it by uid in publish details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Its uid.
    #[serde(default, skip_serializing)]
    pub uid: String,
    /// Its name.
    pub name: EnvironmentName,
    /// The base addresses of its site, `{"locale", "url"}` each.
    #[serde(default)]
    pub urls: Vec<Value>,
}

#[derive(Deserialize)]
struct One {
    environment: Environment,
}

/// Environments.
#[derive(Debug, Clone, Copy)]
pub struct Environments<'a> {
    stack: &'a Stack,
}

impl<'a> Environments<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All environments.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Environment>, Error> {
        self.stack
            .all(
                Call::get("list environments", &["environments"]),
                "environments",
            )
            .await
    }

    /// Makes an environment. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call.
    pub async fn create(&self, name: &EnvironmentName) -> Result<Environment, Error> {
        let call = Call::create("create environment", &["environments"])
            .json(&json!({ "environment": { "name": name, "urls": [] } }))?;
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.environment)
    }
}

//! Workflows and publishing rules: what may stand between a call and its effect.
//!
//! Only reading. The paths are documented; of the answers' shape no example is public, so what is read here is little
//! and whatever is missing has a default.

use serde::Deserialize;

use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;

/// All content types, locales, actions or environments.
const ALL: &str = "$all";

/// A workflow: stages that entries pass.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Workflow {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Whether it holds.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The content types that it is for; `$all` stands for every one.
    #[serde(default)]
    pub content_types: Vec<String>,
}

/// A rule about who may publish or unpublish what, and where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishRule {
    /// Its uid.
    #[serde(default)]
    pub uid: String,
    /// `publish`, `unpublish`.
    #[serde(default)]
    pub actions: Vec<String>,
    /// The content types that it is for; `$all` stands for every one.
    #[serde(default)]
    pub content_types: Vec<String>,
    /// The locales that it is for; `$all` stands for every one.
    #[serde(default)]
    pub locales: Vec<String>,
    /// The environment's uid; none is every one.
    #[serde(default)]
    pub environment: Option<String>,
}

fn yes() -> bool {
    true
}

fn names(list: &[String], name: &str) -> bool {
    list.iter().any(|one| one == ALL || one == name)
}

impl Workflow {
    /// Whether entries of a content type pass it.
    #[must_use]
    pub fn is_for(&self, content_type: &str) -> bool {
        self.enabled && names(&self.content_types, content_type)
    }
}

impl PublishRule {
    /// Whether it speaks of an action on entries of a content type in an environment, given by its uid, and a locale.
    #[must_use]
    pub fn is_for(
        &self,
        action: &str,
        content_type: &str,
        environment: &str,
        locale: &str,
    ) -> bool {
        let here = self.environment.as_deref();
        names(&self.actions, action)
            && names(&self.content_types, content_type)
            && names(&self.locales, locale)
            && here.is_none_or(|here| here == environment || here == ALL)
    }
}

#[derive(Deserialize)]
struct AllWorkflows {
    workflows: Vec<Workflow>,
}

#[derive(Deserialize)]
struct AllRules {
    publishing_rules: Vec<PublishRule>,
}

/// Workflows.
#[derive(Debug, Clone, Copy)]
pub struct Workflows<'a> {
    stack: &'a Stack,
}

impl<'a> Workflows<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All workflows.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Workflow>, Error> {
        let call = Call::get("list workflows", &["workflows"]);
        Ok(self.stack.send::<AllWorkflows>(call).await?.workflows)
    }

    /// All publishing rules.
    ///
    /// # Errors
    /// As any call.
    pub async fn rules(&self) -> Result<Vec<PublishRule>, Error> {
        let call = Call::get("list publishing rules", &["workflows", "publishing_rules"]);
        Ok(self.stack.send::<AllRules>(call).await?.publishing_rules)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_for_what_it_names_and_for_all_where_it_says_so() {
        let rule: PublishRule = serde_json::from_value(json!({
            "uid": "blt1", "actions": ["unpublish"], "content_types": ["$all"],
            "locales": ["en-gb"], "environment": "blt9", "approvers": {"users": [], "roles": []},
        }))
        .unwrap();
        assert!(rule.is_for("unpublish", "book", "blt9", "en-gb"));
        assert!(!rule.is_for("publish", "book", "blt9", "en-gb"));
        assert!(!rule.is_for("unpublish", "book", "blt8", "en-gb"));
        assert!(!rule.is_for("unpublish", "book", "blt9", "en-au"));
    }
}

//! Workflows and publishing rules: what may stand between a call and its effect.
//!
//! The paths and the shapes of requests are documented; of the answers' shape no example is public, so what is read here
//! is little and whatever is missing has a default. Whoever may set a stage is named in it; one that names nobody, or
//! `$all`, is open to everybody. A management token is nobody in particular and sets open stages only (documented), so
//! [`Entries::set_stage`](crate::entry::Entries::set_stage) is made as a user.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::Error;
use crate::reply::Done;
use crate::stack::Stack;

/// All content types, locales, actions or environments.
const ALL: &str = "$all";

/// Whom a stage names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Named {
    #[serde(default)]
    uids: Vec<String>,
}

/// Who may set a stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Access {
    #[serde(default)]
    users: Named,
    #[serde(default)]
    roles: Named,
}

/// A stage of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stage {
    /// Its uid.
    #[serde(default)]
    pub uid: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    #[serde(default, rename = "SYS_ACL")]
    access: Access,
}

impl Stage {
    /// Whether nobody but this user may set it.
    #[must_use]
    pub fn is_kept_for(&self, user: &str) -> bool {
        self.access.roles.uids.is_empty() && self.access.users.uids == [user]
    }
}

/// A stage to be made, kept for one user. A uid makes it the stage that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStage<'a> {
    /// The uid of the stage that it takes the place of.
    pub uid: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Its colour, as `#2196f3`.
    pub color: &'a str,
}

impl KeptStage<'_> {
    fn body(&self, user: &str) -> Value {
        let mut body = json!({
            "name": self.name,
            "color": self.color,
            "SYS_ACL": {"roles": {"uids": []}, "users": {"uids": [user]}, "others": {}},
            "next_available_stages": [ALL],
            "allStages": true,
            "allUsers": false,
            "specificStages": false,
            "specificUsers": true,
            "entry_lock": "$none",
        });
        if let (Some(uid), Some(fields)) = (self.uid, body.as_object_mut()) {
            fields.insert("uid".to_owned(), json!(uid));
        }
        body
    }
}

/// A workflow: stages that entries pass.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Workflow {
    /// Its uid.
    #[serde(default)]
    pub uid: String,
    /// The stages, in their order.
    #[serde(default, rename = "workflow_stages")]
    pub stages: Vec<Stage>,
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
    /// The uid of its workflow.
    #[serde(default)]
    pub workflow: Option<String>,
    /// The uid of the stage that it asks for; none where it asks for people's approval alone.
    #[serde(default)]
    pub workflow_stage: Option<String>,
    #[serde(default)]
    approvers: Approvers,
}

/// Whose approval a rule asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Approvers {
    #[serde(default)]
    users: Vec<Value>,
    #[serde(default)]
    roles: Vec<Value>,
}

/// A publishing rule to be made: publishing entries of a type at a place asks for a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRule<'a> {
    /// The workflow's uid.
    pub workflow: &'a str,
    /// The stage's uid.
    pub stage: &'a str,
    /// The content type.
    pub content_type: &'a str,
    /// The environment's uid.
    pub environment: &'a str,
    /// The locale.
    pub locale: &'a str,
    /// The branch.
    pub branch: &'a str,
}

impl StageRule<'_> {
    fn body(&self) -> Value {
        json!({"publishing_rule": {
            "workflow": self.workflow,
            "actions": ["publish"],
            "branches": [self.branch],
            "content_types": [self.content_type],
            "locales": [self.locale],
            "environment": self.environment,
            "approvers": {"users": [], "roles": []},
            "workflow_stage": self.stage,
            "disable_approver_publishing": false,
        }})
    }
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
    /// Whether a person must approve, beside any stage.
    #[must_use]
    pub fn asks_for_approval(&self) -> bool {
        !self.approvers.users.is_empty() || !self.approvers.roles.is_empty()
    }

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
struct User {
    uid: String,
}

#[derive(Deserialize)]
struct WhoAmI {
    user: User,
}

#[derive(Deserialize)]
struct AllWorkflows {
    workflows: Vec<Workflow>,
}

#[derive(Deserialize)]
struct OneWorkflow {
    workflow: Workflow,
}

#[derive(Deserialize)]
struct OneRawWorkflow {
    workflow: Map<String, Value>,
}

#[derive(Deserialize)]
struct OneRule {
    publishing_rule: PublishRule,
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

    /// Makes a workflow for content types, whose stages are kept for one user. Not repeated when the reply is lost: look
    /// by its name.
    ///
    /// # Errors
    /// As any call; a content type that another workflow has is refused.
    pub async fn create(
        &self,
        name: &str,
        content_types: &[&str],
        branch: &str,
        stages: &[KeptStage<'_>],
        user: &str,
    ) -> Result<Workflow, Error> {
        let stages: Vec<Value> = stages.iter().map(|stage| stage.body(user)).collect();
        let call = Call::create("create workflow", &["workflows"]).json(&json!({"workflow": {
            "name": name,
            "enabled": true,
            "content_types": content_types,
            "branches": [branch],
            "admin_users": {"users": []},
            "workflow_stages": stages,
        }}))?;
        Ok(self.stack.send::<OneWorkflow>(call).await?.workflow)
    }

    /// Gives a workflow stages that are kept for one user, and enables it for content types. Stages of it that are not
    /// named here stay, and so does all else that it says.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(
        &self,
        uid: &str,
        content_types: &[&str],
        stages: &[KeptStage<'_>],
        user: &str,
    ) -> Result<Workflow, Error> {
        let call = Call::get("get workflow", &["workflows", uid]);
        let mut workflow = self.stack.send::<OneRawWorkflow>(call).await?.workflow;
        let mut named: Vec<Value> = stages.iter().map(|stage| stage.body(user)).collect();
        let kept = workflow.get("workflow_stages").and_then(Value::as_array);
        let others = kept.into_iter().flatten().filter(|stage| {
            let uid = stage["uid"].as_str();
            !stages
                .iter()
                .any(|named| named.uid.is_some() && named.uid == uid)
        });
        named.extend(others.cloned());
        let mut for_types: Vec<Value> = match workflow.get("content_types") {
            Some(Value::Array(listed)) => listed.clone(),
            _ => Vec::new(),
        };
        let more = content_types.iter().map(|uid| json!(uid));
        let more: Vec<Value> = more.filter(|uid| !for_types.contains(uid)).collect();
        for_types.extend(more);
        workflow.insert("workflow_stages".to_owned(), Value::Array(named));
        workflow.insert("content_types".to_owned(), Value::Array(for_types));
        workflow.insert("enabled".to_owned(), json!(true));
        let call = Call::put("update workflow", &["workflows", uid])
            .json(&json!({ "workflow": workflow }))?;
        Ok(self.stack.send::<OneWorkflow>(call).await?.workflow)
    }

    /// Makes a publishing rule. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call.
    pub async fn create_rule(&self, rule: &StageRule<'_>) -> Result<PublishRule, Error> {
        let call = Call::create("create publishing rule", &["workflows", "publishing_rules"])
            .json(&rule.body())?;
        Ok(self.stack.send::<OneRule>(call).await?.publishing_rule)
    }

    /// Removes a publishing rule.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete_rule(&self, uid: &str) -> Result<(), Error> {
        let call = Call::delete(
            "delete publishing rule",
            &["workflows", "publishing_rules", uid],
        );
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// The uid of the user whose authtoken the settings have.
    ///
    /// # Errors
    /// As any call; [`Kind::Settings`](crate::Kind::Settings) where they have none.
    pub async fn user(&self) -> Result<String, Error> {
        let call = Call::get("get user", &["user"]).by_user();
        Ok(self.stack.send::<WhoAmI>(call).await?.user.uid)
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

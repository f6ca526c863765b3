//! Workflows, their stages on entries, and publishing rules that ask for a stage.
//!
//! A workflow is a list of stages for some content types; a rule says that what is published in an environment and
//! locale must stand at a stage. Who may set a stage is the stage's own matter: everybody, or the users and roles that it
//! names. A management token is nobody in particular, so it sets only what is open to everybody (documented).
//!
//! The shapes of the requests are documented, those of most answers are not, and of approvals nothing is known that could
//! be played: a rule that names approvers and no stage is listed and not obeyed. That `skip_workflow_stage_check` helps the
//! owner alone, and that a rule without actions speaks of both, is this stand-in's own reading.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, text, texts};
use super::auth::Caller;
use super::errors::Refusal;
use super::publishing::{Step, Subject};
use super::routes::{Route, delete, get, post, put};
use super::stack::Stack;

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/workflows", workflows),
    post("/v3/workflows", create_workflow),
    get("/v3/workflows/publishing_rules", rules),
    post("/v3/workflows/publishing_rules", create_rule),
    get("/v3/workflows/publishing_rules/{rule}", show_rule),
    put("/v3/workflows/publishing_rules/{rule}", update_rule),
    delete("/v3/workflows/publishing_rules/{rule}", delete_rule),
    get("/v3/workflows/{workflow}", show_workflow),
    put("/v3/workflows/{workflow}", update_workflow),
    delete("/v3/workflows/{workflow}", delete_workflow),
    post("/v3/content_types/{ct}/entries/{entry}/workflow", set_stage),
    get("/v3/user", user),
];

/// Stands for every content type, locale, stage or user.
const ALL: &str = "$all";

/// Fewest and most stages of a workflow (documented).
const STAGES: std::ops::RangeInclusive<usize> = 2..=20;

/// What a stack says of its workflows and rules, and where its entries stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Governance {
    workflows: Vec<Value>,
    publishing_rules: Vec<Value>,
    /// The stage of entries, by entry and locale.
    stages: BTreeMap<String, BTreeMap<String, String>>,
}

fn list(value: &Value, field: &str) -> Vec<String> {
    let items = value[field].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn names(value: &Value, field: &str, name: &str) -> bool {
    list(value, field)
        .iter()
        .any(|one| one == ALL || one == name)
}

fn is_enabled(workflow: &Value) -> bool {
    workflow["enabled"] != json!(false)
}

fn at(values: &[Value], uid: &str) -> Result<usize, Refusal> {
    let found = values.iter().position(|value| value["uid"] == uid);
    found.ok_or_else(Refusal::missing)
}

impl Governance {
    /// The workflow that entries of a content type pass.
    fn workflow_of(&self, content_type: &str) -> Option<&Value> {
        let mut workflows = self.workflows.iter();
        workflows.find(|one| is_enabled(one) && names(one, "content_types", content_type))
    }

    /// The stage of a uid, of an enabled workflow.
    fn stage(&self, uid: &str) -> Option<&Value> {
        let workflows = self.workflows.iter().filter(|one| is_enabled(one));
        let mut stages =
            workflows.flat_map(|one| one["workflow_stages"].as_array().into_iter().flatten());
        stages.find(|stage| stage["uid"] == uid)
    }

    fn stands_at(&self, entry: &str, locale: &str) -> Option<&str> {
        Some(self.stages.get(entry)?.get(locale)?.as_str())
    }

    /// What an entry says of its stage where `include_workflow` asks for it.
    pub(crate) fn view(&self, entry: &str, locale: &str) -> Option<Value> {
        let stage = self.stage(self.stands_at(entry, locale)?)?;
        Some(json!({ "uid": stage["uid"], "name": stage["name"] }))
    }

    /// Whether rules let a step be: each that speaks of it must find the entry at its stage.
    fn obstacle(&self, step: &Step, environment: &str) -> Option<String> {
        let Subject::Entry { content_type, uid } = &step.subject else {
            return None;
        };
        let speaks = |rule: &&Value| {
            let actions = list(rule, "actions");
            (actions.is_empty() || actions.iter().any(|action| action == step.action.name()))
                && names(rule, "content_types", content_type)
                && names(rule, "locales", &step.locale)
                && [environment, ALL].contains(&rule["environment"].as_str().unwrap_or(ALL))
        };
        let stages = self.publishing_rules.iter().filter(speaks);
        let mut stages = stages.filter_map(|rule| rule["workflow_stage"].as_str());
        let stands_at = self.stands_at(uid, &step.locale);
        let wanted = stages.find(|wanted| stands_at != Some(*wanted))?;
        let name = self
            .stage(wanted)
            .and_then(|stage| stage["name"].as_str())
            .unwrap_or(wanted);
        Some(format!(
            "The entry {uid} does not satisfy the publish rules of {} in {}: it must be at the stage '{name}'.",
            step.environment, step.locale
        ))
    }
}

/// Refuses a request of which some step breaks a publishing rule: all of it, as documented.
pub(crate) fn obey<'s>(
    stack: &Stack,
    ask: &Ask,
    steps: impl IntoIterator<Item = &'s Step>,
) -> Result<(), Refusal> {
    let skips = ask.flag("skip_workflow_stage_check");
    if skips && stack.credentials().caller(&ask.headers) == Caller::Owner {
        return Ok(());
    }
    for step in steps {
        let environment = stack.environments.get(&step.environment);
        let environment = environment.map_or("", |environment| environment.uid.as_str());
        if let Some(why) = stack.governance.obstacle(step, environment) {
            return Err(
                Refusal::invalid(141, why).because("publishing_rules", "are not satisfied.")
            );
        }
    }
    Ok(())
}

fn workflows(stack: &mut Stack, _: &Ask) -> Result<Answer, Refusal> {
    let listed = &stack.governance.workflows;
    Ok(Answer::ok(json!({"workflows": listed})))
}

fn show_workflow(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let all = &stack.governance.workflows;
    let found = all.get(at(all, ask.parameter("workflow"))?);
    Ok(Answer::ok(json!({"workflow": found})))
}

/// A workflow as it is kept: with a uid of its own and one for each stage that has none yet.
fn workflow(stack: &mut Stack, mut body: Object, uid: String) -> Result<Value, Refusal> {
    if text(&body, "name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Refusal::shape("name", "is a required field."));
    }
    let content_types = texts(&body, "content_types")?;
    let taken = |other: &&Value| {
        other["uid"] != uid.as_str()
            && (names(other, "content_types", ALL)
                || content_types
                    .iter()
                    .any(|own| own == ALL || names(other, "content_types", own)))
    };
    if stack.governance.workflows.iter().any(|other| taken(&other)) {
        let message = "Workflow already exists for the following content type(s).";
        return Err(Refusal::invalid(141, message).because("content_types", "is not unique."));
    }
    let Some(Value::Array(mut stages)) = body.remove("workflow_stages") else {
        return Err(Refusal::shape("workflow_stages", "is a required field."));
    };
    if !STAGES.contains(&stages.len()) {
        let message = format!("are {}; a workflow has 2 to 20.", stages.len());
        return Err(Refusal::shape("workflow_stages", message));
    }
    for stage in &mut stages {
        let Value::Object(stage) = stage else {
            return Err(Refusal::shape(
                "workflow_stages",
                "is not a list of objects.",
            ));
        };
        if text(stage, "name").is_none() {
            return Err(Refusal::shape(
                "workflow_stages.name",
                "is a required field.",
            ));
        }
        if text(stage, "uid").is_none() {
            let uid = stack.fresh_uid("blt");
            stage.insert("uid".to_owned(), Value::String(uid));
        }
    }
    body.insert("workflow_stages".to_owned(), Value::Array(stages));
    body.insert("uid".to_owned(), Value::String(uid));
    body.entry("enabled").or_insert(json!(true));
    Ok(Value::Object(body))
}

fn create_workflow(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("workflow")?;
    let uid = stack.fresh_uid("blt");
    let made = workflow(stack, body, uid)?;
    stack.governance.workflows.push(made.clone());
    Ok(Answer::created(
        json!({"notice": "Workflow created successfully.", "workflow": made}),
    ))
}

fn update_workflow(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let uid = ask.parameter("workflow").to_owned();
    let place = at(&stack.governance.workflows, &uid)?;
    let body = ask.rooted("workflow")?;
    let made = workflow(stack, body, uid)?;
    if let Some(slot) = stack.governance.workflows.get_mut(place) {
        *slot = made.clone();
    }
    Ok(Answer::ok(
        json!({"notice": "Workflow updated successfully.", "workflow": made}),
    ))
}

fn delete_workflow(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let place = at(&stack.governance.workflows, ask.parameter("workflow"))?;
    stack.governance.workflows.remove(place);
    Ok(Answer::ok(
        json!({"notice": "Workflow deleted successfully."}),
    ))
}

fn rules(stack: &mut Stack, _: &Ask) -> Result<Answer, Refusal> {
    let listed = &stack.governance.publishing_rules;
    Ok(Answer::ok(json!({"publishing_rules": listed})))
}

fn show_rule(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let all = &stack.governance.publishing_rules;
    let found = all.get(at(all, ask.parameter("rule"))?);
    Ok(Answer::ok(json!({"publishing_rule": found})))
}

/// A rule as it is kept: of a workflow that is there, one of its stages, and an environment that is there.
fn rule(stack: &Stack, mut body: Object, uid: String) -> Result<Value, Refusal> {
    let named = text(&body, "workflow").unwrap_or_default();
    let place = at(&stack.governance.workflows, named)
        .map_err(|_| Refusal::shape("workflow", "is not valid."))?;
    let workflow = stack.governance.workflows.get(place);
    let own = |stage: &str| {
        let stages = workflow.and_then(|one| one["workflow_stages"].as_array());
        stages.into_iter().flatten().any(|one| one["uid"] == stage)
    };
    if text(&body, "workflow_stage").is_some_and(|stage| !own(stage)) {
        return Err(Refusal::shape("workflow_stage", "is not valid."));
    }
    let environment = text(&body, "environment").unwrap_or_default();
    if !stack
        .environments
        .values()
        .any(|one| one.uid == environment)
    {
        return Err(Refusal::shape("environment", "is not valid."));
    }
    for field in ["actions", "content_types", "locales"] {
        texts(&body, field)?;
    }
    body.insert("uid".to_owned(), Value::String(uid));
    Ok(Value::Object(body))
}

fn create_rule(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("publishing_rule")?;
    let uid = stack.fresh_uid("blt");
    let made = rule(stack, body, uid)?;
    stack.governance.publishing_rules.push(made.clone());
    Ok(Answer::created(
        json!({"notice": "Publish rule created successfully.", "publishing_rule": made}),
    ))
}

fn update_rule(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let uid = ask.parameter("rule").to_owned();
    let place = at(&stack.governance.publishing_rules, &uid)?;
    let made = rule(stack, ask.rooted("publishing_rule")?, uid)?;
    if let Some(slot) = stack.governance.publishing_rules.get_mut(place) {
        *slot = made.clone();
    }
    Ok(Answer::ok(
        json!({"notice": "Publish rule updated successfully.", "publishing_rule": made}),
    ))
}

fn delete_rule(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let place = at(&stack.governance.publishing_rules, ask.parameter("rule"))?;
    stack.governance.publishing_rules.remove(place);
    Ok(Answer::ok(
        json!({"notice": "Publish rule deleted successfully."}),
    ))
}

/// Who asks: a person, by authtoken. A management token is nobody, so it is refused as a wrong token would be.
fn user(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let credentials = stack.credentials();
    let (uid, name) = match credentials.caller(&ask.headers) {
        Caller::Owner => (credentials.user_uid, "owner"),
        Caller::Editor => (credentials.editor_uid, "editor"),
        Caller::Gate => (credentials.gate_uid, "gate"),
        Caller::Token => {
            let message = "The token does not open this stack.";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, 105, message)
                .because("authtoken", "is not valid."));
        }
    };
    let email = format!("{name}@sandbox.example");
    Ok(Answer::ok(json!({"user": {"uid": uid, "email": email}})))
}

/// Whether a stage may be set by whoever asks.
fn may_set(stage: &Value, caller: &Caller, stack: &Stack) -> bool {
    let named = |kind: &str| {
        let listed = stage.pointer(&format!("/SYS_ACL/{kind}"));
        listed.map_or_else(Vec::new, |listed| list(listed, "uids"))
    };
    let (users, roles) = (named("users"), named("roles"));
    let open = (users.is_empty() && roles.is_empty()) || users.iter().any(|user| user == ALL);
    let credentials = stack.credentials();
    open || match caller {
        Caller::Owner => users.contains(&credentials.user_uid),
        Caller::Editor => users.contains(&credentials.editor_uid),
        Caller::Gate => users.contains(&credentials.gate_uid),
        Caller::Token => false,
    }
}

/// Moves an entry to a stage, in one locale.
fn set_stage(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct").to_owned();
    let entry = ask.parameter("entry").to_owned();
    stack.content_type(&content_type)?;
    if stack.shelf(&content_type)?.get(&entry).is_none() {
        return Err(Refusal::missing());
    }
    let locale = stack.asked_locale(ask.first("locale"))?.to_owned();
    let body = ask.rooted("workflow")?;
    let wanted = body
        .get("workflow_stage")
        .and_then(Value::as_object)
        .and_then(|stage| text(stage, "uid"))
        .ok_or_else(|| Refusal::shape("workflow_stage", "is a required field."))?;
    let governance = &stack.governance;
    let stages = |workflow: &Value| workflow["workflow_stages"].as_array().cloned();
    let stages = governance.workflow_of(&content_type).and_then(stages);
    let stages = stages.unwrap_or_default();
    let stage = stages
        .iter()
        .find(|stage| stage["uid"] == wanted)
        .ok_or_else(|| Refusal::shape("workflow_stage", "is not valid."))?;
    let from = governance.stands_at(&entry, &locale);
    let from = from.and_then(|uid| stages.iter().find(|stage| stage["uid"] == uid));
    let leads = from.is_none_or(|from| {
        from["next_available_stages"].is_null() || names(from, "next_available_stages", wanted)
    });
    let caller = stack.credentials().caller(&ask.headers);
    if !leads || !may_set(stage, &caller, stack) {
        let message = "The workflow stage could not be updated: the transition is not allowed.";
        return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, 366, message)
            .because("workflow_stage", "is not valid."));
    }
    let wanted = wanted.to_owned();
    let stages = &mut stack.governance.stages;
    stages.entry(entry).or_default().insert(locale, wanted);
    Ok(Answer::ok(
        json!({"notice": "Workflow stage updated successfully."}),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::publishing::Action;
    use super::*;

    #[test]
    fn a_rule_without_a_stage_is_no_obstacle() {
        let governance = Governance {
            publishing_rules: vec![
                json!({"actions": ["publish"], "content_types": [ALL], "locales": [ALL]}),
            ],
            ..Governance::default()
        };
        let step = Step {
            action: Action::Publish,
            subject: Subject::Entry {
                content_type: "book".to_owned(),
                uid: "blt1".to_owned(),
            },
            environment: "production".to_owned(),
            locale: "en-us".to_owned(),
            version: None,
        };
        assert_eq!(governance.obstacle(&step, "blt2"), None);
    }
}

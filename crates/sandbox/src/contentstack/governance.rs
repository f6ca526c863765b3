//! Workflows and publishing rules, as a list that the control sets. Nothing here obeys them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::errors::Refusal;
use super::routes::{Route, get};
use super::stack::Stack;

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/workflows", workflows),
    get("/v3/workflows/publishing_rules", rules),
];

/// What a stack says of its workflows and rules.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Governance {
    workflows: Vec<Value>,
    publishing_rules: Vec<Value>,
}

fn workflows(stack: &mut Stack, _: &Ask) -> Result<Answer, Refusal> {
    let listed = &stack.governance.workflows;
    Ok(Answer::ok(json!({"workflows": listed})))
}

fn rules(stack: &mut Stack, _: &Ask) -> Result<Answer, Refusal> {
    let listed = &stack.governance.publishing_rules;
    Ok(Answer::ok(json!({"publishing_rules": listed})))
}

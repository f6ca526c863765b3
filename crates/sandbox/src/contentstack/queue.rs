//! The publish queue: what waits for its time, and how to call it back.
//!
//! Only the shape of finished items is on record; that a waiting one has the status `scheduled` and
//! tells its time as `scheduled_at` is our reading. What is done leaves the queue here at once, where
//! the service keeps it for a while.

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, stamp};
use super::errors::Refusal;
use super::publishing::{Scheduled, Subject};
use super::routes::{Route, get};
use super::stack::{Stack, USER};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/publish-queue", list),
    get("/v3/publish-queue/{item}", show),
    // The service's own method, although it changes something.
    get("/v3/publish-queue/{item}/unschedule", unschedule),
];

fn view(stack: &Stack, item: &Scheduled) -> Value {
    let (kind, content_type) = match &item.step.subject {
        Subject::Entry { content_type, .. } => ("entry", json!(content_type)),
        Subject::Asset { .. } => ("asset", Value::Null),
    };
    let environment = stack
        .environments
        .get(&item.step.environment)
        .map_or_else(|| item.step.environment.clone(), |known| known.uid.clone());
    let mut view = json!({
        "uid": item.uid,
        "type": kind,
        "content_type": content_type,
        "publish_details": {"status": "scheduled"},
        "environment": [environment],
        "locale": item.step.locale,
        "action": item.step.action.name(),
        "scheduled_at": stamp(item.at),
        "user": USER,
        "approval": false,
        "approved": false,
        "rejected": false,
    });
    if let Some(fields) = view.as_object_mut() {
        fields.insert(kind.to_owned(), json!({"uid": item.step.subject.uid()}));
    }
    view
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let views = stack
        .scheduled
        .iter()
        .map(|item| view(stack, item))
        .collect();
    Answer::list(ask, "queue", views)
}

fn position(stack: &Stack, ask: &Ask) -> Result<usize, Refusal> {
    let uid = ask.parameter("item");
    stack
        .scheduled
        .iter()
        .position(|item| item.uid == uid)
        .ok_or_else(Refusal::missing)
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let at = position(stack, ask)?;
    let item = stack.scheduled.get(at).map(|item| view(stack, item));
    Ok(Answer::ok(json!({"queue": item})))
}

fn unschedule(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let at = position(stack, ask)?;
    stack.scheduled.remove(at);
    Ok(Answer::ok(
        json!({"notice": "The item was unscheduled successfully."}),
    ))
}

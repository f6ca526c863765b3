//! The plan: what the next sync would do, asked for, looked at, and then carried out.
//!
//! Working a plan out reads the source and the stack, so it is an [`Order`] too: the page shows the last one that was asked for.
//! Approving one means the plan that was seen: where a run has ended since, or it has grown old, it is to be looked at anew.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::door::record;
use crate::error::Error;
use crate::guard::Role;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::wording::{ago, clock, plural};
use crate::{Console, Order, Shared};

/// How long a plan may be approved.
const FRESH: SignedDuration = SignedDuration::from_mins(30);

/// Lines on the page: past it the page says how many more there are.
const LINES: usize = 2_000;

/// What came of the last wish for a plan.
#[derive(Clone, Debug, Default)]
pub struct Previewed {
    /// The last plan that could be worked out.
    pub plan: Option<Arc<Planned>>,
    /// Why none could be since: the sentence, and when.
    pub failed: Option<(String, Timestamp)>,
    /// Whether one is being worked out.
    pub is_under_way: bool,
}

/// A plan as people read it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Of when it is.
    pub at: Timestamp,
    /// The plan in lines, as `frontlist plan` prints it.
    pub lines: Vec<String>,
    /// Entries to be taken down.
    pub takedowns: usize,
    /// Entries to be created.
    pub created: usize,
    /// Entries to be changed.
    pub changed: usize,
    /// What would stop the sync, with what to do about it.
    pub question: Option<(String, String)>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    did: Option<String>,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    told: Option<&'static str>,
    is_under_way: bool,
    failed: Option<(String, String)>,
    plan: Option<Shown>,
}

struct Shown {
    id: String,
    at: String,
    ago: String,
    takedowns: usize,
    created: usize,
    changed: usize,
    lines: Vec<String>,
    more: usize,
    question: Option<(String, String)>,
    /// Why it can no longer be approved.
    stale: Option<&'static str>,
}

/// Why a plan is no longer what would be done.
async fn stale(console: &Console, plan: &Planned) -> Result<Option<&'static str>, Error> {
    if plan.question.is_some() {
        return Ok(Some("it would stop with a question"));
    }
    if FRESH < console.now().duration_since(plan.at) {
        return Ok(Some("it is more than half an hour old"));
    }
    let runs = console.store().runs(1).await?;
    let ended = runs.first().and_then(|run| {
        let ended: Timestamp = run.ended_at.as_deref()?.parse().ok()?;
        Some(ended)
    });
    Ok(match ended {
        Some(ended) if plan.at < ended => Some("a run has ended since"),
        _ => None,
    })
}

/// The last plan.
pub(crate) async fn show(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let previewed = console.settings.plans.borrow().clone();
    let plan = match &previewed.plan {
        Some(plan) => Some(shown(plan, stale(&console, plan).await?, console.now())),
        None => None,
    };
    page(&PlanPage {
        told: match asked.did.as_deref() {
            Some("preview") => {
                Some("A plan is being worked out; the source and the stack are read for it.")
            }
            Some("approve") => Some("The sync begins as soon as no other run is under way."),
            _ => None,
        },
        is_under_way: previewed.is_under_way,
        failed: previewed
            .failed
            .map(|(why, at)| (why, clock(&at.to_string()))),
        plan,
        frame: Frame::new("Plan", "/plan", person),
    })
}

fn shown(plan: &Planned, stale: Option<&'static str>, now: Timestamp) -> Shown {
    let at = plan.at.to_string();
    Shown {
        at: clock(&at),
        ago: ago(&at, now),
        takedowns: plan.takedowns,
        created: plan.created,
        changed: plan.changed,
        more: plan.lines.len().saturating_sub(LINES),
        lines: plan.lines.iter().take(LINES).cloned().collect(),
        question: plan.question.clone(),
        stale,
        id: at,
    }
}

/// Has a plan worked out.
pub(crate) async fn preview(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    person.form(&body)?;
    (console.settings.orders)(Order::Preview);
    Ok(Redirect::to("/plan?did=preview").into_response())
}

/// Has the plan that somebody saw carried out.
pub(crate) async fn approve(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let previewed = console.settings.plans.borrow().clone();
    let seen = form.text("plan");
    let plan = previewed
        .plan
        .filter(|plan| plan.at.to_string() == seen)
        .ok_or_else(|| Refusal::Wrong("that plan is not the last one; look at the last".into()))?;
    if let Some(why) = stale(&console, &plan).await? {
        return Err(Refusal::Wrong(format!(
            "the plan is no longer what would be done: {why}; preview it anew"
        )));
    }
    let detail = format!(
        "{}, {} created, {} changed",
        plural(plan.takedowns, "takedown"),
        plan.created,
        plan.changed
    );
    record(&console, &person.name, "approved-plan", seen, &detail).await?;
    (console.settings.orders)(Order::Sync);
    Ok(Redirect::to("/plan?did=approve").into_response())
}

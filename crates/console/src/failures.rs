//! Failures: records that could not be taken, by cause, those that have not wholly arrived, and taking them through again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect};
use catalogue::key::RecordKey;
use serde::Deserialize;
use store::snapshot::Rejection;

use crate::door::record;
use crate::error::Error;
use crate::guard::Role;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::wording::{clock, plural};
use crate::{Console, Order, Shared};

/// Records of one cause on the page: past it the page says how many more there are.
const ROWS: usize = 500;

/// Runs searched for one that is under way.
const RECENT: i64 = 20;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// How many records were just ordered.
    again: Option<usize>,
}

#[derive(Template)]
#[template(path = "failures.html")]
struct FailuresPage {
    frame: Frame,
    rejected: Vec<Cause>,
    pending: Vec<String>,
    more_pending: usize,
    waiting: usize,
    again: Option<String>,
    last: Option<LastReplay>,
}

/// Rejected records of one cause.
struct Cause {
    code: String,
    reason: String,
    count: usize,
    records: Vec<(String, String, String)>,
    more: usize,
}

/// The last run that took records through again.
struct LastReplay {
    id: String,
    at: String,
    told: String,
}

/// Records that could not be taken, by cause, and those that have not wholly arrived.
pub(crate) async fn list(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let mut by_code: BTreeMap<String, Vec<Rejection>> = BTreeMap::new();
    let rejections = console.store().rejections().await?;
    let mut waiting: BTreeSet<RecordKey> = rejections.iter().map(|one| one.key.clone()).collect();
    for rejection in rejections {
        by_code
            .entry(rejection.code.clone())
            .or_default()
            .push(rejection);
    }
    let mut rejected: Vec<Cause> = by_code.into_iter().map(cause).collect();
    rejected.sort_by_key(|cause| Reverse(cause.count));
    let pending = console.store().pending_records().await?;
    waiting.extend(pending.iter().cloned());
    let again = asked.again.filter(|records| *records > 0);
    page(&FailuresPage {
        frame: Frame::new("Failures", "/failures", person),
        rejected,
        more_pending: pending.len().saturating_sub(ROWS),
        pending: pending.iter().take(ROWS).map(ToString::to_string).collect(),
        waiting: waiting.len(),
        again: again.map(|records| plural(records, "record")),
        last: last_replay(&console).await?,
    })
}

fn cause((code, rejections): (String, Vec<Rejection>)) -> Cause {
    Cause {
        code,
        reason: rejections
            .first()
            .map(|one| one.reason.clone())
            .unwrap_or_default(),
        count: rejections.len(),
        more: rejections.len().saturating_sub(ROWS),
        records: rejections
            .into_iter()
            .take(ROWS)
            .map(|one| (one.key.to_string(), one.place, one.reason))
            .collect(),
    }
}

async fn last_replay(console: &Console) -> Result<Option<LastReplay>, Error> {
    let runs = console.store().runs(RECENT).await?;
    let replay = runs.iter().find(|run| run.command == "replay");
    Ok(replay.map(|run| {
        let counts = crate::runs::counts(run);
        LastReplay {
            id: run.id.clone(),
            at: clock(&run.started_at),
            told: match run.ended_at {
                None => "is under way".to_owned(),
                Some(_) => format!(
                    "read {}: {} written, {} unchanged, {} rejected, {} deferred",
                    counts.read, counts.written, counts.unchanged, counts.rejected, counts.deferred
                ),
            },
        }
    }))
}

/// Takes records through again: one (`record`), those of a cause (`code`), or all that wait.
pub(crate) async fn replay(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let rejections = console.store().rejections().await?;
    let pending = console.store().pending_records().await?;
    let (code, one) = (form.text("code"), form.text("record"));
    let rejected = rejections
        .iter()
        .filter(|rejection| code.is_empty() || rejection.code == code)
        .map(|rejection| &rejection.key);
    let unfinished = pending.iter().filter(|_| code.is_empty());
    let meant: BTreeSet<RecordKey> = rejected
        .chain(unfinished)
        .filter(|key| one.is_empty() || key.as_str() == one)
        .cloned()
        .collect();
    if meant.is_empty() {
        return Err(Refusal::Wrong(
            "none of those records waits any longer: somebody took them through, or a run did"
                .into(),
        ));
    }
    let subject = match (one, code) {
        ("", "") => "all that wait".to_owned(),
        ("", code) => format!("all of {code}"),
        (record, _) => record.to_owned(),
    };
    let count = meant.len();
    record(
        &console,
        &person.name,
        "replayed",
        &subject,
        &plural(count, "record"),
    )
    .await?;
    (console.settings.orders)(Order::Replay(meant));
    Ok(Redirect::to(&format!("/failures?again={count}")).into_response())
}

/// What the button of a cause says.
fn of_cause(cause: &Cause) -> String {
    format!("Take {} through again", plural(cause.count, "record"))
}

/// What the button of a record says to those who do not see its row.
fn of_record(key: &str) -> String {
    format!("Take {key} through again")
}

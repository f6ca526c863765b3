//! What runs did: their counts down to the records, what failed and why, what was found in the data.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use catalogue::finding::{Finding, Severity};
use serde::Deserialize;
use store::runs::{Run, RunRecord};
use sync::summary::Summary;

use crate::Shared;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::wording::clock;

/// Runs on the list.
const LISTED: i64 = 100;

/// Runs searched for one.
pub(crate) const SEARCHED: i64 = 10_000;

/// Rows of one kind on a page: past it a page says how many more there are, and the export has all.
const ROWS: usize = 500;

/// The four counts of a run, which add up.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) written: u64,
    pub(crate) unchanged: u64,
    pub(crate) rejected: u64,
    pub(crate) deferred: u64,
    pub(crate) takedowns: u64,
}

/// What a run wrote of itself; of one that did not end, nothing.
pub(crate) fn summary_of(run: &Run) -> Summary {
    run.summary
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

pub(crate) fn counts(run: &Run) -> Counts {
    let summary = summary_of(run);
    Counts {
        read: summary.read,
        written: summary.written,
        unchanged: summary.unchanged,
        rejected: summary.rejected,
        deferred: summary.deferred,
        takedowns: summary.takedowns,
    }
}

/// The last run that read the source and came to an end.
pub(crate) fn last_reading(runs: &[Run]) -> Option<&Run> {
    runs.iter().find(|run| {
        run.command == "sync" && run.outcome.as_deref().is_some_and(|how| how != "failed")
    })
}

/// How a run ended, as an icon, a word and its weight.
fn ending(run: &Run) -> (&'static str, String, &'static str) {
    let (icon, weight) = match run.outcome.as_deref() {
        Some("done") => ("✓", "good"),
        Some("failed") => ("✕", "bad"),
        Some(_) => ("!", "warn"),
        None => ("…", "quiet"),
    };
    let word = run.outcome.as_deref().unwrap_or("unfinished");
    (icon, word.to_owned(), weight)
}

struct RunRow {
    id: String,
    command: String,
    source: String,
    began: String,
    ended: String,
    ending: (&'static str, String, &'static str),
    counts: Counts,
}

fn row(run: &Run) -> RunRow {
    RunRow {
        id: run.id.clone(),
        command: run.command.clone(),
        source: run.source.clone(),
        began: clock(&run.started_at),
        ended: run
            .ended_at
            .as_deref()
            .map_or_else(|| "never: it runs still, or was killed".to_owned(), clock),
        ending: ending(run),
        counts: counts(run),
    }
}

#[derive(Template)]
#[template(path = "runs.html")]
struct RunsPage {
    frame: Frame,
    runs: Vec<RunRow>,
}

/// The last runs.
pub(crate) async fn list(State(console): Shared, Extension(person): Asker) -> Answer {
    let runs = console.store().runs(LISTED).await?;
    page(&RunsPage {
        frame: Frame::new("Runs", "/runs", person),
        runs: runs.iter().map(row).collect(),
    })
}

#[derive(Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    outcome: String,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    frame: Frame,
    run: RunRow,
    outcome: String,
    records: Vec<RunRecord>,
    more: usize,
    findings: Vec<Group>,
}

/// One run, its records by outcome.
pub(crate) async fn one(
    State(console): Shared,
    Extension(person): Asker,
    Path(id): Path<String>,
    Query(opened): Query<Opened>,
) -> Answer {
    let runs = console.store().runs(SEARCHED).await?;
    let Some(run) = runs.iter().find(|run| run.id == id) else {
        return Err(Refusal::NotFound(format!("there is no run `{id}`")));
    };
    let mut records = console.store().run_records(&run.id).await?;
    records.retain(|record| opened.outcome.is_empty() || record.outcome == opened.outcome);
    let more = records.len().saturating_sub(ROWS);
    records.truncate(ROWS);
    let findings = console.store().run_findings(&run.id).await?;
    page(&RunPage {
        frame: Frame::new(
            format!("Run of {}", clock(&run.started_at)),
            "/runs",
            person,
        ),
        run: row(run),
        outcome: opened.outcome,
        records,
        more,
        findings: grouped(&findings, 3),
    })
}

/// Things of one cause.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) weight: (&'static str, &'static str, &'static str),
    pub(crate) count: usize,
    pub(crate) examples: Vec<(String, String)>,
    pub(crate) more: usize,
}

/// A weight as an icon, a word and a class.
pub(crate) fn weight(severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Error => ("✕", "error", "bad"),
        Severity::Warning => ("!", "warning", "warn"),
        Severity::Info => ("i", "info", "quiet"),
    }
}

/// Findings by code, the gravest first, with some examples of each: where, and what.
pub(crate) fn grouped(findings: &[Finding], examples: usize) -> Vec<Group> {
    let mut by_code: BTreeMap<(Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_code
            .entry((Reverse(finding.severity), finding.code.as_str()))
            .or_default()
            .push(finding);
    }
    let group = |((Reverse(severity), code), of_code): ((_, &str), Vec<&Finding>)| Group {
        name: code.to_owned(),
        weight: weight(severity),
        count: of_code.len(),
        examples: of_code
            .iter()
            .take(examples)
            .map(|finding| (finding.at.to_string(), finding.message.clone()))
            .collect(),
        more: of_code.len().saturating_sub(examples),
    };
    by_code.into_iter().map(group).collect()
}

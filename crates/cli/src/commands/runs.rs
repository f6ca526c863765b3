//! `runs`: what past runs did.

use serde_json::{Value as Json, json};
use store::Store;
use store::runs::Run;

use crate::arguments::RunsArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;

pub(super) async fn run(arguments: &RunsArguments, session: &Session) -> Result<Ending, Failure> {
    let store = session.store_beside().await?;
    match &arguments.run {
        Some(id) => show(&store, id, session).await?,
        None => list(&store, arguments.limit, session).await?,
    }
    Ok(Ending::Done)
}

/// How many runs are searched for an id.
const SEARCHED: i64 = 10_000;

/// The run of an id, of the beginning of one, or the last.
pub(super) async fn find(store: &Store, id: &str) -> Result<Run, Failure> {
    let runs = store.runs(SEARCHED).await?;
    let mut found = runs
        .into_iter()
        .filter(|run| id == "last" || run.id.starts_with(id));
    let unknown = |message: String| {
        Failure::usage(
            Misuse::UnknownRun,
            message,
            "`frontlist runs` lists them; `last` is the newest",
        )
    };
    match (found.next(), found.next()) {
        (Some(run), None) => Ok(run),
        (Some(run), Some(_)) if id == "last" => Ok(run),
        (Some(_), Some(_)) => Err(unknown(format!("several runs begin with `{id}`"))),
        _ => Err(unknown(format!("there is no run `{id}`"))),
    }
}

fn summary(run: &Run) -> Json {
    run.summary
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or(Json::Null)
}

/// How a run ended, in a word. One without an end runs still, or was killed.
fn outcome(run: &Run) -> &str {
    run.outcome.as_deref().unwrap_or("unfinished")
}

fn as_json(run: &Run) -> Json {
    json!({
        "run": run.id,
        "command": run.command,
        "source": run.source,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "outcome": outcome(run),
        "summary": summary(run),
    })
}

async fn list(store: &Store, limit: u32, session: &Session) -> Result<(), Failure> {
    let runs = store.runs(i64::from(limit)).await?;
    let data: Vec<Json> = runs.iter().map(as_json).collect();
    output::print_as(session.format, &json!({ "runs": data }), || {
        if runs.is_empty() {
            return "No run yet. `frontlist plan` shows what a first one would do, `frontlist sync` makes it.\n"
                .into();
        }
        let mut table = Table::new([
            "started",
            "command",
            "source",
            "outcome",
            "read",
            "written",
            "rejected",
            "deferred",
            "takedowns",
            "findings",
            "run",
        ]);
        for run in &runs {
            let summary = summary(run);
            let number = |name: &str| {
                summary
                    .get(name)
                    .and_then(Json::as_u64)
                    .map_or("-".into(), |n| n.to_string())
            };
            table.row([
                output::clock(&run.started_at),
                run.command.clone(),
                run.source.clone(),
                outcome(run).to_owned(),
                number("read"),
                number("written"),
                number("rejected"),
                number("deferred"),
                match summary.get("unconfirmed").and_then(Json::as_u64) {
                    Some(waiting) if waiting > 0 => {
                        format!("{}, {waiting} still delivered", number("takedowns"))
                    }
                    _ => number("takedowns"),
                },
                number("findings"),
                run.id.clone(),
            ]);
        }
        table.to_string()
    })
}

async fn show(store: &Store, id: &str, session: &Session) -> Result<(), Failure> {
    let run = find(store, id).await?;
    let records = store.run_records(&run.id).await?;
    let findings = store.run_findings(&run.id).await?;
    let mut data = as_json(&run);
    if let Json::Object(members) = &mut data {
        members.insert("records".into(), json!(records));
        members.insert("findings".into(), json!(findings));
    }
    output::print_as(session.format, &data, || {
        let mut text = format!(
            "run {}\n{} from {}, {}: began {}, ended {}\n",
            run.id,
            run.command,
            run.source,
            outcome(&run),
            output::clock(&run.started_at),
            run.ended_at.as_deref().map_or_else(
                || "never: it runs still, or was killed".to_owned(),
                output::clock
            ),
        );
        if let Json::Object(members) = summary(&run) {
            let numbers = members
                .iter()
                .filter(|(_, value)| value.is_u64())
                .map(|(name, value)| format!("{name} {value}"));
            text.push_str(&numbers.collect::<Vec<_>>().join(", "));
            text.push('\n');
        }
        if !records.is_empty() {
            text.push_str("\nrecords that were not simply unchanged\n");
            let mut table = Table::new(["record", "outcome", "reason"]);
            for record in &records {
                table.row([
                    record.key.to_string(),
                    record.outcome.clone(),
                    record.reason.clone().unwrap_or_default(),
                ]);
            }
            text.push_str(&table.to_string());
        }
        if !findings.is_empty() {
            text.push_str("\nfindings (each of them: --format json)\n");
            text.push_str(&output::findings(&findings));
        }
        text
    })
}

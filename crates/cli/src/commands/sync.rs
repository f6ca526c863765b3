//! `sync`: one run, and its summary.

use catalogue::finding::Finding;
use store::Store;
use sync::engine::Options;
use sync::summary::Summary;
use sync::tally::Report;

use super::hold::free_store;
use crate::arguments::{Format, SyncArguments};
use crate::commands::{kit, watch};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars, Table};
use crate::session::{Session, answers};

pub(super) async fn run(arguments: &SyncArguments, session: &Session) -> Result<Ending, Failure> {
    if arguments.at.is_some() && !session.configuration.stack_is_on_loopback() {
        return Err(Failure::usage(
            Misuse::ClockOfARealStack,
            "`sync --at` would publish what another day would show, on a stack that readers see",
            "use `frontlist plan --at`, which writes nothing, or a sandbox",
        ));
    }
    if arguments.watch {
        return watch::run(arguments, session).await;
    }
    let stack = session.stack()?;
    let source = session.source(&arguments.source)?;
    let store = session.store().await?;
    let sites = session.sites(None)?;
    let options = Options {
        full: arguments.full,
        retry_files: arguments.retry_files,
        allow_takedowns: arguments.allow_takedowns,
        answers: answers(&arguments.accept),
        ..Options::at(session.instant(arguments.at, &sites))
    };
    let bars = Bars::new(Some(&stack));
    let report = session
        .engine(&stack, &store, &bars)
        .sync(source, &options)
        .await;
    bars.finish();
    let report = match report {
        Ok(report) => report,
        Err(error) => return stopped(error, &store, session.format).await,
    };
    if report.stopped.is_none() {
        Box::pin(kit::after_sync(session, &stack, &store)).await;
    }
    conclude(report, session.format)
}

/// A sync that somebody ordered elsewhere, once no other run uses the state file. What came of it is kept as a run.
pub(super) async fn at_once(session: &Session) -> Result<(), Failure> {
    let stack = session.stack()?;
    let store = free_store(session).await?;
    let source = session.configured_source()?;
    let bars = Bars::new(None);
    let report = session
        .engine(&stack, &store, &bars)
        .sync(source, &Options::at(jiff::Timestamp::now()))
        .await;
    bars.finish();
    report?;
    Ok(())
}

/// Tells how far a run came that failed as a whole, so that a script has its id and its calls.
///
/// # Errors
/// Always: the run's own.
pub(super) async fn stopped(
    error: sync::Error,
    store: &Store,
    format: Format,
) -> Result<Ending, Failure> {
    let last = store.runs(1).await?.into_iter().next();
    let summary = last.and_then(|run| serde_json::from_str::<Summary>(&run.summary?).ok());
    if let Some(summary) = summary {
        output::print_as(format, &summary, || told(&summary))?;
    }
    Err(error.into())
}

/// Prints the summary, tells what stopped the run, and says how it ended.
pub(super) fn conclude(report: Report, format: Format) -> Result<Ending, Failure> {
    output::print_as(format, &report.summary, || told(&report.summary))?;
    if format == Format::Table {
        tell_findings(&report.findings, &report.summary.run);
        tell_open_records(&report.summary);
    }
    let partial = report.summary.rejected + report.summary.deferred > 0;
    match report.stopped {
        Some(error) => {
            let failure = Failure::from(error);
            failure.tell(format);
            Ok(failure.ending())
        }
        None if partial || report.summary.outcome == "partial" => Ok(Ending::Partial),
        None => Ok(Ending::Done),
    }
}

fn told(summary: &Summary) -> String {
    let mut table = Table::plain();
    let mut row = |name: &str, number: u64, means: &str| {
        table.row([name.to_owned(), number.to_string(), means.to_owned()]);
    };
    row("read", summary.read, "source records");
    row(
        "written",
        summary.written,
        "led to a confirmed write or publication",
    );
    row("unchanged", summary.unchanged, "needed none");
    row(
        "rejected",
        summary.rejected,
        "unreadable or invalid; kept with the reason",
    );
    row("deferred", summary.deferred, "not finished in this run");
    row(
        "takedowns",
        summary.takedowns,
        &format!(
            "titles confirmed absent from delivery (publications gone: {}{})",
            summary.unpublished,
            summary
                .takedown_seconds
                .map_or(String::new(), |seconds| format!(
                    ", the slowest after {seconds:.1} s"
                ))
        ),
    );
    if summary.unconfirmed > 0 {
        let age = summary.unconfirmed_seconds.unwrap_or_default();
        let age = std::time::Duration::try_from_secs_f64(age).unwrap_or_default();
        row(
            "ALARM",
            summary.unconfirmed,
            &format!(
                "publications that should be gone and are still delivered, the oldest for {}",
                sync::alarm::duration(age.as_secs())
            ),
        );
    }
    row("findings", summary.findings, "something wrong in the data");
    let calls = &summary.calls;
    format!(
        "{}{}: {:.1} s, calls to Contentstack: {} read, {} write, {} bulk, {} delivery, {} throttled\nrun {}\n",
        table,
        summary.outcome,
        summary.seconds,
        calls.read,
        calls.write,
        calls.bulk,
        calls.delivery,
        calls.throttled,
        summary.run,
    )
}

fn tell_findings(findings: &[Finding], run: &str) {
    if !findings.is_empty() {
        eprint!("{}", output::findings(findings));
        eprintln!(
            "each of the {}: frontlist runs {run} --format json",
            output::plural(findings.len(), "finding")
        );
    }
}

fn tell_open_records(summary: &Summary) {
    let run = &summary.run;
    if summary.rejected > 0 {
        eprintln!("why records were rejected: frontlist runs {run}; when mended: frontlist replay");
    }
    if summary.deferred > 0 {
        eprintln!(
            "deferred records are taken up again by the next sync: frontlist runs {run} says why"
        );
    }
}

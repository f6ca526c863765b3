//! `hold` and `unhold`: a person's word that a title must not be seen for now.
//!
//! The hold is written down before anything else, so that whatever fails afterwards, the next run
//! knows it. Then the title is taken down, from what is known of it: no source is asked.

use std::time::{Duration, Instant};

use catalogue::key::WorkKey;
use catalogue::work::Work;
use contentstack::Stack;
use jiff::Timestamp;
use serde::Serialize;
use site::policy::Site;
use store::Store;
use store::holds::KeptHold;
use sync::engine::Options;
use sync::pull::{Source, kept_works};
use sync::summary::Summary;
use sync::tally::Report;
use uuid::Uuid;

use super::sync::stopped;
use super::titles::{find, unknown};
use crate::arguments::{Format, HoldArguments, UnholdArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars, Table};
use crate::session::Session;

/// How long to wait for a run that is under way.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often to look whether it has ended.
const LOOK: Duration = Duration::from_millis(250);

/// A hold that was placed, and the run that took the title down.
#[derive(Debug, Serialize)]
struct Placed {
    hold: KeptHold,
    title: String,
    run: Summary,
}

pub(super) async fn run(arguments: &HoldArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let beside = session.store_beside().await?;
    let (Some(title), Some(until), Some(reason)) =
        (&arguments.title, arguments.until, &arguments.reason)
    else {
        return list(&beside, arguments.site.as_deref(), session.format).await;
    };
    let now = Timestamp::now();
    let until = session.instant(Some(until), &sites);
    check(until, now, reason)?;
    let works = kept_works(&beside).await?;
    let Some(work) = find(&works, title) else {
        return Err(unknown(title, &beside).await?);
    };
    let hold = KeptHold {
        id: Uuid::now_v7(),
        work: work.key.to_string(),
        site: arguments.site.clone(),
        until,
        reason: reason.trim().to_owned(),
        placed_by: user(),
        placed_at: now,
        lifted_by: None,
        lifted_at: None,
    };
    beside.place_hold(&hold).await?;
    let name = work.title.text.clone();
    if session.format == Format::Table {
        eprintln!("{}", told(&hold, &name, &sites));
    }
    take_down(session, work, hold, name).await
}

fn check(until: Timestamp, now: Timestamp, reason: &str) -> Result<(), Failure> {
    if until <= now {
        let message = format!("a hold until {until} would be over already");
        let mend = "name an instant to come with --until";
        return Err(Failure::usage(Misuse::Arguments, message, mend));
    }
    if reason.trim().is_empty() {
        let message = "a hold needs a reason";
        let mend = "say why with --reason: somebody will ask";
        return Err(Failure::usage(Misuse::Arguments, message, mend));
    }
    Ok(())
}

/// Takes down what the hold covers, once no other run uses the state file.
async fn take_down(
    session: &Session,
    work: &Work,
    hold: KeptHold,
    title: String,
) -> Result<Ending, Failure> {
    let stack = session.stack()?;
    let store = free_store(session).await?;
    let report = match walk(session, work, &stack, &store).await {
        Ok(report) => report,
        Err(error) => return stopped(error, &store, session.format).await,
    };
    let findings = output::findings(&report.findings);
    let placed = Placed {
        hold,
        title,
        run: report.summary,
    };
    output::print_as(session.format, &placed, || taken(&placed.run))?;
    if session.format == Format::Table {
        eprint!("{findings}");
    }
    Ok(match placed.run.outcome.as_str() {
        "done" => Ending::Done,
        _ => Ending::Partial,
    })
}

/// The run that takes a held title down, from what is known of it.
async fn walk(
    session: &Session,
    work: &Work,
    stack: &Stack,
    store: &Store,
) -> Result<Report, sync::Error> {
    let options = Options {
        only: Some(work.records.iter().cloned().collect()),
        only_takedown_of: Some(work.key.clone()),
        command: "hold",
        ..Options::at(Timestamp::now())
    };
    let bars = Bars::new(Some(stack));
    let report = session
        .engine(stack, store, &bars)
        .sync(Source::Kept, &options)
        .await;
    bars.finish();
    report
}

/// Takes down a title that was held elsewhere, once no other run uses the state file. What came of it is kept as a run.
pub(super) async fn enforce(session: &Session, work: &WorkKey) -> Result<(), Failure> {
    let stack = session.stack()?;
    let store = free_store(session).await?;
    let works = kept_works(&store).await?;
    if let Some(work) = find(&works, work.as_str()) {
        walk(session, work, &stack, &store).await?;
    }
    Ok(())
}

/// The state file, as soon as the run that uses it has ended.
pub(super) async fn free_store(session: &Session) -> Result<Store, Failure> {
    let begun = Instant::now();
    loop {
        match session.store().await {
            Err(Failure::Store(store::Error::Busy { .. })) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(LOOK).await;
            }
            opened => return opened,
        }
    }
}

fn taken(run: &Summary) -> String {
    match run.outcome.as_str() {
        "done" if run.unpublished == 0 => {
            format!("nothing of it was published\nrun {}\n", run.run)
        }
        "done" => format!(
            "taken down and absent from delivery: {}\nrun {}\n",
            output::plural(
                usize::try_from(run.unpublished).unwrap_or(usize::MAX),
                "publication"
            ),
            run.run
        ),
        _ => format!(
            "not confirmed absent everywhere; `frontlist sync` goes on\nrun {}\n",
            run.run
        ),
    }
}

fn told(hold: &KeptHold, title: &str, sites: &[&Site]) -> String {
    let place = hold
        .site
        .as_deref()
        .map_or_else(|| "every site".to_owned(), |site| format!("site {site}"));
    let until = sites.first().map_or_else(
        || hold.until.to_string(),
        |site| output::local(hold.until, &site.time_zone),
    );
    format!(
        "{title} ({}) is kept from {place} until {until}: {}",
        hold.work, hold.reason
    )
}

/// Who runs the command.
pub(super) fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "somebody".to_owned())
}

async fn list(store: &Store, site: Option<&str>, format: Format) -> Result<Ending, Failure> {
    let mut holds = store.holds().await?;
    holds.retain(|hold| site.is_none() || hold.site.is_none() || hold.site.as_deref() == site);
    output::print_as(format, &holds, || listed(&holds, Timestamp::now()))?;
    Ok(Ending::Done)
}

fn listed(holds: &[KeptHold], now: Timestamp) -> String {
    if holds.is_empty() {
        return "No title was ever held. `frontlist hold ISBN --until TIME --reason TEXT` holds one."
            .to_owned();
    }
    let mut table = Table::new(["work", "site", "state", "until", "placed", "reason"]);
    for hold in holds {
        let state = match (&hold.lifted_by, hold.is_active(now)) {
            (Some(by), _) => format!("lifted by {by}"),
            (None, true) => "holds".to_owned(),
            (None, false) => "expired".to_owned(),
        };
        let placed = output::clock(&hold.placed_at.to_string());
        table.row([
            hold.work.clone(),
            hold.site.clone().unwrap_or_else(|| "all".to_owned()),
            state,
            output::clock(&hold.until.to_string()),
            format!("{placed} by {}", hold.placed_by),
            hold.reason.clone(),
        ]);
    }
    table.to_string()
}

/// `unhold`.
pub(super) async fn lift(
    arguments: &UnholdArguments,
    session: &Session,
) -> Result<Ending, Failure> {
    session.sites(arguments.site.as_deref())?;
    let store = session.store_beside().await?;
    let now = Timestamp::now();
    let works = kept_works(&store).await?;
    let Some(work) = find(&works, &arguments.title) else {
        return Err(unknown(&arguments.title, &store).await?);
    };
    let named = |key: &str| {
        work.key.as_str() == key || work.aliases.iter().any(|alias| alias.as_str() == key)
    };
    let site = arguments.site.as_deref();
    let holds = store.holds().await?;
    let lifted: Vec<&KeptHold> = holds
        .iter()
        .filter(|hold| hold.is_active(now) && named(&hold.work))
        .filter(|hold| site.is_none() || hold.site.as_deref() == site)
        .collect();
    if lifted.is_empty() {
        let place = site.map_or_else(String::new, |site| format!(" for site {site} alone"));
        return Err(Failure::usage(
            Misuse::UnknownHold,
            format!("nobody holds {}{place}", work.title.text),
            "see `frontlist hold --list`",
        ));
    }
    let by = user();
    for hold in &lifted {
        store.lift_hold(hold.id, &by, now).await?;
    }
    output::print_as(session.format, &lifted, || {
        format!(
            "lifted: {} on {}; the next sync shows it again where nothing else speaks against it",
            output::plural(lifted.len(), "hold"),
            work.title.text
        )
    })?;
    Ok(Ending::Done)
}

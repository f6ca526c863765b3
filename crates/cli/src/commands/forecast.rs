//! `forecast`: what will change by itself, from the catalogue as last read.

mod calendar;

use jiff::{Timestamp, ToSpan as _};
use rust_decimal::Decimal;
use serde::Serialize;
use site::forecast::{Change, Turn, forecast};
use site::policy::{Site, Sites};
use sync::pull::kept_works;

use crate::arguments::{ForecastArguments, Format};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;

/// How far ahead to look without `--to`.
const DAYS: i64 = 30;

/// The longest title in a table.
const LONGEST_TITLE: usize = 40;

/// The changes of a stretch of time.
#[derive(Debug, Serialize)]
struct Foreseen {
    from: Timestamp,
    to: Timestamp,
    changes: Vec<Change>,
}

pub(super) async fn run(
    arguments: &ForecastArguments,
    session: &Session,
) -> Result<Ending, Failure> {
    let asked = session.sites(arguments.site.as_deref())?;
    let from = session.instant(arguments.from, &asked);
    let to = match arguments.to {
        Some(to) => session.instant(Some(to), &asked),
        None => from
            .checked_add((DAYS * 24).hours())
            .unwrap_or(Timestamp::MAX),
    };
    if to < from {
        return Err(Failure::usage(
            Misuse::Arguments,
            format!("--to {to} lies before --from {from}"),
            "name a later --to",
        ));
    }
    let store = session.store_beside().await?;
    let works = kept_works(&store).await?;
    let memory = sync::engine::memory(&store.ledger().await?);
    let foreseen = Foreseen {
        from,
        to,
        changes: forecast(
            &works,
            &only(&asked, session)?,
            &session.configuration.policy,
            &memory,
            from,
            to,
        ),
    };
    if session.format == Format::Ics {
        output::print(&calendar::calendar(&foreseen.changes, Timestamp::now()))?;
    } else {
        output::print_as(session.format, &foreseen, || {
            told(&foreseen, &asked, works.is_empty())
        })?;
    }
    Ok(Ending::Done)
}

/// The sites asked for, alone.
fn only(asked: &[&Site], session: &Session) -> Result<Sites, Failure> {
    let all = &session.configuration.sites;
    if asked.len() == all.len() {
        return Ok(all.clone());
    }
    let chosen = asked.iter().map(|site| (*site).clone()).collect();
    // Some of several sites that make sense together make sense, too.
    Sites::new(chosen).map_err(|error| {
        Failure::usage(
            Misuse::UnknownSite,
            error.to_string(),
            "correct the [[site]] blocks",
        )
    })
}

fn told(foreseen: &Foreseen, sites: &[&Site], nothing_read: bool) -> String {
    if nothing_read {
        return "No title has been read yet; `frontlist sync` reads them.".to_owned();
    }
    if foreseen.changes.is_empty() {
        return format!(
            "Nothing changes by itself between {:.0} and {:.0}.",
            foreseen.from, foreseen.to
        );
    }
    let mut table = Table::new(["when", "site", "title", "ISBN", "what"]);
    for change in &foreseen.changes {
        let site = sites.iter().find(|site| site.id == change.site);
        let when = site.map_or_else(
            || change.at.to_string(),
            |site| output::local(change.at, &site.time_zone),
        );
        let isbn = change.isbn.map(|isbn| isbn.hyphenated());
        table.row([
            when,
            change.site.to_string(),
            output::shortened(&change.title, LONGEST_TITLE),
            isbn.unwrap_or_default(),
            what(change),
        ]);
    }
    table.to_string()
}

/// What changes, in words.
fn what(change: &Change) -> String {
    let appears = change.state.map(|state| state.as_str());
    let turns: Vec<String> = change
        .turns
        .iter()
        .map(|turn| match turn {
            Turn::Appears => format!("appears: {}", appears.unwrap_or("shown")),
            Turn::Disappears { decided_by, reason } => {
                format!("disappears: {reason} [{decided_by}]")
            }
            Turn::State { before, after } => {
                format!("{} becomes {}", before.as_str(), after.as_str())
            }
            Turn::Price { before, after } => {
                format!("price {} becomes {}", amount(*before), amount(*after))
            }
            Turn::Text { field } => format!("text {field}"),
            Turn::File { field } => format!("file {field}"),
            Turn::Field { field } => field.clone(),
        })
        .collect();
    turns.join(", ")
}

fn amount(amount: Option<Decimal>) -> String {
    amount.map_or_else(|| "none".to_owned(), |amount| amount.to_string())
}

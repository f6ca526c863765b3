//! `launch`: what is missing before titles go live, on which site, who mends it where, by when.

mod calendar;
mod desk;
mod told;
mod trial;

use std::path::{Path, PathBuf};

use catalogue::work::Work;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use launch::checklist::{Outcome, Readiness};
use launch::rule_book::RuleBook;
use site::appraisal::Appraisal;
use site::policy::Site;
use sync::pull::kept_works;

use crate::arguments::{Format, LaunchArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output;
use crate::session::Session;
use crate::when::Week;
use desk::{Candidate, Desk, Said};
use trial::Trial;

use super::milestones::progress;
use super::titles::{find, unknown};
use super::waive::kept_waivers;

/// How many days ahead titles are launches (BISG judges records from 180 days before publication).
const AHEAD: i32 = 180;

/// How many days after publication they still are.
const BEHIND: i32 = 14;

pub(super) async fn run(arguments: &LaunchArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let now = session.instant(arguments.at, &sites);
    let book = rules(arguments.rules.clone(), session)?;
    let store = session.store_beside().await?;
    let mut works = kept_works(&store).await?;
    let ledger = store.ledger().await?;
    let one = match &arguments.title {
        Some(asked) => match find(&works, asked) {
            Some(work) => Some(work.clone()),
            None => return Err(unknown(asked, &store).await?),
        },
        None => None,
    };
    let nothing_read = works.is_empty();
    let said = Said {
        waivers: kept_waivers(&store, &works).await?,
        milestones: progress(&store).await?,
    };
    match &one {
        Some(work) => works = vec![work.clone()],
        None => works.retain(|work| may_be_near(work, arguments.week, now)),
    }
    let used = store.where_used().await?;
    let desk = Desk::new(&works, &session.configuration, &ledger, used, said, now);
    let mut asked: Vec<(Option<Date>, &Work, &Site, Appraisal)> = Vec::new();
    for work in &works {
        for site in &sites {
            let Some(appraisal) = desk.appraisal(work, site) else {
                continue;
            };
            let day = appraisal.publication.map(|date| date.first_day());
            if one.is_some() || is_near(day, arguments.week, site, now) {
                asked.push((day, work, site, appraisal));
            }
        }
    }
    // The nearest first; what has no date last.
    asked.sort_by_key(|(day, _, site, appraisal)| {
        (
            day.is_none(),
            *day,
            appraisal.title.clone(),
            site.id.0.clone(),
        )
    });
    let under = |book: &RuleBook| -> Vec<Candidate> {
        let asked = asked.iter();
        asked
            .map(|(_, work, site, appraisal)| desk.candidate(work, site, appraisal, book))
            .collect()
    };
    let candidates = under(&book);
    if let Some(file) = &arguments.trial {
        let (text, name) = read_rules(file)?;
        let trial = Trial::new(&candidates, &under(&book.with(&text, &name)?));
        output::print_as(session.format, &trial, || trial.told())?;
        return Ok(Ending::Done);
    }
    match session.format {
        Format::Ics => output::print(&calendar::calendar(&candidates, Timestamp::now()))?,
        Format::Csv => output::print(&told::spreadsheet(&candidates)?)?,
        Format::Table | Format::Json => output::print_as(session.format, &candidates, || {
            if nothing_read {
                return "No title has been read yet; `frontlist sync` reads them.".to_owned();
            }
            told::told(&candidates, one.is_some())
        })?,
    }
    Ok(ending(&candidates))
}

/// 3 where a title is blocked, else 4 where nobody knows of one.
fn ending(candidates: &[Candidate]) -> Ending {
    let worst = candidates.iter().map(|candidate| candidate.readiness).max();
    match worst {
        Some(Readiness::Blocked) => Ending::Partial,
        Some(Readiness::Unknown) => Ending::Question,
        Some(Readiness::Ready) | None => Ending::Done,
    }
}

/// The rules: the default ones, and over them those of a file, or of the configuration's.
pub(super) fn rules(file: Option<PathBuf>, session: &Session) -> Result<RuleBook, Failure> {
    let configured = session.configuration.launch_rules();
    let Some(path) = file.or(configured) else {
        return Ok(RuleBook::with_defaults(None)?);
    };
    let (text, file) = read_rules(&path)?;
    Ok(RuleBook::with_defaults(Some((&text, &file)))?)
}

/// The text of a file of rules, and its name.
fn read_rules(path: &Path) -> Result<(String, String), Failure> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((text, file)),
        Err(error) => Err(Failure::usage(
            Misuse::Arguments,
            format!("the rules {file} cannot be read: {error}"),
            "name a file of rules that this user may read",
        )),
    }
}

/// Whether any date of a title could make it a launch: a coarse sieve before sites are asked.
fn may_be_near(work: &Work, week: Option<Week>, now: Timestamp) -> bool {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut dates = work.products.iter().flat_map(|product| {
        let supplied = product.supplies.iter().flat_map(|supply| &supply.dates);
        product.dates.iter().chain(supplied)
    });
    dates.any(|date| {
        let day = date.date.first_day();
        match week {
            Some(week) => week.contains(day),
            None => within(day, today, 1),
        }
    })
}

fn is_near(day: Option<Date>, week: Option<Week>, site: &Site, now: Timestamp) -> bool {
    let today = catalogue::date::day_at(&site.time_zone, now);
    match (day, week) {
        (None, _) => false,
        (Some(day), Some(week)) => week.contains(day),
        (Some(day), None) => within(day, today, 0),
    }
}

fn within(day: Date, today: Date, slack: i32) -> bool {
    let from = today.saturating_sub((BEHIND + slack).days());
    let to = today.saturating_add((AHEAD + slack).days());
    from <= day && day <= to
}

/// Whether a line is still to be done.
fn is_open(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Fail | Outcome::Unknown)
}

//! `launch`: what is missing before titles go live, on which site, who mends it where, by when.

mod calendar;
mod told;
mod trial;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use launch::checklist::Readiness;
use launch::rule_book::RuleBook;
use sync::launches::{Candidate, Desk, Rules, Said, Which, may_be_asked_for};
use sync::pull::kept_works;

use crate::arguments::{Format, LaunchArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output;
use crate::session::Session;
use trial::Trial;

use super::titles::{find, unknown};

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
    let said = Said::of(&store, &works).await?;
    let which = match (&one, arguments.week) {
        (Some(_), _) => Which::All,
        (None, Some(week)) => Which::Week(week.first()),
        (None, None) => Which::Near,
    };
    match &one {
        Some(work) => works = vec![work.clone()],
        None => works.retain(|work| may_be_asked_for(work, which, now)),
    }
    let configured = session.configuration.configured();
    let memory = sync::engine::memory(&ledger);
    let desk = Desk::new(&works, configured, &ledger, &memory, said, now);
    let asked = desk.asked(&works, &sites, which);
    let holidays = session.configuration.holidays();
    let under = |book: &RuleBook| {
        let holidays = &holidays;
        desk.checklists(&asked, Rules { book, holidays })
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

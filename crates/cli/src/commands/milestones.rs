//! `milestones`: what people work towards, imported from to-dos that Consonance exports or gives out as a
//! calendar, and read from the dates of its records.

mod export;
mod feed;
mod whose;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use consonance::Event;
use jiff::Timestamp;
use serde::Serialize;
use store::Store;
use store::milestones::{KeptMilestone, Origin};
use sync::launches::MANUSCRIPT;
use sync::pull::kept_works;

use crate::arguments::{Format, MilestonesCommand};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;
use export::Wrong;
use whose::Titles;

/// The largest export that is read, in bytes: a catalogue's to-dos are a few megabytes.
const LARGEST: u64 = 64 << 20;

/// What an import came to.
#[derive(Debug, Serialize)]
struct Imported {
    /// How many milestones were kept.
    milestones: usize,
    /// Of how many titles.
    titles: usize,
    /// The rows that were left out, by line.
    left_out: Vec<Wrong>,
}

pub(super) async fn run(command: &MilestonesCommand, session: &Session) -> Result<Ending, Failure> {
    let store = session.store_beside().await?;
    match command {
        MilestonesCommand::Import { file } => import(file, &store, session.format).await,
        MilestonesCommand::Pull => pull(session, &store).await,
        MilestonesCommand::List => list(&store, session.format).await,
    }
}

async fn import(file: &Path, store: &Store, format: Format) -> Result<Ending, Failure> {
    let name = file.display().to_string();
    let text = text(file, &name)?;
    let rows = match feed::is_calendar(&text) {
        true => feed::read(&text),
        false => export::read(&text, &name)?,
    };
    let works = kept_works(store).await?;
    let titles = Titles::of(&works);
    let read_at = Timestamp::now();
    let mut left_out = Vec::new();
    let mut kept: BTreeMap<(String, &'static str), KeptMilestone> = BTreeMap::new();
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(wrong) => {
                left_out.push(wrong);
                continue;
            }
        };
        match titles.whose(&row.title) {
            Ok(work) => {
                let name = row.milestone.name();
                let one = KeptMilestone {
                    work: work.key.to_string(),
                    name: name.to_owned(),
                    assignee: row.assignee,
                    due: row.due,
                    done: row.done,
                    read_at,
                    origin: Origin::Import,
                };
                kept.insert((one.work.clone(), name), one);
            }
            Err(why) => left_out.push(Wrong {
                line: row.line,
                why,
            }),
        }
    }
    let milestones: Vec<KeptMilestone> = kept.into_values().collect();
    store.replace_milestones(&milestones).await?;
    let mut titles: Vec<&str> = milestones.iter().map(|one| one.work.as_str()).collect();
    titles.dedup();
    let imported = Imported {
        milestones: milestones.len(),
        titles: titles.len(),
        left_out,
    };
    output::print_as(format, &imported, || told(&imported, &name))?;
    Ok(match imported.left_out.is_empty() {
        true => Ending::Done,
        false => Ending::Partial,
    })
}

/// What was read of the source's own dates.
#[derive(Debug, Serialize)]
struct Pulled {
    /// How many dates were kept.
    dates: usize,
    /// Of how many titles.
    titles: usize,
    /// Names that the account's schema lacks.
    missing: Vec<String>,
    /// How many values are no dates.
    unreadable: usize,
}

/// Reads the dates that Consonance's records have.
async fn pull(session: &Session, store: &Store) -> Result<Ending, Failure> {
    let read = session.consonance()?.dates().await?;
    let works = kept_works(store).await?;
    let known: BTreeSet<&str> = works.iter().map(|work| work.key.as_str()).collect();
    let read_at = Timestamp::now();
    let mut kept: BTreeMap<(String, String), KeptMilestone> = BTreeMap::new();
    for date in read.dates {
        let key = date.work.work_key();
        if !known.contains(key.as_str()) {
            continue;
        }
        let name = match date.event {
            Event::Manuscript => MANUSCRIPT.to_owned(),
            Event::Deliverable(what) => format!("Contract: {what}"),
            Event::ProductionRun(run) => format!("Production run: {run}"),
        };
        // Dates come in their order: of two of one name the later one stands.
        let one = KeptMilestone {
            work: key.to_string(),
            name: name.clone(),
            assignee: None,
            due: date.due,
            done: date.done,
            read_at,
            origin: Origin::Consonance,
        };
        kept.insert((one.work.clone(), name), one);
    }
    let kept: Vec<KeptMilestone> = kept.into_values().collect();
    store.replace_read_milestones(&kept).await?;
    let titles: BTreeSet<&str> = kept.iter().map(|one| one.work.as_str()).collect();
    let pulled = Pulled {
        dates: kept.len(),
        titles: titles.len(),
        missing: read.missing,
        unreadable: read.unreadable,
    };
    output::print_as(session.format, &pulled, || {
        let mut told = format!(
            "{} of {} from Consonance\n",
            output::plural(pulled.dates, "date"),
            output::plural(pulled.titles, "title"),
        );
        for name in &pulled.missing {
            told.push_str(&format!("missing: {name}: these dates are not known\n"));
        }
        if pulled.unreadable > 0 {
            told.push_str(&format!(
                "{} cannot be read\n",
                output::plural(pulled.unreadable, "date")
            ));
        }
        told
    })?;
    Ok(match pulled.missing.is_empty() && pulled.unreadable == 0 {
        true => Ending::Done,
        false => Ending::Partial,
    })
}

fn text(file: &Path, name: &str) -> Result<String, Failure> {
    let refuse = |why: String| {
        let mend = "name the CSV that Consonance exports, or a calendar of to-dos, saved as UTF-8";
        Failure::usage(Misuse::Arguments, format!("{name} {why}"), mend)
    };
    let size = std::fs::metadata(file).map(|data| data.len());
    let size = size.map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if size > LARGEST {
        return Err(refuse(format!("has {size} bytes, more than {LARGEST}")));
    }
    let bytes = std::fs::read(file).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| refuse("is not UTF-8".to_owned()))
}

fn told(imported: &Imported, name: &str) -> String {
    let mut told = format!(
        "{} of {} from {name}\n",
        output::plural(imported.milestones, "milestone"),
        output::plural(imported.titles, "title"),
    );
    for wrong in &imported.left_out {
        told.push_str(&format!("line {}: {}\n", wrong.line, wrong.why));
    }
    told
}

async fn list(store: &Store, format: Format) -> Result<Ending, Failure> {
    let milestones = store.milestones().await?;
    output::print_as(format, &milestones, || {
        if milestones.is_empty() {
            return "No milestone is known. `frontlist milestones import FILE` reads Consonance's export of to-dos."
                .to_owned();
        }
        let mut table = Table::new(["work", "milestone", "assignee", "due", "done"]);
        let day =
            |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
        for one in &milestones {
            table.row([
                one.work.clone(),
                one.name.clone(),
                one.assignee.clone().unwrap_or_default(),
                day(one.due),
                day(one.done),
            ]);
        }
        table.to_string()
    })?;
    Ok(Ending::Done)
}

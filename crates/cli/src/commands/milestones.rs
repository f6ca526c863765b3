//! `milestones`: what people work towards, imported from Consonance's export of to-dos, for the checklist.

mod export;

use std::collections::BTreeMap;
use std::path::Path;

use catalogue::isbn::Isbn13;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use store::Store;
use store::milestones::KeptMilestone;
use sync::pull::kept_works;

use super::titles::find;
use crate::arguments::{Format, MilestonesCommand};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;
use export::Wrong;

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
        MilestonesCommand::List => list(&store, session.format).await,
    }
}

async fn import(file: &Path, store: &Store, format: Format) -> Result<Ending, Failure> {
    let name = file.display().to_string();
    let rows = export::read(&text(file, &name)?, &name)?;
    let works = kept_works(store).await?;
    let by_isbn: BTreeMap<Isbn13, &Work> = works
        .iter()
        .flat_map(|work| work.products.iter().map(move |product| (product, work)))
        .filter_map(|(product, work)| Some((product.isbn?, work)))
        .collect();
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
        let isbn = row.title.parse::<Isbn13>().ok();
        let work = isbn
            .and_then(|isbn| by_isbn.get(&isbn).copied())
            .or_else(|| find(&works, &row.title));
        match work {
            Some(work) => {
                let name = row.milestone.name();
                let one = KeptMilestone {
                    work: work.key.to_string(),
                    name: name.to_owned(),
                    assignee: row.assignee,
                    due: row.due,
                    done: row.done,
                    read_at,
                };
                kept.insert((one.work.clone(), name), one);
            }
            None => left_out.push(Wrong {
                line: row.line,
                why: format!(
                    "no title `{}` is known; `frontlist sync` reads titles",
                    row.title
                ),
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

fn text(file: &Path, name: &str) -> Result<String, Failure> {
    let refuse = |why: String| {
        let mend = "name the CSV that Consonance exports, saved as UTF-8";
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

//! Reading works page by page, and around those that make a page fail.
//!
//! The size of a page is the service's and not told, so pages are followed until one is empty. A
//! page that fails is taken apart: its numbers are asked for, which costs the service next to
//! nothing, then each work alone. What still fails is one record's trouble; if all of them fail, it
//! is the source's.

use std::collections::BTreeSet;

use catalogue::finding::{Finding, FindingCode};
use jiff::civil::Date;
use serde_json::Value;
use tracing::warn;

use crate::envelope::{Envelope, Step};
use crate::error::Error;
use crate::node::Said;
use crate::query::{self, Omitted, Search};
use crate::read::{ReadWork, read_work};
use crate::single::{Single, errors_at};
use crate::source::{FetchedWork, Rejected, Source, id_of, last_of, works_of};
use crate::work_id::WorkId;

const SOURCE_ERROR: FindingCode = FindingCode::new("source-error");

/// How many works in a row may fail alone, with none read, before the source is called failing.
const OUTAGE: usize = 5;

/// Works that came together.
#[derive(Debug, Default)]
pub struct Page {
    /// Those that were read, in the order of their numbers.
    pub works: Vec<FetchedWork>,
    /// Those that were not.
    pub rejected: Vec<Rejected>,
    /// What the service said of the page as a whole.
    pub findings: Vec<Finding>,
}

impl Page {
    /// How many source records the page accounts for.
    #[must_use]
    pub fn records(&self) -> usize {
        self.works.len() + self.rejected.len()
    }
}

/// What was read of a page before contracts are added.
#[derive(Debug, Default)]
struct Reading {
    works: Vec<ReadWork>,
    rejected: Vec<Rejected>,
    findings: Vec<Finding>,
    last: Option<WorkId>,
}

/// A reading of works, page by page.
#[derive(Debug)]
pub struct Walk<'a> {
    source: &'a Source,
    since: Option<Date>,
    after: WorkId,
    ended: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(source: &'a Source, since: Option<Date>) -> Self {
        Self {
            source,
            since,
            after: WorkId::BEFORE_ALL,
            ended: false,
        }
    }

    /// The next page; nothing once all works have been read.
    ///
    /// # Errors
    /// Whatever makes the source a failing one. What was read before is a part of the catalogue
    /// only, and must not be taken for the whole.
    pub async fn next_page(&mut self) -> Result<Option<Page>, Error> {
        if self.ended {
            return Ok(None);
        }
        let reading = self.read(Search::After(self.after, self.since)).await?;
        let Some(last) = reading.last else {
            self.ended = true;
            return Ok(None);
        };
        self.after = last;
        self.source.watch(&reading.works)?;
        let mut page = Page {
            works: Vec::new(),
            rejected: reading.rejected,
            findings: reading.findings,
        };
        for read in reading.works {
            page.works.push(self.source.fetched(read).await?);
        }
        Ok(Some(page))
    }

    async fn read(&self, search: Search) -> Result<Reading, Error> {
        let query = query::works(self.source.schema(), search, &Omitted::new());
        let answer = self.source.transport().ask(&query).await;
        let failure = match answer {
            Ok(envelope) => match works_of(&envelope) {
                Some(rows) => return self.sort(rows, &envelope, search).await,
                None => envelope.refusal(),
            },
            Err(error) => error,
        };
        if failure.may_be_one_record() && self.source.schema().plan().can_pick() {
            return self.take_apart(search, failure).await;
        }
        Err(failure)
    }

    /// Reads the works of a page that came.
    async fn sort(
        &self,
        rows: &[Value],
        envelope: &Envelope,
        search: Search,
    ) -> Result<Reading, Error> {
        let mut reading = Reading {
            findings: unplaced(envelope),
            ..Reading::default()
        };
        let omitted = Omitted::new();
        let mut seen = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let Some(id) = id_of(row) else { continue };
            seen.push(id);
            let errors = errors_at(envelope, at);
            match read_work(
                row,
                &Said {
                    errors: &errors,
                    omitted: &omitted,
                },
            ) {
                Ok(read) => reading.works.push(read),
                Err(unfit) => reading.rejected.push(Rejected::unfit(id, &unfit)),
            }
        }
        if seen.len() < rows.len() {
            // Works that came without a number: the cheap query tells which they are.
            let ids = self.source.page_ids(search).await?;
            reading.last = last_of(self.after, ids.iter().copied())?;
            let seen: BTreeSet<WorkId> = seen.into_iter().collect();
            for id in ids.into_iter().filter(|id| !seen.contains(id)) {
                let failed = reading.take(self.source.single(id).await?);
                reading
                    .rejected
                    .extend(failed.map(|error| Rejected::undeliverable(id, &error)));
            }
            reading.works.sort_by_key(|read| read.id);
        } else {
            reading.last = last_of(self.after, seen)?;
        }
        Ok(reading)
    }

    /// Reads the works of a page that failed, one by one.
    async fn take_apart(&self, search: Search, failure: Error) -> Result<Reading, Error> {
        let Ok(ids) = self.source.page_ids(search).await else {
            return Err(failure);
        };
        warn!(
            code = failure.code(),
            after = self.after.get(),
            works = ids.len(),
            "a page of works failed; reading its works one by one"
        );
        let mut reading = Reading {
            last: last_of(self.after, ids.iter().copied())?,
            ..Reading::default()
        };
        let mut failed = Vec::new();
        let count = ids.len();
        for id in ids {
            let single = self.source.single(id).await?;
            failed.extend(reading.take(single).map(|error| (id, error)));
            if reading.is_empty() && failed.len() >= OUTAGE {
                return Err(failure);
            }
        }
        if count > 1 && failed.len() == count {
            return Err(failure);
        }
        let rejected = failed
            .iter()
            .map(|(id, error)| Rejected::undeliverable(*id, error));
        reading.rejected.extend(rejected);
        reading.rejected.sort_by_key(|rejected| rejected.id);
        Ok(reading)
    }
}

impl Reading {
    fn is_empty(&self) -> bool {
        self.works.is_empty() && self.rejected.is_empty()
    }

    /// Takes in what became of one work; gives back the failure, if it was one.
    fn take(&mut self, single: Single) -> Option<Error> {
        match single {
            Single::Gone => None,
            Single::Read(read) => {
                self.works.push(*read);
                None
            }
            Single::Rejected(rejected) => {
                self.rejected.push(rejected);
                None
            }
            Single::Failed(error) => Some(error),
        }
    }
}

/// Errors beside a page that belong to none of its works.
fn unplaced(envelope: &Envelope) -> Vec<Finding> {
    let placed =
        |path: &[Step]| matches!(path, [Step::Field(works), Step::At(_), ..] if works == "works");
    let unplaced = envelope.errors.iter().filter(|error| !placed(&error.path));
    unplaced
        .map(|error| {
            let message = format!(
                "Consonance reported beside a page of works: {}",
                error.message
            );
            Finding::warning(SOURCE_ERROR, message)
        })
        .collect()
}

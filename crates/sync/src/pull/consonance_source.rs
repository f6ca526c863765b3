//! Reading Consonance: what changed, and which records there are at all.
//!
//! There are no tombstones and no events, so every run asks which works exist; a work that is not among them is gone.
//! `changedSince` has the grain of a day and says only "likely", hence a day of overlap and a fingerprint per work.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::RecordKey;
use consonance::{Client, Fetched, FetchedWork, Rejected, Span, WorkId};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::snapshot::{KeptRecord, Rejection};

use super::{CONSONANCE, Kept, PullOptions, Pulled, keep, reject};
use crate::Error;
use crate::progress::Progress;

pub(super) async fn read(
    client: &Client,
    mark: Option<String>,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
    progress: &dyn Progress,
) -> Result<(), Error> {
    progress.phase("reading Consonance", None);
    let schema = client.schema().await?;
    let source = client.source(schema).map_err(failing)?;
    pulled.findings.extend(source.findings());
    let mut reading = Reading {
        known: &mut kept.consonance,
        pulled,
        run: &options.run,
    };
    if let Some(only) = &options.only {
        for id in only.iter().filter_map(WorkId::of_record) {
            reading.take(source.work(id).await.map_err(failing)?, id)?;
        }
        return Ok(());
    }
    let today = options.now.to_zoned(TimeZone::UTC).date();
    let since: Option<Date> = mark
        .filter(|_| !options.full)
        .and_then(|mark| mark.parse().ok());
    let span = since.map_or(Span::All, |mark| {
        Span::ChangedSince(mark.saturating_sub(1.day()))
    });
    let mut seen: BTreeSet<WorkId> = BTreeSet::new();
    let mut walk = source.works(span);
    while let Some(page) = walk.next_page().await.map_err(failing)? {
        progress.advance(u64::try_from(page.records()).unwrap_or_default());
        reading.pulled.findings.extend(page.findings);
        for work in page.works {
            seen.insert(work.id);
            reading.work(&work)?;
        }
        for rejected in page.rejected {
            seen.insert(rejected.id);
            reading.rejected(rejected);
        }
    }
    // A whole walk has met every work; a delta must ask which there are.
    let all = if since.is_some() {
        source.ids().await.map_err(failing)?
    } else {
        seen.clone()
    };
    let unknown: Vec<WorkId> = all
        .iter()
        .filter(|id| !seen.contains(id) && !reading.known.contains_key(&id.record_key()))
        .copied()
        .collect();
    for id in unknown {
        reading.take(source.work(id).await.map_err(failing)?, id)?;
    }
    let alive: BTreeSet<RecordKey> = all.iter().map(|id| id.record_key()).collect();
    let vanished: Vec<RecordKey> = reading
        .known
        .keys()
        .filter(|key| !alive.contains(key))
        .cloned()
        .collect();
    pulled.vanished.extend(vanished);
    pulled.considered.extend(alive);
    pulled
        .change
        .marks
        .insert(CONSONANCE.to_owned(), today.to_string());
    Ok(())
}

/// A gate that cannot be read makes the source a failing one; anything else is an error like any other.
fn failing(error: consonance::Error) -> Error {
    match &error {
        consonance::Error::GateMissing { .. } | consonance::Error::GateUnreadable { .. } => {
            Error::SourceFailing {
                reason: error.to_string(),
                source: Box::new(error),
            }
        }
        _ => error.into(),
    }
}

struct Reading<'a> {
    known: &'a mut BTreeMap<RecordKey, KeptRecord>,
    pulled: &'a mut Pulled,
    run: &'a str,
}

impl Reading<'_> {
    fn work(&mut self, fetched: &FetchedWork) -> Result<(), Error> {
        keep(
            CONSONANCE,
            &fetched.id.record_key(),
            &fetched.work,
            self.known,
            self.pulled,
        )
    }

    fn rejected(&mut self, rejected: Rejected) {
        let rejection = Rejection {
            key: rejected.key,
            run: self.run.to_owned(),
            code: rejected.code.code().to_owned(),
            reason: rejected.reason,
            place: format!("Consonance work {}", rejected.id),
            raw: None,
        };
        reject(self.pulled, rejection);
    }

    fn take(&mut self, fetched: Fetched, id: WorkId) -> Result<(), Error> {
        match fetched {
            Fetched::Work(work) => self.work(&work)?,
            Fetched::Rejected(rejected) => self.rejected(rejected),
            Fetched::Gone => {
                let key = id.record_key();
                if self.known.contains_key(&key) {
                    self.pulled.considered.insert(key.clone());
                    self.pulled.vanished.insert(key);
                }
            }
        }
        Ok(())
    }
}

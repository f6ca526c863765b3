//! An account whose schema is known: what works there are, and what they say.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use catalogue::finding::Finding;
use catalogue::key::RecordKey;
use catalogue::work::Work;
use jiff::civil::Date;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::contract::Contracts;
use crate::envelope::Envelope;
use crate::error::{Error, RejectCode};
use crate::query::{self, Search};
use crate::read::ReadWork;
use crate::schema::Schema;
use crate::single::Single;
use crate::transport::Transport;
use crate::walk::Walk;
use crate::watch::Watch;
use crate::work_id::WorkId;

/// Which works to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Every work.
    All,
    /// Works that changed on the day or later, as Consonance tells it: by days, and with works among
    /// them that did not change. The caller subtracts a day of overlap.
    ChangedSince(Date),
}

/// One work, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedWork {
    /// Its number.
    pub id: WorkId,
    /// What it says, findings included.
    pub work: Work,
}

/// One work that could not be read, while the rest went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number, by which it can be replayed.
    pub id: WorkId,
    /// Its record.
    pub key: RecordKey,
    /// What kind of trouble.
    pub code: RejectCode,
    /// What is wrong, and where.
    pub reason: String,
}

/// What became of one work that was asked for by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It was read.
    Work(Box<FetchedWork>),
    /// It could not be read.
    Rejected(Rejected),
    /// The account has no such work (any more).
    Gone,
}

/// An account whose schema is known and has every gate.
#[derive(Debug)]
pub struct Source {
    transport: Arc<Transport>,
    schema: Schema,
    contracts: OnceCell<Contracts>,
    watch: Mutex<Watch>,
}

impl Source {
    pub(crate) fn new(transport: Arc<Transport>, schema: Schema) -> Self {
        Self {
            transport,
            schema,
            contracts: OnceCell::new(),
            watch: Mutex::default(),
        }
    }

    /// The schema that this source reads by.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What is wrong with the account as a whole: the names its schema lacks. Once per run.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.schema.findings()
    }

    /// The numbers of all works: the sweep that tells which have vanished.
    ///
    /// # Errors
    /// Whatever keeps the service from answering every page; half a sweep is none.
    pub async fn ids(&self) -> Result<BTreeSet<WorkId>, Error> {
        self.sweep(None).await
    }

    /// The numbers of works that changed on the day or later, with false positives. All works, where
    /// the schema cannot search by change.
    ///
    /// # Errors
    /// As [`Source::ids`].
    pub async fn changed_since(&self, day: Date) -> Result<BTreeSet<WorkId>, Error> {
        self.sweep(Some(day)).await
    }

    /// Reads works page by page.
    pub fn works(&self, span: Span) -> Walk<'_> {
        Walk::new(
            self,
            self.searchable(match span {
                Span::All => None,
                Span::ChangedSince(day) => Some(day),
            }),
        )
    }

    /// Reads one work, for a replay.
    ///
    /// # Errors
    /// Whatever keeps the service from answering at all. A work on which only the service fails is
    /// [`Fetched::Rejected`].
    pub async fn work(&self, id: WorkId) -> Result<Fetched, Error> {
        let failure = match self.single(id).await? {
            Single::Gone => return Ok(Fetched::Gone),
            Single::Read(read) => {
                self.watch(std::slice::from_ref(&*read))?;
                return Ok(Fetched::Work(Box::new(self.fetched(*read).await?)));
            }
            Single::Rejected(rejected) => return Ok(Fetched::Rejected(rejected)),
            Single::Failed(error) => error,
        };
        // A service that still gives the number alone is up, so the trouble is the work's.
        match self.page_ids(Search::One(id)).await {
            Ok(ids) if ids.is_empty() => Ok(Fetched::Gone),
            Ok(_) => Ok(Fetched::Rejected(Rejected::undeliverable(id, &failure))),
            Err(_) => Err(failure),
        }
    }

    async fn sweep(&self, since: Option<Date>) -> Result<BTreeSet<WorkId>, Error> {
        let since = self.searchable(since);
        let mut ids = BTreeSet::new();
        let mut after = WorkId::BEFORE_ALL;
        loop {
            let page = self.page_ids(Search::After(after, since)).await?;
            let Some(last) = last_of(after, page.iter().copied())? else {
                return Ok(ids);
            };
            ids.extend(page);
            after = last;
        }
    }

    /// The day to search by, if the schema can.
    fn searchable(&self, since: Option<Date>) -> Option<Date> {
        since.filter(|_| self.schema.plan().can_filter_changes())
    }

    /// The numbers of one page, in the order in which they came.
    pub(crate) async fn page_ids(&self, search: Search) -> Result<Vec<WorkId>, Error> {
        let envelope = self.transport.ask(&query::ids(search)).await?;
        let Some(rows) = works_of(&envelope) else {
            return Err(envelope.refusal());
        };
        let ids = rows.iter().enumerate().map(|(at, row)| {
            id_of(row).ok_or_else(|| Error::Shape {
                path: format!("works.{at}.id"),
                what: "no number".into(),
            })
        });
        ids.collect()
    }

    /// Looks at works that came together, and remembers over all readings of this source which gates they lacked.
    pub(crate) fn watch(&self, works: &[ReadWork]) -> Result<(), Error> {
        self.watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .page(works)
    }

    /// A work with what its contract says, where that was asked for.
    pub(crate) async fn fetched(&self, read: ReadWork) -> Result<FetchedWork, Error> {
        let ReadWork { id, mut work, .. } = read;
        if self.schema.plan().asks_contracts() {
            let fetch = || Contracts::fetch(&self.transport, &self.schema);
            work.contract = self.contracts.get_or_try_init(fetch).await?.of(id);
        }
        Ok(FetchedWork { id, work })
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

impl Rejected {
    pub(crate) fn unfit(id: WorkId, reason: &impl ToString) -> Self {
        Self {
            id,
            key: id.record_key(),
            code: RejectCode::Unfit,
            reason: reason.to_string(),
        }
    }

    pub(crate) fn undeliverable(id: WorkId, error: &Error) -> Self {
        Self {
            id,
            key: id.record_key(),
            code: RejectCode::Undeliverable,
            reason: format!(
                "{error} ({}), whenever this work is asked for",
                error.code()
            ),
        }
    }
}

/// The works of an answer, if it has any to give.
pub(crate) fn works_of(envelope: &Envelope) -> Option<&[Value]> {
    envelope
        .data
        .get("works")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
}

/// The number of a work in an answer.
pub(crate) fn id_of(row: &Value) -> Option<WorkId> {
    row.get("id").and_then(Value::as_i64).map(WorkId::new)
}

/// The last number of a page, nothing for an empty one.
///
/// The service does not say that pages are in the order of their numbers; following the last one
/// would skip works if they were not, so that is checked.
pub(crate) fn last_of(
    after: WorkId,
    page: impl IntoIterator<Item = WorkId>,
) -> Result<Option<WorkId>, Error> {
    let mut last = after;
    for id in page {
        if id <= last {
            return Err(Error::Paging {
                after: last,
                found: id,
            });
        }
        last = id;
    }
    Ok((last != after).then_some(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(after: i64, page: &[i64]) -> Result<Option<i64>, Error> {
        let page = page.iter().copied().map(WorkId::new);
        Ok(last_of(WorkId::new(after), page)?.map(WorkId::get))
    }

    #[test]
    fn pages_lead_on_until_one_is_empty() {
        assert_eq!(last(0, &[3, 5, 9]).unwrap(), Some(9));
        assert_eq!(last(9, &[]).unwrap(), None);
    }

    #[test]
    fn pages_that_turn_back_or_repeat_are_refused() {
        assert!(matches!(last(5, &[5]), Err(Error::Paging { .. })));
        assert!(matches!(last(0, &[3, 2]), Err(Error::Paging { .. })));
        assert!(matches!(last(0, &[3, 3]), Err(Error::Paging { .. })));
    }
}

//! From a source's delta to the whole catalogue.
//!
//! Both sources send part of what they know: what changed since a day, the records of a feed. What was read before is
//! kept record by record in the state file, and the catalogue is assembled from all of it. A source that fails, or that
//! answers with nothing, changes nothing here; records that are gone from it are named, and taken out only by whoever has
//! counted them.

mod consonance_source;
mod disregarded;
pub mod feed;
mod onix_source;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::Finding;
use catalogue::fingerprint::Fingerprint;
use catalogue::identity::{Answers, Joins, Question, assemble};
use catalogue::isbn::Isbn13;
use catalogue::key::{RecordKey, WorkKey};
use catalogue::origin::{Origin, Origins};
use catalogue::record::ProductRecord;
use catalogue::territory::Lists;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Store;
use store::snapshot::{KeptRecord, Rejection, SnapshotChange};

use feed::Feed;
use shelf::Shelf;

use crate::Error;
use crate::progress::{Progress, Silent};

/// Name of Consonance's API among sources.
pub const CONSONANCE: &str = "consonance";
/// Name of ONIX messages among sources.
pub const ONIX: &str = "onix";
/// Name of the feed that enriches Consonance's API among sources.
pub const FEED: &str = "consonance-onix";

/// Where records come from in a run.
pub enum Source {
    /// Consonance's API.
    Consonance(Box<consonance::Client>),
    /// Consonance's API, enriched by a feed that Consonance made.
    Enriched {
        /// The API.
        client: Box<consonance::Client>,
        /// The feed.
        feed: Box<Feed>,
    },
    /// ONIX messages. `complete`: what they lack is gone.
    Onix {
        /// The messages.
        messages: onix::Source,
        /// What they lack is gone.
        complete: bool,
    },
    /// Nothing is read: the catalogue as it was last read.
    Kept,
}

impl Source {
    /// Its name in the state file and in runs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Consonance(_) | Self::Enriched { .. } => CONSONANCE,
            Self::Onix { .. } => ONIX,
            Self::Kept => "kept",
        }
    }
}

/// How to read.
#[derive(Clone, Debug)]
pub struct PullOptions {
    /// The instant of the run.
    pub now: Timestamp,
    /// Read every record, whatever is known.
    pub full: bool,
    /// What a person has answered about merges and splits.
    pub answers: Answers,
    /// Read these records only, again.
    pub only: Option<BTreeSet<RecordKey>>,
    /// Take rejected ONIX records as their bytes were guessed to read.
    pub accept_encoding: bool,
    /// The run, for rejections.
    pub run: String,
}

/// What a pull found. Nothing of it has been written.
#[derive(Debug, Default)]
pub struct Pulled {
    /// The whole catalogue, records that vanished included.
    pub works: Vec<Work>,
    /// Records that the run accounts for.
    pub considered: BTreeSet<RecordKey>,
    /// Records that are new, changed, or whose last change has not reached the stack.
    pub changed: BTreeSet<RecordKey>,
    /// Records that the source has no longer.
    pub vanished: BTreeSet<RecordKey>,
    /// What is wrong with the source or its records, beyond what the works themselves carry.
    pub findings: Vec<Finding>,
    /// Records of the feed that enriches, and the source record of the work that each was merged into.
    pub merged: BTreeMap<RecordKey, RecordKey>,
    /// What a person must decide about identity.
    pub questions: Vec<Question>,
    /// What to keep.
    pub change: SnapshotChange,
}

impl Pulled {
    /// Works without the records that vanished: what the catalogue is once their absence is believed.
    pub fn without_vanished(&self) -> Vec<Work> {
        let mut works = self.works.clone();
        for work in &mut works {
            work.products
                .retain(|product| !self.vanished.contains(&product.record));
            work.records
                .retain(|record| !self.vanished.contains(record));
        }
        works.retain(|work| !work.records.is_empty());
        works
    }

    /// Records rejected in this pull: where each was read and why it cannot be used.
    pub fn rejected(&self) -> BTreeMap<RecordKey, String> {
        self.change
            .rejected
            .iter()
            .map(|rejection| {
                let told = format!("{}: {}", rejection.place, rejection.reason);
                (rejection.key.clone(), told)
            })
            .collect()
    }
}

/// What is kept, by source.
struct Kept {
    consonance: BTreeMap<RecordKey, KeptRecord>,
    onix: BTreeMap<RecordKey, KeptRecord>,
    feed: BTreeMap<RecordKey, KeptRecord>,
    /// What could not be read of the feed's files.
    lost: BTreeMap<RecordKey, Rejection>,
    joins: Joins,
    pending: BTreeSet<RecordKey>,
}

impl Kept {
    async fn load(store: &Store) -> Result<Self, Error> {
        let mut kept = Self {
            consonance: BTreeMap::new(),
            onix: BTreeMap::new(),
            feed: BTreeMap::new(),
            lost: BTreeMap::new(),
            joins: store.joins().await?,
            pending: store.pending_records().await?,
        };
        for record in store.records().await? {
            let records = match record.source.as_str() {
                CONSONANCE => &mut kept.consonance,
                FEED => &mut kept.feed,
                _ => &mut kept.onix,
            };
            records.insert(record.key.clone(), record);
        }
        let rejections = store.rejections().await?.into_iter();
        let lost = rejections.filter(|rejection| Shelf::is_rest_of_feed(&rejection.key));
        kept.lost = lost
            .map(|rejection| (rejection.key.clone(), rejection))
            .collect();
        Ok(kept)
    }
}

/// Reads a source and assembles the catalogue.
///
/// # Errors
/// When the source fails as a whole, or the state file cannot be read.
pub async fn pull(
    store: &Store,
    source: Source,
    options: &PullOptions,
    progress: &dyn Progress,
) -> Result<Pulled, Error> {
    let mut kept = Kept::load(store).await?;
    let mut pulled = Pulled::default();
    let name = source.name();
    match source {
        Source::Consonance(client) => {
            feed::forget(&mut kept, &mut pulled);
            let mark = store.mark(CONSONANCE).await?;
            consonance_source::read(&client, mark, &mut kept, options, &mut pulled, progress)
                .await?;
        }
        Source::Enriched { client, feed } => {
            let mark = store.mark(CONSONANCE).await?;
            consonance_source::read(&client, mark, &mut kept, options, &mut pulled, progress)
                .await?;
            if options.only.is_none() {
                feed::read(store, &feed, &mut kept, options, &mut pulled, progress).await?;
            }
        }
        Source::Onix { messages, complete } => {
            let mut reading = onix_source::Reading {
                shelf: Shelf::Own,
                kept: &mut kept,
                options,
                pulled: &mut pulled,
            };
            reading.read(messages, complete, progress)?;
        }
        Source::Kept => {
            let all = kept.consonance.keys().chain(kept.onix.keys());
            let all = all.chain(kept.feed.keys());
            let all = all.filter(|key| !Shelf::is_rejection(key));
            let asked =
                all.filter(|key| options.only.as_ref().is_none_or(|only| only.contains(*key)));
            pulled.considered.extend(asked.cloned());
        }
    }
    if let Some(only) = &options.only {
        read_rejections_again(store, only, &mut kept, options, &mut pulled).await?;
    }
    forget_outdated_rejections(store, &mut pulled).await?;
    forget_mended(&mut kept, &mut pulled);
    disregarded::leave_out(store, &mut kept, &mut pulled).await?;
    pulled.changed.extend(
        kept.pending
            .iter()
            .filter(|key| pulled.considered.contains(key))
            .cloned(),
    );
    whole_catalogue(name, &kept, options, &mut pulled)?;
    if !kept.lost.is_empty() {
        let ledger = store.ledger().await?;
        feed::close_unmentioned(&kept, &ledger, &mut pulled)?;
    }
    Ok(pulled)
}

/// The catalogue as it was last read.
///
/// # Errors
/// When the state file cannot be read.
pub async fn kept_works(store: &Store) -> Result<Vec<Work>, Error> {
    let options = PullOptions {
        now: Timestamp::UNIX_EPOCH,
        full: false,
        answers: Answers::default(),
        only: None,
        accept_encoding: false,
        run: String::new(),
    };
    Ok(pull(store, Source::Kept, &options, &Silent).await?.works)
}

/// A record that has been read well since needs no mend of the copy that was rejected before, and a replay of that copy
/// would put the older over the newer.
async fn forget_outdated_rejections(store: &Store, pulled: &mut Pulled) -> Result<(), Error> {
    for rejection in store.rejections().await? {
        let Some(record) = Shelf::record_of_rejection(&rejection.key) else {
            continue;
        };
        if pulled.change.mended.contains(&record) {
            pulled.change.mended.insert(rejection.key);
        }
    }
    Ok(())
}

/// What stood in the place of records that could not be read, and can be now.
fn forget_mended(kept: &mut Kept, pulled: &mut Pulled) {
    let mended = |key: &RecordKey| {
        let record = Shelf::record_of_rejection(key);
        record.is_some_and(|record| pulled.change.mended.contains(&record))
    };
    let over: Vec<RecordKey> = kept
        .feed
        .keys()
        .filter(|key| mended(key))
        .cloned()
        .collect();
    for key in over {
        kept.feed.remove(&key);
        pulled.change.kept.retain(|record| record.key != key);
        pulled.change.gone.insert(key);
    }
}

/// Reads records again that were rejected and whose XML was kept.
async fn read_rejections_again(
    store: &Store,
    only: &BTreeSet<RecordKey>,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let disregards = store.disregards().await?;
    let is_disregarded =
        |rejection: &Rejection| disregards.iter().any(|said| said.is_of(rejection));
    for rejection in store
        .rejections()
        .await?
        .into_iter()
        .filter(|rejection| only.contains(&rejection.key) && !is_disregarded(rejection))
    {
        let mut reading = onix_source::Reading {
            shelf: Shelf::of(&rejection.key),
            kept: &mut *kept,
            options,
            pulled: &mut *pulled,
        };
        reading.read_again(rejection)?;
    }
    Ok(())
}

/// Keeps a record if it says something new.
fn keep<T: Serialize>(
    source: &str,
    key: &RecordKey,
    record: &T,
    known: &mut BTreeMap<RecordKey, KeptRecord>,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let unreadable = |source| Error::KeptRecord {
        key: key.to_string(),
        source,
    };
    let body = serde_json::to_string(record).map_err(unreadable)?;
    let fingerprint = Fingerprint::of_bytes(body.as_bytes());
    pulled.considered.insert(key.clone());
    pulled.change.mended.insert(key.clone());
    if known
        .get(key)
        .is_some_and(|known| known.fingerprint == fingerprint)
    {
        return Ok(());
    }
    let record = KeptRecord {
        key: key.clone(),
        source: source.to_owned(),
        fingerprint,
        body,
    };
    pulled.changed.insert(key.clone());
    known.insert(key.clone(), record.clone());
    pulled.change.kept.push(record);
    Ok(())
}

fn parse<T: DeserializeOwned>(record: &KeptRecord) -> Result<T, Error> {
    serde_json::from_str(&record.body).map_err(|source| Error::KeptRecord {
        key: record.key.to_string(),
        source,
    })
}

/// Assembles works from everything kept. The source that was just read speaks for the works that it knows; of the other
/// source remain the works, and the formats, that this one does not know.
fn whole_catalogue(
    name: &str,
    kept: &Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let mut consonance: Vec<Work> = kept
        .consonance
        .values()
        .map(parse)
        .collect::<Result<_, _>>()?;
    let present: BTreeSet<&WorkKey> = consonance.iter().map(|work| &work.key).collect();
    let owners: BTreeMap<Isbn13, WorkKey> = kept
        .joins
        .iter()
        .filter(|(_, work)| present.contains(work))
        .map(|(isbn, work)| (*isbn, work.clone()))
        .collect();
    consonance::settle_isbns(&mut consonance, &owners);
    read_from_graphql(&mut consonance);
    let mut records: Vec<ProductRecord> =
        kept.onix.values().map(parse).collect::<Result<_, _>>()?;
    // Each record was kept alone; the territory lists that they repeat are shared again.
    let mut lists = Lists::default();
    let feeds = records.iter_mut().map(|record| &mut record.work);
    for work in consonance.iter_mut().chain(feeds) {
        work.share_lists(&mut lists);
    }
    let mut joins = kept.joins.clone();
    for work in &consonance {
        for isbn in work.products.iter().filter_map(|product| product.isbn) {
            joins.insert(isbn, work.key.clone());
        }
    }
    let assembly = assemble(&records, &joins, options.answers);
    pulled.questions = assembly.questions;
    pulled.change.joins = assembly
        .joins
        .into_iter()
        .filter(|(isbn, work)| kept.joins.get(isbn) != Some(work))
        .collect();
    let mut by_key: BTreeMap<WorkKey, Work> = BTreeMap::new();
    if name == ONIX {
        by_key.extend(
            assembly
                .works
                .into_iter()
                .map(|work| (work.key.clone(), work)),
        );
        for work in consonance {
            match by_key.get_mut(&work.key) {
                Some(fresh) => complete_from(fresh, work),
                None => {
                    by_key.insert(work.key.clone(), work);
                }
            }
        }
    } else {
        // Consonance itself is the authority on its own works: what an old feed said of them has no say.
        let known_to_consonance = !kept.consonance.is_empty() || name == CONSONANCE;
        let others = assembly
            .works
            .into_iter()
            .filter(|work| !(known_to_consonance && work.key.as_str().starts_with("consonance:")));
        by_key.extend(others.map(|work| (work.key.clone(), work)));
        by_key.extend(consonance.into_iter().map(|work| (work.key.clone(), work)));
    }
    pulled.works = by_key.into_values().collect();
    if !kept.feed.is_empty() {
        let mut works = std::mem::take(&mut pulled.works);
        feed::enrich(&mut works, kept, pulled)?;
        for work in &mut works {
            work.share_lists(&mut lists);
        }
        pulled.works = works;
    }
    Ok(())
}

/// Says of works that they were read from Consonance's service.
fn read_from_graphql(works: &mut [Work]) {
    for work in works {
        work.origins = Origins::all(Origin::Graphql);
        for product in &mut work.products {
            product.origins = work.origins.clone();
        }
    }
}

/// Adds to a work, read from a feed, what the API knows of it besides: formats that the feed did not send, and the
/// publisher's own planning.
fn complete_from(fresh: &mut Work, known: Work) {
    let sent: BTreeSet<Isbn13> = fresh
        .products
        .iter()
        .filter_map(|product| product.isbn)
        .collect();
    let unsent = known
        .products
        .into_iter()
        .filter(|product| product.isbn.is_none_or(|isbn| !sent.contains(&isbn)));
    fresh.products.extend(unsent);
    fresh.records.extend(known.records);
    fresh.stage = fresh.stage.take().or(known.stage);
    fresh.season = fresh.season.take().or(known.season);
    fresh.marketing_tier = fresh.marketing_tier.take().or(known.marketing_tier);
    fresh.client = fresh.client.take().or(known.client);
    fresh.contract = known.contract;
}

fn reject(pulled: &mut Pulled, rejection: Rejection) {
    pulled.considered.insert(rejection.key.clone());
    pulled.change.rejected.push(rejection);
}

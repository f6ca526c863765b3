//! Where ONIX records are kept: those that are titles of their own, and those that only add to Consonance's.
//!
//! The same message may be read as either, and a record under one key in both would make a title out of an addition.

use std::collections::BTreeMap;

use catalogue::key::RecordKey;
use catalogue::record::ProductRecord;
use store::snapshot::KeptRecord;

use super::{FEED, Kept, ONIX};

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Records of ONIX messages that are read as a source.
    Own,
    /// Records of the feed that enriches.
    Feed,
}

impl Shelf {
    const ALL: [Self; 2] = [Self::Own, Self::Feed];

    /// Its name among sources, and the namespace of its keys.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Own => ONIX,
            Self::Feed => FEED,
        }
    }

    /// Where a record or rejection of this key is kept.
    pub(super) fn of(key: &RecordKey) -> Self {
        let is_feed = key.as_str().split(':').next() == Some(FEED);
        if is_feed { Self::Feed } else { Self::Own }
    }

    /// The key of a record.
    pub(super) fn record(self, reference: &str) -> RecordKey {
        RecordKey::namespaced(self.name(), "record", reference)
    }

    /// The key of a rejected record: its reference may belong to a good record, too.
    pub(super) fn rejection(self, reference: &str, line: u64) -> RecordKey {
        RecordKey::namespaced(self.name(), "rejected", format!("{reference}@{line}"))
    }

    /// Whether the key is that of a rejected record.
    pub(super) fn is_rejection(key: &RecordKey) -> bool {
        Self::record_of_rejection(key).is_some()
    }

    /// The key that the record of a rejection would have had.
    pub(super) fn record_of_rejection(key: &RecordKey) -> Option<RecordKey> {
        Self::ALL.into_iter().find_map(|shelf| {
            let rest = key.as_str().strip_prefix(shelf.name())?;
            let (reference, _line) = rest.strip_prefix(":rejected:")?.rsplit_once('@')?;
            Some(shelf.record(reference))
        })
    }

    /// The record under its key here.
    pub(super) fn claim(self, mut record: ProductRecord) -> ProductRecord {
        if self == Self::Feed {
            record.key = self.record(&record.reference);
            record.work.records = vec![record.key.clone()];
            for product in &mut record.work.products {
                product.record = record.key.clone();
            }
        }
        record
    }

    /// What is kept here.
    pub(super) fn known(self, kept: &Kept) -> &BTreeMap<RecordKey, KeptRecord> {
        match self {
            Self::Own => &kept.onix,
            Self::Feed => &kept.feed,
        }
    }

    /// The same, to be added to.
    pub(super) fn known_mut(self, kept: &mut Kept) -> &mut BTreeMap<RecordKey, KeptRecord> {
        match self {
            Self::Own => &mut kept.onix,
            Self::Feed => &mut kept.feed,
        }
    }
}

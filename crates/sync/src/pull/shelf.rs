//! Where ONIX records are kept: those that are titles of their own, and those that only add to Consonance's.
//!
//! The same message may be read as either, and a record under one key in both would make a title out of an addition.

use std::collections::BTreeMap;

use catalogue::key::RecordKey;
use catalogue::record::ProductRecord;
use onix::Identity;
use store::snapshot::KeptRecord;

use super::{FEED, Kept, ONIX};

/// What stands between the reference and the place in the key of a rejected record, and in no place.
const BEFORE_PLACE: char = '@';

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

    /// The key of a rejected record: its reference may belong to a good record, too. References may be missing and lines
    /// repeat from file to file, and within one; what the record is about tells apart what must be.
    pub(super) fn rejection(
        self,
        reference: &str,
        (file, line): (&str, u64),
        identity: &Identity,
    ) -> RecordKey {
        let isbns = identity.isbns.iter().map(ToString::to_string);
        let works = identity.works.iter().map(|work| work.value.clone());
        let about: Vec<String> = isbns.chain(works).collect();
        let place = format!("{file}:{line}:{}", about.join("+"));
        let place = place.replace(BEFORE_PLACE, "%40");
        let place = place.trim_end_matches(':');
        RecordKey::namespaced(
            self.name(),
            "rejected",
            format!("{reference}{BEFORE_PLACE}{place}"),
        )
    }

    /// The key of what could not be read of a file.
    pub(super) fn rest(self, file: &str) -> RecordKey {
        RecordKey::namespaced(self.name(), "rest", file)
    }

    /// Whether the key is that of what could not be read of a file of the feed.
    pub(super) fn is_rest_of_feed(key: &RecordKey) -> bool {
        let rest = key.as_str().strip_prefix(FEED);
        rest.is_some_and(|rest| rest.starts_with(":rest:"))
    }

    /// Whether the key is that of a rejected record.
    pub(super) fn is_rejection(key: &RecordKey) -> bool {
        Self::record_of_rejection(key).is_some()
    }

    /// The key that the record of a rejection would have had.
    pub(super) fn record_of_rejection(key: &RecordKey) -> Option<RecordKey> {
        Self::ALL.into_iter().find_map(|shelf| {
            let rest = key.as_str().strip_prefix(shelf.name())?;
            let (reference, _place) = rest.strip_prefix(":rejected:")?.rsplit_once(BEFORE_PLACE)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn about(isbn: &str) -> Identity {
        Identity {
            isbns: std::iter::once(isbn.parse().unwrap()).collect(),
            ..Identity::default()
        }
    }

    #[test]
    fn rejections_of_another_file_line_or_product_have_keys_of_their_own() {
        let (one, two) = (about("9781839910005"), about("9781492067665"));
        let keys = [
            Shelf::Feed.rejection("without-reference", ("monday.xml", 4), &one),
            Shelf::Feed.rejection("without-reference", ("monday.xml", 4), &two),
            Shelf::Feed.rejection("without-reference", ("tuesday.xml", 4), &one),
            Shelf::Feed.rejection("without-reference", ("monday.xml", 5), &one),
            Shelf::Own.rejection("without-reference", ("monday.xml", 4), &one),
        ];
        let distinct: std::collections::BTreeSet<&RecordKey> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    }

    #[test]
    fn the_record_of_a_rejection_is_found_whatever_its_names_hold() {
        let record = Shelf::Feed.record("house@17");
        let identity = Identity::default();
        let place = ("https://us@house.example/feed", 4);
        let key = Shelf::Feed.rejection("house@17", place, &identity);
        assert_eq!(Shelf::record_of_rejection(&key), Some(record.clone()));
        let from_before = RecordKey::namespaced(FEED, "rejected", "house@17@4");
        assert_eq!(Shelf::record_of_rejection(&from_before), Some(record));
    }
}

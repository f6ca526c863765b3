//! Reads messages given as bytes, for the tests.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use catalogue::finding::Finding;
use catalogue::record::ProductRecord;
use onix::{End, Error, Header, Item, Rejection, Source, read};

/// All that a reading yielded.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) headers: Vec<Header>,
    pub(crate) records: Vec<ProductRecord>,
    pub(crate) rejected: Vec<Rejection>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) ends: Vec<End>,
    pub(crate) errors: Vec<Error>,
}

impl Outcome {
    pub(crate) fn of(source: Source) -> Self {
        let mut outcome = Self::default();
        for item in read(source) {
            match item {
                Ok(Item::Header(header)) => outcome.headers.push(header),
                Ok(Item::Record(record)) => outcome.records.push(*record),
                Ok(Item::Rejected(rejection)) => outcome.rejected.push(rejection),
                Ok(Item::Finding(finding)) => outcome.findings.push(finding),
                Ok(Item::End(end)) => outcome.ends.push(end),
                Err(error) => outcome.errors.push(error),
            }
        }
        outcome
    }

    pub(crate) fn references(&self) -> Vec<&str> {
        self.records
            .iter()
            .map(|record| record.reference.as_str())
            .collect()
    }

    pub(crate) fn error_codes(&self) -> Vec<&'static str> {
        self.errors.iter().map(Error::code).collect()
    }

    /// The only record; everything else must be in order.
    pub(crate) fn only(mut self) -> ProductRecord {
        assert!(
            self.errors.is_empty() && self.rejected.is_empty(),
            "{self:?}"
        );
        assert_eq!((self.ends.len(), self.records.len()), (1, 1), "{self:?}");
        self.records.remove(0)
    }

    /// What the only record says, wherever it stands.
    pub(crate) fn only_content(self) -> serde_json::Value {
        let mut record = self.only();
        record.place = catalogue::record::Place::default();
        serde_json::to_value(record).unwrap()
    }
}

/// Reads bytes as from standard input.
pub(crate) fn read_bytes(bytes: impl Into<Vec<u8>>) -> Outcome {
    Outcome::of(Source::Stdin(Box::new(Cursor::new(bytes.into()))))
}

/// A message of 3.0 around these records.
pub(crate) fn message(records: &str) -> String {
    format!("<ONIXMessage release=\"3.0\">\n<Header/>\n{records}\n</ONIXMessage>\n")
}

/// A record with this reference and more elements.
pub(crate) fn record(reference: &str, more: &str) -> String {
    format!(
        "<Product><RecordReference>{reference}</RecordReference>\
         <NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781900000017</IDValue>\
         </ProductIdentifier>{more}</Product>"
    )
}

/// Reads one record with these elements.
pub(crate) fn read_one(more: &str) -> ProductRecord {
    read_bytes(message(&record("r1", more))).only()
}

/// The codes of what was wrong in a record.
pub(crate) fn codes(record: &ProductRecord) -> Vec<&str> {
    record
        .work
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// A fixture of this crate.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

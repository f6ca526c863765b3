//! One record per reference.
//!
//! A record replaces every earlier one with its reference, in one file and across the files of one
//! reading; the earlier are reported, not silently lost. A partial update is no replacement: it
//! stays, in order, behind the record that it updates.

use std::collections::BTreeMap;

use catalogue::codes::NotificationType;
use catalogue::finding::{Finding, FindingCode};
use catalogue::record::ProductRecord;

use crate::identity::Identity;
use crate::item::Rejection;

/// A record that a later one with the same reference replaces.
pub const SUPERSEDED_RECORD: FindingCode = FindingCode::new("superseded-record");

/// What is left of a reading once later records have replaced earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Latest {
    /// What counts, in the order of reading: per reference at most one whole record, and after it
    /// the partial updates that followed. Apply them in this order.
    pub kept: Vec<ProductRecord>,
    /// The replaced ones, code FL-0230, in the order of reading.
    pub rejected: Vec<Rejection>,
    /// One finding per replaced record.
    pub findings: Vec<Finding>,
}

/// Sorts out records that replace each other. Give them in the order of reading.
pub fn latest(records: impl IntoIterator<Item = ProductRecord>) -> Latest {
    let records: Vec<ProductRecord> = records.into_iter().collect();
    let mut whole: BTreeMap<String, usize> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        if record.notification != NotificationType::PARTIAL_UPDATE {
            whole.insert(record.reference.clone(), index);
        }
    }
    let places: BTreeMap<String, String> = whole
        .iter()
        .filter_map(|(reference, index)| {
            let place = &records.get(*index)?.place;
            Some((
                reference.clone(),
                format!("{} line {}", place.file, place.line),
            ))
        })
        .collect();
    let mut latest = Latest::default();
    for (index, record) in records.into_iter().enumerate() {
        match whole.get(&record.reference) {
            Some(&last) if index < last => {
                let by = places.get(&record.reference).map_or("", String::as_str);
                latest.replace(record, by);
            }
            _ => latest.kept.push(record),
        }
    }
    latest
}

impl Latest {
    fn replace(&mut self, record: ProductRecord, by: &str) {
        let reason = format!(
            "the record is replaced by a later one with the same reference ({by}); send each once"
        );
        let mut finding = Finding::warning(SUPERSEDED_RECORD, reason.clone())
            .in_record(record.reference.clone())
            .in_field("RecordReference");
        if let Some(isbn) = record.product().and_then(|product| product.isbn) {
            finding = finding.on_isbn(isbn);
        }
        self.findings.push(finding);
        self.rejected.push(Rejection {
            identity: Identity::of(&record),
            file: record.place.file,
            line: record.place.line,
            reference: Some(record.reference),
            code: "FL-0230",
            reason,
            raw: None,
        });
    }
}

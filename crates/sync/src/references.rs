//! Who refers to a title that is taken down: editors' entries are listed for them, never changed.
//!
//! Delivery leaves an unpublished entry out of what refers to it, so a page that features the title shows a hole; only an
//! editor can say what belongs there instead.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use contentstack::{Referrer, Stack};
use site::content_model::Names;
use site::desired::{EntryKey, Kind};
use store::ledger::Ledger;

use crate::plan::{Takedown, entry_id};
use crate::writer::{content_type_uid, entry_uid};

const REFERENCED: FindingCode = FindingCode::new("referenced-by-editors");
const REFERENCES_UNREADABLE: FindingCode = FindingCode::new("references-unreadable");

/// For how many titles references are asked in one run; a read each.
const ASKED: usize = 100;

/// What refers to the titles of takedowns.
#[derive(Debug, Default)]
pub struct References {
    /// Entries that are not ours, by the title that they refer to, by locale.
    pub by_title: BTreeMap<EntryKey, BTreeSet<Referrer>>,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// Asks who refers to the books of takedowns. Reading fails softly: a takedown never waits for it.
pub async fn references(
    stack: &Stack,
    names: &Names,
    ledger: &Ledger,
    takedowns: &[Takedown],
) -> References {
    let mut references = References::default();
    let books: Vec<&Takedown> = takedowns
        .iter()
        .filter(|takedown| takedown.key.kind == Kind::Book)
        .collect();
    for takedown in books.iter().take(ASKED) {
        let Some(uid) = ledger.entries.get(&entry_id(&takedown.key)) else {
            continue;
        };
        match referrers(stack, names, uid).await {
            Ok(found) if found.is_empty() => {}
            Ok(found) => {
                references.findings.push(told(&takedown.key, &found));
                references.by_title.insert(takedown.key.clone(), found);
            }
            Err(error) => {
                let message = format!("who refers to the title could not be read: {error}");
                let finding = Finding::warning(REFERENCES_UNREADABLE, message);
                let finding = finding.in_record(takedown.key.source_key.clone());
                references.findings.push(finding);
            }
        }
    }
    if books.len() > ASKED {
        let message = format!(
            "{} titles are taken down together; who refers to them was asked for the first {ASKED}",
            books.len()
        );
        let finding = Finding::warning(REFERENCES_UNREADABLE, message);
        references.findings.push(finding);
    }
    references
}

async fn referrers(
    stack: &Stack,
    names: &Names,
    uid: &str,
) -> Result<BTreeSet<Referrer>, crate::Error> {
    let content_type = content_type_uid(names.content_type(Kind::Book))?;
    let found = stack
        .entries(&content_type)
        .references(&entry_uid(uid)?)
        .await?;
    let ours = Kind::ALL.map(|kind| names.content_type(kind).to_owned());
    Ok(found
        .into_iter()
        .filter(|referrer| {
            !ours
                .iter()
                .any(|own| own == referrer.content_type_uid.as_str())
        })
        .collect())
}

/// One referrer in words.
pub fn named(referrer: &Referrer) -> String {
    let locale = referrer.locale.as_ref();
    let locale = locale.map_or(String::new(), |locale| format!(" in {locale}"));
    format!(
        "{} {} ({}{locale})",
        referrer.content_type_uid, referrer.entry_uid, referrer.title
    )
}

fn told(key: &EntryKey, found: &BTreeSet<Referrer>) -> Finding {
    let named: Vec<String> = found.iter().map(named).collect();
    let message = format!(
        "the title is taken down, and editors' entries refer to it: {}; choose what they show instead",
        named.join(", ")
    );
    Finding::warning(REFERENCED, message).in_record(key.source_key.clone())
}

//! Who refers to a title that is taken down: editors' entries are listed for them, never changed.
//!
//! Delivery leaves an unpublished entry out of what refers to it, so a page that features the title shows a hole; only an
//! editor can say what belongs there instead.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use contentstack::{Referrer, Stack};
use site::content_model::Names;
use site::desired::{EntryKey, Kind};
use site::module::Module;
use site::policy::Destination;
use store::ledger::Ledger;

use crate::modules::{live, referring_types};
use crate::plan::{Takedown, entry_id};
use crate::writer::{content_type_uid, entry_uid};

const REFERENCED: FindingCode = FindingCode::new("referenced-by-editors");
const REFERENCES_UNREADABLE: FindingCode = FindingCode::new("references-unreadable");

/// For how many titles drafts that refer to them are asked in one run; a read each.
const ASKED: usize = 100;

/// What refers to the titles of takedowns.
#[derive(Debug, Default)]
pub struct References {
    /// Entries that are not ours, by the title that they refer to, by locale.
    pub by_title: BTreeMap<EntryKey, BTreeSet<Referrer>>,
    /// Those of them that readers get where the title goes.
    pub live: BTreeMap<EntryKey, Vec<Module>>,
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
    if books.is_empty() {
        return references;
    }
    match live_modules(stack, names, ledger, &books).await {
        Ok(live) => references.live = live,
        Err(error) => references.unreadable(None, &error),
    }
    for takedown in books.iter().take(ASKED) {
        let Some(uid) = ledger.entries.get(&entry_id(&takedown.key)) else {
            continue;
        };
        match referrers(stack, names, uid).await {
            Ok(found) if found.is_empty() => {}
            Ok(found) => {
                references.by_title.insert(takedown.key.clone(), found);
            }
            Err(error) => references.unreadable(Some(&takedown.key), &error),
        }
    }
    if books.len() > ASKED {
        let message = format!(
            "{} titles are taken down together; drafts that refer to them were asked for with the first {ASKED}, live \
             entries with all",
            books.len()
        );
        let finding = Finding::warning(REFERENCES_UNREADABLE, message);
        references.findings.push(finding);
    }
    let told = books
        .iter()
        .filter_map(|takedown| references.told(&takedown.key));
    let told: Vec<Finding> = told.collect();
    references.findings.extend(told);
    references
}

/// The modules that show the titles where they go, by title: one list for each type and place, however many titles go.
async fn live_modules(
    stack: &Stack,
    names: &Names,
    ledger: &Ledger,
    books: &[&Takedown],
) -> Result<BTreeMap<EntryKey, Vec<Module>>, crate::Error> {
    let types = referring_types(stack, names).await?;
    let mut by_place: BTreeMap<&Destination, BTreeMap<&str, &EntryKey>> = BTreeMap::new();
    for takedown in books {
        let Some(uid) = ledger.entries.get(&entry_id(&takedown.key)) else {
            continue;
        };
        for place in &takedown.places {
            let titles = by_place.entry(place).or_default();
            titles.insert(uid, &takedown.key);
        }
    }
    let mut found: BTreeMap<EntryKey, Vec<Module>> = BTreeMap::new();
    for (place, titles) in by_place {
        for module in live(stack, names, &types, place).await? {
            let shown = module
                .refers_to
                .iter()
                .filter_map(|uid| titles.get(uid.as_str()));
            for key in shown {
                let modules = found.entry((*key).clone()).or_default();
                modules.push(module.clone());
            }
        }
    }
    Ok(found)
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

/// Where a module is live, in words.
pub fn shown(module: &Module) -> String {
    let Module {
        content_type,
        uid,
        title,
        place,
        ..
    } = module;
    format!("{content_type} {uid} ({title}) is live at {place}")
}

impl References {
    /// How many entries, in how many locales, refer to the titles.
    pub fn count(&self) -> usize {
        self.by_title.values().map(BTreeSet::len).sum()
    }

    fn unreadable(&mut self, key: Option<&EntryKey>, error: &crate::Error) {
        let message = format!("who refers to the title could not be read: {error}");
        let mut finding = Finding::warning(REFERENCES_UNREADABLE, message);
        finding.at.record = key.map(|key| key.source_key.clone());
        self.findings.push(finding);
    }

    /// What editors are told of one title.
    fn told(&self, key: &EntryKey) -> Option<Finding> {
        let referrers = self.by_title.get(key);
        let live = self.live.get(key);
        let named = referrers.into_iter().flatten().map(named);
        let named: Vec<String> = named.chain(live.into_iter().flatten().map(shown)).collect();
        if named.is_empty() {
            return None;
        }
        let message = format!(
            "the title is taken down, and editors' entries refer to it: {}; choose what they show instead",
            named.join(", ")
        );
        Some(Finding::warning(REFERENCED, message).in_record(key.source_key.clone()))
    }
}

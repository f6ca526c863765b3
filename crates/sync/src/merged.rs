//! What a title that was merged into another leaves to it: the addresses of its page, and its holds.
//!
//! A title that becomes part of another loses its page, and its addresses were kept by readers and other sites like any
//! that a person changes. So each is kept as an address that the remaining title left, and leads to its page; as with any
//! other, only where it was public ([`site::redirect`]). A hold of it is one of the remaining title, too. Both are written
//! down in the run that merges, since only that run knows both titles: later ones read one.

use catalogue::work::Work;
use jiff::Timestamp;
use site::desired::EntryKey;
use store::addresses::AddressChange;
use store::holds::KeptHold;
use store::ledger::{Effect, EntryId, Ledger};
use uuid::Uuid;

use crate::Error;
use crate::plan::entry_id;
use crate::writer::Writer;

/// Whose word a merge is, in the list of changes.
const BY: &str = "frontlist";

impl Writer<'_> {
    /// Writes down what merged titles leave to those that remain.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn inherit(&self, works: &[Work], now: Timestamp) -> Result<(), Error> {
        let addresses = merged_addresses(works, &self.ledger(), now);
        self.record(&addresses).await?;
        let holds = merged_holds(works, &self.ledger());
        for hold in holds {
            self.store.place_hold(&hold).await?;
            self.ledger().holds.push(hold);
        }
        Ok(())
    }
}

/// The changes of address that merges have brought and that nobody has kept yet.
pub(crate) fn merged_addresses(works: &[Work], ledger: &Ledger, now: Timestamp) -> Vec<Effect> {
    let mut changes = Vec::new();
    for work in works.iter().filter(|work| !work.aliases.is_empty()) {
        let keys: Vec<EntryId> = EntryKey::all_of_work(work)
            .map(|key| entry_id(&key))
            .collect();
        // As the projection chooses it: its own, or the first of those that it took over.
        let present = keys.iter().find_map(|key| ledger.urls.get(key));
        let (Some(present), Some((own, merged))) = (present, keys.split_first()) else {
            continue;
        };
        let mut left: Vec<&String> = merged
            .iter()
            .flat_map(|key| left_by(key, ledger))
            .filter(|from| *from != present && ledger.public_addresses.contains(*from))
            .collect();
        left.sort();
        left.dedup();
        let kept: Vec<&String> = left_before(own, ledger).collect();
        for from in left.into_iter().filter(|from| !kept.contains(from)) {
            changes.push(Effect::AddressChanged(AddressChange {
                id: Uuid::now_v7().to_string(),
                kind: own.0.clone(),
                source_key: own.1.clone(),
                from: Some(from.clone()),
                to: present.clone(),
                reason: "the page of a title that was merged into this one".to_owned(),
                changed_by: BY.to_owned(),
                changed_at: now,
            }));
        }
    }
    changes
}

/// Every address that an entry has or had.
fn left_by<'l>(entry: &'l EntryId, ledger: &'l Ledger) -> impl Iterator<Item = &'l String> {
    let present = ledger.urls.get(entry).into_iter();
    present.chain(left_before(entry, ledger))
}

/// Every address that an entry had and left.
fn left_before<'l>(entry: &'l EntryId, ledger: &'l Ledger) -> impl Iterator<Item = &'l String> {
    let changes = ledger.address_changes.iter();
    let its = changes.filter(|one| one.kind == entry.0 && one.source_key == entry.1);
    its.filter_map(|one| one.from.as_ref())
}

/// The holds of merged titles, as holds of those that remain; those that are there already left out.
fn merged_holds(works: &[Work], ledger: &Ledger) -> Vec<KeptHold> {
    let mut holds = Vec::new();
    for work in works.iter().filter(|work| !work.aliases.is_empty()) {
        let is_merged = |hold: &&KeptHold| {
            let mut aliases = work.aliases.iter();
            aliases.any(|alias| alias.as_str() == hold.work)
        };
        let inherited = ledger.holds.iter().filter(is_merged).map(|hold| KeptHold {
            id: Uuid::now_v7(),
            work: work.key.to_string(),
            ..hold.clone()
        });
        let is_there = |hold: &KeptHold| {
            let mut known = ledger.holds.iter();
            known.any(|one| {
                let same =
                    (&one.work, &one.site, one.until) == (&hold.work, &hold.site, hold.until);
                same && one.reason == hold.reason
            })
        };
        holds.extend(inherited.filter(|hold| !is_there(hold)));
    }
    holds
}

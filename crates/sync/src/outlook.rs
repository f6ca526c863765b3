//! What the stack should hold of some titles, beside what the ledger says that it holds.
//!
//! The projection and the comparison are those of a run, so that what is told of a title is what a run would do.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::work::Work;
use jiff::Timestamp;
use site::content_model::Names;
use site::desired::{Desired, EntryKey, Kind, Memory};
use site::policy::{Destination, Policy, Sites};
use store::ledger::Ledger;

use crate::plan::{Context, EntryChange, Locales};

/// What people have configured, as far as it decides what a stack should hold.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'a> {
    /// The sites.
    pub sites: &'a Sites,
    /// The rules.
    pub policy: &'a Policy,
    /// What content types and fields are called in the stack.
    pub names: &'a Names,
}

/// Titles as they should be, and what the next sync would change of their books.
#[derive(Debug)]
pub struct Outlook {
    /// What the stack should hold.
    pub desired: Desired,
    /// What the next sync would change, by book.
    pub changes: BTreeMap<EntryKey, EntryChange>,
}

impl Outlook {
    /// Reckons them once. Locales are taken to fall back to the master, as `model apply` makes them.
    #[must_use]
    pub fn of(
        works: &[Work],
        configured: Configured<'_>,
        ledger: &Ledger,
        memory: &Memory,
        now: Timestamp,
    ) -> Self {
        let Configured {
            sites,
            policy,
            names,
        } = configured;
        let desired = site::projection::projection(works, sites, policy, memory, now);
        let locales = Locales {
            master: policy.master_locale.clone(),
            ..Locales::default()
        };
        let places: BTreeSet<Destination> = sites
            .iter()
            .map(|site| Destination::clone(&site.destination))
            .collect();
        let context = Context {
            ledger,
            names,
            locales: &locales,
            places: &places,
        };
        let changes = crate::plan::changes(Kind::Book, &desired, context)
            .into_iter()
            .map(|change| (change.key.clone(), change))
            .collect();
        Self { desired, changes }
    }
}

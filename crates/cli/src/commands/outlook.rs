//! What the stack should hold of some titles, beside what the ledger says that it holds.
//!
//! The projection and the comparison are those of a run, so that what is told of a title is what a run would do.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::work::Work;
use jiff::Timestamp;
use site::desired::{Desired, EntryKey, Kind};
use site::policy::Destination;
use store::ledger::Ledger;
use sync::plan::{Context, EntryChange, Locales};

use crate::configuration::Configuration;

/// Titles as they should be, and what the next sync would change of their books.
pub(super) struct Outlook {
    pub(super) desired: Desired,
    pub(super) changes: BTreeMap<EntryKey, EntryChange>,
}

impl Outlook {
    /// Reckons them once. Locales are taken to fall back to the master, as `model apply` makes them.
    pub(super) fn of(
        works: &[Work],
        configuration: &Configuration,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Self {
        let (sites, policy) = (&configuration.sites, &configuration.policy);
        let memory = sync::engine::memory(ledger);
        let desired = site::projection::projection(works, sites, policy, &memory, now);
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
            names: &configuration.names,
            locales: &locales,
            places: &places,
        };
        let changes = sync::plan::changes(Kind::Book, &desired, context)
            .into_iter()
            .map(|change| (change.key.clone(), change))
            .collect();
        Self { desired, changes }
    }
}

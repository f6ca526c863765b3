//! Whether what stands in the stack is what should stand there.
//!
//! The ledger is compared with the projection of the one title, as a run would compare it, so that the
//! answer is the same as the run's: nothing to do, or what the next sync will do.

use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use site::desired::{Desired, EntryKey, Kind};
use site::policy::Site;
use store::ledger::{EntryId, Ledger};
use sync::outlook::Outlook;
use sync::plan::EntryChange;

use super::MissingFile;
use crate::commands::plan::difference::{Difference, differences};
use crate::configuration::Configuration;

/// What stands at a site's place, beside what should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Published {
    /// Published, as it should be.
    Current,
    /// Published, and should say something else.
    Outdated,
    /// Not published, and should be.
    Due,
    /// Published, and should not be.
    Overdue,
    /// Not published, as it should be.
    No,
}

impl Published {
    /// In words.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Current => "published, and says what it should",
            Self::Outdated => "published, and should say something else: the next sync renews it",
            Self::Due => "not published yet: the next sync publishes it",
            Self::Overdue => "still published: the next sync takes it down first of all",
            Self::No => "not published, as it should be",
        }
    }
}

/// What stands at a site's place of a title that the source has no longer.
pub(super) fn of_gone(ledger: &Ledger, id: &EntryId, site: &Site) -> Published {
    if stands(ledger, id, site) {
        Published::Overdue
    } else {
        Published::No
    }
}

fn stands(ledger: &Ledger, id: &EntryId, site: &Site) -> bool {
    let places = ledger.publications.get(id);
    places.is_some_and(|places| places.contains_key(&sync::plan::place(&site.destination)))
}

/// One title as it should be, beside what the ledger knows of it.
pub(super) struct Comparison<'a> {
    key: EntryKey,
    desired: Desired,
    ledger: &'a Ledger,
    change: Option<EntryChange>,
    row_key: &'a str,
}

impl<'a> Comparison<'a> {
    /// Compares a title.
    pub(super) fn new(
        work: &Work,
        configuration: &'a Configuration,
        ledger: &'a Ledger,
        now: Timestamp,
    ) -> Self {
        let key = EntryKey::of_work(work);
        let works = std::slice::from_ref(work);
        let Outlook {
            desired,
            mut changes,
        } = Outlook::of(
            works,
            configuration.configured(),
            ledger,
            &sync::engine::memory(ledger),
            now,
        );
        let change = changes.remove(&key);
        let names = &configuration.names;
        let row_key = names.field(Kind::Book, "formats.isbn13");
        Self {
            key,
            desired,
            ledger,
            change,
            row_key,
        }
    }

    /// What stands at a site's place.
    pub(super) fn at(&self, site: &Site) -> Published {
        let place = &site.destination;
        let entry = self.desired.entries.get(&self.key);
        let wanted = entry.is_some_and(|entry| entry.published.contains(place));
        let stands = stands(self.ledger, &sync::plan::entry_id(&self.key), site);
        let renewed = self
            .change
            .as_ref()
            .is_some_and(|change| change.publish.contains_key(place));
        match (wanted, stands) {
            (true, true) if renewed => Published::Outdated,
            (true, true) => Published::Current,
            (true, false) => Published::Due,
            (false, true) => Published::Overdue,
            (false, false) => Published::No,
        }
    }

    /// Files that it should show and that could not be fetched.
    pub(super) fn failed_files(&self) -> Vec<MissingFile> {
        let failed = self.desired.assets.keys().filter_map(|file| {
            let id = (file.link.clone(), file.mark.clone());
            let failure = self.ledger.failed_fetches.get(&id)?;
            Some(MissingFile {
                link: file.link.clone(),
                reason: failure.reason.clone(),
                attempts: failure.attempts,
                tried_at: failure.at,
                next_try: sync::retry::next_try(failure),
            })
        });
        failed.collect()
    }

    /// What the next sync writes into a site's locale that stands there otherwise now. Nothing for a
    /// version that does not exist yet.
    pub(super) fn pending(&self, site: &Site) -> Vec<Difference> {
        let writes = self.change.iter().flat_map(|change| &change.writes);
        let mut here = writes.filter(|write| write.locale == site.destination.locale);
        here.find_map(|write| {
            let before = write.before.as_ref()?;
            Some(differences(before, &write.after.fields, self.row_key))
        })
        .unwrap_or_default()
    }
}

//! Holds: a person's word that a title must not be seen for now, whatever the source says.
//!
//! A hold is not the source's, so it survives every reading of it; it has an end, so that nobody
//! forgets it; and it says who wants it and why, because somebody will ask.

use std::collections::BTreeMap;

use catalogue::key::WorkKey;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::policy::SiteId;

/// One hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The site from which the title is kept; every site without one.
    pub site: Option<SiteId>,
    /// From when.
    pub since: Timestamp,
    /// Until when: from this instant on it holds no longer.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: String,
}

impl Hold {
    /// Whether it keeps a title from a site at an instant.
    pub fn holds(&self, site: &SiteId, now: Timestamp) -> bool {
        let here = self.site.as_ref().is_none_or(|own| own == site);
        here && self.since <= now && now < self.until
    }
}

/// The holds on titles, by work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds(BTreeMap<WorkKey, Vec<Hold>>);

impl Holds {
    /// Places a hold on a work.
    pub fn place(&mut self, work: WorkKey, hold: Hold) {
        self.0.entry(work).or_default().push(hold);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every hold on a work, those on works merged into it included.
    pub fn of<'h>(&'h self, work: &'h Work) -> impl Iterator<Item = &'h Hold> {
        std::iter::once(&work.key)
            .chain(&work.aliases)
            .filter_map(|key| self.0.get(key))
            .flatten()
    }

    /// The hold that keeps a work from a site at an instant: of several the one that lasts longest.
    pub fn active<'h>(&'h self, work: &'h Work, site: &SiteId, now: Timestamp) -> Option<&'h Hold> {
        if self.0.is_empty() {
            return None;
        }
        self.of(work)
            .filter(|hold| hold.holds(site, now))
            .max_by_key(|hold| hold.until)
    }
}

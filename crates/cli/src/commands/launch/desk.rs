//! The facts of titles, from the catalogue as last read and the ledger, and the rules asked of them.

use std::collections::BTreeMap;

use catalogue::work::Work;
use jiff::Timestamp;
use launch::checklist::{Checklist, Readiness, Subject, checklist};
use launch::milestone::{self, Progress};
use launch::record::{self, Fetched};
use launch::rule_book::RuleBook;
use launch::sheet::Sheet;
use launch::stack::{self, Held};
use launch::waiver::Waiver;
use serde::Serialize;
use site::appraisal::{Appraisal, Cover, appraise};
use site::desired::EntryKey;
use site::policy::Site;
use store::ledger::{EntryId, Ledger};
use store::where_used::WhereUsed;
use sync::where_used::used_on;

use crate::commands::outlook::Outlook;
use crate::configuration::Configuration;

/// The rule by which a site's selection leaves a title out.
const NOT_SELECTED: &str = "not-selected";

/// A title on a site, and how far it is.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Candidate {
    /// The title's name.
    pub(super) title: String,
    /// The ISBN of the format that speaks for it, without hyphens.
    pub(super) isbn13: Option<String>,
    /// The site's publication date, in the precision that is known.
    pub(super) publication: Option<String>,
    /// Whether it may go live.
    pub(super) readiness: Readiness,
    /// Lines that fail or are unknown.
    pub(super) missing: usize,
    /// Lines that apply.
    pub(super) applicable: usize,
    /// Points got and points that could be had.
    pub(super) score: (u32, u32),
    /// The lines.
    #[serde(flatten)]
    pub(super) checklist: Checklist,
}

/// What people have said of titles.
pub(super) struct Said {
    /// The rules that they waived.
    pub(super) waivers: Vec<Waiver>,
    /// How far the milestones of each work are, by the work's key.
    pub(super) milestones: BTreeMap<String, Vec<Progress>>,
}

/// What is known of a set of titles.
pub(super) struct Desk<'a> {
    configuration: &'a Configuration,
    ledger: &'a Ledger,
    /// Where titles are used, if that was ever read.
    used: Option<WhereUsed>,
    outlook: Outlook,
    said: Said,
    now: Timestamp,
}

impl<'a> Desk<'a> {
    /// Reckons once what the stack should hold of these titles, and what it lacks.
    pub(super) fn new(
        works: &[Work],
        configuration: &'a Configuration,
        ledger: &'a Ledger,
        used: Option<WhereUsed>,
        said: Said,
        now: Timestamp,
    ) -> Self {
        Self {
            configuration,
            ledger,
            used,
            outlook: Outlook::of(works, configuration, ledger, now),
            said,
            now,
        }
    }

    /// What the record of a title has for a site; nothing where the site leaves the title out, or the title has no
    /// formats.
    pub(super) fn appraisal(&self, work: &Work, site: &Site) -> Option<Appraisal> {
        let sites = self.outlook.desired.standings.get(&work.key)?;
        if sites.get(&site.id)?.decided_by == NOT_SELECTED {
            return None;
        }
        appraise(work, site, &self.configuration.policy, self.now)
    }

    /// The checklist of a title on a site.
    pub(super) fn candidate(
        &self,
        work: &Work,
        site: &Site,
        appraisal: &Appraisal,
        book: &RuleBook,
    ) -> Candidate {
        let mut sheet = Sheet::default();
        let today = catalogue::date::day_at(&site.time_zone, self.now);
        let stated = record::state(
            appraisal,
            self.fetched(appraisal.cover.as_ref()),
            &mut sheet,
        )
        .and_then(|()| stack::state(self.held(work, site), &mut sheet))
        .and_then(|()| milestone::state(self.progress(work), today, &mut sheet));
        debug_assert_eq!(stated, Ok(()), "every name is a fact of its kind");
        let checklist = checklist(
            book,
            &sheet,
            &self.said.waivers,
            &self.configuration.holidays(),
            Subject {
                work: work.key.as_str(),
                site: &site.id.0,
                locale: &site.destination.locale,
                publication: appraisal.publication.map(|date| date.first_day()),
                today,
                now: self.now,
            },
        );
        candidate(appraisal, checklist)
    }

    /// How far the milestones of a work are, and of those merged into it where it has none of its own.
    fn progress(&self, work: &Work) -> &[Progress] {
        let mut keys = std::iter::once(&work.key).chain(&work.aliases);
        let found = keys.find_map(|key| self.said.milestones.get(key.as_str()));
        found.map_or(&[], Vec::as_slice)
    }

    /// What became of a cover's file.
    fn fetched(&self, cover: Option<&Cover>) -> Fetched {
        let Some(cover) = cover else {
            return Fetched::NotYet;
        };
        let file = (cover.file.link.clone(), cover.file.mark.clone());
        if self.ledger.files.contains_key(&file) {
            Fetched::Picture
        } else if self.ledger.failed_fetches.contains_key(&file) {
            Fetched::Failed
        } else {
            Fetched::NotYet
        }
    }

    fn held(&self, work: &Work, site: &Site) -> Held {
        let key = EntryKey::of_work(work);
        let id: EntryId = sync::plan::entry_id(&key);
        let place = sync::plan::place(&site.destination);
        let change = self.outlook.changes.get(&key);
        let publications = self.ledger.publications.get(&id);
        let published = publications.and_then(|places| places.get(&place));
        let writes_here = change.is_some_and(|change| {
            let mut writes = change.writes.iter();
            writes.any(|write| write.locale == site.destination.locale)
                || change.publish.contains_key(&*site.destination)
        });
        let exists = self.ledger.entries.contains_key(&id);
        let versions = self.ledger.versions.get(&id);
        Held {
            exists,
            is_current: exists && !writes_here,
            is_published: published.is_some(),
            // A publication is in the ledger with its fingerprint once delivery served it.
            is_confirmed: published.is_some_and(|fingerprint| !fingerprint.is_empty()),
            is_localised: versions
                .is_some_and(|versions| versions.contains_key(&site.destination.locale)),
            files_published: self.files_published(&key, site),
            modules: self.modules(&id, site),
            at: None,
        }
    }

    /// How many live modules refer to a title on a site, as last read.
    fn modules(&self, id: &EntryId, site: &Site) -> Option<(usize, Timestamp)> {
        let used = self.used.as_ref()?;
        let entry = self.ledger.entries.get(id);
        let on_site = entry.map(|entry| used_on(used, entry, site));
        let live = on_site.into_iter().flatten();
        let live = live.filter(|module| module.from.is_none());
        Some((live.count(), used.read_at))
    }

    /// Whether every file that the title's records need on the site is published there.
    fn files_published(&self, key: &EntryKey, site: &Site) -> Option<bool> {
        let entry = self.outlook.desired.entries.get(key)?;
        if !entry.published.contains(&site.destination) {
            return None;
        }
        let place = sync::plan::place(&site.destination);
        let mut needed = self.outlook.desired.assets.iter().filter(|(_, asset)| {
            asset.published.contains(&site.destination)
                && !asset.records.is_disjoint(&entry.records)
        });
        let is_there = |link: &str, mark: &str| {
            let hash = self.ledger.files.get(&(link.to_owned(), mark.to_owned()))?;
            let places = self.ledger.asset_publications.get(hash)?;
            Some(places.contains(&place))
        };
        Some(needed.all(|(file, _)| is_there(&file.link, &file.mark) == Some(true)))
    }
}

fn candidate(appraisal: &Appraisal, checklist: Checklist) -> Candidate {
    let (missing, applicable) = checklist.missing();
    Candidate {
        title: appraisal.title.clone(),
        isbn13: appraisal.isbn.map(|isbn| isbn.to_string()),
        publication: appraisal.publication.map(|date| date.to_string()),
        readiness: checklist.readiness(),
        missing,
        applicable,
        score: checklist.score(),
        checklist,
    }
}

//! What follows from the catalogue for the time ahead: checklists of launches, and what changes by itself.
//!
//! Both take work of the whole catalogue, so they are reckoned once and hold until a run has ended, a hold was placed or
//! lifted, the next change comes, or a new day begins on some site (a checklist's lines are due by days).

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::work::Work;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use site::forecast::{Change, forecast};
use site::policy::{Site, Sites};
use store::holds::KeptHold;
use store::waivers::KeptWaiver;
use sync::launches::{Candidate, Desk, Rules, Said, Which, may_be_asked_for};
use sync::outlook::Configured;
use uuid::Uuid;

use crate::catalogue_view::{Shelf, memory_of};
use crate::error::Error;
use crate::{Console, Settings};

/// How far ahead a forecast may look, in days.
pub(crate) const FARTHEST: i64 = 366;

/// What lies ahead, as of an instant.
pub(crate) struct Reckoned {
    /// Checklists of titles about to be published, per site; the nearest first.
    pub(crate) board: Vec<Candidate>,
    /// What changes by itself within [`FARTHEST`] days of `at`, by time.
    pub(crate) changes: Vec<Change>,
    /// Works of the board that no site may announce.
    pub(crate) secret: BTreeSet<String>,
    /// Of when it is.
    pub(crate) at: Timestamp,
    /// From when on it no longer holds.
    until: Timestamp,
    mark: Mark,
}

/// What it was made of.
#[derive(Clone, PartialEq, Eq)]
struct Mark {
    run: Option<String>,
    holds: BTreeSet<Uuid>,
    waivers: Vec<KeptWaiver>,
    milestones: Option<Timestamp>,
    used: Option<Timestamp>,
    probed: Option<Timestamp>,
}

impl Reckoned {
    fn new(
        settings: &Settings,
        shelf: &Shelf,
        holds: &[KeptHold],
        said: Said,
        mark: Mark,
        now: Timestamp,
    ) -> Self {
        let mut memory = shelf.memory.clone();
        memory.holds = sync::engine::holds(holds);
        let ends: Vec<Timestamp> = said.waivers.iter().map(|waiver| waiver.until).collect();
        let near: Vec<Work> = shelf
            .works
            .iter()
            .filter(|work| may_be_asked_for(work, Which::Near, now))
            .cloned()
            .collect();
        let desk = Desk::new(
            &near,
            configured(settings),
            &shelf.ledger,
            &memory,
            said,
            now,
        );
        let sites: Vec<&Site> = settings.sites.iter().collect();
        let (sites_all, policy) = (&settings.sites, &settings.policy);
        let secrets = desk.secrets(&near, &memory);
        let changes = forecast(
            &shelf.works,
            sites_all,
            policy,
            &memory,
            now,
            days(now, FARTHEST),
        );
        Self {
            board: desk.checklists(&desk.asked(&near, &sites, Which::Near), rules(settings)),
            secret: near
                .iter()
                .filter(|work| secrets.keeps(&work.key))
                .map(|work| work.key.to_string())
                .collect(),
            until: until(&changes, ends, &settings.sites, now),
            changes,
            at: now,
            mark,
        }
    }

    /// What changes by itself from now on, within some days.
    pub(crate) fn within(&self, now: Timestamp, ahead: i64) -> impl Iterator<Item = &Change> {
        let last = days(now, ahead);
        let changes = self.changes.iter();
        changes.filter(move |change| now < change.at && change.at <= last)
    }
}

fn configured(settings: &Settings) -> Configured<'_> {
    Configured {
        sites: &settings.sites,
        policy: &settings.policy,
        names: &settings.names,
    }
}

fn rules(settings: &Settings) -> Rules<'_> {
    Rules {
        book: &settings.rules,
        holidays: &settings.holidays,
    }
}

fn days(from: Timestamp, days: i64) -> Timestamp {
    let length = SignedDuration::from_hours(days.saturating_mul(24));
    from.checked_add(length).unwrap_or(Timestamp::MAX)
}

/// The next change, the next midnight of a site or the next end of a waiver, whichever comes first.
fn until(changes: &[Change], ends: Vec<Timestamp>, sites: &Sites, now: Timestamp) -> Timestamp {
    let midnights = sites.iter().filter_map(|site| {
        let today = now.to_zoned(site.time_zone.clone()).date();
        let tomorrow = today.checked_add(1.day()).ok()?;
        let midnight = tomorrow.to_zoned(site.time_zone.clone()).ok()?;
        Some(midnight.timestamp())
    });
    let changes = changes.iter().map(|change| change.at);
    let ahead = changes
        .chain(midnights)
        .chain(ends)
        .filter(|instant| now < *instant);
    ahead.min().unwrap_or(Timestamp::MAX)
}

impl Console {
    /// The checklists of one title as of now, on each site where it is about to be published.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub(crate) async fn checklists_of(
        &self,
        shelf: &Shelf,
        work: &Work,
        now: Timestamp,
    ) -> Result<Vec<Candidate>, Error> {
        let mut memory = memory_of(
            shelf,
            work,
            sync::engine::holds(&self.store().holds().await?),
        );
        memory.public.clone_from(&shelf.memory.public);
        let said = Said::of(self.store(), &shelf.works).await?;
        let settings = &self.settings;
        let works = std::slice::from_ref(work);
        let desk = Desk::new(
            works,
            configured(settings),
            &shelf.ledger,
            &memory,
            said,
            now,
        );
        let sites: Vec<&Site> = settings.sites.iter().collect();
        let asked = desk.asked(works, &sites, Which::Near);
        Ok(desk.checklists(&asked, rules(settings)))
    }

    /// What lies ahead.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub(crate) async fn reckoned(self: &Arc<Self>) -> Result<Arc<Reckoned>, Error> {
        let shelf = self.shelf().await?;
        let holds = self.store().holds().await?;
        let stand = holds.iter().filter(|hold| hold.lifted_at.is_none());
        let mark = Mark {
            run: shelf.run.clone(),
            holds: stand.map(|hold| hold.id).collect(),
            waivers: self.store().waivers().await?,
            milestones: self.store().milestones_read_at().await?,
            used: self.store().where_used_read_at().await?,
            probed: self.store().probed_at().await?,
        };
        let now = self.now();
        let (console, made_of) = (Arc::clone(self), mark.clone());
        let make = || async move {
            let said = Said::of(console.store(), &shelf.works).await?;
            let made = tokio::task::spawn_blocking(move || {
                Reckoned::new(&console.settings, &shelf, &holds, said, made_of, now)
            });
            made.await.map_err(Error::Lost)
        };
        let stands = |kept: &Reckoned| kept.mark == mark && kept.at <= now && now < kept.until;
        self.reckoned
            .get(stands, make, self.settings.patience)
            .await
    }
}

//! What people have said and done about titles before their launch: rules that they waived, how far their milestones are, and
//! where editors show them.

use std::collections::BTreeMap;

use catalogue::work::Work;
use launch::milestone::{Milestone, Progress};
use launch::probe::Probe;
use launch::waiver::Waiver;
use store::Store;
use store::milestones::{KeptMilestone, Origin};
use store::probes::KeptProbe;
use store::waivers::KeptWaiver;
use store::where_used::WhereUsed;

use crate::Error;

/// What the date of a contract's manuscript is called.
pub const MANUSCRIPT: &str = "Contract: manuscript";

/// What people have said of titles.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The rules that they waived.
    pub waivers: Vec<Waiver>,
    /// How far the milestones of each work are, by the work's key.
    pub milestones: BTreeMap<String, Vec<Progress>>,
    /// The last look at each live page, by work and site.
    pub probes: BTreeMap<(String, String), Probe>,
    /// Where editors show titles; nothing where nobody has looked.
    pub used: Option<WhereUsed>,
}

impl Said {
    /// Reads what is kept. `works` are all titles.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub async fn of(store: &Store, works: &[Work]) -> Result<Self, Error> {
        Ok(Self {
            waivers: waivers(&store.waivers().await?, works),
            milestones: milestones(store.milestones().await?),
            used: store.where_used().await?,
            probes: probes(store.probes().await?),
        })
    }
}

/// A waiver as the rules engine asks it.
#[must_use]
pub fn waiver(kept: &KeptWaiver) -> Waiver {
    let approved = kept.approved.as_ref();
    Waiver {
        rule: kept.rule.clone(),
        work: kept.work.clone(),
        site: kept.site.clone(),
        reason: kept.reason.clone(),
        requested_by: kept.requested.by.clone(),
        approved_by: approved.map(|act| act.by.clone()),
        since: approved.unwrap_or(&kept.requested).at,
        until: kept.until,
    }
}

/// The waivers that nobody ended. One of a work that was merged into another speaks of that one now.
fn waivers(kept: &[KeptWaiver], works: &[Work]) -> Vec<Waiver> {
    let present = |key: String| {
        let of_key = |work: &&Work| work.aliases.iter().any(|alias| alias.as_str() == key);
        let merged = works.iter().find(of_key);
        merged.map_or(key.clone(), |work| work.key.to_string())
    };
    let standing = kept.iter().filter(|waiver| waiver.ended.is_none());
    standing
        .map(|kept| {
            let mut waiver = waiver(kept);
            waiver.work = waiver.work.map(present);
            waiver
        })
        .collect()
}

/// Looks that this version can read; others are as good as none.
fn probes(kept: Vec<KeptProbe>) -> BTreeMap<(String, String), Probe> {
    let read = kept.into_iter().filter_map(|kept| {
        let probe = serde_json::from_str(&kept.probe).ok()?;
        Some(((kept.work, kept.site), probe))
    });
    read.collect()
}

fn milestones(kept: Vec<KeptMilestone>) -> BTreeMap<String, Vec<Progress>> {
    let mut all: BTreeMap<String, Vec<Progress>> = BTreeMap::new();
    for kept in kept {
        let milestone = Milestone::named(&kept.name);
        let is_read = kept.origin == Origin::Consonance;
        if milestone.is_some() || is_read {
            all.entry(kept.work).or_default().push(Progress {
                milestone,
                // Of the dates that are read, the contract's own word on its manuscript alone says when it came.
                tells_done: !is_read || kept.name == MANUSCRIPT,
                name: kept.name,
                assignee: kept.assignee,
                due: kept.due,
                done: kept.done,
                at: kept.read_at,
            });
        }
    }
    all
}

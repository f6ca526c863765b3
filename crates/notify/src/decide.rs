//! What is due to be told, of what stands open now and what was known before. Pure.
//!
//! At once is told what cannot wait, once: a blocker that appears when publication is near, a title that was ready and is
//! blocked, a takedown that is not confirmed, an unannounced title that is given away. What is gone and back within a day
//! is the same thing still. Everything else waits for the digest, which comes once a day and only if there is something to
//! say. What a source of knowledge could not be asked about stays as it was: nobody may conclude from silence that a thing
//! was mended.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use launch::checklist::Readiness;

use crate::alert::{About, Kind, Open, Remembered, Snooze};
use crate::channel::Channel;
use crate::message::{Message, Occasion, compose};

/// What comes back within so long is not told again.
const SAME: SignedDuration = SignedDuration::from_hours(24);

/// How many days before it is due a blocker is in the digest.
const SOON: i32 = 14;

/// How long what is gone is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether a title on a site may go live, for telling when one falls back.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The title and site.
    pub about: About,
    /// Whether it may.
    pub readiness: Readiness,
}

/// What one source of knowledge showed.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// What stands open.
    pub open: Vec<Open>,
    /// It showed all it has: what it does not show is mended. Otherwise what was open stays so.
    pub is_whole: bool,
}

/// What was seen now. By default nobody looked.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Blockers and tasks of checklists.
    pub launches: Look,
    /// How each of their titles stands.
    pub standings: Vec<Standing>,
    /// Takedowns that wait.
    pub takedowns: Look,
    /// Findings of the embargo guard.
    pub embargoes: Look,
}

/// A title on a site.
pub type Place = (String, String);

/// What is remembered between two looks.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Things by key.
    pub alerts: BTreeMap<String, Remembered>,
    /// Titles that were ready when last known, by work and site.
    pub ready: BTreeSet<Place>,
    /// The last day on which a channel's digest was due.
    pub digests: BTreeMap<String, Date>,
    /// What people do not want to be told.
    pub snoozes: Vec<Snooze>,
}

/// What follows.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What is remembered from now on.
    pub memory: Memory,
    /// What is to be sent.
    pub messages: Vec<Message>,
    /// What stands open, the gravest first.
    pub open: Vec<Open>,
}

/// What people have set, and what makes ids.
pub struct Setting<'a> {
    /// The channels.
    pub channels: &'a [Channel],
    /// The console's address, for links.
    pub console: Option<&'a str>,
    /// A new id for a message.
    pub id: &'a mut dyn FnMut() -> String,
}

/// Decides.
#[must_use]
pub fn decide(seen: &Seen, memory: Memory, setting: &mut Setting<'_>, now: Timestamp) -> Decision {
    let is_whole = |kind: Kind| match kind {
        Kind::Takedown => seen.takedowns.is_whole,
        Kind::Embargo => seen.embargoes.is_whole,
        Kind::Regression | Kind::Blocker | Kind::Task => seen.launches.is_whole,
    };
    let mut alerts: BTreeMap<String, Remembered> = memory.alerts;
    let mut ready = memory.ready;
    let looks = [&seen.launches, &seen.takedowns, &seen.embargoes];
    let mut open: Vec<Open> = looks
        .into_iter()
        .flat_map(|look| look.open.clone())
        .collect();
    if seen.launches.is_whole {
        open.extend(regressions(seen, &alerts, &mut ready));
    }
    open.sort_by(|one, other| order(one).cmp(&order(other)));
    open.dedup_by(|one, other| one.key == other.key);
    note(&open, &is_whole, &mut alerts, now);

    let mut decision = Decision {
        memory: Memory {
            alerts,
            ready,
            digests: memory.digests,
            snoozes: memory.snoozes,
        },
        messages: Vec::new(),
        open,
    };
    at_once(&mut decision, setting, now);
    digests(&mut decision, setting, &is_whole, now);
    decision
}

/// Gravest first: the kind, what is nearest, the day that is due.
fn order(open: &Open) -> (Kind, i32, Option<Date>, &str) {
    let left = open.about.as_ref().and_then(|about| about.days_left);
    (open.kind, left.unwrap_or(i32::MAX), open.due, &open.key)
}

/// Titles that were ready and are blocked, until they are ready again.
fn regressions(
    seen: &Seen,
    alerts: &BTreeMap<String, Remembered>,
    ready: &mut BTreeSet<Place>,
) -> Vec<Open> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for standing in &seen.standings {
        let about = &standing.about;
        let place = (about.work.clone(), about.site.clone());
        let key = format!("regression/{}/{}", about.work, about.site);
        known.insert(place.clone());
        match standing.readiness {
            Readiness::Ready => {
                ready.insert(place);
                continue;
            }
            // What nobody knows was not lost.
            Readiness::Unknown => continue,
            Readiness::Blocked => {}
        }
        let still = alerts.get(&key).is_some_and(|one| one.gone.is_none());
        if ready.remove(&place) || still {
            let blockers = seen.launches.open.iter().filter(|line| {
                let same = |other: &About| other.work == about.work && other.site == about.site;
                line.kind == Kind::Blocker && line.about.as_ref().is_some_and(same)
            });
            let says: Vec<&str> = blockers.map(|line| line.says.as_str()).collect();
            found.push(Open {
                key,
                kind: Kind::Regression,
                owner: None,
                about: Some(about.clone()),
                says: format!("was ready and is blocked: {}", says.join("; ")),
                mend: "see its checklist".to_owned(),
                due: about.publication,
                is_overdue: false,
            });
        }
    }
    // What is no launch any more cannot fall back.
    ready.retain(|place| known.contains(place));
    found
}

/// Remembers what is new, what is back, and what is gone.
fn note(
    open: &[Open],
    is_whole: &dyn Fn(Kind) -> bool,
    alerts: &mut BTreeMap<String, Remembered>,
    now: Timestamp,
) {
    let keys: BTreeSet<&str> = open.iter().map(|one| one.key.as_str()).collect();
    for one in open {
        let fresh = || Remembered {
            key: one.key.clone(),
            kind: one.kind,
            since: now,
            is_urgent: one.is_urgent(),
            told: None,
            gone: None,
        };
        let known = alerts.entry(one.key.clone()).or_insert_with(fresh);
        let came_back = known
            .gone
            .is_some_and(|gone| now.duration_since(gone) > SAME);
        let became_grave = one.kind < known.kind && known.told.is_none();
        if came_back || became_grave {
            *known = fresh();
        } else {
            known.kind = one.kind;
            known.gone = None;
        }
    }
    for (key, known) in alerts.iter_mut() {
        if known.gone.is_none() && is_whole(known.kind) && !keys.contains(key.as_str()) {
            known.gone = Some(now);
        }
    }
    alerts.retain(|_, known| {
        known
            .gone
            .is_none_or(|gone| now.duration_since(gone) <= REMEMBERED)
    });
}

fn at_once(decision: &mut Decision, setting: &mut Setting<'_>, now: Timestamp) {
    let memory = &mut decision.memory;
    let untold: Vec<&Open> = decision
        .open
        .iter()
        .filter(|one| {
            let known = memory.alerts.get(&one.key);
            known.is_some_and(|known| known.is_urgent && known.told.is_none())
        })
        .filter(|one| !is_snoozed(one, &memory.snoozes, now))
        .collect();
    let fallen: BTreeSet<Place> = untold
        .iter()
        .filter(|one| one.kind == Kind::Regression)
        .filter_map(|one| place(one))
        .collect();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for channel in setting.channels.iter().filter(|channel| channel.at_once) {
        let mine: Vec<&Open> = untold
            .iter()
            .copied()
            .filter(|one| channel.is_for(one.owner.as_deref()))
            .collect();
        told.extend(mine.iter().map(|one| one.key.as_str()));
        // What a regression names already is not told twice in one message.
        let said: Vec<&Open> = mine
            .into_iter()
            .filter(|one| {
                one.kind != Kind::Blocker || place(one).is_none_or(|at| !fallen.contains(&at))
            })
            .collect();
        if !said.is_empty() {
            let id = (setting.id)();
            let message = compose(id, channel, Occasion::AtOnce, &said, setting.console, now);
            decision.messages.push(message);
        }
    }
    for known in memory.alerts.values_mut() {
        if told.contains(known.key.as_str()) {
            known.told = Some(now);
        }
    }
}

fn place(open: &Open) -> Option<Place> {
    let about = open.about.as_ref()?;
    Some((about.work.clone(), about.site.clone()))
}

fn is_snoozed(open: &Open, snoozes: &[Snooze], now: Timestamp) -> bool {
    snoozes.iter().any(|snooze| snooze.covers(open, now))
}

/// Whether a digest speaks of it: a blocker of a far title has time.
fn is_timely(open: &Open, today: Date) -> bool {
    let soon = today.saturating_add(SOON.days());
    open.kind != Kind::Blocker
        || open.is_near()
        || open.is_overdue
        || open.due.is_some_and(|due| due <= soon)
}

/// The digests whose hour has come today. One whose hour passed while nobody looked comes later that day.
fn digests(
    decision: &mut Decision,
    setting: &mut Setting<'_>,
    is_whole: &dyn Fn(Kind) -> bool,
    now: Timestamp,
) {
    // A digest without the checklists would say that all is well.
    if !is_whole(Kind::Task) {
        return;
    }
    for channel in setting.channels {
        let there = now.to_zoned(channel.time_zone.clone());
        let today = there.date();
        let last = decision.memory.digests.get(&channel.name).copied();
        let is_due = channel.digest_at.is_some_and(|at| there.time() >= at);
        if !is_due || last.is_some_and(|last| last >= today) {
            continue;
        }
        decision.memory.digests.insert(channel.name.clone(), today);
        let mine = decision
            .open
            .iter()
            .filter(|one| channel.is_for(one.owner.as_deref()));
        let (snoozed, said): (Vec<&Open>, Vec<&Open>) = mine
            .filter(|one| is_timely(one, today))
            .partition(|one| is_snoozed(one, &decision.memory.snoozes, now));
        if said.is_empty() {
            continue;
        }
        let id = (setting.id)();
        let mut message = compose(id, channel, Occasion::Digest, &said, setting.console, now);
        if !snoozed.is_empty() {
            let count = snoozed.len();
            message.notes.push(format!(
                "{count} snoozed: `frontlist alerts list` shows them"
            ));
        }
        decision.messages.push(message);
    }
}

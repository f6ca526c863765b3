//! Takedowns that wait: since when something should be gone that readers can still see.
//!
//! A takedown that is not confirmed is remembered as an open intent, so that its age survives the process; its id carries
//! the instant at which the run began that first wanted it. Consonance does not say when a record was changed, so this is
//! the earliest instant that is known.

use jiff::Timestamp;
use site::desired::{Desired, EntryKey, Kind};
use site::policy::Destination;
use store::ledger::{Intent, Ledger, Outcome};
use uuid::{NoContext, Uuid};

use crate::Error;
use crate::copies::seconds_between;
use crate::late::Watch;
use crate::plan::{entry_id, place};
use crate::publish::Publication;
use crate::writer::Writer;

/// The action of an intent that only remembers a takedown that is not confirmed.
pub(crate) const TAKEDOWN: &str = "takedown";

/// Something that should be gone and is still delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What: a content type and a source key, or `asset` and a content hash.
    pub what: String,
    /// Where it is delivered.
    pub place: Destination,
    /// Since how many seconds it should be gone.
    pub seconds: u64,
}

/// The takedowns of a ledger that wait, the oldest first.
pub fn waiting(ledger: &Ledger, now: Timestamp) -> Vec<Waiting> {
    let open = ledger.open.iter();
    open.filter(|intent| intent.action == TAKEDOWN)
        .filter_map(|intent| {
            let (what, place) = subject(&intent.target)?;
            let since = intent.id.get_timestamp().map_or(0, |at| at.to_unix().0);
            let now = u64::try_from(now.as_second()).unwrap_or_default();
            Some(Waiting {
                what,
                place,
                seconds: now.saturating_sub(since),
            })
        })
        .collect()
}

/// Whether an open intent is a call whose outcome is unknown, and not a memory of something that must be looked after.
pub fn is_a_call(intent: &Intent) -> bool {
    intent.action != TAKEDOWN && Watch::of(intent).is_none()
}

/// A length of time for people: `3 min`, `2 h 5 min`, `4 days`.
pub fn duration(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) if hours < 48 => format!("{hours} h {} min", minutes % 60),
        (hours, _) => format!("{} days", hours / 24),
    }
}

fn subject(target: &str) -> Option<(String, Destination)> {
    let mut parts = target.split('\t');
    let (of, name) = (parts.next()?, parts.next()?);
    let (locale, environment) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let place = Destination {
        environment,
        locale,
    };
    Some((format!("{of} {name}"), place))
}

impl Writer<'_> {
    fn alarm(&self, publication: &Publication) -> Option<Uuid> {
        let target = publication.target();
        let ledger = self.ledger();
        let mut open = ledger.open.iter();
        open.find(|intent| intent.action == TAKEDOWN && intent.target == target)
            .map(|intent| intent.id)
    }

    fn seconds_since(&self, alarm: Option<Uuid>) -> f64 {
        let earlier = alarm.map_or(0, |id| seconds_between(id, self.run));
        let earlier = std::time::Duration::from_secs(earlier);
        (earlier + self.stopwatch.elapsed()).as_secs_f64()
    }

    /// Notes that a takedown is confirmed, and says how many seconds it took.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn takedown_confirmed(&self, publication: &Publication) -> Result<f64, Error> {
        let alarm = self.alarm(publication);
        if let Some(id) = alarm {
            self.settle(&[id], Outcome::Done, None, &[]).await?;
            self.ledger().open.retain(|intent| intent.id != id);
        }
        Ok(self.seconds_since(alarm))
    }

    /// Notes that a takedown is not confirmed, and says for how many seconds it has waited.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn takedown_waits(&self, publication: &Publication) -> Result<f64, Error> {
        let alarm = self.alarm(publication);
        if alarm.is_none() {
            let intent = Intent {
                id: at_the_start_of(self.run),
                action: TAKEDOWN.to_owned(),
                target: publication.target(),
            };
            self.store.intend(self.run, &intent, self.at()).await?;
            self.ledger().open.push(intent);
        }
        Ok(self.seconds_since(alarm))
    }

    /// Forgets takedowns that nobody wants any longer, or of things that are gone by another way.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn forget_moot_takedowns(&self, desired: &Desired) -> Result<(), Error> {
        let moot: Vec<Uuid> = {
            let ledger = self.ledger();
            let open = ledger.open.iter();
            open.filter(|intent| intent.action == TAKEDOWN && is_moot(intent, &ledger, desired))
                .map(|intent| intent.id)
                .collect()
        };
        if moot.is_empty() {
            return Ok(());
        }
        let told = Some("not wanted any longer, or gone by another way");
        self.settle(&moot, Outcome::Done, told, &[]).await?;
        self.ledger()
            .open
            .retain(|intent| !moot.contains(&intent.id));
        Ok(())
    }
}

fn is_moot(intent: &Intent, ledger: &Ledger, desired: &Desired) -> bool {
    let mut parts = intent.target.split('\t');
    let (of, name) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let Some((_, destination)) = subject(&intent.target) else {
        return true;
    };
    let at = place(&destination);
    let Some(kind) = Kind::of_uid(of) else {
        let published = ledger.asset_publications.get(name);
        return !published.is_some_and(|places| places.contains(&at));
    };
    let key = EntryKey {
        kind,
        source_key: name.to_owned(),
    };
    let published = ledger.publications.get(&entry_id(&key));
    let wanted = desired.entries.get(&key).is_some_and(|entry| {
        entry.published.contains(&destination) && !entry.shielded.contains(&destination)
    });
    wanted || !published.is_some_and(|places| places.contains_key(&at))
}

/// A fresh id that carries the instant at which a run began.
fn at_the_start_of(run: &str) -> Uuid {
    let began = Uuid::parse_str(run).ok().and_then(|id| id.get_timestamp());
    began.map_or_else(Uuid::now_v7, |began| {
        let (seconds, nanoseconds) = began.to_unix();
        Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_unit_that_matters() {
        let told = [5, 185, 7500, 400_000].map(duration);
        assert_eq!(told, ["5 s", "3 min", "2 h 5 min", "4 days"]);
    }

    #[test]
    fn an_alarm_counts_from_the_start_of_its_run() {
        let run = Uuid::now_v7();
        let id = at_the_start_of(&run.to_string());
        assert_ne!(id, run);
        let unix = |id: Uuid| id.get_timestamp().unwrap().to_unix().0;
        assert_eq!(unix(id), unix(run));
        let ledger = Ledger {
            open: vec![Intent {
                id,
                action: TAKEDOWN.to_owned(),
                target: "book\tconsonance:work:1\ten-gb\tproduction".to_owned(),
            }],
            ..Ledger::default()
        };
        let later = Timestamp::from_second(i64::try_from(unix(run)).unwrap() + 90).unwrap();
        let found = waiting(&ledger, later);
        assert_eq!(found[0].what, "book consonance:work:1");
        assert_eq!(found[0].place.to_string(), "en-gb in production");
        assert_eq!(found[0].seconds, 90);
        assert!(!is_a_call(&ledger.open[0]));
    }
}

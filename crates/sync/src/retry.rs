//! When a file that could not be fetched is asked for again.
//!
//! A cover that is not there today is rarely there in a quarter of an hour, and a catalogue has thousands. So each failure
//! doubles the time until the next try. Who has mended the file does not wait: another address or mark, a record that
//! changed, or `sync --retry-files` asks at once.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use site::desired::{Asset, AssetKey, Desired};
use store::ledger::{Effect, FailedFetch};

use crate::Error;
use crate::writer::Writer;

/// From the first failure to the next try.
const FIRST: SignedDuration = SignedDuration::from_mins(10);
/// The longest between two tries.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// When a file is asked for again: ten minutes after its first failure, twice as long after each further one, a day at
/// most.
pub fn next_try(failure: &FailedFetch) -> Timestamp {
    let doublings = failure.attempts.saturating_sub(1).min(16);
    let pause = FIRST.saturating_mul(1_i32 << doublings).min(LONGEST);
    failure.at.checked_add(pause).unwrap_or(Timestamp::MAX)
}

/// Whether it is too early to ask again. A failure that lies ahead of the clock says nothing.
fn is_early(failure: &FailedFetch, now: Timestamp) -> bool {
    (failure.at..next_try(failure)).contains(&now)
}

impl Writer<'_> {
    /// The failure of a file that is not asked for now.
    pub(crate) fn waiting(&self, key: &AssetKey) -> Option<FailedFetch> {
        let ledger = self.ledger();
        let failure = ledger
            .failed_fetches
            .get(&(key.link.clone(), key.mark.clone()))?;
        is_early(failure, self.at()).then(|| failure.clone())
    }

    /// Keeps that a file could not be fetched.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn fetch_failed(&self, key: &AssetKey, reason: &str) -> Result<(), Error> {
        let id = (key.link.clone(), key.mark.clone());
        let before = self.ledger().failed_fetches.get(&id).cloned();
        let attempts = before.map_or(0, |failure| failure.attempts);
        let failure = FailedFetch {
            attempts: attempts.saturating_add(1),
            at: self.at(),
            reason: reason.to_owned(),
        };
        let (link, mark) = id;
        self.record(&[Effect::FetchFailed {
            link,
            mark,
            failure,
        }])
        .await
    }

    /// Forgets failures of files that nothing asks for any longer.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn forget_moot_failures(&self, desired: &Desired) -> Result<(), Error> {
        let wanted: BTreeSet<(&str, &str)> = desired
            .assets
            .keys()
            .map(|key| (key.link.as_str(), key.mark.as_str()))
            .collect();
        let moot: Vec<Effect> = {
            let ledger = self.ledger();
            let failed = ledger.failed_fetches.keys();
            failed
                .filter(|(link, mark)| !wanted.contains(&(link.as_str(), mark.as_str())))
                .map(|(link, mark)| Effect::FetchForgotten {
                    link: link.clone(),
                    mark: mark.clone(),
                })
                .collect()
        };
        if moot.is_empty() {
            return Ok(());
        }
        self.record(&moot).await
    }
}

/// What a person is told of a file that is waited for.
pub(crate) fn told(asset: &Asset, key: &AssetKey, failure: &FailedFetch) -> String {
    format!(
        "{} ({}): {}; tried {} times, again at {}",
        asset.title,
        key.link,
        failure.reason,
        failure.attempts,
        next_try(failure)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_pause_up_to_a_day() {
        let at: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (attempts, minutes) in [
            (1, 10),
            (2, 20),
            (3, 40),
            (8, 1280),
            (9, 1440),
            (4_000, 1440),
        ] {
            let failure = FailedFetch {
                attempts,
                at,
                reason: String::new(),
            };
            let next = at + SignedDuration::from_mins(minutes);
            assert_eq!(next_try(&failure), next, "{attempts}");
            assert!(is_early(&failure, at) && !is_early(&failure, next));
            assert!(!is_early(&failure, at - SignedDuration::from_mins(1)));
        }
    }
}

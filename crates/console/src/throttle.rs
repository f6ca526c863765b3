//! Slowing down those who guess passwords.
//!
//! Counted by the name that is tried and by the address that tries, each alone: many names from one address are slowed, and so
//! is one name from many. The wait doubles, so a guesser gets a few dozen tries a day and a person who mistyped waits seconds.
//! What is counted is forgotten with the process: a restart gives a guesser five tries.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// Failures that cost nothing.
const FREE: u32 = 5;

/// The first wait, in seconds.
const FIRST_WAIT: i64 = 2;

/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;

/// How many names and addresses are remembered; past it, those whose wait is over are forgotten.
const REMEMBERED: usize = 10_000;

/// The failures of each name and address since its last success.
#[derive(Debug, Default)]
pub(crate) struct Throttle(BTreeMap<String, Failures>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    until: Timestamp,
}

impl Throttle {
    /// The seconds that any of `subjects` has still to wait at `now`; none when it may try.
    pub(crate) fn wait(&self, subjects: &[String], now: Timestamp) -> Option<i64> {
        let waits = subjects.iter().filter_map(|subject| self.0.get(subject));
        let longest = waits
            .map(|failures| failures.until.duration_since(now))
            .max()?;
        // A started second is one to wait.
        longest
            .is_positive()
            .then(|| longest.as_secs().saturating_add(1))
    }

    /// Counts a try before it is judged, so that tries at the same time do not slip through together.
    pub(crate) fn tried(&mut self, subjects: &[String], now: Timestamp) {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, failures| failures.until > now);
        }
        for subject in subjects {
            let failures = self.0.entry(subject.clone()).or_insert(Failures {
                count: 0,
                until: now,
            });
            failures.count = failures.count.saturating_add(1);
            if failures.count >= FREE {
                let doubled = failures.count.saturating_sub(FREE).min(16);
                let wait = FIRST_WAIT
                    .saturating_mul(1_i64 << doubled)
                    .min(LONGEST_WAIT);
                let until = now.checked_add(SignedDuration::from_secs(wait));
                failures.until = until.unwrap_or(Timestamp::MAX);
            }
        }
    }

    /// Forgets the failures of who turned out to be right.
    pub(crate) fn succeeded(&mut self, subjects: &[String]) {
        for subject in subjects {
            self.0.remove(subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_some_failures_double_and_end_with_a_success() {
        let mut throttle = Throttle::default();
        let now: Timestamp = "2027-06-01T12:00:00Z".parse().unwrap();
        let ada = ["name ada".to_owned()];
        let mut waits = Vec::new();
        for _ in 0..7 {
            throttle.tried(&ada, now);
            waits.push(throttle.wait(&ada, now).unwrap_or_default());
        }
        assert_eq!(waits, [0, 0, 0, 0, 3, 5, 9]);
        let both = ["from 192.0.2.1".to_owned(), "name ada".to_owned()];
        assert_eq!(throttle.wait(&both, now), Some(9), "the longer counts");
        let later = now.checked_add(SignedDuration::from_secs(8)).unwrap();
        assert_eq!(throttle.wait(&ada, later), None);
        for _ in 0..40 {
            throttle.tried(&ada, now);
        }
        assert_eq!(throttle.wait(&ada, now), Some(LONGEST_WAIT + 1));
        throttle.succeeded(&ada);
        assert_eq!(throttle.wait(&ada, now), None);
    }
}

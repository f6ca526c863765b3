//! Watching: reading the source now and then, and being there when something changes by itself.
//!
//! A source says what may be seen from when; nobody sends a message at midnight. So between two readings the watch asks when
//! the next answer changes, is ready a little before, and sends at the instant itself. It keeps nothing between runs but
//! the times: each run opens and closes the state file, so that a hold or a replay finds it free.

use std::future::Future;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// How long before an instant its run is made ready: the stack is asked for its places, the catalogue is projected.
pub const READY: SignedDuration = SignedDuration::from_secs(20);

/// A source unread for longer than this may have changed its mind about what lifts: only takedowns follow the clock then.
pub const STALE: SignedDuration = SignedDuration::from_hours(24);

/// What a watch does, run by run.
pub trait Runs {
    /// Reads the source and brings the stack to what it says. Whether the source could be read.
    fn sync(&mut self, now: Timestamp) -> impl Future<Output = bool>;

    /// Brings the stack to what the kept catalogue says at the instant, beginning not before it.
    fn lift(&mut self, instant: Timestamp, only_takedowns: bool) -> impl Future<Output = ()>;

    /// The first instant after `from`, and not after `until`, at which a site says something else by itself.
    fn next(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Future<Output = Option<Timestamp>>;
}

/// Runs until `ended` is.
///
/// `every` is the time between two readings of the source.
pub async fn watch(
    runs: &mut impl Runs,
    clock: &dyn Clock,
    every: SignedDuration,
    ended: impl Fn() -> bool,
) {
    let mut reading = clock.now();
    let mut read: Option<Timestamp> = None;
    let mut reached = reading;
    while !ended() {
        let now = clock.now();
        if now >= reading {
            if runs.sync(now).await {
                read = Some(now);
            }
            reached = reached.max(now);
            reading = after(clock.now(), every);
            continue;
        }
        match runs.next(reached, reading).await {
            Some(instant) => {
                clock.sleep_until(after(instant, -READY)).await;
                if ended() {
                    break;
                }
                let stale = read.is_none_or(|read| after(read, STALE) < instant);
                runs.lift(instant, stale).await;
                reached = instant;
            }
            None => {
                clock.sleep_until(reading).await;
                reached = reading;
            }
        }
    }
}

/// So much later, or as late as time can tell.
fn after(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Mutex;

    use super::*;

    /// A clock that stands until somebody sleeps.
    struct Hand(Mutex<Timestamp>);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }

        fn sleep_until(&self, instant: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            Box::pin(async move {
                let mut now = self.0.lock().unwrap();
                *now = (*now).max(instant);
            })
        }
    }

    /// Runs that only say what was asked of them; a run takes no time.
    struct Told<'a> {
        hand: &'a Hand,
        instants: Vec<Timestamp>,
        readable: bool,
        log: Vec<String>,
    }

    impl Runs for Told<'_> {
        async fn sync(&mut self, now: Timestamp) -> bool {
            self.log.push(format!("sync {now}"));
            self.readable
        }

        async fn lift(&mut self, instant: Timestamp, only_takedowns: bool) {
            let ready = self.hand.now();
            assert!(ready < instant, "made ready before the instant");
            self.hand.sleep_until(instant).await;
            let what = if only_takedowns { "takedowns" } else { "lift" };
            self.log.push(format!("{what} {instant}"));
        }

        async fn next(&mut self, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
            let due = |instant: &&Timestamp| **instant > from && **instant <= until;
            self.instants.iter().find(due).copied()
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    async fn log(instants: &[&str], readable: bool, until: &str) -> Vec<String> {
        let hand = Hand(Mutex::new(at("2026-11-24T12:00:00Z")));
        let mut told = Told {
            hand: &hand,
            instants: instants.iter().map(|instant| at(instant)).collect(),
            readable,
            log: Vec::new(),
        };
        let end = at(until);
        watch(&mut told, &hand, SignedDuration::from_mins(15), || {
            hand.now() >= end
        })
        .await;
        told.log
    }

    #[tokio::test]
    async fn the_source_is_read_on_time_and_every_instant_is_met_once() {
        let log = log(
            &[
                "2026-11-24T12:00:00Z",
                "2026-11-24T12:10:00Z",
                "2026-11-24T12:10:05Z",
                "2026-11-24T12:15:00Z",
            ],
            true,
            "2026-11-24T12:31:00Z",
        )
        .await;
        let expected = [
            "sync 2026-11-24T12:00:00Z",
            "lift 2026-11-24T12:10:00Z",
            "lift 2026-11-24T12:10:05Z",
            "lift 2026-11-24T12:15:00Z",
            "sync 2026-11-24T12:15:00Z",
            "sync 2026-11-24T12:30:00Z",
        ];
        assert_eq!(log, expected);
    }

    #[tokio::test]
    async fn a_source_that_cannot_be_read_for_a_day_lifts_nothing() {
        let log = log(&["2026-11-24T12:10:00Z"], false, "2026-11-24T12:14:00Z").await;
        assert_eq!(log[1], "takedowns 2026-11-24T12:10:00Z");
    }
}

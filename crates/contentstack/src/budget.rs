//! The organisation's call budget.
//!
//! Contentstack limits calls per *organisation* and second: reads, writes and bulk calls each have
//! their own limit, and everybody, editors included, draws on it. It says neither when to come back
//! nor how much is left to whom. So the pace is ours: one budget is shared by every client of an
//! organisation, and lets calls go evenly at a share (`utilisation`) of each limit.
//!
//! * Callers of a lane are served in the order they came. One that gives up leaves no gap.
//! * Even spacing needs no memory of the last second: calls `1 / (limit * utilisation)` apart can
//!   never put more than `limit` into any second. A caller that woke late may be followed sooner, by
//!   half of what the unused share leaves room for, so that a busy machine does not lose rate.
//! * A 429 means that somebody else is drawing too. It pauses the lane for everyone, from one second
//!   doubling to 32. Several calls refused at once count as one refusal.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Kind};
use crate::retry::Backoff;

/// What a call draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Management reads (`GET`), job polls included.
    Read,
    /// Management writes (`POST`, `PUT`, `DELETE`).
    Write,
    /// `POST /bulk/*`.
    Bulk,
    /// Delivery, which a CDN answers: counted, not paced.
    Delivery,
}

/// Calls per second that the vendor allows the organisation, per lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limits {
    /// Each lane's limit.
    PerSecond {
        /// Management reads.
        read: f64,
        /// Management writes.
        write: f64,
        /// Bulk calls.
        bulk: f64,
    },
    /// No pacing. For a stand-in without limits.
    Off,
}

impl Default for Limits {
    /// What every organisation has at least (Contentstack: CMA rate limiting).
    fn default() -> Self {
        Self::PerSecond {
            read: 10.0,
            write: 10.0,
            bulk: 1.0,
        }
    }
}

/// Calls made so far. A call that met 429 is in `throttled` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Management reads.
    pub read: u64,
    /// Management writes.
    pub write: u64,
    /// Bulk calls.
    pub bulk: u64,
    /// Delivery calls.
    pub delivery: u64,
    /// Calls of any lane that were answered with 429.
    pub throttled: u64,
}

impl Snapshot {
    /// What was spent between `earlier` and this snapshot.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            read: self.read.saturating_sub(earlier.read),
            write: self.write.saturating_sub(earlier.write),
            bulk: self.bulk.saturating_sub(earlier.bulk),
            delivery: self.delivery.saturating_sub(earlier.delivery),
            throttled: self.throttled.saturating_sub(earlier.throttled),
        }
    }
}

/// One organisation's budget. Clones share it.
#[derive(Clone)]
pub struct Budget(Arc<Lanes>);

struct Lanes {
    read: Paced,
    write: Paced,
    bulk: Paced,
    delivery: Paced,
    pause: Backoff,
    seed: u64,
}

struct Paced {
    /// Time between two calls; none where the lane is not paced.
    interval: Option<Duration>,
    /// How much lateness may be caught up.
    slack: Duration,
    /// Held by the one caller whose turn is next. Tokio's mutex serves in order of arrival.
    turn: tokio::sync::Mutex<Option<Instant>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    made: u64,
    throttled: u64,
    refusals: u32,
    paused_until: Option<Instant>,
    paused_at: Option<Instant>,
}

/// Leave to make one call.
pub(crate) struct Permit {
    lane: Lane,
    issued: Instant,
}

/// The slowest pace accepted: one call in an hour.
const SLOWEST: f64 = 1.0 / 3600.0;
/// The fastest pace that is told apart from no pacing.
const FASTEST: f64 = 10_000.0;

impl Paced {
    fn new(per_second: Option<f64>, utilisation: f64) -> Self {
        let interval = per_second.map(|limit| Duration::from_secs_f64(1.0 / (limit * utilisation)));
        // Calls spaced 1/(limit*u) apart after a lateness s put at most limit into a second while
        // s <= 1/u - 1. Half of it leaves the other half for the network's own jitter.
        let slack = Duration::from_secs_f64(((1.0 / utilisation - 1.0) / 2.0).clamp(0.0, 1.0));
        Self {
            interval,
            slack,
            turn: tokio::sync::Mutex::new(None),
            state: Mutex::new(State::default()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counters and instants are valid whatever a panicking holder was doing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for this caller's turn, then for its slot and for the end of any pause.
    async fn wait(&self) -> Instant {
        let mut next = self.turn.lock().await;
        loop {
            let now = Instant::now();
            let paused = self.state().paused_until.filter(|until| *until > now);
            let due = match (*next, paused) {
                (Some(slot), Some(pause)) => slot.max(pause),
                (Some(time), None) | (None, Some(time)) => time,
                (None, None) => now,
            };
            if due <= now {
                if let Some(interval) = self.interval {
                    let slot = next
                        .unwrap_or(now)
                        .max(now.checked_sub(self.slack).unwrap_or(now));
                    *next = Some(slot + interval);
                }
                return now;
            }
            if paused.is_some() {
                // Time spent in a pause is not lateness to be caught up.
                *next = Some(due);
            }
            tokio::time::sleep_until(due).await;
        }
    }
}

impl Budget {
    /// Makes a budget that uses the share `utilisation` (above 0, at most 1) of `limits`, pauses
    /// after 429 as `pause` says, and draws its jitter from `seed`.
    ///
    /// # Errors
    /// [`Kind::Settings`] when the share or a limit is out of range.
    pub fn new(limits: Limits, utilisation: f64, pause: Backoff, seed: u64) -> Result<Self, Error> {
        let refuse = |what: String| {
            Err(Error::new(Kind::Settings, "set up the call budget").with_message(what))
        };
        if !(utilisation > 0.0 && utilisation <= 1.0) {
            return refuse(format!(
                "utilisation is {utilisation}; it must be above 0, at most 1"
            ));
        }
        let (read, write, bulk) = match limits {
            Limits::Off => (None, None, None),
            Limits::PerSecond { read, write, bulk } => (Some(read), Some(write), Some(bulk)),
        };
        for (name, limit) in [("read", read), ("write", write), ("bulk", bulk)] {
            if limit.is_some_and(|limit| !(SLOWEST / utilisation..=FASTEST).contains(&limit)) {
                return refuse(format!(
                    "the limit of {name} calls per second is out of range"
                ));
            }
        }
        Ok(Self(Arc::new(Lanes {
            read: Paced::new(read, utilisation),
            write: Paced::new(write, utilisation),
            bulk: Paced::new(bulk, utilisation),
            delivery: Paced::new(None, utilisation),
            pause,
            seed,
        })))
    }

    fn lane(&self, lane: Lane) -> &Paced {
        match lane {
            Lane::Read => &self.0.read,
            Lane::Write => &self.0.write,
            Lane::Bulk => &self.0.bulk,
            Lane::Delivery => &self.0.delivery,
        }
    }

    /// Waits until a call of `lane` may be made.
    pub(crate) async fn permit(&self, lane: Lane) -> Permit {
        let issued = self.lane(lane).wait().await;
        Permit { lane, issued }
    }

    /// Notes that the permitted call was made and not answered with 429.
    pub(crate) fn made(&self, permit: &Permit, answered: bool) {
        let mut state = self.lane(permit.lane).state();
        state.made += 1;
        // A success that set out before the last refusal says nothing of what came after it.
        if answered
            && state
                .paused_at
                .is_none_or(|paused_at| permit.issued > paused_at)
        {
            state.refusals = 0;
        }
    }

    /// Notes that the permitted call was answered with 429, and pauses its lane.
    pub(crate) fn refused(&self, permit: &Permit) {
        let mut state = self.lane(permit.lane).state();
        state.throttled += 1;
        if state
            .paused_at
            .is_some_and(|paused_at| permit.issued <= paused_at)
        {
            return;
        }
        let draw = self.0.seed.wrapping_add(state.throttled);
        let now = Instant::now();
        state.paused_until = Some(now + self.0.pause.wait(state.refusals, draw));
        state.paused_at = Some(now);
        state.refusals = state.refusals.saturating_add(1);
    }

    /// Calls made so far by everyone who shares this budget.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let counts = |lane: Lane| {
            let state = self.lane(lane).state();
            (state.made, state.throttled)
        };
        let (read, read_throttled) = counts(Lane::Read);
        let (write, write_throttled) = counts(Lane::Write);
        let (bulk, bulk_throttled) = counts(Lane::Bulk);
        let (delivery, delivery_throttled) = counts(Lane::Delivery);
        let throttled = read_throttled + write_throttled + bulk_throttled + delivery_throttled;
        Snapshot {
            read,
            write,
            bulk,
            delivery,
            throttled,
        }
    }

    /// Calls per second that `lane` lets go, or none where it is not paced.
    #[must_use]
    pub fn pace(&self, lane: Lane) -> Option<f64> {
        self.lane(lane)
            .interval
            .map(|interval| 1.0 / interval.as_secs_f64())
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("read_per_second", &self.pace(Lane::Read))
            .field("write_per_second", &self.pace(Lane::Write))
            .field("bulk_per_second", &self.pace(Lane::Bulk))
            .field("made", &self.snapshot())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(limits: Limits, utilisation: f64) -> Budget {
        let pause = Backoff {
            first: Duration::from_secs(1),
            ceiling: Duration::from_secs(32),
        };
        Budget::new(limits, utilisation, pause, 7).unwrap()
    }

    async fn spend(budget: &Budget, lane: Lane, calls: usize) -> Duration {
        let start = Instant::now();
        for _ in 0..calls {
            let permit = budget.permit(lane).await;
            budget.made(&permit, true);
        }
        start.elapsed()
    }

    fn about(actual: Duration, seconds: f64) -> bool {
        (actual.as_secs_f64() - seconds).abs() < 0.02
    }

    #[tokio::test(start_paused = true)]
    async fn calls_are_spread_evenly_at_the_share_of_the_limit() {
        let budget = budget(Limits::default(), 0.8);
        // 81 calls have 80 gaps of 1/8 s.
        assert!(about(spend(&budget, Lane::Read, 81).await, 10.0));
        assert!(about(spend(&budget, Lane::Bulk, 5).await, 5.0));
    }

    #[tokio::test(start_paused = true)]
    async fn lanes_do_not_wait_for_each_other() {
        let budget = budget(Limits::default(), 0.5);
        let start = Instant::now();
        tokio::join!(
            spend(&budget, Lane::Read, 21),
            spend(&budget, Lane::Write, 21),
            spend(&budget, Lane::Bulk, 3),
            spend(&budget, Lane::Delivery, 1000),
        );
        assert!(about(start.elapsed(), 4.0));
        let made = budget.snapshot();
        assert_eq!(
            (made.read, made.write, made.bulk, made.delivery),
            (21, 21, 3, 1000)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_a_second_holds_more_than_the_limit() {
        for utilisation in [0.3, 0.5, 0.8, 0.95, 1.0] {
            let budget = budget(Limits::default(), utilisation);
            let mut times = Vec::new();
            for call in 0..200_u64 {
                let permit = budget.permit(Lane::Write).await;
                times.push(permit.issued);
                // A caller that is idle or late now and then must not be paid back in a burst.
                if call % 17 == 0 {
                    tokio::time::sleep(Duration::from_millis(call * 3)).await;
                }
            }
            for (index, start) in times.iter().enumerate() {
                let window = times[index..]
                    .iter()
                    .filter(|time| **time - *start < Duration::from_secs(1));
                assert!(
                    window.count() <= 10,
                    "utilisation {utilisation}, from call {index}"
                );
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_is_first_come_first_served_and_a_caller_that_gives_up_leaves_no_gap() {
        let budget = budget(Limits::default(), 1.0);
        spend(&budget, Lane::Write, 1).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now();
        let mut tasks = Vec::new();
        for name in 0..6 {
            let (budget, order) = (budget.clone(), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                budget.permit(Lane::Write).await;
                order
                    .lock()
                    .unwrap()
                    .push((name, start.elapsed().as_millis() / 100));
            }));
            tokio::task::yield_now().await;
        }
        tasks.remove(2).abort();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            *order.lock().unwrap(),
            [(0, 1), (1, 2), (3, 3), (4, 4), (5, 5)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_pauses_the_lane_for_everyone_and_doubles() {
        let budget = budget(Limits::default(), 0.8);
        let other = budget.clone();
        for seconds in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0] {
            let permit = budget.permit(Lane::Write).await;
            budget.refused(&permit);
            let start = Instant::now();
            tokio::join!(spend(&other, Lane::Read, 1), async {
                other.permit(Lane::Write).await;
            });
            let waited = start.elapsed().as_secs_f64();
            assert!(
                (seconds..=seconds * 1.2 + 0.01).contains(&waited),
                "{waited} for {seconds}"
            );
        }
        assert_eq!(budget.snapshot().throttled, 7);
        // A call that goes through ends the doubling.
        spend(&budget, Lane::Write, 1).await;
        budget.refused(&budget.permit(Lane::Write).await);
        let start = Instant::now();
        budget.permit(Lane::Write).await;
        assert!(start.elapsed() < Duration::from_millis(1300));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_refused_together_count_as_one_refusal() {
        let budget = budget(Limits::default(), 0.8);
        let mut permits = Vec::new();
        for _ in 0..5 {
            permits.push(budget.permit(Lane::Write).await);
        }
        for permit in &permits {
            budget.refused(permit);
        }
        let start = Instant::now();
        budget.permit(Lane::Write).await;
        assert!(start.elapsed() < Duration::from_millis(1300));
        assert_eq!(budget.snapshot().throttled, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn without_limits_nothing_waits_but_for_a_refusal() {
        let budget = budget(Limits::Off, 0.8);
        assert_eq!(spend(&budget, Lane::Write, 1000).await, Duration::ZERO);
        budget.refused(&budget.permit(Lane::Write).await);
        assert!(spend(&budget, Lane::Write, 1).await >= Duration::from_secs(1));
    }

    #[test]
    fn shares_and_limits_out_of_range_are_refused() {
        let pause = Backoff {
            first: Duration::from_secs(1),
            ceiling: Duration::from_secs(32),
        };
        for share in [0.0, -0.5, 1.01, f64::NAN, f64::INFINITY] {
            let error = Budget::new(Limits::default(), share, pause, 0).unwrap_err();
            assert_eq!(error.kind(), Kind::Settings, "{share}");
        }
        for limit in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let limits = Limits::PerSecond {
                read: 10.0,
                write: limit,
                bulk: 1.0,
            };
            assert!(
                Budget::new(limits, 0.8, pause, 0)
                    .unwrap_err()
                    .to_string()
                    .contains("write")
            );
        }
    }
}

//! How long to wait before trying again.
//!
//! The pause doubles, and a share of it is drawn at random so that several runs that failed
//! together do not return together. The draw is seeded: the same run waits the same.

use std::time::Duration;

use crate::settings::Retry;

/// The pauses of one request.
#[derive(Debug)]
pub(crate) struct Backoff {
    retry: Retry,
    made: u32,
    state: u64,
}

impl Backoff {
    /// For the `number`th request of a client.
    pub(crate) fn new(retry: Retry, number: u64) -> Self {
        Self {
            retry,
            made: 1,
            state: retry.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        }
    }

    /// The pause before another attempt, or nothing when all have been made. `asked` is what the
    /// service asked for, which counts up to the longest pause.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        if self.made >= self.retry.attempts {
            return None;
        }
        let doubled = 1_u32 << (self.made - 1).min(16);
        self.made += 1;
        let full = self
            .retry
            .first_pause
            .saturating_mul(doubled)
            .min(self.retry.longest_pause);
        // Between half of the pause and the whole of it.
        let thousandths = u32::try_from(self.draw() % 501).unwrap_or(0) + 500;
        let pause = full.saturating_mul(thousandths) / 1000;
        Some(asked.map_or(pause, |asked| {
            asked.max(pause).min(self.retry.longest_pause)
        }))
    }

    /// SplitMix64, which is plenty for spreading pauses.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(attempts: u32) -> Retry {
        Retry {
            attempts,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_millis(350),
            seed: 7,
        }
    }

    fn pauses(attempts: u32) -> Vec<Duration> {
        let mut backoff = Backoff::new(retry(attempts), 3);
        std::iter::from_fn(|| backoff.next(None)).collect()
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_end() {
        let pauses = pauses(5);
        assert_eq!(pauses.len(), 4);
        for (pause, (low, high)) in
            pauses
                .iter()
                .zip([(50, 100), (100, 200), (175, 350), (175, 350)])
        {
            assert!((low..=high).contains(&pause.as_millis()), "{pauses:?}");
        }
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        assert_eq!(pauses(5), pauses(5));
    }

    #[test]
    fn one_attempt_never_waits() {
        assert!(pauses(1).is_empty());
        assert!(pauses(0).is_empty());
    }

    #[test]
    fn what_the_service_asks_for_counts_up_to_the_longest() {
        let mut backoff = Backoff::new(retry(3), 1);
        assert_eq!(
            backoff.next(Some(Duration::from_millis(300))),
            Some(Duration::from_millis(300))
        );
        assert_eq!(
            backoff.next(Some(Duration::from_hours(1))),
            Some(Duration::from_millis(350))
        );
    }
}

//! How long to wait before another try.
//!
//! Waits double up to a ceiling and are lengthened by up to a fifth, so that several nodes that
//! failed together do not come back together. The fifth comes from a seed that is given, not
//! from chance: a run can be repeated exactly.

use std::time::Duration;

/// A doubling wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait.
    pub first: Duration,
    /// The longest wait, before jitter.
    pub ceiling: Duration,
}

impl Backoff {
    /// The wait before try `step` (0 for the first repetition), jitter included. `draw` is any
    /// number; the same one gives the same wait.
    #[must_use]
    pub fn wait(&self, step: u32, draw: u64) -> Duration {
        let base = self
            .first
            .saturating_mul(1_u32 << step.min(20))
            .min(self.ceiling);
        // 0 to 20 % in thousandths, as the vendor's own bulk tool does.
        let thousandths = u32::try_from(scatter(draw) % 201).unwrap_or_default();
        base + base.saturating_mul(thousandths) / 1000
    }
}

/// Spreads consecutive numbers over all of `u64` (the finaliser of SplitMix64).
pub(crate) const fn scatter(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_the_ceiling_and_grow_by_a_fifth_at_most() {
        let backoff = Backoff {
            first: Duration::from_secs(1),
            ceiling: Duration::from_secs(32),
        };
        for (step, seconds) in [(0, 1), (1, 2), (2, 4), (5, 32), (6, 32), (200, 32)] {
            let base = Duration::from_secs(seconds);
            for draw in 0..500 {
                let wait = backoff.wait(step, draw);
                assert!(
                    wait >= base && wait <= base + base / 5,
                    "step {step}: {wait:?}"
                );
            }
        }
        assert_eq!(backoff.wait(3, 7), backoff.wait(3, 7));
        assert_ne!(backoff.wait(3, 7), backoff.wait(3, 8));
    }
}

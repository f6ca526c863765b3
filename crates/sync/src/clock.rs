//! The clock, where a run must wait for an instant.
//!
//! What a run decides never depends on it: the instant of a run is an argument. But what lifts at midnight must be sent at
//! midnight, so a run that is made ready beforehand waits for the clock before its first call.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

/// Tells the time and waits for it.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// Ends at the instant; at once where it has passed.
    fn sleep_until(&self, instant: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

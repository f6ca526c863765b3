//! What the console asks of the engine.
//!
//! A page never waits for a run: it hands an order over, and the run appears among the runs like any other.

use std::collections::BTreeSet;

use catalogue::key::{RecordKey, WorkKey};

/// Something to be done by whoever serves the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Take this title down: it was just held.
    TakeDown(WorkKey),
    /// Take these records through again, and nothing else.
    Replay(BTreeSet<RecordKey>),
    /// Work out what the next sync would do.
    Preview,
    /// Sync: somebody approved what that would do.
    Sync,
    /// Look at the editors' entries now, rather than in a few minutes.
    Look,
}

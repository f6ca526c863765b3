//! How a run tells whoever watches where it is.

/// What a run reports while it works. Calls come from several tasks.
pub trait Progress: Send + Sync {
    /// A new phase begins; `total` steps where known.
    fn phase(&self, name: &str, total: Option<u64>);
    /// This many steps of the phase are done.
    fn advance(&self, steps: u64);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _name: &str, _total: Option<u64>) {}
    fn advance(&self, _steps: u64) {}
}

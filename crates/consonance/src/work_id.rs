//! Consonance's number of a work.

use std::fmt;

use catalogue::key::{RecordKey, WorkKey};
use serde::{Deserialize, Serialize};

use crate::NAMESPACE;

/// Consonance's own number of a work: what pages follow and what a replay asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkId(i64);

impl WorkId {
    /// Before the first work.
    pub(crate) const BEFORE_ALL: Self = Self(0);

    /// Wraps a number.
    #[must_use]
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Takes the number out of `consonance:work:61417`; nothing for a key of another source.
    #[must_use]
    pub fn of_record(key: &RecordKey) -> Option<Self> {
        let id = key.as_str().strip_prefix("consonance:work:")?;
        id.parse().ok().map(Self)
    }

    /// The work's identity: `consonance:work:61417`.
    #[must_use]
    pub fn work_key(self) -> WorkKey {
        WorkKey::namespaced(NAMESPACE, "work", self)
    }

    /// The record's identity, which is spelt like the work's: one record describes one work.
    #[must_use]
    pub fn record_key(self) -> RecordKey {
        RecordKey::namespaced(NAMESPACE, "work", self)
    }
}

impl fmt::Display for WorkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_key_leads_back_to_the_number() {
        let id = WorkId::new(61_417);
        assert_eq!(id.record_key().as_str(), "consonance:work:61417");
        assert_eq!(id.work_key().as_str(), id.record_key().as_str());
        assert_eq!(WorkId::of_record(&id.record_key()), Some(id));
        assert_eq!(
            WorkId::of_record(&RecordKey::new("onix:record:61417")),
            None
        );
    }
}

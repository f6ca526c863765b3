//! What a run did, counted in source records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of a source record in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordOutcome {
    /// Led to at least one confirmed write or publication.
    Written,
    /// Needed none, titles that no site may show included.
    Unchanged,
    /// Unreadable or invalid; kept with its reason.
    Rejected,
    /// Not finished in this run.
    Deferred,
}

impl RecordOutcome {
    /// The name in summaries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
        }
    }
}

/// Calls made to Contentstack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Management reads.
    pub read: u64,
    /// Management writes.
    pub write: u64,
    /// Bulk calls.
    pub bulk: u64,
    /// Answers that said to slow down.
    pub throttled: u64,
    /// Delivery reads.
    #[serde(default)]
    pub delivery: u64,
}

/// The summary of a run. `read = written + unchanged + rejected + deferred`, always.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The run's id.
    pub run: String,
    /// How it ended: `done`, `partial`, `question`, `failed`.
    pub outcome: String,
    /// Source records considered, those that are gone from the source too.
    pub read: u64,
    /// See [`RecordOutcome::Written`].
    pub written: u64,
    /// See [`RecordOutcome::Unchanged`].
    pub unchanged: u64,
    /// See [`RecordOutcome::Rejected`].
    pub rejected: u64,
    /// See [`RecordOutcome::Deferred`].
    pub deferred: u64,
    /// Titles taken down from one site or more and confirmed absent from delivery there.
    pub takedowns: u64,
    /// Publications taken down with them: an entry in an environment and a locale each, of authors, series and imprints
    /// that no title needs any longer too.
    #[serde(default)]
    pub unpublished: u64,
    /// The longest that a confirmed takedown took, in seconds: from the start of the run that first wanted it, since the
    /// source does not say when it was changed, to its absence from delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takedown_seconds: Option<f64>,
    /// Publications that should be gone and are still delivered.
    #[serde(default)]
    pub unconfirmed: u64,
    /// For how long the oldest of them has waited, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unconfirmed_seconds: Option<f64>,
    /// Editors' entries that refer to titles taken down in this run; the findings `referenced-by-editors` name them.
    #[serde(default)]
    pub referring: u64,
    /// Titles that the launch gate of a site held back, counted once for each site.
    #[serde(default)]
    pub held: u64,
    /// How many findings; by code in `finding_codes`, whole with `frontlist runs ID`.
    pub findings: u64,
    /// Findings by code.
    pub finding_codes: BTreeMap<String, u64>,
    /// Calls to Contentstack.
    pub calls: Calls,
    /// Duration in seconds.
    pub seconds: f64,
}

impl Summary {
    /// Counts records by outcome.
    pub fn count(&mut self, outcomes: impl Iterator<Item = RecordOutcome>) {
        for outcome in outcomes {
            self.read += 1;
            match outcome {
                RecordOutcome::Written => self.written += 1,
                RecordOutcome::Unchanged => self.unchanged += 1,
                RecordOutcome::Rejected => self.rejected += 1,
                RecordOutcome::Deferred => self.deferred += 1,
            }
        }
    }

    /// Whether the counts add up, as they must.
    pub fn adds_up(&self) -> bool {
        self.read == self.written + self.unchanged + self.rejected + self.deferred
    }
}

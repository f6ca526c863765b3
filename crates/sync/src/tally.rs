//! Counting: what became of every source record in a run.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::Finding;
use catalogue::key::RecordKey;
use site::desired::Kind;
use store::runs::RunRecord;

use crate::Error;
use crate::publish::Subject;
use crate::pull::Pulled;
use crate::summary::{RecordOutcome, Summary};
use crate::takedown::{TakenDown, longest};

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// The counts.
    pub summary: Summary,
    /// Each record with its outcome.
    pub records: Vec<RunRecord>,
    /// What is wrong in the data.
    pub findings: Vec<Finding>,
    /// Why the run stopped, or what it leaves to a person; nothing when all was done.
    pub stopped: Option<Error>,
}

/// What happened to the records and their entries.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) touched: BTreeSet<RecordKey>,
    pub(crate) deferred: BTreeMap<RecordKey, String>,
    pub(crate) refused: BTreeMap<RecordKey, String>,
    /// Titles of which at least one publication is gone.
    pub(crate) takedowns: BTreeSet<String>,
    /// Publications that are gone.
    pub(crate) unpublished: u64,
    pub(crate) unconfirmed: u64,
    /// Seconds until the slowest takedown was confirmed.
    pub(crate) slowest: Option<f64>,
    /// Seconds for which the oldest unconfirmed takedown has waited.
    pub(crate) oldest: Option<f64>,
    /// Editors' entries that refer to titles taken down.
    pub(crate) referring: u64,
    pub(crate) findings: Vec<Finding>,
    /// Titles that a launch gate held back, counted once for each site.
    pub(crate) held: u64,
}

impl Tally {
    /// Notes that an entry's work was confirmed. It is to the credit of those of its records that changed; if none did
    /// (the clock did it), of all.
    pub(crate) fn touch(
        &mut self,
        records: &BTreeSet<RecordKey>,
        changed: &BTreeSet<RecordKey>,
        unseen: &BTreeSet<RecordKey>,
    ) {
        let seen = || records.iter().filter(|record| !unseen.contains(*record));
        let mut due: BTreeSet<RecordKey> = seen()
            .filter(|record| changed.contains(*record))
            .cloned()
            .collect();
        if due.is_empty() {
            due = seen().cloned().collect();
        }
        if due.is_empty() {
            due = records
                .iter()
                .filter(|record| changed.contains(*record))
                .cloned()
                .collect();
        }
        self.touched.extend(due);
    }

    pub(crate) fn take(
        &mut self,
        taken: TakenDown,
        records: &BTreeMap<String, BTreeSet<RecordKey>>,
    ) {
        for publication in &taken.confirmed {
            if let Subject::Entry { key, .. } = &publication.subject {
                self.unpublished += 1;
                if key.kind == Kind::Book {
                    self.takedowns.insert(key.source_key.clone());
                }
                self.touched
                    .extend(records.get(&key.source_key).into_iter().flatten().cloned());
            }
        }
        for (publication, reason) in &taken.unconfirmed {
            self.unconfirmed += 1;
            if let Subject::Entry { key, .. } = &publication.subject {
                let records = records.get(&key.source_key).into_iter().flatten();
                self.deferred
                    .extend(records.map(|record| (record.clone(), reason.clone())));
            }
        }
        if let Some(seconds) = taken.slowest {
            self.slowest = longest(self.slowest, seconds);
        }
        if let Some(seconds) = taken.oldest {
            self.oldest = longest(self.oldest, seconds);
        }
        self.findings.extend(taken.findings);
    }

    /// A changed record of the feed that enriches has had its effect if the work that it was merged into had one.
    pub(crate) fn credit_merged(
        &mut self,
        merged: &BTreeMap<RecordKey, RecordKey>,
        changed: &BTreeSet<RecordKey>,
    ) {
        for (record, own) in merged
            .iter()
            .filter(|(record, _)| changed.contains(*record))
        {
            if let Some(reason) = self.deferred.get(own).cloned() {
                self.deferred.insert(record.clone(), reason);
            } else if self.touched.contains(own) {
                self.touched.insert(record.clone());
            }
        }
    }

    /// Notes that a run stopped before these records, at a question.
    pub(crate) fn defer_all<'r>(&mut self, records: impl Iterator<Item = &'r RecordKey>) {
        let reason = "the run stopped before it, because too many titles vanished from the source";
        self.deferred
            .extend(records.map(|key| (key.clone(), reason.to_owned())));
    }

    /// A record that is gone from a work that stays has had its effect if the work's other records had one.
    pub(crate) fn credit_vanished(
        &mut self,
        records: &BTreeMap<String, BTreeSet<RecordKey>>,
        vanished: &BTreeSet<RecordKey>,
    ) {
        for of_work in records.values() {
            if of_work.iter().any(|record| self.touched.contains(record)) {
                self.touched.extend(of_work.intersection(vanished).cloned());
            }
        }
    }
}

/// Counts.
pub(crate) fn conclude(
    mut summary: Summary,
    pulled: &Pulled,
    tally: Tally,
    stopped: Option<Error>,
) -> Report {
    let rejected = pulled.rejected();
    let mut records = Vec::with_capacity(pulled.considered.len());
    // A record that is gone is accounted for as well. The clock, or a shared entry, may have moved records that this reading did not consider.
    let all: BTreeSet<&RecordKey> = pulled
        .considered
        .iter()
        .chain(&pulled.vanished)
        .chain(&tally.touched)
        .chain(tally.deferred.keys())
        .chain(tally.refused.keys())
        .collect();
    let mut outcomes = Vec::with_capacity(all.len());
    for key in all {
        let (outcome, reason) =
            if let Some(reason) = rejected.get(key).or_else(|| tally.refused.get(key)) {
                (RecordOutcome::Rejected, Some(reason.clone()))
            } else if let Some(reason) = tally.deferred.get(key) {
                (RecordOutcome::Deferred, Some(reason.clone()))
            } else if tally.touched.contains(key) {
                (RecordOutcome::Written, None)
            } else {
                (RecordOutcome::Unchanged, None)
            };
        outcomes.push(outcome);
        records.push(RunRecord {
            key: key.clone(),
            outcome: outcome.as_str().to_owned(),
            reason,
        });
    }
    summary.count(outcomes.into_iter());
    summary.takedowns = u64::try_from(tally.takedowns.len()).unwrap_or_default();
    summary.unpublished = tally.unpublished;
    summary.takedown_seconds = tally.slowest;
    summary.unconfirmed = tally.unconfirmed;
    summary.unconfirmed_seconds = tally.oldest;
    summary.referring = tally.referring;
    summary.held = tally.held;
    let mut findings = tally.findings;
    findings.sort_by(|a, b| {
        let order = |finding: &Finding| (finding.code.clone(), finding.at.record.clone());
        b.severity
            .cmp(&a.severity)
            .then_with(|| order(a).cmp(&order(b)))
            .then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup();
    summary.findings = u64::try_from(findings.len()).unwrap_or_default();
    for finding in &findings {
        *summary
            .finding_codes
            .entry(finding.code.to_string())
            .or_default() += 1;
    }
    let partial = summary.rejected + summary.deferred + tally.unconfirmed > 0;
    summary.outcome = match (&stopped, partial) {
        (Some(_), _) => "question",
        (None, true) => "partial",
        (None, false) => "done",
    }
    .to_owned();
    Report {
        summary,
        records,
        findings,
        stopped,
    }
}

//! What happened: runs, their records one by one, and their findings.

use std::collections::BTreeSet;

use catalogue::finding::Finding;
use catalogue::key::RecordKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One run as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id, time-ordered.
    pub id: String,
    /// The command (`sync`, `replay`).
    pub command: String,
    /// Where records came from.
    pub source: String,
    /// When it began.
    pub started_at: String,
    /// When it ended; absent while it runs, and for one that was killed.
    pub ended_at: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Its summary, JSON.
    pub summary: Option<String>,
}

/// What became of one source record in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The record.
    pub key: RecordKey,
    /// `written`, `unchanged`, `rejected` or `deferred`.
    pub outcome: String,
    /// Why, where there is something to say.
    pub reason: Option<String>,
}

/// What a run made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEvent {
    /// When the run began.
    pub at: String,
    /// The run's command.
    pub command: String,
    /// The record and its outcome.
    pub record: RunRecord,
}

impl Store {
    /// Opens a run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn begin_run(
        &self,
        id: &str,
        command: &str,
        source: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query("INSERT INTO run (id, command, source, started_at) VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(command)
            .bind(source)
            .bind(at.to_string())
            .execute(&self.pool)
            .await
            .doing("opening a run")?;
        Ok(())
    }

    /// Closes a run with its records and findings, at once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn end_run(
        &self,
        id: &str,
        at: Timestamp,
        outcome: &str,
        summary: &str,
        records: &[RunRecord],
        findings: &[Finding],
    ) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await.doing("closing a run")?;
        sqlx::query("UPDATE run SET ended_at = ?, outcome = ?, summary = ? WHERE id = ?")
            .bind(at.to_string())
            .bind(outcome)
            .bind(summary)
            .bind(id)
            .execute(&mut *transaction)
            .await
            .doing("closing a run")?;
        // Unchanged records are a number in the summary; a row each would grow the file by the catalogue at every run.
        for record in records
            .iter()
            .filter(|record| record.outcome != "unchanged")
        {
            sqlx::query("INSERT OR REPLACE INTO run_record (run, record_key, outcome, reason) VALUES (?, ?, ?, ?)")
                .bind(id)
                .bind(record.key.as_str())
                .bind(&record.outcome)
                .bind(&record.reason)
                .execute(&mut *transaction)
                .await
                .doing("closing a run")?;
        }
        for (ordinal, finding) in (0_i64..).zip(findings) {
            let text = serde_json::to_string(finding).doing("closing a run")?;
            sqlx::query(
                "INSERT OR REPLACE INTO run_finding (run, ordinal, finding) VALUES (?, ?, ?)",
            )
            .bind(id)
            .bind(ordinal)
            .bind(text)
            .execute(&mut *transaction)
            .await
            .doing("closing a run")?;
        }
        transaction.commit().await.doing("closing a run")
    }

    /// The last runs, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn runs(&self, limit: i64) -> Result<Vec<Run>, Error> {
        let rows = sqlx::query(
            "SELECT id, command, source, started_at, ended_at, outcome, summary FROM run ORDER BY id DESC LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .doing("reading the runs")?;
        let runs = rows.iter().map(|row| Run {
            id: row.get(0),
            command: row.get(1),
            source: row.get(2),
            started_at: row.get(3),
            ended_at: row.get(4),
            outcome: row.get(5),
            summary: row.get(6),
        });
        Ok(runs.collect())
    }

    /// The records of a run that were not simply unchanged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn run_records(&self, run: &str) -> Result<Vec<RunRecord>, Error> {
        let rows = sqlx::query(
            "SELECT record_key, outcome, reason FROM run_record WHERE run = ? ORDER BY record_key",
        )
        .bind(run)
        .fetch_all(&self.pool)
        .await
        .doing("reading a run's records")?;
        let records = rows.iter().map(|row| RunRecord {
            key: RecordKey::new(row.get::<String, _>(0)),
            outcome: row.get(1),
            reason: row.get(2),
        });
        Ok(records.collect())
    }

    /// What the last runs made of some records, the newest run first; a run that had nothing to say of one is left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn record_history(
        &self,
        records: &BTreeSet<RecordKey>,
        runs: i64,
    ) -> Result<Vec<RecordEvent>, Error> {
        let mut events = Vec::new();
        for record in records {
            let rows = sqlx::query(
                "SELECT run.started_at, run.command, run_record.outcome, run_record.reason
                 FROM (SELECT id, started_at, command FROM run ORDER BY id DESC LIMIT ?2) AS run
                 JOIN run_record ON run_record.run = run.id AND run_record.record_key = ?1
                 ORDER BY run.id DESC",
            )
            .bind(record.as_str())
            .bind(runs)
            .fetch_all(&self.pool)
            .await
            .doing("reading what became of a record")?;
            events.extend(rows.iter().map(|row| RecordEvent {
                at: row.get(0),
                command: row.get(1),
                record: RunRecord {
                    key: record.clone(),
                    outcome: row.get(2),
                    reason: row.get(3),
                },
            }));
        }
        Ok(events)
    }

    /// The findings of a run, in the order found.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn run_findings(&self, run: &str) -> Result<Vec<Finding>, Error> {
        let rows = sqlx::query("SELECT finding FROM run_finding WHERE run = ? ORDER BY ordinal")
            .bind(run)
            .fetch_all(&self.pool)
            .await
            .doing("reading a run's findings")?;
        rows.iter()
            .map(|row| serde_json::from_str(row.get::<&str, _>(0)).doing("reading a finding"))
            .collect()
    }
}

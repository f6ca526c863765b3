//! The catalogue as last read, record by record.
//!
//! Sources send deltas: what changed since a day, a partial update. The projection needs the whole. So every record is
//! kept as read, with a fingerprint that makes a repeated one cost nothing, until its source says that it is gone.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::fingerprint::Fingerprint;
use catalogue::identity::Joins;
use catalogue::isbn::Isbn13;
use catalogue::key::{RecordKey, WorkKey};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::Store;
use crate::error::{Doing as _, Error};

/// A record as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its key.
    pub key: RecordKey,
    /// Which source it came from (`consonance`, `onix`).
    pub source: String,
    /// Fingerprint of its content.
    pub fingerprint: Fingerprint,
    /// The record as JSON.
    pub body: String,
}

/// A record that could not be taken, kept with its reason so that it can be mended and tried again alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Its key.
    pub key: RecordKey,
    /// The run that rejected it.
    pub run: String,
    /// Stable code of the reason.
    pub code: String,
    /// The reason, for people.
    pub reason: String,
    /// Where it stands: file and line, or the id at the source.
    pub place: String,
    /// The record itself, where its source cannot be asked again.
    pub raw: Option<String>,
}

/// What one pull changes in the snapshot, written at once.
#[derive(Clone, Debug, Default)]
pub struct SnapshotChange {
    /// Records new or changed.
    pub kept: Vec<KeptRecord>,
    /// Records that say what they said, and stand elsewhere in their feed now.
    pub moved: Vec<KeptRecord>,
    /// Records gone.
    pub gone: BTreeSet<RecordKey>,
    /// Records rejected.
    pub rejected: Vec<Rejection>,
    /// Records read well that may have been rejected before.
    pub mended: BTreeSet<RecordKey>,
    /// The joins as they now are.
    pub joins: Joins,
    /// New marks by source: from where the next delta begins.
    pub marks: BTreeMap<String, String>,
}

impl Store {
    /// Every kept record, in key order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn records(&self) -> Result<Vec<KeptRecord>, Error> {
        let rows = sqlx::query(
            "SELECT record_key, source, fingerprint, body FROM record ORDER BY record_key",
        )
        .fetch_all(&self.pool)
        .await
        .doing("reading the kept records")?;
        let kept = rows.iter().map(|row| KeptRecord {
            key: RecordKey::new(row.get::<String, _>(0)),
            source: row.get(1),
            fingerprint: Fingerprint::from_stored(row.get::<String, _>(2)),
            body: row.get(3),
        });
        Ok(kept.collect())
    }

    /// The remembered joins of ISBNs to works.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn joins(&self) -> Result<Joins, Error> {
        let rows = sqlx::query("SELECT isbn, work_key FROM isbn_join")
            .fetch_all(&self.pool)
            .await
            .doing("reading which ISBNs belong together")?;
        let joins = rows.iter().filter_map(|row| {
            let isbn: Isbn13 = row.get::<String, _>(0).parse().ok()?;
            Some((isbn, WorkKey::new(row.get::<String, _>(1))))
        });
        Ok(joins.collect())
    }

    /// From where a source's next delta begins, if it was ever read whole.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn mark(&self, source: &str) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT mark FROM source_mark WHERE source = ?")
            .bind(source)
            .fetch_optional(&self.pool)
            .await
            .doing("reading where the source was left")?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Every rejected record that has not been mended since, in key order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn rejections(&self) -> Result<Vec<Rejection>, Error> {
        let rows = sqlx::query(
            "SELECT record_key, run, code, reason, place, raw FROM rejection ORDER BY record_key",
        )
        .fetch_all(&self.pool)
        .await
        .doing("reading the rejected records")?;
        let rejections = rows.iter().map(|row| Rejection {
            key: RecordKey::new(row.get::<String, _>(0)),
            run: row.get(1),
            code: row.get(2),
            reason: row.get(3),
            place: row.get(4),
            raw: row.get(5),
        });
        Ok(rejections.collect())
    }

    /// Records whose last change has not fully reached the stack.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn pending_records(&self) -> Result<BTreeSet<RecordKey>, Error> {
        let rows = sqlx::query("SELECT record_key FROM pending_record")
            .fetch_all(&self.pool)
            .await
            .doing("reading the unfinished records")?;
        Ok(rows
            .iter()
            .map(|row| RecordKey::new(row.get::<String, _>(0)))
            .collect())
    }

    /// Writes what a pull changed, all or nothing. Every kept record becomes pending until [`Store::settle_records`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn change_snapshot(&self, change: &SnapshotChange) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await.doing("keeping what was read")?;
        for record in &change.kept {
            sqlx::query(
                "INSERT INTO record (record_key, source, fingerprint, body) VALUES (?, ?, ?, ?)
                 ON CONFLICT (record_key) DO UPDATE SET source = excluded.source, fingerprint = excluded.fingerprint, body = excluded.body",
            )
            .bind(record.key.as_str())
            .bind(&record.source)
            .bind(record.fingerprint.as_str())
            .bind(&record.body)
            .execute(&mut *transaction)
            .await
            .doing("keeping a record")?;
            sqlx::query("INSERT OR IGNORE INTO pending_record (record_key) VALUES (?)")
                .bind(record.key.as_str())
                .execute(&mut *transaction)
                .await
                .doing("keeping a record")?;
        }
        for record in &change.moved {
            sqlx::query("UPDATE record SET body = ? WHERE record_key = ?")
                .bind(&record.body)
                .bind(record.key.as_str())
                .execute(&mut *transaction)
                .await
                .doing("keeping where a record stands")?;
        }
        for key in &change.gone {
            sqlx::query("DELETE FROM record WHERE record_key = ?")
                .bind(key.as_str())
                .execute(&mut *transaction)
                .await
                .doing("forgetting a record")?;
        }
        for key in change.mended.iter().chain(&change.gone) {
            sqlx::query("DELETE FROM rejection WHERE record_key = ?")
                .bind(key.as_str())
                .execute(&mut *transaction)
                .await
                .doing("forgetting a rejection")?;
        }
        for rejection in &change.rejected {
            sqlx::query("INSERT OR REPLACE INTO rejection (record_key, run, code, reason, place, raw) VALUES (?, ?, ?, ?, ?, ?)")
                .bind(rejection.key.as_str())
                .bind(&rejection.run)
                .bind(&rejection.code)
                .bind(&rejection.reason)
                .bind(&rejection.place)
                .bind(&rejection.raw)
                .execute(&mut *transaction)
                .await
                .doing("keeping a rejection")?;
        }
        for (isbn, work) in &change.joins {
            sqlx::query("INSERT OR REPLACE INTO isbn_join (isbn, work_key) VALUES (?, ?)")
                .bind(isbn.to_string())
                .bind(work.as_str())
                .execute(&mut *transaction)
                .await
                .doing("keeping which ISBNs belong together")?;
        }
        for (source, mark) in &change.marks {
            sqlx::query("INSERT OR REPLACE INTO source_mark (source, mark) VALUES (?, ?)")
                .bind(source)
                .bind(mark)
                .execute(&mut *transaction)
                .await
                .doing("keeping where the source was left")?;
        }
        transaction.commit().await.doing("keeping what was read")
    }

    /// Says that these records have reached the stack as far as they must.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn settle_records(
        &self,
        keys: impl Iterator<Item = &RecordKey>,
    ) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await.doing("settling records")?;
        for key in keys {
            sqlx::query("DELETE FROM pending_record WHERE record_key = ?")
                .bind(key.as_str())
                .execute(&mut *transaction)
                .await
                .doing("settling records")?;
        }
        transaction.commit().await.doing("settling records")
    }
}

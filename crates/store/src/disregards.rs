//! Unreadable records that a person has looked at and disregards.
//!
//! Such a word opens what the record closes, so it holds for the very text that the person saw, by its digest: if the
//! sender changes a letter, somebody has to look again. No row is ever deleted, so the table is the audit trail.

use catalogue::fingerprint::Fingerprint;
use catalogue::key::RecordKey;
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::error::{Doing as _, Error};
use crate::snapshot::Rejection;

/// A person's word that a rejected record says nothing that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disregard {
    /// The key of the rejected record.
    pub record: RecordKey,
    /// The text that the person saw.
    pub text: Fingerprint,
    /// Where it stood: file and line.
    pub place: String,
    /// Why it says nothing that matters.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
}

impl Disregard {
    /// The text that a rejection is about; nothing where it was not kept, and nobody can have seen it.
    #[must_use]
    pub fn text_of(rejection: &Rejection) -> Option<Fingerprint> {
        let raw = rejection.raw.as_ref()?;
        Some(Fingerprint::of_bytes(raw.as_bytes()))
    }

    /// Whether it is said of this rejection, as it is now.
    #[must_use]
    pub fn is_of(&self, rejection: &Rejection) -> bool {
        self.record == rejection.key && Self::text_of(rejection).as_ref() == Some(&self.text)
    }
}

impl Store {
    /// Writes down that a person disregards a record. What was said of the same text before stands.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn disregard(&self, said: &Disregard) -> Result<(), Error> {
        sqlx::query(
            "INSERT OR IGNORE INTO disregard (record_key, text_digest, place, reason, said_by, said_at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(said.record.as_str())
        .bind(said.text.as_str())
        .bind(&said.place)
        .bind(&said.reason)
        .bind(&said.by)
        .bind(said.at.to_string())
        .execute(&self.pool)
        .await
        .doing("writing down that a record is disregarded")?;
        Ok(())
    }

    /// Everything that was ever disregarded, in the order of its keys.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn disregards(&self) -> Result<Vec<Disregard>, Error> {
        self.read(
            "SELECT record_key, text_digest, place, reason, said_by, said_at FROM disregard \
             ORDER BY record_key, text_digest",
            kept,
            "reading which records are disregarded",
        )
        .await
    }
}

fn kept(row: &SqliteRow) -> Result<Disregard, sqlx::Error> {
    let at = row.get::<String, _>(5).parse();
    Ok(Disregard {
        record: RecordKey::new(row.get::<String, _>(0)),
        text: Fingerprint::from_stored(row.get::<String, _>(1)),
        place: row.get(2),
        reason: row.get(3),
        by: row.get(4),
        at: at.map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(raw: Option<&str>) -> Rejection {
        Rejection {
            key: RecordKey::new("consonance-onix:rejected:house.17@full.xml:3"),
            run: "run".into(),
            code: "FL-0207".into(),
            reason: "broken".into(),
            place: "full.xml line 3".into(),
            raw: raw.map(str::to_owned),
        }
    }

    #[tokio::test]
    async fn a_record_is_disregarded_as_it_was_seen_and_the_first_word_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let seen = rejection(Some("<Product>one"));
        let said = Disregard {
            record: seen.key.clone(),
            text: Disregard::text_of(&seen).unwrap(),
            place: seen.place.clone(),
            reason: "a price only".into(),
            by: "ida".into(),
            at: "2026-11-24T12:00:00Z".parse().unwrap(),
        };
        store.disregard(&said).await.unwrap();
        let again = Disregard {
            by: "eve".into(),
            ..said.clone()
        };
        store.disregard(&again).await.unwrap();
        assert_eq!(
            store.disregards().await.unwrap(),
            std::slice::from_ref(&said)
        );
        assert!(said.is_of(&seen));
        for other in [
            rejection(Some("<Product>two")),
            rejection(None),
            Rejection {
                key: RecordKey::new("consonance-onix:rejected:house.18@full.xml:3"),
                ..seen
            },
        ] {
            assert!(!said.is_of(&other), "{other:?}");
        }
    }
}

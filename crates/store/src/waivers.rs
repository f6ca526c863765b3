//! Waivers of launch rules: who asked, who granted, who ended them.
//!
//! As with holds, a row is written when a waiver is asked for and completed when it is granted and when it is ended; none
//! is ever deleted, so the table is the audit trail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::Store;
use crate::error::{Doing as _, Error};

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// One waiver as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWaiver {
    /// Its id, time-ordered.
    pub id: Uuid,
    /// The rule's name.
    pub rule: String,
    /// The key of the work; every title without one.
    pub work: Option<String>,
    /// The site; all of them without one.
    pub site: Option<String>,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested: Act,
    /// Who granted it; nothing while it waits.
    pub approved: Option<Act>,
    /// Who ended it before its time, if anybody did.
    pub ended: Option<Act>,
}

impl KeptWaiver {
    /// Whether nobody ended it and its end has not come; it may still wait to be granted.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.until
    }
}

impl Store {
    /// Keeps a waiver that somebody asked for.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn ask_waiver(&self, waiver: &KeptWaiver) -> Result<(), Error> {
        let approved = waiver.approved.as_ref();
        sqlx::query(
            "INSERT INTO waiver (id, rule, work_key, site, until, reason, requested_by, requested_at, approved_by, approved_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(waiver.id.to_string())
        .bind(&waiver.rule)
        .bind(waiver.work.as_deref())
        .bind(waiver.site.as_deref())
        .bind(waiver.until.to_string())
        .bind(&waiver.reason)
        .bind(&waiver.requested.by)
        .bind(waiver.requested.at.to_string())
        .bind(approved.map(|act| act.by.as_str()))
        .bind(approved.map(|act| act.at.to_string()))
        .execute(&self.pool)
        .await
        .doing("writing down a waiver")?;
        Ok(())
    }

    /// Grants a waiver, unless somebody did already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn approve_waiver(&self, id: Uuid, act: &Act) -> Result<(), Error> {
        let query = "UPDATE waiver SET approved_by = ?, approved_at = ? WHERE id = ? AND approved_at IS NULL";
        self.note_act(query, id, act, "granting a waiver").await
    }

    /// Ends a waiver before its time, unless somebody did already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn end_waiver(&self, id: Uuid, act: &Act) -> Result<(), Error> {
        let query =
            "UPDATE waiver SET ended_by = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL";
        self.note_act(query, id, act, "ending a waiver").await
    }

    async fn note_act(
        &self,
        query: &'static str,
        id: Uuid,
        act: &Act,
        doing: &'static str,
    ) -> Result<(), Error> {
        sqlx::query(query)
            .bind(&act.by)
            .bind(act.at.to_string())
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .doing(doing)?;
        Ok(())
    }

    /// Every waiver ever asked for, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read, or holds a waiver that nobody can read: it must not pass for one without an end.
    pub async fn waivers(&self) -> Result<Vec<KeptWaiver>, Error> {
        self.read(
            "SELECT id, rule, work_key, site, until, reason, requested_by, requested_at, approved_by, approved_at, ended_by, \
             ended_at FROM waiver ORDER BY id",
            kept,
            "reading the waivers",
        )
        .await
    }
}

fn kept(row: &SqliteRow) -> Result<KeptWaiver, sqlx::Error> {
    let instant = |text: &str| -> Result<Timestamp, sqlx::Error> {
        text.parse()
            .map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))
    };
    let act = |at: usize| -> Result<Option<Act>, sqlx::Error> {
        let (by, when): (Option<String>, Option<String>) = (row.get(at), row.get(at + 1));
        match (by, when) {
            (Some(by), Some(when)) => Ok(Some(Act {
                by,
                at: instant(&when)?,
            })),
            _ => Ok(None),
        }
    };
    Ok(KeptWaiver {
        id: Uuid::parse_str(&row.get::<String, _>(0))
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        rule: row.get(1),
        work: row.get(2),
        site: row.get(3),
        until: instant(&row.get::<String, _>(4))?,
        reason: row.get(5),
        requested: Act {
            by: row.get(6),
            at: instant(&row.get::<String, _>(7))?,
        },
        approved: act(8)?,
        ended: act(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(by: &str, at: &str) -> Act {
        Act {
            by: by.to_owned(),
            at: at.parse().unwrap(),
        }
    }

    #[tokio::test]
    async fn a_waiver_is_kept_with_who_asked_who_granted_and_who_ended_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let mut waiver = KeptWaiver {
            id: Uuid::now_v7(),
            rule: "cover".to_owned(),
            work: Some("consonance:work:1".to_owned()),
            site: None,
            until: "2027-07-01T00:00:00Z".parse().unwrap(),
            reason: "the artist is late".to_owned(),
            requested: act("ida", "2027-06-01T12:00:00Z"),
            approved: None,
            ended: None,
        };
        store.ask_waiver(&waiver).await.unwrap();
        assert_eq!(
            store.waivers().await.unwrap(),
            std::slice::from_ref(&waiver)
        );
        let finn = act("finn", "2027-06-02T12:00:00Z");
        let late = act("somebody else", "2027-06-03T12:00:00Z");
        store.approve_waiver(waiver.id, &finn).await.unwrap();
        store.approve_waiver(waiver.id, &late).await.unwrap();
        waiver.approved = Some(finn);
        assert!(waiver.is_open(late.at));
        let uma = act("uma", "2027-06-04T12:00:00Z");
        store.end_waiver(waiver.id, &uma).await.unwrap();
        store.end_waiver(waiver.id, &late).await.unwrap();
        waiver.ended = Some(uma);
        assert_eq!(
            store.waivers().await.unwrap(),
            std::slice::from_ref(&waiver)
        );
        assert!(!waiver.is_open(late.at));
    }
}

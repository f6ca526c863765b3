//! Holds on titles, and who placed and lifted them.
//!
//! A row is written when a hold is placed and completed when it is lifted; none is ever deleted, so the table is the
//! audit trail. A hold that expired is simply past its end: nobody lifted it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One hold as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHold {
    /// Its id, time-ordered.
    pub id: Uuid,
    /// The key of the work.
    pub work: String,
    /// The site; all of them without one.
    pub site: Option<String>,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: Timestamp,
    /// Who lifted it before its end, if anybody did.
    pub lifted_by: Option<String>,
    /// When.
    pub lifted_at: Option<Timestamp>,
}

impl KeptHold {
    /// Whether nobody lifted it and its end has not come.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && now < self.until
    }
}

impl Store {
    /// Keeps a new hold.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn place_hold(&self, hold: &KeptHold) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO hold (id, work_key, site, until, reason, placed_by, placed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(hold.id.to_string())
        .bind(&hold.work)
        .bind(hold.site.as_deref())
        .bind(hold.until.to_string())
        .bind(&hold.reason)
        .bind(&hold.placed_by)
        .bind(hold.placed_at.to_string())
        .execute(&self.pool)
        .await
        .doing("writing down a hold")?;
        Ok(())
    }

    /// Lifts a hold, unless somebody did already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn lift_hold(&self, id: Uuid, by: &str, at: Timestamp) -> Result<(), Error> {
        sqlx::query(
            "UPDATE hold SET lifted_by = ?, lifted_at = ? WHERE id = ? AND lifted_at IS NULL",
        )
        .bind(by)
        .bind(at.to_string())
        .bind(id.to_string())
        .execute(&self.pool)
        .await
        .doing("lifting a hold")?;
        Ok(())
    }

    /// Every hold ever placed, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read, or holds a hold whose end nobody can read: it must not pass for none.
    pub async fn holds(&self) -> Result<Vec<KeptHold>, Error> {
        self.read(
            "SELECT id, work_key, site, until, reason, placed_by, placed_at, lifted_by, lifted_at FROM hold ORDER BY id",
            kept,
            "reading the holds",
        )
        .await
    }
}

fn kept(row: &SqliteRow) -> Result<KeptHold, sqlx::Error> {
    let wrong = |error: jiff::Error| sqlx::Error::Decode(error.into());
    let instant = |at: usize| row.get::<String, _>(at).parse().map_err(wrong);
    let lifted_at: Option<String> = row.get(8);
    Ok(KeptHold {
        id: Uuid::parse_str(&row.get::<String, _>(0))
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        work: row.get(1),
        site: row.get(2),
        until: instant(3)?,
        reason: row.get(4),
        placed_by: row.get(5),
        placed_at: instant(6)?,
        lifted_by: row.get(7),
        lifted_at: lifted_at
            .map(|text| text.parse().map_err(wrong))
            .transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(site: Option<&str>) -> KeptHold {
        KeptHold {
            id: Uuid::now_v7(),
            work: "consonance:work:1".into(),
            site: site.map(str::to_owned),
            until: "2027-07-01T00:00:00Z".parse().unwrap(),
            reason: "libel claim".into(),
            placed_by: "ida".into(),
            placed_at: "2027-06-01T12:00:00Z".parse().unwrap(),
            lifted_by: None,
            lifted_at: None,
        }
    }

    #[tokio::test]
    async fn a_hold_is_kept_with_who_placed_and_who_lifted_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let (everywhere, there) = (hold(None), hold(Some("au")));
        store.place_hold(&everywhere).await.unwrap();
        store.place_hold(&there).await.unwrap();
        let at = "2027-06-02T12:00:00Z".parse().unwrap();
        store.lift_hold(there.id, "finn", at).await.unwrap();
        let later = "2027-06-03T12:00:00Z".parse().unwrap();
        store
            .lift_hold(there.id, "somebody else", later)
            .await
            .unwrap();
        let mut lifted = there.clone();
        lifted.lifted_by = Some("finn".into());
        lifted.lifted_at = Some(at);
        assert_eq!(
            store.holds().await.unwrap(),
            [everywhere.clone(), lifted.clone()]
        );
        assert!(everywhere.is_active(at) && !lifted.is_active(at));
        assert!(
            !everywhere.is_active(everywhere.until),
            "it expires by itself"
        );
    }
}

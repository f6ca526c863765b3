//! Secret addresses by which people's calendars read what is due: kept as hashes, one that stands for each account.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One address, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFeed {
    /// Whose calendar it is.
    pub account: String,
    /// Only what is this role's task.
    pub owner: Option<String>,
    /// Only on this site.
    pub site: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Store {
    /// Keeps an address under the hash of its secret, in the place of the one that the account had.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_calendar_feed(&self, hash: &str, feed: &CalendarFeed) -> Result<(), Error> {
        const DOING: &str = "keeping the address of a calendar";
        let mut transaction = self.pool.begin().await.doing(DOING)?;
        for statement in [
            sqlx::query(
                "UPDATE calendar_feed SET revoked_at = ?2 WHERE account = ?1 AND revoked_at IS NULL",
            )
            .bind(&feed.account)
            .bind(feed.made_at.to_string()),
            sqlx::query(
                "INSERT INTO calendar_feed (token_hash, account, owner, site, made_at) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(hash)
            .bind(&feed.account)
            .bind(feed.owner.as_deref())
            .bind(feed.site.as_deref())
            .bind(feed.made_at.to_string()),
        ] {
            statement.execute(&mut *transaction).await.doing(DOING)?;
        }
        transaction.commit().await.doing(DOING)
    }

    /// The address of a hash, while it stands.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn calendar_feed(&self, hash: &str) -> Result<Option<CalendarFeed>, Error> {
        self.one_calendar_feed("token_hash", hash).await
    }

    /// The address that stands for an account.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn calendar_feed_of(&self, account: &str) -> Result<Option<CalendarFeed>, Error> {
        self.one_calendar_feed("account", account).await
    }

    /// Ends the address of an account. False where none stood.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn revoke_calendar_feed(&self, account: &str, at: Timestamp) -> Result<bool, Error> {
        let ended = sqlx::query(
            "UPDATE calendar_feed SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL",
        )
        .bind(at.to_string())
        .bind(account)
        .execute(&self.pool)
        .await
        .doing("ending the address of a calendar")?;
        Ok(ended.rows_affected() > 0)
    }

    async fn one_calendar_feed(
        &self,
        by: &'static str,
        value: &str,
    ) -> Result<Option<CalendarFeed>, Error> {
        let query = match by {
            "account" => {
                "SELECT account, owner, site, made_at FROM calendar_feed WHERE account = ? AND revoked_at IS NULL"
            }
            _ => {
                "SELECT account, owner, site, made_at FROM calendar_feed WHERE token_hash = ? AND revoked_at IS NULL"
            }
        };
        let row = sqlx::query(query)
            .bind(value)
            .fetch_optional(&self.pool)
            .await
            .doing("reading the address of a calendar")?;
        Ok(row.as_ref().map(feed))
    }
}

fn feed(row: &SqliteRow) -> CalendarFeed {
    CalendarFeed {
        account: row.get(0),
        owner: row.get(1),
        site: row.get(2),
        made_at: row.get::<String, _>(3).parse().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_account_has_one_address_and_the_one_before_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let now = "2027-06-01T12:00:00Z".parse().unwrap();
        let feed = CalendarFeed {
            account: "ida".to_owned(),
            owner: Some("metadata".to_owned()),
            site: None,
            made_at: now,
        };
        store.keep_calendar_feed("hash-1", &feed).await.unwrap();
        assert_eq!(
            store.calendar_feed("hash-1").await.unwrap(),
            Some(feed.clone())
        );
        store.keep_calendar_feed("hash-2", &feed).await.unwrap();
        assert_eq!(store.calendar_feed("hash-1").await.unwrap(), None);
        assert_eq!(store.calendar_feed_of("ida").await.unwrap(), Some(feed));
        assert!(store.revoke_calendar_feed("ida", now).await.unwrap());
        assert!(!store.revoke_calendar_feed("ida", now).await.unwrap());
        assert_eq!(store.calendar_feed("hash-2").await.unwrap(), None);
    }
}

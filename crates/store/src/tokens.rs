//! Tokens of the console's API: kept as hashes, each with what it may read, until when, and whether somebody revoked it.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called; no two that stand have one name.
    pub name: String,
    /// What it may read, as the console names it.
    pub scopes: Vec<String>,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it opens anything.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Store {
    /// Keeps a token under the hash of its secret. False where one of its name stands: then nothing changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_token(&self, token_hash: &str, token: &ApiToken) -> Result<bool, Error> {
        let kept = sqlx::query(
            "INSERT OR IGNORE INTO api_token (token_hash, name, scopes, made_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(token_hash)
        .bind(&token.name)
        .bind(token.scopes.join(" "))
        .bind(&token.made_by)
        .bind(token.created_at.to_string())
        .bind(token.expires_at.to_string())
        .execute(&self.pool)
        .await
        .doing("keeping a token")?;
        Ok(kept.rows_affected() > 0)
    }

    /// The token under a hash, if it opens anything at `now`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn token(&self, token_hash: &str, now: Timestamp) -> Result<Option<ApiToken>, Error> {
        let row = sqlx::query("SELECT name, scopes, made_by, created_at, expires_at, revoked_at FROM api_token WHERE token_hash = ?")
            .bind(token_hash)
            .fetch_optional(&self.pool)
            .await
            .doing("reading a token")?;
        Ok(row.as_ref().map(token).filter(|token| token.is_good(now)))
    }

    /// Every token ever made, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, Error> {
        let rows = sqlx::query("SELECT name, scopes, made_by, created_at, expires_at, revoked_at FROM api_token ORDER BY created_at DESC, name")
            .fetch_all(&self.pool)
            .await
            .doing("reading the tokens")?;
        Ok(rows.iter().map(token).collect())
    }

    /// Revokes the token of a name. False where none of that name stands.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn revoke_token(&self, name: &str, at: Timestamp) -> Result<bool, Error> {
        let revoked = sqlx::query(
            "UPDATE api_token SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
        )
        .bind(at.to_string())
        .bind(name)
        .execute(&self.pool)
        .await
        .doing("revoking a token")?;
        Ok(revoked.rows_affected() > 0)
    }
}

/// A row as a token. An instant that nobody can read is long past: the token has expired, and a revocation stands.
fn token(row: &SqliteRow) -> ApiToken {
    let instant = |column: usize| row.get::<String, _>(column).parse().unwrap_or_default();
    let revoked: Option<String> = row.get(5);
    ApiToken {
        name: row.get(0),
        scopes: row
            .get::<String, _>(1)
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        made_by: row.get(2),
        created_at: instant(3),
        expires_at: instant(4),
        revoked_at: revoked.map(|at| at.parse().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn made(name: &str) -> ApiToken {
        ApiToken {
            name: name.to_owned(),
            scopes: vec!["titles".to_owned(), "launch".to_owned()],
            made_by: "ada".to_owned(),
            created_at: at("2027-06-01T12:00:00Z"),
            expires_at: at("2027-07-01T12:00:00Z"),
            revoked_at: None,
        }
    }

    #[tokio::test]
    async fn a_token_opens_until_it_expires_or_is_revoked_and_then_its_name_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let token = made("warehouse");
        assert!(store.keep_token("hash-1", &token).await.unwrap());
        assert!(!store.keep_token("hash-2", &token).await.unwrap());
        let before = at("2027-06-30T12:00:00Z");
        assert_eq!(
            store.token("hash-1", before).await.unwrap(),
            Some(token.clone())
        );
        assert_eq!(store.token("hash-2", before).await.unwrap(), None);
        assert_eq!(store.token("hash-1", token.expires_at).await.unwrap(), None);
        assert!(store.revoke_token("warehouse", before).await.unwrap());
        assert!(!store.revoke_token("warehouse", before).await.unwrap());
        assert_eq!(store.token("hash-1", before).await.unwrap(), None);
        assert!(store.keep_token("hash-3", &token).await.unwrap());
        assert_eq!(store.tokens().await.unwrap().len(), 2);
    }
}

//! People of the console: accounts, invitations, sessions, and the trail of what each did.
//!
//! This room keeps hashes and compares nothing: who holds a secret proves it in the console. An invitation is spent in the
//! same transaction that makes its account, so that one link never makes two. Acts are only ever added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::error::{Doing as _, Error};

/// Who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The name, unique.
    pub name: String,
    /// What they may do; the console knows the words.
    pub role: String,
    /// The password's hash, with its parameters and salt.
    pub password: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Never shows the hash: it would end in a log.
impl std::fmt::Debug for Account {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Account")
            .field("name", &self.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// The right to make one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The role of the account.
    pub role: String,
    /// Who invited.
    pub made_by: String,
    /// Until when it can be taken up.
    pub expires_at: Timestamp,
}

/// A sign-in that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: String,
    /// The role of the account now.
    pub role: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// Who; the name that was tried, where nobody was signed in.
    pub who: String,
    /// What, a stable word (`signed-in`, `held`).
    pub what: String,
    /// To what: a work, an account.
    pub subject: String,
    /// In words.
    pub detail: String,
}

impl Store {
    /// Every account, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        const READING: &str = "reading the accounts";
        let rows =
            sqlx::query("SELECT name, role, password, created_at FROM account ORDER BY name")
                .fetch_all(&self.pool)
                .await
                .doing(READING)?;
        Ok(rows.iter().map(account).collect())
    }

    /// The account of a name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, Error> {
        let row =
            sqlx::query("SELECT name, role, password, created_at FROM account WHERE name = ?")
                .bind(name)
                .fetch_optional(&self.pool)
                .await
                .doing("reading an account")?;
        Ok(row.as_ref().map(account))
    }

    /// Keeps an invitation under the hash of its secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn invite(&self, token_hash: &str, invitation: &Invitation) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO invitation (token_hash, role, made_by, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(token_hash)
        .bind(&invitation.role)
        .bind(&invitation.made_by)
        .bind(invitation.expires_at.to_string())
        .execute(&self.pool)
        .await
        .doing("keeping an invitation")?;
        Ok(())
    }

    /// Forgets the invitations that somebody made: a new first link makes the older ones worthless.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn withdraw_invitations(&self, made_by: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM invitation WHERE made_by = ?")
            .bind(made_by)
            .execute(&self.pool)
            .await
            .doing("withdrawing invitations")?;
        Ok(())
    }

    /// The invitation under a hash, if it can still be taken up at `now`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn invitation(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Invitation>, Error> {
        let row =
            sqlx::query("SELECT role, made_by, expires_at FROM invitation WHERE token_hash = ?")
                .bind(token_hash)
                .fetch_optional(&self.pool)
                .await
                .doing("reading an invitation")?;
        let invitation = row.map(|row| Invitation {
            role: row.get(0),
            made_by: row.get(1),
            expires_at: instant(&row, 2),
        });
        Ok(invitation.filter(|invitation| now < invitation.expires_at))
    }

    /// Makes an account out of an invitation, which is spent. False where it was spent already, or the name is taken: then
    /// nothing changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn accept(&self, token_hash: &str, account: &Account) -> Result<bool, Error> {
        const MAKING: &str = "making an account";
        let mut transaction = self.pool.begin().await.doing(MAKING)?;
        let spent = sqlx::query("DELETE FROM invitation WHERE token_hash = ?")
            .bind(token_hash)
            .execute(&mut *transaction)
            .await
            .doing(MAKING)?;
        let made = sqlx::query(
            "INSERT OR IGNORE INTO account (name, role, password, created_at) VALUES (?, ?, ?, ?)",
        )
        .bind(&account.name)
        .bind(&account.role)
        .bind(&account.password)
        .bind(account.created_at.to_string())
        .execute(&mut *transaction)
        .await
        .doing(MAKING)?;
        if spent.rows_affected() == 0 || made.rows_affected() == 0 {
            transaction.rollback().await.doing(MAKING)?;
            return Ok(false);
        }
        transaction.commit().await.doing(MAKING)?;
        Ok(true)
    }

    /// Begins a session under the hash of its secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn begin_session(
        &self,
        token_hash: &str,
        account: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO session (token_hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(token_hash)
        .bind(account)
        .bind(now.to_string())
        .bind(expires_at.to_string())
        .execute(&self.pool)
        .await
        .doing("beginning a session")?;
        Ok(())
    }

    /// The session under a hash, if it stands at `now`: neither revoked nor expired, and its account is there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn session(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, Error> {
        let row = sqlx::query(
            "SELECT account.name, account.role, session.expires_at FROM session JOIN account ON account.name = session.account
             WHERE session.token_hash = ? AND session.revoked_at IS NULL",
        )
        .bind(token_hash)
        .fetch_optional(&self.pool)
        .await
        .doing("reading a session")?;
        let session = row.map(|row| Session {
            account: row.get(0),
            role: row.get(1),
            expires_at: instant(&row, 2),
        });
        Ok(session.filter(|session| now < session.expires_at))
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn end_session(&self, token_hash: &str, at: Timestamp) -> Result<(), Error> {
        sqlx::query(
            "UPDATE session SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL",
        )
        .bind(at.to_string())
        .bind(token_hash)
        .execute(&self.pool)
        .await
        .doing("ending a session")?;
        Ok(())
    }

    /// Ends every session of an account, and says how many stood.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn revoke_sessions(&self, account: &str, at: Timestamp) -> Result<u64, Error> {
        let ended = sqlx::query(
            "UPDATE session SET revoked_at = ?1 WHERE account = ?2 AND revoked_at IS NULL AND expires_at > ?1",
        )
        .bind(at.to_string())
        .bind(account)
        .execute(&self.pool)
        .await
        .doing("revoking sessions")?;
        Ok(ended.rows_affected())
    }

    /// Adds an act to the trail.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn record_act(&self, act: &Act) -> Result<(), Error> {
        sqlx::query("INSERT INTO act (at, who, what, subject, detail) VALUES (?, ?, ?, ?, ?)")
            .bind(act.at.to_string())
            .bind(&act.who)
            .bind(&act.what)
            .bind(&act.subject)
            .bind(&act.detail)
            .execute(&self.pool)
            .await
            .doing("writing down an act")?;
        Ok(())
    }

    /// The last acts, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn acts(&self, limit: i64) -> Result<Vec<Act>, Error> {
        let rows = sqlx::query(
            "SELECT at, who, what, subject, detail FROM act ORDER BY ordinal DESC LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .doing("reading the acts")?;
        let acts = rows.iter().map(|row| Act {
            at: instant(row, 0),
            who: row.get(1),
            what: row.get(2),
            subject: row.get(3),
            detail: row.get(4),
        });
        Ok(acts.collect())
    }
}

fn account(row: &SqliteRow) -> Account {
    Account {
        name: row.get(0),
        role: row.get(1),
        password: row.get(2),
        created_at: instant(row, 3),
    }
}

/// An instant as kept. One that nobody can read is long past: what it bounds has expired.
fn instant(row: &SqliteRow, column: usize) -> Timestamp {
    row.get::<String, _>(column).parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn ada() -> Account {
        Account {
            name: "ada".into(),
            role: "admin".into(),
            password: "$argon2id$secret".into(),
            created_at: at("2027-06-01T12:00:00Z"),
        }
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("frontlist.db");
        Store::open(&path, "stack", "main").await.unwrap()
    }

    #[tokio::test]
    async fn an_invitation_makes_one_account_and_only_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let invitation = Invitation {
            role: "admin".into(),
            made_by: "terminal".into(),
            expires_at: at("2027-06-02T12:00:00Z"),
        };
        store.invite("hash", &invitation).await.unwrap();
        let late = store.invitation("hash", invitation.expires_at).await;
        assert_eq!(late.unwrap(), None, "it ends at its end");
        let found = store.invitation("hash", at("2027-06-01T13:00:00Z")).await;
        assert_eq!(found.unwrap(), Some(invitation.clone()));
        assert!(store.accept("hash", &ada()).await.unwrap());
        let mut eve = ada();
        eve.name = "eve".into();
        assert!(!store.accept("hash", &eve).await.unwrap(), "it is spent");
        store.invite("other", &invitation).await.unwrap();
        assert!(!store.accept("other", &ada()).await.unwrap(), "taken");
        let kept = store.invitation("other", at("2027-06-01T13:00:00Z")).await;
        assert!(kept.unwrap().is_some(), "a taken name spends no invitation");
        assert_eq!(store.accounts().await.unwrap(), [ada()]);
        assert!(!format!("{:?}", ada()).contains("secret"));
    }

    #[tokio::test]
    async fn a_session_ends_by_time_by_itself_or_with_all_of_its_account() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let (begun, end) = (at("2027-06-01T12:00:00Z"), at("2027-06-02T00:00:00Z"));
        let invitation = Invitation {
            role: "admin".into(),
            made_by: "terminal".into(),
            expires_at: end,
        };
        store.invite("hash", &invitation).await.unwrap();
        store.accept("hash", &ada()).await.unwrap();
        for hash in ["one", "two", "three"] {
            store.begin_session(hash, "ada", begun, end).await.unwrap();
        }
        store
            .begin_session("of nobody", "eve", begun, end)
            .await
            .unwrap();
        let stands = async |hash: &str, now| store.session(hash, now).await.unwrap().is_some();
        assert!(stands("one", begun).await && !stands("one", end).await);
        assert!(!stands("of nobody", begun).await && !stands("forged", begun).await);
        store.end_session("one", begun).await.unwrap();
        assert!(!stands("one", begun).await && stands("two", begun).await);
        assert_eq!(store.revoke_sessions("ada", begun).await.unwrap(), 2);
        assert!(!stands("two", begun).await && !stands("three", begun).await);
    }

    #[tokio::test]
    async fn acts_come_back_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        for what in ["signed-in", "held"] {
            let act = Act {
                at: at("2027-06-01T12:00:00Z"),
                who: "ada".into(),
                what: what.into(),
                subject: String::new(),
                detail: String::new(),
            };
            store.record_act(&act).await.unwrap();
        }
        let acts = store.acts(10).await.unwrap();
        let words: Vec<&str> = acts.iter().map(|act| act.what.as_str()).collect();
        assert_eq!(words, ["held", "signed-in"]);
    }
}

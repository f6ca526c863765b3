//! Changes of addresses, and who wanted them.
//!
//! An address that the ledger keeps changes only here, together with a row that says so. No row is ever deleted: the
//! table is the audit trail, and whatever address an entry ever left must go on leading to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::database::Statement;
use crate::error::{Doing as _, Error};

/// One change of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChange {
    /// Its id; ids sort in the order of the changes.
    pub id: String,
    /// Content type uid of the entry.
    pub kind: String,
    /// Source key of the entry.
    pub source_key: String,
    /// The address before; nothing where there was none yet.
    pub from: Option<String>,
    /// The address after.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who wanted it.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// The statement that keeps a change.
pub(crate) fn keep(change: &AddressChange) -> Statement<'_> {
    sqlx::query(
        "INSERT OR IGNORE INTO address_change (id, kind, source_key, from_url, to_url, reason, changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&change.id)
    .bind(&change.kind)
    .bind(&change.source_key)
    .bind(change.from.as_deref())
    .bind(&change.to)
    .bind(&change.reason)
    .bind(&change.changed_by)
    .bind(change.changed_at.to_string())
}

impl Store {
    /// Gives an entry another address, and keeps the change: both or neither.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn change_address(&self, change: &AddressChange) -> Result<(), Error> {
        const WRITING: &str = "writing down a change of address";
        let mut transaction = self.pool.begin().await.doing(WRITING)?;
        keep(change)
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
        sqlx::query("INSERT OR REPLACE INTO url (kind, source_key, url) VALUES (?, ?, ?)")
            .bind(&change.kind)
            .bind(&change.source_key)
            .bind(&change.to)
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
        transaction.commit().await.doing(WRITING)
    }

    /// Every change ever made, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn address_changes(&self) -> Result<Vec<AddressChange>, Error> {
        self.read(
            "SELECT id, kind, source_key, from_url, to_url, reason, changed_by, changed_at FROM address_change ORDER BY id",
            kept,
            "reading the changes of addresses",
        )
        .await
    }
}

fn kept(row: &SqliteRow) -> Result<AddressChange, sqlx::Error> {
    let at: String = row.get(7);
    Ok(AddressChange {
        id: row.get(0),
        kind: row.get(1),
        source_key: row.get(2),
        from: row.get(3),
        to: row.get(4),
        reason: row.get(5),
        changed_by: row.get(6),
        changed_at: at
            .parse()
            .map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_gives_the_new_address_and_is_kept_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let change = |id: &str, from: Option<&str>, to: &str| AddressChange {
            id: id.to_owned(),
            kind: "book".to_owned(),
            source_key: "consonance:work:1".to_owned(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
            reason: "a new title".to_owned(),
            changed_by: "ida".to_owned(),
            changed_at: "2027-06-01T12:00:00Z".parse().unwrap(),
        };
        let changes = [
            change("1", None, "/books/salt"),
            change("2", Some("/books/salt"), "/books/sea-salt"),
        ];
        for one in &changes {
            store.change_address(one).await.unwrap();
        }
        assert_eq!(store.address_changes().await.unwrap(), changes);
        let ledger = store.ledger().await.unwrap();
        let urls: Vec<&str> = ledger.urls.values().map(String::as_str).collect();
        assert_eq!(urls, ["/books/sea-salt"]);
        assert_eq!(ledger.address_changes, changes);
    }
}

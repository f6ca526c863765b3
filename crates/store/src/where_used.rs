//! Where titles are used: the editors' entries that refer to them, as last read from the stack.
//!
//! The stack is the truth and this is a copy of what it said, so that a title can be explained and a launch checked
//! without asking. Each reading replaces the last one as a whole, and its time goes with it: a copy must say how old it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One version of an editor's entry at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptModule {
    /// Uid of its content type.
    pub content_type: String,
    /// Its uid.
    pub uid: String,
    /// Its locale.
    pub locale: String,
    /// Its environment.
    pub environment: String,
    /// From when it will be live; none where it was live when it was read.
    pub from: Option<Timestamp>,
    /// Its title.
    pub title: String,
    /// Its address, where its type has one.
    pub url: Option<String>,
    /// Uids of the book entries that it refers to, in its order.
    pub refers_to: Vec<String>,
}

/// One reading of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereUsed {
    /// When it was read.
    pub read_at: Timestamp,
    /// Everything that referred to a title.
    pub modules: Vec<KeptModule>,
}

const READING: &str = "reading where titles are used";

impl Store {
    /// Keeps a reading in place of the last one: both tables or neither.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_where_used(&self, reading: &WhereUsed) -> Result<(), Error> {
        const WRITING: &str = "writing down where titles are used";
        let mut transaction = self.pool.begin().await.doing(WRITING)?;
        sqlx::query("DELETE FROM module")
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
        for module in &reading.modules {
            let from = module.from.map(|from| from.to_string());
            let refers_to = serde_json::to_string(&module.refers_to).unwrap_or_default();
            sqlx::query(
                "INSERT OR REPLACE INTO module (content_type, uid, locale, environment, live_from, title, url, refers_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(&module.content_type)
            .bind(&module.uid)
            .bind(&module.locale)
            .bind(&module.environment)
            .bind(from.unwrap_or_default())
            .bind(&module.title)
            .bind(module.url.as_deref())
            .bind(refers_to)
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
        }
        sqlx::query("INSERT OR REPLACE INTO module_reading (only_row, read_at) VALUES (1, ?)")
            .bind(reading.read_at.to_string())
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
        transaction.commit().await.doing(WRITING)
    }

    /// When it was last read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn where_used_read_at(&self) -> Result<Option<Timestamp>, Error> {
        let read_at = self
            .read("SELECT read_at FROM module_reading", instant, READING)
            .await?;
        Ok(read_at.into_iter().next())
    }

    /// The last reading; nothing where none was ever kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn where_used(&self) -> Result<Option<WhereUsed>, Error> {
        let Some(read_at) = self.where_used_read_at().await? else {
            return Ok(None);
        };
        let modules = self
            .read(
                "SELECT content_type, uid, locale, environment, live_from, title, url, refers_to FROM module ORDER BY content_type, uid, locale, environment, live_from",
                kept,
                READING,
            )
            .await?;
        Ok(Some(WhereUsed { read_at, modules }))
    }
}

fn instant(row: &SqliteRow) -> Result<Timestamp, sqlx::Error> {
    let text: String = row.get(0);
    parsed(&text)
}

fn parsed(text: &str) -> Result<Timestamp, sqlx::Error> {
    text.parse()
        .map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))
}

fn kept(row: &SqliteRow) -> Result<KeptModule, sqlx::Error> {
    let from: String = row.get(4);
    let refers_to: String = row.get(7);
    Ok(KeptModule {
        content_type: row.get(0),
        uid: row.get(1),
        locale: row.get(2),
        environment: row.get(3),
        from: (!from.is_empty()).then(|| parsed(&from)).transpose()?,
        title: row.get(5),
        url: row.get(6),
        refers_to: serde_json::from_str(&refers_to)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reading_replaces_the_last_one_and_says_when_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        assert_eq!(store.where_used().await.unwrap(), None);
        let module = |uid: &str, from: Option<&str>| KeptModule {
            content_type: "banner".to_owned(),
            uid: uid.to_owned(),
            locale: "en-gb".to_owned(),
            environment: "production".to_owned(),
            from: from.map(|from| from.parse().unwrap()),
            title: "Summer".to_owned(),
            url: None,
            refers_to: vec!["b2".to_owned(), "b1".to_owned()],
        };
        let reading = |at: &str, modules: Vec<KeptModule>| WhereUsed {
            read_at: at.parse().unwrap(),
            modules,
        };
        let first = reading(
            "2027-06-01T12:00:00Z",
            vec![
                module("m1", None),
                module("m1", Some("2027-07-01T00:00:00Z")),
            ],
        );
        store.keep_where_used(&first).await.unwrap();
        assert_eq!(store.where_used().await.unwrap(), Some(first));
        let second = reading("2027-06-02T12:00:00Z", vec![module("m2", None)]);
        store.keep_where_used(&second).await.unwrap();
        assert_eq!(store.where_used().await.unwrap(), Some(second));
        let none = reading("2027-06-03T12:00:00Z", Vec::new());
        store.keep_where_used(&none).await.unwrap();
        assert_eq!(store.where_used().await.unwrap(), Some(none));
    }
}

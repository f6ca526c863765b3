//! Links that were made at the source: each is written down before it is made, so that an answer that is lost makes no
//! second one, and all of them can be taken back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::Store;
use crate::error::{Doing as _, Error};

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was about to be made, and nobody knows whether it was.
    Intent,
    /// It was made.
    Stands,
    /// It was taken away.
    Gone,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Stands => "stands",
            Self::Gone => "gone",
        }
    }
}

/// A link that we made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLink {
    /// Our own id of it.
    pub id: Uuid,
    /// The key of the work.
    pub work: String,
    /// The site.
    pub site: String,
    /// The product's number at the source.
    pub product: i64,
    /// Where it leads.
    pub link: String,
    /// What it says.
    pub note: String,
    /// Its number at the source.
    pub link_id: Option<i64>,
    /// How it stands.
    pub state: State,
    /// Who had it made.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Every link that was ever made, by work and site.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn written_links(&self) -> Result<Vec<KeptLink>, Error> {
        self.read(
            "SELECT id, work_key, site, product, link, note, link_id, state, made_by, made_at FROM written_link
             ORDER BY work_key, site, id",
            kept,
            "reading links at the source",
        )
        .await
    }

    /// Keeps a link as it stands now, new or known by its id.
    ///
    /// # Errors
    /// When the file cannot be written, or another link stands for its title and site.
    pub async fn keep_written_link(&self, link: &KeptLink) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO written_link (id, work_key, site, product, link, note, link_id, state, made_by, made_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET product = excluded.product, link = excluded.link, note = excluded.note,
               link_id = excluded.link_id, state = excluded.state",
        )
        .bind(link.id.to_string())
        .bind(&link.work)
        .bind(&link.site)
        .bind(link.product)
        .bind(&link.link)
        .bind(&link.note)
        .bind(link.link_id)
        .bind(link.state.as_str())
        .bind(&link.by)
        .bind(link.at.to_string())
        .execute(&self.pool)
        .await
        .doing("keeping a link at the source")?;
        Ok(())
    }
}

fn kept(row: &SqliteRow) -> Result<KeptLink, sqlx::Error> {
    let id: Result<Uuid, uuid::Error> = row.get::<String, _>(0).parse();
    let at: Result<Timestamp, jiff::Error> = row.get::<String, _>(9).parse();
    Ok(KeptLink {
        id: id.map_err(|error| sqlx::Error::Decode(error.into()))?,
        work: row.get(1),
        site: row.get(2),
        product: row.get(3),
        link: row.get(4),
        note: row.get(5),
        link_id: row.get(6),
        state: match row.get::<&str, _>(7) {
            "stands" => State::Stands,
            "gone" => State::Gone,
            _ => State::Intent,
        },
        by: row.get(8),
        at: at.map_err(|error| sqlx::Error::Decode(error.into()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_a_title_on_a_site_one_link_stands_and_what_is_gone_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let mut link = KeptLink {
            id: Uuid::now_v7(),
            work: "a".to_owned(),
            site: "uk".to_owned(),
            product: 11,
            link: "https://books.example/a".to_owned(),
            note: "live".to_owned(),
            link_id: None,
            state: State::Intent,
            by: "ida".to_owned(),
            at: "2027-06-01T12:00:00Z".parse().unwrap(),
        };
        store.keep_written_link(&link).await.unwrap();
        link.link_id = Some(5);
        link.state = State::Stands;
        store.keep_written_link(&link).await.unwrap();
        let mut other = link.clone();
        other.id = Uuid::now_v7();
        assert!(store.keep_written_link(&other).await.is_err());
        link.state = State::Gone;
        store.keep_written_link(&link).await.unwrap();
        store.keep_written_link(&other).await.unwrap();
        assert_eq!(store.written_links().await.unwrap(), [link, other]);
    }
}

//! Campaign pages that were made for titles: one each for ever, written down before it is made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::Store;
use crate::error::{Doing as _, Error};

/// The page of a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptKit {
    /// The key of the work.
    pub work: String,
    /// The content type.
    pub content_type: String,
    /// Its title in the stack when it was made.
    pub title: String,
    /// When it was first to be made.
    pub meant_at: Timestamp,
    /// Its uid, once it is known to be there.
    pub entry: Option<String>,
}

impl Store {
    /// Writes down that a page is to be made, unless one of its title is: then that one stands, and is given back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn mean_kit(&self, kit: &KeptKit) -> Result<KeptKit, Error> {
        const DOING: &str = "writing down a campaign page";
        sqlx::query(
            "INSERT OR IGNORE INTO launch_kit (work_key, content_type, title, meant_at) VALUES (?, ?, ?, ?)",
        )
        .bind(&kit.work)
        .bind(&kit.content_type)
        .bind(&kit.title)
        .bind(kit.meant_at.to_string())
        .execute(&self.pool)
        .await
        .doing(DOING)?;
        let kits = self.kits().await?;
        let kept = kits.into_iter().find(|kept| kept.work == kit.work);
        Ok(kept.unwrap_or_else(|| kit.clone()))
    }

    /// Notes that a page is there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn kit_made(&self, work: &str, entry: &str) -> Result<(), Error> {
        sqlx::query("UPDATE launch_kit SET entry = ? WHERE work_key = ? AND entry IS NULL")
            .bind(entry)
            .bind(work)
            .execute(&self.pool)
            .await
            .doing("noting a campaign page")?;
        Ok(())
    }

    /// Every page that was made or meant, by work.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn kits(&self) -> Result<Vec<KeptKit>, Error> {
        self.read(
            "SELECT work_key, content_type, title, meant_at, entry FROM launch_kit ORDER BY work_key",
            |row| {
                let at: Result<Timestamp, jiff::Error> = row.get::<String, _>(3).parse();
                Ok(KeptKit {
                    work: row.get(0),
                    content_type: row.get(1),
                    title: row.get(2),
                    meant_at: at.map_err(|error| sqlx::Error::Decode(error.into()))?,
                    entry: row.get(4),
                })
            },
            "reading campaign pages",
        )
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_title_has_one_page_however_often_it_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let kit = |title: &str| KeptKit {
            work: "a".to_owned(),
            content_type: "campaign_page".to_owned(),
            title: title.to_owned(),
            meant_at: "2027-06-01T12:00:00Z".parse().unwrap(),
            entry: None,
        };
        assert_eq!(store.mean_kit(&kit("Salt")).await.unwrap(), kit("Salt"));
        assert_eq!(
            store.mean_kit(&kit("Salt Road")).await.unwrap(),
            kit("Salt")
        );
        store.kit_made("a", "blt1").await.unwrap();
        store.kit_made("a", "blt2").await.unwrap();
        assert_eq!(
            store.kits().await.unwrap()[0].entry.as_deref(),
            Some("blt1")
        );
    }
}

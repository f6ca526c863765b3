//! The last look at each live page.

use jiff::Timestamp;
use sqlx::Row as _;

use crate::Store;
use crate::error::{Doing as _, Error};

/// One look at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptProbe {
    /// The key of the work.
    pub work: String,
    /// The site.
    pub site: String,
    /// When it was looked at.
    pub at: Timestamp,
    /// What was seen, as the room that looked writes it.
    pub probe: String,
}

impl Store {
    /// Keeps looks in the place of those before at the same pages; all or, when one fails, none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_probes(&self, probes: &[KeptProbe]) -> Result<(), Error> {
        const DOING: &str = "keeping looks at pages";
        let mut transaction = self.pool.begin().await.doing(DOING)?;
        for one in probes {
            sqlx::query("INSERT OR REPLACE INTO page_probe VALUES (?, ?, ?, ?)")
                .bind(&one.work)
                .bind(&one.site)
                .bind(one.at.to_string())
                .bind(&one.probe)
                .execute(&mut *transaction)
                .await
                .doing(DOING)?;
        }
        transaction.commit().await.doing(DOING)
    }

    /// The last look at each page, by work and site.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn probes(&self) -> Result<Vec<KeptProbe>, Error> {
        self.read(
            "SELECT work_key, site, probed_at, probe FROM page_probe ORDER BY work_key, site",
            |row| {
                let at: Result<Timestamp, jiff::Error> = row.get::<String, _>(2).parse();
                Ok(KeptProbe {
                    work: row.get(0),
                    site: row.get(1),
                    at: at.map_err(|error| sqlx::Error::Decode(error.into()))?,
                    probe: row.get(3),
                })
            },
            "reading looks at pages",
        )
        .await
    }

    /// When a page was last looked at.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn probed_at(&self) -> Result<Option<Timestamp>, Error> {
        let probes = self.probes().await?;
        Ok(probes.into_iter().map(|probe| probe.at).max())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_look_at_a_page_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let look = |at: &str| KeptProbe {
            work: "a".to_owned(),
            site: "uk".to_owned(),
            at: at.parse().unwrap(),
            probe: format!("{{\"seen\":\"{at}\"}}"),
        };
        store
            .keep_probes(&[look("2027-06-01T00:00:00Z")])
            .await
            .unwrap();
        let later = look("2027-06-02T00:00:00Z");
        store
            .keep_probes(std::slice::from_ref(&later))
            .await
            .unwrap();
        assert_eq!(store.probed_at().await.unwrap(), Some(later.at));
        assert_eq!(store.probes().await.unwrap(), [later]);
    }
}

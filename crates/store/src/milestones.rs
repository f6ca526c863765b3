//! Milestones of titles, as last imported. An import replaces all of a title's, so that a to-do which is gone at its
//! source is gone here, too.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::database::Statement;
use crate::error::{Doing as _, Error};

/// One milestone of a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMilestone {
    /// The key of the work.
    pub work: String,
    /// The milestone's name at its source.
    pub name: String,
    /// Whose task it is.
    pub assignee: Option<String>,
    /// When it is due.
    pub due: Option<Date>,
    /// When it was done.
    pub done: Option<Date>,
    /// When it was imported.
    pub read_at: Timestamp,
    /// Where it came from.
    #[serde(default)]
    pub origin: Origin,
}

/// Where a milestone came from. What comes again from there replaces what came before, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A file of to-dos.
    #[default]
    Import,
    /// The dates of the source's own records.
    Consonance,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Consonance => "consonance",
        }
    }
}

impl Store {
    /// When milestones were last imported.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn milestones_read_at(&self) -> Result<Option<Timestamp>, Error> {
        let row = sqlx::query("SELECT MAX(read_at) FROM milestone")
            .fetch_one(&self.pool)
            .await
            .doing("reading the milestones")?;
        let at: Option<String> = row.get(0);
        Ok(at.and_then(|at| at.parse().ok()))
    }

    /// Keeps the dates of the source's records in the place of all that were kept of them; all or, when one fails, none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn replace_read_milestones(&self, read: &[KeptMilestone]) -> Result<(), Error> {
        const DOING: &str = "keeping dates of the source";
        let mut transaction = self.pool.begin().await.doing(DOING)?;
        sqlx::query("DELETE FROM milestone WHERE origin = ?")
            .bind(Origin::Consonance.as_str())
            .execute(&mut *transaction)
            .await
            .doing(DOING)?;
        for one in read {
            insert(one).execute(&mut *transaction).await.doing(DOING)?;
        }
        transaction.commit().await.doing(DOING)
    }

    /// Keeps imported milestones in the place of all that the same titles had of imports; all of them or, when one fails, none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn replace_milestones(&self, milestones: &[KeptMilestone]) -> Result<(), Error> {
        const DOING: &str = "keeping milestones";
        let mut transaction = self.pool.begin().await.doing(DOING)?;
        let works: BTreeSet<&str> = milestones.iter().map(|one| one.work.as_str()).collect();
        for work in works {
            sqlx::query("DELETE FROM milestone WHERE work_key = ? AND origin = ?")
                .bind(work)
                .bind(Origin::Import.as_str())
                .execute(&mut *transaction)
                .await
                .doing(DOING)?;
        }
        for one in milestones {
            insert(one).execute(&mut *transaction).await.doing(DOING)?;
        }
        transaction.commit().await.doing(DOING)
    }

    /// Every milestone, by work and name.
    ///
    /// # Errors
    /// When the file cannot be read, or holds a day that nobody can read.
    pub async fn milestones(&self) -> Result<Vec<KeptMilestone>, Error> {
        self.read(
            "SELECT work_key, name, assignee, due, done, read_at, origin FROM milestone ORDER BY work_key, name",
            kept,
            "reading the milestones",
        )
        .await
    }
}

fn insert(one: &KeptMilestone) -> Statement<'_> {
    sqlx::query("INSERT OR REPLACE INTO milestone (work_key, name, assignee, due, done, read_at, origin) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(&one.work)
        .bind(&one.name)
        .bind(one.assignee.as_deref())
        .bind(one.due.map(|day| day.to_string()))
        .bind(one.done.map(|day| day.to_string()))
        .bind(one.read_at.to_string())
        .bind(one.origin.as_str())
}

fn kept(row: &SqliteRow) -> Result<KeptMilestone, sqlx::Error> {
    let wrong = |error: jiff::Error| sqlx::Error::Decode(error.into());
    let day = |at: usize| -> Result<Option<Date>, sqlx::Error> {
        let text: Option<String> = row.get(at);
        text.map(|text| text.parse().map_err(wrong)).transpose()
    };
    Ok(KeptMilestone {
        work: row.get(0),
        name: row.get(1),
        assignee: row.get(2),
        due: day(3)?,
        done: day(4)?,
        read_at: row.get::<String, _>(5).parse().map_err(wrong)?,
        origin: match row.get::<&str, _>(6) {
            "consonance" => Origin::Consonance,
            _ => Origin::Import,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milestone(work: &str, name: &str) -> KeptMilestone {
        KeptMilestone {
            work: work.to_owned(),
            name: name.to_owned(),
            assignee: None,
            due: Some("2027-03-01".parse().unwrap()),
            done: None,
            read_at: "2027-01-01T00:00:00Z".parse().unwrap(),
            origin: Origin::Import,
        }
    }

    #[tokio::test]
    async fn an_import_replaces_what_its_titles_had_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        let first = [
            milestone("a", "Ex works"),
            milestone("a", "Files to press"),
            milestone("b", "Ex works"),
        ];
        store.replace_milestones(&first).await.unwrap();
        assert_eq!(store.milestones().await.unwrap(), first);
        let mut done = milestone("a", "Files to press");
        done.done = Some("2027-02-27".parse().unwrap());
        store
            .replace_milestones(std::slice::from_ref(&done))
            .await
            .unwrap();
        let kept = store.milestones().await.unwrap();
        assert_eq!(kept, [done.clone(), milestone("b", "Ex works")]);
        let mut run = milestone("a", "Production run: First printing");
        run.origin = Origin::Consonance;
        let read = std::slice::from_ref(&run);
        store.replace_read_milestones(read).await.unwrap();
        store
            .replace_milestones(std::slice::from_ref(&done))
            .await
            .unwrap();
        assert_eq!(
            store.milestones().await.unwrap(),
            [done.clone(), run, milestone("b", "Ex works")]
        );
        store.replace_read_milestones(&[]).await.unwrap();
        assert_eq!(
            store.milestones().await.unwrap(),
            [done, milestone("b", "Ex works")]
        );
    }
}

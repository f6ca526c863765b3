//! What was told to whom. What is remembered and what is to be sent are kept in one step: of a process that is killed in
//! between, nothing is lost. A message is taken before it is sent and marked afterwards, so one whose process was killed in
//! between is sent once more, under the same id.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::Store;
use crate::error::{Doing as _, Error};

/// How long messages are kept after they were sent or given up, in days.
const KEPT: i64 = 30;

/// What is remembered between two looks. Instants are written so that their order is that of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptAlerts {
    /// How often it was written.
    pub number: i64,
    /// What each alert's room remembers of it, by key.
    pub alerts: BTreeMap<String, String>,
    /// Titles that were ready when last known, by work and site.
    pub ready: Vec<(String, String)>,
    /// The last day of each channel's digest.
    pub digests: BTreeMap<String, Date>,
}

/// A message that waits, was sent or was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessage {
    /// Its id.
    pub id: String,
    /// The channel's name.
    pub channel: String,
    /// The message, as the room that made it writes it.
    pub message: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How often sending failed.
    pub attempts: u32,
    /// From when it is due.
    pub next_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When nobody tried any longer.
    pub given_up_at: Option<Timestamp>,
    /// What the last failure was.
    pub trouble: Option<String>,
}

/// A person's word that something need not be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSnooze {
    /// Its id.
    pub id: Uuid,
    /// The alert's key, or a work's.
    pub what: String,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub placed_by: String,
    /// When.
    pub placed_at: Timestamp,
    /// Who ended it before its time.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<Timestamp>,
}

/// An instant with nine digits after the second always, so that texts compare as the instants do.
fn sortable(at: Timestamp) -> String {
    format!("{at:.9}")
}

impl Store {
    /// What is remembered.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn alerts(&self) -> Result<KeptAlerts, Error> {
        const DOING: &str = "reading the alerts";
        let pair = |row: &SqliteRow| Ok((row.get(0), row.get(1)));
        let number: Option<SqliteRow> = sqlx::query("SELECT number FROM alert_round")
            .fetch_optional(&self.pool)
            .await
            .doing(DOING)?;
        let day = |row: &SqliteRow| {
            let day: String = row.get(1);
            let day = day.parse();
            Ok((
                row.get(0),
                day.map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))?,
            ))
        };
        let alerts: Vec<(String, String)> = self
            .read("SELECT key, remembered FROM alert", pair, DOING)
            .await?;
        let ready = "SELECT work_key, site FROM alert_ready ORDER BY work_key, site";
        let digests: Vec<(String, Date)> = self
            .read("SELECT channel, day FROM alert_digest", day, DOING)
            .await?;
        Ok(KeptAlerts {
            number: number.map_or(0, |row| row.get(0)),
            alerts: alerts.into_iter().collect(),
            ready: self.read(ready, pair, DOING).await?,
            digests: digests.into_iter().collect(),
        })
    }

    /// Keeps what is remembered and what is to be sent, all or nothing. False where somebody else wrote since `kept` was read:
    /// then nothing changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_alerts(
        &self,
        kept: &KeptAlerts,
        messages: &[KeptMessage],
        now: Timestamp,
    ) -> Result<bool, Error> {
        const DOING: &str = "keeping the alerts";
        let begun = self.pool.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.doing(DOING)?;
        let row = sqlx::query("SELECT number FROM alert_round")
            .fetch_optional(&mut *transaction)
            .await
            .doing(DOING)?;
        if row.map_or(0, |row| row.get::<i64, _>(0)) != kept.number {
            return Ok(false);
        }
        for emptied in ["DELETE FROM alert", "DELETE FROM alert_ready"] {
            let done = sqlx::query(emptied).execute(&mut *transaction).await;
            done.doing(DOING)?;
        }
        let mut statements = vec![
            sqlx::query("INSERT OR REPLACE INTO alert_round VALUES (1, ?)").bind(kept.number + 1),
            sqlx::query(
                "DELETE FROM alert_message WHERE COALESCE(sent_at, given_up_at) IS NOT NULL AND made_at < ?",
            )
            .bind(sortable(
                now.checked_sub(jiff::SignedDuration::from_hours(24 * KEPT))
                    .unwrap_or(Timestamp::MIN),
            )),
        ];
        statements.extend(kept.alerts.iter().map(|(key, remembered)| {
            sqlx::query("INSERT INTO alert VALUES (?, ?)")
                .bind(key)
                .bind(remembered)
        }));
        statements.extend(kept.ready.iter().map(|(work, site)| {
            sqlx::query("INSERT INTO alert_ready VALUES (?, ?)")
                .bind(work)
                .bind(site)
        }));
        statements.extend(kept.digests.iter().map(|(channel, day)| {
            sqlx::query("INSERT OR REPLACE INTO alert_digest VALUES (?, ?)")
                .bind(channel)
                .bind(day.to_string())
        }));
        statements.extend(messages.iter().map(|one| {
            sqlx::query(
                "INSERT OR IGNORE INTO alert_message (id, channel, message, made_at, next_at) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(&one.id)
            .bind(&one.channel)
            .bind(&one.message)
            .bind(sortable(one.made_at))
            .bind(sortable(one.next_at))
        }));
        for statement in statements {
            statement.execute(&mut *transaction).await.doing(DOING)?;
        }
        transaction.commit().await.doing(DOING)?;
        Ok(true)
    }

    /// The messages of the last weeks, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn alert_messages(&self) -> Result<Vec<KeptMessage>, Error> {
        self.read(
            "SELECT id, channel, message, made_at, attempts, next_at, sent_at, given_up_at, trouble
             FROM alert_message ORDER BY made_at DESC, id DESC",
            message,
            "reading the messages",
        )
        .await
    }

    /// Takes a message that is due, for sending it until `until`; nothing where none is, or somebody else has it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn take_message(
        &self,
        channel: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<KeptMessage>, Error> {
        const DOING: &str = "taking a message";
        let row = sqlx::query(
            "UPDATE alert_message SET taken_until = ?1 WHERE id = (
               SELECT id FROM alert_message WHERE channel = ?2 AND sent_at IS NULL AND given_up_at IS NULL
                 AND next_at <= ?3 AND (taken_until IS NULL OR taken_until <= ?3) ORDER BY made_at, id LIMIT 1)
             RETURNING id, channel, message, made_at, attempts, next_at, sent_at, given_up_at, trouble",
        )
        .bind(sortable(until))
        .bind(channel)
        .bind(sortable(now))
        .fetch_optional(&self.pool)
        .await
        .doing(DOING)?;
        row.as_ref().map(message).transpose().doing(DOING)
    }

    /// Notes that a message was sent.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn message_sent(&self, id: &str, at: Timestamp) -> Result<(), Error> {
        sqlx::query(
            "UPDATE alert_message SET sent_at = ?, taken_until = NULL, trouble = NULL WHERE id = ?",
        )
        .bind(sortable(at))
        .bind(id)
        .execute(&self.pool)
        .await
        .doing("noting a message as sent")?;
        Ok(())
    }

    /// Notes that a message was not sent, and when it is tried again; never where `again` is nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn message_failed(
        &self,
        id: &str,
        trouble: &str,
        again: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let given_up = again.is_none().then(|| sortable(at));
        sqlx::query(
            "UPDATE alert_message SET attempts = attempts + 1, taken_until = NULL, trouble = ?, next_at = ?, given_up_at = ?
             WHERE id = ?",
        )
        .bind(trouble)
        .bind(sortable(again.unwrap_or(at)))
        .bind(given_up)
        .bind(id)
        .execute(&self.pool)
        .await
        .doing("noting that a message was not sent")?;
        Ok(())
    }

    /// Every snooze, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn snoozes(&self) -> Result<Vec<KeptSnooze>, Error> {
        self.read(
            "SELECT id, what, until, reason, placed_by, placed_at, ended_by, ended_at FROM alert_snooze
             ORDER BY placed_at DESC, id DESC",
            snooze,
            "reading the snoozes",
        )
        .await
    }

    /// Keeps a snooze.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn keep_snooze(&self, one: &KeptSnooze) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO alert_snooze (id, what, until, reason, placed_by, placed_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(one.id.to_string())
        .bind(&one.what)
        .bind(sortable(one.until))
        .bind(&one.reason)
        .bind(&one.placed_by)
        .bind(sortable(one.placed_at))
        .execute(&self.pool)
        .await
        .doing("keeping a snooze")?;
        Ok(())
    }

    /// Ends the snoozes of something before their time. How many there were.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn end_snoozes(&self, what: &str, by: &str, at: Timestamp) -> Result<u64, Error> {
        let ended = sqlx::query(
            "UPDATE alert_snooze SET ended_by = ?1, ended_at = ?2 WHERE what = ?3 AND ended_at IS NULL AND until > ?2",
        )
        .bind(by)
        .bind(sortable(at))
        .bind(what)
        .execute(&self.pool)
        .await
        .doing("ending a snooze")?;
        Ok(ended.rows_affected())
    }
}

fn instant(row: &SqliteRow, at: usize) -> Result<Option<Timestamp>, sqlx::Error> {
    let text: Option<String> = row.get(at);
    let read = text.map(|text| text.parse());
    read.transpose()
        .map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))
}

fn certain(row: &SqliteRow, at: usize) -> Result<Timestamp, sqlx::Error> {
    Ok(instant(row, at)?.unwrap_or_default())
}

fn message(row: &SqliteRow) -> Result<KeptMessage, sqlx::Error> {
    Ok(KeptMessage {
        id: row.get(0),
        channel: row.get(1),
        message: row.get(2),
        made_at: certain(row, 3)?,
        attempts: row.get(4),
        next_at: certain(row, 5)?,
        sent_at: instant(row, 6)?,
        given_up_at: instant(row, 7)?,
        trouble: row.get(8),
    })
}

fn snooze(row: &SqliteRow) -> Result<KeptSnooze, sqlx::Error> {
    let id: String = row.get(0);
    Ok(KeptSnooze {
        id: id
            .parse()
            .map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))?,
        what: row.get(1),
        until: certain(row, 2)?,
        reason: row.get(3),
        placed_by: row.get(4),
        placed_at: certain(row, 5)?,
        ended_by: row.get(6),
        ended_at: instant(row, 7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn made(id: &str) -> KeptMessage {
        KeptMessage {
            id: id.to_owned(),
            channel: "desk".to_owned(),
            message: "{}".to_owned(),
            made_at: at("2027-06-01T12:00:00Z"),
            attempts: 0,
            next_at: at("2027-06-01T12:00:00Z"),
            sent_at: None,
            given_up_at: None,
            trouble: None,
        }
    }

    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open(&path, "stack", "main").await.unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn of_two_who_looked_at_once_one_writes() {
        let (_folder, store) = store().await;
        let now = at("2027-06-01T12:00:00Z");
        let mut kept = store.alerts().await.unwrap();
        kept.alerts.insert("cover a uk".to_owned(), "{}".to_owned());
        kept.ready.push(("a".to_owned(), "uk".to_owned()));
        assert!(store.keep_alerts(&kept, &[made("m1")], now).await.unwrap());
        assert!(!store.keep_alerts(&kept, &[made("m2")], now).await.unwrap());
        assert_eq!(store.alert_messages().await.unwrap(), [made("m1")]);
        let again = store.alerts().await.unwrap();
        assert_eq!(
            (again.number, &again.alerts, &again.ready),
            (1, &kept.alerts, &kept.ready)
        );
    }

    #[tokio::test]
    async fn a_message_is_one_senders_until_it_is_sent_or_its_time_is_over() {
        let (_folder, store) = store().await;
        let now = at("2027-06-01T12:00:00Z");
        let kept = store.alerts().await.unwrap();
        store.keep_alerts(&kept, &[made("m1")], now).await.unwrap();
        // Written to the second and to the fraction: both compare as instants.
        let until = at("2027-06-01T12:01:00.5Z");
        let take = async |now| store.take_message("desk", now, until).await.unwrap();
        assert_eq!(take(now).await.unwrap().id, "m1");
        assert_eq!(take(at("2027-06-01T12:01:00Z")).await, None);
        assert_eq!(take(until).await.unwrap().id, "m1", "its sender was killed");
        store
            .message_failed("m1", "busy", Some(at("2027-06-01T13:00:00Z")), until)
            .await
            .unwrap();
        assert_eq!(take(at("2027-06-01T12:59:59Z")).await, None);
        let then = take(at("2027-06-01T13:00:00Z")).await.unwrap();
        assert_eq!((then.attempts, then.trouble.as_deref()), (1, Some("busy")));
        store.message_sent("m1", until).await.unwrap();
        assert_eq!(take(at("2027-06-02T00:00:00Z")).await, None);
    }

    #[tokio::test]
    async fn a_snooze_is_kept_and_ended() {
        let (_folder, store) = store().await;
        let one = KeptSnooze {
            id: Uuid::now_v7(),
            what: "cover a uk".to_owned(),
            until: at("2027-06-08T00:00:00Z"),
            reason: "the photographer is on it".to_owned(),
            placed_by: "ida".to_owned(),
            placed_at: at("2027-06-01T12:00:00Z"),
            ended_by: None,
            ended_at: None,
        };
        store.keep_snooze(&one).await.unwrap();
        assert_eq!(store.snoozes().await.unwrap(), [one]);
        let then = at("2027-06-02T12:00:00Z");
        assert_eq!(
            store.end_snoozes("cover a uk", "ida", then).await.unwrap(),
            1
        );
        assert_eq!(
            store.end_snoozes("cover a uk", "ida", then).await.unwrap(),
            0
        );
        assert_eq!(store.snoozes().await.unwrap()[0].ended_at, Some(then));
    }
}

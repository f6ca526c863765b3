//! What we know that a stack holds because of us.
//!
//! The ledger makes the rest idempotent. It is read whole at the start of a run and written step by step: an intent
//! before every mutating call, its outcome together with what it changed after. An intent without outcome means that the
//! process died in between; what it was about is then looked up in the stack before anything is decided. If the file is
//! lost, entries are found again by their `source_key`.
//!
//! Kinds are content type uids and keys are source keys, as plain text: this room does not know the content model.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::Store;
use crate::addresses::AddressChange;
use crate::error::{Doing as _, Error};
use crate::holds::KeptHold;

mod statement;

use statement::write;

/// An entry: content type uid and source key.
pub type EntryId = (String, String);
/// A place of publication: environment and locale.
pub type Place = (String, String);

/// One locale's version of an entry as we last wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Fingerprint of the fields we own.
    pub fingerprint: String,
    /// The stack's version number.
    pub version: i64,
    /// The fields as written, JSON.
    pub fields: String,
}

/// One uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Uid in the stack.
    pub uid: String,
    /// Entries that last used it, `kind source_key` each.
    pub users: BTreeSet<String>,
}

/// A file that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFetch {
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last.
    pub at: Timestamp,
    /// Why that failed, for people.
    pub reason: String,
}

/// Where a book stands in the workflow of the launch gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It may not go live.
    Held,
    /// It may.
    Cleared,
    /// Nobody knows: a reply was lost.
    Unknown,
}

impl Stage {
    /// The name in the state file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Cleared => "cleared",
            Self::Unknown => "unknown",
        }
    }

    /// The stage of a name; what is no name is not known.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        match name {
            "held" => Self::Held,
            "cleared" => Self::Cleared,
            _ => Self::Unknown,
        }
    }
}

/// The whole ledger in memory.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The stack has been searched for entries and assets of ours since this file was made.
    pub adopted: bool,
    /// Uids.
    pub entries: BTreeMap<EntryId, String>,
    /// Versions by entry and locale.
    pub versions: BTreeMap<EntryId, BTreeMap<String, Version>>,
    /// Fingerprint of the content published, by entry and place; empty when unknown.
    pub publications: BTreeMap<EntryId, BTreeMap<Place, String>>,
    /// Addresses.
    pub urls: BTreeMap<EntryId, String>,
    /// Content hash of files by link and mark.
    pub files: BTreeMap<(String, String), String>,
    /// Files that could not be fetched, by link and mark.
    pub failed_fetches: BTreeMap<(String, String), FailedFetch>,
    /// Assets by content hash.
    pub assets: BTreeMap<String, Asset>,
    /// Where assets are published.
    pub asset_publications: BTreeMap<String, BTreeSet<Place>>,
    /// Names of terms by taxonomy and term.
    pub terms: BTreeMap<(String, String), String>,
    /// Ends handed to the stack: when what will be unpublished where. Entries by their id; files as `asset` and their
    /// content hash.
    pub ends: BTreeMap<(EntryId, Place), String>,
    /// Where entries stand in the workflow of the launch gate, by locale. What is not here was never moved by us.
    pub stages: BTreeMap<(EntryId, String), Stage>,
    /// Intents whose outcome is unknown, oldest first.
    pub open: Vec<Intent>,
    /// Holds that nobody lifted, expired ones included.
    pub holds: Vec<KeptHold>,
    /// Every change of an address, the oldest first.
    pub address_changes: Vec<AddressChange>,
    /// Addresses at which a page was ever public.
    pub public_addresses: BTreeSet<String>,
}

/// A mutating call announced before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Its id, time-ordered.
    pub id: Uuid,
    /// What it does (`create_entry`, `write_version`, `publish`, `unpublish`, `upload_asset`, ...).
    pub action: String,
    /// What it does it to, in a form that the action's owner can read back.
    pub target: String,
}

/// What an outcome changes in the ledger, written with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An entry has this uid.
    Entry {
        /// The entry.
        entry: EntryId,
        /// Its uid.
        uid: String,
    },
    /// An entry is no longer known.
    EntryLost {
        /// The entry.
        entry: EntryId,
    },
    /// A locale's version was written.
    Version {
        /// The entry.
        entry: EntryId,
        /// The locale.
        locale: String,
        /// What was written.
        version: Version,
    },
    /// What a locale's version says is no longer known.
    VersionLost {
        /// The entry.
        entry: EntryId,
        /// The locale.
        locale: String,
    },
    /// An entry is published somewhere; an empty fingerprint when what it says there is unknown.
    Published {
        /// The entry.
        entry: EntryId,
        /// Where.
        place: Place,
        /// What was published.
        fingerprint: String,
    },
    /// An entry is published nowhere at this place.
    Unpublished {
        /// The entry.
        entry: EntryId,
        /// Where.
        place: Place,
    },
    /// An entry has this address for ever.
    Url {
        /// The entry.
        entry: EntryId,
        /// The address.
        url: String,
    },
    /// A page is, or was, public at this address.
    AddressPublic {
        /// The address.
        url: String,
    },
    /// An address was changed before this file was made: a redirect in the stack says so.
    AddressChanged(AddressChange),
    /// A file at a link has this content.
    File {
        /// Where it lies.
        link: String,
        /// The source's mark of it.
        mark: String,
        /// Its content hash.
        sha256: String,
    },
    /// A file at a link could not be fetched.
    FetchFailed {
        /// Where it should lie.
        link: String,
        /// The source's mark of it.
        mark: String,
        /// What came of it.
        failure: FailedFetch,
    },
    /// Nobody waits for a file any longer.
    FetchForgotten {
        /// Where it should lie.
        link: String,
        /// The source's mark of it.
        mark: String,
    },
    /// A file is an asset.
    Asset {
        /// Its content hash.
        sha256: String,
        /// The asset.
        asset: Asset,
    },
    /// An asset was deleted.
    AssetDeleted {
        /// Its content hash.
        sha256: String,
    },
    /// An asset is published somewhere.
    AssetPublished {
        /// Its content hash.
        sha256: String,
        /// Where.
        place: Place,
    },
    /// An asset is no longer published there.
    AssetUnpublished {
        /// Its content hash.
        sha256: String,
        /// Where.
        place: Place,
    },
    /// A term exists.
    Term {
        /// Its taxonomy.
        taxonomy: String,
        /// Its uid.
        term: String,
        /// Its name.
        name: String,
    },
    /// The stack was told to unpublish something at a time.
    EndScheduled {
        /// The entry, or `asset` and a content hash.
        subject: EntryId,
        /// Where.
        place: Place,
        /// When, RFC 3339.
        at: String,
    },
    /// The stack will no longer do so, or has.
    EndUnscheduled {
        /// The entry, or `asset` and a content hash.
        subject: EntryId,
        /// Where.
        place: Place,
    },
    /// An entry stands at a stage of the launch gate in a locale.
    Staged {
        /// The entry.
        entry: EntryId,
        /// The locale.
        locale: String,
        /// The stage.
        stage: Stage,
    },
    /// The stack has been searched for what is ours.
    Adopted,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The stack said yes.
    Done,
    /// The stack said no; nothing changed.
    Refused,
    /// Nobody knows; look before deciding.
    Unknown,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl Ledger {
    /// Applies an effect to the ledger in memory, as [`Store::settle`] does on disk.
    pub fn apply(&mut self, effect: &Effect) {
        match effect.clone() {
            Effect::Entry { entry, uid } => {
                self.entries.insert(entry, uid);
            }
            Effect::EntryLost { entry } => {
                self.entries.remove(&entry);
                self.versions.remove(&entry);
                self.publications.remove(&entry);
                self.stages.retain(|(staged, _), _| *staged != entry);
            }
            Effect::Version {
                entry,
                locale,
                version,
            } => {
                self.versions
                    .entry(entry)
                    .or_default()
                    .insert(locale, version);
            }
            Effect::VersionLost { entry, locale } => {
                self.versions.entry(entry).or_default().remove(&locale);
            }
            Effect::Published {
                entry,
                place,
                fingerprint,
            } => {
                self.publications
                    .entry(entry)
                    .or_default()
                    .insert(place, fingerprint);
            }
            Effect::Unpublished { entry, place } => {
                self.publications.entry(entry).or_default().remove(&place);
            }
            Effect::Url { entry, url } => {
                self.urls.insert(entry, url);
            }
            Effect::AddressPublic { url } => {
                self.public_addresses.insert(url);
            }
            Effect::AddressChanged(change) => {
                let known = self
                    .address_changes
                    .iter()
                    .any(|known| known.id == change.id);
                if !known {
                    self.address_changes.push(change);
                    self.address_changes.sort_by(|a, b| a.id.cmp(&b.id));
                }
            }
            Effect::File { link, mark, sha256 } => {
                self.failed_fetches.remove(&(link.clone(), mark.clone()));
                self.files.insert((link, mark), sha256);
            }
            Effect::FetchFailed {
                link,
                mark,
                failure,
            } => {
                self.failed_fetches.insert((link, mark), failure);
            }
            Effect::FetchForgotten { link, mark } => {
                self.failed_fetches.remove(&(link, mark));
            }
            Effect::Asset { sha256, asset } => {
                self.assets.insert(sha256, asset);
            }
            Effect::AssetDeleted { sha256 } => {
                self.assets.remove(&sha256);
                self.asset_publications.remove(&sha256);
            }
            Effect::AssetPublished { sha256, place } => {
                self.asset_publications
                    .entry(sha256)
                    .or_default()
                    .insert(place);
            }
            Effect::AssetUnpublished { sha256, place } => {
                self.asset_publications
                    .entry(sha256)
                    .or_default()
                    .remove(&place);
            }
            Effect::Term {
                taxonomy,
                term,
                name,
            } => {
                self.terms.insert((taxonomy, term), name);
            }
            Effect::EndScheduled { subject, place, at } => {
                self.ends.insert((subject, place), at);
            }
            Effect::EndUnscheduled { subject, place } => {
                self.ends.remove(&(subject, place));
            }
            Effect::Staged {
                entry,
                locale,
                stage,
            } => {
                self.stages.insert((entry, locale), stage);
            }
            Effect::Adopted => self.adopted = true,
        }
    }
}

impl Store {
    /// Reads the whole ledger.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn ledger(&self) -> Result<Ledger, Error> {
        let mut ledger = Ledger::default();
        let row = sqlx::query("SELECT adopted FROM binding")
            .fetch_one(&self.pool)
            .await
            .doing("reading the ledger")?;
        ledger.adopted = row.get::<i64, _>(0) != 0;
        for row in self.rows("SELECT kind, source_key, uid FROM entry").await? {
            ledger.entries.insert(entry(&row), row.get(2));
        }
        for row in self
            .rows("SELECT kind, source_key, locale, fingerprint, version, fields FROM version")
            .await?
        {
            let version = Version {
                fingerprint: row.get(3),
                version: row.get(4),
                fields: row.get(5),
            };
            ledger
                .versions
                .entry(entry(&row))
                .or_default()
                .insert(row.get(2), version);
        }
        for row in self
            .rows("SELECT kind, source_key, environment, locale, fingerprint FROM publication")
            .await?
        {
            ledger
                .publications
                .entry(entry(&row))
                .or_default()
                .insert((row.get(2), row.get(3)), row.get(4));
        }
        for row in self.rows("SELECT kind, source_key, url FROM url").await? {
            ledger.urls.insert(entry(&row), row.get(2));
        }
        for row in self.rows("SELECT url FROM public_address").await? {
            ledger.public_addresses.insert(row.get(0));
        }
        for row in self.rows("SELECT link, mark, sha256 FROM file").await? {
            ledger.files.insert((row.get(0), row.get(1)), row.get(2));
        }
        for row in self
            .rows("SELECT link, mark, attempts, at, reason FROM failed_fetch")
            .await?
        {
            let failure = FailedFetch {
                attempts: u32::try_from(row.get::<i64, _>(2)).unwrap_or(u32::MAX),
                at: row.get::<String, _>(3).parse().unwrap_or_default(),
                reason: row.get(4),
            };
            ledger
                .failed_fetches
                .insert((row.get(0), row.get(1)), failure);
        }
        for row in self.rows("SELECT sha256, uid, users FROM asset").await? {
            let users: String = row.get(2);
            let users = users.lines().map(str::to_owned).collect();
            ledger.assets.insert(
                row.get(0),
                Asset {
                    uid: row.get(1),
                    users,
                },
            );
        }
        for row in self
            .rows("SELECT sha256, environment, locale FROM asset_publication")
            .await?
        {
            ledger
                .asset_publications
                .entry(row.get(0))
                .or_default()
                .insert((row.get(1), row.get(2)));
        }
        for row in self
            .rows("SELECT kind, source_key, environment, locale, at FROM scheduled_end")
            .await?
        {
            let place = (row.get(2), row.get(3));
            ledger.ends.insert((entry(&row), place), row.get(4));
        }
        for row in self
            .rows("SELECT kind, source_key, locale, stage FROM stage")
            .await?
        {
            let stage = Stage::of_name(row.get(3));
            ledger.stages.insert((entry(&row), row.get(2)), stage);
        }
        for row in self.rows("SELECT taxonomy, term, name FROM term").await? {
            ledger.terms.insert((row.get(0), row.get(1)), row.get(2));
        }
        for row in self
            .rows("SELECT id, action, target FROM operation WHERE outcome IS NULL ORDER BY id")
            .await?
        {
            let id: String = row.get(0);
            let id = Uuid::parse_str(&id).unwrap_or_default();
            ledger.open.push(Intent {
                id,
                action: row.get(1),
                target: row.get(2),
            });
        }
        ledger.holds = self.holds().await?;
        ledger.holds.retain(|hold| hold.lifted_at.is_none());
        ledger.address_changes = self.address_changes().await?;
        Ok(ledger)
    }

    async fn rows(&self, query: &'static str) -> Result<Vec<SqliteRow>, Error> {
        sqlx::query(query)
            .fetch_all(&self.pool)
            .await
            .doing("reading the ledger")
    }

    /// Writes an intent, durably, before its call is made.
    ///
    /// # Errors
    /// When the file cannot be written: the call must not be made then.
    pub async fn intend(&self, run: &str, intent: &Intent, at: Timestamp) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO operation (id, run, action, target, intended_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(intent.id.to_string())
        .bind(run)
        .bind(&intent.action)
        .bind(&intent.target)
        .bind(at.to_string())
        .execute(&self.pool)
        .await
        .doing("writing an intent")?;
        Ok(())
    }

    /// Writes the outcome of intents and what it changed, at once.
    ///
    /// # Errors
    /// When the file cannot be written; the intents then stay open and are looked up by the next run.
    pub async fn settle(
        &self,
        intents: &[Uuid],
        outcome: Outcome,
        detail: Option<&str>,
        effects: &[Effect],
    ) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await.doing("writing an outcome")?;
        for id in intents {
            sqlx::query("UPDATE operation SET outcome = ?, detail = ? WHERE id = ?")
                .bind(outcome.as_str())
                .bind(detail)
                .bind(id.to_string())
                .execute(&mut *transaction)
                .await
                .doing("writing an outcome")?;
        }
        for effect in effects {
            write(effect)
                .execute(&mut *transaction)
                .await
                .doing("writing an outcome")?;
            if let Effect::File { link, mark, .. } = effect {
                sqlx::query("DELETE FROM failed_fetch WHERE link = ? AND mark = ?")
                    .bind(link)
                    .bind(mark)
                    .execute(&mut *transaction)
                    .await
                    .doing("writing an outcome")?;
            }
            if let Effect::EntryLost { entry: (kind, key) } = effect {
                for table in [
                    "DELETE FROM version WHERE kind = ? AND source_key = ?",
                    "DELETE FROM publication WHERE kind = ? AND source_key = ?",
                    "DELETE FROM stage WHERE kind = ? AND source_key = ?",
                ] {
                    sqlx::query(table)
                        .bind(kind)
                        .bind(key)
                        .execute(&mut *transaction)
                        .await
                        .doing("writing an outcome")?;
                }
            }
            if let Effect::AssetDeleted { sha256 } = effect {
                sqlx::query("DELETE FROM asset_publication WHERE sha256 = ?")
                    .bind(sha256)
                    .execute(&mut *transaction)
                    .await
                    .doing("writing an outcome")?;
            }
        }
        transaction.commit().await.doing("writing an outcome")
    }

    /// The last operations on a target, newest first: when it was intended, what was done, how it ended.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn history(
        &self,
        target_prefix: &str,
        limit: i64,
    ) -> Result<Vec<(String, String, String)>, Error> {
        let rows = sqlx::query(
            "SELECT intended_at, action || ' ' || target, coalesce(outcome, 'open') FROM operation
             WHERE substr(target, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT ?2",
        )
        .bind(target_prefix)
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .doing("reading the history")?;
        Ok(rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect())
    }
}

fn entry(row: &SqliteRow) -> EntryId {
    (row.get(0), row.get(1))
}

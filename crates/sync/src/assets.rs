//! Files into the stack: one asset per distinct content, whatever it is called and however often it is used.
//!
//! The content's hash is a tag of the asset, so a lost reply, or a lost ledger, leads back to the one that exists.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use contentstack::{AssetFind, Class, FolderUid, Upload};
use futures_util::StreamExt as _;
use site::desired::{Asset, AssetKey, Desired, Fields, Value};
use site::policy::Destination;
use store::ledger::{Asset as LedgerAsset, Effect, Outcome};
use tokio::sync::OnceCell;

use crate::Error;
use crate::copies::UPLOAD;
use crate::fetch::{Fetcher, File};
use crate::plan::place;
use crate::publish::{Publication, Subject};
use crate::retry;
use crate::writer::{IfUnknown, Writer, target};

const FILE_NOT_FETCHED: FindingCode = FindingCode::new("file-not-fetched");

/// The tag that every asset of ours carries.
pub const OWNER_TAG: &str = "frontlist";
/// How many files are fetched and uploaded at once; bounds the memory they take.
const FILES_AT_ONCE: usize = 6;

/// The tag that carries an asset's content hash.
pub fn hash_tag(sha256: &str) -> String {
    format!("sha256-{sha256}")
}

/// The content hash in an asset's tags.
pub fn tagged_hash<'a>(tags: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    tags.into_iter().find_map(|tag| tag.strip_prefix("sha256-"))
}

/// What the stack should hold of one distinct file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinctFile {
    /// Entries that use it.
    pub users: BTreeSet<String>,
    /// Where it is published.
    pub published: BTreeSet<Destination>,
    /// The source records that need it.
    pub records: BTreeSet<RecordKey>,
}

/// Which entries use which file.
pub fn users(desired: &Desired) -> BTreeMap<&AssetKey, BTreeSet<String>> {
    let mut users: BTreeMap<&AssetKey, BTreeSet<String>> = BTreeMap::new();
    for (key, entry) in &desired.entries {
        for fields in entry.versions.values() {
            note_files(fields, &mut |file| {
                users.entry(file).or_default().insert(key.to_string());
            });
        }
    }
    users
}

/// Tells of every file that fields or their rows name.
fn note_files<'f>(fields: &'f Fields, note: &mut impl FnMut(&'f AssetKey)) {
    for value in fields.values() {
        match value {
            Value::File(file) => note(file),
            Value::Rows(rows) => rows.iter().for_each(|row| note_files(row, note)),
            _ => {}
        }
    }
}

/// What became of the files of a run.
#[derive(Debug, Default)]
pub struct Files {
    /// Records whose file was uploaded.
    pub uploaded: BTreeSet<RecordKey>,
    /// Whether any file became known.
    pub brought: bool,
    /// Records whose file could not be put into the stack, with the reason.
    pub deferred: BTreeMap<RecordKey, String>,
    /// What was wrong with files.
    pub findings: Vec<Finding>,
}

impl Writer<'_> {
    /// Fetches what is not known yet and uploads what the stack does not hold. `changed` are the records read anew: a
    /// file without any mark of change is looked at again when its record changed. What could not be fetched lately is not
    /// asked for, unless its record changed or `retry` says so.
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn bring_files(
        &self,
        desired: &Desired,
        changed: &BTreeSet<RecordKey>,
        fetcher: &Fetcher,
        retry: bool,
    ) -> Result<Files, Error> {
        self.forget_moot_failures(desired).await?;
        let users = users(desired);
        let folders = Folders::default();
        let mut files = Files::default();
        let mut wanted: Vec<(&AssetKey, &Asset)> = Vec::new();
        for (key, asset) in &desired.assets {
            if !self.must_fetch(key, asset, changed) {
                continue;
            }
            let touched = asset.records.iter().any(|record| changed.contains(record));
            match self.waiting(key).filter(|_| !retry && !touched) {
                Some(failure) => {
                    let message = retry::told(asset, key, &failure);
                    files.findings.push(not_fetched(asset, message));
                }
                None => wanted.push((key, asset)),
            }
        }
        self.progress
            .phase("covers and photographs", u64::try_from(wanted.len()).ok());
        let mut work = futures_util::stream::iter(wanted)
            .map(|(key, asset)| {
                let users = users.get(key).cloned().unwrap_or_default();
                let folders = &folders;
                async move {
                    (
                        key,
                        asset,
                        self.bring_file(key, asset, users, fetcher, folders).await,
                    )
                }
            })
            .buffer_unordered(FILES_AT_ONCE);
        while let Some((key, asset, brought)) = work.next().await {
            self.progress.advance(1);
            let brought = brought?;
            files.brought |= matches!(brought, Brought::Uploaded | Brought::Known);
            match brought {
                Brought::Uploaded => files.uploaded.extend(asset.records.iter().cloned()),
                Brought::Known => {}
                Brought::NotFetched(finding) => files.findings.push(finding),
                Brought::Failed(reason) => {
                    tracing::warn!(
                        link = key.link,
                        reason,
                        "a file could not be put into the stack"
                    );
                    files.deferred.extend(
                        asset
                            .records
                            .iter()
                            .map(|record| (record.clone(), reason.clone())),
                    );
                }
            }
        }
        files.findings.sort_by(|a, b| a.message.cmp(&b.message));
        Ok(files)
    }

    fn must_fetch(&self, key: &AssetKey, asset: &Asset, changed: &BTreeSet<RecordKey>) -> bool {
        let ledger = self.ledger();
        let id = (key.link.clone(), key.mark.clone());
        match ledger.files.get(&id) {
            None => true,
            Some(sha256) if !ledger.assets.contains_key(sha256) => true,
            // What was asked for in vain is asked for again, whether or not its record changes once more.
            Some(_) => {
                let is_changed = asset.records.iter().any(|record| changed.contains(record));
                key.mark.is_empty() && (is_changed || ledger.failed_fetches.contains_key(&id))
            }
        }
    }

    async fn bring_file(
        &self,
        key: &AssetKey,
        asset: &Asset,
        users: BTreeSet<String>,
        fetcher: &Fetcher,
        folders: &Folders,
    ) -> Result<Brought, Error> {
        let file = match fetcher.fetch(&key.link, asset.media).await {
            Ok(file) => file,
            Err(error) => {
                let reason = format!("{}: {}", error.code(), crate::engine::chain(&error));
                self.fetch_failed(key, &reason).await?;
                let message = format!("{} ({}): {reason}", asset.title, key.link);
                return Ok(Brought::NotFetched(not_fetched(asset, message)));
            }
        };
        let known = Effect::File {
            link: key.link.clone(),
            mark: key.mark.clone(),
            sha256: file.sha256.clone(),
        };
        self.record(&[known]).await?;
        let held = self.ledger().assets.get(&file.sha256).cloned();
        if let Some(mut held) = held {
            if !users.is_subset(&held.users) {
                held.users.extend(users);
                self.record(&[Effect::Asset {
                    sha256: file.sha256,
                    asset: held,
                }])
                .await?;
            }
            return Ok(Brought::Known);
        }
        self.upload(asset, file, users, folders).await
    }

    async fn upload(
        &self,
        asset: &Asset,
        file: File,
        users: BTreeSet<String>,
        folders: &Folders,
    ) -> Result<Brought, Error> {
        let folder = match folders.get(self, &asset.folder).await {
            Ok(folder) => folder,
            Err(error) if error.class() == Class::Auth => return Err(error.into()),
            Err(error) => return Ok(Brought::Failed(format!("{}: {error}", error.code()))),
        };
        let sha256 = file.sha256.clone();
        let mut tags: Vec<String> = asset.tags.iter().cloned().collect();
        tags.extend([OWNER_TAG.to_owned(), hash_tag(&sha256)]);
        let upload = Upload {
            bytes: file.bytes,
            file_name: format!("{}.{}", asset.file_stem, file.extension),
            content_type: file.content_type.to_owned(),
            title: Some(asset.title.clone()),
            description: (!asset.description.is_empty()).then(|| asset.description.clone()),
            tags,
            folder,
        };
        let effects = |made: &contentstack::Asset| {
            vec![Effect::Asset {
                sha256: sha256.clone(),
                asset: LedgerAsset {
                    uid: made.uid.to_string(),
                    users: users.clone(),
                },
            }]
        };
        let call = self.stack.assets();
        let call = call.upload(upload);
        let target = target(&["asset", &sha256]);
        let failure = match self
            .call(UPLOAD, &target, call, effects, IfUnknown::LeaveOpen)
            .await?
        {
            Ok(_) => return Ok(Brought::Uploaded),
            Err(failure) => failure,
        };
        if failure.error.outcome_unknown()
            && let Ok(Some(uid)) = self.find_asset(&sha256).await
        {
            let found = Effect::Asset {
                sha256,
                asset: LedgerAsset { uid, users },
            };
            let detail = Some("found by its hash");
            self.settle(&[failure.intent], Outcome::Done, detail, &[found])
                .await?;
            return Ok(Brought::Uploaded);
        }
        Ok(Brought::Failed(format!(
            "{}: {}",
            failure.error.code(),
            failure.error
        )))
    }

    /// Looks an asset up by its content's hash.
    ///
    /// # Errors
    /// As the call.
    pub async fn find_asset(&self, sha256: &str) -> Result<Option<String>, contentstack::Error> {
        let page = self
            .stack
            .assets()
            .find(&AssetFind::by_tag(&hash_tag(sha256)))
            .await?;
        Ok(page
            .items
            .into_iter()
            .next()
            .map(|asset| asset.uid.to_string()))
    }

    /// What the stack should hold of each distinct file, as far as files are known.
    pub fn distinct_files(&self, desired: &Desired) -> BTreeMap<String, DistinctFile> {
        let users = users(desired);
        let ledger = self.ledger();
        let mut files: BTreeMap<String, DistinctFile> = BTreeMap::new();
        for (key, asset) in &desired.assets {
            let Some(sha256) = ledger.files.get(&(key.link.clone(), key.mark.clone())) else {
                continue;
            };
            let file = files.entry(sha256.clone()).or_default();
            let places = asset.published.iter();
            file.published
                .extend(places.map(|place| Destination::clone(place)));
            file.records.extend(asset.records.iter().cloned());
            file.users
                .extend(users.get(key).into_iter().flatten().cloned());
        }
        files
    }

    /// Publications of files that are missing.
    pub fn file_publications(&self, files: &BTreeMap<String, DistinctFile>) -> Vec<Publication> {
        let ledger = self.ledger();
        let mut missing = Vec::new();
        for (sha256, file) in files {
            let Some(asset) = ledger.assets.get(sha256) else {
                continue;
            };
            let published = ledger.asset_publications.get(sha256);
            for destination in &file.published {
                if !published.is_some_and(|published| published.contains(&place(destination))) {
                    missing.push(Publication {
                        destination: destination.clone(),
                        subject: Subject::Asset {
                            sha256: sha256.clone(),
                        },
                        uid: asset.uid.clone(),
                    });
                }
            }
        }
        missing
    }
}

fn not_fetched(asset: &Asset, message: String) -> Finding {
    let finding = Finding::warning(FILE_NOT_FETCHED, message).in_field(asset.title.clone());
    match asset.records.iter().next() {
        Some(record) => finding.in_record(record.to_string()),
        None => finding,
    }
}

enum Brought {
    Uploaded,
    Known,
    NotFetched(Finding),
    Failed(String),
}

/// Folders of the asset library, made when first needed.
#[derive(Default)]
struct Folders {
    known: OnceCell<tokio::sync::Mutex<BTreeMap<String, FolderUid>>>,
}

impl Folders {
    async fn get(
        &self,
        writer: &Writer<'_>,
        name: &str,
    ) -> Result<Option<FolderUid>, contentstack::Error> {
        if name.is_empty() {
            return Ok(None);
        }
        let assets = writer.stack.assets();
        let known = self
            .known
            .get_or_try_init(|| async {
                let folders = assets.folders().list(None).await?;
                let by_name = folders
                    .into_iter()
                    .map(|folder| (folder.name, folder.uid))
                    .collect();
                Ok::<_, contentstack::Error>(tokio::sync::Mutex::new(by_name))
            })
            .await?;
        // Held across the call, so that two files of one folder do not both make it.
        let mut known = known.lock().await;
        if let Some(uid) = known.get(name) {
            return Ok(Some(uid.clone()));
        }
        let made = match assets.folders().create(name, None).await {
            Ok(made) => made,
            Err(error) if error.outcome_unknown() && error.class() != Class::Auth => {
                let folders = assets.folders().list(None).await?;
                match folders.into_iter().find(|folder| folder.name == name) {
                    Some(found) => found,
                    None => assets.folders().create(name, None).await?,
                }
            }
            Err(error) => return Err(error),
        };
        known.insert(name.to_owned(), made.uid.clone());
        Ok(Some(made.uid))
    }
}

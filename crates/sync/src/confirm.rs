//! Reading back: an answer of success is a promise, and only what the stack then shows is true.
//!
//! Entries and assets are read a hundred at a time through Management, with where they are published; what must be gone
//! is asked of Delivery, since that is what readers see.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contentstack::{Asset, AssetFind, DeliveryAssets, DeliveryQuery, Entry, Find, PublishDetail};
use serde_json::json;
use site::desired::{EntryKey, Kind};
use site::policy::Destination;
use store::ledger::Effect;
use tokio::time::sleep;

use crate::Error;
use crate::plan::entry_id;
use crate::publish::{Publication, Subject};
use crate::writer::{Writer, content_type_uid, environment_name, locale_code};

/// How many uids one query asks for: the largest page.
const PAGE: usize = 100;
/// The first wait before looking again; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// Names of the stack's environments by uid.
pub type Environments = BTreeMap<String, String>;

impl Writer<'_> {
    /// Looks until every publication stands, or `patience` is over. Confirmed ones are recorded as such; an entry or
    /// version that turns out not to be stored is forgotten, so that it is written again. Returns what is not confirmed.
    ///
    /// # Errors
    /// As the calls.
    pub async fn confirm_published(
        &self,
        publications: Vec<Publication>,
        environments: &Environments,
        patience: Duration,
    ) -> Result<Vec<Publication>, Error> {
        let mut missing = publications;
        let mut waited = Duration::ZERO;
        let mut wait = FIRST_WAIT;
        loop {
            missing = self.look(missing, environments).await?;
            if missing.is_empty() || waited >= patience {
                return Ok(missing);
            }
            sleep(wait).await;
            waited += wait;
            wait = (wait * 2).min(Duration::from_secs(4));
        }
    }

    async fn look(
        &self,
        publications: Vec<Publication>,
        environments: &Environments,
    ) -> Result<Vec<Publication>, Error> {
        let mut entries: BTreeMap<(Kind, String), Vec<Publication>> = BTreeMap::new();
        let mut assets = Vec::new();
        for publication in publications {
            match &publication.subject {
                Subject::Entry { key, .. } => {
                    let group = (key.kind, publication.destination.locale.clone());
                    entries.entry(group).or_default().push(publication);
                }
                Subject::Asset { .. } => assets.push(publication),
            }
        }
        let mut missing = Vec::new();
        for ((kind, locale), group) in entries {
            for page in group.chunks(PAGE) {
                missing.extend(
                    self.look_at_entries(kind, &locale, page, environments)
                        .await?,
                );
            }
        }
        for page in assets.chunks(PAGE) {
            missing.extend(self.look_at_assets(page, environments).await?);
        }
        Ok(missing)
    }

    async fn look_at_entries(
        &self,
        kind: Kind,
        locale: &str,
        page: &[Publication],
        environments: &Environments,
    ) -> Result<Vec<Publication>, Error> {
        let found = self.entries_held(kind, locale, uids(page)).await?;
        let found: BTreeMap<&str, &Entry> = found
            .iter()
            .map(|entry| (entry.uid.as_str(), entry))
            .collect();
        let mut effects = Vec::new();
        let mut missing = Vec::new();
        for publication in page {
            let Subject::Entry { key, .. } = &publication.subject else {
                continue;
            };
            match found.get(publication.uid.as_str()) {
                None => {
                    effects.push(publication.lost());
                    missing.push(publication.clone());
                }
                Some(entry) if self.is_not_stored(key, locale, entry) => {
                    effects.push(Effect::VersionLost {
                        entry: entry_id(key),
                        locale: locale.to_owned(),
                    });
                    missing.push(publication.clone());
                }
                Some(entry) => {
                    let version = self.written_version(key, held_in(entry, locale));
                    if stands(&entry.publish_details, publication, environments, version) {
                        effects.push(publication.confirmed());
                    } else {
                        missing.push(publication.clone());
                    }
                }
            }
        }
        self.record(&effects).await?;
        Ok(missing)
    }

    async fn look_at_assets(
        &self,
        page: &[Publication],
        environments: &Environments,
    ) -> Result<Vec<Publication>, Error> {
        let found = self.files_held(uids(page)).await?;
        let found: BTreeMap<&str, &[PublishDetail]> = found
            .iter()
            .map(|asset| (asset.uid.as_str(), asset.publish_details.as_slice()))
            .collect();
        let mut effects = Vec::new();
        let mut missing = Vec::new();
        for publication in page {
            match found.get(publication.uid.as_str()) {
                None => {
                    effects.push(publication.lost());
                    missing.push(publication.clone());
                }
                Some(details) if stands(details, publication, environments, 0) => {
                    effects.push(publication.confirmed());
                }
                Some(_) => missing.push(publication.clone()),
            }
        }
        self.record(&effects).await?;
        Ok(missing)
    }

    /// Entries of a kind by uid as Management holds them in a locale, with where they are published.
    async fn entries_held(
        &self,
        kind: Kind,
        locale: &str,
        uids: BTreeSet<&str>,
    ) -> Result<Vec<Entry>, Error> {
        let content_type = content_type_uid(self.names.content_type(kind))?;
        let source_key = self.names.field(kind, "source_key");
        let find = Find {
            query: Some(json!({ "uid": { "$in": uids } })),
            locale: Some(locale_code(locale)?),
            limit: Some(100),
            only: vec![source_key.to_owned()],
            include_publish_details: true,
            // An entry without a version of its own there is published all the same: it says what it inherits.
            include_unlocalized: true,
            ..Find::default()
        };
        Ok(self.stack.entries(&content_type).find(&find).await?.items)
    }

    /// Files by uid as Management holds them, with where they are published.
    async fn files_held(&self, uids: BTreeSet<&str>) -> Result<Vec<Asset>, Error> {
        let find = AssetFind {
            query: Some(json!({ "uid": { "$in": uids } })),
            limit: Some(100),
            include_publish_details: true,
            ..AssetFind::default()
        };
        Ok(self.stack.assets().find(&find).await?.items)
    }

    /// What came of publications that the ledger believes in and that a late request may have undone, as Management
    /// holds it now, whatever version is published. Nothing for those that stand.
    ///
    /// # Errors
    /// As the calls.
    pub(crate) async fn undone(
        &self,
        publications: &[Publication],
        environments: &Environments,
    ) -> Result<Vec<Effect>, Error> {
        let mut groups: BTreeMap<(Option<Kind>, &str), Vec<&Publication>> = BTreeMap::new();
        for publication in publications {
            let group = match &publication.subject {
                Subject::Entry { key, .. } => {
                    (Some(key.kind), publication.destination.locale.as_str())
                }
                Subject::Asset { .. } => (None, ""),
            };
            groups.entry(group).or_default().push(publication);
        }
        let mut undone = Vec::new();
        for ((kind, locale), group) in groups {
            for page in group.chunks(PAGE) {
                let uids: BTreeSet<&str> = page.iter().map(|one| one.uid.as_str()).collect();
                let held: BTreeMap<String, Vec<PublishDetail>> = match kind {
                    Some(kind) => {
                        let held = self.entries_held(kind, locale, uids).await?.into_iter();
                        held.map(|entry| (entry.uid.to_string(), entry.publish_details))
                            .collect()
                    }
                    None => {
                        let held = self.files_held(uids).await?.into_iter();
                        held.map(|file| (file.uid.to_string(), file.publish_details))
                            .collect()
                    }
                };
                for one in page {
                    match held.get(&one.uid) {
                        None => undone.push(one.lost()),
                        Some(details) if !stands(details, one, environments, 0) => {
                            undone.push(one.gone());
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        Ok(undone)
    }

    /// Whether the stack holds less than it said when we wrote this locale's version: an older one, or none of its own.
    fn is_not_stored(&self, key: &EntryKey, locale: &str, entry: &Entry) -> bool {
        let written = self.written_version(key, locale);
        written > 0 && (held_in(entry, locale) != locale || written > entry.version)
    }

    /// The version number that we believe stands in a locale, 0 when we do not know.
    fn written_version(&self, key: &EntryKey, locale: &str) -> u64 {
        let ledger = self.ledger();
        let version = ledger
            .versions
            .get(&entry_id(key))
            .and_then(|versions| versions.get(locale));
        version
            .and_then(|version| u64::try_from(version.version).ok())
            .unwrap_or(0)
    }

    /// Looks at Delivery until nothing of this is served any longer, or `patience` is over. What is gone is recorded as
    /// gone. Returns what readers can still see.
    ///
    /// # Errors
    /// As the calls.
    pub async fn confirm_gone(
        &self,
        publications: Vec<Publication>,
        patience: Duration,
    ) -> Result<Vec<Publication>, Error> {
        let mut left = publications;
        let mut waited = Duration::ZERO;
        let mut wait = FIRST_WAIT;
        loop {
            left = self.still_served(left).await?;
            if left.is_empty() || waited >= patience {
                return Ok(left);
            }
            sleep(wait).await;
            waited += wait;
            wait = (wait * 2).min(Duration::from_secs(4));
        }
    }

    /// Splits publications into those that Delivery still serves and those that are gone, which are recorded as such.
    async fn still_served(
        &self,
        publications: Vec<Publication>,
    ) -> Result<Vec<Publication>, Error> {
        let served = self.served(&publications).await?;
        let (left, gone): (Vec<_>, Vec<_>) = publications
            .into_iter()
            .partition(|publication| served.contains(publication));
        let effects: Vec<Effect> = gone.iter().map(Publication::gone).collect();
        self.record(&effects).await?;
        Ok(left)
    }

    /// Those of the publications that readers get from Delivery now, a hundred to a question.
    ///
    /// # Errors
    /// As the calls.
    pub(crate) async fn served(
        &self,
        publications: &[Publication],
    ) -> Result<BTreeSet<Publication>, Error> {
        let mut groups: BTreeMap<(Option<Kind>, &Destination), Vec<&Publication>> = BTreeMap::new();
        for publication in publications {
            let kind = match &publication.subject {
                Subject::Entry { key, .. } => Some(key.kind),
                Subject::Asset { .. } => None,
            };
            let group = (kind, &publication.destination);
            groups.entry(group).or_default().push(publication);
        }
        let mut served = BTreeSet::new();
        for ((kind, destination), group) in groups {
            for page in group.chunks(PAGE) {
                let uids: BTreeSet<&str> = page.iter().map(|one| one.uid.as_str()).collect();
                let held = match kind {
                    Some(kind) => self.entries_served(kind, destination, &uids).await?,
                    None => self.files_served(destination, &uids).await?,
                };
                let found = page.iter().filter(|one| held.contains(&one.uid));
                served.extend(found.map(|one| Publication::clone(one)));
            }
        }
        Ok(served)
    }

    async fn entries_served(
        &self,
        kind: Kind,
        at: &Destination,
        uids: &BTreeSet<&str>,
    ) -> Result<BTreeSet<String>, Error> {
        let content_type = content_type_uid(self.names.content_type(kind))?;
        let environment = environment_name(&at.environment)?;
        let mut query = DeliveryQuery::new(environment, locale_code(&at.locale)?);
        query.query = Some(json!({ "uid": { "$in": uids } }));
        query.limit = Some(100);
        query.only = vec!["uid".to_owned()];
        let served = self.stack.delivery().entries(&content_type, &query).await?;
        Ok(served
            .items
            .iter()
            .map(|entry| entry.uid.to_string())
            .collect())
    }

    /// The record of a file; its address may answer for as long as the file exists.
    async fn files_served(
        &self,
        at: &Destination,
        uids: &BTreeSet<&str>,
    ) -> Result<BTreeSet<String>, Error> {
        let query = DeliveryAssets {
            environment: environment_name(&at.environment)?,
            locale: Some(locale_code(&at.locale)?),
            query: Some(json!({ "uid": { "$in": uids } })),
            include_fallback: false,
        };
        let served = self.stack.delivery().assets(&query).await?;
        Ok(served.iter().map(|asset| asset.uid.to_string()).collect())
    }
}

fn uids(page: &[Publication]) -> BTreeSet<&str> {
    page.iter()
        .map(|publication| publication.uid.as_str())
        .collect()
}

/// The locale whose content was read: another than the one asked for where that inherits.
fn held_in<'a>(entry: &'a Entry, locale: &'a str) -> &'a str {
    entry.locale.as_ref().map_or(locale, |held| held.as_str())
}

/// Whether one of the details is the publication, at least at the version written.
fn stands(
    details: &[PublishDetail],
    publication: &Publication,
    environments: &Environments,
    version: u64,
) -> bool {
    let Destination {
        environment,
        locale,
    } = &publication.destination;
    details.iter().any(|detail| {
        let name = environments
            .get(&detail.environment)
            .unwrap_or(&detail.environment);
        name == environment
            && detail.locale.as_str() == locale
            && detail.version.is_none_or(|published| published >= version)
    })
}

//! Finding again what is ours: after a crash, and when the ledger is new or lost.

use std::collections::{BTreeMap, BTreeSet};

use contentstack::{AssetFind, Class, Entry, Find, PublishDetail};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use site::desired::{EntryKey, Kind};
use site::policy::Destination;
use site::redirect::{move_id, target_key};
use store::addresses::AddressChange;
use store::ledger::{Asset, Effect, Intent, Outcome, Stage};

use crate::Error;
use crate::alarm::is_a_call;
use crate::assets::{OWNER_TAG, tagged_hash};
use crate::confirm::Environments;
use crate::copies::UPLOAD;
use crate::gatekeeper::STAGE;
use crate::late::Watch;
use crate::plan::{entry_id, place};
use crate::surroundings::Surroundings;
use crate::writer::{Writer, content_type_uid, locale_code};

impl Writer<'_> {
    /// Looks after every intent whose outcome is unknown, then, where this ledger has never looked, searches the stack
    /// for all entries and assets of ours.
    ///
    /// # Errors
    /// As the calls.
    pub(crate) async fn recover(&self, surroundings: &Surroundings) -> Result<(), Error> {
        let environments = &surroundings.environments;
        self.look_after_uploads().await?;
        let (in_doubt, open): (Vec<_>, Vec<_>) = std::mem::take(&mut self.ledger().open)
            .into_iter()
            .partition(|intent| intent.action == UPLOAD || !is_a_call(intent));
        self.ledger().open = in_doubt;
        for intent in open {
            if let Some(watch) = Watch::due_to(&intent) {
                self.watch(watch, &intent.target).await?;
            }
            let effects = self.effects_of_open(&intent, environments).await?;
            self.settle(
                &[intent.id],
                Outcome::Unknown,
                Some("looked after by a later run"),
                &effects,
            )
            .await?;
        }
        self.look_for_late_publications().await?;
        self.look_for_late_takedowns(environments).await?;
        if self.ledger().adopted {
            return Ok(());
        }
        self.progress
            .phase("looking for what is already in the stack", None);
        for kind in Kind::ALL {
            let effects = self.adopt_entries(kind, surroundings).await?;
            self.record(&effects).await?;
        }
        let effects = self.adopt_assets(environments).await?;
        self.record(&effects).await?;
        let effects = self.adopt_stages(surroundings).await?;
        self.record(&effects).await?;
        self.record(&[Effect::Adopted]).await
    }

    async fn effects_of_open(
        &self,
        intent: &Intent,
        environments: &Environments,
    ) -> Result<Vec<Effect>, Error> {
        let mut parts = intent.target.split('\t');
        let (first, second) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let (locale, environment) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let at = Destination {
            environment: environment.to_owned(),
            locale: locale.to_owned(),
        };
        let key = Kind::of_uid(first).map(|kind| EntryKey {
            kind,
            source_key: second.to_owned(),
        });
        Ok(match (intent.action.as_str(), key) {
            ("create_entry", Some(key)) => match self.find_entry(&key).await? {
                Some(entry) => {
                    let mut effects = vec![
                        Effect::Entry {
                            entry: entry_id(&key),
                            uid: entry.uid.to_string(),
                        },
                        Effect::VersionLost {
                            entry: entry_id(&key),
                            locale: locale.to_owned(),
                        },
                    ];
                    effects.extend(published(&key, &entry.publish_details, environments));
                    effects
                }
                None => Vec::new(),
            },
            ("write_version", Some(key)) => {
                vec![Effect::VersionLost {
                    entry: entry_id(&key),
                    locale: locale.to_owned(),
                }]
            }
            // Doing it twice is doing it once: it is done again, or set back, before anything is published.
            (STAGE, Some(key)) => vec![Effect::Staged {
                entry: entry_id(&key),
                locale: locale.to_owned(),
                stage: Stage::Unknown,
            }],
            ("publish" | "unpublish", Some(key)) => {
                vec![Effect::Published {
                    entry: entry_id(&key),
                    place: place(&at),
                    fingerprint: String::new(),
                }]
            }
            // Whether it is published is looked at when it is next confirmed: unknown counts as not yet.
            ("publish", None) => vec![Effect::AssetUnpublished {
                sha256: second.to_owned(),
                place: place(&at),
            }],
            ("unpublish", None) => vec![Effect::AssetPublished {
                sha256: second.to_owned(),
                place: place(&at),
            }],
            ("delete_asset", None) => match self.find_asset(second).await? {
                Some(_) => Vec::new(),
                None => vec![Effect::AssetDeleted {
                    sha256: second.to_owned(),
                }],
            },
            _ => Vec::new(),
        })
    }

    /// Every entry of a kind, in whichever locale it says something: in the master locale it may say nothing but its key,
    /// where that locale's market may not know the page.
    async fn adopt_entries(
        &self,
        kind: Kind,
        surroundings: &Surroundings,
    ) -> Result<Vec<Effect>, Error> {
        let places = surroundings.places.iter();
        let locales: BTreeSet<&str> = places.map(|place| place.locale.as_str()).collect();
        let master = surroundings.locales.master.as_str();
        let others = locales.into_iter().filter(|locale| *locale != master);
        let mut effects = Vec::new();
        let mut addressed = BTreeSet::new();
        for locale in std::iter::once(master).chain(others) {
            for entry in self.entries_in(kind, locale).await? {
                let told = self.told_by(kind, &entry, &surroundings.environments, &mut addressed);
                effects.extend(told);
            }
        }
        Ok(effects)
    }

    /// The entries of a kind that have a version of their own in a locale.
    async fn entries_in(&self, kind: Kind, locale: &str) -> Result<Vec<Entry>, Error> {
        let content_type = content_type_uid(self.names.content_type(kind))?;
        let find = Find {
            locale: Some(locale_code(locale)?),
            only: match kind {
                Kind::Redirect => Vec::new(),
                _ => ["source_key", "url"]
                    .map(|field| self.names.field(kind, field).to_owned())
                    .to_vec(),
            },
            include_publish_details: true,
            ..Find::default()
        };
        let entries = self.stack.entries(&content_type).find_all(&find);
        match entries.try_collect().await {
            Ok(entries) => Ok(entries),
            Err(error) if error.class() == Class::Gone => Err(Error::StackLacks {
                what: format!("content type {content_type}"),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// What a version of an entry in the stack tells the ledger. Of an entry in `addressed` the address is known already.
    fn told_by(
        &self,
        kind: Kind,
        entry: &Entry,
        environments: &Environments,
        addressed: &mut BTreeSet<EntryKey>,
    ) -> Vec<Effect> {
        let said = |field: &str| {
            let value = entry.fields.get(self.names.field(kind, field));
            let text = value.and_then(|value| value.as_str());
            text.unwrap_or_default().to_owned()
        };
        let key = EntryKey {
            kind,
            source_key: said("source_key"),
        };
        if key.source_key.is_empty() {
            return Vec::new();
        }
        let mut effects = vec![Effect::Entry {
            entry: entry_id(&key),
            uid: entry.uid.to_string(),
        }];
        effects.extend(published(&key, &entry.publish_details, environments));
        if kind == Kind::Redirect {
            let left = [said("from_url"), said("to_url"), said("target")];
            let [from, ..] = &left;
            if !from.is_empty() && addressed.insert(key.clone()) {
                effects.extend(changed_before(&key, left, self.at()).into_iter().flatten());
            }
            return effects;
        }
        let url = said("url");
        if !url.is_empty() && addressed.insert(key.clone()) {
            effects.push(Effect::Url {
                entry: entry_id(&key),
                url: url.clone(),
            });
            // Nobody knows what is published, only that something is.
            if !entry.publish_details.is_empty() {
                effects.push(Effect::AddressPublic { url });
            }
        }
        effects
    }

    /// The books that stand at *cleared* in the workflow of the launch gate.
    async fn adopt_stages(&self, surroundings: &Surroundings) -> Result<Vec<Effect>, Error> {
        let Some(cleared) = self.gates.cleared() else {
            return Ok(Vec::new());
        };
        let content_type = content_type_uid(self.names.content_type(Kind::Book))?;
        let source_key = self.names.field(Kind::Book, "source_key");
        let places = surroundings.places.iter();
        let locales: BTreeSet<&str> = places.map(|place| place.locale.as_str()).collect();
        let mut effects = Vec::new();
        for locale in locales {
            let find = Find {
                locale: Some(locale_code(locale)?),
                include_workflow: true,
                include_unlocalized: true,
                ..Find::default()
            };
            let entries = self.stack.entries(&content_type).find_all(&find);
            let entries: Vec<Entry> = entries.try_collect().await?;
            let open = entries
                .iter()
                .filter(|entry| entry.stage.as_deref() == Some(cleared));
            effects.extend(open.filter_map(|entry| {
                let key = entry.fields.get(source_key)?.as_str()?;
                Some(Effect::Staged {
                    entry: (Kind::Book.uid().to_owned(), key.to_owned()),
                    locale: locale.to_owned(),
                    stage: Stage::Cleared,
                })
            }));
        }
        Ok(effects)
    }

    async fn adopt_assets(&self, environments: &Environments) -> Result<Vec<Effect>, Error> {
        let mut find = AssetFind::by_tag(OWNER_TAG);
        find.include_publish_details = true;
        let assets = self.stack.assets().find_all(&find).await?;
        let mut effects = Vec::new();
        for asset in assets {
            let Some(sha256) = tagged_hash(&asset.tags) else {
                continue;
            };
            let held = Asset {
                uid: asset.uid.to_string(),
                users: BTreeSet::new(),
            };
            effects.push(Effect::Asset {
                sha256: sha256.to_owned(),
                asset: held,
            });
            effects.extend(
                asset
                    .publish_details
                    .iter()
                    .map(|detail| Effect::AssetPublished {
                        sha256: sha256.to_owned(),
                        place: place(&at(detail, environments)),
                    }),
            );
        }
        Ok(effects)
    }
}

fn at(detail: &PublishDetail, environments: &BTreeMap<String, String>) -> Destination {
    let environment = environments
        .get(&detail.environment)
        .unwrap_or(&detail.environment)
        .clone();
    Destination {
        environment,
        locale: detail.locale.to_string(),
    }
}

/// The change of an address of which a redirect in the stack tells.
fn changed_before(
    redirect: &EntryKey,
    [from, to, target]: [String; 3],
    now: Timestamp,
) -> Option<[Effect; 2]> {
    let id = move_id(&redirect.source_key)?;
    let target = target_key(&target)?;
    (!from.is_empty()).then(|| {
        let change = AddressChange {
            id: id.to_owned(),
            kind: target.kind.uid().to_owned(),
            source_key: target.source_key,
            from: Some(from.clone()),
            to,
            reason: "a redirect in the stack said so".to_owned(),
            changed_by: "not known".to_owned(),
            changed_at: now,
        };
        let public = Effect::AddressPublic { url: from };
        [public, Effect::AddressChanged(change)]
    })
}

/// What an entry is published as, nobody knows saying what.
fn published(
    key: &EntryKey,
    details: &[PublishDetail],
    environments: &Environments,
) -> Vec<Effect> {
    details
        .iter()
        .map(|detail| Effect::Published {
            entry: entry_id(key),
            place: place(&at(detail, environments)),
            fingerprint: String::new(),
        })
        .collect()
}

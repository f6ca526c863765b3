//! Writing entries: creating them once, and their locales' versions.
//!
//! Creation has no idempotency key, so it leans on `source_key`, which the content type declares unique: when a reply is
//! lost, or the stack says that the key is taken, the entry is looked up and adopted instead of made again.

use contentstack::{Class, Entry, Find};
use serde_json::{Map, Value as Json};
use site::desired::EntryKey;
use store::ledger::{Effect, Outcome, Version};
use uuid::Uuid;

use crate::Error;
use crate::plan::{EntryChange, VersionChange, entry_id};
use crate::writer::{Failure, IfUnknown, Writer, content_type_uid, entry_uid, locale_code, target};

/// How often a creation whose outcome is unknown is tried again after looking.
const CREATIONS: usize = 3;

/// What became of an entry's writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// All that was asked for stands in the stack, as far as its answers say.
    Done {
        /// How many versions were written.
        versions: usize,
    },
    /// The stack will not take it as it is: a matter of the data.
    Refused {
        /// Code and reason.
        reason: String,
    },
    /// Not finished; another run will.
    Deferred {
        /// Code and reason.
        reason: String,
    },
}

impl Writer<'_> {
    /// Creates the entry where it does not exist, and writes each version that must change.
    ///
    /// # Errors
    /// Only what ends the run; a content type that the stack does not have does.
    pub async fn write_entry(&self, change: &EntryChange) -> Result<Written, Error> {
        match self.write_versions(change).await? {
            Ok(versions) => Ok(Written::Done { versions }),
            Err(failure) => Ok(outcome(&failure)),
        }
    }

    async fn write_versions(&self, change: &EntryChange) -> Result<Result<usize, Failure>, Error> {
        let mut written = 0;
        let first = !change.writes.is_empty() || !change.publish.is_empty();
        if let (Some(url), true) = (&change.url, first) {
            self.record(&[Effect::Url {
                entry: entry_id(&change.key),
                url: url.clone(),
            }])
            .await?;
        }
        let mut writes = change.writes.iter();
        let known = self.ledger().entries.get(&entry_id(&change.key)).cloned();
        let uid = match known {
            Some(uid) => uid,
            None => {
                let Some(master) = writes.next() else {
                    return Ok(Ok(0));
                };
                match self.create_entry(&change.key, master).await? {
                    Ok(uid) => {
                        written += 1;
                        uid
                    }
                    Err(failure) => return Ok(Err(failure)),
                }
            }
        };
        for write in writes {
            match self.update_entry(&change.key, &uid, write).await? {
                Ok(()) => written += 1,
                Err(failure) if failure.error.class() == Class::Gone => {
                    // Somebody deleted the entry, or it never was. It is compared anew and made from its master version:
                    // an entry begun in another locale could not be found by its key.
                    self.record(&[Effect::EntryLost {
                        entry: entry_id(&change.key),
                    }])
                    .await?;
                    return Ok(Err(failure));
                }
                Err(failure) => return Ok(Err(failure)),
            }
        }
        Ok(Ok(written))
    }

    async fn create_entry(
        &self,
        key: &EntryKey,
        write: &VersionChange,
    ) -> Result<Result<String, Failure>, Error> {
        let content_type = content_type_uid(self.names.content_type(key.kind))?;
        let entries = self.stack.entries(&content_type);
        let locale = locale_code(&write.locale)?;
        let target = target(&[key.kind.uid(), &key.source_key, &write.locale]);
        let mut tries = 0;
        loop {
            tries += 1;
            let effects = |entry: &Entry| created(key, write, entry);
            let call = entries.create(Some(&locale), &write.after.fields);
            let failure = match self
                .call("create_entry", &target, call, effects, IfUnknown::LeaveOpen)
                .await?
            {
                Ok(entry) => return Ok(Ok(entry.uid.to_string())),
                Err(failure) => failure,
            };
            if failure.error.class() == Class::Gone {
                return Err(Error::StackLacks {
                    what: format!("content type {content_type}"),
                });
            }
            let source_key = self.names.field(key.kind, "source_key");
            if !failure.error.outcome_unknown() && !failure.error.is_not_unique(source_key) {
                return Ok(Err(failure));
            }
            match self.find_entry(key).await {
                Ok(Some(found)) => {
                    let entry = entry_id(key);
                    let adopted = [
                        Effect::Entry {
                            entry: entry.clone(),
                            uid: found.uid.to_string(),
                        },
                        Effect::VersionLost {
                            entry,
                            locale: write.locale.clone(),
                        },
                    ];
                    self.settle(
                        &[failure.intent],
                        Outcome::Done,
                        Some("found by source_key"),
                        &adopted,
                    )
                    .await?;
                    let uid = found.uid.to_string();
                    return Ok(self.update_entry(key, &uid, write).await?.map(|()| uid));
                }
                Ok(None) if tries < CREATIONS => {
                    self.settle(
                        &[failure.intent],
                        Outcome::Refused,
                        Some("not found by source_key"),
                        &[],
                    )
                    .await?;
                }
                // Still unknown: the intent stays open and the next run looks again.
                Ok(None) | Err(_) => return Ok(Err(failure)),
            }
        }
    }

    async fn update_entry(
        &self,
        key: &EntryKey,
        uid: &str,
        write: &VersionChange,
    ) -> Result<Result<(), Failure>, Error> {
        let content_type = content_type_uid(self.names.content_type(key.kind))?;
        let locale = locale_code(&write.locale)?;
        let entry = entry_id(key);
        let target = target(&[key.kind.uid(), &key.source_key, &write.locale]);
        let uid = entry_uid(uid)?;
        let entries = self.stack.entries(&content_type);
        let fields = match self
            .with_foreign_fields(key.kind, &uid, &locale, &write.after.fields)
            .await?
        {
            Ok(fields) => fields,
            Err(error) => {
                return Ok(Err(Failure {
                    error,
                    intent: Uuid::nil(),
                }));
            }
        };
        let call = entries.update(&uid, Some(&locale), &fields);
        let effects = |saved: &Entry| vec![version(key, write, saved)];
        let lost = vec![Effect::VersionLost {
            entry,
            locale: write.locale.clone(),
        }];
        let answer = self
            .call(
                "write_version",
                &target,
                call,
                effects,
                IfUnknown::Settle(lost),
            )
            .await?;
        Ok(answer.map(|_| ()))
    }

    /// Looks an entry up by its source key.
    ///
    /// # Errors
    /// As the call.
    pub async fn find_entry(&self, key: &EntryKey) -> Result<Option<Entry>, contentstack::Error> {
        let Ok(content_type) = content_type_uid(self.names.content_type(key.kind)) else {
            return Ok(None);
        };
        let source_key = self.names.field(key.kind, "source_key");
        let mut find = Find::by(source_key, key.source_key.as_str());
        find.include_publish_details = true;
        let page = self.stack.entries(&content_type).find(&find).await?;
        Ok(page.items.into_iter().next())
    }
}

fn created(key: &EntryKey, write: &VersionChange, entry: &Entry) -> Vec<Effect> {
    vec![
        Effect::Entry {
            entry: entry_id(key),
            uid: entry.uid.to_string(),
        },
        version(key, write, entry),
    ]
}

fn version(key: &EntryKey, write: &VersionChange, entry: &Entry) -> Effect {
    let fields: Map<String, Json> = write.after.fields.clone();
    Effect::Version {
        entry: entry_id(key),
        locale: write.locale.clone(),
        version: Version {
            fingerprint: write.after.fingerprint().as_str().to_owned(),
            version: i64::try_from(entry.version).unwrap_or(i64::MAX),
            fields: Json::Object(fields).to_string(),
        },
    }
}

fn outcome(failure: &Failure) -> Written {
    let error = &failure.error;
    let reason = format!("{}: {error}", error.code());
    match error.class() {
        Class::Invalid => Written::Refused { reason },
        _ => Written::Deferred { reason },
    }
}

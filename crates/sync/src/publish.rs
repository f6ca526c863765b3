//! Publishing, in bulk or singly, whichever ends sooner.
//!
//! A bulk call moves ten things in one environment and locale, but an organisation may make only one a second; a single
//! publication costs one of ten writes a second. While entries are being written the writes are busy and bulk is free, so
//! whatever fills a bulk call goes that way; what is left over when the writing is done goes by the shorter queue. An
//! answer says that publishing was asked for; what stands is read back by [`crate::confirm`].

use std::collections::BTreeMap;
use std::time::Duration;

use contentstack::{Bulk, BulkAsset, BulkEntry, Publish};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use site::desired::EntryKey;
use site::policy::Destination;
use store::ledger::{Effect, Outcome};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::Error;
use crate::late::Watch;
use crate::plan::{entry_id, place};
use crate::writer::{
    IfUnknown, Writer, asset_uid, content_type_uid, entry_uid, environment_name, locale_code,
    target,
};

/// What is to be published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An entry.
    Entry {
        /// The entry.
        key: EntryKey,
        /// Fingerprint of what will be published.
        fingerprint: String,
    },
    /// A file.
    Asset {
        /// Its content hash.
        sha256: String,
    },
}

/// One thing to publish, or take down, at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Publication {
    /// Where.
    pub destination: Destination,
    /// What.
    pub subject: Subject,
    /// Its uid.
    pub uid: String,
}

impl Publication {
    pub(crate) fn target(&self) -> String {
        let Destination {
            environment,
            locale,
        } = &self.destination;
        match &self.subject {
            Subject::Entry { key, .. } => {
                target(&[key.kind.uid(), &key.source_key, locale, environment])
            }
            Subject::Asset { sha256 } => target(&["asset", sha256, locale, environment]),
        }
    }

    /// That it may be published there now, saying nobody knows what.
    pub(crate) fn maybe(&self) -> Effect {
        match &self.subject {
            Subject::Entry { key, .. } => Effect::Published {
                entry: entry_id(key),
                place: place(&self.destination),
                fingerprint: String::new(),
            },
            Subject::Asset { sha256 } => Effect::AssetPublished {
                sha256: sha256.clone(),
                place: place(&self.destination),
            },
        }
    }

    /// That it is published there, as intended.
    pub(crate) fn confirmed(&self) -> Effect {
        match &self.subject {
            Subject::Entry { key, fingerprint } => Effect::Published {
                entry: entry_id(key),
                place: place(&self.destination),
                fingerprint: fingerprint.clone(),
            },
            Subject::Asset { .. } => self.maybe(),
        }
    }

    /// That the stack does not hold the thing at all.
    pub(crate) fn lost(&self) -> Effect {
        match &self.subject {
            Subject::Entry { key, .. } => Effect::EntryLost {
                entry: entry_id(key),
            },
            Subject::Asset { sha256 } => Effect::AssetDeleted {
                sha256: sha256.clone(),
            },
        }
    }

    /// That it is not published there any longer.
    pub(crate) fn gone(&self) -> Effect {
        match &self.subject {
            Subject::Entry { key, .. } => Effect::Unpublished {
                entry: entry_id(key),
                place: place(&self.destination),
            },
            Subject::Asset { sha256 } => Effect::AssetUnpublished {
                sha256: sha256.clone(),
                place: place(&self.destination),
            },
        }
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Make it seen.
    Publish,
    /// Make it unseen.
    Unpublish,
}

impl Direction {
    fn action(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Unpublish => "unpublish",
        }
    }
}

/// What was asked for, and what could not even be asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// The stack took these.
    pub taken: Vec<Publication>,
    /// The stack refused these, with code and reason.
    pub refused: Vec<(Publication, String)>,
}

/// Whether `count` publications at one place end sooner in bulk. `per_call` things go into one bulk call; paces are calls
/// a second, none for no pacing. A job takes about a second to be followed.
pub fn bulk_is_sooner(
    count: usize,
    per_call: usize,
    write_pace: Option<f64>,
    bulk_pace: Option<f64>,
) -> bool {
    if count < 2 {
        return false;
    }
    let (Some(write), Some(bulk)) = (write_pace, bulk_pace) else {
        return count > 2;
    };
    let calls = count.div_ceil(per_call.max(1));
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of calls are far below 2^52"
    )]
    let (singly, in_bulk) = (count as f64 / write, calls as f64 / bulk + 1.0);
    in_bulk < singly
}

impl Writer<'_> {
    /// Publishes, or takes down, what comes through the channel until it closes. `patience` bounds how long a bulk job is
    /// followed.
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn publish_all(
        &self,
        direction: Direction,
        mut queue: UnboundedReceiver<Publication>,
        patience: Duration,
    ) -> Result<Asked, Error> {
        let per_call = self.stack.settings().bulk_items.max(1);
        let mut waiting: BTreeMap<Destination, Vec<Publication>> = BTreeMap::new();
        let mut under_way = FuturesUnordered::new();
        let mut asked = Asked::default();
        let mut open = true;
        while open || !under_way.is_empty() {
            tokio::select! {
                next = queue.recv(), if open => match next {
                    Some(publication) => {
                        let group = waiting.entry(publication.destination.clone()).or_default();
                        group.push(publication);
                        if group.len() >= per_call {
                            let group = std::mem::take(group);
                            under_way.push(self.ask(direction, group, true, patience));
                        }
                    }
                    None => {
                        open = false;
                        for group in std::mem::take(&mut waiting).into_values().filter(|group| !group.is_empty()) {
                            let in_bulk = self.bulk_is_sooner(group.len(), per_call);
                            under_way.push(self.ask(direction, group, in_bulk, patience));
                        }
                    }
                },
                Some(done) = under_way.next(), if !under_way.is_empty() => {
                    let Asked { taken, refused } = done?;
                    self.progress.advance(u64::try_from(taken.len() + refused.len()).unwrap_or_default());
                    asked.taken.extend(taken);
                    asked.refused.extend(refused);
                }
            }
        }
        Ok(asked)
    }

    fn bulk_is_sooner(&self, count: usize, per_call: usize) -> bool {
        let budget = self.stack.budget();
        bulk_is_sooner(
            count,
            per_call,
            budget.pace(contentstack::Lane::Write),
            budget.pace(contentstack::Lane::Bulk),
        )
    }

    async fn ask(
        &self,
        direction: Direction,
        group: Vec<Publication>,
        in_bulk: bool,
        patience: Duration,
    ) -> Result<Asked, Error> {
        let (group, held) = match direction {
            Direction::Publish => self.clear(group).await?,
            // A takedown is never gated.
            Direction::Unpublish => (group, Vec::new()),
        };
        let mut asked = if in_bulk {
            self.ask_in_bulk(direction, group, patience).await?
        } else {
            self.ask_singly(direction, group).await?
        };
        if direction == Direction::Publish {
            self.doubt_stages(&asked.refused).await?;
        }
        asked.refused.extend(held);
        Ok(asked)
    }

    async fn ask_singly(
        &self,
        direction: Direction,
        group: Vec<Publication>,
    ) -> Result<Asked, Error> {
        let mut asked = Asked::default();
        for publication in group {
            match self.ask_one(direction, &publication).await? {
                Ok(()) => asked.taken.push(publication),
                Err(reason) => asked.refused.push((publication, reason)),
            }
        }
        Ok(asked)
    }

    /// Publishes one thing at one place by a call of its own.
    ///
    /// # Errors
    /// Only what ends the run; the inner text is code and reason.
    pub async fn ask_one(
        &self,
        direction: Direction,
        publication: &Publication,
    ) -> Result<Result<(), String>, Error> {
        let publish = Publish::one(
            environment_name(&publication.destination.environment)?,
            locale_code(&publication.destination.locale)?,
        );
        let effects = |(): &()| vec![publication.maybe()];
        let unknown = IfUnknown::LeaveOpen;
        let target = publication.target();
        let action = direction.action();
        let answer = match &publication.subject {
            Subject::Entry { key, .. } => {
                let content_type = content_type_uid(self.names.content_type(key.kind))?;
                let uid = entry_uid(&publication.uid)?;
                let entries = self.stack.entries(&content_type);
                match direction {
                    Direction::Publish => {
                        self.call(
                            action,
                            &target,
                            entries.publish(&uid, &publish),
                            effects,
                            unknown,
                        )
                        .await?
                    }
                    Direction::Unpublish => {
                        self.call(
                            action,
                            &target,
                            entries.unpublish(&uid, &publish),
                            effects,
                            unknown,
                        )
                        .await?
                    }
                }
            }
            Subject::Asset { .. } => {
                let uid = asset_uid(&publication.uid)?;
                let assets = self.stack.assets();
                match direction {
                    Direction::Publish => {
                        self.call(
                            action,
                            &target,
                            assets.publish(&uid, &publish.environments, &publish.locales),
                            effects,
                            unknown,
                        )
                        .await?
                    }
                    Direction::Unpublish => {
                        self.call(
                            action,
                            &target,
                            assets.unpublish(&uid, &publish.environments, &publish.locales),
                            effects,
                            unknown,
                        )
                        .await?
                    }
                }
            }
        };
        let Err(failure) = answer else {
            return Ok(Ok(()));
        };
        if failure.error.outcome_unknown() {
            self.doubt(direction, std::slice::from_ref(publication))
                .await?;
            let code = Some(failure.error.code());
            let maybe = [publication.maybe()];
            self.settle(&[failure.intent], Outcome::Unknown, code, &maybe)
                .await?;
        }
        Ok(Err(format!("{}: {}", failure.error.code(), failure.error)))
    }

    /// Keeps under watch what requests without a reply were about: they may arrive later.
    async fn doubt(&self, direction: Direction, group: &[Publication]) -> Result<(), Error> {
        for publication in group {
            self.watch(Watch::over(direction), &publication.target())
                .await?;
        }
        Ok(())
    }

    async fn ask_in_bulk(
        &self,
        direction: Direction,
        group: Vec<Publication>,
        patience: Duration,
    ) -> Result<Asked, Error> {
        let Some(bulk) = self.bulk(&group)? else {
            return Ok(Asked::default());
        };
        let mut intents = Vec::with_capacity(group.len());
        for publication in &group {
            intents.push(
                self.intend(direction.action(), &publication.target())
                    .await?,
            );
        }
        let calls = self.stack.bulk();
        let answer = match direction {
            Direction::Publish => calls.publish(&bulk).await,
            Direction::Unpublish => calls.unpublish(&bulk).await,
        };
        let maybe: Vec<Effect> = group.iter().map(Publication::maybe).collect();
        match answer {
            Ok(job) => {
                self.settle(&intents, Outcome::Done, None, &maybe).await?;
                if let Some(job) = job {
                    // A job that cannot be followed is no failure: reading back tells what stands.
                    let followed = calls.follow(&job, patience).await;
                    tracing::debug!(job = %job, ended = followed.is_ok(), "bulk job followed");
                }
                Ok(Asked {
                    taken: group,
                    refused: Vec::new(),
                })
            }
            Err(error) if error.class() == contentstack::Class::Auth => Err(error.into()),
            Err(error) => {
                let outcome = if error.outcome_unknown() {
                    Outcome::Unknown
                } else {
                    Outcome::Refused
                };
                let effects = if error.outcome_unknown() {
                    self.doubt(direction, &group).await?;
                    maybe
                } else {
                    Vec::new()
                };
                self.settle(&intents, outcome, Some(error.code()), &effects)
                    .await?;
                // One bad item spoils a whole bulk call; each gets its own, and the bad one its own answer.
                self.ask_singly(direction, group).await
            }
        }
    }

    /// The body of a bulk call for publications at one place.
    fn bulk(&self, group: &[Publication]) -> Result<Option<Bulk>, Error> {
        let Some(first) = group.first() else {
            return Ok(None);
        };
        let locale = locale_code(&first.destination.locale)?;
        let mut bulk = Bulk {
            environments: vec![environment_name(&first.destination.environment)?],
            locales: vec![locale.clone()],
            ..Bulk::default()
        };
        for publication in group {
            match &publication.subject {
                Subject::Entry { key, .. } => bulk.entries.push(BulkEntry {
                    uid: entry_uid(&publication.uid)?,
                    content_type: content_type_uid(self.names.content_type(key.kind))?,
                    version: None,
                    locale: locale.clone(),
                }),
                Subject::Asset { .. } => bulk.assets.push(BulkAsset {
                    uid: asset_uid(&publication.uid)?,
                }),
            }
        }
        Ok(Some(bulk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_go_singly_and_many_in_bulk_at_the_vendors_paces() {
        let sooner = |count| bulk_is_sooner(count, 10, Some(8.0), Some(0.8));
        assert!(!sooner(1));
        assert!(
            !sooner(10),
            "ten writes take 1.25 s, one bulk call 1.25 s and a job to follow"
        );
        assert!(!sooner(17));
        assert!(
            bulk_is_sooner(100, 50, Some(8.0), Some(0.8)),
            "larger bulk calls win"
        );
    }
}

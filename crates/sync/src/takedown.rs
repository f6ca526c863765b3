//! Taking down: before all other work, and done only when Delivery no longer serves it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use contentstack::Class;
use site::desired::{Desired, EntryKey};
use store::ledger::{Effect, Outcome};
use tokio::sync::mpsc;

use crate::Error;
use crate::alarm::duration;
use crate::assets::DistinctFile;
use crate::engine::{Engine, context};
use crate::plan::{self, Takedown, destination, entry_id};
use crate::publish::{Direction, Publication, Subject};
use crate::references::references;
use crate::surroundings::Surroundings;
use crate::tally::Tally;
use crate::writer::{IfUnknown, Writer, asset_uid, target};

const TAKEDOWN_UNCONFIRMED: FindingCode = FindingCode::new("takedown-unconfirmed");
const FILE_NOT_DELETED: FindingCode = FindingCode::new("file-not-deleted");

/// Which files to retire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retire<'a> {
    /// Those whose users are all hidden: before any other work.
    OfHiddenTitles,
    /// Of these, those that some of these entries used (`kind source_key`).
    OfHiddenAmong(&'a BTreeSet<String>),
    /// Also those that were replaced: after all other work, when nothing shows them any longer.
    All,
}

/// What became of takedowns.
#[derive(Debug, Default)]
pub struct TakenDown {
    /// Publications confirmed absent from Delivery.
    pub confirmed: Vec<Publication>,
    /// Publications that readers may still see, with the reason.
    pub unconfirmed: Vec<(Publication, String)>,
    /// The longest that a confirmed one took from the start of the run that first wanted it, in seconds.
    pub slowest: Option<f64>,
    /// For how long the oldest unconfirmed one has waited, in seconds.
    pub oldest: Option<f64>,
    /// What a person must know.
    pub findings: Vec<Finding>,
}

impl Engine<'_> {
    /// Takedowns, before all other work.
    pub(crate) async fn take_down(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        records: &BTreeMap<String, BTreeSet<RecordKey>>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let takedowns =
            plan::takedowns(desired, context(&writer.ledger(), self.names, surroundings));
        let taken = writer.take_down(&takedowns, self.patience.confirm).await?;
        let told = confirmed(takedowns, &taken);
        tally.take(taken, records);
        let taken = writer
            .retire_files(
                desired,
                Retire::OfHiddenTitles,
                self.policy.secure_assets,
                self.patience.confirm,
            )
            .await?;
        tally.take(taken, records);
        self.tell_referrers(writer, &told, tally).await;
        writer.forget_moot_takedowns(desired).await
    }

    /// Names the editors' entries that refer to titles that are gone.
    pub(crate) async fn tell_referrers(
        &self,
        writer: &Writer<'_>,
        gone: &[Takedown],
        tally: &mut Tally,
    ) {
        let ledger = writer.ledger().clone();
        let found = references(self.stack, self.names, &ledger, gone).await;
        tally.referring += u64::try_from(found.count()).unwrap_or_default();
        tally.findings.extend(found.findings);
    }
}

/// The takedowns of which something was confirmed. What is only hidden by a shield now is still to be told of; what was
/// gone before is not.
pub(crate) fn confirmed(takedowns: Vec<Takedown>, taken: &TakenDown) -> Vec<Takedown> {
    let gone: BTreeSet<&EntryKey> = taken
        .confirmed
        .iter()
        .filter_map(|publication| match &publication.subject {
            Subject::Entry { key, .. } => Some(key),
            Subject::Asset { .. } => None,
        })
        .collect();
    takedowns
        .into_iter()
        .filter(|takedown| gone.contains(&takedown.key))
        .collect()
}

impl Writer<'_> {
    /// Unpublishes entries, and waits until Delivery says that they are gone.
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn take_down(
        &self,
        takedowns: &[Takedown],
        patience: Duration,
    ) -> Result<TakenDown, Error> {
        let mut publications = Vec::new();
        let mut lost = Vec::new();
        for takedown in takedowns {
            let uid = self.ledger().entries.get(&entry_id(&takedown.key)).cloned();
            match uid {
                Some(uid) => publications.extend(takedown.places.iter().map(|place| Publication {
                    destination: place.clone(),
                    subject: Subject::Entry {
                        key: takedown.key.clone(),
                        fingerprint: String::new(),
                    },
                    uid: uid.clone(),
                })),
                // An entry that we no longer know by its uid cannot be served because of us.
                None => lost.push(Effect::EntryLost {
                    entry: entry_id(&takedown.key),
                }),
            }
        }
        self.record(&lost).await?;
        self.progress
            .phase("takedowns", u64::try_from(publications.len()).ok());
        self.unpublish(publications, patience).await
    }

    /// Unpublishes and confirms.
    async fn unpublish(
        &self,
        publications: Vec<Publication>,
        patience: Duration,
    ) -> Result<TakenDown, Error> {
        let mut taken_down = TakenDown::default();
        if publications.is_empty() {
            return Ok(taken_down);
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        for publication in &publications {
            // The receiver lives until publish_all returns.
            let _sent = sender.send(publication.clone());
        }
        drop(sender);
        let asked = self
            .publish_all(Direction::Unpublish, receiver, patience)
            .await?;
        let reasons: BTreeMap<Publication, String> = asked.refused.into_iter().collect();
        // Also what was refused is looked for: it may have been gone already.
        let left = self.confirm_gone(publications.clone(), patience).await?;
        let left: BTreeSet<Publication> = left.into_iter().collect();
        for publication in publications {
            if left.contains(&publication) {
                let reason = reasons.get(&publication).cloned().unwrap_or_else(|| {
                    "the stack said that it was unpublished, and Delivery still serves it"
                        .to_owned()
                });
                let seconds = self.takedown_waits(&publication).await?;
                taken_down.oldest = longest(taken_down.oldest, seconds);
                taken_down
                    .findings
                    .push(unconfirmed(&publication, &reason, seconds));
                taken_down.unconfirmed.push((publication, reason));
            } else {
                let seconds = self.takedown_confirmed(&publication).await?;
                taken_down.slowest = longest(taken_down.slowest, seconds);
                taken_down.confirmed.push(publication);
            }
        }
        Ok(taken_down)
    }

    /// Takes down files that no entry may show any longer. A file of a title that is hidden everywhere is deleted where
    /// the stack serves files to whoever knows their address; a file that was merely replaced stays in the library.
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn retire_files(
        &self,
        desired: &Desired,
        scope: Retire<'_>,
        secure_assets: bool,
        patience: Duration,
    ) -> Result<TakenDown, Error> {
        let files: BTreeMap<String, DistinctFile> = self.distinct_files(desired);
        let visible: BTreeSet<String> = desired.entries.keys().map(EntryKey::to_string).collect();
        let mut publications = Vec::new();
        let mut forbidden = Vec::new();
        let assets = self.ledger().assets.clone();
        for (sha256, asset) in &assets {
            let wanted = files.get(sha256);
            let hidden =
                !asset.users.is_empty() && !asset.users.iter().any(|user| visible.contains(user));
            let meant = match scope {
                Retire::OfHiddenTitles => hidden,
                Retire::OfHiddenAmong(users) => hidden && !users.is_disjoint(&asset.users),
                Retire::All => true,
            };
            if !meant {
                continue;
            }
            let published = self
                .ledger()
                .asset_publications
                .get(sha256)
                .cloned()
                .unwrap_or_default();
            publications.extend(
                published
                    .iter()
                    .map(destination)
                    .filter(|place| !wanted.is_some_and(|file| file.published.contains(place)))
                    .map(|place| Publication {
                        destination: place,
                        subject: Subject::Asset {
                            sha256: sha256.clone(),
                        },
                        uid: asset.uid.clone(),
                    }),
            );
            let used = asset.users.iter().any(|user| visible.contains(user));
            if wanted.is_none() && !used && !secure_assets {
                forbidden.push((sha256.clone(), asset.uid.clone()));
            }
        }
        let mut taken_down = self.unpublish(publications, patience).await?;
        for (sha256, uid) in forbidden {
            if let Err(reason) = self.delete_file(&sha256, &uid).await? {
                let message = format!(
                    "the file {uid} could not be deleted ({reason}); its address may still answer"
                );
                taken_down
                    .findings
                    .push(Finding::error(FILE_NOT_DELETED, message).in_field(uid.clone()));
            }
        }
        Ok(taken_down)
    }

    async fn delete_file(&self, sha256: &str, uid: &str) -> Result<Result<(), String>, Error> {
        let uid = asset_uid(uid)?;
        let assets = self.stack.assets();
        let gone = || {
            vec![Effect::AssetDeleted {
                sha256: sha256.to_owned(),
            }]
        };
        let target = target(&["asset", sha256]);
        let call = self
            .call(
                "delete_asset",
                &target,
                assets.delete(&uid),
                |()| gone(),
                IfUnknown::LeaveOpen,
            )
            .await?;
        match call {
            Ok(()) => Ok(Ok(())),
            Err(failure) if failure.error.class() == Class::Gone => {
                self.settle(
                    &[failure.intent],
                    Outcome::Done,
                    Some("was gone already"),
                    &gone(),
                )
                .await?;
                Ok(Ok(()))
            }
            Err(failure) => Ok(Err(format!("{}: {}", failure.error.code(), failure.error))),
        }
    }
}

/// The longer of what was seen so far and another.
pub(crate) fn longest(so_far: Option<f64>, seconds: f64) -> Option<f64> {
    Some(so_far.map_or(seconds, |known| known.max(seconds)))
}

fn unconfirmed(publication: &Publication, reason: &str, seconds: f64) -> Finding {
    let age = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let message = format!(
        "still served at {} after {}: {reason}",
        publication.destination,
        duration(age.as_secs())
    );
    let finding = Finding::error(TAKEDOWN_UNCONFIRMED, message);
    match &publication.subject {
        Subject::Entry { key, .. } => finding.in_record(key.source_key.clone()),
        Subject::Asset { .. } => finding,
    }
}

//! Writing what must change: terms, files, then entries kind by kind, each written, published and read back.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::RecordKey;
use catalogue::work::Work;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use site::desired::{Desired, EntryKey, Kind, Value};
use site::policy::Destination;
use store::ledger::{Effect, EntryId};
use tokio::sync::mpsc;

use crate::Error;
use crate::engine::{Engine, context};
use crate::entries::Written;
use crate::fetch::Fetcher;
use crate::plan::{self, EntryChange};
use crate::publish::{Asked, Direction, Publication, Subject};
use crate::surroundings::Surroundings;
use crate::takedown::Retire;
use crate::tally::Tally;
use crate::writer::{CONCURRENCY, Writer};

/// How often a kind is compared and written again when reading back shows that something did not stand.
const PASSES: usize = 3;

/// Which changes to make.
#[derive(Clone, Copy, Debug)]
enum Scope {
    /// All of them.
    All,
    /// Only what raises shields; with `of_published`, over entries of which something is published.
    Shields { of_published: bool },
}

/// What the writing of a kind needs.
#[derive(Clone, Copy)]
struct Pass<'p, 'w> {
    writer: &'p Writer<'w>,
    desired: &'p Desired,
    surroundings: &'p Surroundings,
    changed: &'p BTreeSet<RecordKey>,
    scope: Scope,
}

/// What the writing of everything needs beside the desired stack.
#[derive(Clone, Copy)]
pub(crate) struct Needs<'n> {
    pub(crate) works: &'n [Work],
    /// The records that changed.
    pub(crate) changed: &'n BTreeSet<RecordKey>,
    /// Ask also for files that could not be fetched lately.
    pub(crate) retry_files: bool,
    /// The instant of the run.
    pub(crate) now: Timestamp,
    /// What keeps enforced gates from holding.
    pub(crate) broken: Option<&'n Error>,
}

impl Engine<'_> {
    /// Everything but the takedowns: terms, files, then entries kind by kind.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn write_all(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        needs: Needs<'_>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let Needs {
            changed,
            retry_files,
            ..
        } = needs;
        // Drafts come before everything that takes time; the files that they show, before them.
        self.publish_files(writer, desired, surroundings, tally)
            .await?;
        self.publish_ready(writer, desired, surroundings, changed, tally)
            .await?;
        writer
            .make_terms(desired, surroundings.refused_before)
            .await?;
        let fetcher = Fetcher::new().map_err(|source| Error::Fetcher { source })?;
        let files = writer
            .bring_files(desired, changed, &fetcher, retry_files)
            .await?;
        tally.touched.extend(files.uploaded);
        tally.deferred.extend(files.deferred);
        tally.findings.extend(files.findings);
        // What was known before is published already, or was refused a moment ago.
        if files.brought {
            self.publish_files(writer, desired, surroundings, tally)
                .await?;
            // A cover that has just come may be all that a gate waited for.
            self.ask_gates(writer, needs.works, desired, needs.now, needs.broken)
                .await?;
        }
        let mut undone = BTreeSet::new();
        for kind in Kind::ALL {
            // What is to be hidden beside what is shown stands before that is shown.
            let scope = Scope::Shields {
                of_published: false,
            };
            let shields = Pass {
                writer,
                desired,
                surroundings,
                changed,
                scope,
            };
            let mut bare = self
                .write_kind(kind, &shields, BTreeSet::new(), tally)
                .await?;
            undone.extend(bare.iter().cloned());
            if kind == Kind::Redirect {
                bare.extend(leading_to(&undone, desired));
            }
            let all = Pass {
                scope: Scope::All,
                ..shields
            };
            undone.extend(self.write_kind(kind, &all, bare, tally).await?);
        }
        let taken = writer
            .retire_files(
                desired,
                Retire::All,
                self.policy.secure_assets,
                self.patience.confirm,
            )
            .await?;
        tally.take(taken, &BTreeMap::new());
        writer.look_after_uploads().await
    }

    /// Raises shields over what is already published beside them. It belongs to the takedowns.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn raise_shields(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        changed: &BTreeSet<RecordKey>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let any = desired
            .entries
            .values()
            .any(|entry| !entry.shielded.is_empty());
        for kind in Kind::ALL.into_iter().filter(|_| any) {
            let scope = Scope::Shields { of_published: true };
            let pass = Pass {
                writer,
                desired,
                surroundings,
                changed,
                scope,
            };
            self.write_kind(kind, &pass, BTreeSet::new(), tally).await?;
        }
        Ok(())
    }

    /// Publishes again what a late takedown took away and what stands as it should. What needs more is left to the next
    /// run.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn publish_again(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        gone: &BTreeSet<EntryId>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        self.publish_files(writer, desired, surroundings, tally)
            .await?;
        for kind in Kind::ALL {
            let due = {
                let ledger = writer.ledger();
                let changes =
                    plan::changes(kind, desired, context(&ledger, self.names, surroundings));
                let changes = changes.into_iter();
                changes
                    .filter_map(|change| writer.gates.hold_back(change, desired))
                    .collect::<Vec<_>>()
            };
            let standing = due.iter().filter(|change| {
                change.writes.is_empty() && gone.contains(&plan::entry_id(&change.key))
            });
            let publications = standing.flat_map(|change| publications(writer, change));
            self.publish_here(writer, publications.collect(), surroundings)
                .await?;
        }
        Ok(())
    }

    async fn publish_files(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let files = writer.distinct_files(desired);
        writer.note_users(&files).await?;
        let publications = writer.file_publications(&files);
        if publications.is_empty() {
            return Ok(());
        }
        self.progress
            .phase("publishing files", u64::try_from(publications.len()).ok());
        let open = self
            .publish_here(writer, publications, surroundings)
            .await?;
        for publication in open {
            let Subject::Asset { sha256 } = &publication.subject else {
                continue;
            };
            // Unknown counts as not published: the next run asks again.
            writer.record(&[publication.gone()]).await?;
            let reason = format!("a file is not published at {} yet", publication.destination);
            let records = files
                .get(sha256)
                .map(|file| file.records.clone())
                .unwrap_or_default();
            tally
                .deferred
                .extend(records.into_iter().map(|record| (record, reason.clone())));
        }
        Ok(())
    }

    /// Publishes and reads back; returns what does not stand.
    pub(crate) async fn publish_here(
        &self,
        writer: &Writer<'_>,
        publications: Vec<Publication>,
        surroundings: &Surroundings,
    ) -> Result<Vec<Publication>, Error> {
        let (sender, receiver) = mpsc::unbounded_channel();
        for publication in publications {
            // The receiver lives until publish_all returns.
            let _sent = sender.send(publication);
        }
        drop(sender);
        let asked = writer
            .publish_all(Direction::Publish, receiver, self.patience.job)
            .await?;
        let refused = asked
            .refused
            .into_iter()
            .map(|(publication, _)| publication);
        let mut open = writer
            .confirm_published(
                asked.taken,
                &surroundings.environments,
                self.patience.confirm,
            )
            .await?;
        open.extend(refused);
        Ok(open)
    }

    /// Writes, publishes and reads back the entries of one kind; what reading back shows not to stand is compared and
    /// done again. Returns the entries that could not be brought to where they should be.
    async fn write_kind(
        &self,
        kind: Kind,
        pass: &Pass<'_, '_>,
        mut settled: BTreeSet<EntryKey>,
        tally: &mut Tally,
    ) -> Result<BTreeSet<EntryKey>, Error> {
        let Pass {
            writer,
            desired,
            surroundings,
            changed,
            ..
        } = *pass;
        let mut undone = BTreeSet::new();
        for attempt in 1..=PASSES {
            let changes = self.due(kind, pass, &settled);
            if changes.is_empty() {
                break;
            }
            self.progress.phase(
                &format!("{} entries", kind.uid()),
                u64::try_from(changes.len()).ok(),
            );
            let by_key: BTreeMap<&EntryKey, &EntryChange> =
                changes.iter().map(|change| (&change.key, change)).collect();
            let (outcomes, asked) = self.write_and_publish(writer, &changes).await?;
            let mut open: BTreeMap<EntryKey, String> = BTreeMap::new();
            for (key, outcome) in outcomes {
                let Some(change) = by_key.get(&key) else {
                    continue;
                };
                match outcome {
                    Written::Done { .. } => {}
                    Written::Refused { reason } => {
                        undone.insert(key.clone());
                        settled.insert(key);
                        tally.refused.extend(
                            change
                                .records
                                .iter()
                                .map(|record| (record.clone(), reason.clone())),
                        );
                    }
                    Written::Deferred { reason } => {
                        open.insert(key, reason);
                    }
                }
            }
            for (publication, reason) in asked.refused {
                if let Subject::Entry { key, .. } = publication.subject {
                    open.insert(key, reason);
                }
            }
            let missing = writer
                .confirm_published(
                    asked.taken,
                    &surroundings.environments,
                    self.patience.confirm,
                )
                .await?;
            for publication in missing {
                if let Subject::Entry { key, .. } = publication.subject {
                    let reason = format!(
                        "not published at {} although the stack said so",
                        publication.destination
                    );
                    open.insert(key, reason);
                }
            }
            for change in changes
                .iter()
                .filter(|change| !open.contains_key(&change.key))
            {
                if !settled.contains(&change.key) {
                    tally.touch(&change.records, changed, &desired.unseen_records);
                    if change
                        .writes
                        .iter()
                        .all(|write| write.after.missing_entries.is_empty())
                    {
                        continue;
                    }
                    let reason = "an entry that it refers to could not be written yet".to_owned();
                    tally.deferred.extend(
                        change
                            .records
                            .iter()
                            .map(|record| (record.clone(), reason.clone())),
                    );
                    settled.insert(change.key.clone());
                }
            }
            if attempt == PASSES {
                for (key, reason) in open {
                    undone.insert(key.clone());
                    if let Some(change) = by_key.get(&key) {
                        tally.deferred.extend(
                            change
                                .records
                                .iter()
                                .map(|record| (record.clone(), reason.clone())),
                        );
                    }
                }
            }
        }
        Ok(undone)
    }

    /// The changes of a kind within a scope, but for those that are settled.
    fn due(
        &self,
        kind: Kind,
        pass: &Pass<'_, '_>,
        settled: &BTreeSet<EntryKey>,
    ) -> Vec<EntryChange> {
        let ledger = pass.writer.ledger();
        let context = context(&ledger, self.names, pass.surroundings);
        let changes = plan::changes(kind, pass.desired, context);
        let changes = changes
            .into_iter()
            .filter(|change| !settled.contains(&change.key))
            .filter_map(|change| pass.writer.gates.hold_back(change, pass.desired));
        let Scope::Shields { of_published } = pass.scope else {
            return changes.collect();
        };
        let published = |change: &EntryChange| {
            let places = ledger.publications.get(&plan::entry_id(&change.key));
            places.is_some_and(|places| !places.is_empty())
        };
        changes
            .filter(|change| !of_published || published(change))
            .filter_map(|change| plan::shields(change, pass.desired))
            .collect()
    }

    /// Writes entries and, as each is written, hands its publications on.
    async fn write_and_publish(
        &self,
        writer: &Writer<'_>,
        changes: &[EntryChange],
    ) -> Result<(BTreeMap<EntryKey, Written>, Asked), Error> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let writing = async {
            let sender = sender;
            let mut outcomes = BTreeMap::new();
            let mut work = futures_util::stream::iter(changes)
                .map(|change| async move { (change, writer.write_entry(change).await) })
                .buffered(CONCURRENCY);
            while let Some((change, outcome)) = work.next().await {
                let outcome = outcome?;
                if let Written::Done { .. } = outcome {
                    for publication in publications(writer, change) {
                        // The receiver lives until publish_all returns.
                        let _sent = sender.send(publication);
                    }
                }
                writer.progress.advance(1);
                outcomes.insert(change.key.clone(), outcome);
            }
            Ok::<_, Error>(outcomes)
        };
        let publishing = writer.publish_all(Direction::Publish, receiver, self.patience.job);
        let (outcomes, asked) = futures_util::future::join(writing, publishing).await;
        Ok((outcomes?, asked?))
    }
}

/// The redirects to pages that are not where they should be yet: an address must not lead where nothing is, nor stand
/// before a page that has not moved.
fn leading_to(undone: &BTreeSet<EntryKey>, desired: &Desired) -> Vec<EntryKey> {
    let targets: BTreeSet<String> = undone.iter().map(EntryKey::to_string).collect();
    let redirects = desired.entries.iter();
    let redirects = redirects.filter(|(key, entry)| {
        let mut told = entry.versions.values();
        key.kind == Kind::Redirect
            && told.any(|fields| {
                let target = fields.get("target").and_then(Value::as_text);
                target.is_some_and(|target| targets.contains(target))
            })
    });
    redirects.map(|(key, _)| key.clone()).collect()
}

/// The publications of an entry that has just been written.
pub(crate) fn publications(writer: &Writer<'_>, change: &EntryChange) -> Vec<Publication> {
    let Some(uid) = writer
        .ledger()
        .entries
        .get(&plan::entry_id(&change.key))
        .cloned()
    else {
        return Vec::new();
    };
    let publication = |(destination, fingerprint): (&Destination, &String)| Publication {
        destination: destination.clone(),
        subject: Subject::Entry {
            key: change.key.clone(),
            fingerprint: fingerprint.clone(),
        },
        uid: uid.clone(),
    };
    change.publish.iter().map(publication).collect()
}

impl Writer<'_> {
    /// Notes who uses which file, where that changed.
    async fn note_users(
        &self,
        files: &BTreeMap<String, crate::assets::DistinctFile>,
    ) -> Result<(), Error> {
        let mut effects = Vec::new();
        {
            let ledger = self.ledger();
            for (sha256, file) in files {
                if let Some(asset) = ledger
                    .assets
                    .get(sha256)
                    .filter(|asset| asset.users != file.users)
                {
                    let asset = store::ledger::Asset {
                        uid: asset.uid.clone(),
                        users: file.users.clone(),
                    };
                    effects.push(Effect::Asset {
                        sha256: sha256.clone(),
                        asset,
                    });
                }
            }
        }
        if effects.is_empty() {
            Ok(())
        } else {
            self.record(&effects).await
        }
    }
}

//! A run from end to end: read, compare, take down, write, publish, read back, count.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use catalogue::finding::{Finding, FindingCode};
use catalogue::identity::{Answers, Question};
use catalogue::key::RecordKey;
use catalogue::work::Work;
use contentstack::Stack;
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use site::content_model::Names;
use site::desired::{Desired, EntryKey, Kind, Memory};
use site::policy::{Destination, Policy, Sites};
use store::Store;
use store::ledger::{Effect, Ledger};
use store::runs::RunRecord;
use store::snapshot::{Rejection, SnapshotChange};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Error;
use crate::confirm::Environments;
use crate::entries::Written;
use crate::fetch::Fetcher;
use crate::plan::{self, Context, EntryChange, Locales, Takedown};
use crate::progress::Progress;
use crate::publish::{Asked, Direction, Publication, Subject};
use crate::pull::{PullOptions, Pulled, Source, pull};
use crate::summary::{Calls, RecordOutcome, Summary};
use crate::takedown::{Retire, TakenDown};
use crate::writer::{CONCURRENCY, Writer};

/// How often a kind is compared and written again when reading back shows that something did not stand.
const PASSES: usize = 3;
/// More than this share of the published titles vanishing together is a question.
const VANISHING_SHARE: f64 = 0.05;
/// As long as no more than this many vanish, and not all, none is asked.
const VANISHING_TITLES: usize = 5;

/// How long reading back waits for what was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a publication or takedown to stand.
    pub confirm: Duration,
    /// For a bulk job to end.
    pub job: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            confirm: Duration::from_secs(30),
            job: Duration::from_secs(120),
        }
    }
}

/// What every run on one stack shares.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// The state file.
    pub store: &'a Store,
    /// The sites.
    pub sites: &'a Sites,
    /// What the projection obeys.
    pub policy: &'a Policy,
    /// The installation's names.
    pub names: &'a Names,
    /// How long reading back waits.
    pub patience: Patience,
    /// Whoever watches.
    pub progress: &'a dyn Progress,
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The instant of the run.
    pub now: Timestamp,
    /// Read every record, whatever is known.
    pub full: bool,
    /// So many titles may be taken down because they are gone from the source.
    pub allow_takedowns: usize,
    /// What a person has answered about merges and splits.
    pub answers: Answers,
    /// These records only, again.
    pub only: Option<BTreeSet<RecordKey>>,
    /// The command, for the list of runs.
    pub command: &'static str,
}

impl Options {
    /// A plain run at an instant.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            full: false,
            allow_takedowns: 0,
            answers: Answers::default(),
            only: None,
            command: "sync",
        }
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// The counts.
    pub summary: Summary,
    /// Each record with its outcome.
    pub records: Vec<RunRecord>,
    /// What is wrong in the data.
    pub findings: Vec<Finding>,
    /// Why the run stopped, or what it leaves to a person; nothing when all was done.
    pub stopped: Option<Error>,
}

/// What a run would do.
#[derive(Debug)]
pub struct Plan {
    /// What must go.
    pub takedowns: Vec<Takedown>,
    /// What must change, in order.
    pub changes: Vec<EntryChange>,
    /// What should be.
    pub desired: Desired,
    /// The works.
    pub works: Vec<Work>,
    /// Records rejected while reading.
    pub rejected: BTreeMap<RecordKey, String>,
    /// Titles that would go because the source has them no longer.
    pub vanished: BTreeSet<RecordKey>,
    /// What is wrong in the data.
    pub findings: Vec<Finding>,
    /// What would stop the run.
    pub stops: Option<Error>,
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// What is known of the stack before a run.
struct Surroundings {
    /// An earlier run had something refused: the ledger may be wrong about what the stack holds.
    refused_before: bool,
    environments: Environments,
    locales: Locales,
    places: BTreeSet<Destination>,
}

/// What happened to the records and their entries.
#[derive(Default)]
struct Tally {
    touched: BTreeSet<RecordKey>,
    deferred: BTreeMap<RecordKey, String>,
    refused: BTreeMap<RecordKey, String>,
    takedowns: u64,
    unconfirmed: u64,
    findings: Vec<Finding>,
}

impl Engine<'_> {
    /// Reads the source and says what a run would do, writing nothing anywhere.
    ///
    /// # Errors
    /// When the source or the stack fails.
    pub async fn plan(&self, source: Source, options: &Options) -> Result<Plan, Error> {
        let surroundings = self.surroundings().await?;
        let pull_options = pull_options(options, "plan");
        let pulled = pull(self.store, source, &pull_options, self.progress).await?;
        let ledger = self.store.ledger().await?;
        let stops = self.question(&pulled, &ledger, options);
        let works = pulled.without_vanished();
        let desired = self.project(&works, &ledger, options.now);
        let context = context(&ledger, self.names, &surroundings);
        let takedowns = plan::takedowns(&desired, context);
        let changes = Kind::ALL
            .into_iter()
            .flat_map(|kind| plan::changes(kind, &desired, context))
            .collect();
        let mut findings = pulled.findings.clone();
        findings.extend(desired.findings.iter().cloned());
        let rejected = pulled.rejected();
        Ok(Plan {
            takedowns,
            changes,
            desired,
            works,
            rejected,
            vanished: pulled.vanished,
            findings,
            stops,
        })
    }

    /// Brings the stack to what it should be.
    ///
    /// # Errors
    /// When the run fails as a whole. What concerns single records is in the report.
    pub async fn sync(&self, source: Source, options: &Options) -> Result<Report, Error> {
        let stopwatch = Instant::now();
        let spent_before = self.stack.spent();
        let run = Uuid::now_v7().to_string();
        self.store
            .begin_run(&run, options.command, source.name(), options.now)
            .await?;
        let mut summary = Summary {
            run: run.clone(),
            ..Summary::default()
        };
        let result = self.run(source, options, &run).await;
        let spent = self.stack.spent().since(&spent_before);
        summary.calls = Calls {
            read: spent.read,
            write: spent.write,
            bulk: spent.bulk,
            throttled: spent.throttled,
        };
        summary.seconds = stopwatch.elapsed().as_secs_f64();
        let ended = options
            .now
            .checked_add(SignedDuration::try_from(stopwatch.elapsed()).unwrap_or_default());
        let ended = ended.unwrap_or(options.now);
        match result {
            Ok((pulled, tally, stopped)) => {
                let report = conclude(summary, &pulled, tally, stopped);
                let text = serde_json::to_string(&report.summary).unwrap_or_default();
                let outcome = report.summary.outcome.clone();
                self.store
                    .end_run(
                        &run,
                        ended,
                        &outcome,
                        &text,
                        &report.records,
                        &report.findings,
                    )
                    .await?;
                Ok(report)
            }
            Err(error) => {
                summary.outcome = if error.is_question() {
                    "question"
                } else {
                    "failed"
                }
                .to_owned();
                let text = serde_json::to_string(&summary).unwrap_or_default();
                // The run's own failure matters more than that of writing it down.
                if let Err(second) = self
                    .store
                    .end_run(&run, ended, &summary.outcome, &text, &[], &[])
                    .await
                {
                    tracing::error!(error = %second, run, "the end of the run could not be written down");
                }
                Err(error)
            }
        }
    }

    async fn run(
        &self,
        source: Source,
        options: &Options,
        run: &str,
    ) -> Result<(Pulled, Tally, Option<Error>), Error> {
        let surroundings = self.surroundings().await?;
        let ledger = self.store.ledger().await?;
        let writer = Writer::new(
            self.stack,
            self.store,
            ledger,
            run,
            self.names,
            self.progress,
            options.now,
        );
        writer.recover(&surroundings.environments).await?;
        let mut pulled = pull(
            self.store,
            source,
            &pull_options(options, run),
            self.progress,
        )
        .await?;
        let question = self.question(&pulled, &writer.ledger(), options);
        let guarded = matches!(question, Some(Error::TooManyTakedowns { .. }));
        let works = if guarded {
            std::mem::take(&mut pulled.works)
        } else {
            pulled.without_vanished()
        };
        if !guarded {
            pulled.change.gone = pulled.vanished.clone();
        }
        self.store.change_snapshot(&pulled.change).await?;
        let desired = self.project(&works, &writer.ledger(), options.now);
        let mut tally = Tally {
            findings: pulled.findings.clone(),
            ..Tally::default()
        };
        tally.findings.extend(desired.findings.iter().cloned());
        tally.findings.extend(orphans(context(
            &writer.ledger(),
            self.names,
            &surroundings,
        )));
        let records = records_of(&works);
        self.take_down(&writer, &desired, &surroundings, &records, &mut tally)
            .await?;
        if guarded {
            let reason =
                "the run stopped before it, because too many titles vanished from the source";
            tally.deferred.extend(
                pulled
                    .changed
                    .iter()
                    .map(|key| (key.clone(), reason.to_owned())),
            );
        } else {
            self.write_all(
                &writer,
                &desired,
                &surroundings,
                &pulled.changed,
                &mut tally,
            )
            .await?;
        }
        self.keep_refusals(run, &tally).await?;
        let open: BTreeSet<&RecordKey> =
            tally.deferred.keys().chain(tally.refused.keys()).collect();
        let settled = pulled
            .considered
            .iter()
            .chain(&pulled.vanished)
            .filter(|key| !open.contains(key));
        self.store.settle_records(settled).await?;
        Ok((pulled, tally, question))
    }

    /// What the projection says, from what the ledger remembers.
    pub fn project(&self, works: &[Work], ledger: &Ledger, now: Timestamp) -> Desired {
        site::projection::projection(works, self.sites, self.policy, &memory(ledger), now)
    }

    /// What a person must answer before more is done, if anything.
    fn question(&self, pulled: &Pulled, ledger: &Ledger, options: &Options) -> Option<Error> {
        let published: BTreeSet<&str> = ledger
            .publications
            .iter()
            .filter(|(id, places)| id.0 == Kind::Book.uid() && !places.is_empty())
            .map(|(id, _)| id.1.as_str())
            .collect();
        let vanishing: Vec<String> = pulled
            .works
            .iter()
            .filter(|work| {
                work.records
                    .iter()
                    .all(|record| pulled.vanished.contains(record))
            })
            .filter(|work| published.contains(work.key.as_str()))
            .map(|work| format!("{} ({})", work.title.text, work.key))
            .collect();
        if too_many(vanishing.len(), published.len()) && vanishing.len() > options.allow_takedowns {
            return Some(Error::TooManyTakedowns {
                vanished: vanishing.len(),
                known: published.len(),
                examples: vanishing.into_iter().take(10).collect(),
            });
        }
        let questions: Vec<Question> = pulled.questions.clone();
        (!questions.is_empty()).then_some(Error::Identity { questions })
    }

    /// Environments and locales of the stack; all that the sites name must be there.
    async fn surroundings(&self) -> Result<Surroundings, Error> {
        let environments: Environments = self
            .stack
            .environments()
            .list()
            .await?
            .into_iter()
            .map(|environment| (environment.uid, environment.name.to_string()))
            .collect();
        let listed = self.stack.locales().list().await?;
        let mut locales = Locales {
            master: self.policy.master_locale.clone(),
            fallback: BTreeMap::new(),
        };
        for locale in &listed {
            let fallback = locale.fallback_locale.as_ref().map(ToString::to_string);
            locales.fallback.insert(
                locale.code.to_string(),
                fallback.unwrap_or_else(|| locales.master.clone()),
            );
        }
        let places: BTreeSet<Destination> = self
            .sites
            .iter()
            .map(|site| site.destination.clone())
            .collect();
        for place in &places {
            if !environments.values().any(|name| *name == place.environment) {
                return Err(Error::StackLacks {
                    what: format!("environment {}", place.environment),
                });
            }
            if place.locale != locales.master && !locales.fallback.contains_key(&place.locale) {
                return Err(Error::StackLacks {
                    what: format!("locale {}", place.locale),
                });
            }
        }
        Ok(Surroundings {
            refused_before: !self.store.rejections().await?.is_empty(),
            environments,
            locales,
            places,
        })
    }

    /// Takedowns, before all other work.
    async fn take_down(
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
        Ok(())
    }

    async fn write_all(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        changed: &BTreeSet<RecordKey>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        writer
            .make_terms(desired, surroundings.refused_before)
            .await?;
        let fetcher = Fetcher::new().map_err(|source| Error::Fetcher { source })?;
        let files = writer.bring_files(desired, changed, &fetcher).await?;
        tally.touched.extend(files.uploaded);
        tally.deferred.extend(files.deferred);
        tally.findings.extend(files.findings);
        self.publish_files(writer, desired, surroundings, tally)
            .await?;
        for kind in Kind::ALL {
            self.write_kind(writer, kind, desired, surroundings, changed, tally)
                .await?;
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
        let (sender, receiver) = mpsc::unbounded_channel();
        for publication in publications {
            // The receiver lives until publish_all returns.
            let _sent = sender.send(publication);
        }
        drop(sender);
        let asked = writer
            .publish_all(Direction::Publish, receiver, self.patience.job)
            .await?;
        let missing = writer
            .confirm_published(
                asked.taken,
                &surroundings.environments,
                self.patience.confirm,
            )
            .await?;
        let refused = asked
            .refused
            .into_iter()
            .map(|(publication, _)| publication);
        for publication in missing.into_iter().chain(refused) {
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

    /// Writes, publishes and reads back the entries of one kind; what reading back shows not to stand is compared and
    /// done again.
    async fn write_kind(
        &self,
        writer: &Writer<'_>,
        kind: Kind,
        desired: &Desired,
        surroundings: &Surroundings,
        changed: &BTreeSet<RecordKey>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let mut settled: BTreeSet<EntryKey> = BTreeSet::new();
        for pass in 1..=PASSES {
            let changes = {
                let ledger = writer.ledger();
                let mut changes =
                    plan::changes(kind, desired, context(&ledger, self.names, surroundings));
                changes.retain(|change| !settled.contains(&change.key));
                changes
            };
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
            if pass == PASSES {
                for (key, reason) in open {
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
        Ok(())
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

    /// Keeps what the stack refused beside what could not be read: both wait for a mend and a replay.
    async fn keep_refusals(&self, run: &str, tally: &Tally) -> Result<(), Error> {
        let rejected = tally
            .refused
            .iter()
            .map(|(key, reason)| Rejection {
                key: key.clone(),
                run: run.to_owned(),
                code: reason.split(':').next().unwrap_or_default().to_owned(),
                reason: reason.clone(),
                place: "refused by Contentstack".to_owned(),
                raw: None,
            })
            .collect();
        Ok(self
            .store
            .change_snapshot(&SnapshotChange {
                rejected,
                ..SnapshotChange::default()
            })
            .await?)
    }
}

impl Tally {
    /// Notes that an entry's work was confirmed. It is to the credit of those of its records that changed; if none did
    /// (the clock did it), of all.
    fn touch(
        &mut self,
        records: &BTreeSet<RecordKey>,
        changed: &BTreeSet<RecordKey>,
        unseen: &BTreeSet<RecordKey>,
    ) {
        let seen = || records.iter().filter(|record| !unseen.contains(*record));
        let mut due: BTreeSet<RecordKey> = seen()
            .filter(|record| changed.contains(*record))
            .cloned()
            .collect();
        if due.is_empty() {
            due = seen().cloned().collect();
        }
        if due.is_empty() {
            due = records
                .iter()
                .filter(|record| changed.contains(*record))
                .cloned()
                .collect();
        }
        self.touched.extend(due);
    }

    fn take(&mut self, taken: TakenDown, records: &BTreeMap<String, BTreeSet<RecordKey>>) {
        for publication in &taken.confirmed {
            if let Subject::Entry { key, .. } = &publication.subject {
                self.takedowns += 1;
                self.touched
                    .extend(records.get(&key.source_key).into_iter().flatten().cloned());
            }
        }
        for (publication, reason) in &taken.unconfirmed {
            self.unconfirmed += 1;
            if let Subject::Entry { key, .. } = &publication.subject {
                let records = records.get(&key.source_key).into_iter().flatten();
                self.deferred
                    .extend(records.map(|record| (record.clone(), reason.clone())));
            }
        }
        self.findings.extend(taken.findings);
    }
}

/// Records by work key, for takedowns of works that the desired stack does not mention.
fn records_of(works: &[Work]) -> BTreeMap<String, BTreeSet<RecordKey>> {
    works
        .iter()
        .map(|work| (work.key.to_string(), work.records.iter().cloned().collect()))
        .collect()
}

/// What earlier runs decided and the projection must keep.
pub fn memory(ledger: &Ledger) -> Memory {
    let mut memory = Memory::default();
    for ((kind, source_key), url) in &ledger.urls {
        if let Some(kind) = Kind::ALL.into_iter().find(|known| known.uid() == kind) {
            memory.urls.insert(
                EntryKey {
                    kind,
                    source_key: source_key.clone(),
                },
                url.clone(),
            );
        }
    }
    memory
}

fn context<'a>(
    ledger: &'a Ledger,
    names: &'a Names,
    surroundings: &'a Surroundings,
) -> Context<'a> {
    Context {
        ledger,
        names,
        locales: &surroundings.locales,
        places: &surroundings.places,
    }
}

fn pull_options(options: &Options, run: &str) -> PullOptions {
    PullOptions {
        now: options.now,
        full: options.full,
        answers: options.answers,
        only: options.only.clone(),
        run: run.to_owned(),
    }
}

/// Whether so many titles vanishing together is a question: more than five and more than one in twenty, or all.
fn too_many(vanishing: usize, published: usize) -> bool {
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of titles are far below 2^52"
    )]
    let share = vanishing as f64 > published as f64 * VANISHING_SHARE;
    (vanishing > VANISHING_TITLES && share) || (vanishing > 0 && vanishing == published)
}

/// Publications at places that no site stands for.
fn orphans(context: Context<'_>) -> Vec<Finding> {
    const CODE: FindingCode = FindingCode::new("place-without-site");
    let found = plan::orphaned_places(context);
    let finding = |(place, count): (Destination, usize)| {
        let message = format!(
            "{count} entries are still published at {place}, for which no site is configured; they are left alone"
        );
        Finding::warning(CODE, message).in_field(place.environment)
    };
    found.into_iter().map(finding).collect()
}

/// The publications of an entry that has just been written.
fn publications(writer: &Writer<'_>, change: &EntryChange) -> Vec<Publication> {
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

/// Counts.
fn conclude(mut summary: Summary, pulled: &Pulled, tally: Tally, stopped: Option<Error>) -> Report {
    let rejected = pulled.rejected();
    let mut records = Vec::with_capacity(pulled.considered.len());
    // The clock, or a shared entry, may have moved records that this reading did not consider.
    let all: BTreeSet<&RecordKey> = pulled
        .considered
        .iter()
        .chain(&tally.touched)
        .chain(tally.deferred.keys())
        .chain(tally.refused.keys())
        .collect();
    let mut outcomes = Vec::with_capacity(all.len());
    for key in all {
        let (outcome, reason) =
            if let Some(reason) = rejected.get(key).or_else(|| tally.refused.get(key)) {
                (RecordOutcome::Rejected, Some(reason.clone()))
            } else if let Some(reason) = tally.deferred.get(key) {
                (RecordOutcome::Deferred, Some(reason.clone()))
            } else if tally.touched.contains(key) {
                (RecordOutcome::Written, None)
            } else {
                (RecordOutcome::Unchanged, None)
            };
        outcomes.push(outcome);
        records.push(RunRecord {
            key: key.clone(),
            outcome: outcome.as_str().to_owned(),
            reason,
        });
    }
    summary.count(outcomes.into_iter());
    summary.takedowns = tally.takedowns;
    let mut findings = tally.findings;
    findings.sort_by(|a, b| {
        (&a.code, &a.at.record, &a.message).cmp(&(&b.code, &b.at.record, &b.message))
    });
    findings.dedup();
    summary.findings = u64::try_from(findings.len()).unwrap_or_default();
    for finding in &findings {
        *summary
            .finding_codes
            .entry(finding.code.to_string())
            .or_default() += 1;
    }
    let partial = summary.rejected + summary.deferred + tally.unconfirmed > 0;
    summary.outcome = match (&stopped, partial) {
        (Some(_), _) => "question",
        (None, true) => "partial",
        (None, false) => "done",
    }
    .to_owned();
    Report {
        summary,
        records,
        findings,
        stopped,
    }
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

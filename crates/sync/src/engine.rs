//! A run from end to end: read, compare, take down, write, publish, read back, count.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use catalogue::finding::{Finding, FindingCode};
use catalogue::identity::{Answers, Question};
use catalogue::key::{RecordKey, WorkKey};
use catalogue::work::Work;
use contentstack::Stack;
use jiff::{SignedDuration, Timestamp};
use site::content_model::Names;
use site::desired::{Desired, EntryKey, Kind, Memory};
use site::hold::{Hold, Holds};
use site::policy::{Destination, Policy, SiteId, Sites};
use site::redirect::Move;
use store::Store;
use store::holds::KeptHold;
use store::ledger::Ledger;
use store::snapshot::{Rejection, SnapshotChange};
use uuid::Uuid;

use crate::Error;
use crate::clock::Clock;
use crate::gatekeeper::Launch;
use crate::merged::merged_addresses;
use crate::plan::{self, Context, EntryChange, Takedown};
use crate::progress::Progress;
use crate::pull::{PullOptions, Pulled, Source, pull};
use crate::references::{References, references};
use crate::summary::{Calls, Summary};
use crate::surroundings::Surroundings;
use crate::tally::{Report, Tally, conclude};
use crate::writer::Writer;
use crate::writing::Needs;

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
    /// What is asked before titles go live; without it no gate of a site ever opens.
    pub launch: Option<Launch<'a>>,
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
    /// Take rejected ONIX records as their bytes were guessed to read.
    pub accept_encoding: bool,
    /// Write titles that appear within this long as drafts, so that publishing is all that is left to do then.
    pub stage: Option<SignedDuration>,
    /// Take down what must go, and leave all else: the catalogue may be out of date.
    pub only_takedowns: bool,
    /// Do nothing but take down this title, and what no other title needs, where it should not be.
    pub only_takedown_of: Option<WorkKey>,
    /// Ask also for files that could not be fetched lately.
    pub retry_files: bool,
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
            only_takedown_of: None,
            accept_encoding: false,
            stage: None,
            only_takedowns: false,
            retry_files: false,
            command: "sync",
        }
    }
}

/// What a run would do.
#[derive(Debug)]
pub struct Plan {
    /// What must go.
    pub takedowns: Vec<Takedown>,
    /// Editors' entries that refer to titles that must go.
    pub references: References,
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

impl Engine<'_> {
    /// Reads the source and says what a run would do, writing nothing anywhere.
    ///
    /// # Errors
    /// When the source or the stack fails.
    pub async fn plan(&self, source: Source, options: &Options) -> Result<Plan, Error> {
        let surroundings = self.surroundings().await?;
        let pull_options = pull_options(options, "plan");
        let pulled = pull(self.store, source, &pull_options, self.progress).await?;
        let mut ledger = self.store.ledger().await?;
        let stops = self.question(&pulled, &ledger, options);
        let works = pulled.without_vanished();
        for change in merged_addresses(&works, &ledger, options.now) {
            ledger.apply(&change);
        }
        let desired = self.project(&works, &ledger, options.now);
        let context = context(&ledger, self.names, &surroundings);
        let takedowns = plan::takedowns(&desired, context);
        let changes = Kind::ALL
            .into_iter()
            .flat_map(|kind| plan::changes(kind, &desired, context))
            .collect();
        let references = references(self.stack, self.names, &ledger, &takedowns).await;
        let mut findings = pulled.findings.clone();
        findings.extend(desired.findings.iter().cloned());
        let rejected = pulled.rejected();
        Ok(Plan {
            takedowns,
            references,
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
        self.sync_when(source, options, None).await
    }

    /// The same, made ready beforehand: the first takedown or write is sent when the clock says that the instant of the
    /// run has come.
    ///
    /// # Errors
    /// As [`Engine::sync`].
    pub async fn sync_when(
        &self,
        source: Source,
        options: &Options,
        clock: Option<&dyn Clock>,
    ) -> Result<Report, Error> {
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
        let result = self.run(source, options, &run, clock).await;
        let spent = self.stack.spent().since(&spent_before);
        summary.calls = Calls {
            read: spent.read,
            write: spent.write,
            bulk: spent.bulk,
            throttled: spent.throttled,
            delivery: spent.delivery,
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
        clock: Option<&dyn Clock>,
    ) -> Result<(Pulled, Tally, Option<Error>), Error> {
        let surroundings = self.surroundings().await?;
        self.check_delivery(&surroundings.places).await?;
        let ledger = self.store.ledger().await?;
        let (gates, mut broken) = self.gates().await;
        let mut writer = Writer::new(
            self.stack,
            self.store,
            ledger,
            run,
            self.names,
            self.progress,
            options.now,
        );
        writer.gates = gates;
        writer.recover(&surroundings).await?;
        let pull_options = pull_options(options, run);
        let mut pulled = pull(self.store, source, &pull_options, self.progress).await?;
        if let Some(key) = &options.only_takedown_of {
            let tally = self
                .take_down_alone(&writer, &pulled.works, key, &surroundings, options.now)
                .await?;
            return Ok((pulled, tally, broken));
        }
        let question = self.question(&pulled, &writer.ledger(), options);
        let records = records_of(&pulled.works);
        let guarded = matches!(question, Some(Error::TooManyTakedowns { .. }));
        let works = if guarded {
            std::mem::take(&mut pulled.works)
        } else {
            pulled.change.gone.extend(pulled.vanished.iter().cloned());
            pulled.without_vanished()
        };
        self.store.change_snapshot(&pulled.change).await?;
        writer.inherit(&works, options.now).await?;
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
        wait_for(options.now, clock).await;
        self.take_down(&writer, &desired, &surroundings, &records, &mut tally)
            .await?;
        self.take_over_ends(&writer, &surroundings).await?;
        self.ask_gates(&writer, &works, &desired, options.now, broken.as_ref())
            .await?;
        writer.close_stages().await?;
        let changed = &pulled.changed;
        self.raise_shields(&writer, &desired, &surroundings, changed, &mut tally)
            .await?;
        if options.only_takedowns {
            tracing::warn!(
                run,
                "the source has not been read for long: nothing but takedowns follows the clock"
            );
        } else if guarded {
            tally.defer_all(changed.iter().chain(&pulled.vanished));
        } else {
            let needs = Needs {
                works: &works,
                changed,
                retry_files: options.retry_files,
                now: options.now,
                broken: broken.as_ref(),
            };
            self.write_all(&writer, &desired, &surroundings, needs, &mut tally)
                .await?;
            tally.credit_vanished(&records, &pulled.vanished);
            tally.credit_merged(&pulled.merged, changed);
            self.look_ahead(&writer, &works, &surroundings, options)
                .await?;
        }
        if writer.look_for_late_publications().await? {
            self.take_down(&writer, &desired, &surroundings, &records, &mut tally)
                .await?;
        }
        let gone = writer
            .look_for_late_takedowns(&surroundings.environments)
            .await?;
        if !gone.is_empty() {
            self.raise_shields(&writer, &desired, &surroundings, changed, &mut tally)
                .await?;
            if !guarded && !options.only_takedowns {
                self.publish_again(&writer, &desired, &surroundings, &gone, &mut tally)
                    .await?;
            }
        }
        writer.close_stages().await?;
        if !guarded && !options.only_takedowns {
            self.tell_gates(&writer, &desired, &mut tally);
        }
        self.settle(run, &pulled, &tally).await?;
        if !options.only_takedowns {
            self.refresh_where_used(&surroundings, options.now).await;
        }
        Ok((pulled, tally, question.or_else(|| broken.take())))
    }

    /// Drafts of what is to appear, and ends for the stack to keep.
    async fn look_ahead(
        &self,
        writer: &Writer<'_>,
        works: &[Work],
        surroundings: &Surroundings,
        options: &Options,
    ) -> Result<(), Error> {
        if let Some(ahead) = options.stage {
            self.stage(writer, works, surroundings, ahead).await?;
        }
        self.hand_over_ends(writer, works, surroundings).await
    }

    /// Keeps what was refused, and notes which records have had their effect.
    async fn settle(&self, run: &str, pulled: &Pulled, tally: &Tally) -> Result<(), Error> {
        self.keep_refusals(run, tally).await?;
        let open: BTreeSet<&RecordKey> =
            tally.deferred.keys().chain(tally.refused.keys()).collect();
        let settled = pulled
            .considered
            .iter()
            .chain(&pulled.vanished)
            .filter(|key| !open.contains(key));
        Ok(self.store.settle_records(settled).await?)
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

/// Waits for the instant of the run, where a clock says how.
async fn wait_for(instant: Timestamp, clock: Option<&dyn Clock>) {
    let Some(clock) = clock else { return };
    // A sleep that ends early must never send early.
    while clock.now() < instant {
        clock.sleep_until(instant).await;
    }
}

/// Records by work key, for takedowns of works that the desired stack does not mention.
pub(crate) fn records_of(works: &[Work]) -> BTreeMap<String, BTreeSet<RecordKey>> {
    works
        .iter()
        .map(|work| (work.key.to_string(), work.records.iter().cloned().collect()))
        .collect()
}

/// What earlier runs decided and the projection must keep.
pub fn memory(ledger: &Ledger) -> Memory {
    let mut memory = Memory::default();
    for ((kind, source_key), url) in &ledger.urls {
        if let Some(kind) = Kind::of_uid(kind) {
            memory.urls.insert(
                EntryKey {
                    kind,
                    source_key: source_key.clone(),
                },
                url.clone(),
            );
        }
    }
    for change in &ledger.address_changes {
        if let Some(kind) = Kind::of_uid(&change.kind) {
            let entry = EntryKey {
                kind,
                source_key: change.source_key.clone(),
            };
            memory.moves.note(
                entry,
                Move {
                    id: change.id.clone(),
                    from: change.from.clone(),
                    to: change.to.clone(),
                    reason: change.reason.clone(),
                    by: change.changed_by.clone(),
                    at: change.changed_at,
                },
            );
        }
    }
    memory.public.clone_from(&ledger.public_addresses);
    memory.holds = holds(&ledger.holds);
    memory
}

/// The holds that nobody lifted, as the projection asks for them.
pub fn holds(kept: &[KeptHold]) -> Holds {
    let mut holds = Holds::default();
    for hold in kept.iter().filter(|hold| hold.lifted_at.is_none()) {
        holds.place(
            WorkKey::new(hold.work.as_str()),
            Hold {
                site: hold.site.clone().map(SiteId),
                since: hold.placed_at,
                until: hold.until,
                reason: hold.reason.clone(),
                by: hold.placed_by.clone(),
            },
        );
    }
    holds
}

pub(crate) fn context<'a>(
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
        accept_encoding: options.accept_encoding,
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

//! One mutating call: its intent on disk before, its outcome after.
//!
//! Whatever kills the process, the next run finds either an outcome or an open intent, and for an open intent it looks
//! before it decides ([`crate::adopt`]). A failure that concerns one thing is an outcome of that thing; only a full disk,
//! a refused token or a stack that no longer answers at all end the run.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use contentstack::{Class, ContentTypeUid, EntryUid, EnvironmentName, LocaleCode, Stack};
use jiff::{SignedDuration, Timestamp};
use site::content_model::Names;
use store::Store;
use store::ledger::{Effect, Intent, Ledger, Outcome};
use uuid::Uuid;

use crate::Error;
use crate::progress::Progress;

/// How many calls in a row may fail for reasons that are the stack's before the run stops.
const FAILURES_IN_A_ROW: u32 = 8;
/// How many things are worked on at once. More than the pace needs even when every call takes a second.
pub const CONCURRENCY: usize = 12;

/// Everything that writing needs.
pub struct Writer<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// The state file.
    pub store: &'a Store,
    /// The ledger in memory, kept equal to the one on disk.
    pub ledger: Mutex<Ledger>,
    /// The run's id.
    pub run: &'a str,
    /// The installation's names.
    pub names: &'a Names,
    /// Whoever watches.
    pub progress: &'a dyn Progress,
    /// The instant at which the run began.
    pub began: Timestamp,
    /// Time since then.
    pub stopwatch: Instant,
    /// Fields of our types that are not ours, read when first needed.
    pub(crate) foreign: tokio::sync::OnceCell<crate::foreign::Foreign>,
    /// The launch gates.
    pub(crate) gates: crate::gatekeeper::Gates,
    failures: AtomicU32,
}

/// Why a call on one thing failed.
#[derive(Debug)]
pub struct Failure {
    /// What the stack said.
    pub error: contentstack::Error,
    /// The intent, still open where the outcome is unknown.
    pub intent: Uuid,
}

/// How to treat a call whose outcome is unknown after the client gave up.
pub enum IfUnknown {
    /// Leave the intent open; the caller looks and then settles it.
    LeaveOpen,
    /// Settle it as unknown with these effects.
    Settle(Vec<Effect>),
}

impl<'a> Writer<'a> {
    /// A writer for one run.
    pub fn new(
        stack: &'a Stack,
        store: &'a Store,
        ledger: Ledger,
        run: &'a str,
        names: &'a Names,
        progress: &'a dyn Progress,
        began: Timestamp,
    ) -> Self {
        Self {
            stack,
            store,
            ledger: Mutex::new(ledger),
            run,
            names,
            progress,
            began,
            stopwatch: Instant::now(),
            foreign: tokio::sync::OnceCell::new(),
            gates: crate::gatekeeper::Gates::default(),
            failures: AtomicU32::new(0),
        }
    }

    /// The ledger. Never held across an await.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The instant it is, by the run's own stopwatch.
    pub fn at(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.stopwatch.elapsed()).unwrap_or_default();
        self.began.checked_add(elapsed).unwrap_or(self.began)
    }

    /// Writes effects that need no call.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn record(&self, effects: &[Effect]) -> Result<(), Error> {
        self.settle(&[], Outcome::Done, None, effects).await
    }

    /// Settles intents with their effects, on disk and in memory.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn settle(
        &self,
        intents: &[Uuid],
        outcome: Outcome,
        detail: Option<&str>,
        effects: &[Effect],
    ) -> Result<(), Error> {
        let mut effects = effects.to_vec();
        let shown = addresses_shown(&self.ledger(), &effects);
        effects.extend(shown);
        self.store
            .settle(intents, outcome, detail, &effects)
            .await?;
        let mut ledger = self.ledger();
        for effect in &effects {
            ledger.apply(effect);
        }
        Ok(())
    }

    /// Announces a call that touches one thing or many; `targets` name each.
    ///
    /// # Errors
    /// When the state file cannot be written: the call must not be made then.
    pub async fn intend(&self, action: &str, target: &str) -> Result<Uuid, Error> {
        let intent = Intent {
            id: Uuid::now_v7(),
            action: action.to_owned(),
            target: target.to_owned(),
        };
        self.store.intend(self.run, &intent, self.at()).await?;
        Ok(intent.id)
    }

    /// Makes one mutating call between its intent and its outcome.
    ///
    /// # Errors
    /// The outer error ends the run; the inner one concerns this call alone.
    pub async fn call<T>(
        &self,
        action: &str,
        target: &str,
        call: impl Future<Output = Result<T, contentstack::Error>>,
        effects: impl FnOnce(&T) -> Vec<Effect>,
        unknown: IfUnknown,
    ) -> Result<Result<T, Failure>, Error> {
        let intent = self.intend(action, target).await?;
        match call.await {
            Ok(answer) => {
                self.failures.store(0, Ordering::Relaxed);
                self.settle(&[intent], Outcome::Done, None, &effects(&answer))
                    .await?;
                Ok(Ok(answer))
            }
            Err(error) => {
                if error.outcome_unknown() {
                    if let IfUnknown::Settle(effects) = unknown {
                        self.settle(&[intent], Outcome::Unknown, Some(error.code()), &effects)
                            .await?;
                    }
                } else {
                    self.settle(&[intent], Outcome::Refused, Some(error.code()), &[])
                        .await?;
                }
                self.judge(error)
                    .map(|error| Err(Failure { error, intent }))
            }
        }
    }

    /// Whether a failure ends the run: a refused token does at once, a stack that no longer answers does after a few.
    fn judge(&self, error: contentstack::Error) -> Result<contentstack::Error, Error> {
        match error.class() {
            Class::Auth => return Err(error.into()),
            Class::Retry | Class::Wait
                if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES_IN_A_ROW =>
            {
                return Err(error.into());
            }
            _ => {}
        }
        Ok(error)
    }
}

/// A uid of the stack's, checked.
///
/// # Errors
/// When the text cannot be a uid.
pub fn entry_uid(uid: &str) -> Result<EntryUid, Error> {
    EntryUid::new(uid).map_err(|_| Error::BadUid {
        what: uid.to_owned(),
        kind: "entry uid",
    })
}

/// An asset's uid, checked.
///
/// # Errors
/// When the text cannot be a uid.
pub fn asset_uid(uid: &str) -> Result<contentstack::AssetUid, Error> {
    contentstack::AssetUid::new(uid).map_err(|_| Error::BadUid {
        what: uid.to_owned(),
        kind: "asset uid",
    })
}

/// A content type's uid, checked.
///
/// # Errors
/// When the text cannot be a uid.
pub fn content_type_uid(uid: &str) -> Result<ContentTypeUid, Error> {
    ContentTypeUid::new(uid).map_err(|_| Error::BadUid {
        what: uid.to_owned(),
        kind: "content type uid",
    })
}

/// A locale, checked.
///
/// # Errors
/// When the text cannot be a locale code.
pub fn locale_code(code: &str) -> Result<LocaleCode, Error> {
    LocaleCode::new(code).map_err(|_| Error::BadUid {
        what: code.to_owned(),
        kind: "locale code",
    })
}

/// An environment, checked.
///
/// # Errors
/// When the text cannot be an environment's name.
pub fn environment_name(name: &str) -> Result<EnvironmentName, Error> {
    EnvironmentName::new(name).map_err(|_| Error::BadUid {
        what: name.to_owned(),
        kind: "environment name",
    })
}

/// Names a thing in an intent: parts joined by tabs, which no key, locale or environment contains.
pub fn target(parts: &[&str]) -> String {
    parts.join("\t")
}

/// The addresses that become public with what was published. What nobody confirmed does not make one public.
fn addresses_shown(ledger: &Ledger, effects: &[Effect]) -> Vec<Effect> {
    let shown = effects.iter().filter_map(|effect| match effect {
        Effect::Published {
            entry, fingerprint, ..
        } if !fingerprint.is_empty() => ledger.urls.get(entry),
        _ => None,
    });
    let new = shown.filter(|url| !ledger.public_addresses.contains(*url));
    new.map(|url| Effect::AddressPublic { url: url.clone() })
        .collect()
}

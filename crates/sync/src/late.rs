//! Requests in doubt: what a run decided must not be undone because an old request arrives late.
//!
//! A publication or takedown whose reply was lost, or whose process was killed, may still be on its way when a later run
//! has done the opposite and seen it stand. So it is kept under watch for as long as a request can be late, and every run
//! looks before its work and after it. A title that is served although the ledger knows of no publication counts as
//! published again, so that it is taken down like anything else that should not be seen. What is not published although
//! the ledger says so counts as gone, so that it is published again: a title that should be seen, and a shield, without
//! which a fallback would tell what is hidden. An end that the stack keeps by itself is such a takedown, too
//! ([`crate::ends`]), and so is the deletion of a file.

use std::collections::BTreeSet;

use contentstack::Class;
use site::desired::{EntryKey, Kind};
use site::policy::Destination;
use store::ledger::{Effect, EntryId, Intent, Ledger, Outcome};
use uuid::Uuid;

use crate::Error;
use crate::confirm::Environments;
use crate::copies::{LATEST_SECONDS, seconds_between};
use crate::ends::FILE;
use crate::plan::{destination, entry_id, place};
use crate::publish::{Direction, Publication, Subject};
use crate::writer::Writer;

/// What an intent remembers that is not a call, but the doubt about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// A publication may arrive late.
    Publication,
    /// A takedown, or a deletion, may.
    Takedown,
}

impl Watch {
    const ALL: [Self; 2] = [Self::Publication, Self::Takedown];

    /// The action of its intent.
    fn action(self) -> &'static str {
        match self {
            Self::Publication => "watch_publication",
            Self::Takedown => "watch_takedown",
        }
    }

    /// What an intent watches over, if it is no call.
    pub(crate) fn of(intent: &Intent) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|watch| watch.action() == intent.action)
    }

    /// What a call that was asked for may still do.
    pub(crate) fn over(direction: Direction) -> Self {
        match direction {
            Direction::Publish => Self::Publication,
            Direction::Unpublish => Self::Takedown,
        }
    }

    /// What a call of which nobody knows the outcome may still do.
    pub(crate) fn due_to(call: &Intent) -> Option<Self> {
        match call.action.as_str() {
            "publish" => Some(Self::Publication),
            "unpublish" | "delete_asset" => Some(Self::Takedown),
            _ => None,
        }
    }
}

impl Writer<'_> {
    /// Remembers what may arrive later, by the target of its intent.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn watch(&self, watch: Watch, target: &str) -> Result<(), Error> {
        let action = watch.action();
        let id = self.intend(action, target).await?;
        self.ledger().open.push(Intent {
            id,
            action: action.to_owned(),
            target: target.to_owned(),
        });
        Ok(())
    }

    /// Looks at Delivery for every publication in doubt, and notes as published what is served although it was known as
    /// gone. Says whether there was any. A Delivery that does not answer leaves all in doubt.
    ///
    /// # Errors
    /// When the state file cannot be written, or a token is refused.
    pub(crate) async fn look_for_late_publications(&self) -> Result<bool, Error> {
        let watched = self.watched(Watch::Publication);
        if watched.is_empty() {
            return Ok(false);
        }
        let unnoticed: Vec<Publication> = {
            let ledger = self.ledger();
            let subjects = watched.iter().flat_map(|intent| subjects(intent, &ledger));
            let unnoticed = subjects.filter(|one| !is_known(one, &ledger));
            unnoticed.collect()
        };
        let served = match self.served(&unnoticed).await {
            Ok(served) => served,
            Err(error) => {
                let what = "Delivery did not say whether a late publication has arrived";
                return undecided(error, what);
            }
        };
        for publication in &served {
            let target = publication.target();
            tracing::warn!(target, "a publication of an earlier run arrived late");
        }
        let effects: Vec<Effect> = served.iter().map(Publication::maybe).collect();
        self.record(&effects).await?;
        self.end_watches(&watched).await?;
        Ok(!served.is_empty())
    }

    /// Looks for every takedown in doubt whether what should be published still is, and notes as gone what is not. Returns
    /// what that was. A stack that does not answer leaves all in doubt.
    ///
    /// # Errors
    /// When the state file cannot be written, or a token is refused.
    pub(crate) async fn look_for_late_takedowns(
        &self,
        environments: &Environments,
    ) -> Result<BTreeSet<EntryId>, Error> {
        let watched = self.watched(Watch::Takedown);
        if watched.is_empty() {
            return Ok(BTreeSet::new());
        }
        let believed: Vec<Publication> = {
            let ledger = self.ledger();
            let subjects = watched.iter().flat_map(|intent| subjects(intent, &ledger));
            subjects.filter(|one| is_known(one, &ledger)).collect()
        };
        let undone = match self.undone(&believed, environments).await {
            Ok(undone) => undone,
            Err(error) => {
                let what = "the stack did not say whether a late takedown has arrived";
                return undecided(error, what);
            }
        };
        for effect in &undone {
            tracing::warn!(
                ?effect,
                "a takedown of an earlier run, or of the stack's own, arrived late"
            );
        }
        self.record(&undone).await?;
        self.end_watches(&watched).await?;
        Ok(undone.iter().filter_map(entry_of).collect())
    }

    fn watched(&self, watch: Watch) -> Vec<Intent> {
        let ledger = self.ledger();
        let open = ledger.open.iter();
        open.filter(|intent| Watch::of(intent) == Some(watch))
            .cloned()
            .collect()
    }

    /// Forgets the watches over what can no longer arrive.
    async fn end_watches(&self, watched: &[Intent]) -> Result<(), Error> {
        let over: Vec<Uuid> = watched
            .iter()
            .map(|intent| intent.id)
            .filter(|id| seconds_between(*id, self.run) > LATEST_SECONDS)
            .collect();
        let told = Some("looked after by later runs");
        self.settle(&over, Outcome::Unknown, told, &[]).await?;
        self.ledger()
            .open
            .retain(|intent| !over.contains(&intent.id));
        Ok(())
    }
}

/// A failure that leaves everything in doubt, unless it ends the run.
fn undecided<T: Default>(error: Error, what: &str) -> Result<T, Error> {
    match error {
        Error::Contentstack(error) if error.class() != Class::Auth => {
            tracing::warn!(code = error.code(), %error, "{what}");
            Ok(T::default())
        }
        error => Err(error),
    }
}

/// The entry that is gone, or the file, as the ledger's ends name it.
fn entry_of(gone: &Effect) -> Option<EntryId> {
    match gone {
        Effect::Unpublished { entry, .. } | Effect::EntryLost { entry } => Some(entry.clone()),
        Effect::AssetUnpublished { sha256, .. } | Effect::AssetDeleted { sha256 } => {
            Some((FILE.to_owned(), sha256.clone()))
        }
        _ => None,
    }
}

/// What an intent speaks of, where the thing still exists: one place, or every place at which a file is published.
fn subjects(intent: &Intent, ledger: &Ledger) -> Vec<Publication> {
    let mut parts = intent.target.split('\t');
    let (Some(of), Some(name)) = (parts.next(), parts.next()) else {
        return Vec::new();
    };
    let named = parts.next().zip(parts.next());
    let named = named.map(|(locale, environment)| Destination {
        environment: environment.to_owned(),
        locale: locale.to_owned(),
    });
    let Some(kind) = Kind::of_uid(of) else {
        let places = match named {
            Some(named) => vec![named],
            None => {
                let published = ledger.asset_publications.get(name);
                published.into_iter().flatten().map(destination).collect()
            }
        };
        let Some(asset) = ledger.assets.get(name) else {
            return Vec::new();
        };
        let file = |destination| Publication {
            destination,
            subject: Subject::Asset {
                sha256: name.to_owned(),
            },
            uid: asset.uid.clone(),
        };
        return places.into_iter().map(file).collect();
    };
    let key = EntryKey {
        kind,
        source_key: name.to_owned(),
    };
    let uid = ledger.entries.get(&entry_id(&key));
    let one = named.zip(uid).map(|(destination, uid)| Publication {
        destination,
        subject: Subject::Entry {
            key,
            fingerprint: String::new(),
        },
        uid: uid.clone(),
    });
    one.into_iter().collect()
}

/// Whether the ledger knows this as published there.
fn is_known(publication: &Publication, ledger: &Ledger) -> bool {
    let at = place(&publication.destination);
    match &publication.subject {
        Subject::Entry { key, .. } => {
            let published = ledger.publications.get(&entry_id(key));
            published.is_some_and(|places| places.contains_key(&at))
        }
        Subject::Asset { sha256 } => {
            let published = ledger.asset_publications.get(sha256);
            published.is_some_and(|places| places.contains(&at))
        }
    }
}

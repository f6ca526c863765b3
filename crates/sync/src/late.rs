//! Publications in doubt: a title that was taken down must not come back because an old request arrives late.
//!
//! A publication whose reply was lost, or whose process was killed, may still be on its way when a later run has taken
//! the title down and seen it gone. So it is kept under watch for as long as a request can be late: every run looks at
//! Delivery before its work and after it, and what is served there although the ledger knows of no publication counts as
//! published again, so that it is taken down like anything else that should not be seen.

use contentstack::Class;
use site::desired::{EntryKey, Kind};
use site::policy::Destination;
use store::ledger::{Effect, Intent, Outcome};
use uuid::Uuid;

use crate::Error;
use crate::copies::{LATEST_SECONDS, seconds_between};
use crate::plan::{entry_id, place};
use crate::publish::{Publication, Subject};
use crate::writer::Writer;

/// The action of an intent that only remembers a publication in doubt.
pub(crate) const WATCH: &str = "watch_publication";

impl Writer<'_> {
    /// Remembers a publication whose request may arrive later, by the target of its intent.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn watch(&self, target: &str) -> Result<(), Error> {
        let id = self.intend(WATCH, target).await?;
        self.ledger().open.push(Intent {
            id,
            action: WATCH.to_owned(),
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
        let watched: Vec<Intent> = {
            let ledger = self.ledger();
            let open = ledger.open.iter();
            open.filter(|intent| intent.action == WATCH)
                .cloned()
                .collect()
        };
        if watched.is_empty() {
            return Ok(false);
        }
        let unnoticed: Vec<Publication> = {
            let watched = watched.iter();
            watched
                .filter_map(|intent| self.unnoticed(intent))
                .collect()
        };
        let served = match self.served(&unnoticed).await {
            Ok(served) => served,
            Err(Error::Contentstack(error)) if error.class() != Class::Auth => {
                tracing::warn!(code = error.code(), %error, "Delivery did not say whether a late publication has arrived");
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        for publication in &served {
            let target = publication.target();
            tracing::warn!(target, "a publication of an earlier run arrived late");
        }
        let effects: Vec<Effect> = served.iter().map(Publication::maybe).collect();
        self.record(&effects).await?;
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
        Ok(!served.is_empty())
    }

    /// The publication of a watch, where the thing still exists and the ledger does not know it as published there.
    fn unnoticed(&self, intent: &Intent) -> Option<Publication> {
        let mut parts = intent.target.split('\t');
        let (of, name) = (parts.next()?, parts.next()?);
        let (locale, environment) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let destination = Destination {
            environment,
            locale,
        };
        let ledger = self.ledger();
        let at = place(&destination);
        let kind = Kind::of_uid(of);
        let (uid, subject, known) = match kind {
            Some(kind) => {
                let key = EntryKey {
                    kind,
                    source_key: name.to_owned(),
                };
                let published = ledger.publications.get(&entry_id(&key));
                let known = published.is_some_and(|places| places.contains_key(&at));
                let uid = ledger.entries.get(&entry_id(&key))?.clone();
                let fingerprint = String::new();
                (uid, Subject::Entry { key, fingerprint }, known)
            }
            None => {
                let published = ledger.asset_publications.get(name);
                let known = published.is_some_and(|places| places.contains(&at));
                let sha256 = name.to_owned();
                let uid = ledger.assets.get(name)?.uid.clone();
                (uid, Subject::Asset { sha256 }, known)
            }
        };
        (!known).then_some(Publication {
            destination,
            subject,
            uid,
        })
    }
}

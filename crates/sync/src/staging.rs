//! Drafts of what is to appear, and their publication.
//!
//! Writing takes a call for every version, publishing one for ten entries. A title that was never published anywhere can
//! be written beforehand, since no reader sees a draft; when its instant comes, publishing is all that is left to do.
//! Nothing of the future is written into an entry that is published somewhere: any publication would carry it.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::{RecordKey, WorkKey};
use catalogue::work::Work;
use jiff::{SignedDuration, Timestamp};
use site::content_model::FORM_TAXONOMY;
use site::desired::{Desired, EntryKey, Kind};
use site::forecast::{Turn, forecast};
use store::ledger::{Effect, Ledger};
use tokio::sync::mpsc;

use crate::Error;
use crate::engine::{Engine, context, memory};
use crate::entries::Written;
use crate::plan::{self, EntryChange, entry_id};
use crate::publish::{Direction, Subject};
use crate::surroundings::Surroundings;
use crate::tally::Tally;
use crate::writer::Writer;
use crate::writing::publications;

impl Engine<'_> {
    /// Writes what appears within `ahead` and was never published, as it will be when it appears. What the stack refuses
    /// is left to the run of that instant.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn stage(
        &self,
        writer: &Writer<'_>,
        works: &[Work],
        surroundings: &Surroundings,
        ahead: SignedDuration,
    ) -> Result<(), Error> {
        let now = writer.at();
        let until = now.checked_add(ahead).unwrap_or(Timestamp::MAX);
        let mut staged: BTreeSet<EntryKey> = BTreeSet::new();
        let appearing = self.appearing(works, &writer.ledger(), now, until);
        for (instant, works) in appearing {
            let desired = self.project(&works, &writer.ledger(), instant);
            writer
                .make_terms(&form_groups(&desired), surroundings.refused_before)
                .await?;
            for kind in Kind::ALL {
                let drafts = {
                    let ledger = writer.ledger();
                    let changes =
                        plan::changes(kind, &desired, context(&ledger, self.names, surroundings));
                    drafts(changes, &ledger, &staged)
                };
                for draft in drafts {
                    staged.insert(draft.key.clone());
                    if let Written::Refused { reason } | Written::Deferred { reason } =
                        writer.write_entry(&draft).await?
                    {
                        tracing::info!(entry = %draft.key, reason, "not staged");
                    }
                }
            }
        }
        Ok(())
    }

    /// The works that appear by themselves after `now` and were never published, by the instant at which they first do.
    fn appearing(
        &self,
        works: &[Work],
        ledger: &Ledger,
        now: Timestamp,
        until: Timestamp,
    ) -> BTreeMap<Timestamp, Vec<Work>> {
        let by_key: BTreeMap<&WorkKey, &Work> =
            works.iter().map(|work| (&work.key, work)).collect();
        let mut met: BTreeSet<WorkKey> = BTreeSet::new();
        let mut appearing: BTreeMap<Timestamp, Vec<Work>> = BTreeMap::new();
        for change in forecast(works, self.sites, self.policy, &memory(ledger), now, until) {
            let id = (Kind::Book.uid().to_owned(), change.work.to_string());
            let appears = change.turns.contains(&Turn::Appears) && is_unpublished(ledger, &id);
            if let (true, Some(work)) = (appears, by_key.get(&change.work))
                && met.insert(change.work)
            {
                appearing
                    .entry(change.at)
                    .or_default()
                    .push((*work).clone());
            }
        }
        appearing
    }

    /// Publishes, all kinds together, what stands in the stack as it should be and needs nothing but that.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn publish_ready(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        changed: &BTreeSet<RecordKey>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let ready: Vec<EntryChange> = {
            let ledger = writer.ledger();
            let context = context(&ledger, self.names, surroundings);
            Kind::ALL
                .into_iter()
                .flat_map(|kind| plan::changes(kind, desired, context))
                .filter(|change| change.writes.is_empty() && !change.create)
                .collect()
        };
        if ready.is_empty() {
            return Ok(());
        }
        let addresses: Vec<Effect> = ready.iter().filter_map(address).collect();
        writer.record(&addresses).await?;
        let (sender, receiver) = mpsc::unbounded_channel();
        for publication in ready.iter().flat_map(|change| publications(writer, change)) {
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
        // What does not stand is taken up again with everything else.
        let open: BTreeSet<EntryKey> = missing
            .into_iter()
            .chain(refused)
            .filter_map(|publication| match publication.subject {
                Subject::Entry { key, .. } => Some(key),
                Subject::Asset { .. } => None,
            })
            .collect();
        for change in ready.iter().filter(|change| !open.contains(&change.key)) {
            tally.touch(&change.records, changed, &desired.unseen_records);
        }
        Ok(())
    }
}

/// The changes that may be made beforehand, without their publications and addresses: an address is given at the first
/// publication, so that no working title gets into one.
fn drafts(
    changes: Vec<EntryChange>,
    ledger: &Ledger,
    staged: &BTreeSet<EntryKey>,
) -> Vec<EntryChange> {
    changes
        .into_iter()
        .filter(|change| !staged.contains(&change.key))
        .filter(|change| is_unpublished(ledger, &entry_id(&change.key)))
        .map(|mut change| {
            change.publish.clear();
            change.url = None;
            change
        })
        .filter(|change| !change.writes.is_empty())
        .collect()
}

/// The terms that tell nothing of a title: print, e-book, audio. A subject that no public title has would; a draft that
/// needs one is refused and left to its instant.
fn form_groups(desired: &Desired) -> Desired {
    let mut terms = desired.terms.clone();
    terms.retain(|taxonomy, _| taxonomy == FORM_TAXONOMY);
    Desired {
        terms,
        ..Desired::default()
    }
}

fn is_unpublished(ledger: &Ledger, id: &store::ledger::EntryId) -> bool {
    ledger.publications.get(id).is_none_or(BTreeMap::is_empty)
}

fn address(change: &EntryChange) -> Option<Effect> {
    Some(Effect::Url {
        entry: entry_id(&change.key),
        url: change.url.clone()?,
    })
}

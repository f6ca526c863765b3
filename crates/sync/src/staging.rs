//! Drafts of what is to appear, and their publication.
//!
//! Writing takes a call for every version, publishing one for ten entries. A title that is published nowhere can be
//! written beforehand, since no reader sees a draft; when its instant comes, publishing is all that is left to do.
//! Nothing of the future is written into an entry that is published somewhere: any publication would carry it.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::{RecordKey, WorkKey};
use catalogue::work::Work;
use jiff::{SignedDuration, Timestamp};
use site::content_model::FORM_TAXONOMY;
use site::desired::{Desired, EntryKey, Kind};
use site::forecast::{Turn, forecast};
use store::ledger::{Effect, Ledger};

use crate::Error;
use crate::engine::{Engine, context, memory};
use crate::entries::Written;
use crate::plan::{self, EntryChange, entry_id};
use crate::publish::Subject;
use crate::surroundings::Surroundings;
use crate::tally::Tally;
use crate::writer::Writer;
use crate::writing::publications;

impl Engine<'_> {
    /// Writes what appears within `ahead` and is published nowhere, as it will be when it appears. What the stack refuses
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

    /// The works that appear by themselves after `now` and are published nowhere, by the instant at which they first do.
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

    /// Publishes the drafts whose time has come, all kinds together: what is published nowhere, stands in the stack as it
    /// should be, and needs nothing but that. What must be hidden beside where it is shown is left to the order in which
    /// shields are raised.
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
            let changes = Kind::ALL
                .into_iter()
                .flat_map(|kind| plan::changes(kind, desired, context));
            changes
                .filter_map(|change| writer.gates.hold_back(change, desired))
                .filter(|change| is_ready(change, desired, &ledger))
                .collect()
        };
        if ready.is_empty() {
            return Ok(());
        }
        let addresses: Vec<Effect> = ready.iter().filter_map(address).collect();
        writer.record(&addresses).await?;
        let publications = ready.iter().flat_map(|change| publications(writer, change));
        let open = self
            .publish_here(writer, publications.collect(), surroundings)
            .await?;
        // What does not stand is taken up again with everything else.
        let open: BTreeSet<EntryKey> = open
            .into_iter()
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

/// Whether publishing is all that a change needs, of an entry that is published nowhere and shielded nowhere.
fn is_ready(change: &EntryChange, desired: &Desired, ledger: &Ledger) -> bool {
    let entry = desired.entries.get(&change.key);
    // A redirect waits until its page has moved.
    change.key.kind != Kind::Redirect
        && change.writes.is_empty()
        && !change.create
        && is_unpublished(ledger, &entry_id(&change.key))
        && entry.is_some_and(|entry| entry.shielded.is_empty())
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

#[cfg(test)]
mod tests {
    use site::desired::Entry;
    use site::policy::Destination;

    use super::*;
    use crate::plan::{Lane, place};

    fn key() -> EntryKey {
        EntryKey {
            kind: Kind::Book,
            source_key: "consonance:work:1".to_owned(),
        }
    }

    fn destination(locale: &str) -> Destination {
        Destination {
            environment: "production".to_owned(),
            locale: locale.to_owned(),
        }
    }

    fn draft() -> EntryChange {
        EntryChange {
            key: key(),
            lane: Lane::Launch,
            create: false,
            writes: Vec::new(),
            publish: BTreeMap::from([(destination("en-gb"), "of the draft".to_owned())]),
            url: None,
            records: BTreeSet::new(),
            urgency: 0,
        }
    }

    fn desired(entry: Entry) -> Desired {
        Desired {
            entries: BTreeMap::from([(key(), entry)]),
            ..Desired::default()
        }
    }

    #[test]
    fn a_draft_that_needs_publishing_only_is_ready() {
        let desired = desired(Entry::default());
        assert!(is_ready(&draft(), &desired, &Ledger::default()));
        let new = EntryChange {
            create: true,
            ..draft()
        };
        assert!(!is_ready(&new, &desired, &Ledger::default()));
    }

    #[test]
    fn what_is_shielded_somewhere_waits_for_its_shield() {
        let shielded = desired(Entry {
            shielded: BTreeSet::from([destination("en-au").into()]),
            ..Entry::default()
        });
        assert!(!is_ready(&draft(), &shielded, &Ledger::default()));
    }

    #[test]
    fn what_is_published_somewhere_keeps_its_place_in_the_order_of_dependence() {
        let mut ledger = Ledger::default();
        ledger.apply(&Effect::Published {
            entry: entry_id(&key()),
            place: place(&destination("en-us")),
            fingerprint: "before".to_owned(),
        });
        assert!(!is_ready(&draft(), &desired(Entry::default()), &ledger));
    }
}

//! Ends that the stack keeps by itself.
//!
//! Rights that end on a day end also when we are not running. So the end of a title on a site, and of a file, is handed to
//! the stack as soon as it is known: an unpublication at that time. An end that moves is called back and handed over
//! anew. Only ends are handed over, never beginnings: an unpublication that comes too early shows too little, a
//! publication that comes too early shows what nobody may see.
//!
//! An end whose time has come may still be carried out seconds later, when a run has put a shield in the title's place:
//! that would go with it, and a fallback would tell what is hidden. So an end that is due and still waits is called back
//! before shields are raised, since the run itself takes down what must go, and its place stays under watch
//! ([`crate::late`]).

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::WorkKey;
use catalogue::work::Work;
use contentstack::{Class, Publish, Queued};
use jiff::{SignedDuration, Timestamp};
use site::desired::{EntryKey, Kind};
use site::forecast::{Turn, file_ends, forecast};
use store::ledger::{Effect, EntryId, Ledger, Place};

use crate::Error;
use crate::engine::{Engine, memory};
use crate::late::Watch;
use crate::plan::{entry_id, place};
use crate::surroundings::Surroundings;
use crate::writer::{
    IfUnknown, Writer, asset_uid, content_type_uid, entry_uid, environment_name, locale_code,
    target,
};

/// Ends further away than this are handed over when they come nearer.
const AHEAD: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How a file's subject is called.
pub(crate) const FILE: &str = "asset";

/// What ends where, and when.
type Ends = BTreeMap<(EntryId, Place), Timestamp>;

impl Engine<'_> {
    /// Hands known ends over to the stack, and calls back those that are no longer true.
    ///
    /// # Errors
    /// Only what ends the run. An end that the stack will not take is told in the log: the next run tries again, and a run
    /// at that time takes the title down itself.
    pub(crate) async fn hand_over_ends(
        &self,
        writer: &Writer<'_>,
        works: &[Work],
        surroundings: &Surroundings,
    ) -> Result<(), Error> {
        let now = writer.at();
        let wanted = self.ends(works, &writer.ledger(), now);
        let known = writer.ledger().ends.clone();
        let mut outdated = Vec::new();
        for (subject, at) in &known {
            let kept = wanted
                .get(subject)
                .is_some_and(|wanted| wanted.to_string() == *at);
            if !kept && !is_over(at, now) {
                outdated.push((subject, at.as_str()));
            }
        }
        if !outdated.is_empty() {
            self.call_back(writer, &outdated, surroundings).await?;
        }
        let ledger_ends = writer.ledger().ends.clone();
        for (subject, at) in &wanted {
            if !ledger_ends.contains_key(subject) {
                self.hand_over(writer, subject, *at).await?;
            }
        }
        Ok(())
    }

    /// Watches over the places of ends whose time has come, and calls back those that the stack has not carried out.
    ///
    /// # Errors
    /// Only what ends the run. A queue that does not answer leaves the end under watch.
    pub(crate) async fn take_over_ends(
        &self,
        writer: &Writer<'_>,
        surroundings: &Surroundings,
    ) -> Result<(), Error> {
        let now = writer.at();
        let known = writer.ledger().ends.clone();
        let over: Vec<_> = known.iter().filter(|(_, at)| is_over(at, now)).collect();
        if over.is_empty() {
            return Ok(());
        }
        for ((id, (environment, locale)), _) in &over {
            let name = target(&[&id.0, &id.1, locale, environment]);
            writer.watch(Watch::Takedown, &name).await?;
        }
        let due: Vec<_> = over
            .iter()
            .map(|(subject, at)| (*subject, at.as_str()))
            .collect();
        match self.call_back(writer, &due, surroundings).await {
            Ok(()) => {}
            Err(Error::Contentstack(error)) if error.class() != Class::Auth => {
                tracing::warn!(code = error.code(), %error, "the queue does not say whether ends that are due still wait");
            }
            Err(error) => return Err(error),
        }
        let forgotten: Vec<Effect> = {
            let ledger = writer.ledger();
            let left = over
                .iter()
                .filter(|(subject, _)| ledger.ends.contains_key(subject));
            left.map(|(subject, _)| unscheduled(subject)).collect()
        };
        writer.record(&forgotten).await
    }

    /// Every end within reach of what is published now.
    fn ends(&self, works: &[Work], ledger: &Ledger, now: Timestamp) -> Ends {
        let until = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let mut ends = Ends::new();
        let memory = memory(ledger);
        let leading: BTreeMap<&WorkKey, BTreeSet<EntryKey>> = works
            .iter()
            .map(|work| (&work.key, memory.moves.redirects_to_work(work)))
            .filter(|(_, redirects)| !redirects.is_empty())
            .collect();
        let changes = forecast(works, self.sites, self.policy, &memory, now, until);
        let gone = |turn: &Turn| matches!(turn, Turn::Disappears { .. });
        for change in changes
            .iter()
            .filter(|change| change.turns.iter().any(gone))
        {
            let Some(site) = self.sites.get(&change.site.0) else {
                continue;
            };
            let id = (Kind::Book.uid().to_owned(), change.work.to_string());
            let place = place(&site.destination);
            let leading = leading.get(&change.work).into_iter().flatten();
            for id in std::iter::once(id).chain(leading.map(entry_id)) {
                let published = ledger.publications.get(&id);
                if published.is_some_and(|places| places.contains_key(&place)) {
                    // Changes come in the order of their times: the first end counts.
                    ends.entry((id, place.clone())).or_insert(change.at);
                }
            }
        }
        for ((link, mark), by_site) in file_ends(works, self.sites, now) {
            let Some(sha256) = ledger.files.get(&(link, mark)) else {
                continue;
            };
            let published = ledger.asset_publications.get(sha256);
            for (destination, at) in by_site {
                let place = place(&destination);
                if at <= until && published.is_some_and(|places| places.contains(&place)) {
                    let id = (FILE.to_owned(), sha256.clone());
                    // One content behind two links ends when the last of them does.
                    let end = ends.entry((id, place)).or_insert(at);
                    *end = (*end).max(at);
                }
            }
        }
        ends
    }

    async fn hand_over(
        &self,
        writer: &Writer<'_>,
        subject: &(EntryId, Place),
        at: Timestamp,
    ) -> Result<(), Error> {
        let ((kind, key), (environment, locale)) = subject;
        let mut publish = Publish::one(environment_name(environment)?, locale_code(locale)?);
        publish.scheduled_at = Some(at);
        let name = target(&[kind, key, locale, environment, &at.to_string()]);
        let scheduled = Effect::EndScheduled {
            subject: subject.0.clone(),
            place: subject.1.clone(),
            at: at.to_string(),
        };
        // Told twice, the stack unpublishes twice, which is once.
        let unknown = IfUnknown::Settle(Vec::new());
        let effects = |_: &()| vec![scheduled];
        let told = if kind == FILE {
            let uid = writer
                .ledger()
                .assets
                .get(key)
                .map(|asset| asset.uid.clone());
            let Some(uid) = uid else { return Ok(()) };
            let (assets, uid) = (self.stack.assets(), asset_uid(&uid)?);
            let call = assets.unpublish_later(&uid, &publish);
            writer
                .call("schedule_end", &name, call, effects, unknown)
                .await?
        } else {
            let uid = writer.ledger().entries.get(&subject.0).cloned();
            let Some(uid) = uid else { return Ok(()) };
            let ours = Kind::of_uid(kind);
            let Some(ours) = ours else { return Ok(()) };
            let content_type = content_type_uid(self.names.content_type(ours))?;
            let (entries, uid) = (self.stack.entries(&content_type), entry_uid(&uid)?);
            let call = entries.unpublish(&uid, &publish);
            writer
                .call("schedule_end", &name, call, effects, unknown)
                .await?
        };
        if let Err(failure) = told {
            tracing::warn!(code = failure.error.code(), end = name, error = %failure.error, "the stack does not take an end; a run at that time will take it down");
        }
        Ok(())
    }

    /// Calls back ends that are no longer true. One that the queue does not show any more has been called back by somebody.
    async fn call_back(
        &self,
        writer: &Writer<'_>,
        outdated: &[(&(EntryId, Place), &str)],
        surroundings: &Surroundings,
    ) -> Result<(), Error> {
        let queue = self.stack.publish_queue();
        let waiting = queue.list().await?;
        for (subject, at) in outdated {
            let ours: Vec<&Queued> = waiting
                .iter()
                .filter(|item| is_ours(item, subject, at, &writer.ledger(), surroundings))
                .collect();
            let mut left = false;
            for item in ours {
                let name = target(&[&item.uid, &subject.0.0, &subject.0.1]);
                let call = queue.unschedule(&item.uid);
                let none = |_: &()| Vec::new();
                let called = writer
                    .call(
                        "unschedule_end",
                        &name,
                        call,
                        none,
                        IfUnknown::Settle(Vec::new()),
                    )
                    .await?;
                left |= called.is_err();
            }
            if !left {
                writer.record(&[unscheduled(subject)]).await?;
            }
        }
        Ok(())
    }
}

/// Whether an item of the queue is the end that we handed over. An editor may have scheduled one of their own: one at
/// another time is left alone.
fn is_ours(
    item: &Queued,
    subject: &(EntryId, Place),
    at: &str,
    ledger: &Ledger,
    surroundings: &Surroundings,
) -> bool {
    let ((kind, key), (environment, locale)) = subject;
    let uid = if kind == FILE {
        ledger.assets.get(key).map(|asset| &asset.uid)
    } else {
        ledger.entries.get(&subject.0)
    };
    let here = |uid: &String| surroundings.environments.get(uid) == Some(environment);
    let due = at.parse::<Timestamp>().ok();
    item.action == "unpublish"
        && Some(&item.subject) == uid
        && item.locale == *locale
        && item.environments.iter().any(here)
        // A queue that does not tell its times shows the only item of its kind.
        && (item.at.is_none() || item.at == due)
        && !matches!(item.status.as_str(), "success" | "failed")
}

/// Whether the time of an end has come.
fn is_over(at: &str, now: Timestamp) -> bool {
    at.parse::<Timestamp>().is_ok_and(|at| at <= now)
}

fn unscheduled(subject: &(EntryId, Place)) -> Effect {
    Effect::EndUnscheduled {
        subject: subject.0.clone(),
        place: subject.1.clone(),
    }
}

//! The launch gates in a run: which titles may go live where, and the stages that say so in the stack.
//!
//! A gate stands before a title goes live. What is live already is kept true whatever its checklist says: a format that
//! was withdrawn or a price that no longer holds must not stay on a page because something else is missing. Takedowns and
//! the shields that belong to them are asked nothing.
//!
//! A stage belongs to an entry and a locale. Where one site alone enforces its gate in a locale, the stage stands at
//! *cleared* for as long as the title is to be shown there and its checklist is green. Where several do, one stage cannot
//! say for which of them it speaks; and what is live but not green must still be corrected. There the stage is cleared for
//! our own publication only, and set back at the end of the run. Every run sets back what should not stand at *cleared*
//! before it writes anything, so a run that died between stage and publication leaves nothing open for long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use catalogue::work::Work;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use launch::gate::opens;
use site::desired::{Desired, EntryKey, Kind};
use site::policy::{Destination, Gate, Hidden, Site};
use site::redirect::target_key;
use store::ledger::{Effect, EntryId, Ledger, Stage};

use crate::Error;
use crate::engine::{Engine, memory};
use crate::gate::{self, Arrangement, CLEARED, HELD, Wanted};
use crate::launches::{Desk, Rules, Said, Which};
use crate::outlook::Configured;
use crate::plan::{self, EntryChange, LedgerUids, entry_id};
use crate::publish::{Publication, Subject};
use crate::tally::Tally;
use crate::translate::translate;
use crate::writer::{
    CONCURRENCY, IfUnknown, Writer, content_type_uid, entry_uid, locale_code, target,
};

const NOT_GREEN: FindingCode = FindingCode::new("gate-not-green");

/// The action of an intent that moves an entry to a stage.
pub(crate) const STAGE: &str = "stage";

/// What a run asks before titles go live.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// The rules, or why there are none: then no gate opens that a site does not merely observe.
    pub rules: Result<Rules<'a>, &'a launch::error::Error>,
    /// The name of the workflow whose stages open gates.
    pub workflow: &'a str,
}

/// A book at a place.
type At = (EntryKey, Destination);

/// Which titles may go live where.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// Those that may not, and why.
    shut: BTreeMap<At, String>,
    /// Those whose stage stands at *cleared* between runs.
    standing: BTreeSet<(EntryId, String)>,
    /// Those that go live although their checklist is not green.
    warned: BTreeMap<At, String>,
}

/// The gates of a run.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    /// The stages; none where no site enforces its gate, or the stack's gates do not hold.
    arrangement: Option<Arrangement>,
    /// The places of the sites that enforce theirs.
    places: BTreeSet<Destination>,
    verdicts: Mutex<Verdicts>,
}

impl Gates {
    fn verdicts(&self) -> MutexGuard<'_, Verdicts> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The uid of the stage of what may go live, where gates hold.
    pub(crate) fn cleared(&self) -> Option<&str> {
        self.arrangement.as_ref().map(|one| one.cleared.as_str())
    }

    /// Takes out of a change what a gate holds back, and of a redirect what leads to a page that is held back.
    pub(crate) fn hold_back(
        &self,
        mut change: EntryChange,
        desired: &Desired,
    ) -> Option<EntryChange> {
        let verdicts = self.verdicts();
        let page = match change.key.kind {
            _ if verdicts.shut.is_empty() => None,
            Kind::Book => Some(change.key.clone()),
            Kind::Redirect => desired.entries.get(&change.key).and_then(|entry| {
                let mut told = entry.versions.values();
                let target = told.find_map(|fields| fields.get("target")?.as_text());
                target_key(target?)
            }),
            _ => None,
        };
        let Some(page) = page else {
            return Some(change);
        };
        let before = change.publish.len();
        change.publish.retain(|place, _| {
            let at = (page.clone(), place.clone());
            !verdicts.shut.contains_key(&at)
        });
        if before > 0 && change.publish.is_empty() {
            // An address is given at the first publication, so that no working title gets into one.
            change.url = None;
        }
        (!change.publish.is_empty() || !change.writes.is_empty()).then_some(change)
    }
}

/// A title on a site of which a gate is asked.
struct Candidate<'a> {
    key: EntryKey,
    site: &'a Site,
    is_live: bool,
}

impl<'a> Engine<'a> {
    /// The gates of the run, and what keeps those that are enforced from holding. Takedowns need neither.
    pub(crate) async fn gates(&self) -> (Gates, Option<Error>) {
        let places: BTreeSet<Destination> = self
            .sites
            .iter()
            .filter(|site| site.gate == Gate::Enforce)
            .map(|site| Destination::clone(&site.destination))
            .collect();
        let mut gates = Gates {
            places,
            ..Gates::default()
        };
        if gates.places.is_empty() {
            return (gates, None);
        }
        match self.arrangement().await {
            Ok(arrangement) => {
                gates.arrangement = Some(arrangement);
                (gates, None)
            }
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "the launch gates do not hold");
                (gates, Some(error))
            }
        }
    }

    async fn arrangement(&self) -> Result<Arrangement, Error> {
        let branch = self.stack.settings().branch.as_ref();
        let wanted = Wanted {
            workflow: self.launch.map_or(gate::WORKFLOW, |launch| launch.workflow),
            sites: self.sites,
            names: self.names,
            branch: branch.map_or("main", |branch| branch.as_str()),
        };
        if let Some(launch) = self.launch {
            let unreadable = |source: &launch::error::Error| Error::GateRules {
                source: source.clone(),
            };
            let rules = launch.rules.map_err(unreadable)?;
            for site in wanted.enforced() {
                launch::gate::check(rules.book, &site.id.0, &site.destination.locale)
                    .map_err(|source| Error::GateRules { source })?;
            }
        }
        let found = gate::read(self.stack).await?;
        found
            .examine(wanted)
            .map_err(|breaches| Error::Gate { breaches })
    }

    /// Asks the gates of all titles that are to go live, and of those whose stage is cleared.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub(crate) async fn ask_gates(
        &self,
        writer: &Writer<'_>,
        works: &[Work],
        desired: &Desired,
        now: Timestamp,
        broken: Option<&Error>,
    ) -> Result<(), Error> {
        if self.sites.iter().all(|site| site.gate == Gate::Observe) {
            return Ok(());
        }
        let said = Said::of(self.store, works).await?;
        let ledger = writer.ledger();
        let candidates = self.candidates(desired, &ledger);
        let green = self.green(works, &candidates, &ledger, said, now);
        let mut verdicts = Verdicts::default();
        for candidate in &candidates {
            let at = (
                candidate.key.clone(),
                Destination::clone(&candidate.site.destination),
            );
            let checklist = green.get(&(at.0.clone(), candidate.site.id.0.as_str()));
            let unknown = || Err("its checklist could not be reckoned".to_owned());
            let mut answer = checklist.cloned().unwrap_or_else(unknown);
            if let (Some(error), Gate::Enforce) = (broken, candidate.site.gate) {
                answer = Err(format!("{}: {error}", error.code()));
            }
            match (candidate.site.gate, answer, candidate.is_live) {
                (Gate::Enforce, Ok(()), _) if self.is_alone(candidate.site) => {
                    let id = entry_id(&candidate.key);
                    verdicts.standing.insert((id, at.1.locale));
                }
                (Gate::Enforce, Err(why), false) => {
                    verdicts.shut.insert(at, why);
                }
                (Gate::Warn, Err(why), false) => {
                    verdicts.warned.insert(at, why);
                }
                _ => {}
            }
        }
        *writer.gates.verdicts() = verdicts;
        Ok(())
    }

    /// Whether a site is the only one of its locale that enforces its gate.
    fn is_alone(&self, site: &Site) -> bool {
        let enforced = self.sites.iter().filter(|one| one.gate == Gate::Enforce);
        let here = enforced.filter(|one| one.destination.locale == site.destination.locale);
        here.count() == 1
    }

    fn candidates(&self, desired: &Desired, ledger: &Ledger) -> Vec<Candidate<'a>> {
        let mut candidates = Vec::new();
        let books = desired.entries.iter();
        for (key, entry) in books.filter(|(key, _)| key.kind == Kind::Book) {
            for site in self.sites.iter().filter(|site| site.gate != Gate::Observe) {
                let place = &site.destination;
                if !entry.published.contains(place) || entry.shielded.contains(place) {
                    continue;
                }
                let is_live = self.is_live(key, site, ledger);
                let staged = ledger.stages.get(&(entry_id(key), place.locale.clone()));
                let is_open = staged.is_some_and(|stage| *stage != Stage::Held);
                if !is_live || is_open {
                    candidates.push(Candidate {
                        key: key.clone(),
                        site,
                        is_live,
                    });
                }
            }
        }
        candidates
    }

    /// Whether readers of a site see the title: something was published and read back there, and no shield.
    fn is_live(&self, key: &EntryKey, site: &Site, ledger: &Ledger) -> bool {
        let published = ledger
            .publications
            .get(&entry_id(key))
            .and_then(|places| places.get(&plan::place(&site.destination)));
        let Some(published) = published.filter(|fingerprint| !fingerprint.is_empty()) else {
            return false;
        };
        if site.hidden != Hidden::Shield {
            return true;
        }
        let silence = site::shield::silence(key, self.policy);
        let silence = translate(key.kind, &silence, self.names, &LedgerUids(ledger));
        silence.fingerprint().as_str() != published
    }

    /// The answer of each candidate's checklist.
    fn green<'s>(
        &self,
        works: &[Work],
        candidates: &[Candidate<'s>],
        ledger: &Ledger,
        said: Said,
        now: Timestamp,
    ) -> BTreeMap<(EntryKey, &'s str), Result<(), String>> {
        let Some(Ok(rules)) = self.launch.map(|launch| launch.rules) else {
            return BTreeMap::new();
        };
        let keys: BTreeSet<&EntryKey> = candidates.iter().map(|one| &one.key).collect();
        let asked_works: Vec<Work> = works
            .iter()
            .filter(|work| keys.contains(&EntryKey::of_work(work)))
            .cloned()
            .collect();
        let sites: BTreeMap<&str, &'s Site> = candidates
            .iter()
            .map(|one| (one.site.id.0.as_str(), one.site))
            .collect();
        let configured = Configured {
            sites: self.sites,
            policy: self.policy,
            names: self.names,
        };
        let memory = memory(ledger);
        let desk = Desk::new(&asked_works, configured, ledger, &memory, said, now);
        let of_sites: Vec<&Site> = sites.values().copied().collect();
        let asked = desk.asked(&asked_works, &of_sites, Which::All);
        let keys: BTreeMap<&str, EntryKey> = asked_works
            .iter()
            .map(|work| (work.key.as_str(), EntryKey::of_work(work)))
            .collect();
        let mut answers = BTreeMap::new();
        for one in desk.checklists(&asked, rules) {
            let site = sites.get(one.checklist.site.as_str());
            let key = keys.get(one.checklist.work.as_str());
            if let (Some(site), Some(key)) = (site, key) {
                let answer = opens(&one.checklist).map_err(|shut| shut.in_words());
                answers.insert((key.clone(), site.id.0.as_str()), answer);
            }
        }
        answers
    }

    /// Says what the gates held back, and what went live although its checklist is not green.
    pub(crate) fn tell_gates(&self, writer: &Writer<'_>, desired: &Desired, tally: &mut Tally) {
        let verdicts = writer.gates.verdicts();
        let records = |key: &EntryKey| {
            let entry = desired.entries.get(key);
            entry.into_iter().flat_map(|entry| &entry.records).cloned()
        };
        let site_of = |place: &Destination| {
            let mut sites = self.sites.iter();
            let site = sites.find(|site| *site.destination == *place);
            site.map_or_else(|| place.to_string(), |site| site.id.to_string())
        };
        for ((key, place), why) in &verdicts.shut {
            let reason = format!("held by the launch gate of site {}: {why}", site_of(place));
            let held = records(key).map(|record: RecordKey| (record, reason.clone()));
            tally.deferred.extend(held);
            tally.held += 1;
        }
        for ((key, place), why) in &verdicts.warned {
            let message = format!(
                "goes live on site {} although its launch checklist is not green: {why}",
                site_of(place)
            );
            let finding = Finding::warning(NOT_GREEN, message);
            tally.findings.push(finding.in_record(&key.source_key));
        }
    }
}

impl Writer<'_> {
    /// Clears the stage of those publications whose place asks for one. Returns those that may be published, and those
    /// whose stage could not be set.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn clear(
        &self,
        group: Vec<Publication>,
    ) -> Result<(Vec<Publication>, Vec<(Publication, String)>), Error> {
        let Some(arrangement) = &self.gates.arrangement else {
            return Ok((group, Vec::new()));
        };
        let set = futures_util::stream::iter(group).map(|publication| async move {
            let asks = self.gates.places.contains(&publication.destination);
            let key = match &publication.subject {
                Subject::Entry { key, .. } if asks && key.kind == Kind::Book => key.clone(),
                _ => return Ok((publication, None)),
            };
            let locale = publication.destination.locale.clone();
            let stands = self
                .ledger()
                .stages
                .get(&(entry_id(&key), locale.clone()))
                .copied();
            if stands == Some(Stage::Cleared) {
                return Ok((publication, None));
            }
            let uid = publication.uid.clone();
            let refused = self
                .set_stage(
                    &entry_id(&key),
                    &uid,
                    &locale,
                    Stage::Cleared,
                    &arrangement.cleared,
                )
                .await?;
            Ok::<_, Error>((publication, refused))
        });
        let mut set = set.buffered(CONCURRENCY);
        let (mut may, mut refused) = (Vec::new(), Vec::new());
        while let Some(one) = set.next().await {
            match one? {
                (publication, None) => may.push(publication),
                (publication, Some(reason)) => refused.push((publication, reason)),
            }
        }
        Ok((may, refused))
    }

    /// A publication was refused where a stage is asked for: whether the entry stands at it is not known any longer.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub(crate) async fn doubt_stages(
        &self,
        refused: &[(Publication, String)],
    ) -> Result<(), Error> {
        if self.gates.arrangement.is_none() {
            return Ok(());
        }
        let doubtful = refused.iter().filter_map(|(publication, _)| {
            let Subject::Entry { key, .. } = &publication.subject else {
                return None;
            };
            let asks = self.gates.places.contains(&publication.destination);
            (asks && key.kind == Kind::Book).then(|| Effect::Staged {
                entry: entry_id(key),
                locale: publication.destination.locale.clone(),
                stage: Stage::Unknown,
            })
        });
        let doubtful: Vec<Effect> = doubtful.collect();
        if doubtful.is_empty() {
            return Ok(());
        }
        self.record(&doubtful).await
    }

    /// Sets back every stage that should not stand at *cleared*. One that cannot be set back stays known as such, and is
    /// tried again by the next run.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn close_stages(&self) -> Result<(), Error> {
        let standing = self.gates.verdicts().standing.clone();
        self.close_stages_but(|id, locale| standing.contains(&(id.clone(), locale.to_owned())))
            .await
    }

    /// Sets back every stage at *cleared* but those that are to stay.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(crate) async fn close_stages_but(
        &self,
        stays: impl Fn(&EntryId, &str) -> bool,
    ) -> Result<(), Error> {
        let Some(arrangement) = &self.gates.arrangement else {
            return Ok(());
        };
        let open: Vec<(EntryId, String, String)> = {
            let ledger = self.ledger();
            let stages = ledger.stages.iter();
            let open =
                stages.filter(|((id, locale), stage)| **stage != Stage::Held && !stays(id, locale));
            open.filter_map(|((id, locale), _)| {
                Some((id.clone(), locale.clone(), ledger.entries.get(id)?.clone()))
            })
            .collect()
        };
        let closing = futures_util::stream::iter(open).map(|(id, locale, uid)| async move {
            let refused = self
                .set_stage(&id, &uid, &locale, Stage::Held, &arrangement.held)
                .await?;
            if let Some(reason) = refused {
                tracing::warn!(
                    entry = id.1,
                    locale,
                    reason,
                    "the stage of the launch gate could not be set back"
                );
            }
            Ok::<_, Error>(())
        });
        let mut closing = closing.buffered(CONCURRENCY);
        while let Some(closed) = closing.next().await {
            closed?;
        }
        Ok(())
    }

    /// Moves a book to a stage, between its intent and its outcome. Gives code and reason where the stack will not.
    async fn set_stage(
        &self,
        id: &EntryId,
        uid: &str,
        locale: &str,
        stage: Stage,
        stage_uid: &str,
    ) -> Result<Option<String>, Error> {
        let content_type = content_type_uid(self.names.content_type(Kind::Book))?;
        let (uid, code) = (entry_uid(uid)?, locale_code(locale)?);
        let staged = |stage| {
            vec![Effect::Staged {
                entry: id.clone(),
                locale: locale.to_owned(),
                stage,
            }]
        };
        let comment = match stage {
            Stage::Cleared => "Frontlist: the launch checklist lets it go live",
            Stage::Held | Stage::Unknown => "Frontlist: it may not go live",
        };
        let entries = self.stack.entries(&content_type);
        let name = match stage {
            Stage::Cleared => CLEARED,
            Stage::Held | Stage::Unknown => HELD,
        };
        let answer = self
            .call(
                STAGE,
                &target(&[&id.0, &id.1, locale, stage.as_str()]),
                entries.set_stage(&uid, &code, stage_uid, comment),
                |()| staged(stage),
                IfUnknown::Settle(staged(Stage::Unknown)),
            )
            .await?;
        Ok(answer.err().map(|failure| {
            format!(
                "{}: the stage `{name}` could not be set: {}",
                failure.error.code(),
                failure.error
            )
        }))
    }
}

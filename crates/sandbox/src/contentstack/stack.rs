//! The state of the stack: everything that is stored, and nothing about how it is asked for.
//!
//! One value behind one lock. A handler either changes it or refuses, never half of each: it checks
//! first and writes after. Large things (versions, assets) are shared by reference, so that a copy
//! of the whole is cheap. That is how a *lie* is told: the request is carried out on a copy, which
//! is then thrown away.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assets::Asset;
use super::auth::{self, Credentials};
use super::bulk::Job;
use super::environments::Environment;
use super::errors::Refusal;
use super::folders::Folder;
use super::governance::Governance;
use super::locales::Locale;
use super::publishing::Scheduled;
use super::schema::Model;
use super::shelf::Shelf;
use super::taxonomies::Taxonomy;

/// The locale that a new stack starts with; the service lets nobody change it later.
pub(crate) const MASTER_LOCALE: &str = "en-us";

/// The one user of the stack; everything was made by them.
pub(crate) const USER: &str = "blt5eed5eed5eed5eed";

/// What a PUT on an entry does with fields that it does not name. Which of the two the service does
/// is not publicly known, so a client must be right under both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Put {
    /// Fields that are not named keep their values.
    #[default]
    Keep,
    /// Fields that are not named lose their values.
    Clear,
}

/// What the stack was started with; not part of what it stores.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    pub(crate) put: Put,
    /// Items that one bulk request may hold.
    pub(crate) bulk_items: usize,
    /// How long a publication waits in the queue before it is applied.
    pub(crate) publish_delay: Duration,
    /// The origin that files are given out under.
    pub(crate) base_url: String,
}

/// Everything a stack stores.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) seed: u64,
    next_uid: u64,
    touches: u64,
    pub(crate) locales: BTreeMap<String, Locale>,
    /// By name, as the service addresses them.
    pub(crate) environments: BTreeMap<String, Environment>,
    pub(crate) content_types: BTreeMap<String, Model>,
    pub(crate) global_fields: BTreeMap<String, Model>,
    /// Entries, by content type.
    pub(crate) shelves: BTreeMap<String, Shelf>,
    pub(crate) assets: BTreeMap<String, Arc<Asset>>,
    pub(crate) folders: BTreeMap<String, Folder>,
    pub(crate) taxonomies: BTreeMap<String, Taxonomy>,
    /// Bulk jobs, oldest first.
    pub(crate) jobs: VecDeque<Arc<Job>>,
    /// Publications that wait for their time.
    pub(crate) scheduled: Vec<Scheduled>,
    #[serde(default)]
    pub(crate) governance: Governance,
    /// The bytes of files, by SHA-256.
    #[serde(skip)]
    pub(crate) files: BTreeMap<String, Bytes>,
    /// How many more times a bulk item with this uid fails.
    #[serde(skip)]
    pub(crate) item_faults: BTreeMap<String, u64>,
    #[serde(skip)]
    pub(crate) setup: Setup,
}

impl Stack {
    /// A new stack: one branch, the master locale, and nothing else.
    pub(crate) fn new(seed: u64, setup: Setup) -> Self {
        let mut stack = Self {
            seed,
            next_uid: 1,
            touches: 0,
            locales: BTreeMap::new(),
            environments: BTreeMap::new(),
            content_types: BTreeMap::new(),
            global_fields: BTreeMap::new(),
            shelves: BTreeMap::new(),
            assets: BTreeMap::new(),
            folders: BTreeMap::new(),
            taxonomies: BTreeMap::new(),
            jobs: VecDeque::new(),
            scheduled: Vec::new(),
            governance: Governance::default(),
            files: BTreeMap::new(),
            item_faults: BTreeMap::new(),
            setup,
        };
        let uid = stack.fresh_uid("blt");
        stack
            .locales
            .insert(MASTER_LOCALE.to_owned(), Locale::master(uid));
        stack
    }

    /// The credentials that open this stack, with a delivery token for each environment.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::derive(self.seed, self.environments.keys().map(String::as_str))
    }

    /// A uid that was never given before.
    pub(crate) fn fresh_uid(&mut self, prefix: &str) -> String {
        let uid = auth::uid(self.seed, prefix, self.next_uid);
        self.next_uid += 1;
        uid
    }

    /// A number higher than any before: the order in which things were last changed. Milliseconds
    /// do not tell two changes of one burst apart.
    pub(crate) fn touch(&mut self) -> u64 {
        self.touches += 1;
        self.touches
    }

    /// After a lie: what the lie gave out must not be given out again.
    pub(crate) fn remember_lie(&mut self, lie: Self) {
        self.next_uid = lie.next_uid;
        self.touches = lie.touches;
        self.jobs = lie.jobs;
    }

    /// The locale and what it inherits from, nearest first. Inheritance is one level: a fallback
    /// falls back to the master only.
    pub(crate) fn chain<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut chain = vec![code];
        let fallback = self
            .locales
            .get(code)
            .and_then(|locale| locale.fallback_locale.as_deref());
        for next in fallback.into_iter().chain([MASTER_LOCALE]) {
            if !chain.contains(&next) {
                chain.push(next);
            }
        }
        chain
    }

    /// The locale a request names, or the master.
    pub(crate) fn asked_locale<'a>(&self, code: Option<&'a str>) -> Result<&'a str, Refusal> {
        match code {
            None => Ok(MASTER_LOCALE),
            Some(code) if self.locales.contains_key(code) => Ok(code),
            Some(code) => Err(
                Refusal::invalid(141, format!("The locale '{code}' was not found."))
                    .because("locale", "is not valid."),
            ),
        }
    }

    /// The content type of a path. The text and the codes are recorded from the service.
    pub(crate) fn content_type(&self, uid: &str) -> Result<&Model, Refusal> {
        self.content_types.get(uid).ok_or_else(|| {
            let message = format!("The Content Type '{uid}' was not found. Please try again.");
            Refusal::invalid(118, message).because("uid", "is not valid.")
        })
    }

    /// The shelf of a content type; made with the type.
    pub(crate) fn shelf(&self, content_type: &str) -> Result<&Shelf, Refusal> {
        self.shelves.get(content_type).ok_or_else(Refusal::missing)
    }

    pub(crate) fn shelf_mut(&mut self, content_type: &str) -> Result<&mut Shelf, Refusal> {
        self.shelves
            .get_mut(content_type)
            .ok_or_else(Refusal::missing)
    }

    /// Applies every publication whose time has come.
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        let (due, waiting) = std::mem::take(&mut self.scheduled)
            .into_iter()
            .partition(|item| item.at <= now);
        self.scheduled = waiting;
        let mut due: Vec<Scheduled> = due;
        due.sort_by_key(|item| item.at);
        for item in due {
            if let Err(refusal) = item.apply(self) {
                // The service would note this in its publish queue; nobody waits for an answer any
                // more.
                tracing::info!(message = %refusal.message, "a scheduled publication was not applied");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> Stack {
        Stack::new(7, Setup::default())
    }

    #[test]
    fn a_chain_is_one_level_and_ends_with_the_master() {
        let mut stack = stack();
        for (code, fallback) in [("en-gb", "en-us"), ("en-au", "en-gb"), ("en-nz", "en-au")] {
            stack
                .locales
                .insert(code.into(), Locale::new(code, code, Some(fallback), code));
        }
        assert_eq!(stack.chain("en-us"), ["en-us"]);
        assert_eq!(stack.chain("en-gb"), ["en-gb", "en-us"]);
        assert_eq!(stack.chain("en-au"), ["en-au", "en-gb", "en-us"]);
    }

    #[test]
    fn uids_are_never_given_twice_even_by_a_lie() {
        let mut stack = stack();
        let mut lie = stack.clone();
        let lied = lie.fresh_uid("blt");
        stack.remember_lie(lie);
        assert_ne!(stack.fresh_uid("blt"), lied);
    }
}

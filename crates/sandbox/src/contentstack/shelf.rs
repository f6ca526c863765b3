//! The entries of one content type: their versions by locale, and what of them is published.
//!
//! A version never changes once it is made, so a publication can hold on to one: an edit after it
//! is a new version, and what delivery serves stays as it was until someone publishes again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask::Object;
use super::publishing::Publications;
use super::schema::{Model, fields};

/// One saved state of an entry in a locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u32,
    /// Values by field uid, and `tags`.
    pub(crate) fields: Object,
    /// When this locale's first version was made.
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

/// One entry in all its locales.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) uid: String,
    /// The order of the last change among all things of the stack.
    pub(crate) touched: u64,
    /// Versions by locale, oldest first and never empty.
    locales: BTreeMap<String, Vec<Arc<Version>>>,
    pub(crate) published: Publications<Version>,
}

impl Entry {
    pub(crate) fn new(uid: String) -> Self {
        let published = Publications::default();
        Self {
            uid,
            touched: 0,
            locales: BTreeMap::new(),
            published,
        }
    }

    /// The newest version of a locale's own, nothing when it only inherits.
    pub(crate) fn own(&self, locale: &str) -> Option<&Arc<Version>> {
        self.locales
            .get(locale)
            .and_then(|versions| versions.last())
    }

    /// A locale's own version with this number.
    pub(crate) fn numbered(&self, locale: &str, number: u32) -> Option<&Arc<Version>> {
        self.locales
            .get(locale)?
            .iter()
            .find(|version| version.number == number)
    }

    /// The newest version for the first locale of `chain` that has one, with that locale.
    pub(crate) fn resolve<'a>(&self, chain: &[&'a str]) -> Option<(&'a str, &Arc<Version>)> {
        chain
            .iter()
            .find_map(|locale| self.own(locale).map(|version| (*locale, version)))
    }

    /// The locales that have versions of their own.
    pub(crate) fn localised(&self) -> impl Iterator<Item = &str> {
        self.locales.keys().map(String::as_str)
    }

    /// Saves a new version, numbered from 1 in each locale.
    pub(crate) fn save(&mut self, locale: &str, fields: Object, now: &str) {
        let versions = self.locales.entry(locale.to_owned()).or_default();
        let (number, created_at) = match versions.last() {
            Some(last) => (last.number + 1, last.created_at.clone()),
            None => (1, now.to_owned()),
        };
        let updated_at = now.to_owned();
        versions.push(Arc::new(Version {
            number,
            fields,
            created_at,
            updated_at,
        }));
    }

    /// Forgets a locale's own versions; whether there were any.
    pub(crate) fn unlocalise(&mut self, locale: &str) -> bool {
        self.locales.remove(locale).is_some()
    }
}

/// Whose a value is: entry uid and locale.
type Owner = (String, String);

/// The entries of one content type.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Shelf {
    entries: BTreeMap<String, Arc<Entry>>,
    /// By unique field and value (as JSON): who has it now. Rebuilt, never stored.
    #[serde(skip)]
    taken: BTreeMap<String, BTreeMap<String, BTreeSet<Owner>>>,
}

impl Shelf {
    pub(crate) fn get(&self, uid: &str) -> Option<&Arc<Entry>> {
        self.entries.get(uid)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Stores an entry as it now is, and keeps the index of unique values true.
    pub(crate) fn put(&mut self, entry: Entry) {
        let entry = Arc::new(entry);
        let before = self.entries.insert(entry.uid.clone(), entry.clone());
        for (field, values) in &mut self.taken {
            if let Some(before) = &before {
                withdraw(values, field, before);
            }
            record(values, field, &entry);
        }
    }

    /// Changes what is published of an entry. Values do not change, so the index stands.
    pub(crate) fn publications(&mut self, uid: &str) -> Option<&mut Publications<Version>> {
        self.entries
            .get_mut(uid)
            .map(|entry| &mut Arc::make_mut(entry).published)
    }

    pub(crate) fn remove(&mut self, uid: &str) -> bool {
        let Some(entry) = self.entries.remove(uid) else {
            return false;
        };
        for (field, values) in &mut self.taken {
            withdraw(values, field, &entry);
        }
        true
    }

    /// Forgets what is published in an environment that goes away.
    pub(crate) fn close_environment(&mut self, environment: &str) {
        for entry in self.entries.values_mut() {
            if entry.published.reaches(environment) {
                Arc::make_mut(entry)
                    .published
                    .close_environment(environment);
            }
        }
    }

    /// Builds the index for the unique fields of `model`; needed whenever the schema changes.
    pub(crate) fn index(&mut self, model: &Model) {
        self.taken = fields(&model.schema)
            .filter(|field| field.unique())
            .map(|field| {
                let mut values = BTreeMap::new();
                for entry in self.entries.values() {
                    record(&mut values, field.uid(), entry);
                }
                (field.uid().to_owned(), values)
            })
            .collect();
    }

    /// Whether any other entry has this value in a unique field, in any locale.
    pub(crate) fn is_taken(&self, field: &str, value: &Value, by_other_than: &str) -> bool {
        let owners = self
            .taken
            .get(field)
            .and_then(|values| values.get(&value.to_string()));
        owners.is_some_and(|owners| owners.iter().any(|(uid, _)| uid != by_other_than))
    }

    /// The entries that have a value in a unique field in any locale; nothing when the field is not
    /// unique.
    pub(crate) fn holders(&self, field: &str, value: &Value) -> Option<Vec<&Arc<Entry>>> {
        let values = self.taken.get(field)?;
        let owners = values.get(&value.to_string());
        let uids: BTreeSet<&str> = owners
            .into_iter()
            .flatten()
            .map(|(uid, _)| uid.as_str())
            .collect();
        Some(
            uids.into_iter()
                .filter_map(|uid| self.entries.get(uid))
                .collect(),
        )
    }
}

/// The values that an entry has in a field now, with their owners.
fn owned<'a>(field: &'a str, entry: &'a Entry) -> impl Iterator<Item = (String, Owner)> + 'a {
    entry.localised().filter_map(move |locale| {
        let value = entry
            .own(locale)?
            .fields
            .get(field)
            .filter(|value| !value.is_null())?;
        Some((value.to_string(), (entry.uid.clone(), locale.to_owned())))
    })
}

fn record(values: &mut BTreeMap<String, BTreeSet<Owner>>, field: &str, entry: &Entry) {
    for (value, owner) in owned(field, entry) {
        values.entry(value).or_default().insert(owner);
    }
}

fn withdraw(values: &mut BTreeMap<String, BTreeSet<Owner>>, field: &str, entry: &Entry) {
    for (value, owner) in owned(field, entry) {
        if let Some(owners) = values.get_mut(&value) {
            owners.remove(&owner);
            if owners.is_empty() {
                values.remove(&value);
            }
        }
    }
}

//! Taking over entries that somebody else made, instead of making each title a second time.
//!
//! An entry of our own content type, found by its ISBN, becomes the entry of the work that has the ISBN. That is a line in
//! the ledger and no call: the next sync writes what the source says, into the entry that is there, at the address that it
//! has. So a person is shown beforehand every value that the sync would overwrite.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::isbn::Isbn13;
use contentstack::{Entry, Find};
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value as Json};
use site::desired::{EntryKey, Kind};
use store::Store;
use store::ledger::{Effect, Ledger, Outcome};

use crate::Error;
use crate::audit::{Existing, fields_in_common, isbn_of, title_of};
use crate::confirm::Environments;
use crate::engine::{Engine, Plan};
use crate::plan::{LedgerUids, entry_id, place};
use crate::translate::translate;
use crate::writer::{content_type_uid, locale_code};

/// What a locale of an entry says, and what the next sync would write there.
#[derive(Clone, Debug, PartialEq)]
pub struct Overwritten {
    /// The locale.
    pub locale: String,
    /// The fields of ours as they stand.
    pub before: Map<String, Json>,
    /// What would be written.
    pub after: Map<String, Json>,
}

/// An entry that could be taken over.
#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    /// The work's entry.
    pub key: EntryKey,
    /// The entry that is there.
    pub uid: String,
    /// The ISBN by which they were matched.
    pub isbn: Isbn13,
    /// The title as the source has it.
    pub title: String,
    /// The address that it keeps, if it has one.
    pub url: Option<String>,
    /// Where it is published now.
    pub published: BTreeSet<(String, String)>,
    /// Its versions.
    pub versions: Vec<Overwritten>,
}

/// Entries that could be taken over, and those that could not, with the reason.
#[derive(Clone, Debug, Default)]
pub struct Adoptable {
    /// One entry for one work each.
    pub matches: Vec<Adoption>,
    /// Title and ISBN of what needs a person first, with the reason.
    pub unclear: Vec<(String, Isbn13, String)>,
}

impl Engine<'_> {
    /// Entries of our book type that the ledger does not know and whose ISBN is one of a work's. Reads only.
    ///
    /// # Errors
    /// As the calls.
    pub async fn adoptable(
        &self,
        plan: &Plan,
        ledger: &Ledger,
        existing: &Existing,
    ) -> Result<Adoptable, Error> {
        let environments = self.stack.environments().list().await?;
        let environments: Environments = environments
            .into_iter()
            .map(|environment| (environment.uid, environment.name.to_string()))
            .collect();
        let master = self.policy.master_locale.as_str();
        let entries = self.drafts(existing, master).await?;
        let known: BTreeSet<&str> = ledger.entries.values().map(String::as_str).collect();
        let mut by_isbn: BTreeMap<Isbn13, Vec<&Entry>> = BTreeMap::new();
        for entry in entries
            .values()
            .filter(|entry| !known.contains(entry.uid.as_str()))
        {
            if let Some(isbn) = isbn_of(entry, existing) {
                by_isbn.entry(isbn).or_default().push(entry);
            }
        }
        let mut by_locale: BTreeMap<String, BTreeMap<String, Entry>> = BTreeMap::new();
        for site in self.sites.iter() {
            let locale = &site.destination.locale;
            if locale != master && !by_locale.contains_key(locale) {
                let drafts = self.drafts(existing, locale).await?;
                by_locale.insert(locale.clone(), drafts);
            }
        }
        by_locale.insert(master.to_owned(), entries.clone());
        let mut adoptable = Adoptable::default();
        for work in &plan.works {
            let isbns = work.products.iter().filter_map(|product| product.isbn);
            let found: Vec<(Isbn13, &Entry)> = isbns
                .flat_map(|isbn| {
                    let entries = by_isbn.get(&isbn).into_iter().flatten();
                    entries.map(move |entry| (isbn, *entry))
                })
                .collect();
            let Some((isbn, entry)) = found.first().copied() else {
                continue;
            };
            let title = work.title.text.clone();
            let key = EntryKey::of_work(work);
            if let Some(reason) = unclear(&key, &found, ledger) {
                adoptable.unclear.push((title, isbn, reason));
                continue;
            }
            let url = entry.fields.get(self.names.field(Kind::Book, "url"));
            let url = url.and_then(Json::as_str);
            adoptable.matches.push(Adoption {
                versions: self.overwritten(&key, entry, plan, ledger, &by_locale),
                key,
                uid: entry.uid.to_string(),
                isbn,
                title,
                url: url.filter(|url| !url.is_empty()).map(str::to_owned),
                published: published(entry, &environments),
            });
        }
        Ok(adoptable)
    }

    async fn drafts(
        &self,
        existing: &Existing,
        locale: &str,
    ) -> Result<BTreeMap<String, Entry>, Error> {
        let content_type = content_type_uid(&existing.content_type)?;
        let find = Find {
            locale: Some(locale_code(locale)?),
            include_publish_details: true,
            ..Find::default()
        };
        let entries: Vec<Entry> = self
            .stack
            .entries(&content_type)
            .find_all(&find)
            .try_collect()
            .await?;
        let by_uid = entries
            .into_iter()
            .map(|entry| (entry.uid.to_string(), entry));
        Ok(by_uid.collect())
    }

    fn overwritten(
        &self,
        key: &EntryKey,
        entry: &Entry,
        plan: &Plan,
        ledger: &Ledger,
        by_locale: &BTreeMap<String, BTreeMap<String, Entry>>,
    ) -> Vec<Overwritten> {
        let Some(desired) = plan.desired.entries.get(key) else {
            return Vec::new();
        };
        let version = |(locale, fields): (&String, &site::desired::Fields)| {
            let after = translate(Kind::Book, fields, self.names, &LedgerUids(ledger)).fields;
            let drafts = by_locale.get(locale);
            let held = drafts.and_then(|drafts| drafts.get(entry.uid.as_str()));
            let before = held.map_or(&entry.fields, |held| &held.fields);
            Overwritten {
                locale: locale.clone(),
                before: fields_in_common(before, &after),
                after,
            }
        };
        desired.versions.iter().map(version).collect()
    }
}

/// Why a person must look first, if they must.
fn unclear(key: &EntryKey, found: &[(Isbn13, &Entry)], ledger: &Ledger) -> Option<String> {
    let uids: BTreeSet<&str> = found.iter().map(|(_, entry)| entry.uid.as_str()).collect();
    if uids.len() > 1 {
        let several: Vec<String> = found.iter().map(|(_, one)| title_of(one)).collect();
        let several = several.join(", ");
        return Some(format!("several entries are of this work: {several}"));
    }
    let own = ledger.entries.get(&entry_id(key))?;
    Some(format!("the work has an entry already: {own}"))
}

/// Where an entry is published, environments by name.
fn published(entry: &Entry, environments: &Environments) -> BTreeSet<(String, String)> {
    let details = entry.publish_details.iter();
    let places = details.map(|detail| {
        let name = environments.get(&detail.environment);
        let environment = name.unwrap_or(&detail.environment).clone();
        (environment, detail.locale.to_string())
    });
    places.collect()
}

/// Writes down that entries are ours. The next sync writes into them.
///
/// # Errors
/// When the state file cannot be written.
pub async fn adopt<'a>(
    store: &Store,
    adoptions: impl Iterator<Item = &'a Adoption>,
) -> Result<(), Error> {
    for adoption in adoptions {
        let entry = entry_id(&adoption.key);
        let mut effects = vec![Effect::Entry {
            entry: entry.clone(),
            uid: adoption.uid.clone(),
        }];
        effects.extend(adoption.url.iter().map(|url| Effect::Url {
            entry: entry.clone(),
            url: url.clone(),
        }));
        if !adoption.published.is_empty() {
            let public = |url: &String| Effect::AddressPublic { url: url.clone() };
            effects.extend(adoption.url.as_ref().map(public));
        }
        // What it says there is not ours, so it is published anew, or taken down.
        effects.extend(adoption.published.iter().map(|(environment, locale)| {
            let destination = site::policy::Destination {
                environment: environment.clone(),
                locale: locale.clone(),
            };
            Effect::Published {
                entry: entry.clone(),
                place: place(&destination),
                fingerprint: String::new(),
            }
        }));
        store.settle(&[], Outcome::Done, None, &effects).await?;
    }
    Ok(())
}

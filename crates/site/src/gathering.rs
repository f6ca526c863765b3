//! Contributors, series and imprints: entries that books share.
//!
//! What is said of one in a locale comes only from books that the locale's sites show, so a person
//! who wrote a book that is kept from a market is told there as the other books tell. Sites of one
//! locale may show different books and yet share its version: a word that not every one of them
//! hears from a book of its own is left out. Records may describe one thing differently; the word
//! heard in the most places counts, then that of the first work in key order, so that the choice
//! does not depend on the order of the source.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use catalogue::collection::{Imprint, Series};
use catalogue::contributor::{Contributor, ContributorKind};
use catalogue::key::RecordKey;
use catalogue::text::Markup;
use catalogue::work::Work;
use foldhash::HashMap;

use crate::collateral::PHOTO;
use crate::desired::{Entry, Fields, Value};
use crate::market::Market;
use crate::policy::{Destination, Site};
use crate::sanitise::sanitise;

/// Room for what a locale says of its own: address and photograph.
const OWN_FIELDS: usize = 5;

/// A work's word on something that works share.
struct Mention<'a, T> {
    thing: &'a T,
    work: &'a Work,
    places: Vec<&'a Arc<Destination>>,
}

/// Everything that public works say of one thing.
pub(crate) struct Gathered<'a, T> {
    mentions: Vec<Mention<'a, T>>,
    /// Where it is shown. No two sites share a place, so a place is known by its address in memory.
    published: Vec<&'a Arc<Destination>>,
    records: Vec<&'a RecordKey>,
    urgency: i64,
}

/// Things that works share, by source key.
pub(crate) struct Gathering<'a, T>(HashMap<&'a str, Gathered<'a, T>>);

impl<T> Default for Gathering<'_, T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

/// Whether a contributor gets a page: someone with a name. "Anonymous" and "various" are credited
/// and have none.
pub(crate) fn has_page(contributor: &Contributor) -> bool {
    contributor.kind != ContributorKind::Unnamed && !contributor.name.trim().is_empty()
}

impl<'a, T> Gathering<'a, T> {
    /// Notes that a work which is public at `sites` needs a thing there.
    pub(crate) fn note(
        &mut self,
        key: &'a str,
        thing: &'a T,
        work: &'a Work,
        sites: &[&'a Site],
        urgency: i64,
    ) {
        let gathered = self.0.entry(key).or_insert_with(|| Gathered {
            mentions: Vec::new(),
            published: Vec::new(),
            records: Vec::new(),
            urgency,
        });
        let places = sites.iter().map(|site| &site.destination);
        for place in places.clone() {
            if !is_among(place, &gathered.published) {
                gathered.published.push(place);
            }
        }
        gathered.urgency = gathered.urgency.min(urgency);
        match gathered.mentions.last_mut() {
            Some(last) if ptr::eq(last.work, work) => last.places.extend(places),
            _ => {
                gathered.records.extend(&work.records);
                gathered.mentions.push(Mention {
                    thing,
                    work,
                    places: places.collect(),
                });
            }
        }
    }

    /// Everything in key order.
    pub(crate) fn sorted(&self) -> Vec<(&'a str, &Gathered<'a, T>)> {
        let mut all: Vec<_> = self.0.iter().map(|(key, thing)| (*key, thing)).collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }
}

fn is_among(place: &Arc<Destination>, places: &[&Arc<Destination>]) -> bool {
    places.iter().any(|known| Arc::ptr_eq(known, place))
}

/// A word on a thing as one locale hears it.
struct Word<'g, 'a, T> {
    /// Its position among all words.
    at: usize,
    thing: &'a T,
    /// The places of the locale where it is heard.
    here: Vec<&'g Arc<Destination>>,
    /// In how many places it is heard, whatever their locale.
    everywhere: usize,
}

/// What one locale hears of a thing, the word heard in the most places first.
pub(crate) struct Heard<'g, 'a, T> {
    words: Vec<Word<'g, 'a, T>>,
    /// In how many places of the locale the thing is shown.
    places: usize,
}

/// Something said, and where.
struct Said<'g, 'v, V: ?Sized> {
    value: &'v V,
    here: usize,
    everywhere: usize,
    places: BTreeSet<&'g Arc<Destination>>,
}

impl<'g, 'a, T> Heard<'g, 'a, T> {
    /// The first word.
    fn first(&self) -> Option<&'a T> {
        self.words.first().map(|word| word.thing)
    }

    /// Of what is said, in the same words, at every place of the locale, that which is said in the
    /// most places.
    fn agreed<V: PartialEq + ?Sized>(
        &self,
        said: impl Fn(&'a T) -> Option<&'a V>,
    ) -> Option<&'a V> {
        let mut all: Vec<Said<'g, 'a, V>> = Vec::new();
        for word in &self.words {
            let Some(value) = said(word.thing) else {
                continue;
            };
            let new = || Said {
                value,
                here: 0,
                everywhere: 0,
                places: BTreeSet::new(),
            };
            let at = match all.iter().position(|known| known.value == value) {
                Some(at) => at,
                None => {
                    all.push(new());
                    all.len() - 1
                }
            };
            if let Some(known) = all.get_mut(at) {
                known.here += word.here.len();
                known.everywhere += word.everywhere;
                known.places.extend(word.here.iter().copied());
            }
        }
        all.retain(|said| said.places.len() == self.places);
        all.sort_by_key(|said| std::cmp::Reverse((said.here, said.everywhere)));
        all.first().map(|said| said.value)
    }
}

impl<'a, T> Gathered<'a, T> {
    /// Where a locale shows it.
    pub(crate) fn places(&self, locale: &str) -> impl Iterator<Item = &'a Arc<Destination>> {
        let published = self.published.iter().copied();
        published.filter(move |place| place.locale == locale)
    }

    fn heard(&self, locale: &str) -> Heard<'_, 'a, T> {
        let mut words: Vec<Word<'_, 'a, T>> = Vec::new();
        let local: Vec<&Arc<Destination>> = self.places(locale).collect();
        for (at, mention) in self.mentions.iter().enumerate() {
            let here = mention.places.iter().copied();
            let here: Vec<&Arc<Destination>> =
                here.filter(|place| is_among(place, &local)).collect();
            if !here.is_empty() {
                words.push(Word {
                    at,
                    thing: mention.thing,
                    here,
                    everywhere: mention.places.len(),
                });
            }
        }
        words.sort_by_key(|word| std::cmp::Reverse((word.here.len(), word.everywhere)));
        Heard {
            words,
            places: local.len(),
        }
    }

    /// The entry: a version for each locale that shows it, and the master's. Where the master
    /// locale is a market that does not, its version tells the name alone, by which editors find
    /// the entry; where it is no market's, it repeats that of the first market.
    pub(crate) fn entry(
        &self,
        key: &str,
        markets: &[Market<'_>],
        master: &str,
        write: impl Fn(&str, &Heard<'_, 'a, T>) -> Fields,
        name: impl Fn(&T) -> String,
    ) -> Entry {
        let mut versions: BTreeMap<String, Fields> = BTreeMap::new();
        // Where one place hears the same words as another, it says the same.
        let mut known: Vec<(Vec<usize>, Arc<Fields>)> = Vec::new();
        let mut first: Option<Arc<Fields>> = None;
        for market in markets {
            let heard = self.heard(market.locale);
            if heard.places == 0 {
                continue;
            }
            let alone = heard.places == 1;
            let words: Vec<usize> = heard.words.iter().map(|word| word.at).collect();
            let same = known.iter().find(|(other, _)| alone && *other == words);
            let fields = match same {
                Some((_, fields)) => Arc::clone(fields),
                None => Arc::new(write(key, &heard)),
            };
            if alone && same.is_none() {
                known.push((words, Arc::clone(&fields)));
            }
            first.get_or_insert_with(|| Arc::clone(&fields));
            versions.insert(
                market.locale.to_owned(),
                Fields::resting_on(fields, OWN_FIELDS),
            );
        }
        if !versions.contains_key(master) {
            let is_market = markets.iter().any(|market| market.locale == master);
            let fields = match first {
                Some(first) if !is_market => Fields::resting_on(first, OWN_FIELDS),
                _ => self.reticent(key, write, name),
            };
            versions.insert(master.to_owned(), fields);
        }
        Entry {
            versions,
            published: self.published.iter().copied().cloned().collect(),
            shielded: BTreeSet::new(),
            records: self.records.iter().copied().cloned().collect(),
            urgency: self.urgency,
        }
    }

    /// The name, and nothing else.
    fn reticent(
        &self,
        key: &str,
        write: impl Fn(&str, &Heard<'_, 'a, T>) -> Fields,
        name: impl Fn(&T) -> String,
    ) -> Fields {
        let silence = Heard {
            words: Vec::new(),
            places: 0,
        };
        let mut fields = write(key, &silence);
        let first = self.mentions.first();
        let name = first.map(|mention| name(mention.thing)).unwrap_or_default();
        let name: Arc<str> = name.trim().into();
        fields.insert("title", Value::Text(Arc::clone(&name)));
        fields.insert("name", Value::Text(name));
        fields
    }
}

fn text(uid: &'static str, text: impl Into<Arc<str>>) -> (&'static str, Value) {
    (uid, Value::Text(text.into()))
}

fn named(key: &str, name: &str) -> Fields {
    Fields::from([
        text("source_key", key),
        text("title", name),
        text("name", name),
    ])
}

/// Fields of an imprint.
pub(crate) fn imprint_fields(key: &str, heard: &Heard<'_, '_, Imprint>) -> Fields {
    named(key, heard.first().map_or("", |imprint| imprint.name.trim()))
}

/// Fields of a series.
pub(crate) fn series_fields(key: &str, heard: &Heard<'_, '_, Series>) -> Fields {
    let mut fields = named(key, heard.first().map_or("", |series| series.name.trim()));
    let subtitle = heard.agreed(|series| series.subtitle.as_deref());
    fields.insert("subtitle", Value::text(subtitle));
    fields
}

/// Fields of a contributor, the photograph excepted.
///
/// The biography is the one that books shown in the most places carry, among those that are carried
/// to every place; a source that keeps people apart from books carries the same everywhere.
pub(crate) fn contributor_fields(key: &str, heard: &Heard<'_, '_, Contributor>) -> Fields {
    let name = heard
        .first()
        .map_or("", |contributor| contributor.name.trim());
    let sort_name = heard.agreed(|contributor| contributor.inverted_name.as_deref());
    let biography: Option<&Markup> = heard.agreed(|contributor| contributor.biography.as_ref());
    let clean = biography.map(sanitise);
    let passage = clean.as_ref().and_then(|clean| clean.passage());
    let website = heard.agreed(|contributor| {
        let website = contributor.website.as_deref()?.trim();
        let web = website.starts_with("https://") || website.starts_with("http://");
        web.then_some(website)
    });
    let mut fields = named(key, name);
    fields.insert("sort_name", Value::text(sort_name));
    let html = passage.map(|passage| Arc::clone(&passage.html));
    fields.insert("biography", Value::text(html));
    let rich = passage.map(|passage| Value::Rich(Arc::clone(&passage.rich)));
    fields.insert("biography_json", rich.unwrap_or(Value::Nothing));
    fields.insert("website", Value::text(website));
    for uid in PHOTO {
        fields.insert(uid, Value::Nothing);
    }
    fields
}

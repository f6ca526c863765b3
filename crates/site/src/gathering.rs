//! Contributors, series and imprints: entries that books share.
//!
//! They have one version for all locales, so they may say only what comes from books that are
//! public, and are published wherever such a book is. Records may describe one person differently;
//! the work that is public in the most places speaks, then the first in key order, so that the
//! choice does not depend on the order of the source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::collection::{Imprint, Series};
use catalogue::contributor::{Contributor, ContributorKind};
use catalogue::key::RecordKey;
use catalogue::text::Markup;
use catalogue::work::Work;

use crate::desired::{Entry, Fields, Value};
use crate::policy::{Destination, Site};
use crate::sanitise::sanitise;

/// A work's word on something that works share.
pub(crate) struct Mention<'a, T> {
    pub(crate) thing: &'a T,
    pub(crate) work: &'a Work,
    places: usize,
}

/// Everything that public works say of one thing.
pub(crate) struct Gathered<'a, T> {
    mentions: Vec<Mention<'a, T>>,
    pub(crate) published: BTreeSet<Arc<Destination>>,
    pub(crate) records: BTreeSet<RecordKey>,
    pub(crate) urgency: i64,
}

/// Things that works share, by source key.
pub(crate) type Gathering<'a, T> = BTreeMap<String, Gathered<'a, T>>;

/// Whether a contributor gets a page: someone with a name. "Anonymous" and "various" are credited
/// and have none.
pub(crate) fn has_page(contributor: &Contributor) -> bool {
    contributor.kind != ContributorKind::Unnamed && !contributor.name.trim().is_empty()
}

/// Notes that a work which is public at `sites` needs a thing there.
pub(crate) fn gather<'a, T>(
    gathering: &mut Gathering<'a, T>,
    key: &str,
    thing: &'a T,
    work: &'a Work,
    sites: &[&Site],
    urgency: i64,
) {
    let gathered = gathering.entry(key.to_owned()).or_insert_with(|| Gathered {
        mentions: Vec::new(),
        published: BTreeSet::new(),
        records: BTreeSet::new(),
        urgency,
    });
    gathered
        .published
        .extend(sites.iter().map(|site| site.destination.clone()));
    gathered.records.extend(work.records.iter().cloned());
    gathered.urgency = gathered.urgency.min(urgency);
    match gathered.mentions.last_mut() {
        Some(last) if last.work.key == work.key => last.places += sites.len(),
        _ => gathered.mentions.push(Mention {
            thing,
            work,
            places: sites.len(),
        }),
    }
}

impl<'a, T> Gathered<'a, T> {
    /// The mentions, the most public first. Works come in key order, and the sort keeps it.
    pub(crate) fn ranked(&self) -> Vec<&Mention<'a, T>> {
        let mut ranked: Vec<_> = self.mentions.iter().collect();
        ranked.sort_by_key(|mention| std::cmp::Reverse(mention.places));
        ranked
    }

    /// The entry with these fields in the master locale.
    pub(crate) fn entry(&self, master: &str, fields: Fields) -> Entry {
        Entry {
            versions: BTreeMap::from([(master.to_owned(), fields)]),
            published: self.published.clone(),
            records: self.records.clone(),
            urgency: self.urgency,
        }
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
pub(crate) fn imprint_fields(key: &str, gathered: &Gathered<'_, Imprint>) -> Fields {
    let name = gathered
        .ranked()
        .first()
        .map_or("", |mention| mention.thing.name.trim());
    named(key, name)
}

/// Fields of a series.
pub(crate) fn series_fields(key: &str, gathered: &Gathered<'_, Series>) -> Fields {
    let ranked = gathered.ranked();
    let name = ranked
        .first()
        .map_or("", |mention| mention.thing.name.trim());
    let subtitle = ranked
        .iter()
        .find_map(|mention| mention.thing.subtitle.as_deref());
    let mut fields = named(key, name);
    fields.insert("subtitle", Value::text(subtitle));
    fields
}

/// The biography that works which are public in the most places agree on. Where every work carries
/// the same, as in sources that keep people apart from books, that is it; where records differ, one
/// written for a book that few may see does not speak for all.
fn biography(mentions: &[Mention<'_, Contributor>]) -> Option<Arc<str>> {
    let mut found: Vec<(&Markup, usize)> = Vec::new();
    for mention in mentions {
        let Some(markup) = &mention.thing.biography else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == markup) {
            Some((_, places)) => *places += mention.places,
            None => found.push((markup, mention.places)),
        }
    }
    found.sort_by_key(|(_, places)| std::cmp::Reverse(*places));
    found
        .into_iter()
        .find_map(|(markup, _)| sanitise(markup).html().cloned())
}

/// Fields of a contributor, the photograph excepted.
pub(crate) fn contributor_fields(key: &str, gathered: &Gathered<'_, Contributor>) -> Fields {
    let ranked = gathered.ranked();
    let name = ranked
        .first()
        .map_or("", |mention| mention.thing.name.trim());
    let sort_name = ranked
        .iter()
        .find_map(|mention| mention.thing.inverted_name.as_deref());
    let biography = biography(&gathered.mentions);
    let website = ranked
        .iter()
        .filter_map(|mention| mention.thing.website.as_deref().map(str::trim))
        .find(|address| address.starts_with("https://") || address.starts_with("http://"));
    let mut fields = named(key, name);
    fields.insert("sort_name", Value::text(sort_name));
    fields.insert("biography", Value::text(biography));
    fields.insert("website", Value::text(website));
    fields
}

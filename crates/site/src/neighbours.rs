//! Products that point to each other: a set and its parts, an edition and the one that replaces it,
//! an edition that is not sold here and the one that is.
//!
//! A source states such a tie on one side, often the wrong one, so each is read from both. A page
//! points only to what every site that prints the pointer shows, too; the one exception is another
//! publisher's edition that the rights name, of which the catalogue knows nothing and which
//! therefore is no secret of its own. A pointer is text and an address, no reference between
//! entries, since entries that refer to each other could neither be written nor taken down one
//! after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use catalogue::isbn::Isbn13;
use catalogue::product::Product;
use catalogue::work::Work;

use crate::desired::{Entry, EntryKey, Fields, Value};
use crate::labels::{Labels, Words};
use crate::market::Market;
use crate::offer::Prepared;
use crate::policy::{Destination, Site};
use crate::title_view::TitleView;

/// How one product stands to another. The names are words of the labels' section `relation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    Includes,
    PartOf,
    ReplacedBy,
    Replaces,
    EditionHere,
}

/// Each relation with its word, its inverse, and the codes of ONIX List 51 that state it.
const RELATIONS: [(Relation, &str, Option<Relation>, &[&str]); 5] = [
    (
        Relation::Includes,
        "includes",
        Some(Relation::PartOf),
        &["01"],
    ),
    (
        Relation::PartOf,
        "part_of",
        Some(Relation::Includes),
        &["02"],
    ),
    (
        Relation::ReplacedBy,
        "replaced_by",
        Some(Relation::Replaces),
        &["05", "17"],
    ),
    (
        Relation::Replaces,
        "replaces",
        Some(Relation::ReplacedBy),
        &["03", "16"],
    ),
    (
        Relation::EditionHere,
        "edition_here",
        None,
        &["31", "32", "33"],
    ),
];

/// The words of every relation.
pub(crate) fn relation_words() -> Vec<&'static str> {
    RELATIONS.iter().map(|(_, word, ..)| *word).collect()
}

impl Relation {
    fn row(self) -> Option<&'static (Self, &'static str, Option<Self>, &'static [&'static str])> {
        RELATIONS.iter().find(|(relation, ..)| *relation == self)
    }

    fn word(self) -> &'static str {
        self.row().map_or("", |(_, word, ..)| word)
    }

    fn inverse(self) -> Option<Self> {
        self.row().and_then(|(_, _, inverse, _)| *inverse)
    }
}

/// A format as one locale shows it.
struct Seen {
    owner: EntryKey,
    title: Arc<str>,
    places: BTreeSet<Arc<Destination>>,
    /// Editions to offer in its place, where its rights speak against a sale here.
    instead: BTreeSet<Isbn13>,
}

/// A title on a page.
pub(crate) struct Note<'n, 'a> {
    pub(crate) owner: &'n Work,
    pub(crate) view: &'n TitleView<'a>,
    pub(crate) title: &'n str,
    pub(crate) prepared: &'n [Prepared<'a>],
    pub(crate) market: &'a Market<'a>,
    pub(crate) sites: &'n [&'a Site],
}

/// Ties between products, and who shows what.
#[derive(Default)]
pub(crate) struct Neighbours<'a> {
    ties: BTreeMap<Isbn13, BTreeSet<(Relation, Isbn13)>>,
    /// Products of the catalogue that some tie names.
    known: BTreeSet<Isbn13>,
    seen: BTreeMap<(&'a str, Isbn13), Seen>,
    /// The locale whose version the master repeats, of entries with ties.
    spokesmen: BTreeMap<EntryKey, &'a str>,
}

fn stated(product: &Product) -> impl Iterator<Item = (Relation, Isbn13)> {
    let related = product.related.iter().flat_map(|related| {
        let of_code = |code: &str| {
            let row = RELATIONS.iter().find(|(.., codes)| codes.contains(&code));
            row.map(|(relation, ..)| (*relation, related.isbn))
        };
        related
            .relations
            .iter()
            .filter_map(move |relation| of_code(relation.code()))
    });
    let parts = product.parts.iter().filter_map(|part| part.isbn);
    let claims = product.rights.iter().flat_map(|rights| &rights.claims);
    let editions = claims.flat_map(|claim| claim.alternatives.iter().copied());
    related
        .chain(parts.map(|isbn| (Relation::Includes, isbn)))
        .chain(editions.map(|isbn| (Relation::EditionHere, isbn)))
}

impl<'a> Neighbours<'a> {
    /// The ties of a catalogue, each read from both sides.
    pub(crate) fn of(works: &[&Work]) -> Self {
        let products = || works.iter().flat_map(|work| &work.products);
        let mut ties: BTreeMap<Isbn13, BTreeSet<(Relation, Isbn13)>> = BTreeMap::new();
        for product in products() {
            let Some(isbn) = product.isbn else { continue };
            for (relation, other) in stated(product).filter(|(_, other)| *other != isbn) {
                ties.entry(isbn).or_default().insert((relation, other));
                let others = ties.entry(other).or_default();
                others.extend(relation.inverse().map(|inverse| (inverse, isbn)));
            }
        }
        let known = products()
            .filter_map(|product| product.isbn)
            .filter(|isbn| ties.contains_key(isbn))
            .collect();
        Self {
            ties,
            known,
            ..Self::default()
        }
    }

    /// Whether a product is tied to another.
    fn concern(&self, isbn: Isbn13) -> bool {
        self.ties.contains_key(&isbn)
    }

    /// Whether some format of a work is.
    pub(crate) fn concern_any(&self, work: &Work) -> bool {
        let mut isbns = work.products.iter().filter_map(|product| product.isbn);
        isbns.any(|isbn| self.concern(isbn))
    }

    /// Notes the formats of a title that a locale shows.
    pub(crate) fn note(&mut self, note: &Note<'_, 'a>) {
        for shown in &note.view.formats {
            let product = shown.product;
            let Some(isbn) = product.isbn.filter(|isbn| self.concern(*isbn)) else {
                continue;
            };
            let own = |prepared: &&Prepared<'_>| ptr::eq(prepared.product, product);
            let rights = note.prepared.iter().find(own);
            let rights = rights.and_then(|prepared| prepared.rights.as_deref());
            let instead = rights.filter(|_| !shown.sold_here);
            let instead = instead.map(|rights| product.alternatives(rights, note.market.country));
            let places = note.sites.iter().map(|site| site.destination.clone());
            self.seen.insert(
                (note.market.locale, isbn),
                Seen {
                    owner: EntryKey::of_work(note.owner),
                    title: note.title.into(),
                    places: places.collect(),
                    instead: instead.unwrap_or_default(),
                },
            );
        }
    }

    /// Notes which locale speaks for a work in the master, if it has ties.
    pub(crate) fn note_spokesman(&mut self, work: &Work, owner: &EntryKey, locale: &'a str) {
        if self.concern_any(work) {
            self.spokesmen.insert(owner.clone(), locale);
        }
    }

    /// Writes the pointers into the entries that have any; the master, where it is no market's locale,
    /// repeats those of the locale that speaks for the entry.
    pub(crate) fn write(
        &self,
        entries: &mut BTreeMap<EntryKey, Entry>,
        master: &str,
        markets: &[Market<'_>],
        labels: &Labels,
    ) {
        let mut pointers: BTreeMap<(&EntryKey, &str), Vec<Fields>> = BTreeMap::new();
        for ((locale, isbn), seen) in &self.seen {
            let market = markets.iter().find(|market| market.locale == *locale);
            let words = labels.of(market.map_or("", |market| market.language));
            let ties = self.ties.get(isbn).into_iter().flatten().copied();
            let ties = ties.filter(|(relation, _)| *relation != Relation::EditionHere);
            let instead = seen.instead.iter();
            let instead = instead.map(|other| (Relation::EditionHere, *other));
            for (relation, other) in ties.chain(instead) {
                let target = self.seen.get(&(*locale, other));
                let target = target.filter(|target| target.places.is_superset(&seen.places));
                let foreign = relation == Relation::EditionHere && !self.known.contains(&other);
                if target.is_none() && !foreign {
                    continue;
                }
                let mut row = pointer(*isbn, relation, other, words);
                if let Some(target) = target {
                    row.insert("title", Value::Text(Arc::clone(&target.title)));
                    let entry = entries.get(&target.owner);
                    let version = entry.and_then(|entry| entry.versions.get(*locale));
                    row.put_text("url", version.and_then(|fields| fields["url"].as_text()));
                }
                let rows = pointers.entry((&seen.owner, locale)).or_default();
                rows.push(row);
            }
        }
        // A master that is a market's own says what that market may know, and nothing of another's.
        let is_market = markets.iter().any(|market| market.locale == master);
        for ((owner, locale), rows) in pointers {
            let Some(entry) = entries.get_mut(owner) else {
                continue;
            };
            let rows = Value::Rows(rows.into());
            if let Some(fields) = entry.versions.get_mut(locale) {
                fields.insert("related", rows.clone());
            }
            if !is_market
                && self.spokesmen.get(owner) == Some(&locale)
                && let Some(fields) = entry.versions.get_mut(master)
            {
                fields.insert("related", rows);
            }
        }
    }
}

fn pointer(isbn: Isbn13, relation: Relation, other: Isbn13, words: &Words) -> Fields {
    let word = relation.word();
    Fields::from([
        ("isbn13", Value::Text(isbn.as_str().into())),
        ("relation", Value::Word(word)),
        (
            "relation_label",
            Value::Text(words.get("relation", word).into()),
        ),
        ("other_isbn13", Value::Text(other.as_str().into())),
        ("other_isbn_display", Value::Text(other.hyphenated().into())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_has_its_row_and_inverses_are_mutual() {
        for (relation, _, inverse, _) in RELATIONS {
            assert_eq!(relation.row().map(|row| row.0), Some(relation));
            if let Some(inverse) = inverse {
                assert_eq!(inverse.inverse(), Some(relation));
            }
        }
    }
}

//! Catalogue pages: landing pages that gather books by season, imprint, series or subject.
//!
//! A page holds the delivery query that lists its books, never the list: a new book does not
//! rewrite it. It is public on a site as soon as one of its books is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use crate::desired::{Entry, EntryKey, Fields, Kind, Value};
use crate::jacket::Jacket;
use crate::policy::{CataloguePage, Destination, PageKind, Site};
use crate::projection::UNDATED;
use crate::selection::folded;

/// A configured page and the books found for it.
pub(crate) struct PageDraft<'a> {
    page: &'a CataloguePage,
    /// Source keys of the imprints or series of that name.
    keys: BTreeSet<String>,
    published: BTreeSet<Arc<Destination>>,
}

impl<'a> PageDraft<'a> {
    pub(crate) fn new(page: &'a CataloguePage) -> Self {
        Self {
            page,
            keys: BTreeSet::new(),
            published: BTreeSet::new(),
        }
    }

    /// Takes a book in, if it belongs, where it is public.
    pub(crate) fn offer(&mut self, jacket: &Jacket<'_>, season: Option<&str>, sites: &[&Site]) {
        let value = self.page.value.trim();
        let belongs = match self.page.kind {
            PageKind::Season => season == Some(value),
            PageKind::Subject => jacket.subjects.iter().any(|subject| subject.code == value),
            PageKind::Imprint => {
                let key = jacket
                    .imprint
                    .map(|imprint| (imprint.name.as_str(), imprint.key.as_str()));
                self.named(key)
            }
            PageKind::Series => {
                let key = jacket
                    .series
                    .map(|series| (series.name.as_str(), series.key.as_str()));
                self.named(key)
            }
        };
        if belongs {
            self.published
                .extend(sites.iter().map(|site| site.destination.clone()));
        }
    }

    fn named(&mut self, thing: Option<(&str, &str)>) -> bool {
        match thing {
            Some((name, key)) if folded(name) == folded(&self.page.value) => {
                self.keys.insert(key.to_owned());
                true
            }
            _ => false,
        }
    }

    /// The title as configured, else the value.
    pub(crate) fn title(&self) -> &str {
        self.page
            .title
            .as_deref()
            .unwrap_or(&self.page.value)
            .trim()
    }

    /// Identity of the page's entry.
    pub(crate) fn key(&self) -> EntryKey {
        EntryKey {
            kind: Kind::CataloguePage,
            source_key: self.page.source_key(),
        }
    }

    /// The entry, once some site shows one of its books.
    pub(crate) fn entry(&self, master: &str) -> Option<Entry> {
        if self.published.is_empty() {
            return None;
        }
        let text = |text: &str| Value::Text(text.into());
        let fields = Fields::from([
            ("source_key", text(&self.key().source_key)),
            ("title", text(self.title())),
            ("kind", text(self.page.kind.as_str())),
            ("value", text(self.page.value.trim())),
            ("query", text(&self.query())),
            ("sort", text(self.sort())),
        ]);
        Some(Entry {
            versions: BTreeMap::from([(master.to_owned(), fields)]),
            published: self.published.clone(),
            shielded: BTreeSet::new(),
            records: BTreeSet::new(),
            urgency: UNDATED,
        })
    }

    /// The delivery query for entries of `book`, in our field uids.
    fn query(&self) -> String {
        let value = self.page.value.trim();
        let by_key = || match (self.keys.len(), self.keys.first()) {
            (1, Some(key)) => json!({ "$in_query": { "source_key": key } }),
            _ => json!({ "$in_query": { "source_key": { "$in": self.keys } } }),
        };
        let query = match self.page.kind {
            PageKind::Season => json!({ "season": value }),
            PageKind::Subject => json!({ "subject_codes": { "$in": [value] } }),
            PageKind::Imprint => json!({ "imprint": by_key() }),
            PageKind::Series => json!({ "series": by_key() }),
        };
        query.to_string()
    }

    /// A series reads from its beginning, all else from what is new.
    fn sort(&self) -> &'static str {
        match self.page.kind {
            PageKind::Series => "asc=sort_date",
            PageKind::Season | PageKind::Imprint | PageKind::Subject => "desc=sort_date",
        }
    }
}

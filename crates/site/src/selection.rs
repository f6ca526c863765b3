//! Which titles a site is about.
//!
//! The question is asked of a whole work: a locale has one version of a book, so two sites that
//! share the locale must see the same formats and may differ only in which books they carry.

use std::collections::BTreeSet;

use catalogue::isbn::Isbn13;
use catalogue::work::Work;

use crate::policy::{Selection, Site};

/// A selection made ready for asking: names folded, ISBNs parsed.
pub(crate) struct Selected {
    imprints: BTreeSet<String>,
    series: BTreeSet<String>,
    clients: BTreeSet<String>,
    isbns: BTreeSet<Isbn13>,
    keys: BTreeSet<String>,
}

impl Selected {
    pub(crate) fn new(site: &Site) -> Self {
        let Selection {
            imprints,
            series,
            clients,
            lists,
        } = &site.select;
        let mut isbns = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for entry in lists {
            match Isbn13::parse(entry) {
                Ok(isbn) => _ = isbns.insert(isbn),
                Err(_) => _ = keys.insert(entry.trim().to_owned()),
            }
        }
        Self {
            imprints: all(imprints),
            series: all(series),
            clients: all(clients),
            isbns,
            keys,
        }
    }

    /// Which list leaves the work out, if any does.
    pub(crate) fn leaves_out(&self, work: &Work) -> Option<&'static str> {
        let imprints = || {
            let own = work
                .products
                .iter()
                .filter_map(|product| product.imprint.as_ref());
            own.chain(&work.imprint)
                .map(|imprint| imprint.name.as_str())
        };
        let series = || {
            work.series
                .iter()
                .map(|membership| membership.series.name.as_str())
        };
        if !agrees(&self.imprints, imprints()) {
            Some("imprints")
        } else if !agrees(&self.series, series()) {
            Some("series")
        } else if !agrees(&self.clients, work.client.as_deref().into_iter()) {
            Some("clients")
        } else if !self.lists(work) {
            Some("lists")
        } else {
            None
        }
    }

    fn lists(&self, work: &Work) -> bool {
        if self.isbns.is_empty() && self.keys.is_empty() {
            return true;
        }
        let named = |key: &str| self.keys.contains(key);
        named(work.key.as_str())
            || named(&format!("work:{}", work.key.id()))
            || work.aliases.iter().any(|alias| named(alias.as_str()))
            || work
                .products
                .iter()
                .filter_map(|product| product.isbn)
                .any(|isbn| self.isbns.contains(&isbn))
    }
}

fn all(names: &[String]) -> BTreeSet<String> {
    names.iter().map(|name| folded(name)).collect()
}

/// A name as it is compared: without outer space and case.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn agrees<'a>(wanted: &BTreeSet<String>, mut names: impl Iterator<Item = &'a str>) -> bool {
    wanted.is_empty() || names.any(|name| wanted.contains(&folded(name)))
}

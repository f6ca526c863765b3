//! Where a page's address stands among its fields: on top of everything else, and once for all
//! markets that are told the same.

use std::sync::Arc;

use crate::book::Version;
use crate::desired::{Entry, EntryKey, Fields, Value};
use crate::gathering::has_page;
use crate::urls::{Addresses, Wanted};

/// Gives what works share its address, made of its name in the master locale.
pub(crate) fn address(
    key: &EntryKey,
    entry: &mut Entry,
    master: &str,
    addresses: &mut Addresses<'_>,
) {
    let named = entry.versions.get(master);
    let url = addresses.of(key, &[], || Wanted {
        name: named
            .and_then(|fields| fields["title"].as_text())
            .unwrap_or_default()
            .to_owned(),
        ..Wanted::default()
    });
    for fields in entry.versions.values_mut() {
        fields.insert("url", Value::Text(Arc::clone(&url)));
    }
}

/// What markets are told of a title, with its address on top: once for all markets that are told the
/// same.
pub(crate) struct Addressed {
    url: Arc<str>,
    known: Vec<(Arc<Fields>, Arc<Fields>)>,
}

impl Addressed {
    pub(crate) fn new(url: Arc<str>) -> Self {
        Self {
            url,
            known: Vec::new(),
        }
    }

    pub(crate) fn over(&mut self, told: &Arc<Fields>) -> Fields {
        let known = self
            .known
            .iter()
            .find(|(known, _)| Arc::ptr_eq(known, told));
        if let Some((_, addressed)) = known {
            return Fields::resting_on(Arc::clone(addressed), 0);
        }
        let mut fields = Fields::resting_on(Arc::clone(told), 1);
        fields.insert("url", Value::Text(Arc::clone(&self.url)));
        let fields = Arc::new(fields);
        self.known.push((Arc::clone(told), Arc::clone(&fields)));
        Fields::resting_on(fields, 0)
    }
}

/// What a book's address may be made of.
pub(crate) fn wanted(version: &Version<'_>) -> Wanted {
    Wanted {
        name: version.jacket.title.clone(),
        contributor: version
            .jacket
            .contributions
            .iter()
            .map(|contribution| &contribution.contributor)
            .find(|contributor| has_page(contributor))
            .map(|contributor| contributor.name.clone()),
        isbn: version.jacket.lead_isbn.map(|isbn| isbn.to_string()),
    }
}

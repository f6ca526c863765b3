//! Shields: what stands in a locale for something that is hidden there and shown beside it.
//!
//! Locales that share an environment share its delivery token, and a request with
//! `include_fallback=true` is given the fallback's entry where a locale has none of its own. A site
//! that asks for it therefore gets a version that says nothing, published in the place of every
//! entry that another locale of its environment shows: of books, and of the authors, series,
//! imprints and pages that only hidden books bring there. It holds the source key and, since a
//! stack wants a title, the source key again.
//!
//! A version belongs to a locale, not to a site. Where another environment shows the entry in the
//! same locale there is no room for a shield, and what is hidden is hidden by the site's selection,
//! not from its market.
//!
//! Files have no versions: whoever lists the files of an environment sees those of all its locales.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::book::{blank, stub};
use crate::desired::{Entry, EntryKey, Fields, Kind};
use crate::market::Market;
use crate::policy::{Destination, Hidden, Policy};

/// What a shield says in the place of an entry.
#[must_use]
pub fn silence(key: &EntryKey, policy: &Policy) -> Fields {
    stub(&key.source_key, &Arc::new(blank(policy, key.kind)))
}

/// Raises the shields that the sites ask for over all entries.
pub(crate) fn raise(
    entries: &mut BTreeMap<EntryKey, Entry>,
    markets: &[Market<'_>],
    policy: &Policy,
) {
    let sites = markets.iter().flat_map(|market| &market.sites);
    let guarded: Vec<&Arc<Destination>> = sites
        .filter(|site| site.hidden == Hidden::Shield)
        .map(|site| &site.destination)
        .collect();
    if guarded.is_empty() {
        return;
    }
    let blanks: BTreeMap<Kind, Arc<Fields>> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, Arc::new(blank(policy, kind))))
        .collect();
    for (key, entry) in entries {
        if let Some(blank) = blanks.get(&key.kind) {
            raise_over(key, entry, &guarded, blank, &policy.master_locale);
        }
    }
}

fn raise_over(
    key: &EntryKey,
    entry: &mut Entry,
    guarded: &[&Arc<Destination>],
    blank: &Arc<Fields>,
    master: &str,
) {
    let telling: BTreeSet<String> = entry
        .published
        .iter()
        .map(|place| place.locale.clone())
        .collect();
    // A locale that had a shield keeps a version of its own, so what it says now must be said there.
    for locale in guarded.iter().map(|place| &place.locale) {
        if telling.contains(locale) {
            repeat_master(entry, locale, master);
        }
    }
    let shielded: BTreeSet<Arc<Destination>> = guarded
        .iter()
        .filter(|place| !telling.contains(&place.locale))
        .filter(|place| {
            let mut shown = entry.published.iter();
            shown.any(|shown| shown.environment == place.environment)
        })
        .map(|place| Arc::clone(place))
        .collect();
    if shielded.iter().any(|place| place.locale == master) {
        for locale in &telling {
            repeat_master(entry, locale, master);
        }
    }
    for place in &shielded {
        let silence = stub(&key.source_key, blank);
        entry.versions.insert(place.locale.clone(), silence);
    }
    entry.published.extend(shielded.iter().cloned());
    entry.shielded = shielded;
}

/// Says in a locale itself what it would inherit of the master.
fn repeat_master(entry: &mut Entry, locale: &str, master: &str) {
    if entry.versions.contains_key(locale) {
        return;
    }
    if let Some(fields) = entry.versions.get(master).cloned() {
        entry.versions.insert(locale.to_owned(), fields);
    }
}

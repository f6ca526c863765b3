//! Sites that share an environment: a reader who asks for fallbacks is told no more than his market
//! may know.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use proptest::prelude::*;
use site::desired::{Desired, Entry, Fields, Kind, Memory, Value};
use site::policy::{Destination, Hidden, Policy, Site, Sites};
use site::projection::projection;

use crate::redirects::moved;
use crate::secrecy::{names, unknown_to, works};
use crate::shelf::*;

/// The three sites in one environment.
fn together(hidden: Hidden) -> Sites {
    let sites = [au(), gb(), us()].map(|mut site| {
        site.destination = Destination {
            environment: "production".to_owned(),
            locale: site.destination.locale.clone(),
        }
        .into();
        site.hidden = hidden;
        site
    });
    Sites::new(sites.to_vec()).unwrap()
}

fn with_master(master: &str) -> Policy {
    Policy::new(master)
}

/// What a version says in a place.
fn said_in<'d>(entry: &'d Entry, locale: &str, master: &str) -> &'d Fields {
    let own = entry.versions.get(locale);
    own.unwrap_or_else(|| &entry.versions[master])
}

/// Everything that a site's reader can be given who asks for fallbacks, whatever falls back to what:
/// the site's own publication of an entry, and without one that of any other locale.
fn reachable<'d>(desired: &'d Desired, site: &Site, master: &str) -> Vec<(String, &'d Fields)> {
    let mut reached = Vec::new();
    for (key, entry) in &desired.entries {
        if entry.published.contains(&site.destination) {
            let fields = said_in(entry, &site.destination.locale, master);
            reached.push((key.to_string(), fields));
            continue;
        }
        let beside = entry.published.iter();
        let beside = beside.filter(|place| place.environment == site.destination.environment);
        reached
            .extend(beside.map(|place| (key.to_string(), said_in(entry, &place.locale, master))));
    }
    reached
}

pub(crate) fn written(key: &str, fields: &Fields, with_address: bool) -> String {
    let mut fields = fields.clone();
    if !with_address {
        // A redirect's title is an address.
        let addresses = ["url", "from_url", "to_url"];
        let is_redirect = fields.get("from_url").is_some();
        for uid in addresses.into_iter().chain(is_redirect.then_some("title")) {
            if fields.get(uid).is_some() {
                fields.insert(uid, Value::Nothing);
            }
        }
    }
    format!("{key} {}\n", serde_json::to_string(&fields).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn nothing_hidden_is_reached_through_a_fallback(
        works in works(),
        hour in 0..1200_i64,
        master in prop::sample::select(vec!["en", "en-us", "en-au"]),
    ) {
        let now = at("2027-05-01T00:00:00Z") + hour.hours();
        let sites = together(Hidden::Shield);
        let policy = with_master(master);
        let memory = moved(&works);
        let desired = projection(&works, &sites, &policy, &memory, now);
        for site in sites.iter() {
            let reached = reachable(&desired, site, master);
            let words: String = reached.iter().map(|(key, fields)| written(key, fields, false)).collect();
            let addresses: String = reached.iter().map(|(key, fields)| written(key, fields, true)).collect();
            for work in &works {
                let unknown = unknown_to(work, site, now);
                let wholly = unknown.len() == work.products.len();
                for name in unknown.into_iter().flat_map(names) {
                    prop_assert!(!words.contains(&name), "{} reaches {name} in:\n{words}", site.id);
                    let slug = name.to_lowercase();
                    prop_assert!(
                        !wholly || !addresses.contains(&slug),
                        "{} reaches {slug} in an address of:\n{addresses}", site.id
                    );
                }
            }
        }
    }
}

/// Two works: one for Australia alone, with an author, a series and an imprint of its own, and one
/// for everybody.
fn two() -> Desired {
    let mut local = work(
        1,
        "Salt",
        vec![sold(hardback(1, "Salt"), &["AU"], &["GB", "US"])],
    );
    local
        .contributions
        .push(contribution(7, "Ida Marsh", "A01", 1));
    local.series.push(membership(3, "Tides", "1"));
    let everywhere = work(
        2,
        "Sand",
        vec![sold(hardback(2, "Sand"), &["AU", "GB", "US"], &[])],
    );
    let works = [local, everywhere];
    let sites = together(Hidden::Shield);
    projection(
        &works,
        &sites,
        &with_master("en-us"),
        &Memory::default(),
        at(NOW),
    )
}

#[test]
fn a_shield_says_its_key_and_that_there_is_nothing_to_see() {
    let desired = two();
    let mut seen = BTreeSet::new();
    for (key, entry) in &desired.entries {
        let places: Vec<&str> = entry
            .shielded
            .iter()
            .map(|place| place.locale.as_str())
            .collect();
        if places.is_empty() {
            continue;
        }
        seen.insert(key.kind);
        assert_eq!(places, ["en-gb", "en-us"], "{key}");
        assert_eq!(
            entry.published.len(),
            3,
            "{key}: the shields are published, too"
        );
        for locale in places {
            let told: Vec<(&str, String)> = entry.versions[locale]
                .iter()
                .filter(|(_, value)| !matches!(value, Value::Nothing))
                .map(|(uid, value)| (uid, serde_json::to_string(value).unwrap()))
                .filter(|(_, value)| !value.contains("[]"))
                .collect();
            let uids: Vec<&str> = told.iter().map(|(uid, _)| *uid).collect();
            let due: &[&str] = match key.kind {
                Kind::Book => &["source_key", "title", "visible"],
                _ => &["source_key", "title"],
            };
            let mut sorted = uids.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, due, "{key} in {locale}: {told:?}");
        }
        assert_ne!(
            said_in(entry, "en-au", "en-us"),
            &entry.versions["en-us"],
            "{key}"
        );
    }
    assert!(
        seen.contains(&Kind::Book) && seen.contains(&Kind::Contributor),
        "{seen:?}"
    );
    let books = desired
        .entries
        .iter()
        .filter(|(key, _)| key.kind == Kind::Book);
    let open = books.filter(|(_, entry)| entry.shielded.is_empty()).count();
    assert_eq!(open, 1, "a book for everybody has no shield");
}

#[test]
fn no_shield_is_raised_where_nobody_asks_or_nobody_else_is_shown() {
    let title = work(
        1,
        "Salt",
        vec![sold(hardback(1, "Salt"), &["AU"], &["GB", "US"])],
    );
    let works = std::slice::from_ref(&title);
    let policy = with_master("en-us");
    let none = |sites: &Sites| {
        let desired = projection(works, sites, &policy, &Memory::default(), at(NOW));
        assert!(
            desired
                .entries
                .values()
                .all(|entry| entry.shielded.is_empty())
        );
        assert!(
            desired
                .entries
                .values()
                .all(|entry| entry.published.len() == 1)
        );
    };
    none(&together(Hidden::Absent));
    let apart = [au(), gb(), us()].map(|mut site| {
        site.hidden = Hidden::Shield;
        site
    });
    none(&Sites::new(apart.to_vec()).unwrap());
}

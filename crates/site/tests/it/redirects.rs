//! Redirects stand where their pages stand, and tell of nothing that is hidden.

use std::collections::BTreeSet;

use catalogue::work::Work;
use proptest::prelude::*;
use site::desired::{Desired, EntryKey, Kind, Memory};
use site::policy::{Destination, Hidden, Policy, Sites};
use site::projection::projection;
use site::redirect::{Move, redirect_key};
use site::urls::{AddressError, check_address};

use crate::secrecy::works;
use crate::shelf::*;

/// A memory in which the pages of these works and of their contributors were public under the names of their formats
/// once, and have had other addresses since.
pub(crate) fn moved(works: &[Work]) -> Memory {
    let mut memory = Memory::default();
    let mut leave = |key: EntryKey, folder: &str, name: &str| {
        if !memory.urls.contains_key(&key) {
            let from = format!("/{folder}/{}", name.to_lowercase());
            move_to(&mut memory, &key, Some(&from), &format!("{from}-new"));
        }
    };
    for work in works {
        let key = |kind, key: &str| EntryKey {
            kind,
            source_key: key.to_owned(),
        };
        if let Some(product) = work.products.first() {
            leave(
                key(Kind::Book, work.key.as_str()),
                "books",
                &product.title.text,
            );
        }
        for one in &work.contributions {
            let person = &one.contributor;
            leave(
                key(Kind::Contributor, person.key.as_str()),
                "authors",
                &person.name,
            );
        }
    }
    memory
}

/// Moves a page that was public.
pub(crate) fn move_to(memory: &mut Memory, key: &EntryKey, from: Option<&str>, to: &str) {
    memory.public.extend(from.map(str::to_owned));
    move_unseen(memory, key, from, to);
}

/// Moves a page that was not public yet.
fn move_unseen(memory: &mut Memory, key: &EntryKey, from: Option<&str>, to: &str) {
    let made = Move {
        id: format!("{:04}", memory.moves.left().count()),
        from: from.map(str::to_owned),
        to: to.to_owned(),
        reason: "a better name".to_owned(),
        by: "ida".to_owned(),
        at: at(NOW),
    };
    memory.moves.note(key.clone(), made);
    memory.urls.insert(key.clone(), to.to_owned());
}

/// From, to and places of every redirect.
fn led(desired: &Desired) -> Vec<(String, String, BTreeSet<String>)> {
    let redirects = desired
        .entries
        .iter()
        .filter(|(key, _)| key.kind == Kind::Redirect);
    redirects
        .map(|(_, entry)| {
            let places = &entry.published - &entry.shielded;
            let telling = places
                .iter()
                .filter_map(|place| entry.versions.get(&place.locale))
                .next()
                .unwrap();
            assert_eq!(said(telling, "title"), said(telling, "from_url"));
            assert_eq!(said(telling, "status"), "301");
            let locales = places.iter().map(|place| place.locale.clone());
            (
                said(telling, "from_url"),
                said(telling, "to_url"),
                locales.collect(),
            )
        })
        .collect()
}

fn locales(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_address_that_was_left_leads_straight_to_the_present_one() {
    let title = work(
        1,
        "Salt",
        vec![sold(hardback(1, "Salt"), &["AU", "GB"], &["US"])],
    );
    let works = std::slice::from_ref(&title);
    let mut memory = Memory::default();
    move_to(&mut memory, &book(1), None, "/books/salt");
    let project = |memory: &Memory| projection(works, &sites(), &policy(), memory, at(NOW));
    assert!(led(&project(&memory)).is_empty(), "it never had another");
    move_to(
        &mut memory,
        &book(1),
        Some("/books/salt"),
        "/books/sea-salt",
    );
    move_to(
        &mut memory,
        &book(1),
        Some("/books/sea-salt"),
        "/books/rock-salt",
    );
    let desired = project(&memory);
    let places = locales(&["en-au", "en-gb"]);
    let lead = |from: &str, to: &str| (from.to_owned(), to.to_owned(), places.clone());
    assert_eq!(
        led(&desired),
        [
            lead("/books/salt", "/books/rock-salt"),
            lead("/books/sea-salt", "/books/rock-salt")
        ]
    );
    assert!(
        desired
            .new_urls
            .keys()
            .all(|key| key.kind != Kind::Redirect),
        "it has no page"
    );
    let page = &entry(&desired, &book(1)).versions["en-au"];
    assert_eq!(said(page, "url"), "/books/rock-salt");
    let target = &entry(&desired, &redirect_key("0001")).versions["en-au"];
    assert_eq!(said(target, "target"), "book consonance:work:1");
    // Back to the first: it leads nowhere, and the others to it.
    move_to(
        &mut memory,
        &book(1),
        Some("/books/rock-salt"),
        "/books/salt",
    );
    assert_eq!(
        led(&project(&memory)),
        [
            lead("/books/sea-salt", "/books/salt"),
            lead("/books/rock-salt", "/books/salt")
        ]
    );
}

#[test]
fn an_address_that_was_never_public_is_told_to_nobody() {
    let title = work(1, "Salt", vec![hardback(1, "Salt")]);
    let mut memory = Memory::default();
    move_unseen(&mut memory, &book(1), None, "/books/working-title");
    let working = Some("/books/working-title");
    move_unseen(&mut memory, &book(1), working, "/books/salt");
    let desired = projection(&[title], &sites(), &policy(), &memory, at(NOW));
    let page = &entry(&desired, &book(1)).versions["en-au"];
    assert_eq!(said(page, "url"), "/books/salt");
    let told = format!("{:?}", desired.entries);
    assert!(!told.contains("working-title"), "{told}");
}

#[test]
fn a_redirect_never_stands_before_a_page_nor_is_its_address_given_away() {
    let works = [
        work(1, "Salt", vec![hardback(1, "Salt")]),
        work(2, "Sand", vec![hardback(2, "Sand")]),
    ];
    let mut memory = Memory::default();
    move_to(&mut memory, &book(1), Some("/books/sand"), "/books/salt");
    let desired = projection(&works, &sites(), &policy(), &memory, at(NOW));
    assert_eq!(
        desired.new_urls[&book(2)],
        format!("/books/sand-{}", isbn(2)),
        "the address leads elsewhere"
    );
    assert_eq!(led(&desired).len(), 1);
    // A state file that was lost and made again may know the address as the other's.
    memory.urls.insert(book(2), "/books/sand".to_owned());
    let desired = projection(&works, &sites(), &policy(), &memory, at(NOW));
    assert!(led(&desired).is_empty());
}

#[test]
fn a_title_that_was_merged_into_another_leads_to_it() {
    let mut title = work(1, "Salt", vec![hardback(1, "Salt")]);
    title
        .aliases
        .insert(catalogue::key::WorkKey::namespaced("consonance", "work", 9));
    let mut memory = Memory::default();
    move_to(
        &mut memory,
        &book(9),
        Some("/books/old-salt"),
        "/books/salt",
    );
    let desired = projection(&[title], &sites(), &policy(), &memory, at(NOW));
    assert_eq!(led(&desired)[0].1, "/books/salt");
    let target = &entry(&desired, &redirect_key("0000")).versions["en-au"];
    assert_eq!(said(target, "target"), "book consonance:work:1");
}

#[test]
fn an_address_is_of_the_form_of_those_that_are_made_and_nobody_elses() {
    let mut memory = Memory::default();
    move_to(
        &mut memory,
        &book(1),
        Some("/books/salt"),
        "/books/sea-salt",
    );
    move_to(&mut memory, &book(2), None, "/books/sand");
    let check = |path: &str| check_address(path, &[book(1)], Kind::Book, &memory);
    for good in ["/books/rock-salt", "/books/salt", "/books/1984"] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    for (bad, like) in [
        ("/books/Rock Salt!", "/books/rock-salt"),
        ("rock-salt", "/books/rock-salt"),
        ("/authors/rock-salt", "/books/rock-salt"),
        ("/books/rock/salt", "/books/salt"),
        ("/books/rock--salt/", "/books/rock-salt"),
        ("https://example.com/books/sält?x=1", "/books/salt-x-1"),
        ("/books/", "/books/books"),
        ("", "/books/salt"),
    ] {
        let form = AddressError::Form {
            address: bad.to_owned(),
            like: like.to_owned(),
        };
        assert_eq!(check(bad), Err(form), "{bad}");
    }
    let long = format!("/books/{}", "x".repeat(81));
    assert!(matches!(check(&long), Err(AddressError::Form { .. })));
    assert!(matches!(
        check("/books/sea-salt"),
        Err(AddressError::Same(_))
    ));
    let taken = |path: &str, by: &EntryKey, other: &EntryKey| {
        let refused = check_address(path, std::slice::from_ref(by), Kind::Book, &memory);
        let owner = other.clone();
        assert_eq!(
            refused,
            Err(AddressError::Taken {
                address: path.to_owned(),
                owner
            })
        );
    };
    taken("/books/sand", &book(1), &book(2));
    taken("/books/sea-salt", &book(2), &book(1));
    taken("/books/salt", &book(2), &book(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_redirect_tells_where_its_page_is_shown_and_is_silent_elsewhere(
        works in works(),
        together in any::<bool>(),
        master in prop::sample::select(vec!["en", "en-us", "en-au"]),
    ) {
        let sites = [au(), gb(), us()].map(|mut site| {
            if together {
                let locale = site.destination.locale.clone();
                site.destination = Destination { environment: "production".to_owned(), locale }.into();
            }
            site.hidden = Hidden::Shield;
            site
        });
        let sites = Sites::new(sites.to_vec()).unwrap();
        let memory = moved(&works);
        let desired = projection(&works, &sites, &Policy::new(master), &memory, at(NOW));
        for (key, redirect) in desired.entries.iter().filter(|(key, _)| key.kind == Kind::Redirect) {
            let told = redirect.versions.values().map(|fields| said(fields, "target")).find(|told| !told.is_empty());
            let target = site::redirect::target_key(&told.unwrap()).unwrap();
            let target = &desired.entries[&target];
            prop_assert_eq!(&redirect.published, &target.published, "{}", key);
            prop_assert_eq!(&redirect.shielded, &target.shielded, "{}", key);
            let telling: BTreeSet<&str> =
                (&target.published - &target.shielded).iter().map(|place| place.locale.clone()).map(|locale| {
                    sites.iter().find(|site| site.destination.locale == locale).unwrap().destination.locale.as_str()
                }).collect();
            let is_market = sites.iter().any(|site| site.destination.locale == master);
            for (locale, fields) in &redirect.versions {
                let silent = said(fields, "from_url").is_empty();
                let due = !telling.contains(locale.as_str()) && (is_market || locale != master);
                prop_assert_eq!(silent, due, "{} in {}", key, locale);
                if silent {
                    let all = serde_json::to_string(fields).unwrap();
                    prop_assert!(!all.contains('/'), "a shield tells an address: {all}");
                    prop_assert_eq!(said(fields, "title"), key.source_key.clone());
                }
            }
        }
        // Every page that is shown and had another address has its redirect.
        let pages = desired.entries.iter().filter(|(key, _)| key.kind != Kind::Redirect);
        let had = pages.filter(|(key, _)| memory.moves.of(key).next().is_some()).count();
        let led = desired.entries.keys().filter(|key| key.kind == Kind::Redirect).count();
        prop_assert_eq!(led, had);
    }
}

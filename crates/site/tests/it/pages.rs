//! Entries as a whole: versions, places, addresses, catalogue pages, and the model that they fill.

use std::collections::BTreeSet;

use catalogue::codes::SubjectScheme;
use catalogue::key::WorkKey;
use catalogue::title::Title;
use catalogue::work::Work;
use site::content_model::{Names, model};
use site::desired::{Desired, EntryKey, Kind, Memory, Value};
use site::policy::{CataloguePage, PageKind, Policy, Sites};
use site::projection::projection;

use crate::redirects::move_to;
use crate::shelf::*;

fn key(kind: Kind, source_key: &str) -> EntryKey {
    EntryKey {
        kind,
        source_key: source_key.to_owned(),
    }
}

fn full(number: u32, title: &str) -> Work {
    let mut work = work(number, title, vec![hardback(number, title)]);
    work.contributions = vec![contribution(5, "Ida Marsh", "A01", 1)];
    work.imprint = Some(imprint(7, "Lantern House"));
    work.series = vec![membership(3, "Minerals", "1")];
    work.season = Some("Spring 2027".to_owned());
    work.subjects = vec![subject(SubjectScheme::THEMA, "FBA", "Modern fiction", true)];
    work
}

fn projected(works: &[Work], sites: &Sites, policy: &Policy, memory: &Memory) -> Desired {
    projection(works, sites, policy, memory, at(NOW))
}

#[test]
fn every_version_fills_its_model_and_nothing_else() {
    let mut policy = policy();
    policy.catalogue_pages = vec![CataloguePage {
        kind: PageKind::Season,
        value: "Spring 2027".to_owned(),
        title: None,
    }];
    let mut memory = Memory::default();
    move_to(
        &mut memory,
        &book(1),
        Some("/books/salt"),
        "/books/sea-salt",
    );
    let desired = projected(&[full(1, "Salt")], &sites(), &policy, &memory);
    for content_type in model(&policy) {
        let fields: BTreeSet<&str> = content_type.fields.iter().map(|field| field.uid).collect();
        let entries: Vec<_> = desired
            .entries
            .iter()
            .filter(|(key, _)| key.kind == content_type.kind)
            .collect();
        assert!(!entries.is_empty(), "no {:?}", content_type.kind);
        for (key, entry) in entries {
            for (locale, version) in &entry.versions {
                let own: BTreeSet<&str> = version.keys().collect();
                assert_eq!(own, fields, "{key} in {locale}");
            }
        }
    }
}

#[test]
fn the_master_locale_tells_nothing_where_its_market_may_not_know() {
    let mut policy = policy();
    policy.master_locale = "en-us".to_owned();
    let hidden = work(1, "Salt", vec![sold(hardback(1, "Salt"), &["AU"], &["US"])]);
    let desired = projected(&[hidden], &sites(), &policy, &Memory::default());
    let entry = entry(&desired, &book(1));
    let master = &entry.versions["en-us"];
    assert_eq!(said(master, "title"), "consonance:work:1");
    assert_eq!(said(master, "visible"), "false");
    let telling: Vec<_> = master
        .iter()
        .filter(|(uid, _)| !matches!(*uid, "title" | "source_key" | "visible"))
        .filter(|(_, value)| match value {
            Value::Nothing => false,
            Value::Texts(texts) => !texts.is_empty(),
            Value::References(keys) => !keys.is_empty(),
            Value::Rows(rows) => !rows.is_empty(),
            Value::Terms(terms) => !terms.is_empty(),
            _ => true,
        })
        .collect();
    assert!(telling.is_empty(), "{telling:?}");
    assert!(!entry.published.contains(&us().destination));
}

#[test]
fn a_master_locale_without_a_site_takes_the_first_public_site_of_the_configuration() {
    let british = sold(hardback(1, "Colour"), &["GB"], &["US", "AU"]);
    let american = sold(hardback(2, "Color"), &["US"], &["GB", "AU"]);
    let works = [work(1, "Colour", vec![british, american])];
    let desired = project(&works, &sites());
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en"], "title"),
        "Colour"
    );
    let turned = Sites::new(vec![us(), gb()]).unwrap();
    let desired = project(&works, &turned);
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en"], "title"),
        "Color"
    );
}

#[test]
fn shared_entries_stand_where_a_visible_book_needs_them_and_carry_its_records() {
    let mut at_home = full(1, "Salt");
    at_home.products[0] = sold(hardback(1, "Salt"), &["AU"], &["GB", "US"]);
    let mut abroad = full(2, "Pepper");
    abroad.products[0] = sold(hardback(2, "Pepper"), &["GB"], &["AU", "US"]);
    let desired = project(&[at_home, abroad], &sites());
    for key in [
        key(Kind::Contributor, "consonance:contact:5"),
        key(Kind::Series, "consonance:series:3"),
        key(Kind::Imprint, "consonance:imprint:7"),
    ] {
        let entry = entry(&desired, &key);
        assert_eq!(
            entry.published,
            [au().destination, gb().destination].into(),
            "{key}"
        );
        assert_eq!(entry.records, [record(1), record(2)].into(), "{key}");
        let locales: Vec<_> = entry.versions.keys().collect();
        assert_eq!(locales, ["en", "en-au", "en-gb"], "{key}");
    }
}

#[test]
fn a_biography_for_few_does_not_speak_for_all() {
    use catalogue::text::Markup;
    let with_biography = |mut work: Work, words: &str| {
        work.contributions[0].contributor.biography = Some(Markup::plain(words));
        work
    };
    let mut abroad = full(1, "Pepper");
    abroad.products[0] = sold(hardback(1, "Pepper"), &["GB"], &["AU", "US"]);
    let works = [
        with_biography(abroad, "Writes Pepper."),
        with_biography(full(2, "Salt"), "Writes Salt."),
    ];
    let desired = project(&works, &sites());
    let author = entry(&desired, &key(Kind::Contributor, "consonance:contact:5"));
    for locale in ["en", "en-au", "en-gb", "en-us"] {
        let fields = &author.versions[locale];
        assert_eq!(said(fields, "biography"), "<p>Writes Salt.</p>", "{locale}");
    }
}

#[test]
fn a_biography_of_a_hidden_book_is_told_where_the_book_is() {
    use catalogue::text::Markup;
    let with_biography = |mut work: Work, words: &str| {
        work.contributions[0].contributor.biography = Some(Markup::plain(words));
        work
    };
    let mut abroad = full(1, "Pepper");
    abroad.products[0] = sold(hardback(1, "Pepper"), &["GB"], &["AU", "US"]);
    let mut at_home = full(2, "Salt");
    at_home.products[0] = sold(hardback(2, "Salt"), &["AU"], &["GB", "US"]);
    let works = [
        with_biography(abroad, "Writes Pepper."),
        with_biography(at_home, "Writes Salt."),
    ];
    let desired = project(&works, &sites());
    let author = entry(&desired, &key(Kind::Contributor, "consonance:contact:5"));
    let told = |locale: &str| said(&author.versions[locale], "biography");
    assert_eq!(told("en-au"), "<p>Writes Salt.</p>");
    assert_eq!(told("en-gb"), "<p>Writes Pepper.</p>");
    assert!(!author.versions.contains_key("en-us"));
}

#[test]
fn sites_of_one_locale_hear_only_what_all_of_them_may() {
    use catalogue::text::Markup;
    use site::policy::Selection;
    let mut first = full(1, "Pepper");
    first.imprint = Some(imprint(7, "North"));
    first.contributions[0].contributor.biography = Some(Markup::plain("Writes Pepper."));
    let mut second = full(2, "Salt");
    second.imprint = Some(imprint(8, "South"));
    second.contributions[0].contributor.biography = Some(Markup::plain("Writes Salt."));
    let about = |id: &str, name: &str| {
        let mut site = au();
        site.id = site::policy::SiteId(id.to_owned());
        site.destination = std::sync::Arc::new(site::policy::Destination {
            environment: format!("production-{id}"),
            locale: "en-au".to_owned(),
        });
        site.select = Selection {
            imprints: vec![name.to_owned()],
            ..Selection::default()
        };
        site
    };
    let apart = Sites::new(vec![about("north", "North"), about("south", "South")]).unwrap();
    let author = |works: &[Work]| {
        let desired = project(works, &apart);
        entry(&desired, &key(Kind::Contributor, "consonance:contact:5"))
    };
    let told = author(&[first.clone(), second.clone()]);
    assert_eq!(said(&told.versions["en-au"], "biography"), "");
    second.contributions[0].contributor.biography = Some(Markup::plain("Writes Pepper."));
    let told = author(&[first, second]);
    assert_eq!(
        said(&told.versions["en-au"], "biography"),
        "<p>Writes Pepper.</p>"
    );
}

#[test]
fn addresses_are_kept_whatever_becomes_of_the_title() {
    let first = project(&[full(1, "Salt")], &sites());
    let memory = Memory {
        urls: first.new_urls,
        ..Memory::default()
    };
    assert_eq!(memory.urls[&book(1)], "/books/salt");
    assert_eq!(
        memory.urls[&key(Kind::Contributor, "consonance:contact:5")],
        "/authors/ida-marsh"
    );
    let again = projected(&[full(1, "Salt Revised")], &sites(), &policy(), &memory);
    assert!(again.new_urls.is_empty());
    assert_eq!(
        said(&entry(&again, &book(1)).versions["en-au"], "url"),
        "/books/salt"
    );
}

#[test]
fn books_that_share_a_title_do_not_share_an_address() {
    let mut works = vec![full(2, "Salt"), full(1, "Salt"), full(3, "Salt")];
    works[0].contributions = vec![contribution(6, "Bo Lind", "A01", 1)];
    let desired = project(&works, &sites());
    let urls: Vec<&str> = [1, 2, 3]
        .iter()
        .map(|n| desired.new_urls[&book(*n)].as_str())
        .collect();
    assert_eq!(
        urls,
        [
            "/books/salt",
            "/books/salt-bo-lind",
            "/books/salt-ida-marsh"
        ]
    );
}

#[test]
fn a_work_merged_into_another_hands_its_address_on() {
    let memory = Memory {
        urls: [(book(8), "/books/old-salt".to_owned())].into(),
        ..Memory::default()
    };
    let mut merged = full(1, "Salt");
    merged
        .aliases
        .insert(WorkKey::namespaced("consonance", "work", 8));
    let desired = projected(&[merged], &sites(), &policy(), &memory);
    assert_eq!(desired.new_urls[&book(1)], "/books/old-salt");
}

#[test]
fn catalogue_pages_stand_where_one_of_their_books_does() {
    let page = |kind, value: &str| CataloguePage {
        kind,
        value: value.to_owned(),
        title: None,
    };
    let mut policy = policy();
    policy.catalogue_pages = vec![
        page(PageKind::Season, "Spring 2027"),
        page(PageKind::Season, "Autumn 1999"),
        page(PageKind::Imprint, "lantern house"),
        page(PageKind::Series, "Minerals"),
        page(PageKind::Subject, "FBA"),
    ];
    let mut at_home = full(1, "Salt");
    at_home.products[0] = sold(hardback(1, "Salt"), &["AU"], &["GB", "US"]);
    let desired = projected(&[at_home], &sites(), &policy, &Memory::default());
    let pages: Vec<_> = desired
        .entries
        .iter()
        .filter(|(key, _)| key.kind == Kind::CataloguePage)
        .collect();
    let said_of: Vec<String> = pages
        .iter()
        .map(|(key, entry)| {
            assert_eq!(entry.published, [au().destination].into(), "{key}");
            let fields = &entry.versions["en"];
            format!(
                "{} {} {}",
                key.source_key,
                said(fields, "query"),
                said(fields, "sort")
            )
        })
        .collect();
    assert_eq!(
        said_of,
        [
            r#"frontlist:page:imprint:lantern-house {"imprint":{"$in_query":{"source_key":"consonance:imprint:7"}}} desc=sort_date"#,
            r#"frontlist:page:season:spring-2027 {"season":"Spring 2027"} desc=sort_date"#,
            r#"frontlist:page:series:minerals {"series":{"$in_query":{"source_key":"consonance:series:3"}}} asc=sort_date"#,
            r#"frontlist:page:subject:fba {"subject_codes":{"$in":["FBA"]}} desc=sort_date"#,
        ]
    );
}

#[test]
fn queries_speak_an_installations_own_names() {
    let names = Names(
        [
            ("book.imprint", "brand"),
            ("imprint.source_key", "origin"),
            ("book.season", "list"),
        ]
        .map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned()))
        .into(),
    );
    let query = r#"{"imprint":{"$in_query":{"source_key":"x"}},"season":"Spring"}"#;
    assert_eq!(
        names.query(Kind::Book, query),
        r#"{"brand":{"$in_query":{"origin":"x"}},"list":"Spring"}"#
    );
    assert_eq!(Names::default().query(Kind::Book, query), query);
}

#[test]
fn the_nearest_publications_are_the_most_urgent() {
    let mut near = full(1, "Salt");
    near.products[0] = publish(hardback(1, "Salt"), "2027-06-04");
    let mut far = full(2, "Pepper");
    far.products[0] = publish(hardback(2, "Pepper"), "2020-06-01");
    let desired = project(&[near, far], &sites());
    assert_eq!(entry(&desired, &book(1)).urgency, 3);
    assert!(entry(&desired, &book(2)).urgency > 2000);
    assert_eq!(
        entry(&desired, &key(Kind::Contributor, "consonance:contact:5")).urgency,
        3
    );
}

#[test]
fn a_subtitle_is_the_formats_own() {
    let mut product = hardback(1, "Salt");
    product.title = Title {
        subtitle: Some("A Memoir".to_owned()),
        ..Title::new("Salt")
    };
    assert_eq!(
        said(&au_version(&work(1, "Salt", vec![product])), "subtitle"),
        "A Memoir"
    );
}

//! Where titles are used: editors' entries of any type are found where they are live or will be, held against the titles'
//! standings, named in a takedown, and never changed.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use store::Store;
use sync::engine::{Engine, Patience};
use sync::modules::Modules;
use sync::progress::Silent;
use sync::pull::kept_works;

use crate::house::{House, noon};
use crate::stage::rooted;

const SALT: &str = "consonance:work:1001";
const OTHER: &str = "consonance:work:1002";
const PLACE: &str = "en-gb in production-gb";

fn field(data_type: &str, uid: &str, more: &Value) -> Value {
    let mut field = json!({"data_type": data_type, "display_name": uid, "uid": uid});
    let object = field.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    field
}

fn title_field() -> Value {
    field("text", "title", &json!({"mandatory": true, "unique": true}))
}

fn books_field(uid: &str) -> Value {
    let more = json!({"reference_to": ["book"],
        "field_metadata": {"ref_multiple": true, "ref_multiple_content_types": true}});
    field("reference", uid, &more)
}

/// A type of the editors' own, with books in a block and in a group within a block, and one whose only reference lies in a
/// global field.
async fn types(house: &House) {
    let global = json!({"title": "Teaser", "uid": "teaser", "schema": [books_field("books")]});
    let made = rooted("global_field", global);
    house
        .stage
        .manage(Method::POST, "global_fields", made)
        .await;
    let group = json!({"schema": [books_field("more")], "multiple": true});
    let blocks = json!({"multiple": true, "blocks": [
        {"title": "Hero", "uid": "hero", "schema": [
            field("text", "words", &json!({"multiline": true})), books_field("book")]},
        {"title": "Shelf", "uid": "shelf", "schema": [field("group", "rows", &group)]},
    ]});
    let sections = [title_field(), field("blocks", "sections", &blocks)];
    let teaser = field("global_field", "teaser", &json!({"reference_to": "teaser"}));
    for (uid, schema) in [
        ("campaign", json!(sections)),
        ("stripe", json!([title_field(), teaser])),
        ("imprint_note", json!([title_field()])),
    ] {
        let content_type = json!({"title": uid, "uid": uid, "schema": schema, "options": {}});
        let made = rooted("content_type", content_type);
        house
            .stage
            .manage(Method::POST, "content_types", made)
            .await;
    }
}

async fn make(house: &House, content_type: &str, fields: Value) -> String {
    let path = format!("content_types/{content_type}/entries");
    let made = rooted("entry", fields);
    let made = house.stage.manage(Method::POST, &path, made).await;
    made["entry"]["uid"].as_str().unwrap().to_owned()
}

async fn publish(house: &House, content_type: &str, uid: &str, at: Option<&str>) {
    let entry = json!({"environments": ["production-gb"], "locales": ["en-gb"]});
    let mut body = json!({"entry": entry, "locale": "en-gb"});
    if let Some(at) = at {
        body["scheduled_at"] = json!(at);
    }
    let path = format!("content_types/{content_type}/entries/{uid}/publish");
    house.stage.manage(Method::POST, &path, Some(body)).await;
}

async fn uid_of(house: &House, key: &str) -> String {
    let books = house.served("gb", "book").await;
    books[key]["uid"].as_str().unwrap().to_owned()
}

fn book(uid: &str) -> Value {
    json!({"uid": uid, "_content_type_uid": "book"})
}

/// A campaign that shows the first title in its hero and both in a group of its shelf.
fn campaign(title: &str, salt: &str, other: &str) -> Value {
    json!({"title": title, "sections": [
        {"hero": {"words": "Now only £4.99", "book": [book(salt)]}},
        {"shelf": {"rows": [{"more": [book(salt), book(other)]}]}},
    ]})
}

async fn read(house: &House) -> Modules {
    let store = house.open_store().await.unwrap();
    let works = kept_works(&store).await.unwrap();
    let ledger = store.ledger().await.unwrap();
    let engine = engine(house, &store);
    engine.modules(&works, &ledger, noon()).await.unwrap()
}

fn engine<'h>(house: &'h House, store: &'h Store) -> Engine<'h> {
    Engine {
        stack: &house.stage.stack,
        store,
        sites: &house.sites,
        policy: &house.policy,
        names: &house.names,
        patience: Patience {
            confirm: Duration::ZERO,
            job: Duration::from_secs(5),
        },
        launch: None,
        progress: &Silent,
    }
}

/// Each module: its title, how many of how many titles it shows, and the codes of its findings.
fn told(modules: &Modules) -> Vec<(String, usize, usize, Vec<String>)> {
    let told = modules.modules.iter().map(|one| {
        let codes = one.findings.iter().map(|finding| finding.code.to_string());
        let (shows, all) = (one.shows, one.titles.len());
        (one.module.title.clone(), shows, all, codes.collect())
    });
    told.collect()
}

async fn stored(house: &House, entries: &[(&str, &String)]) -> Vec<Value> {
    let mut stored = Vec::new();
    for (content_type, uid) in entries {
        let path =
            format!("content_types/{content_type}/entries/{uid}?include_publish_details=true");
        stored.push(house.stage.manage(Method::GET, &path, None).await);
    }
    stored
}

#[tokio::test]
async fn a_module_says_what_it_shows_before_and_after_a_takedown_and_stays_as_it_is() {
    let house = House::with(8).await;
    house.sync_fully().await;
    types(&house).await;
    let salt = uid_of(&house, SALT).await;
    let other = uid_of(&house, OTHER).await;
    let summer = make(&house, "campaign", campaign("Summer", &salt, &other)).await;
    let fields = json!({"title": "Stripe", "teaser": {"books": [book(&salt)]}});
    let stripe = make(&house, "stripe", fields).await;
    let fields = json!({"title": "Draft", "teaser": {"books": [book(&salt)]}});
    let draft = make(&house, "stripe", fields).await;
    let note = make(&house, "imprint_note", json!({"title": "Note"})).await;
    for (content_type, uid) in [
        ("campaign", &summer),
        ("stripe", &stripe),
        ("imprint_note", &note),
    ] {
        publish(&house, content_type, uid, None).await;
    }

    let before = read(&house).await;
    assert_eq!(before.content_types, ["campaign", "stripe"]);
    let repeats = vec!["module-repeats-value".to_owned()];
    let summer_told = |shows, codes| ("Summer".to_owned(), shows, 2, codes);
    let stripe_told = |shows, codes| ("Stripe".to_owned(), shows, 1, codes);
    assert_eq!(
        told(&before),
        [summer_told(2, repeats), stripe_told(1, vec![])]
    );

    let entries = [
        ("campaign", &summer),
        ("stripe", &stripe),
        ("stripe", &draft),
    ];
    let as_made = stored(&house, &entries).await;
    house.forbid(1001).await;
    let report = house.sync_fully().await;
    assert_eq!(report.summary.takedowns, 1, "{:?}", report.summary);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code.as_str() == "referenced-by-editors")
        .unwrap();
    for (content_type, uid, title) in [
        ("campaign", &summer, "Summer"),
        ("stripe", &stripe, "Stripe"),
    ] {
        let shown = format!("{content_type} {uid} ({title}) is live at {PLACE}");
        assert!(finding.message.contains(&shown), "{}", finding.message);
    }
    assert!(finding.message.contains(&draft), "{}", finding.message);
    let live_draft = format!("{draft} (Draft) is live");
    assert!(
        !finding.message.contains(&live_draft),
        "{}",
        finding.message
    );

    let after = read(&house).await;
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(
        told(&after),
        [
            summer_told(1, codes(&["module-shows-less", "module-repeats-value"])),
            stripe_told(0, codes(&["module-shows-less"])),
        ]
    );
    assert_eq!(
        stored(&house, &entries).await,
        as_made,
        "nothing of an editor's is changed"
    );
}

#[tokio::test]
async fn a_module_that_waits_is_held_against_the_day_on_which_it_goes_live() {
    let house = House::with(8).await;
    house.sync_fully().await;
    types(&house).await;
    let salt = uid_of(&house, SALT).await;
    let other = uid_of(&house, OTHER).await;
    house.forbid(1002).await;
    house.sync_fully().await;
    let at = "2026-11-30T09:00:00.000Z";
    let early = make(&house, "campaign", campaign("Early", &salt, &other)).await;
    publish(&house, "campaign", &early, Some(at)).await;
    let fields = json!({"title": "Fine", "teaser": {"books": [book(&salt)]}});
    let fine = make(&house, "stripe", fields).await;
    publish(&house, "stripe", &fine, Some(at)).await;

    let modules = read(&house).await;
    assert_eq!(modules.findings, []);
    let told = told(&modules);
    let codes = vec![
        "module-before-title".to_owned(),
        "module-repeats-value".to_owned(),
    ];
    assert_eq!(
        told,
        [
            ("Early".to_owned(), 1, 2, codes),
            ("Fine".to_owned(), 1, 1, vec![]),
        ]
    );
    let message = &modules.modules[0].findings[0].message;
    assert!(
        message.contains(OTHER) && message.contains("2026-11-30T09:00:00Z"),
        "{message}"
    );
}

#[tokio::test]
async fn who_refers_to_what_is_kept_at_the_end_of_each_sync() {
    let house = House::with(4).await;
    let kept = async || {
        let store = house.open_store().await.unwrap();
        let used = store.where_used().await.unwrap().unwrap();
        used.modules
    };
    house.sync_fully().await;
    assert_eq!(kept().await, []);
    types(&house).await;
    let salt = uid_of(&house, SALT).await;
    let fields = json!({"title": "Stripe", "teaser": {"books": [book(&salt)]}});
    let stripe = make(&house, "stripe", fields).await;
    publish(&house, "stripe", &stripe, None).await;
    let fields = json!({"title": "Later", "teaser": {"books": [book(&salt)]}});
    let later = make(&house, "stripe", fields).await;
    publish(&house, "stripe", &later, Some("2026-11-30T09:00:00.000Z")).await;

    house.sync_fully().await;
    let told = kept().await;
    let told: Vec<_> = told
        .iter()
        .map(|module| (module.title.as_str(), module.refers_to.as_slice()))
        .collect();
    assert_eq!(told, [("Stripe", [salt.clone()].as_slice())]);

    let reading = read(&house).await.reading();
    assert_eq!(reading.read_at, noon());
    {
        let store = house.open_store().await.unwrap();
        store.keep_where_used(&reading).await.unwrap();
    }
    house.sync_fully().await;
    let titles: BTreeSet<String> = kept().await.into_iter().map(|one| one.title).collect();
    let expected = BTreeSet::from(["Later", "Stripe"].map(str::to_owned));
    assert_eq!(titles, expected, "what waits is known until its time");
}

#[tokio::test]
async fn a_hundred_modules_cost_no_more_calls_than_one() {
    let house = House::with(4).await;
    house.sync_fully().await;
    types(&house).await;
    let salt = uid_of(&house, SALT).await;
    let mut calls = Vec::new();
    for round in 0..2 {
        for number in 0..(1 + round * 60) {
            let title = format!("Stripe {round} {number}");
            let fields = json!({"title": title, "teaser": {"books": [book(&salt)]}});
            let uid = make(&house, "stripe", fields).await;
            publish(&house, "stripe", &uid, None).await;
        }
        house.stage.forget_requests().await;
        let found = read(&house).await.modules.len();
        calls.push((found, house.stage.requests().await.len()));
    }
    assert_eq!((calls[0].0, calls[1].0), (1, 62));
    assert_eq!(calls[0].1, calls[1].1, "{calls:?}");
}

#[tokio::test]
async fn a_title_that_nobody_may_announce_is_met_in_texts_queues_and_files_and_never_named() {
    const NAME: &str = "The Whole Pantry";
    let house = House::with(4).await;
    house.withhold(1002, NAME).await;
    house.sync_fully().await;
    types(&house).await;
    let fields = json!({"title": "Meet the whole pantry", "sections": []});
    let live = make(&house, "campaign", fields).await;
    publish(&house, "campaign", &live, None).await;
    let fields = json!({"title": "Later", "sections": [{"hero": {"words": NAME, "book": []}}]});
    let waits = make(&house, "campaign", fields).await;
    publish(&house, "campaign", &waits, Some("2026-11-30T09:00:00.000Z")).await;
    let fields = json!({"title": "The whole of a pantry"});
    let innocent = make(&house, "imprint_note", fields).await;
    publish(&house, "imprint_note", &innocent, None).await;

    let store = house.open_store().await.unwrap();
    let works = kept_works(&store).await.unwrap();
    let ledger = store.ledger().await.unwrap();
    let engine = engine(&house, &store);
    let guarded = engine.guard(&works, &ledger, noon()).await.unwrap();
    assert_eq!((guarded.titles, guarded.entries), (1, 3));
    let told: Vec<_> = guarded
        .findings
        .iter()
        .map(|finding| {
            let at = &finding.at;
            (
                finding.code.to_string(),
                at.record.clone().unwrap(),
                at.field.clone().unwrap(),
            )
        })
        .collect();
    let by_name = |uid: &str, field: &str| {
        (
            "embargo-name".to_owned(),
            format!("campaign {uid}"),
            field.to_owned(),
        )
    };
    assert_eq!(
        told,
        [
            by_name(&live, "title"),
            by_name(&waits, "sections.hero.words")
        ]
    );
    for finding in &guarded.findings {
        let message = finding.message.to_lowercase();
        assert!(message.contains(OTHER), "{message}");
        assert!(!message.contains("pantry"), "{message}");
    }
}

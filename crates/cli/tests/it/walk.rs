//! A catalogue walks into the stack once; afterwards each change at the source moves what it must
//! and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::shown::{Shown, versions};
use crate::world::{NOON, Ran, Side, World};

/// The work that changes; every site of the sample shows it.
const WORK: i64 = 1001;
const KEY: &str = "consonance:work:1001";

/// Before and after a change at the source, and what the sync between made of it.
struct Change {
    before: Shown,
    after: Shown,
    summary: Value,
    /// Routes of the mutating calls.
    mutations: Vec<String>,
}

/// The stack before a change at the source.
struct Before {
    shown: Shown,
    versions: BTreeMap<String, u64>,
}

impl Change {
    fn differences(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.before.differences(&self.after)
    }

    /// What changed, without the fields.
    fn places(&self) -> Vec<String> {
        self.differences().into_keys().collect()
    }

    /// `type key` of every entry of which readers are served something else.
    fn entries(&self) -> BTreeSet<String> {
        let places = self.differences().into_iter();
        let changed = places.filter(|(_, fields)| !fields.contains("gone"));
        changed
            .map(|(place, _)| place.split_once(' ').unwrap().1.to_owned())
            .collect()
    }

    fn count(&self, what: &str) -> u64 {
        self.summary[what].as_u64().unwrap()
    }
}

/// Syncs before; the change is made between.
async fn settled() -> (World, Before) {
    let world = World::with(12).await;
    world.sync().await;
    let before = Before {
        shown: world.shown().await,
        versions: versions(&world).await,
    };
    for site in &world.sites {
        assert!(before.shown.books(site.id).contains_key(KEY), "{}", site.id);
    }
    world.forget_requests().await;
    (world, before)
}

/// Syncs after; nothing may be written but what is served differently, and a further sync must find
/// nothing to do.
async fn followed(world: &World, before: Before) -> Change {
    let summary = world.sync().await;
    let after = world.shown().await;
    let change = Change {
        before: before.shown,
        after,
        summary,
        mutations: world.mutations().await,
    };
    let differing = change.entries();
    for (place, version) in versions(world).await {
        let known = before.versions.get(&place);
        if known == Some(&version) || (known.is_none() && place.starts_with("asset ")) {
            continue;
        }
        let entry = place.rsplit_once(' ').unwrap().0;
        assert!(
            differing.contains(entry),
            "{place} was written ({known:?}, now {version}) and nothing else is served: {differing:?}"
        );
    }
    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
    change
}

/// What `explain` says of a site.
async fn explained(world: &World, title: &str, site: &str) -> Value {
    let ran = explain(world, title).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = ran.json();
    let sites = answer["sites"].as_array().unwrap();
    let on_site = sites.iter().find(|row| row["site"] == site);
    on_site.unwrap_or_else(|| panic!("{answer}")).clone()
}

/// What `explain` says was done last, the latest first.
async fn history(world: &World, title: &str) -> Vec<String> {
    let answer = explain(world, title).await.json();
    let rows = answer["stack"]["history"].as_array().unwrap().clone();
    assert!(rows.iter().all(|row| row["outcome"] == "done"), "{rows:?}");
    rows.iter()
        .map(|row| row["what"].as_str().unwrap().to_owned())
        .collect()
}

/// The rule's step of every format that `explain` tells of on a site.
fn steps(site: &Value, rule: &str) -> Vec<Value> {
    let formats = site["formats"].as_array().unwrap().iter();
    formats
        .flat_map(|format| format["steps"].as_array().unwrap())
        .filter(|step| step["rule"] == rule)
        .cloned()
        .collect()
}

/// Publications of the book at every site, as `explain` names them.
fn published_everywhere() -> BTreeSet<String> {
    let places = [
        "en-au production-au",
        "en-gb production-uk",
        "en-us production-us",
    ];
    places
        .map(|place| format!("publish book {KEY} {place}"))
        .into()
}

async fn explain(world: &World, title: &str) -> Ran {
    world.run(&["explain", title, "--at", NOON]).await
}

/// `site book KEY` for every site.
fn the_book_everywhere() -> Vec<String> {
    ["au", "uk", "us"]
        .map(|site| format!("{site} book {KEY}"))
        .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_applied_once() {
    let world = World::bare(0).await;
    let first = world.apply_model().await;
    assert!(!first.json()["applied"].as_array().unwrap().is_empty());
    let changes = world.changes().await;
    let second = world.apply_model().await;
    assert_eq!(second.json()["applied"], json!([]), "{second:?}");
    assert_eq!(world.changes().await, changes);
    let plan = world.run(&["model", "plan"]).await;
    assert_eq!((plan.code, plan.json()["changes"].clone()), (0, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_sync_makes_no_write_and_no_bulk_call() {
    let world = World::with(20).await;
    let first = world.sync().await;
    assert_eq!(first["read"], 20);
    assert!(first["written"].as_u64().unwrap() >= 18, "{first}");
    let (shown, changes) = (world.shown().await, world.changes().await);
    for site in &world.sites {
        assert!(shown.books(site.id).len() >= 10, "{}", site.id);
        assert!(!shown.on(site.id, "contributor").is_empty(), "{}", site.id);
        assert!(
            !shown.on(site.id, "catalogue_page").is_empty(),
            "{}",
            site.id
        );
    }

    let second = world.sync().await;
    assert_eq!(world.changes().await, changes, "{second}");
    assert_eq!(
        (&second["written"], &second["unchanged"]),
        (&json!(0), &json!(20))
    );
    assert_eq!(second["calls"]["write"], 0);
    assert_eq!(second["calls"]["bulk"], 0);
    assert_eq!(shown.differences(&world.shown().await), BTreeMap::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_writes_nothing() {
    let world = World::with(12).await;
    let changes = world.changes().await;
    let plan = world.run(&["plan", "--at", NOON]).await;
    assert_eq!(plan.code, 0, "{plan:?}");
    assert!(plan.stdout.contains(KEY), "{plan:?}");
    assert_eq!(world.changes().await, changes);
    assert!(world.shown().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_change_reaches_its_book_alone() {
    let (world, before) = settled().await;
    let path = format!("works/{WORK}");
    world
        .at_source(Method::PATCH, &path, json!({"title": "The Salt Road"}))
        .await;
    let change = followed(&world, before).await;
    assert_eq!(change.places(), the_book_everywhere());
    for (place, fields) in change.differences() {
        assert!(fields.contains("title"), "{place}: {fields:?}");
        assert!(
            !fields.contains("url"),
            "{place}: an address never changes silently"
        );
    }
    assert_eq!(change.after.books("uk")[KEY]["title"], "The Salt Road");
    assert_eq!(change.count("written"), 1, "{}", change.summary);
    assert_eq!(change.count("takedowns"), 0, "{}", change.summary);
    let ran = explain(&world, "work:1001").await;
    assert_eq!(ran.json()["title"], "The Salt Road");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_change_reaches_the_sites_of_its_currency() {
    let (world, before) = settled().await;
    for product in world.work(WORK).await["products"].as_array().unwrap() {
        let mut prices = product["prices"].clone();
        for price in prices.as_array_mut().unwrap() {
            if price["currencyCode"] == "GBP" {
                price["amount"] = json!(31.5);
            }
        }
        let path = format!("products/{}", product["id"]);
        world
            .at_source(Method::PATCH, &path, json!({"prices": prices}))
            .await;
    }
    let change = followed(&world, before).await;
    assert_eq!(change.places(), [format!("uk book {KEY}")]);
    let fields = &change.differences()[&format!("uk book {KEY}")];
    assert_eq!(
        *fields,
        BTreeSet::from(["amount".to_owned(), "formats".to_owned()])
    );
    let book = change.after.books("uk")[KEY];
    assert_eq!(
        (&book["amount"], &book["currency"]),
        (&json!(31.5), &json!("GBP"))
    );
    // One version of one entry is saved, and published at one place.
    assert_eq!(change.mutations.len(), 2, "{:?}", change.mutations);
    let uk = explained(&world, "work:1001", "uk").await;
    let prices = steps(&uk, "price");
    assert!(!prices.is_empty());
    for price in prices {
        assert_eq!(price["saw"], "31.5 GBP", "{price}");
    }
    for price in steps(&explained(&world, "work:1001", "us").await, "price") {
        assert!(price["saw"].as_str().unwrap().ends_with(" USD"), "{price}");
    }
    assert_eq!(
        history(&world, "work:1001").await[..2],
        [
            format!("publish book {KEY} en-gb production-uk"),
            format!("write_version book {KEY} en-gb"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_product_becomes_a_row_of_its_book() {
    let (world, before) = settled().await;
    let model = world.work(WORK).await["products"][1].clone();
    let mut product = json!({
        "isbn13": "9781839909993",
        "inHouseEdition": {"id": 3, "name": "Large print"},
    });
    for name in [
        "__typename",
        "allowOnixExports",
        "onix21ProductFormCode",
        "onixPublishingStatusCode",
        "publicationDate",
        "isForSaleWorldwide",
        "forSaleCountryCodes",
        "notForSaleCountryCodes",
    ] {
        product[name] = model[name].clone();
    }
    product["availability"] = json!("21");
    let path = format!("works/{WORK}/products");
    world.at_source(Method::POST, &path, product).await;
    let change = followed(&world, before).await;
    assert_eq!(change.places(), the_book_everywhere());
    for site in ["au", "uk", "us"] {
        let rows = |shown: &Shown| -> Vec<String> {
            let rows = shown.books(site)[KEY]["formats"]
                .as_array()
                .unwrap()
                .clone();
            rows.iter()
                .map(|row| row["isbn13"].as_str().unwrap().to_owned())
                .collect()
        };
        let (was, is) = (rows(&change.before), rows(&change.after));
        assert_eq!(is.len(), was.len() + 1, "{site}: {is:?}");
        assert!(is.contains(&"9781839909993".to_owned()), "{site}: {is:?}");
    }
    let ran = explain(&world, "978-1-83990-999-3").await;
    assert_eq!(ran.json()["work"], KEY);
    for site in ["au", "uk", "us"] {
        let on_site = explained(&world, "978-1-83990-999-3", site).await;
        let formats = on_site["formats"].as_array().unwrap();
        let row = formats.iter().find(|row| row["isbn"] == "9781839909993");
        let row = row.unwrap_or_else(|| panic!("{site}: {on_site}"));
        assert_eq!(row["visible"], true, "{site}: {row}");
        let told = steps(&json!({ "formats": [row] }), "rights");
        assert!(
            told[0]["saw"].as_str().unwrap().contains("for sale"),
            "{site}: {row}"
        );
        assert_eq!(on_site["published"], "current", "{site}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_change_moves_the_state_of_its_book() {
    let (world, before) = settled().await;
    world
        .patch_formats(WORK, &json!({"onixPublishingStatusCode": "_07"}))
        .await;
    let change = followed(&world, before).await;
    assert_eq!(change.places(), the_book_everywhere());
    for site in ["au", "uk", "us"] {
        let book = change.after.books(site)[KEY];
        assert_eq!(book["state"], "out_of_print", "{site}");
        for row in book["formats"].as_array().unwrap() {
            assert_eq!(row["state"], "out_of_print", "{site}: {row}");
        }
        let explained = explained(&world, "work:1001", site).await;
        assert_eq!(
            (&explained["visible"], &explained["state"]),
            (&json!(true), &json!("out_of_print"))
        );
    }
    assert_eq!(change.count("takedowns"), 0, "out of print is no takedown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_territory_withdrawn_takes_its_book_from_that_site_alone() {
    let (world, before) = settled().await;
    let rights = json!({
        "isForSaleWorldwide": false,
        "forSaleCountryCodes": ["GB", "IE", "US"],
        "notForSaleCountryCodes": ["AU", "NZ"],
    });
    world.patch_formats(WORK, &rights).await;
    let change = followed(&world, before).await;
    assert!(!change.after.books("au").contains_key(KEY));
    for (place, fields) in change.differences() {
        assert!(place.starts_with("au "), "{place}: {fields:?}");
        // The author and the pages that only this book carried may go with it.
        assert_eq!(fields, BTreeSet::from(["gone".to_owned()]), "{place}");
    }
    assert!(change.count("takedowns") >= 1, "{}", change.summary);
    for route in &change.mutations {
        assert!(
            !route.contains("/publish") && !route.starts_with("PUT"),
            "a takedown writes nothing: {:?}",
            change.mutations
        );
    }
    let on = |site: &'static str| explained(&world, "work:1001", site);
    let here = on("au").await;
    assert_eq!(
        (&here["visible"], &here["published"]),
        (&json!(false), &json!("no"))
    );
    assert!(!here["reason"].as_str().unwrap().is_empty(), "{here}");
    assert_eq!(on("uk").await["visible"], true);
    assert_eq!(on("us").await["visible"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_replaced_is_the_cover_shown() {
    let (world, before) = settled().await;
    let mut resources = world.work(WORK).await["supportingResources"].clone();
    let mut covers = 0;
    for resource in resources.as_array_mut().unwrap() {
        if resource["resourceVariant"] == "FRONT_COVER" {
            resource["_drawn"]["title"] = json!("Another picture");
            covers += 1;
        }
    }
    assert_eq!(covers, 1);
    let path = format!("works/{WORK}");
    let patch = json!({"supportingResources": resources});
    world.at_source(Method::PATCH, &path, patch).await;
    let change = followed(&world, before).await;
    assert_eq!(change.places(), the_book_everywhere());
    let (was, is) = (
        &change.before.books("uk")[KEY]["cover"],
        &change.after.books("uk")[KEY]["cover"],
    );
    assert!(is.as_str().unwrap().starts_with("sha256-"), "{is}");
    assert_ne!(is, was);
    let uploads = change
        .mutations
        .iter()
        .filter(|route| *route == "POST /v3/assets");
    assert_eq!(uploads.count(), 1, "{:?}", change.mutations);
    let told: BTreeSet<String> = history(&world, "work:1001").await[..3]
        .iter()
        .cloned()
        .collect();
    assert_eq!(told, published_everywhere());
    let uk = explained(&world, "work:1001", "uk").await;
    assert_eq!(
        (&uk["published"], &uk["pending"], &uk["missing"]),
        (&json!("current"), &json!([]), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contributor_renamed_changes_the_author_and_no_book() {
    let (world, before) = settled().await;
    let patch = json!({
        "personName": "Maren Oskarby Vane",
        "personNameInverted": "Oskarby Vane, Maren",
    });
    world.at_source(Method::PATCH, "contacts/501", patch).await;
    let change = followed(&world, before).await;
    let differences = change.differences();
    for (place, fields) in &differences {
        let book = place.contains(" book ");
        assert!(
            book || place.contains("consonance:contact:501"),
            "{place}: {fields:?}"
        );
        let allowed: &[&str] = if book {
            &["credits"]
        } else {
            &["name", "sort_name", "title"]
        };
        let mut fields = fields.iter();
        assert!(
            fields.all(|field| allowed.contains(&field.as_str())),
            "{differences:#?}"
        );
    }
    let names: Vec<&Value> = change
        .after
        .on("us", "contributor")
        .into_values()
        .map(|author| &author["name"])
        .collect();
    assert!(names.contains(&&json!("Maren Oskarby Vane")), "{names:?}");
    // The credit line of her books is written anew, and `explain` says so.
    let told: BTreeSet<String> = history(&world, "work:1001").await[..3]
        .iter()
        .cloned()
        .collect();
    assert_eq!(told, published_everywhere());
    let us = explained(&world, "work:1001", "us").await;
    assert_eq!(
        (&us["published"], &us["pending"]),
        (&json!("current"), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_deleted_is_served_no_longer() {
    let (world, before) = settled().await;
    let path = format!("works/{WORK}");
    world.at_source(Method::DELETE, &path, Value::Null).await;
    let change = followed(&world, before).await;
    for site in ["au", "uk", "us"] {
        assert!(!change.after.books(site).contains_key(KEY), "{site}");
    }
    for (place, fields) in change.differences() {
        assert_eq!(fields, BTreeSet::from(["gone".to_owned()]), "{place}");
    }
    // One title, on three sites; its record is accounted for although it is gone.
    let counts = ["takedowns", "read", "written"].map(|name| change.count(name));
    assert_eq!(counts, [1, 12, 1], "{}", change.summary);
    assert!(change.count("unpublished") >= 3, "{}", change.summary);
    let explained = explained(&world, "work:1001", "uk").await;
    assert_eq!(
        (&explained["visible"], &explained["decided_by"]),
        (&json!(false), &json!("gone-from-source"))
    );
    let works = world
        .control(Side::Consonance, Method::GET, "works", Value::Null)
        .await;
    assert_eq!(works["works"].as_array().unwrap().len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn works_that_vanish_together_are_a_question() {
    let (world, before) = settled().await;
    for work in 1001..=1012 {
        world
            .at_source(Method::DELETE, &format!("works/{work}"), Value::Null)
            .await;
    }
    let ran = world.try_sync(&[]).await;
    assert_eq!(
        (ran.code, ran.error().0.as_str()),
        (4, "FL-0602"),
        "{ran:?}"
    );
    assert_eq!(
        before.shown.differences(&world.shown().await),
        BTreeMap::default(),
        "nothing goes before a person has answered"
    );
    world.sync_to(0, &["--allow-takedowns", "12"]).await;
    assert!(world.shown().await.is_empty());
}

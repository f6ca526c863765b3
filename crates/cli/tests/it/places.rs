//! What is there already, and what could leak: `audit`, `adopt`, and the risks that `doctor` names.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{NOON, Property, Side, World};

/// A management call as another tool would make it.
async fn manage(world: &World, method: Method, path: &str, body: Value) -> Value {
    let access = world.running.contentstack();
    let call = world
        .http
        .request(method.clone(), format!("{}/v3/{path}", access.cma_url))
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token);
    let call = if body.is_null() {
        call
    } else {
        call.json(&body)
    };
    let reply = call.send().await.unwrap();
    let status = reply.status();
    let answer: Value = reply.json().await.unwrap();
    assert!(status.is_success(), "{method} {path}: {status} {answer}");
    answer
}

/// The ISBN of a work's first format, in digits.
async fn isbn(world: &World, work: i64) -> String {
    let work = world.work(work).await;
    work["products"][0]["isbn13"]
        .as_str()
        .unwrap()
        .replace('-', "")
}

/// An entry that somebody else made and published for the British site.
async fn older_entry(world: &World, key: &str, isbn: &str, title: &str) -> String {
    let fields = json!({
        "source_key": key, "title": title, "lead_isbn": isbn, "url": format!("/old/{key}"),
        "visible": true, "amount": 1.5, "currency": "GBP",
    });
    let path = "content_types/book/entries";
    let made = manage(world, Method::POST, path, json!({"entry": fields})).await;
    let uid = made["entry"]["uid"].as_str().unwrap().to_owned();
    let publish = json!({"environments": ["production-uk"], "locales": ["en-gb"]});
    let path = format!("{path}/{uid}/publish");
    manage(world, Method::POST, &path, json!({"entry": publish})).await;
    uid
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_what_is_wrong_and_adoption_doubles_nothing() {
    let world = World::with(4).await;
    let (shown, hidden) = (isbn(&world, 1001).await, isbn(&world, 1002).await);
    world
        .patch_formats(1002, &json!({"allowOnixExports": false}))
        .await;
    let first = older_entry(&world, "old-1", &shown, "The Wrong Road").await;
    let second = older_entry(&world, "old-2", &hidden, "What Must Go").await;
    older_entry(&world, "old-3", "", "Nobody Knows").await;
    let changes = world.changes().await;

    let ran = world.run(&["audit", "--at", NOON, "--site", "uk"]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let audit = ran.json();
    let rows = audit["rows"].as_array().unwrap();
    let fault = |fault: &str| {
        rows.iter()
            .filter(|row| row["fault"] == fault)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows[0]["fault"], "shown-though-hidden",
        "the weightiest first: {audit}"
    );
    assert_eq!(rows[0]["entry"], second.as_str());
    let differing = fault("differs");
    let fields: BTreeSet<&str> = differing
        .iter()
        .map(|row| row["field"].as_str().unwrap())
        .collect();
    assert!(
        fields.contains("title") && fields.contains("amount"),
        "{fields:?}"
    );
    assert!(
        differing.iter().all(|row| row["entry"] == first.as_str()),
        "{audit}"
    );
    assert_eq!(fault("no-isbn").len(), 1, "{audit}");
    assert!(!fault("not-served").is_empty(), "{audit}");
    let weights: Vec<u64> = rows
        .iter()
        .map(|row| row["weight"].as_u64().unwrap())
        .collect();
    assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
    let narrow = world
        .run(&["audit", "--at", NOON, "--field", "title"])
        .await
        .json();
    let narrow = narrow["rows"].as_array().unwrap().iter();
    assert!(narrow.into_iter().all(|row| row["field"] == "title"));

    let ran = world.run(&["adopt"]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let found = ran.json();
    let matches = found["matches"].as_array().unwrap();
    assert_eq!(matches.len(), 2, "{found}");
    let one = matches
        .iter()
        .find(|one| one["entry"] == first.as_str())
        .unwrap();
    let text = one["overwrites"].to_string();
    assert!(text.contains("The Wrong Road"), "{text}");
    assert_eq!(one["adopted"], false);
    assert_eq!(
        world.changes().await,
        changes,
        "nothing is written by looking"
    );

    let ran = world.run(&["adopt", &shown, &hidden]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    world.sync().await;
    let books = world.shown().await;
    let books = books.books("uk");
    let book = books.get("consonance:work:1001").unwrap();
    assert_eq!(book["url"], "/old/old-1", "the address stays");
    assert_ne!(book["title"], "The Wrong Road");
    assert!(
        !books.contains_key("old-1") && !books.contains_key("old-2"),
        "{:?}",
        books.keys()
    );
    let stored = manage(
        &world,
        Method::GET,
        "content_types/book/entries?limit=100",
        Value::Null,
    )
    .await;
    let of_work = |key: &str| {
        let entries = stored["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["source_key"] == key).count()
    };
    assert_eq!(of_work("consonance:work:1001"), 1);

    let unknown = world.run(&["adopt", &shown]).await;
    assert_eq!(unknown.code, 2, "ours already: {unknown:?}");
}

const TOGETHER: [(Property, &str, &str, &str); 2] = [
    (
        Property {
            id: "uk",
            environment: "production",
            locale: "en-gb",
        },
        "GB",
        "GBP",
        "Europe/London",
    ),
    (
        Property {
            id: "us",
            environment: "production",
            locale: "en-us",
        },
        "US",
        "USD",
        "America/New_York",
    ),
];

/// The codes of the risks that `doctor` names.
async fn risks(world: &World) -> (i32, BTreeSet<String>) {
    let ran = world.run(&["doctor"]).await;
    let examination = ran.json();
    let checks = examination["checks"].as_array().unwrap().iter();
    let codes = checks.filter_map(|check| {
        let code = check["code"].as_str()?;
        assert!(check["mend"].is_string(), "{check}");
        let page = format!("{}/../../docs/errors/{code}.md", env!("CARGO_MANIFEST_DIR"));
        assert!(std::path::Path::new(&page).exists(), "{code} has no page");
        Some(code.to_owned())
    });
    (ran.code, codes.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_every_way_in_which_an_arrangement_leaks() {
    let mut world = World::bare(2).await;
    world.with_sites(&TOGETHER);
    world.apply_model().await;
    let set = |codes: &[&str]| {
        codes
            .iter()
            .map(|code| (*code).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (code, found) = risks(&world).await;
    assert_eq!(code, 3);
    let bare = set(&[
        "environment-shared",
        "fallback-reaches",
        "files-of-all-locales",
    ]);
    assert!(found.is_superset(&bare), "{found:?}");
    assert!(!found.contains("rule-blocks-takedown"), "{found:?}");

    // A second environment, which the one token of the configuration opens, too.
    manage(
        &world,
        Method::POST,
        "environments",
        json!({"environment": {"name": "staging", "urls": []}}),
    )
    .await;
    let governance = json!({
        "workflows": [{"name": "Approval", "content_types": ["book"]}],
        "publishing_rules": [
            {"uid": "blt1", "actions": ["unpublish"], "content_types": ["$all"], "locales": ["$all"]},
        ],
    });
    world
        .control(Side::Contentstack, Method::POST, "governance", governance)
        .await;
    let (code, found) = risks(&world).await;
    assert_eq!(code, 1, "a takedown that a rule blocks is a failure");
    let rules = set(&["rule-blocks-takedown", "workflow-in-the-way"]);
    assert!(found.is_superset(&rules), "{found:?}");

    world.configure(|text| {
        text.replace(
            "language = \"en\"\n",
            "language = \"en\"\nhidden = \"shield\"\n",
        )
    });
    let (_, found) = risks(&world).await;
    assert!(
        !found.contains("environment-shared") && !found.contains("fallback-reaches"),
        "{found:?}"
    );
    assert!(found.contains("files-of-all-locales"), "{found:?}");
}

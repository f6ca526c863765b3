//! What goes wrong between us and the stack once must not be seen afterwards.

use std::collections::BTreeMap;
use std::time::Duration;

use contentstack::Stack;
use reqwest::Method;
use serde_json::{Value, json};
use sync::engine::Options;

use crate::house::{House, noon, same};
use crate::stage::settings;

/// Enough works for bulk calls of books, few enough to run often.
const WORKS: usize = 3;
/// Enough for every kind of entry, few enough to be run for each single call.
const FEW: usize = 2;

/// Where mutating calls go: method, path, and what people call it.
const CALLS: [(&str, &str, &str); 9] = [
    ("POST", "/v3/content_types/book/entries", "create a book"),
    (
        "POST",
        "/v3/content_types/contributor/entries",
        "create a contributor",
    ),
    ("PUT", "/v3/content_types/book/entries/*", "write a version"),
    (
        "POST",
        "/v3/content_types/*/entries/*/publish",
        "publish singly",
    ),
    ("POST", "/v3/bulk/publish", "publish in bulk"),
    ("POST", "/v3/assets", "upload a file"),
    ("POST", "/v3/assets/folders", "make a folder"),
    ("POST", "/v3/assets/*/publish", "publish a file"),
    ("POST", "/v3/taxonomies/*/terms", "make a term"),
];

async fn undisturbed() -> BTreeMap<String, Value> {
    let house = House::with(WORKS).await;
    house.sync_fully().await;
    house.shown().await
}

/// Runs with a fault, then again: the end must be as if nothing had been.
async fn ends_well(fault: Value, expected: &BTreeMap<String, Value>, what: &str) {
    ends_well_in(&House::with(WORKS).await, fault, expected, what).await;
}

async fn ends_well_in(house: &House, fault: Value, expected: &BTreeMap<String, Value>, what: &str) {
    house.stage.fault(fault).await;
    let first = house.sync().await;
    house.stage.no_faults().await;
    let second = house.sync_fully().await;
    let runs = format!("{what}: {:?} then {:?}", first.summary, second.summary);
    same(&house.shown().await, expected, &runs);
    house.stored().await;
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(
        house.stage.changes().await,
        changes,
        "{what}: a third run still writes"
    );
}

async fn each_call_fails_once(kind: &str, more: Value) {
    let expected = undisturbed().await;
    for (method, path, name) in CALLS {
        let mut fault = json!({"method": method, "path": path, "kind": kind, "nth": 1});
        fault
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ends_well(fault, &expected, &format!("{kind} when asked to {name}")).await;
    }
}

#[tokio::test]
async fn a_failure_of_the_service_before_it_acts() {
    each_call_fails_once("status", json!({"status": 503})).await;
}

#[tokio::test]
async fn a_failure_of_the_service_after_it_acted() {
    each_call_fails_once("status", json!({"status": 502, "when": "after"})).await;
}

#[tokio::test]
async fn a_refusal_for_too_many_calls() {
    each_call_fails_once("status", json!({"status": 429})).await;
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_service_acts() {
    each_call_fails_once("reset_before", json!({})).await;
}

#[tokio::test]
async fn an_answer_that_ends_early() {
    each_call_fails_once("truncate", json!({})).await;
}

#[tokio::test]
async fn an_answer_that_is_a_web_page() {
    let expected = undisturbed().await;
    let mut met = 0;
    for (method, path, name) in CALLS {
        let house = House::with(WORKS).await;
        let page = json!({"status": 200, "content_type": "text/html", "kind": "status"});
        let mut fault = json!({"method": method, "path": path, "nth": 1});
        let members = fault.as_object_mut().unwrap();
        members.extend(page.as_object().unwrap().clone());
        house.stage.fault(fault).await;
        // Whoever answers so is not the service: nothing more is asked of it in this run. What goes in bulk is not asked
        // for singly.
        let first = house.try_sync(&Options::at(noon())).await;
        let struck = house.stage.has_struck().await;
        met += usize::from(struck);
        assert_eq!(first.is_err(), struck, "a web page when asked to {name}");
        house.stage.no_faults().await;
        house.sync_fully().await;
        let what = format!("a web page when asked to {name}");
        same(&house.shown().await, &expected, &what);
        house.stored().await;
    }
    assert!(met + 2 >= CALLS.len(), "only {met} kinds of call were met");
}

#[tokio::test]
async fn a_stack_that_says_yes_and_stores_nothing() {
    each_call_fails_once("lie", json!({})).await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time() {
    let expected = undisturbed().await;
    for (method, path, name) in CALLS {
        let mut house = House::with(WORKS).await;
        let mut settings = settings(&house.stage.running);
        settings.timeouts.connect = Duration::from_millis(500);
        settings.timeouts.read = Duration::from_millis(500);
        house.stage.stack = Stack::new(settings).unwrap();
        let fault =
            json!({"method": method, "path": path, "kind": "timeout", "when": "after", "nth": 1});
        ends_well_in(
            &house,
            fault,
            &expected,
            &format!("no answer when asked to {name}"),
        )
        .await;
    }
}

/// What a small house shows, and how many changes its first run asks for.
async fn small_house() -> (BTreeMap<String, Value>, u64) {
    let house = House::with(FEW).await;
    let before = house.stage.changes().await;
    house.sync_fully().await;
    let calls = house.stage.changes().await - before;
    assert!(calls > 15, "{calls}");
    (house.shown().await, calls)
}

#[tokio::test]
async fn each_mutating_calls_reply_lost_once() {
    let (expected, calls) = small_house().await;
    for nth in 1..=calls {
        let house = House::with(FEW).await;
        let fault = json!({"mutating": true, "kind": "reset_after", "nth": nth});
        ends_well_in(
            &house,
            fault,
            &expected,
            &format!("the reply to change {nth} lost"),
        )
        .await;
    }
}

/// A process that is killed at each change, before or after the stack acted, and started again.
async fn killed_at_each_change(when: &str) {
    let (expected, calls) = small_house().await;
    for nth in 1..=calls {
        let house = House::with(FEW).await;
        house
            .stage
            .fault(json!({"mutating": true, "kind": "timeout", "when": when, "nth": nth}))
            .await;
        tokio::select! {
            report = house.sync() => panic!("change {nth} was not held: {:?}", report.summary),
            () = house.stage.struck() => {}
        }
        house.stage.no_faults().await;
        let report = house.sync_fully().await;
        let what = format!("killed {when} change {nth}: {:?}", report.summary);
        same(&house.shown().await, &expected, &what);
        house.stored().await;
    }
}

#[tokio::test]
async fn killed_before_each_change() {
    killed_at_each_change("before").await;
}

#[tokio::test]
async fn killed_after_each_change() {
    killed_at_each_change("after").await;
}

#[tokio::test]
async fn an_item_that_a_bulk_job_fails_to_publish_is_published_all_the_same() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let works = house.works().await;
    for work in &works {
        let title = json!({"title": format!("Anew {work}")});
        house
            .at_source(Method::PATCH, &format!("works/{work}"), title)
            .await;
    }
    let stored = house.stored().await;
    let uid = &stored["book consonance:work:1002"];
    house
        .stage
        .control("bulk_item_faults", json!({"uid": uid, "times": 1}))
        .await;
    let bulk = house.stage.counters().await["bulk"].as_u64().unwrap();
    house.sync_fully().await;
    assert!(
        house.stage.counters().await["bulk"].as_u64().unwrap() > bulk,
        "nothing went in bulk"
    );
    for site in ["au", "gb"] {
        for (key, title) in house.titles(site).await {
            assert!(title.starts_with("Anew"), "{site} {key}: {title}");
        }
    }
}

#[tokio::test]
async fn a_takedown_that_is_only_said_to_be_done_is_not_believed() {
    let house = House::with(WORKS).await;
    house.sync_fully().await;
    house.forbid(1001).await;
    let fault = json!({"method": "POST", "path": "/v3/*unpublish", "kind": "lie"});
    house.stage.fault(fault).await;
    let report = house.sync().await;
    assert_eq!(report.summary.outcome, "partial", "{:?}", report.summary);
    assert!(
        report
            .summary
            .finding_codes
            .contains_key("takedown-unconfirmed"),
        "{:?}",
        report.summary
    );
    house.stage.no_faults().await;
    house.sync_fully().await;
    for site in ["au", "gb"] {
        assert!(
            !house
                .titles(site)
                .await
                .contains_key("consonance:work:1001"),
            "{site}"
        );
    }
}

#[tokio::test]
async fn an_entry_that_somebody_deletes_is_made_again() {
    let house = House::with(WORKS).await;
    house.sync_fully().await;
    let shown = house.shown().await;
    let uid = house.stored().await["book consonance:work:1002"].clone();
    let path = format!("content_types/book/entries/{uid}?delete_all_localized=true");
    house.stage.manage(Method::DELETE, &path, None).await;
    house
        .at_source(
            Method::PATCH,
            "works/1002",
            json!({"season": "Spring 2031"}),
        )
        .await;
    house.sync_fully().await;
    let after = house.shown().await;
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        shown.keys().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_term_that_somebody_removes_holds_a_book_back_for_one_run_only() {
    let house = House::with(WORKS).await;
    house.sync_fully().await;
    let terms = house
        .stage
        .manage(Method::GET, "taxonomies/product_form/terms", None)
        .await;
    let term = terms["terms"][0]["uid"].as_str().unwrap().to_owned();
    house
        .stage
        .remove(&format!("taxonomies/product_form/terms/{term}?force=true"))
        .await;
    for work in house.works().await {
        let title = json!({"title": format!("Anew {work}")});
        house
            .at_source(Method::PATCH, &format!("works/{work}"), title)
            .await;
    }
    house.sync().await;
    house.sync_fully().await;
    for (key, title) in house.titles("gb").await {
        assert!(title.starts_with("Anew"), "{key}: {title}");
    }
}

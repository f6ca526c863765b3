//! The walk itself: what a site shows after a run, and what the next run does not do again.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::options::Put;
use serde_json::{Value, json};
use sync::Error;
use sync::engine::Options;

use crate::house::{House, noon, same};

const SALT: &str = "consonance:work:1001";

#[tokio::test]
async fn the_second_run_writes_nothing_whatever_a_save_keeps() {
    for put in [Put::Keep, Put::Clear] {
        let house = House::putting(12, put).await;
        let first = house.sync_fully().await;
        assert_eq!(first.summary.read, 12);
        assert!(first.summary.written >= 10, "{:?}", first.summary);
        let shown = house.shown().await;
        assert!(shown.len() > 20, "{:?}", shown.keys());
        let changes = house.stage.changes().await;

        let second = house.sync_fully().await;
        assert_eq!(
            house.stage.changes().await,
            changes,
            "{put:?}: {:?}",
            second.summary
        );
        assert_eq!((second.summary.written, second.summary.unchanged), (0, 12));
        same(&house.shown().await, &shown, "shown again");
    }
}

#[tokio::test]
async fn a_new_title_reaches_its_book_and_no_other() {
    let house = House::with(8).await;
    house.sync_fully().await;
    let before = house.shown().await;
    house
        .at_source(
            Method::PATCH,
            "works/1001",
            json!({"title": "The Salt Road"}),
        )
        .await;
    let report = house.sync_fully().await;
    assert_eq!(report.summary.written, 1, "{:?}", report.summary);
    let after = house.shown().await;
    let changed: Vec<&String> = after
        .iter()
        .filter(|(key, entry)| before.get(*key) != Some(*entry))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(
        changed,
        [&format!("au book {SALT}"), &format!("gb book {SALT}")]
    );
    assert_eq!(house.titles("gb").await[SALT], "The Salt Road");
    assert_eq!(
        after[&format!("gb book {SALT}")]["url"],
        before[&format!("gb book {SALT}")]["url"],
        "an address is never changed silently"
    );
}

#[tokio::test]
async fn an_explicit_withdrawal_goes_before_all_other_work() {
    let house = House::with(6).await;
    house.sync_fully().await;
    assert!(
        house
            .titles("gb")
            .await
            .contains_key("consonance:work:1002")
    );
    house.forbid(1002).await;
    house
        .at_source(
            Method::PATCH,
            "works/1001",
            json!({"title": "The Salt Road"}),
        )
        .await;
    house.stage.forget_requests().await;
    let report = house.sync_fully().await;
    // One title, on two sites; the author has other books.
    assert_eq!(report.summary.takedowns, 1, "{:?}", report.summary);
    assert!(report.summary.unpublished >= 2, "{:?}", report.summary);
    for site in ["au", "gb"] {
        assert!(
            !house
                .titles(site)
                .await
                .contains_key("consonance:work:1002"),
            "{site}"
        );
    }
    let changing: Vec<String> = house
        .stage
        .requests()
        .await
        .into_iter()
        .filter(|line| !line.starts_with("GET"))
        .collect();
    let last_down = changing
        .iter()
        .rposition(|line| line.contains("unpublish"))
        .unwrap();
    let first_other = changing
        .iter()
        .position(|line| !line.contains("unpublish") && !line.starts_with("DELETE"))
        .unwrap();
    assert!(last_down < first_other, "{changing:#?}");
}

#[tokio::test]
async fn titles_that_vanish_together_stop_and_ask() {
    let house = House::with(8).await;
    house.sync_fully().await;
    let shown = house.shown().await;
    for work in house.works().await {
        house
            .at_source(Method::DELETE, &format!("works/{work}"), Value::Null)
            .await;
    }
    let report = house.sync().await;
    let Some(Error::TooManyTakedowns { vanished, .. }) = report.stopped else {
        panic!("{:?}", report.stopped);
    };
    // Every record that waits for the answer is accounted for.
    let summary = &report.summary;
    assert_eq!((summary.read, summary.deferred), (8, 8), "{summary:?}");
    assert!(summary.adds_up(), "{summary:?}");
    assert_eq!(
        house.shown().await,
        shown,
        "nothing is taken down before a person has answered"
    );

    let allowed = Options {
        allow_takedowns: vanished,
        ..Options::at(noon())
    };
    let report = house.try_sync(&allowed).await.unwrap();
    let summary = &report.summary;
    assert_eq!(summary.outcome, "done", "{summary:?}");
    assert_eq!(
        usize::try_from(summary.takedowns).unwrap(),
        vanished,
        "counted as the person was asked"
    );
    assert_eq!((summary.read, summary.deferred), (8, 0), "{summary:?}");
    assert!(house.shown().await.is_empty());
    let empty = house.sync().await;
    assert_eq!(empty.summary.read, 0, "gone is gone: {:?}", empty.summary);
}

#[tokio::test]
async fn a_single_work_that_is_gone_is_taken_down() {
    let house = House::with(8).await;
    house.sync_fully().await;
    house
        .at_source(Method::DELETE, "works/1003", Value::Null)
        .await;
    let report = house.sync_fully().await;
    let summary = &report.summary;
    assert_eq!((summary.read, summary.takedowns), (8, 1), "{summary:?}");
    let gone = report
        .records
        .iter()
        .find(|record| record.key.as_str() == "consonance:work:1003");
    assert_eq!(
        gone.map(|record| record.outcome.as_str()),
        Some("written"),
        "what a deletion led to is to the credit of its record"
    );
    for site in ["au", "gb"] {
        let titles = house.titles(site).await;
        assert!(
            !titles.contains_key("consonance:work:1003"),
            "{site}: {titles:?}"
        );
        assert!(titles.contains_key(SALT), "{site}: {titles:?}");
    }
}

#[tokio::test]
async fn a_withdrawal_does_not_wait_for_the_question_about_vanished_titles() {
    let house = House::with(10).await;
    house.sync_fully().await;
    house.forbid(1001).await;
    for work in house.works().await.into_iter().filter(|work| *work > 1002) {
        house
            .at_source(Method::DELETE, &format!("works/{work}"), Value::Null)
            .await;
    }
    let before = house.titles("gb").await;
    let report = house.sync().await;
    assert!(
        matches!(report.stopped, Some(Error::TooManyTakedowns { .. })),
        "{:?}",
        report.stopped
    );
    let mut expected = before;
    expected.remove(SALT).unwrap();
    assert_eq!(house.titles("gb").await, expected);
}

#[tokio::test]
async fn a_lost_ledger_leads_back_to_the_same_entries_and_files() {
    let mut house = House::with(8).await;
    house.sync_fully().await;
    let (stored, shown) = (house.stored().await, house.shown().await);
    house.lose_ledger();
    house.stage.forget_requests().await;
    house.sync_fully().await;
    assert_eq!(house.stored().await, stored);
    same(&house.shown().await, &shown, "shown again");
    let made: Vec<String> = house
        .stage
        .requests()
        .await
        .into_iter()
        .filter(|line| {
            line.starts_with("POST") && (line.ends_with("/entries") || line.ends_with("/assets"))
        })
        .collect();
    assert!(made.is_empty(), "{made:?}");
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(house.stage.changes().await, changes);
}

#[tokio::test]
async fn a_lost_ledger_still_takes_down_what_was_forbidden_meanwhile() {
    let mut house = House::with(6).await;
    house.sync_fully().await;
    house.lose_ledger();
    house.forbid(1001).await;
    house.sync_fully().await;
    for site in ["au", "gb"] {
        assert!(!house.titles(site).await.contains_key(SALT), "{site}");
    }
}

#[tokio::test]
async fn a_cover_that_cannot_be_had_leaves_a_finding_and_the_book_shown() {
    for fault in [
        json!({"path": "/resources/*", "kind": "status", "status": 404}),
        json!({"path": "/resources/*", "kind": "status", "status": 200, "content_type": "text/html",
            "body": "<html>Sign in</html>"}),
        json!({"path": "/resources/*", "kind": "truncate"}),
    ] {
        let house = House::with(4).await;
        house.at_source(Method::POST, "faults", fault.clone()).await;
        let report = house.sync().await;
        assert!(
            report
                .summary
                .finding_codes
                .contains_key("file-not-fetched"),
            "{fault}: {:?}",
            report.summary
        );
        let books = house.served("gb", "book").await;
        assert_eq!(books[SALT]["cover"], Value::Null, "{fault}");
        house.at_source(Method::DELETE, "faults", Value::Null).await;
        let later = Options::at(noon() + SignedDuration::from_mins(11));
        house.try_sync(&later).await.unwrap();
        assert!(
            house.served("gb", "book").await[SALT]["cover"].is_object(),
            "{fault}"
        );
    }
}

/// How often files were asked of the source.
pub(crate) async fn asked_for_files(house: &House) -> usize {
    let log = house.at_source(Method::GET, "requests", Value::Null).await;
    let requests = log["requests"]
        .as_array()
        .or_else(|| log.as_array())
        .unwrap();
    let is_file = |request: &&Value| {
        let path = request["path"].as_str().unwrap();
        path.starts_with("/resources/")
    };
    requests.iter().filter(is_file).count()
}

#[tokio::test]
async fn a_file_that_could_not_be_fetched_is_left_alone_for_a_while() {
    let house = House::with(3).await;
    let gone = json!({"path": "/resources/*", "kind": "status", "status": 404});
    house.at_source(Method::POST, "faults", gone).await;
    let run = async |minutes, retry_files| {
        let before = asked_for_files(&house).await;
        let options = Options {
            retry_files,
            ..Options::at(noon() + SignedDuration::from_mins(minutes))
        };
        let report = house.try_sync(&options).await.unwrap();
        let told = report
            .summary
            .finding_codes
            .get("file-not-fetched")
            .copied();
        (
            asked_for_files(&house).await - before,
            told.unwrap_or_default(),
        )
    };
    let (all, told) = run(0, false).await;
    assert!(all > 1, "{all}");
    assert_eq!(usize::try_from(told).unwrap(), all, "each failure is told");
    for (minutes, asked, why) in [
        (9, 0, "ten minutes have not passed"),
        (11, all, "they have"),
        (30, 0, "a second failure doubles them"),
        (32, all, "twenty minutes have passed"),
    ] {
        let (now, still_told) = run(minutes, false).await;
        assert_eq!((now, still_told), (asked, told), "minute {minutes}: {why}");
    }
    assert_eq!(run(33, true).await, (all, told), "somebody says to try");

    // A new address is another file.
    let work = house
        .at_source(Method::GET, "works/1001", Value::Null)
        .await;
    let mut resources = work["supportingResources"].clone();
    for resource in resources.as_array_mut().unwrap() {
        resource["caption"] = json!("A new picture");
    }
    let mended = json!({"supportingResources": resources});
    house.at_source(Method::PATCH, "works/1001", mended).await;
    let (asked, _) = run(34, false).await;
    assert!((1..all).contains(&asked), "{asked} of {all}");

    house.at_source(Method::DELETE, "faults", Value::Null).await;
    assert_eq!(run(35, true).await, (all, 0), "all are there");
    let store = house.open_store().await.unwrap();
    assert_eq!(store.ledger().await.unwrap().failed_fetches.len(), 0);
    drop(store);
    assert_eq!(run(36, true).await, (0, 0));
}

#[tokio::test]
async fn a_cover_that_is_replaced_is_fetched_and_the_old_one_no_longer_shown() {
    let house = House::with(4).await;
    house.sync_fully().await;
    let before = house.served("gb", "book").await[SALT]["cover"]["uid"].clone();
    let work = house
        .at_source(Method::GET, "works/1001", Value::Null)
        .await;
    let mut resources = work["supportingResources"].clone();
    for resource in resources.as_array_mut().unwrap_or_else(|| panic!("{work}")) {
        resource["caption"] = json!("A new picture");
    }
    house
        .at_source(
            Method::PATCH,
            "works/1001",
            json!({"supportingResources": resources}),
        )
        .await;
    house.sync_fully().await;
    let after = house.served("gb", "book").await[SALT]["cover"]["uid"].clone();
    assert!(after.is_string());
    assert_ne!(after, before);
}

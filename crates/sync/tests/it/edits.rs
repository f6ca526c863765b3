//! One edit at the source after another: what readers get is right, and only what must change changed.

use std::collections::BTreeMap;

use reqwest::Method;
use sandbox::options::Put;
use serde_json::{Value, json};

use crate::house::House;

const BOOK: &str = "consonance:work:1001";
const HARDBACK: i64 = 20001;

/// What differs between two showings: `site type key field`, or `site type key` alone where it came or went.
fn moved(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<String> {
    let mut moved = Vec::new();
    for key in before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)))
    {
        match (before.get(key), after.get(key)) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let differing = after
                    .iter()
                    .filter(|(field, value)| before.get(*field) != Some(*value));
                moved.extend(differing.map(|(field, _)| format!("{key} {field}")));
            }
            _ => moved.push(key.clone()),
        }
    }
    moved
}

/// Edits, synchronises, and says what moved. A further run then changes nothing.
async fn edit(house: &House, method: Method, path: &str, body: Value) -> Vec<String> {
    let before = house.shown().await;
    house.at_source(method, path, body).await;
    let report = house.sync_fully().await;
    assert_eq!(
        report.summary.written, 1,
        "one record was edited: {:?}",
        report.summary
    );
    let moved = moved(&before, &house.shown().await);
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(
        house.stage.changes().await,
        changes,
        "{path}: a second run still writes"
    );
    moved
}

async fn house() -> House {
    let house = House::with(5).await;
    house.sync_fully().await;
    house
}

async fn product(house: &House, id: i64) -> Value {
    house
        .at_source(Method::GET, &format!("products/{id}"), Value::Null)
        .await
}

#[tokio::test]
async fn a_price_reaches_the_market_of_its_currency_alone() {
    let house = house().await;
    let mut prices = product(&house, HARDBACK).await["prices"].clone();
    for price in prices.as_array_mut().unwrap() {
        if price["currencyCode"] == "GBP" {
            price["amount"] = json!(21.5);
        }
    }
    let path = format!("products/{HARDBACK}");
    let moved = edit(&house, Method::PATCH, &path, json!({ "prices": prices })).await;
    assert!(
        moved
            .iter()
            .all(|line| line.starts_with(&format!("gb book {BOOK} "))),
        "{moved:?}"
    );
    let book = &house.served("gb", "book").await[BOOK];
    let formats = book["formats"].as_array().unwrap();
    assert!(
        formats.iter().any(|format| format["amount"] == json!(21.5)),
        "{formats:?}"
    );
}

#[tokio::test]
async fn a_status_changes_what_the_page_says_and_nothing_of_other_books() {
    let house = house().await;
    let path = format!("products/{HARDBACK}");
    let moved = edit(
        &house,
        Method::PATCH,
        &path,
        json!({"onixPublishingStatusCode": "_07"}),
    )
    .await;
    assert!(!moved.is_empty());
    assert!(
        moved
            .iter()
            .all(|line| line.contains(&format!(" book {BOOK} "))),
        "{moved:?}"
    );
    let book = &house.served("gb", "book").await[BOOK];
    let formats = book["formats"].as_array().unwrap();
    assert!(
        formats
            .iter()
            .any(|format| format["state"] == "out_of_print"),
        "{formats:?}"
    );
    assert_eq!(
        book["state"], "available",
        "the other formats can still be had"
    );
}

#[tokio::test]
async fn a_territory_that_is_withdrawn_hides_the_format_there_and_only_there() {
    let house = house().await;
    let isbn = product(&house, HARDBACK).await["isbn13"]
        .as_str()
        .unwrap()
        .replace('-', "");
    let has = |book: &Value| {
        book["formats"]
            .as_array()
            .unwrap()
            .iter()
            .any(|format| format["isbn13"] == isbn)
    };
    assert!(has(&house.served("au", "book").await[BOOK]));
    let rights = json!({"isForSaleWorldwide": false, "forSaleCountryCodes": ["GB"], "notForSaleCountryCodes": ["AU"]});
    let path = format!("products/{HARDBACK}");
    let moved = edit(&house, Method::PATCH, &path, rights).await;
    assert!(
        moved.iter().all(|line| line.starts_with("au ")),
        "{moved:?}"
    );
    assert!(!has(&house.served("au", "book").await[BOOK]));
    assert!(has(&house.served("gb", "book").await[BOOK]));
}

#[tokio::test]
async fn a_new_format_appears_on_its_book() {
    let house = house().await;
    let mut new = product(&house, HARDBACK).await;
    let fields = new.as_object_mut().unwrap();
    for own in ["id", "workId", "work"] {
        fields.remove(own);
    }
    fields.insert("isbn13".into(), json!("9781839912344"));
    let before = house.served("gb", "book").await[BOOK]["formats"]
        .as_array()
        .unwrap()
        .len();
    let moved = edit(&house, Method::POST, "works/1001/products", new).await;
    assert!(
        moved
            .iter()
            .any(|line| *line == format!("gb book {BOOK} formats")),
        "{moved:?}"
    );
    assert!(
        moved
            .iter()
            .all(|line| line.contains(&format!(" book {BOOK} "))),
        "{moved:?}"
    );
    assert_eq!(
        house.served("gb", "book").await[BOOK]["formats"]
            .as_array()
            .unwrap()
            .len(),
        before + 1
    );
}

#[tokio::test]
async fn a_new_work_appears_and_moves_no_other() {
    let house = house().await;
    let mut work = house
        .at_source(Method::GET, "works/1001", Value::Null)
        .await;
    let fields = work.as_object_mut().unwrap();
    fields.remove("id");
    fields.insert("title".into(), json!("A Newcomer"));
    let mut format = product(&house, HARDBACK).await;
    for own in ["id", "workId", "work"] {
        format.as_object_mut().unwrap().remove(own);
    }
    format["isbn13"] = json!("9781839912344");
    work["products"] = json!([format]);
    let moved = edit(&house, Method::POST, "works", work).await;
    assert_eq!(moved.len(), 2, "{moved:?}");
    assert!(
        house
            .titles("gb")
            .await
            .values()
            .any(|title| title == "A Newcomer")
    );
}

#[tokio::test]
async fn a_contributor_who_is_renamed_is_renamed_on_the_page_and_in_the_credits() {
    let house = house().await;
    let before = house.shown().await;
    let name = json!({"name": "Maren Oskarby-Vale", "personName": "Maren Oskarby-Vale"});
    house.at_source(Method::PATCH, "contacts/501", name).await;
    house.sync_fully().await;
    let after = house.shown().await;
    let moved = moved(&before, &after);
    assert!(
        moved.contains(&"gb contributor consonance:contact:501 name".to_owned()),
        "{moved:?}"
    );
    assert!(
        moved.contains(&format!("gb book {BOOK} credits")),
        "{moved:?}"
    );
    let others = moved
        .iter()
        .filter(|line| !line.contains(" contributor ") && !line.ends_with(" credits"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn what_an_integrator_added_to_an_entry_survives_its_update_whatever_put_does() {
    for put in [Put::Keep, Put::Clear] {
        let house = House::putting(2, put).await;
        house.sync_fully().await;
        let stage = &house.stage;
        let mut book = stage.content_type("book").await;
        let field = json!({"uid": "shelf_mark", "display_name": "Shelf mark", "data_type": "text"});
        book["schema"].as_array_mut().unwrap().push(field);
        stage
            .manage(
                Method::PUT,
                "content_types/book",
                Some(json!({ "content_type": book })),
            )
            .await;
        let uid = house.served("gb", "book").await[BOOK]["uid"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("content_types/book/entries/{uid}?locale=en-gb");
        let mut entry = stage.manage(Method::GET, &path, None).await["entry"].clone();
        entry["shelf_mark"] = json!("B 17");
        entry["cover"] = entry["cover"]["uid"].clone();
        stage
            .manage(Method::PUT, &path, Some(json!({ "entry": entry })))
            .await;
        house
            .at_source(
                Method::PATCH,
                "works/1001",
                json!({"title": "Another Name"}),
            )
            .await;
        house.sync_fully().await;
        let entry = stage.manage(Method::GET, &path, None).await["entry"].clone();
        assert_eq!(entry["title"], "Another Name", "{put:?}");
        assert_eq!(entry["shelf_mark"], "B 17", "{put:?}");
    }
}

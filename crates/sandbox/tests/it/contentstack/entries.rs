//! Entries: saving, checking, reading back, and what a PUT leaves alone.

use reqwest::Method;
use sandbox::contentstack::{ContentstackOptions, Limits, Put};
use serde_json::{Value, json};

use super::{Stand, asked, field, reply, titles};

const BOOKS: &str = "/v3/content_types/book/entries";

#[tokio::test]
async fn a_new_entry_has_the_form_of_the_service() {
    let stand = Stand::catalogue().await;
    let entry = json!({"entry": {"title": "The Salt Road", "source_key": "w:1", "unknown": 1,
        "sort_date": "2026-03-01", "tags": ["spring"]}});
    let made = stand.made(BOOKS, entry).await;
    assert_eq!(made["notice"], "Entry created successfully.");
    let entry = &made["entry"];
    let uid = entry["uid"].as_str().unwrap();
    assert_eq!((uid.len(), &uid[..3]), (19, "blt"));
    assert_eq!(
        (&entry["locale"], &entry["_version"]),
        (&json!("en-us"), &json!(1))
    );
    assert_eq!(entry["sort_date"], "2026-03-01T00:00:00.000Z");
    assert_eq!(entry["tags"], json!(["spring"]));
    assert_eq!(entry.get("unknown"), None);
    assert_eq!(entry.get("publish_details"), None);
}

#[tokio::test]
async fn every_wrong_value_is_refused_by_its_field() {
    let stand = Stand::catalogue().await;
    let entry = json!({"entry": {
        "subtitle": 7, "amount": "9.99", "visible": "yes", "sort_date": "soon",
        "cover": "bltghost", "imprint": [{"uid": "bltghost", "_content_type_uid": "imprint"}],
        "formats": [{"isbn13": "9781"}, {"state": "available"}],
    }});
    let (status, body) = stand.refused(Method::POST, BOOKS, entry).await;
    assert_eq!((status, &body["error_code"]), (422, &json!(119)));
    let fields: Vec<&String> = body["errors"].as_object().unwrap().keys().collect();
    let expected = [
        "amount",
        "cover",
        "formats.1.isbn13",
        "imprint",
        "sort_date",
        "subtitle",
        "title",
        "visible",
    ];
    assert_eq!(fields, expected);
    assert_eq!(body["errors"]["title"], json!(["is a required field."]));
    assert_eq!(stand.books().await, 0);
}

#[tokio::test]
async fn a_unique_value_is_taken_in_every_locale_but_not_from_oneself() {
    let stand = Stand::catalogue().await;
    let first = stand
        .book(json!({"title": "One", "source_key": "w:1"}))
        .await;
    let path = format!("{BOOKS}/{first}");
    let own = json!({"entry": {"title": "One", "source_key": "w:1-gb"}});
    stand
        .done(Method::PUT, &format!("{path}?locale=en-gb"), own)
        .await;
    stand
        .done(Method::PUT, &path, json!({"entry": {"source_key": "w:1"}}))
        .await;
    for key in ["w:1", "w:1-gb"] {
        let entry = json!({"entry": {"title": "Two", "source_key": key}});
        let (status, body) = stand.refused(Method::POST, BOOKS, entry).await;
        assert_eq!((status, &body["error_code"]), (422, &json!(119)));
        assert_eq!(body["errors"], json!({"source_key": ["is not unique."]}));
    }
    // Freed by a change, it can be taken.
    stand
        .done(Method::PUT, &path, json!({"entry": {"source_key": "w:9"}}))
        .await;
    stand
        .book(json!({"title": "Two", "source_key": "w:1"}))
        .await;
    // Books share titles, as the title is declared not unique.
    stand
        .book(json!({"title": "Two", "source_key": "w:3"}))
        .await;
}

#[tokio::test]
async fn a_put_keeps_or_clears_what_it_does_not_name() {
    for (put, subtitle) in [(Put::Keep, json!("A history")), (Put::Clear, Value::Null)] {
        let options = ContentstackOptions {
            put,
            limits: Limits::Off,
            ..Default::default()
        };
        let stand = Stand::with(options).await;
        stand.furnish().await;
        let uid = stand
            .book(json!({"title": "One", "subtitle": "A history"}))
            .await;
        let path = format!("{BOOKS}/{uid}");
        let done = stand
            .done(Method::PUT, &path, json!({"entry": {"title": "Two"}}))
            .await;
        assert_eq!(done["notice"], "Entry updated successfully.");
        assert_eq!(done["entry"]["_version"], 2);
        let entry = &stand.get(&path).await["entry"];
        assert_eq!(
            entry.get("subtitle").cloned().unwrap_or_default(),
            subtitle,
            "{put:?}"
        );
        let bare = stand
            .manage(Method::PUT, &path, json!({"entry": {"amount": 1}}))
            .await;
        assert_eq!(
            bare.0,
            if put == Put::Keep { 200 } else { 422 },
            "{put:?} without title"
        );
    }
}

#[tokio::test]
async fn a_list_is_filtered_sorted_counted_and_cut() {
    let stand = Stand::catalogue().await;
    for (title, amount) in [
        ("A", json!(3)),
        ("B", json!(1)),
        ("C", Value::Null),
        ("D", json!(2)),
    ] {
        stand.book(json!({"title": title, "amount": amount})).await;
    }
    let list = async |query: &[(&str, &str)]| {
        let (status, body) = reply(stand.managing(Method::GET, &asked(BOOKS, query))).await;
        assert_eq!(status, 200, "{body}");
        body
    };
    let all = list(&[("asc", "amount"), ("include_count", "true")]).await;
    assert_eq!(
        titles(all["entries"].as_array().unwrap()),
        ["B", "D", "A", "C"]
    );
    assert_eq!(all["count"], 4);
    let page = list(&[("desc", "amount"), ("skip", "1"), ("limit", "2")]).await;
    assert_eq!(titles(page["entries"].as_array().unwrap()), ["D", "B"]);
    let some = list(&[("query", r#"{"amount":{"$gte":2}}"#), ("asc", "title")]).await;
    assert_eq!(titles(some["entries"].as_array().unwrap()), ["A", "D"]);
    let only = list(&[("query", r#"{"title":"A"}"#), ("only[BASE][]", "title")]).await;
    let keys: Vec<&String> = only["entries"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["title", "uid"]);
    assert_eq!(list(&[("count", "true")]).await, json!({"entries": 4}));
    // Without an order, the newest change comes first.
    assert_eq!(
        titles(list(&[]).await["entries"].as_array().unwrap()),
        ["D", "C", "B", "A"]
    );
}

#[tokio::test]
async fn one_is_found_by_its_unique_key() {
    let stand = Stand::catalogue().await;
    stand.book(json!({"title": "A", "source_key": "w:1"})).await;
    stand.book(json!({"title": "B", "source_key": "w:2"})).await;
    let query = [("query", r#"{"source_key":"w:2"}"#)];
    let (_, body) = reply(stand.managing(Method::GET, &asked(BOOKS, &query))).await;
    assert_eq!(titles(body["entries"].as_array().unwrap()), ["B"]);
}

#[tokio::test]
async fn a_file_is_written_by_uid_and_read_whole() {
    let stand = Stand::catalogue().await;
    let asset = stand.upload("cover.png", b"bytes", "").await;
    let uid = stand
        .book(json!({"title": "A", "cover": asset["uid"]}))
        .await;
    let entry = &stand.get(&format!("{BOOKS}/{uid}")).await["entry"];
    assert_eq!(entry["cover"]["url"], asset["url"]);
}

#[tokio::test]
async fn older_versions_can_be_read() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Working title"})).await;
    let path = format!("{BOOKS}/{uid}");
    stand
        .done(
            Method::PUT,
            &path,
            json!({"entry": {"title": "The Salt Road"}}),
        )
        .await;
    let old = stand.get(&format!("{path}?version=1")).await;
    assert_eq!(old["entry"]["title"], "Working title");
    stand
        .refused(Method::GET, &format!("{path}?version=3"), Value::Null)
        .await;
}

#[tokio::test]
async fn a_deleted_entry_is_gone_from_both_sides() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "A", "source_key": "w:1"})).await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
        .await;
    stand
        .done(Method::DELETE, &format!("{BOOKS}/{uid}"), Value::Null)
        .await;
    let (status, body) = stand
        .refused(Method::GET, &format!("{BOOKS}/{uid}"), Value::Null)
        .await;
    assert_eq!((status, &body["error_code"]), (404, &json!(141)));
    assert!(stand.delivered("au", &[]).await.is_empty());
    stand.book(json!({"title": "A", "source_key": "w:1"})).await;
}

#[tokio::test]
async fn blocks_are_checked_by_their_own_schemas_and_get_uids() {
    let stand = Stand::empty().await;
    let modules = json!({"uid": "modules", "display_name": "Modules", "data_type": "blocks",
    "blocks": [{"title": "Hero", "uid": "hero", "schema": [
        {"uid": "heading", "display_name": "Heading", "data_type": "text", "mandatory": true},
    ]}]});
    let page = json!({"content_type": {"title": "Page", "uid": "page",
        "schema": [field("title", "text"), modules]}});
    stand.made("/v3/content_types", page).await;
    let entries = "/v3/content_types/page/entries";
    for (wrong, place) in [
        (json!([{"hero": {}}]), "modules.0.hero.heading"),
        (json!([{"footer": {}}]), "modules.0"),
    ] {
        let entry = json!({"entry": {"title": "Home", "modules": wrong}});
        let (_, body) = stand.refused(Method::POST, entries, entry).await;
        assert!(body["errors"].get(place).is_some(), "{body}");
    }
    let entry = json!({"entry": {"title": "Home", "modules": [{"hero": {"heading": "Hello"}}]}});
    let made = stand.made(entries, entry).await;
    let hero = &made["entry"]["modules"][0]["hero"];
    assert_eq!(hero["heading"], "Hello");
    assert!(
        hero["_metadata"]["uid"].as_str().unwrap().starts_with("cs"),
        "{hero}"
    );
}

#[tokio::test]
async fn a_body_that_is_no_entry_is_refused() {
    let stand = Stand::catalogue().await;
    let broken = stand.managing(Method::POST, BOOKS).body("{\"entry\":");
    assert_eq!(reply(broken).await.0, 400);
    assert_eq!(
        stand
            .refused(Method::POST, BOOKS, json!({"title": "A"}))
            .await
            .0,
        422
    );
}

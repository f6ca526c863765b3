//! Locales of an entry: inheritance, own versions, shared fields.

use reqwest::Method;
use serde_json::{Value, json};

use super::Stand;

async fn read(stand: &Stand, uid: &str, locale: &str) -> Value {
    let path = format!("/v3/content_types/book/entries/{uid}?locale={locale}");
    stand.get(&path).await["entry"].clone()
}

async fn save(stand: &Stand, uid: &str, locale: &str, fields: Value) -> Value {
    let path = format!("/v3/content_types/book/entries/{uid}?locale={locale}");
    stand
        .done(Method::PUT, &path, json!({"entry": fields}))
        .await["entry"]
        .clone()
}

#[tokio::test]
async fn a_locale_shows_what_it_inherits_with_its_own_locale() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    assert_eq!(read(&stand, &uid, "en-au").await["locale"], "en-us");
    save(&stand, &uid, "en-gb", json!({"title": "Colour"})).await;
    let entry = read(&stand, &uid, "en-au").await;
    assert_eq!(
        (&entry["locale"], &entry["title"]),
        (&json!("en-gb"), &json!("Colour"))
    );
}

#[tokio::test]
async fn a_localised_entry_has_versions_of_its_own_and_no_longer_follows() {
    let stand = Stand::catalogue().await;
    let uid = stand
        .book(json!({"title": "Color", "subtitle": "One"}))
        .await;
    save(&stand, &uid, "en-us", json!({"subtitle": "Two"})).await;
    let localised = save(&stand, &uid, "en-gb", json!({"title": "Colour"})).await;
    assert_eq!(
        (&localised["_version"], &localised["locale"]),
        (&json!(1), &json!("en-gb"))
    );
    assert_eq!(localised["subtitle"], "Two");
    save(&stand, &uid, "en-us", json!({"subtitle": "Three"})).await;
    assert_eq!(read(&stand, &uid, "en-gb").await["subtitle"], "Two");
}

#[tokio::test]
async fn a_shared_field_comes_from_the_master_and_raises_every_copy() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color", "isbn": "9781"})).await;
    let copy = save(
        &stand,
        &uid,
        "en-gb",
        json!({"title": "Colour", "isbn": "9782"}),
    )
    .await;
    assert_eq!(copy["isbn"], "9781");
    save(&stand, &uid, "en-us", json!({"subtitle": "Same ISBN"})).await;
    assert_eq!(read(&stand, &uid, "en-gb").await["_version"], 1);
    save(&stand, &uid, "en-us", json!({"isbn": "9783"})).await;
    let copy = read(&stand, &uid, "en-gb").await;
    assert_eq!(
        (&copy["isbn"], &copy["_version"]),
        (&json!("9783"), &json!(2))
    );
    assert_eq!(copy["title"], "Colour");
    // Saved again with the same value, it raises the copies all the same.
    save(&stand, &uid, "en-us", json!({"isbn": "9783"})).await;
    assert_eq!(read(&stand, &uid, "en-gb").await["_version"], 3);
}

#[tokio::test]
async fn a_list_in_a_locale_leaves_out_what_is_only_inherited() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    stand.book(json!({"title": "Only American"})).await;
    save(&stand, &uid, "en-gb", json!({"title": "Colour"})).await;
    let list = async |extra: &str| {
        let path = format!("/v3/content_types/book/entries?locale=en-gb{extra}");
        stand.get(&path).await["entries"].as_array().unwrap().len()
    };
    assert_eq!(list("").await, 1);
    assert_eq!(list("&include_unlocalized=true").await, 2);
}

#[tokio::test]
async fn the_locales_of_an_entry_say_which_are_its_own() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    save(&stand, &uid, "en-gb", json!({"title": "Colour"})).await;
    let path = format!("/v3/content_types/book/entries/{uid}/locales");
    let expected = json!([{"code": "en-au"}, {"code": "en-gb", "localized": true},
        {"code": "en-us"}]);
    assert_eq!(stand.get(&path).await["locales"], expected);
}

#[tokio::test]
async fn unlocalising_and_deleting_a_locale_bring_the_fallback_back() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    let path = format!("/v3/content_types/book/entries/{uid}");
    let undo = [
        (Method::POST, format!("{path}/unlocalize?locale=en-gb")),
        (Method::DELETE, format!("{path}?locale=en-gb")),
    ];
    for (method, undo) in undo {
        save(&stand, &uid, "en-gb", json!({"title": "Colour"})).await;
        stand.done(method.clone(), &undo, Value::Null).await;
        assert_eq!(
            read(&stand, &uid, "en-gb").await["title"],
            "Color",
            "{method}"
        );
        stand.refused(method, &undo, Value::Null).await;
    }
}

#[tokio::test]
async fn a_locale_that_the_stack_lacks_is_refused() {
    let stand = Stand::catalogue().await;
    let path = "/v3/content_types/book/entries?locale=xx-xx";
    let (status, body) = stand.refused(Method::GET, path, Value::Null).await;
    assert_eq!((status, &body["error_code"]), (422, &json!(141)));
    assert!(
        body["error_message"].as_str().unwrap().contains("xx-xx"),
        "{body}"
    );
}

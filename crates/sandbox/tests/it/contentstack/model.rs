//! Content types, global fields, environments and locales.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stand, field};

const TYPES: &str = "/v3/content_types";

#[tokio::test]
async fn a_type_comes_back_filled_in_and_counts_its_versions() {
    let stand = Stand::empty().await;
    let schema = json!([field("title", "text"), field("name", "text")]);
    let body = json!({"content_type": {"title": "Author", "uid": "author", "schema": schema}});
    let made = stand.made(TYPES, body).await;
    assert_eq!(made["notice"], "Content Type created successfully.");
    let made = &made["content_type"];
    assert_eq!(
        (&made["_version"], &made["inbuilt_class"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(made["schema"][0]["unique"], true);
    assert_eq!(made["schema"][1]["field_metadata"], json!({}));
    // A schema that was read can be sent back as it is.
    let again = json!({"content_type": made});
    let done = stand
        .done(Method::PUT, "/v3/content_types/author", again)
        .await;
    assert_eq!(done["content_type"]["_version"], 2);
    assert_eq!(done["content_type"]["schema"], made["schema"]);
}

#[tokio::test]
async fn the_recorded_refusals_are_word_for_word() {
    let stand = Stand::empty().await;
    let page = json!({"content_type": {"title": "Page", "uid": "page",
        "options": {"is_page": true}, "schema": [field("name", "text")]}});
    let invalid = json!({
        "error_message": "Content Type creation failed. Please try again.",
        "error_code": 115,
        "errors": {
            "content_type": ["should have a 'title' field."],
            "schema": ["should have a 'url' field."],
        },
    });
    assert_eq!(
        stand.refused(Method::POST, TYPES, page).await,
        (422, invalid)
    );
    let unknown = json!({
        "error_message": "The Content Type 'foo100' was not found. Please try again.",
        "error_code": 118,
        "errors": {"uid": ["is not valid."]},
    });
    let answer = stand
        .refused(Method::GET, "/v3/content_types/foo100", Value::Null)
        .await;
    assert_eq!(answer, (422, unknown));
}

#[tokio::test]
async fn a_type_that_exists_is_refused_by_uid_and_title() {
    let stand = Stand::catalogue().await;
    let again = json!({"content_type": {"title": "Book", "uid": "book",
        "schema": [field("title", "text")]}});
    let (status, body) = stand.refused(Method::POST, TYPES, again).await;
    assert_eq!((status, &body["error_code"]), (422, &json!(115)));
    let both = json!({"uid": ["is not unique."], "title": ["is not unique."]});
    assert_eq!(body["errors"], both);
}

#[tokio::test]
async fn a_removed_field_takes_its_values_out_of_sight() {
    let stand = Stand::catalogue().await;
    let imprint = stand.imprint("Lantern").await;
    let path = format!(
        "/v3/content_types/imprint/entries/{}",
        imprint["uid"].as_str().unwrap()
    );
    let bare = json!({"content_type": {"title": "Imprint", "schema": [field("title", "text")]}});
    stand
        .done(Method::PUT, "/v3/content_types/imprint", bare)
        .await;
    let read = stand.get(&path).await;
    assert_eq!(read["entry"]["title"], "Lantern");
    assert_eq!(read["entry"].get("source_key"), None);
}

#[tokio::test]
async fn a_type_with_entries_goes_only_by_force() {
    let stand = Stand::catalogue().await;
    stand.imprint("Lantern").await;
    let path = "/v3/content_types/imprint";
    stand.refused(Method::DELETE, path, Value::Null).await;
    stand
        .done(Method::DELETE, &format!("{path}?force=true"), Value::Null)
        .await;
    stand.refused(Method::GET, path, Value::Null).await;
}

#[tokio::test]
async fn a_global_field_is_checked_like_a_group_and_shown_on_demand() {
    let stand = Stand::empty().await;
    let seo = json!({"global_field": {"title": "SEO", "uid": "seo", "schema": [
        {"uid": "robots", "display_name": "Robots", "data_type": "text", "mandatory": true}]}});
    stand.made("/v3/global_fields", seo).await;
    let page = json!({"content_type": {"title": "Page", "uid": "page", "schema": [
        field("title", "text"),
        {"uid": "seo", "display_name": "SEO", "data_type": "global_field", "reference_to": "seo"}]}});
    stand.made(TYPES, page).await;
    let plain = stand.get("/v3/content_types/page").await;
    assert_eq!(plain["content_type"]["schema"][1].get("schema"), None);
    let whole = stand
        .get("/v3/content_types/page?include_global_field_schema=true")
        .await;
    assert_eq!(
        whole["content_type"]["schema"][1]["schema"][0]["uid"],
        "robots"
    );
    let entries = "/v3/content_types/page/entries";
    let entry = json!({"entry": {"title": "Home", "seo": {}}});
    let (_, body) = stand.refused(Method::POST, entries, entry).await;
    assert_eq!(
        body["errors"],
        json!({"seo.robots": ["is a required field."]})
    );
    stand
        .made(
            entries,
            json!({"entry": {"title": "Home", "seo": {"robots": "index"}}}),
        )
        .await;
}

#[tokio::test]
async fn an_environment_is_addressed_by_name_and_brings_its_token() {
    let stand = Stand::catalogue().await;
    let tokens = stand.credentials().delivery_tokens;
    assert_eq!(tokens.keys().collect::<Vec<_>>(), ["*", "au", "uk"]);
    let (_, shown) = stand.control(Method::GET, "tokens", Value::Null).await;
    assert_eq!(shown["delivery_tokens"]["au"], json!(tokens["au"]));
    assert_eq!(
        stand.get("/v3/environments/au").await["environment"]["name"],
        "au"
    );
    let twice = json!({"environment": {"name": "au"}});
    let (status, body) = stand.refused(Method::POST, "/v3/environments", twice).await;
    assert_eq!(
        (status, &body["errors"]["name"]),
        (422, &json!(["is not unique."]))
    );
}

#[tokio::test]
async fn a_locale_falls_back_to_the_master_or_to_one_that_does() {
    let stand = Stand::catalogue().await;
    let add = |code: &str, fallback: Value| json!({"locale": {"name": code, "code": code, "fallback_locale": fallback}});
    let deep = stand
        .refused(Method::POST, "/v3/locales", add("en-nz", json!("en-au")))
        .await;
    assert!(
        deep.1["errors"].get("fallback_locale").is_some(),
        "{}",
        deep.1
    );
    let (status, body) = stand
        .refused(Method::POST, "/v3/locales", add("en-gb", json!("en-us")))
        .await;
    assert_eq!((status, &body["error_code"]), (422, &json!(247)));
    let made = stand.made("/v3/locales", add("fr-fr", Value::Null)).await;
    assert_eq!(made["locale"]["fallback_locale"], "en-us");
    stand
        .refused(Method::DELETE, "/v3/locales/en-us", Value::Null)
        .await;
    stand
        .refused(Method::DELETE, "/v3/locales/en-gb", Value::Null)
        .await;
}

#[tokio::test]
async fn lists_come_in_pages_with_a_count_on_demand() {
    let stand = Stand::catalogue().await;
    let page = stand
        .get("/v3/locales?skip=1&limit=1&include_count=true")
        .await;
    assert_eq!(page["locales"].as_array().unwrap().len(), 1);
    assert_eq!(page["count"], 3);
    let (status, _) = stand
        .refused(Method::GET, "/v3/locales?limit=101", Value::Null)
        .await;
    assert_eq!(status, 422);
}

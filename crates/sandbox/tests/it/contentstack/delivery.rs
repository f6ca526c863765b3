//! Delivery: who sees what, and the traps in it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stand, field, reply, titles};

/// A stand with one book published to `au` in the master locale.
async fn published(fields: Value) -> (Stand, String) {
    let stand = Stand::catalogue().await;
    let uid = stand.book(fields).await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
        .await;
    (stand, uid)
}

#[tokio::test]
async fn an_entry_is_delivered_with_one_publication() {
    let (stand, uid) = published(json!({"title": "The Salt Road"})).await;
    let (status, body) = stand
        .deliver("au", &format!("/v3/content_types/book/entries/{uid}"))
        .await;
    assert_eq!(status, 200);
    let details = &body["entry"]["publish_details"];
    assert_eq!(details["locale"], "en-us");
    assert!(
        details["environment"].as_str().unwrap().starts_with("blt"),
        "{details}"
    );
    let ghost = stand
        .deliver("au", "/v3/content_types/book/entries/bltghost")
        .await;
    let missing = json!({"error_message": "The requested object doesn't exist.",
        "error_code": 141, "errors": {"uid": ["is not valid."]}});
    assert_eq!(ghost, (422, missing));
}

#[tokio::test]
async fn a_fallback_serves_what_was_unpublished() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    let path = format!("/v3/content_types/book/entries/{uid}?locale=en-gb");
    stand
        .done(Method::PUT, &path, json!({"entry": {"title": "Colour"}}))
        .await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["uk"]), json!(["en-us", "en-gb"]))
        .await;
    stand
        .publish("unpublish", &entry, json!(["uk"]), json!(["en-gb"]))
        .await;
    assert!(
        stand
            .delivered("uk", &[("locale", "en-gb")])
            .await
            .is_empty()
    );
    let query = [("locale", "en-gb"), ("include_fallback", "true")];
    let served = stand.delivered("uk", &query).await;
    assert_eq!(
        (titles(&served), &served[0]["locale"]),
        (vec!["Color"], &json!("en-us"))
    );
}

#[tokio::test]
async fn a_token_opens_its_environment_and_the_star_all() {
    let (stand, _) = published(json!({"title": "The Salt Road"})).await;
    let own = stand.credentials();
    let ask = async |token: &str, environment: &str| {
        let path = format!("/v3/content_types/book/entries?environment={environment}");
        let request = stand
            .request(Method::GET, &path)
            .header("api_key", &own.api_key)
            .header("access_token", &own.delivery_tokens[token]);
        let (status, body) = reply(request).await;
        (status, body["error_code"].clone())
    };
    assert_eq!(ask("au", "au").await, (200, Value::Null));
    assert_eq!(ask("*", "au").await, (200, Value::Null));
    assert_eq!(ask("au", "uk").await, (401, json!(161)));
    assert_eq!(ask("*", "mars").await, (401, json!(161)));
    assert_eq!(ask("*", "").await, (422, json!(141)));
}

#[tokio::test]
async fn references_stay_as_they_are_unless_included_and_drop_out_when_unpublished() {
    let stand = Stand::catalogue().await;
    let imprint = stand.imprint("Lantern").await;
    let uid = stand
        .book(json!({"title": "A", "imprint": [imprint]}))
        .await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
        .await;
    assert_eq!(
        stand.delivered("au", &[]).await[0]["imprint"],
        json!([imprint])
    );
    let include = [("include[]", "imprint")];
    assert_eq!(
        stand.delivered("au", &include).await[0]["imprint"],
        json!([])
    );
    let own = format!("imprint/entries/{}", imprint["uid"].as_str().unwrap());
    stand
        .publish("publish", &own, json!(["au"]), json!(["en-us"]))
        .await;
    let served = stand.delivered("au", &include).await;
    assert_eq!(served[0]["imprint"][0]["title"], "Lantern");
    assert_eq!(served[0]["imprint"][0]["_content_type_uid"], "imprint");
}

#[tokio::test]
async fn an_include_reaches_through_groups_and_through_references() {
    let stand = Stand::catalogue().await;
    let refers = |uid: &str, to: &str| json!({"uid": uid, "display_name": uid, "data_type": "reference", "reference_to": [to]});
    let rows = json!({"uid": "rows", "display_name": "Rows", "data_type": "group",
        "multiple": true, "schema": [refers("book", "book")]});
    let list = json!({"content_type": {"title": "List", "uid": "list",
        "schema": [field("title", "text"), rows]}});
    stand.made("/v3/content_types", list).await;
    let imprint = stand.imprint("Lantern").await;
    let book = stand
        .book(json!({"title": "A", "imprint": [imprint]}))
        .await;
    let row = json!({"book": [{"uid": book, "_content_type_uid": "book"}]});
    let entry = json!({"entry": {"title": "Spring", "rows": [row]}});
    let made = stand.made("/v3/content_types/list/entries", entry).await;
    let list = made["entry"]["uid"].as_str().unwrap();
    for entry in [
        format!("imprint/entries/{}", imprint["uid"].as_str().unwrap()),
        format!("book/entries/{book}"),
        format!("list/entries/{list}"),
    ] {
        stand
            .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
            .await;
    }
    let path = format!("/v3/content_types/list/entries/{list}?include[]=rows.book.imprint");
    let (status, body) = stand.deliver("au", &path).await;
    assert_eq!(status, 200, "{body}");
    let book = &body["entry"]["rows"][0]["book"][0];
    assert_eq!(book["title"], "A");
    assert_eq!(book["imprint"][0]["title"], "Lantern");
}

#[tokio::test]
async fn a_query_reaches_into_references() {
    let stand = Stand::catalogue().await;
    let (lantern, quay) = (stand.imprint("Lantern").await, stand.imprint("Quay").await);
    for (title, imprint) in [("A", &lantern), ("B", &quay)] {
        let uid = stand
            .book(json!({"title": title, "imprint": [imprint]}))
            .await;
        let own = format!("imprint/entries/{}", imprint["uid"].as_str().unwrap());
        for entry in [format!("book/entries/{uid}"), own] {
            stand
                .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
                .await;
        }
    }
    for (query, expected) in [
        (r#"{"imprint":{"$in_query":{"title":"Quay"}}}"#, ["B"]),
        (r#"{"imprint":{"$nin_query":{"title":"Quay"}}}"#, ["A"]),
    ] {
        assert_eq!(
            titles(&stand.delivered("au", &[("query", query)]).await),
            expected,
            "{query}"
        );
    }
    let by_uid = json!({"imprint.uid": lantern["uid"]}).to_string();
    assert_eq!(
        titles(&stand.delivered("au", &[("query", &by_uid)]).await),
        ["A"]
    );
}

#[tokio::test]
async fn a_file_is_served_only_where_it_is_published_itself() {
    let stand = Stand::catalogue().await;
    let asset = stand.upload("cover.png", b"bytes", "").await;
    let uid = stand
        .book(json!({"title": "A", "cover": asset["uid"]}))
        .await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["au"]), json!(["en-us", "en-gb"]))
        .await;
    assert_eq!(stand.delivered("au", &[]).await[0]["cover"], Value::Null);
    let path = format!("/v3/assets/{}/publish", asset["uid"].as_str().unwrap());
    let body = json!({"asset": {"environments": ["au"], "locales": ["en-us"]}});
    stand.done(Method::POST, &path, body).await;
    let cover = &stand.delivered("au", &[]).await[0]["cover"];
    assert_eq!(cover["url"], asset["url"]);
    let british = stand.delivered("au", &[("locale", "en-gb")]).await;
    assert_eq!(british[0]["cover"], Value::Null);
    let (_, assets) = stand.deliver("au", "/v3/assets?include_count=true").await;
    assert_eq!(assets["count"], 1);
    let (_, none) = stand.deliver("uk", "/v3/assets").await;
    assert_eq!(none["assets"], json!([]));
}

#[tokio::test]
async fn fields_are_chosen_and_lists_sorted_with_nothing_last() {
    let stand = Stand::catalogue().await;
    for (title, date) in [
        ("A", Some("2026-05-01")),
        ("B", None),
        ("C", Some("2026-04-01")),
    ] {
        let uid = stand.book(json!({"title": title, "sort_date": date})).await;
        let entry = format!("book/entries/{uid}");
        stand
            .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
            .await;
    }
    assert_eq!(
        titles(&stand.delivered("au", &[("asc", "sort_date")]).await),
        ["C", "A", "B"]
    );
    assert_eq!(
        titles(&stand.delivered("au", &[("desc", "sort_date")]).await),
        ["A", "C", "B"]
    );
    let some = stand
        .delivered("au", &[("asc", "sort_date"), ("except[BASE][]", "title")])
        .await;
    assert_eq!(some[0].get("title"), None);
    let one = stand
        .delivered("au", &[("only[BASE][]", "title"), ("limit", "1")])
        .await;
    assert_eq!(
        one[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["title", "uid"]
    );
}

#[tokio::test]
async fn delivery_changes_nothing() {
    let (stand, uid) = published(json!({"title": "A"})).await;
    let own = stand.credentials();
    let request = stand
        .request(
            Method::DELETE,
            &format!("/v3/content_types/book/entries/{uid}"),
        )
        .header("api_key", own.api_key)
        .header("access_token", &own.delivery_tokens["*"]);
    assert_eq!(reply(request).await.0, 404);
    assert_eq!(stand.books().await, 1);
}

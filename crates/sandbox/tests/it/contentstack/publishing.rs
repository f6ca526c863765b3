//! Publishing singly: frozen versions, inherited content, refusals, and the queue.

use std::time::Duration;

use reqwest::Method;
use sandbox::contentstack::{ContentstackOptions, Limits};
use serde_json::{Value, json};

use super::{Stand, titles};

fn entry(uid: &str) -> String {
    format!("book/entries/{uid}")
}

#[tokio::test]
async fn what_is_published_stays_as_it_was_until_published_again() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    let path = format!("/v3/content_types/{}", entry(&uid));
    stand
        .done(Method::PUT, &path, json!({"entry": {"title": "Second"}}))
        .await;
    let served = stand.delivered("au", &[]).await;
    assert_eq!(
        (titles(&served), &served[0]["_version"]),
        (vec!["First"], &json!(1))
    );
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    assert_eq!(titles(&stand.delivered("au", &[]).await), ["Second"]);
    assert!(stand.delivered("uk", &[]).await.is_empty());
    stand
        .publish("unpublish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn an_entry_that_is_not_localised_publishes_what_it_inherits() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "Color"})).await;
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-au"]))
        .await;
    let served = stand.delivered("au", &[("locale", "en-au")]).await;
    assert_eq!(titles(&served), ["Color"]);
    assert_eq!(served[0]["locale"], "en-us");
    assert_eq!(served[0]["publish_details"]["locale"], "en-au");
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn a_version_can_be_named() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    let path = format!("/v3/content_types/{}", entry(&uid));
    stand
        .done(Method::PUT, &path, json!({"entry": {"title": "Second"}}))
        .await;
    let order = |version: u64| {
        json!({"entry": {"environments": ["au"], "locales": ["en-us"]}, "locale": "en-us",
            "version": version})
    };
    let publish = format!("{path}/publish");
    stand.done(Method::POST, &publish, order(1)).await;
    assert_eq!(titles(&stand.delivered("au", &[]).await), ["First"]);
    stand.refused(Method::POST, &publish, order(3)).await;
}

#[tokio::test]
async fn drafts_tell_where_they_are_published() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    stand
        .publish(
            "publish",
            &entry(&uid),
            json!(["au", "uk"]),
            json!(["en-us"]),
        )
        .await;
    let path = format!("/v3/content_types/{}", entry(&uid));
    let read = stand
        .get(&format!("{path}?include_publish_details=true"))
        .await;
    let details = read["entry"]["publish_details"].as_array().unwrap();
    assert_eq!(details.len(), 2);
    let environment = stand.get("/v3/environments/au").await["environment"]["uid"].clone();
    let au = details
        .iter()
        .find(|row| row["environment"] == environment)
        .unwrap();
    assert_eq!(
        (&au["locale"], &au["version"]),
        (&json!("en-us"), &json!(1))
    );
}

#[tokio::test]
async fn unknown_places_are_refused_by_name_and_nothing_is_published() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    let path = format!("/v3/content_types/{}/publish", entry(&uid));
    for (environments, locales, named) in [
        (json!(["au", "mars"]), json!(["en-us"]), "mars"),
        (json!(["au"]), json!(["en-us", "xx-xx"]), "xx-xx"),
    ] {
        let body = json!({"entry": {"environments": environments, "locales": locales}});
        let (status, body) = stand.refused(Method::POST, &path, body).await;
        assert_eq!((status, &body["error_code"]), (422, &json!(141)));
        assert!(
            body["error_message"].as_str().unwrap().contains(named),
            "{body}"
        );
    }
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn a_publication_is_checked_against_the_schema_of_its_day() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    let mut book = stand.get("/v3/content_types/book").await["content_type"].clone();
    book["schema"][2]["mandatory"] = json!(true);
    stand
        .done(
            Method::PUT,
            "/v3/content_types/book",
            json!({"content_type": book}),
        )
        .await;
    let path = format!("/v3/content_types/{}/publish", entry(&uid));
    let body = json!({"entry": {"environments": ["au"], "locales": ["en-us"]}});
    let (status, body) = stand.refused(Method::POST, &path, body).await;
    assert_eq!((status, &body["error_code"]), (422, &json!(119)));
    assert_eq!(
        body["errors"],
        json!({"subtitle": ["is a required field."]})
    );
}

#[tokio::test]
async fn a_queued_publication_is_accepted_and_not_served_yet() {
    let publish_delay = Duration::from_secs(86_400);
    let options = ContentstackOptions {
        publish_delay,
        limits: Limits::Off,
        ..Default::default()
    };
    let stand = Stand::with(options).await;
    stand.furnish().await;
    let uid = stand.book(json!({"title": "First"})).await;
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn a_time_in_the_past_is_due_at_once_and_one_ahead_waits() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    let path = format!("/v3/content_types/{}", entry(&uid));
    let order = |at: &str| json!({"entry": {"environments": ["au"], "locales": ["en-us"]}, "scheduled_at": at});
    let publish = format!("{path}/publish");
    stand
        .done(Method::POST, &publish, order("2999-01-01T00:00:00.000Z"))
        .await;
    assert!(stand.delivered("au", &[]).await.is_empty());
    stand
        .done(Method::POST, &publish, order("2001-01-01T00:00:00.000Z"))
        .await;
    assert_eq!(stand.delivered("au", &[]).await.len(), 1);
    let (status, _) = stand.refused(Method::POST, &publish, order("soon")).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn what_waits_stands_in_the_queue_until_it_is_called_back() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    let order = json!({"entry": {"environments": ["au"], "locales": ["en-us"]}, "scheduled_at": "2999-01-01T00:00:00.000Z"});
    let unpublish = format!("/v3/content_types/{}/unpublish", entry(&uid));
    stand.done(Method::POST, &unpublish, order).await;
    let queue = stand
        .done(Method::GET, "/v3/publish-queue", Value::Null)
        .await;
    let item = &queue["queue"][0];
    assert_eq!(item["entry"]["uid"], json!(uid));
    assert_eq!(item["action"], "unpublish");
    assert_eq!(item["publish_details"]["status"], "scheduled");
    let back = format!(
        "/v3/publish-queue/{}/unschedule",
        item["uid"].as_str().unwrap()
    );
    stand.done(Method::GET, &back, Value::Null).await;
    let queue = stand
        .done(Method::GET, "/v3/publish-queue", Value::Null)
        .await;
    assert_eq!(queue["queue"], json!([]));
    let (status, _) = stand.refused(Method::GET, &back, Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn an_environment_that_goes_takes_its_publications_with_it() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "First"})).await;
    stand
        .publish("publish", &entry(&uid), json!(["au"]), json!(["en-us"]))
        .await;
    stand
        .done(Method::DELETE, "/v3/environments/au", Value::Null)
        .await;
    stand
        .made("/v3/environments", json!({"environment": {"name": "au"}}))
        .await;
    assert!(stand.delivered("au", &[]).await.is_empty());
}

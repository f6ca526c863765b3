//! Bulk publishing, item by item.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stand, titles};

fn request(uids: &[&str]) -> Value {
    let entries: Vec<Value> = uids
        .iter()
        .map(|uid| json!({"uid": uid, "content_type": "book", "version": 1, "locale": "en-us"}))
        .collect();
    json!({"entries": entries, "locales": ["en-us"], "environments": ["au"]})
}

async fn job(stand: &Stand, body: Value) -> (Value, Vec<Value>) {
    let reply = stand.done(Method::POST, "/v3/bulk/publish", body).await;
    let path = format!("/v3/bulk/jobs/{}", reply["job_id"].as_str().unwrap());
    let items = stand.get(&format!("{path}/items")).await;
    (
        stand.get(&path).await,
        items["items"].as_array().unwrap().clone(),
    )
}

#[tokio::test]
async fn every_combination_is_an_item_of_the_job() {
    let stand = Stand::catalogue().await;
    let (one, two) = (
        stand.book(json!({"title": "A"})).await,
        stand.book(json!({"title": "B"})).await,
    );
    let asset = stand.upload("cover.png", b"bytes", "").await;
    let mut body = request(&[&one, &two]);
    body["assets"] = json!([{"uid": asset["uid"]}]);
    body["environments"] = json!(["au", "uk"]);
    body["locales"] = json!(["en-us", "en-gb"]);
    let (job, items) = job(&stand, body).await;
    assert_eq!(job["status"], "complete");
    assert_eq!(job["api_key"], json!(stand.credentials().api_key));
    assert_eq!(
        job["summary"],
        json!({"total_items": 12, "success": 12, "failed": 0})
    );
    assert_eq!(job["body"]["locales"], json!(["en-us", "en-gb"]));
    assert_eq!(items.len(), 12);
    assert_eq!(stand.delivered("uk", &[("locale", "en-gb")]).await.len(), 2);
    let (status, _) = stand
        .deliver(
            "uk",
            &format!("/v3/assets/{}", asset["uid"].as_str().unwrap()),
        )
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_item_that_cannot_be_published_fails_alone() {
    let stand = Stand::catalogue().await;
    let one = stand.book(json!({"title": "A"})).await;
    let (job, items) = job(&stand, request(&[&one, "bltghost"])).await;
    assert_eq!(
        job["summary"],
        json!({"total_items": 2, "success": 1, "failed": 1})
    );
    assert_eq!(items[1]["status"], "failed");
    assert_eq!(titles(&stand.delivered("au", &[]).await), ["A"]);
}

#[tokio::test]
async fn an_item_fails_on_order_so_many_times() {
    let stand = Stand::catalogue().await;
    let one = stand.book(json!({"title": "A"})).await;
    let fault = json!({"uid": one, "times": 1});
    let (status, _) = stand.control(Method::POST, "bulk_item_faults", fault).await;
    assert_eq!(status, 201);
    let (_, items) = job(&stand, request(&[&one])).await;
    assert_eq!(items[0]["status"], "failed");
    assert!(stand.delivered("au", &[]).await.is_empty());
    let (_, items) = job(&stand, request(&[&one])).await;
    assert_eq!(items[0]["status"], "success");
    assert_eq!(stand.delivered("au", &[]).await.len(), 1);
}

#[tokio::test]
async fn a_request_past_the_limits_or_out_of_shape_is_refused_whole() {
    let stand = Stand::catalogue().await;
    let one = stand.book(json!({"title": "A"})).await;
    let many = vec![one.as_str(); 11];
    let mut text = request(&[&one]);
    text["entries"][0]["version"] = json!("1");
    let mut nowhere = request(&[&one]);
    nowhere["environments"] = json!(["mars"]);
    let rows = [
        (request(&many), 422),
        (request(&[]), 422),
        (request(&[""]), 412),
        (text, 422),
        (nowhere, 422),
    ];
    for (body, expected) in rows {
        let (status, answer) = stand.refused(Method::POST, "/v3/bulk/publish", body).await;
        assert_eq!(status, expected, "{answer}");
    }
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn bulk_unpublishes_too() {
    let stand = Stand::catalogue().await;
    let one = stand.book(json!({"title": "A"})).await;
    job(&stand, request(&[&one])).await;
    let reply = stand
        .done(Method::POST, "/v3/bulk/unpublish", request(&[&one]))
        .await;
    assert!(
        reply["notice"].as_str().unwrap().contains("unpublish"),
        "{reply}"
    );
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn jobs_are_told_of_in_one_version_of_the_interface_only() {
    let stand = Stand::catalogue().await;
    let one = stand.book(json!({"title": "A"})).await;
    let reply = stand
        .done(Method::POST, "/v3/bulk/publish", request(&[&one]))
        .await;
    let path = format!("/v3/bulk/jobs/{}", reply["job_id"].as_str().unwrap());
    let own = stand.credentials();
    let bare = stand
        .request(Method::GET, &path)
        .header("api_key", own.api_key)
        .header("authorization", own.management_token);
    assert_eq!(super::reply(bare).await.0, 422);
}

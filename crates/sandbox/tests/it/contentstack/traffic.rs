//! What the log and the counters say about traffic, and what the rate limit does to it.

use std::time::Duration;

use reqwest::Method;
use sandbox::contentstack::{ContentstackOptions, Limits, Rates};
use serde_json::{Value, json};

use super::{Stand, reply};

#[tokio::test]
async fn calls_are_counted_by_cost_and_by_route() {
    let stand = Stand::catalogue().await;
    let uid = stand.book(json!({"title": "The Salt Road"})).await;
    let asset = stand.upload("cover.png", b"bytes", "").await;
    stand.control(Method::DELETE, "counters", Value::Null).await;

    stand
        .get(&format!("/v3/content_types/book/entries/{uid}"))
        .await;
    let path = format!("/v3/content_types/book/entries/{uid}");
    stand
        .done(
            Method::PUT,
            &path,
            json!({"entry": {"subtitle": "A history"}}),
        )
        .await;
    let bulk = json!({"entries": [{"uid": uid, "content_type": "book", "locale": "en-us"}],
        "environments": ["au"], "locales": ["en-us"]});
    let job = stand.done(Method::POST, "/v3/bulk/publish", bulk).await;
    stand
        .get(&format!(
            "/v3/bulk/jobs/{}",
            job["job_id"].as_str().unwrap()
        ))
        .await;
    stand.deliver("au", "/v3/content_types/book/entries/").await;
    let file = stand
        .client
        .get(asset["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(file.status(), 200);

    let (_, counters) = stand.control(Method::GET, "counters", Value::Null).await;
    let routes = json!({
        "GET /v3/assets/{api_key}/{asset}/{version}/{filename}": 1,
        "GET /v3/bulk/jobs/{job}": 1,
        "GET /v3/content_types/{ct}/entries": 1,
        "GET /v3/content_types/{ct}/entries/{entry}": 1,
        "POST /v3/bulk/publish": 1,
        "PUT /v3/content_types/{ct}/entries/{entry}": 1,
    });
    let expected = json!({"reads": 2, "writes": 1, "bulk": 1, "delivery": 1, "throttled": 0,
        "routes": routes});
    assert_eq!(counters, expected);
}

#[tokio::test]
async fn the_log_tells_every_request_and_can_be_read_on() {
    let stand = Stand::catalogue().await;
    stand.book(json!({"title": "The Salt Road"})).await;
    let (_, log) = stand
        .control(Method::GET, "requests?method=POST", Value::Null)
        .await;
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(last["path"], "/v3/content_types/book/entries");
    assert_eq!(
        (&last["status"], &last["class"]),
        (&json!(201), &json!("write"))
    );
    assert_eq!(
        (&last["state"], &last["fault"]),
        (&json!("done"), &Value::Null)
    );
    assert_eq!(
        last["body_bytes"],
        json!(r#"{"entry":{"title":"The Salt Road"}}"#.len())
    );
    let since = format!("requests?since={}", last["seq"]);
    let (_, rest) = stand.control(Method::GET, &since, Value::Null).await;
    assert!(
        rest.as_array()
            .unwrap()
            .iter()
            .all(|line| line["class"] == "control"),
        "{rest}"
    );
}

/// Limits over a window so long that no test can outlast it.
fn limits(reads: usize, writes: usize, bulk: usize) -> ContentstackOptions {
    let window = Duration::from_secs(86_400);
    let limits = Limits::Custom(Rates {
        reads,
        writes,
        bulk,
        window,
    });
    ContentstackOptions {
        limits,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_call_past_the_limit_is_throttled_and_counts_as_nothing_else() {
    let stand = Stand::with(limits(2, 1, 1)).await;
    for remaining in ["1", "0"] {
        let answer = stand
            .managing(Method::GET, "/v3/locales")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["x-ratelimit-limit"], "2");
        assert_eq!(answer.headers()["x-ratelimit-remaining"], remaining);
    }
    let (status, body) = reply(stand.managing(Method::GET, "/v3/locales")).await;
    assert_eq!((status, &body["error_code"]), (429, &json!(429)));
    stand
        .made("/v3/environments", json!({"environment": {"name": "au"}}))
        .await;
    stand.deliver("au", "/v3/assets").await;
    let (_, counters) = stand.control(Method::GET, "counters", Value::Null).await;
    assert_eq!(
        (&counters["reads"], &counters["throttled"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(counters["routes"]["GET /v3/locales"], 3);
}

#[tokio::test]
async fn a_throttled_call_does_not_use_up_a_fault() {
    let stand = Stand::with(limits(1, 10, 1)).await;
    stand
        .fault(json!({"kind": "status", "path": "/v3/locales", "nth": 2}))
        .await;
    stand.get("/v3/locales").await;
    let (status, _) = stand.refused(Method::GET, "/v3/locales", Value::Null).await;
    assert_eq!(status, 429);
    let (_, faults) = stand.control(Method::GET, "faults", Value::Null).await;
    assert_eq!(faults[0]["matched"], 1);
}

#[tokio::test]
async fn reset_leaves_an_empty_stack_without_faults_or_counts() {
    let stand = Stand::catalogue().await;
    stand.book(json!({"title": "The Salt Road"})).await;
    stand.fault(json!({"kind": "status"})).await;
    stand.control(Method::POST, "reset", Value::Null).await;
    let (_, counters) = stand.control(Method::GET, "counters", Value::Null).await;
    assert_eq!(counters["writes"], 0);
    assert_eq!(
        stand.get("/v3/content_types").await["content_types"],
        json!([])
    );
    assert_eq!(
        stand.get("/v3/locales").await["locales"][0]["code"],
        "en-us"
    );
}

#[tokio::test]
async fn a_wrong_key_or_token_is_told_apart() {
    let stand = Stand::empty().await;
    let key = stand.credentials().api_key;
    let rows = [
        (stand.request(Method::GET, "/v3/locales"), 412, 109),
        (
            stand
                .request(Method::GET, "/v3/locales")
                .header("api_key", &key),
            401,
            105,
        ),
    ];
    for (request, expected, code) in rows {
        let (status, body) = reply(request).await;
        assert_eq!((status, &body["error_code"]), (expected, &json!(code)));
    }
    let branch = stand
        .managing(Method::GET, "/v3/locales")
        .header("branch", "other");
    assert_eq!(reply(branch).await.0, 422);
}

#[tokio::test]
async fn an_unknown_address_is_404_in_the_envelope() {
    let stand = Stand::empty().await;
    let (status, body) = stand.refused(Method::GET, "/v3/nothing", Value::Null).await;
    assert_eq!((status, &body["error_code"]), (404, &json!(141)));
}

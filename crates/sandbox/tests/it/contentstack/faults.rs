//! Faults on order: what a client sees of each, and what is stored after it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stand, reply};

const BOOKS: &str = "/v3/content_types/book/entries";

fn salt_road() -> Value {
    json!({"entry": {"title": "The Salt Road", "source_key": "w:1"}})
}

async fn stand_with(fault: Value) -> Stand {
    let stand = Stand::catalogue().await;
    stand.fault(fault).await;
    stand
}

#[tokio::test]
async fn a_status_fault_answers_and_stores_nothing() {
    let fault = json!({"kind": "status", "status": 502, "path": "*/entries", "nth": 1});
    let stand = stand_with(fault).await;
    let (status, _) = stand.refused(Method::POST, BOOKS, salt_road()).await;
    assert_eq!((status, stand.books().await), (502, 0));
    stand.made(BOOKS, salt_road()).await;
}

#[tokio::test]
async fn a_status_fault_after_the_effect_stores_and_fails() {
    let fault = json!({"kind": "status", "mutating": true, "nth": 1, "when": "after"});
    let stand = stand_with(fault).await;
    let (status, _) = stand.refused(Method::POST, BOOKS, salt_road()).await;
    assert_eq!((status, stand.books().await), (503, 1));
}

#[tokio::test]
async fn html_comes_where_json_was_due() {
    let stand =
        stand_with(json!({"kind": "status", "status": 200, "content_type": "text/html"})).await;
    let answer = stand.managing(Method::GET, BOOKS).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert!(answer.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn a_reset_before_stores_nothing_and_a_reset_after_stores() {
    for (kind, stored) in [("reset_before", 0), ("reset_after", 1)] {
        let stand = stand_with(json!({"kind": kind, "mutating": true, "nth": 1})).await;
        let sent = stand
            .managing(Method::POST, BOOKS)
            .json(&salt_road())
            .send()
            .await;
        assert!(sent.is_err(), "{kind} gave an answer");
        assert_eq!(stand.books().await, stored, "{kind}");
    }
}

#[tokio::test]
async fn a_truncated_reply_has_its_headers_and_half_its_body() {
    let stand = stand_with(json!({"kind": "truncate", "method": "post", "nth": 1})).await;
    let mut answer = stand
        .managing(Method::POST, BOOKS)
        .json(&salt_road())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let promised = usize::try_from(answer.content_length().unwrap()).unwrap();
    let mut read = 0;
    let cut = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(cut, "the body ended as if it were whole");
    assert_eq!(read, promised / 2);
    assert_eq!(stand.books().await, 1);
}

#[tokio::test]
async fn a_lie_answers_with_a_fresh_uid_and_stores_nothing() {
    let stand = stand_with(json!({"kind": "lie", "method": "POST", "nth": 1})).await;
    let lied = stand.made(BOOKS, salt_road()).await;
    assert_eq!(lied["notice"], "Entry created successfully.");
    assert_eq!(stand.books().await, 0);
    let told = stand.made(BOOKS, salt_road()).await;
    assert_ne!(lied["entry"]["uid"], told["entry"]["uid"]);
}

#[tokio::test]
async fn a_lie_about_publishing_publishes_nothing() {
    let stand = stand_with(json!({"kind": "lie", "path": "*/publish"})).await;
    let uid = stand.book(json!({"title": "The Salt Road"})).await;
    stand
        .publish(
            "publish",
            &format!("book/entries/{uid}"),
            json!(["au"]),
            json!(["en-us"]),
        )
        .await;
    assert!(stand.delivered("au", &[]).await.is_empty());
}

#[tokio::test]
async fn a_lie_is_held_to_the_same_rules() {
    let stand = stand_with(json!({"kind": "lie", "method": "POST"})).await;
    let (status, body) = stand
        .refused(Method::POST, BOOKS, json!({"entry": {}}))
        .await;
    assert_eq!((status, &body["error_code"]), (422, &json!(119)));
}

#[tokio::test]
async fn a_held_request_has_had_its_effect_when_it_was_to() {
    let day = 86_400_000;
    for (when, stored) in [("before", 0), ("after", 1)] {
        let fault = json!({"kind": "slow", "ms": day, "when": when, "mutating": true, "nth": 1});
        let stand = stand_with(fault).await;
        let request = stand.managing(Method::POST, BOOKS).json(&salt_road());
        let held = tokio::spawn(request.send());
        // The log shows it as open once it is being held, so nothing here waits for a clock.
        let open = loop {
            let (_, log) = stand
                .control(Method::GET, "requests?method=post", Value::Null)
                .await;
            let last = log.as_array().unwrap().last().unwrap().clone();
            if last["fault"] == "slow" && stand.books().await == stored {
                break last["state"].clone();
            }
        };
        assert_eq!(open, "open");
        held.abort();
        assert_eq!(stand.books().await, stored, "{when}");
    }
}

#[tokio::test]
async fn a_timeout_never_answers_and_stores_nothing() {
    let stand = stand_with(json!({"kind": "timeout", "mutating": true})).await;
    let request = stand.managing(Method::POST, BOOKS).json(&salt_road());
    let patience = std::time::Duration::from_millis(200);
    let sent = request.timeout(patience).send().await;
    assert!(sent.unwrap_err().is_timeout());
    assert_eq!(stand.books().await, 0);
}

#[tokio::test]
async fn orders_are_listed_with_their_counts_and_cleared() {
    let stand = stand_with(json!({"kind": "status", "path": "*/entries", "nth": 2})).await;
    stand.get(BOOKS).await;
    let (_, list) = stand.control(Method::GET, "faults", Value::Null).await;
    assert_eq!(
        (&list[0]["matched"], &list[0]["struck"]),
        (&json!(1), &json!(0))
    );
    stand.control(Method::DELETE, "faults", Value::Null).await;
    stand.get(BOOKS).await;
    stand.get(BOOKS).await;
}

#[tokio::test]
async fn a_wrong_order_is_refused_by_name() {
    let stand = Stand::empty().await;
    let (status, body) = stand
        .control(Method::POST, "faults", json!({"kind": "gremlin"}))
        .await;
    assert_eq!(status, 422);
    assert!(
        body["error_message"].as_str().unwrap().contains("gremlin"),
        "{body}"
    );
}

#[tokio::test]
async fn control_is_never_spoiled() {
    let stand = stand_with(json!({"kind": "reset_before"})).await;
    let (status, _) = reply(stand.request(Method::GET, "/_sandbox/counters")).await;
    assert_eq!(status, 200);
}

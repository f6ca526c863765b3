//! The ONIX feeds of the account.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::Account;

async fn feed(account: &Account, path: &str) -> (StatusCode, String) {
    let call = account.call(Method::GET, path).bearer_auth(&account.token);
    let reply = call.send().await.unwrap();
    (reply.status(), reply.text().await.unwrap())
}

fn isbns(message: &str) -> Vec<String> {
    let references = message.split("<RecordReference>").skip(1);
    references
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_full_feed_has_every_approved_product_with_an_isbn() {
    let account = Account::start().await;
    let (status, message) = feed(&account, "/feeds/onix").await;
    assert_eq!(status, 200);
    assert!(message.contains("<ONIXMessage"), "{message}");
    assert_eq!(isbns(&message), ["9781800000018", "9781800000025"]);
    assert!(
        message.contains(&format!("{}/resources/11/", account.origin)),
        "the cover"
    );
}

#[tokio::test]
async fn a_feed_since_a_day_has_what_changed_on_it_or_after() {
    let account = Account::start().await;
    let old = json!({ "_updatedOn": "2026-11-01" });
    for path in ["products/20003", "works/1002"] {
        account
            .patch(&format!("/_sandbox/{path}"), old.clone())
            .await;
    }
    for (path, found) in [
        (
            "/feeds/onix?since=2026-11-01",
            vec!["9781800000018", "9781800000025"],
        ),
        ("/feeds/onix?since=2026-11-02", vec!["9781800000018"]),
        ("/feeds/onix/daily", vec!["9781800000018"]),
        ("/feeds/onix?since=2026-11-25", vec![]),
    ] {
        let (status, message) = feed(&account, path).await;
        assert_eq!(
            (status, isbns(&message)),
            (
                StatusCode::OK,
                found.iter().map(|one| (*one).to_owned()).collect()
            ),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_feed_needs_the_key_and_a_date_that_is_one() {
    let account = Account::start().await;
    let open = account
        .call(Method::GET, "/feeds/onix")
        .send()
        .await
        .unwrap();
    assert_eq!(open.status(), 401);
    assert_eq!(feed(&account, "/feeds/onix?since=yesterday").await.0, 400);
}

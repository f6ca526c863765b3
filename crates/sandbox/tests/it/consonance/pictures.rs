//! Supporting resources as real pictures.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::Account;

async fn url(account: &Account, style: &str) -> String {
    let data = account
        .data(&format!(
            "{{ work(workSearch: {{idEq: 1001}}) {{
                 supportingResources {{ id isProcessing width url(style: \"{style}\") }} }} }}"
        ))
        .await;
    let resources = &data["work"]["supportingResources"];
    assert_eq!(
        resources[1]["url"],
        Value::Null,
        "what is still processing has no picture"
    );
    resources[0]["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_cover_is_a_jpeg_that_changes_with_its_resource_and_only_then() {
    let account = Account::start().await;
    let url = url(&account, "jpg_rgb_0650h").await;
    let fetch = async || {
        let reply = account.client.get(&url).send().await.unwrap();
        let tag = reply.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(reply.headers()[header::CONTENT_TYPE], "image/jpeg");
        (tag, reply.bytes().await.unwrap())
    };
    let (tag, file) = fetch().await;
    assert!(file.starts_with(&[0xff, 0xd8, 0xff]), "a JPEG file");
    let again = account
        .client
        .get(&url)
        .header(header::IF_NONE_MATCH, &tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    account
        .patch("/_sandbox/works/1001", json!({ "title": "Another" }))
        .await;
    assert_eq!(
        fetch().await,
        (tag.clone(), file.clone()),
        "a new title leaves the cover"
    );
    let edit = json!({ "supportingResources": [{ "id": 11, "caption": "New cover" }] });
    account.patch("/_sandbox/works/1001", edit).await;
    let (edited, other) = fetch().await;
    assert_ne!(tag, edited);
    assert_ne!(file, other);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let account = Account::start().await;
    for path in [
        "/resources/999/jpg_rgb_original.jpg",
        "/resources/11/unknown.jpg",
        "/resources/12/jpg_rgb_original.jpg",
    ] {
        let reply = account.call(Method::GET, path).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

//! Assets: upload, addresses, tags, folders, replacement and deletion.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Stand, asked, reply};

/// The signature and header of a PNG of 3 by 2, which is all that a size needs.
const PNG: [u8; 33] = [
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0,
];

async fn bytes(stand: &Stand, url: &Value) -> (StatusCode, Vec<u8>) {
    let answer = stand
        .client
        .get(url.as_str().unwrap())
        .send()
        .await
        .unwrap();
    (answer.status(), answer.bytes().await.unwrap().to_vec())
}

fn path(asset: &Value) -> String {
    format!("/v3/assets/{}", asset["uid"].as_str().unwrap())
}

#[tokio::test]
async fn an_upload_comes_back_byte_for_byte_from_its_address() {
    let stand = Stand::empty().await;
    let asset = stand
        .upload("front cover.png", &PNG, "isbn:9781, cover")
        .await;
    assert_eq!(asset["filename"], "front_cover.png");
    assert_eq!(asset["title"], "Title of front cover.png");
    assert_eq!(asset["content_type"], "image/png");
    assert_eq!(asset["file_size"], "33");
    assert_eq!(asset["tags"], json!(["isbn:9781", "cover"]));
    assert_eq!(asset["dimension"], json!({"height": 2, "width": 3}));
    assert_eq!(asset["is_dir"], false);
    assert_eq!(
        bytes(&stand, &asset["url"]).await,
        (StatusCode::OK, PNG.to_vec())
    );
}

#[tokio::test]
async fn assets_are_found_by_tag() {
    let stand = Stand::empty().await;
    stand.upload("a.png", b"a", "sha:1,cover").await;
    stand.upload("b.png", b"b", "sha:2,cover").await;
    let find = async |query: &str| {
        let path = asked("/v3/assets", &[("query", query)]);
        let (status, body) = reply(stand.managing(Method::GET, &path)).await;
        assert_eq!(status, 200, "{body}");
        let assets = body["assets"].as_array().unwrap().clone();
        assets
            .iter()
            .map(|asset| asset["filename"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(find(r#"{"tags":"sha:1"}"#).await, ["a.png"]);
    assert_eq!(
        find(r#"{"tags":{"$in":["sha:2","sha:3"]}}"#).await,
        ["b.png"]
    );
    assert_eq!(find(r#"{"tags":"cover"}"#).await, ["b.png", "a.png"]);
}

#[tokio::test]
async fn a_replaced_file_has_a_new_address_and_the_old_one_still_works() {
    let stand = Stand::empty().await;
    let first = stand.upload("cover.png", b"first", "keep").await;
    let part = reqwest::multipart::Part::bytes(b"second".to_vec()).file_name("cover.png");
    let form = reqwest::multipart::Form::new().part("asset[upload]", part);
    let (status, body) = reply(stand.managing(Method::PUT, &path(&first)).multipart(form)).await;
    assert_eq!(status, 200, "{body}");
    let second = &body["asset"];
    assert_eq!(
        (&second["_version"], &second["tags"]),
        (&json!(2), &json!(["keep"]))
    );
    assert_ne!(second["url"], first["url"]);
    assert_eq!(bytes(&stand, &second["url"]).await.1, b"second");
    assert_eq!(bytes(&stand, &first["url"]).await.1, b"first");
}

#[tokio::test]
async fn a_description_is_changed_without_the_file() {
    let stand = Stand::empty().await;
    let asset = stand.upload("cover.png", b"bytes", "one").await;
    let change = json!({"asset": {"title": "Cover", "tags": ["two", "three"]}});
    let done = stand.done(Method::PUT, &path(&asset), change).await;
    assert_eq!(done["asset"]["title"], "Cover");
    assert_eq!(done["asset"]["tags"], json!(["two", "three"]));
    assert_eq!(done["asset"]["url"], asset["url"]);
}

#[tokio::test]
async fn a_deleted_asset_has_no_bytes_and_leaves_its_fields_empty() {
    let stand = Stand::catalogue().await;
    let asset = stand.upload("cover.png", b"bytes", "").await;
    let twin = stand.upload("twin.png", b"bytes", "").await;
    let uid = stand
        .book(json!({"title": "A", "cover": asset["uid"]}))
        .await;
    stand.done(Method::DELETE, &path(&asset), Value::Null).await;
    assert_eq!(bytes(&stand, &asset["url"]).await.0, StatusCode::NOT_FOUND);
    assert_eq!(bytes(&stand, &twin["url"]).await.1, b"bytes");
    let entry = stand
        .get(&format!("/v3/content_types/book/entries/{uid}"))
        .await;
    assert_eq!(entry["entry"]["cover"], Value::Null);
}

#[tokio::test]
async fn folders_hold_assets_and_are_listed_on_demand() {
    let stand = Stand::empty().await;
    let made = stand
        .made("/v3/assets/folders", json!({"asset": {"name": "Covers"}}))
        .await;
    let folder = made["asset"]["uid"].as_str().unwrap().to_owned();
    let outside = stand.upload("a.png", b"a", "").await;
    let inside = stand.upload("b.png", b"b", "").await;
    let moved = json!({"asset": {"parent_uid": folder}});
    stand.done(Method::PUT, &path(&inside), moved).await;
    let names = async |query: &str| {
        let body = stand.get(&format!("/v3/assets?{query}")).await;
        let assets = body["assets"].as_array().unwrap().clone();
        assets
            .iter()
            .map(|asset| asset["uid"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&format!("folder={folder}")).await,
        std::slice::from_ref(&inside["uid"])
    );
    assert_eq!(
        names("folder=cs_root").await,
        std::slice::from_ref(&outside["uid"])
    );
    let root = names("folder=cs_root&include_folders=true").await;
    assert_eq!(root, [json!(folder), outside["uid"].clone()]);
    let gone = json!({"asset": {"parent_uid": "bltghost"}});
    stand.refused(Method::PUT, &path(&inside), gone).await;
    stand
        .refused(
            Method::DELETE,
            &format!("/v3/assets/folders/{folder}"),
            Value::Null,
        )
        .await;
}

#[tokio::test]
async fn an_upload_without_a_file_is_refused() {
    let stand = Stand::empty().await;
    let form = reqwest::multipart::Form::new().text("asset[title]", "nothing");
    let (status, body) = reply(stand.managing(Method::POST, "/v3/assets").multipart(form)).await;
    assert_eq!(status, 422);
    assert!(body["errors"].get("asset[upload]").is_some(), "{body}");
}

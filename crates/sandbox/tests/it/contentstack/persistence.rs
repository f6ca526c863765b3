//! A stack that outlives its process.

use sandbox::contentstack::{ContentstackOptions, Limits, Service, SnapshotError};
use serde_json::json;

use super::{Stand, titles};

fn kept_in(folder: &std::path::Path) -> ContentstackOptions {
    let data = Some(folder.to_owned());
    ContentstackOptions {
        data,
        limits: Limits::Off,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_stack_comes_back_as_it_was_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::with(kept_in(folder.path())).await;
    stand.furnish().await;
    let asset = stand.upload("cover.png", b"bytes", "").await;
    let book = json!({"title": "The Salt Road", "source_key": "w:1", "cover": asset["uid"]});
    let uid = stand.book(book).await;
    let entry = format!("book/entries/{uid}");
    stand
        .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
        .await;
    let credentials = stand.credentials();
    stand.service.save().await.unwrap();
    stand.serving.stop().await;

    let again = Stand::with(kept_in(folder.path())).await;
    assert_eq!(again.credentials(), credentials);
    assert_eq!(titles(&again.delivered("au", &[]).await), ["The Salt Road"]);
    let path = url_path(&asset["url"], "/v3/assets/");
    let file = again
        .request(reqwest::Method::GET, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(file.bytes().await.unwrap().as_ref(), b"bytes");
    let twin = json!({"entry": {"title": "Twin", "source_key": "w:1"}});
    let (_, body) = again
        .refused(
            reqwest::Method::POST,
            "/v3/content_types/book/entries",
            twin,
        )
        .await;
    assert_eq!(body["errors"], json!({"source_key": ["is not unique."]}));
    assert_ne!(again.book(json!({"title": "Next"})).await, uid);
}

/// The path of an address from `start` on; the port is another one after a restart.
fn url_path(url: &serde_json::Value, start: &str) -> String {
    let url = url.as_str().unwrap();
    url[url.find(start).unwrap()..].to_owned()
}

#[test]
fn a_folder_with_something_else_in_it_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("contentstack.json"), "not a stack").unwrap();
    let error = Service::new(kept_in(folder.path())).unwrap_err();
    assert!(matches!(error, SnapshotError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("contentstack.json"), "{error}");
}

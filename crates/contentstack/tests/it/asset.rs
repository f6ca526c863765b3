//! Assets: the multipart form, searches by tag, folders.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use contentstack::{
    AssetEdit, AssetFind, AssetUid, Class, EnvironmentName, FolderUid, Kind, LocaleCode, Upload,
};
use serde_json::{Value, json};

use crate::script::{Answer, Script, Seen};

fn asset() -> Value {
    json!({
        "uid": "blt1", "filename": "cover.jpg", "url": "http://127.0.0.1/v3/assets/blt1/cover.jpg",
        "content_type": "image/jpeg", "file_size": "5", "tags": ["sha256:ab", "frontlist"],
        "title": "Cover", "is_dir": false, "_version": 1,
    })
}

fn upload() -> Upload {
    Upload {
        bytes: Bytes::from_static(b"\xff\xd8\xff\r\n"),
        file_name: "cover \"front\" \u{e9}.jpg".into(),
        content_type: "image/jpeg".into(),
        title: Some("Cover of \u{201c}The Salt Road\u{201d}".into()),
        description: None,
        tags: vec!["sha256:ab".into(), "frontlist".into()],
        folder: Some(FolderUid::new("bltfolder").unwrap()),
    }
}

/// The parts of a form: name, file name, content type, bytes.
type Parts = Vec<(String, Option<String>, Option<String>, Bytes)>;

async fn parts(seen: &Seen) -> Parts {
    let request = Request::builder()
        .method("POST")
        .header("content-type", seen.header("content-type").unwrap())
        .body(Body::from(seen.body.clone()))
        .unwrap();
    let mut form = Multipart::from_request(request, &()).await.unwrap();
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.unwrap() {
        let name = field.name().unwrap().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        parts.push((name, file_name, content_type, field.bytes().await.unwrap()));
    }
    parts
}

#[tokio::test]
async fn an_upload_is_the_documented_form() {
    let script = Script::start([Answer::Json(201, json!({"asset": asset()}))]).await;
    let made = script.stack().assets().upload(upload()).await.unwrap();
    assert_eq!((made.uid.as_str(), made.file_size), ("blt1", Some(5)));
    assert_eq!(made.tags, ["sha256:ab", "frontlist"]);
    let seen = &script.seen()[0];
    assert_eq!(seen.line(), "POST /v3/assets");
    let text = |name: &str, text: &'static str| (name.to_owned(), None, None, Bytes::from(text));
    let file_name = "cover \"front\" \u{e9}.jpg".to_owned();
    let file = Bytes::from_static(b"\xff\xd8\xff\r\n");
    assert_eq!(
        parts(seen).await,
        [
            (
                "asset[upload]".into(),
                Some(file_name),
                Some("image/jpeg".into()),
                file
            ),
            text("asset[title]", "Cover of \u{201c}The Salt Road\u{201d}"),
            text("asset[tags]", "sha256:ab,frontlist"),
            text("asset[parent_uid]", "bltfolder"),
        ]
    );
}

#[tokio::test]
async fn a_lost_answer_to_an_upload_is_not_answered_by_a_second_upload() {
    let script = Script::start([Answer::Broken(201, r#"{"asset""#)]).await;
    let error = script.stack().assets().upload(upload()).await.unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_replacement_sends_the_same_form_again_when_the_answer_is_lost() {
    let done = Answer::Json(200, json!({"asset": asset()}));
    let script = Script::start([Answer::Json(502, json!({})), done]).await;
    let uid = AssetUid::new("blt1").unwrap();
    script
        .stack()
        .assets()
        .replace(&uid, upload())
        .await
        .unwrap();
    let seen = script.seen();
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|request| request.line() == "PUT /v3/assets/blt1")
    );
    assert_eq!(parts(&seen[0]).await, parts(&seen[1]).await);
}

#[tokio::test]
async fn what_the_form_cannot_carry_is_refused_before_anything_is_sent() {
    let script = Script::start([]).await;
    let stack = script.stack();
    for (spoilt, word) in [
        (
            Upload {
                tags: vec!["a,b".into()],
                ..upload()
            },
            "comma",
        ),
        (
            Upload {
                file_name: "../cover.jpg".into(),
                ..upload()
            },
            "file name",
        ),
        (
            Upload {
                file_name: "a\r\nb".into(),
                ..upload()
            },
            "file name",
        ),
        (
            Upload {
                content_type: "no type".into(),
                ..upload()
            },
            "content type",
        ),
    ] {
        let error = stack.assets().upload(spoilt).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (Kind::Misuse, 0));
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(script.seen().is_empty());
}

#[tokio::test]
async fn assets_are_found_by_tag_and_walked_to_the_end() {
    let page = |count: u32| Answer::Json(200, json!({"assets": [asset()], "count": count}));
    let script = Script::start([page(1), page(2), page(2)]).await;
    let stack = script.stack();
    let find = AssetFind::by_tag("sha256:ab");
    assert_eq!(
        stack.assets().find(&find).await.unwrap().items[0].tags[0],
        "sha256:ab"
    );
    assert_eq!(stack.assets().find_all(&find).await.unwrap().len(), 2);
    let seen = script.seen();
    assert!(
        seen.iter()
            .all(|request| request.query("query") == Some(r#"{"tags":"sha256:ab"}"#))
    );
    assert_eq!(seen[2].query("skip"), Some("1"));
}

#[tokio::test]
async fn an_asset_is_edited_published_unpublished_and_deleted() {
    let notice = || Answer::Json(200, json!({"notice": "Done."}));
    let edited = Answer::Json(200, json!({"asset": asset()}));
    let gone = Answer::Json(422, json!({"error_message": "Gone.", "error_code": 141}));
    let script = Script::start([edited, notice(), notice(), notice(), gone]).await;
    let stack = script.stack();
    let uid = AssetUid::new("blt1").unwrap();
    let environments = [EnvironmentName::new("production-au").unwrap()];
    let locales = [LocaleCode::new("en-au").unwrap()];
    let edit = AssetEdit {
        title: Some("Front".into()),
        ..AssetEdit::default()
    };
    stack.assets().edit(&uid, &edit).await.unwrap();
    stack
        .assets()
        .publish(&uid, &environments, &locales)
        .await
        .unwrap();
    stack
        .assets()
        .unpublish(&uid, &environments, &locales)
        .await
        .unwrap();
    stack.assets().delete(&uid).await.unwrap();
    assert_eq!(
        stack.assets().delete(&uid).await.unwrap_err().class(),
        Class::Gone
    );
    let seen = script.seen();
    assert_eq!(seen[0].json(), json!({"asset": {"title": "Front"}}));
    assert_eq!(seen[1].line(), "POST /v3/assets/blt1/publish");
    let target = json!({"asset": {"environments": ["production-au"], "locales": ["en-au"]}});
    assert_eq!(seen[1].json(), target);
    assert_eq!(
        (seen[2].line(), seen[2].json()),
        ("POST /v3/assets/blt1/unpublish".into(), target)
    );
    assert_eq!(seen[3].line(), "DELETE /v3/assets/blt1");
}

#[tokio::test]
async fn folders_are_told_from_files() {
    let rows =
        json!({"assets": [asset(), {"uid": "bltf", "name": "Covers", "is_dir": true}], "count": 2});
    let made =
        json!({"asset": {"uid": "bltg", "name": "Photos", "is_dir": true, "parent_uid": "bltf"}});
    let script = Script::start([Answer::Json(200, rows), Answer::Json(201, made)]).await;
    let stack = script.stack();
    let folders = stack.assets().folders().list(None).await.unwrap();
    assert_eq!((folders.len(), folders[0].name.as_str()), (1, "Covers"));
    stack
        .assets()
        .folders()
        .create("Photos", Some(&folders[0].uid))
        .await
        .unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].query("folder"), Some("cs_root"));
    assert_eq!(seen[1].line(), "POST /v3/assets/folders");
    assert_eq!(
        seen[1].json(),
        json!({"asset": {"name": "Photos", "parent_uid": "bltf"}})
    );
}

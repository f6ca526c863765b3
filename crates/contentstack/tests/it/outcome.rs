//! Whether a call is made again, and whether its change may have happened.

use std::time::Duration;

use contentstack::{Class, ContentTypeUid, EntryUid, Error, Find, Kind, Stack};
use serde_json::{Map, Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::script::{Answer, Script, settings};

fn book() -> ContentTypeUid {
    ContentTypeUid::new("book").unwrap()
}

fn entry() -> Answer {
    Answer::Json(
        200,
        json!({"entry": {"uid": "blt1", "_version": 1, "locale": "en-us"}}),
    )
}

fn html(status: u16) -> Answer {
    Answer::Text(
        status,
        "text/html; charset=utf-8",
        "<html><h1>Hello</h1></html>".into(),
    )
}

fn cut() -> Answer {
    Answer::Text(
        200,
        "application/json",
        r#"{"entry": {"uid": "blt1", "_ver"#.into(),
    )
}

fn refused() -> Answer {
    Answer::Json(
        422,
        json!({"error_message": "No.", "error_code": 119, "errors": {"title": ["is a required field."]}}),
    )
}

fn failed() -> Answer {
    Answer::Json(503, json!({"error_message": "Busy."}))
}

async fn create(stack: &Stack) -> Result<(), Error> {
    stack
        .entries(&book())
        .create(None, &Map::new())
        .await
        .map(|_| ())
}

async fn update(stack: &Stack) -> Result<(), Error> {
    let uid = EntryUid::new("blt1").unwrap();
    stack
        .entries(&book())
        .update(&uid, None, &Map::new())
        .await
        .map(|_| ())
}

async fn find(stack: &Stack) -> Result<(), Error> {
    stack
        .entries(&book())
        .find(&Find::by("source_key", "a"))
        .await
        .map(|_| ())
}

#[tokio::test]
async fn a_creation_whose_answer_fails_is_made_once_and_its_outcome_is_unknown() {
    for (answer, kind) in [
        (failed(), Kind::ServerFailed),
        (html(502), Kind::ServerFailed),
        (html(200), Kind::NotJson),
        (cut(), Kind::Unreadable),
        (
            Answer::Json(201, json!({"notice": "Entry created."})),
            Kind::Unreadable,
        ),
        (Answer::Broken(201, r#"{"entry": {"#), Kind::ConnectionLost),
    ] {
        let script = Script::start([answer]).await;
        let error = create(&script.stack()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.outcome_unknown(), "{kind:?}");
        assert_eq!(error.attempts(), 1, "{kind:?}");
        assert_eq!(script.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_creation_that_was_refused_is_made_once_and_did_not_happen() {
    for (answer, class) in [
        (refused(), Class::Invalid),
        (html(404), Class::Auth),
        (
            Answer::Json(401, json!({"error_message": "No.", "error_code": 105})),
            Class::Auth,
        ),
        (Answer::Broken(422, r#"{"error_mess"#), Class::Retry),
    ] {
        let script = Script::start([answer]).await;
        let error = create(&script.stack()).await.unwrap_err();
        assert_eq!(error.class(), class, "{error}");
        assert!(!error.outcome_unknown(), "{error}");
        assert_eq!(script.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_creation_that_reached_nobody_is_tried_again_and_did_not_happen() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = create(&Stack::new(settings(address)).unwrap())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.class()),
        (Kind::Unreachable, Class::Retry)
    );
    assert!(!error.outcome_unknown());
    assert_eq!(error.attempts(), 5);
    assert!(
        std::error::Error::source(&error).is_some(),
        "the cause is kept"
    );
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        // Only a request that has arrived whole may have been applied.
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            connection.read_buf(&mut request).await.unwrap();
        }
        drop(connection);
    });
    let error = create(&Stack::new(settings(address)).unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::ConnectionLost);
    assert!(error.outcome_unknown());
    assert_eq!(error.attempts(), 1);
    server.await.unwrap();
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_the_outcome_unknown() {
    let script = Script::start([Answer::Never]).await;
    let mut settings = script.settings();
    settings.timeouts.connect = Duration::from_millis(50);
    settings.timeouts.read = Duration::from_millis(50);
    let error = create(&Stack::new(settings).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::TimedOut);
    assert!(error.outcome_unknown());
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_read_is_made_again_whatever_passing_trouble_it_meets() {
    let found = Answer::Json(200, json!({"entries": []}));
    let script = Script::start([failed(), html(503), cut(), Answer::Broken(200, "{"), found]).await;
    find(&script.stack()).await.unwrap();
    assert_eq!(script.seen().len(), 5);
}

#[tokio::test]
async fn a_web_page_is_not_the_service_and_is_told_at_once() {
    for status in [200, 201, 302, 400, 403, 404, 422] {
        let script = Script::start([html(status)]).await;
        let error = update(&script.stack()).await.unwrap_err();
        assert_eq!(error.class(), Class::Auth, "{status}: {error}");
        assert_eq!((error.attempts(), script.seen().len()), (1, 1), "{status}");
        // A page under a yes may hide that the change was made.
        assert_eq!(error.outcome_unknown(), status < 300, "{status}");
        let script = Script::start([html(status)]).await;
        let error = find(&script.stack()).await.unwrap_err();
        assert_eq!(
            (error.class(), error.attempts()),
            (Class::Auth, 1),
            "{status}"
        );
    }
    let script = Script::start([html(502), html(504), entry()]).await;
    update(&script.stack()).await.unwrap();
    assert_eq!(
        script.seen().len(),
        3,
        "a gateway's page is passing trouble"
    );
}

#[tokio::test]
async fn a_read_gives_up_after_the_set_number_of_attempts() {
    let script = Script::start([failed(), failed(), failed(), failed(), failed()]).await;
    let error = find(&script.stack()).await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Retry, 5));
    assert!(!error.outcome_unknown(), "a read changes nothing");
    assert_eq!(script.seen().len(), 5);
}

#[tokio::test]
async fn a_refused_read_is_not_made_again() {
    let unknown = json!({
        "error_message": "The Content Type 'book' was not found. Please try again.",
        "error_code": 118,
        "errors": {"uid": ["is not valid."]},
    });
    let script = Script::start([Answer::Json(422, unknown)]).await;
    let error = find(&script.stack()).await.unwrap_err();
    assert_eq!(error.class(), Class::Gone);
    assert_eq!((error.status(), error.error_code()), (Some(422), Some(118)));
    assert_eq!(error.request(), Some("GET /v3/content_types/book/entries"));
    assert_eq!(error.fields()["uid"], ["is not valid."]);
}

#[tokio::test]
async fn an_update_is_made_again_until_its_outcome_is_known() {
    let script = Script::start([failed(), cut(), entry()]).await;
    update(&script.stack()).await.unwrap();
    let seen = script.seen();
    assert_eq!(seen.len(), 3);
    assert!(
        seen.iter()
            .all(|request| request.line() == "PUT /v3/content_types/book/entries/blt1")
    );
    assert!(
        seen.iter()
            .all(|request| request.json() == json!({"entry": {}}))
    );
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_does_not_make_the_first_try_undone() {
    let script = Script::start([failed(), refused()]).await;
    let error = update(&script.stack()).await.unwrap_err();
    assert_eq!(error.class(), Class::Invalid);
    assert!(error.outcome_unknown());
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn a_taken_value_is_told_by_its_field() {
    let taken: Value = json!({
        "error_message": "Entry creation failed. Please try again.",
        "error_code": 119,
        "errors": {"source_key": ["is not unique."]},
    });
    let script = Script::start([Answer::Json(422, taken)]).await;
    let error = create(&script.stack()).await.unwrap_err();
    assert_eq!(error.class(), Class::Conflict);
    assert!(error.is_not_unique("source_key") && !error.is_not_unique("title"));
}

//! What a 429 does to a call and to the count of calls.

use contentstack::{Class, ContentTypeUid, Find, Kind, Limits, Stack};
use serde_json::{Map, json};

use crate::script::{Answer, Script};

fn too_many() -> Answer {
    Answer::Json(
        429,
        json!({"error_message": "Slow down.", "error_code": 429}),
    )
}

fn book() -> ContentTypeUid {
    ContentTypeUid::new("book").unwrap()
}

#[tokio::test]
async fn a_creation_that_met_the_limit_is_made_again_because_it_was_not_done() {
    let made = Answer::Json(201, json!({"entry": {"uid": "blt1", "_version": 1}}));
    let bare = Answer::Text(429, "text/plain", String::new());
    let script = Script::start([too_many(), bare, made]).await;
    let stack = script.stack();
    stack
        .entries(&book())
        .create(None, &Map::new())
        .await
        .unwrap();
    assert_eq!(script.seen().len(), 3);
    let spent = stack.spent();
    assert_eq!((spent.write, spent.throttled, spent.read), (1, 2, 0));
}

#[tokio::test]
async fn a_call_that_keeps_meeting_the_limit_fails_in_the_end() {
    let script = Script::start([too_many(), too_many(), too_many()]).await;
    let mut settings = script.settings();
    settings.retry.refusals = 3;
    let stack = Stack::new(settings).unwrap();
    let error = stack
        .entries(&book())
        .create(None, &Map::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.class()),
        (Kind::Throttled, Class::Wait)
    );
    assert_eq!(error.attempts(), 3);
    assert!(!error.outcome_unknown());
    assert_eq!(script.seen().len(), 3);
}

#[tokio::test]
async fn stacks_of_one_organisation_share_a_budget() {
    let page = || Answer::Json(200, json!({"entries": []}));
    let script = Script::start([page(), page()]).await;
    let mut settings = script.settings();
    settings.limits = Limits::PerSecond {
        read: 1000.0,
        write: 1000.0,
        bulk: 1000.0,
    };
    let budget = settings.budget().unwrap();
    let one = Stack::with_budget(settings.clone(), budget.clone()).unwrap();
    let other = Stack::with_budget(settings, budget).unwrap();
    one.entries(&book()).find(&Find::default()).await.unwrap();
    other
        .clone()
        .entries(&book())
        .find(&Find::default())
        .await
        .unwrap();
    assert_eq!(one.spent().read, 2);
    assert_eq!(one.spent(), other.spent());
}

//! Bulk publication and its jobs.

use std::time::Duration;

use contentstack::{
    AssetUid, Bulk, BulkAsset, BulkEntry, Class, ContentTypeUid, EntryUid, EnvironmentName,
    ItemOutcome, JobId, JobState, Kind, LocaleCode,
};
use serde_json::json;

use crate::script::{Answer, Script};

fn bulk(entries: usize) -> Bulk {
    let entry = |number: usize| BulkEntry {
        uid: EntryUid::new(format!("blt{number}")).unwrap(),
        content_type: ContentTypeUid::new("book").unwrap(),
        version: Some(2),
        locale: LocaleCode::new("en-au").unwrap(),
    };
    Bulk {
        entries: (0..entries).map(entry).collect(),
        assets: vec![BulkAsset {
            uid: AssetUid::new("blta").unwrap(),
        }],
        environments: vec![EnvironmentName::new("production-au").unwrap()],
        locales: vec![LocaleCode::new("en-au").unwrap()],
    }
}

fn job(status: &str) -> Answer {
    Answer::Json(
        200,
        json!({"uid": "job1", "status": status, "summary": {"total_processed": 2}}),
    )
}

fn job_id() -> JobId {
    JobId::new("job1").unwrap()
}

#[tokio::test]
async fn a_bulk_call_draws_on_its_own_lane_and_names_its_job() {
    let script = Script::start([Answer::Json(
        200,
        json!({"notice": "In progress.", "job_id": "job1"}),
    )])
    .await;
    let stack = script.stack();
    let job = stack.bulk().publish(&bulk(1)).await.unwrap();
    assert_eq!(job, Some(job_id()));
    let seen = &script.seen()[0];
    assert_eq!(seen.line(), "POST /v3/bulk/publish");
    assert_eq!(
        seen.json(),
        json!({
            "entries": [{"uid": "blt0", "content_type": "book", "version": 2, "locale": "en-au"}],
            "assets": [{"uid": "blta"}],
            "environments": ["production-au"],
            "locales": ["en-au"],
        })
    );
    let spent = stack.spent();
    assert_eq!((spent.bulk, spent.write, spent.read), (1, 0, 0));
}

#[tokio::test]
async fn a_bulk_call_whose_answer_is_lost_is_not_repeated() {
    let script = Script::start([Answer::Broken(200, "{")]).await;
    let error = script.stack().bulk().unpublish(&bulk(1)).await.unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(script.seen()[0].line(), "POST /v3/bulk/unpublish");
}

#[tokio::test]
async fn a_publish_rule_that_refuses_the_whole_call_is_told_apart_from_absence() {
    let refusal = json!({
        "error_message": "Some entries do not satisfy the publish rules.",
        "error_code": 141,
        "errors": [],
    });
    let script = Script::start([Answer::Json(422, refusal)]).await;
    let error = script.stack().bulk().publish(&bulk(1)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.class()),
        (Kind::NotAllowed, Class::Conflict)
    );
}

#[tokio::test]
async fn calls_that_are_too_large_or_empty_are_not_sent() {
    let script = Script::start([]).await;
    let stack = script.stack();
    let empty = Bulk {
        entries: vec![],
        assets: vec![],
        ..bulk(0)
    };
    let nowhere = Bulk {
        environments: vec![],
        ..bulk(1)
    };
    for (bulk, word) in [
        (bulk(10), "11 items"),
        (empty, "0 items"),
        (nowhere, "environment"),
    ] {
        let error = stack.bulk().publish(&bulk).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Misuse);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn a_job_is_followed_to_its_end_on_the_read_lane() {
    let script = Script::start([job("in_progress"), job("in_progress"), job("completed")]).await;
    let stack = script.stack();
    let ended = stack
        .bulk()
        .follow(&job_id(), Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(
        (ended.state, ended.status.as_str()),
        (JobState::Done, "completed")
    );
    assert_eq!(ended.summary["total_processed"], 2);
    let seen = script.seen();
    assert!(
        seen.iter()
            .all(|request| request.line() == "GET /v3/bulk/jobs/job1")
    );
    assert!(
        seen.iter()
            .all(|request| request.header("api_version") == Some("3.2"))
    );
    assert_eq!(stack.spent().read, 3);
}

#[tokio::test]
async fn a_job_that_outlasts_our_patience_is_still_pending() {
    let script = Script::start([job("in_progress")]).await;
    let seen = script
        .stack()
        .bulk()
        .follow(&job_id(), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(seen.state, JobState::Pending);
}

#[tokio::test]
async fn each_item_of_a_job_has_its_outcome() {
    let item = |uid: &str, status: &str| json!({"uid": uid, "status": status, "locale": "en-au"});
    let first = json!({"items": [item("blt0", "success")], "count": 2});
    let second = json!({"items": [item("blt1", "failed")], "count": 2});
    let script = Script::start([Answer::Json(200, first), Answer::Json(200, second)]).await;
    let items = script.stack().bulk().job_items(&job_id()).await.unwrap();
    let outcomes: Vec<_> = items
        .iter()
        .map(|item| (item.uid.as_deref(), item.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Some("blt0"), ItemOutcome::Done),
            (Some("blt1"), ItemOutcome::Failed)
        ]
    );
    assert_eq!(script.seen()[0].line(), "GET /v3/bulk/jobs/job1/items");
}

//! What readers get.

use contentstack::{
    AssetUid, ContentTypeUid, DeliveryAssets, DeliveryQuery, EntryUid, EnvironmentName, LocaleCode,
    Order,
};
use futures_util::TryStreamExt;
use serde_json::json;

use crate::script::{Answer, Script};

fn book() -> ContentTypeUid {
    ContentTypeUid::new("book").unwrap()
}

fn query() -> DeliveryQuery {
    let environment = EnvironmentName::new("production-au").unwrap();
    DeliveryQuery::new(environment, LocaleCode::new("en-au").unwrap())
}

#[tokio::test]
async fn a_query_reaches_delivery_whole() {
    let entry = json!({"uid": "blt1", "_version": 2, "locale": "en-au", "title": "The Salt Road",
        "publish_details": {"environment": "blt5", "locale": "en-au", "time": "2026-01-31T00:00:00.000Z"}});
    let script = Script::start([Answer::Json(200, json!({"entries": [entry], "count": 1}))]).await;
    let query = DeliveryQuery {
        query: Some(json!({"state": "available"})),
        include: vec!["contributors".into(), "series".into()],
        include_fallback: true,
        limit: Some(5),
        order: Some(Order::Ascending("sort_date".into())),
        include_count: true,
        ..query()
    };
    let page = script
        .stack()
        .delivery()
        .entries(&book(), &query)
        .await
        .unwrap();
    assert_eq!(page.count, Some(1));
    assert_eq!(page.items[0].publish_details[0].environment, "blt5");
    let seen = &script.seen()[0];
    assert_eq!(seen.line(), "GET /v3/content_types/book/entries");
    let expected = [
        ("environment", "production-au"),
        ("locale", "en-au"),
        ("query", r#"{"state":"available"}"#),
        ("include[]", "contributors"),
        ("include[]", "series"),
        ("include_fallback", "true"),
        ("asc", "sort_date"),
        ("include_count", "true"),
        ("limit", "5"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(seen.query, expected);
}

#[tokio::test]
async fn all_delivered_entries_are_walked() {
    let page = |from: u32, to: u32| {
        let rows: Vec<_> = (from..to)
            .map(|n| json!({"uid": format!("blt{n}")}))
            .collect();
        Answer::Json(200, json!({"entries": rows, "count": 120}))
    };
    let script = Script::start([page(0, 100), page(100, 120)]).await;
    let stack = script.stack();
    let all: Vec<_> = stack
        .delivery()
        .all_entries(&book(), &query())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 120);
    assert_eq!(stack.spent().delivery, 2);
}

#[tokio::test]
async fn what_is_not_delivered_is_none_and_a_wrong_address_is_not() {
    let absent = || {
        let body = json!({"error_message": "The requested object doesn't exist.", "error_code": 141,
            "errors": {"uid": ["is not valid."]}});
        Answer::Json(422, body)
    };
    let nginx = Answer::Text(404, "text/html", "<html></html>".into());
    let script = Script::start([absent(), absent(), nginx]).await;
    let stack = script.stack();
    let uid = EntryUid::new("blt1").unwrap();
    assert_eq!(
        stack
            .delivery()
            .entry(&book(), &uid, &query())
            .await
            .unwrap(),
        None
    );
    let assets = DeliveryAssets {
        environment: EnvironmentName::new("production-au").unwrap(),
        locale: None,
        query: None,
        include_fallback: false,
    };
    let asset = AssetUid::new("blt2").unwrap();
    assert_eq!(stack.delivery().asset(&asset, &assets).await.unwrap(), None);
    assert!(
        stack
            .delivery()
            .entry(&book(), &uid, &query())
            .await
            .is_err()
    );
    assert_eq!(script.seen()[1].line(), "GET /v3/assets/blt2");
}

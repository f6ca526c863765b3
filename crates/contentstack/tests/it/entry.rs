//! Entries: paths, queries, bodies, pages.

use contentstack::{
    ContentTypeUid, EntryUid, EnvironmentName, Find, Kind, LocaleCode, Order, Publish,
};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::script::{Answer, Script};

fn book() -> ContentTypeUid {
    ContentTypeUid::new("book").unwrap()
}

fn locale(code: &str) -> LocaleCode {
    LocaleCode::new(code).unwrap()
}

fn rows(range: std::ops::Range<u32>) -> Vec<Value> {
    range
        .map(|number| json!({"uid": format!("blt{number}"), "_version": 1}))
        .collect()
}

fn page(range: std::ops::Range<u32>, count: u32) -> Answer {
    Answer::Json(200, json!({"entries": rows(range), "count": count}))
}

#[tokio::test]
async fn a_search_says_what_in_which_form() {
    let script = Script::start([page(0..2, 2)]).await;
    let find = Find {
        query: Some(json!({"source_key": {"$in": ["consonance:work:1", "a&b"]}})),
        locale: Some(locale("en-au")),
        skip: 20,
        limit: Some(10),
        only: vec!["source_key".into()],
        order: Some(Order::Descending("updated_at".into())),
        include_publish_details: true,
        include_workflow: true,
        include_count: true,
        include_unlocalized: true,
    };
    let found = script.stack().entries(&book()).find(&find).await.unwrap();
    assert_eq!((found.items.len(), found.count), (2, Some(2)));
    let seen = &script.seen()[0];
    assert_eq!(seen.line(), "GET /v3/content_types/book/entries");
    let expected = [
        (
            "query",
            r#"{"source_key":{"$in":["consonance:work:1","a&b"]}}"#,
        ),
        ("locale", "en-au"),
        ("only[BASE][]", "source_key"),
        ("only[BASE][]", "uid"),
        ("only[BASE][]", "locale"),
        ("only[BASE][]", "_version"),
        ("only[BASE][]", "publish_details"),
        ("include_publish_details", "true"),
        ("include_workflow", "true"),
        ("include_unlocalized", "true"),
        ("desc", "updated_at"),
        ("include_count", "true"),
        ("skip", "20"),
        ("limit", "10"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(seen.query, expected);
}

#[tokio::test]
async fn all_pages_are_walked_in_a_stable_order() {
    let script = Script::start([page(0..100, 250), page(100..200, 250), page(200..250, 250)]).await;
    let stack = script.stack();
    let all: Vec<_> = stack
        .entries(&book())
        .find_all(&Find::default())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 250);
    assert_eq!(all[249].uid.as_str(), "blt249");
    let seen = script.seen();
    let skips: Vec<_> = seen
        .iter()
        .map(|request| request.query("skip").unwrap())
        .collect();
    assert_eq!(skips, ["0", "100", "200"]);
    for request in &seen {
        assert_eq!(request.query("limit"), Some("100"));
        assert_eq!(request.query("asc"), Some("created_at"));
    }
}

#[tokio::test]
async fn a_list_that_ends_before_its_count_is_a_failure_and_not_a_shorter_list() {
    let script = Script::start([page(0..100, 250), page(0..0, 250)]).await;
    let stack = script.stack();
    let error = stack
        .entries(&book())
        .find_all(&Find::default())
        .try_collect::<Vec<_>>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Unreadable);
    assert!(error.to_string().contains("250"), "{error}");
}

#[tokio::test]
async fn a_reply_without_the_list_is_a_failure_and_not_an_empty_list() {
    let script = Script::start([Answer::Json(200, json!({"notice": "Hello."}))]).await;
    let error = script
        .stack()
        .entries(&book())
        .find(&Find::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Unreadable);
}

#[tokio::test]
async fn an_entry_is_made_and_saved_in_a_locale() {
    let made = json!({"notice": "Entry created successfully.", "entry":
        {"uid": "blt9", "_version": 1, "locale": "en-us", "title": "The Salt Road", "tags": []}});
    let saved = json!({"entry": {"uid": "blt9", "_version": 1, "locale": "en-au"}});
    let script = Script::start([Answer::Json(201, made), Answer::Json(200, saved)]).await;
    let stack = script.stack();
    let fields = json!({"title": "The Salt Road"})
        .as_object()
        .unwrap()
        .clone();
    let content_type = book();
    let entries = stack.entries(&content_type);
    let entry = entries.create(None, &fields).await.unwrap();
    assert_eq!((entry.uid.as_str(), entry.version), ("blt9", 1));
    assert_eq!(entry.fields["title"], "The Salt Road");
    let entry = entries
        .update(&entry.uid, Some(&locale("en-au")), &fields)
        .await
        .unwrap();
    assert_eq!(entry.locale, Some(locale("en-au")));
    let seen = script.seen();
    assert_eq!(seen[0].line(), "POST /v3/content_types/book/entries");
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(seen[1].line(), "PUT /v3/content_types/book/entries/blt9");
    assert_eq!(seen[1].query("locale"), Some("en-au"));
    assert!(
        seen.iter()
            .all(|s| s.json() == json!({"entry": {"title": "The Salt Road"}}))
    );
}

#[tokio::test]
async fn publishing_names_environments_locales_and_version() {
    let done = || {
        Answer::Json(
            201,
            json!({"notice": "The requested action has been performed."}),
        )
    };
    let script = Script::start([done(), done()]).await;
    let stack = script.stack();
    let uid = EntryUid::new("blt9").unwrap();
    let environment = EnvironmentName::new("production-au").unwrap();
    let publish = Publish {
        version: Some(4),
        ..Publish::one(environment, locale("en-au"))
    };
    stack
        .entries(&book())
        .publish(&uid, &publish)
        .await
        .unwrap();
    stack
        .entries(&book())
        .unpublish(&uid, &publish)
        .await
        .unwrap();
    let seen = script.seen();
    assert_eq!(
        seen[0].line(),
        "POST /v3/content_types/book/entries/blt9/publish"
    );
    assert_eq!(
        seen[1].line(),
        "POST /v3/content_types/book/entries/blt9/unpublish"
    );
    let body = json!({
        "entry": {"environments": ["production-au"], "locales": ["en-au"]},
        "locale": "en-au",
        "version": 4,
    });
    assert!(seen.iter().all(|request| request.json() == body));
    assert_eq!(stack.spent().write, 2);
}

#[tokio::test]
async fn one_entry_comes_with_its_publications_and_its_locales() {
    let read = json!({"entry": {"uid": "blt9", "_version": 3, "locale": "en-us", "publish_details":
        [{"environment": "blt5", "locale": "en-us", "version": 2, "time": "2026-01-31T00:00:00.000Z"}]}});
    let locales = json!({"locales": [{"code": "en-us"}, {"code": "en-au", "localized": true}]});
    let script = Script::start([Answer::Json(200, read), Answer::Json(200, locales)]).await;
    let stack = script.stack();
    let uid = EntryUid::new("blt9").unwrap();
    let entry = stack
        .entries(&book())
        .get(&uid, Some(&locale("en-us")))
        .await
        .unwrap();
    assert_eq!(entry.publish_details[0].environment, "blt5");
    let locales = stack.entries(&book()).locales(&uid).await.unwrap();
    assert_eq!(
        (locales[0].localized, locales[1].localized),
        (None, Some(true))
    );
    assert_eq!(
        script.seen()[0].query("include_publish_details"),
        Some("true")
    );
    assert_eq!(
        script.seen()[1].line(),
        "GET /v3/content_types/book/entries/blt9/locales"
    );
}

#[tokio::test]
async fn a_name_cannot_leave_its_place_in_the_address() {
    let script = Script::start([Answer::Json(200, json!({"entry": {"uid": "x"}}))]).await;
    let uid = EntryUid::new("a/../b?c#d e").unwrap();
    script
        .stack()
        .entries(&book())
        .get(&uid, None)
        .await
        .unwrap();
    assert_eq!(
        script.seen()[0].line(),
        "GET /v3/content_types/book/entries/a%2F..%2Fb%3Fc%23d%20e"
    );
}

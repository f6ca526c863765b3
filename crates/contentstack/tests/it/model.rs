//! Content types, global fields, taxonomies, environments and locales.

use contentstack::{
    Class, ContentTypeUid, EnvironmentName, Locale, LocaleCode, Taxonomy, TaxonomyUid, Term,
    TermUid,
};
use serde_json::{Value, json};

use crate::script::{Answer, Script};

fn book() -> Value {
    json!({
        "created_at": "2026-01-01T00:00:00.000Z", "title": "Book", "uid": "book", "_version": 3,
        "inbuilt_class": false, "description": null, "SYS_ACL": {}, "maintain_revisions": true,
        "schema": [{"uid": "title", "data_type": "text", "mandatory": true, "theirs": {"kept": 1}}],
        "options": {"is_page": true, "title": "title", "theirs": true},
        "labels": ["blt7"], "field_rules": [{"conditions": []}],
    })
}

#[tokio::test]
async fn a_content_type_that_is_read_and_saved_loses_nothing_that_may_be_written() {
    let reply = || Answer::Json(200, json!({"content_type": book()}));
    let script = Script::start([reply(), reply()]).await;
    let stack = script.stack();
    let read = stack
        .content_types()
        .get(&ContentTypeUid::new("book").unwrap())
        .await
        .unwrap();
    assert_eq!(read.version, 3);
    stack.content_types().update(&read).await.unwrap();
    let seen = &script.seen()[1];
    assert_eq!(seen.line(), "PUT /v3/content_types/book");
    let mut expected = book();
    let fields = expected.as_object_mut().unwrap();
    for service_owned in [
        "created_at",
        "_version",
        "inbuilt_class",
        "SYS_ACL",
        "maintain_revisions",
    ] {
        fields.remove(service_owned);
    }
    fields.insert("description".into(), json!(""));
    assert_eq!(seen.json(), json!({"content_type": expected}));
}

#[tokio::test]
async fn an_unknown_content_type_is_gone_and_a_taken_one_a_conflict() {
    let unknown = json!({"error_message": "The Content Type 'book' was not found. Please try again.",
        "error_code": 118, "errors": {"uid": ["is not valid."]}});
    let taken = json!({"error_message": "Content Type creation failed. Please try again.",
        "error_code": 115, "errors": {"uid": ["is not unique."]}});
    let created = Answer::Json(200, json!({"content_type": book()}));
    let script = Script::start([
        created,
        Answer::Json(422, unknown),
        Answer::Json(422, taken),
    ])
    .await;
    let stack = script.stack();
    let uid = ContentTypeUid::new("book").unwrap();
    let read = stack.content_types().get(&uid).await.unwrap();
    assert_eq!(
        stack.content_types().get(&uid).await.unwrap_err().class(),
        Class::Gone
    );
    assert_eq!(
        stack
            .content_types()
            .create(&read)
            .await
            .unwrap_err()
            .class(),
        Class::Conflict
    );
}

#[tokio::test]
async fn lists_are_read_to_their_end_even_where_pages_are_not_heeded() {
    let types = json!({"content_types": [book(), book()], "count": 2});
    let globals = json!({"global_fields": [{"uid": "seo", "title": "SEO", "schema": []}]});
    let script = Script::start([Answer::Json(200, types), Answer::Json(200, globals)]).await;
    let stack = script.stack();
    assert_eq!(stack.content_types().list().await.unwrap().len(), 2);
    assert_eq!(
        stack.global_fields().list().await.unwrap()[0].uid.as_str(),
        "seo"
    );
    assert_eq!(script.seen()[1].line(), "GET /v3/global_fields");
}

#[tokio::test]
async fn environments_and_locales_are_listed_and_made() {
    let environment = json!({"uid": "blt5", "name": "production-au", "urls": []});
    let locale = json!({"uid": "blt6", "code": "en-au", "name": "English - Australia",
        "fallback_locale": "en-us"});
    let exists = json!({"error_message": "Language exists.", "error_code": 247, "errors": {"code": ["is not unique."]}});
    let script = Script::start([
        Answer::Json(200, json!({"environments": [environment]})),
        Answer::Json(201, json!({"environment": environment})),
        Answer::Json(200, json!({"locales": [{"code": "en-us", "name": "English", "fallback_locale": null}, locale]})),
        Answer::Json(422, exists),
    ])
    .await;
    let stack = script.stack();
    assert_eq!(stack.environments().list().await.unwrap()[0].uid, "blt5");
    let name = EnvironmentName::new("production-au").unwrap();
    stack.environments().create(&name).await.unwrap();
    let locales = stack.locales().list().await.unwrap();
    assert_eq!(locales[0].fallback_locale, None);
    assert_eq!(
        locales[1].fallback_locale,
        Some(LocaleCode::new("en-us").unwrap())
    );
    let made: &Locale = &locales[1];
    assert_eq!(
        stack.locales().create(made).await.unwrap_err().class(),
        Class::Conflict
    );
    let seen = script.seen();
    assert_eq!(
        seen[1].json(),
        json!({"environment": {"name": "production-au", "urls": []}})
    );
    assert_eq!(
        seen[3].json(),
        json!({"locale": {"code": "en-au", "name": "English - Australia", "fallback_locale": "en-us"}})
    );
}

#[tokio::test]
async fn taxonomies_and_terms_are_made_renamed_and_published() {
    let subjects = || json!({"uid": "subjects", "name": "Subjects", "description": null});
    let term = json!({"uid": "fba", "name": "Modern fiction", "depth": 1, "parent_uid": null});
    let script = Script::start([
        Answer::Json(201, json!({"taxonomy": subjects()})),
        Answer::Json(201, json!({"term": term})),
        Answer::Json(200, json!({"term": term})),
        Answer::Json(200, json!({"terms": [term], "count": 1})),
        Answer::Json(200, json!({"notice": "Queued.", "job_id": "job1"})),
    ])
    .await;
    let stack = script.stack();
    let uid = TaxonomyUid::new("subjects").unwrap();
    let taxonomy = Taxonomy {
        uid: uid.clone(),
        name: "Subjects".into(),
        description: String::new(),
    };
    stack.taxonomies().create(&taxonomy).await.unwrap();
    let fiction = Term {
        uid: TermUid::new("fba").unwrap(),
        name: "Fiction".into(),
        parent_uid: None,
    };
    stack.terms(&uid).create(&fiction).await.unwrap();
    stack.terms(&uid).update(&fiction).await.unwrap();
    assert_eq!(
        stack.terms(&uid).list().await.unwrap()[0].name,
        "Modern fiction"
    );
    let environments = [EnvironmentName::new("production-au").unwrap()];
    let locales = [LocaleCode::new("en-au").unwrap()];
    stack
        .taxonomies()
        .publish(&[uid], &environments, &locales)
        .await
        .unwrap();
    let seen = script.seen();
    let lines: Vec<_> = seen.iter().map(crate::script::Seen::line).collect();
    assert_eq!(
        lines,
        [
            "POST /v3/taxonomies",
            "POST /v3/taxonomies/subjects/terms",
            "PUT /v3/taxonomies/subjects/terms/fba",
            "GET /v3/taxonomies/subjects/terms",
            "POST /v3/taxonomies/publish",
        ]
    );
    assert_eq!(seen[2].json(), json!({"term": {"name": "Fiction"}}));
    assert_eq!(seen[4].header("api_version"), Some("3.2"));
}

#[tokio::test]
async fn the_publish_queue_is_read_and_an_item_called_back() {
    let item = json!({"uid": "blt7", "type": "entry", "entry": {"uid": "blt1", "title": "Salt"},
        "environment": ["blt9"], "locale": "en-au", "action": "unpublish",
        "publish_details": {"status": "scheduled"}, "scheduled_at": "2027-03-15T13:00:00.000Z"});
    let release = json!({"uid": "blt8", "type": "release", "action": "deploy"});
    let script = Script::start([
        Answer::Json(200, json!({"queue": [item, release]})),
        Answer::Json(200, json!({"notice": "done"})),
    ])
    .await;
    let stack = script.stack();
    let queue = stack.publish_queue().list().await.unwrap();
    assert_eq!(queue.len(), 1, "a release names neither entry nor asset");
    assert_eq!(queue[0].subject, "blt1");
    assert_eq!(queue[0].environments, ["blt9"]);
    assert_eq!(queue[0].at.unwrap().to_string(), "2027-03-15T13:00:00Z");
    stack
        .publish_queue()
        .unschedule(&queue[0].uid)
        .await
        .unwrap();
    assert_eq!(
        script.seen()[1].line(),
        "GET /v3/publish-queue/blt7/unschedule"
    );
}

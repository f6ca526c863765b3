//! `model plan` and `model apply`.

use std::collections::BTreeMap;

use reqwest::Method;
use sandbox::options::Put;
use serde_json::{Value, json};
use site::content_model::{Names, editorial};
use site::desired::Kind;
use sync::model::{Applied, Error, MARK, ModelPlan, ModelSpec, apply, plan};

use crate::stage::{Stage, rooted, spec};

async fn planned(stage: &Stage, spec: &ModelSpec) -> Vec<String> {
    lines(&plan(&stage.stack, spec).await.unwrap())
}

fn lines(plan: &ModelPlan) -> Vec<String> {
    plan.changes.iter().map(ToString::to_string).collect()
}

async fn bring(stage: &Stage, spec: &ModelSpec, allow_destructive: bool) -> Applied {
    let plan = plan(&stage.stack, spec).await.unwrap();
    apply(&stage.stack, &plan, allow_destructive).await.unwrap()
}

fn uids(schema: &Value) -> Vec<&str> {
    schema
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["uid"].as_str().unwrap())
        .collect()
}

/// The model without one of a book's fields.
fn without(field: &str) -> ModelSpec {
    let mut spec = spec();
    for model in spec
        .types
        .iter_mut()
        .filter(|model| model.kind == Kind::Book)
    {
        let before = model.fields.len();
        model.fields.retain(|known| known.uid != field);
        assert_eq!(model.fields.len() + 1, before, "{field}");
    }
    spec
}

async fn add_field(stage: &Stage, content_type: &str, place: usize, field: Value) {
    let mut document = stage.content_type(content_type).await;
    document["schema"]
        .as_array_mut()
        .unwrap()
        .insert(place, field);
    let path = format!("content_types/{content_type}");
    stage
        .manage(Method::PUT, &path, rooted("content_type", document))
        .await;
}

async fn add_book(stage: &Stage, fields: Value) {
    stage
        .manage(
            Method::POST,
            "content_types/book/entries",
            rooted("entry", fields),
        )
        .await;
}

#[tokio::test]
async fn the_first_apply_creates_all_and_the_second_makes_no_write() {
    let stage = Stage::empty().await;
    let spec = spec();
    let first = plan(&stage.stack, &spec).await.unwrap();
    let all = lines(&first);
    assert_eq!(
        all[..4],
        [
            "create environment production-au",
            "create environment production-gb",
            "create locale en-au (English - Australia), falling back to en-us",
            "create locale en-gb (English - United Kingdom), falling back to en-us",
        ]
    );
    assert!(
        all[4].starts_with("create taxonomy subject")
            && all[5].starts_with("create taxonomy product_form")
    );
    let types: Vec<&str> = all[6..]
        .iter()
        .filter_map(|line| line.split(' ').nth(3))
        .collect();
    assert_eq!(
        types,
        [
            "imprint",
            "series",
            "contributor",
            "book",
            "catalogue_page",
            "redirect"
        ]
    );

    let applied = apply(&stage.stack, &first, false).await.unwrap();
    assert_eq!(applied.applied.len(), all.len());
    assert!(
        applied.left.is_empty() && applied.unkept.is_empty(),
        "{applied}"
    );
    let book = stage.content_type("book").await;
    assert_eq!(book["schema"][0]["uid"], "title");
    assert_eq!(book["schema"][0]["unique"], false);
    assert!(book["description"].as_str().unwrap().ends_with(MARK));

    let writes = stage.changes().await;
    let second = plan(&stage.stack, &spec).await.unwrap();
    assert!(second.is_empty(), "{second}");
    apply(&stage.stack, &second, true).await.unwrap();
    assert_eq!(stage.changes().await, writes);
}

#[tokio::test]
async fn a_plan_says_itself_as_data() {
    let stage = Stage::empty().await;
    let plan = plan(&stage.stack, &spec()).await.unwrap();
    let data = serde_json::to_value(&plan).unwrap();
    assert_eq!(
        data["changes"][0],
        json!({"change": "create_environment", "name": "production-au"})
    );
    let book = data["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["uid"] == "book")
        .unwrap();
    assert_eq!(book["change"], "create_content_type");
    assert!(
        book["fields"]
            .as_array()
            .unwrap()
            .contains(&json!("source_key")),
        "{book}"
    );
    assert_eq!(stage.changes().await, 0, "a plan only reads");
}

#[tokio::test]
async fn an_integrators_field_survives_at_its_place_whatever_a_put_keeps() {
    for put in [Put::Keep, Put::Clear] {
        let stage = Stage::with(0, put).await;
        bring(&stage, &without("subtitle"), false).await;
        let shelf = json!({"uid": "shelf_mark", "display_name": "Shelf mark", "data_type": "text",
            "field_metadata": {"description": "Where it stands.", "theirs": 7}});
        add_field(&stage, "book", 1, shelf).await;
        let theirs = stage.content_type("book").await["schema"][1].clone();
        assert_eq!(planned(&stage, &spec()).await, ["add field book.subtitle"]);

        bring(&stage, &spec(), false).await;
        let schema = stage.content_type("book").await["schema"].clone();
        assert_eq!(schema[1], theirs);
        let uids = uids(&schema);
        assert_eq!(uids[..3], ["title", "shelf_mark", "source_key"]);
        assert!(uids.contains(&"subtitle"), "{uids:?}");
        assert!(planned(&stage, &spec()).await.is_empty());
    }
}

#[tokio::test]
async fn a_field_of_ours_that_holds_data_goes_only_when_allowed() {
    let stage = Stage::empty().await;
    bring(&stage, &spec(), false).await;
    add_book(
        &stage,
        json!({"title": "One", "source_key": "test:1", "subtitle": "Kept"}),
    )
    .await;
    add_book(&stage, json!({"title": "Two", "source_key": "test:2"})).await;
    let smaller = without("subtitle");
    let line = "remove field book.subtitle (entries that hold something in it: 1)";

    let left = bring(&stage, &smaller, false).await;
    assert!(left.applied.is_empty(), "{left}");
    assert_eq!(left.left[0].to_string(), line);
    assert!(uids(&stage.content_type("book").await["schema"]).contains(&"subtitle"));

    let gone = bring(&stage, &smaller, true).await;
    assert_eq!(gone.applied[0].to_string(), line);
    assert!(!uids(&stage.content_type("book").await["schema"]).contains(&"subtitle"));
    assert!(planned(&stage, &smaller).await.is_empty());
}

#[tokio::test]
async fn data_in_one_locale_alone_is_data() {
    let stage = Stage::empty().await;
    bring(&stage, &spec(), false).await;
    add_book(&stage, json!({"title": "One", "source_key": "test:1"})).await;
    let entries = stage
        .manage(Method::GET, "content_types/book/entries", None)
        .await;
    let path = format!(
        "content_types/book/entries/{}?locale=en-gb",
        entries["entries"][0]["uid"].as_str().unwrap()
    );
    let version = json!({"title": "One", "source_key": "test:1", "subtitle": "British"});
    stage
        .manage(Method::PUT, &path, rooted("entry", version))
        .await;
    let left = bring(&stage, &without("subtitle"), false).await;
    assert_eq!(left.left.len(), 1, "{left}");
}

#[tokio::test]
async fn a_field_that_holds_nothing_goes_without_asking() {
    let stage = Stage::empty().await;
    bring(&stage, &spec(), false).await;
    add_book(&stage, json!({"title": "One", "source_key": "test:1"})).await;
    bring(&stage, &without("subtitle"), false).await;
    assert!(!uids(&stage.content_type("book").await["schema"]).contains(&"subtitle"));
}

#[tokio::test]
async fn a_field_of_ours_changes_its_type_only_when_allowed() {
    let stage = Stage::empty().await;
    bring(&stage, &spec(), false).await;
    // As an earlier version might have made it.
    let mut document = stage.content_type("book").await;
    let place = uids(&document["schema"])
        .iter()
        .position(|uid| *uid == "amount")
        .unwrap();
    document["schema"][place]["data_type"] = json!("text");
    stage
        .manage(
            Method::PUT,
            "content_types/book",
            rooted("content_type", document),
        )
        .await;
    add_book(
        &stage,
        json!({"title": "One", "source_key": "test:1", "amount": "9.99"}),
    )
    .await;

    let left = bring(&stage, &spec(), false).await;
    let line = "retype field book.amount from one value of text to one value of number \
                (entries that hold something in it: 1)";
    assert_eq!(left.left[0].to_string(), line);
    let done = bring(&stage, &spec(), true).await;
    assert_eq!(done.applied[0].to_string(), line);
    let schema = stage.content_type("book").await["schema"].clone();
    assert_eq!(schema[place]["data_type"], "number");
    assert!(planned(&stage, &spec()).await.is_empty());
}

#[tokio::test]
async fn a_type_that_the_stack_has_is_taken_over_with_its_entries() {
    let stage = Stage::empty().await;
    let theirs = json!({"title": "Book", "uid": "book", "schema": [
        {"uid": "title", "display_name": "Titel", "data_type": "text", "mandatory": true, "unique": true},
        {"uid": "shelf_mark", "display_name": "Shelf mark", "data_type": "text"},
    ]});
    stage
        .manage(
            Method::POST,
            "content_types",
            rooted("content_type", theirs),
        )
        .await;
    add_book(&stage, json!({"title": "Theirs", "shelf_mark": "B7"})).await;
    let plan = planned(&stage, &spec()).await;
    let takes = plan
        .iter()
        .find(|line| line.starts_with("use the content type book"))
        .unwrap();
    assert!(takes.contains("entries in it: 1"), "{takes}");

    bring(&stage, &spec(), false).await;
    let schema = stage.content_type("book").await["schema"].clone();
    assert_eq!(schema[0]["display_name"], "Titel");
    assert_eq!(schema[0]["unique"], false);
    assert!(uids(&schema).contains(&"shelf_mark"));
    let entries = stage
        .manage(Method::GET, "content_types/book/entries", None)
        .await;
    assert_eq!(entries["entries"][0]["shelf_mark"], "B7");
    assert!(planned(&stage, &spec()).await.is_empty());
}

#[tokio::test]
async fn a_title_that_another_type_bears_is_no_obstacle() {
    let stage = Stage::empty().await;
    let theirs = json!({"title": "Book", "uid": "novel", "schema": [
        {"uid": "title", "display_name": "Title", "data_type": "text"},
    ]});
    stage
        .manage(
            Method::POST,
            "content_types",
            rooted("content_type", theirs),
        )
        .await;
    bring(&stage, &spec(), false).await;
    assert_eq!(
        stage.content_type("book").await["title"],
        "Book (Frontlist)"
    );
    assert!(planned(&stage, &spec()).await.is_empty());
}

#[tokio::test]
async fn what_is_in_the_way_is_said_and_nothing_is_changed() {
    let field = |data_type: &str| {
        json!([{"uid": "title", "display_name": "Title", "data_type": "text"},
            {"uid": "amount", "display_name": "Amount", "data_type": data_type}])
    };
    for (options, schema, code, way_out) in [
        (json!({}), field("text"), "FL-0622", "\"book.amount\""),
        (
            json!({"singleton": true}),
            field("number"),
            "FL-0625",
            "\"book\"",
        ),
    ] {
        let stage = Stage::empty().await;
        let theirs = json!({"title": "Book", "uid": "book", "schema": schema, "options": options});
        stage
            .manage(
                Method::POST,
                "content_types",
                rooted("content_type", theirs),
            )
            .await;
        let writes = stage.changes().await;
        let error = plan(&stage.stack, &spec()).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.mend().contains(way_out), "{}", error.mend());
        assert_eq!(stage.changes().await, writes);
    }
}

#[tokio::test]
async fn names_of_the_installation_reach_types_fields_and_references() {
    let stage = Stage::empty().await;
    let mut spec = spec();
    let names = [
        ("imprint", "brand"),
        ("book.cta", "call"),
        ("book.formats.isbn13", "ean"),
    ];
    spec.names = Names(
        names
            .iter()
            .map(|(ours, own)| ((*ours).into(), (*own).into()))
            .collect::<BTreeMap<_, _>>(),
    );
    bring(&stage, &spec, false).await;
    let schema = stage.content_type("book").await["schema"].clone();
    let field = |uid: &str| {
        schema
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["uid"] == uid)
            .unwrap()
    };
    assert_eq!(field("imprint")["reference_to"], json!(["brand"]));
    assert!(uids(&schema).contains(&"call"));
    assert_eq!(field("formats")["schema"][0]["uid"], "ean");
    assert!(planned(&stage, &spec).await.is_empty());
}

#[tokio::test]
async fn another_master_locale_is_an_error_that_names_both() {
    let stage = Stage::empty().await;
    let spec = ModelSpec {
        master_locale: "en-gb".into(),
        ..spec()
    };
    let error = plan(&stage.stack, &spec).await.unwrap_err();
    assert_eq!(error.code(), "FL-0621");
    assert_eq!(
        error.to_string(),
        "the stack's master locale is en-us, not en-gb"
    );
}

#[tokio::test]
async fn a_stack_without_taxonomies_is_told_from_one_without_rights() {
    for (status, code) in [
        (403, "FL-0623"),
        (404, "FL-0623"),
        (422, "FL-0623"),
        (401, "FL-0306"),
    ] {
        let stage = Stage::empty().await;
        stage
            .fault(json!({"path": "/v3/taxonomies*", "kind": "status", "status": status}))
            .await;
        let error = plan(&stage.stack, &spec()).await.unwrap_err();
        assert_eq!(error.code(), code, "{status}: {error}");
        if let Error::Taxonomies(_) = error {
            assert!(
                error.mend().contains("taxonomies = false"),
                "{}",
                error.mend()
            );
        }
    }
    let stage = Stage::empty().await;
    stage
        .fault(json!({"path": "/v3/taxonomies*", "kind": "status", "status": 404}))
        .await;
    let mut spec = without("taxonomies");
    spec.taxonomies.clear();
    bring(&stage, &spec, false).await;
    assert!(planned(&stage, &spec).await.is_empty());
}

#[tokio::test]
async fn each_creation_survives_the_loss_of_its_reply() {
    for path in ["environments", "locales", "taxonomies", "content_types"] {
        for kind in ["reset_after", "reset_before", "truncate", "status"] {
            let stage = Stage::empty().await;
            stage.fault(json!({"method": "POST", "path": format!("/v3/{path}"), "kind": kind, "nth": 2})).await;
            bring(&stage, &spec(), false).await;
            let left = planned(&stage, &spec()).await;
            assert!(left.is_empty(), "{kind} on {path}: {left:?}");
        }
    }
}

#[tokio::test]
async fn a_save_survives_the_loss_of_its_reply() {
    for kind in ["reset_after", "reset_before", "truncate"] {
        let stage = Stage::empty().await;
        bring(&stage, &without("subtitle"), false).await;
        stage
            .fault(
                json!({"method": "PUT", "path": "/v3/content_types/book", "kind": kind, "nth": 1}),
            )
            .await;
        bring(&stage, &spec(), false).await;
        let left = planned(&stage, &spec()).await;
        assert!(left.is_empty(), "{kind}: {left:?}");
    }
}

#[tokio::test]
async fn a_stack_that_says_yes_and_stores_nothing_is_found_out() {
    let stage = Stage::empty().await;
    stage
        .fault(json!({"method": "POST", "path": "/v3/content_types", "kind": "lie", "nth": 5}))
        .await;
    let first = plan(&stage.stack, &spec()).await.unwrap();
    let error = apply(&stage.stack, &first, false).await.unwrap_err();
    assert_eq!(error.code(), "FL-0626");
    assert!(error.to_string().contains("catalogue_page"), "{error}");
    bring(&stage, &spec(), false).await;
    assert!(planned(&stage, &spec()).await.is_empty());
}

#[tokio::test]
async fn editors_types_are_made_once_where_asked_for_and_never_touched_again() {
    let stage = Stage::empty().await;
    bring(&stage, &spec(), false).await;
    let theirs = json!({"title": "Reading guide", "uid": "reading_guide", "options": {}, "schema": [
        {"data_type": "text", "display_name": "Title", "uid": "title", "mandatory": true, "unique": false},
    ]});
    let made = rooted("content_type", theirs);
    stage.manage(Method::POST, "content_types", made).await;
    let before = stage.content_type("reading_guide").await;
    assert_eq!(planned(&stage, &spec()).await, [""; 0], "nothing unasked");

    let asked = ModelSpec {
        editorial: editorial(),
        ..spec()
    };
    let applied = bring(&stage, &asked, true).await;
    assert_eq!(applied.applied.len(), editorial().len() - 1);
    assert!(applied.unkept.is_empty(), "{:?}", applied.unkept);
    assert_eq!(stage.content_type("reading_guide").await, before);
    let campaign = stage.content_type("campaign_page").await;
    assert!(
        !campaign.to_string().contains(MARK),
        "it is not ours to keep"
    );

    let book = json!({"title": "Salt", "source_key": "test:1"});
    let path = "content_types/book/entries";
    let book = stage
        .manage(Method::POST, path, rooted("entry", book))
        .await;
    let reference = json!([{"uid": book["entry"]["uid"], "_content_type_uid": "book"}]);
    let entry =
        json!({"title": "Summer", "sections": [{"hero": {"heading": "Salt", "book": reference}}]});
    let path = "content_types/campaign_page/entries";
    let made = stage
        .manage(Method::POST, path, rooted("entry", entry))
        .await;
    let hero = &made["entry"]["sections"][0]["hero"];
    assert_eq!(hero["book"][0]["uid"], book["entry"]["uid"], "{made}");

    // Editors make it their own; another round leaves it so.
    let mut own = campaign;
    own["schema"].as_array_mut().unwrap().truncate(2);
    let saved = rooted("content_type", own);
    stage
        .manage(Method::PUT, "content_types/campaign_page", saved)
        .await;
    assert_eq!(planned(&stage, &asked).await, [""; 0]);
}

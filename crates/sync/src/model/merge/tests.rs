use serde_json::json;
use site::content_model::{ContentType, Field, FieldKind, Names};
use site::desired::Kind;

use super::super::document;
use super::*;

fn field(uid: &'static str, kind: FieldKind) -> Field {
    Field {
        uid,
        name: "Name",
        help: "Help.",
        kind,
        mandatory: false,
        unique: false,
        shared: false,
    }
}

fn fields() -> Vec<Field> {
    let row = vec![
        field("isbn13", FieldKind::Line),
        field("cta", FieldKind::Choice(vec!["buy"])),
    ];
    vec![
        Field {
            mandatory: true,
            ..field("title", FieldKind::Line)
        },
        field("cta", FieldKind::Choice(vec!["buy", "notify"])),
        field(
            "imprint",
            FieldKind::References {
                to: vec![Kind::Imprint],
                many: false,
            },
        ),
        field("formats", FieldKind::Rows(row)),
    ]
}

fn wanted(fields: Vec<Field>) -> Vec<Wanted> {
    let model = ContentType {
        kind: Kind::Book,
        name: "Book",
        help: "",
        fields,
    };
    document::wanted(&model, &Names::default())
}

fn schema(fields: Vec<Field>) -> Vec<Value> {
    wanted(fields).iter().map(Wanted::whole).collect()
}

fn compare(schema: &[Value], wanted: &[Wanted]) -> Result<Vec<ModelChange>, Error> {
    differences(&ContentTypeUid::new("book").unwrap(), schema, wanted)
}

/// Carries everything out as `apply` does, and checks that nothing is left to do.
fn settle(schema: &mut Vec<Value>, wanted: &[Wanted]) -> Vec<String> {
    let changes = compare(schema, wanted).unwrap();
    for change in &changes {
        assert!(carry_out(schema, change), "{change}");
    }
    for change in &changes {
        assert!(!carry_out(schema, change), "{change} again");
    }
    assert_eq!(compare(schema, wanted).unwrap(), []);
    changes.iter().map(ToString::to_string).collect()
}

fn theirs(uid: &str, data_type: &str) -> Value {
    json!({"uid": uid, "display_name": "Theirs", "data_type": data_type, "mandatory": false, "unique": false,
        "multiple": false, "non_localizable": false, "field_metadata": {"description": "ours alone"}})
}

#[test]
fn a_schema_as_we_made_it_lacks_nothing_even_where_the_service_says_more() {
    let mut schema = schema(fields());
    schema[1]["enum"]["choices"][0]["key"] = json!("Buy");
    schema[2]["reference_to"] = json!("imprint");
    schema[3]["max_instance"] = json!(null);
    schema[0]["field_metadata"]["version"] = json!(4);
    schema[0]["display_name"] = json!("Titel");
    assert_eq!(compare(&schema, &wanted(fields())).unwrap(), []);
}

#[test]
fn new_fields_follow_their_neighbours_and_nothing_else_moves() {
    let mut old = fields();
    let formats = old.remove(3);
    old.remove(1);
    let mut schema = schema(old);
    schema.insert(1, theirs("shelf_mark", "text"));
    schema.push(theirs("note", "json"));
    let changes = settle(&mut schema, &wanted(fields()));
    assert_eq!(changes, ["add field book.cta", "add field book.formats"]);
    let uids: Vec<&str> = schema.iter().map(uid).collect();
    assert_eq!(
        uids,
        ["title", "cta", "shelf_mark", "imprint", formats.uid, "note"]
    );
    assert_eq!(schema[2], theirs("shelf_mark", "text"));
    assert_eq!(schema[5], theirs("note", "json"));
}

#[test]
fn words_are_added_and_those_that_the_stack_has_beyond_ours_stay() {
    let mut schema = schema(fields());
    schema[1]["enum"]["choices"] = json!([{"value": "rent"}, {"value": "buy", "key": "Buy"}]);
    schema[1]["display_name"] = json!("Aufforderung");
    let changes = settle(&mut schema, &wanted(fields()));
    assert_eq!(changes, ["change field book.cta: choices: notify added"]);
    assert_eq!(
        schema[1]["enum"]["choices"],
        json!([{"value": "buy", "key": "Buy"}, {"value": "notify"}, {"value": "rent"}])
    );
    assert_eq!(schema[1]["display_name"], "Aufforderung");
}

#[test]
fn properties_and_help_change_in_place_within_groups_too() {
    let mut schema = schema(fields());
    schema[0]["unique"] = json!(true);
    schema[0]["field_metadata"]["theirs"] = json!(1);
    schema[3]["schema"][0]["field_metadata"]["description"] =
        json!("Old help. (kept by Frontlist)");
    schema[3]["schema"]
        .as_array_mut()
        .unwrap()
        .push(theirs("shelf_mark", "text"));
    let changes = settle(&mut schema, &wanted(fields()));
    assert_eq!(
        changes,
        [
            "change field book.title: no longer unique",
            "change field book.formats.isbn13: help text"
        ]
    );
    assert_eq!(schema[0]["field_metadata"]["theirs"], 1);
    assert_eq!(schema[3]["schema"][2], theirs("shelf_mark", "text"));
}

#[test]
fn a_property_that_ours_does_not_have_is_taken_away() {
    let plain = vec![
        field("title", FieldKind::Line),
        field("cta", FieldKind::Line),
    ];
    let mut rich = schema(vec![
        field("title", FieldKind::Line),
        field("cta", FieldKind::Html),
    ]);
    assert_eq!(
        settle(&mut rich, &wanted(plain.clone())),
        ["change field book.cta: no longer HTML"]
    );
    let mut choice = schema(vec![field("title", FieldKind::Line), fields().remove(1)]);
    assert_eq!(
        settle(&mut choice, &wanted(plain)),
        ["change field book.cta: any text, no longer a choice"]
    );
    assert_eq!(choice[1].get("enum"), None);
}

#[test]
fn a_field_of_ours_that_holds_something_else_makes_room_first() {
    let mut old = fields();
    old[1] = field("cta", FieldKind::ManyLines);
    let mut schema = schema(old);
    let changes = compare(&schema, &wanted(fields())).unwrap();
    assert_eq!(changes.len(), 1);
    assert!(make_room(&mut schema, &changes[0]));
    assert_eq!(
        schema.iter().map(uid).collect::<Vec<_>>(),
        ["title", "imprint", "formats"]
    );
    assert!(carry_out(&mut schema, &changes[0]));
    assert!(
        !make_room(&mut schema, &changes[0]),
        "the new field must stay"
    );
    assert_eq!(
        schema.iter().map(uid).collect::<Vec<_>>(),
        ["title", "cta", "imprint", "formats"]
    );
    assert_eq!(compare(&schema, &wanted(fields())).unwrap(), []);
}

#[test]
fn a_field_of_ours_that_is_no_longer_wanted_goes_and_theirs_stays() {
    let mut old = fields();
    old.push(field("blurb", FieldKind::Html));
    let mut schema = schema(old);
    schema.push(theirs("note", "text"));
    let changes = settle(&mut schema, &wanted(fields()));
    assert_eq!(
        changes,
        ["remove field book.blurb (entries that hold something in it: 0)"]
    );
    assert_eq!(schema.last(), Some(&theirs("note", "text")));
}

#[test]
fn a_type_that_was_not_made_by_us_is_filled_up_and_fitting_fields_become_ours() {
    let mut schema = vec![
        json!({"uid": "title", "display_name": "Title", "data_type": "text", "mandatory": true,
        "unique": true, "multiple": false, "field_metadata": {"_default": true, "version": 3}}),
    ];
    let changes = settle(&mut schema, &wanted(fields()));
    assert_eq!(
        changes[0],
        "change field book.title: no longer unique, kept by us from now on"
    );
    assert_eq!(changes.len(), 4);
    assert_eq!(schema[0]["field_metadata"]["_default"], true);
    assert!(schema.iter().all(is_ours));
}

#[test]
fn a_field_in_the_way_is_named_with_the_way_out() {
    for (place, foreign, wanted_words) in [
        (1, theirs("cta", "number"), "one value of text"),
        (1, theirs("cta", "text"), "one value of text"),
        (2, theirs("imprint", "text"), "reference"),
    ] {
        let mut schema = schema(fields());
        schema[place] = foreign;
        let error = compare(&schema, &wanted(fields())).unwrap_err();
        assert_eq!(error.code(), "FL-0622");
        let message = error.to_string();
        assert!(message.contains(wanted_words), "{message}");
        let setting = format!("book.{}", uid(&schema[place]));
        assert!(error.mend().contains(&setting), "{}", error.mend());
    }
}

#[test]
fn a_row_in_the_way_is_named_by_its_path() {
    let mut schema = schema(fields());
    schema[3]["schema"][0] = theirs("isbn13", "boolean");
    let error = compare(&schema, &wanted(fields())).unwrap_err();
    assert!(error.to_string().contains("formats.isbn13"), "{error}");
    assert!(
        error.mend().contains("book.formats.isbn13"),
        "{}",
        error.mend()
    );
}

use jiff::civil::date;
use serde_json::json;

use super::*;

fn world() -> World {
    let mut world = World::new(date(2026, 11, 24));
    world
        .add_work(&json!({
            "title": "The Lamp",
            "contributions": [{ "contributor": { "personName": "Ada Quill" } }],
            "seriesMemberships": [{ "partNumber": "1", "series": { "name": "Lamps" } }],
            "supportingResources": [{ "resourceVariant": "FRONT_COVER", "status": "APPROVED" }],
            "products": [
                { "isbn": { "isbn13": "978-1-80000-000-1" }, "allowOnixExports": true },
                { "__typename": "ElectronicBookProduct" },
            ],
        }))
        .expect("a good work");
    for document in world
        .works
        .values_mut()
        .chain(world.products.values_mut())
        .chain(world.contacts.values_mut())
    {
        document.insert(UPDATED_ON.into(), "2026-01-01".into());
    }
    for series in world.series.values_mut() {
        series.insert(UPDATED_ON.into(), "2026-01-01".into());
    }
    world
}

#[test]
fn a_new_work_gets_ids_for_everything_nested_in_it() {
    let world = world();
    let work = world.works.get(&1001).expect("the first work is 1001");
    assert_eq!(
        ids_in(work, "products").collect::<Vec<_>>(),
        [20_001, 20_002]
    );
    let role = rows(work, "contributions")
        .next()
        .expect("one contribution");
    assert_eq!(integer(role, "contributorId"), Some(501));
    assert_eq!(text(role, "onixContributorRoleCode"), Some("A01"));
    assert_eq!(
        integer(rows(work, "seriesMemberships").next().unwrap(), "seriesId"),
        Some(301)
    );
    assert_eq!(
        text(&world.products[&20_001], "isbn13"),
        Some("9781800000001")
    );
}

#[test]
fn null_removes_objects_merge_and_lists_are_replaced() {
    let mut target = json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1, 2]});
    let patch = json!({"a": null, "b": {"c": null, "x": {"y": null}}, "e": [3]});
    merge(target.as_object_mut().unwrap(), patch.as_object().unwrap());
    assert_eq!(target, json!({"b": {"d": 2, "x": {}}, "e": [3]}));
}

#[test]
fn a_row_with_a_known_id_is_merged_and_an_unnamed_row_is_gone() {
    let mut world = world();
    let patch = json!({"prices": [
        {"id": 1, "amount": 9.99, "currencyCode": "GBP"},
        {"id": 2, "amount": 12.5, "currencyCode": "USD"},
    ]});
    world.patch_product(20_001, &patch).unwrap();
    world
        .patch_product(20_001, &json!({"prices": [{"id": 1, "amount": 8.5}]}))
        .unwrap();
    assert_eq!(
        world.products[&20_001]["prices"],
        json!([{"id": 1, "amount": 8.5, "currencyCode": "GBP"}])
    );
}

#[test]
fn a_nested_contributor_is_renamed_for_every_work() {
    let mut world = world();
    let patch = json!({"contributions": [{"contributor": {"id": 501, "personName": "Ada Pen"}}]});
    world.patch_work(1001, &patch).unwrap();
    assert_eq!(text(&world.contacts[&501], "personName"), Some("Ada Pen"));
    assert_eq!(world.contacts.len(), 1);
}

#[test]
fn a_change_of_any_relation_changes_the_work_by_the_day() {
    let since = date(2026, 11, 24);
    type Change = fn(&mut World);
    let changes: [(&str, Change); 4] = [
        ("work", |world| {
            world.patch_work(1001, &json!({"title": "x"})).unwrap()
        }),
        ("product", |world| {
            world.patch_product(20_002, &json!({"asin": "x"})).unwrap()
        }),
        ("contributor", |world| {
            world.patch_contact(501, &json!({"isni": "1"})).unwrap()
        }),
        ("series", |world| {
            world.patch_series(301, &json!({"name": "y"})).unwrap()
        }),
    ];
    for (what, change) in changes {
        let mut world = world();
        assert!(
            !world.work_changed_since(&world.works[&1001], since),
            "before the {what}"
        );
        change(&mut world);
        assert!(
            world.work_changed_since(&world.works[&1001], since),
            "after the {what}"
        );
        assert!(
            !world.work_changed_since(&world.works[&1001], date(2026, 11, 25)),
            "{what}"
        );
    }
}

#[test]
fn a_change_of_one_product_reports_its_sibling() {
    let mut world = world();
    world.patch_product(20_002, &json!({"asin": "B0"})).unwrap();
    let since = date(2026, 11, 24);
    assert!(world.product_changed_since(&world.products[&20_001], since));
    assert_eq!(
        text(&world.products[&20_001], UPDATED_ON),
        Some("2026-01-01")
    );
}

#[test]
fn an_edited_resource_counts_a_revision_and_an_untouched_one_does_not() {
    let mut world = world();
    let resource = rows(&world.works[&1001], "supportingResources")
        .next()
        .unwrap()
        .clone();
    world
        .patch_work(1001, &json!({"supportingResources": [&resource]}))
        .unwrap();
    let same = rows(&world.works[&1001], "supportingResources")
        .next()
        .unwrap();
    assert_eq!(integer(same, REVISION), None);
    let edit = json!({"supportingResources": [{"id": resource["id"], "caption": "New"}]});
    world.patch_work(1001, &edit).unwrap();
    let edited = rows(&world.works[&1001], "supportingResources")
        .next()
        .unwrap();
    assert_eq!(integer(edited, REVISION), Some(1));
    assert_eq!(text(edited, "resourceVariant"), Some("FRONT_COVER"));
}

#[test]
fn ids_of_what_was_removed_are_not_used_again() {
    let mut world = world();
    world.remove_work(1001).unwrap();
    assert!(world.products.is_empty(), "products go with their work");
    let id = world.add_work(&json!({"title": "Next"})).unwrap();
    assert_eq!(id, 1002);
}

#[test]
fn names_of_the_feed_are_kept_apart() {
    let mut world = world();
    world
        .patch_product(20_001, &json!({"announcementDate": "2027-01-01"}))
        .unwrap();
    assert_eq!(
        world.products[&20_001][ONIX]["announcementDate"],
        "2027-01-01"
    );
}

#[test]
fn a_bad_patch_changes_nothing_and_names_the_place() {
    let mut world = world();
    let before = world.clone();
    for (patch, place) in [
        (json!({"contributions": {}}), "contributions"),
        (json!({"products": 7}), "products"),
        (json!([]), "the patch"),
    ] {
        let error = world.patch_work(1001, &patch).unwrap_err();
        assert!(error.to_string().starts_with(place), "{error}");
    }
    assert_eq!(
        world.patch_work(7, &json!({})).unwrap_err(),
        WorldError::Unknown {
            kind: "work",
            id: 7
        }
    );
    assert_eq!(world, before);
}

#[test]
fn the_title_of_a_product_is_its_own_before_the_works() {
    let world = world();
    let work = &world.works[&1001];
    let product = |value: Value| value.as_object().unwrap().clone();
    for (given, wanted) in [
        (json!({}), "The Lamp"),
        (
            json!({"titlePrefix": "A", "titleWithoutPrefix": "Lantern"}),
            "A Lantern",
        ),
        (json!({"titleWithoutPrefix": "Lantern"}), "Lantern"),
        (
            json!({"fullTitle": "Set", "titleWithoutPrefix": "Lantern"}),
            "Set",
        ),
    ] {
        assert_eq!(full_title(&product(given), Some(work)), wanted);
    }
}

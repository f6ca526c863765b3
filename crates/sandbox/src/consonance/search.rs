//! The searches: Ransack predicates, with the case rules and quirks the service documents.
//!
//! `…Eq` minds case and `…Cont` does not. A predicate that is null, or a list without elements, asks
//! for nothing: Ransack drops it, and the service says so of `productTypes`.

use jiff::civil::Date;
use serde_json::Value;

use super::derived::price_matches;
use super::labels;
use crate::world::{Document, World, full_title, integer, rows, text};

/// Product types as enumeration literals, and the types they stand for.
const PRODUCT_TYPES: [(&str, &str); 7] = [
    ("GENERIC_PRODUCT", "GenericProduct"),
    ("PHYSICAL_PRODUCT", "PhysicalProduct"),
    ("PHYSICAL_BOOK_PRODUCT", "PhysicalBookProduct"),
    ("PHYSICAL_AUDIO_PRODUCT", "PhysicalAudioProduct"),
    ("ELECTRONIC_PRODUCT", "ElectronicProduct"),
    ("ELECTRONIC_BOOK_PRODUCT", "ElectronicBookProduct"),
    ("ELECTRONIC_AUDIO_PRODUCT", "ElectronicAudioProduct"),
];

/// Whether a search asks for anything at all.
pub(crate) fn asks(search: &Document) -> bool {
    search.values().any(|wanted| !blank(wanted))
}

/// The id after which the records asked for begin, and the only id asked for if there is one.
pub(crate) fn range(search: &Document) -> (i64, Option<i64>) {
    (
        integer(search, "after").unwrap_or(i64::MIN),
        integer(search, "idEq"),
    )
}

/// Whether a work meets a `WorkSearchAttributes`.
pub(crate) fn work_matches(world: &World, id: i64, work: &Document, search: &Document) -> bool {
    let subtitle = text(work, "subtitle").unwrap_or_default();
    search
        .iter()
        .filter(|(_, wanted)| !blank(wanted))
        .all(|(predicate, wanted)| match predicate.as_str() {
            "after" => wanted.as_i64().is_none_or(|after| id > after),
            "idEq" => wanted.as_i64() == Some(id),
            "contractIdEq" => {
                let contract = work.get("contract").and_then(Value::as_object);
                contract.and_then(|contract| integer(contract, "id")) == wanted.as_i64()
            }
            "changedSince" => {
                day(wanted).is_some_and(|since| world.work_changed_since(work, since))
            }
            "titleEq" => text(work, "title") == wanted.as_str(),
            "titleCont" => contains(text(work, "title").unwrap_or_default(), wanted),
            "subtitleEq" => text(work, "subtitle") == wanted.as_str(),
            "subtitleCont" => contains(subtitle, wanted),
            "subtitlePresent" => wanted.as_bool() == Some(!subtitle.is_empty()),
            "imprintIdIn" => {
                let imprint = work.get("imprint").and_then(Value::as_object);
                let id = imprint.and_then(|imprint| integer(imprint, "id"));
                id.is_some_and(|id| among(wanted, |wanted| wanted.as_i64() == Some(id)))
            }
            _ => true,
        })
}

/// Whether a product meets a `ProductSearchAttributes`.
pub(crate) fn product_matches(
    world: &World,
    id: i64,
    product: &Document,
    search: &Document,
) -> bool {
    search
        .iter()
        .filter(|(_, wanted)| !blank(wanted))
        .all(|(predicate, wanted)| {
            let number = text(product, "isbn13").filter(|number| !number.is_empty());
            match predicate.as_str() {
                "after" => wanted.as_i64().is_none_or(|after| id > after),
                "idEq" => wanted.as_i64() == Some(id),
                "isbn13Eq" => number.is_some() && number == wanted.as_str(),
                "isbn13In" => number.is_some() && among(wanted, |wanted| wanted.as_str() == number),
                "isbn13Assigned" => wanted.as_bool() == Some(number.is_some()),
                "titleEq" => titles(world, product)
                    .iter()
                    .any(|title| Some(&**title) == wanted.as_str()),
                "titleCont" => titles(world, product)
                    .iter()
                    .any(|title| contains(title, wanted)),
                "titlePrefixPresent" => {
                    let present = text(product, "titlePrefix").is_some_and(|own| !own.is_empty());
                    truthy(wanted) == present
                }
                "onix21ProductFormCodeIn" => {
                    let own = text(product, "onix21ProductFormCode").map(labels::literal);
                    own.is_some()
                        && among(wanted, |wanted| wanted.as_str().map(labels::literal) == own)
                }
                "productTypes" => among(wanted, |wanted| {
                    let literal = wanted.as_str().unwrap_or_default();
                    let named = PRODUCT_TYPES.iter().find(|(known, _)| *known == literal);
                    named.is_some_and(|(_, name)| text(product, "__typename") == Some(name))
                }),
                "changedSince" => {
                    day(wanted).is_some_and(|since| world.product_changed_since(product, since))
                }
                other => match other.strip_prefix("publicationDate") {
                    Some(comparison) => published(product, comparison, wanted),
                    None => true,
                },
            }
        })
}

/// Whether any price of a product meets a `PriceSearchAttributes`.
pub(crate) fn has_price(product: &Document, search: &Document) -> bool {
    !asks(search) || rows(product, "prices").any(|price| price_matches(price, search))
}

fn published(product: &Document, comparison: &str, wanted: &Value) -> bool {
    let own = text(product, "publicationDate").and_then(|own| own.parse::<Date>().ok());
    let (Some(own), Some(wanted)) = (own, day(wanted)) else {
        return false;
    };
    match comparison {
        "Eq" => own == wanted,
        "Gt" => own > wanted,
        "Lt" => own < wanted,
        "Gteq" => own >= wanted,
        "Lteq" => own <= wanted,
        _ => true,
    }
}

/// The titles a product is found by: its whole title, and the one without a prefix.
fn titles(world: &World, product: &Document) -> Vec<String> {
    let work = world.work_of(product).map(|(_, work)| work);
    let bare = text(product, "titleWithoutPrefix").map(str::to_owned);
    [Some(full_title(product, work)), bare]
        .into_iter()
        .flatten()
        .collect()
}

fn contains(own: &str, wanted: &Value) -> bool {
    let wanted = wanted.as_str().unwrap_or_default();
    own.to_lowercase().contains(&wanted.to_lowercase())
}

fn among(wanted: &Value, is: impl Fn(&Value) -> bool) -> bool {
    wanted.as_array().is_none_or(|wanted| wanted.iter().any(is))
}

fn blank(wanted: &Value) -> bool {
    wanted.is_null() || wanted.as_array().is_some_and(Vec::is_empty)
}

fn day(wanted: &Value) -> Option<Date> {
    wanted.as_str()?.parse().ok()
}

/// `titlePrefixPresent` is a string in the schema, so it is read as Ransack reads one.
fn truthy(wanted: &Value) -> bool {
    matches!(wanted.as_str(), Some("true" | "t" | "1" | "TRUE" | "yes"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn world() -> World {
        let mut world = World::new(date(2026, 11, 24));
        let work = json!({
            "title": "The Lamp", "imprint": {"id": 3, "name": "Tern"},
            "products": [{
                "isbn13": "9781800000018", "publicationDate": "2026-11-24",
                "onix21ProductFormCode": "BC", "titlePrefix": "The", "titleWithoutPrefix": "Lamp",
                "prices": [{"id": 1, "amount": 9.99, "currencyCode": "GBP"}],
            }, { "__typename": "ElectronicBookProduct" }],
        });
        world.add_work(&work).unwrap();
        world
    }

    fn object(value: &Value) -> Document {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn works_are_found_by_every_predicate() {
        let world = world();
        for (search, found) in [
            (json!({}), true),
            (json!({"after": 1000}), true),
            (json!({"after": 1001}), false),
            (json!({"titleEq": "The Lamp"}), true),
            (json!({"titleEq": "the lamp"}), false),
            (json!({"titleCont": "LAMP"}), true),
            (json!({"subtitlePresent": false}), true),
            (json!({"subtitlePresent": true}), false),
            (json!({"imprintIdIn": [3, 4]}), true),
            (json!({"imprintIdIn": [4]}), false),
            (json!({"imprintIdIn": []}), true),
            (json!({"changedSince": "2026-11-24"}), true),
            (json!({"changedSince": "2026-11-25"}), false),
            (json!({"titleEq": null}), true),
        ] {
            let matches = work_matches(&world, 1001, &world.works[&1001], &object(&search));
            assert_eq!(matches, found, "{search}");
        }
    }

    #[test]
    fn products_are_found_by_every_predicate() {
        let world = world();
        for (search, found) in [
            (json!({"isbn13Eq": "9781800000018"}), true),
            (json!({"isbn13In": ["9781800000018"]}), true),
            (json!({"isbn13Assigned": false}), false),
            (json!({"titleEq": "Lamp"}), true),
            (json!({"titleCont": "the l"}), true),
            (json!({"titlePrefixPresent": "true"}), true),
            (json!({"publicationDateEq": "2026-11-24"}), true),
            (json!({"publicationDateGt": "2026-11-24"}), false),
            (json!({"publicationDateLteq": "2026-11-24"}), true),
            (json!({"onix21ProductFormCodeIn": ["BC", "BB"]}), true),
            (json!({"onix21ProductFormCodeIn": ["BB"]}), false),
            (json!({"productTypes": []}), true),
            (json!({"productTypes": ["ELECTRONIC_BOOK_PRODUCT"]}), false),
            (json!({"productTypes": ["PHYSICAL_BOOK_PRODUCT"]}), true),
        ] {
            let product = &world.products[&20_001];
            let matches = product_matches(&world, 20_001, product, &object(&search));
            assert_eq!(matches, found, "{search}");
        }
    }

    #[test]
    fn a_product_without_a_number_is_found_as_unassigned() {
        let world = world();
        let search = object(&json!({"isbn13Assigned": false}));
        assert!(product_matches(
            &world,
            20_002,
            &world.products[&20_002],
            &search
        ));
    }

    #[test]
    fn prices_are_found_by_amount_and_codes() {
        let world = world();
        for (search, found) in [
            (json!({"amountLteq": 9.99}), true),
            (json!({"amountLteq": 9.98}), false),
            (json!({"currencyCodeIn": ["USD"]}), false),
            (json!({"currencyCodeIn": []}), true),
        ] {
            let product = &world.products[&20_001];
            assert_eq!(has_price(product, &object(&search)), found, "{search}");
        }
    }
}

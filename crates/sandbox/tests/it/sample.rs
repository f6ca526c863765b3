//! The sample catalogue: it must hold what its README promises, on any day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday, date};
use sandbox::sample;
use sandbox::world::{Document, World, rows, text, texts};

fn today() -> Date {
    date(2026, 11, 24)
}

fn catalogue() -> World {
    sample::catalogue(today())
}

fn onix<'w>(product: &'w Document, name: &str) -> Option<&'w str> {
    product.get("_onix")?.get(name)?.as_str()
}

fn isbns(world: &World) -> Vec<&str> {
    world
        .products
        .values()
        .filter_map(|product| text(product, "isbn13"))
        .collect()
}

#[test]
fn it_is_a_whole_publisher() {
    let world = catalogue();
    assert!(world.works.len() >= 80, "{} works", world.works.len());
    assert!(
        world.products.len() >= 220,
        "{} products",
        world.products.len()
    );
    assert_eq!(world.series.len(), 12);
    let imprints: BTreeSet<&str> = world
        .works
        .values()
        .filter_map(|work| work["imprint"]["name"].as_str())
        .collect();
    assert_eq!(imprints.len(), 5, "{imprints:?}");
    assert_eq!(world.works.first_key_value().map(|(id, _)| *id), Some(1001));
    assert_eq!(
        world.products.first_key_value().map(|(id, _)| *id),
        Some(20_001)
    );
    assert_eq!(
        world.contacts.first_key_value().map(|(id, _)| *id),
        Some(501)
    );
    assert_eq!(world.series.first_key_value().map(|(id, _)| *id), Some(301));
}

#[test]
fn every_isbn_is_valid_and_its_own() {
    let world = catalogue();
    let isbns = isbns(&world);
    assert_eq!(isbns.iter().collect::<BTreeSet<_>>().len(), isbns.len());
    for isbn in isbns {
        let sum: u32 = isbn
            .chars()
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight)
            .sum();
        assert_eq!((isbn.len(), sum % 10), (13, 0), "{isbn}");
        assert!(isbn.starts_with("97818"), "{isbn}");
    }
}

#[test]
fn links_lead_somewhere() {
    let world = catalogue();
    let mut row_ids = BTreeSet::new();
    for (id, work) in &world.works {
        for product in work["products"].as_array().expect("a list") {
            let product = &world.products[&product.as_i64().expect("an id")];
            assert_eq!(product["workId"], *id);
        }
        for row in rows(work, "contributions") {
            assert!(
                world
                    .contacts
                    .contains_key(&row["contributorId"].as_i64().expect("an id"))
            );
        }
        for row in rows(work, "seriesMemberships") {
            assert!(
                world
                    .series
                    .contains_key(&row["seriesId"].as_i64().expect("an id"))
            );
        }
        for list in [
            "contributions",
            "marketingTexts",
            "supportingResources",
            "prizes",
        ] {
            for row in rows(work, list) {
                assert!(
                    row_ids.insert(row["id"].as_i64()),
                    "{list} of {id}: {row:?}"
                );
                for linked in row
                    .get("productIds")
                    .and_then(|ids| ids.as_array())
                    .into_iter()
                    .flatten()
                {
                    let linked = linked.as_i64().expect("an id");
                    let product = world.products.get(&linked);
                    assert!(
                        product.is_some_and(|product| product["workId"] == *id),
                        "{linked}"
                    );
                }
            }
        }
    }
    for (id, product) in &world.products {
        for row in rows(product, "prices") {
            assert!(row_ids.insert(row["id"].as_i64()), "price of {id}");
        }
        for part in rows(product, "containedProducts") {
            assert_eq!(part["containerId"], *id);
            assert!(
                world
                    .products
                    .contains_key(&part["containedId"].as_i64().expect("an id"))
            );
        }
        let known = isbns(&world);
        for row in product["_onix"]["relatedProducts"]
            .as_array()
            .into_iter()
            .flatten()
        {
            assert!(
                known.contains(&row["isbn13"].as_str().expect("an ISBN")),
                "{id}"
            );
        }
    }
}

#[test]
fn every_publishing_status_and_availability_occurs() {
    let world = catalogue();
    let statuses: BTreeSet<&str> = world
        .products
        .values()
        .filter_map(|product| text(product, "onixPublishingStatusCode"))
        .collect();
    // ONIX List 64: there is no 14.
    let expected = (0..=18)
        .filter(|code| *code != 14)
        .map(|code| format!("_{code:02}"));
    for code in expected {
        assert!(
            statuses.contains(code.as_str()),
            "no product has the status {code}"
        );
    }
    let availability: BTreeSet<&str> = world
        .products
        .values()
        .filter_map(|product| onix(product, "availability"))
        .collect();
    let expected = "01 09 10 11 12 20 21 22 23 30 31 32 33 34 40 41 42 43 44 45 46 47 48 49 50 51 \
                    52 97 98 99";
    for code in expected.split(' ') {
        assert!(
            availability.contains(code),
            "no product has the availability {code}"
        );
    }
}

#[test]
fn every_rights_shape_occurs() {
    let world = catalogue();
    let shape = |product: &Document| {
        let worldwide = product
            .get("isForSaleWorldwide")
            .and_then(serde_json::Value::as_bool);
        let sale: BTreeSet<String> = texts(product, "forSaleCountryCodes")
            .map(str::to_owned)
            .collect();
        let not: BTreeSet<String> = texts(product, "notForSaleCountryCodes")
            .map(str::to_owned)
            .collect();
        let claims = product["_onix"].get("rightsClaims").is_some();
        let both = sale.intersection(&not).count();
        match (worldwide, sale.len(), not.len()) {
            (_, _, _) if both > 0 => "contradictory",
            (_, _, _) if claims => "partial",
            (Some(true), 0, 0) => "world",
            (None, 0, 0) => "unknown",
            (Some(false), 0, 249) => "nowhere",
            (Some(false), sale, not) if sale + not == 249 => "exclusions",
            _ => "split",
        }
    };
    let mut counts = BTreeMap::new();
    for product in world.products.values() {
        *counts.entry(shape(product)).or_insert(0) += 1;
    }
    for name in [
        "world",
        "split",
        "exclusions",
        "unknown",
        "contradictory",
        "nowhere",
        "partial",
    ] {
        assert!(
            counts.contains_key(name),
            "no product is sold {name}: {counts:?}"
        );
    }
    assert!(counts["world"] > 150, "{counts:?}");
}

#[test]
fn six_currencies_occur() {
    let world = catalogue();
    let currencies: BTreeSet<&str> = world
        .products
        .values()
        .flat_map(|product| rows(product, "prices"))
        .filter_map(|price| text(price, "currencyCode"))
        .collect();
    assert_eq!(
        currencies,
        BTreeSet::from(["AUD", "CAD", "EUR", "GBP", "NZD", "USD"])
    );
}

#[test]
fn most_of_it_is_in_good_health() {
    let world = catalogue();
    let healthy = world.works.values().filter(|work| {
        let has_cover = rows(work, "supportingResources").any(|row| {
            text(row, "resourceVariant") == Some("FRONT_COVER")
                && text(row, "status") == Some("APPROVED")
                && row["isProcessing"] == false
        });
        let has_text =
            rows(work, "marketingTexts").any(|row| text(row, "variant") == Some("DESCRIPTION"));
        let on_the_market = world.products_of(work).any(|(_, product)| {
            product["allowOnixExports"] == true
                && matches!(
                    text(product, "onixPublishingStatusCode"),
                    Some("_02" | "_04")
                )
                && product.contains_key("publicationDate")
        });
        has_cover && has_text && on_the_market
    });
    let healthy = healthy.count();
    assert!(healthy >= 60, "only {healthy} titles are in good health");
}

#[test]
fn it_moves_with_the_day() {
    let (early, late) = (catalogue(), sample::catalogue(date(2027, 11, 24)));
    assert_eq!(early.products.len(), late.products.len());
    for (id, product) in &early.products {
        let day = |product: &Document| {
            text(product, "publicationDate").map(|day| day.parse::<Date>().expect("a date"))
        };
        let (Some(before), Some(after)) = (day(product), day(&late.products[id])) else {
            continue;
        };
        // The launches of next week keep their weekday: from a Tuesday and from a Wednesday it is as far as to a Thursday.
        let is_next_thursday = text(product, "publicationDate") == Some("2026-12-03")
            && before.weekday() == Weekday::Thursday
            && product["workId"].as_i64() >= Some(1106);
        let days = if is_next_thursday { 364 } else { 365 };
        let moved = before.until(after).expect("a span").get_days();
        assert_eq!(moved, days, "product {id}");
        assert_eq!(text(product, "isbn13"), text(&late.products[id], "isbn13"));
    }
    let recent = early
        .works
        .values()
        .filter(|work| text(work, "_updatedOn").is_some_and(|day| day >= "2026-11-23"));
    assert!((3..=5).contains(&recent.count()));
}

#[test]
fn nothing_is_updated_in_the_future() {
    let world = catalogue();
    for document in world.works.values().chain(world.products.values()) {
        assert!(text(document, "_updatedOn").expect("a day") <= "2026-11-24");
    }
}

#[test]
fn the_generator_repeats_itself_and_grows_the_sample() {
    let world = sample::generate(today(), 400, 11);
    assert_eq!(world, sample::generate(today(), 400, 11));
    assert_ne!(world, sample::generate(today(), 400, 12));
    assert_eq!(world.works.len(), 400);
    let sample = catalogue();
    for (id, work) in &sample.works {
        assert_eq!(world.works.get(id), Some(work));
    }
    let isbns = isbns(&world);
    assert_eq!(isbns.iter().collect::<BTreeSet<_>>().len(), isbns.len());
}

#[test]
fn a_short_catalogue_is_the_beginning_of_the_sample() {
    let world = sample::generate(today(), 3, 0);
    assert_eq!(
        world.works.keys().copied().collect::<Vec<_>>(),
        [1001, 1002, 1003]
    );
    assert!(world.products.values().all(|product| {
        product["workId"]
            .as_i64()
            .is_some_and(|work| world.works.contains_key(&work))
    }));
}

#[test]
fn no_works_means_an_empty_account() {
    let world = sample::generate(today(), 0, 0);
    assert!(world.works.is_empty() && world.products.is_empty() && world.contacts.is_empty());
    assert_eq!(text(&world.client, "name"), Some("Pellwick & Rowe"));
}

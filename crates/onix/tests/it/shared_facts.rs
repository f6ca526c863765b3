//! What the tests of another project say of its samples, where those are present.

use catalogue::codes::{PublishingDateRole, ResourceContentType};
use catalogue::date::PartialDate;
use catalogue::price::Price;
use catalogue::product::Product;
use catalogue::record::ProductRecord;
use serde_json::Value;

use crate::shared::{folder, read_sample};

/// The facts, by file.
fn facts() -> Vec<(String, Value)> {
    let Some(folder) = folder("im_onix") else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join("expected_facts.json")).unwrap();
    let facts: Value = serde_json::from_str(&text).unwrap();
    let facts = facts["facts"].as_array().unwrap().clone();
    facts
        .into_iter()
        .map(|fact| (fact["file"].as_str().unwrap().to_owned(), fact))
        .collect()
}

fn records(file: &str) -> Vec<ProductRecord> {
    read_sample(&folder("im_onix").unwrap().join(file)).records
}

fn product(file: &str) -> Product {
    records(file)[0].product().unwrap().clone()
}

fn prices(product: &Product) -> Vec<&Price> {
    let details = product.supplies.iter().flat_map(|supply| &supply.details);
    details.flat_map(|detail| &detail.prices).collect()
}

fn iso(date: Option<PartialDate>) -> Value {
    date.map_or(Value::Null, |date| Value::String(date.to_string()))
}

fn cents(price: &Price) -> i64 {
    let cents = price.money.amount * rust_decimal::Decimal::ONE_HUNDRED;
    cents.normalize().to_string().parse().unwrap()
}

#[test]
fn dates_are_those_that_others_read() {
    let roles = [
        ("publication_date", PublishingDateRole::PUBLICATION),
        ("embargo_date", PublishingDateRole::SALES_EMBARGO),
        ("sales_embargo_date", PublishingDateRole::SALES_EMBARGO),
        (
            "preorder_embargo_date",
            PublishingDateRole::PREORDER_EMBARGO,
        ),
    ];
    for (file, fact) in facts() {
        for (name, role) in roles {
            let Some(expected) = fact.get(name) else {
                continue;
            };
            let read = iso(product(&file).date(role));
            if file == "test_YYYY_date_format.xml" {
                // They widen a year to its first day; a year stays a year here.
                assert_eq!(read, "1989", "{file}");
            } else {
                assert_eq!(&read, expected, "{file} {name}");
            }
        }
    }
}

/// The price at noon of a day: of those that hold, the one with the narrower period, else
/// the one that began last.
fn cents_on(prices: &[&Price], wanted: impl Fn(&Price) -> bool, day: &str) -> Option<i64> {
    let noon: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
    let holding = prices.iter().filter(|price| {
        wanted(price)
            && price
                .from
                .is_none_or(|from| from.lift_at(&jiff::tz::TimeZone::UTC) <= noon)
            && price
                .until
                .is_none_or(|until| until.over_at(&jiff::tz::TimeZone::UTC) > noon)
    });
    let narrowest = holding.max_by_key(|price| {
        let bounds = usize::from(price.from.is_some()) + usize::from(price.until.is_some());
        (bounds, price.from.map(|from| from.last_day()))
    });
    narrowest.map(|price| cents(price))
}

#[test]
fn prices_hold_in_the_periods_that_others_read() {
    for (file, fact) in facts() {
        let Some(periods) = fact["periods"].as_array() else {
            continue;
        };
        let product = product(&file);
        for period in periods {
            for end in [&period[1], &period[2]] {
                let Some(day) = end.as_str() else { continue };
                let read = cents_on(&prices(&product), |_| true, day);
                assert_eq!(read, period[0].as_i64(), "{file} on {day}");
            }
        }
    }
}

#[test]
fn prices_of_a_day_and_country_are_those_that_others_read() {
    for (file, fact) in facts() {
        let Some(expected) = fact["price_at"].as_array() else {
            continue;
        };
        let product = product(&file);
        for expected in expected {
            let country = expected["country"].as_str().unwrap();
            let currency = expected["currency"].as_str().unwrap();
            let wanted = |price: &Price| {
                let codes = price
                    .territory
                    .as_ref()
                    .and_then(|t| t.countries_included.as_deref());
                price.money.currency.as_str() == currency
                    && codes.is_none_or(|codes| codes.split(' ').any(|code| code == country))
            };
            let day = match expected["at"].as_str().unwrap() {
                "now" => "2026-01-01",
                day => day,
            };
            // Before its first price begins they quote that one; the feed says nothing.
            if let Some(read) = cents_on(&prices(&product), wanted, day) {
                assert_eq!(
                    Some(read),
                    expected["amount"].as_i64(),
                    "{file}: {expected}"
                );
            }
        }
    }
}

#[test]
fn taxes_and_unpriced_items_are_read() {
    if folder("im_onix").is_none() {
        return;
    }
    let taxed = product("test_prices4.xml");
    let tax = &prices(&taxed)[0].taxes[0];
    assert_eq!(tax.amount.unwrap().to_string(), "1.09");
    assert_eq!(tax.rate_percent.unwrap().normalize().to_string(), "5.5");
    let announced = product("price_to_be_announced.xml");
    assert_eq!(
        announced.supplies[0].details[0].unpriced.unwrap().code(),
        "02"
    );
    let unpriced = product("test_prices_unpriced.xml");
    assert!(
        unpriced
            .supplies
            .iter()
            .flat_map(|s| &s.details)
            .any(|d| { d.unpriced.is_some_and(|unpriced| unpriced.code() == "01") })
    );
}

#[test]
fn people_publishers_and_forms_are_read() {
    if folder("im_onix").is_none() {
        return;
    }
    let short = &records("short.xml")[0];
    assert_eq!(short.work.title.text, "Roseanna");
    assert_eq!(
        short.work.publisher.as_deref(),
        Some("HarperCollins Publishers")
    );
    let authors = short
        .work
        .contributions
        .iter()
        .filter(|contribution| contribution.roles.iter().any(|role| role.code() == "A01"));
    assert_eq!(authors.count(), 2);
    assert_eq!(
        records("9782707154298.xml")[0].work.publisher.as_deref(),
        Some("LA BALLE")
    );
    for (file, form, detail) in [
        ("audio1.xml", "AJ", "A103"),
        ("audio2.xml", "ED", "A103"),
        ("reflowable.xml", "", "E200"),
        ("fixed_layout.xml", "", "E201"),
    ] {
        let product = product(file);
        assert!(
            form.is_empty() || product.form.unwrap().code() == form,
            "{file}"
        );
        assert!(
            product
                .form_details
                .iter()
                .any(|known| known.code() == detail),
            "{file}"
        );
    }
}

#[test]
fn illustrations_and_descriptions_are_read() {
    if folder("im_onix").is_none() {
        return;
    }
    let records = records("illustrations.xml");
    let resources: Vec<_> = records
        .iter()
        .flat_map(|record| &record.work.resources)
        .collect();
    assert_eq!(resources[0].kind, ResourceContentType::FRONT_COVER);
    assert_eq!(
        resources[0].caption.as_deref(),
        Some("Couverture principale")
    );
    assert_eq!(resources[0].updated.as_deref(), Some("20121105"));
    assert_eq!(resources.last().unwrap().kind.code(), "09");
    for (file, fact) in facts() {
        let Some(start) = fact["description_starts"].as_str() else {
            continue;
        };
        let records = self::records(&file);
        let mut texts = records[0].work.texts.iter();
        let text = texts.find(|text| text.kind.code() == "03").unwrap();
        assert!(
            text.markup.text.starts_with(start),
            "{file}: {}",
            text.markup.text
        );
    }
}

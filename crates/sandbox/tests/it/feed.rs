//! The ONIX feed: well-formed, shaped as a real account's, and true to the records.

#![expect(
    clippy::expect_used,
    reason = "a helper that fails should stop the test it helps"
)]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use quick_xml::Reader;
use quick_xml::events::Event;
use sandbox::world::{World, text};
use sandbox::{feed, sample};
use serde_json::json;

const BASE: &str = "http://127.0.0.1:7401";

fn today() -> Date {
    date(2026, 11, 24)
}

fn full(world: &World) -> String {
    let mut out = Vec::new();
    feed::full(world, BASE, today(), &mut out).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

/// The records of a message by record reference.
fn records(message: &str) -> BTreeMap<&str, &str> {
    message
        .split("<Product>")
        .skip(1)
        .map(|record| {
            let reference = between(record, "<RecordReference>", "<");
            (
                reference,
                record.split("</Product>").next().expect("closed"),
            )
        })
        .collect()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .map_or("", |(found, _)| found)
}

fn isbn(world: &World, product: i64) -> &str {
    text(&world.products[&product], "isbn13").expect("an ISBN")
}

#[test]
fn it_is_well_formed_and_whole() {
    let world = sample::catalogue(today());
    let message = full(&world);
    let mut reader = Reader::from_str(&message);
    let mut depth = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    let exportable = world
        .products
        .values()
        .filter(|product| product["allowOnixExports"] == true && product.contains_key("isbn13"));
    assert_eq!(records(&message).len(), exportable.count());
}

#[test]
fn only_approved_products_with_an_isbn_go_out() {
    let mut world = sample::catalogue(today());
    let (kept, dropped) = (
        isbn(&world, 20_001).to_owned(),
        isbn(&world, 20_002).to_owned(),
    );
    world.products.get_mut(&20_002).expect("there")["allowOnixExports"] = json!(false);
    world
        .products
        .get_mut(&20_003)
        .expect("there")
        .remove("isbn13");
    let message = full(&world);
    let records = records(&message);
    assert!(records.contains_key(kept.as_str()) && !records.contains_key(dropped.as_str()));
    assert!(!message.contains(&dropped), "not even as a relation");
}

#[test]
fn a_record_has_the_shape_of_a_real_account() {
    let world = sample::catalogue(today());
    let message = full(&world);
    let record = records(&message)[isbn(&world, 20_001)];
    for expected in [
        "<NotificationType>03</NotificationType>",
        "<ProductForm>BB</ProductForm>",
        "<TitlePrefix>The</TitlePrefix>",
        "<TitleWithoutPrefix>Cartographer&apos;s Apology<",
        "<IDTypeName>system-internal-identifier</IDTypeName>",
        "<PersonNameInverted>Oskarby, Maren</PersonNameInverted>",
        "<IDValue>com.pellwickrowe.onix.1001</IDValue>",
        "<ResourceForm>02</ResourceForm>",
        "http://127.0.0.1:7401/resources/",
        "<PublishingStatus>04</PublishingStatus>",
        "<RegionsIncluded>WORLD</RegionsIncluded>",
        "<PriceAmount>18.99</PriceAmount>",
        "<![CDATA[<p>When Aldous Fenn",
        "<ProductRelationCode>27</ProductRelationCode>",
    ] {
        assert!(
            record.contains(expected),
            "{expected} is missing from\n{record}"
        );
    }
    assert!(
        !record.contains("Lamplugh"),
        "the narrator belongs to the audiobook only"
    );
}

#[test]
fn an_ebook_is_a_download_in_epub_and_an_audiobook_an_mp3() {
    let world = sample::catalogue(today());
    let message = full(&world);
    let records = records(&message);
    let ebook = records[isbn(&world, 20_003)];
    assert!(ebook.contains("<ProductForm>ED</ProductForm>"), "{ebook}");
    assert!(
        ebook.contains("<ProductFormDetail>E101</ProductFormDetail>"),
        "{ebook}"
    );
    let audio = records[isbn(&world, 20_004)];
    assert!(
        audio.contains("<ProductForm>AJ</ProductForm>") && audio.contains("A103"),
        "{audio}"
    );
    assert!(
        audio.contains("<ContributorRole>E07</ContributorRole>"),
        "{audio}"
    );
}

#[test]
fn a_region_that_lists_cannot_name_is_sent_as_a_claim() {
    let world = sample::catalogue(today());
    let message = full(&world);
    let record = records(&message)[isbn(&world, 20_831)];
    assert!(
        record.contains("<RegionsExcluded>CA-QC</RegionsExcluded>"),
        "{record}"
    );
}

#[test]
fn a_country_withdrawn_in_the_lists_stands_over_old_claims() {
    let mut world = sample::catalogue(today());
    let product = world.products.get_mut(&20_831).expect("there");
    product["forSaleCountryCodes"] = json!(["GB"]);
    product["notForSaleCountryCodes"] = json!(["CA"]);
    let message = full(&world);
    let record = records(&message)[isbn(&world, 20_831)];
    assert!(
        record.contains("<CountriesIncluded>GB</CountriesIncluded>"),
        "{record}"
    );
    assert!(!record.contains("CA-QC"), "{record}");
    assert!(
        record.contains("<ROWSalesRightsType>00</ROWSalesRightsType>"),
        "{record}"
    );
}

#[test]
fn dates_keep_the_precision_they_have() {
    let world = sample::catalogue(today());
    let message = full(&world);
    let records = records(&message);
    let month = between(
        records[isbn(&world, 20_851)],
        "<PublishingDateRole>01<",
        "</Date>",
    );
    assert!(month.contains(r#"dateformat="01">202704"#), "{month}");
    let year = between(
        records[isbn(&world, 20_852)],
        "<PublishingDateRole>01<",
        "</Date>",
    );
    assert!(year.contains(r#"dateformat="05">2027"#), "{year}");
}

#[test]
fn the_daily_feed_holds_what_changed_and_its_siblings() {
    let world = sample::catalogue(today());
    let mut out = Vec::new();
    feed::daily(&world, BASE, date(2026, 11, 23), today(), &mut out).expect("written");
    let message = String::from_utf8(out).expect("UTF-8");
    let records = records(&message);
    for product in [20_001, 20_002, 20_004] {
        assert!(records.contains_key(isbn(&world, product)), "{product}");
    }
    assert!(records.len() < 40, "{} records", records.len());
}

#[test]
fn an_empty_account_says_so() {
    assert!(full(&World::new(today())).contains("<NoProduct/>"));
}

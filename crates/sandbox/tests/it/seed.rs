//! The seed reader: from a publisher's feed to an account.

#![expect(
    clippy::expect_used,
    reason = "a helper that fails should stop the test it helps"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use sandbox::seed::{self, SeedError};
use sandbox::world::{Document, World, full_title, rows, text, texts};
use sandbox::{feed, sample};

fn today() -> Date {
    date(2026, 11, 24)
}

fn read(message: &str) -> World {
    seed::read_bytes(message.as_bytes(), today()).expect("readable")
}

fn message(products: &str) -> String {
    format!("<ONIXMessage release=\"3.0\"><Header/>{products}</ONIXMessage>")
}

/// A record with a title and what else is given.
fn record(isbn: &str, title: &str, rest: &str) -> String {
    format!(
        "<Product><RecordReference>{isbn}</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue>\
         </ProductIdentifier><DescriptiveDetail><ProductForm>BC</ProductForm><TitleDetail>\
         <TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>{title}</TitleText></TitleElement></TitleDetail></DescriptiveDetail>{rest}\
         </Product>"
    )
}

fn titles(world: &World) -> BTreeSet<String> {
    let title =
        |product: &Document| full_title(product, world.work_of(product).map(|(_, work)| work));
    world.products.values().map(title).collect()
}

#[test]
fn the_sample_comes_back_from_its_own_feed() {
    let world = sample::catalogue(today());
    let mut out = Vec::new();
    feed::full(&world, "http://127.0.0.1:1", today(), &mut out).expect("written");
    let back = seed::read_bytes(&out, today()).expect("readable");
    let mut compared = 0;
    for (id, product) in &world.products {
        let isbn = text(product, "isbn13");
        if isbn.is_none() || product["allowOnixExports"] == false {
            assert!(!back.products.contains_key(id), "{id} is not for the feed");
            continue;
        }
        let other = back
            .products
            .get(id)
            .unwrap_or_else(|| panic!("{id} is lost"));
        assert_eq!(text(other, "isbn13"), isbn);
        let title = |world: &World, product: &Document| {
            full_title(product, world.work_of(product).map(|(_, work)| work))
        };
        assert_eq!(title(&back, other), title(&world, product), "{id}");
        assert_eq!(other["workId"], product["workId"], "{id}");
        for name in [
            "onixPublishingStatusCode",
            "publicationDate",
            "onix21ProductFormCode",
            "asin",
            "isForSaleWorldwide",
            "__typename",
        ] {
            assert_eq!(other.get(name), product.get(name), "{name} of {id}");
        }
        for name in ["forSaleCountryCodes", "notForSaleCountryCodes"] {
            let codes = |product| {
                texts(product, name)
                    .map(str::to_owned)
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(codes(other), codes(product), "{name} of {id}");
        }
        assert_eq!(prices(other), prices(product), "prices of {id}");
        assert_eq!(
            other["_onix"]["availability"], product["_onix"]["availability"],
            "{id}"
        );
        compared += 1;
    }
    assert!(compared > 220, "{compared}");
    for (id, work) in &back.works {
        let lost = &world.works[id];
        assert_eq!(contributors(work), contributors(lost), "work {id}");
        assert_eq!(work["imprint"], lost["imprint"]);
    }
}

/// Amount, currency, type, first and last day.
type PriceRow = (String, String, String, Option<String>, Option<String>);

fn prices(product: &Document) -> Vec<PriceRow> {
    let name = |row: &Document, name| text(row, name).map(str::to_owned);
    rows(product, "prices")
        .map(|row| {
            (
                row["amount"].to_string(),
                name(row, "currencyCode").unwrap_or_default(),
                name(row, "onixPriceTypeCode").unwrap_or_default(),
                name(row, "effectiveFrom"),
                name(row, "effectiveTo"),
            )
        })
        .collect()
}

fn contributors(work: &Document) -> BTreeSet<(String, i64)> {
    rows(work, "contributions")
        .map(|row| {
            let role = text(row, "onixContributorRoleCode")
                .unwrap_or_default()
                .to_owned();
            (role, row["contributorId"].as_i64().unwrap_or_default())
        })
        .collect()
}

#[test]
fn formats_that_name_each_other_are_one_work() {
    let relation = "<RelatedMaterial><RelatedProduct><ProductRelationCode>06</ProductRelationCode>\
                    <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780000000002\
                    </IDValue></ProductIdentifier></RelatedProduct></RelatedMaterial>";
    let similar = relation.replace("06", "23").replace("0002", "0019");
    let world = read(&message(&format!(
        "{}{}{}",
        record("9780000000019", "Third", &similar),
        record("9780000000026", "First", relation),
        record("9780000000002", "First", ""),
    )));
    assert_eq!(world.works.len(), 2);
    let sizes: BTreeSet<usize> = world
        .works
        .values()
        .map(|work| work["products"].as_array().expect("a list").len())
        .collect();
    assert_eq!(sizes, BTreeSet::from([1, 2]));
}

#[test]
fn the_last_of_two_equal_references_counts() {
    let products = record("9780000000002", "Early", "") + &record("9780000000002", "Late", "");
    let world = read(&message(&products));
    assert_eq!(titles(&world), BTreeSet::from(["Late".to_owned()]));
}

#[test]
fn deletions_tests_and_partial_updates_do_what_they_say() {
    let whole = record(
        "9780000000002",
        "Kept",
        "<PublishingDetail><PublishingStatus>02</PublishingStatus></PublishingDetail>",
    ) + &record("9780000000019", "Gone", "");
    let update = "<Product><RecordReference>9780000000002</RecordReference><NotificationType>04\
                  </NotificationType><PublishingDetail><PublishingStatus>04</PublishingStatus>\
                  </PublishingDetail></Product>";
    let deletion = "<Product><RecordReference>9780000000019</RecordReference><NotificationType>05\
                    </NotificationType></Product>";
    let test = record("9780000000026", "Test", "").replace(">03<", ">89<");
    let world = read(&message(&format!("{whole}{update}{deletion}{test}")));
    assert_eq!(titles(&world), BTreeSet::from(["Kept".to_owned()]));
    let product = world.products.values().next().expect("one");
    assert_eq!(text(product, "onixPublishingStatusCode"), Some("_04"));
}

#[test]
fn short_tags_say_the_same() {
    let short = "<ONIXmessage release=\"3.0\" xmlns=\"http://ns.editeur.org/onix/3.0/short\">\
                 <product><a001>x</a001><a002>03</a002><productidentifier><b221>15</b221>\
                 <b244>978-0-00-000000-2</b244></productidentifier><descriptivedetail><b012>BB</b012>\
                 <titledetail><b202>01</b202><titleelement><x409>01</x409><b030>The</b030>\
                 <b031>Short Tag</b031></titleelement></titledetail></descriptivedetail>\
                 <publishingdetail><b394>04</b394><salesrights><b089>01</b089><territory>\
                 <x449>GB IE</x449></territory></salesrights></publishingdetail></product>\
                 </ONIXmessage>";
    let world = read(short);
    assert_eq!(titles(&world), BTreeSet::from(["The Short Tag".to_owned()]));
    let product = world.products.values().next().expect("one");
    assert_eq!(text(product, "isbn13"), Some("9780000000002"));
    assert_eq!(
        texts(product, "forSaleCountryCodes").collect::<Vec<_>>(),
        ["GB", "IE"]
    );
}

#[test]
fn a_month_is_not_a_day() {
    let date = |date: &str| {
        let rest = format!(
            "<PublishingDetail><PublishingDate><PublishingDateRole>01</PublishingDateRole>\
             <Date>{date}</Date></PublishingDate></PublishingDetail>"
        );
        let world = read(&message(&record("9780000000002", "Dated", &rest)));
        world.products.values().next().expect("one").clone()
    };
    assert_eq!(
        text(&date("20270401"), "publicationDate"),
        Some("2027-04-01")
    );
    let month = date("202704");
    assert_eq!(text(&month, "publicationDate"), None);
    assert_eq!(month["_onix"]["publicationDate"], "202704");
    assert_eq!(text(&date("spring"), "publicationDate"), None);
}

#[test]
fn texts_come_out_as_markup_however_they_went_in() {
    let text_of = |content: &str, format: &str| {
        let rest = format!(
            "<CollateralDetail><TextContent><TextType>03</TextType><ContentAudience>00\
             </ContentAudience><Text textformat=\"{format}\">{content}</Text></TextContent>\
             </CollateralDetail>"
        );
        let world = read(&message(&record("9780000000002", "Texts", &rest)));
        let work = world.works.values().next().expect("one");
        let row = rows(work, "marketingTexts").next().expect("a text");
        text(row, "externalText").expect("text").to_owned()
    };
    let expected = "<p>Salt &amp; <em>sea</em></p>";
    assert_eq!(text_of(&format!("<![CDATA[{expected}]]>"), "02"), expected);
    assert_eq!(text_of(expected, "05"), expected);
    let escaped = expected
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    assert_eq!(text_of(&escaped, "02"), expected);
    assert_eq!(text_of("caf&eacute;", "02"), "caf&eacute;");
}

#[test]
fn wrong_files_are_told_apart() {
    let error = |bytes: &[u8]| seed::read_bytes(bytes, today()).expect_err("wrong");
    let cut = message(&record("9780000000002", "Cut", ""));
    let cut = &cut.as_bytes()[..cut.len() - 40];
    assert!(matches!(
        error(cut),
        SeedError::Truncated { .. } | SeedError::Xml { .. }
    ));
    let crossed = error(b"<ONIXMessage release=\"3.0\">\n<a></b></ONIXMessage>");
    assert!(
        matches!(crossed, SeedError::Xml { line: 2, .. }),
        "{crossed:?}"
    );
    let old = error(b"<ONIXMessage><Product/></ONIXMessage>");
    assert!(matches!(old, SeedError::Release { .. }));
    assert!(matches!(error(b"<html/>"), SeedError::NotOnix { root } if root == "html"));
    let absent = seed::read(&PathBuf::from("/nowhere/at/all.xml"), today()).expect_err("absent");
    assert!(absent.to_string().contains("/nowhere/at/all.xml"));
}

/// The folder of data that lies beside the project on some machines.
fn shared() -> Option<PathBuf> {
    let beside = || {
        let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let workspace = crates.parent()?.parent()?.to_owned();
        let near = [workspace.join("../shared"), workspace.join("../../shared")];
        near.into_iter().find(|path| path.is_dir())
    };
    std::env::var_os("FRONTLIST_SHARED")
        .map(PathBuf::from)
        .or_else(beside)
}

#[test]
fn a_real_publishers_feed_reads_whole_where_it_is_at_hand() {
    let Some(file) = shared().map(|shared| shared.join("data/onix/jonix/onix3-multiple.xml"))
    else {
        return;
    };
    if !file.is_file() {
        return;
    }
    let world = seed::read(&file, date(2018, 7, 1)).expect("readable");
    assert_eq!(world.products.len(), 20, "21 records, one reference twice");
    for product in world.products.values() {
        let sale: BTreeSet<&str> = texts(product, "forSaleCountryCodes").collect();
        let not: BTreeSet<&str> = texts(product, "notForSaleCountryCodes").collect();
        assert!(sale.contains("AU") && sale.contains("NZ"), "{sale:?}");
        assert!(not.contains("GB") && !sale.contains("GB"), "{not:?}");
        assert!(text(product, "publicationDate").is_some());
    }
}

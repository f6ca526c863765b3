//! Whole records, from both spellings and both releases.

use catalogue::codes::NotificationType;
use catalogue::product::Approval;
use catalogue::text::MarkupFormat;
use onix::{Defaults, Source, read_record};

use crate::reading::{Outcome, codes, fixture, message, read_bytes, read_one, record};

#[test]
fn every_block_of_a_paperback_is_read() {
    let outcome = Outcome::of(Source::at(fixture("paperback.xml")));
    let header = &outcome.headers[0];
    assert_eq!(
        (header.release.as_str(), header.sent.as_deref()),
        ("3.0", Some("20270110T0900Z"))
    );
    assert_eq!(header.sender.as_deref(), Some("Larkspur & Daughters"));
    let record = outcome.only();
    assert_eq!(record.place.line, 13);
    assert_eq!(record.place.sent.as_deref(), Some("20270110T0900Z"));
    insta::assert_json_snapshot!(
        "paperback",
        Outcome::of(Source::at(fixture("paperback.xml"))).only_content()
    );
}

#[test]
fn a_pack_of_3_1_with_a_namespace_prefix_is_read() {
    let outcome = Outcome::of(Source::at(fixture("pack.xml")));
    assert_eq!(outcome.headers[0].release, "3.1");
    insta::assert_json_snapshot!("pack", outcome.only_content());
}

#[test]
fn short_tags_say_the_same_as_reference_names() {
    let reference = Outcome::of(Source::at(fixture("paperback.xml")));
    let short = Outcome::of(Source::at(fixture("paperback-short.xml")));
    assert_eq!(reference.headers[0].defaults, short.headers[0].defaults);
    // Findings quote reference names in both, so nothing at all may differ.
    assert_eq!(reference.only_content(), short.only_content());
}

#[test]
fn every_encoding_says_the_same() {
    let text = std::fs::read_to_string(fixture("paperback.xml")).unwrap();
    let expected = read_bytes(text.clone()).only_content();
    let latin = text.replace("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"");
    let (latin, _, unmapped) = encoding_rs::WINDOWS_1252.encode(&latin);
    assert!(!unmapped);
    let wide = text.replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(wide.encode_utf16())
        .flat_map(u16::to_be_bytes)
        .collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for bytes in [latin.into_owned(), wide, marked] {
        assert_eq!(read_bytes(bytes).only_content(), expected);
    }
}

#[test]
fn the_notification_type_decides_what_a_record_may_do() {
    let cases = [
        ("01", Some(Approval::Approved)),
        ("02", Some(Approval::Approved)),
        ("03", Some(Approval::Approved)),
        ("04", Some(Approval::Unreadable)),
        ("05", Some(Approval::Withheld)),
        ("08", Some(Approval::Withheld)),
        ("09", Some(Approval::Withheld)),
        ("17", Some(Approval::Withheld)),
        ("", Some(Approval::Withheld)),
        ("88", None),
        ("89", None),
    ];
    for (code, approval) in cases {
        let text =
            record("r1", "").replace("<NotificationType>03", &format!("<NotificationType>{code}"));
        let outcome = read_bytes(message(&text));
        let read = outcome.records.first().and_then(|record| record.product());
        assert_eq!(read.map(|product| product.approval), approval, "{code}");
        match approval {
            None => assert_eq!(outcome.rejected[0].code, "FL-0229", "{code}"),
            Some(_) => {
                let record = &outcome.records[0];
                assert_eq!(record.notification, NotificationType::new(code));
                let asks = codes(record).contains(&"notification-not-cleared");
                assert_eq!(asks, ["08", "09", "17", ""].contains(&code), "{code}");
            }
        }
    }
}

#[test]
fn a_partial_update_tells_which_blocks_it_carries() {
    let text = record("r1", "<ProductSupply/><RelatedMaterial/>").replace(">03<", ">04<");
    let update = read_bytes(message(&text)).only();
    let blocks = update.blocks;
    assert!(blocks.supply && blocks.related);
    assert!(!blocks.descriptive && !blocks.collateral && !blocks.publishing);
    assert!(codes(&update).is_empty(), "{:?}", update.work.findings);

    let mut whole = Outcome::of(Source::at(fixture("paperback.xml"))).only();
    let before = whole.clone();
    whole.update(update);
    assert!(whole.work.products[0].supplies.len() == 1 && whole.works.is_empty());
    assert_eq!(whole.work.products[0].approval, Approval::Approved);
    assert_eq!(whole.work.texts, before.work.texts);
}

#[test]
fn an_update_of_the_people_alone_keeps_their_keys() {
    let people = "<DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement>\
        <TitleElementLevel>01</TitleElementLevel><TitleText>T</TitleText></TitleElement></TitleDetail>\
        <Contributor><ContributorRole>A01</ContributorRole><PersonName>Una Reed</PersonName>\
        </Contributor></DescriptiveDetail>";
    let publisher = "<PublishingDetail><Publisher><PublishingRole>01</PublishingRole>\
        <PublisherName>Larkspur</PublisherName></Publisher></PublishingDetail>";
    let mut whole = read_one(&format!("{people}{publisher}"));
    let key = whole.work.contributions[0].contributor.key.clone();
    assert_eq!(key.as_str(), "onix:name:larkspur/una-reed");
    whole.update(read_bytes(message(&record("r1", people).replace(">03<", ">04<"))).only());
    assert_eq!(whole.work.contributions[0].contributor.key, key);
}

#[test]
fn what_evidently_is_markup_is_believed_over_the_attribute() {
    let cases = [
        (
            "<Text>a &lt;b&gt;c&lt;/b&gt;</Text>",
            MarkupFormat::Unstated,
            "a <b>c</b>",
        ),
        (
            "<Text textformat='06'>a &lt; b</Text>",
            MarkupFormat::Plain,
            "a < b",
        ),
        (
            "<Text textformat='06'>&lt;p&gt;a&lt;/p&gt;</Text>",
            MarkupFormat::Unstated,
            "<p>a</p>",
        ),
        (
            "<Text textformat='07'><p>a</p></Text>",
            MarkupFormat::Html,
            "<p>a</p>",
        ),
        (
            "<Text textformat='05'><p>a &amp; b</p></Text>",
            MarkupFormat::Html,
            "<p>a &amp; b</p>",
        ),
        (
            "<Text textformat='05'>a &amp; b</Text>",
            MarkupFormat::Html,
            "a &amp; b",
        ),
        (
            "<Text textformat='05'>&lt;p&gt;a&lt;/p&gt;</Text>",
            MarkupFormat::Html,
            "<p>a</p>",
        ),
        (
            "<Text textformat='05'><![CDATA[&lt;p&gt;a&lt;/p&gt;]]></Text>",
            MarkupFormat::Html,
            "<p>a</p>",
        ),
        (
            "<Text textformat='02'><![CDATA[<i>a</i>]]></Text>",
            MarkupFormat::Html,
            "<i>a</i>",
        ),
        (
            "<Text textformat='05'><p><![CDATA[1<2]]></p></Text>",
            MarkupFormat::Html,
            "<p>1&lt;2</p>",
        ),
    ];
    for (text, format, expected) in cases {
        let record = read_one(&format!(
            "<CollateralDetail><TextContent><TextType>03</TextType>\
             <ContentAudience>00</ContentAudience>{text}</TextContent></CollateralDetail>"
        ));
        let markup = &record.work.texts[0].markup;
        assert_eq!(
            (markup.format, markup.text.as_str()),
            (format, expected),
            "{text}"
        );
    }
}

#[test]
fn an_outlet_keeps_what_it_is_known_by_and_is_not_lost_when_it_cannot_be_read() {
    let id = |kind: &str, scheme: &str, value: &str| {
        let within = |tag: &str, text: &str| match text {
            "" => String::new(),
            text => format!("<{tag}>{text}</{tag}>"),
        };
        format!(
            "<SalesOutletIdentifier>{}{}{}</SalesOutletIdentifier>",
            within("SalesOutletIDType", kind),
            within("IDTypeName", scheme),
            within("IDValue", value)
        )
    };
    let cases = [
        (id("03", "", "AMZ"), "03:AMZ"),
        (id("03", "ONIX retailer codes", "AMZ"), "03:AMZ"),
        (id("01", "Our shops", "17"), "01:Our shops:17"),
        (id("", "", "AMZ"), "AMZ"),
        (id("", "Our shops", "17"), "17"),
        (id("03", "", ""), ""),
        (String::new(), ""),
    ];
    for (outlet, read) in cases {
        let rights = format!(
            "<PublishingDetail><SalesRights><SalesRightsType>01</SalesRightsType>\
             <Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>\
             <SalesRestriction><SalesRestrictionType>11</SalesRestrictionType>\
             <SalesOutlet>{outlet}</SalesOutlet></SalesRestriction></SalesRights></PublishingDetail>"
        );
        let record = read_one(&rights);
        let rights = record.work.products[0].rights.as_ref().unwrap();
        assert_eq!(rights.claims[0].restrictions[0].outlets, [read], "{outlet}");
    }
}

#[test]
fn a_code_that_the_issue_lacks_is_kept_and_reported() {
    let record = read_one("<DescriptiveDetail><ProductForm>Q7</ProductForm></DescriptiveDetail>");
    assert_eq!(record.work.products[0].form.unwrap().code(), "Q7");
    let finding = record
        .work
        .findings
        .iter()
        .find(|f| f.code.as_str() == "unknown-code")
        .unwrap();
    assert!(
        finding.message.contains("`Q7`") && finding.message.contains("List 150"),
        "{finding}"
    );
    assert_eq!(finding.at.field.as_deref(), Some("ProductForm"));
    assert_eq!(finding.at.record.as_deref(), Some("r1"));
}

#[test]
fn identifiers_that_disagree_are_reported_and_the_isbn_wins() {
    let record = read_one(
        "<ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>9781900000024</IDValue>\
         </ProductIdentifier>",
    );
    assert_eq!(
        record.product().unwrap().isbn.unwrap().as_str(),
        "9781900000017"
    );
    assert!(codes(&record).contains(&"isbn-gtin-differ"));
}

#[test]
fn a_product_without_an_isbn_is_read_and_reported() {
    for value in ["No ISBN", ""] {
        let text = record("r1", "").replace("9781900000017", value);
        let record = read_bytes(message(&text)).only();
        assert_eq!(record.product().unwrap().isbn, None);
        assert!(codes(&record).contains(&"no-isbn"), "{value}");
    }
}

#[test]
fn a_kept_record_is_read_again_alone() {
    let broken = record(
        "r1",
        "<DescriptiveDetail><ProductForm>BC</DescriptiveDetail>",
    );
    let outcome = read_bytes(message(&broken));
    let raw = outcome.rejected[0].raw.as_deref().unwrap();
    let defaults = outcome.headers[0].defaults;
    assert_eq!(read_record(raw, &defaults).unwrap_err().code, "FL-0221");
    let mended = raw.replace("BC</Desc", "BC</ProductForm></Desc");
    let record = read_record(&mended, &defaults).unwrap();
    assert_eq!(record.reference, "r1");
}

#[test]
fn a_kept_record_brings_the_defaults_of_its_header_along() {
    let price = "<ProductSupply><SupplyDetail><Price><PriceAmount>9.99</PriceAmount></Price>\
        </SupplyDetail></ProductSupply>";
    let text = message(&record("r1", &format!("&oops;{price}"))).replace(
        "<Header/>",
        "<Header><DefaultLanguageOfText>wel</DefaultLanguageOfText><DefaultPriceType>02\
         </DefaultPriceType><DefaultCurrencyCode>GBP</DefaultCurrencyCode></Header>",
    );
    let outcome = read_bytes(text);
    let raw = outcome.rejected[0].raw.as_deref().unwrap();
    let again = read_record(raw, &Defaults::default()).unwrap_err();
    assert_eq!(again.raw.as_deref(), Some(raw), "kept again as it was");
    let record = read_record(&raw.replace("&oops;", ""), &Defaults::default()).unwrap();
    let price = &record.work.products[0].supplies[0].details[0].prices[0];
    assert_eq!(
        (price.kind.code(), price.money.to_string().as_str()),
        ("02", "9.99 GBP")
    );
    // Given defaults serve a record without a message around it.
    let bare = outcome.rejected[0]
        .raw
        .as_deref()
        .unwrap()
        .replace("&oops;", "");
    let bare = &bare[bare.find("<Product>").unwrap()..bare.find("</ONIXMessage>").unwrap()];
    let record = read_record(bare, &outcome.headers[0].defaults).unwrap();
    assert_eq!(
        record.work.products[0].supplies[0].details[0].prices.len(),
        1
    );
}

#[test]
fn what_is_no_record_is_not_read_again() {
    for (raw, code) in [
        ("", "FL-0202"),
        ("<html/>", "FL-0205"),
        ("<Product>", "FL-0226"),
    ] {
        assert_eq!(
            read_record(raw, &Defaults::default()).unwrap_err().code,
            code,
            "{raw}"
        );
    }
}

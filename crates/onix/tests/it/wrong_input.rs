//! Input that is not what it should be gets a coded answer, and costs no more than it must.

use onix::Source;

use crate::reading::{Outcome, message, read_bytes, record};

/// A good record, a bad one, a good one: the bad one alone is rejected.
fn rejected_alone(bad: impl AsRef<[u8]>) -> onix::Rejection {
    let (before, after) = (record("before", ""), record("after", ""));
    let start = format!("<ONIXMessage release='3.0'>\n{before}\n");
    let bytes = [
        start.as_bytes(),
        bad.as_ref(),
        format!("\n{after}</ONIXMessage>").as_bytes(),
    ]
    .concat();
    let mut outcome = read_bytes(bytes);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(outcome.references(), ["before", "after"]);
    assert_eq!((outcome.ends[0].read, outcome.ends[0].rejected), (3, 1));
    assert_eq!(outcome.rejected.len(), 1);
    outcome.rejected.remove(0)
}

#[test]
fn a_fault_inside_a_record_rejects_that_record_alone() {
    let cases: [(&str, &str, u64); 9] = [
        ("<A>\n<B></A>", "FL-0221", 4),
        ("AT\n&T", "FL-0221", 4),
        ("\n\u{10}", "FL-0223", 4),
        ("\n\n&#x1;", "FL-0223", 5),
        ("\u{ffff}", "FL-0223", 3),
        ("\n&lol9;", "FL-0224", 4),
        ("<ProductForm>BC</ProductForm>", "FL-0231", 3),
        ("<NotificationType>88</NotificationType>", "", 3),
        ("<ProductIdentifier/>", "", 3),
    ];
    for (more, code, line) in cases.into_iter().filter(|(_, code, _)| !code.is_empty()) {
        let text = if code == "FL-0231" {
            more.to_owned()
        } else {
            format!("<X>{more}</X>")
        };
        let text = record(
            "bad",
            &text
                .replace("<X>", "<DescriptiveDetail><ProductForm>")
                .replace("</X>", "</ProductForm></DescriptiveDetail>"),
        );
        let rejection = rejected_alone(&text);
        assert_eq!(
            (rejection.code, rejection.line),
            (code, line),
            "{more:?}: {}",
            rejection.reason
        );
        assert_eq!(rejection.reference.as_deref(), Some("bad"), "{more:?}");
        assert_eq!(rejection.raw.as_deref(), Some(text.as_str()));
    }
}

#[test]
fn bytes_that_are_no_utf_8_reject_the_record_and_keep_a_readable_copy() {
    let good = record(
        "bad",
        "<DescriptiveDetail>\n<EditionStatement>Zo\u{eb}</EditionStatement></DescriptiveDetail>",
    );
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&good);
    let rejection = rejected_alone(&bytes);
    assert_eq!((rejection.code, rejection.line), ("FL-0222", 4));
    assert!(rejection.reason.contains("0xEB"), "{}", rejection.reason);
    assert_eq!(rejection.raw.as_deref(), Some(good.as_str()));
    let record = onix::read_record(&good, &onix::Defaults::default()).unwrap();
    assert_eq!(record.work.products[0].edition.as_deref(), Some("Zo\u{eb}"));
}

#[test]
fn an_invalid_isbn_is_rejected_and_the_digit_named() {
    let text = record("bad", "").replace("9781900000017", "9781900000018");
    let rejection = rejected_alone(text);
    assert_eq!(rejection.code, "FL-0227");
    assert!(
        rejection.reason.contains("check digit should be 7"),
        "{}",
        rejection.reason
    );
}

#[test]
fn a_record_without_reference_or_isbn_is_rejected() {
    let text = record("", "").replace("9781900000017", "");
    assert_eq!(rejected_alone(text).code, "FL-0228");
    let by_isbn = read_bytes(message(&record("", ""))).only();
    assert_eq!(by_isbn.reference, "9781900000017");
}

#[test]
fn a_record_that_is_never_closed_does_not_swallow_the_next() {
    let text = record("bad", "").replace("</Product>", "");
    let rejection = rejected_alone(text);
    assert_eq!(rejection.code, "FL-0226");
    assert_eq!(rejection.reference.as_deref(), Some("bad"));
}

#[test]
fn a_record_larger_than_memory_should_hold_is_passed_over() {
    let text = "<A>a lot</A>".repeat(17 * 1024 * 1024 / 12);
    let rejection = rejected_alone(record("bad", &text));
    assert_eq!((rejection.code, rejection.raw), ("FL-0225", None));
    assert_eq!(rejection.reference.as_deref(), Some("bad"));
}

#[test]
fn elements_may_not_nest_without_end() {
    let deep = "<ProductPart>".repeat(100);
    let close = "</ProductPart>".repeat(100);
    assert_eq!(
        rejected_alone(record("bad", &format!("{deep}{close}"))).code,
        "FL-0221"
    );
}

#[test]
fn a_file_that_is_no_onix_is_refused_as_a_whole() {
    let cases: [(&[u8], &str); 16] = [
        (b"", "FL-0202"),
        (b" \n\t ", "FL-0202"),
        (b"PK\x03\x04 zipped", "FL-0203"),
        (b"isbn,title\n1,2\n", "FL-0203"),
        (b"oops <ONIXMessage release='3.0'/>", "FL-0203"),
        (
            b"<?xml version='1.0' encoding='UTF-7'?><ONIXMessage release='3.0'/>",
            "FL-0204",
        ),
        (b"\0\0\0<", "FL-0204"),
        (
            b"<!DOCTYPE html><html><body>Sign in</body></html>",
            "FL-0205",
        ),
        (b"<Collection></Collection>", "FL-0205"),
        (
            b"<ONIXMessage release='2.1'><Product/></ONIXMessage>",
            "FL-0206",
        ),
        (b"<ONIXmessage release='02.1'></ONIXmessage>", "FL-0206"),
        (
            b"<Product><RecordReference>x</RecordReference><ProductForm>BC</ProductForm></Product>",
            "FL-0206",
        ),
        (b"<ONIXMessage release='5.0'></ONIXMessage>", "FL-0207"),
        (
            b"<!DOCTYPE M [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><ONIXMessage release='3.0'/>",
            "FL-0209",
        ),
        (
            b"<ONIXMessage release='3.0'></ONIXMessage><ONIXMessage release='3.0'/>",
            "FL-0210",
        ),
        (b"<?xml version='1.0'?>\n<ONIXMessage release=", "FL-0208"),
    ];
    for (bytes, code) in cases {
        let outcome = read_bytes(bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(outcome.error_codes(), [code], "{shown}");
        assert!(
            outcome.ends.is_empty() && outcome.records.is_empty(),
            "{shown}"
        );
    }
}

#[test]
fn a_missing_file_and_an_empty_folder_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Outcome::of(Source::at(folder.path().join("missing.xml")));
    assert_eq!(missing.error_codes(), ["FL-0201"]);
    assert!(std::error::Error::source(&missing.errors[0]).is_some());
    assert_eq!(
        Outcome::of(Source::at(folder.path())).error_codes(),
        ["FL-0211"]
    );
}

#[test]
fn a_file_cut_off_anywhere_is_never_complete() {
    let whole = message(&[record("a", ""), record("b", "")].join("\n"));
    let a_ends = whole.find("</Product>").unwrap() + "</Product>".len();
    let b_begins = whole.rfind("<Product>").unwrap();
    let b_ends = whole.rfind("</Product>").unwrap() + "</Product>".len();
    let message_ends = whole.trim_end().len();
    for cut in 1..message_ends {
        let outcome = read_bytes(&whole.as_bytes()[..cut]);
        assert!(outcome.ends.is_empty(), "cut at {cut}");
        assert!(
            outcome.errors[0].is_truncation(),
            "cut at {cut}: {:?}",
            outcome.errors
        );
        let expected = usize::from(cut >= a_ends) + usize::from(cut >= b_ends);
        assert_eq!(outcome.records.len(), expected, "cut at {cut}");
        if cut > b_begins + "<Product>".len() && cut < b_ends {
            let rejection = &outcome.rejected[0];
            assert_eq!(
                (rejection.code, rejection.line),
                ("FL-0226", 4),
                "cut at {cut}"
            );
        }
    }
    assert_eq!(read_bytes(whole).ends.len(), 1);
}

#[test]
fn dtd_entities_are_never_expanded() {
    let text = format!(
        "<!DOCTYPE ONIXMessage [<!ENTITY secret SYSTEM 'file:///etc/hostname'><!ENTITY nbsp '&#160;'>]>\
         <ONIXMessage release='3.0'>{}{}</ONIXMessage>",
        record(
            "a",
            "<DescriptiveDetail><EditionStatement>&secret;</EditionStatement></DescriptiveDetail>"
        ),
        record(
            "b",
            "<DescriptiveDetail><EditionStatement>1&nbsp;2</EditionStatement></DescriptiveDetail>"
        ),
    );
    let outcome = read_bytes(text);
    assert_eq!(outcome.rejected[0].code, "FL-0224");
    assert_eq!(outcome.references(), ["b"]);
    assert_eq!(
        outcome.records[0].work.products[0].edition.as_deref(),
        Some("1\u{a0}2")
    );
    assert!(
        outcome
            .findings
            .iter()
            .any(|f| f.code.as_str() == "entities-ignored")
    );
}

#[test]
fn many_predefined_entities_are_no_attack() {
    let text = "&lt;p&gt;a &amp; b&lt;/p&gt;".repeat(50_000);
    let record = read_bytes(message(&record("a", &format!(
        "<CollateralDetail><TextContent><TextType>03</TextType><Text>{text}</Text></TextContent></CollateralDetail>"
    )))).only();
    assert_eq!(
        record.work.texts[0].markup.text.len(),
        "<p>a & b</p>".len() * 50_000
    );
}

#[test]
fn windows_characters_in_latin_1_are_read_and_reported_once() {
    let records = record(
        "a",
        "<DescriptiveDetail><EditionStatement>\u{2019}</EditionStatement></DescriptiveDetail>",
    );
    let text = format!(
        "<?xml version='1.0' encoding='iso-8859-1'?>{}",
        message(&[&*records, &*records].join("\n"))
    );
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let outcome = read_bytes(bytes.into_owned());
    let found: Vec<_> = outcome.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(found, ["encoding-mismatch"]);
    assert_eq!(
        outcome.records[1].work.products[0].edition.as_deref(),
        Some("\u{2019}")
    );
}

#[test]
fn a_message_without_a_release_is_assumed_and_reported() {
    let outcome = read_bytes(format!("<ONIXMessage>{}</ONIXMessage>", record("a", "")));
    assert_eq!(outcome.headers[0].release, "3.0");
    assert_eq!(outcome.findings[0].code.as_str(), "release-assumed");
    assert_eq!(outcome.references(), ["a"]);
}

#[test]
fn bare_products_need_no_message() {
    let outcome = read_bytes([record("a", ""), record("b", "")].join("\n"));
    assert_eq!(outcome.references(), ["a", "b"]);
    assert_eq!(outcome.ends[0].read, 2);
    assert_eq!(outcome.headers.len(), 1);
}

#[test]
fn a_message_without_products_is_complete() {
    let outcome = read_bytes("<ONIXMessage release='3.0'><Header/><NoProduct/></ONIXMessage>");
    assert_eq!(
        (
            outcome.ends.len(),
            outcome.ends[0].read,
            outcome.headers.len()
        ),
        (1, 0, 1)
    );
}

//! Messages that nobody here wrote, where they are present.

use std::path::{Path, PathBuf};

use onix::{Source, latest};

use crate::reading::{Outcome, codes, read_bytes};

/// A folder of the shared messages, where they are present.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var_os("FRONTLIST_SHARED").map(PathBuf::from);
    [
        named,
        Some(workspace.join("../shared")),
        Some(workspace.join("../../shared")),
    ]
    .into_iter()
    .flatten()
    .map(|shared| shared.join("data/onix").join(name))
    .find(|folder| folder.is_dir())
}

/// Numbers that stand for an ISBN in anonymised samples, and are none.
const STAND_INS: &[&str] = &[
    "9780000000000",
    "9782707154298",
    "9785678901234",
    "9999999999999",
    "9781111111111",
];

/// Reads a sample, with a real ISBN where an anonymised one stands.
pub(crate) fn read_sample(path: &Path) -> Outcome {
    let mut text = std::fs::read_to_string(path).unwrap();
    for stand_in in STAND_INS {
        text = text.replace(&format!(">{stand_in}<"), ">9781900000055<");
    }
    read_bytes(text)
}

#[test]
fn every_good_sample_is_read_whole() {
    let samples: &[(&str, &[&str])] = &[
        (
            "jonix",
            &[
                "Onix3.1-single-ref",
                "onix3-multiple",
                "onix3-single",
                "single-book-onix3",
            ],
        ),
        (
            "im_onix",
            &[
                "9782707154298",
                "audio1",
                "bad_content_date_format",
                "embargo-date",
                "fixed_layout",
                "full-sender",
                "full_sample",
                "illustrations",
                "invalid_textformat",
                "reflowable",
                "other-publication-date-format",
                "preorder-embargo-date",
                "price_to_be_announced",
                "short",
                "streaming",
                "test_YYYY_date_format",
                "test_outlet",
                "test_prices1",
                "test_prices2",
                "test_prices3",
                "test_prices4",
                "test_prices5",
                "test_prices_unpriced",
                "test_several_protections",
                "unqualified-prices",
            ],
        ),
        (
            "onix-data",
            &[
                "Onix3SupportingResourceSample1",
                "Onix3SupportingResourceSample1ShortTags",
                "Onix3sample_refnames",
                "Onix3sample_refnames_blockupdate",
                "Onix3sample_shorttags",
                "Sample-500-Products",
            ],
        ),
        (
            "onixcheck",
            &[
                "valid_google_onix_3",
                "valid_onix31_ref",
                "valid_onix31_short",
                "valid_onix3_ref",
                "valid_onix3_ref_ns",
                "valid_onix3_short",
                "win_console_issue",
            ],
        ),
    ];
    for (name, files) in samples {
        let Some(folder) = folder(name) else { continue };
        for file in *files {
            let outcome = read_sample(&folder.join(format!("{file}.xml")));
            assert!(outcome.errors.is_empty(), "{file}: {:?}", outcome.errors);
            assert!(
                outcome.rejected.is_empty(),
                "{file}: {:?}",
                outcome.rejected
            );
            assert!(outcome.ends[0].read > 0, "{file}");
        }
    }
}

#[test]
fn old_releases_are_refused_as_such() {
    let samples = [
        ("jonix", "onix2-multiple.xml"),
        ("jonix", "single-book-onix2.xml"),
        ("im_onix", "onix2.xml"),
        ("im_onix", "onix2_product.xml"),
        ("im_onix", "test_wiley_data.xml"),
        ("onixcheck", "google-sample-onix-2.1.xml"),
        ("onixcheck", "valid_onix2_ref.xml"),
        ("onix-codegen", "ingram-onix21-20201200.onix"),
    ];
    for (name, file) in samples {
        let Some(folder) = folder(name) else { continue };
        let outcome = Outcome::of(Source::at(folder.join(file)));
        assert_eq!(outcome.error_codes(), ["FL-0206"], "{file}");
        assert!(outcome.records.is_empty(), "{file}");
    }
}

#[test]
fn a_control_character_costs_one_record_of_three() {
    let Some(folder) = folder("onix-data") else {
        return;
    };
    let outcome = read_sample(&folder.join("Onix3sample_refnames_badchar.xml"));
    assert_eq!(outcome.records.len(), 2);
    let rejected: Vec<_> = outcome.rejected.iter().map(|r| (r.code, r.line)).collect();
    assert_eq!(rejected, [("FL-0223", 123)]);
    assert_eq!(outcome.ends[0].read, 3);
}

#[test]
fn an_invisible_space_in_a_code_is_removed_and_reported() {
    let Some(folder) = folder("onixcheck") else {
        return;
    };
    let record = Outcome::of(Source::at(folder.join("win_console_issue.xml"))).only();
    assert!(codes(&record).contains(&"zero-width-space"));
    assert!(record.work.contributions[0].contributor.isni.is_some());
}

#[test]
fn short_tags_say_the_same_as_reference_names_to_others_too() {
    let pairs = [(
        "jonix",
        "single-book-onix3-short.xml",
        "single-book-onix3.xml",
    )];
    for (name, short, reference) in pairs {
        let Some(folder) = folder(name) else { continue };
        let read = |file: &str| Outcome::of(Source::at(folder.join(file))).only_content();
        assert_eq!(read(short), read(reference), "{short}");
    }
}

#[test]
fn a_real_feed_has_twenty_records_once_the_repeated_one_is_put_aside() {
    let Some(folder) = folder("jonix") else {
        return;
    };
    let outcome = Outcome::of(Source::at(folder.join("onix3-multiple.xml")));
    assert_eq!((outcome.records.len(), outcome.rejected.len()), (21, 0));
    let latest = latest(outcome.records);
    assert_eq!(latest.kept.len(), 20);
    let rejected: Vec<_> = latest
        .rejected
        .iter()
        .map(|r| (r.reference.as_deref(), r.code))
        .collect();
    assert_eq!(rejected, [(Some("9781760554712"), "FL-0230")]);
}

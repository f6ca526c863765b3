//! Files beside the cover: which a page shows, and what the asset library tells of them.

use catalogue::codes::{
    ContentAudience, LanguageCode, PublishingDateRole, ResourceContentType, ResourceMode, TextType,
};
use catalogue::product::Scope;
use catalogue::resource::SupportingResource;
use catalogue::text::{MarketingText, Markup, Release};
use catalogue::work::Work;
use site::desired::{Desired, Fields, Memory, Value};
use site::policy::{ForeignTexts, Policy, Sites, Unstated};
use site::projection::projection;

use crate::shelf::*;

fn file(kind: &str, link: &str) -> SupportingResource {
    resource(ResourceContentType::new(kind), link)
}

fn with_files(files: Vec<SupportingResource>) -> Work {
    let mut work = work(1, "Salt", vec![hardback(1, "Salt")]);
    work.resources = files;
    work
}

/// Kinds of the rows of a field.
fn kinds(fields: &Fields, uid: &str) -> Vec<String> {
    match &fields[uid] {
        Value::Rows(rows) => rows.iter().map(|row| said(row, "kind")).collect(),
        other => panic!("no rows: {other:?}"),
    }
}

fn all() -> Vec<SupportingResource> {
    let mut clip = file("15", "https://img.example/clip");
    clip.mode = Some(ResourceMode::AUDIO);
    vec![
        file("15", "https://img.example/sample.pdf"),
        clip,
        file("35", "https://img.example/banner.jpg"),
        file("49", "https://img.example/card.png"),
        file("07", "https://img.example/spread.jpg"),
        file("02", "https://img.example/back.jpg"),
        file("19", "https://img.example/guide.pdf"),
        file("24", "https://img.example/press.pdf"),
        file("28", "https://img.example/whole.epub"),
        file("38", "https://img.example/review.epub"),
    ]
}

#[test]
fn files_stand_by_what_they_are_and_the_trades_are_left_out() {
    let fields = au_version(&with_files(all()));
    assert_eq!(
        kinds(&fields, "graphics"),
        ["banner", "social_card", "spread"]
    );
    assert_eq!(kinds(&fields, "files"), ["clip", "sample", "reading_guide"]);
    assert!(matches!(fields["back_cover"], Value::File(_)));
    assert_eq!(said(&fields, "back_cover_alt"), "Back cover of Salt");
    let desired = project(&[with_files(all())], &sites());
    let links: Vec<&str> = desired.assets.keys().map(|key| key.link.as_str()).collect();
    assert_eq!(links.len(), 7, "{links:?}");
}

#[test]
fn what_shows_the_inside_waits_for_previews() {
    let mut work = with_files(all());
    work.texts = vec![text(TextType::EXCERPT, Markup::plain("It was the salt."))];
    assert_eq!(
        said(&au_version(&work), "excerpt"),
        "<p>It was the salt.</p>"
    );
    work.products[0] = dated(
        work.products[0].clone(),
        PublishingDateRole::PREVIEW_EMBARGO,
        "2027-06-20",
    );
    let fields = au_version(&work);
    assert_eq!(kinds(&fields, "graphics"), ["banner", "social_card"]);
    assert_eq!(kinds(&fields, "files"), ["reading_guide"]);
    assert_eq!(said(&fields, "excerpt"), "");
}

#[test]
fn only_approved_finished_unexpired_files_for_the_public_are_shown() {
    let banner = || file("35", "https://img.example/banner.jpg");
    for (why, unfit) in [
        (
            "a draft",
            SupportingResource {
                release: Release::Withheld,
                ..banner()
            },
        ),
        (
            "unfinished",
            SupportingResource {
                processing: true,
                ..banner()
            },
        ),
        (
            "expired",
            SupportingResource {
                until: Some("2027-05-31".parse().unwrap()),
                ..banner()
            },
        ),
        (
            "for the press",
            SupportingResource {
                audiences: vec![ContentAudience::PRESS],
                ..banner()
            },
        ),
        (
            "of another format",
            SupportingResource {
                products: Scope::only(product_key(9)),
                ..banner()
            },
        ),
    ] {
        let desired = project(&[with_files(vec![unfit])], &sites());
        assert!(desired.assets.is_empty(), "{why}");
    }
}

fn with_policy(work: &Work, policy: &Policy) -> Desired {
    let works = std::slice::from_ref(work);
    projection(works, &sites(), policy, &Memory::default(), at(NOW))
}

#[test]
fn what_says_nothing_of_approval_is_a_setting_with_a_finding() {
    let mut work = with_files(vec![SupportingResource {
        release: Release::Unstated,
        ..file("01", "https://img.example/front.jpg")
    }]);
    work.texts = vec![MarketingText {
        release: Release::Unstated,
        ..text(TextType::DESCRIPTION, Markup::plain("Salt."))
    }];
    for (unstated, shown) in [(Unstated::Show, true), (Unstated::Omit, false)] {
        let mut policy = policy();
        policy.approval.unstated = unstated;
        let desired = with_policy(&work, &policy);
        let fields = &entry(&desired, &book(1)).versions["en-au"];
        assert_eq!(!said(fields, "description").is_empty(), shown);
        assert_eq!(!desired.assets.is_empty(), shown);
        let finding = desired
            .findings
            .iter()
            .find(|finding| finding.code.as_str() == "approval-unstated")
            .unwrap();
        assert!(finding.message.starts_with("2 texts and files of 1 titles"));
    }
}

#[test]
fn the_library_tells_a_market_nothing_of_an_edition_that_it_does_not_know() {
    let british = sold(hardback(1, "The Colour of Salt"), &["GB", "AU"], &["US"]);
    let american = sold(hardback(2, "The Color of Salt"), &["US"], &["GB", "AU"]);
    let mut work = work(1, "Salt", vec![british, american]);
    work.resources = vec![file("01", "https://img.example/front.jpg")];
    let desired = project(&[work], &sites());
    let asset = desired.assets.values().next().unwrap();
    let told = format!(
        "{} {} {} {:?}",
        asset.title, asset.description, asset.file_stem, asset.tags
    );
    for number in [1, 2] {
        assert!(!told.contains(&isbn(number).to_string()), "{told}");
    }
    assert!(!told.contains("Colo"), "{told}");
}

#[test]
fn credit_copyright_and_caption_go_with_each_use() {
    let fields = au_version(&with_files(vec![SupportingResource {
        credit: Some("Photo: Bo Lind".to_owned()),
        copyright: Some("Lind Pictures".to_owned()),
        caption: Some("The harbour".to_owned()),
        alternative_text: Some("Boats in fog".to_owned()),
        ..file("35", "https://img.example/banner.jpg")
    }]));
    let Value::Rows(rows) = &fields["graphics"] else {
        panic!("no rows")
    };
    for (uid, value) in [
        ("credit", "Photo: Bo Lind"),
        ("copyright", "Lind Pictures"),
        ("caption", "The harbour"),
        ("alt", "Boats in fog"),
        ("label", "Banner"),
    ] {
        assert_eq!(said(&rows[0], uid), value, "{uid}");
    }
}

#[test]
fn every_kind_of_copy_has_its_field_and_its_tree() {
    let mut work = with_files(Vec::new());
    let kinds = [
        (TextType::COVER_COPY, "cover_copy"),
        (TextType::SECONDARY_COVER_COPY, "flap_copy"),
        (TextType::TABLE_OF_CONTENTS, "table_of_contents"),
        (TextType::EXCERPT, "excerpt"),
        (TextType::BIOGRAPHICAL_NOTE, "author_note"),
        (TextType::SHORT_DESCRIPTION, "short_description"),
        (TextType::DESCRIPTION, "description"),
    ];
    for (kind, uid) in kinds {
        let markup = Markup::html(format!("<p>Of <b>{uid}</b><script>x</script>"));
        work.texts.push(text(kind, markup));
    }
    work.texts
        .push(text(TextType::ENDORSEMENT, Markup::plain("Yes.")));
    work.texts
        .push(text(TextType::REVIEW_QUOTE, Markup::plain("Good.")));
    work.texts.push(text(
        TextType::PROMOTIONAL_HEADLINE,
        Markup::html("<i>Salt</i> at last"),
    ));
    let fields = au_version(&work);
    for (_, uid) in kinds {
        let html = format!("<p>Of <strong>{uid}</strong></p>");
        assert_eq!(said(&fields, uid), html);
        match &fields[&*format!("{uid}_json")] {
            Value::Rich(rich) => assert_eq!(&*rich.html(), html, "both of one tree"),
            other => panic!("{uid}: {other:?}"),
        }
    }
    assert_eq!(said(&fields, "headline"), "Salt at last");
    assert_eq!(self::kinds(&fields, "reviews"), ["review", "endorsement"]);
}

#[test]
fn a_text_in_another_language_is_a_policy_of_the_site() {
    let mut work = with_files(Vec::new());
    work.texts = vec![MarketingText {
        language: Some(LanguageCode::GERMAN),
        ..text(TextType::DESCRIPTION, Markup::plain("Salz."))
    }];
    let mut open = au();
    open.page.foreign_texts = ForeignTexts::Show;
    let told = |work: &Work, site| {
        let sites = Sites::new(vec![site]).unwrap();
        let desired = project(std::slice::from_ref(work), &sites);
        let fields = entry(&desired, &book(1)).versions["en-au"].clone();
        ["description", "description_language"].map(|uid| said(&fields, uid))
    };
    assert_eq!(told(&work, au()), ["", ""]);
    assert_eq!(told(&work, open.clone()), ["<p>Salz.</p>", "de"]);
    work.texts
        .push(text(TextType::DESCRIPTION, Markup::plain("Salt.")));
    assert_eq!(
        told(&work, open),
        ["<p>Salt.</p>", ""],
        "its own language first"
    );
}

#[test]
fn a_wrong_encoding_and_two_megabytes_are_findings() {
    let mut work = with_files(Vec::new());
    work.texts = vec![text(TextType::DESCRIPTION, Markup::plain("cafÃ©"))];
    assert!(codes(&project(&[work.clone()], &sites())).contains("text-misencoded"));
    work.texts = vec![text(
        TextType::DESCRIPTION,
        Markup::html("<p>salt ".repeat(300_000)),
    )];
    let desired = project(&[work], &sites());
    assert!(codes(&desired).contains("text-too-long"));
    let fields = &entry(&desired, &book(1)).versions["en-au"];
    assert_eq!(said(fields, "description"), "");
}

//! Copy, covers and people: what a market may read and see.

use catalogue::codes::{
    ContentAudience, LanguageCode, PublishingDateRole, ResourceContentType, SubjectScheme, TextType,
};
use catalogue::contributor::ContributorKind;
use catalogue::product::Scope;
use catalogue::resource::SupportingResource;
use catalogue::text::{MarketingText, Markup, Release};
use catalogue::work::Work;
use site::desired::{AssetKey, EntryKey, Kind, Value};

use crate::shelf::*;

fn salt() -> Work {
    work(1, "Salt", vec![hardback(1, "Salt")])
}

fn described(texts: Vec<MarketingText>) -> String {
    let mut work = salt();
    work.texts = texts;
    said(&au_version(&work), "description")
}

fn description(words: &str) -> MarketingText {
    text(
        TextType::DESCRIPTION,
        Markup::html(format!("<p>{words}</p>")),
    )
}

fn covered(resources: Vec<SupportingResource>) -> Option<AssetKey> {
    let mut work = salt();
    work.resources = resources;
    match &au_version(&work)["cover"] {
        Value::File(key) => Some(AssetKey::clone(key)),
        _ => None,
    }
}

#[test]
fn only_texts_for_the_public_and_not_withheld_are_shown() {
    let trade = MarketingText {
        audiences: vec![ContentAudience::BOOK_TRADE],
        ..description("Trade")
    };
    let draft = MarketingText {
        release: Release::Withheld,
        ..description("Draft")
    };
    let open = MarketingText {
        audiences: Vec::new(),
        release: Release::Unstated,
        ..description("Open")
    };
    assert_eq!(described(vec![trade.clone(), draft.clone()]), "");
    assert_eq!(described(vec![trade, draft, open]), "<p>Open</p>");
}

#[test]
fn texts_keep_their_days() {
    let from = |day: &str| MarketingText {
        from: Some(day.parse().unwrap()),
        ..description("New")
    };
    let until = |day: &str| MarketingText {
        until: Some(day.parse().unwrap()),
        ..description("Old")
    };
    assert_eq!(described(vec![from("2027-06-02")]), "");
    assert_eq!(described(vec![from("2027-06-01")]), "<p>New</p>");
    assert_eq!(described(vec![until("2027-06-01")]), "<p>Old</p>");
    assert_eq!(described(vec![until("2027-05-31")]), "");
}

#[test]
fn the_text_made_for_the_territory_and_in_the_language_wins() {
    let local = MarketingText {
        territory: Some(countries("AU NZ")),
        ..description("Local")
    };
    let foreign = MarketingText {
        territory: Some(countries("GB")),
        ..description("Foreign")
    };
    let german = MarketingText {
        language: Some(LanguageCode::GERMAN),
        ..description("Deutsch")
    };
    assert_eq!(
        described(vec![description("Anywhere"), local, foreign.clone()]),
        "<p>Local</p>"
    );
    assert_eq!(described(vec![german.clone(), foreign]), "");
    let mut work = salt();
    work.texts = vec![german];
    let missing = explain_au(&work, NOW).missing;
    assert!(
        missing.iter().any(|line| line.contains("none in `en`")),
        "{missing:?}"
    );
}

#[test]
fn a_short_description_stands_in_for_a_long_one_and_not_the_reverse() {
    let short = text(TextType::SHORT_DESCRIPTION, Markup::plain("Short."));
    assert_eq!(described(vec![short]), "<p>Short.</p>");
    let mut work = salt();
    work.texts = vec![description("Long")];
    assert_eq!(said(&au_version(&work), "short_description"), "");
}

#[test]
fn texts_of_another_format_do_not_speak() {
    let mut other = description("Of the other");
    other.products = Scope::only(product_key(2));
    assert_eq!(described(vec![other]), "");
}

#[test]
fn reviews_wait_for_their_embargo() {
    let mut quote = text(TextType::REVIEW_QUOTE, Markup::plain("Bracing."));
    quote.author = Some("Ida Marsh".to_owned());
    let product = dated(
        hardback(1, "Salt"),
        PublishingDateRole::REVIEW_EMBARGO,
        "2027-06-02",
    );
    let mut early = work(1, "Salt", vec![product]);
    early.texts = vec![quote.clone()];
    assert_eq!(au_version(&early)["reviews"], Value::Rows([].into()));
    let mut open = salt();
    open.texts = vec![quote];
    let Value::Rows(rows) = &au_version(&open)["reviews"] else {
        panic!("no rows")
    };
    assert_eq!(said(&rows[0], "text"), "<p>Bracing.</p>");
    assert_eq!(said(&rows[0], "author"), "Ida Marsh");
}

#[test]
fn a_text_past_all_measure_is_dropped_with_a_finding() {
    let mut work = salt();
    work.texts = vec![description(&"word ".repeat(50_000))];
    let desired = project(&[work], &sites());
    assert!(codes(&desired).contains("text-too-long"));
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en-au"], "description"),
        ""
    );
}

#[test]
fn a_front_cover_replaces_a_holding_image() {
    let holding = resource(
        ResourceContentType::COVER_HOLDING_IMAGE,
        "https://img.example/hold.png",
    );
    let front = resource(
        ResourceContentType::FRONT_COVER,
        "https://img.example/front.png",
    );
    assert_eq!(covered(vec![holding.clone()]).unwrap().link, holding.link);
    assert_eq!(
        covered(vec![holding.clone(), front.clone()]).unwrap().link,
        front.link
    );
    let unready = SupportingResource {
        processing: true,
        ..front.clone()
    };
    assert_eq!(
        covered(vec![holding.clone(), unready]).unwrap().link,
        holding.link
    );
    let draft = SupportingResource {
        release: Release::Withheld,
        ..front.clone()
    };
    let press = SupportingResource {
        audiences: vec![ContentAudience::PRESS],
        ..front.clone()
    };
    let early = SupportingResource {
        from: Some("2027-06-02".parse().unwrap()),
        ..front
    };
    assert_eq!(covered(vec![draft, press, early]), None);
}

#[test]
fn a_missing_cover_is_a_finding_and_no_hole() {
    let desired = project(&[salt()], &sites());
    assert!(codes(&desired).contains("no-cover"));
    assert!(standing(&desired, 1, "au").visible);
    assert!(
        explain_au(&salt(), NOW)
            .missing
            .iter()
            .any(|line| line.starts_with("cover:"))
    );
}

#[test]
fn a_cover_is_published_where_a_visible_entry_uses_it() {
    let mut work = work(
        1,
        "Salt",
        vec![sold(hardback(1, "Salt"), &["AU", "GB"], &["US"])],
    );
    work.resources = vec![resource(
        ResourceContentType::FRONT_COVER,
        "https://img.example/front.png",
    )];
    let desired = project(&[work], &sites());
    let asset = desired.assets.values().next().unwrap();
    assert_eq!(asset.published, [au().destination, gb().destination].into());
    assert_eq!(asset.file_stem, format!("{}-cover", isbn(1)));
    let tags = [isbn(1).to_string(), "Salt".to_owned(), "cover".to_owned()];
    assert_eq!(asset.tags, tags.into());
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en-au"], "cover_alt"),
        "Cover of Salt"
    );
}

#[test]
fn a_photograph_shows_where_its_author_does_and_while_it_may() {
    let photo = |until: Option<&str>| {
        let mut work = salt();
        let mut author = contribution(5, "Ida Marsh", "A01", 1);
        author.contributor.biography = Some(Markup::html("<p>Writes.</p>"));
        work.resources = vec![SupportingResource {
            contributor: Some(author.contributor.key.clone()),
            until: until.map(|day| day.parse().unwrap()),
            ..resource(
                ResourceContentType::CONTRIBUTOR_PICTURE,
                "https://img.example/ida.jpg",
            )
        }];
        work.contributions = vec![author];
        project(&[work], &sites())
    };
    let key = EntryKey {
        kind: Kind::Contributor,
        source_key: "consonance:contact:5".to_owned(),
    };
    let desired = photo(None);
    let fields = entry(&desired, &key).versions["en"].clone();
    assert_eq!(said(&fields, "biography"), "<p>Writes.</p>");
    assert_eq!(said(&fields, "photo_alt"), "Photograph of Ida Marsh");
    let asset = desired.assets.values().next().unwrap();
    assert_eq!(
        (asset.folder.as_str(), asset.title.as_str()),
        ("Authors", "ida-marsh-author-photo")
    );
    assert_eq!(asset.published.len(), 3);
    // It is already 1 June in Sydney and still so in New York: over in none of them the day before.
    assert!(photo(Some("2027-06-01")).assets.len() == 1);
    assert!(photo(Some("2027-05-31")).assets.is_empty());
}

#[test]
fn people_are_credited_in_order_and_referred_to_once() {
    let mut work = salt();
    let mut anonymous = contribution(9, "Anonymous", "A32", 3);
    anonymous.contributor.kind = ContributorKind::Unnamed;
    let mut both = contribution(5, "Ida Marsh", "A01", 1);
    both.roles
        .push(catalogue::codes::ContributorRole::ILLUSTRATOR);
    work.contributions = vec![anonymous, contribution(6, "Bo Lind", "B06", 2), both];
    let fields = au_version(&work);
    assert_eq!(
        said(&fields, "contributors"),
        "consonance:contact:5; consonance:contact:6"
    );
    let Value::Rows(credits) = &fields["credits"] else {
        panic!("no rows")
    };
    let lines: Vec<String> = credits
        .iter()
        .map(|row| format!("{} {}", said(row, "name"), said(row, "role_label")))
        .collect();
    assert_eq!(
        lines,
        [
            "Ida Marsh Author",
            "Ida Marsh Illustrator",
            "Bo Lind Translator",
            "Anonymous Contributor"
        ]
    );
}

#[test]
fn subjects_come_in_order_of_importance_and_at_most_25_terms() {
    let mut work = salt();
    work.subjects = vec![
        subject(SubjectScheme::BISAC, "FIC000000", "FICTION / General", true),
        subject(SubjectScheme::THEMA, "FB", "Fiction: general", false),
        subject(SubjectScheme::THEMA, "FBA", "Modern fiction", true),
        subject(
            SubjectScheme::THEMA_PLACE_QUALIFIER,
            "1DDU",
            "United Kingdom",
            false,
        ),
        subject(
            SubjectScheme::PUBLISHERS_OWN,
            "X1",
            "Bread and butter",
            true,
        ),
    ];
    let fields = au_version(&work);
    assert_eq!(said(&fields, "subject_codes"), "FBA; FB; FIC000000");
    assert_eq!(
        said(&fields, "subjects"),
        "Modern fiction; Fiction: general; FICTION / General"
    );
    work.subjects = (0..40)
        .map(|n| {
            subject(
                SubjectScheme::THEMA,
                &format!("F{n}"),
                &"long ".repeat(20),
                false,
            )
        })
        .collect();
    let desired = project(&[work], &sites());
    let Value::Terms(terms) = &entry(&desired, &book(1)).versions["en-au"]["taxonomies"] else {
        panic!("no terms")
    };
    assert_eq!(terms.len(), 25);
    assert_eq!(
        terms.last(),
        Some(&("product_form".to_owned(), "print".to_owned()))
    );
    assert!(
        desired.terms["subject"]
            .values()
            .all(|term| term.name.chars().count() <= 50)
    );
}

#[test]
fn a_stack_without_taxonomies_gets_no_terms() {
    let mut work = salt();
    work.subjects = vec![subject(SubjectScheme::THEMA, "FBA", "Modern fiction", true)];
    let mut policy = policy();
    policy.taxonomies = false;
    let memory = site::desired::Memory::default();
    let desired = site::projection::projection(&[work], &sites(), &policy, &memory, at(NOW));
    assert!(desired.terms.is_empty());
    assert!(!entry(&desired, &book(1)).versions["en-au"].contains_key("taxonomies"));
}

//! Explanations: the same answer as the projection's, in words, and when it changes.

use catalogue::codes::{PublishingDateRole, ResourceContentType, TextType};
use catalogue::product::Scope;
use catalogue::text::{MarketingText, Markup, Release};
use catalogue::work::Work;
use jiff::Timestamp;
use site::desired::Memory;
use site::explanation::{Ruling, explain};

use crate::shelf::*;

fn next(work: &Work) -> Option<Timestamp> {
    explain_au(work, NOW).next_change
}

#[test]
fn nothing_changes_by_itself_where_no_date_is_ahead() {
    assert_eq!(next(&work(1, "Salt", vec![hardback(1, "Salt")])), None);
}

#[test]
fn the_next_change_is_at_the_sites_midnight() {
    let announced = dated(
        hardback(1, "Salt"),
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-06-10",
    );
    assert_eq!(
        next(&work(1, "Salt", vec![announced])),
        Some(at("2027-06-09T14:00:00Z"))
    );
    let published = publish(hardback(1, "Salt"), "2027-11-05");
    assert_eq!(
        next(&work(1, "Salt", vec![published])),
        Some(at("2027-11-04T13:00:00Z")),
        "daylight time"
    );
}

#[test]
fn a_date_that_changes_nothing_is_passed_over() {
    let product = publish(hardback(1, "Salt"), "2027-08-01");
    let unrelated = dated(
        product,
        PublishingDateRole::TRADE_ANNOUNCEMENT,
        "2027-07-01",
    );
    assert_eq!(
        next(&work(1, "Salt", vec![unrelated])),
        Some(at("2027-07-31T14:00:00Z"))
    );
}

#[test]
fn texts_and_prices_that_come_and_go_are_changes_too() {
    let mut with_text = work(1, "Salt", vec![hardback(1, "Salt")]);
    with_text.texts = vec![MarketingText {
        until: Some("2027-06-20".parse().unwrap()),
        ..text(TextType::DESCRIPTION, Markup::plain("Now."))
    }];
    assert_eq!(next(&with_text), Some(at("2027-06-20T14:00:00Z")));
    let mut product = hardback(1, "Salt");
    product.prices[0].until = Some("2027-07-09".parse().unwrap());
    assert_eq!(
        next(&work(1, "Salt", vec![product])),
        Some(at("2027-07-09T14:00:00Z"))
    );
}

#[test]
fn an_explanation_walks_the_chain_and_names_the_lead_and_the_address() {
    let title = work(
        1,
        "Salt",
        vec![
            hardback(1, "Salt"),
            sold(in_form(hardback(2, "Salt"), "BC"), &["GB"], &["AU"]),
        ],
    );
    let memory = Memory {
        urls: [(book(1), "/books/salt".to_owned())].into(),
        ..Memory::default()
    };
    let explanation = explain(&title, &au(), &policy(), &memory, at(NOW));
    let rules: Vec<&str> = explanation.formats[0]
        .steps
        .iter()
        .map(|step| step.rule.as_str())
        .collect();
    assert_eq!(
        rules,
        [
            "approval",
            "form",
            "identifiers",
            "rights",
            "status",
            "price"
        ]
    );
    let stopped = &explanation.formats[1];
    assert!(!stopped.visible && stopped.state.is_none());
    assert_eq!(
        stopped.steps.last().map(|step| step.ruling),
        Some(Ruling::Stop)
    );
    let address = explanation
        .steps
        .iter()
        .find(|step| step.rule == "address")
        .unwrap();
    assert_eq!(address.saw, "/books/salt");
    let lead = explanation
        .steps
        .iter()
        .find(|step| step.rule == "lead")
        .unwrap();
    assert!(lead.says.contains(isbn(1).as_str()), "{}", lead.says);
}

#[test]
fn a_price_that_no_right_allows_is_not_missed() {
    let mut product = supplied(hardback(1, "Salt"), Some(countries("GB")), "20");
    product.prices.clear();
    let missing = explain_au(&work(1, "Salt", vec![product]), NOW).missing;
    assert!(
        !missing.iter().any(|line| line.starts_with("price")),
        "{missing:?}"
    );
    let mut unpriced = hardback(1, "Salt");
    unpriced.prices.clear();
    let missing = explain_au(&work(1, "Salt", vec![unpriced]), NOW).missing;
    assert!(
        missing.iter().any(|line| line.starts_with("price of")),
        "{missing:?}"
    );
}

#[test]
fn every_price_says_why_it_was_passed_over() {
    let mut product = hardback(1, "Salt");
    let mut special = price("AUD", 1);
    special.minimum_quantity = Some(10);
    let mut past = price("AUD", 2999);
    past.until = Some("2027-01-31".parse().unwrap());
    let mut elsewhere = price("AUD", 4999);
    elsewhere.territory = Some(countries("NZ"));
    product.prices = vec![
        price("ISK", 450_000),
        price("AUD", -3999),
        price("AUD", 0),
        special,
        past,
        elsewhere,
        price("AUD", 3999),
        price("AUD", 4099),
    ];
    let told = explain_au(&work(1, "Salt", vec![product]), NOW);
    let steps = &told.formats[0].steps;
    let step = steps.iter().find(|step| step.rule == "price").unwrap();
    let fates: Vec<&str> = step
        .values
        .iter()
        .map(|value| value.rsplit_once(": ").unwrap().1)
        .collect();
    assert_eq!(
        fates,
        [
            "another currency than the site's",
            "no believable amount",
            "zero, which is taken for none",
            "for more than one copy",
            "not in force today",
            "not for this country",
            "chosen",
            "another goes before it",
        ],
        "{:#?}",
        step.values
    );
}

#[test]
fn rules_show_the_values_as_stated_and_where_they_were_read() {
    use catalogue::origin::{Block, Origin, Origins};
    use catalogue::record::Place;
    let mut product = sold(hardback(1, "Salt"), &["AU", "NZ"], &["US"]);
    product.origins = Origins::all(Origin::Graphql);
    let place = Place {
        file: "daily.xml".into(),
        line: 7,
        sent: None,
    };
    product.origins.add(Block::Rights, Origin::Onix(place));
    let told = explain_au(&work(1, "Salt", vec![product]), NOW);
    let steps = &told.formats[0].steps;
    let step = |rule: &str| steps.iter().find(|step| step.rule == rule).unwrap();
    assert_eq!(step("approval").values, ["allowOnixExports: true"]);
    assert_eq!(step("approval").sources, ["Consonance GraphQL"]);
    let rights = step("rights");
    assert!(rights.values[0].ends_with("in AU NZ"), "{rights:?}");
    assert!(rights.values[1].ends_with("in US"), "{rights:?}");
    assert_eq!(
        rights.sources,
        ["Consonance GraphQL", "ONIX feed daily.xml line 7"]
    );
}

/// The values of a step of a title, each cut down to what became of it.
fn fates(work: &Work, rule: &str) -> Vec<String> {
    let told = explain_au(work, NOW);
    let step = told.steps.iter().find(|step| step.rule == rule);
    let values = step.map_or(&[][..], |step| &step.values);
    let fate = |value: &String| value.rsplit_once(": ").unwrap().1.to_owned();
    values.iter().map(fate).collect()
}

/// The title, its lead under an embargo until June.
fn embargoed(mut work: Work, role: PublishingDateRole) -> Work {
    work.products[0] = dated(work.products[0].clone(), role, "2027-06-20");
    work
}

#[test]
fn every_other_text_and_quote_says_why_it_was_passed_over() {
    let say = |kind, words| text(kind, Markup::plain(words));
    let mut withheld = say(TextType::REVIEW_QUOTE, "Dull.");
    withheld.release = Release::Withheld;
    let mut salt = work(1, "Salt", vec![hardback(1, "Salt")]);
    salt.texts = vec![
        say(TextType::EXCERPT, "It was the salt."),
        say(TextType::EXCERPT, "It was the sea."),
        say(TextType::new("22"), "Sent to shops."),
        withheld,
        say(TextType::REVIEW_QUOTE, "Bracing."),
        say(TextType::ENDORSEMENT, "Dry."),
    ];
    let none = "of a kind that pages have no place for";
    let behind = "another goes before it";
    assert_eq!(fates(&salt, "texts"), ["chosen", behind, none]);
    let closed = "not approved at the source";
    assert_eq!(fates(&salt, "quotes"), [closed, "chosen", "chosen"]);

    let later = embargoed(salt.clone(), PublishingDateRole::PREVIEW_EMBARGO);
    let waits = "waits for previews to open";
    assert_eq!(fates(&later, "texts"), [waits, waits, none]);
    let later = embargoed(salt, PublishingDateRole::REVIEW_EMBARGO);
    let waits = "waits for reviews to open";
    assert_eq!(fates(&later, "quotes"), [closed, waits, waits]);
}

#[test]
fn every_other_file_says_why_it_was_passed_over() {
    let file = |kind, name| {
        let link = format!("https://img.example/{name}");
        resource(ResourceContentType::new(kind), &link)
    };
    let mut past = file("35", "past.jpg");
    past.until = Some("2027-05-31".parse().unwrap());
    let mut elsewhere = file("49", "card.png");
    elsewhere.products = Scope::only(product_key(2));
    let mut salt = work(1, "Salt", vec![hardback(1, "Salt")]);
    salt.resources = vec![
        file("15", "sample.pdf"),
        file("15", "clip.mp3"),
        past,
        elsewhere,
        file("24", "press.pdf"),
        file("02", "back.jpg"),
        file("02", "other.jpg"),
    ];
    let told = |inside| {
        [
            inside,
            inside,
            "not in force today",
            "of another format",
            "of a kind that pages have no place for",
            "chosen",
            "another goes before it",
        ]
    };
    assert_eq!(fates(&salt, "files"), told("chosen"));
    let later = embargoed(salt, PublishingDateRole::PREVIEW_EMBARGO);
    assert_eq!(fates(&later, "files"), told("waits for previews to open"));
}

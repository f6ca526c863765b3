//! Whole books as they would be stored, for people to read when a rule changes.

use catalogue::codes::{
    ExtentType, ExtentUnit, LanguageCode, PublishingDateRole, ResourceContentType, SubjectScheme,
    TextType,
};
use catalogue::product::{Extent, Scope};
use catalogue::text::{MarketingText, Markup};
use catalogue::title::Title;
use catalogue::work::Work;
use site::desired::{Kind, Memory};
use site::explanation::explain;
use site::policy::{CataloguePage, PageKind, Sites};
use site::projection::projection;

use crate::shelf::*;

/// A novel in three formats: hardback out, paperback to come in Australia, audiobook kept for
/// Britain.
fn lighthouse() -> Work {
    let title = || Title {
        prefix: Some("The".to_owned()),
        subtitle: Some("A Tide Novel".to_owned()),
        ..Title::new("The Lighthouse Ledger")
    };
    let mut hard = hardback(1, "");
    hard.languages = vec![LanguageCode::ENGLISH];
    hard.extents = vec![Extent {
        kind: ExtentType::MAIN_CONTENT_PAGES,
        value: "312".to_owned(),
        unit: ExtentUnit::PAGES,
    }];
    let soft = with_status(in_form(publish(hardback(2, ""), "2027-09-15"), "BC"), "02");
    let audio = sold(in_form(hardback(3, ""), "AJ"), &["GB"], &["AU", "US"]);
    let mut work = work(1, "The Lighthouse Ledger", vec![hard, soft, audio]);
    for product in &mut work.products {
        product.title = title();
    }
    let mut narrator = contribution(6, "Bo Lind", "E07", 2);
    narrator.products = Scope::only(product_key(3));
    let mut author = contribution(5, "Ida Marsh", "A01", 1);
    author.contributor.inverted_name = Some("Marsh, Ida".to_owned());
    author.contributor.biography = Some(Markup::html("<div>Ida Marsh keeps bees.</div>"));
    work.contributions = vec![author, narrator];
    work.imprint = Some(imprint(7, "Lantern House"));
    work.series = vec![membership(3, "The Tide", "1")];
    work.season = Some("Spring 2027".to_owned());
    work.subjects = vec![
        subject(
            SubjectScheme::THEMA,
            "FBA",
            "Modern and contemporary fiction",
            true,
        ),
        subject(
            SubjectScheme::BISAC,
            "FIC019000",
            "FICTION / Literary",
            true,
        ),
    ];
    let mut quote = text(TextType::REVIEW_QUOTE, Markup::plain("Salt on every page."));
    quote.source_title = Some("The Harbour Review".to_owned());
    work.texts = vec![
        text(
            TextType::DESCRIPTION,
            Markup::html("<p>A keeper counts <i>ships</i>.<p>None return."),
        ),
        MarketingText {
            territory: Some(countries("GB")),
            ..text(TextType::DESCRIPTION, Markup::plain("A keeper in Kent."))
        },
        quote,
    ];
    work.resources = vec![resource(
        ResourceContentType::FRONT_COVER,
        "https://img.example/lighthouse.png",
    )];
    work
}

#[test]
fn a_book_in_two_markets() {
    let sites = Sites::new(vec![au(), gb()]).unwrap();
    let desired = project(&[lighthouse()], &sites);
    insta::assert_json_snapshot!("book", entry(&desired, &book(1)));
}

#[test]
fn everything_around_a_book() {
    let sites = Sites::new(vec![au(), gb()]).unwrap();
    let mut policy = policy();
    policy.catalogue_pages = vec![CataloguePage {
        kind: PageKind::Season,
        value: "Spring 2027".to_owned(),
        title: Some("Spring catalogue".to_owned()),
    }];
    let desired = projection(
        &[lighthouse()],
        &sites,
        &policy,
        &Memory::default(),
        at(NOW),
    );
    let entries: Vec<_> = desired
        .entries
        .iter()
        .filter(|(key, _)| key.kind != Kind::Book)
        .collect();
    let assets: Vec<_> = desired.assets.iter().collect();
    let urls: Vec<_> = desired.new_urls.iter().collect();
    insta::assert_json_snapshot!(
        "around",
        serde_json::json!({
            "entries": entries,
            "assets": assets,
            "terms": desired.terms,
            "new_urls": urls,
            "standings": desired.standings,
            "findings": desired.findings,
        })
    );
}

#[test]
fn an_explanation() {
    let mut work = lighthouse();
    work.products[1] = dated(
        work.products[1].clone(),
        PublishingDateRole::SALES_EMBARGO,
        "2027-09-20",
    );
    let explanation = explain(&work, &au(), &policy(), &Memory::default(), at(NOW));
    insta::assert_json_snapshot!("explanation", explanation);
}

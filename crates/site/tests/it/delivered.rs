//! What each site is delivered of formats, texts, files and neighbours, case by case, for people to
//! read. Empty fields are left out.

use std::fmt::Write as _;

use catalogue::codes::{
    ExtentType, ExtentUnit, LanguageCode, PublishingDateRole, ResourceContentType, TextType,
};
use catalogue::product::{Extent, Measure, Product, ProductPart, Scope, WebLink};
use catalogue::resource::SupportingResource;
use catalogue::text::{MarketingText, Markup};
use catalogue::work::Work;
use site::desired::{Entry, EntryKey, Fields, Kind, Memory, Value};
use site::policy::{Policy, Retailer, Site, Sites, Template};
use site::projection::projection;

use crate::shelf::*;

/// A value as a person reads it, rows below their field.
fn write_value(out: &mut String, indent: usize, uid: &str, value: &Value) {
    let pad = "  ".repeat(indent);
    let line = match value {
        Value::Nothing => return,
        Value::Rows(rows) => {
            for row in rows.iter() {
                _ = writeln!(out, "{pad}{uid}:");
                for (uid, value) in row.iter() {
                    write_value(out, indent + 1, uid, value);
                }
            }
            return;
        }
        Value::Text(text) => text.to_string(),
        Value::Word(word) => (*word).to_owned(),
        Value::Rich(rich) => format!("(tree) {}", rich.html()),
        Value::Texts(texts) => texts.join(" | "),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Date(date) => date.to_string(),
        Value::File(key) => key.link.clone(),
        Value::References(keys) => {
            let keys = keys.iter().map(|key| key.source_key.as_str());
            keys.collect::<Vec<_>>().join(" | ")
        }
        Value::Terms(terms) => {
            let terms = terms.iter().map(|(_, term)| term.as_str());
            terms.collect::<Vec<_>>().join(" | ")
        }
    };
    if !line.is_empty() {
        _ = writeln!(out, "{pad}{uid}: {line}");
    }
}

/// Everything that each site is delivered: entries that are published there and the files they may
/// use.
fn delivered_to(works: &[Work], sites: &[Site], policy: &Policy) -> String {
    let all = Sites::new(sites.to_vec()).unwrap();
    let desired = projection(works, &all, policy, &Memory::default(), at(NOW));
    let mut out = String::new();
    for site in sites {
        _ = writeln!(out, "=== {} ({})", site.id, site.destination);
        for (key, entry) in &desired.entries {
            write_entry(&mut out, key, entry, site, policy);
        }
        for (key, asset) in &desired.assets {
            if asset.published.contains(&site.destination) {
                let tags: Vec<&str> = asset.tags.iter().map(String::as_str).collect();
                _ = writeln!(
                    out,
                    "--- file {}/{} [{}] from {}",
                    asset.folder,
                    asset.title,
                    tags.join(", "),
                    key.link
                );
            }
        }
    }
    for finding in &desired.findings {
        _ = writeln!(
            out,
            "finding {}: {}",
            finding.code.as_str(),
            finding.message
        );
    }
    out
}

fn write_entry(out: &mut String, key: &EntryKey, entry: &Entry, site: &Site, policy: &Policy) {
    let told = matches!(key.kind, Kind::Book | Kind::Contributor);
    let fields = delivered(entry, site, &policy.master_locale);
    if let Some(fields) = fields.filter(|_| told) {
        _ = writeln!(out, "--- {key}");
        write_fields(out, fields);
    }
}

fn write_fields(out: &mut String, fields: &Fields) {
    for (uid, value) in fields.iter().filter(|(uid, _)| *uid != "source_key") {
        write_value(out, 0, uid, value);
    }
}

fn german() -> Site {
    let mut site = site("de", "de-de", "DE", "EUR", "Europe/Berlin");
    site.language = "de".to_owned();
    site
}

fn lasting(mut product: Product, kind: ExtentType, value: &str, unit: ExtentUnit) -> Product {
    product.extents.push(Extent {
        kind,
        value: value.to_owned(),
        unit,
    });
    product
}

fn measured(mut product: Product, sizes: [&str; 3]) -> Product {
    let sizes = sizes.iter().zip(["01", "02", "03"]);
    product.measures = sizes
        .map(|(value, kind)| Measure {
            kind: kind.to_owned(),
            value: value.parse().unwrap(),
            unit: "mm".to_owned(),
        })
        .collect();
    product
}

fn linked(mut product: Product, role: &str, link: &str) -> Product {
    product.web_links.push(WebLink {
        role: role.to_owned(),
        link: link.to_owned(),
        note: None,
    });
    product
}

fn shops() -> Policy {
    let shop = |name: &str, calls: &[&str], url: &str| Retailer {
        name: name.to_owned(),
        sites: [].into(),
        formats: [].into(),
        calls: calls.iter().map(|call| (*call).to_owned()).collect(),
        url: Template::parse(url).unwrap(),
    };
    let mut policy = policy();
    policy.retailers = vec![
        shop(
            "Harbour Books",
            &["buy", "preorder"],
            "https://harbour.example/{isbn13}",
        ),
        shop(
            "Libraries",
            &["find_copy"],
            "https://libraries.example/{isbn10}",
        ),
    ];
    policy
}

#[test]
fn formats_in_every_state_a_reader_meets() {
    let price_in_euro = |mut product: Product| {
        product.prices.push(price("EUR", 2200));
        product
    };
    let hard = measured(hardback(1, "Salt"), ["216", "138", "30"]);
    let hard = lasting(
        hard,
        ExtentType::MAIN_CONTENT_PAGES,
        "312",
        ExtentUnit::PAGES,
    );
    let soft = in_form(
        publish(with_status(hardback(2, "Salt"), "02"), "2027-09-15"),
        "BC",
    );
    let ebook = linked(
        in_form(hardback(3, "Salt"), "ED"),
        "28",
        "https://house.example/sample",
    );
    let audio = lasting(
        in_form(hardback(4, "Salt"), "AJ"),
        ExtentType::DURATION,
        "00932",
        ExtentUnit::HOURS_MINUTES,
    );
    let old = with_status(hardback(5, "Salt"), "07");
    let recalled = with_status(in_form(hardback(6, "Salt"), "BH"), "15");
    let formats = [hard, soft, ebook, audio, old, recalled];
    let work = work(1, "Salt", formats.map(price_in_euro).to_vec());
    insta::assert_snapshot!(
        "formats",
        delivered_to(&[work], &[gb(), us(), german()], &shops())
    );
}

#[test]
fn copy_of_every_kind_and_language() {
    let mut product = hardback(1, "Salt");
    product.languages = vec![LanguageCode::ENGLISH];
    let mut work = work(1, "Salt", vec![product]);
    let messy = "<div>Salt &amp; <B>smoke</B>.<script>x()</script><p>None return";
    work.texts = vec![
        text(TextType::DESCRIPTION, Markup::html(messy)),
        MarketingText {
            language: Some(LanguageCode::GERMAN),
            ..text(TextType::DESCRIPTION, Markup::plain("Salz und Rauch."))
        },
        text(
            TextType::TABLE_OF_CONTENTS,
            Markup::html("<ul><li>One<li>Two</ul>"),
        ),
        text(TextType::EXCERPT, Markup::plain("It was\nthe salt.")),
        text(TextType::COVER_COPY, Markup::plain("Read it.")),
        MarketingText {
            author: Some("Bo Lind".to_owned()),
            source_title: Some("The Harbour Review".to_owned()),
            ..text(TextType::REVIEW_QUOTE, Markup::plain("Salt on every page."))
        },
    ];
    let mut author = contribution(5, "Ida Marsh", "A01", 1);
    author.contributor.biography = Some(Markup::html("<div>Keeps <i>bees</i>.</div>"));
    work.contributions = vec![author];
    insta::assert_snapshot!("copy", delivered_to(&[work], &[gb(), german()], &policy()));
}

#[test]
fn files_of_every_kind() {
    let file = |kind: &str, link: &str| {
        resource(
            ResourceContentType::new(kind),
            &format!("https://img.example/{link}"),
        )
    };
    let later = dated(
        in_form(hardback(2, "Salt"), "ED"),
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-12-01",
    );
    let mut work = work(1, "Salt", vec![hardback(1, "Salt"), later]);
    work.resources = vec![
        SupportingResource {
            credit: Some("Photo: Bo Lind".to_owned()),
            ..file("01", "front.jpg")
        },
        file("45", "holding.png"),
        file("02", "back.jpg"),
        file("35", "banner.jpg"),
        file("15", "chapter.pdf"),
        SupportingResource {
            products: Scope::only(product_key(2)),
            ..file("15", "secret.pdf")
        },
        file("24", "press.pdf"),
    ];
    insta::assert_snapshot!("files", delivered_to(&[work], &[gb()], &policy()));
}

#[test]
fn neighbours_that_only_one_site_shows() {
    let mut set = in_form(hardback(1, "The Salt Set"), "SB");
    set.parts = vec![ProductPart {
        isbn: Some(isbn(2)),
        copies: 1,
    }];
    let set = work(1, "The Salt Set", vec![sold(set, &["GB"], &["US"])]);
    let part = work(2, "Salt", vec![hardback(2, "Salt")]);
    insta::assert_snapshot!(
        "neighbours",
        delivered_to(&[set, part], &[gb(), us()], &policy())
    );
}

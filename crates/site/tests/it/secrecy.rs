//! Properties of silence: what a market may not know is in nothing that it is given.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::codes::{PublishingDateRole, ResourceContentType, TextType};
use catalogue::product::{Approval, Product, ProductPart, Scope};
use catalogue::rights::SalesRights;
use catalogue::text::Markup;
use catalogue::work::Work;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use site::desired::{Desired, Kind, Memory};
use site::explanation::explain;
use site::policy::{Site, Sites};
use site::projection::projection;

use crate::redirects::moved;
use crate::shelf::*;
use crate::shield::written;

/// The countries of the three sites.
const MARKETS: [&str; 3] = ["AU", "GB", "US"];

/// Countries where a format is sold and where it is not; the last contradicts itself.
fn rights() -> impl Strategy<Value = (Vec<&'static str>, Vec<&'static str>)> {
    prop::sample::select(vec![
        (vec!["AU", "GB", "US"], vec![]),
        (vec!["AU"], vec!["GB", "US"]),
        (vec!["GB"], vec!["AU"]),
        (vec![], vec![]),
        (vec!["US", "AU"], vec!["AU"]),
    ])
}

/// One format by number, with a name that nothing else bears.
fn product(number: u32) -> impl Strategy<Value = Product> {
    let forms = prop::sample::select(vec!["BB", "BC", "ED", "AJ", "XC", "00"]);
    let status = prop::sample::select(vec!["02", "04", "07", "11", "01", "15"]);
    let announced = prop::option::weighted(0.4, 0..60_i32);
    let approval = prop::sample::select(vec![
        Approval::Approved,
        Approval::Approved,
        Approval::Withheld,
    ]);
    (forms, status, rights(), announced, approval).prop_map(
        move |(form, status, rights, announced, approval)| {
            let name = token("product", number);
            let mut product = with_status(in_form(hardback(number, &name), form), status);
            product = sold(product, &rights.0, &rights.1);
            product.approval = approval;
            if let Some(days) = announced {
                let day = Date::constant(2027, 5, 3).checked_add(days.days()).unwrap();
                product = dated(
                    product,
                    PublishingDateRole::PUBLIC_ANNOUNCEMENT,
                    &day.to_string(),
                );
            }
            product
        },
    )
}

fn token(kind: &str, number: u32) -> String {
    format!("Zz{kind}{number}zz")
}

/// Up to four works of up to three formats, each format with a contributor, a series, a text and a
/// cover of its own.
pub(crate) fn works() -> impl Strategy<Value = Vec<Work>> {
    let numbered = |number: u32| {
        let formats = 0..4_usize;
        formats.prop_flat_map(move |count| {
            let first = number * 10;
            let formats: Vec<_> = (0..u32::try_from(count).unwrap())
                .map(|n| product(first + n))
                .collect();
            formats.prop_map(move |products| furnished(number, products))
        })
    };
    (1..5_u32).prop_flat_map(move |count| (1..=count).map(numbered).collect::<Vec<_>>())
}

fn furnished(number: u32, products: Vec<Product>) -> Work {
    let mut work = work(number, &token("work", number), products);
    for product in work.products.clone() {
        let format = product.key.id().parse::<u32>().unwrap();
        let scope = Scope::only(product.key.clone());
        let mut person = contribution(format, &token("person", format), "A01", format);
        person.products = scope.clone();
        person.contributor.biography = Some(Markup::plain(token("biography", format)));
        let mut series = membership(format, &token("series", format), "1");
        series.products = scope.clone();
        let mut blurb = text(TextType::DESCRIPTION, Markup::plain(token("text", format)));
        blurb.products = scope.clone();
        let mut cover = resource(ResourceContentType::FRONT_COVER, &token("cover", format));
        cover.products = scope.clone();
        let mut portrait = resource(
            ResourceContentType::CONTRIBUTOR_PICTURE,
            &token("portrait", format),
        );
        portrait.contributor = Some(person.contributor.key.clone());
        portrait.products = scope.clone();
        let mut banner = resource(ResourceContentType::new("35"), &token("banner", format));
        banner.products = scope.clone();
        let mut sample = resource(ResourceContentType::new("15"), &token("sample", format));
        sample.products = scope;
        work.resources.extend([banner, sample]);
        let mut common = portrait.clone();
        common.contributor = Some(contribution(1, "", "A01", 1).contributor.key);
        work.resources.extend([portrait, common]);
        work.contributions.push(person);
        work.series.push(series);
        work.texts.push(blurb);
        work.resources.push(cover);
    }
    // Files that all formats share must not tell one market of another's edition.
    for kind in ["01", "02", "49"] {
        let link = format!("shared-{kind}-{number}");
        work.resources
            .push(resource(ResourceContentType::new(kind), &link));
    }
    // Every format is tied to the next of its work and to one of the next work.
    for product in &mut work.products {
        let format = product.key.id().parse::<u32>().unwrap();
        product.parts = [format + 1, format + 10]
            .map(|other| ProductPart {
                isbn: Some(isbn(other)),
                copies: 1,
            })
            .to_vec();
    }
    work.contributions
        .push(contribution(1, "Ida Marsh", "A01", 0));
    work.contributor_statement = Some(
        work.products
            .iter()
            .map(|product| token("person", product.key.id().parse().unwrap()))
            .collect(),
    );
    work
}

/// Everything that a site's readers are given, with addresses or without.
fn served(desired: &Desired, site: &Site, with_address: bool) -> String {
    let mut all = String::new();
    for (key, entry) in &desired.entries {
        if let Some(fields) = delivered(entry, site, "en") {
            all += &written(&key.to_string(), fields, with_address);
        }
    }
    for (key, asset) in &desired.assets {
        if asset.published.contains(&site.destination) {
            all += &format!("{key:?} {asset:?}\n");
        }
    }
    all
}

/// The names that belong to one format alone.
pub(crate) fn names(format: u32) -> Vec<String> {
    let kinds = [
        "portrait",
        "product",
        "person",
        "biography",
        "series",
        "text",
        "cover",
        "banner",
        "sample",
    ];
    kinds
        .iter()
        .map(|kind| token(kind, format))
        .chain([isbn(format).to_string()])
        .collect()
}

/// Formats that a site may not know, asked of the explanation.
pub(crate) fn unknown_to(work: &Work, site: &Site, now: Timestamp) -> Vec<u32> {
    let explanation = explain(work, site, &policy(), &Memory::default(), now);
    explanation
        .formats
        .iter()
        .filter(|format| !format.visible)
        .map(|format| format.product.id().parse().unwrap())
        .collect()
}

const ZONES: [&str; 10] = [
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "Europe/London",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn nothing_hidden_in_a_market_is_in_what_it_is_given(works in works(), hour in 0..1200_i64) {
        let now = at("2027-05-01T00:00:00Z") + hour.hours();
        let sites = sites();
        // Every page had another address before, made of the name of a format that may be hidden now.
        let desired = projection(&works, &sites, &policy(), &moved(&works), now);
        for site in sites.iter() {
            let words = served(&desired, site, false);
            let addresses = served(&desired, site, true);
            for work in &works {
                let unknown = unknown_to(work, site, now);
                let wholly = unknown.len() == work.products.len();
                for name in unknown.into_iter().flat_map(names) {
                    prop_assert!(!words.contains(&name), "{} tells {name} of:\n{words}", site.id);
                    let slug = name.to_lowercase();
                    prop_assert!(
                        !wholly || !addresses.contains(&slug),
                        "{} tells {slug} in an address of:\n{addresses}", site.id
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_hidden_everywhere_is_anywhere(works in works()) {
        let now = at(NOW);
        let sites = sites();
        let desired = projection(&works, &sites, &policy(), &Memory::default(), now);
        let entries: Vec<_> = desired.entries.iter().collect();
        let assets: Vec<_> = desired.assets.iter().collect();
        let urls: Vec<_> = desired.new_urls.iter().collect();
        let all = serde_json::to_string(&(entries, assets, urls, &desired.terms)).unwrap();
        for work in &works {
            let unknown: Vec<Vec<u32>> = sites.iter().map(|site| unknown_to(work, site, now)).collect();
            for format in &unknown[0] {
                if unknown.iter().all(|formats| formats.contains(format)) {
                    for name in names(*format) {
                        prop_assert!(!all.contains(&name), "{name} is in:\n{all}");
                        prop_assert!(!all.contains(&name.to_lowercase()), "{name} is in an address of:\n{all}");
                    }
                }
            }
        }
    }

    #[test]
    fn silence_lasts_until_midnight_whatever_the_clocks_do(
        zone in prop::sample::select(ZONES.to_vec()),
        days in 0..14_000_i32,
        before in 1..200_000_i64,
        after in 0..200_000_i64,
    ) {
        let day = Date::constant(1995, 1, 1).checked_add(days.days()).unwrap();
        let zone_rules = TimeZone::get(zone).unwrap();
        let midnight = day.to_zoned(zone_rules.clone()).unwrap().start_of_day().unwrap().timestamp();
        // Newfoundland turned its clocks back at a minute past midnight, into the day before, until
        // 2011; there the day has begun when its clocks never show an earlier one again.
        let yesterday = |minutes: &i64| zone_rules.to_datetime(midnight + minutes.minutes()).date() < day;
        let begun = midnight + (0..180_i64).rev().find(yesterday).map_or(0, |last| last + 1).minutes();
        let mut site = au();
        site.time_zone = TimeZone::get(zone).unwrap();
        let product = publish(hardback(1, "Salt"), "1990-01-01");
        let silent = dated(product, PublishingDateRole::PUBLIC_ANNOUNCEMENT, &day.to_string());
        let title = work(1, "Salt", vec![silent]);
        let sites = Sites::new(vec![site]).unwrap();
        let shown = |now: Timestamp| {
            let works = std::slice::from_ref(&title);
            !projection(works, &sites, &policy(), &Memory::default(), now).entries.is_empty()
        };
        prop_assert!(!shown(midnight - before.seconds()), "{day} in {zone}, {before} s before");
        prop_assert!(!shown(begun - 1.seconds()));
        prop_assert!(shown(begun));
        prop_assert!(shown(begun + after.seconds()), "{day} in {zone}, {after} s after");
    }

    #[test]
    fn more_rights_never_hide(
        works in works(),
        grants in prop::collection::vec((rights(), prop::sample::subsequence(MARKETS.to_vec(), 0..=3)), 12),
    ) {
        let sites = sites();
        let granted = |grown: bool| {
            let mut works = works.clone();
            let products = works.iter_mut().flat_map(|work| &mut work.products);
            for (product, ((sold, kept), more)) in products.zip(&grants) {
                let more: &[&str] = if grown { more } else { &[] };
                let sold: Vec<&str> = sold.iter().chain(more).copied().collect();
                let kept: Vec<&str> = kept.iter().filter(|country| !more.contains(country)).copied().collect();
                product.rights = Some(SalesRights::from_country_lists(&sold, &kept, Some(false)));
            }
            works
        };
        // The formats that each site's page lists, by title and site.
        let listed = |works: &[Work]| -> BTreeMap<(String, String), BTreeSet<String>> {
            let desired = project(works, &sites);
            let books = desired.entries.iter().filter(|(key, _)| key.kind == Kind::Book);
            books
                .flat_map(|(key, entry)| {
                    sites.iter().filter_map(|site| {
                        let fields = delivered(entry, site, "en")?;
                        let place = (key.source_key.clone(), site.id.0.clone());
                        Some((place, isbns(fields).into_iter().collect()))
                    })
                })
                .collect()
        };
        let (less, more) = (listed(&granted(false)), listed(&granted(true)));
        for (place, formats) in &less {
            let grown = more.get(place);
            prop_assert!(grown.is_some_and(|grown| formats.is_subset(grown)), "{place:?}: {formats:?} of {grown:?}");
        }
    }

    #[test]
    fn addresses_never_change_once_made(works in works(), suffix in "[a-z]{0,8}") {
        let first = project(&works, &sites());
        let mut renamed = works;
        for product in renamed.iter_mut().flat_map(|work| &mut work.products) {
            product.title.text.push_str(&suffix);
        }
        let memory = Memory { urls: first.new_urls.clone(), ..Memory::default() };
        let again = projection(&renamed, &sites(), &policy(), &memory, at(NOW));
        prop_assert!(again.new_urls.is_empty());
        let mut seen = BTreeSet::new();
        for (key, url) in &first.new_urls {
            prop_assert!(seen.insert(url), "{url} twice");
            for (locale, fields) in &again.entries[key].versions {
                prop_assert_eq!(&said(fields, "url"), url, "{} in {}", key, locale);
            }
        }
    }
}

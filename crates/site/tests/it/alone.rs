//! Markets share what they say alike, so that it is made once: here, that no market is given another's.

use catalogue::codes::{
    LanguageCode, PublishingDateRole, ResourceContentType, TextType, UnpricedItemType,
};
use catalogue::product::{Measure, Product, Scope};
use catalogue::supply::{Supply, SupplyDetail};
use catalogue::text::Markup;
use catalogue::work::Work;
use jiff::ToSpan as _;
use proptest::prelude::*;
use site::desired::{Desired, Kind, Memory};
use site::policy::{ForeignTexts, Policy, Retailer, Site, SiteId, Sites, Template};
use site::projection::projection;

use crate::shelf::*;
use crate::shield::written;

/// Sites of which most differ from another in one thing only.
fn all_sites() -> Vec<Site> {
    let london =
        |id: &str, country: &str| site(id, &format!("en-{id}"), country, "GBP", "Europe/London");
    let mut shown = london("foreign", "GB");
    shown.page.foreign_texts = ForeignTexts::Show;
    let mut late = london("late", "GB");
    late.sale.preorder_days = Some(20);
    let mut german = london("german", "GB");
    german.language = "de".to_owned();
    vec![
        london("home", "GB"),
        london("isle", "IE"),
        london("shops", "GB"),
        shown,
        late,
        german,
        us(),
    ]
}

/// Shops of which one is a single site's, or none.
fn with_shops(open: bool) -> Policy {
    let shop = |name: &str, url: &str| Retailer {
        name: name.to_owned(),
        sites: [].into(),
        formats: [].into(),
        calls: ["buy".to_owned(), "preorder".to_owned()].into(),
        url: Template::parse(url).unwrap(),
    };
    let mut policy = policy();
    if !open {
        return policy;
    }
    policy.retailers = vec![
        shop("Everywhere", "https://every.example/{isbn13}"),
        Retailer {
            sites: [SiteId("shops".to_owned())].into(),
            ..shop("Harbour", "https://harbour.example/{isbn13}")
        },
    ];
    policy
}

/// Where a thing is meant for.
fn places() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some("GB"),
        Some("IE"),
        Some("US"),
        Some("GB US"),
    ])
}

/// Something that may tell two markets apart.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Text {
        kind: &'static str,
        german: bool,
        from: Option<i32>,
    },
    File(&'static str),
    Price {
        currency: &'static str,
        cents: i64,
    },
    Supply {
        availability: &'static str,
        date: Option<(&'static str, i32)>,
    },
    Date(&'static str, i32),
    /// A second date in a role, which may be an instant.
    Again(&'static str, i32, bool),
    /// Given away, in whatever currency.
    Free,
    Rights,
}

fn marks() -> impl Strategy<Value = Mark> {
    let any_day = || -40..40_i32;
    // Publication, and the embargoes on sale, reviews, orders and previews (ONIX List 163).
    let date = move || {
        (
            prop::sample::select(vec!["01", "02", "23", "27", "38"]),
            any_day(),
        )
    };
    prop_oneof![
        (
            prop::sample::select(vec!["02", "03", "04", "06", "14"]),
            any::<bool>(),
            prop::option::of(any_day())
        )
            .prop_map(|(kind, german, from)| Mark::Text { kind, german, from }),
        prop::sample::select(vec!["01", "02", "15", "35"]).prop_map(Mark::File),
        (
            prop::sample::select(vec!["GBP", "USD"]),
            prop::sample::select(vec![0, 999, 1099])
        )
            .prop_map(|(currency, cents)| Mark::Price { currency, cents }),
        (
            prop::sample::select(vec!["10", "20", "31", "51"]),
            prop::option::of(date())
        )
            .prop_map(|(availability, date)| Mark::Supply { availability, date }),
        date().prop_map(|(role, day)| Mark::Date(role, day)),
        (date(), any::<bool>()).prop_map(|((role, day), instant)| Mark::Again(role, day, instant)),
        Just(Mark::Free),
        Just(Mark::Rights),
    ]
}

fn day(offset: i32) -> String {
    let now = at(NOW).to_zoned(jiff::tz::TimeZone::UTC).date();
    now.checked_add(offset.days()).unwrap().to_string()
}

fn format_mut(work: &mut Work, format: usize) -> &mut Product {
    let last = work.products.len() - 1;
    &mut work.products[format.min(last)]
}

/// Puts a mark on a work, for a place and one of its formats or all.
fn marked(
    mut work: Work,
    number: usize,
    mark: Mark,
    place: Option<&str>,
    format: Option<usize>,
) -> Work {
    let one = format.unwrap_or(0);
    let key = format_mut(&mut work, one).key.clone();
    let scope = format.map_or(Scope::All, |_| Scope::only(key));
    let territory = place.map(countries);
    match mark {
        Mark::Text { kind, german, from } => {
            let mut said = text(TextType::new(kind), Markup::plain(format!("Said {number}")));
            said.territory = territory;
            said.products = scope;
            said.from = from.map(|from| day(from).parse().unwrap());
            if german {
                said.language = Some(LanguageCode::new("ger"));
            }
            work.texts.push(said);
        }
        Mark::File(kind) => {
            let mut file = resource(ResourceContentType::new(kind), &format!("file-{number}"));
            file.territory = territory;
            file.products = scope;
            work.resources.push(file);
        }
        Mark::Price { currency, cents } => {
            let mut amount = price(currency, cents);
            amount.territory = territory;
            format_mut(&mut work, one).prices.push(amount);
        }
        Mark::Supply { availability, date } => {
            let date = date.map(|(role, on)| role_date(PublishingDateRole::new(role), &day(on)));
            let supplied = Supply {
                dates: date.into_iter().collect(),
                ..supply(territory, availability)
            };
            format_mut(&mut work, one).supplies.push(supplied);
        }
        Mark::Date(role, on) => {
            let product = format_mut(&mut work, one);
            *product = dated(product.clone(), PublishingDateRole::new(role), &day(on));
        }
        Mark::Again(role, on, instant) => {
            let on = day(on);
            let on = if instant {
                format!("{on}T18:00:00Z")
            } else {
                on
            };
            let date = role_date(PublishingDateRole::new(role), &on);
            format_mut(&mut work, one).dates.push(date);
        }
        Mark::Free => {
            let detail = SupplyDetail {
                unpriced: Some(UnpricedItemType::FREE),
                ..SupplyDetail::default()
            };
            let mut given = supply(territory, "20");
            given.details.push(detail);
            let product = format_mut(&mut work, one);
            product.prices.clear();
            product.supplies.push(given);
        }
        Mark::Rights => {
            let only: Vec<&str> = place.unwrap_or("GB IE US").split(' ').collect();
            let product = format_mut(&mut work, one);
            *product = sold(product.clone(), &only, &[]);
        }
    }
    work
}

/// A work of up to three formats with a few marks.
fn works() -> impl Strategy<Value = Work> {
    let marks = prop::collection::vec((marks(), places(), prop::option::of(0..3_usize)), 1..7);
    (1..4_u32, marks, -10..40_i32).prop_map(|(formats, marks, ahead)| {
        let forms = ["BB", "BC", "ED"];
        let products = (0..formats).zip(forms);
        let products = products.map(|(number, form)| {
            let mut product = publish(in_form(hardback(10 + number, "Salt"), form), &day(ahead));
            product.measures = vec![Measure {
                kind: "01".to_owned(),
                value: "216".parse().unwrap(),
                unit: "mm".to_owned(),
            }];
            product
        });
        let bare = work(1, "Salt", products.collect());
        let numbered = marks.into_iter().enumerate();
        numbered.fold(bare, |work, (number, (mark, place, format))| {
            marked(work, number, mark, place, format)
        })
    })
}

/// What is delivered to some of the sites, were they the only ones.
fn desired(work: &Work, sites: Vec<Site>, policy: &Policy) -> Desired {
    let sites = Sites::new(sites).unwrap();
    let works = std::slice::from_ref(work);
    projection(works, &sites, policy, &Memory::default(), at(NOW))
}

/// What a site's readers are given of books, without addresses: one address serves all sites.
fn books(desired: &Desired, site: &Site) -> String {
    let entries = desired.entries.iter();
    let books = entries.filter(|(key, _)| key.kind == Kind::Book);
    books
        .filter_map(|(key, entry)| {
            Some(written(
                &key.to_string(),
                delivered(entry, site, "en")?,
                false,
            ))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 5, ..ProptestConfig::default() })]

    #[test]
    fn each_market_hears_what_it_would_hear_alone(work in works(), shops in any::<bool>()) {
        let sites = all_sites();
        let policy = with_shops(shops);
        let together = desired(&work, sites.clone(), &policy);
        for site in &sites {
            let alone = desired(&work, vec![site.clone()], &policy);
            prop_assert_eq!(books(&together, site), books(&alone, site), "{}", site.id);
        }
    }
}

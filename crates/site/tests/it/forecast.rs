//! What changes by itself: the forecast against the projection, over any dates, in any zone.

use std::collections::BTreeMap;

use catalogue::codes::{PublishingDateRole as Role, TextType};
use catalogue::date::PartialDate;
use catalogue::key::WorkKey;
use catalogue::lifecycle::WebState;
use catalogue::product::Product;
use catalogue::supply::RoleDate;
use catalogue::text::Markup;
use catalogue::work::Work;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use proptest::sample::select;
use site::desired::{Memory, Standing};
use site::explanation::explain;
use site::forecast::{Change, Turn, forecast};
use site::hold::{Hold, Holds};
use site::policy::{SaleRule, Site, Sites};
use site::projection::projection;

use crate::shelf::*;

fn ahead(works: &[Work], sites: &Sites, days: i64) -> Vec<Change> {
    let to = at(NOW) + (days * 24).hours();
    forecast(works, sites, &policy(), &Memory::default(), at(NOW), to)
}

fn forthcoming(number: u32, day: &str) -> Work {
    let product = with_status(publish(hardback(number, "Salt"), day), "04");
    work(number, "Salt", vec![product])
}

#[test]
fn a_publication_changes_the_state_at_each_sites_midnight() {
    let changes = ahead(&[forthcoming(1, "2027-06-11")], &sites(), 30);
    let said: Vec<(String, String, Option<&str>)> = changes
        .iter()
        .map(|one| {
            (
                one.at.to_string(),
                one.site.to_string(),
                one.state.map(WebState::as_str),
            )
        })
        .collect();
    let available = Some("available");
    assert_eq!(
        said,
        [
            (
                "2027-06-10T14:00:00Z".to_owned(),
                "au".to_owned(),
                available
            ),
            (
                "2027-06-10T23:00:00Z".to_owned(),
                "gb".to_owned(),
                available
            ),
            (
                "2027-06-11T04:00:00Z".to_owned(),
                "us".to_owned(),
                available
            ),
        ]
    );
    let turn = Turn::State {
        before: WebState::Preorder,
        after: WebState::Available,
    };
    assert_eq!(changes[0].turns[0], turn);
    assert_eq!(changes[0].isbn, Some(isbn(1)));
}

#[test]
fn appearances_prices_texts_and_ends_of_holds_are_foreseen() {
    let announced = dated(hardback(1, "Salt"), Role::PUBLIC_ANNOUNCEMENT, "2027-06-03");
    let mut title = work(1, "Salt", vec![announced]);
    title.products[0].prices = [("AUD", 3999), ("AUD", 2999)]
        .map(|(c, a)| price(c, a))
        .to_vec();
    title.products[0].prices[0].until = Some("2027-06-05".parse().unwrap());
    title.products[0].prices[1].from = Some("2027-06-06".parse().unwrap());
    let mut description = text(TextType::DESCRIPTION, Markup::html("<p>New.</p>"));
    description.from = Some("2027-06-08".parse().unwrap());
    title.texts.push(description);
    let mut holds = Holds::default();
    holds.place(
        title.key.clone(),
        Hold {
            site: None,
            since: at("2027-06-10T00:00:00Z"),
            until: at("2027-06-12T00:00:00Z"),
            reason: "recount".into(),
            by: "ida".into(),
        },
    );
    let memory = Memory {
        holds,
        ..Memory::default()
    };
    let sites = Sites::new(vec![au()]).unwrap();
    let changes = forecast(
        &[title],
        &sites,
        &policy(),
        &memory,
        at(NOW),
        at("2027-07-01T00:00:00Z"),
    );
    let told: Vec<(String, String)> = changes
        .iter()
        .map(|one| (one.at.to_string(), format!("{:?}", one.turns[0])))
        .collect();
    let starts = |at: usize, instant: &str, turn: &str| {
        assert_eq!(told[at].0, instant);
        assert!(told[at].1.starts_with(turn), "{}", told[at].1);
    };
    starts(0, "2027-06-02T14:00:00Z", "Appears");
    starts(1, "2027-06-05T14:00:00Z", "Price");
    starts(2, "2027-06-07T14:00:00Z", "Text");
    starts(3, "2027-06-10T00:00:00Z", "Disappears");
    starts(4, "2027-06-12T00:00:00Z", "Appears");
    assert_eq!(told.len(), 5, "{told:?}");
}

#[test]
fn a_title_without_dates_ahead_and_a_site_that_leaves_it_out_have_no_future() {
    let mut other = gb();
    other.select.imprints = vec!["Other".into()];
    let sites = Sites::new(vec![other]).unwrap();
    assert_eq!(ahead(&[forthcoming(1, "2027-06-11")], &sites, 30), []);
    assert_eq!(
        ahead(&[forthcoming(1, "2026-06-11")], &self::sites(), 30),
        []
    );
    assert_eq!(
        ahead(&[forthcoming(1, "2027-06-11")], &self::sites(), 5),
        []
    );
}

/// Zones whose clocks change in the season of the dates below, at midnight, by half an hour, or not.
const ZONES: [&str; 6] = [
    "Australia/Lord_Howe",
    "Europe/London",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Pacific/Kiritimati",
];

/// The last Sunday of October and of March lie in between.
const CENTRE: Date = date(2027, 1, 10);

const ROLES: [Role; 8] = [
    Role::PUBLICATION,
    Role::SALES_EMBARGO,
    Role::PUBLIC_ANNOUNCEMENT,
    Role::TRADE_ANNOUNCEMENT,
    Role::PREORDER_EMBARGO,
    Role::REVIEW_EMBARGO,
    Role::OUT_OF_PRINT,
    Role::PUBLICATION,
];

prop_compose! {
    fn any_date()(days in -100_i64..100, shape in 0_u8..8, minutes in 0_i64..1440) -> PartialDate {
        let day = CENTRE.checked_add(days.days()).unwrap();
        let time = day.at(0, 0, 0, 0).checked_add(minutes.minutes()).unwrap();
        match shape {
            0 => PartialDate::YearMonth(day.year(), day.month()),
            1 => PartialDate::Time(time),
            2 => PartialDate::Instant(TimeZone::UTC.to_timestamp(time).unwrap()),
            _ => PartialDate::Day(day),
        }
    }
}

prop_compose! {
    fn any_product(number: u32)(
        dates in prop::collection::vec((select(&ROLES[..]), any_date()), 1..5),
        status in select(&["02", "04", "04", "16", "07"][..]),
        availability in prop::option::of(select(&["10", "21", "31", "46"][..])),
    ) -> Product {
        let mut product = with_status(hardback(number, "Salt"), status);
        product.dates = dates.into_iter().map(|(role, date)| RoleDate { role, date }).collect();
        match availability {
            Some(availability) => supplied(product, None, availability),
            None => product,
        }
    }
}

prop_compose! {
    fn any_work()(
        first in any_product(1),
        second in prop::option::of(any_product(2)),
        period in prop::option::of((any_date(), any_date())),
    ) -> Work {
        let mut title = work(1, "Salt", std::iter::once(first).chain(second).collect());
        if let Some((from, until)) = period {
            let mut description = text(TextType::DESCRIPTION, Markup::html("<p>New.</p>"));
            (description.from, description.until) = (Some(from), Some(until));
            title.texts.push(description);
        }
        title
    }
}

prop_compose! {
    fn any_site()(zone in select(&ZONES[..]), days in prop::option::of(0_u16..60), early_sale: bool) -> Site {
        let mut site = site("au", "en-au", "AU", "AUD", zone);
        site.sale = SaleRule { preorder_days: days, early_sale, ..SaleRule::default() };
        site
    }
}

/// An instant within the season of the dates.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (-110_i64 * 86_400..110 * 86_400).prop_map(|seconds| {
        TimeZone::UTC.to_timestamp(CENTRE.at(0, 0, 0, 0)).unwrap() + seconds.seconds()
    })
}

fn standing_at(work: &Work, site: &Site, memory: &Memory, now: Timestamp) -> Standing {
    let sites = Sites::new(vec![site.clone()]).unwrap();
    let desired = projection(std::slice::from_ref(work), &sites, &policy(), memory, now);
    desired.standings[&work.key][&site.id].clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn projecting_at_an_instant_equals_what_was_forecast_for_it(
        title in any_work(),
        site in any_site(),
        mut ends in (any_instant(), any_instant()),
        hold in prop::option::of((any_instant(), any_instant())),
    ) {
        if ends.0 > ends.1 {
            ends = (ends.1, ends.0);
        }
        let mut memory = Memory::default();
        if let Some((since, until)) = hold {
            let hold = Hold { site: None, since, until, reason: "r".into(), by: "b".into() };
            memory.holds.place(WorkKey::namespaced("consonance", "work", 1), hold);
        }
        let sites = Sites::new(vec![site.clone()]).unwrap();
        let changes = forecast(
            std::slice::from_ref(&title), &sites, &policy(), &memory, ends.0, ends.1,
        );
        let before = standing_at(&title, &site, &memory, ends.0);
        let last = changes.last();
        let forecast = last.map_or((before.visible, before.state), |last| (last.visible, last.state));
        let after = standing_at(&title, &site, &memory, ends.1);
        prop_assert_eq!(forecast, (after.visible, after.state), "{:?}", changes);
        let next = explain(&title, &site, &policy(), &memory, ends.0).next_change;
        if let (Some(next), Some(first)) = (next, changes.first()) {
            prop_assert!(next <= first.at);
        }
    }

    #[test]
    fn no_instant_before_an_embargo_shows_what_it_covers(
        title in any_work(),
        site in any_site(),
        now in any_instant(),
    ) {
        let explained = explain(&title, &site, &policy(), &Memory::default(), now);
        // Reckoned apart from the rules: a day opens with its first instant on the site's clocks.
        let opens: BTreeMap<usize, Vec<(Role, Timestamp)>> = title.products.iter().enumerate()
            .map(|(at, product)| (at, product.dates.iter()
                .map(|date| (date.role, opening(date.date, &site.time_zone))).collect()))
            .collect();
        for (at, format) in explained.formats.iter().enumerate() {
            let closed = |wanted: Role| opens[&at].iter().any(|(role, opens)| *role == wanted && *opens > now);
            prop_assert!(!(format.visible && closed(Role::PUBLIC_ANNOUNCEMENT)), "{:?}", format);
            let sells = matches!(
                format.state,
                Some(WebState::Available | WebState::ToOrder | WebState::Backorder)
            );
            prop_assert!(!(sells && closed(Role::SALES_EMBARGO)), "{:?}", format);
            let embargoed = title.products[at].date(Role::SALES_EMBARGO).is_some();
            let stock = site.sale.early_sale && title.products[at].supplies.iter()
                .flat_map(|supply| &supply.details)
                .any(|detail| detail.availability.is_some_and(|code| code.code() == "21"));
            prop_assert!(
                !sells || embargoed || stock || !closed(Role::PUBLICATION), "{:?}", format
            );
            let orders = format.state == Some(WebState::Preorder);
            prop_assert!(!(orders && closed(Role::PREORDER_EMBARGO)), "{:?}", format);
        }
    }
}

/// When a date opens on a site's clocks, found without the catalogue's own arithmetic.
fn opening(date: PartialDate, zone: &TimeZone) -> Timestamp {
    match date {
        PartialDate::Instant(instant) => instant,
        PartialDate::Time(time) => zone.to_ambiguous_timestamp(time).later().unwrap(),
        date => date
            .last_day()
            .to_zoned(zone.clone())
            .unwrap()
            .start_of_day()
            .unwrap()
            .timestamp(),
    }
}

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;

use super::table::CONFLICTS;
use super::*;
use crate::codes::{LIST_64, LIST_65};

const TODAY: Date = date(2027, 6, 1);

fn day(text: &str) -> Option<PartialDate> {
    Some(text.parse().unwrap())
}

/// An active, priced product with a publication date.
fn situation<'a>(publication: &str) -> Situation<'a> {
    Situation {
        status: Some("04"),
        publication: (!publication.is_empty()).then(|| publication.parse().unwrap()),
        priced: true,
        today: Some(TODAY),
        ..Situation::default()
    }
}

fn state(situation: &Situation<'_>) -> &'static str {
    web_state(situation).state.as_str()
}

fn codes(situation: &Situation<'_>) -> Vec<&'static str> {
    let conflicts = web_state(situation).conflicts;
    conflicts.iter().map(|conflict| conflict.code).collect()
}

#[test]
fn the_day_of_publication_opens_the_sale() {
    for (publication, expected) in [
        ("2027-06-01", "available"),
        ("2027-06-02", "preorder"),
        ("2027-06", "coming_soon"),
        ("2027-05", "available"),
        ("2027", "coming_soon"),
        ("", "available"),
    ] {
        assert_eq!(state(&situation(publication)), expected, "{publication}");
    }
}

#[test]
fn a_sales_embargo_outlasts_publication_and_may_precede_it() {
    let mut late = situation("2027-05-01");
    late.embargo = day("2027-06-02");
    late.availability = Some("21");
    assert_eq!(state(&late), "preorder");
    let mut early = situation("2027-07-01");
    early.embargo = day("2027-06-01");
    assert_eq!(state(&early), "available");
}

#[test]
fn pre_orders_open_by_date_and_by_the_rule_of_the_site_whichever_is_later() {
    let opens = |days: Option<u16>, from: Option<&str>| {
        let mut soon = situation("2027-06-11");
        soon.preorder_from = from.and_then(day);
        soon.rule.preorder_days = days;
        state(&soon)
    };
    assert_eq!(opens(None, None), "preorder");
    assert_eq!(opens(Some(10), None), "preorder");
    assert_eq!(opens(Some(9), None), "coming_soon");
    assert_eq!(opens(Some(0), None), "coming_soon");
    assert_eq!(opens(Some(10), Some("2027-06-02")), "coming_soon");
    assert_eq!(opens(Some(9), Some("2027-06-01")), "coming_soon");
    assert_eq!(opens(Some(u16::MAX), Some("2027-06-01")), "preorder");
}

#[test]
fn pre_orders_need_a_price_and_a_day_unless_the_site_says_otherwise() {
    let mut unpriced = situation("2027-06-11");
    unpriced.priced = false;
    assert_eq!(state(&unpriced), "coming_soon");
    unpriced.rule.preorder_needs_price = false;
    assert_eq!(state(&unpriced), "preorder");
    let mut undated = situation("2027-07");
    assert_eq!(state(&undated), "coming_soon");
    undated.rule.preorder_needs_day = false;
    assert_eq!(state(&undated), "preorder");
    for closed in ["30", "33", "40", "41", "44", "51"] {
        let mut kept = situation("2027-06-11");
        kept.availability = Some(closed);
        assert_eq!(state(&kept), "coming_soon", "availability {closed}");
    }
}

#[test]
fn stock_is_sold_early_only_where_the_site_says_so_and_no_embargo_forbids_it() {
    let mut stocked = situation("2027-06-11");
    stocked.availability = Some("21");
    assert_eq!(state(&stocked), "preorder");
    stocked.rule.early_sale = true;
    assert_eq!(state(&stocked), "available");
    stocked.availability = Some("10");
    assert_eq!(state(&stocked), "preorder", "not in stock");
    stocked.availability = Some("21");
    stocked.embargo = day("2027-06-02");
    assert_eq!(state(&stocked), "preorder", "embargoed");
}

#[test]
fn states_rank_from_available_to_cancelled_and_ceilings_have_names() {
    let ranked: Vec<(usize, &str)> = WebState::all()
        .map(|state| (state.rank(), state.as_str()))
        .collect();
    let available = WebState::Available.rank();
    assert!(available < WebState::Preorder.rank());
    assert!(WebState::OutOfPrint.rank() < WebState::Cancelled.rank());
    for (at, (rank, name)) in ranked.iter().enumerate() {
        assert_eq!(*rank, at, "{name}");
    }
    for (ceiling, name) in CEILINGS {
        assert_eq!(ceiling.as_str(), *name);
    }
    assert_eq!(Ceiling::ComingSoon.as_str(), "coming_soon");
}

#[test]
fn the_best_news_of_several_suppliers_counts_but_a_recall_speaks_for_all() {
    for (said, best) in [
        (&[][..], None),
        (&["97", "98", "99", "43"], None),
        (&["40", "43"], Some("40")),
        (&["40", "21", "31"], Some("21")),
        (&["31", "21", "40"], Some("21")),
        (&["ZZ", "40"], Some("40")),
        (&["21", "46"], Some("46")),
        (&["49", "21"], Some("49")),
    ] {
        assert_eq!(best_availability(said.iter().copied()), best, "{said:?}");
    }
}

#[test]
fn the_graver_of_two_decisive_readings_wins() {
    for (status, availability, expected) in [
        ("11", "01", "withdrawn"),
        ("01", "46", "withdrawn"),
        ("07", "49", "recalled"),
        ("15", "21", "recalled"),
        ("04", "01", "cancelled"),
        ("16", "20", "temporarily_unavailable"),
        ("06", "20", "out_of_stock"),
        ("13", "21", "not_sold_separately"),
        ("04", "44", "available"),
        ("14", "99", "available"),
        ("04", "51", "out_of_print"),
        ("04", "48", "superseded"),
        ("04", "11", "backorder"),
    ] {
        let mut one = situation("2027-05-01");
        (one.status, one.availability) = (Some(status), Some(availability));
        assert_eq!(state(&one), expected, "{status} with {availability}");
    }
}

#[test]
fn a_product_sold_away_or_at_its_end_is_out_of_print_from_its_day() {
    let mut sold = situation("2020-01-01");
    sold.notification = Some("08");
    assert_eq!(state(&sold), "out_of_print");
    sold.transfer = day("2027-06-02");
    assert_eq!(state(&sold), "available");
    let mut ending = situation("2020-01-01");
    ending.ends = day("2027-06-02");
    assert_eq!(state(&ending), "available");
    ending.ends = day("2027-06-01");
    assert_eq!(state(&ending), "out_of_print");
}

#[test]
fn a_temporary_withdrawal_ends_by_a_new_status_not_by_its_date() {
    let mut withdrawn = situation("2020-01-01");
    withdrawn.status = Some("16");
    assert_eq!(codes(&withdrawn), ["return-date-missing"]);
    withdrawn.returns = day("2027-05-31");
    assert_eq!(state(&withdrawn), "temporarily_unavailable");
    assert_eq!(codes(&withdrawn), ["return-date-past"]);
    withdrawn.returns = day("2027-06-02");
    assert_eq!(codes(&withdrawn), [""; 0]);
}

/// Status, availability, publication; what is found; the state.
const FOUND: &[(&str, &str, &str, &str, &str)] = &[
    (
        "02",
        "21",
        "2027-05-01",
        "forthcoming-in-stock",
        "available",
    ),
    ("02", "21", "", "forthcoming-in-stock", "coming_soon"),
    (
        "02",
        "",
        "2027-05-01",
        "forthcoming-past-date",
        "coming_soon",
    ),
    (
        "07",
        "21",
        "2020-01-01",
        "inactive-but-available",
        "out_of_print",
    ),
    (
        "17",
        "22",
        "2020-01-01",
        "inactive-but-available",
        "out_of_print",
    ),
    (
        "16",
        "21",
        "2020-01-01",
        "stopped-but-available",
        "temporarily_unavailable",
    ),
    ("04", "46", "2020-01-01", "active-but-stopped", "withdrawn"),
    ("04", "", "2027-07-01", "active-before-date", "preorder"),
    ("03", "", "2027-05-01", "date-without-plan", "coming_soon"),
    ("01", "", "2027-07-01", "date-without-plan", "cancelled"),
    (
        "04",
        "10",
        "2027-05-01",
        "not-yet-available-past-date",
        "coming_soon",
    ),
    ("04", "32", "2020-01-01", "supply-date-missing", "backorder"),
    (
        "04",
        "",
        "2027-06",
        "publication-day-missing",
        "coming_soon",
    ),
    ("09", "", "2020-01-01", "status-unknown", "available"),
];

#[test]
fn every_conflict_is_found_and_resolved_as_the_table_says() {
    for (status, availability, publication, code, expected) in FOUND {
        let mut one = situation(publication);
        one.status = Some(status);
        one.availability = (!availability.is_empty()).then_some(*availability);
        assert!(
            codes(&one).contains(code),
            "{status} {availability} {publication}: {:?}",
            codes(&one)
        );
        assert_eq!(state(&one), *expected, "{code}");
    }
    let mut crossed = situation("2027-06-11");
    crossed.preorder_from = day("2027-06-12");
    assert_eq!(
        codes(&crossed),
        ["active-before-date", "preorder-after-sale"]
    );
    crossed.status = Some("02");
    assert_eq!(codes(&crossed), ["preorder-after-sale"]);
    crossed.preorder_from = day("2027-06-11");
    assert_eq!(codes(&crossed), [""; 0], "both open on one day");
    for (code, weight, _, resolution) in CONFLICTS {
        let found = Conflict::new(code, "");
        assert_eq!((found.weight(), found.resolution()), (*weight, *resolution));
    }
}

#[test]
fn what_agrees_is_no_conflict() {
    for (status, availability, publication) in [
        ("02", "", ""),
        ("02", "", "2027-07-01"),
        ("02", "21", "2027-07-01"),
        ("02", "21", "2027-06-01"),
        ("04", "21", "2027-06-01"),
        ("04", "21", "2027-05-01"),
        ("00", "46", "2020-01-01"),
        ("16", "46", "2020-01-01"),
        ("07", "40", "2020-01-01"),
        ("07", "40", "2027-06"),
        ("04", "21", "2027-05"),
        ("02", "", "2027-08"),
        ("16", "40", "2020-01-01"),
    ] {
        let mut one = situation(publication);
        one.status = Some(status);
        one.availability = (!availability.is_empty()).then_some(availability);
        one.returns = day("2027-06-01");
        assert_eq!(
            codes(&one),
            [""; 0],
            "{status} {availability} {publication}"
        );
    }
}

#[test]
fn a_ceiling_lets_no_more_be_said_and_ends_of_life_through() {
    for (ceiling, said, expected) in [
        (
            Ceiling::InProduction,
            WebState::Available,
            WebState::InProduction,
        ),
        (
            Ceiling::ComingSoon,
            WebState::Preorder,
            WebState::ComingSoon,
        ),
        (
            Ceiling::ComingSoon,
            WebState::Announced,
            WebState::Announced,
        ),
        (Ceiling::Preorder, WebState::Available, WebState::Preorder),
        (
            Ceiling::Preorder,
            WebState::OutOfStock,
            WebState::ComingSoon,
        ),
        (Ceiling::Announced, WebState::Recalled, WebState::Recalled),
        (Ceiling::Available, WebState::ToOrder, WebState::ToOrder),
    ] {
        assert_eq!(ceiling.over(said).0, expected, "{ceiling:?} over {said:?}");
    }
    let mut behind = situation("2020-01-01");
    behind.ceiling = Ceiling::InProduction;
    assert_eq!(codes(&behind), ["stage-behind-status"]);
}

fn any_code(
    list: &'static [(&'static str, &'static str)],
) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(select(list).prop_map(|(code, _)| code))
}

fn any_date() -> impl Strategy<Value = Option<PartialDate>> {
    prop::option::of((-400_i64..400, 0_u8..4).prop_map(|(days, precision)| {
        let date = TODAY.checked_add(days.days()).unwrap();
        match precision {
            0 => PartialDate::Year(date.year()),
            1 => PartialDate::YearMonth(date.year(), date.month()),
            _ => PartialDate::Day(date),
        }
    }))
}

prop_compose! {
    fn any_situation()(
        status in any_code(LIST_64.codes),
        availability in any_code(LIST_65.codes),
        publication in any_date(),
        embargo in any_date(),
        preorder_from in any_date(),
        ends in any_date(),
        priced in any::<bool>(),
        early_sale in any::<bool>(),
        days in prop::option::of(0_u16..400),
        ceiling in select(CEILINGS).prop_map(|(ceiling, _)| ceiling),
    ) -> Situation<'static> {
        let rule = SaleRule { preorder_days: days, early_sale, ..SaleRule::default() };
        Situation {
            status, availability, publication, embargo, preorder_from, ends, priced, rule, ceiling,
            today: Some(TODAY),
            ..Situation::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn nothing_is_sold_before_its_embargo_nor_ordered_before_pre_orders_open(one in any_situation()) {
        let state = web_state(&one).state;
        let ahead = |date: Option<PartialDate>| date.is_some_and(|date| date.last_day() > TODAY);
        let sells = matches!(state, WebState::Available | WebState::ToOrder | WebState::Backorder);
        prop_assert!(!(sells && ahead(one.embargo)));
        let early = one.rule.early_sale && is_in_stock(one.availability);
        prop_assert!(!(sells && one.embargo.is_none() && ahead(one.publication) && !early));
        if state == WebState::Preorder && one.ceiling == Ceiling::Available {
            prop_assert!(!ahead(one.preorder_from));
            let sale = one.embargo.or(one.publication).unwrap();
            prop_assert!(sale.is_exact() && one.priced && preorder_day(sale, one.rule) <= TODAY);
        }
    }

    #[test]
    fn a_lower_ceiling_never_says_more_and_its_conflicts_are_in_the_table(one in any_situation()) {
        let verdict = web_state(&one);
        prop_assert!(verdict.state.needs().is_none_or(|needs| needs <= one.ceiling.max(Ceiling::Announced)));
        for conflict in verdict.conflicts {
            prop_assert!(CONFLICTS.iter().any(|(code, ..)| *code == conflict.code), "{}", conflict.code);
        }
    }
}

fn cell(row: Option<(WebState, &'static str)>) -> String {
    row.map_or_else(
        || "by date and availability".to_owned(),
        |(state, _)| format!("`{}`", state.as_str()),
    )
}

/// The tables of docs/lifecycle.md, as the code has them.
fn tables() -> Vec<(&'static str, String)> {
    let mut statuses = "| status | label | web state |\n|---|---|---|\n".to_owned();
    for (code, label) in LIST_64.codes {
        writeln!(
            statuses,
            "| {code} | {label} | {} |",
            cell(lookup(DECISIVE_STATUS, Some(code)))
        )
        .unwrap();
    }
    let mut availabilities = "| availability | label | stops a sale at any time | once sales have begun |\n|---|---|---|---|\n".to_owned();
    for (code, label) in LIST_65.codes {
        let stops = lookup(DECISIVE_AVAILABILITY, Some(code));
        let begun = stops.or_else(|| lookup(AVAILABILITY, Some(code)));
        let begun = begun.map_or_else(|| "by status".to_owned(), |row| cell(Some(row)));
        let stops = if stops.is_some() { "yes" } else { "" };
        writeln!(availabilities, "| {code} | {label} | {stops} | {begun} |").unwrap();
    }
    let mut ceilings = "| ceiling | states it lets be said |\n|---|---|\n".to_owned();
    for (ceiling, name) in CEILINGS {
        let said: Vec<String> = WebState::all()
            .filter(|state| {
                *ceiling != Ceiling::Hidden && state.needs().is_none_or(|needs| needs <= *ceiling)
            })
            .map(|state| format!("`{}`", state.as_str()))
            .collect();
        let said = if said.is_empty() {
            "none: the title is hidden".to_owned()
        } else {
            said.join(", ")
        };
        writeln!(ceilings, "| `{name}` | {said} |").unwrap();
    }
    let mut conflicts = "| code | found when | what is done |\n|---|---|---|\n".to_owned();
    for (code, _, when, done) in CONFLICTS {
        writeln!(conflicts, "| `{code}` | {when} | {done} |").unwrap();
    }
    vec![
        ("statuses", statuses),
        ("availabilities", availabilities),
        ("ceilings", ceilings),
        ("conflicts", conflicts),
    ]
}

#[test]
fn the_page_about_the_life_cycle_has_the_tables_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lifecycle.md");
    let page = std::fs::read_to_string(path).unwrap();
    for (name, table) in tables() {
        let wanted = format!("<!-- table {name} -->\n{table}<!-- end -->");
        assert!(
            page.contains(&wanted),
            "docs/lifecycle.md should have\n{wanted}"
        );
    }
}

//! Stages, pre-orders, embargoes and holds, as sites see them.

use catalogue::codes::{PublishingDateRole, SupplyDateRole};
use catalogue::key::WorkKey;
use catalogue::lifecycle::Ceiling;
use catalogue::product::Product;
use catalogue::supply::SupplyDate;
use catalogue::work::Work;
use site::desired::Memory;
use site::explanation::{Explanation, Ruling, explain};
use site::hold::{Hold, Holds};
use site::policy::{Policy, Site, SiteId, Sites, Stages};
use site::projection::projection;

use crate::shelf::*;

fn one(product: Product) -> Work {
    work(1, "Salt", vec![product])
}

/// Forthcoming, to be published on a day.
fn forthcoming(day: &str) -> Product {
    with_status(publish(hardback(1, "Salt"), day), "02")
}

fn state_on(work: &Work, site: &Site, policy: &Policy, now: &str) -> String {
    let explanation = explain(work, site, policy, &Memory::default(), at(now));
    match explanation.state {
        Some(state) => state.as_str().to_owned(),
        None => explanation.decided_by,
    }
}

fn staged(stages: &[(&str, Ceiling)]) -> Policy {
    Policy {
        stages: Stages::new(stages.iter().copied()),
        ..policy()
    }
}

#[test]
fn a_stage_lets_no_more_be_said_than_its_ceiling() {
    let policy = staged(&[
        ("Acquired", Ceiling::Hidden),
        ("In production", Ceiling::InProduction),
        ("Passed for press", Ceiling::ComingSoon),
        ("Published", Ceiling::Available),
    ]);
    let state = |stage: Option<&str>, day: &str| {
        let mut work = one(forthcoming(day));
        work.stage = stage.map(str::to_owned);
        state_on(&work, &au(), &policy, NOW)
    };
    assert_eq!(state(Some("acquired"), "2027-07-01"), "stage-hidden");
    assert_eq!(state(Some(" In Production"), "2027-07-01"), "in_production");
    assert_eq!(state(Some("Passed for press"), "2027-07-01"), "coming_soon");
    assert_eq!(state(Some("Published"), "2027-07-01"), "preorder");
    assert_eq!(state(Some("On ice"), "2027-07-01"), "stage-unmapped");
    assert_eq!(state(None, "2027-07-01"), "stage-unmapped");
}

#[test]
fn a_stage_that_nobody_mapped_is_a_finding_unless_the_star_maps_it() {
    let mut work = one(hardback(1, "Salt"));
    work.stage = Some("On ice".to_owned());
    let found = |policy: &Policy| {
        let works = [work.clone()];
        let desired = projection(&works, &sites(), policy, &Memory::default(), at(NOW));
        codes(&desired).contains("stage-unmapped")
    };
    let mapped = [("Published", Ceiling::Available)];
    assert!(found(&staged(&mapped)));
    assert!(!found(&staged(&[mapped[0], ("*", Ceiling::Hidden)])));
    assert!(!found(&policy()), "without a map no stage is asked");
}

#[test]
fn a_stage_behind_the_dates_wins_and_is_a_finding() {
    let mut work = one(hardback(1, "Salt"));
    work.stage = Some("In production".to_owned());
    let policy = staged(&[("In production", Ceiling::InProduction)]);
    assert_eq!(state_on(&work, &au(), &policy, NOW), "in_production");
    let desired = projection(&[work], &sites(), &policy, &Memory::default(), at(NOW));
    assert!(codes(&desired).contains("stage-behind-status"));
    let fields = &entry(&desired, &book(1)).versions["en-au"];
    assert_eq!(said(fields, "cta"), "notify");
}

#[test]
fn each_site_opens_pre_orders_by_its_own_rule_at_its_own_midnight() {
    let work = one(forthcoming("2027-07-01"));
    let mut strict = au();
    strict.sale.preorder_days = Some(14);
    let state = |site: &Site, now: &str| state_on(&work, site, &policy(), now);
    assert_eq!(state(&strict, "2027-06-16T13:59:59Z"), "coming_soon");
    assert_eq!(state(&strict, "2027-06-16T14:00:00Z"), "preorder");
    assert_eq!(state(&gb(), "2027-01-01T00:00:00Z"), "preorder");
}

#[test]
fn a_site_may_take_orders_without_a_price_and_without_a_day() {
    let mut unpriced = forthcoming("2027-07");
    unpriced.prices.clear();
    let mut lenient = au();
    lenient.sale.preorder_needs_price = false;
    lenient.sale.preorder_needs_day = false;
    let sites = Sites::new(vec![lenient, gb()]).unwrap();
    let desired = project(&[one(unpriced)], &sites);
    let versions = &entry(&desired, &book(1)).versions;
    let pair = |locale: &str| {
        let fields = &versions[locale];
        (said(fields, "state"), said(fields, "cta"))
    };
    assert_eq!(pair("en-au"), ("preorder".into(), "preorder".into()));
    assert_eq!(pair("en-gb"), ("coming_soon".into(), "notify".into()));
}

#[test]
fn sites_that_share_a_locale_share_its_rules_of_sale() {
    let mut other = au();
    other.id = SiteId("other".into());
    std::sync::Arc::make_mut(&mut other.destination).environment = "other".into();
    other.sale.early_sale = true;
    let error = Sites::new(vec![au(), other]).unwrap_err().to_string();
    assert!(error.contains("early sale"), "{error}");
}

#[test]
fn of_several_embargoes_the_last_to_lift_holds() {
    let mut product = supplied(hardback(1, "Salt"), None, "21");
    product = dated(product, PublishingDateRole::SALES_EMBARGO, "2027-06-03");
    product
        .dates
        .push(role_date(PublishingDateRole::SALES_EMBARGO, "2027-06-05"));
    let supplier = |date: &str| SupplyDate {
        role: SupplyDateRole::SALES_EMBARGO,
        date: date.parse().unwrap(),
    };
    // A moment on the 7th where the site is, though still the 6th in Greenwich.
    product.supplies[0].details[0].dates = vec![
        supplier("2027-06-07"),
        supplier("2027-06-06T23:30:00Z"),
        supplier("2027-06-01"),
    ];
    let work = one(product);
    let state = |now: &str| state_on(&work, &au(), &policy(), now);
    assert_eq!(state("2027-06-04T14:00:00Z"), "preorder");
    assert_eq!(state("2027-06-06T23:29:59Z"), "preorder");
    assert_eq!(state("2027-06-06T23:30:00Z"), "available");
}

#[test]
fn the_trade_announcement_opens_nothing() {
    let product = dated(
        hardback(1, "Salt"),
        PublishingDateRole::TRADE_ANNOUNCEMENT,
        "2027-05-01",
    );
    let product = dated(
        product,
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-06-20",
    );
    let work = one(product);
    assert_eq!(state_on(&work, &au(), &policy(), NOW), "not-announced");
    let trade_only = dated(
        hardback(1, "Salt"),
        PublishingDateRole::TRADE_ANNOUNCEMENT,
        "2027-09-01",
    );
    assert_eq!(
        state_on(&one(trade_only), &au(), &policy(), NOW),
        "available"
    );
}

fn hold(site: Option<&str>, until: &str) -> Hold {
    Hold {
        site: site.map(|site| SiteId(site.to_owned())),
        since: at("2027-06-01T00:00:00Z"),
        until: at(until),
        reason: "libel claim".to_owned(),
        by: "ida".to_owned(),
    }
}

fn holding(work: u32, hold: Hold) -> Memory {
    let mut holds = Holds::default();
    holds.place(WorkKey::namespaced("consonance", "work", work), hold);
    Memory {
        holds,
        ..Memory::default()
    }
}

fn explained(work: &Work, memory: &Memory, now: &str) -> Explanation {
    explain(work, &au(), &policy(), memory, at(now))
}

#[test]
fn a_hold_takes_a_title_from_every_site_until_it_expires() {
    let memory = holding(1, hold(None, "2027-06-10T00:00:00Z"));
    let works = [
        one(hardback(1, "Salt")),
        work(2, "Pepper", vec![hardback(2, "Pepper")]),
    ];
    let desired = projection(&works, &sites(), &policy(), &memory, at(NOW));
    for site in ["au", "gb", "us"] {
        let standing = standing(&desired, 1, site);
        assert_eq!(standing.decided_by, "on-hold");
        assert!(standing.reason.contains("ida") && standing.reason.contains("libel claim"));
    }
    assert!(!desired.entries.contains_key(&book(1)));
    assert!(desired.entries.contains_key(&book(2)), "the others stay");

    let held = explained(&works[0], &memory, NOW);
    assert_eq!(held.next_change, Some(at("2027-06-10T00:00:00Z")));
    let step = held.steps.iter().find(|step| step.rule == "hold").unwrap();
    assert_eq!(step.ruling, Ruling::Stop);
    assert!(step.says.contains("frontlist unhold"), "{}", step.says);
    for (now, visible) in [
        ("2027-05-31T23:59:59Z", true),
        ("2027-06-01T00:00:00Z", false),
        ("2027-06-09T23:59:59Z", false),
        ("2027-06-10T00:00:00Z", true),
    ] {
        assert_eq!(explained(&works[0], &memory, now).visible, visible, "{now}");
    }
}

#[test]
fn a_hold_on_one_site_leaves_the_others_and_follows_a_merged_work() {
    let memory = holding(9, hold(Some("au"), "2027-06-10T00:00:00Z"));
    let mut merged = one(hardback(1, "Salt"));
    merged
        .aliases
        .insert(WorkKey::namespaced("consonance", "work", 9));
    let desired = projection(&[merged], &sites(), &policy(), &memory, at(NOW));
    assert_eq!(standing(&desired, 1, "au").decided_by, "on-hold");
    assert_eq!(standing(&desired, 1, "gb").decided_by, "shown");
    let published = &entry(&desired, &book(1)).published;
    assert!(!published.contains(&au().destination) && published.contains(&gb().destination));
}

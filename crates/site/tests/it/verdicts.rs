//! The rules, one after the other: what hides a title, and under which name.

use std::sync::Arc;

use catalogue::codes::{
    MarketPublishingStatus, NotificationType, ProductComposition, PublishingDateRole,
    SalesRestrictionType, SalesRightsType,
};

use catalogue::product::{Approval, Product};
use catalogue::record::Place;

use catalogue::rights::{Claim, SalesRestriction, SalesRights};

use catalogue::territory::Territory;

use catalogue::title::Title;

use catalogue::work::{Contract, Work};
use site::desired::Memory;
use site::explanation::{Ruling, explain};
use site::policy::{ApprovalPolicy, RightsPolicy, Selection, Sites, Unsold};
use site::projection::projection;

use crate::shelf::*;

fn one(product: Product) -> Work {
    work(1, "Salt", vec![product])
}

/// The rule that hides a book with this one format in Australia.
fn rule(change: impl FnOnce(&mut Product)) -> String {
    let mut product = hardback(1, "Salt");
    change(&mut product);
    decided_au(&one(product))
}

#[test]
fn a_book_with_nothing_against_it_is_shown() {
    assert_eq!(rule(|_| {}), "shown");
}

#[test]
fn each_rule_hides_under_its_own_name() {
    assert_eq!(decided_au(&work(1, "Salt", Vec::new())), "no-products");
    assert_eq!(
        rule(|p| p.notification = Some(NotificationType::DELETE)),
        "record-withdrawn"
    );
    assert_eq!(
        rule(|p| p.notification = Some(NotificationType::TEST_RECORD)),
        "test-record"
    );
    assert_eq!(
        rule(|p| p.unread = Some(Place::default())),
        "feed-unreadable"
    );
    assert_eq!(
        rule(|p| p.approval = Approval::Withheld),
        "approval-withheld"
    );
    assert_eq!(
        rule(|p| p.approval = Approval::Unreadable),
        "approval-unreadable"
    );
    assert_eq!(
        rule(|p| p.composition = Some(ProductComposition::TRADE_ONLY)),
        "trade-only"
    );
    assert_eq!(
        rule(|p| p.composition = Some(ProductComposition::TRADE_PACK)),
        "trade-only"
    );
    assert_eq!(rule(|p| *p = in_form(p.clone(), "XC")), "trade-only");
    assert_eq!(rule(|p| *p = in_form(p.clone(), "00")), "form-unknown");
    assert_eq!(rule(|p| p.form = None), "form-unknown");
    assert_eq!(rule(|p| p.isbn = None), "no-isbn");
    assert_eq!(rule(|p| p.rights = None), "rights-unreadable");
    assert_eq!(
        rule(|p| p.rights = Some(SalesRights::default())),
        "rights-unknown"
    );
    assert_eq!(
        rule(|p| *p = sold(p.clone(), &["GB"], &["AU"])),
        "rights-not-for-sale"
    );
    assert_eq!(
        rule(|p| *p = sold(p.clone(), &["GB", "AU"], &["AU"])),
        "rights-not-for-sale"
    );
    assert_eq!(rule(|p| *p = with_status(p.clone(), "11")), "withdrawn");
    let ahead = |p: &mut Product| {
        *p = dated(
            p.clone(),
            PublishingDateRole::PUBLIC_ANNOUNCEMENT,
            "2027-06-02",
        )
    };
    assert_eq!(rule(ahead), "not-announced");
}

#[test]
fn a_title_without_any_name_is_hidden() {
    let mut product = hardback(1, "");
    product.title = Title::default();
    assert_eq!(decided_au(&work(1, " ", vec![product])), "no-title");
}

#[test]
fn a_title_takes_its_works_name_but_not_that_of_a_hidden_format() {
    let nameless = hardback(1, "");
    let named = work(1, "Salt", vec![nameless.clone()]);
    assert_eq!(said(&au_version(&named), "title"), "Salt");
    let secret = sold(hardback(2, "Salt"), &["GB"], &["AU"]);
    assert_eq!(
        decided_au(&work(1, "Salt", vec![nameless, secret])),
        "no-title"
    );
}

#[test]
fn the_format_that_came_furthest_speaks_for_a_hidden_title() {
    let mut withheld = hardback(1, "Salt");
    withheld.approval = Approval::Withheld;
    let abroad = sold(hardback(2, "Salt"), &["GB"], &["AU"]);
    assert_eq!(
        decided_au(&work(1, "Salt", vec![abroad, withheld])),
        "rights-not-for-sale"
    );
}

#[test]
fn unreadable_gates_close_with_a_finding() {
    let mut product = hardback(1, "Salt");
    product.approval = Approval::Unreadable;
    let mut other = hardback(2, "Pepper");
    other.rights = None;
    let desired = project(&[one(product), work(2, "Pepper", vec![other])], &sites());
    assert!(desired.entries.is_empty());
    assert_eq!(desired.unseen_records, [record(1), record(2)].into());
    let codes = codes(&desired);
    assert!(
        codes.contains("approval-unreadable") && codes.contains("rights-unreadable"),
        "{codes:?}"
    );
}

#[test]
fn approval_is_not_asked_where_the_policy_does_not() {
    let mut policy = policy();
    policy.approval.allow_onix_exports = false;
    let mut product = hardback(1, "Salt");
    product.approval = Approval::Withheld;
    let explanation = explain(&one(product), &au(), &policy, &Memory::default(), at(NOW));
    assert_eq!(explanation.decided_by, "shown");
}

#[test]
fn stages_and_contracts_gate_where_asked_for() {
    let mut policy = policy();
    policy.approval = ApprovalPolicy {
        stages: ["In Production".to_owned()].into(),
        contract_signed: true,
        ..ApprovalPolicy::default()
    };
    let decided = |stage: Option<&str>, contract| {
        let mut work = one(hardback(1, "Salt"));
        work.stage = stage.map(str::to_owned);
        work.contract = contract;
        explain(&work, &au(), &policy, &Memory::default(), at(NOW)).decided_by
    };
    let signed = Contract::Signed("2026-01-01".parse().unwrap());
    assert_eq!(decided(Some("in production"), signed), "shown");
    assert_eq!(decided(Some("Acquired"), signed), "stage-not-cleared");
    assert_eq!(decided(None, signed), "stage-not-cleared");
    let production = Some("In Production");
    assert_eq!(decided(production, Contract::Unsigned), "contract-unsigned");
    assert_eq!(
        decided(production, Contract::Unreadable),
        "contract-unreadable"
    );
    assert_eq!(decided(production, Contract::NotAsked), "contract-unknown");
    let later = Contract::Signed("2027-06-02".parse().unwrap());
    assert_eq!(decided(production, later), "contract-unsigned");
}

#[test]
fn a_day_begins_at_midnight_where_the_site_is() {
    let product = dated(
        hardback(1, "Salt"),
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-06-02",
    );
    let works = [one(product)];
    let shown = |now: &str| {
        let desired = projection(&works, &sites(), &policy(), &Memory::default(), at(now));
        ["au", "gb", "us"].map(|site| standing(&desired, 1, site).visible)
    };
    assert_eq!(shown("2027-06-01T13:59:59Z"), [false, false, false]);
    assert_eq!(shown("2027-06-01T14:00:00Z"), [true, false, false]);
    assert_eq!(shown("2027-06-01T23:00:00Z"), [true, true, false]);
    assert_eq!(shown("2027-06-02T04:00:00Z"), [true, true, true]);
}

#[test]
fn a_month_is_its_last_day() {
    let product = dated(
        hardback(1, "Salt"),
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-06",
    );
    let work = one(product);
    assert_eq!(
        explain_au(&work, "2027-06-29T13:59:59Z").decided_by,
        "not-announced"
    );
    assert_eq!(
        explain_au(&work, "2027-06-29T14:00:00Z").decided_by,
        "shown"
    );
}

#[test]
fn an_announcement_in_either_market_or_product_keeps_silence() {
    let mut product = supplied(hardback(1, "Salt"), Some(countries("AU")), "20");
    product.supplies[0].dates = vec![role_date(
        PublishingDateRole::PUBLIC_ANNOUNCEMENT,
        "2027-06-09",
    )];
    let desired = project(&[one(product)], &sites());
    assert_eq!(standing(&desired, 1, "au").decided_by, "not-announced");
    assert_eq!(standing(&desired, 1, "gb").decided_by, "shown");
}

#[test]
fn policies_of_a_site_may_show_without_sale() {
    let mut site = au();
    site.rights = RightsPolicy {
        not_for_sale: Unsold::ShowWithoutSale,
        unknown: Unsold::ShowWithoutSale,
        partial: Unsold::Hide,
    };
    let sites = Sites::new(vec![site]).unwrap();
    for rights in [
        SalesRights::default(),
        SalesRights::from_country_lists(&["GB"], &["AU"], None),
    ] {
        let mut product = hardback(1, "Salt");
        product.rights = Some(rights);
        let desired = project(&[one(product)], &sites);
        let fields = entry(&desired, &book(1)).versions["en-au"].clone();
        assert_eq!(said(&fields, "cta"), "none");
        assert_eq!(said(&fields, "amount"), "");
    }
    let mut product = hardback(1, "Salt");
    product.rights = Some(SalesRights {
        claims: vec![Claim::new(
            SalesRightsType::FOR_SALE_EXCLUSIVE,
            Territory {
                regions_included: Some("AU-NS".into()),
                ..Territory::default()
            },
        )],
        rest_of_world: None,
        ..SalesRights::default()
    });
    let desired = project(&[one(product)], &sites);
    assert_eq!(standing(&desired, 1, "au").decided_by, "rights-partial");
}

#[test]
fn a_country_that_lacks_only_outlets_is_for_sale() {
    let mut product = hardback(1, "Salt");
    product.rights = Some(SalesRights {
        claims: vec![Claim::new(
            SalesRightsType::FOR_SALE_EXCLUSIVE,
            Territory {
                countries_included: Some("GB".into()),
                regions_excluded: Some("GB-AIR".into()),
                ..Territory::default()
            },
        )],
        rest_of_world: None,
        ..SalesRights::default()
    });
    let desired = project(&[one(product)], &sites());
    assert_eq!(standing(&desired, 1, "gb").decided_by, "shown");
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en-gb"], "cta"),
        "buy"
    );
}

#[test]
fn restrictions_hide_or_stop_the_sale_while_they_last() {
    let restricted = |kind, until: Option<&str>| {
        let mut product = hardback(1, "Salt");
        let mut claim = Claim::new(SalesRightsType::FOR_SALE_EXCLUSIVE, Territory::world());
        let mut restriction = SalesRestriction::new(kind);
        restriction.until = until.map(|date| date.parse().unwrap());
        claim.restrictions.push(restriction);
        product.rights = Some(SalesRights {
            claims: vec![claim],
            rest_of_world: None,
            ..SalesRights::default()
        });
        one(product)
    };
    let internal = restricted(SalesRestrictionType::INTERNAL_USE_ONLY, None);
    assert_eq!(decided_au(&internal), "not-listed");
    let over = restricted(SalesRestrictionType::INTERNAL_USE_ONLY, Some("2027-05-31"));
    assert_eq!(decided_au(&over), "shown");
    let exclusive = restricted(SalesRestrictionType::RETAILER_EXCLUSIVE, None);
    assert_eq!(said(&au_version(&exclusive), "cta"), "none");
}

#[test]
fn an_exclusive_is_sold_by_the_outlet_that_it_names_and_an_exception_is_not() {
    let us = |outlets: &[&str]| {
        let mut site = au();
        site.outlets = outlets.iter().copied().collect();
        site
    };
    let restricted = |code: &str| {
        let mut product = hardback(1, "Salt");
        let mut claim = Claim::new(SalesRightsType::FOR_SALE_EXCLUSIVE, Territory::world());
        claim.restrictions.push(SalesRestriction {
            outlets: vec!["03:AMZ".to_owned(), "Harbour Books".to_owned()],
            ..SalesRestriction::new(SalesRestrictionType::new(code))
        });
        product.rights = Some(SalesRights {
            claims: vec![claim],
            ..SalesRights::default()
        });
        one(product)
    };
    for (code, when_named, otherwise) in [
        ("01", "buy", "none"),
        ("04", "buy", "none"),
        ("05", "buy", "none"),
        ("11", "none", "buy"),
    ] {
        let work = restricted(code);
        for (outlets, cta) in [
            (&["03:amz"][..], when_named),
            (&["harbour  books"], when_named),
            (&["02:AMZ", "Harbour"], otherwise),
            (&[], otherwise),
        ] {
            // The other site, which is no outlet, is asked of the same stated rights in the same projection.
            let both = Sites::new(vec![us(outlets), gb()]).unwrap();
            let versions = entry(&project(&[restricted(code)], &both), &book(1)).versions;
            assert_eq!(said(&versions["en-au"], "cta"), cta, "{code} {outlets:?}");
            assert_eq!(
                said(&versions["en-gb"], "cta"),
                otherwise,
                "{code}: another site"
            );
            let explained = explain(&work, &us(outlets), &policy(), &Memory::default(), at(NOW));
            let told: Vec<String> = explained
                .formats
                .iter()
                .flat_map(|format| &format.steps)
                .filter(|step| step.rule == "restriction")
                .map(|step| format!("{} {}", step.saw, step.says))
                .collect();
            let is_told = cta == "none" || code != "11";
            assert_eq!(!told.is_empty(), is_told, "{code} {outlets:?}: {told:?}");
            let named = outlets.first().filter(|_| cta == when_named && is_told);
            assert!(
                named.is_none_or(|name| told[0].contains(&format!("the site is {name}"))),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_site_that_an_exception_may_mean_does_not_sell_and_is_told_so() {
    for (outlet, named) in [("AMZ", "AMZ"), ("", "one that cannot be read")] {
        let mut product = hardback(1, "Salt");
        let mut claim = Claim::new(SalesRightsType::FOR_SALE_EXCLUSIVE, Territory::world());
        claim.restrictions.push(SalesRestriction {
            outlets: vec![outlet.to_owned()],
            ..SalesRestriction::new(SalesRestrictionType::RETAILER_EXCEPTION)
        });
        product.rights = Some(SalesRights {
            claims: vec![claim],
            ..SalesRights::default()
        });
        let work = one(product);
        let mut site = au();
        site.outlets = ["03:AMZ"].into_iter().collect();
        let both = Sites::new(vec![site.clone(), gb()]).unwrap();
        let versions = entry(&project(std::slice::from_ref(&work), &both), &book(1)).versions;
        assert_eq!(said(&versions["en-au"], "cta"), "none", "{outlet:?}");
        let explained = explain(&work, &site, &policy(), &Memory::default(), at(NOW));
        let steps = explained.formats.iter().flat_map(|format| &format.steps);
        let told = steps.filter(|step| step.rule == "restriction");
        let told: Vec<String> = told.map(|step| step.saw.to_string()).collect();
        let words = format!("it names {named}; the site may be meant");
        assert!(told[0].contains(&words), "{told:?}");
    }
}

#[test]
fn a_market_that_is_shut_hides_and_is_no_recall() {
    let mut product = supplied(hardback(1, "Salt"), Some(countries("AU")), "20");
    product.supplies[0].status = Some(MarketPublishingStatus::new("12"));
    let desired = project(&[one(product)], &sites());
    assert_eq!(standing(&desired, 1, "au").decided_by, "not-in-market");
    assert_eq!(standing(&desired, 1, "gb").decided_by, "shown");
}

#[test]
fn a_market_may_restrict_what_the_rights_do_not() {
    let mut product = supplied(hardback(1, "Salt"), Some(countries("AU")), "20");
    product.supplies[0].restrictions = vec![SalesRestriction::new(
        SalesRestrictionType::RETAILER_EXCLUSIVE,
    )];
    let versions = entry(&project(&[one(product)], &sites()), &book(1)).versions;
    assert_eq!(said(&versions["en-au"], "cta"), "none");
    assert_eq!(
        said(&versions["en-gb"], "cta"),
        "none",
        "supplied in Australia only"
    );
}

#[test]
fn selections_leave_titles_out_by_name_client_or_list() {
    let mut chosen = one(hardback(1, "Salt"));
    chosen.imprint = Some(imprint(7, "Lantern House"));
    chosen.series = vec![membership(3, "Minerals", "1")];
    chosen.client = Some("Harbour".to_owned());
    let decided = |select: Selection| {
        let mut site = au();
        site.select = select;
        explain(&chosen, &site, &policy(), &Memory::default(), at(NOW)).decided_by
    };
    let names = |name: &str| vec![name.to_owned()];
    assert_eq!(
        decided(Selection {
            imprints: names(" lantern house"),
            ..Selection::default()
        }),
        "shown"
    );
    assert_eq!(
        decided(Selection {
            imprints: names("Other"),
            ..Selection::default()
        }),
        "not-selected"
    );
    assert_eq!(
        decided(Selection {
            series: names("Minerals"),
            ..Selection::default()
        }),
        "shown"
    );
    assert_eq!(
        decided(Selection {
            clients: names("Other"),
            ..Selection::default()
        }),
        "not-selected"
    );
    assert_eq!(
        decided(Selection {
            lists: names(&isbn(1).hyphenated()),
            ..Selection::default()
        }),
        "shown"
    );
    assert_eq!(
        decided(Selection {
            lists: names("consonance:work:1"),
            ..Selection::default()
        }),
        "shown"
    );
    assert_eq!(
        decided(Selection {
            lists: names("consonance:work:2"),
            ..Selection::default()
        }),
        "not-selected"
    );
}

#[test]
fn two_sites_of_one_locale_may_carry_different_books() {
    let mut campaign = au();
    campaign.id = site::policy::SiteId("campaign".to_owned());
    Arc::make_mut(&mut campaign.destination).environment = "campaign".to_owned();
    campaign.select.lists = vec![isbn(2).to_string()];
    let sites = Sites::new(vec![au(), campaign.clone()]).unwrap();
    let works = [
        one(hardback(1, "Salt")),
        work(2, "Pepper", vec![hardback(2, "Pepper")]),
    ];
    let desired = project(&works, &sites);
    assert_eq!(standing(&desired, 1, "campaign").decided_by, "not-selected");
    let salt = entry(&desired, &book(1));
    assert!(!salt.published.contains(&campaign.destination));
    let pepper = entry(&desired, &book(2));
    assert_eq!(pepper.published.len(), 2);
    assert_eq!(pepper.versions.keys().collect::<Vec<_>>(), ["en", "en-au"]);
}

#[test]
fn every_stop_says_what_to_change() {
    let explanation = explain_au(&one(sold(hardback(1, "Salt"), &["GB"], &["AU"])), NOW);
    let stop = explanation.formats[0]
        .steps
        .iter()
        .find(|step| step.ruling == Ruling::Stop)
        .unwrap();
    assert_eq!(stop.rule, "rights");
    assert_eq!(stop.saw, "not for sale in AU");
    assert!(
        stop.says.contains("rights-not-for-sale") && stop.says.contains("correct the sales rights"),
        "{}",
        stop.says
    );
}

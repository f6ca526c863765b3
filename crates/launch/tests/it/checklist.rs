//! What opens a gate, what due dates and waivers do, and that knowing more never makes worse what was proved.

use jiff::civil::date;
use jiff::{Timestamp, ToSpan as _};
use launch::checklist::{Checklist, Outcome, Readiness, Subject, checklist};
use launch::due::Urgency;
use launch::fact::{FACTS, Kind};
use launch::rule::Severity;
use launch::rule_book::RuleBook;
use launch::sheet::{Sheet, Value};
use launch::waiver::{Granting, Waiver};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2027-06-01T12:00:00Z".parse().unwrap()
}

fn subject() -> Subject<'static> {
    Subject {
        work: "consonance:work:1",
        site: "au",
        locale: "en-au",
        publication: Some(date(2027, 6, 11)),
        today: date(2027, 6, 1),
        now: now(),
    }
}

fn asked(sheet: &Sheet, waivers: &[Waiver]) -> Checklist {
    let book = RuleBook::with_defaults(None).unwrap();
    checklist(&book, sheet, waivers, &[], subject())
}

/// A title of which every blocker is true.
fn ready() -> Sheet {
    let mut sheet = Sheet::default();
    let facts: [(&str, Value); 17] = [
        ("record.publishable", true.into()),
        ("isbn.valid", true.into()),
        ("title.present", true.into()),
        ("title.well_formed", true.into()),
        ("form.known", true.into()),
        ("status.sellable", true.into()),
        ("announcement.passed", true.into()),
        ("rights.for_sale", true.into()),
        ("restriction.internal", false.into()),
        ("publication.to_the_day", true.into()),
        ("dates.consistent", true.into()),
        ("price.on_site", true.into()),
        ("price.confirmed", true.into()),
        ("cover.fetched", true.into()),
        ("cover.long_side", 1600_usize.into()),
        ("cover.holding", false.into()),
        ("cover.alternative_text", true.into()),
    ];
    for (fact, value) in facts {
        sheet.state(fact, value).unwrap();
    }
    sheet.state("description.length", 400_usize).unwrap();
    sheet
}

fn outcome(checklist: &Checklist, rule: &str) -> Outcome {
    let item = checklist.items.iter().find(|item| item.rule == rule);
    item.unwrap().outcome
}

fn waiver(rule: &str) -> Waiver {
    Waiver {
        rule: rule.into(),
        work: Some("consonance:work:1".into()),
        site: None,
        reason: "the printer has the file".into(),
        requested_by: "ida".into(),
        approved_by: None,
        since: now() - 1.hour(),
        until: now() + 48.hours(),
    }
}

#[test]
fn a_title_is_ready_when_every_blocker_passed_and_not_before() {
    assert_eq!(asked(&ready(), &[]).readiness(), Readiness::Ready);
    assert_eq!(
        asked(&Sheet::default(), &[]).readiness(),
        Readiness::Unknown
    );
    let mut small = ready();
    small.state("cover.holding", true).unwrap();
    let checklist = asked(&small, &[]);
    assert_eq!(outcome(&checklist, "cover"), Outcome::Fail);
    assert_eq!(checklist.readiness(), Readiness::Blocked);
    let item = checklist
        .items
        .iter()
        .find(|item| item.rule == "cover")
        .unwrap();
    assert!(
        item.evidence
            .iter()
            .any(|seen| seen.fact == "cover.holding" && seen.saw == "yes")
    );
    assert_eq!(
        (item.due, item.urgency),
        (Some(date(2027, 6, 11)), Urgency::DueSoon)
    );
}

#[test]
fn no_rule_at_all_opens_nothing() {
    let book = RuleBook::read("", "none").unwrap();
    let empty = checklist(&book, &ready(), &[], &[], subject());
    assert_eq!(empty.readiness(), Readiness::Unknown);
}

#[test]
fn what_was_seen_too_long_ago_is_unknown() {
    let rules = r#"
[[rule]]
id = "page"
says = "the page answers"
source = "page_probe"
needs = [{ fact = "page.status", is = 200 }]
severity = "blocker"
due = "T-0"
owner = "digital"
mend = "Look at the page."
place = "page"
fresh_hours = 24
"#;
    let book = RuleBook::read(rules, "rules.toml").unwrap();
    for (age, expected) in [
        (1, Outcome::Pass),
        (24, Outcome::Pass),
        (25, Outcome::Unknown),
        (-1, Outcome::Unknown),
    ] {
        let mut sheet = Sheet::default();
        let at = now() - i64::from(age).hours();
        sheet
            .state_seen("page.status", 200_usize, "200 OK".into(), Some(at))
            .unwrap();
        let checklist = checklist(&book, &sheet, &[], &[], subject());
        assert_eq!(outcome(&checklist, "page"), expected, "{age} h");
    }
}

#[test]
fn a_waiver_counts_once_granted_by_another_for_its_title_and_its_time() {
    let mut small = ready();
    small.state("cover.fetched", false).unwrap();
    let stands = |waivers: &[Waiver]| {
        let checklist = asked(&small, waivers);
        (outcome(&checklist, "cover"), checklist.readiness())
    };
    let waived = (Outcome::Waived, Readiness::Ready);
    let failed = (Outcome::Fail, Readiness::Blocked);
    assert_eq!(stands(&[waiver("cover")]), failed, "nobody granted it");
    let four_eyes = Granting { four_eyes: true };
    let refused = waiver("cover").approve("ida", four_eyes).unwrap_err();
    assert_eq!(refused.code(), "FL-0706");
    let granted = waiver("cover").approve("omar", four_eyes).unwrap();
    assert_eq!(stands(std::slice::from_ref(&granted)), waived);
    let over = Waiver {
        until: now(),
        ..granted.clone()
    };
    assert_eq!(
        stands(std::slice::from_ref(&over)),
        failed,
        "its time is over"
    );
    assert_eq!(over.check(now()).unwrap_err().code(), "FL-0706");
    let early = Waiver {
        since: now() + 1.hour(),
        ..granted.clone()
    };
    assert_eq!(stands(&[early]), failed, "its time has not come");
    let other = Waiver {
        work: Some("consonance:work:2".into()),
        ..granted.clone()
    };
    assert_eq!(stands(&[other]), failed, "another title");
    let elsewhere = Waiver {
        site: Some("gb".into()),
        ..granted.clone()
    };
    assert_eq!(stands(&[elsewhere]), failed, "another site");
    let silent = Waiver {
        reason: " ".into(),
        ..granted
    };
    assert_eq!(silent.check(now()).unwrap_err().code(), "FL-0706");
}

#[test]
fn a_waived_rule_gives_no_points_and_what_does_not_apply_takes_none() {
    let score = |sheet: &Sheet, waivers: &[Waiver]| asked(sheet, waivers).score();
    let before = score(&ready(), &[]);
    let granted = waiver("keywords")
        .approve("omar", Granting::default())
        .unwrap();
    assert_eq!(score(&ready(), &[granted]), before);
    let mut no_series = ready();
    no_series.state("series.member", false).unwrap();
    assert_eq!(score(&no_series, &[]), (before.0, before.1 - 1));
    let (missing, of) = asked(&no_series, &[]).missing();
    assert!(missing > 0 && missing < of);
}

#[test]
fn a_moved_publication_moves_what_is_due() {
    let book = RuleBook::with_defaults(None).unwrap();
    let due = |publication| {
        let subject = Subject {
            publication,
            ..subject()
        };
        let checklist = checklist(&book, &ready(), &[], &[], subject);
        let item = checklist
            .items
            .iter()
            .find(|item| item.rule == "rights")
            .unwrap();
        (item.due, item.urgency)
    };
    assert_eq!(
        due(Some(date(2027, 6, 11))),
        (Some(date(2027, 2, 19)), Urgency::Overdue)
    );
    assert_eq!(due(Some(date(2028, 6, 11))).1, Urgency::NotDue);
    assert_eq!(due(Some(date(2020, 1, 1))).1, Urgency::Overdue);
    assert_eq!(due(None), (None, Urgency::NoDate));
}

/// Any value that a fact may have.
fn any_value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::YesNo => any::<bool>().prop_map(Value::YesNo).boxed(),
        Kind::Number => {
            prop::sample::select(vec![0_i64, 1, 2, 200, 299, 300, 350, 351, 999, 1000, 4000])
                .prop_map(Value::Number)
                .boxed()
        }
        Kind::Text => prop::sample::select(vec!["print", "ebook", "Harbour"])
            .prop_map(|text| Value::Text(text.to_owned()))
            .boxed(),
    }
}

/// A value for every fact, and which of them are known.
fn any_facts() -> impl Strategy<Value = Vec<(Value, bool)>> {
    FACTS
        .iter()
        .map(|fact| (any_value(fact.kind), any::<bool>()))
        .collect::<Vec<_>>()
}

fn sheet_of(facts: &[(Value, bool)], all: bool) -> Sheet {
    let mut sheet = Sheet::default();
    for (fact, (value, known)) in FACTS.iter().zip(facts) {
        if all || *known {
            sheet.state(fact.name, value.clone()).unwrap();
        }
    }
    sheet
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn what_is_found_out_later_never_undoes_what_was_proved(facts in any_facts()) {
        let (some, all) = (asked(&sheet_of(&facts, false), &[]), asked(&sheet_of(&facts, true), &[]));
        for (before, after) in some.items.iter().zip(&all.items) {
            let kept = match before.outcome {
                // What was not applicable stays so; what passed passes, or turns out not to apply.
                Outcome::Pass => matches!(after.outcome, Outcome::Pass | Outcome::NotApplicable),
                Outcome::Unknown => true,
                outcome => after.outcome == outcome,
            };
            prop_assert!(kept, "{}: {:?} became {:?}", before.rule, before.outcome, after.outcome);
        }
        prop_assert!(some.readiness() != Readiness::Ready || all.readiness() == Readiness::Ready);
        prop_assert!(all.items.iter().all(|item| item.outcome != Outcome::Unknown));
    }

    #[test]
    fn nothing_but_pass_and_waiver_opens_a_gate(facts in any_facts()) {
        let checklist = asked(&sheet_of(&facts, false), &[]);
        let blockers: Vec<_> = checklist.items.iter()
            .filter(|item| item.severity == Severity::Blocker)
            .map(|item| item.outcome)
            .collect();
        let open = blockers.iter().all(|outcome| {
            matches!(outcome, Outcome::Pass | Outcome::Waived | Outcome::NotApplicable)
        });
        prop_assert_eq!(checklist.readiness() == Readiness::Ready, open);
        let waivers: Vec<_> = checklist.items.iter()
            .map(|item| waiver(&item.rule).approve("omar", Granting::default()).unwrap())
            .collect();
        prop_assert_eq!(asked(&sheet_of(&facts, false), &waivers).readiness(), Readiness::Ready);
    }
}

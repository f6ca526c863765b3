//! What opens a gate, over every checklist that there can be.

use std::collections::BTreeMap;

use launch::checklist::{Checklist, Item, Outcome, Readiness, Subject, checklist};
use launch::due::Urgency;
use launch::gate::{check, opens};
use launch::rule::{Place, Rule, Severity};
use launch::rule_book::RuleBook;
use launch::sheet::Sheet;
use proptest::prelude::*;

const OUTCOMES: [Outcome; 5] = [
    Outcome::Pass,
    Outcome::Fail,
    Outcome::Waived,
    Outcome::NotApplicable,
    Outcome::Unknown,
];

fn item(number: usize, severity: Severity, outcome: Outcome) -> Item {
    Item {
        rule: format!("rule-{number}"),
        version: 1,
        says: String::new(),
        outcome,
        severity,
        evidence: Vec::new(),
        due: None,
        urgency: Urgency::NoDate,
        owner: String::new(),
        mend: String::new(),
        place: Place::Consonance,
        points: 0,
        waived: None,
    }
}

fn lines() -> impl Strategy<Value = Vec<Item>> {
    let severities = [Severity::Blocker, Severity::Warning, Severity::Info];
    let line = (
        prop::sample::select(severities.to_vec()),
        prop::sample::select(OUTCOMES.to_vec()),
    );
    prop::collection::vec(line, 0..8).prop_map(|lines| {
        let lines = lines.into_iter().enumerate();
        lines
            .map(|(number, (severity, outcome))| item(number, severity, outcome))
            .collect()
    })
}

fn of(items: Vec<Item>) -> Checklist {
    Checklist {
        work: "consonance:work:1".to_owned(),
        site: "au".to_owned(),
        items,
    }
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("FRONTLIST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(2000))
}

proptest! {
    #![proptest_config(cases())]

    /// Said over again from the words of the promise, not from the code: no blocker that failed or of which nobody knows
    /// may be there, and one at least must have passed or been waived.
    #[test]
    fn only_pass_and_waived_ever_open_a_gate(items in lines()) {
        let mut shut = false;
        let mut let_through = 0;
        for item in items.iter().filter(|item| item.severity == Severity::Blocker) {
            match item.outcome {
                Outcome::Pass | Outcome::Waived => let_through += 1,
                Outcome::NotApplicable => {}
                Outcome::Fail | Outcome::Unknown => shut = true,
            }
        }
        let checklist = of(items);
        prop_assert_eq!(opens(&checklist).is_ok(), !shut && let_through > 0);
        prop_assert_eq!(opens(&checklist).is_ok(), checklist.readiness() == Readiness::Ready);
    }

    /// One blocker more of which nobody knows, or that failed, shuts every gate, and is named.
    #[test]
    fn one_blocker_that_failed_or_is_unknown_shuts_every_gate(items in lines(), failed in any::<bool>()) {
        let mut items = items;
        let outcome = if failed { Outcome::Fail } else { Outcome::Unknown };
        items.push(item(99, Severity::Blocker, outcome));
        let shut = opens(&of(items)).unwrap_err();
        prop_assert!(shut.by.contains(&("rule-99".to_owned(), outcome)));
        prop_assert!(shut.in_words().contains("rule-99"), "{}", shut.in_words());
    }

    /// With every fact unknown, whichever rules are asked, no gate opens.
    #[test]
    fn a_title_of_which_nothing_is_known_goes_live_nowhere(chosen in prop::collection::vec(any::<bool>(), 60)) {
        let all = RuleBook::with_defaults(None).unwrap();
        let left_out = all.rules().zip(chosen).filter(|(_, keep)| !keep);
        let off: Vec<Rule> = left_out
            .map(|(rule, _)| Rule { enabled: false, ..rule.clone() })
            .collect();
        let off = toml::to_string(&BTreeMap::from([("rule", off)])).unwrap();
        let book = all.with(&off, "the test").unwrap();
        let now = "2027-06-01T12:00:00Z".parse().unwrap();
        let subject = Subject {
            work: "consonance:work:1", site: "au", locale: "en-au", publication: None,
            today: jiff::civil::date(2027, 6, 1), now,
        };
        let asked = checklist(&book, &Sheet::default(), &[], &[], subject);
        prop_assert!(opens(&asked).is_err());
    }
}

#[test]
fn a_checklist_without_blockers_opens_nothing_and_says_why() {
    let shut = opens(&of(vec![item(1, Severity::Warning, Outcome::Pass)])).unwrap_err();
    assert!(shut.in_words().contains("nothing was checked"));
}

#[test]
fn a_blocker_that_can_hold_only_once_live_is_refused_where_it_counts() {
    let rule = r#"
[[rule]]
id = "answers"
says = "the page answers"
source = "page_probe"
scope = { sites = ["au"] }
needs = [{ fact = "page.status", is = 200 }]
severity = "blocker"
due = "T-0"
owner = "digital"
mend = "Look at the page."
place = "page"
"#;
    let book = RuleBook::with_defaults(Some((rule, "rules.toml"))).unwrap();
    let error = check(&book, "au", "en-au").unwrap_err();
    assert_eq!(error.code(), "FL-0707");
    assert!(error.to_string().contains("`answers`") && error.to_string().contains("page.status"));
    check(&book, "gb", "en-gb").unwrap();
    check(&RuleBook::with_defaults(None).unwrap(), "au", "en-au").unwrap();
}

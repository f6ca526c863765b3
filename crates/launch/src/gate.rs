//! Whether a checklist lets a title go live.
//!
//! A gate is a question asked once, before a title is shown on a site. It opens where every blocker that applies has
//! passed or was waived, and at least one did: a title of which nothing was checked is not a title of which all is well.
//! What failed, what nobody knows, what is stale and what was skipped keep it shut.
//!
//! A rule about what is true only of a live title (that it is published, that its page answers) cannot be a condition of
//! going live: the gate would never open. [`check`] refuses it with its name.

use crate::checklist::{Checklist, Item, Outcome};
use crate::condition::Condition;
use crate::error::Error;
use crate::rule::{Rule, Severity};
use crate::rule_book::RuleBook;

/// Facts that are true only once the title is live.
const ONCE_LIVE: [&str; 3] = ["entry.current", "entry.published", "entry.confirmed"];

/// The first part of the names of facts about the live page.
const OF_PAGE: &str = "page.";

/// What keeps a gate shut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// The blockers that failed or of which nobody knows, by name and outcome; none where no blocker applied.
    pub by: Vec<(String, Outcome)>,
}

impl Shut {
    /// For people: the rules, those that failed first.
    #[must_use]
    pub fn in_words(&self) -> String {
        let named = |wanted: Outcome| {
            let of = self
                .by
                .iter()
                .filter(move |(_, outcome)| *outcome == wanted);
            of.map(|(rule, _)| rule.as_str()).collect::<Vec<_>>()
        };
        let (failed, unknown) = (named(Outcome::Fail), named(Outcome::Unknown));
        match (failed.is_empty(), unknown.is_empty()) {
            (true, true) => {
                "no blocker of its checklist applies, so nothing was checked".to_owned()
            }
            (false, true) => format!("blocked by {}", failed.join(", ")),
            (true, false) => format!("nobody knows of {}", unknown.join(", ")),
            (false, false) => format!(
                "blocked by {}; nobody knows of {}",
                failed.join(", "),
                unknown.join(", ")
            ),
        }
    }
}

/// Whether the outcome of a blocker leaves a gate open.
fn lets_through(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Pass | Outcome::Waived | Outcome::NotApplicable => true,
        Outcome::Fail | Outcome::Unknown => false,
    }
}

/// Asks the gate.
///
/// # Errors
/// What keeps it shut.
pub fn opens(checklist: &Checklist) -> Result<(), Shut> {
    let blockers = || {
        let items = checklist.items.iter();
        items.filter(|item| item.severity == Severity::Blocker)
    };
    let shut_by: Vec<&Item> = blockers()
        .filter(|item| !lets_through(item.outcome))
        .collect();
    let any = blockers().any(|item| matches!(item.outcome, Outcome::Pass | Outcome::Waived));
    if shut_by.is_empty() && any {
        return Ok(());
    }
    let by = shut_by.into_iter();
    Err(Shut {
        by: by.map(|item| (item.rule.clone(), item.outcome)).collect(),
    })
}

/// The fact by which a rule can hold only once its title is live.
fn once_live(rule: &Rule) -> Option<&str> {
    let mut facts = rule.needs.iter().flat_map(Condition::facts);
    facts
        .find(|(fact, _)| ONCE_LIVE.contains(fact) || fact.starts_with(OF_PAGE))
        .map(|(fact, _)| fact)
}

/// Whether the rules can ever open a gate on a site.
///
/// # Errors
/// FL-0707 with the rule that cannot hold before the title is live.
pub fn check(book: &RuleBook, site: &str, locale: &str) -> Result<(), Error> {
    let listed =
        |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
    let blockers = book.rules().filter(|rule| {
        rule.severity == Severity::Blocker
            && listed(&rule.scope.sites, site)
            && listed(&rule.scope.locales, locale)
    });
    for rule in blockers {
        if let Some(fact) = once_live(rule) {
            return Err(Error::NeverOpens {
                rule: rule.id.clone(),
                fact: fact.to_owned(),
                site: site.to_owned(),
            });
        }
    }
    Ok(())
}

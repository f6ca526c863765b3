//! Every rule asked of one title on one site, and what follows.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::condition::{Answer, Condition, all, is_fresh};
use crate::due::Urgency;
use crate::rule::{Place, Rule, Severity};
use crate::rule_book::RuleBook;
use crate::sheet::Sheet;
use crate::waiver::Waiver;

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// It does not, or nobody knows, and a person said that it need not.
    Waived,
    /// It is no rule for this title.
    NotApplicable,
    /// Nobody knows: not looked at, too long ago, or it could not be seen.
    Unknown,
}

impl Outcome {
    /// The name in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::NotApplicable => "not_applicable",
            Self::Unknown => "unknown",
        }
    }
}

/// A fact that a rule saw, or missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The fact.
    pub fact: String,
    /// Its value in words, or why it is not known.
    pub saw: String,
    /// When it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// One line of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The rule's name.
    pub rule: String,
    /// The version of the rule that was asked.
    pub version: u32,
    /// What must be true.
    pub says: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What follows where it fails.
    pub severity: Severity,
    /// What it saw.
    pub evidence: Vec<Evidence>,
    /// The day on which it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// How it stands against that day.
    pub urgency: Urgency,
    /// Whose task it is.
    pub owner: String,
    /// What to do.
    pub mend: String,
    /// Where.
    pub place: Place,
    /// What it counts.
    pub points: u16,
    /// The reason of the waiver and its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Item {
    /// Whether it is still to be done: it fails, or nobody knows.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Fail | Outcome::Unknown)
    }

    /// What came of it as an icon and a word; of what fails, how grave that is.
    #[must_use]
    pub fn sign(&self) -> (&'static str, &'static str) {
        match (self.outcome, self.severity) {
            (Outcome::Pass, _) => ("✓", "pass"),
            (Outcome::Fail, Severity::Blocker) => ("✗", "blocker"),
            (Outcome::Fail, Severity::Warning) => ("!", "warning"),
            (Outcome::Fail, Severity::Info) => ("·", "info"),
            (Outcome::Waived, _) => ("w", "waived"),
            (Outcome::NotApplicable, _) => ("-", "n/a"),
            (Outcome::Unknown, _) => ("?", "unknown"),
        }
    }

    /// How its day stands, in a word, where it is still to be done and that day presses.
    #[must_use]
    pub fn pressing(&self) -> Option<&'static str> {
        match self.urgency {
            Urgency::Overdue if self.is_open() => Some("overdue"),
            Urgency::DueSoon if self.is_open() => Some("soon"),
            _ => None,
        }
    }

    /// The severity in a word.
    #[must_use]
    pub fn severity_word(&self) -> &'static str {
        match self.severity {
            Severity::Blocker => "blocker",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Whether a title may go live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Every blocker passed or is waived.
    Ready,
    /// Nobody knows of some blocker.
    Unknown,
    /// A blocker failed.
    Blocked,
}

impl Readiness {
    /// It as an icon and a word.
    #[must_use]
    pub fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Ready => ("✓", "ready"),
            Self::Unknown => ("?", "unknown"),
            Self::Blocked => ("✗", "blocked"),
        }
    }
}

/// All lines for one title on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// The title, as its work's key.
    pub work: String,
    /// The site.
    pub site: String,
    /// The lines, in the order of the rules.
    pub items: Vec<Item>,
}

/// Of whom and when a checklist is asked.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The title, as its work's key.
    pub work: &'a str,
    /// The site.
    pub site: &'a str,
    /// The site's locale.
    pub locale: &'a str,
    /// The day of publication on the site; the first day that it may mean, where it is not known to the day.
    pub publication: Option<Date>,
    /// The day on the site.
    pub today: Date,
    /// The instant.
    pub now: Timestamp,
}

/// Asks every rule.
#[must_use]
pub fn checklist(
    book: &RuleBook,
    sheet: &Sheet,
    waivers: &[Waiver],
    holidays: &[Date],
    subject: Subject<'_>,
) -> Checklist {
    let items = book
        .rules()
        .map(|rule| ask(rule, sheet, waivers, holidays, subject))
        .collect();
    Checklist {
        work: subject.work.to_owned(),
        site: subject.site.to_owned(),
        items,
    }
}

fn ask(
    rule: &Rule,
    sheet: &Sheet,
    waivers: &[Waiver],
    holidays: &[Date],
    subject: Subject<'_>,
) -> Item {
    let applies =
        scope(rule, sheet, subject).and(all(&rule.applies, sheet, subject.now, rule.fresh()));
    let holds = all(&rule.needs, sheet, subject.now, rule.fresh());
    let found = match (applies, holds) {
        (Answer::No, _) => Outcome::NotApplicable,
        // A rule that holds passes whether or not it had to.
        (_, Answer::Yes) => Outcome::Pass,
        (Answer::Yes, Answer::No) => Outcome::Fail,
        _ => Outcome::Unknown,
    };
    let waiver = waivers.iter().find(|waiver| {
        waiver.is_active(subject.now) && waiver.covers(&rule.id, subject.work, subject.site)
    });
    let (outcome, waived) = match (found, waiver) {
        (Outcome::Fail | Outcome::Unknown, Some(waiver)) => (
            Outcome::Waived,
            Some(format!("{}, until {}", waiver.reason, waiver.until)),
        ),
        _ => (found, None),
    };
    Item {
        rule: rule.id.clone(),
        version: rule.version,
        says: rule.says.clone(),
        outcome,
        severity: rule.severity,
        evidence: evidence(rule, sheet, subject.now),
        due: subject
            .publication
            .map(|publication| rule.due.day(publication, holidays)),
        urgency: rule
            .due
            .urgency(subject.publication, holidays, subject.today),
        owner: rule.owner.clone(),
        mend: rule.mend.clone(),
        place: rule.place,
        points: rule.points,
        waived,
    }
}

/// Whether the rule's scope takes the title in.
fn scope(rule: &Rule, sheet: &Sheet, subject: Subject<'_>) -> Answer {
    let listed = |list: &[String], value: &str| {
        if list.is_empty() || list.iter().any(|one| one == value) {
            Answer::Yes
        } else {
            Answer::No
        }
    };
    let stated = |list: &[String], fact: &str| match (list.is_empty(), sheet.reading(fact)) {
        (true, _) => Answer::Yes,
        (false, Some(reading)) => listed(list, &reading.value.in_words()),
        (false, None) => Answer::Unknown,
    };
    listed(&rule.scope.sites, subject.site)
        .and(listed(&rule.scope.locales, subject.locale))
        .and(stated(&rule.scope.imprints, "imprint.name"))
        .and(stated(&rule.scope.formats, "form.group"))
}

fn evidence(rule: &Rule, sheet: &Sheet, now: Timestamp) -> Vec<Evidence> {
    let mut asked: Vec<&str> = Vec::new();
    for (fact, _) in rule.needs.iter().flat_map(Condition::facts) {
        if !asked.contains(&fact) {
            asked.push(fact);
        }
    }
    asked
        .into_iter()
        .map(|fact| match sheet.reading(fact) {
            Some(reading) => {
                let stale = !is_fresh(reading.at, now, rule.fresh());
                let value = reading.value.in_words();
                let mut saw = match reading.seen.as_str() {
                    "" => value,
                    seen => format!("{value} ({seen})"),
                };
                if stale {
                    saw.push_str(", too long ago to count");
                }
                Evidence {
                    fact: fact.to_owned(),
                    saw,
                    at: reading.at,
                }
            }
            None => Evidence {
                fact: fact.to_owned(),
                saw: format!("unknown: {}", sheet.why_unknown(fact)),
                at: None,
            },
        })
        .collect()
}

impl Checklist {
    /// Whether the title may go live. Where no blocker applies at all nothing was checked, and nobody knows.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let blockers = || {
            let blockers = self.items.iter();
            blockers.filter(|item| item.severity == Severity::Blocker)
        };
        let opens = |item: &Item| matches!(item.outcome, Outcome::Pass | Outcome::Waived);
        if blockers().any(|item| item.outcome == Outcome::Fail) {
            Readiness::Blocked
        } else if blockers().any(opens)
            && blockers().all(|item| opens(item) || item.outcome == Outcome::NotApplicable)
        {
            Readiness::Ready
        } else {
            Readiness::Unknown
        }
    }

    /// Lines that fail or are unknown, and how many apply: "n missing of m".
    #[must_use]
    pub fn missing(&self) -> (usize, usize) {
        let applies = |item: &&Item| item.outcome != Outcome::NotApplicable;
        (
            self.items.iter().filter(|item| item.is_open()).count(),
            self.items.iter().filter(applies).count(),
        )
    }

    /// Points got and points that could be had. A waived rule gives none: the title is no better for it.
    #[must_use]
    pub fn score(&self) -> (u32, u32) {
        let mut score = (0, 0);
        for item in &self.items {
            if item.outcome != Outcome::NotApplicable {
                score.1 += u32::from(item.points);
            }
            if item.outcome == Outcome::Pass {
                score.0 += u32::from(item.points);
            }
        }
        score
    }
}

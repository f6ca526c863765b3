//! A rule of the checklist.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::due::Due;
use crate::fact::Source;

/// What follows where a rule fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The title may not go live.
    Blocker,
    /// It should be mended.
    Warning,
    /// It would be better.
    Info,
}

/// Where a rule is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The work's record in Consonance.
    Consonance,
    /// The entry in Contentstack.
    Entry,
    /// The live page.
    Page,
}

impl Place {
    /// The place for people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Consonance => "in Consonance",
            Self::Entry => "in the entry",
            Self::Page => "on the page",
        }
    }
}

/// Where a rule counts. An empty list leaves nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Sites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// Locales.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locales: Vec<String>,
    /// Imprints, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imprints: Vec<String>,
    /// Groups of the lead format: `print`, `ebook`, `audio`, `other`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
}

/// One thing that must be true of a title before it goes live on a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its stable name.
    pub id: String,
    /// Its version; a result says which version it is of.
    #[serde(default = "first")]
    pub version: u32,
    /// What must be true, as a clause.
    pub says: String,
    /// Who knows.
    pub source: Source,
    /// Where it counts.
    #[serde(default)]
    pub scope: Scope,
    /// What makes it applicable; all of these. Nothing here applies always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applies: Vec<Condition>,
    /// What it asks; all of these.
    pub needs: Vec<Condition>,
    /// What follows where it fails.
    pub severity: Severity,
    /// When it is due.
    pub due: Due,
    /// Whose task it is: a role, not a person.
    pub owner: String,
    /// What to do.
    pub mend: String,
    /// Where.
    pub place: Place,
    /// What it counts in the score.
    #[serde(default)]
    pub points: u16,
    /// How old what it saw may be, in hours; older is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_hours: Option<u16>,
    /// Whether it is asked at all.
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn first() -> u32 {
    1
}

fn yes() -> bool {
    true
}

impl Rule {
    /// How old what it saw may be.
    #[must_use]
    pub fn fresh(&self) -> Option<SignedDuration> {
        self.fresh_hours
            .map(|hours| SignedDuration::from_hours(i64::from(hours)))
    }
}

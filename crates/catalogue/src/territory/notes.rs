//! What is wrong with a territory, gathered so that a list of 249 codes leaves one finding of each
//! kind and not 249.

use std::collections::BTreeSet;

use crate::finding::{Finding, FindingCode};

/// A word that no list has, or that stands in the wrong list.
pub const UNRESOLVED_TERRITORY: FindingCode = FindingCode::new("unresolved-territory");
/// A code that its list has given up.
pub const TERRITORY_DEPRECATED: FindingCode = FindingCode::new("territory-deprecated");
/// Something other than a space between codes.
pub const TERRITORY_SEPARATOR: FindingCode = FindingCode::new("territory-separator");
/// A code in small letters.
pub const TERRITORY_CASE: FindingCode = FindingCode::new("territory-case");
/// `WORLD` beside something else.
pub const WORLD_COMBINED: FindingCode = FindingCode::new("world-combined");
/// Lists that the schema does not allow together.
pub const TERRITORY_INVALID: FindingCode = FindingCode::new("territory-invalid");
/// Nothing is included.
pub const TERRITORY_EMPTY: FindingCode = FindingCode::new("territory-empty");
/// A country and its own region are both included.
pub const TERRITORY_DOUBLE_BOOKING: FindingCode = FindingCode::new("territory-double-booking");
/// Something is excluded that was not included.
pub const TERRITORY_IDLE_EXCLUSION: FindingCode = FindingCode::new("territory-idle-exclusion");

/// How many words one finding quotes.
const QUOTED: usize = 12;

/// How much of one word a finding quotes, in characters.
const QUOTED_WORD: usize = 20;

/// The faults of one territory.
#[derive(Default)]
pub(super) struct Notes {
    unresolved: BTreeSet<String>,
    deprecated: BTreeSet<String>,
    idle: BTreeSet<String>,
    double: BTreeSet<String>,
    beside_world: BTreeSet<&'static str>,
    separator: bool,
    case: bool,
    invalid: bool,
    empty: bool,
}

impl Notes {
    pub(super) fn unresolved(&mut self, word: &str) {
        self.unresolved
            .insert(word.chars().take(QUOTED_WORD).collect());
    }

    pub(super) fn deprecated(&mut self, code: &str) {
        self.deprecated.insert(code.to_owned());
    }

    pub(super) fn idle_exclusion(&mut self, code: &str) {
        self.idle.insert(code.to_owned());
    }

    pub(super) fn double_booked(&mut self, country: &str) {
        self.double.insert(country.to_owned());
    }

    pub(super) fn world_combined(&mut self, with: &'static str) {
        self.beside_world.insert(with);
    }

    pub(super) fn separator(&mut self) {
        self.separator = true;
    }

    pub(super) fn case(&mut self) {
        self.case = true;
    }

    pub(super) fn exclusion_beside_countries(&mut self) {
        self.invalid = true;
    }

    pub(super) fn nothing_included(&mut self) {
        self.empty = true;
    }

    /// One finding for each kind of fault, gravest first.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.grave();
        findings.extend(self.mild());
        findings
    }

    /// Faults that leave something out or in doubt.
    fn grave(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.unresolved.is_empty() {
            findings.push(Finding::error(
                UNRESOLVED_TERRITORY,
                format!(
                    "The territory names {}, which no list has or which stands in the wrong one; \
                     it grants nothing. Send codes of ONIX Lists 91 and 49 (GB, not UK).",
                    quote(&self.unresolved)
                ),
            ));
        }
        if self.invalid {
            findings.push(Finding::error(
                TERRITORY_INVALID,
                "The territory excludes countries beside CountriesIncluded, which ONIX forbids; \
                 send only the countries that are in.",
            ));
        }
        if self.empty {
            findings.push(Finding::error(
                TERRITORY_EMPTY,
                "The territory includes nothing; send CountriesIncluded or RegionsIncluded.",
            ));
        }
        if !self.beside_world.is_empty() {
            let beside: Vec<_> = self.beside_world.iter().copied().collect();
            findings.push(Finding::error(
                WORLD_COMBINED,
                format!(
                    "The territory says WORLD beside {}; WORLD must stand alone.",
                    beside.join(" and ")
                ),
            ));
        }
        findings
    }

    /// Faults that were read around.
    fn mild(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.deprecated.is_empty() {
            findings.push(Finding::warning(
                TERRITORY_DEPRECATED,
                format!(
                    "The territory names {}, which was given up; its successors were taken. Send \
                     codes of the current lists.",
                    quote(&self.deprecated)
                ),
            ));
        }
        if !self.double.is_empty() {
            findings.push(Finding::warning(
                TERRITORY_DOUBLE_BOOKING,
                format!(
                    "The territory includes {} whole and by region; send one of the two.",
                    quote(&self.double)
                ),
            ));
        }
        if !self.idle.is_empty() {
            findings.push(Finding::warning(
                TERRITORY_IDLE_EXCLUSION,
                format!(
                    "The territory excludes {}, which it did not include; leave it out.",
                    quote(&self.idle)
                ),
            ));
        }
        if self.separator {
            findings.push(Finding::warning(
                TERRITORY_SEPARATOR,
                "The territory has something other than spaces between its codes; send spaces.",
            ));
        }
        if self.case {
            findings.push(Finding::warning(
                TERRITORY_CASE,
                "The territory has codes in small letters; send capitals.",
            ));
        }
        findings
    }
}

fn quote(words: &BTreeSet<String>) -> String {
    let mut text = words
        .iter()
        .take(QUOTED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more @ 1..) = words.len().checked_sub(QUOTED) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

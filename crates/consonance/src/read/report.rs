//! Findings of one work, as they are met, and the small readings that leave them.

use catalogue::codes::Coded;
use catalogue::date::PartialDate;
use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;

use crate::node::{Node, Unfit};
use crate::work_id::WorkId;

/// A code that its list, in the issue we hold, does not have.
const CODE_UNKNOWN: FindingCode = FindingCode::new("unknown-code");
/// A date that is none.
const DATE_INVALID: FindingCode = FindingCode::new("bad-date");

/// What was read of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateRead {
    /// There is none, or it was not asked for.
    Absent,
    /// A date.
    Given(PartialDate),
    /// There may be one and it cannot be told. Where a date closes something, this closes it.
    Unreadable,
}

impl DateRead {
    /// The date, where an unreadable one only loses something.
    pub(super) fn given(self) -> Option<PartialDate> {
        match self {
            Self::Given(date) => Some(date),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// The later of two dates before which something must not be shown.
    pub(super) fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unreadable, _) | (_, Self::Unreadable) => Self::Unreadable,
            (Self::Absent, date) | (date, Self::Absent) => date,
            (Self::Given(one), Self::Given(two)) => {
                Self::Given(if two.last_day() > one.last_day() {
                    two
                } else {
                    one
                })
            }
        }
    }
}

/// The findings of one work.
#[derive(Debug)]
pub(super) struct Report {
    record: String,
    isbn: Option<Isbn13>,
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(id: WorkId) -> Self {
        Self {
            record: id.record_key().to_string(),
            isbn: None,
            findings: Vec::new(),
        }
    }

    /// From here on findings are about a product, until the next call.
    pub(super) fn about(&mut self, isbn: Option<Isbn13>) {
        self.isbn = isbn;
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let mut finding = finding.in_record(self.record.clone());
        finding.at.isbn = finding.at.isbn.or(self.isbn);
        self.findings.push(finding);
    }

    /// A finding about a place in the answer.
    pub(super) fn at(&mut self, node: &Node<'_>, finding: Finding) {
        self.add(finding.in_field(node.shown_path()));
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Keeps a code, and reports one that its list does not have.
    pub(super) fn code<T: Coded>(&mut self, node: &Node<'_>, text: &str) -> T {
        let code = T::from_code(catalogue::codes::Code::new(plain_code(text)));
        if !code.is_known() {
            let list = T::LIST;
            self.at(
                node,
                Finding::warning(
                    CODE_UNKNOWN,
                    format!(
                        "`{}` is not in ONIX List {} ({}), issue {}; it is kept as it came.",
                        code.as_code(),
                        list.number,
                        list.name,
                        list.issue
                    ),
                ),
            );
        }
        code
    }

    /// A code that may be absent.
    pub(super) fn code_at<T: Coded>(
        &mut self,
        node: &Node<'_>,
        name: &str,
    ) -> Result<Option<T>, Unfit> {
        let text = node.text(name)?;
        Ok(text.map(|text| self.code(&node.get(name), text)))
    }

    /// A date that may be absent.
    pub(super) fn date(&mut self, node: &Node<'_>, name: &str) -> Result<DateRead, Unfit> {
        let at = node.get(name);
        if at.is_unreadable() {
            return Ok(DateRead::Unreadable);
        }
        let Some(text) = node.text(name)? else {
            return Ok(DateRead::Absent);
        };
        match text.parse::<PartialDate>() {
            Ok(date) => Ok(DateRead::Given(date)),
            Err(problem) => {
                self.at(&at, Finding::warning(DATE_INVALID, format!("{problem}.")));
                Ok(DateRead::Unreadable)
            }
        }
    }
}

/// A code as ONIX writes it: enumerations spell `02` as `_02`, since a name cannot begin with a
/// digit.
pub(super) fn plain_code(text: &str) -> &str {
    match text.strip_prefix('_') {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumerations_are_spelt_with_an_underscore_before_digits_only() {
        assert_eq!(plain_code("_02"), "02");
        assert_eq!(plain_code("02"), "02");
        assert_eq!(plain_code("BB"), "BB");
        assert_eq!(plain_code("_BB"), "_BB");
        assert_eq!(plain_code("_"), "_");
    }

    #[test]
    fn the_later_embargo_counts_and_an_unreadable_one_closes() {
        let day = |text: &str| DateRead::Given(text.parse().unwrap());
        assert_eq!(
            day("2027-03-01").later(day("2027-04-01")),
            day("2027-04-01")
        );
        assert_eq!(
            day("2027-05-01").later(day("2027-04-01")),
            day("2027-05-01")
        );
        assert_eq!(DateRead::Absent.later(day("2027-04-01")), day("2027-04-01"));
        assert_eq!(
            day("2027-04-01").later(DateRead::Unreadable),
            DateRead::Unreadable
        );
    }
}

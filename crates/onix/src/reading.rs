//! What goes along while one record is mapped: the header's defaults, what repeats, what is wrong.

use std::str::FromStr;

use catalogue::codes::{Code, Coded};
use catalogue::finding::{Finding, FindingCode, Severity};
use catalogue::isbn::Isbn13;
use catalogue::territory::{Lists, Territory};
use rust_decimal::Decimal;

use crate::item::Defaults;
use crate::tags::Tag;
use crate::tree::Element;

/// A code that Issue 75 does not have; kept.
pub const UNKNOWN_CODE: FindingCode = FindingCode::new("unknown-code");
/// An amount with a decimal comma; read as a point.
pub const DECIMAL_COMMA: FindingCode = FindingCode::new("decimal-comma");
/// A number that is none; left out.
pub const BAD_NUMBER: FindingCode = FindingCode::new("bad-number");

/// How many different findings one record may have; a broken record says the same in many words.
const FINDINGS: usize = 200;

/// The mapping of one record.
pub(crate) struct Reading<'r> {
    pub(crate) defaults: Defaults,
    pub(crate) reference: String,
    pub(crate) isbn: Option<Isbn13>,
    lists: &'r mut Lists,
    findings: Vec<Finding>,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(defaults: Defaults, reference: String, lists: &'r mut Lists) -> Self {
        Self {
            defaults,
            reference,
            isbn: None,
            lists,
            findings: Vec::new(),
        }
    }

    /// Notes that something is wrong in the field that `tag` names.
    pub(crate) fn note(
        &mut self,
        code: FindingCode,
        severity: Severity,
        tag: Tag,
        message: impl Into<String>,
    ) {
        let mut finding = Finding::new(code, severity, message)
            .in_record(self.reference.clone())
            .in_field(tag.name());
        if let Some(isbn) = self.isbn {
            finding = finding.on_isbn(isbn);
        }
        if self.findings.len() < FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// The code in an element; nothing where it is blank.
    pub(crate) fn code_of<C: Coded>(&mut self, element: Element<'_>) -> Option<C> {
        let text = element.text();
        if text.is_empty() {
            return None;
        }
        let code = C::from_code(Code::new(text));
        self.note_unknown(code, element.tag());
        Some(code)
    }

    /// Notes a code that the list does not have.
    pub(crate) fn note_unknown<C: Coded>(&mut self, code: C, tag: Tag) {
        if !code.is_known() {
            self.note(
                UNKNOWN_CODE,
                Severity::Warning,
                tag,
                format!(
                    "`{}` is not in ONIX List {} ({}), issue {}; it is kept as it is",
                    code.as_code(),
                    C::LIST.number,
                    C::LIST.name,
                    C::LIST.issue
                ),
            );
        }
    }

    /// The code in the first child of this name.
    pub(crate) fn code<C: Coded>(&mut self, parent: Element<'_>, tag: Tag) -> Option<C> {
        self.code_of(parent.child(tag)?)
    }

    /// The codes in every child of this name.
    pub(crate) fn codes<C: Coded>(&mut self, parent: Element<'_>, tag: Tag) -> Vec<C> {
        parent
            .all(tag)
            .filter_map(|child| self.code_of(child))
            .collect()
    }

    /// The number in the first child of this name; one that cannot be read is noted and left out.
    pub(crate) fn number<N: FromStr>(&mut self, parent: Element<'_>, tag: Tag) -> Option<N> {
        let text = parent.value(tag)?;
        let number = text.parse().ok();
        if number.is_none() {
            let quoted = quoted(text);
            let message = format!("`{quoted}` is not a number that fits here; it is left out");
            self.note(BAD_NUMBER, Severity::Warning, tag, message);
        }
        number
    }

    /// A decimal number. One decimal comma is understood, and noted.
    pub(crate) fn decimal(&mut self, parent: Element<'_>, tag: Tag) -> Option<Decimal> {
        let text = parent.value(tag)?;
        let point = text
            .split_once(',')
            .filter(|(_, cents)| !cents.contains([',', '.']));
        match point {
            // Three digits could be thousands.
            Some((whole, cents)) if (1..=2).contains(&cents.len()) && !whole.contains('.') => {
                let number = format!("{whole}.{cents}").parse().ok();
                let message = format!("`{}` has a decimal comma; send a point", quoted(text));
                self.note(DECIMAL_COMMA, Severity::Info, tag, message);
                number
            }
            _ => self.number(parent, tag),
        }
    }

    /// The territory in a Territory element, or in the lists that stand directly in `parent`.
    pub(crate) fn territory(&mut self, parent: Element<'_>) -> Option<Territory> {
        let element = parent.child(Tag::Territory)?;
        let mut list = |tag: Tag| {
            // The element may repeat in spite of the standard; what it lists adds up.
            let mut all = element
                .all(tag)
                .map(|child| child.text())
                .filter(|text| !text.is_empty());
            let first = all.next()?;
            Some(match all.next() {
                None => self.lists.share(first),
                Some(second) => {
                    let more: Vec<&str> = [first, second].into_iter().chain(all).collect();
                    self.lists.share(&more.join(" "))
                }
            })
        };
        Some(Territory {
            countries_included: list(Tag::CountriesIncluded),
            regions_included: list(Tag::RegionsIncluded),
            countries_excluded: list(Tag::CountriesExcluded),
            regions_excluded: list(Tag::RegionsExcluded),
        })
    }
}

/// At most forty characters of a text, for quoting.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().take(40).collect()
}

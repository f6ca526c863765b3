//! What is wrong in the data, in a form that survives the walk through every room.
//!
//! A finding never stops anything by itself: it names the fault with a stable code, says where it
//! was met, and tells a person how to mend it. Rules that must fail closed do so on their own and
//! leave a finding as the reason.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::isbn::Isbn13;

/// A stable kebab-case name of one kind of finding, such as `rights-overlap`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingCode(Cow<'static, str>);

impl FindingCode {
    /// Names a code; meant for constants.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How much a finding matters. Ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Info,
    /// Read with a judgement, or something is left out.
    Warning,
    /// Something could not be believed, and was closed or rejected.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Where a finding was met. Every part may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingPlace {
    /// The source's name of the record: a record reference, a namespaced work id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn13>,
    /// The field, in the source's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl fmt::Display for FindingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let isbn = self.isbn.map(|isbn| isbn.to_string());
        let parts = [
            self.record.as_deref(),
            isbn.as_deref(),
            self.field.as_deref(),
        ];
        let mut first = true;
        for part in parts.into_iter().flatten() {
            if !first {
                f.write_str(" ")?;
            }
            f.write_str(part)?;
            first = false;
        }
        Ok(())
    }
}

/// One thing wrong in the data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence for a person: what is wrong and how to mend it. Holds no personal data.
    pub message: String,
    /// Where it was met.
    #[serde(default)]
    pub at: FindingPlace,
}

impl Finding {
    /// A finding of no place yet.
    #[must_use]
    pub fn new(code: FindingCode, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            at: FindingPlace::default(),
        }
    }

    /// An [`Severity::Error`].
    #[must_use]
    pub fn error(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A [`Severity::Warning`].
    #[must_use]
    pub fn warning(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// An [`Severity::Info`].
    #[must_use]
    pub fn info(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Info, message)
    }

    /// The same, met in `record`.
    #[must_use]
    pub fn in_record(mut self, record: impl Into<String>) -> Self {
        self.at.record = Some(record.into());
        self
    }

    /// The same, met on the product `isbn`.
    #[must_use]
    pub fn on_isbn(mut self, isbn: Isbn13) -> Self {
        self.at.isbn = Some(isbn);
        self
    }

    /// The same, met in `field`.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.at.field = Some(field.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.severity, self.code, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAP: FindingCode = FindingCode::new("rights-overlap");

    #[test]
    fn a_finding_survives_storage_whole() {
        let finding = Finding::warning(OVERLAP, "Sold twice over in IE.")
            .in_record("consonance:work:61417")
            .on_isbn("9781492067665".parse().unwrap())
            .in_field("SalesRights");
        let json = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
        assert!(
            json.contains("\"rights-overlap\"") && json.contains("\"warning\""),
            "{json}"
        );
    }

    #[test]
    fn unknown_parts_of_a_place_are_left_out() {
        let json = serde_json::to_value(Finding::info(OVERLAP, "x")).unwrap();
        assert_eq!(json["at"], serde_json::json!({}));
    }

    #[test]
    fn severities_order_from_least_to_most() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
    }

    #[test]
    fn a_place_reads_as_one_line() {
        let at = Finding::info(OVERLAP, "x")
            .in_record("R1")
            .in_field("Price")
            .at;
        assert_eq!(at.to_string(), "R1 Price");
    }
}

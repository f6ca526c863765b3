//! Subjects and audiences.

use serde::{Deserialize, Serialize};

use crate::codes::{AudienceCode, SubjectScheme};
use crate::product::Scope;

/// One subject, keyword or in-house category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The scheme (ONIX List 27): Thema 93, BIC 12, BISAC 10, keywords 20, publisher's own 23.
    pub scheme: SubjectScheme,
    /// The code within the scheme; absent for keywords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The heading in words; for keywords one keyword.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The main subject of its scheme (ONIX allows one per scheme).
    #[serde(default)]
    pub main: bool,
    /// Which products of the work carry the subject.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub products: Scope,
}

/// Whom a work is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// ONIX List 28 codes.
    #[serde(default)]
    pub codes: Vec<AudienceCode>,
    /// Free description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Interest age in years, from and to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest_age: Option<(Option<u16>, Option<u16>)>,
}

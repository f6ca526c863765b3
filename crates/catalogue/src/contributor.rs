//! People and organisations, and what they did for a work.

use serde::{Deserialize, Serialize};

use crate::codes::ContributorRole;
use crate::key::ContributorKey;
use crate::product::Scope;
use crate::text::Markup;

/// What kind of party a contributor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContributorKind {
    /// One human being.
    #[default]
    Person,
    /// A corporate body.
    Organisation,
    /// Anonymous, various, "and others" (ONIX List 19).
    Unnamed,
}

/// One person or organisation as a source describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contributor {
    /// Stable identity: the source's id, else the folded name within the publisher.
    pub key: ContributorKey,
    /// Person, organisation or unnamed.
    #[serde(default)]
    pub kind: ContributorKind,
    /// The name as displayed.
    pub name: String,
    /// The name as sorted: `Chapman, Jim`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverted_name: Option<String>,
    /// ISNI, 16 characters, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isni: Option<String>,
    /// The biographical note, unsanitised as the source gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biography: Option<Markup>,
    /// The contributor's own web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// One contributor's part in a work, in the order in which the parts are credited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Who.
    pub contributor: Contributor,
    /// As what; several roles keep the order they came in (ONIX List 17).
    pub roles: Vec<ContributorRole>,
    /// Position among the contributors of the work, from 1.
    pub sequence: u32,
    /// Which products of the work carry this contribution.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub products: Scope,
}

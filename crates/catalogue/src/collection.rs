//! Imprints and series.

use serde::{Deserialize, Serialize};

use crate::key::{ImprintKey, SeriesKey};
use crate::product::Scope;

/// The brand under which a product is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// Stable identity: the source's id, else the folded name.
    pub key: ImprintKey,
    /// The name as displayed.
    pub name: String,
}

/// A named set of works (an ONIX collection of the publisher's).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Stable identity: the source's id, else the folded title.
    pub key: SeriesKey,
    /// The name as displayed.
    pub name: String,
    /// The subtitle of the series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// ISSN of the printed series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issn: Option<String>,
}

/// A work's place in a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesMembership {
    /// The series.
    pub series: Series,
    /// The part as printed (`2`, `II`, `Book Two`); kept as text since publishers number freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_number: Option<String>,
    /// Position in the source's own order, where it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u32>,
    /// Which products of the work belong to the series.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub products: Scope,
}

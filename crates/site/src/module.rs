//! An editor's entry that refers to titles: what it says, where, and from when.
//!
//! Any content type with a reference to our books counts, whoever made it. Such entries are read and never written: they
//! are the editors'.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::policy::Destination;

/// One version of an editor's entry at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Module {
    /// Uid of its content type.
    pub content_type: String,
    /// Its uid.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// Its address, where its type has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The place where it is read.
    #[serde(flatten)]
    pub place: Destination,
    /// From when it will be live, if it only waits in the publish queue; none where it is live now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Uids of the book entries that it refers to, in the order in which it names them, each once.
    #[serde(skip)]
    pub refers_to: Vec<String>,
    /// Everything that it says in words, by the path of the field (`sections.hero.text`).
    #[serde(skip)]
    pub texts: BTreeMap<String, String>,
}

impl Module {
    /// How a finding names it.
    pub(crate) fn named(&self) -> String {
        format!("{} {} ({})", self.content_type, self.uid, self.title)
    }

    /// Its identity as the place of a finding.
    pub(crate) fn record(&self) -> String {
        format!("{} {}", self.content_type, self.uid)
    }
}

//! The content model as data: which types and fields a stack needs, for code to create and people
//! to read.
//!
//! Fields are plain per locale, since delivery can filter and sort on plain fields but cannot match
//! one element of a list. Uids here are the ones that readers rely on; an installation may map them
//! to its own names ([`Names`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desired::Kind;

mod book;
mod document;
mod editorial;
mod field;
mod standard;

pub use document::document;
pub use editorial::{Block, EditorialType, SECTIONS, editorial};
pub use standard::{
    CALLS_TO_ACTION, FORM_GROUPS, FORM_TAXONOMY, SUBJECT_TAXONOMY, model, taxonomies,
};

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines without markup.
    Lines,
    /// Sanitised HTML.
    Html,
    /// A document of the JSON rich text editor.
    Rich,
    /// Several single lines.
    ManyLines,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A day.
    Date,
    /// One of these words.
    Choice(Vec<&'static str>),
    /// An image.
    Image,
    /// A file of any kind.
    File,
    /// Entries of these types; several or one.
    References {
        /// Types referred to.
        to: Vec<Kind>,
        /// Whether several are allowed.
        many: bool,
    },
    /// Rows of these fields.
    Rows(Vec<Field>),
    /// Terms of these taxonomies.
    Taxonomies(Vec<&'static str>),
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Uid.
    pub uid: &'static str,
    /// Name shown to editors.
    pub name: &'static str,
    /// What it is for, shown to editors.
    pub help: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// A value is demanded.
    pub mandatory: bool,
    /// No two entries may share a value.
    pub unique: bool,
    /// One value for all locales.
    pub shared: bool,
}

/// One content type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    /// Which kind of entry.
    pub kind: Kind,
    /// Name shown to editors.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Fields in order.
    pub fields: Vec<Field>,
}

/// A taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// Uid.
    pub uid: &'static str,
    /// Name.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
}

/// An installation's own names for our types and fields: `book` to `title_page`, `book.cta` to
/// `call_to_action`, `book.formats.isbn13` to `ean`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(pub BTreeMap<String, String>);

impl Names {
    /// Uid of a content type in this installation.
    pub fn content_type(&self, kind: Kind) -> &str {
        self.0.get(kind.uid()).map_or(kind.uid(), String::as_str)
    }

    /// Uid of a field; `path` is the dotted path of our uids within the type.
    pub fn field<'a>(&'a self, kind: Kind, path: &'a str) -> &'a str {
        let own = path.rsplit('.').next().unwrap_or(path);
        self.0
            .get(&format!("{}.{path}", kind.uid()))
            .map_or(own, String::as_str)
    }

    /// A delivery query for entries of a type, written with our uids, in this installation's names.
    /// Only field names are mapped, at every depth; values and operators (`$in_query`) stay. A
    /// query that is not JSON comes back as it is.
    pub fn query(&self, kind: Kind, query: &str) -> String {
        match serde_json::from_str::<serde_json::Value>(query) {
            Ok(value) if !self.0.is_empty() => self.renamed(kind, value).to_string(),
            _ => query.to_owned(),
        }
    }

    fn renamed(&self, kind: Kind, value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, value)| {
                        let target = Kind::of_uid(&name);
                        let inner = target.filter(|_| kind == Kind::Book).unwrap_or(kind);
                        (
                            self.field(kind, &name).to_owned(),
                            self.renamed(inner, value),
                        )
                    })
                    .collect(),
            ),
            Value::Array(values) => Value::Array(
                values
                    .into_iter()
                    .map(|value| self.renamed(kind, value))
                    .collect(),
            ),
            other => other,
        }
    }
}

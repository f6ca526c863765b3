//! A streaming reader of ONIX for Books 3.0 and 3.1.
//!
//! It turns messages, in reference names or short tags and in whatever encoding, into product
//! records of the catalogue, one at a time and in bounded memory. Real feeds are wrong in many
//! places: whatever is wrong inside one record stays there, as a finding where the record can still
//! be understood and as a [`Rejection`] where it cannot, and the next record is read all the same.
//! Only what makes a file as a whole untrustworthy is an [`Error`].
//!
//! This room knows ONIX and the catalogue. It may not know where records go, what is kept of them
//! between runs, or what a website makes of them.

mod collateral;
mod collection;
mod contributor;
mod dates;
mod descriptive;
mod encoding;
mod error;
mod fault;
mod framing;
mod identity;
mod item;
mod latest;
mod markup;
mod message;
mod prolog;
mod publishing;
mod reader;
mod reading;
mod record;
mod related;
mod source;
mod supply;
mod tags;
mod tree;

pub use dates::NEVER;
pub use error::{CODES, Error};
pub use identity::Identity;
pub use item::{Defaults, End, Header, Item, Rejection};
pub use latest::{Latest, latest};
pub use reader::{Items, read, read_record};
pub use source::Source;

/// The codes of the findings that reading leaves.
pub mod finding {
    pub use crate::collateral::NO_RESOURCE_LINK;
    pub use crate::contributor::NO_CONTRIBUTOR_NAME;
    pub use crate::dates::{BAD_DATE, DATE_FORMAT_MISMATCH, UNREADABLE_EMBARGO};
    pub use crate::descriptive::NO_TITLE;
    pub use crate::latest::SUPERSEDED_RECORD;
    pub use crate::markup::TEXT_FORMAT_MISMATCH;
    pub use crate::message::{BAD_HEADER, ENCODING_MISMATCH, ENTITIES_IGNORED, RELEASE_ASSUMED};
    pub use crate::reading::{BAD_NUMBER, DECIMAL_COMMA, UNKNOWN_CODE};
    pub use crate::record::{
        BAD_IDENTIFIER, HTML_ENTITY, INVISIBLE_CHARACTER, ISBN_GTIN_DIFFER, NO_ISBN, NO_REFERENCE,
        NOT_CLEARED, REPLACEMENT_CHARACTER,
    };
    pub use crate::supply::BAD_PRICE;
}

#[cfg(test)]
pub(crate) mod shared_data {
    use std::path::PathBuf;

    /// A file of the shared data, where that is present.
    pub(crate) fn text(path: &str) -> Option<String> {
        let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let shared = std::env::var_os("FRONTLIST_SHARED").map(PathBuf::from);
        [
            shared,
            Some(workspace.join("../shared")),
            Some(workspace.join("../../shared")),
        ]
        .into_iter()
        .flatten()
        .find_map(|folder| std::fs::read_to_string(folder.join(path)).ok())
    }
}

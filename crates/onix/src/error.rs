//! What stops a file.
//!
//! Little does: a record that cannot be read is rejected alone. An error here means that the file as
//! a whole is not what it should be, or is not all there. Whoever meets one must not take the file
//! for complete: what it lacks is not gone.

use std::io;

use thiserror::Error;

/// A fault of a whole file, with a stable code and the mend. Each names the file it was met in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The file or folder could not be opened or read.
    #[error("{file}: cannot be read; check that it exists and that this user may read it")]
    Unreadable {
        /// The file or folder.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing, or nothing but white space.
    #[error("{file}: is empty; ask the sender to send it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// Not XML: it does not begin with a tag.
    #[error("{file}: is not XML (it begins with `{begins}`); give the ONIX file itself, unpacked")]
    NotXml {
        /// The file.
        file: String,
        /// Its first characters, at most thirty.
        begins: String,
    },
    /// The prolog declares an encoding that cannot be read.
    #[error("{file}: the encoding `{label}` cannot be read; ask for UTF-8")]
    Encoding {
        /// The file.
        file: String,
        /// The encoding as declared.
        label: String,
    },
    /// Some other XML, or an HTML page.
    #[error(
        "{file}: is not ONIX: its root is <{root}> where <ONIXMessage> is due; give the ONIX file \
         itself"
    )]
    NotOnix {
        /// The file.
        file: String,
        /// The name of its root element.
        root: String,
    },
    /// ONIX 2.1, which EDItEUR supported until the end of 2014.
    #[error("{file}: this is ONIX {release}; ask the sender for ONIX 3.0 or 3.1")]
    OldRelease {
        /// The file.
        file: String,
        /// The release as declared, or `2.1` where only the shape tells.
        release: String,
    },
    /// A release that this reader does not know.
    #[error("{file}: ONIX release `{release}` is unknown; ask the sender for ONIX 3.0 or 3.1")]
    UnknownRelease {
        /// The file.
        file: String,
        /// The release as declared.
        release: String,
    },
    /// The file ends before its root element does. The records before the cut have been delivered.
    #[error(
        "{file}: is cut off at line {line}; records before that were read, what follows is \
         missing. Ask for the file again, and do not take it for complete"
    )]
    Truncated {
        /// The file.
        file: String,
        /// The last line it has.
        line: u64,
    },
    /// Entities that are built from entities, or more of them than any catalogue needs.
    #[error(
        "{file}: its document type declares {what}; entities are never expanded. Ask for the file \
         without a document type"
    )]
    Entities {
        /// The file.
        file: String,
        /// What was found.
        what: String,
    },
    /// Something follows the end of the message.
    #[error(
        "{file}: the message ends before line {line} and more follows; give one message per file"
    )]
    Trailing {
        /// The file.
        file: String,
        /// Where the rest begins.
        line: u64,
    },
    /// A folder without ONIX files.
    #[error("{file}: holds no file whose name ends in .xml, .onx or .onix")]
    NothingHere {
        /// The folder.
        file: String,
    },
    /// Markup outside the records that is larger than any prolog or header may be.
    #[error("{file}: line {line} begins markup that never ends; ask the sender to repair the file")]
    Endless {
        /// The file.
        file: String,
        /// Where it begins.
        line: u64,
    },
}

/// Every code that this crate gives, fatal or for one record, in order; each has a page under
/// `docs/errors/`.
pub const CODES: &[&str] = &[
    "FL-0201", "FL-0202", "FL-0203", "FL-0204", "FL-0205", "FL-0206", "FL-0207", "FL-0208",
    "FL-0209", "FL-0210", "FL-0211", "FL-0212", "FL-0221", "FL-0222", "FL-0223", "FL-0224",
    "FL-0225", "FL-0226", "FL-0227", "FL-0228", "FL-0229", "FL-0230", "FL-0231",
];

impl Error {
    /// The stable code, which names a page under `docs/errors/`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "FL-0201",
            Self::Empty { .. } => "FL-0202",
            Self::NotXml { .. } => "FL-0203",
            Self::Encoding { .. } => "FL-0204",
            Self::NotOnix { .. } => "FL-0205",
            Self::OldRelease { .. } => "FL-0206",
            Self::UnknownRelease { .. } => "FL-0207",
            Self::Truncated { .. } => "FL-0208",
            Self::Entities { .. } => "FL-0209",
            Self::Trailing { .. } => "FL-0210",
            Self::NothingHere { .. } => "FL-0211",
            Self::Endless { .. } => "FL-0212",
        }
    }

    /// The file or folder it was met in; `-` for standard input.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::Unreadable { file, .. }
            | Self::Empty { file }
            | Self::NotXml { file, .. }
            | Self::Encoding { file, .. }
            | Self::NotOnix { file, .. }
            | Self::OldRelease { file, .. }
            | Self::UnknownRelease { file, .. }
            | Self::Truncated { file, .. }
            | Self::Entities { file, .. }
            | Self::Trailing { file, .. }
            | Self::NothingHere { file }
            | Self::Endless { file, .. } => file,
        }
    }

    /// Whether the file is good as far as it goes, and cut off.
    #[must_use]
    pub fn is_truncation(&self) -> bool {
        matches!(self, Self::Truncated { .. })
    }
}

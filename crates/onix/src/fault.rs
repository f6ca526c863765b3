//! What stops one record.

use thiserror::Error;

use crate::identity::Identity;
use crate::item::Rejection;

/// Why a record cannot be read, before it is known where it stands.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("the record is not well-formed XML: {what}")]
    Malformed { what: String },
    #[error(
        "byte 0x{byte:02X} is no {encoding}, which the file says it is; declare the true encoding. \
         The copy kept reads such bytes as Windows-1252"
    )]
    Bytes { byte: u8, encoding: &'static str },
    #[error(
        "a character was damaged before it came here (the bytes are no {encoding}); send it again"
    )]
    Damaged { encoding: &'static str },
    #[error("the control character U+{character:04X} is not allowed in XML; remove it")]
    Control { character: u32 },
    #[error(
        "the entity &{name}; is not one of XML's or HTML's, and those of a DTD are not expanded"
    )]
    Entity { name: String },
    #[error("the record is larger than {limit} MiB; send large content as a link")]
    Large { limit: usize },
    #[error("the record is cut off: {by} before its </Product>")]
    Cut { by: &'static str },
    #[error(transparent)]
    Isbn(#[from] catalogue::isbn::ParseIsbnError),
    #[error(
        "the record has neither a RecordReference nor an ISBN, so no update could ever find it; send both"
    )]
    NoReference,
    #[error("a test record (notification type {notification}); test records never go live")]
    Test { notification: String },
    #[error(
        "the record has the shape of ONIX 2.1 inside a message of 3.x; ask for ONIX 3.0 or 3.1"
    )]
    OldShape,
}

impl Fault {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "FL-0221",
            Self::Bytes { .. } | Self::Damaged { .. } => "FL-0222",
            Self::Control { .. } => "FL-0223",
            Self::Entity { .. } => "FL-0224",
            Self::Large { .. } => "FL-0225",
            Self::Cut { .. } => "FL-0226",
            Self::Isbn(_) => "FL-0227",
            Self::NoReference => "FL-0228",
            Self::Test { .. } => "FL-0229",
            Self::OldShape => "FL-0231",
        }
    }
}

/// A fault with its place: lines after the record's first.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) fault: Fault,
    /// Lines between the record's first tag and the fault.
    pub(crate) lines_in: u64,
    pub(crate) reference: Option<String>,
}

impl Located {
    pub(crate) fn at_start(fault: Fault) -> Self {
        Self {
            fault,
            lines_in: 0,
            reference: None,
        }
    }

    /// A fault at a byte of the record.
    pub(crate) fn at(fault: Fault, raw: &[u8], offset: usize) -> Self {
        let before = raw.get(..offset).unwrap_or(raw);
        Self {
            fault,
            lines_in: lines(before),
            reference: None,
        }
    }

    /// The rejection of a record with these bytes.
    pub(crate) fn into_rejection(
        self,
        file: &str,
        line: u64,
        bytes: &[u8],
        raw: Option<String>,
    ) -> Rejection {
        Rejection {
            file: file.to_owned(),
            line: line + self.lines_in,
            identity: Identity::in_record(bytes, self.reference.as_deref()),
            reference: self.reference,
            code: self.fault.code(),
            reason: self.fault.to_string(),
            raw,
        }
    }
}

/// Line breaks in `bytes`.
pub(crate) fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes)
        .count()
        .try_into()
        .unwrap_or(u64::MAX)
}

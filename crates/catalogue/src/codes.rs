//! Code lists as facts, and one small type for each.
//!
//! ONIX speaks in codes, the lists change every quarter, and real feeds run ahead of any table. So a
//! code is **kept** whatever it is: `new` never fails, [`Coded::is_known`] tells whether Issue 75
//! has it, and a reader reports the rest as findings. The types differ per list so that a `02` of
//! List 64 cannot be passed where a `02` of List 65 is meant.
//!
//! Labels are EDItEUR's short labels (DOI 10.4400/nwgj, free for general use), good for people and
//! for explanations; no rule reads them. What a code *means* for us lives with the rules.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A code list as published: number, name, issue and its codes in byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeList {
    /// The list's number, as in `ONIX List 64`.
    pub number: u16,
    /// The list's published name.
    pub name: &'static str,
    /// The issue the codes were taken from.
    pub issue: u16,
    /// `(code, label)` pairs, sorted by code.
    pub codes: &'static [(&'static str, &'static str)],
}

impl CodeList {
    /// The published short label of `code`, if this issue has it.
    #[must_use]
    pub fn label(&self, code: &str) -> Option<&'static str> {
        let at = self
            .codes
            .binary_search_by(|(known, _)| (*known).cmp(code))
            .ok()?;
        self.codes.get(at).map(|(_, label)| *label)
    }

    /// Whether this issue has `code`.
    #[must_use]
    pub fn contains(&self, code: &str) -> bool {
        self.label(code).is_some()
    }
}

/// How many bytes of a code are kept; the longest published code has six.
const CODE_CAPACITY: usize = 15;

/// What ends a code that was too long to keep whole, so that no one takes it for the original.
const ELLIPSIS: &str = "…";

/// A code as it came, trimmed, held inline because a catalogue holds millions.
///
/// Text longer than fifteen bytes is no code of any list: its beginning is kept, ended by `…`, so
/// that a finding can still quote it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    bytes: [u8; CODE_CAPACITY],
    len: u8,
}

impl Code {
    /// Keeps `text`, trimmed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        if text.len() <= CODE_CAPACITY {
            return Self::copied(text.bytes());
        }
        let room = CODE_CAPACITY - ELLIPSIS.len();
        let kept = (0..=room)
            .rev()
            .find_map(|end| text.get(..end))
            .unwrap_or_default();
        Self::copied(kept.bytes().chain(ELLIPSIS.bytes()))
    }

    /// A code known when this is compiled.
    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "evaluated by the compiler for constants, where a fault is a compile error"
    )]
    const fn literal(text: &'static str) -> Self {
        let from = text.as_bytes();
        let mut bytes = [0; CODE_CAPACITY];
        let mut at = 0;
        while at < from.len() {
            bytes[at] = from[at];
            at += 1;
        }
        Self {
            bytes,
            len: from.len() as u8,
        }
    }

    fn copied(from: impl Iterator<Item = u8>) -> Self {
        let mut code = Self {
            bytes: [0; CODE_CAPACITY],
            len: 0,
        };
        for (slot, byte) in code.bytes.iter_mut().zip(from) {
            *slot = byte;
            code.len += 1;
        }
        code
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let kept = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        str::from_utf8(kept).unwrap_or_default()
    }

    /// Whether nothing was sent in the place of a code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first character, if it is one of ASCII, as all of published codes are.
    #[must_use]
    pub fn initial(&self) -> Option<char> {
        let first = self.bytes.first().filter(|_| self.len > 0)?;
        first.is_ascii().then(|| char::from(*first))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CodeText;
        impl Visitor<'_> for CodeText {
            type Value = Code;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a code as text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Code, E> {
                Ok(Code::new(text))
            }
        }
        deserializer.deserialize_str(CodeText)
    }
}

/// What every typed code can do; each type has the same as inherent methods.
///
/// The trait lets a reader treat all lists alike: read any of them, and report the codes that
/// Issue 75 does not have.
pub trait Coded: Copy {
    /// The list the codes are from.
    const LIST: &'static CodeList;

    /// The typed code of a plain one.
    fn from_code(code: Code) -> Self;

    /// The plain code.
    fn as_code(self) -> Code;

    /// Whether the list, in the issue we hold, has this code.
    fn is_known(self) -> bool {
        Self::LIST.contains(self.as_code().as_str())
    }
}

/// Makes one type per code list: a [`Code`] that knows its list, with constants for the codes that
/// rules name.
macro_rules! coded {
    ($(
        $(#[$doc:meta])*
        $name:ident from $list:ident { $($constant:ident = $code:literal),* $(,)? }
    )*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($crate::codes::Code);

        impl $name {
            $(
                #[doc = concat!("Code `", $code, "`.")]
                pub const $constant: Self = Self($crate::codes::Code::literal($code));
            )*

            /// Keeps `code`, trimmed, whether or not the list has it.
            #[must_use]
            pub fn new(code: &str) -> Self {
                Self($crate::codes::Code::new(code))
            }

            /// The code as text.
            #[must_use]
            pub fn code(&self) -> &str {
                self.0.as_str()
            }

            /// Whether nothing was sent in the place of a code.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// The first character, if it is one of ASCII, as all of published codes are.
            #[must_use]
            pub fn initial(&self) -> Option<char> {
                self.0.initial()
            }

            /// The published short label, or nothing if the issue we hold lacks the code.
            #[must_use]
            pub fn label(&self) -> Option<&'static str> {
                $list.label(self.code())
            }

            /// Whether the list, in the issue we hold, has this code.
            #[must_use]
            pub fn is_known(&self) -> bool {
                $list.contains(self.code())
            }
        }

        impl $crate::codes::Coded for $name {
            const LIST: &'static CodeList = &$list;

            fn from_code(code: $crate::codes::Code) -> Self {
                Self(code)
            }

            fn as_code(self) -> $crate::codes::Code {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.code())
            }
        }
    )*};
}

mod content;
mod contributor;
mod country;
mod currency;
mod date;
mod form_detail;
mod language;
mod list7;
mod price;
mod product;
mod region;
mod relation;
mod resource;
mod sales;
mod status;
mod subject;
mod text;
mod title;
mod website;

pub use content::*;
pub use contributor::*;
pub use country::*;
pub use currency::*;
pub use date::*;
pub use form_detail::*;
pub use language::*;
pub use list7::*;
pub use price::*;
pub use product::*;
pub use region::*;
pub use relation::*;
pub use resource::*;
pub use sales::*;
pub use status::*;
pub use subject::*;
pub use text::*;
pub use title::*;
pub use website::*;

/// Every list held here, in number order.
pub const ALL_LISTS: &[CodeList] = &[
    LIST_1, LIST_2, LIST_5, LIST_13, LIST_15, LIST_17, LIST_22, LIST_23, LIST_24, LIST_27, LIST_28,
    LIST_29, LIST_30, LIST_31, LIST_34, LIST_44, LIST_45, LIST_46, LIST_48, LIST_49, LIST_50,
    LIST_51, LIST_55, LIST_57, LIST_58, LIST_59, LIST_61, LIST_62, LIST_64, LIST_65, LIST_68,
    LIST_71, LIST_73, LIST_74, LIST_91, LIST_93, LIST_96, LIST_148, LIST_149, LIST_150, LIST_153,
    LIST_154, LIST_155, LIST_158, LIST_159, LIST_160, LIST_161, LIST_162, LIST_163, LIST_164,
    LIST_166, LIST_173, LIST_175,
];

#[cfg(test)]
mod tests;

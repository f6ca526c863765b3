//! The names Contentstack gives to things, and the ones we may put into an address.
//!
//! Every one of these becomes a path segment or a query value. An empty uid would turn "delete
//! this asset" into a call on the whole collection, and `..` would climb out of it; both are
//! refused when the value is made, so that nothing further in has to think of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name accepted, in characters. Contentstack: content type uids hold 200.
const LONGEST: usize = 200;

/// A value that cannot name anything in Contentstack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {value:?} {fault}")]
pub struct InvalidUid {
    kind: &'static str,
    value: String,
    fault: &'static str,
}

fn check(kind: &'static str, value: &str) -> Result<(), InvalidUid> {
    let fault = if value.is_empty() {
        "is empty"
    } else if value == "." || value == ".." {
        "is a path, not a name"
    } else if value.chars().any(char::is_control) {
        "holds a control character"
    } else if value.trim() != value {
        "begins or ends with a space"
    } else if value.chars().count() > LONGEST {
        "is longer than 200 characters"
    } else {
        return Ok(());
    };
    let value = value.chars().take(LONGEST).collect();
    Err(InvalidUid { kind, value, fault })
}

macro_rules! uid {
    ($($(#[$doc:meta])+ $name:ident = $kind:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a value.
            ///
            /// # Errors
            /// [`InvalidUid`] when the value is empty, a dot path, longer than 200 characters, or
            /// holds control characters or surrounding space.
            pub fn new(value: impl Into<String>) -> Result<Self, InvalidUid> {
                let value = value.into();
                check($kind, &value)?;
                Ok(Self(value))
            }

            /// The value as Contentstack writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidUid;

            fn from_str(value: &str) -> Result<Self, InvalidUid> {
                Self::new(value)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidUid;

            fn try_from(value: String) -> Result<Self, InvalidUid> {
                Self::new(value)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidUid;

            fn try_from(value: &str) -> Result<Self, InvalidUid> {
                Self::new(value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+};
}

uid! {
    /// The uid of an asset (`blt` and 16 hexadecimal digits).
    AssetUid = "asset uid";
    /// The uid or alias of a branch (`main`).
    BranchUid = "branch";
    /// The uid of a content type or global field (`^[a-z][a-z0-9_]*$`).
    ContentTypeUid = "content type uid";
    /// The uid of an entry (`blt` and 16 hexadecimal digits).
    EntryUid = "entry uid";
    /// The name of an environment. Contentstack addresses environments by name, not by uid.
    EnvironmentName = "environment";
    /// The uid of an asset folder.
    FolderUid = "folder uid";
    /// The id of a bulk job.
    JobId = "job id";
    /// The code of a locale (`en-au`), in lower case as Contentstack writes it.
    LocaleCode = "locale";
    /// The uid of a taxonomy (at most 50 characters).
    TaxonomyUid = "taxonomy uid";
    /// The uid of a term (at most 50 characters, never changed).
    TermUid = "term uid";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_would_change_the_address_are_refused() {
        for (value, fault) in [
            ("", "empty"),
            (".", "path"),
            ("..", "path"),
            ("a\nb", "control"),
            (" a", "space"),
        ] {
            let error = EntryUid::new(value).expect_err(value);
            assert!(error.to_string().contains(fault), "{value:?}: {error}");
        }
        assert!(EntryUid::new("x".repeat(201)).is_err());
    }

    #[test]
    fn values_round_trip_through_json() {
        let uid: EntryUid = serde_json::from_str("\"blt0123456789abcdef\"").unwrap();
        assert_eq!(uid.as_str(), "blt0123456789abcdef");
        assert_eq!(
            serde_json::to_string(&uid).unwrap(),
            "\"blt0123456789abcdef\""
        );
        assert!(serde_json::from_str::<EntryUid>("\"\"").is_err());
    }
}

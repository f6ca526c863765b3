//! Namespaced identities.
//!
//! A key names one thing in one source for ever: `consonance:work:61417`, `onix:record:9781509854172`. Keys are what
//! the content model stores as `source_key`, so they may never depend on anything an editor can change (a title, a
//! date, an ISBN that is assigned late).

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a key that is already namespaced, as read back from a store or a stack.
            pub fn new(key: impl Into<String>) -> Self {
                Self(key.into())
            }

            /// Builds `namespace:kind:id`.
            pub fn namespaced(namespace: &str, kind: &str, id: impl fmt::Display) -> Self {
                Self(format!("{namespace}:{kind}:{id}"))
            }

            /// The key as stored, `namespace:kind:id`.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The source's own id: what follows the second colon (the whole key where it has none).
            pub fn id(&self) -> &str {
                self.0.splitn(3, ':').nth(2).unwrap_or(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

key! {
    /// One work (`consonance:work:61417`).
    WorkKey
}
key! {
    /// One product as its source counts it (`consonance:product:94741`, `onix:product:9781509854172`).
    ProductKey
}
key! {
    /// One person or organisation (`consonance:contact:501`).
    ContributorKey
}
key! {
    /// One series (`consonance:series:301`).
    SeriesKey
}
key! {
    /// One imprint (`consonance:imprint:7`).
    ImprintKey
}
key! {
    /// One source record, the unit in which a run counts: a Consonance work or an ONIX product record.
    RecordKey
}

impl ContributorKey {
    /// The key of a contributor whom an ONIX record names without an id: the folded name, within
    /// the folded name of the publisher.
    pub fn of_name(publisher: Option<&str>, name: &str) -> Self {
        let publisher = publisher.map(name_key).unwrap_or_default();
        Self::namespaced("onix", "name", format!("{publisher}/{}", name_key(name)))
    }
}

/// Folds a name into the part of a key that stands for it: compatibility-normalised, lower case, without punctuation,
/// words joined by `-`. Used only where a source gives a thing no id of its own.
pub fn name_key(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let mut key = String::with_capacity(name.len());
    for character in name.nfkc().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            key.push(character);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    while key.ends_with('-') {
        key.pop();
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_splits_into_namespace_kind_and_id() {
        let key = WorkKey::namespaced("consonance", "work", 61_417);
        assert_eq!(key.as_str(), "consonance:work:61417");
        assert_eq!(key.id(), "61417");
        assert_eq!(RecordKey::new("onix:record:a:b").id(), "a:b");
    }

    #[test]
    fn names_fold_spelling_case_and_punctuation() {
        assert_eq!(name_key("  Ｏ’Brien,  Flann "), name_key("o'brien flann"));
        assert_eq!(name_key("村上 春樹"), "村上-春樹");
        assert_ne!(name_key("Zoë"), name_key("Zoe"));
    }
}

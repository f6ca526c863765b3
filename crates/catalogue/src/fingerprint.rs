//! Content fingerprints.
//!
//! `changedSince` answers with days and false positives, and a feed resends what it sent yesterday. Comparing the hash of
//! what was read with the hash of what was kept makes such repeats cost nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a value's canonical JSON, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Fingerprints a value. Its serialisation must be deterministic: ordered maps and sequences only.
    ///
    /// # Errors
    /// When the value has no JSON form (a map whose keys are not text).
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::of_bytes(&serde_json::to_vec(value)?))
    }

    /// Fingerprints bytes as they are.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        use fmt::Write as _;
        let digest = Sha256::digest(bytes);
        let mut hex = String::with_capacity(64);
        for byte in digest {
            // Writing to a String cannot fail.
            let _written = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// Takes back a fingerprint that was stored.
    pub fn from_stored(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_has_one_fingerprint() {
        let a = Fingerprint::of(&("x", 1)).unwrap();
        assert_eq!(a, Fingerprint::of(&("x", 1)).unwrap());
        assert_ne!(a, Fingerprint::of(&("x", 2)).unwrap());
        assert_eq!(
            Fingerprint::of_bytes(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

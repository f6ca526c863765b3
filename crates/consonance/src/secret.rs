//! Tokens, kept out of every log.
//!
//! A token that can be printed will be printed one day. [`Secret`] has no `Display`, and its
//! `Debug` shows nothing of the value, so that deriving `Debug` on whatever holds one stays safe.

use std::fmt;

/// A token or key that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a token. Surrounding white space, which files and environment variables tend to
    /// carry, is dropped.
    #[must_use]
    pub fn new(value: impl AsRef<str>) -> Self {
        Self(value.as_ref().trim().to_owned())
    }

    /// The value itself, for the header that needs it and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        let secret = Secret::new("0123456789abcdef0123456789abcdef\n");
        assert_eq!(secret.expose(), "0123456789abcdef0123456789abcdef");
        for shown in [
            format!("{secret:?}"),
            format!("{secret:#?}"),
            format!("{:?}", Some(secret)),
        ] {
            assert!(!shown.contains("0123"), "{shown}");
        }
    }
}

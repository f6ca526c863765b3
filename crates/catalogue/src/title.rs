//! Titles of works and products.

use serde::{Deserialize, Serialize};

/// A distinctive title (ONIX List 15 code 01), in parts so that sorting and display need no guess.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// The whole title as displayed, prefix included: `The Salt Road`.
    pub text: String,
    /// A leading article or the like that sorting ignores: `The`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The subtitle, without separating punctuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
}

impl Title {
    /// A title without prefix or subtitle.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            prefix: None,
            subtitle: None,
        }
    }

    /// The title without its prefix, as one sorts by it.
    pub fn sort_text(&self) -> &str {
        match &self.prefix {
            Some(prefix) => self
                .text
                .strip_prefix(prefix.as_str())
                .unwrap_or(&self.text)
                .trim_start(),
            None => &self.text,
        }
    }

    /// Nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_ignores_the_prefix() {
        let title = Title {
            prefix: Some("The".into()),
            ..Title::new("The Salt Road")
        };
        assert_eq!(title.sort_text(), "Salt Road");
        assert_eq!(Title::new("Salt").sort_text(), "Salt");
    }
}

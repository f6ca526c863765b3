//! Marketing and other texts that accompany a work.

use serde::{Deserialize, Serialize};

use crate::codes::{ContentAudience, LanguageCode, TextType};
use crate::date::PartialDate;
use crate::product::Scope;
use crate::territory::Territory;

/// Text with what is known of its markup. Kept as the source sent it; sanitising belongs to the projection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    /// The text itself.
    pub text: String,
    /// How to read it.
    pub format: MarkupFormat,
}

/// How a text is marked up (ONIX List 34, reduced to what matters for reading it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkupFormat {
    /// No markup: every character stands for itself.
    Plain,
    /// HTML or XHTML.
    Html,
    /// The source did not say; many feeds send escaped HTML without a format.
    Unstated,
}

impl Markup {
    /// Plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            format: MarkupFormat::Plain,
        }
    }

    /// HTML as the source sent it.
    pub fn html(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            format: MarkupFormat::Html,
        }
    }
}

/// What a source says about whether a text or resource may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Approved.
    Approved,
    /// Explicitly not approved (a draft).
    Withheld,
    /// The source has no such statement, or it could not be read.
    #[default]
    Unstated,
}

/// One text about a work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketingText {
    /// What kind (ONIX List 153): 03 description, 02 short description, 06 review quote.
    pub kind: TextType,
    /// Whom it is for (ONIX List 154); empty means the source restricted nothing.
    #[serde(default)]
    pub audiences: Vec<ContentAudience>,
    /// Language of the text, where stated (ONIX List 74).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageCode>,
    /// Where it may be used; absent means everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<Territory>,
    /// Not to be shown before this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PartialDate>,
    /// Not to be shown after this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
    /// Whether it is approved.
    #[serde(default)]
    pub release: Release,
    /// The text.
    pub markup: Markup,
    /// Who wrote it (a reviewer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Where it appeared (a newspaper).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_title: Option<String>,
    /// Which products of the work it is about.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub products: Scope,
}

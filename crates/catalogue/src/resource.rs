//! Supporting resources: covers, author photographs, samples.

use serde::{Deserialize, Serialize};

use crate::codes::{ContentAudience, ResourceContentType, ResourceMode};
use crate::date::PartialDate;
use crate::key::ContributorKey;
use crate::product::Scope;
use crate::territory::Territory;
use crate::text::Release;

/// One file that goes with a work. The bytes stay where the link says until something needs them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportingResource {
    /// The source's own id of the resource, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it shows (ONIX List 158): 01 front cover, 04 contributor picture, 45 holding image.
    pub kind: ResourceContentType,
    /// Whether one sees, hears or reads it (ONIX List 159), where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ResourceMode>,
    /// Whom it is for (ONIX List 154); empty means the source restricted nothing.
    #[serde(default)]
    pub audiences: Vec<ContentAudience>,
    /// Where it may be used; absent means everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<Territory>,
    /// Whether it is approved.
    #[serde(default)]
    pub release: Release,
    /// The source still works on the file (resizing, say): not ready to fetch.
    #[serde(default)]
    pub processing: bool,
    /// Where the file is.
    pub link: String,
    /// The file's name at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// When the file last changed, as the source tells it (an opaque mark: equal means unchanged).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// A credit that must appear beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// Who holds the copyright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright: Option<String>,
    /// A caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A description for those who cannot see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative_text: Option<String>,
    /// Not to be shown before this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PartialDate>,
    /// Not to be shown after this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
    /// Whose picture it is, for contributor pictures whose subject is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributor: Option<ContributorKey>,
    /// Which products of the work it belongs to.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub products: Scope,
}

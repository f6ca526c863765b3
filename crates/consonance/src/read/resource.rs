//! Covers, photographs and other files.
//!
//! What a resource shows decides whether and where it may stand on a page. A resource that cannot
//! say so, or that has no address, is of no use and is left out with a finding. The bytes are
//! fetched elsewhere; here a mark is made of every field that tells whether they changed.

use catalogue::codes::{ContentAudience, LIST_158, ResourceContentType};
use catalogue::finding::{Finding, FindingCode};
use catalogue::resource::SupportingResource;

use super::contributor::is_web_address;
use super::report::Report;
use super::text::{code_by_label, release};
use super::work::Family;
use crate::node::{Node, Unfit};

const RESOURCE_KIND_UNKNOWN: FindingCode = FindingCode::new("resource-kind-unknown");
const RESOURCE_WITHOUT_ADDRESS: FindingCode = FindingCode::new("no-resource-link");
const RESOURCE_LEFT_OUT: FindingCode = FindingCode::new("resource-left-out");

/// Names of variants that are no label of ONIX List 158, with the code of that list. One variant is
/// public; these are likely names of others.
const VARIANTS: &[(&str, &str)] = &[
    ("COVER", "01"),
    ("AUTHOR_PHOTO", "04"),
    ("AUTHOR_PHOTOGRAPH", "04"),
    ("AUTHOR_IMAGE", "04"),
    ("AUTHOR_PICTURE", "04"),
    ("CONTRIBUTOR_PHOTO", "04"),
    ("CONTRIBUTOR_IMAGE", "04"),
    ("SERIES_IMAGE", "05"),
    ("INTERIOR_IMAGE", "07"),
    ("INTERIOR_ILLUSTRATION", "07"),
    ("PRODUCT_IMAGE", "07"),
    ("JACKET", "29"),
    ("FULL_JACKET", "29"),
    ("JACKET_COPY", "29"),
    ("BANNER", "35"),
    ("PROMOTIONAL_GRAPHIC", "35"),
    ("PROMOTIONAL_IMAGE", "35"),
    ("SOCIAL_MEDIA_IMAGE", "49"),
    ("SOCIAL_CARD", "49"),
    ("SPREAD", "07"),
    ("INTERIOR_SPREAD", "07"),
    ("SAMPLE", "15"),
    ("SAMPLE_CHAPTER", "15"),
    ("EXTRACT", "15"),
    ("AUDIO_CLIP", "15"),
    ("AUDIO_SAMPLE", "15"),
    ("READING_GUIDE", "19"),
];

/// The fields that together tell whether a file changed.
const MARKS: &[&str] = &[
    "updatedAt",
    "createdAt",
    "fileSize",
    "filename",
    "width",
    "height",
];

pub(super) fn resources(
    work: &Node<'_>,
    family: &Family,
    report: &mut Report,
) -> Result<Vec<SupportingResource>, Unfit> {
    let mut resources = Vec::new();
    for row in work.due_list("supportingResources")? {
        resources.extend(resource(&row, family, report)?);
    }
    Ok(resources)
}

fn resource(
    row: &Node<'_>,
    family: &Family,
    report: &mut Report,
) -> Result<Option<SupportingResource>, Unfit> {
    let Some(kind) = kind(row, report)? else {
        return Ok(None);
    };
    let audience_at = row.get("onixContentAudienceCode");
    if audience_at.is_unreadable() {
        let message = "For whom the resource is meant cannot be read, so it is left out.";
        report.at(row, Finding::warning(RESOURCE_LEFT_OUT, message));
        return Ok(None);
    }
    let Some(link) = address(row)? else {
        let message =
            "The resource has no address from which it could be fetched, and is left out.";
        report.at(row, Finding::info(RESOURCE_WITHOUT_ADDRESS, message));
        return Ok(None);
    };
    let processing = row.get("isProcessing").due()?;
    let processing = processing.map(|node| node.as_truth()).transpose()?;
    let audience = row.due_text("onixContentAudienceCode")?;
    let audience = audience.map(|text| report.code::<ContentAudience>(&audience_at, text));
    Ok(Some(SupportingResource {
        id: row.due_integer("id")?.map(|id| id.to_string()),
        kind,
        mode: None,
        audiences: audience.into_iter().collect(),
        territory: None,
        release: release(row, "status")?,
        processing: processing.unwrap_or_default(),
        link: link.to_owned(),
        file_name: row.string("filename")?,
        updated: mark(row),
        width: pixels(row, "width")?,
        height: pixels(row, "height")?,
        bytes: row
            .integer("fileSize")?
            .and_then(|bytes| u64::try_from(bytes).ok()),
        credit: row.string("requiredCredit")?,
        copyright: match row.string("copyrightHolder")? {
            Some(holder) => Some(holder),
            None => row.string("copyright")?,
        },
        caption: row.string("caption")?,
        alternative_text: None,
        from: None,
        until: None,
        contributor: None,
        products: family.scope(row, report)?,
    }))
}

/// Where the file is, in its largest style where that could be asked for.
fn address<'a>(row: &Node<'a>) -> Result<Option<&'a str>, Unfit> {
    let address = match row.text("original")? {
        Some(address) => Some(address),
        None => row.text("url")?,
    };
    Ok(address.filter(|address| is_web_address(address)))
}

fn pixels(row: &Node<'_>, name: &str) -> Result<Option<u32>, Unfit> {
    let pixels = row.integer(name)?;
    Ok(pixels.and_then(|pixels| u32::try_from(pixels).ok()))
}

/// The mark of a file, from the fields that are there: equal means unchanged.
fn mark(row: &Node<'_>) -> Option<String> {
    let marks: Vec<String> = MARKS
        .iter()
        .filter_map(|name| {
            row.get(name)
                .scalar()
                .map(|value| format!("{name}={value}"))
        })
        .collect();
    (!marks.is_empty()).then(|| marks.join(" "))
}

fn kind(row: &Node<'_>, report: &mut Report) -> Result<Option<ResourceContentType>, Unfit> {
    let variant = row.text("resourceVariant")?;
    let kind = variant.and_then(kind_of);
    if kind.is_none() && row.has("resourceVariant") {
        let message = match variant {
            Some(variant) => {
                format!("The resource is of the unknown variant `{variant}` and is left out.")
            }
            None => {
                "The resource has no variant and is left out; give it one in Consonance.".to_owned()
            }
        };
        report.at(
            &row.get("resourceVariant"),
            Finding::info(RESOURCE_KIND_UNKNOWN, message),
        );
    }
    Ok(kind)
}

/// The code of ONIX List 158 for a variant, by its name.
fn kind_of(variant: &str) -> Option<ResourceContentType> {
    if variant.starts_with("HOLDING") || variant.ends_with("HOLDING_IMAGE") {
        return Some(ResourceContentType::COVER_HOLDING_IMAGE);
    }
    let named = VARIANTS
        .iter()
        .find(|(name, _)| *name == variant)
        .map(|(_, code)| *code);
    named
        .or_else(|| code_by_label(LIST_158.codes, variant))
        .map(ResourceContentType::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_read_by_name() {
        for (variant, expected) in [
            ("FRONT_COVER", Some("01")),
            ("BACK_COVER", Some("02")),
            ("AUTHOR_PHOTO", Some("04")),
            ("CONTRIBUTOR_PICTURE", Some("04")),
            ("HOLDING_COVER", Some("45")),
            ("HOLDING_IMAGE", Some("45")),
            ("COVER_HOLDING_IMAGE", Some("45")),
            ("MYSTERY", None),
        ] {
            let kind = kind_of(variant);
            assert_eq!(
                kind.as_ref().map(ResourceContentType::code),
                expected,
                "{variant}"
            );
        }
    }
}

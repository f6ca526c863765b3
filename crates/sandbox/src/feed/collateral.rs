//! Block 2: texts, pictures and prizes.

use std::io::{self, Write};

use serde_json::Value;

use super::xml::Xml;
use super::{Record, code};
use crate::world::{Document, integer, text, texts};

/// Writes `CollateralDetail` if there is anything to put in it.
pub(super) fn write<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let texts: Vec<_> = record
        .rows("marketingTexts")
        .filter(|row| sendable_text(row))
        .collect();
    let resources: Vec<_> = record
        .rows("supportingResources")
        .filter(|row| sendable_resource(row))
        .collect();
    let files: Vec<_> = record.files().collect();
    let prizes: Vec<_> = record.rows("prizes").collect();
    if texts.is_empty() && resources.is_empty() && files.is_empty() && prizes.is_empty() {
        return Ok(());
    }
    xml.nest("CollateralDetail", |xml| {
        for row in texts {
            text_content(xml, row)?;
        }
        for row in resources {
            supporting_resource(xml, record, row)?;
        }
        for row in files {
            file(xml, record, row)?;
        }
        for row in prizes {
            prize(xml, row)?;
        }
        Ok(())
    })
}

/// Approved by the house and not kept for ONIX 2.1.
fn sendable_text(row: &Document) -> bool {
    text(row, "approvalStatusName").is_none_or(|status| status == "Approved")
        && row.get("onix2Only").and_then(Value::as_bool) != Some(true)
        && text(row, "externalText").is_some_and(|text| !text.trim().is_empty())
}

/// Released, and done being resized.
fn sendable_resource(row: &Document) -> bool {
    text(row, "status").is_none_or(|status| status == "APPROVED")
        && row.get("isProcessing").and_then(Value::as_bool) != Some(true)
}

fn text_content<W: Write>(xml: &mut Xml<W>, row: &Document) -> io::Result<()> {
    let variant = text(row, "variant").unwrap_or_default();
    let kind = code::onix_code(code::TEXTS, variant).unwrap_or("01");
    xml.nest("TextContent", |xml| {
        xml.leaf("TextType", kind)?;
        let mut audiences = texts(row, "onixContentAudienceCodes").peekable();
        if audiences.peek().is_none() {
            xml.leaf("ContentAudience", "00")?;
        }
        for audience in audiences {
            xml.code("ContentAudience", audience)?;
        }
        let language = text(row, "onixLanguageCode").unwrap_or("eng");
        let attributes = [("language", language), ("textformat", "02")];
        xml.markup(
            "Text",
            &attributes,
            text(row, "externalText").unwrap_or_default(),
        )?;
        if let Some(source) = text(row, "publicationName").filter(|source| !source.is_empty()) {
            xml.leaf("SourceTitle", source)?;
        }
        // ONIX List 155: 01 published, 14 from, 15 until.
        for (role, name) in [
            ("01", "datePublished"),
            ("14", "fromDate"),
            ("15", "untilDate"),
        ] {
            content_date(xml, role, text(row, name))?;
        }
        Ok(())
    })
}

fn content_date<W: Write>(xml: &mut Xml<W>, role: &str, date: Option<&str>) -> io::Result<()> {
    let Some(date) = date.and_then(|date| date.get(..10)) else {
        return Ok(());
    };
    xml.nest("ContentDate", |xml| {
        xml.leaf("ContentDateRole", role)?;
        xml.date(date)
    })
}

fn supporting_resource<W: Write>(
    xml: &mut Xml<W>,
    record: Record<'_>,
    row: &Document,
) -> io::Result<()> {
    let variant = text(row, "resourceVariant").unwrap_or("PRODUCT_IMAGE");
    let kind = code::onix_code(code::RESOURCES, variant).unwrap_or("07");
    let made_up;
    let link = match text(row, "url") {
        Some(link) => link,
        None => {
            let id = integer(row, "id").unwrap_or_default();
            made_up = format!("{}/resources/{id}/jpg_rgb_original.jpg", record.base_url);
            &made_up
        }
    };
    xml.nest("SupportingResource", |xml| {
        xml.leaf("ResourceContentType", kind)?;
        xml.code(
            "ContentAudience",
            text(row, "onixContentAudienceCode").unwrap_or("_00"),
        )?;
        xml.leaf("ResourceMode", "03")?;
        // ONIX List 160: 01 required credit, 02 caption, 03 copyright holder.
        let features = [
            ("01", "requiredCredit"),
            ("02", "caption"),
            ("03", "copyrightHolder"),
        ];
        for (kind, name) in features {
            let Some(note) = text(row, name) else {
                continue;
            };
            xml.nest("ResourceFeature", |xml| {
                xml.leaf("ResourceFeatureType", kind)?;
                xml.leaf("FeatureNote", note)
            })?;
        }
        xml.nest("ResourceVersion", |xml| {
            xml.leaf("ResourceForm", "02")?;
            let number = |name| integer(row, name).map(|number| number.to_string());
            // ONIX List 162: 01 file format (List 178, D502 is JPEG), 02 height, 03 width, 04 name.
            let features = [
                ("01", Some("D502".to_owned())),
                ("02", number("height")),
                ("03", number("width")),
                ("04", text(row, "filename").map(str::to_owned)),
            ];
            for (kind, value) in features {
                let Some(value) = value else { continue };
                xml.nest("ResourceVersionFeature", |xml| {
                    xml.leaf("ResourceVersionFeatureType", kind)?;
                    xml.leaf("FeatureValue", &value)
                })?;
            }
            xml.leaf("ResourceLink", link)?;
            content_date(xml, "17", text(row, "updatedAt"))
        })
    })
}

/// A file that GraphQL does not know: a sample to read or to hear, a guide, a picture for other people's pages.
fn file<W: Write>(xml: &mut Xml<W>, record: Record<'_>, row: &Document) -> io::Result<()> {
    let (Some(kind), Some(name)) = (text(row, "type"), text(row, "name")) else {
        return Ok(());
    };
    // ONIX List 159: 02 sound, 03 picture, 04 text.
    let mode = match name.rsplit_once('.') {
        Some((_, "mp3")) => "02",
        Some((_, "pdf")) => "04",
        _ => "03",
    };
    xml.nest("SupportingResource", |xml| {
        xml.leaf("ResourceContentType", kind)?;
        xml.leaf("ContentAudience", "00")?;
        xml.leaf("ResourceMode", mode)?;
        xml.nest("ResourceVersion", |xml| {
            xml.leaf("ResourceForm", "02")?;
            xml.nest("ResourceVersionFeature", |xml| {
                xml.leaf("ResourceVersionFeatureType", "04")?;
                xml.leaf("FeatureValue", name)
            })?;
            xml.leaf("ResourceLink", &format!("{}/files/{name}", record.base_url))
        })
    })
}

fn prize<W: Write>(xml: &mut Xml<W>, row: &Document) -> io::Result<()> {
    let Some(name) = text(row, "prizeName") else {
        return Ok(());
    };
    xml.nest("Prize", |xml| {
        xml.leaf("PrizeName", name)?;
        if let Some(year) = integer(row, "prizeYear") {
            xml.leaf("PrizeYear", &year.to_string())?;
        }
        if let Some(country) = text(row, "onixTerritoryCode") {
            xml.leaf("PrizeCountry", country)?;
        }
        let achievement = text(row, "onixPrizeAchievementCode");
        achievement.map_or(Ok(()), |achievement| xml.code("PrizeCode", achievement))
    })
}

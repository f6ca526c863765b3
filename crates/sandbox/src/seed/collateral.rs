//! The block of texts, pictures and prizes.

use serde_json::{Value, json};

use super::element::Element;
use super::trade::{Defaults, day};
use crate::feed::code;
use crate::world::Document;

/// Texts, resources and prizes of one product, as rows without ids.
#[derive(Debug, Default)]
pub(super) struct Collateral {
    pub(super) texts: Vec<Document>,
    pub(super) resources: Vec<Document>,
    pub(super) prizes: Vec<Document>,
}

/// Reads `CollateralDetail`.
pub(super) fn read(detail: &Element, defaults: &Defaults) -> Collateral {
    Collateral {
        texts: detail
            .all("TextContent")
            .flat_map(|row| texts(row, defaults))
            .collect(),
        resources: detail
            .all("SupportingResource")
            .filter_map(resource)
            .collect(),
        prizes: detail.all("Prize").filter_map(prize).collect(),
    }
}

fn object(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}

/// One row per language of the text; kinds that Consonance does not know are passed over.
fn texts(row: &Element, defaults: &Defaults) -> Vec<Document> {
    let variant = row
        .value("TextType")
        .and_then(|kind| code::name_of(code::TEXTS, &kind));
    let Some(variant) = variant else {
        return Vec::new();
    };
    let audiences = audiences(row);
    row.all("Text")
        .filter_map(|text| {
            let language = text
                .attribute("language")
                .or(defaults.language.as_deref())
                .unwrap_or("eng");
            let mut document = object(json!({
                "variant": variant,
                "externalText": text.markup()?,
                "onixContentAudienceCodes": audiences,
                "approvalStatusName": "Approved",
                "onixLanguageCode": language,
                "onix2Only": false,
            }));
            if let Some(source) = row.value("SourceTitle") {
                document.insert("publicationName".into(), json!(source));
            }
            for date in row.all("ContentDate") {
                let name = match date.value("ContentDateRole").as_deref() {
                    Some("01") => "datePublished",
                    Some("14") => "fromDate",
                    Some("15") => "untilDate",
                    _ => continue,
                };
                if let Some(day) = date.first("Date").and_then(day) {
                    document.insert(name.into(), json!(day));
                }
            }
            Some(document)
        })
        .collect()
}

fn audiences(row: &Element) -> Vec<String> {
    let codes = row.values("ContentAudience");
    if codes.is_empty() {
        return vec!["_00".to_owned()];
    }
    codes.iter().map(|code| format!("_{code}")).collect()
}

/// A picture. Its address in the file is kept but not followed: the stand-in serves one of its own,
/// so that a seeded account needs no network.
fn resource(row: &Element) -> Option<Document> {
    let variant = row
        .value("ResourceContentType")
        .and_then(|kind| code::name_of(code::RESOURCES, &kind))?;
    if row.value("ResourceMode").is_some_and(|mode| mode != "03") {
        return None;
    }
    let version = row.first("ResourceVersion")?;
    let link = version.value("ResourceLink")?;
    let file = link
        .rsplit('/')
        .next()
        .filter(|file| !file.is_empty())
        .unwrap_or("picture.jpg");
    let mut document = object(json!({
        "resourceVariant": variant,
        "status": "APPROVED",
        "isProcessing": false,
        "filename": file,
        "imageContentType": "image/jpeg",
        "width": 600,
        "height": 900,
        "onixContentAudienceCode": audiences(row).first(),
        "createdAt": "2020-01-01T00:00:00Z",
        "updatedAt": "2020-01-01T00:00:00Z",
        "_link": link,
    }));
    for feature in row.all("ResourceFeature") {
        let name = match feature.value("ResourceFeatureType").as_deref() {
            Some("01") => "requiredCredit",
            Some("02") => "caption",
            Some("03") => "copyrightHolder",
            _ => continue,
        };
        if let Some(note) = feature.value("FeatureNote") {
            document.insert(name.into(), json!(note));
        }
    }
    for feature in version.all("ResourceVersionFeature") {
        let value = feature.value("FeatureValue");
        match (
            feature.value("ResourceVersionFeatureType").as_deref(),
            value,
        ) {
            (Some("04"), Some(name)) => document.insert("filename".into(), json!(name)),
            _ => continue,
        };
    }
    let updated = version
        .all("ContentDate")
        .find(|date| date.value("ContentDateRole").as_deref() == Some("17"))
        .and_then(|date| date.first("Date").and_then(day))
        .filter(|day| day.contains('-'));
    if let Some(day) = updated {
        document.insert("updatedAt".into(), json!(format!("{day}T00:00:00Z")));
    }
    Some(document)
}

fn prize(row: &Element) -> Option<Document> {
    let achievement = row.value("PrizeCode").map(|code| format!("_{code}"));
    Some(object(json!({
        "prizeName": row.value("PrizeName")?,
        "prizeYear": row.value("PrizeYear").and_then(|year| year.parse::<i64>().ok()),
        "onixPrizeAchievementCode": achievement,
        "onixTerritoryCode": row.value("PrizeCountry"),
    })))
}

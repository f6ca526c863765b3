//! The descriptive block: what the product is, who made it, what it is about.

use serde_json::{Map, Value, json};

use super::element::Element;
use super::record::{Contributor, Membership, Title, number_at};
use super::trade::Defaults;
use crate::feed::code;
use crate::world::Document;

/// Form, details, measurements and extents.
pub(super) fn form(detail: &Element, product: &mut Document, onix: &mut Document) {
    let details = detail.values("ProductFormDetail");
    let form = detail
        .value("ProductForm")
        .unwrap_or_else(|| "00".to_owned());
    let list_7 = code::list_7(&form, &details);
    product.insert("__typename".into(), json!(code::typename(list_7)));
    let literal = if list_7 == "00" { "_00" } else { list_7 };
    product.insert("onix21ProductFormCode".into(), json!(literal));
    if !details.is_empty() {
        onix.insert("productFormDetails".into(), json!(details));
    }
    if let Some(protection) = detail.value("EpubTechnicalProtection") {
        onix.insert("epubProtection".into(), json!(protection));
    }
    for (kind, name) in [
        ("01", "productHeight"),
        ("02", "productWidth"),
        ("03", "productThickness"),
    ] {
        if let Some(millimetres) = measure(detail, kind) {
            product.insert(name.into(), json!(millimetres));
        }
    }
    // ONIX List 23.
    let pages = [
        ("00", "mainContentPageCount"),
        ("03", "frontMatterPageCount"),
        ("04", "backMatterPageCount"),
        ("05", "totalNumberedPages"),
        ("06", "productionPageCount"),
        ("07", "absolutePageCount"),
        ("11", "contentPageCount"),
    ];
    for extent in detail.all("Extent") {
        let kind = extent.value("ExtentType").unwrap_or_default();
        let value = extent
            .value("ExtentValue")
            .and_then(|value| value.parse::<i64>().ok());
        let (Some(value), Some(unit)) = (value, extent.value("ExtentUnit")) else {
            continue;
        };
        if let ("09", Some(minutes)) = (kind.as_str(), minutes(value, &unit)) {
            onix.insert("minutes".into(), json!(minutes));
        }
        let name = pages.iter().find(|(known, _)| *known == kind);
        if let (Some((_, name)), "03") = (name, unit.as_str()) {
            product.insert((*name).into(), json!(value));
        }
    }
}

/// A length in millimetres, ONIX Lists 48 and 50.
fn measure(detail: &Element, kind: &str) -> Option<f64> {
    let lengths = detail
        .all("Measure")
        .filter(|row| row.value("MeasureType").as_deref() == Some(kind));
    let lengths: Vec<(String, f64)> = lengths
        .filter_map(|row| {
            let length: f64 = row.value("Measurement")?.parse().ok()?;
            Some((row.value("MeasureUnitCode")?, length))
        })
        .collect();
    let in_unit = |wanted: &str, factor: f64| {
        lengths
            .iter()
            .find(|(unit, _)| unit == wanted)
            .map(|(_, length)| length * factor)
    };
    in_unit("mm", 1.0)
        .or_else(|| in_unit("cm", 10.0))
        .or_else(|| in_unit("in", 25.4))
}

/// A duration in minutes, ONIX List 24.
fn minutes(value: i64, unit: &str) -> Option<i64> {
    match unit {
        "04" => Some(value * 60),
        "05" => Some(value),
        "06" => Some(value / 60),
        "14" => Some(value * 60),
        "15" => Some(value / 100 * 60 + value % 100),
        "16" => Some(value / 10_000 * 60 + value / 100 % 100),
        _ => None,
    }
}

/// The distinctive title, at product level; a title that stands at collection level with a part
/// number makes one too.
pub(super) fn title(detail: &Element) -> Option<Title> {
    let details: Vec<&Element> = detail.all("TitleDetail").collect();
    let distinctive = details
        .iter()
        .find(|title| title.value("TitleType").as_deref() == Some("01"))
        .or(details.first())?;
    let at_level = |level: &str| {
        distinctive
            .all("TitleElement")
            .find(|element| element.value("TitleElementLevel").as_deref() == Some(level))
    };
    if let Some(title) = at_level("01").and_then(title_element) {
        return Some(title);
    }
    let collection = title_element(at_level("02")?)?;
    let part = at_level("01").or(at_level("02"))?.value("PartNumber");
    Some(match part {
        Some(part) => Title {
            title: format!("{} {part}", collection.title),
            ..collection
        },
        None => collection,
    })
}

fn title_element(element: &Element) -> Option<Title> {
    let title = element
        .value("TitleWithoutPrefix")
        .or_else(|| element.value("TitleText"))?;
    let prefix = element.value("TitlePrefix");
    Some(Title {
        prefix,
        title,
        subtitle: element.value("Subtitle"),
    })
}

/// Publisher's collections.
pub(super) fn series(detail: &Element) -> Vec<Membership> {
    detail
        .all("Collection")
        .filter_map(|collection| {
            let element = collection.at(&["TitleDetail", "TitleElement"])?;
            let part = element.value("PartNumber").or_else(|| {
                collection
                    .first("CollectionSequence")?
                    .value("CollectionSequenceNumber")
            });
            Some(Membership {
                id: number_at(collection, "CollectionIdentifier"),
                name: title_element(element)?.full(),
                part,
            })
        })
        .collect()
}

/// Persons and organisations, in the order of their sequence numbers.
pub(super) fn contributors(detail: &Element) -> Vec<Contributor> {
    let mut rows: Vec<(i64, Contributor)> = detail
        .all("Contributor")
        .filter_map(|row| {
            let place = row
                .value("SequenceNumber")
                .and_then(|number| number.parse().ok());
            let contact = contact(row)?;
            let id = number_at(row, "NameIdentifier");
            let roles = row.values("ContributorRole");
            Some((
                place.unwrap_or(i64::MAX),
                Contributor { id, contact, roles },
            ))
        })
        .collect();
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter()
        .map(|(_, contributor)| contributor)
        .collect()
}

fn contact(row: &Element) -> Option<Document> {
    let mut contact = Map::new();
    if let Some(name) = row.value("CorporateName") {
        contact.insert("__typename".into(), json!("Organisation"));
        contact.insert("organisationName".into(), json!(name));
    } else {
        let inverted = row.value("PersonNameInverted");
        let key_names = row.value("KeyNames");
        let parts: Vec<String> = ["NamesBeforeKey", "PrefixToKey", "KeyNames"]
            .into_iter()
            .filter_map(|part| row.value(part))
            .collect();
        let turned = |name: &String| match name.split_once(", ") {
            Some((family, given)) => format!("{given} {family}"),
            None => name.clone(),
        };
        let name = row
            .value("PersonName")
            .or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
            .or_else(|| inverted.as_ref().map(turned))
            .or_else(|| unnamed(row).map(str::to_owned))?;
        contact.insert("__typename".into(), json!("Person"));
        contact.insert("personName".into(), json!(name));
        contact.insert("personNameInverted".into(), json!(inverted));
        contact.insert("keyNames".into(), json!(key_names));
    }
    let note = row.first("BiographicalNote").and_then(Element::markup);
    contact.insert("biographicalNote".into(), json!(note));
    let isni = row
        .all("NameIdentifier")
        .find(|identifier| identifier.value("NameIDType").as_deref() == Some("16"));
    contact.insert(
        "isni".into(),
        json!(isni.and_then(|isni| isni.value("IDValue"))),
    );
    contact.retain(|_, value| !value.is_null());
    Some(contact)
}

/// ONIX List 19.
fn unnamed(row: &Element) -> Option<&'static str> {
    match row.value("UnnamedPersons")?.as_str() {
        "02" => Some("Anonymous"),
        "03" => Some("and others"),
        "04" => Some("Various authors"),
        _ => None,
    }
}

/// Subject codes of the schemes that Consonance keeps, and keywords.
pub(super) fn subjects(detail: &Element, work: &mut Document) {
    let mut rows = Vec::new();
    let mut keywords: Vec<String> = Vec::new();
    for subject in detail.all("Subject") {
        let Some(list) = subject.value("SubjectSchemeIdentifier") else {
            continue;
        };
        let heading = subject.value("SubjectHeadingText");
        if list == "20" {
            let words = heading.unwrap_or_default();
            let words = words
                .split([';', ','])
                .map(str::trim)
                .filter(|word| !word.is_empty());
            keywords.extend(words.map(str::to_owned));
            continue;
        }
        let scheme = match list.as_str() {
            "93" | "94" | "95" | "96" | "97" | "98" | "99" => Some("THEMA"),
            other => code::name_of(code::SUBJECT_SCHEMES, other),
        };
        let (Some(scheme), Some(value)) = (scheme, subject.value("SubjectCode")) else {
            continue;
        };
        let typename = match scheme {
            "THEMA" => "Thema",
            "DEWEY" => "Dewey",
            "IN_HOUSE" => "InHouseSubject",
            other => other,
        };
        rows.push(json!({
            "__typename": typename,
            "code": value,
            "description": heading,
            "main": subject.first("MainSubject").is_some(),
            "scheme": scheme,
        }));
    }
    let codes = |scheme: &str| {
        let of_scheme = rows.iter().filter(|row| row["scheme"] == scheme);
        of_scheme.map(|row| row["code"].clone()).collect::<Vec<_>>()
    };
    work.insert("bics".into(), json!(codes("BIC")));
    work.insert("bisacs".into(), json!(codes("BISAC")));
    work.insert("subjectCodes".into(), Value::Array(rows));
    work.insert("keywords".into(), json!(keywords));
}

/// Audience codes and interest age.
pub(super) fn audience(detail: &Element, work: &mut Document) {
    let codes: Vec<Value> = detail
        .all("Audience")
        .filter(|row| row.value("AudienceCodeType").as_deref() == Some("01"))
        .filter_map(|row| row.value("AudienceCodeValue"))
        .map(|code| json!({"code": code, "value": format!("_{code}")}))
        .collect();
    let mut ages = Map::new();
    let range = detail
        .all("AudienceRange")
        .find(|range| range.value("AudienceRangeQualifier").as_deref() == Some("17"));
    if let Some(range) = range {
        let bounds = range.values("AudienceRangePrecision").into_iter();
        for (precision, value) in bounds.zip(range.values("AudienceRangeValue")) {
            let Ok(age) = value.parse::<i64>() else {
                continue;
            };
            match precision.as_str() {
                "03" => ages.insert("from".into(), json!(age)),
                "04" => ages.insert("to".into(), json!(age)),
                _ => None,
            };
        }
    }
    let mut audience = Map::new();
    audience.insert("onixAudiences".into(), Value::Array(codes));
    if !ages.is_empty() {
        audience.insert("interestAgeRange".into(), Value::Object(ages));
    }
    work.insert("audience".into(), Value::Object(audience));
}

/// Languages of the text, and the title in the original one.
pub(super) fn language(detail: &Element, defaults: &Defaults, work: &mut Document) {
    let mut languages: Vec<Value> = detail
        .all("Language")
        .filter(|row| row.value("LanguageRole").as_deref() == Some("01"))
        .filter_map(|row| row.value("LanguageCode"))
        .map(|code| json!({"onixLanguageCode": code}))
        .collect();
    if languages.is_empty() {
        let default = defaults.language.as_deref().unwrap_or("eng");
        languages.push(json!({"onixLanguageCode": default}));
    }
    work.insert("contentLanguages".into(), Value::Array(languages));
    let original = detail
        .all("TitleDetail")
        .find(|title| title.value("TitleType").as_deref() == Some("03"))
        .and_then(|title| title_element(title.first("TitleElement")?));
    if let Some(original) = original {
        work.insert("titleInOriginalLanguage".into(), json!(original.full()));
    }
}

/// Edition types, number and statement.
pub(super) fn edition(detail: &Element, product: &mut Document, work: &mut Document) {
    product.insert(
        "onixEditionTypeCodes".into(),
        json!(detail.values("EditionType")),
    );
    if let Some(statement) = detail.value("EditionStatement") {
        product.insert("editionStatement".into(), json!(statement));
    }
    if let Some(number) = detail
        .value("EditionNumber")
        .and_then(|text| text.parse::<i64>().ok())
    {
        work.insert("editionNumber".into(), json!(number));
    }
    if let Some(statement) = detail.value("ContributorStatement") {
        product.insert("productAuthorshipDescription".into(), json!(statement));
    }
}

//! Block 1: what the product is.

use std::io::{self, Write};

use serde_json::Value;

use super::xml::Xml;
use super::{Record, code, identifiers};
use crate::world::{Document, full_title, integer, rows, text, texts};

/// Writes `DescriptiveDetail`.
pub(super) fn write<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    xml.nest("DescriptiveDetail", |xml| {
        form(xml, record)?;
        parts(xml, record)?;
        collections(xml, record)?;
        title(xml, record)?;
        contributors(xml, record)?;
        edition(xml, record)?;
        languages(xml, record)?;
        extents(xml, record)?;
        subjects(xml, record)?;
        audience(xml, record)
    })
}

fn form<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let form = text(record.product, "onix21ProductFormCode").unwrap_or("00");
    let composition = if record.product_is_set() { "10" } else { "00" };
    xml.leaf("ProductComposition", composition)?;
    xml.leaf("ProductForm", code::list_150(form))?;
    let details = record.onix("productFormDetails").and_then(Value::as_array);
    for detail in details.into_iter().flatten().filter_map(Value::as_str) {
        xml.leaf("ProductFormDetail", detail)?;
    }
    let format = record
        .product
        .get("inHouseFormat")
        .and_then(|format| format.get("name"));
    if let Some(format) = format.and_then(Value::as_str) {
        xml.leaf("ProductFormDescription", format)?;
    }
    // ONIX List 48: height, width, thickness. Consonance sends all three units.
    for (kind, name) in [
        ("01", "productHeight"),
        ("02", "productWidth"),
        ("03", "productThickness"),
    ] {
        let Some(millimetres) = record.product.get(name).and_then(Value::as_f64) else {
            continue;
        };
        let lengths = [
            ("cm", millimetres / 10.0),
            ("in", millimetres / 25.4),
            ("mm", millimetres),
        ];
        for (unit, length) in lengths {
            xml.nest("Measure", |xml| {
                xml.leaf("MeasureType", kind)?;
                xml.leaf("Measurement", &trimmed(length))?;
                xml.leaf("MeasureUnitCode", unit)
            })?;
        }
    }
    if let Some(protection) = record.onix_text("epubProtection") {
        xml.leaf("EpubTechnicalProtection", protection)?;
    }
    Ok(())
}

/// At most two decimals, without trailing zeros.
fn trimmed(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn parts<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    for part in rows(record.product, "containedProducts") {
        let contained = integer(part, "containedId").and_then(|id| record.world.products.get(&id));
        let Some(contained) = contained else { continue };
        xml.nest("ProductPart", |xml| {
            if let Some(isbn) = text(contained, "isbn13") {
                identifiers(xml, "ProductIdentifier", isbn)?;
            }
            let form = text(contained, "onix21ProductFormCode").unwrap_or("00");
            xml.leaf("ProductForm", code::list_150(form))?;
            let copies = integer(part, "numberOfCopies").unwrap_or(1);
            xml.leaf("NumberOfCopies", &copies.to_string())
        })?;
    }
    Ok(())
}

fn collections<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let mut any = false;
    for membership in rows(record.work, "seriesMemberships") {
        let Some(id) = integer(membership, "seriesId") else {
            continue;
        };
        let series = record.world.series.get(&id);
        let Some(name) = series.and_then(|series| text(series, "name")) else {
            continue;
        };
        let part = text(membership, "partNumber");
        any = true;
        xml.nest("Collection", |xml| {
            xml.leaf("CollectionType", "10")?;
            xml.nest("CollectionIdentifier", |xml| {
                xml.leaf("CollectionIDType", "01")?;
                xml.leaf("IDTypeName", "system-internal-identifier")?;
                xml.leaf("IDValue", &id.to_string())
            })?;
            if let Some(part) = part {
                xml.nest("CollectionSequence", |xml| {
                    xml.leaf("CollectionSequenceType", "03")?;
                    xml.leaf("CollectionSequenceNumber", part)
                })?;
            }
            xml.nest("TitleDetail", |xml| {
                xml.leaf("TitleType", "01")?;
                xml.nest("TitleElement", |xml| {
                    xml.leaf("TitleElementLevel", "02")?;
                    if let Some(part) = part {
                        xml.leaf("PartNumber", part)?;
                    }
                    prefixed(xml, name)?;
                    let subtitle = series.and_then(|series| text(series, "subtitle"));
                    subtitle.map_or(Ok(()), |subtitle| xml.leaf("Subtitle", subtitle))
                })
            })
        })?;
    }
    if any {
        Ok(())
    } else {
        xml.flag("NoCollection")
    }
}

fn title<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let product = record.product;
    let subtitle = text(product, "subtitle").or_else(|| text(record.work, "subtitle"));
    xml.nest("TitleDetail", |xml| {
        xml.leaf("TitleType", "01")?;
        xml.nest("TitleElement", |xml| {
            xml.leaf("TitleElementLevel", "01")?;
            let own = text(product, "titleWithoutPrefix").filter(|title| !title.is_empty());
            match (
                text(product, "titlePrefix"),
                own,
                text(product, "fullTitle"),
            ) {
                (Some(prefix), Some(title), None) if !prefix.is_empty() => {
                    xml.leaf("TitlePrefix", prefix)?;
                    xml.leaf("TitleWithoutPrefix", title)?;
                }
                _ => prefixed(xml, &full_title(product, Some(record.work)))?,
            }
            subtitle.map_or(Ok(()), |subtitle| xml.leaf("Subtitle", subtitle))
        })
    })?;
    let Some(original) = text(record.work, "titleInOriginalLanguage") else {
        return Ok(());
    };
    xml.nest("TitleDetail", |xml| {
        xml.leaf("TitleType", "03")?;
        xml.nest("TitleElement", |xml| {
            xml.leaf("TitleElementLevel", "01")?;
            xml.flag("NoPrefix")?;
            xml.leaf("TitleWithoutPrefix", original)
        })
    })
}

/// A title with its article split off, as the system splits it.
fn prefixed<W: Write>(xml: &mut Xml<W>, title: &str) -> io::Result<()> {
    match title.split_once(' ') {
        Some((prefix @ ("The" | "A" | "An"), rest)) => {
            xml.leaf("TitlePrefix", prefix)?;
            xml.leaf("TitleWithoutPrefix", rest)
        }
        _ => {
            xml.flag("NoPrefix")?;
            xml.leaf("TitleWithoutPrefix", title)
        }
    }
}

fn contributors<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    // One contributor with several roles is one composite.
    let mut people: Vec<(i64, &Document, Vec<&str>)> = Vec::new();
    for row in record.rows("contributions") {
        let Some((id, contact)) = record.contact(row) else {
            continue;
        };
        let role = text(row, "onixContributorRoleCode").unwrap_or("Z99");
        match people.iter_mut().find(|(known, _, _)| *known == id) {
            Some((_, _, roles)) => roles.push(role),
            None => people.push((id, contact, vec![role])),
        }
    }
    for (place, (id, contact, roles)) in (1..).zip(&people) {
        contributor(xml, place, *id, contact, roles)?;
    }
    let statement = text(record.product, "productAuthorshipDescription")
        .or_else(|| text(record.product, "authorshipDescription"))
        .or_else(|| text(record.work, "authorshipDescription"));
    if let Some(statement) = statement {
        xml.leaf("ContributorStatement", statement)?;
    }
    if people.is_empty() && statement.is_none() {
        xml.flag("NoContributor")
    } else {
        Ok(())
    }
}

fn contributor<W: Write>(
    xml: &mut Xml<W>,
    place: usize,
    id: i64,
    contact: &Document,
    roles: &[&str],
) -> io::Result<()> {
    xml.nest("Contributor", |xml| {
        xml.leaf("SequenceNumber", &place.to_string())?;
        for role in roles {
            xml.leaf("ContributorRole", role)?;
        }
        xml.nest("NameIdentifier", |xml| {
            xml.leaf("NameIDType", "01")?;
            xml.leaf("IDTypeName", "system-internal-identifier")?;
            xml.leaf("IDValue", &id.to_string())
        })?;
        if let Some(isni) = text(contact, "isni") {
            xml.nest("NameIdentifier", |xml| {
                xml.leaf("NameIDType", "16")?;
                xml.leaf("IDValue", isni)
            })?;
        }
        if let Some(name) = text(contact, "organisationName") {
            xml.leaf("CorporateName", name)?;
        } else {
            xml.leaf(
                "PersonName",
                text(contact, "personName").unwrap_or("Unnamed"),
            )?;
            if let Some(inverted) = text(contact, "personNameInverted") {
                xml.leaf("PersonNameInverted", inverted)?;
                if let Some((key_names, before)) = inverted.split_once(", ") {
                    xml.leaf("NamesBeforeKey", before)?;
                    xml.leaf("KeyNames", text(contact, "keyNames").unwrap_or(key_names))?;
                }
            }
        }
        let note = text(contact, "biographicalNote");
        note.map_or(Ok(()), |note| {
            xml.markup("BiographicalNote", &[("textformat", "02")], note)
        })
    })
}

fn edition<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let own: Vec<&str> = texts(record.product, "onixEditionTypeCodes").collect();
    let types = if own.is_empty() {
        texts(record.work, "onixEditionTypeCodes").collect()
    } else {
        own
    };
    for kind in &types {
        xml.leaf("EditionType", kind)?;
    }
    let number = integer(record.work, "editionNumber");
    if let Some(number) = number {
        xml.leaf("EditionNumber", &number.to_string())?;
    }
    let statement =
        text(record.product, "editionStatement").or_else(|| text(record.work, "editionStatement"));
    match statement {
        Some(statement) => xml.leaf("EditionStatement", statement),
        None if types.is_empty() && number.is_none() => xml.flag("NoEdition"),
        None => Ok(()),
    }
}

fn languages<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    for language in rows(record.work, "contentLanguages") {
        let Some(language) = text(language, "onixLanguageCode") else {
            continue;
        };
        xml.nest("Language", |xml| {
            xml.leaf("LanguageRole", "01")?;
            xml.leaf("LanguageCode", language)
        })?;
    }
    Ok(())
}

fn extents<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    // ONIX List 23 type, List 24 unit: 03 pages, 05 minutes.
    let minutes = record.onix("minutes").and_then(Value::as_i64);
    let pages = |name| integer(record.product, name);
    let extents = [
        ("00", pages("mainContentPageCount"), "03"),
        ("03", pages("frontMatterPageCount"), "03"),
        ("04", pages("backMatterPageCount"), "03"),
        ("06", pages("productionPageCount"), "03"),
        ("09", minutes, "05"),
    ];
    for (kind, value, unit) in extents {
        let Some(value) = value else { continue };
        xml.nest("Extent", |xml| {
            xml.leaf("ExtentType", kind)?;
            xml.leaf("ExtentValue", &value.to_string())?;
            xml.leaf("ExtentUnit", unit)
        })?;
    }
    Ok(())
}

fn subjects<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    for subject in rows(record.work, "subjectCodes") {
        let (scheme, value) = (text(subject, "scheme"), text(subject, "code"));
        let (Some(scheme), Some(value)) = (scheme, value) else {
            continue;
        };
        let Some(mut list) = code::onix_code(code::SUBJECT_SCHEMES, scheme) else {
            continue;
        };
        if scheme == "THEMA" {
            list = code::thema_scheme(value);
        }
        xml.nest("Subject", |xml| {
            if subject.get("main").and_then(Value::as_bool) == Some(true) {
                xml.flag("MainSubject")?;
            }
            xml.leaf("SubjectSchemeIdentifier", list)?;
            if scheme == "THEMA" {
                xml.leaf("SubjectSchemeVersion", "1.5")?;
            }
            xml.leaf("SubjectCode", value)?;
            let heading = text(subject, "description");
            heading.map_or(Ok(()), |heading| xml.leaf("SubjectHeadingText", heading))
        })?;
    }
    let keywords: Vec<&str> = texts(record.work, "keywords").collect();
    if keywords.is_empty() {
        return Ok(());
    }
    xml.nest("Subject", |xml| {
        xml.leaf("SubjectSchemeIdentifier", "20")?;
        xml.leaf("SubjectHeadingText", &keywords.join("; "))
    })
}

fn audience<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let Some(audience) = record.work.get("audience").and_then(Value::as_object) else {
        return Ok(());
    };
    for row in rows(audience, "onixAudiences") {
        let Some(value) = text(row, "code") else {
            continue;
        };
        xml.nest("Audience", |xml| {
            xml.leaf("AudienceCodeType", "01")?;
            xml.leaf("AudienceCodeValue", value)
        })?;
    }
    let Some(ages) = audience.get("interestAgeRange").and_then(Value::as_object) else {
        return Ok(());
    };
    // ONIX List 30: 17 is interest age in years. List 31: 03 from, 04 to.
    xml.nest("AudienceRange", |xml| {
        xml.leaf("AudienceRangeQualifier", "17")?;
        for (precision, name) in [("03", "from"), ("04", "to")] {
            if let Some(age) = integer(ages, name) {
                xml.leaf("AudienceRangePrecision", precision)?;
                xml.leaf("AudienceRangeValue", &age.to_string())?;
            }
        }
        Ok(())
    })
}

impl Record<'_> {
    fn product_is_set(self) -> bool {
        rows(self.product, "containedProducts").next().is_some()
            || text(self.product, "onix21ProductFormCode") == Some("WW")
    }
}

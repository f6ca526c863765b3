//! Block 4: who publishes, when, and where it may be sold.

use std::io::{self, Write};

use serde_json::Value;

use super::Record;
use super::rights::Rights;
use super::xml::Xml;
use crate::world::{rows, text};

/// Writes `PublishingDetail`.
pub(super) fn write<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    xml.nest("PublishingDetail", |xml| {
        imprint(xml, record)?;
        xml.nest("Publisher", |xml| {
            xml.leaf("PublishingRole", "01")?;
            let publisher = record
                .onix_text("publisherName")
                .or_else(|| text(&record.world.client, "name"))
                .unwrap_or("Unnamed");
            xml.leaf("PublisherName", publisher)?;
            for link in rows(record.product, "webLinks") {
                website(xml, link)?;
            }
            Ok(())
        })?;
        xml.leaf("PublishingStatus", record.status())?;
        dates(xml, record)?;
        Rights::of(record.product).write(xml)
    })
}

fn imprint<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let Some(imprint) = record.work.get("imprint").and_then(Value::as_object) else {
        return Ok(());
    };
    let Some(name) = text(imprint, "name") else {
        return Ok(());
    };
    xml.nest("Imprint", |xml| {
        if let Some(id) = imprint.get("id").and_then(Value::as_i64) {
            xml.nest("ImprintIdentifier", |xml| {
                xml.leaf("ImprintIDType", "01")?;
                xml.leaf("IDTypeName", "system-internal-identifier")?;
                xml.leaf("IDValue", &id.to_string())
            })?;
        }
        xml.leaf("ImprintName", name)
    })
}

fn website<W: Write>(xml: &mut Xml<W>, link: &crate::world::Document) -> io::Result<()> {
    let sent = link.get("includeInOnix").and_then(Value::as_bool) == Some(true);
    let Some(address) = text(link, "link").filter(|_| sent) else {
        return Ok(());
    };
    xml.nest("Website", |xml| {
        xml.code("WebsiteRole", text(link, "role").unwrap_or("_00"))?;
        xml.leaf("WebsiteLink", address)
    })
}

fn dates<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let published =
        text(record.product, "publicationDate").or_else(|| record.onix_text("publicationDate"));
    // A review that may not be quoted yet is sent, with the day from which it may.
    let review_embargo = record
        .rows("marketingTexts")
        .filter_map(|row| text(row, "dateReleased"))
        .max();
    // ONIX List 163.
    let dates = [
        ("01", published),
        ("02", record.onix_text("salesEmbargoDate")),
        ("09", record.onix_text("announcementDate")),
        ("23", review_embargo),
        ("27", record.onix_text("preorderFrom")),
    ];
    for (role, date) in dates {
        let Some(date) = date else { continue };
        xml.nest("PublishingDate", |xml| {
            xml.leaf("PublishingDateRole", role)?;
            xml.date(date)
        })?;
    }
    Ok(())
}

//! The ONIX 3.0 feed of the account, as Consonance would send it.
//!
//! A publisher that has no API key has a feed, and the same book read from either must be one work.
//! So the feed is written from the same records that GraphQL answers from, in the shape of a real
//! account's: reference tags, a work id in `RelatedWork`, contributors under the system's own
//! identifiers, HTML in CDATA, pictures to be downloaded. It sends what is approved for export and
//! has an ISBN, embargoed titles included: holding those back is the recipient's duty, and that is
//! what it is here to test.

pub mod code;

mod collateral;
mod description;
mod publishing;
mod rights;
mod supply;
mod xml;

use std::io::{self, Write};

use jiff::civil::Date;
use serde_json::Value;

use crate::world::{Document, ONIX, World, concerns, integer, rows, text};
use xml::Xml;

/// Everything one record is written from.
#[derive(Clone, Copy)]
struct Record<'w> {
    world: &'w World,
    work_id: i64,
    work: &'w Document,
    id: i64,
    product: &'w Document,
    isbn: &'w str,
    sent: Date,
    base_url: &'w str,
}

/// Writes every exportable product, those out of print included. `base_url` is the bare origin that
/// serves the pictures; `sent` dates the message.
///
/// # Errors
/// What `out` fails with.
pub fn full(world: &World, base_url: &str, sent: Date, out: impl Write) -> io::Result<()> {
    message(world, base_url, sent, out, |_| true)
}

/// Writes the products that are likely to have changed on or after `since`, siblings of changed ones
/// included.
///
/// # Errors
/// What `out` fails with.
pub fn daily(
    world: &World,
    base_url: &str,
    since: Date,
    sent: Date,
    out: impl Write,
) -> io::Result<()> {
    message(world, base_url, sent, out, |product| {
        world.product_changed_since(product, since)
    })
}

fn message(
    world: &World,
    base_url: &str,
    sent: Date,
    out: impl Write,
    wanted: impl Fn(&Document) -> bool,
) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    let namespace = "http://ns.editeur.org/onix/3.0/reference";
    xml.open("ONIXMessage", &[("release", "3.0"), ("xmlns", namespace)])?;
    xml.nest("Header", |xml| {
        xml.nest("Sender", |xml| {
            xml.leaf(
                "SenderName",
                text(&world.client, "name").unwrap_or("Unnamed"),
            )
        })?;
        xml.leaf("SentDateTime", &compact(sent))?;
        xml.leaf("DefaultLanguageOfText", "eng")
    })?;
    let mut sent_any = false;
    for (id, product) in &world.products {
        let Some(record) = record(world, *id, product, sent, base_url) else {
            continue;
        };
        if wanted(product) {
            product_record(&mut xml, record)?;
            sent_any = true;
        }
    }
    if !sent_any {
        xml.flag("NoProduct")?;
    }
    xml.close("ONIXMessage")?;
    xml.finish()
}

/// The record of a product that may go out: approved for export, and with an ISBN.
fn record<'w>(
    world: &'w World,
    id: i64,
    product: &'w Document,
    sent: Date,
    base_url: &'w str,
) -> Option<Record<'w>> {
    let approved = product.get("allowOnixExports").and_then(Value::as_bool)?;
    let isbn = text(product, "isbn13").filter(|_| approved)?;
    let (work_id, work) = world.work_of(product)?;
    Some(Record {
        world,
        work_id,
        work,
        id,
        product,
        isbn,
        sent,
        base_url,
    })
}

fn product_record<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    xml.open("Product", &[])?;
    xml.leaf("RecordReference", record.isbn)?;
    xml.leaf("NotificationType", record.notification())?;
    xml.leaf("RecordSourceType", "01")?;
    xml.nest("RecordSourceIdentifier", |xml| {
        xml.leaf("RecordSourceIDType", "01")?;
        xml.leaf("IDTypeName", "system-internal-identifier")?;
        xml.leaf("IDValue", &record.id.to_string())
    })?;
    xml.leaf(
        "RecordSourceName",
        text(&record.world.client, "name").unwrap_or("Unnamed"),
    )?;
    identifiers(xml, "ProductIdentifier", record.isbn)?;
    if let Some(asin) = text(record.product, "asin") {
        xml.nest("ProductIdentifier", |xml| {
            xml.leaf("ProductIDType", "01")?;
            xml.leaf("IDTypeName", "ASIN")?;
            xml.leaf("IDValue", asin)
        })?;
    }
    description::write(xml, record)?;
    collateral::write(xml, record)?;
    publishing::write(xml, record)?;
    related(xml, record)?;
    supply::write(xml, record)?;
    xml.close("Product")
}

/// An ISBN-13 twice, as the trade wants it: as a GTIN-13 and as an ISBN.
fn identifiers<W: Write>(xml: &mut Xml<W>, tag: &str, isbn: &str) -> io::Result<()> {
    for kind in ["03", "15"] {
        xml.nest(tag, |xml| {
            xml.leaf("ProductIDType", kind)?;
            xml.leaf("IDValue", isbn)
        })?;
    }
    Ok(())
}

/// The work that the product is a manifestation of, and the other products it is related to.
fn related<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    xml.nest("RelatedMaterial", |xml| {
        xml.nest("RelatedWork", |xml| {
            xml.leaf("WorkRelationCode", "01")?;
            xml.nest("WorkIdentifier", |xml| {
                xml.leaf("WorkIDType", "01")?;
                xml.leaf("IDTypeName", "Work")?;
                xml.leaf("IDValue", &record.work_identifier())
            })
        })?;
        for (codes, isbn) in record.relations() {
            xml.nest("RelatedProduct", |xml| {
                for code in codes {
                    xml.leaf("ProductRelationCode", &code)?;
                }
                identifiers(xml, "ProductIdentifier", &isbn)
            })?;
        }
        Ok(())
    })
}

impl<'w> Record<'w> {
    /// What only ONIX carries, by name.
    fn onix(self, name: &str) -> Option<&'w Value> {
        self.product.get(ONIX)?.as_object()?.get(name)
    }

    /// The same when it is a text.
    fn onix_text(self, name: &str) -> Option<&'w str> {
        self.onix(name)?.as_str()
    }

    /// Files that only ONIX carries.
    fn files(self) -> impl Iterator<Item = &'w Document> {
        let rows = self.onix("files").and_then(Value::as_array);
        rows.into_iter().flatten().filter_map(Value::as_object)
    }

    /// ONIX List 64 status.
    fn status(self) -> &'w str {
        let status = text(self.product, "onixPublishingStatusCode").unwrap_or("_00");
        status.strip_prefix('_').unwrap_or(status)
    }

    /// The rows of a list of the work that concern this product.
    fn rows(self, list: &'static str) -> impl Iterator<Item = &'w Document> {
        rows(self.work, list).filter(move |row| concerns(row, self.id))
    }

    /// ONIX List 1: early while a forthcoming book is far away, advance when it is near, confirmed
    /// from publication on.
    fn notification(self) -> &'static str {
        if self.status() != "02" {
            return "03";
        }
        let date = text(self.product, "publicationDate").and_then(|date| date.parse().ok());
        let near = date.is_some_and(|date: Date| {
            self.sent
                .until(date)
                .is_ok_and(|span| span.get_days() <= 180)
        });
        if near { "02" } else { "01" }
    }

    /// `com.<client>.onix.<work id>`, as Consonance identifies works.
    fn work_identifier(self) -> String {
        let name = text(&self.world.client, "name").unwrap_or("client");
        let client: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        format!("com.{client}.onix.{}", self.work_id)
    }

    /// Related products: the other formats of the work, then those the publisher names.
    fn relations(self) -> Vec<(Vec<String>, String)> {
        let is_set = |product: &Document| text(product, "onix21ProductFormCode") == Some("WW");
        let digital = |product: &Document| {
            text(product, "onix21ProductFormCode").is_some_and(|form| form.starts_with('D'))
        };
        let printed = |product: &Document| {
            text(product, "onix21ProductFormCode").is_some_and(|form| form.starts_with('B'))
        };
        let mut relations = Vec::new();
        for (id, other) in self.world.products_of(self.work) {
            let other_record = record(self.world, id, other, self.sent, self.base_url);
            let Some(isbn) = other_record.map(|record| record.isbn) else {
                continue;
            };
            if id == self.id || is_set(other) || is_set(self.product) {
                continue;
            }
            let mut codes = vec!["06".to_owned()];
            if digital(self.product) && printed(other) {
                codes.push("13".to_owned());
            }
            if printed(self.product) && digital(other) {
                codes.push("27".to_owned());
            }
            relations.push((codes, isbn.to_owned()));
        }
        for row in self
            .onix("relatedProducts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let codes = row
                .get("codes")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let codes: Vec<String> = codes.filter_map(Value::as_str).map(str::to_owned).collect();
            let Some(isbn) = row.get("isbn13").and_then(Value::as_str) else {
                continue;
            };
            if codes.is_empty() {
                continue;
            }
            // A format of the same work may also be the edition for another market.
            match relations.iter_mut().find(|(_, known)| known == isbn) {
                Some((known, _)) => known.extend(codes),
                None => relations.push((codes, isbn.to_owned())),
            }
        }
        relations
    }

    /// The contact of a contribution.
    fn contact(self, contribution: &Document) -> Option<(i64, &'w Document)> {
        let id = integer(contribution, "contributorId")?;
        Some((id, self.world.contacts.get(&id)?))
    }
}

/// `20270315`.
fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

//! Records of the feed that cannot be read, about products of which the feed said nothing readable.
//!
//! An embargo may stand in such a record and nowhere else. That it cannot be read is no word that there is none, so the
//! product stays closed until a record comes that can be.

use std::collections::BTreeSet;

use super::Enriched;
use crate::finding::{Finding, FindingCode};
use crate::identity::named_work;
use crate::isbn::Isbn13;
use crate::origin::{Block, Origin};
use crate::product::Product;
use crate::record::{Place, ProductRecord};
use crate::work::Work;

/// A record of the feed cannot be read, and what it may close is closed.
pub const FEED_RECORD_UNREADABLE: FindingCode = FindingCode::new("feed-record-unreadable");
/// A record of the feed cannot be read and does not say of which product it is.
pub const FEED_RECORD_NAMELESS: FindingCode = FindingCode::new("feed-record-nameless");

/// Whether a record stands for one that could not be read.
pub(super) fn is_unread(record: &ProductRecord) -> bool {
    place(record).is_some()
}

fn place(record: &ProductRecord) -> Option<&Place> {
    record.product()?.unread.as_ref()
}

/// Closes the products that unread records are about, but for those of which the feed has a readable record.
pub(super) fn close<'a>(
    works: &mut [Work],
    unread: impl Iterator<Item = &'a ProductRecord>,
    mentioned: &BTreeSet<Isbn13>,
    enriched: &mut Enriched,
) {
    for record in unread {
        let isbns: BTreeSet<Isbn13> = record
            .work
            .products
            .iter()
            .filter_map(|product| product.isbn)
            .collect();
        if !isbns.is_empty() && isbns.is_subset(mentioned) {
            continue;
        }
        let of_isbn =
            |_: &Work, product: &Product| product.isbn.is_some_and(|isbn| isbns.contains(&isbn));
        let named: BTreeSet<_> = record
            .works
            .iter()
            .filter_map(|work| named_work(std::slice::from_ref(work)))
            .collect();
        let of_work = |work: &Work, _: &Product| named.contains(&work.key);
        let met = close_where(works, record, mentioned, enriched, of_isbn)
            || close_where(works, record, mentioned, enriched, of_work);
        if !met {
            enriched.unknown.push(nameless(record));
        }
    }
}

/// Closes what a feed has not mentioned while part of it is lost: an embargo may stand in that part and nowhere else. What
/// is published stays, since nothing new is known of it. Gives the ISBNs of what was closed.
pub fn close_unmentioned(
    works: &mut [Work],
    feed: &[ProductRecord],
    lost: &Place,
    is_published: impl Fn(&Work, Isbn13) -> bool,
) -> BTreeSet<Isbn13> {
    let readable = feed.iter().filter(|record| !is_unread(record));
    let mentioned: BTreeSet<Isbn13> = readable
        .filter_map(|record| record.product()?.isbn)
        .collect();
    let mut closed = BTreeSet::new();
    for work in works {
        let mut products = std::mem::take(&mut work.products);
        for product in &mut products {
            let Some(isbn) = product.isbn else { continue };
            if product.unread.is_none() && !mentioned.contains(&isbn) && !is_published(work, isbn) {
                product.unread = Some(lost.clone());
                closed.insert(isbn);
            }
        }
        work.products = products;
    }
    closed
}

/// Closes the products of which a record may be. Whether there was any.
fn close_where(
    works: &mut [Work],
    record: &ProductRecord,
    mentioned: &BTreeSet<Isbn13>,
    enriched: &mut Enriched,
    is_meant: impl Fn(&Work, &Product) -> bool,
) -> bool {
    let mut met = false;
    for work in works {
        let mut products = std::mem::take(&mut work.products);
        for product in &mut products {
            if !is_meant(work, product) {
                continue;
            }
            met = true;
            if product.isbn.is_some_and(|isbn| mentioned.contains(&isbn)) {
                continue;
            }
            if let Some(isbn) = &product.isbn {
                enriched.unmentioned.remove(isbn);
            }
            product.unread = place(record).cloned();
            let origin = Origin::Onix(record.place.clone());
            product.origins.replace(Block::Withdrawal, origin);
            work.findings.push(unreadable(record, work, product));
        }
        work.products = products;
    }
    met
}

fn unreadable(record: &ProductRecord, work: &Work, product: &Product) -> Finding {
    let message = format!(
        "the ONIX feed's record {} ({} line {}) cannot be read, and no earlier one is known: an embargo that it states would be missed, so the product stays closed{}. Have the record mended and sent again",
        record.reference,
        record.place.file,
        record.place.line,
        reasons(record),
    );
    let finding = Finding::error(FEED_RECORD_UNREADABLE, message)
        .in_record(work.key.as_str())
        .in_field(format!("{} line {}", record.place.file, record.place.line));
    match product.isbn {
        Some(isbn) => finding.on_isbn(isbn),
        None => finding,
    }
}

/// A record that names no product that is listed.
fn nameless(record: &ProductRecord) -> Finding {
    let message = format!(
        "the ONIX feed's record {} ({} line {}) cannot be read, and names no product that Consonance's service lists{}. If it is about one, an embargo that it states is not known: mend the record and have it sent again",
        record.reference,
        record.place.file,
        record.place.line,
        reasons(record),
    );
    Finding::error(FEED_RECORD_NAMELESS, message)
        .in_record(record.reference.clone())
        .in_field(format!("{} line {}", record.place.file, record.place.line))
}

/// Why it cannot be read, as whoever read it has said.
fn reasons(record: &ProductRecord) -> String {
    let told = record.work.findings.first();
    told.map_or_else(String::new, |finding| format!(" ({})", finding.message))
}

//! One format, of which both sources speak.

use super::{Dispute, fill, fill_list, price};
use crate::codes::NotificationType;
use crate::date::PartialDate;
use crate::finding::Severity;
use crate::origin::Block;
use crate::product::{Approval, Product};
use crate::rights::{Resolver, Sale};
use crate::supply::RoleDate;

/// Roles of List 163 before whose date something must not be shown or sold: sales embargo, public announcement, review
/// embargo, pre-order embargo, preview embargo.
const EMBARGOES: [&str; 5] = ["02", "09", "23", "27", "38"];

/// Publishing statuses (List 64) that stop sales for cause: withdrawn, recalled, temporarily and permanently withdrawn.
const STOPS: [&str; 5] = ["11", "12", "15", "16", "17"];

/// How many countries a finding names.
const NAMED: usize = 8;

/// Merges the feed's record of a product. False where the feed has withdrawn the record, of which nothing else is taken.
pub(super) fn enrich(
    product: &mut Product,
    feed: &Product,
    resolver: &Resolver,
    dispute: &mut Dispute<'_>,
) -> bool {
    if feed.notification == Some(NotificationType::DELETE) {
        product.notification = feed.notification;
        let origin = dispute.place.clone();
        product.origins.add(Block::Withdrawal, origin);
        if product.approval == Approval::Approved {
            dispute.note(
                "withdrawal",
                "approved",
                "withdrawn (notification type 05)",
                Severity::Error,
            );
        }
        return false;
    }
    described(product, feed, dispute);
    status(product, feed, dispute);
    dates(product, feed, dispute);
    rights(product, feed, resolver, dispute);
    if !feed.supplies.is_empty() {
        product.supplies = feed.supplies.clone();
        let origin = dispute.place.clone();
        product.origins.replace(Block::Supply, origin);
        market_embargoes(product, dispute);
    }
    price::enrich(product, dispute);
    true
}

/// Fills what GraphQL left empty.
fn described(product: &mut Product, feed: &Product, dispute: &Dispute<'_>) {
    let mut filled = Vec::new();
    if product.title.is_blank() && !feed.title.is_blank() {
        product.title = feed.title.clone();
        filled.push(Block::Title);
    }
    let editions = fill(&mut product.edition, feed.edition.clone())
        | fill(&mut product.edition_number, feed.edition_number);
    let forms = fill(&mut product.composition, feed.composition)
        | fill(&mut product.form, feed.form)
        | fill_list(&mut product.form_details, &feed.form_details)
        | fill(&mut product.form_description, feed.form_description.clone())
        | fill_list(&mut product.extents, &feed.extents)
        | fill_list(&mut product.measures, &feed.measures)
        | fill_list(&mut product.languages, &feed.languages);
    let ties = fill_list(&mut product.related, &feed.related)
        | fill_list(&mut product.parts, &feed.parts)
        | fill_list(&mut product.web_links, &feed.web_links);
    let imprints = fill(&mut product.imprint, feed.imprint.clone());
    for (block, has) in [
        (Block::Title, editions),
        (Block::Form, forms),
        (Block::Relations, ties),
        (Block::Imprint, imprints),
    ] {
        if has {
            filled.push(block);
        }
    }
    for block in filled {
        product.origins.add(block, dispute.place.clone());
    }
}

fn status(product: &mut Product, feed: &Product, dispute: &mut Dispute<'_>) {
    let Some(theirs) = feed.status else { return };
    let Some(mine) = product.status else {
        product.status = Some(theirs);
        let origin = dispute.place.clone();
        return product.origins.replace(Block::Status, origin);
    };
    if mine == theirs {
        return;
    }
    let stops = STOPS.contains(&theirs.code()) && !STOPS.contains(&mine.code());
    let severity = if stops {
        Severity::Error
    } else {
        Severity::Warning
    };
    dispute.note(
        "publishing status",
        &coded(mine.code(), mine.label()),
        &coded(theirs.code(), theirs.label()),
        severity,
    );
    if stops {
        product.status = Some(theirs);
        let origin = dispute.place.clone();
        product.origins.replace(Block::Status, origin);
    }
}

fn coded(code: &str, label: Option<&str>) -> String {
    label.map_or_else(|| code.to_owned(), |label| format!("{code} ({label})"))
}

fn dates(product: &mut Product, feed: &Product, dispute: &mut Dispute<'_>) {
    for theirs in &feed.dates {
        let block = block_of(theirs);
        let mine = product
            .dates
            .iter_mut()
            .find(|date| date.role == theirs.role);
        let Some(mine) = mine else {
            product.dates.push(theirs.clone());
            product.origins.add(block, dispute.place.clone());
            continue;
        };
        if mine.date == theirs.date {
            continue;
        }
        let (field, ours) = (date_name(theirs), mine.date.to_string());
        let severity = if block == Block::Embargoes {
            mine.date = later(mine.date, theirs.date);
            product.origins.add(block, dispute.place.clone());
            Severity::Error
        } else {
            Severity::Warning
        };
        dispute.note(&field, &ours, &theirs.date.to_string(), severity);
    }
}

/// An embargo of a market refines the product's in the trade; it must not lift what GraphQL still holds back.
fn market_embargoes(product: &mut Product, dispute: &mut Dispute<'_>) {
    let own: Vec<RoleDate> = product
        .dates
        .iter()
        .filter(|date| block_of(date) == Block::Embargoes)
        .cloned()
        .collect();
    for market in product
        .supplies
        .iter_mut()
        .flat_map(|supply| &mut supply.dates)
    {
        let Some(mine) = own.iter().find(|date| date.role == market.role) else {
            continue;
        };
        if later(mine.date, market.date) != market.date {
            let field = format!("{} of a market", date_name(market));
            let theirs = market.date.to_string();
            dispute.note(&field, &mine.date.to_string(), &theirs, Severity::Error);
            market.date = mine.date;
        }
    }
}

fn block_of(date: &RoleDate) -> Block {
    if EMBARGOES.contains(&date.role.code()) {
        Block::Embargoes
    } else {
        Block::Dates
    }
}

fn date_name(date: &RoleDate) -> String {
    let label = date.role.label().unwrap_or("date");
    format!("{} (role {})", label.to_lowercase(), date.role)
}

fn later(a: PartialDate, b: PartialDate) -> PartialDate {
    if b.last_day() > a.last_day() { b } else { a }
}

/// Rights of both, if both state any. Rights that GraphQL could not read stay unread: that gate is closed.
fn rights(product: &mut Product, feed: &Product, resolver: &Resolver, dispute: &mut Dispute<'_>) {
    let theirs = feed.rights.as_ref().filter(|rights| rights.is_stated());
    let (Some(mine), Some(theirs)) = (&mut product.rights, theirs) else {
        return;
    };
    let origin = dispute.place.clone();
    if !mine.is_stated() {
        *mine = theirs.clone();
        return product.origins.replace(Block::Rights, origin);
    }
    let (ours, others) = (resolver.rights(mine), resolver.rights(theirs));
    let differing: Vec<(String, Sale, Sale)> = ours
        .differences(&others)
        .map(|(country, a, b)| (country.to_string(), a, b))
        .collect();
    mine.second = Some(Box::new(theirs.clone()));
    product.origins.add(Block::Rights, origin);
    if let Some((_, ours, others)) = differing.first() {
        let alike = differing
            .iter()
            .filter(|(_, a, b)| a == ours && b == others);
        let named: Vec<&str> = alike.map(|(country, ..)| country.as_str()).collect();
        let others_count = differing.len() - named.len();
        let shown = named.get(..NAMED.min(named.len())).unwrap_or_default();
        let mut places = shown.join(" ");
        let more = named.len() - shown.len() + others_count;
        if more > 0 {
            places = format!("{places} and {more} more countries");
        }
        let field = format!("sales rights in {places}");
        dispute.note(
            &field,
            sale_words(*ours),
            sale_words(*others),
            Severity::Error,
        );
    }
}

fn sale_words(sale: Sale) -> &'static str {
    match sale {
        Sale::ForSale => "for sale",
        Sale::NotForSale => "not for sale",
        Sale::Unknown => "nothing",
        Sale::Partial => "for sale in part",
    }
}

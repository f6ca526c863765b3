//! One truth from two sources: what Consonance's service says, and what a feed that Consonance made adds to it.
//!
//! Consonance's GraphQL service is asked live and is the authority on what a publisher has decided; it has no markets, no
//! supply and no embargoes by market. The ONIX feed of the same account has them, but is as old as its last delivery. So
//! neither may simply win. [`PRECEDENCE`] says for each block which does. Rights and embargoes are the exception to every
//! preference: where both state them and they disagree, the more closed is believed. Each disagreement is a finding that
//! names the field and both values; silence of one source is none.
//!
//! The feed never adds a work or a format: what GraphQL does not list is not published. It is joined by ISBN; a record
//! that names another work of Consonance than the one that GraphQL puts its ISBN in leaves a finding, and GraphQL's work
//! stands. A title that a run reads from a file is enriched in the same way, and then it is the file that the feed adds to.

mod price;
mod product;
mod unread;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::finding::{Finding, FindingCode, Severity};
use crate::identity::{merge_scoped, named_work};
use crate::isbn::Isbn13;
use crate::key::RecordKey;
use crate::origin::{Block, Origin};
use crate::product::{Approval, Scope};
use crate::record::ProductRecord;
use crate::rights::Resolver;
use crate::work::Work;

pub use unread::{FEED_RECORD_NAMELESS, FEED_RECORD_UNREADABLE, close_unmentioned};

/// Both sources state a field, and not the same.
pub const SOURCES_DISAGREE: FindingCode = FindingCode::new("sources-disagree");
/// The feed has a product that Consonance's service does not list.
pub const FEED_ONLY: FindingCode = FindingCode::new("feed-only");

/// What decides between two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// Only GraphQL is asked; what the feed says is not looked at.
    GraphqlAlone,
    /// GraphQL's value stands; where it has none, the feed's is taken.
    GraphqlFirst,
    /// Only the feed has it.
    FeedAlone,
    /// Whichever is more closed.
    MoreClosed,
    /// Amounts are GraphQL's; where and when they hold is the feed's.
    PriceByPrice,
}

impl Precedence {
    /// The rule in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::GraphqlAlone => "GraphQL alone",
            Self::GraphqlFirst => "GraphQL, else the feed",
            Self::FeedAlone => "the feed alone",
            Self::MoreClosed => "the more closed of both",
            Self::PriceByPrice => "amounts of GraphQL, territories and periods of the feed",
        }
    }
}

/// Block, what is in it, which source decides, and why.
pub const PRECEDENCE: [(Block, &str, Precedence, &str); 18] = [
    (
        Block::Approval,
        "approval (`allowOnixExports`)",
        Precedence::GraphqlAlone,
        "it is the publisher's own word, read live; being in a feed says only that it was approved when the feed was made",
    ),
    (
        Block::Withdrawal,
        "withdrawal of the record (notification type 05)",
        Precedence::MoreClosed,
        "a record that was withdrawn from the trade is not shown, until the feed sends it again",
    ),
    (
        Block::Identifiers,
        "ISBN, work",
        Precedence::GraphqlAlone,
        "identity must not change with a feed",
    ),
    (
        Block::Title,
        "title, subtitle, edition",
        Precedence::GraphqlFirst,
        "read live",
    ),
    (
        Block::Form,
        "form, composition, form details, extents, measures, languages",
        Precedence::GraphqlFirst,
        "composition and form details are in the feed alone",
    ),
    (
        Block::Status,
        "publishing status (List 64)",
        Precedence::GraphqlFirst,
        "read live; but a withdrawal or recall (11, 12, 15, 16, 17) in either is believed",
    ),
    (
        Block::Dates,
        "publication date and other dates",
        Precedence::GraphqlFirst,
        "read live; roles that GraphQL lacks come from the feed",
    ),
    (
        Block::Embargoes,
        "announcement, sales, pre-order, preview and review embargoes",
        Precedence::MoreClosed,
        "the later date holds, that of a market included",
    ),
    (
        Block::Rights,
        "sales rights, restrictions, other editions to offer",
        Precedence::MoreClosed,
        "country by country; a source that states no rights at all has no say",
    ),
    (
        Block::Supply,
        "markets, market status and dates, suppliers, availability, supply dates",
        Precedence::FeedAlone,
        "GraphQL has none",
    ),
    (
        Block::Prices,
        "prices",
        Precedence::PriceByPrice,
        "GraphQL is live, and does not say where a price holds",
    ),
    (
        Block::Relations,
        "related products, parts, web pages",
        Precedence::GraphqlFirst,
        "read live; kind by kind",
    ),
    (
        Block::Contributors,
        "contributors, credit line",
        Precedence::GraphqlFirst,
        "GraphQL knows who they are; a feed may know their names only",
    ),
    (
        Block::Imprint,
        "imprint, publisher, series",
        Precedence::GraphqlFirst,
        "read live; kind by kind",
    ),
    (
        Block::Subjects,
        "subjects, audience",
        Precedence::GraphqlFirst,
        "read live; kind by kind",
    ),
    (
        Block::Texts,
        "texts",
        Precedence::GraphqlFirst,
        "GraphQL says which are approved; if it has any, the feed adds none",
    ),
    (
        Block::Files,
        "covers and other files",
        Precedence::GraphqlFirst,
        "GraphQL says which are approved; if it has any, the feed adds none",
    ),
    (
        Block::Planning,
        "project stage, season, marketing tier, client, contract",
        Precedence::GraphqlAlone,
        "no feed has them",
    ),
];

/// The table as docs/sources.md shows it.
pub fn precedence_table() -> String {
    let mut table = String::from("| what | which source | why |\n|---|---|---|\n");
    for (_, fields, precedence, why) in &PRECEDENCE {
        // Writing to a String cannot fail.
        let _written = writeln!(table, "| {fields} | {} | {why} |", precedence.words());
    }
    table
}

/// What came of a merge, beside the works.
#[derive(Debug, Default)]
pub struct Enriched {
    /// Feed records and the source record of the work that each was merged into.
    pub merged: BTreeMap<RecordKey, RecordKey>,
    /// Feed records of products that GraphQL does not list, and unreadable ones that name none.
    pub unknown: Vec<Finding>,
    /// Approved products with an ISBN of which the feed says nothing.
    pub unmentioned: BTreeSet<Isbn13>,
}

/// Merges a feed into the works that GraphQL lists. Records come one per reference, in the order of their keys; where two
/// are about one ISBN the first is taken.
pub fn enrich(works: &mut [Work], feed: &[ProductRecord]) -> Enriched {
    let mut by_isbn: BTreeMap<Isbn13, &ProductRecord> = BTreeMap::new();
    let (unread, readable): (Vec<_>, Vec<_>) =
        feed.iter().partition(|record| unread::is_unread(record));
    for record in readable {
        if let Some(isbn) = record.product().and_then(|product| product.isbn) {
            by_isbn.entry(isbn).or_insert(record);
        }
    }
    let mentioned: BTreeSet<Isbn13> = by_isbn.keys().copied().collect();
    let resolver = Resolver::default();
    let mut enriched = Enriched::default();
    let mut listed = BTreeSet::new();
    for work in works.iter_mut() {
        listed.extend(work.products.iter().filter_map(|product| product.isbn));
        enrich_work(work, &by_isbn, &resolver, &mut enriched);
    }
    unread::close(works, unread.into_iter(), &mentioned, &mut enriched);
    by_isbn.retain(|isbn, _| !listed.contains(isbn));
    for (isbn, record) in by_isbn {
        let message = format!(
            "the feed has ISBN {isbn} ({} line {}), which Consonance's service does not list; it is not published. Have it added, or taken out of the feed.",
            record.place.file, record.place.line
        );
        enriched.unknown.push(
            Finding::info(FEED_ONLY, message)
                .in_record(record.reference.clone())
                .on_isbn(isbn),
        );
    }
    enriched
}

fn enrich_work(
    work: &mut Work,
    feed: &BTreeMap<Isbn13, &ProductRecord>,
    resolver: &Resolver,
    enriched: &mut Enriched,
) {
    let mut findings = Vec::new();
    let mut products = std::mem::take(&mut work.products);
    let mut shared = Shared::of(work);
    for product in &mut products {
        let Some(isbn) = product.isbn else { continue };
        // Not taken out: what closes one product of an ISBN closes every other.
        let Some(record) = feed.get(&isbn).copied() else {
            let is_listed = product.record.as_str().starts_with("consonance:");
            if is_listed && product.approval == Approval::Approved {
                enriched.unmentioned.insert(isbn);
            }
            continue;
        };
        let Some(theirs) = record.product() else {
            continue;
        };
        if let Some(own) = work.records.first() {
            let merged = enriched.merged.entry(record.key.clone());
            merged.or_insert_with(|| own.clone());
        }
        let own = product.origins.of(Block::Identifiers).next().cloned();
        let mut dispute = Dispute {
            work: work.key.as_str(),
            isbn,
            own: own.unwrap_or(Origin::Graphql),
            place: Origin::Onix(record.place.clone()),
            findings: &mut findings,
        };
        if let Some(named) = named_work(&record.works)
            && named.as_str().starts_with("consonance:")
            && named != work.key
        {
            let (ours, theirs) = (work.key.to_string(), named.to_string());
            dispute.note("work", &ours, &theirs, Severity::Warning);
        }
        if product::enrich(product, theirs, resolver, &mut dispute) {
            shared.add(work, record, &product.key);
            findings.extend(record.work.findings.iter().cloned());
        }
    }
    work.products = products;
    work.findings.append(&mut findings);
}

/// Which blocks that formats share GraphQL has left empty, so that the feed may fill them.
struct Shared {
    contributors: bool,
    series: bool,
    subjects: bool,
    texts: bool,
    files: bool,
}

impl Shared {
    fn of(work: &Work) -> Self {
        Self {
            contributors: work.contributions.is_empty(),
            series: work.series.is_empty(),
            subjects: work.subjects.is_empty(),
            texts: work.texts.is_empty(),
            files: work.resources.is_empty(),
        }
    }

    /// Fills what is empty from one record, for its product only.
    fn add(&mut self, work: &mut Work, record: &ProductRecord, product: &crate::key::ProductKey) {
        let theirs = record.work.clone();
        let origin = Origin::Onix(record.place.clone());
        let mut filled = BTreeSet::new();
        if work.title.is_blank() && !theirs.title.is_blank() {
            work.title = theirs.title;
            filled.insert(Block::Title);
        }
        if self.contributors {
            scoped(
                &mut work.contributions,
                theirs.contributions,
                product,
                |item| &mut item.products,
                (Block::Contributors, &mut filled),
            );
            work.contributor_statement = work
                .contributor_statement
                .take()
                .or(theirs.contributor_statement);
        }
        if self.series {
            scoped(
                &mut work.series,
                theirs.series,
                product,
                |item| &mut item.products,
                (Block::Imprint, &mut filled),
            );
        }
        if self.subjects {
            scoped(
                &mut work.subjects,
                theirs.subjects,
                product,
                |item| &mut item.products,
                (Block::Subjects, &mut filled),
            );
        }
        if self.texts {
            scoped(
                &mut work.texts,
                theirs.texts,
                product,
                |item| &mut item.products,
                (Block::Texts, &mut filled),
            );
        }
        if self.files {
            scoped(
                &mut work.resources,
                theirs.resources,
                product,
                |item| &mut item.products,
                (Block::Files, &mut filled),
            );
        }
        if work.audience.codes.is_empty() && work.audience.description.is_none() {
            work.audience = theirs.audience;
        }
        if fill(&mut work.imprint, theirs.imprint) | fill(&mut work.publisher, theirs.publisher) {
            filled.insert(Block::Imprint);
        }
        for block in filled {
            work.origins.add(block, origin.clone());
        }
    }
}

/// Adds a record's items, each for its product; one that is there already gains the product.
fn scoped<T: Clone + PartialEq>(
    whole: &mut Vec<T>,
    mut part: Vec<T>,
    product: &crate::key::ProductKey,
    scope: impl Fn(&mut T) -> &mut Scope + Copy,
    (block, filled): (Block, &mut BTreeSet<Block>),
) {
    if part.is_empty() {
        return;
    }
    for item in &mut part {
        *scope(item) = Scope::only(product.clone());
    }
    let same = |a: &T, b: &T| {
        let (mut a, mut b) = (a.clone(), b.clone());
        *scope(&mut a) = Scope::All;
        *scope(&mut b) = Scope::All;
        a == b
    };
    merge_scoped(whole, part, same, scope);
    filled.insert(block);
}

/// Takes the feed's value where there is none. Whether it did.
fn fill<T>(mine: &mut Option<T>, theirs: Option<T>) -> bool {
    let fills = mine.is_none() && theirs.is_some();
    if fills {
        *mine = theirs;
    }
    fills
}

/// Takes the feed's list where there is none. Whether it did.
fn fill_list<T: Clone>(mine: &mut Vec<T>, theirs: &[T]) -> bool {
    let fills = mine.is_empty() && !theirs.is_empty();
    if fills {
        mine.extend_from_slice(theirs);
    }
    fills
}

/// Where disagreements between the sources about one product are written down.
struct Dispute<'a> {
    work: &'a str,
    isbn: Isbn13,
    own: Origin,
    place: Origin,
    findings: &'a mut Vec<Finding>,
}

impl Dispute<'_> {
    /// The two say different things of a field. `Error` says that something was closed by it.
    fn note(&mut self, field: &str, own: &str, feed: &str, severity: Severity) {
        let taken = match (severity, &self.own) {
            (Severity::Error, _) => "the more closed of the two holds",
            (_, Origin::Graphql) => "Consonance GraphQL is believed",
            (_, Origin::Onix(_)) => "the file that was read is believed",
        };
        let whose = match &self.own {
            Origin::Graphql => self.own.to_string(),
            Origin::Onix(place) => format!("{} line {}", place.file, place.line),
        };
        let message = format!(
            "{field}: {whose} says {own}, the {} says {feed}; {taken}. Mend whichever is wrong.",
            self.place
        );
        let finding = Finding::new(SOURCES_DISAGREE, severity, message)
            .in_record(self.work)
            .on_isbn(self.isbn)
            .in_field(field);
        self.findings.push(finding);
    }
}

#[cfg(test)]
mod tests;

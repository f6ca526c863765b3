//! From the tree of one Product to a record of the catalogue.

use catalogue::codes::{NotificationType, ProductIdentifierType};
use catalogue::finding::{FindingCode, Severity};
use catalogue::isbn::{Isbn13, ParseIsbnError};
use catalogue::key::{ProductKey, RecordKey, WorkKey};
use catalogue::product::{Approval, Product};
use catalogue::record::{Blocks, Place, ProductRecord};
use catalogue::rights::SalesRights;
use catalogue::territory::Lists;
use catalogue::work::Work;

use crate::fault::{Fault, Located};
use crate::item::Defaults;
use crate::reading::{Reading, quoted};
use crate::tags::Tag;
use crate::tree::{Element, Tree};

/// No ISBN among the identifiers.
pub const NO_ISBN: FindingCode = FindingCode::new("no-isbn");
/// No RecordReference; the ISBN stands for it.
pub const NO_REFERENCE: FindingCode = FindingCode::new("no-record-reference");
/// Invisible characters beside a code or a number; removed.
pub const INVISIBLE_CHARACTER: FindingCode = FindingCode::new("zero-width-space");
/// The ISBN-13 and the GTIN-13 of one record differ.
pub const ISBN_GTIN_DIFFER: FindingCode = FindingCode::new("isbn-gtin-differ");
/// An identifier that cannot be what its type says; not used.
pub const BAD_IDENTIFIER: FindingCode = FindingCode::new("bad-identifier");
/// A notification type that is missing, unknown or does not say that the record may go live.
pub const NOT_CLEARED: FindingCode = FindingCode::new("notification-not-cleared");
/// Entities that XML does not have; read as HTML's.
pub const HTML_ENTITY: FindingCode = FindingCode::new("html-entity");
/// U+FFFD in the text: something was lost before it came here.
pub const REPLACEMENT_CHARACTER: FindingCode = FindingCode::new("replacement-character");

/// Reads one record from its XML.
pub(crate) fn read(
    raw: &str,
    defaults: Defaults,
    place: Place,
    lists: &mut Lists,
) -> Result<ProductRecord, Located> {
    let tree = Tree::parse(raw).map_err(|mut located| {
        located.reference = reference_in(raw.as_bytes());
        located
    })?;
    let Some(product) = tree.root().filter(|root| root.tag() == Tag::Product) else {
        let what = "it does not begin with <Product>".to_owned();
        return Err(Located::at_start(Fault::Malformed { what }));
    };
    let given = product.value(Tag::RecordReference).map(str::to_owned);
    let located = |fault| Located {
        fault,
        lines_in: 0,
        reference: given.clone(),
    };
    if has_old_shape(product) {
        return Err(located(Fault::OldShape));
    }
    let mut reading = Reading::new(defaults, given.clone().unwrap_or_default(), lists);
    let notification = notification(&mut reading, product);
    if matches!(
        notification,
        NotificationType::TEST_UPDATE | NotificationType::TEST_RECORD
    ) {
        let notification = notification.code().to_owned();
        return Err(located(Fault::Test { notification }));
    }
    let isbn = identify(&mut reading, product).map_err(|error| located(error.into()))?;
    reading.isbn = isbn;
    if given.is_none() {
        refer_by_isbn(&mut reading, isbn).map_err(located)?;
    }
    note_text_faults(&mut reading, &tree, raw, product);
    Ok(assemble(reading, product, notification, place))
}

/// A record without a reference goes by its ISBN, as many a sender's reference does anyway.
fn refer_by_isbn(reading: &mut Reading<'_>, isbn: Option<Isbn13>) -> Result<(), Fault> {
    let isbn = isbn.ok_or(Fault::NoReference)?;
    reading.reference = isbn.to_string();
    let message = "the record has no RecordReference; its ISBN stands for it";
    reading.note(
        NO_REFERENCE,
        Severity::Warning,
        Tag::RecordReference,
        message,
    );
    Ok(())
}

fn assemble(
    mut reading: Reading<'_>,
    element: Element<'_>,
    notification: NotificationType,
    place: Place,
) -> ProductRecord {
    let key = RecordKey::namespaced("onix", "record", &reading.reference);
    let mut product = Product::new(
        ProductKey::namespaced("onix", "product", &reading.reference),
        key.clone(),
    );
    product.isbn = reading.isbn;
    product.asin = asin(element);
    product.notification = Some(notification);
    product.approval = approval(notification);
    let mut record = ProductRecord {
        work: Work::new(
            WorkKey::namespaced("onix", "record", &reading.reference),
            key.clone(),
        ),
        key,
        reference: reading.reference.clone(),
        notification,
        blocks: Blocks::default(),
        place,
        works: Vec::new(),
    };
    // The publisher first: contributors without an id are keyed within it.
    if let Some(block) = element.child(Tag::PublishingDetail) {
        record.blocks.publishing = true;
        reading.publishing(block, &mut record.work, &mut product);
    } else if notification != NotificationType::PARTIAL_UPDATE {
        // Read, and nothing stated: unknown everywhere, not unreadable.
        product.rights = Some(SalesRights::default());
    }
    if let Some(block) = element.child(Tag::DescriptiveDetail) {
        record.blocks.descriptive = true;
        reading.descriptive(block, &mut record.work, &mut product);
    } else if !matches!(
        notification,
        NotificationType::PARTIAL_UPDATE | NotificationType::DELETE
    ) {
        reading.note_no_title();
    }
    if let Some(block) = element.child(Tag::CollateralDetail) {
        record.blocks.collateral = true;
        reading.collateral(block, &mut record.work);
    }
    if let Some(block) = element.child(Tag::RelatedMaterial) {
        record.blocks.related = true;
        record.works = reading.related_works(block);
        product.related = reading.related_products(block);
    }
    record.blocks.supply = element.has(Tag::ProductSupply);
    reading.supplies(element, &mut product);
    record.work.products.push(product);
    record.work.findings = reading.into_findings();
    record
}

/// What a notification type says of the publisher's consent. A partial update says nothing: the
/// record that it updates has said it.
fn approval(notification: NotificationType) -> Approval {
    match notification {
        NotificationType::EARLY | NotificationType::ADVANCE | NotificationType::CONFIRMED => {
            Approval::Approved
        }
        NotificationType::PARTIAL_UPDATE => Approval::Unreadable,
        _ => Approval::Withheld,
    }
}

fn notification(reading: &mut Reading<'_>, product: Element<'_>) -> NotificationType {
    let Some(notification) = reading.code(product, Tag::NotificationType) else {
        reading.note(
            NOT_CLEARED,
            Severity::Error,
            Tag::NotificationType,
            "the record has no notification type, so nothing says that it may go live; send 03",
        );
        return NotificationType::new("");
    };
    if approval(notification) == Approval::Withheld && notification != NotificationType::DELETE {
        let label = notification.label().unwrap_or("unknown");
        reading.note(
            NOT_CLEARED,
            Severity::Error,
            Tag::NotificationType,
            format!(
                "notification type {notification} ({label}) does not say that the product may go \
                 live; send 01, 02 or 03"
            ),
        );
    }
    notification
}

/// The record's ISBN: an ISBN-13 (15), else a GTIN-13 (03) of a book, else an ISBN-10 (02).
fn identify(
    reading: &mut Reading<'_>,
    product: Element<'_>,
) -> Result<Option<Isbn13>, ParseIsbnError> {
    let stated = stated_isbn(reading, product, ProductIdentifierType::ISBN_13)?;
    let traded = gtin(reading, product, stated.is_none())?;
    if let (Some(isbn), Some(gtin)) = (stated, traded)
        && isbn != gtin
    {
        let message = format!("ISBN {isbn} (15) and GTIN {gtin} (03) differ; the ISBN is used");
        reading.note(
            ISBN_GTIN_DIFFER,
            Severity::Warning,
            Tag::ProductIdentifier,
            message,
        );
    }
    let isbn = match stated.or(traded) {
        Some(isbn) => Some(isbn),
        None => stated_isbn(reading, product, ProductIdentifierType::ISBN_10)?,
    };
    if isbn.is_none() {
        let message = "the record has no ISBN; its product cannot be shown until it has one";
        reading.note(NO_ISBN, Severity::Warning, Tag::ProductIdentifier, message);
    }
    Ok(isbn)
}

fn stated_isbn(
    reading: &mut Reading<'_>,
    product: Element<'_>,
    kind: ProductIdentifierType,
) -> Result<Option<Isbn13>, ParseIsbnError> {
    match identifier(reading, product, kind) {
        Some(text) if text.chars().any(|character| character.is_ascii_digit()) => {
            Isbn13::parse(&text).map(Some)
        }
        // `No ISBN` and the like: an honest way of saying that there is none.
        _ => Ok(None),
    }
}

/// A GTIN-13 that is an ISBN. One with a wrong check digit rejects the record if nothing better
/// identifies it; one of another length is no book's number at all.
fn gtin(
    reading: &mut Reading<'_>,
    product: Element<'_>,
    decisive: bool,
) -> Result<Option<Isbn13>, ParseIsbnError> {
    let Some(text) = identifier(reading, product, ProductIdentifierType::GTIN_13) else {
        return Ok(None);
    };
    if !text.starts_with("978") && !text.starts_with("979") {
        return Ok(None);
    }
    match Isbn13::parse(&text) {
        Ok(isbn) => Ok(Some(isbn)),
        Err(error @ ParseIsbnError::CheckDigit { .. }) if decisive => Err(error),
        Err(error) => {
            let message = format!(
                "as GTIN-13 (03) the record gives `{}`: {error}",
                quoted(&text)
            );
            reading.note(
                BAD_IDENTIFIER,
                Severity::Warning,
                Tag::ProductIdentifier,
                message,
            );
            Ok(None)
        }
    }
}

/// The value of the first product identifier of a type.
fn identifier(
    reading: &mut Reading<'_>,
    parent: Element<'_>,
    kind: ProductIdentifierType,
) -> Option<String> {
    parent.all(Tag::ProductIdentifier).find_map(|identifier| {
        let found: ProductIdentifierType = reading.code(identifier, Tag::ProductIDType)?;
        identifier
            .value(Tag::IDValue)
            .filter(|_| found == kind)
            .map(str::to_owned)
    })
}

impl Reading<'_> {
    /// The ISBN of another product that this record names; one that cannot be read is noted.
    pub(crate) fn other_isbn(&mut self, parent: Element<'_>) -> Option<Isbn13> {
        const KINDS: [ProductIdentifierType; 3] = [
            ProductIdentifierType::ISBN_13,
            ProductIdentifierType::GTIN_13,
            ProductIdentifierType::ISBN_10,
        ];
        for kind in KINDS {
            let Some(text) = identifier(self, parent, kind) else {
                continue;
            };
            match Isbn13::parse(&text) {
                Ok(isbn) => return Some(isbn),
                Err(ParseIsbnError::Prefix { .. }) if kind == ProductIdentifierType::GTIN_13 => {}
                Err(error) => {
                    let message = format!("{error}. The product it names is left out");
                    self.note(BAD_IDENTIFIER, Severity::Warning, parent.tag(), message);
                }
            }
        }
        None
    }
}

/// Amazon's number, which ONIX sends as a proprietary identifier.
fn asin(product: Element<'_>) -> Option<String> {
    product.all(Tag::ProductIdentifier).find_map(|identifier| {
        let scheme = identifier.value(Tag::IDTypeName)?.to_ascii_lowercase();
        let proprietary = identifier.value(Tag::ProductIDType) == Some("01");
        let asin = proprietary && scheme.split([' ', '-', '_']).any(|word| word == "asin");
        identifier
            .value(Tag::IDValue)
            .filter(|_| asin)
            .map(str::to_owned)
    })
}

fn note_text_faults(reading: &mut Reading<'_>, tree: &Tree<'_>, raw: &str, product: Element<'_>) {
    if let Some(name) = &tree.html_entity {
        let message = format!("&{name}; is no entity of XML; it is read as HTML's");
        reading.note(HTML_ENTITY, Severity::Info, product.tag(), message);
    }
    if let Some(tag) = tree.invisible_in {
        let message = "invisible characters stand beside the value; they are removed";
        reading.note(INVISIBLE_CHARACTER, Severity::Info, tag, message);
    }
    if raw.contains('\u{fffd}') {
        reading.note(
            REPLACEMENT_CHARACTER,
            Severity::Warning,
            product.tag(),
            "some of the text was lost before it was sent (U+FFFD stands for it)",
        );
    }
}

/// Whether a product carries directly what 3.0 moved into blocks.
pub(crate) fn has_old_shape(product: Element<'_>) -> bool {
    product.children().any(|child| {
        matches!(
            child.tag(),
            Tag::ProductForm
                | Tag::Contributor
                | Tag::PublishingStatus
                | Tag::SupplyDetail
                | Tag::Publisher
                | Tag::Imprint
                | Tag::Subject
        )
    })
}

/// The record reference, looked for in bytes that cannot be parsed.
pub(crate) fn reference_in(raw: &[u8]) -> Option<String> {
    for name in ["RecordReference", "a001"] {
        let Some(at) = memchr::memmem::find(raw, name.as_bytes()) else {
            continue;
        };
        let after = raw.get(at + name.len()..)?;
        let begin = memchr::memchr(b'>', after.get(..256).unwrap_or(after))? + 1;
        let text = after.get(begin..)?;
        let length = memchr::memchr(b'<', text.get(..1024).unwrap_or(text))?;
        let text = String::from_utf8_lossy(text.get(..length)?)
            .trim()
            .to_owned();
        return Some(text).filter(|text| !text.is_empty());
    }
    None
}

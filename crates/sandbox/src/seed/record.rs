//! One product record, read but not yet joined to its work.

use serde_json::{Map, Value, json};

use super::collateral::{self, Collateral};
use super::description;
use super::element::Element;
use super::trade::{self, Defaults};
use crate::world::{Document, ONIX};

/// A title in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) prefix: Option<String>,
    pub(super) title: String,
    pub(super) subtitle: Option<String>,
}

impl Title {
    pub(super) fn full(&self) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix} {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// A contributor of one product.
#[derive(Debug, Clone)]
pub(super) struct Contributor {
    /// The sender's own number for the person, if it gives one.
    pub(super) id: Option<i64>,
    pub(super) contact: Document,
    pub(super) roles: Vec<String>,
}

impl Contributor {
    /// What tells contributors without a number apart: the printed name.
    pub(super) fn name(&self) -> String {
        let name = self
            .contact
            .get("personName")
            .or(self.contact.get("organisationName"));
        name.and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// Membership of a series.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    pub(super) id: Option<i64>,
    pub(super) name: String,
    pub(super) part: Option<String>,
}

/// One record.
#[derive(Debug)]
pub(super) struct Record {
    /// The sender's own number for the product, if it gives one.
    pub(super) id: Option<i64>,
    pub(super) isbn: Option<String>,
    /// The work it says it is a manifestation of.
    pub(super) work_key: Option<String>,
    /// ISBNs of products that are the same work in another format.
    pub(super) same_work: Vec<String>,
    pub(super) title: Title,
    pub(super) product: Document,
    /// Fields that belong to the work.
    pub(super) work: Document,
    pub(super) contributors: Vec<Contributor>,
    pub(super) series: Vec<Membership>,
    /// Id, if the sender gives one, and name.
    pub(super) imprint: Option<(Option<i64>, String)>,
    pub(super) collateral: Collateral,
}

/// Relations of ONIX List 51 that hold between formats of one work.
const SAME_WORK: [&str; 3] = ["06", "13", "27"];

impl Record {
    /// Reads a `Product` element.
    pub(super) fn read(element: &Element, defaults: &Defaults) -> Self {
        let mut product = Map::new();
        let mut onix = Map::new();
        let mut work = Map::new();
        let empty = Element::default();
        let detail = element.first("DescriptiveDetail").unwrap_or(&empty);
        description::form(detail, &mut product, &mut onix);
        description::subjects(detail, &mut work);
        description::audience(detail, &mut work);
        description::language(detail, defaults, &mut work);
        description::edition(detail, &mut product, &mut work);
        let publishing = element.first("PublishingDetail").unwrap_or(&empty);
        trade::publishing(publishing, &mut product, &mut onix);
        trade::supply(element, defaults, &mut product, &mut onix);
        let (same_work, other) = relations(element);
        if !other.is_empty() {
            onix.insert("relatedProducts".into(), Value::Array(other));
        }
        let isbn = isbn(element);
        product.insert("isbn13".into(), json!(isbn));
        if let Some(asin) = asin(element) {
            product.insert("asin".into(), json!(asin));
        }
        // It stands in a feed: somebody has approved it.
        product.insert("allowOnixExports".into(), json!(true));
        product.insert(ONIX.into(), Value::Object(onix));
        let fallback = element.value("RecordReference").unwrap_or_default();
        let collateral = element.first("CollateralDetail");
        Self {
            id: number_at(element, "RecordSourceIdentifier"),
            isbn,
            work_key: work_key(element),
            same_work,
            title: description::title(detail).unwrap_or_else(|| Title {
                title: format!("Untitled {fallback}"),
                ..Title::default()
            }),
            product,
            work,
            contributors: description::contributors(detail),
            series: description::series(detail),
            imprint: imprint(publishing),
            collateral: collateral
                .map(|detail| collateral::read(detail, defaults))
                .unwrap_or_default(),
        }
    }
}

/// ISBN-13, from an identifier of type 15 or else a GTIN-13 of the book range.
fn isbn(element: &Element) -> Option<String> {
    let of_type = |wanted: &str| {
        element
            .all("ProductIdentifier")
            .filter(|identifier| identifier.value("ProductIDType").as_deref() == Some(wanted))
            .find_map(|identifier| book_number(&identifier.value("IDValue")?))
    };
    of_type("15").or_else(|| of_type("03"))
}

/// Amazon's number, a proprietary identifier with that name.
fn asin(element: &Element) -> Option<String> {
    let mut identifiers = element.all("ProductIdentifier");
    identifiers
        .find(|identifier| identifier.value("IDTypeName").as_deref() == Some("ASIN"))?
        .value("IDValue")
}

fn book_number(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let is_book = digits.len() == 13 && (digits.starts_with("978") || digits.starts_with("979"));
    is_book.then_some(digits)
}

/// A number of the sender's own system in an identifier composite.
pub(super) fn number_at(element: &Element, composite: &str) -> Option<i64> {
    element
        .all(composite)
        .filter(|identifier| {
            identifier.value("IDTypeName").as_deref() == Some("system-internal-identifier")
        })
        .find_map(|identifier| identifier.value("IDValue")?.parse().ok())
}

fn work_key(element: &Element) -> Option<String> {
    let related = element.first("RelatedMaterial")?;
    let manifestation = related
        .all("RelatedWork")
        .find(|work| work.value("WorkRelationCode").as_deref() == Some("01"))?;
    manifestation.first("WorkIdentifier")?.value("IDValue")
}

/// The ISBNs of other formats, and the other relations as rows.
fn relations(element: &Element) -> (Vec<String>, Vec<Value>) {
    let mut same = Vec::new();
    let mut other = Vec::new();
    let related = element.first("RelatedMaterial");
    for product in related
        .into_iter()
        .flat_map(|related| related.all("RelatedProduct"))
    {
        let Some(isbn) = isbn(product) else { continue };
        let codes = product.values("ProductRelationCode");
        let (own, codes): (Vec<String>, Vec<String>) = codes
            .into_iter()
            .partition(|code| SAME_WORK.contains(&code.as_str()));
        if !codes.is_empty() {
            other.push(json!({"codes": codes, "isbn13": isbn}));
        }
        if !own.is_empty() {
            same.push(isbn);
        }
    }
    (same, other)
}

fn imprint(publishing: &Element) -> Option<(Option<i64>, String)> {
    if let Some(imprint) = publishing.first("Imprint")
        && let Some(name) = imprint.value("ImprintName")
    {
        return Some((number_at(imprint, "ImprintIdentifier"), name));
    }
    Some((None, publishing.first("Publisher")?.value("PublisherName")?))
}

//! One product: its gates first, then what it is.

use catalogue::codes::{
    ExtentType, ExtentUnit, ProductForm, PublishingDateRole, PublishingStatus,
    product_form_from_list7,
};
use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::product::{Approval, Extent, Measure, Product, ProductPart, WebLink};
use catalogue::rights::SalesRights;
use catalogue::supply::RoleDate;
use catalogue::title::Title;
use catalogue::work::Work;

use super::contributor::is_web_address;
use super::price;
use super::report::{DateRead, Report, plain_code};
use super::work::product_key;
use crate::node::{Node, Unfit};
use crate::wanted::{Gate, PRODUCT_TYPES};

const APPROVAL_UNREADABLE: FindingCode = FindingCode::new("approval-unreadable");
const ANNOUNCEMENT_UNREADABLE: FindingCode = FindingCode::new("announcement-unreadable");
const RIGHTS_UNREADABLE: FindingCode = FindingCode::new("rights-unreadable");
const ISBN_INVALID: FindingCode = FindingCode::new("isbn-invalid");
const FORM_UNCERTAIN: FindingCode = FindingCode::new("form-uncertain");
const FORM_UNKNOWN: FindingCode = FindingCode::new("form-unknown");

const RIGHTS_FIELDS: &[&str] = &[
    "forSaleCountryCodes",
    "notForSaleCountryCodes",
    "isForSaleWorldwide",
];

/// What is said in place of an ISBN that has not been assigned.
const NO_ISBN: &str = "no isbn";

/// Page counts, with their codes of ONIX Lists 23 and 24. An approximate count is asked for on
/// e-books alone, where ONIX has a code for it.
const EXTENTS: &[(&str, &str, ExtentUnit)] = &[
    ("mainContentPageCount", "00", ExtentUnit::PAGES),
    ("wordCount", "02", ExtentUnit::WORDS),
    ("frontMatterPageCount", "03", ExtentUnit::PAGES),
    ("backMatterPageCount", "04", ExtentUnit::PAGES),
    ("totalNumberedPages", "05", ExtentUnit::PAGES),
    ("productionPageCount", "06", ExtentUnit::PAGES),
    ("absolutePageCount", "07", ExtentUnit::PAGES),
    ("approximatePageCount", "10", ExtentUnit::PAGES),
    ("contentPageCount", "11", ExtentUnit::PAGES),
    ("totalUnnumberedInsertPageCount", "12", ExtentUnit::PAGES),
];

/// Dimensions in millimetres, with their codes of ONIX List 48.
const MEASURES: &[(&str, &str)] = &[
    ("productHeight", "01"),
    ("productWidth", "02"),
    ("productThickness", "03"),
];

/// The gate that a field carries, by its path from the work.
pub(super) fn gate_of(fields: &str) -> Option<Gate> {
    match fields.strip_prefix("products.")? {
        "allowOnixExports" => Some(Gate::Approval),
        field if RIGHTS_FIELDS.contains(&field) => Some(Gate::Rights),
        _ => None,
    }
}

pub(super) fn read_product(
    node: &Node<'_>,
    work: &Work,
    report: &mut Report,
) -> Result<Product, Unfit> {
    let id = node.id("id")?;
    let typename = node.get("__typename");
    if let Some(name) = node.due_text("__typename")?
        && !PRODUCT_TYPES.contains(&name)
    {
        return Err(typename.unfit(format!("`{name}` is no kind of product")));
    }
    let record = work.records.first().cloned();
    let record = record.ok_or_else(|| node.unfit("no record"))?;
    let mut product = Product::new(product_key(id), record);
    report.about(None);
    let isbn = isbn(node, id, report)?;
    product.isbn = isbn.unwrap_or_default();
    report.about(product.isbn);
    product.approval = approval(node, report)?;
    // An unreadable gate stays told as such: it may mean that the whole source is failing.
    if isbn.is_none() && product.approval != Approval::Unreadable {
        product.approval = Approval::Withheld;
    }
    product.rights = rights(node, report)?;
    product.title = title(node, work)?;
    product.asin = node.string("asin")?;
    product.form = form(node, report)?;
    product.form_description = match node.object("inHouseFormat")? {
        Some(format) => format.due_text("name")?.map(str::to_owned),
        None => None,
    };
    product.edition = node.string("editionStatement")?;
    product.edition_number = node
        .integer("editionNumber")?
        .and_then(|number| u32::try_from(number).ok());
    product.status = report.code_at::<PublishingStatus>(node, "onixPublishingStatusCode")?;
    dates(node, &mut product, report)?;
    product.prices = price::prices(node, report)?;
    product.extents = extents(node)?;
    product.measures = measures(node)?;
    product.web_links = web_links(node)?;
    product.parts = parts(node)?;
    Ok(product)
}

/// The approval flag. A product whose flag cannot be read is closed.
fn approval(node: &Node<'_>, report: &mut Report) -> Result<Approval, Unfit> {
    let flag = node.get("allowOnixExports");
    if flag.is_unreadable() {
        return Ok(unreadable_approval(&flag, report));
    }
    match flag.clone().optional() {
        Some(value) if value.as_truth()? => Ok(Approval::Approved),
        Some(_) => Ok(Approval::Withheld),
        None => Ok(unreadable_approval(&flag, report)),
    }
}

fn unreadable_approval(flag: &Node<'_>, report: &mut Report) -> Approval {
    report.at(
        flag,
        Finding::error(
            APPROVAL_UNREADABLE,
            "Whether the product is approved cannot be read, so it counts as not approved; open it in \
             Consonance, or ask support.",
        ),
    );
    Approval::Unreadable
}

/// The sales rights. A product of which one list cannot be read is closed: a list that is missing
/// could be the one that forbids.
fn rights(node: &Node<'_>, report: &mut Report) -> Result<Option<SalesRights>, Unfit> {
    let codes = |name: &str| -> Result<Option<Vec<String>>, Unfit> {
        let list = node.get(name);
        if list.is_unreadable() || list.optional().is_none() {
            return Ok(None);
        }
        let rows = node.due_list(name)?;
        let codes = rows
            .iter()
            .map(|row| row.as_text().map(|code| plain_code(code).to_owned()));
        codes.collect::<Result<Vec<_>, _>>().map(Some)
    };
    let for_sale = codes("forSaleCountryCodes")?;
    let not_for_sale = codes("notForSaleCountryCodes")?;
    let worldwide = node.get("isForSaleWorldwide");
    let readable = node.has("isForSaleWorldwide") && !worldwide.is_unreadable();
    let (Some(for_sale), Some(not_for_sale), true) = (for_sale, not_for_sale, readable) else {
        report.at(
            node,
            Finding::error(
                RIGHTS_UNREADABLE,
                "Where the product may be sold cannot be read, so it counts as not for sale; open it in \
                 Consonance, or ask support.",
            ),
        );
        return Ok(None);
    };
    let worldwide = worldwide
        .optional()
        .map(|value| value.as_truth())
        .transpose()?;
    Ok(Some(SalesRights::from_country_lists(
        &for_sale,
        &not_for_sale,
        worldwide,
    )))
}

/// The ISBN; nothing within where none is assigned, nothing at all where it is invalid.
fn isbn(node: &Node<'_>, id: i64, report: &mut Report) -> Result<Option<Option<Isbn13>>, Unfit> {
    let Some(isbn) = node.object("isbn")? else {
        return Ok(Some(None));
    };
    let text = isbn
        .text("isbn13")?
        .filter(|text| !text.eq_ignore_ascii_case(NO_ISBN));
    let Some(text) = text else {
        return Ok(Some(None));
    };
    match Isbn13::parse(text) {
        Ok(isbn) => Ok(Some(Some(isbn))),
        Err(problem) => {
            let message =
                format!("Product {id} is kept back: {problem}. Correct it in Consonance.");
            report.at(&isbn.get("isbn13"), Finding::error(ISBN_INVALID, message));
            Ok(None)
        }
    }
}

/// A product that says nothing of its own goes by its work's title and subtitle.
fn title(node: &Node<'_>, work: &Work) -> Result<Title, Unfit> {
    let text = node.due_text("fullTitle")?;
    Ok(Title {
        text: text.unwrap_or(&work.title.text).to_owned(),
        prefix: node.string("titlePrefix")?,
        subtitle: node
            .string("subtitle")?
            .or_else(|| work.title.subtitle.clone()),
    })
}

fn form(node: &Node<'_>, report: &mut Report) -> Result<Option<ProductForm>, Unfit> {
    let at = node.get("onix21ProductFormCode");
    let Some(text) = node.text("onix21ProductFormCode")? else {
        return Ok(None);
    };
    let code = plain_code(text);
    match product_form_from_list7(code) {
        Some((form, true)) => Ok(Some(form)),
        Some((form, false)) => {
            let message = format!(
                "The ONIX 2.1 form `{code}` is read as `{form}` ({}), which is a judgement.",
                form.label().unwrap_or("no label")
            );
            report.at(&at, Finding::info(FORM_UNCERTAIN, message));
            Ok(Some(form))
        }
        None => {
            let message = format!("`{code}` is a form of no ONIX list; correct it in Consonance.");
            report.at(&at, Finding::warning(FORM_UNKNOWN, message));
            Ok(Some(ProductForm::new(code)))
        }
    }
}

fn dates(node: &Node<'_>, product: &mut Product, report: &mut Report) -> Result<(), Unfit> {
    let published = report.date(node, "publicationDate")?;
    let announced = report.date(node, "announcementDate")?;
    if announced == DateRead::Unreadable {
        report.at(
            &node.get("announcementDate"),
            Finding::error(
                ANNOUNCEMENT_UNREADABLE,
                "When the product may be announced cannot be read, so it is kept back; correct the date \
                 in Consonance.",
            ),
        );
        product.approval = Approval::Unreadable;
    }
    let roles = [
        (PublishingDateRole::PUBLICATION, published),
        (PublishingDateRole::PUBLIC_ANNOUNCEMENT, announced),
    ];
    for (role, date) in roles {
        product
            .dates
            .extend(date.given().map(|date| RoleDate { role, date }));
    }
    Ok(())
}

fn extents(node: &Node<'_>) -> Result<Vec<Extent>, Unfit> {
    let mut extents = Vec::new();
    for (field, kind, unit) in EXTENTS {
        if let Some(value) = node.integer(field)?.filter(|value| *value > 0) {
            extents.push(Extent {
                kind: ExtentType::new(kind),
                value: value.to_string(),
                unit: *unit,
            });
        }
    }
    Ok(extents)
}

fn measures(node: &Node<'_>) -> Result<Vec<Measure>, Unfit> {
    let mut measures = Vec::new();
    for (field, kind) in MEASURES {
        let number = node.number(field)?.filter(|number| *number > 0.0);
        if let Some(value) = number.and_then(price::decimal) {
            measures.push(Measure {
                kind: (*kind).to_owned(),
                value,
                unit: "mm".to_owned(),
            });
        }
    }
    Ok(measures)
}

fn web_links(node: &Node<'_>) -> Result<Vec<WebLink>, Unfit> {
    let mut links = Vec::new();
    for row in node.due_list("webLinks")? {
        let link = row.due_text("link")?.filter(|link| is_web_address(link));
        if let (Some(link), Some(role)) = (link, row.due_text("role")?) {
            links.push(WebLink {
                role: plain_code(role).to_owned(),
                link: link.to_owned(),
                note: row.string("note")?,
            });
        }
    }
    Ok(links)
}

fn parts(node: &Node<'_>) -> Result<Vec<ProductPart>, Unfit> {
    let mut parts = Vec::new();
    for (at, row) in node.due_list("containedProducts")?.iter().enumerate() {
        let isbn = match row.due_object("contained")? {
            Some(contained) => contained.object("isbn")?,
            None => None,
        };
        // A part without a valid ISBN is still a part; its own record says what is wrong with it.
        let isbn = match isbn {
            Some(isbn) => isbn
                .text("isbn13")?
                .and_then(|text| Isbn13::parse(text).ok()),
            None => None,
        };
        let copies = row
            .due_integer("numberOfCopies")?
            .and_then(|copies| u32::try_from(copies).ok());
        let order = row
            .integer("sequenceNumber")?
            .or_else(|| i64::try_from(at).ok());
        parts.push((
            order,
            ProductPart {
                isbn,
                copies: copies.unwrap_or(1),
            },
        ));
    }
    parts.sort_by_key(|(order, _)| *order);
    Ok(parts.into_iter().map(|(_, part)| part).collect())
}

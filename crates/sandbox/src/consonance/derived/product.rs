//! Fields of a product that follow from its other fields, and from its work's.

use async_graphql::{Error, Result};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::field::Arguments;
use super::super::node::{Answer, At, Node};
use super::price;
use crate::world::{Document, ONIX, concerns, full_title, integer, rows, text};

/// Millimetres in one inch.
const INCH: f64 = 25.4;

/// Fields a product has of its own, and else from its work.
const INHERITED: [&str; 4] = [
    "subtitle",
    "editionStatement",
    "editionNumber",
    "authorshipDescription",
];

pub(super) fn answer(
    node: &Node,
    id: i64,
    field: &str,
    arguments: &Arguments<'_>,
) -> Result<Option<Answer>> {
    let Some(product) = node.document() else {
        return Ok(None);
    };
    let work = node.view.work_of(product).map(|(_, work)| work);
    let of_work = |list: &str| match work {
        Some(work) => rows(work, list)
            .filter(|row| concerns(row, id))
            .map(|row| work_row(node, product, row))
            .collect(),
        None => Vec::new(),
    };
    let answer = match field {
        "isbn" => Answer::Node(isbn(node)),
        "fullTitle" => full_title(product, work).into(),
        "fullNameWithIsbnAndEdition" => full_name(product, work).into(),
        _ if INHERITED.contains(&field) => product
            .get(field)
            .filter(|own| !own.is_null())
            .or_else(|| work?.get(field))
            .cloned()
            .unwrap_or_default()
            .into(),
        "contributions" | "supportingResources" => Answer::Nodes(of_work(field)),
        "marketingTexts" => match work {
            Some(work) => {
                let of_work = work_node(node, product);
                Answer::Nodes(super::work::texts(&of_work, work, Some(id), arguments))
            }
            None => Answer::Nodes(Vec::new()),
        },
        "prices" => {
            let search = arguments.object("priceSearch");
            let matching = rows(product, "prices").filter(|row| price::matches(row, &search));
            Answer::Nodes(matching.map(|row| node.row(row.clone())).collect())
        }
        "systemPrices" => Answer::Nodes(system_prices(node, product)),
        "announcementDate" => {
            let onix = product.get(ONIX).and_then(Value::as_object);
            onix.and_then(|onix| onix.get(field))
                .cloned()
                .unwrap_or_default()
                .into()
        }
        "publicationDateString" | "plannedPublicationDateString" => {
            date_string(product, field.trim_end_matches("String"), arguments)?.into()
        }
        "productHeight" | "productWidth" | "productThickness" => {
            measure(product, field, arguments).into()
        }
        "gbVatCode" if !product.contains_key(field) => "S".into(),
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

fn work_node(node: &Node, product: &Document) -> Node {
    node.to(At::Work(integer(product, "workId").unwrap_or_default()))
}

fn work_row(node: &Node, product: &Document, row: &Document) -> Node {
    work_node(node, product).row(row.clone())
}

/// The ISBN of a product in its spellings; none when no number is assigned.
pub(super) fn isbn(product: &Node) -> Option<Node> {
    let digits = text(product.document()?, "isbn13").filter(|digits| !digits.is_empty())?;
    let parsed = digits.parse::<isbn::Isbn13>().ok();
    let dashed = parsed.as_ref().and_then(|parsed| parsed.hyphenate().ok());
    let dashed = dashed.map_or_else(|| digits.to_owned(), |dashed| dashed.to_string());
    let ten = parsed.and_then(|parsed| isbn::Isbn10::try_from(parsed).ok());
    let spellings = json!({
        "isbn13": digits,
        "isbn10": ten.map(|ten| ten.to_string()),
        "isbnWithSpaces": dashed.replace('-', " "),
        "isbnWithDashes": dashed,
    });
    spellings
        .as_object()
        .map(|spellings| product.row(spellings.clone()))
}

fn full_name(product: &Document, work: Option<&Document>) -> String {
    let title = full_title(product, work);
    let number = text(product, "isbn13").unwrap_or("No ISBN");
    match text(product, "editionStatement") {
        Some(edition) => format!("{title} ({number}, {edition})"),
        None => format!("{title} ({number})"),
    }
}

fn system_prices(node: &Node, product: &Document) -> Vec<Node> {
    rows(product, "prices")
        .filter_map(|row| {
            let id = price::system_id(row);
            let symbol = price::symbol(text(row, "currencyCode")?);
            let answer = json!({
                "id": id, "label": id, "amount": price::amount(row), "symbol": symbol,
            });
            answer.as_object().map(|answer| node.row(answer.clone()))
        })
        .collect()
}

/// A date in the form that strftime directives give, ISO 8601 without any.
fn date_string(
    product: &Document,
    field: &str,
    arguments: &Arguments<'_>,
) -> Result<Option<String>> {
    let Some(date) = text(product, field) else {
        return Ok(None);
    };
    match arguments.get("directives") {
        Some(Value::String(directives)) => {
            let date: Date = date
                .parse()
                .map_err(|_| Error::new(format!("{field} is no date")))?;
            jiff::fmt::strtime::format(&directives, date)
                .map(Some)
                .map_err(|error| Error::new(format!("directives {directives:?}: {error}")))
        }
        _ => Ok(Some(date.to_owned())),
    }
}

/// A measure, kept in millimetres, in the unit asked for.
fn measure(product: &Document, field: &str, arguments: &Arguments<'_>) -> Option<f64> {
    let millimetres = product.get(field).and_then(Value::as_f64)?;
    let unit = arguments.get("unit");
    Some(match unit.as_ref().and_then(Value::as_str) {
        Some("CM") => millimetres / 10.0,
        Some("IN") => (millimetres / INCH * 10_000.0).round() / 10_000.0,
        _ => millimetres,
    })
}

//! The blocks about publishing and supply: status, dates, rights, availability and prices.

use serde_json::{Map, Value, json};

use super::element::Element;
use super::rights;
use crate::world::Document;

/// PublishingDate roles that a product document keeps, ONIX List 163.
const DATES: [(&str, &str); 4] = [
    ("01", "publicationDate"),
    ("02", "salesEmbargoDate"),
    ("09", "announcementDate"),
    ("27", "preorderFrom"),
];

/// What the message header says about records that say nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub(super) language: Option<String>,
    pub(super) price_type: Option<String>,
    pub(super) currency: Option<String>,
}

impl Defaults {
    pub(super) fn of(header: &Element) -> Self {
        Self {
            language: header.value("DefaultLanguageOfText"),
            price_type: header.value("DefaultPriceType"),
            currency: header.value("DefaultCurrencyCode"),
        }
    }
}

/// Reads `PublishingDetail`.
pub(super) fn publishing(detail: &Element, product: &mut Document, onix: &mut Document) {
    let status = detail
        .value("PublishingStatus")
        .unwrap_or_else(|| "00".to_owned());
    product.insert(
        "onixPublishingStatusCode".into(),
        json!(format!("_{status}")),
    );
    for date in detail.all("PublishingDate") {
        let role = date.value("PublishingDateRole").unwrap_or_default();
        let name = DATES
            .iter()
            .find(|(known, _)| *known == role)
            .map(|(_, name)| *name);
        let (Some(name), Some(day)) = (name, date.first("Date").and_then(day)) else {
            continue;
        };
        if name == "publicationDate" && day.contains('-') {
            product.insert(name.into(), json!(day));
        } else {
            onix.insert(name.into(), json!(day));
        }
    }
    let publisher = detail.all("Publisher").find(|publisher| {
        publisher
            .value("PublishingRole")
            .is_none_or(|role| role == "01")
    });
    if let Some(name) = publisher.and_then(|publisher| publisher.value("PublisherName")) {
        onix.insert("publisherName".into(), json!(name));
    }
    let links: Vec<Value> = publisher
        .into_iter()
        .flat_map(|publisher| publisher.all("Website"))
        .filter_map(|website| {
            let role = website
                .value("WebsiteRole")
                .unwrap_or_else(|| "00".to_owned());
            let link = website.value("WebsiteLink")?;
            Some(json!({"link": link, "role": format!("_{role}"), "includeInOnix": true}))
        })
        .collect();
    product.insert("webLinks".into(), Value::Array(links));
    rights::read(detail, product, onix);
}

/// A date: `2027-03-15` if it names a day, else its digits (`202703`, `2027`); nothing if it is not
/// made of digits.
pub(super) fn day(date: &Element) -> Option<String> {
    let digits = date.text()?;
    if !digits.chars().all(|sign| sign.is_ascii_digit()) {
        return None;
    }
    if digits.len() != 8 {
        return Some(digits);
    }
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?);
    let date: jiff::civil::Date = format!("{year}-{month}-{day}").parse().ok()?;
    Some(date.to_string())
}

/// Reads every `ProductSupply`: the first availability and market status, and all distinct prices.
pub(super) fn supply(
    record: &Element,
    defaults: &Defaults,
    product: &mut Document,
    onix: &mut Document,
) {
    let mut prices: Vec<Value> = Vec::new();
    for supply in record.all("ProductSupply") {
        market(supply, onix);
        for detail in supply.all("SupplyDetail") {
            if let (Some(availability), false) = (
                detail.value("ProductAvailability"),
                onix.contains_key("availability"),
            ) {
                onix.insert("availability".into(), json!(availability));
            }
            for price in detail.all("Price").filter_map(|row| price(row, defaults)) {
                if !prices.contains(&price) {
                    prices.push(price);
                }
            }
        }
    }
    product.insert("prices".into(), Value::Array(prices));
}

/// The first market publishing status, with its date.
fn market(supply: &Element, onix: &mut Document) {
    let Some(market) = supply.first("MarketPublishingDetail") else {
        return;
    };
    let Some(status) = market.value("MarketPublishingStatus") else {
        return;
    };
    if onix.contains_key("marketStatus") {
        return;
    }
    onix.insert("marketStatus".into(), json!(status));
    let date = market
        .all("MarketDate")
        .find(|date| date.value("MarketDateRole").as_deref() == Some("01"));
    if let Some(day) = date.and_then(|date| date.first("Date")).and_then(day) {
        onix.insert("marketDate".into(), json!(day));
    }
}

fn price(row: &Element, defaults: &Defaults) -> Option<Value> {
    let amount: f64 = row.value("PriceAmount")?.parse().ok()?;
    let kind = row
        .value("PriceType")
        .or_else(|| defaults.price_type.clone())
        .unwrap_or_else(|| "02".to_owned());
    let currency = row
        .value("CurrencyCode")
        .or_else(|| defaults.currency.clone())?;
    let qualifier = row
        .value("PriceQualifier")
        .unwrap_or_else(|| "00".to_owned());
    let mut price = Map::new();
    price.insert("amount".into(), json!(amount));
    price.insert("currencyCode".into(), json!(currency));
    price.insert("onixPriceTypeCode".into(), json!(format!("_{kind}")));
    price.insert(
        "onixPriceTypeQualifierCode".into(),
        json!(format!("_{qualifier}")),
    );
    price.insert(
        "label".into(),
        json!(format!("{currency} {}", price_label(&kind))),
    );
    for date in row.all("PriceDate") {
        let name = match date.value("PriceDateRole").as_deref() {
            Some("14") => "effectiveFrom",
            Some("15") => "effectiveTo",
            _ => continue,
        };
        if let Some(day) = date.first("Date").and_then(day) {
            price.insert(name.into(), json!(day));
        }
    }
    if let Some(area) = row.first("Territory") {
        price.insert("_territory".into(), Value::Object(rights::territory(area)));
    }
    Some(Value::Object(price))
}

fn price_label(kind: &str) -> &'static str {
    match kind {
        "01" => "RRP excluding tax",
        "02" => "RRP including tax",
        "03" | "04" => "fixed retail price",
        "41" | "42" => "publisher's retail price",
        _ => "price",
    }
}

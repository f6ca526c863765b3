//! Block 6: the market and the prices.

use std::io::{self, Write};

use serde_json::Value;

use super::Record;
use super::rights::{Rights, Territory};
use super::xml::Xml;
use crate::world::{Document, rows, text};

/// Where a price in a currency applies when nothing else is said.
const CURRENCIES: &[(&str, &[&str])] = &[
    ("GBP", &["GB", "GG", "IM", "JE"]),
    ("USD", &["AS", "GU", "MP", "PR", "UM", "US", "VI"]),
    (
        "EUR",
        &[
            "AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT",
            "LU", "LV", "MT", "NL", "PT", "SI", "SK",
        ],
    ),
    ("AUD", &["AU"]),
    ("CAD", &["CA"]),
    ("NZD", &["NZ"]),
];

/// Writes `ProductSupply`: one market, the product's own.
pub(super) fn write<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    xml.nest("ProductSupply", |xml| {
        let market = Rights::of(record.product).market();
        if market != Territory::default() {
            xml.nest("Market", |xml| market.write(xml))?;
        }
        market_publishing(xml, record)?;
        xml.nest("SupplyDetail", |xml| {
            xml.nest("Supplier", |xml| {
                xml.leaf("SupplierRole", "01")?;
                xml.leaf(
                    "SupplierName",
                    text(&record.world.client, "name").unwrap_or("Unnamed"),
                )
            })?;
            xml.leaf(
                "ProductAvailability",
                record.onix_text("availability").unwrap_or("99"),
            )?;
            prices(xml, record)
        })
    })
}

fn market_publishing<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let Some(status) = record.onix_text("marketStatus") else {
        return Ok(());
    };
    xml.nest("MarketPublishingDetail", |xml| {
        xml.leaf("MarketPublishingStatus", status)?;
        let Some(date) = record.onix_text("marketDate") else {
            return Ok(());
        };
        xml.nest("MarketDate", |xml| {
            xml.leaf("MarketDateRole", "01")?;
            xml.date(date)
        })
    })
}

fn prices<W: Write>(xml: &mut Xml<W>, record: Record<'_>) -> io::Result<()> {
    let mut any = false;
    for price in rows(record.product, "prices") {
        let amount = price.get("amount").and_then(Value::as_f64);
        let currency = text(price, "currencyCode");
        let (Some(amount), Some(currency)) = (amount, currency) else {
            continue;
        };
        any = true;
        xml.nest("Price", |xml| {
            xml.code(
                "PriceType",
                text(price, "onixPriceTypeCode").unwrap_or("_02"),
            )?;
            if let Some(qualifier) = text(price, "onixPriceTypeQualifierCode") {
                xml.code("PriceQualifier", qualifier)?;
            }
            xml.leaf("PriceStatus", "02")?;
            xml.leaf("PriceAmount", &format!("{amount:.2}"))?;
            xml.leaf("CurrencyCode", currency)?;
            territory(record, price, currency).write(xml)?;
            for (role, name) in [("14", "effectiveFrom"), ("15", "effectiveTo")] {
                let Some(date) = text(price, name) else {
                    continue;
                };
                xml.nest("PriceDate", |xml| {
                    xml.leaf("PriceDateRole", role)?;
                    xml.date(date)
                })?;
            }
            Ok(())
        })?;
    }
    if any {
        return Ok(());
    }
    // ONIX List 57: 03 not sold separately, 02 to be announced, 04 contact supplier.
    let why = match record.status() {
        "13" => "03",
        "02" => "02",
        _ => "04",
    };
    xml.leaf("UnpricedItemType", why)
}

/// Where a price applies: as its row says, as the product says of the currency, or by custom.
fn territory(record: Record<'_>, price: &Document, currency: &str) -> Territory {
    let own = price.get("_territory").and_then(Value::as_object);
    let named = record
        .onix("priceTerritories")
        .and_then(|all| all.get(currency)?.as_object());
    match own.or(named) {
        Some(lists) => Territory::from_lists(lists),
        None => CURRENCIES
            .iter()
            .find(|(known, _)| *known == currency)
            .map_or_else(Territory::default, |(_, countries)| {
                Territory::countries(countries)
            }),
    }
}

//! Prices.
//!
//! Amounts come as JSON numbers. The shortest decimal that reads back as the same number is what the
//! publisher typed, so the amount is taken through that text and never through arithmetic.

use catalogue::codes::{PriceQualifier, PriceType};
use catalogue::finding::{Finding, FindingCode};
use catalogue::money::{CurrencyCode, Money};
use catalogue::price::Price;
use rust_decimal::Decimal;

use super::report::{DateRead, Report};
use crate::node::{Node, Unfit};

const CURRENCY_UNKNOWN: FindingCode = FindingCode::new("currency-unknown");
const PRICE_INVALID: FindingCode = FindingCode::new("bad-price");

/// The decimal that a JSON number was written as.
pub(super) fn decimal(number: f64) -> Option<Decimal> {
    if !number.is_finite() {
        return None;
    }
    number.to_string().parse().ok()
}

/// The prices of a product. One that cannot be told in amount, currency, kind or time is left out.
pub(super) fn prices(product: &Node<'_>, report: &mut Report) -> Result<Vec<Price>, Unfit> {
    let mut prices = Vec::new();
    for row in product.due_list("prices")? {
        prices.extend(price(&row, report)?);
    }
    Ok(prices)
}

fn price(row: &Node<'_>, report: &mut Report) -> Result<Option<Price>, Unfit> {
    let amount = row.get("amount");
    let number = amount
        .clone()
        .due()?
        .map(|node| node.as_number())
        .transpose()?;
    let currency = row.due_text("currencyCode")?;
    let kind = row.due_text("onixPriceTypeCode")?;
    let qualifier = row.due_text("onixPriceTypeQualifierCode")?;
    let from = report.date(row, "effectiveFrom")?;
    let until = report.date(row, "effectiveTo")?;
    let unclear = from == DateRead::Unreadable
        || until == DateRead::Unreadable
        || row.get("onixPriceTypeQualifierCode").is_unreadable();
    let (Some(number), Some(currency), Some(kind), false) = (number, currency, kind, unclear)
    else {
        return Ok(None);
    };
    let Some(value) = decimal(number).filter(|value| !value.is_sign_negative()) else {
        let message =
            format!("`{number}` is no price; the price is left out. Correct it in Consonance.");
        report.at(&amount, Finding::warning(PRICE_INVALID, message));
        return Ok(None);
    };
    let currency = match CurrencyCode::parse(currency) {
        Ok(currency) => currency,
        Err(problem) => {
            let message = format!("{problem}; the price is left out.");
            report.at(
                &row.get("currencyCode"),
                Finding::warning(CURRENCY_UNKNOWN, message),
            );
            return Ok(None);
        }
    };
    Ok(Some(Price {
        kind: report.code::<PriceType>(&row.get("onixPriceTypeCode"), kind),
        qualifier: qualifier.map(|text| {
            report.code::<PriceQualifier>(&row.get("onixPriceTypeQualifierCode"), text)
        }),
        status: None,
        money: Money::new(value, currency),
        territory: None,
        from: from.given(),
        until: until.given(),
        minimum_quantity: None,
        conditions: Vec::new(),
        taxes: Vec::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_what_was_typed() {
        for (number, text) in [
            (8.99, "8.99"),
            (0.1, "0.1"),
            (9.0, "9"),
            (1e-7, "0.0000001"),
            (1234567.89, "1234567.89"),
        ] {
            assert_eq!(decimal(number).unwrap().to_string(), text);
        }
        assert_eq!(decimal(f64::NAN), None);
        assert_eq!(decimal(1e300), None);
    }
}

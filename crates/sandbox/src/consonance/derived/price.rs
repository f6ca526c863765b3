//! Fields of a price that follow from its other fields, and the search for prices.

use serde_json::{Value, json};

use super::super::labels;
use super::super::node::{Answer, Node};
use crate::world::{Document, text};

/// Signs of the currencies that have one of their own.
const SYMBOLS: [(&str, &str); 8] = [
    ("GBP", "£"),
    ("USD", "$"),
    ("EUR", "€"),
    ("AUD", "A$"),
    ("CAD", "C$"),
    ("NZD", "NZ$"),
    ("JPY", "¥"),
    ("INR", "₹"),
];

pub(super) fn answer(node: &Node, price: &Document, field: &str) -> Option<Answer> {
    let currency = text(price, "currencyCode").unwrap_or("GBP");
    let amount = amount(price);
    match field {
        "amount" => Some(amount.into()),
        "amountWithCurrencyCode" => Some(format!("{currency} {amount:.2}").into()),
        "amountWithCurrencySymbol" => Some(format!("{}{amount:.2}", symbol(currency)).into()),
        "currency" => {
            let code = json!({ "code": currency });
            Some(Answer::Node(
                code.as_object().map(|code| node.row(code.clone())),
            ))
        }
        "label" if !price.contains_key("label") => Some(system_id(price).into()),
        "onixPriceTypeCode" | "onixPriceTypeQualifierCode" if !price.contains_key(field) => Some(
            (if field == "onixPriceTypeCode" {
                "_02"
            } else {
                "_05"
            })
            .into(),
        ),
        _ => None,
    }
}

/// The service's own name of a kind of price: currency, type and qualifier, `USD-01-05`.
pub(super) fn system_id(price: &Document) -> String {
    let part = |name, fallback| labels::code(text(price, name).unwrap_or(fallback)).to_owned();
    format!(
        "{}-{}-{}",
        part("currencyCode", "GBP"),
        part("onixPriceTypeCode", "02"),
        part("onixPriceTypeQualifierCode", "05")
    )
}

/// The amount, whether it is kept as a number or as a decimal string.
pub(crate) fn amount(price: &Document) -> f64 {
    match price.get("amount") {
        Some(Value::Number(number)) => number.as_f64().unwrap_or_default(),
        Some(Value::String(number)) => number.parse().unwrap_or_default(),
        _ => 0.0,
    }
}

pub(super) fn symbol(currency: &str) -> &str {
    SYMBOLS
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(currency, |(_, symbol)| symbol)
}

/// Whether a price meets a `PriceSearchAttributes`. An empty list asks for nothing, as everywhere
/// in Ransack.
pub(crate) fn matches(price: &Document, search: &Document) -> bool {
    search.iter().all(|(predicate, wanted)| {
        let among = |field: &str| {
            let Some(wanted) = wanted.as_array().filter(|wanted| !wanted.is_empty()) else {
                return true;
            };
            let own = text(price, field).map(labels::literal);
            wanted
                .iter()
                .any(|wanted| wanted.as_str().map(labels::literal) == own)
        };
        match predicate.as_str() {
            "amountLteq" => wanted.as_f64().is_none_or(|most| amount(price) <= most),
            "currencyCodeIn" => among("currencyCode"),
            "onixPriceTypeCodeIn" => among("onixPriceTypeCode"),
            "onixPriceTypeQualifierCodeIn" => among("onixPriceTypeQualifierCode"),
            _ => true,
        }
    })
}

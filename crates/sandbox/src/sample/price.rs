//! The price list of the house: one sterling price per format, the rest by the house's own rule.

use serde_json::{Value, json};

/// How one currency's price follows from the sterling price.
struct Rate {
    currency: &'static str,
    /// Multiplier in hundredths.
    percent: i64,
    /// ONIX List 58: 01 without tax, 02 with it.
    price_type: &'static str,
    label: &'static str,
    /// Whether the trade there prices books in whole units less a cent (`.99`) or in full units.
    ends_in_99: bool,
}

#[rustfmt::skip]
const RATES: &[Rate] = &[
    Rate { currency: "GBP", percent: 100, price_type: "_02", label: "GBP RRP including tax", ends_in_99: true },
    Rate { currency: "USD", percent: 135, price_type: "_01", label: "USD RRP excluding tax", ends_in_99: true },
    Rate { currency: "EUR", percent: 122, price_type: "_02", label: "EUR RRP including tax", ends_in_99: true },
    Rate { currency: "AUD", percent: 192, price_type: "_02", label: "AUD RRP including tax", ends_in_99: true },
    Rate { currency: "CAD", percent: 178, price_type: "_01", label: "CAD RRP excluding tax", ends_in_99: true },
    Rate { currency: "NZD", percent: 210, price_type: "_02", label: "NZD RRP including tax", ends_in_99: false },
];

/// The price rows of a format, in the order of `currencies`, without ids.
pub(super) fn rows(pence: i64, currencies: &[&str]) -> Vec<Value> {
    RATES
        .iter()
        .filter(|rate| currencies.contains(&rate.currency))
        .map(|rate| {
            json!({
                "amount": amount(pence, rate),
                "currencyCode": rate.currency,
                "onixPriceTypeCode": rate.price_type,
                "onixPriceTypeQualifierCode": "_05",
                "effectiveFrom": null,
                "effectiveTo": null,
                "label": rate.label,
            })
        })
        .collect()
}

fn amount(pence: i64, rate: &Rate) -> f64 {
    if rate.currency == "GBP" {
        return decimal(pence);
    }
    let exact = pence * rate.percent / 100;
    let whole = (exact + 50) / 100;
    decimal(if rate.ends_in_99 {
        whole * 100 - 1
    } else {
        whole * 100
    })
}

/// Hundredths as a number of units. Prices stay far below 2^52, where this is exact to the cent.
#[expect(clippy::cast_precision_loss, reason = "prices are small")]
pub(super) fn decimal(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_prices_end_as_their_trade_likes_them() {
        let rows = rows(999, &["GBP", "USD", "NZD"]);
        let amounts: Vec<f64> = rows
            .iter()
            .filter_map(|row| row["amount"].as_f64())
            .collect();
        assert_eq!(amounts, [9.99, 12.99, 21.0]);
    }
}

//! Prices as sources state them.

use serde::{Deserialize, Serialize};

use crate::codes::{PriceQualifier, PriceType};
use crate::date::PartialDate;
use crate::money::Money;
use crate::territory::Territory;

/// Tax included in, or to be added to, a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Rate code (ONIX List 62), as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_code: Option<String>,
    /// Rate in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_percent: Option<rust_decimal::Decimal>,
    /// Amount in the price's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<rust_decimal::Decimal>,
}

/// One price: an amount under terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Type (ONIX List 58): 02 recommended retail price including tax.
    pub kind: PriceType,
    /// For whom (ONIX List 59); absent counts as unqualified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<PriceQualifier>,
    /// Status (ONIX List 61): 00 unspecified, 01 provisional, 02 firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Amount and currency.
    pub money: Money,
    /// Where the price holds; absent means wherever its market or the product's rights reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<Territory>,
    /// First day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PartialDate>,
    /// Last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
    /// Smallest quantity it is for; above 1 it is no consumer price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_quantity: Option<u32>,
    /// Conditions under which alone it holds (ONIX List 167), as sent: rental, a further purchase. Where there is any it
    /// is no consumer price. `00`, no conditions, is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Taxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<Tax>,
}

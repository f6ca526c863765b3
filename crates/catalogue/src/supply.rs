//! Markets, and how a product is supplied in them (ONIX block 6).

use serde::{Deserialize, Serialize};

use crate::codes::{
    MarketPublishingStatus, ProductAvailability, PublishingDateRole, SupplierRole, SupplyDateRole,
    UnpricedItemType,
};
use crate::date::PartialDate;
use crate::price::Price;
use crate::rights::SalesRestriction;
use crate::territory::Territory;

/// A publisher's or market's date with its role (ONIX List 163).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDate {
    /// What happens on the date.
    pub role: PublishingDateRole,
    /// The date, with the precision it came with.
    pub date: PartialDate,
}

/// One market and its suppliers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// The market's territories; empty means wherever the product may be sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<Territory>,
    /// Restrictions on sale in this market that are not about territory (ONIX List 71).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<SalesRestriction>,
    /// Publishing status in this market (ONIX List 68); refines the product's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<MarketPublishingStatus>,
    /// Dates in this market; refine the product's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<RoleDate>,
    /// One per supplier.
    #[serde(default)]
    pub details: Vec<SupplyDetail>,
}

/// A supplier's offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyDetail {
    /// What the supplier is to the trade (ONIX List 93).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SupplierRole>,
    /// The supplier's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Availability (ONIX List 65).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<ProductAvailability>,
    /// Supply dates (ONIX List 166), 08 expected availability, 02 embargo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<SupplyDate>,
    /// Prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// Why there is no price (ONIX List 57).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpriced: Option<UnpricedItemType>,
}

/// A supplier's date with its role (ONIX List 166).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyDate {
    /// What happens on the date.
    pub role: SupplyDateRole,
    /// The date.
    pub date: PartialDate,
}

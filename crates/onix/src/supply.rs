//! Block 6, ProductSupply: markets, suppliers, prices.

use catalogue::codes::PriceType;
use catalogue::finding::{FindingCode, Severity};
use catalogue::money::{CurrencyCode, Money};
use catalogue::price::{Price, Tax};
use catalogue::product::Product;
use catalogue::supply::{Supply, SupplyDetail};

use crate::descriptive::text_of;
use crate::publishing::web_links;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

/// A price without an amount, a type or a currency that can be read; left out.
pub const BAD_PRICE: FindingCode = FindingCode::new("bad-price");

impl Reading<'_> {
    pub(crate) fn supplies(&mut self, element: Element<'_>, product: &mut Product) {
        for block in element.all(Tag::ProductSupply) {
            let supply = self.supply(block);
            product.supplies.push(supply);
            for detail in block.all(Tag::SupplyDetail) {
                product
                    .web_links
                    .extend(detail.all(Tag::Supplier).flat_map(web_links));
            }
        }
    }

    fn supply(&mut self, block: Element<'_>) -> Supply {
        let mut supply = Supply::default();
        for market in block.all(Tag::Market) {
            supply.markets.extend(self.territory(market));
            supply.restrictions.extend(self.restrictions(market));
        }
        if let Some(publishing) = block.child(Tag::MarketPublishingDetail) {
            supply.status = self.code(publishing, Tag::MarketPublishingStatus);
            supply.dates = publishing
                .all(Tag::MarketDate)
                .filter_map(|date| self.role_date(date, Tag::MarketDateRole))
                .collect();
        }
        supply.details = block
            .all(Tag::SupplyDetail)
            .map(|detail| self.offer(detail))
            .collect();
        supply
    }

    fn offer(&mut self, element: Element<'_>) -> SupplyDetail {
        let supplier = element.child(Tag::Supplier);
        let prices: Vec<Element<'_>> = element.all(Tag::Price).collect();
        let mut unpriced = self.code(element, Tag::UnpricedItemType);
        if unpriced.is_none() {
            unpriced = prices
                .iter()
                .find_map(|price| self.code(*price, Tag::UnpricedItemType));
        }
        SupplyDetail {
            role: supplier.and_then(|supplier| self.code(supplier, Tag::SupplierRole)),
            supplier: supplier.and_then(|supplier| text_of(supplier, Tag::SupplierName)),
            availability: self.code(element, Tag::ProductAvailability),
            dates: element
                .all(Tag::SupplyDate)
                .filter_map(|date| self.supply_date(date))
                .collect(),
            prices: prices
                .into_iter()
                .filter_map(|price| self.price(price))
                .collect(),
            unpriced,
        }
    }

    /// One price. Whatever of it cannot be read makes it unusable: a price under other terms than
    /// the sender's is a wrong price.
    fn price(&mut self, element: Element<'_>) -> Option<Price> {
        if element.has(Tag::UnpricedItemType) {
            return None;
        }
        let amount = self.decimal(element, Tag::PriceAmount);
        let kind = self
            .code(element, Tag::PriceType)
            .or(self.defaults.price_type);
        let currency = self.currency(element);
        let (Some(amount), Some(kind), Some(currency)) = (amount, kind, currency) else {
            let lacks = [
                (amount.is_none(), "amount"),
                (kind.is_none(), "type"),
                (currency.is_none(), "currency"),
            ];
            let lacks: Vec<&str> = lacks
                .into_iter()
                .filter_map(|(lacks, what)| lacks.then_some(what))
                .collect();
            let message = format!("a price has no usable {}; it is left out", lacks.join(", "));
            self.note(BAD_PRICE, Severity::Warning, Tag::Price, message);
            return None;
        };
        let period = self.price_period(element)?;
        Some(Price {
            kind,
            qualifier: self.code(element, Tag::PriceQualifier),
            status: text_of(element, Tag::PriceStatus),
            money: Money::new(amount, currency),
            territory: self.territory(element),
            from: period.from,
            until: period.until,
            minimum_quantity: self.number(element, Tag::MinimumOrderQuantity),
            conditions: element
                .all(Tag::PriceCondition)
                .filter_map(|condition| text_of(condition, Tag::PriceConditionType))
                .filter(|condition| condition != NO_CONDITIONS)
                .collect(),
            taxes: self.taxes(element),
        })
    }

    fn currency(&mut self, price: Element<'_>) -> Option<CurrencyCode> {
        let Some(code) = price.value(Tag::CurrencyCode) else {
            return self.defaults.currency;
        };
        match CurrencyCode::parse(code) {
            Ok(currency) => Some(currency),
            Err(error) => {
                self.note(
                    BAD_PRICE,
                    Severity::Warning,
                    Tag::CurrencyCode,
                    error.to_string(),
                );
                None
            }
        }
    }

    fn taxes(&mut self, price: Element<'_>) -> Vec<Tax> {
        price
            .all(Tag::Tax)
            .map(|tax| Tax {
                rate_code: text_of(tax, Tag::TaxRateCode),
                rate_percent: self.decimal(tax, Tag::TaxRatePercent),
                amount: self.decimal(tax, Tag::TaxAmount),
            })
            .collect()
    }
}

/// ONIX List 167: the price holds without conditions.
const NO_CONDITIONS: &str = "00";

/// The type of a price in a Header, and its currency; what cannot be read is no default.
pub(crate) fn header_price(header: Element<'_>) -> (Option<PriceType>, Option<CurrencyCode>) {
    let kind = header.value(Tag::DefaultPriceType).map(PriceType::new);
    let currency = header
        .value(Tag::DefaultCurrencyCode)
        .and_then(|code| CurrencyCode::parse(code).ok());
    (kind, currency)
}

//! Prices of both sources, price by price.
//!
//! GraphQL lists amounts by type, qualifier and currency, and says neither where nor from when they hold. The feed says
//! both. A GraphQL price therefore takes the terms of the feed's price that it is; where that cannot be told, the feed's
//! prices stand, because a price without its territory would be shown where it does not hold.

use std::collections::BTreeSet;

use super::Dispute;
use crate::finding::Severity;
use crate::money::CurrencyCode;
use crate::origin::Block;
use crate::price::Price;
use crate::product::Product;

/// What a price is, beside its amount.
type Terms = (String, Option<String>, CurrencyCode);

fn terms(price: &Price) -> Terms {
    (
        price.kind.code().to_owned(),
        price.qualifier.map(|code| code.code().to_owned()),
        price.money.currency,
    )
}

/// Settles which prices of the product stand: the feed's lie in its supplies, GraphQL's beside them.
pub(super) fn enrich(product: &mut Product, dispute: &mut Dispute<'_>) {
    let mut fed: Vec<&mut Price> = product
        .supplies
        .iter_mut()
        .flat_map(|supply| &mut supply.details)
        .flat_map(|detail| &mut detail.prices)
        .collect();
    if fed.is_empty() {
        return;
    }
    let live = std::mem::take(&mut product.prices);
    let asked: BTreeSet<Terms> = live.iter().map(terms).collect();
    for asked in asked {
        let live: Vec<&Price> = live.iter().filter(|price| terms(price) == asked).collect();
        let mut fed: Vec<&mut &mut Price> = fed
            .iter_mut()
            .filter(|price| terms(price) == asked)
            .collect();
        if fed.is_empty() {
            product.prices.extend(live.into_iter().cloned());
            continue;
        }
        let is_fed = |price: &Price, fed: &[&mut &mut Price]| {
            fed.iter().any(|theirs| theirs.money == price.money)
        };
        let unmatched: Vec<&Price> = live
            .iter()
            .copied()
            .filter(|price| !is_fed(price, &fed))
            .collect();
        let stale: BTreeSet<String> = fed
            .iter()
            .filter(|theirs| !live.iter().any(|price| price.money == theirs.money))
            .map(|theirs| theirs.money.to_string())
            .collect();
        let field = format!("price of type {} in {}", asked.0, asked.2);
        if let ([price], 1) = (unmatched.as_slice(), stale.len()) {
            let theirs: Vec<String> = stale.into_iter().collect();
            let theirs = theirs.join(", ");
            dispute.note(&field, &price.money.to_string(), &theirs, Severity::Warning);
            for fed in fed.iter_mut().filter(|fed| fed.money.to_string() == theirs) {
                fed.money = price.money;
            }
        } else if !unmatched.is_empty() {
            let list =
                |prices: &mut dyn Iterator<Item = String>| prices.collect::<Vec<_>>().join(", ");
            let ours = list(&mut unmatched.iter().map(|price| price.money.to_string()));
            let theirs = list(&mut fed.iter().map(|price| price.money.to_string()));
            // Without a territory it cannot be told where such an amount holds.
            dispute.note(&field, &ours, &theirs, Severity::Error);
        }
    }
    let place = dispute.place.clone();
    product.origins.add(Block::Prices, place);
}

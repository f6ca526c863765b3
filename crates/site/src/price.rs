//! Which of a product's prices a reader sees.
//!
//! ONIX List 58 mixes what a consumer pays with what a shop pays, and a product may carry dozens of
//! prices. The order below is of the list's notes (issue 75): with tax before without, recommended
//! before fixed before the publisher's own.

use catalogue::codes::PriceStatus;
use catalogue::money::Money;
use catalogue::price::Price;
use rust_decimal::Decimal;

use crate::market::Market;

/// Types of price that a consumer may be shown, the best first (ONIX List 58). Net, special-sale
/// and customs values (05 to 09, 11 to 17, 25 to 37) are not among them.
const CONSUMER_TYPES: [&str; 12] = [
    "02", "04", "42", "34", "22", "24", "01", "03", "41", "33", "21", "23",
];

/// Types with tax in them.
const WITH_TAX: [&str; 6] = ["02", "04", "42", "34", "22", "24"];

/// Types of a price that no shop may change by law.
const FIXED: [&str; 6] = ["03", "04", "23", "24", "33", "34"];

/// The dearest that a book can be, in a currency like the pound. What is dearer was sent in cents,
/// or is a joke.
const DEAREST: i64 = 10_000;

/// Currencies in which a book costs hundreds or thousands, and what the dearest is multiplied by.
const SMALL_UNITS: [(&str, i64); 22] = [
    ("JPY", 100),
    ("HUF", 100),
    ("INR", 100),
    ("ISK", 100),
    ("KES", 100),
    ("PKR", 100),
    ("RSD", 100),
    ("RUB", 100),
    ("TWD", 100),
    ("ARS", 1_000),
    ("CLP", 1_000),
    ("CRC", 1_000),
    ("KRW", 1_000),
    ("KZT", 1_000),
    ("MMK", 1_000),
    ("NGN", 1_000),
    ("XAF", 1_000),
    ("XOF", 1_000),
    ("COP", 10_000),
    ("IDR", 10_000),
    ("UGX", 10_000),
    ("VND", 10_000),
];

/// Whether an amount can be no price: below zero, or beyond all measure.
pub(crate) fn is_absurd(money: &Money) -> bool {
    let code = money.currency.as_str();
    let factor = SMALL_UNITS.iter().find(|(small, _)| *small == code);
    let dearest = Decimal::from(DEAREST * factor.map_or(1, |(_, factor)| *factor));
    money.amount < Decimal::ZERO || money.amount > dearest
}

/// Whether a price is said to be final (ONIX List 61).
pub(crate) fn is_confirmed(price: &Price) -> bool {
    price.status.as_deref() == Some(PriceStatus::CONFIRMED.code())
}

/// Whether a price has its tax in it.
pub(crate) fn includes_tax(price: &Price) -> bool {
    WITH_TAX.contains(&price.kind.code())
}

/// Whether a price is fixed by law.
pub(crate) fn is_fixed(price: &Price) -> bool {
    FIXED.contains(&price.kind.code())
}

/// Types that hold before publication only.
const BEFORE_PUBLICATION: [&str; 4] = ["21", "22", "23", "24"];

/// Qualifiers of a price that anyone may pay (ONIX List 59), beside none at all.
const PUBLIC_QUALIFIERS: [&str; 2] = ["00", "05"];

/// What was found among prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// A price that a reader here pays today.
    Price(&'a Price),
    /// Only amounts of zero, which feeds send for "not set".
    Zero,
    /// Nothing for readers here.
    Nothing,
}

/// The price that a reader of the market pays today: by type, then one made for the territory, then
/// the one that came into force last, then as listed.
pub(crate) fn consumer_price<'a>(
    prices: impl Iterator<Item = &'a Price>,
    market: &Market<'_>,
    published: bool,
) -> Found<'a> {
    let mut zero = false;
    let best = prices
        .filter(|price| is_public(price, market) && !is_absurd(&price.money))
        .filter_map(|price| {
            let rank = CONSUMER_TYPES
                .iter()
                .position(|code| *code == price.kind.code())?;
            let early = BEFORE_PUBLICATION.contains(&price.kind.code());
            (!(early && published)).then_some((rank, price))
        })
        .filter(|(_, price)| {
            let sound = price.money.amount > Decimal::ZERO;
            zero |= !sound;
            sound
        })
        .min_by_key(|(rank, price)| {
            let since = price.from.map(|from| from.first_day());
            (*rank, price.territory.is_none(), std::cmp::Reverse(since))
        });
    match best {
        Some((_, price)) => Found::Price(price),
        None if zero => Found::Zero,
        None => Found::Nothing,
    }
}

fn is_public(price: &Price, market: &Market<'_>) -> bool {
    price.money.currency == market.currency
        && price
            .qualifier
            .is_none_or(|qualifier| PUBLIC_QUALIFIERS.contains(&qualifier.code()))
        && price.minimum_quantity.is_none_or(|quantity| quantity <= 1)
        && price.conditions.is_empty()
        && market.is_within(price.from, price.until)
        && market.is_reached(price.territory.as_ref())
}

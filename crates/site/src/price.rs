//! Which of a product's prices a reader sees.
//!
//! ONIX List 58 mixes what a consumer pays with what a shop pays, and a product may carry dozens of
//! prices. The order below is of the list's notes (issue 75): with tax before without, recommended
//! before fixed before the publisher's own.

use catalogue::codes::{PriceQualifier, PriceStatus, PriceType};
use catalogue::money::Money;
use catalogue::price::Price;
use rust_decimal::Decimal;

use crate::evidence::territory_words;
use crate::market::Market;

/// Types of price that a consumer may be shown, the best first (ONIX List 58). Net, special-sale
/// and customs values (05 to 09, 11 to 17, 25 to 37) are not among them.
const CONSUMER_TYPES: [PriceType; 12] = [
    PriceType::RRP_INCLUDING_TAX,
    PriceType::FIXED_INCLUDING_TAX,
    PriceType::PUBLISHERS_RETAIL_INCLUDING_TAX,
    PriceType::IMPORTERS_FIXED_INCLUDING_TAX,
    PriceType::PREPUBLICATION_RRP_INCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_INCLUDING_TAX,
    PriceType::RRP_EXCLUDING_TAX,
    PriceType::FIXED_EXCLUDING_TAX,
    PriceType::PUBLISHERS_RETAIL_EXCLUDING_TAX,
    PriceType::IMPORTERS_FIXED_EXCLUDING_TAX,
    PriceType::PREPUBLICATION_RRP_EXCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_EXCLUDING_TAX,
];

/// Types with tax in them.
const WITH_TAX: [PriceType; 6] = [
    PriceType::RRP_INCLUDING_TAX,
    PriceType::FIXED_INCLUDING_TAX,
    PriceType::PUBLISHERS_RETAIL_INCLUDING_TAX,
    PriceType::IMPORTERS_FIXED_INCLUDING_TAX,
    PriceType::PREPUBLICATION_RRP_INCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_INCLUDING_TAX,
];

/// Types of a price that no shop may change by law.
const FIXED: [PriceType; 6] = [
    PriceType::FIXED_EXCLUDING_TAX,
    PriceType::FIXED_INCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_EXCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_INCLUDING_TAX,
    PriceType::IMPORTERS_FIXED_EXCLUDING_TAX,
    PriceType::IMPORTERS_FIXED_INCLUDING_TAX,
];

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
    let confirmed = |status: &str| status == PriceStatus::CONFIRMED.code();
    price.status.as_deref().is_some_and(confirmed)
}

/// Whether a price has its tax in it.
pub(crate) fn includes_tax(price: &Price) -> bool {
    WITH_TAX.contains(&price.kind)
}

/// Whether a price is fixed by law.
pub(crate) fn is_fixed(price: &Price) -> bool {
    FIXED.contains(&price.kind)
}

/// Types that hold before publication only.
const BEFORE_PUBLICATION: [PriceType; 4] = [
    PriceType::PREPUBLICATION_RRP_EXCLUDING_TAX,
    PriceType::PREPUBLICATION_RRP_INCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_EXCLUDING_TAX,
    PriceType::PREPUBLICATION_FIXED_INCLUDING_TAX,
];

/// Qualifiers of a price that anyone may pay (ONIX List 59), beside none at all.
const PUBLIC_QUALIFIERS: [PriceQualifier; 2] =
    [PriceQualifier::UNQUALIFIED, PriceQualifier::CONSUMER];

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

/// A price that some reader may pay somewhere.
pub(crate) struct Candidate<'a> {
    price: &'a Price,
    rank: usize,
}

impl<'a> Candidate<'a> {
    /// Nothing for a price that is no reader's wherever and whenever it holds.
    pub(crate) fn new(price: &'a Price) -> Option<Self> {
        let rank = rank(price)?;
        unfit_anywhere(price)
            .is_none()
            .then_some(Self { price, rank })
    }
}

/// The price that a reader of the market pays today: by type, then one made for the territory, then
/// the one that came into force last, then as listed.
pub(crate) fn consumer_price<'p, 'a: 'p>(
    prices: impl Iterator<Item = &'p Candidate<'a>>,
    market: &Market<'_>,
    published: bool,
) -> Found<'a> {
    let mut zero = false;
    let best = prices
        .filter(|one| match unfit_here(one.price, market, published) {
            None => true,
            Some(Unfit::Zero) => {
                zero = true;
                false
            }
            Some(_) => false,
        })
        .min_by_key(|one| {
            let since = one.price.from.map(|from| from.first_day());
            let everywhere = one.price.territory.is_none();
            (one.rank, everywhere, std::cmp::Reverse(since))
        });
    match best {
        Some(best) => Found::Price(best.price),
        None if zero => Found::Zero,
        None => Found::Nothing,
    }
}

/// Why a price is none that a reader here pays today, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    Currency,
    Kind,
    Qualifier,
    Quantity,
    Condition,
    Absurd,
    Period,
    Territory,
    Published,
    Zero,
}

impl Unfit {
    /// The reason in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Currency => "another currency than the site's",
            Self::Kind => "not a type that readers pay",
            Self::Qualifier => "for some customers only",
            Self::Quantity => "for more than one copy",
            Self::Condition => "under conditions",
            Self::Period => "not in force today",
            Self::Territory => "not for this country",
            Self::Published => "holds before publication only",
            Self::Absurd => "no believable amount",
            Self::Zero => "zero, which is taken for none",
        }
    }
}

fn rank(price: &Price) -> Option<usize> {
    CONSUMER_TYPES.iter().position(|kind| *kind == price.kind)
}

/// The first reason against a price.
fn unfit(price: &Price, market: &Market<'_>, published: bool) -> Option<Unfit> {
    if price.money.currency != market.currency {
        return Some(Unfit::Currency);
    }
    unfit_anywhere(price).or_else(|| unfit_here(price, market, published))
}

/// The first reason against a price in any market at any time.
fn unfit_anywhere(price: &Price) -> Option<Unfit> {
    let against = [
        (rank(price).is_none(), Unfit::Kind),
        (
            price
                .qualifier
                .is_some_and(|code| !PUBLIC_QUALIFIERS.contains(&code)),
            Unfit::Qualifier,
        ),
        (
            price.minimum_quantity.is_some_and(|quantity| quantity > 1),
            Unfit::Quantity,
        ),
        (!price.conditions.is_empty(), Unfit::Condition),
        (is_absurd(&price.money), Unfit::Absurd),
    ];
    let mut against = against.into_iter();
    against.find(|(holds, _)| *holds).map(|(_, unfit)| unfit)
}

/// The first reason against a price in a market today.
fn unfit_here(price: &Price, market: &Market<'_>, published: bool) -> Option<Unfit> {
    if price.money.currency != market.currency {
        Some(Unfit::Currency)
    } else if !market.is_within(price.from, price.until) {
        Some(Unfit::Period)
    } else if !market.is_reached(price.territory.as_ref()) {
        Some(Unfit::Territory)
    } else if published && BEFORE_PUBLICATION.contains(&price.kind) {
        Some(Unfit::Published)
    } else {
        (price.money.amount == Decimal::ZERO).then_some(Unfit::Zero)
    }
}

/// A price that was looked at, in words, and what became of it.
pub(crate) fn considered(
    price: &Price,
    chosen: Option<&Price>,
    market: &Market<'_>,
    published: bool,
) -> String {
    let label = price.kind.label().unwrap_or("unknown type");
    let mut words = format!("{} type {} ({label})", price.money, price.kind);
    if let Some(qualifier) = price.qualifier {
        words = format!("{words}, qualifier {qualifier}");
    }
    if let Some(territory) = &price.territory {
        words = format!("{words}, in {}", territory_words(territory, market.country));
    }
    let period = [("from", price.from), ("until", price.until)];
    for (word, date) in period {
        if let Some(date) = date {
            words = format!("{words}, {word} {date}");
        }
    }
    let fate = match unfit(price, market, published) {
        _ if chosen.is_some_and(|chosen| std::ptr::eq(chosen, price)) => "chosen",
        Some(unfit) => unfit.words(),
        None => "another goes before it",
    };
    format!("{words}: {fate}")
}

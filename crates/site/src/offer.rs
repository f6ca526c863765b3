//! How a product stands in one market on one day: which supply speaks for it, and what that makes
//! of status, dates, availability and price.
//!
//! A feed may describe several markets; block 4 of ONIX speaks for all of them and block 6 refines
//! it for one. The supply of the narrowest market that holds the primary country decides; one
//! without a market holds wherever no other does.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::codes::{SupplyDateRole, UnpricedItemType};
use catalogue::country::{CountryCode, CountrySet};
use catalogue::date::PartialDate;
use catalogue::finding::Finding;
use catalogue::lifecycle::{Ceiling, Situation, best_availability};
use catalogue::price::Price;
use catalogue::product::Product;
use catalogue::rights::{Resolved, Resolver};
use catalogue::supply::Supply;
use rust_decimal::Decimal;

use crate::dates::{Dates, Role, later};
use crate::form::Shelf;
use crate::market::{Market, reaches};
use crate::price::{Candidate, Found, consumer_price, is_confirmed};

/// A product with its territories, dates and prices sorted out, once for all markets.
pub(crate) struct Prepared<'a> {
    pub(crate) product: &'a Product,
    /// `None` where the source would not say.
    pub(crate) rights: Option<Arc<Resolved>>,
    /// What is wrong with rights and markets.
    pub(crate) findings: Vec<Finding>,
    pub(crate) shelf: Shelf<'a>,
    supplies: Vec<PreparedSupply<'a>>,
    /// What the product states whatever the market.
    own: Statement<'a>,
    notification: Option<&'a str>,
}

/// What a product, or one of its supplies, states of itself.
struct Statement<'a> {
    status: Option<&'a str>,
    dates: Dates<'a>,
    /// The prices that readers may pay.
    prices: Vec<Candidate<'a>>,
}

/// A supply, sorted out likewise.
struct PreparedSupply<'a> {
    supply: &'a Supply,
    /// Its countries; `None` for one without a market.
    market: Option<CountrySet>,
    states: Statement<'a>,
    availability: Option<&'a str>,
}

impl<'a> PreparedSupply<'a> {
    fn new(supply: &'a Supply, market: Option<CountrySet>) -> Self {
        let details = supply.details.iter();
        let availabilities = details
            .clone()
            .filter_map(|detail| detail.availability.as_ref());
        let prices = details.flat_map(|detail| &detail.prices);
        Self {
            supply,
            market,
            states: Statement {
                status: supply.status.as_ref().map(|status| status.code()),
                dates: Dates::of(&supply.dates),
                prices: prices.filter_map(Candidate::new).collect(),
            },
            availability: best_availability(availabilities.map(|code| code.code())),
        }
    }
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(product: &'a Product, resolver: &Resolver) -> Self {
        let rights = product
            .rights
            .as_ref()
            .map(|rights| resolver.rights(rights));
        let mut findings: Vec<Finding> = rights
            .iter()
            .flat_map(|rights| rights.findings())
            .cloned()
            .collect();
        let supplies = product
            .supplies
            .iter()
            .map(|supply| {
                let market = countries(supply, rights.as_deref(), resolver, &mut findings);
                PreparedSupply::new(supply, market)
            })
            .collect();
        let prices = product.prices.iter();
        Self {
            product,
            rights,
            findings,
            shelf: Shelf::of(product),
            supplies,
            own: Statement {
                status: product.status.as_ref().map(|status| status.code()),
                dates: Dates::of(&product.dates),
                prices: prices.filter_map(Candidate::new).collect(),
            },
            notification: product.notification.as_ref().map(|kind| kind.code()),
        }
    }

    /// A country of each market that the product describes, one where it is for sale if there is one;
    /// some such country where it describes none.
    pub(crate) fn market_countries(&self) -> BTreeSet<CountryCode> {
        let sold = self
            .rights
            .as_deref()
            .map_or(CountrySet::NONE, Resolved::for_sale);
        let first = |countries: CountrySet| {
            let open = countries & sold;
            open.iter().next().or_else(|| countries.iter().next())
        };
        let supplies = self.supplies.iter();
        let described = supplies.map(|supply| supply.market.unwrap_or(sold));
        let countries: BTreeSet<CountryCode> = described.filter_map(first).collect();
        if countries.is_empty() {
            return first(CountrySet::ALL).into_iter().collect();
        }
        countries
    }

    /// What speaks for a country, and the supply if it is one.
    fn speaks(&self, country: CountryCode) -> (Speaks<'a>, Option<&PreparedSupply<'a>>) {
        let narrowest = self
            .supplies
            .iter()
            .filter_map(|supply| Some((supply, supply.market.as_ref()?)))
            .filter(|(_, market)| market.contains(country))
            .min_by_key(|(_, market)| market.len())
            .map(|(supply, _)| supply);
        let anywhere = || self.supplies.iter().find(|supply| supply.market.is_none());
        match narrowest.or_else(anywhere) {
            Some(prepared) => (Speaks::Supply(prepared.supply), Some(prepared)),
            None if self.supplies.is_empty() => (Speaks::ProductAlone, None),
            None => (Speaks::NoSupplyHere, None),
        }
    }
}

/// The countries of a supply's markets; one of which only outlet regions are missing counts.
fn countries(
    supply: &Supply,
    rights: Option<&Resolved>,
    resolver: &Resolver,
    findings: &mut Vec<Finding>,
) -> Option<CountrySet> {
    if supply.markets.is_empty() {
        return None;
    }
    let mut countries = CountrySet::default();
    for territory in &supply.markets {
        let placed = resolver.territory(territory);
        let area = &placed.area;
        let wrong = placed.findings.iter().cloned();
        findings.extend(
            wrong
                .chain(rights.and_then(|rights| rights.check_market(area)))
                .map(|finding| finding.in_field("Market")),
        );
        countries |= area.whole;
        countries.extend(
            area.partial
                .keys()
                .copied()
                .filter(|country| reaches(area, *country)),
        );
    }
    Some(countries)
}

/// What speaks for a product in a market.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speaks<'a> {
    /// A supply.
    Supply(&'a Supply),
    /// The source describes no supply at all: the product's own status, dates and prices.
    ProductAlone,
    /// The source describes supplies, none of them here: status and dates of the product, and
    /// nothing to buy.
    NoSupplyHere,
}

/// What a reader pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pays<'a> {
    pub(crate) amount: Decimal,
    /// The price that says so; nothing for what is given away.
    pub(crate) price: Option<&'a Price>,
}

impl Pays<'_> {
    /// Whether readers are told: a site may keep prices to itself until they are confirmed.
    pub(crate) fn is_told(&self, market: &Market<'_>) -> bool {
        !market.page.hide_unconfirmed_prices || self.price.is_none_or(is_confirmed)
    }
}

/// A product in a market on a day.
pub(crate) struct Offer<'a> {
    pub(crate) speaks: Speaks<'a>,
    /// Market status (List 68) or product status (List 64), the same numbers but for 12 and 14.
    pub(crate) status: Option<&'a str>,
    /// The publisher says that it is not available in this market (List 68 code 12).
    pub(crate) shut: bool,
    pub(crate) availability: Option<&'a str>,
    pub(crate) publication: Option<PartialDate>,
    pub(crate) embargo: Option<PartialDate>,
    pub(crate) preorder_from: Option<PartialDate>,
    pub(crate) announcement: Option<PartialDate>,
    pub(crate) review_embargo: Option<PartialDate>,
    /// Until when there is no look inside.
    pub(crate) preview_embargo: Option<PartialDate>,
    /// Expected back after a temporary withdrawal.
    returns: Option<PartialDate>,
    /// Out of print from then on.
    ends: Option<PartialDate>,
    /// Another publisher's from then on.
    transfer: Option<PartialDate>,
    /// A supplier says when it expects stock.
    supply_expected: bool,
    notification: Option<&'a str>,
    pub(crate) pays: Option<Pays<'a>>,
    /// The only amounts sent are zero, which no price is.
    pub(crate) zero_priced: bool,
}

/// "Not available in this market", in List 68; recalled, in List 64.
const SHUT_MARKET: &str = "12";

impl<'a> Offer<'a> {
    pub(crate) fn new(prepared: &Prepared<'a>, market: &Market<'_>) -> Self {
        let (speaks, supply) = prepared.speaks(market.country);
        let own = |role| prepared.own.dates.latest(role, market);
        let here = |role| supply.and_then(|supply| supply.states.dates.latest(role, market));
        let date = |role| here(role).or_else(|| own(role));
        let latest = |role| later(here(role), own(role), market);
        let publication = date(Role::Publication);
        let published = publication.is_some_and(|date| market.has_come(date));
        let market_status = supply.and_then(|supply| supply.states.status);
        let shut = market_status == Some(SHUT_MARKET);
        let supplied = supply.map_or(&[][..], |supply| &supply.states.prices);
        let prices = supplied.iter().chain(&prepared.own.prices);
        let (pays, zero_priced) = pays(prices, speaks, market, published);
        let stated = supply.map(|supply| supply.supply);
        let embargo = embargo(stated, date(Role::SalesEmbargo), market);
        Self {
            speaks,
            status: market_status.filter(|_| !shut).or(prepared.own.status),
            shut,
            availability: supply.and_then(|supply| supply.availability),
            publication,
            embargo,
            preorder_from: date(Role::PreorderEmbargo),
            announcement: latest(Role::PublicAnnouncement),
            review_embargo: latest(Role::ReviewEmbargo),
            // A sales embargo closes previews, too, unless they have one of their own (List 163,
            // issue 75).
            preview_embargo: latest(Role::PreviewEmbargo).or(embargo),
            returns: date(Role::EndOfTemporaryWithdrawal),
            ends: date(Role::OutOfPrint),
            transfer: date(Role::Transfer),
            supply_expected: stated.is_some_and(expects_stock),
            notification: prepared.notification,
            pays,
            zero_priced,
        }
    }

    /// The same for the rules of the life cycle, which reckon in whole days.
    pub(crate) fn situation(&self, market: &Market<'_>) -> Situation<'a> {
        let day = |date: Option<PartialDate>| date.map(|date| market.as_day(date));
        Situation {
            status: self.status,
            availability: self.availability,
            notification: self.notification,
            publication: day(self.publication),
            embargo: day(self.embargo),
            preorder_from: day(self.preorder_from),
            returns: day(self.returns),
            ends: day(self.ends),
            transfer: day(self.transfer),
            supply_expected: self.supply_expected,
            priced: self.pays.is_some(),
            rule: market.sale,
            ceiling: Ceiling::default(),
            today: Some(market.today),
        }
    }
}

/// Whether a supplier says when it expects stock.
fn expects_stock(supply: &Supply) -> bool {
    let mut dates = supply.details.iter().flat_map(|detail| &detail.dates);
    dates.any(|date| date.role == SupplyDateRole::EXPECTED_AVAILABILITY)
}

/// The sales embargo: the latest that any supplier of the market states, or the market's own,
/// whichever is later.
fn embargo(
    supply: Option<&Supply>,
    own: Option<PartialDate>,
    market: &Market<'_>,
) -> Option<PartialDate> {
    let details = supply.map_or(&[][..], |supply| &supply.details);
    details
        .iter()
        .flat_map(|detail| &detail.dates)
        .filter(|date| date.role == SupplyDateRole::SALES_EMBARGO)
        .fold(own, |known, date| later(known, Some(date.date), market))
}

/// Every price that stands where something speaks for a product, readers' or not.
pub(crate) fn candidates<'a>(
    product: &'a Product,
    speaks: Speaks<'a>,
) -> impl Iterator<Item = &'a Price> {
    let (details, own) = match speaks {
        Speaks::Supply(supply) => (&supply.details[..], &product.prices[..]),
        Speaks::ProductAlone => (&[][..], &product.prices[..]),
        Speaks::NoSupplyHere => (&[][..], &[][..]),
    };
    details.iter().flat_map(|detail| &detail.prices).chain(own)
}

/// What a reader pays, of prices that readers may pay; else whether there are only zeros.
fn pays<'p, 'a: 'p>(
    prices: impl Iterator<Item = &'p Candidate<'a>>,
    speaks: Speaks<'a>,
    market: &Market<'_>,
    published: bool,
) -> (Option<Pays<'a>>, bool) {
    let details = match speaks {
        Speaks::Supply(supply) => &supply.details[..],
        Speaks::ProductAlone => &[],
        Speaks::NoSupplyHere => return (None, false),
    };
    let free = details
        .iter()
        .any(|detail| detail.unpriced == Some(UnpricedItemType::FREE));
    match consumer_price(prices, market, published) {
        Found::Price(price) => (
            Some(Pays {
                amount: price.money.amount,
                price: Some(price),
            }),
            false,
        ),
        Found::Zero | Found::Nothing if free => (
            Some(Pays {
                amount: Decimal::ZERO,
                price: None,
            }),
            false,
        ),
        Found::Zero => (None, true),
        Found::Nothing => (None, false),
    }
}

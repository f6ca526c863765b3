//! Where a product may be sold.
//!
//! ONIX gives rights as overlapping claims over territories, and what no claim covers is covered by
//! `ROWSalesRightsType` or by nothing, in which case recipients "must not assume anything". So an
//! answer has three values, and a fourth for a country of which only a part is known to be open.
//!
//! Everything fails closed. Where claims contradict each other the country is not for sale; an
//! unstated claim beats one that opens; a territory in doubt closes where its claim closes and
//! leaves the country unknown where its claim opens. Each time a finding says so.
//!
//! Source: ONIX for Books 3.1r3, `P.21`, and Lists 46 and 71 of Issue 75.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::codes::{SalesRestrictionType, SalesRightsType};
use crate::country::{CountryCode, CountrySet};
use crate::date::PartialDate;
use crate::finding::Finding;
use crate::isbn::Isbn13;
use crate::region::{Region, RegionMeaning};
use crate::territory::{self, Area, Territory, TerritoryReading};

mod judgement;
mod meeting;
mod notes;
mod outlet;
mod resolution;
mod resolver;

pub use outlet::{Outlets, UNREADABLE_OUTLET, outlet_id};
pub use resolver::Resolver;

pub use notes::{
    MARKET_CONTRADICTION, RIGHTS_ABSENT, RIGHTS_BASIS_CONFLICT, RIGHTS_OVERLAP,
    RIGHTS_TYPE_DEPRECATED, RIGHTS_TYPE_UNKNOWN, ROW_ALONE, ROW_MISSING,
};

/// The sales rights of a product, as its source states them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SalesRights {
    /// `SalesRights`, in any order; the order means nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// `ROWSalesRightsType`: what holds where no claim does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_of_world: Option<SalesRightsType>,
    /// Restrictions that stand outside any claim, as ONIX 3.0 allows: they hold wherever the product
    /// may be sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub everywhere: Vec<SalesRestriction>,
    /// What a second source states of the same product. Wherever it is less open than the first, it is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Box<SalesRights>>,
}

/// One statement about one territory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// What may be done there (List 46).
    pub kind: SalesRightsType,
    /// Where.
    pub territory: Territory,
    /// To whom it may be sold there, and to whom not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<SalesRestriction>,
    /// Other editions to offer there, where this one is not for sale.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Isbn13>,
}

impl Claim {
    /// A claim without restrictions or alternatives.
    #[must_use]
    pub fn new(kind: SalesRightsType, territory: Territory) -> Self {
        Self {
            kind,
            territory,
            restrictions: Vec::new(),
            alternatives: Vec::new(),
        }
    }
}

/// A restriction on sale that is not about territory: one shop only, schools only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SalesRestriction {
    /// Which (List 71).
    pub kind: SalesRestrictionType,
    /// The outlets it names: names as they came, identifiers as [`outlet_id`] writes them, those without a type as
    /// their value alone, and [`UNREADABLE_OUTLET`] for one that cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlets: Vec<String>,
    /// The source's own words about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The first day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PartialDate>,
    /// The last day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
}

/// What a restriction means for a publisher that sells to readers online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionEffect {
    /// The product must not be shown at all.
    Hide,
    /// Not shown to minors in Germany: on the list of harmful media.
    AgeGate,
    /// Not sold to readers online.
    Block,
    /// Not sold, unless we are an outlet that it names.
    BlockUnlessNamed,
    /// Not sold, if we are, or may be, an outlet that it names.
    BlockIfNamed,
    /// Sold; a restriction on others.
    Notice,
    /// Unclear; a person must read its note.
    Ask,
    /// No restriction.
    Nothing,
}

/// What each code of List 71 means for us; a code that is not here needs a person.
const EFFECTS: &[(SalesRestrictionType, RestrictionEffect)] = &[
    (SalesRestrictionType::UNSPECIFIED, RestrictionEffect::Ask),
    (
        SalesRestrictionType::RETAILER_EXCLUSIVE_OWN_BRAND,
        RestrictionEffect::BlockUnlessNamed,
    ),
    (
        SalesRestrictionType::OFFICE_SUPPLIES_ONLY,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::INTERNAL_USE_ONLY,
        RestrictionEffect::Hide,
    ),
    (
        SalesRestrictionType::RETAILER_EXCLUSIVE,
        RestrictionEffect::BlockUnlessNamed,
    ),
    (
        SalesRestrictionType::RETAILER_OWN_BRAND,
        RestrictionEffect::BlockUnlessNamed,
    ),
    (
        SalesRestrictionType::LIBRARIES_ONLY,
        RestrictionEffect::Block,
    ),
    (SalesRestrictionType::SCHOOLS_ONLY, RestrictionEffect::Block),
    (SalesRestrictionType::INDEXED, RestrictionEffect::AgeGate),
    (
        SalesRestrictionType::EXCEPT_LIBRARIES,
        RestrictionEffect::Notice,
    ),
    (
        SalesRestrictionType::NEWS_OUTLETS_ONLY,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::RETAILER_EXCEPTION,
        RestrictionEffect::BlockIfNamed,
    ),
    (
        SalesRestrictionType::EXCEPT_SUBSCRIPTION,
        RestrictionEffect::Notice,
    ),
    (
        SalesRestrictionType::SUBSCRIPTION_ONLY,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::EXCEPT_ONLINE,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::ONLINE_ONLY,
        RestrictionEffect::Nothing,
    ),
    (
        SalesRestrictionType::EXCEPT_SCHOOLS,
        RestrictionEffect::Notice,
    ),
    (
        SalesRestrictionType::INVENTORYLESS_POD,
        RestrictionEffect::Notice,
    ),
    (
        SalesRestrictionType::STOCK_PROTECTION_POD,
        RestrictionEffect::Notice,
    ),
    (SalesRestrictionType::EXCEPT_POD, RestrictionEffect::Notice),
    (
        SalesRestrictionType::EXCEPT_SOME_SUBSCRIPTION,
        RestrictionEffect::Notice,
    ),
    (
        SalesRestrictionType::SUBSCRIPTION_EXCLUSIVE,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::EDUCATION_ONLY,
        RestrictionEffect::Block,
    ),
    (
        SalesRestrictionType::EXCEPT_EDUCATION,
        RestrictionEffect::Notice,
    ),
    (SalesRestrictionType::NONE, RestrictionEffect::Nothing),
];

impl SalesRestriction {
    /// A restriction of this kind, without more.
    #[must_use]
    pub fn new(kind: SalesRestrictionType) -> Self {
        Self {
            kind,
            outlets: Vec::new(),
            note: None,
            from: None,
            until: None,
        }
    }

    /// What it means for a publisher that sells to readers online.
    #[must_use]
    pub fn effect(&self) -> RestrictionEffect {
        EFFECTS
            .iter()
            .find(|(kind, _)| *kind == self.kind)
            .map_or(RestrictionEffect::Ask, |(_, effect)| *effect)
    }
}

/// Whether a product may be sold somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sale {
    /// For sale.
    ForSale,
    /// Not for sale.
    NotForSale,
    /// Nobody has said.
    Unknown,
    /// For sale in some regions of the country and not known to be in others.
    Partial,
}

/// What holds in the parts of a country that is [`Sale::Partial`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartialSale {
    /// What holds in each region that a territory names.
    pub regions: BTreeMap<Region, Sale>,
    /// What holds in the rest; nothing where the named regions leave none. An outlet that no
    /// territory names is unknown then.
    pub rest: Option<Sale>,
}

/// The answer for every country, worked out once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    for_sale: CountrySet,
    not_for_sale: CountrySet,
    exclusive: CountrySet,
    partial: BTreeMap<CountryCode, PartialSale>,
    restrictions: Vec<(CountrySet, SalesRestriction)>,
    alternatives: Vec<(CountrySet, Isbn13)>,
    findings: Vec<Finding>,
}

/// How to read what the standard leaves to agreement with a sender. The default assumes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RightsReading {
    /// Where a claim that names a country contradicts one that has it only through `WORLD`, believe
    /// the one that names it.
    pub specific_over_world: bool,
    /// Take a product without any statement of rights as for sale everywhere.
    pub assume_world_if_absent: bool,
    /// How to read territories.
    pub territory: TerritoryReading,
}

impl SalesRights {
    /// Rights from the lists that Consonance keeps: countries for sale, countries not for sale, and
    /// whether it is sold worldwide.
    ///
    /// Worldwide means everywhere but where listed as not for sale. A country on both lists is a
    /// contradiction and so not for sale. What no list covers is unknown. The lists do not tell
    /// exclusive rights from others, so none is exclusive.
    #[must_use]
    pub fn from_country_lists<S: AsRef<str>>(
        for_sale: &[S],
        not_for_sale: &[S],
        worldwide: Option<bool>,
    ) -> Self {
        let joined = |list: &[S]| {
            let codes: Vec<_> = list.iter().map(|code| code.as_ref().trim()).collect();
            Some(codes.join(" ")).filter(|codes| !codes.trim().is_empty())
        };
        let (open, closed) = (joined(for_sale), joined(not_for_sale));
        let named = |codes: &String| Territory {
            countries_included: Some(codes.as_str().into()),
            ..Territory::default()
        };
        let world = (worldwide == Some(true)).then(|| Territory {
            countries_excluded: closed.as_deref().map(Into::into),
            ..Territory::world()
        });
        let opened = world.into_iter().chain(open.as_ref().map(named));
        let claims: Vec<_> = opened
            .map(|territory| Claim::new(SalesRightsType::FOR_SALE_NON_EXCLUSIVE, territory))
            .chain(
                closed
                    .as_ref()
                    .map(named)
                    .map(|territory| Claim::new(SalesRightsType::NOT_FOR_SALE, territory)),
            )
            .collect();
        let rest_of_world = (!claims.is_empty()).then_some(SalesRightsType::UNSTATED);
        Self {
            claims,
            rest_of_world,
            everywhere: Vec::new(),
            second: None,
        }
    }

    /// Whether anything is stated at all. A source that states nothing has not said that nothing may be sold.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !self.claims.is_empty() || self.rest_of_world.is_some() || !self.everywhere.is_empty()
    }

    /// Every restriction, whatever its territory and dates.
    pub fn restrictions(&self) -> impl Iterator<Item = &SalesRestriction> {
        let statements = std::iter::once(self).chain(self.second.as_deref());
        statements.flat_map(|stated| {
            let claimed = stated.claims.iter().flat_map(|claim| &claim.restrictions);
            claimed.chain(&stated.everywhere)
        })
    }

    /// The answer for every country, read strictly.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        self.resolve_as(RightsReading::default())
    }

    /// The answer for every country.
    #[must_use]
    pub fn resolve_as(&self, reading: RightsReading) -> Resolved {
        resolution::resolve(self, reading, &|territory: &Territory| {
            Arc::new(territory.place_as(reading.territory))
        })
    }
}

impl Resolved {
    /// Whether the product may be sold in `country`.
    #[must_use]
    pub fn sale(&self, country: CountryCode) -> Sale {
        if self.for_sale.contains(country) {
            Sale::ForSale
        } else if self.not_for_sale.contains(country) {
            Sale::NotForSale
        } else if self.partial.contains_key(&country) {
            Sale::Partial
        } else {
            Sale::Unknown
        }
    }

    /// Whether a site that serves `country` may sell the product: as [`Resolved::sale`], but a
    /// country that lacks only retail outlets (airside, airports) counts as for sale.
    #[must_use]
    pub fn sale_on_site(&self, country: CountryCode) -> Sale {
        match self.partial.get(&country) {
            Some(parts) if parts.lacks_only_outlets() => Sale::ForSale,
            _ => self.sale(country),
        }
    }

    /// Whether the product may be sold in a country or region, given by its code (`CA`, `CA-QC`,
    /// `WORLD`). Partial where the answer is not one for all of it; unknown for a code that no list
    /// has.
    #[must_use]
    pub fn region_sale(&self, code: &str) -> Sale {
        if let Some(country) = CountryCode::exact(code) {
            return self.sale(country);
        }
        let Some(RegionMeaning {
            regions, countries, ..
        }) = territory::meaning(code)
        else {
            return Sale::Unknown;
        };
        let of_regions = regions.iter().map(|region| self.sale_in(*region));
        let of_countries = countries.iter().map(|country| self.sale(country));
        of_regions
            .chain(of_countries)
            .reduce(|one, other| if one == other { one } else { Sale::Partial })
            .unwrap_or(Sale::Unknown)
    }

    fn sale_in(&self, region: Region) -> Sale {
        let Some(country) = region.country() else {
            return Sale::Unknown;
        };
        match self.partial.get(&country) {
            Some(parts) => parts
                .regions
                .get(&region)
                .copied()
                .or(parts.rest)
                .unwrap_or(Sale::Unknown),
            None => self.sale(country),
        }
    }

    /// Whether the publisher claims to be the only one to sell there.
    #[must_use]
    pub fn exclusive(&self, country: CountryCode) -> bool {
        self.exclusive.contains(country)
    }

    /// The countries where the publisher claims to be the only one.
    #[must_use]
    pub fn exclusive_in(&self) -> CountrySet {
        self.exclusive
    }

    /// The countries where it is for sale, whole.
    #[must_use]
    pub fn for_sale(&self) -> CountrySet {
        self.for_sale
    }

    /// The countries where it is not for sale.
    #[must_use]
    pub fn not_for_sale(&self) -> CountrySet {
        self.not_for_sale
    }

    /// The countries of which nobody has said.
    #[must_use]
    pub fn unknown(&self) -> CountrySet {
        let partial: CountrySet = self.partial.keys().copied().collect();
        !(self.for_sale | self.not_for_sale | partial)
    }

    /// The countries that are open in part, and how.
    #[must_use]
    pub fn partial(&self) -> &BTreeMap<CountryCode, PartialSale> {
        &self.partial
    }

    /// The restrictions that hold in `country` or a part of it, whatever their dates.
    pub fn restrictions(&self, country: CountryCode) -> impl Iterator<Item = &SalesRestriction> {
        self.restrictions
            .iter()
            .filter(move |(where_, _)| where_.contains(country))
            .map(|(_, restriction)| restriction)
    }

    /// Other editions to offer in `country`.
    pub fn alternatives(&self, country: CountryCode) -> impl Iterator<Item = Isbn13> {
        self.alternatives
            .iter()
            .filter(move |(where_, _)| where_.contains(country))
            .map(|(_, isbn)| *isbn)
    }

    /// What is wrong with the rights as stated.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What is wrong with a market that reaches where the product is not for sale.
    #[must_use]
    pub fn check_market(&self, market: &Area) -> Option<Finding> {
        let outside = market.touched() & self.not_for_sale;
        (!outside.is_empty()).then(|| notes::market_outside(outside))
    }
}

impl PartialSale {
    /// Whether only outlets keep the country from being for sale.
    #[must_use]
    pub fn lacks_only_outlets(&self) -> bool {
        let open = |sale: Sale| sale == Sale::ForSale;
        self.rest.is_none_or(open)
            && self
                .regions
                .iter()
                .all(|(region, sale)| region.is_outlet() || open(*sale))
    }
}

#[cfg(test)]
mod tests;

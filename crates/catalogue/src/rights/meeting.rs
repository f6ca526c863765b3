//! Two statements of rights about one product.
//!
//! A publisher's system and the feed that it sends may disagree, and nobody here can know which is right. Selling where
//! a contract forbids it is worse than not selling where it allows, so country by country the less open is believed.

use std::collections::BTreeMap;

use super::{PartialSale, Resolved, Sale};
use crate::country::CountryCode;
use crate::region::Region;

/// The less open of two answers. Not for sale is the least open; unknown is less open than partly.
fn closer(a: Sale, b: Sale) -> Sale {
    const FROM_LEAST: [Sale; 4] = [
        Sale::NotForSale,
        Sale::Unknown,
        Sale::Partial,
        Sale::ForSale,
    ];
    FROM_LEAST
        .into_iter()
        .find(|sale| *sale == a || *sale == b)
        .unwrap_or(Sale::NotForSale)
}

impl Resolved {
    /// What holds if both answers are true.
    pub(super) fn meet(mut self, other: Self) -> Self {
        let divided = self.partial.keys().chain(other.partial.keys()).copied();
        let divided: Vec<CountryCode> = divided.collect();
        let partial: BTreeMap<CountryCode, PartialSale> = divided
            .into_iter()
            .filter(|country| closer(self.sale(*country), other.sale(*country)) == Sale::Partial)
            .map(|country| (country, self.parts(&other, country)))
            .collect();
        self.for_sale = self.for_sale & other.for_sale;
        self.not_for_sale |= other.not_for_sale;
        self.exclusive = (self.exclusive | other.exclusive) & self.for_sale;
        self.partial = partial;
        // Nothing open is left of a country of which each says that another part is.
        self.partial
            .retain(|_, parts| parts.sales().any(|sale| sale == Sale::ForSale));
        self.restrictions.extend(other.restrictions);
        self.alternatives.extend(other.alternatives);
        for finding in other.findings {
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
        self
    }

    /// The parts of a country that at least one answer divides.
    fn parts(&self, other: &Self, country: CountryCode) -> PartialSale {
        let named = [self, other]
            .into_iter()
            .filter_map(|answer| answer.partial.get(&country))
            .flat_map(|parts| parts.regions.keys().copied());
        let regions: BTreeMap<Region, Sale> = named
            .map(|region| (region, closer(self.sale_in(region), other.sale_in(region))))
            .collect();
        let rest = match (self.rest_of(country), other.rest_of(country)) {
            (Some(a), Some(b)) => Some(closer(a, b)),
            _ => None,
        };
        PartialSale { regions, rest }
    }

    /// What holds in a country where no region is named; nothing where the named regions leave no rest.
    fn rest_of(&self, country: CountryCode) -> Option<Sale> {
        match self.partial.get(&country) {
            Some(parts) => parts.rest,
            None => Some(self.sale(country)),
        }
    }

    /// The countries of which the two answers differ, with both answers.
    pub fn differences<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (CountryCode, Sale, Sale)> + 'a {
        CountryCode::all().filter_map(|country| {
            let (a, b) = (self.sale(country), other.sale(country));
            (a != b).then_some((country, a, b))
        })
    }
}

impl PartialSale {
    fn sales(&self) -> impl Iterator<Item = Sale> + '_ {
        self.regions.values().copied().chain(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::SalesRightsType;
    use crate::rights::{Claim, Sale, SalesRights};
    use crate::territory::Territory;

    fn sold(countries: &str) -> SalesRights {
        SalesRights {
            claims: vec![Claim::new(
                SalesRightsType::FOR_SALE_EXCLUSIVE,
                Territory::countries(countries.parse().unwrap()),
            )],
            rest_of_world: Some(SalesRightsType::NOT_FOR_SALE),
            ..SalesRights::default()
        }
    }

    fn in_world_but_scotland() -> SalesRights {
        let mut world = Territory::world();
        world.regions_excluded = Some("GB-SCT".into());
        SalesRights {
            claims: vec![Claim::new(SalesRightsType::FOR_SALE_NON_EXCLUSIVE, world)],
            ..SalesRights::default()
        }
    }

    #[test]
    fn the_less_open_of_two_statements_is_believed_in_whatever_order() {
        let (wide, narrow) = (in_world_but_scotland(), sold("GB"));
        for (first, second) in [(&wide, &narrow), (&narrow, &wide)] {
            let both = SalesRights {
                second: Some(Box::new(second.clone())),
                ..first.clone()
            };
            let resolved = both.resolve();
            let sale = |country: &str| resolved.sale(country.parse().unwrap());
            assert_eq!(sale("GB"), Sale::Partial);
            assert_eq!(sale("AU"), Sale::NotForSale);
            assert_eq!(resolved.region_sale("GB-SCT"), Sale::Unknown);
            assert_eq!(resolved.region_sale("GB-WLS"), Sale::ForSale);
        }
    }

    #[test]
    fn what_only_one_sells_is_not_exclusive_and_no_finding_is_told_twice() {
        let mut first = sold("GB AU");
        // Nobody has spoken of the rest, in either statement.
        first.rest_of_world = None;
        let mut second = sold("GB NZ");
        second.rest_of_world = None;
        let both = SalesRights {
            second: Some(Box::new(second)),
            ..first
        };
        let resolved = both.resolve();
        let exclusive = |country: &str| resolved.exclusive(country.parse().unwrap());
        assert!(exclusive("GB"));
        assert!(!exclusive("AU") && !exclusive("NZ") && !exclusive("FR"));
        let mut same = sold("GB");
        same.rest_of_world = None;
        let alone = same.resolve();
        let twice = SalesRights {
            second: Some(Box::new(same.clone())),
            ..same
        };
        assert!(!alone.findings().is_empty());
        assert_eq!(twice.resolve().findings(), alone.findings());
    }

    #[test]
    fn one_who_claims_to_be_the_only_one_is_believed() {
        let mut second = sold("GB");
        second.claims[0].kind = SalesRightsType::FOR_SALE_NON_EXCLUSIVE;
        let both = SalesRights {
            second: Some(Box::new(second)),
            ..sold("GB")
        };
        assert!(both.resolve().exclusive("GB".parse().unwrap()));
    }

    #[test]
    fn of_a_country_whose_parts_each_opens_another_nothing_is_open() {
        let only = |region: &str| SalesRights {
            claims: vec![Claim::new(
                SalesRightsType::FOR_SALE_EXCLUSIVE,
                Territory {
                    regions_included: Some(region.into()),
                    ..Territory::default()
                },
            )],
            ..SalesRights::default()
        };
        let both = SalesRights {
            second: Some(Box::new(only("GB-WLS"))),
            ..only("GB-SCT")
        };
        let resolved = both.resolve();
        assert!(resolved.partial().is_empty());
        assert_eq!(resolved.sale("GB".parse().unwrap()), Sale::Unknown);
    }

    #[test]
    fn a_statement_twice_is_the_statement() {
        for rights in [in_world_but_scotland(), sold("GB")] {
            let twice = SalesRights {
                second: Some(Box::new(rights.clone())),
                ..rights.clone()
            };
            assert_eq!(rights.resolve().differences(&twice.resolve()).count(), 0);
        }
    }
}

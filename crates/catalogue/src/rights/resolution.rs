//! From claims over territories to an answer for each country.
//!
//! Whole countries are judged all at once as bits. A country of which any territory takes only a
//! part is judged again, region by region, by the same rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::judgement::{Claimed, Judged, Reach, Says};
use super::{PartialSale, Resolved, RightsReading, Sale, SalesRestriction, SalesRights, notes};
use crate::codes::{SalesRestrictionType, SalesRightsType};
use crate::country::{CountryCode, CountrySet};
use crate::finding::Finding;
use crate::region::Region;
use crate::territory::{Area, PlacedTerritory, Territory};

/// The two codes of List 46 that mean a restriction without saying which.
const RESTRICTED: [SalesRightsType; 2] = [
    SalesRightsType::FOR_SALE_EXCLUSIVE_RESTRICTED,
    SalesRightsType::FOR_SALE_NON_EXCLUSIVE_RESTRICTED,
];

/// A claim whose territory has been read.
struct Placed {
    says: Says,
    ground: Arc<PlacedTerritory>,
}

/// The answer, where `ground` reads a territory. Of two statements the less open is believed, country by country.
pub(super) fn resolve(
    rights: &SalesRights,
    reading: RightsReading,
    ground: &impl Fn(&Territory) -> Arc<PlacedTerritory>,
) -> Resolved {
    let first = of_one(rights, reading, ground);
    match &rights.second {
        Some(second) => first.meet(of_one(second, reading, ground)),
        None => first,
    }
}

/// The answer to one statement alone.
fn of_one(
    rights: &SalesRights,
    reading: RightsReading,
    ground: &impl Fn(&Territory) -> Arc<PlacedTerritory>,
) -> Resolved {
    let mut resolved = Resolved::default();
    if rights.claims.is_empty() {
        if let Some(kind) = rights.rest_of_world {
            resolved.findings.push(notes::rest_alone(kind));
        }
        resolved
            .findings
            .push(notes::absent(reading.assume_world_if_absent));
        if reading.assume_world_if_absent && rights.rest_of_world.is_none() {
            resolved.for_sale = CountrySet::ALL;
        }
        return resolved;
    }

    let claims = place(rights, ground, &mut resolved);
    let rest = rights.rest_of_world.map(Says::of);
    let mut claimed = Claimed::nothing();
    for claim in &claims {
        claimed.add(
            claim.says,
            &Reach {
                inside: claim.area().whole,
                in_doubt: claim.area().doubtful,
                by_world: claim.area().by_world,
            },
        );
    }
    let mut judged = claimed.judge(rest, reading);
    let divided: BTreeSet<_> = claims
        .iter()
        .flat_map(|claim| claim.area().partial.keys().copied())
        .collect();
    for country in divided {
        let parts = Parts::judge(country, &claims, rest, reading);
        parts.settle(country, &mut judged, &mut resolved.partial);
    }
    resolved.for_sale = judged.for_sale;
    resolved.not_for_sale = judged.not_for_sale;
    resolved.exclusive = judged.exclusive;
    restrict_the_rest(rights, judged.uncovered, &mut resolved);
    let mut findings = notes::of(&judged, rights.rest_of_world, reading);
    findings.append(&mut resolved.findings);
    resolved.findings = findings;
    resolved
}

/// Reads every territory, keeping restrictions, alternatives and what is wrong.
fn place(
    rights: &SalesRights,
    ground: &impl Fn(&Territory) -> Arc<PlacedTerritory>,
    resolved: &mut Resolved,
) -> Vec<Placed> {
    let mut placed = Vec::with_capacity(rights.claims.len());
    for claim in &rights.claims {
        let ground = ground(&claim.territory);
        let touched = ground.area.touched() | ground.area.doubtful;
        let unrestricted = claim.restrictions.is_empty() && rights.everywhere.is_empty();
        let implied = (RESTRICTED.contains(&claim.kind) && unrestricted)
            .then(|| SalesRestriction::new(SalesRestrictionType::UNSPECIFIED));
        resolved.restrictions.extend(
            claim
                .restrictions
                .iter()
                .cloned()
                .chain(implied)
                .map(|it| (touched, it)),
        );
        resolved
            .alternatives
            .extend(claim.alternatives.iter().map(|isbn| (touched, *isbn)));
        for finding in &ground.findings {
            note(
                &mut resolved.findings,
                finding.clone().in_field("SalesRights"),
            );
        }
        note_kind(claim.kind, resolved);
        placed.push(Placed {
            says: Says::of(claim.kind),
            ground,
        });
    }
    if let Some(kind) = rights.rest_of_world
        && (RESTRICTED.contains(&kind) || kind.label().is_none())
    {
        note_kind(kind, resolved);
    }
    placed
}

/// Restrictions on what no claim covers: those outside any claim, and the one that a deprecated type
/// for the rest of the world implies.
fn restrict_the_rest(rights: &SalesRights, uncovered: CountrySet, resolved: &mut Resolved) {
    let everywhere = rights.everywhere.iter().cloned();
    resolved
        .restrictions
        .extend(everywhere.map(|restriction| (CountrySet::ALL, restriction)));
    let implied = rights
        .rest_of_world
        .is_some_and(|kind| RESTRICTED.contains(&kind))
        && rights.everywhere.is_empty();
    if implied && !uncovered.is_empty() {
        let unspecified = SalesRestriction::new(SalesRestrictionType::UNSPECIFIED);
        resolved.restrictions.push((uncovered, unspecified));
    }
}

/// Notes a type that is given up or says nothing.
fn note_kind(kind: SalesRightsType, resolved: &mut Resolved) {
    if RESTRICTED.contains(&kind) {
        note(&mut resolved.findings, notes::deprecated_type(kind));
    } else if Says::of(kind) == Says::Nothing {
        note(&mut resolved.findings, notes::unknown_type(kind));
    }
}

/// Adds a finding that is not there yet.
fn note(findings: &mut Vec<Finding>, finding: Finding) {
    if !findings.contains(&finding) {
        findings.push(finding);
    }
}

/// The judgements of the parts of one country.
struct Parts {
    regions: BTreeMap<Region, Judged<bool>>,
    /// What no territory names; nothing where the named regions are the whole country.
    rest: Option<Judged<bool>>,
}

impl Parts {
    fn judge(
        country: CountryCode,
        claims: &[Placed],
        rest_of_world: Option<Says>,
        reading: RightsReading,
    ) -> Self {
        let judge = |region: Option<Region>| {
            let mut claimed = Claimed::nothing();
            for claim in claims {
                claimed.add(claim.says, &claim.reach(country, region));
            }
            claimed.judge(rest_of_world, reading)
        };
        let named: BTreeSet<Region> = claims
            .iter()
            .filter_map(|claim| claim.area().partial.get(&country))
            .flat_map(|part| part.named().iter().copied())
            .collect();
        let complete = Region::division(country).is_some_and(|all| all.is_subset(&named));
        Self {
            rest: (!complete).then(|| judge(None)),
            regions: named
                .into_iter()
                .map(|region| (region, judge(Some(region))))
                .collect(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Judged<bool>> {
        self.regions.values().chain(&self.rest)
    }

    /// Puts the country's answer in place of the one it got as a whole.
    fn settle(
        self,
        country: CountryCode,
        judged: &mut Judged<CountrySet>,
        partial: &mut BTreeMap<CountryCode, PartialSale>,
    ) {
        let any = |of: fn(&Judged<bool>) -> bool| self.all().any(of);
        let every = |of: fn(&Judged<bool>) -> bool| self.all().all(of);
        for (set, holds) in [
            (&mut judged.for_sale, every(|part| part.for_sale)),
            (&mut judged.not_for_sale, every(|part| part.not_for_sale)),
            (&mut judged.exclusive, every(|part| part.exclusive)),
            (&mut judged.contradiction, any(|part| part.contradiction)),
            (&mut judged.overlap, any(|part| part.overlap)),
            (&mut judged.basis_conflict, any(|part| part.basis_conflict)),
            (&mut judged.uncovered, any(|part| part.uncovered)),
        ] {
            if holds {
                set.insert(country);
            } else {
                set.remove(country);
            }
        }
        if any(|part| part.for_sale) && !every(|part| part.for_sale) {
            let regions = self
                .regions
                .iter()
                .map(|(region, part)| (*region, part.sale()))
                .collect();
            let rest: Option<Sale> = self.rest.as_ref().map(Judged::sale);
            partial.insert(country, PartialSale { regions, rest });
        }
    }
}

impl Placed {
    fn area(&self) -> &Area {
        &self.ground.area
    }

    /// How the claim reaches one region of a country, or what no territory names of it.
    fn reach(&self, country: CountryCode, region: Option<Region>) -> Reach<bool> {
        let whole = self.area().whole.contains(country);
        let part = self
            .area()
            .partial
            .get(&country)
            .is_some_and(|part| match region {
                Some(region) => part.holds(region),
                None => part.holds_the_rest(),
            });
        Reach {
            inside: whole || part,
            in_doubt: self.area().doubtful.contains(country) && !part,
            by_world: self.area().by_world.contains(country),
        }
    }
}

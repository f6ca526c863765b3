//! Sales rights against a slow reading of the same rules, written differently: every place in the
//! world is a string, every territory is asked about one place at a time, and the answer for a
//! country is put together from the answers for its places.

use std::collections::BTreeSet;

use catalogue::codes::{LIST_49, LIST_91, SalesRightsType};
use catalogue::country::CountryCode;
use catalogue::rights::{Claim, Resolved, RightsReading, Sale, SalesRights};
use catalogue::territory::Territory;
use proptest::prelude::*;

/// A few countries of each kind: plain, with regions that leave a remainder, divided, with outlets.
const COUNTRIES: &[&str] = &[
    "AU", "BE", "CA", "DE", "FR", "GB", "IE", "IM", "NZ", "RS", "US",
];

/// Regions of some of them; `BE` is named in full, `CA` never.
const REGIONS: &[&str] = &[
    "BE-BRU", "BE-VLG", "BE-WAL", "CA-QC", "CA-ON", "FR-H", "GB-AIR", "GB-APS", "GB-ENG", "GB-NIR",
    "GB-SCT", "GB-WLS", "IE-AIR", "RS-KM",
];

const OUTLETS: &[&str] = &["GB-AIR", "GB-APS", "IE-AIR"];

/// Countries that the regions above divide without a remainder.
const NAMED_IN_FULL: &[&str] = &["BE", "GB"];

/// A territory without anything wrong in it.
#[derive(Debug, Clone)]
enum Ground {
    Named {
        countries: BTreeSet<&'static str>,
        regions: BTreeSet<&'static str>,
        less: BTreeSet<&'static str>,
    },
    World {
        less_countries: BTreeSet<&'static str>,
        less_regions: BTreeSet<&'static str>,
    },
}

impl Ground {
    /// Whether the place is in. A place is a region, or `CA-rest` for what no territory names.
    fn holds(&self, place: &str) -> bool {
        let country = &place[..2];
        match self {
            Self::Named {
                countries,
                regions,
                less,
            } => {
                (countries.contains(country) && !less.contains(place))
                    || (regions.contains(place) && !countries.contains(country))
            }
            Self::World {
                less_countries,
                less_regions,
            } => !less_countries.contains(country) && !less_regions.contains(place),
        }
    }

    fn names(&self, country: &str) -> bool {
        match self {
            Self::Named {
                countries, regions, ..
            } => countries.contains(country) || regions.iter().any(|r| r.starts_with(country)),
            Self::World { .. } => false,
        }
    }

    /// The regions that the territory tells from the rest of their country.
    fn tells_apart(&self) -> Vec<&'static str> {
        match self {
            Self::Named {
                countries,
                regions,
                less,
            } => regions
                .iter()
                .filter(|region| !countries.contains(&region[..2]))
                .chain(less)
                .copied()
                .collect(),
            Self::World { less_regions, .. } => less_regions.iter().copied().collect(),
        }
    }

    fn territory(&self) -> Territory {
        let list = |codes: &BTreeSet<&str>| {
            (!codes.is_empty()).then(|| codes.iter().copied().collect::<Vec<_>>().join(" ").into())
        };
        match self {
            Self::Named {
                countries,
                regions,
                less,
            } => Territory {
                countries_included: list(countries),
                regions_included: list(regions),
                countries_excluded: None,
                regions_excluded: list(less),
            },
            Self::World {
                less_countries,
                less_regions,
            } => Territory {
                countries_excluded: list(less_countries),
                regions_excluded: list(less_regions),
                ..Territory::world()
            },
        }
    }
}

fn some(of: &'static [&'static str], most: usize) -> impl Strategy<Value = BTreeSet<&'static str>> {
    proptest::collection::btree_set(proptest::sample::select(of), 0..=most)
}

fn ground() -> impl Strategy<Value = Ground> {
    let named = (some(COUNTRIES, 6), some(REGIONS, 5), some(REGIONS, 3)).prop_map(
        |(countries, regions, less)| {
            // Exclude only what is in whole; anything else is a fault, and faults have other tests.
            let less = less
                .into_iter()
                .filter(|r| countries.contains(&r[..2]))
                .collect();
            Ground::Named {
                countries,
                regions,
                less,
            }
        },
    );
    let world =
        (some(COUNTRIES, 6), some(REGIONS, 3)).prop_map(|(less_countries, less_regions)| {
            let less_regions = less_regions
                .into_iter()
                .filter(|r| !less_countries.contains(&r[..2]))
                .collect();
            Ground::World {
                less_countries,
                less_regions,
            }
        });
    prop_oneof![3 => named, 1 => world]
}

/// The regions of a country that are places where readers live.
fn homes(country: &str) -> BTreeSet<&'static str> {
    REGIONS
        .iter()
        .filter(|region| region.starts_with(country) && !OUTLETS.contains(region))
        .copied()
        .collect()
}

/// Whether the claims together name every region of a country that regions divide.
fn adds_up(claims: &[(u8, Ground)], country: &str) -> bool {
    let apart: BTreeSet<&str> = claims
        .iter()
        .flat_map(|(_, ground)| ground.tells_apart())
        .collect();
    NAMED_IN_FULL.contains(&country) && homes(country).is_subset(&apart)
}

/// What is said of one place.
fn slow_place(
    claims: &[(u8, Ground)],
    rest: Option<u8>,
    specific: bool,
    place: &str,
    country: &str,
) -> (Sale, bool) {
    let here: Vec<_> = claims
        .iter()
        .filter(|(_, ground)| ground.holds(place))
        .collect();
    let opens = |kind: u8| matches!(kind, 1 | 2 | 7 | 8);
    let closes = |kind: u8| matches!(kind, 3..=6);
    let exclusive = |kind: u8| matches!(kind, 1 | 7);
    if here.is_empty() {
        return match rest {
            Some(kind) if opens(kind) => (Sale::ForSale, exclusive(kind)),
            Some(kind) if closes(kind) => (Sale::NotForSale, false),
            _ => (Sale::Unknown, false),
        };
    }
    let any = |of: &dyn Fn(u8) -> bool| here.iter().any(|(kind, _)| of(*kind));
    if any(&closes) {
        let named_by = |of: &dyn Fn(u8) -> bool| {
            here.iter()
                .any(|(kind, ground)| of(*kind) && ground.names(country))
        };
        let believed = specific && named_by(&opens) && !named_by(&closes);
        if !believed {
            return (Sale::NotForSale, false);
        }
    }
    if any(&|kind| kind == 0) {
        return (Sale::Unknown, false);
    }
    (Sale::ForSale, any(&exclusive))
}

/// The answer for a country, from the answers for its places.
fn slow_country(
    claims: &[(u8, Ground)],
    rest: Option<u8>,
    specific: bool,
    country: &str,
) -> (Sale, bool, bool) {
    let apart: BTreeSet<&str> = claims
        .iter()
        .flat_map(|(_, ground)| ground.tells_apart())
        .filter(|region| region.starts_with(country))
        .collect();
    let remainder = format!("{country}-rest");
    let mut places: Vec<&str> = apart.iter().copied().collect();
    if !adds_up(claims, country) {
        places.push(&remainder);
    }
    let answers: Vec<_> = places
        .iter()
        .map(|place| (*place, slow_place(claims, rest, specific, place, country)))
        .collect();
    let every = |wanted: Sale| answers.iter().all(|(_, (sale, _))| *sale == wanted);
    let exclusive = answers.iter().all(|(_, (_, exclusive))| *exclusive);
    let on_site = answers
        .iter()
        .filter(|(place, _)| !OUTLETS.contains(place))
        .all(|(_, (sale, _))| *sale == Sale::ForSale);
    let sale = if every(Sale::ForSale) {
        Sale::ForSale
    } else if every(Sale::NotForSale) {
        Sale::NotForSale
    } else if answers.iter().any(|(_, (sale, _))| *sale == Sale::ForSale) {
        Sale::Partial
    } else {
        Sale::Unknown
    };
    (sale, exclusive, on_site && sale != Sale::Unknown)
}

fn kind(code: u8) -> SalesRightsType {
    SalesRightsType::new(&format!("{code:02}"))
}

/// All parts of a divided country are the country, outlets too; the slow reading cannot see that
/// of one territory alone, so such territories are left to their own test.
fn divides_fully(ground: &Ground) -> bool {
    let (told, less) = match ground {
        Ground::Named { regions, less, .. } => (regions, less),
        Ground::World { less_regions, .. } => (less_regions, less_regions),
    };
    NAMED_IN_FULL.iter().any(|country| {
        let all = homes(country);
        all.is_subset(told) || all.is_subset(less)
    })
}

/// A claim of rights is a promise to others; a rare case is a case. The tests of this package are
/// compiled with optimisation for it.
fn many() -> ProptestConfig {
    ProptestConfig {
        cases: 100_000,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    }
}

/// Whether a claim of this type says that the product is for sale.
fn opens(kind: u8) -> bool {
    matches!(kind, 1 | 2 | 7 | 8)
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn the_fast_way_agrees_with_the_slow_way(
        claims in proptest::collection::vec((0u8..9, ground()), 1..6),
        rest in proptest::option::of(0u8..9),
        specific in any::<bool>(),
    ) {
        prop_assume!(!claims.iter().any(|(_, ground)| divides_fully(ground)));
        let rights = SalesRights {
            claims: claims.iter().map(|(code, g)| Claim::new(kind(*code), g.territory())).collect(),
            rest_of_world: rest.map(kind),
            ..SalesRights::default()
        };
        let reading = RightsReading { specific_over_world: specific, ..RightsReading::default() };
        let resolved = rights.resolve_as(reading);
        for country in COUNTRIES.iter().copied().chain(["JP", "PR", "JE"]) {
            let code = CountryCode::exact(country).unwrap();
            let (sale, exclusive, on_site) = slow_country(&claims, rest, specific, country);
            prop_assert_eq!(resolved.sale(code), sale, "{}", country);
            prop_assert_eq!(resolved.exclusive(code), exclusive, "{}", country);
            prop_assert_eq!(resolved.sale_on_site(code) == Sale::ForSale, on_site, "{}", country);
        }
        for region in REGIONS {
            let (sale, _) = slow_place(&claims, rest, specific, region, &region[..2]);
            let whole = resolved.sale(CountryCode::exact(&region[..2]).unwrap());
            let unnamed_outlet = OUTLETS.contains(region)
                && !claims.iter().any(|(_, ground)| ground.tells_apart().contains(region));
            let expected = match whole {
                // Where regions add up to a country, nobody has spoken of an outlet apart.
                Sale::Partial if unnamed_outlet && adds_up(&claims, &region[..2]) => Sale::Unknown,
                Sale::Partial => sale,
                // A region inside a country with one answer has that answer.
                one => one,
            };
            prop_assert_eq!(resolved.region_sale(region), expected, "{}", region);
        }
    }

    #[test]
    fn order_and_repetition_of_claims_mean_nothing(
        claims in proptest::collection::vec((0u8..9, ground()), 1..6),
        rest in proptest::option::of(0u8..9),
    ) {
        let rights = |claims: Vec<&(u8, Ground)>| SalesRights {
            claims: claims.iter().map(|(code, g)| Claim::new(kind(*code), g.territory())).collect(),
            rest_of_world: rest.map(kind),
            ..SalesRights::default()
        };
        let once = rights(claims.iter().collect()).resolve();
        let turned = rights(claims.iter().rev().collect()).resolve();
        let twice = rights(claims.iter().chain(&claims).collect()).resolve();
        for other in [turned, twice] {
            prop_assert_eq!(once.for_sale(), other.for_sale());
            prop_assert_eq!(once.not_for_sale(), other.not_for_sale());
            prop_assert_eq!(once.partial(), other.partial());
        }
    }

    #[test]
    fn a_claim_that_opens_taken_away_never_opens_anything(
        claims in proptest::collection::vec((0u8..9, ground()), 1..6),
        gone in any::<proptest::sample::Index>(),
        rest in proptest::option::of(0u8..9),
        specific in any::<bool>(),
    ) {
        let opening: Vec<usize> =
            (0..claims.len()).filter(|at| opens(claims[*at].0)).collect();
        prop_assume!(!opening.is_empty());
        let mut rights = SalesRights {
            claims: claims.iter().map(|(code, g)| Claim::new(kind(*code), g.territory())).collect(),
            rest_of_world: rest.map(kind),
            ..SalesRights::default()
        };
        let reading = RightsReading { specific_over_world: specific, ..RightsReading::default() };
        let before = rights.resolve_as(reading);
        rights.claims.remove(opening[gone.index(opening.len())]);
        let after = rights.resolve_as(reading);
        // A territory that names an outlet apart makes its country partial: to sites it stays open.
        for country in CountryCode::all() {
            let is_open = |rights: &Resolved| rights.sale_on_site(country) == Sale::ForSale;
            prop_assert!(is_open(&before) || !is_open(&after), "{}", country);
        }
        // An outlet that no territory names has no answer of its own.
        for region in REGIONS.iter().filter(|region| !OUTLETS.contains(region)) {
            let is_open = |rights: &Resolved| rights.region_sale(region) == Sale::ForSale;
            prop_assert!(is_open(&before) || !is_open(&after), "{}", region);
        }
    }

    #[test]
    fn a_claim_that_closes_never_opens_anything(
        claims in proptest::collection::vec((0u8..9, ground()), 1..6),
        refusal in ground(),
        rest in proptest::option::of(0u8..9),
    ) {
        let mut rights = SalesRights {
            claims: claims.iter().map(|(code, g)| Claim::new(kind(*code), g.territory())).collect(),
            rest_of_world: rest.map(kind),
            ..SalesRights::default()
        };
        let before = rights.resolve();
        rights.claims.push(Claim::new(SalesRightsType::NOT_FOR_SALE, refusal.territory()));
        let after = rights.resolve();
        prop_assert!(after.for_sale().is_subset(&before.for_sale()));
    }

    #[test]
    fn no_territory_makes_it_panic_and_no_nonsense_opens_the_world(
        lists in proptest::array::uniform4(proptest::option::of(list_text())),
        code in "[0-9]{2}",
    ) {
        let [ci, ri, cx, rx] = lists.map(|list| list.map(Into::into));
        let territory = Territory {
            countries_included: ci,
            regions_included: ri,
            countries_excluded: cx,
            regions_excluded: rx,
        };
        let says_world =
            territory.regions_included.as_deref().is_some_and(|t| t.to_uppercase().contains("WORLD"));
        let (area, _) = territory.resolve();
        prop_assert!(!area.whole.intersects(&area.doubtful));
        prop_assert!(area.partial.keys().all(|country| !area.whole.contains(*country)));
        prop_assert!(says_world || area.by_world.is_empty());
        let rights = SalesRights {
            claims: vec![Claim::new(SalesRightsType::new(&code), territory)],
            rest_of_world: None,
            ..SalesRights::default()
        };
        let resolved = rights.resolve();
        prop_assert!(!resolved.for_sale().intersects(&resolved.not_for_sale()));
        prop_assert!(resolved.for_sale().is_subset(&area.whole));
    }
}

/// Lists as a hostile sender writes them: codes of every kind, in any case, with any separator.
fn list_text() -> impl Strategy<Value = String> {
    let codes: Vec<String> = LIST_91
        .codes
        .iter()
        .chain(LIST_49.codes)
        .map(|(code, _)| (*code).to_owned())
        .chain(["UK", "EU", "ROW", "XK", "gb", "WORLD", "ca-qc"].map(String::from))
        .collect();
    let word = prop_oneof![
        8 => proptest::sample::select(codes),
        1 => "\\PC{0,6}",
    ];
    let separator = proptest::sample::select(vec![" ", "\n", ",", "; ", "\u{a0}", "\u{200b}"]);
    (proptest::collection::vec(word, 0..12), separator)
        .prop_map(|(words, separator)| words.join(separator))
}

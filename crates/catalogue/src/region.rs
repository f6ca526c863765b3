//! Parts of countries: ONIX List 49.
//!
//! The list mixes four things that a territory must not confuse: true parts (`CA-QC`), retail
//! outlets that are no place (`GB-AIR`), older spellings of the same part (`CN-53` for `CN-YN`), and
//! territories that List 91 codes as countries (`GB-IOM` is `IM`). Here each code is turned into
//! what it means, and only true parts and outlets are [`Region`]s.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codes::LIST_49;
use crate::country::{CountryCode, CountrySet};

/// A part of a country: a code of ONIX List 49 that is neither an old spelling nor a country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(&'static str);

/// What a code of List 49 stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionMeaning {
    /// The parts it names; one for most codes, three for `GB-EWS`.
    pub regions: BTreeSet<Region>,
    /// The countries it names whole, where List 91 has a code of its own.
    pub countries: CountrySet,
    /// Whether it is an old spelling that a sender should give up.
    pub deprecated: bool,
}

/// Codes that are not one part of one country: `(code, regions, countries)`.
const SPECIAL: &[(&str, &str, &str)] = &[
    ("GB-EWS", "GB-ENG GB-SCT GB-WLS", ""),
    ("GB-CHA", "", "GG JE"),
    ("GB-IOM", "", "IM"),
    ("CN-TW", "", "TW"),
    ("CN-HK", "", "HK"),
    ("CN-MO", "", "MO"),
    ("CN-71", "", "TW"),
    ("CN-91", "", "HK"),
    ("CN-92", "", "MO"),
];

/// Numbers that GB/T 2260 gave to Chinese provinces, and their codes now.
const CHINESE_NUMBERS: &[(&str, &str)] = &[
    ("CN-11", "CN-BJ"),
    ("CN-12", "CN-TJ"),
    ("CN-13", "CN-HE"),
    ("CN-14", "CN-SX"),
    ("CN-15", "CN-NM"),
    ("CN-21", "CN-LN"),
    ("CN-22", "CN-JL"),
    ("CN-23", "CN-HL"),
    ("CN-31", "CN-SH"),
    ("CN-32", "CN-JS"),
    ("CN-33", "CN-ZJ"),
    ("CN-34", "CN-AH"),
    ("CN-35", "CN-FJ"),
    ("CN-36", "CN-JX"),
    ("CN-37", "CN-SD"),
    ("CN-41", "CN-HA"),
    ("CN-42", "CN-HB"),
    ("CN-43", "CN-HN"),
    ("CN-44", "CN-GD"),
    ("CN-45", "CN-GX"),
    ("CN-46", "CN-HI"),
    ("CN-50", "CN-CQ"),
    ("CN-51", "CN-SC"),
    ("CN-52", "CN-GZ"),
    ("CN-53", "CN-YN"),
    ("CN-54", "CN-XZ"),
    ("CN-61", "CN-SN"),
    ("CN-62", "CN-GS"),
    ("CN-63", "CN-QH"),
    ("CN-64", "CN-NX"),
    ("CN-65", "CN-XJ"),
];

/// Shops behind passport control; a reader does not live there.
const OUTLETS: &[&str] = &["GB-AIR", "GB-APS", "IE-AIR"];

/// Countries that List 49 divides without a remainder, outlets apart.
const DIVIDED: &[&str] = &["AU", "BE", "CA", "CN", "GB", "IT", "RU", "US"];

impl Region {
    /// What a code of List 49 stands for; nothing for a code it lacks, and for `WORLD` and `ECZ`,
    /// which are no part of one country.
    #[must_use]
    pub fn meaning(code: &str) -> Option<RegionMeaning> {
        if let Some((_, regions, countries)) = SPECIAL.iter().find(|(special, ..)| *special == code)
        {
            return Some(RegionMeaning {
                regions: regions.split_whitespace().filter_map(Self::exact).collect(),
                countries: countries
                    .split_whitespace()
                    .filter_map(CountryCode::exact)
                    .collect(),
                deprecated: code.starts_with("CN-"),
            });
        }
        let renamed = CHINESE_NUMBERS.iter().find(|(number, _)| *number == code);
        let region = Self::exact(renamed.map_or(code, |(_, now)| now))?;
        Some(RegionMeaning {
            regions: [region].into(),
            countries: CountrySet::NONE,
            deprecated: renamed.is_some(),
        })
    }

    /// The region of just this code, if it is a true part or an outlet.
    #[must_use]
    pub fn exact(code: &str) -> Option<Self> {
        let at = LIST_49
            .codes
            .binary_search_by(|(known, _)| (*known).cmp(code))
            .ok()?;
        let (code, _) = LIST_49.codes.get(at)?;
        let other = SPECIAL.iter().any(|(special, ..)| special == code)
            || CHINESE_NUMBERS.iter().any(|(number, _)| number == code);
        (code.contains('-') && !other).then_some(Self(code))
    }

    /// The code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The name in List 49.
    #[must_use]
    pub fn name(self) -> &'static str {
        LIST_49.label(self.0).unwrap_or_default()
    }

    /// The country it is part of.
    #[must_use]
    pub fn country(self) -> Option<CountryCode> {
        country_of(self.0)
    }

    /// Whether it is a retail outlet (airside, an airport), not a place where readers live.
    #[must_use]
    pub fn is_outlet(self) -> bool {
        OUTLETS.contains(&self.0)
    }

    /// The regions of a country in code order, outlets among them; none for most countries.
    pub fn of(country: CountryCode) -> impl Iterator<Item = Self> {
        // The list is in order, so those of a country stand together.
        let first = LIST_49
            .codes
            .partition_point(|(code, _)| first_two(code) < country.as_str());
        let from = LIST_49.codes.get(first..).unwrap_or_default().iter();
        from.take_while(move |(code, _)| first_two(code) == country.as_str())
            .filter_map(|(code, _)| Self::exact(code))
    }

    /// The regions that together are the whole of a country, or nothing where List 49 leaves a
    /// remainder: Kosovo and Vojvodina are not all of Serbia.
    #[must_use]
    pub fn division(country: CountryCode) -> Option<&'static BTreeSet<Self>> {
        static DIVISIONS: LazyLock<BTreeMap<CountryCode, BTreeSet<Region>>> = LazyLock::new(|| {
            let countries = DIVIDED.iter().filter_map(|code| CountryCode::exact(code));
            let homes = |country| Region::of(country).filter(|region| !region.is_outlet());
            countries
                .map(|country| (country, homes(country).collect()))
                .collect()
        });
        DIVISIONS.get(&country)
    }
}

/// The letters in which a code names its country.
fn first_two(code: &str) -> &str {
    code.get(..2).unwrap_or_default()
}

/// The country that a region code begins with.
fn country_of(code: &str) -> Option<CountryCode> {
    code.split_once('-')
        .and_then(|(country, _)| CountryCode::exact(country))
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::exact(&text).ok_or_else(|| {
            D::Error::custom(format_args!("`{text}` is not a region of ONIX List 49"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> CountryCode {
        code.parse().unwrap()
    }

    #[test]
    fn every_code_but_world_and_eurozone_has_a_meaning() {
        for (code, _) in LIST_49.codes {
            let meaning = Region::meaning(code);
            assert_eq!(
                meaning.is_none(),
                matches!(*code, "WORLD" | "ECZ"),
                "{code}"
            );
            for region in meaning.into_iter().flat_map(|meaning| meaning.regions) {
                assert!(
                    region.country().is_some() && !region.name().is_empty(),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn old_spellings_and_countries_are_no_regions() {
        let yunnan = Region::meaning("CN-53").unwrap();
        assert!(yunnan.deprecated);
        assert_eq!(yunnan.regions, [Region::exact("CN-YN").unwrap()].into());
        assert_eq!(Region::exact("CN-53"), None);
        assert_eq!(
            Region::meaning("GB-CHA").unwrap().countries,
            "GG JE".parse().unwrap()
        );
        assert_eq!(Region::exact("GB-IOM"), None);
        assert_eq!(Region::meaning("CA-XX"), None);
    }

    #[test]
    fn divided_countries_have_all_their_parts() {
        for (code, count) in [
            ("AU", 8),
            ("BE", 3),
            ("CA", 13),
            ("CN", 31),
            ("GB", 4),
            ("US", 51),
            ("RU", 83),
        ] {
            assert_eq!(
                Region::division(country(code)).unwrap().len(),
                count,
                "{code}"
            );
        }
        for code in ["RS", "FR", "ES", "IE", "DE"] {
            assert_eq!(Region::division(country(code)), None, "{code}");
        }
    }

    #[test]
    fn outlets_are_told_from_places() {
        let outlets: Vec<_> = Region::of(country("GB"))
            .filter(|region| region.is_outlet())
            .collect();
        assert_eq!(
            outlets.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
            ["GB-AIR", "GB-APS"]
        );
    }
}

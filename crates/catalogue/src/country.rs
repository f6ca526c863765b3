//! Countries, one at a time and in sets.
//!
//! Rights speak of up to 249 countries at once, for every product, so a country is an index into the
//! live codes of ONIX List 91 and a set of them is 249 bits: union, intersection and complement are
//! four machine words each. Territories that ISO codes apart stay apart: `US` holds no Puerto Rico,
//! `GB` no Jersey, `FR` no Réunion.

use std::borrow::Cow;
use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not, Sub};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codes::LIST_91;

/// How many live codes List 91 has.
const COUNT: usize = 249;

/// Codes that List 91 keeps though the countries are gone, and what took their place.
const DEPRECATED: &[(&str, &str)] = &[("AN", "BQ CW SX"), ("CS", "ME RS"), ("YU", "ME RS")];

/// The live codes in order; a country is its index here.
const LIVE: [&str; COUNT] = live();

/// From two letters to the index in [`LIVE`], plus one; zero for no country.
const BY_LETTERS: [u8; 26 * 26] = by_letters();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler; a fault stops the build"
)]
const fn live() -> [&'static str; COUNT] {
    let mut live = [""; COUNT];
    let (mut from, mut to) = (0, 0);
    while from < LIST_91.codes.len() {
        let code = LIST_91.codes[from].0;
        let mut gone = false;
        let mut at = 0;
        while at < DEPRECATED.len() {
            let (old, new) = (code.as_bytes(), DEPRECATED[at].0.as_bytes());
            gone = gone || (old[0] == new[0] && old[1] == new[1]);
            at += 1;
        }
        if !gone {
            live[to] = code;
            to += 1;
        }
        from += 1;
    }
    live
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler; a fault stops the build"
)]
const fn by_letters() -> [u8; 26 * 26] {
    let mut table = [0; 26 * 26];
    let mut at = 0;
    while at < COUNT {
        let code = LIVE[at].as_bytes();
        table[(code[0] - b'A') as usize * 26 + (code[1] - b'A') as usize] = at as u8 + 1;
        at += 1;
    }
    table
}

/// A country: a live code of ONIX List 91 (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode(u8);

/// Why a text is no country.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseCountryError {
    /// Was a country once.
    #[error("the country {code} is no more; name {successors} instead")]
    Deprecated {
        /// The code.
        code: String,
        /// What took its place.
        successors: CountrySet,
    },
    /// Is no code of List 91.
    #[error("`{text}` is not a country; send two letters of ISO 3166-1, such as GB (not UK)")]
    Unknown {
        /// The text as it came, at most twenty characters of it.
        text: String,
    },
}

impl CountryCode {
    /// Reads two letters, in either case, with space around them.
    ///
    /// # Errors
    /// Tells a country that is no more from text that never was one.
    pub fn parse(text: &str) -> Result<Self, ParseCountryError> {
        let code = text.trim().to_ascii_uppercase();
        Self::exact(&code).ok_or_else(|| match Self::successors(&code) {
            Some(successors) => ParseCountryError::Deprecated { code, successors },
            None => ParseCountryError::Unknown {
                text: text.trim().chars().take(20).collect(),
            },
        })
    }

    /// The country of just these two capital letters.
    #[must_use]
    pub fn exact(code: &str) -> Option<Self> {
        let &[first @ b'A'..=b'Z', second @ b'A'..=b'Z'] = code.as_bytes() else {
            return None;
        };
        let slot = usize::from(first - b'A') * 26 + usize::from(second - b'A');
        BY_LETTERS
            .get(slot)
            .and_then(|index| index.checked_sub(1))
            .map(Self)
    }

    /// What took the place of a country that List 91 marks as gone.
    #[must_use]
    pub fn successors(code: &str) -> Option<CountrySet> {
        let (_, now) = DEPRECATED.iter().find(|(gone, _)| *gone == code)?;
        Some(
            now.split_ascii_whitespace()
                .filter_map(Self::exact)
                .collect(),
        )
    }

    /// Every country, in code order.
    pub fn all() -> impl Iterator<Item = Self> {
        CountrySet::ALL.iter()
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        LIVE.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The name in List 91.
    #[must_use]
    pub fn name(self) -> &'static str {
        LIST_91.label(self.as_str()).unwrap_or_default()
    }
}

impl FromStr for CountryCode {
    type Err = ParseCountryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// A set of countries.
///
/// As text it is the shorter of two lists: `AU NZ`, or `WORLD except CA US`; `WORLD` and `none` are
/// the ends. That text is also how it is serialised.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountrySet([u64; 4]);

impl CountrySet {
    /// No country.
    pub const NONE: Self = Self([0; 4]);
    /// Every live country of List 91.
    pub const ALL: Self = Self([u64::MAX, u64::MAX, u64::MAX, (1 << (COUNT - 192)) - 1]);

    /// Just one.
    #[must_use]
    pub fn only(country: CountryCode) -> Self {
        [country].into_iter().collect()
    }

    /// Whether it holds `country`.
    #[must_use]
    pub fn contains(&self, country: CountryCode) -> bool {
        let (word, bit) = place(country);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Adds a country; tells whether it was new.
    pub fn insert(&mut self, country: CountryCode) -> bool {
        let new = !self.contains(country);
        let (word, bit) = place(country);
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
        new
    }

    /// Takes a country out; tells whether it was in.
    pub fn remove(&mut self, country: CountryCode) -> bool {
        let was = self.contains(country);
        let (word, bit) = place(country);
        if let Some(bits) = self.0.get_mut(word) {
            *bits &= !bit;
        }
        was
    }

    /// How many countries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// Whether `other` holds all of these.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        (*self - *other).is_empty()
    }

    /// Whether the two share a country.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        !(*self & *other).is_empty()
    }

    /// The countries in code order.
    pub fn iter(&self) -> impl Iterator<Item = CountryCode> + use<> {
        let set = *self;
        (0..=u8::MAX)
            .take(COUNT)
            .map(CountryCode)
            .filter(move |country| set.contains(*country))
    }

    fn zip(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        Self([with(a, e), with(b, f), with(c, g), with(d, h)])
    }
}

/// The word and the bit of a country.
fn place(country: CountryCode) -> (usize, u64) {
    (usize::from(country.0 / 64), 1 << (country.0 % 64))
}

impl BitOr for CountrySet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }
}

impl BitOrAssign for CountrySet {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl BitAnd for CountrySet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }
}

impl Sub for CountrySet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }
}

impl Not for CountrySet {
    type Output = Self;
    fn not(self) -> Self {
        Self::ALL - self
    }
}

impl FromIterator<CountryCode> for CountrySet {
    fn from_iter<I: IntoIterator<Item = CountryCode>>(countries: I) -> Self {
        let mut set = Self::NONE;
        set.extend(countries);
        set
    }
}

impl Extend<CountryCode> for CountrySet {
    fn extend<I: IntoIterator<Item = CountryCode>>(&mut self, countries: I) {
        for country in countries {
            self.insert(country);
        }
    }
}

/// How the text of a set begins that is nearer the whole than nothing.
const EXCEPT: &str = "WORLD except ";

impl fmt::Display for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        if *self == Self::ALL {
            return f.write_str("WORLD");
        }
        let listed = if self.len() * 2 > COUNT {
            f.write_str(EXCEPT)?;
            !*self
        } else {
            *self
        };
        for (at, country) in listed.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(country.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl FromStr for CountrySet {
    type Err = ParseCountryError;

    /// Reads what `Display` writes: codes with spaces between, `WORLD`, `WORLD except ...`, `none`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match text {
            "" | "none" => return Ok(Self::NONE),
            "WORLD" => return Ok(Self::ALL),
            _ => {}
        }
        let (inverted, codes) = match text.strip_prefix(EXCEPT) {
            Some(codes) => (true, codes),
            None => (false, text),
        };
        let listed: Self = codes
            .split_whitespace()
            .map(CountryCode::parse)
            .collect::<Result<_, _>>()?;
        Ok(if inverted { !listed } else { listed })
    }
}

impl Serialize for CountrySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CountrySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(text: &str) -> CountrySet {
        text.parse().unwrap()
    }

    #[test]
    fn every_live_code_reads_back_and_is_in_the_world() {
        assert_eq!(CountryCode::all().count(), COUNT);
        for country in CountryCode::all() {
            assert_eq!(CountryCode::exact(country.as_str()), Some(country));
            assert!(!country.name().is_empty(), "{country}");
        }
        assert_eq!(CountrySet::ALL.len(), COUNT);
        assert!((!CountrySet::ALL).is_empty());
    }

    #[test]
    fn case_and_space_are_forgiven_at_the_edge_only() {
        assert_eq!(CountryCode::parse(" gb ").unwrap().as_str(), "GB");
        assert_eq!(CountryCode::exact("gb"), None);
    }

    #[test]
    fn a_country_that_is_no_more_names_its_successors() {
        let Err(ParseCountryError::Deprecated { successors, .. }) = CountryCode::parse("AN") else {
            panic!("AN is no country");
        };
        assert_eq!(successors, set("BQ CW SX"));
        assert_eq!(CountryCode::successors("YU"), Some(set("ME RS")));
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for text in ["UK", "EU", "XK", "ROW", "WORLD", "", "G", "GBR", "ÉÉ", "G1"] {
            assert!(
                matches!(
                    CountryCode::parse(text),
                    Err(ParseCountryError::Unknown { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn a_set_shows_the_shorter_list() {
        assert_eq!(set("NZ AU").to_string(), "AU NZ");
        assert_eq!((!set("US CA")).to_string(), "WORLD except CA US");
        assert_eq!(CountrySet::ALL.to_string(), "WORLD");
        assert_eq!(CountrySet::NONE.to_string(), "none");
        assert!("AU UK".parse::<CountrySet>().is_err());
    }

    #[test]
    fn us_is_not_its_islands() {
        for apart in ["PR", "GU", "VI", "AS", "MP", "UM", "JE", "RE", "HK"] {
            assert!(
                !set("US GB FR CN").contains(apart.parse().unwrap()),
                "{apart}"
            );
        }
    }

    proptest! {
        #[test]
        fn sets_agree_with_plain_ones(
            a in proptest::collection::btree_set(0u8..249, 0..249),
            b in proptest::collection::btree_set(0u8..249, 0..249),
        ) {
            let bits = |plain: &BTreeSet<u8>| -> CountrySet {
                plain.iter().copied().map(CountryCode).collect()
            };
            let plain = |set: CountrySet| -> BTreeSet<u8> { set.iter().map(|c| c.0).collect() };
            let (x, y) = (bits(&a), bits(&b));
            prop_assert_eq!(plain(x | y), &a | &b);
            prop_assert_eq!(plain(x & y), &a & &b);
            prop_assert_eq!(plain(x - y), &a - &b);
            prop_assert_eq!((!x).len(), COUNT - a.len());
            prop_assert_eq!(x.is_subset(&y), a.is_subset(&b));
            prop_assert_eq!(x.intersects(&y), !a.is_disjoint(&b));
            prop_assert_eq!(x.to_string().parse::<CountrySet>().unwrap(), x);
        }
    }
}

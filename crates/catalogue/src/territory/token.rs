//! One word of a territory list, and what it stands for.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::notes::Notes;
use crate::country::{CountryCode, CountrySet};
use crate::region::{Region, RegionMeaning};

/// Members of the euro zone and five more that use the euro, as `ECZ` was defined; Kosovo, which
/// List 91 lacks, is added as a region.
const EURO_ZONE: &str = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK AD MC SM \
    VA ME";

/// Words that senders use and no list has: `(word, the widest it may mean)`.
///
/// The meanings only ever close: they say where a territory is in doubt. So they are wide: `UK` may
/// mean the islands that ISO codes apart, `EU` may be of a time when it had one member more.
const ALIASES: &[(&str, &str)] = &[
    ("UK", "GB GG IM JE"),
    (
        "EU",
        "AT AX BE BG CY CZ DE DK EE ES FI FR GB GF GP GR HR HU IE IT LT LU LV MF MQ MT NL PL PT RE \
         RO SE SI SK YT",
    ),
    ("XK", "RS"),
    ("EL", "GR"),
];

/// A word of a territory list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    World,
    EuroZone(CountrySet),
    Country(CountryCode),
    /// A country that is no more, and what took its place.
    Former(Cow<'a, str>, CountrySet),
    Region(Cow<'a, str>, RegionMeaning),
    /// What no list has.
    Unplaced(Cow<'a, str>),
}

impl<'a> Token<'a> {
    /// The words of a list, whatever stands between them and in whichever case they are.
    pub(super) fn read(list: Option<&'a str>, notes: &mut Notes) -> Vec<Self> {
        let Some(list) = list else { return Vec::new() };
        if list.contains(|c: char| is_separator(c) && !matches!(c, ' ' | '\t' | '\n' | '\r')) {
            notes.separator();
        }
        list.split(is_separator)
            .filter(|word| !word.is_empty())
            .map(|word| {
                if word.contains(char::is_lowercase) {
                    notes.case();
                    Self::place(Cow::Owned(word.to_uppercase()))
                } else {
                    Self::place(Cow::Borrowed(word))
                }
            })
            .collect()
    }

    pub(super) fn place(word: Cow<'a, str>) -> Self {
        if let Some(country) = CountryCode::exact(&word) {
            return Self::Country(country);
        }
        match &*word {
            "WORLD" => return Self::World,
            "ECZ" => return Self::EuroZone(countries(EURO_ZONE)),
            _ => {}
        }
        if let Some(now) = CountryCode::successors(&word) {
            return Self::Former(word, now);
        }
        match Region::meaning(&word) {
            Some(meaning) => Self::Region(word, meaning),
            None => Self::Unplaced(word),
        }
    }

    /// The word as it is named in a finding.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::World => "WORLD".into(),
            Self::EuroZone(_) => "ECZ".into(),
            Self::Country(country) => country.as_str().into(),
            Self::Former(word, _) | Self::Region(word, _) | Self::Unplaced(word) => {
                word.as_ref().into()
            }
        }
    }

    /// The widest set of countries that the word may mean, wherever it stands.
    pub(super) fn may_mean(&self) -> CountrySet {
        match self {
            Self::World => CountrySet::ALL,
            Self::EuroZone(members) => *members | countries("RS"),
            Self::Country(country) => CountrySet::only(*country),
            Self::Former(_, now) => *now,
            Self::Region(_, meaning) => {
                meaning.countries
                    | meaning
                        .regions
                        .iter()
                        .filter_map(|region| region.country())
                        .collect()
            }
            Self::Unplaced(word) => unplaced_meaning(word),
        }
    }
}

/// An alias, or the country that a region of it would begin with.
fn unplaced_meaning(word: &str) -> CountrySet {
    if let Some((_, meaning)) = ALIASES.iter().find(|(alias, _)| *alias == word) {
        return countries(meaning);
    }
    word.split_once('-')
        .and_then(|(country, _)| CountryCode::exact(country))
        .map_or(CountrySet::NONE, CountrySet::only)
}

/// Kosovo, as List 49 has it.
pub(super) fn kosovo() -> BTreeSet<Region> {
    Region::exact("RS-KM").into_iter().collect()
}

fn countries(codes: &str) -> CountrySet {
    codes
        .split_ascii_whitespace()
        .filter_map(CountryCode::exact)
        .collect()
}

/// Space as XML has it, and what senders put between codes instead.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            ',' | ';' | '/' | '|' | '+' | '\u{200b}' | '\u{feff}'
        )
}

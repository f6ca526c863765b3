//! From the four lists of an ONIX territory to an area.
//!
//! The grammar is strict and feeds are not, so reading never fails: what cannot be placed leaves a
//! finding, and the countries it may have meant are kept apart as **doubtful**. A claim of rights
//! then decides which way doubt falls; it must never open a country. That is why `UK`, which is no
//! code, grants nothing and yet is not forgotten where it was meant to exclude.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::country::{CountryCode, CountrySet};
use crate::finding::Finding;
use crate::region::{Region, RegionMeaning};

mod lists;
mod notes;
mod token;

use notes::Notes;
use token::Token;

pub use lists::Lists;
pub use notes::{
    TERRITORY_CASE, TERRITORY_DEPRECATED, TERRITORY_DOUBLE_BOOKING, TERRITORY_EMPTY,
    TERRITORY_IDLE_EXCLUSION, TERRITORY_INVALID, TERRITORY_SEPARATOR, UNRESOLVED_TERRITORY,
    WORLD_COMBINED,
};

/// A territory as ONIX gives it (`P.21.3` and elsewhere): four lists of codes with spaces between.
///
/// The text is kept as it came, shared, because a feed repeats the same few lists in every record.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Territory {
    /// `CountriesIncluded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries_included: Option<Arc<str>>,
    /// `RegionsIncluded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions_included: Option<Arc<str>>,
    /// `CountriesExcluded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries_excluded: Option<Arc<str>>,
    /// `RegionsExcluded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions_excluded: Option<Arc<str>>,
}

/// How the places of one country lie to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All of it is in.
    Whole,
    /// Some of its regions are in.
    Partial,
    /// None of it is in.
    None,
}

/// What of a country is in an area, where that is neither all nor nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Only these regions.
    Only(BTreeSet<Region>),
    /// All but these regions.
    AllBut(BTreeSet<Region>),
}

impl Part {
    /// Whether `region` is in.
    #[must_use]
    pub fn holds(&self, region: Region) -> bool {
        match self {
            Self::Only(regions) => regions.contains(&region),
            Self::AllBut(regions) => !regions.contains(&region),
        }
    }

    /// Whether what is in no named region is in.
    #[must_use]
    pub fn holds_the_rest(&self) -> bool {
        matches!(self, Self::AllBut(_))
    }

    /// The regions it names.
    #[must_use]
    pub fn named(&self) -> &BTreeSet<Region> {
        match self {
            Self::Only(regions) | Self::AllBut(regions) => regions,
        }
    }
}

/// The countries of a territory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Area {
    /// Countries that are in, whole.
    pub whole: CountrySet,
    /// Countries of which a part is in. None of them is in `whole`.
    pub partial: BTreeMap<CountryCode, Part>,
    /// Countries that a token nobody can place, or a contradiction, may have meant. None of them is
    /// in `whole`; one may be in `partial`.
    pub doubtful: CountrySet,
    /// Countries that are in, whole or in part, only because the territory says `WORLD`.
    pub by_world: CountrySet,
}

impl Area {
    /// How `country` lies to the area. Doubt counts as out.
    #[must_use]
    pub fn coverage(&self, country: CountryCode) -> Coverage {
        if self.whole.contains(country) {
            Coverage::Whole
        } else if self.partial.contains_key(&country) {
            Coverage::Partial
        } else {
            Coverage::None
        }
    }

    /// The countries of which all or a part is in.
    #[must_use]
    pub fn touched(&self) -> CountrySet {
        self.whole | self.partial.keys().copied().collect()
    }
}

/// A territory that has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacedTerritory {
    /// The area it describes.
    pub area: Area,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// How to read what the standard leaves to agreement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct TerritoryReading {
    /// Take `ECZ` as the euro zone: 21 members, five more that use the euro, and Kosovo. It is
    /// deprecated and legal only in the territory of an ONIX 3.0 price.
    pub euro_zone: bool,
}

impl Territory {
    /// The whole world.
    #[must_use]
    pub fn world() -> Self {
        Self {
            regions_included: Some("WORLD".into()),
            ..Self::default()
        }
    }

    /// Just these countries.
    #[must_use]
    pub fn countries(countries: CountrySet) -> Self {
        let codes: Vec<_> = countries.iter().map(CountryCode::as_str).collect();
        Self {
            countries_included: Some(codes.join(" ").into()),
            ..Self::default()
        }
    }

    /// The codes of regions of countries that it names, in or out, as it spells them.
    #[must_use]
    pub fn regions_named(&self) -> BTreeSet<String> {
        let lists = [
            &self.countries_included,
            &self.regions_included,
            &self.countries_excluded,
            &self.regions_excluded,
        ];
        let lists = lists.into_iter().filter_map(|list| list.as_deref());
        lists
            .flat_map(|list| Token::read(Some(list), &mut Notes::default()))
            .filter_map(|token| match token {
                Token::Region(code, _) => Some(code.into_owned()),
                _ => None,
            })
            .collect()
    }

    /// Whether no list says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [
            &self.countries_included,
            &self.regions_included,
            &self.countries_excluded,
            &self.regions_excluded,
        ]
        .into_iter()
        .all(|list| list.as_deref().is_none_or(|text| text.trim().is_empty()))
    }

    /// The area it describes and what is wrong with it, read strictly.
    #[must_use]
    pub fn resolve(&self) -> (Area, Vec<Finding>) {
        self.resolve_as(TerritoryReading::default())
    }

    /// The area it describes and what is wrong with it.
    #[must_use]
    pub fn resolve_as(&self, reading: TerritoryReading) -> (Area, Vec<Finding>) {
        let PlacedTerritory { area, findings } = self.place_as(reading);
        (area, findings)
    }

    /// The same as one value, which can be kept and shared.
    #[must_use]
    pub fn place_as(&self, reading: TerritoryReading) -> PlacedTerritory {
        let mut notes = Notes::default();
        let lists = Words {
            countries_in: Token::read(self.countries_included.as_deref(), &mut notes),
            regions_in: Token::read(self.regions_included.as_deref(), &mut notes),
            countries_out: Token::read(self.countries_excluded.as_deref(), &mut notes),
            regions_out: Token::read(self.regions_excluded.as_deref(), &mut notes),
        };
        let mut draft = Draft {
            notes,
            ..Draft::default()
        };
        draft.include(&lists, reading);
        if lists.include_something() {
            draft.exclude(&lists, reading);
        }
        draft.finish()
    }
}

/// The four lists, split into tokens.
struct Words<'a> {
    countries_in: Vec<Token<'a>>,
    regions_in: Vec<Token<'a>>,
    countries_out: Vec<Token<'a>>,
    regions_out: Vec<Token<'a>>,
}

impl Words<'_> {
    fn include_something(&self) -> bool {
        !self.countries_in.is_empty() || !self.regions_in.is_empty()
    }

    fn says_world(&self) -> bool {
        self.regions_in.contains(&Token::World)
    }
}

/// What a code of a country or of List 49 stands for, a country that is no more by what took its
/// place; nothing for a word that no list has.
#[must_use]
pub fn meaning(code: &str) -> Option<RegionMeaning> {
    let countries = |countries| RegionMeaning {
        regions: BTreeSet::new(),
        countries,
        deprecated: false,
    };
    match Token::place(code.into()) {
        Token::World => Some(countries(CountrySet::ALL)),
        Token::Country(country) => Some(countries(CountrySet::only(country))),
        Token::EuroZone(members) => Some(RegionMeaning {
            regions: token::kosovo(),
            countries: members,
            deprecated: true,
        }),
        Token::Former(_, now) => Some(RegionMeaning {
            deprecated: true,
            ..countries(now)
        }),
        Token::Region(_, meaning) => Some(meaning),
        Token::Unplaced(_) => None,
    }
}

/// An area in the making.
#[derive(Default)]
struct Draft {
    area: Area,
    /// Countries that an inclusion names, as against those that `WORLD` brings.
    named: CountrySet,
    world: bool,
    notes: Notes,
}

impl Draft {
    fn include(&mut self, lists: &Words<'_>, reading: TerritoryReading) {
        for token in &lists.countries_in {
            match token {
                Token::Country(country) => self.name(CountrySet::only(*country)),
                Token::Former(code, now) => {
                    self.notes.deprecated(code);
                    self.name(*now);
                }
                other => self.doubt(other),
            }
        }
        for token in &lists.regions_in {
            match token {
                Token::World => {}
                Token::EuroZone(countries) if reading.euro_zone => {
                    self.notes.deprecated("ECZ");
                    self.name(*countries);
                    self.add_regions(&token::kosovo());
                }
                Token::Region(code, meaning) => {
                    if meaning.deprecated {
                        self.notes.deprecated(code);
                    }
                    self.name(meaning.countries);
                    self.add_regions(&meaning.regions);
                }
                other => self.doubt(other),
            }
        }
        if lists.says_world() {
            self.include_world(lists);
        } else if !lists.include_something() {
            self.include_nothing(lists);
        }
        self.fold_double_booking();
    }

    fn name(&mut self, countries: CountrySet) {
        self.area.whole |= countries;
        self.named |= countries;
    }

    fn add_regions(&mut self, regions: &BTreeSet<Region>) {
        for region in regions {
            let Some(country) = region.country() else {
                continue;
            };
            let part = self
                .area
                .partial
                .entry(country)
                .or_insert_with(|| Part::Only(BTreeSet::new()));
            if let Part::Only(regions) = part {
                regions.insert(*region);
            }
        }
    }

    /// A token that cannot be placed: it brings nothing in, and what it may mean is in doubt.
    fn doubt(&mut self, token: &Token<'_>) {
        self.notes.unresolved(&token.text());
        self.area.doubtful |= token.may_mean();
    }

    /// `WORLD` must stand alone. Beside regions the sender meant something else, about their
    /// countries at least; beside countries it only repeats them.
    fn include_world(&mut self, lists: &Words<'_>) {
        let beside: Vec<_> = lists
            .regions_in
            .iter()
            .filter(|token| **token != Token::World)
            .collect();
        self.world = true;
        self.area.whole = CountrySet::ALL;
        self.area.partial.clear();
        if !lists.countries_in.is_empty() {
            self.notes.world_combined("countries");
        }
        if !beside.is_empty() {
            self.notes.world_combined("other regions");
            for token in beside {
                let meant = token.may_mean();
                self.area.whole = self.area.whole - meant;
                self.area.doubtful |= meant;
            }
        }
    }

    /// Nothing is included. With exclusions the sender may have meant the rest of the world.
    fn include_nothing(&mut self, lists: &Words<'_>) {
        self.notes.nothing_included();
        let excluded: CountrySet = lists
            .countries_out
            .iter()
            .filter_map(|token| match token {
                Token::Country(country) => Some(*country),
                _ => None,
            })
            .collect();
        if !lists.countries_out.is_empty() || !lists.regions_out.is_empty() {
            self.area.doubtful = !excluded;
        }
    }

    fn exclude(&mut self, lists: &Words<'_>, reading: TerritoryReading) {
        let beside_countries = !lists.countries_in.is_empty() && !lists.countries_out.is_empty();
        if beside_countries && !lists.says_world() {
            self.notes.exclusion_beside_countries();
        }
        for token in &lists.countries_out {
            match token {
                Token::Country(country) => {
                    self.drop_country(*country, beside_countries);
                }
                Token::Former(code, now) => {
                    self.notes.deprecated(code);
                    for country in now.iter() {
                        self.drop_country(country, beside_countries);
                    }
                }
                other => self.drop_doubtful(other),
            }
        }
        for token in &lists.regions_out {
            match token {
                Token::Region(code, meaning) => {
                    if meaning.deprecated {
                        self.notes.deprecated(code);
                    }
                    for country in meaning.countries.iter() {
                        self.drop_country(country, false);
                    }
                    for region in &meaning.regions {
                        self.drop_region(*region);
                    }
                }
                Token::EuroZone(countries) if reading.euro_zone => {
                    self.notes.deprecated("ECZ");
                    for country in countries.iter() {
                        self.drop_country(country, false);
                    }
                    token::kosovo()
                        .into_iter()
                        .for_each(|region| self.drop_region(region));
                }
                other => self.drop_doubtful(other),
            }
        }
    }

    /// Takes a country out. One that was both named and excluded is in doubt.
    fn drop_country(&mut self, country: CountryCode, contradicts: bool) {
        let was_whole = self.area.whole.remove(country);
        let was_partial = self.area.partial.remove(&country).is_some();
        let was_doubtful = self.area.doubtful.contains(country);
        if !was_whole && !was_partial && !was_doubtful {
            self.notes.idle_exclusion(country.as_str());
        }
        if (contradicts && self.named.contains(country)) || was_partial {
            self.area.doubtful.insert(country);
        }
    }

    fn drop_region(&mut self, region: Region) {
        let Some(country) = region.country() else {
            return;
        };
        if self.area.whole.remove(country) {
            self.area
                .partial
                .insert(country, Part::AllBut([region].into()));
            return;
        }
        match self.area.partial.get_mut(&country) {
            Some(Part::AllBut(regions)) => {
                regions.insert(region);
            }
            Some(Part::Only(regions)) => {
                if regions.remove(&region) {
                    self.area.doubtful.insert(country);
                } else {
                    self.notes.idle_exclusion(region.as_str());
                }
            }
            None if self.area.doubtful.contains(country) => {}
            None => self.notes.idle_exclusion(region.as_str()),
        }
    }

    /// An exclusion that cannot be placed: what it may mean was in and is now in doubt.
    fn drop_doubtful(&mut self, token: &Token<'_>) {
        self.notes.unresolved(&token.text());
        for country in token.may_mean().iter() {
            let was_whole = self.area.whole.remove(country);
            let was_partial = self.area.partial.remove(&country).is_some();
            if was_whole || was_partial {
                self.area.doubtful.insert(country);
            }
        }
    }

    /// A country that is in whole needs none of its regions named.
    fn fold_double_booking(&mut self) {
        let whole = self.area.whole;
        let (double, single) = std::mem::take(&mut self.area.partial)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(country, _)| whole.contains(*country));
        for country in double.keys() {
            self.notes.double_booked(country.as_str());
        }
        self.area.partial = single;
    }

    fn finish(mut self) -> PlacedTerritory {
        for (country, part) in std::mem::take(&mut self.area.partial) {
            match settle(country, part) {
                Settled::Whole => self.name(CountrySet::only(country)),
                Settled::Part(part) => {
                    self.area.partial.insert(country, part);
                }
                Settled::None => {}
            }
        }
        self.area.doubtful = self.area.doubtful - self.area.whole;
        if self.world {
            self.area.by_world = self.area.touched() - self.named;
        }
        PlacedTerritory {
            area: self.area,
            findings: self.notes.into_findings(),
        }
    }
}

/// What a part of a country comes to once its regions are counted.
enum Settled {
    Whole,
    Part(Part),
    None,
}

/// All parts of a divided country are the country, and none of them is nothing but outlets.
fn settle(country: CountryCode, part: Part) -> Settled {
    let division = Region::division(country);
    let counts_all = |named: &BTreeSet<Region>| division.is_some_and(|all| all.is_subset(named));
    let part = match part {
        Part::Only(named) if counts_all(&named) => return Settled::Whole,
        Part::AllBut(named) if counts_all(&named) => Part::Only(
            Region::of(country)
                .filter(|region| !named.contains(region))
                .collect(),
        ),
        other => other,
    };
    match part {
        Part::Only(named) if named.is_empty() => Settled::None,
        part => Settled::Part(part),
    }
}

#[cfg(test)]
mod tests;

//! One market at one instant: what the sites of a locale have in common.
//!
//! Sites that share a locale agree on country, currency, zone and language
//! ([`crate::policy::Sites`]), so a title is judged once for each locale, not once for each site. A
//! market also knows its day: dates in the trade have no zone, and a day begins at midnight where
//! the reader is.

use std::cell::RefCell;
use std::sync::Arc;

use catalogue::country::CountryCode;
use catalogue::date::{PartialDate, day_at};
use catalogue::money::CurrencyCode;
use catalogue::rights::Outlets;
use catalogue::territory::{Area, Part, Territory};
use foldhash::HashMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::measure::Units;
use crate::policy::{PagePolicy, RightsPolicy, SaleRule, Site, Sites};

/// The zone of a market that no site serves.
static UNIVERSAL: TimeZone = TimeZone::UTC;

/// The seller there.
static NOBODY: Outlets = Outlets::none();

/// A locale's readers on a day.
pub(crate) struct Market<'a> {
    pub(crate) locale: &'a str,
    pub(crate) country: CountryCode,
    pub(crate) currency: CurrencyCode,
    /// The same as a value of many rows.
    pub(crate) currency_text: Arc<str>,
    pub(crate) language: &'a str,
    pub(crate) rights: RightsPolicy,
    pub(crate) outlets: &'a Outlets,
    pub(crate) page: PagePolicy,
    pub(crate) units: Units,
    pub(crate) sale: SaleRule,
    pub(crate) today: Date,
    /// The sites of the locale, in the order of configuration.
    pub(crate) sites: Vec<&'a Site>,
    zone: &'a TimeZone,
    now: Timestamp,
    /// Whether territories met so far reach the readers here: a catalogue has few distinct ones.
    reached: RefCell<HashMap<Territory, bool>>,
}

impl<'a> Market<'a> {
    /// The market of one site; nothing for a site without a country, which [`Sites::new`] refuses.
    pub(crate) fn of(site: &'a Site, now: Timestamp) -> Option<Self> {
        let country = site.country()?;
        Some(Self {
            locale: &site.destination.locale,
            country,
            currency: site.currency,
            currency_text: site.currency.as_str().into(),
            language: &site.language,
            rights: site.rights,
            outlets: &site.outlets,
            page: site.page,
            units: site.page.units.unwrap_or_else(|| Units::of(country)),
            sale: site.sale,
            today: day_at(&site.time_zone, now),
            sites: vec![site],
            zone: &site.time_zone,
            now,
            reached: RefCell::default(),
        })
    }

    /// A country in which nobody has a site, in universal time: for judging data alone.
    pub(crate) fn anywhere(country: CountryCode, now: Timestamp) -> Self {
        Self {
            locale: "",
            country,
            currency: CurrencyCode::EUR,
            currency_text: CurrencyCode::EUR.as_str().into(),
            language: "en",
            rights: RightsPolicy::default(),
            outlets: &NOBODY,
            page: PagePolicy::default(),
            units: Units::Metric,
            sale: SaleRule::default(),
            today: UNIVERSAL.to_datetime(now).date(),
            sites: Vec::new(),
            zone: &UNIVERSAL,
            now,
            reached: RefCell::default(),
        }
    }

    /// Every market once, in the order in which the configuration first names it.
    pub(crate) fn all(sites: &'a Sites, now: Timestamp) -> Vec<Self> {
        let mut markets: Vec<Self> = Vec::new();
        for site in sites.iter() {
            let locale = site.destination.locale.as_str();
            match markets.iter_mut().find(|market| market.locale == locale) {
                Some(market) => market.sites.push(site),
                None => markets.extend(Self::of(site, now)),
            }
        }
        markets
    }

    /// When what opens on the date opens here.
    pub(crate) fn opens_at(&self, date: PartialDate) -> Timestamp {
        date.lift_at(self.zone)
    }

    /// Whether what opens on the date has opened here.
    pub(crate) fn has_come(&self, date: PartialDate) -> bool {
        match date {
            PartialDate::Time(_) | PartialDate::Instant(_) => date.lift_at(self.zone) <= self.now,
            day => day.last_day() <= self.today,
        }
    }

    /// Whether what ends with the date is over here.
    pub(crate) fn is_over(&self, date: PartialDate) -> bool {
        match date {
            PartialDate::Time(_) | PartialDate::Instant(_) => date.over_at(self.zone) <= self.now,
            day => day.last_day() < self.today,
        }
    }

    /// Whether today lies in a period with open ends.
    pub(crate) fn is_within(&self, from: Option<PartialDate>, until: Option<PartialDate>) -> bool {
        from.is_none_or(|from| self.has_come(from))
            && !until.is_some_and(|until| self.is_over(until))
    }

    /// A date as rules that reckon in whole days must see it here: a moment later today is not
    /// today.
    pub(crate) fn as_day(&self, date: PartialDate) -> PartialDate {
        match date {
            PartialDate::Time(_) | PartialDate::Instant(_) => {
                let day = day_at(self.zone, self.opens_at(date));
                let waits = day == self.today && !self.has_come(date);
                let tomorrow = day.checked_add(1.day()).unwrap_or(Date::MAX);
                PartialDate::Day(if waits { tomorrow } else { day })
            }
            day => day,
        }
    }

    /// Whether a territory reaches the readers here; none at all reaches everyone.
    pub(crate) fn is_reached(&self, territory: Option<&Territory>) -> bool {
        let Some(territory) = territory else {
            return true;
        };
        let mut reached = self.reached.borrow_mut();
        if let Some(known) = reached.get(territory) {
            return *known;
        }
        let is_reached = reaches(&territory.resolve().0, self.country);
        reached.insert(territory.clone(), is_reached);
        is_reached
    }
}

/// Whether a country is in an area. One of which only outlet regions are out (airside shops, bases)
/// is in: no reader at home is there.
pub(crate) fn reaches(area: &Area, country: CountryCode) -> bool {
    area.whole.contains(country) || area.partial.get(&country).is_some_and(lacks_outlets_only)
}

/// Whether all that is missing of a country are outlet regions (ONIX List 49: GB-AIR, GB-APS,
/// IE-AIR).
pub(crate) fn lacks_outlets_only(part: &Part) -> bool {
    match part {
        Part::AllBut(missing) => missing.iter().all(|region| region.is_outlet()),
        Part::Only(_) => false,
    }
}

//! How long the whole catalogue takes to become everything that a stack should hold.

use std::collections::BTreeSet;
use std::error::Error;
use std::mem;

use catalogue::country::CountryCode;
use catalogue::money::CurrencyCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use site::desired::{Desired, Memory};
use site::policy::{Destination, Policy, Site, Sites};
use site::projection::projection;

use crate::grown;
use crate::report::Row;
use crate::usage;

/// The best of so many rounds counts: what else the machine does only ever adds.
const ROUNDS: usize = 3;

/// Locale, country, currency, zone and language of the sites of a large house.
pub(crate) const SITES: [(&str, &str, &str, &str, &str); 10] = [
    ("en-us", "US", "USD", "America/New_York", "en"),
    ("en-gb", "GB", "GBP", "Europe/London", "en"),
    ("en-au", "AU", "AUD", "Australia/Sydney", "en"),
    ("en-nz", "NZ", "NZD", "Pacific/Auckland", "en"),
    ("en-ca", "CA", "CAD", "America/Toronto", "en"),
    ("en-in", "IN", "INR", "Asia/Kolkata", "en"),
    ("en-za", "ZA", "ZAR", "Africa/Johannesburg", "en"),
    ("en-ie", "IE", "EUR", "Europe/Dublin", "en"),
    ("de-de", "DE", "EUR", "Europe/Berlin", "de"),
    ("fr-fr", "FR", "EUR", "Europe/Paris", "fr"),
];

fn sites() -> Result<Sites, Box<dyn Error>> {
    let mut sites = Vec::new();
    for (locale, country, currency, zone, language) in SITES {
        let destination = Destination {
            environment: format!("production-{locale}"),
            locale: locale.to_owned(),
        };
        sites.push(Site::new(
            locale,
            destination,
            CountryCode::exact(country).into_iter().collect(),
            CurrencyCode::parse(currency)?,
            TimeZone::get(zone)?,
            language,
        ));
    }
    Ok(Sites::new(sites)?)
}

/// Projects `works` works on ten sites, on one core.
///
/// # Errors
/// What keeps the catalogue or the sites from being made.
pub(crate) fn measure(works: usize) -> Result<Vec<Row>, Box<dyn Error>> {
    let as_of = Date::constant(2026, 11, 1);
    let catalogue = grown::works(as_of, works)?;
    let products: usize = catalogue.iter().map(|work| work.products.len()).sum();
    let sites = sites()?;
    let policy = Policy::new("en-us");
    let now: Timestamp = "2026-11-01T12:00:00Z".parse()?;
    let memory = Memory::default();
    let mut seconds = f64::INFINITY;
    let mut held = 0;
    let mut desired = Desired::default();
    for _ in 0..ROUNDS {
        drop(mem::take(&mut desired));
        let before = usage::resident();
        let started = usage::processor_seconds();
        desired = projection(&catalogue, &sites, &policy, &memory, now);
        seconds = seconds.min(usage::processor_seconds() - started);
        held = held.max(usage::resident().saturating_sub(before));
    }
    let versions: usize = desired
        .entries
        .values()
        .map(|entry| entry.versions.len())
        .sum();
    let shown: BTreeSet<_> = desired
        .entries
        .values()
        .flat_map(|entry| &entry.published)
        .collect();
    Ok(vec![
        Row::new(
            &format!(
                "projection of {works} works ({products} products) on {} sites",
                sites.iter().count()
            ),
            format!("{seconds:.2} s of processor time"),
        ),
        Row::new("entry versions made", versions.to_string()),
        Row::new("places published to", shown.len().to_string()),
        Row::new(
            "memory held by the desired stack",
            format!("{} MiB", held >> 20),
        ),
    ])
}

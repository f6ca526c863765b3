//! How long it takes to know where a product may be sold.

use std::collections::BTreeSet;
use std::error::Error;
use std::hint;

use catalogue::country::CountryCode;
use catalogue::rights::{Resolver, SalesRights};
use jiff::civil::Date;

use crate::grown;
use crate::projection::SITES;
use crate::report::Row;
use crate::usage;

/// Products asked about: enough for a clock that counts hundredths of a second.
const PRODUCTS: usize = 2_000_000;

/// The best of so many rounds counts.
const ROUNDS: usize = 3;

/// Resolves the rights of the sample's products, over and over, and asks each of the ten sites' countries. One cache
/// serves a round, as it serves a projection: a product whose rights say what another's said costs a look.
///
/// # Errors
/// What keeps the catalogue from being made.
pub(crate) fn measure() -> Result<Vec<Row>, Box<dyn Error>> {
    let records = grown::records(grown::message(Date::constant(2026, 11, 1))?)?;
    let stated: Vec<&SalesRights> = records
        .iter()
        .filter_map(|record| record.product()?.rights.as_ref())
        .collect();
    if stated.is_empty() {
        return Err("the sample states no rights".into());
    }
    let distinct = stated.iter().map(|rights| format!("{rights:?}"));
    let distinct = distinct.collect::<BTreeSet<String>>().len();
    let countries: Vec<CountryCode> = SITES
        .iter()
        .filter_map(|(_, country, ..)| CountryCode::exact(country))
        .collect();
    let mut seconds = f64::INFINITY;
    for _ in 0..ROUNDS {
        let started = usage::processor_seconds();
        let resolver = Resolver::default();
        for rights in stated.iter().cycle().take(PRODUCTS) {
            let resolved = resolver.rights(rights);
            for country in &countries {
                hint::black_box(resolved.sale(*country));
            }
        }
        seconds = seconds.min(usage::processor_seconds() - started);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few million")]
    let each = seconds * 1e9 / PRODUCTS as f64;
    Ok(vec![Row::new(
        &format!(
            "rights of a product on {} sites, amortised over the sample's {} products with {distinct} distinct statements",
            countries.len(),
            stated.len()
        ),
        format!("{each:.0} ns"),
    )])
}

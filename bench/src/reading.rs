//! How fast ONIX is read into typed records.

use std::error::Error;

use jiff::civil::Date;

use crate::grown;
use crate::report::Row;
use crate::usage;

/// The best of so many rounds counts.
const ROUNDS: usize = 5;

/// Reads the sample's feed, as often as it takes to be sure.
///
/// # Errors
/// What the reader refuses to read.
pub(crate) fn measure() -> Result<Vec<Row>, Box<dyn Error>> {
    let xml = grown::message(Date::constant(2026, 11, 1))?;
    let mut seconds = f64::INFINITY;
    let mut records = 0;
    for _ in 0..ROUNDS {
        let copy = xml.clone();
        let started = usage::processor_seconds();
        records = grown::records(copy)?.len();
        seconds = seconds.min(usage::processor_seconds() - started);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let (megabytes, per_second) = (xml.len() as f64 / 1e6, records as f64 / seconds);
    Ok(vec![Row::new(
        &format!("ONIX read: {records} records, {megabytes:.1} MB, on one core"),
        format!("{:.0} MB/s, {per_second:.0} records/s", megabytes / seconds),
    )])
}

//! How long a format is: pages, or minutes, and the same as a sentence (ONIX Lists 23 and 24).

use catalogue::codes::{ExtentType, ExtentUnit};
use catalogue::product::{Extent, Product};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::labels::Words;

/// Page counts, the one that readers mean first.
const PAGE_COUNTS: [ExtentType; 6] = [
    ExtentType::MAIN_CONTENT_PAGES,
    ExtentType::CONTENT_PAGES,
    ExtentType::ABSOLUTE_PAGES,
    ExtentType::TOTAL_NUMBERED_PAGES,
    ExtentType::PRODUCTION_PAGES,
    ExtentType::NOTIONAL_PAGES,
];

/// Durations, the whole before its main part (List 23 codes 09, 16, 14).
const DURATIONS: [&str; 3] = ["09", "16", "14"];

/// Longer than this, in minutes, nothing is read aloud: the number was sent in another unit.
const LONGEST: u32 = 1_000 * 60;

/// Number of pages, where the source gives one.
pub(crate) fn pages(product: &Product) -> Option<u32> {
    PAGE_COUNTS.iter().find_map(|kind| {
        let extent = product
            .extents
            .iter()
            .find(|extent| extent.kind == *kind && extent.unit == ExtentUnit::PAGES)?;
        extent.value.trim().parse().ok().filter(|pages| *pages > 0)
    })
}

/// Playing time in whole minutes, rounded, where the source gives one.
pub(crate) fn minutes(product: &Product) -> Option<u32> {
    DURATIONS.iter().find_map(|kind| {
        let of_kind = product
            .extents
            .iter()
            .filter(|extent| extent.kind.code() == *kind);
        of_kind
            .filter_map(in_minutes)
            .find(|minutes| (1..=LONGEST).contains(minutes))
    })
}

fn in_minutes(extent: &Extent) -> Option<u32> {
    let value = extent.value.trim();
    let whole = || value.parse::<u32>().ok();
    match extent.unit {
        ExtentUnit::HOURS => rounded(value, Decimal::from(60)),
        ExtentUnit::MINUTES => rounded(value, Decimal::ONE),
        ExtentUnit::SECONDS => Some(seconds(whole()?)),
        ExtentUnit::HOURS_WHOLE => whole()?.checked_mul(60),
        ExtentUnit::HOURS_MINUTES => clock(whole()?, 0),
        ExtentUnit::HOURS_MINUTES_SECONDS => clock(whole()? / 100, seconds(whole()? % 100)),
        _ => None,
    }
}

fn rounded(value: &str, per_unit: Decimal) -> Option<u32> {
    let value: Decimal = value.parse().ok()?;
    value.checked_mul(per_unit)?.round().to_u32()
}

fn seconds(seconds: u32) -> u32 {
    seconds / 60 + u32::from(seconds % 60 >= 30)
}

/// `HHHMM` as a number; more than 59 minutes are a mistake.
fn clock(number: u32, more: u32) -> Option<u32> {
    let (hours, minutes) = (number / 100, number % 100);
    (minutes < 60).then_some(hours * 60 + minutes + more)
}

/// The length as a sentence: playing time of what is heard, else pages.
pub(crate) fn sentence(pages: Option<u32>, minutes: Option<u32>, words: &Words) -> Option<String> {
    match (minutes, pages) {
        (Some(minutes), _) if minutes < 60 => {
            Some(words.fill("extent", "minutes", "minutes", &minutes.to_string()))
        }
        (Some(minutes), _) => {
            let hours = (minutes / 60).to_string();
            let sentence = words.fill("extent", "duration", "hours", &hours);
            Some(sentence.replace("{minutes}", &(minutes % 60).to_string()))
        }
        (None, Some(pages)) => Some(words.fill("extent", "pages", "count", &pages.to_string())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use catalogue::key::{ProductKey, RecordKey};

    use super::*;
    use crate::labels::Labels;

    fn lasting(value: &str, unit: ExtentUnit) -> Option<u32> {
        let mut product = Product::new(
            ProductKey::namespaced("test", "product", 1),
            RecordKey::namespaced("test", "work", 1),
        );
        product.extents = vec![Extent {
            kind: ExtentType::DURATION,
            value: value.to_owned(),
            unit,
        }];
        minutes(&product)
    }

    #[test]
    fn every_unit_of_time_comes_to_minutes() {
        assert_eq!(lasting("00932", ExtentUnit::HOURS_MINUTES), Some(572));
        assert_eq!(
            lasting("0093229", ExtentUnit::HOURS_MINUTES_SECONDS),
            Some(572)
        );
        assert_eq!(
            lasting("0093231", ExtentUnit::HOURS_MINUTES_SECONDS),
            Some(573)
        );
        assert_eq!(lasting("9.5", ExtentUnit::HOURS), Some(570));
        assert_eq!(lasting("90", ExtentUnit::MINUTES), Some(90));
        assert_eq!(lasting("5430", ExtentUnit::SECONDS), Some(91));
        assert_eq!(lasting("003", ExtentUnit::HOURS_WHOLE), Some(180));
    }

    #[test]
    fn what_no_clock_shows_is_left_out() {
        for (value, unit) in [
            ("00990", ExtentUnit::HOURS_MINUTES),
            ("long", ExtentUnit::MINUTES),
            ("-3", ExtentUnit::HOURS),
            ("0", ExtentUnit::MINUTES),
            ("79228162514264337593543950335", ExtentUnit::HOURS),
            ("500", ExtentUnit::MEGABYTES),
        ] {
            assert_eq!(lasting(value, unit), None, "{value}");
        }
    }

    #[test]
    fn a_length_is_a_sentence_in_the_sites_language() {
        let labels = Labels::default();
        let say = |language: &str, pages, minutes| sentence(pages, minutes, labels.of(language));
        assert_eq!(say("en", Some(352), None).as_deref(), Some("352 pages"));
        assert_eq!(
            say("en", Some(352), Some(572)).as_deref(),
            Some("9 hr 32 min")
        );
        assert_eq!(
            say("de", None, Some(572)).as_deref(),
            Some("9 Std. 32 Min.")
        );
        assert_eq!(say("en", None, Some(12)).as_deref(), Some("12 min"));
        assert_eq!(say("en", None, None), None);
    }
}

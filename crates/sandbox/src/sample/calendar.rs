//! The sample's clock: every date is an offset in days from the day the sandbox pretends it is.
//!
//! A fixed date would turn a forthcoming book into a late one as the months pass, and the demo with it.

use jiff::ToSpan;
use jiff::civil::Date;

/// The word for the Thursday of next week: books are published on Thursdays.
pub(super) const THURSDAY: &str = "thu";

/// How many days it is to the Thursday of the week after that of `as_of`: 4 (from a Sunday) to 10 (from a Monday).
pub(super) fn to_next_thursday(as_of: Date) -> i64 {
    10 - i64::from(as_of.weekday().to_monday_zero_offset())
}

/// `as_of` moved by a number of days; a date that leaves the calendar stays at `as_of`.
pub(super) fn offset(as_of: Date, days: i64) -> Date {
    as_of.checked_add(days.days()).unwrap_or(as_of)
}

/// The publisher's season a date falls in: `Spring 2027` is January to June, `Autumn 2027` July to
/// December.
pub fn season(date: Date) -> String {
    let half = if date.month() <= 6 {
        "Spring"
    } else {
        "Autumn"
    };
    format!("{half} {}", date.year())
}

/// Replaces every string of the form `@+30` or `@-7` inside `value` with that date, and `@+30m` or
/// `@+30y` with the same to the month (`202703`) or the year (`2027`); `@thu` with the Thursday of next week.
pub(super) fn resolve(value: &mut serde_json::Value, as_of: Date) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            if let Some(date) = dated(text, as_of) {
                *text = date;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, as_of)),
        Value::Object(fields) => fields.values_mut().for_each(|item| resolve(item, as_of)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn dated(text: &str, as_of: Date) -> Option<String> {
    let rest = text.strip_prefix('@')?;
    if rest == THURSDAY {
        return Some(offset(as_of, to_next_thursday(as_of)).to_string());
    }
    let (days, precision) = match rest.strip_suffix(['m', 'y']) {
        Some(days) => (days, rest.chars().last()),
        None => (rest, None),
    };
    let date = offset(as_of, days.parse().ok()?);
    Some(match precision {
        Some('m') => format!("{:04}{:02}", date.year(), date.month()),
        Some(_) => format!("{:04}", date.year()),
        None => date.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn offsets_become_dates_wherever_they_stand() {
        let mut value = json!({"a": ["@+10", "@-1", "@home"], "b": {"c": "@+40m", "d": "@+400y"}});
        resolve(&mut value, date(2026, 11, 24));
        let expected = json!({
            "a": ["2026-12-04", "2026-11-23", "@home"],
            "b": {"c": "202701", "d": "2027"},
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn next_thursday_is_in_the_next_week_whatever_day_it_is() {
        for day in 1..=28 {
            let as_of = date(2027, 2, day);
            let thursday = offset(as_of, to_next_thursday(as_of));
            let monday = as_of
                .checked_add((7 - i64::from(as_of.weekday().to_monday_zero_offset())).days())
                .unwrap();
            assert_eq!(thursday, monday.checked_add(3.days()).unwrap(), "{as_of}");
            let mut value = json!("@thu");
            resolve(&mut value, as_of);
            assert_eq!(value, json!(thursday.to_string()));
        }
    }

    #[test]
    fn seasons_are_half_years() {
        assert_eq!(season(date(2027, 6, 30)), "Spring 2027");
        assert_eq!(season(date(2026, 7, 1)), "Autumn 2026");
    }
}

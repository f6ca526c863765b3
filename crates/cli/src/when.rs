//! An instant as people name one: exactly, or by a day.

use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// An instant, or a day whose midnight depends on a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Exactly then.
    Instant(Timestamp),
    /// At the start of the day.
    Day(Date),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Self::Instant(instant));
        }
        // A date parser that also takes a date and a time would drop the time silently.
        let is_day = text.len() == 10 && !text.contains(['T', ' ']);
        match text.parse::<Date>() {
            Ok(day) if is_day => Ok(Self::Day(day)),
            _ => Err("write RFC 3339 with an offset, such as 2027-03-15T09:00:00+11:00, or a day, such as 2027-03-15".into()),
        }
    }
}

impl When {
    /// The instant, where days begin in `zone`.
    pub(crate) fn in_zone(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => day
                .to_zoned(zone.clone())
                .map_or(Timestamp::MAX, |midnight| midnight.timestamp()),
        }
    }
}

/// A week of the ISO calendar, as `2027-W23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Week {
    first: Date,
}

impl Week {
    /// Its Monday.
    pub(crate) fn first(self) -> Date {
        self.first
    }
}

impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once("-W");
        let parsed = parts.and_then(|(year, week)| {
            ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()
        });
        parsed
            .map(|monday| Self {
                first: monday.date(),
            })
            .ok_or_else(|| format!("`{text}` is no week; write it as 2027-W23"))
    }
}

/// A length of time: a whole number with `s`, `m`, `h` or `d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) SignedDuration);

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
        units
            .into_iter()
            .find_map(|(unit, seconds)| {
                let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
                let seconds = number
                    .checked_mul(seconds)
                    .filter(|seconds| *seconds >= 0)?;
                Some(Self(SignedDuration::from_secs(seconds)))
            })
            .ok_or_else(|| "write a whole number with s, m, h or d, such as 15m".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_with_a_unit() {
        let minutes = |text: &str| {
            text.parse::<Interval>()
                .map(|interval| interval.0.as_mins())
        };
        assert_eq!(minutes("15m"), Ok(15));
        assert_eq!(minutes("2h"), Ok(120));
        assert_eq!(minutes("1d"), Ok(1_440));
        for wrong in ["15", "m", "-1m", "1.5h", "quarter"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }

    fn at(text: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        text.parse::<When>().unwrap().in_zone(&zone).to_string()
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        assert_eq!(at("2027-03-15", "Australia/Sydney"), "2027-03-14T13:00:00Z");
        assert_eq!(at("2027-03-15", "UTC"), "2027-03-15T00:00:00Z");
    }

    #[test]
    fn an_instant_is_itself_in_every_zone() {
        assert_eq!(
            at("2027-03-15T09:00:00+11:00", "UTC"),
            "2027-03-14T22:00:00Z"
        );
    }

    #[test]
    fn a_time_without_an_offset_is_no_instant() {
        for text in [
            "2027-03-15T09:00:00",
            "2027-3-1",
            "tomorrow",
            "",
            "2027-02-30",
        ] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }
}

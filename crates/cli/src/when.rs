//! An instant as people name one: exactly, or by a day.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

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

#[cfg(test)]
mod tests {
    use super::*;

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

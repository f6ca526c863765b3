//! Dates that keep the precision they came with.
//!
//! "March 2027" is not the first of March. A source that knows only the month has promised nothing
//! about its first thirty days, so wherever a date opens something (an embargo lifts, a title goes
//! on sale) an imprecise one counts as its **last** day. Dates carry no zone either: a day begins at
//! midnight where the reader is, so the instant is asked for with the site's zone.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codes::DateFormat;

/// A date of some precision, from a year down to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// A year: `2027`.
    Year(i16),
    /// A quarter of a year, 1 to 4: `2027-Q1`.
    Quarter(i16, i8),
    /// A month, 1 to 12: `2027-03`.
    YearMonth(i16, i8),
    /// An ISO week, 1 to 53: `2027-W11`.
    Week(i16, i8),
    /// A day: `2027-03-15`.
    Day(Date),
    /// A time of day in the reader's zone: `2027-03-15T09:30`.
    Time(DateTime),
    /// An instant, given with its offset: `2027-03-15T09:30:00Z`.
    Instant(Timestamp),
}

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseDateError {
    /// Not the shape of any date.
    #[error("`{text}` is not a date; send YYYYMMDD, YYYYMM or YYYY, or the same with hyphens")]
    Shape {
        /// The text as it came, at most forty characters of it.
        text: String,
    },
    /// The right shape, but no such day, week, month or quarter.
    #[error("`{text}` is not a date: the calendar has no such day, week, month or quarter")]
    Calendar {
        /// The text as it came, at most forty characters of it.
        text: String,
    },
    /// A format of ONIX List 55 that is not a Gregorian date: free text, an Islamic calendar, or a
    /// spread where one date was due.
    #[error("a date in the format {format} ({label}) cannot be read; send YYYYMMDD, format 00")]
    Format {
        /// The code of List 55.
        format: DateFormat,
        /// Its label, or `unknown`.
        label: &'static str,
    },
}

impl PartialDate {
    /// Reads the value of an ONIX date, given its List 55 format.
    ///
    /// Feeds often name a format and send another, so a text that does not fit its format is read
    /// by its own shape; compare [`PartialDate::format`] with what was named to report it. A season
    /// (format 04) means other months in each hemisphere and is read as its year.
    ///
    /// # Errors
    /// For formats that hold no single Gregorian date, and for text that is no date.
    pub fn parse(format: DateFormat, text: &str) -> Result<Self, ParseDateError> {
        match format {
            DateFormat::QUARTER => quarter(text).unwrap_or_else(|| Self::by_shape(text)),
            DateFormat::WEEK => week(text).unwrap_or_else(|| Self::by_shape(text)),
            DateFormat::SEASON => season(text).unwrap_or_else(|| Self::by_shape(text)),
            DateFormat::DAY
            | DateFormat::MONTH
            | DateFormat::YEAR
            | DateFormat::MINUTE
            | DateFormat::SECOND => Self::by_shape(text),
            other => Err(ParseDateError::Format {
                format: other,
                label: other.label().unwrap_or("unknown"),
            }),
        }
    }

    /// Reads a spread (List 55 formats 06 to 11), such as `2027030120270331`, as its two ends.
    ///
    /// # Errors
    /// For a format that is no spread, and for text whose halves are no dates.
    pub fn parse_spread(format: DateFormat, text: &str) -> Result<(Self, Self), ParseDateError> {
        const SPREADS: &[(DateFormat, DateFormat)] = &[
            (DateFormat::DAY_SPREAD, DateFormat::DAY),
            (DateFormat::MONTH_SPREAD, DateFormat::MONTH),
            (DateFormat::WEEK_SPREAD, DateFormat::WEEK),
            (DateFormat::QUARTER_SPREAD, DateFormat::QUARTER),
            (DateFormat::SEASON_SPREAD, DateFormat::SEASON),
            (DateFormat::YEAR_SPREAD, DateFormat::YEAR),
        ];
        let Some((_, half)) = SPREADS.iter().find(|(spread, _)| *spread == format) else {
            return Err(ParseDateError::Format {
                format,
                label: format.label().unwrap_or("unknown"),
            });
        };
        let text = text.trim();
        let (from, until) = text
            .split_at_checked(text.len() / 2)
            .ok_or_else(|| shape_error(text))?;
        Ok((Self::parse(*half, from)?, Self::parse(*half, until)?))
    }

    /// Reads a date by its shape alone: ISO 8601 with hyphens, or ONIX without.
    ///
    /// # Errors
    /// For text that has no such shape, or names a day that the calendar lacks.
    pub fn by_shape(text: &str) -> Result<Self, ParseDateError> {
        let text = text.trim();
        if text.contains('T') {
            return moment(text);
        }
        if text.contains('Q') {
            return quarter(&text.replace(['-', 'Q'], "")).unwrap_or(Err(shape_error(text)));
        }
        if text.contains('W') {
            return week(&text.replace(['-', 'W'], "")).unwrap_or(Err(shape_error(text)));
        }
        let plain = match *text.as_bytes() {
            [_, _, _, _, b'-', _, _] | [_, _, _, _, b'-', _, _, b'-', _, _] => {
                text.replace('-', "")
            }
            _ => text.to_owned(),
        };
        let Some([year, month, day]) = cut(&plain, [4, 2, 2]) else {
            return Err(shape_error(text));
        };
        let date = match (year, month, day) {
            (Some(year), None, None) => (year > 0).then_some(Self::Year(year)),
            (Some(year), Some(month), None) => (year > 0 && (1..=12).contains(&month))
                .then(|| month_of(year, month))
                .flatten(),
            (Some(year), Some(month), Some(day)) => civil(year, month, day).map(Self::Day),
            _ => return Err(shape_error(text)),
        };
        date.ok_or_else(|| calendar_error(text))
    }

    /// The first day it may mean.
    #[must_use]
    pub fn first_day(&self) -> Date {
        match *self {
            Self::Year(year) => civil(year, 1, 1).unwrap_or(Date::MIN),
            Self::Quarter(year, quarter) => {
                civil(year, i16::from(quarter) * 3 - 2, 1).unwrap_or(Date::MIN)
            }
            Self::YearMonth(year, month) => civil(year, i16::from(month), 1).unwrap_or(Date::MIN),
            Self::Week(year, week) => week_day(year, week, Weekday::Monday).unwrap_or(Date::MIN),
            Self::Day(day) => day,
            Self::Time(time) => time.date(),
            Self::Instant(instant) => TimeZone::UTC.to_datetime(instant).date(),
        }
    }

    /// The last day it may mean.
    #[must_use]
    pub fn last_day(&self) -> Date {
        match *self {
            Self::Year(year) => civil(year, 12, 31).unwrap_or(Date::MAX),
            Self::Quarter(year, quarter) => {
                civil(year, i16::from(quarter) * 3, 1).map_or(Date::MAX, Date::last_of_month)
            }
            Self::YearMonth(year, month) => {
                civil(year, i16::from(month), 1).map_or(Date::MAX, Date::last_of_month)
            }
            Self::Week(year, week) => week_day(year, week, Weekday::Sunday).unwrap_or(Date::MAX),
            Self::Day(_) | Self::Time(_) | Self::Instant(_) => self.first_day(),
        }
    }

    /// When something that opens on this date opens in `zone`: the first instant of its last day,
    /// or the very moment where one was given. A time that a clock shows twice opens the second
    /// time.
    #[must_use]
    pub fn lift_at(&self, zone: &TimeZone) -> Timestamp {
        match *self {
            Self::Instant(instant) => instant,
            Self::Time(time) => {
                let later = zone.to_ambiguous_timestamp(time).later();
                later.unwrap_or(Timestamp::MAX)
            }
            _ => start_of_day(zone, self.last_day()),
        }
    }

    /// When something that ends with this date is over in `zone`: the first instant after its last
    /// day, or the very moment where one was given. A time that a clock shows twice ends the first
    /// time.
    #[must_use]
    pub fn over_at(&self, zone: &TimeZone) -> Timestamp {
        match *self {
            Self::Instant(instant) => instant,
            Self::Time(time) => {
                let earlier = zone.to_ambiguous_timestamp(time).earlier();
                earlier.unwrap_or(Timestamp::MAX)
            }
            _ => match self.last_day().checked_add(1.day()) {
                Ok(after) => start_of_day(zone, after),
                Err(_) => Timestamp::MAX,
            },
        }
    }

    /// Whether it names a day, or better.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Day(_) | Self::Time(_) | Self::Instant(_))
    }

    /// The List 55 format of this precision.
    #[must_use]
    pub fn format(&self) -> DateFormat {
        match self {
            Self::Year(_) => DateFormat::YEAR,
            Self::Quarter(..) => DateFormat::QUARTER,
            Self::YearMonth(..) => DateFormat::MONTH,
            Self::Week(..) => DateFormat::WEEK,
            Self::Day(_) => DateFormat::DAY,
            Self::Time(_) => DateFormat::MINUTE,
            Self::Instant(_) => DateFormat::SECOND,
        }
    }
}

/// When a day begins in `zone`: the instant from which the clocks there never show an earlier day
/// again. That is midnight; where a change of the clocks skips midnight, what comes after it; where
/// the clocks go back over midnight (St John's until 2011), the second midnight. Past the end of
/// time it never comes.
#[must_use]
pub fn start_of_day(zone: &TimeZone, day: Date) -> Timestamp {
    let midnight = zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
    let Ok(first) = midnight.compatible() else {
        return Timestamp::MAX;
    };
    if !midnight.is_ambiguous() {
        return first;
    }
    let second = midnight.later().unwrap_or(first);
    let falls_back = second
        .checked_sub(1.nanosecond())
        .is_ok_and(|before| zone.to_datetime(before).date() < day);
    if falls_back { second } else { first }
}

/// Which day it is in `zone`: the last that has begun, as [`start_of_day`] reckons. Never goes back
/// as time passes, whatever the clocks do.
#[must_use]
pub fn day_at(zone: &TimeZone, now: Timestamp) -> Date {
    let shown = zone.to_datetime(now).date();
    if start_of_day(zone, shown) <= now {
        shown
    } else {
        shown.yesterday().unwrap_or(shown)
    }
}

fn month_of(year: i16, month: i16) -> Option<PartialDate> {
    i8::try_from(month)
        .ok()
        .map(|month| PartialDate::YearMonth(year, month))
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    if year < 1 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn week_day(year: i16, week: i8, weekday: Weekday) -> Option<Date> {
    ISOWeekDate::new(year, week, weekday)
        .ok()
        .map(ISOWeekDate::date)
}

/// Cuts `text`, all digits, into numbers of these widths; later ones may be missing.
fn cut<const N: usize>(text: &str, widths: [usize; N]) -> Option<[Option<i16>; N]> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut rest = text;
    let mut numbers = [None; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        if rest.is_empty() {
            break;
        }
        let (head, tail) = rest.split_at_checked(width)?;
        *number = Some(head.parse().ok()?);
        rest = tail;
    }
    rest.is_empty().then_some(numbers)
}

/// `YYYYQ`; nothing where the text has another shape.
fn quarter(text: &str) -> Option<Result<PartialDate, ParseDateError>> {
    let [Some(year), Some(quarter)] = cut(text.trim(), [4, 1])? else {
        return None;
    };
    let valid = i8::try_from(quarter)
        .ok()
        .filter(|q| (1..=4).contains(q) && year > 0);
    Some(
        valid
            .map(|q| PartialDate::Quarter(year, q))
            .ok_or_else(|| calendar_error(text)),
    )
}

/// `YYYYS`, read as its year; nothing where the text has another shape.
fn season(text: &str) -> Option<Result<PartialDate, ParseDateError>> {
    let [Some(year), Some(season)] = cut(text.trim(), [4, 1])? else {
        return None;
    };
    let valid = (year > 0 && (1..=4).contains(&season)).then_some(PartialDate::Year(year));
    Some(valid.ok_or_else(|| calendar_error(text)))
}

/// `YYYYWW`; nothing where the text has another shape.
fn week(text: &str) -> Option<Result<PartialDate, ParseDateError>> {
    let [Some(year), Some(week)] = cut(text.trim(), [4, 2])? else {
        return None;
    };
    let valid = i8::try_from(week)
        .ok()
        .filter(|week| year > 0 && week_day(year, *week, Weekday::Sunday).is_some());
    Some(
        valid
            .map(|week| PartialDate::Week(year, week))
            .ok_or_else(|| calendar_error(text)),
    )
}

/// A date with a time: `20270315T0930`, with seconds, hyphens, colons or an offset if it likes.
fn moment(text: &str) -> Result<PartialDate, ParseDateError> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(PartialDate::Instant(instant));
    }
    text.parse::<DateTime>()
        .map(PartialDate::Time)
        .map_err(|_| shape_error(text))
}

fn shape_error(text: &str) -> ParseDateError {
    ParseDateError::Shape {
        text: text.trim().chars().take(40).collect(),
    }
}

fn calendar_error(text: &str) -> ParseDateError {
    ParseDateError::Calendar {
        text: text.trim().chars().take(40).collect(),
    }
}

impl FromStr for PartialDate {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::by_shape(text)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::YearMonth(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Week(year, week) => write!(f, "{year:04}-W{week:02}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::Instant(instant) => write!(f, "{instant}"),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::by_shape(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;

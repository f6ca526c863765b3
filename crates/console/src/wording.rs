//! Small matters of wording: instants, ages, counts, and addresses within the console.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A count with its noun: `1 title`, `2 titles`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// An instant as the state file keeps it, to the minute: `2026-11-24 08:10 UTC`.
pub(crate) fn clock(kept: &str) -> String {
    match kept.parse::<Timestamp>() {
        Ok(instant) => instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => kept.to_owned(),
    }
}

/// An instant as a clock in a zone shows it.
pub(crate) fn local(instant: Timestamp, zone: &TimeZone) -> String {
    let zoned = instant.to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// How long ago something was, in its largest unit: `3 hours ago`.
pub(crate) fn ago(then: &str, now: Timestamp) -> String {
    let Ok(then) = then.parse::<Timestamp>() else {
        return then.to_owned();
    };
    let seconds = now.duration_since(then).as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    unit.map_or_else(
        || "just now".to_owned(),
        |(length, name)| {
            let count = usize::try_from(seconds / length).unwrap_or(usize::MAX);
            format!("{} ago", plural(count, name))
        },
    )
}

/// Text as one segment of an address, or as a value in a query.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let now = "2027-06-03T12:00:00Z".parse().unwrap();
        assert_eq!(ago("2027-06-03T11:59:30Z", now), "just now");
        assert_eq!(ago("2027-06-03T11:58:30Z", now), "1 minute ago");
        assert_eq!(ago("2027-06-01T11:00:00Z", now), "2 days ago");
        assert_eq!(ago("never", now), "never");
    }

    #[test]
    fn a_key_stays_one_segment() {
        assert_eq!(segment("onix:a/b c"), "onix%3Aa%2Fb%20c");
    }
}

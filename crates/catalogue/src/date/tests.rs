use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> PartialDate {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

#[test]
fn each_format_is_read_and_shown_as_iso() {
    for (format, text, shown) in [
        (DateFormat::DAY, "20270315", "2027-03-15"),
        (DateFormat::MONTH, "202703", "2027-03"),
        (DateFormat::WEEK, "202711", "2027-W11"),
        (DateFormat::QUARTER, "20271", "2027-Q1"),
        (DateFormat::SEASON, "20271", "2027"),
        (DateFormat::YEAR, "2027", "2027"),
        (DateFormat::MINUTE, "20270315T0930", "2027-03-15T09:30:00"),
        (
            DateFormat::SECOND,
            "20270315T093015Z",
            "2027-03-15T09:30:15Z",
        ),
        (
            DateFormat::SECOND,
            "20270315T093015+0100",
            "2027-03-15T08:30:15Z",
        ),
    ] {
        let date = PartialDate::parse(format, text).unwrap();
        assert_eq!(date.to_string(), shown, "{format} {text}");
        assert_eq!(read(shown), date, "{shown}");
    }
}

#[test]
fn a_text_that_does_not_fit_its_format_is_read_by_its_shape() {
    let month = PartialDate::parse(DateFormat::DAY, "202703").unwrap();
    assert_eq!(month, PartialDate::YearMonth(2027, 3));
    assert_eq!(month.format(), DateFormat::MONTH);
    assert_eq!(read("2027-03-15"), PartialDate::Day(date(2027, 3, 15)));
}

#[test]
fn what_is_no_date_is_refused_with_the_reason() {
    for text in [
        "",
        "soon",
        "27",
        "20271",
        "2027031",
        "202703155",
        "2027/03/15",
        "２０２７",
        "T",
    ] {
        let error = PartialDate::parse(DateFormat::DAY, text).unwrap_err();
        assert!(
            matches!(error, ParseDateError::Shape { .. }),
            "{text}: {error}"
        );
    }
    for text in [
        "20270230", "20271301", "202700", "202713", "0000", "00000101", "20270300",
    ] {
        let error = PartialDate::parse(DateFormat::DAY, text).unwrap_err();
        assert!(
            matches!(error, ParseDateError::Calendar { .. }),
            "{text}: {error}"
        );
    }
    for format in ["12", "20", "32", "06", "77"] {
        let error = PartialDate::parse(DateFormat::new(format), "20270315").unwrap_err();
        assert!(
            matches!(error, ParseDateError::Format { .. }),
            "{format}: {error}"
        );
    }
    assert!(PartialDate::parse(DateFormat::QUARTER, "20275").is_err());
    assert!(PartialDate::parse(DateFormat::WEEK, "202753").is_err());
}

#[test]
fn a_spread_has_two_ends() {
    let (from, until) =
        PartialDate::parse_spread(DateFormat::DAY_SPREAD, "2027030120270331").unwrap();
    assert_eq!((from, until), (read("2027-03-01"), read("2027-03-31")));
    assert!(PartialDate::parse_spread(DateFormat::DAY, "2027030120270331").is_err());
    assert!(PartialDate::parse_spread(DateFormat::DAY_SPREAD, "né").is_err());
}

#[test]
fn an_imprecise_date_spans_all_it_may_mean() {
    for (text, first, last) in [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-Q2", date(2027, 4, 1), date(2027, 6, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2027-03-15", date(2027, 3, 15), date(2027, 3, 15)),
    ] {
        assert_eq!(
            (read(text).first_day(), read(text).last_day()),
            (first, last),
            "{text}"
        );
    }
}

#[test]
fn a_day_lifts_at_midnight_where_the_reader_is() {
    let day = read("2027-03-15");
    assert_eq!(
        day.lift_at(&zone("Australia/Sydney")).to_string(),
        "2027-03-14T13:00:00Z"
    );
    assert_eq!(
        day.lift_at(&zone("Europe/London")).to_string(),
        "2027-03-15T00:00:00Z"
    );
    assert_eq!(
        day.over_at(&zone("Europe/London")).to_string(),
        "2027-03-16T00:00:00Z"
    );
}

#[test]
fn a_month_or_year_lifts_on_its_last_day() {
    let utc = TimeZone::UTC;
    assert_eq!(
        read("2027-03").lift_at(&utc).to_string(),
        "2027-03-31T00:00:00Z"
    );
    assert_eq!(
        read("2027").lift_at(&utc).to_string(),
        "2027-12-31T00:00:00Z"
    );
    assert_eq!(
        read("2027").over_at(&utc).to_string(),
        "2028-01-01T00:00:00Z"
    );
}

#[test]
fn a_moment_lifts_when_it_says() {
    let london = zone("Europe/London");
    assert_eq!(
        read("2027-07-01T09:30").lift_at(&london).to_string(),
        "2027-07-01T08:30:00Z"
    );
    assert_eq!(
        read("20270701T0930+0200").lift_at(&london).to_string(),
        "2027-07-01T07:30:00Z"
    );
}

#[test]
fn a_day_without_a_midnight_begins_with_its_first_instant() {
    // Clocks in Santiago went from 23:59:59 on the 4th straight to 01:00 on the 5th.
    let day = read("2021-09-05");
    assert_eq!(
        day.lift_at(&zone("America/Santiago")).to_string(),
        "2021-09-05T04:00:00Z"
    );
}

#[test]
fn a_date_past_the_end_of_time_never_lifts() {
    assert_eq!(read("9999").lift_at(&TimeZone::UTC), Timestamp::MAX);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[0-9QWTZ:+-]{0,20}|\\PC{0,20}", format in "[0-9]{2}") {
        let _ = PartialDate::by_shape(&text);
        let _ = PartialDate::parse(DateFormat::new(&format), &text);
        let _ = PartialDate::parse_spread(DateFormat::new(&format), &text);
    }

    #[test]
    fn whatever_is_read_is_shown_so_that_it_reads_the_same(text in "[0-9]{4}(-(Q[1-4]|W[0-5][0-9]|[01][0-9](-[0-3][0-9])?))?") {
        if let Ok(date) = text.parse::<PartialDate>() {
            prop_assert_eq!(read(&date.to_string()), date);
            prop_assert!(date.first_day() <= date.last_day());
            prop_assert_eq!(date.to_string(), text);
        }
    }
}

#[test]
fn a_day_begins_where_clocks_skip_repeat_or_fall_back_over_midnight() {
    for (zone_name, day, begins) in [
        // Clocks went from 24:00 to 01:00.
        (
            "America/Sao_Paulo",
            date(2018, 11, 4),
            "2018-11-04T03:00:00Z",
        ),
        // The hour after midnight came twice.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00Z"),
        // One minute after midnight it was 23:01 again.
        (
            "America/St_Johns",
            date(2010, 11, 7),
            "2010-11-07T03:30:00Z",
        ),
        // The whole day was left out.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00Z"),
    ] {
        let zone = zone(zone_name);
        assert_eq!(start_of_day(&zone, day).to_string(), begins, "{zone_name}");
        let at: Timestamp = begins.parse().unwrap();
        assert!(day_at(&zone, at) >= day, "{zone_name}");
        assert!(day_at(&zone, at - 1.second()) < day, "{zone_name}");
    }
}

#[test]
fn a_time_that_comes_twice_opens_late_and_closes_early() {
    let time = read("2027-10-31T01:30");
    let london = zone("Europe/London");
    assert_eq!(time.lift_at(&london).to_string(), "2027-10-31T01:30:00Z");
    assert_eq!(time.over_at(&london).to_string(), "2027-10-31T00:30:00Z");
}

/// Zones that change their clocks at midnight, over it, by half an hour, by a day, or never.
const ZONES: [&str; 10] = [
    "Australia/Sydney",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "UTC",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_day_has_come_from_its_first_instant_on_and_never_before(
        at in 0_usize..ZONES.len(),
        seconds in 500_000_000_i64..2_400_000_000,
        days in -2_i64..=2,
    ) {
        let zone = zone(ZONES[at]);
        let now = Timestamp::from_second(seconds).unwrap();
        let day = day_at(&zone, now).checked_add(days.days()).unwrap();
        let opens = PartialDate::Day(day).lift_at(&zone);
        prop_assert_eq!(day_at(&zone, now) >= day, now >= opens);
        prop_assert!(PartialDate::Day(day).over_at(&zone) >= opens);
        prop_assert!(zone.to_datetime(opens).date() >= day, "not before its day");
    }
}

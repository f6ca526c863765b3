//! A calendar of to-dos (RFC 5545), such as Consonance gives out by subscription.
//!
//! What such a calendar says of the title is not documented. So a to-do is held against the twelve conventional names, and its
//! title is looked for in all that it says: an ISBN, an address that ends in `works/ID`, or the name of a title that is known.
//! One to-do that cannot be read stops no other.

use std::collections::BTreeMap;

use jiff::civil::Date;
use launch::milestone::Milestone;

use super::export::{Named, Row, Wrong};

/// One line of a calendar.
struct Line {
    number: u64,
    name: String,
    value: String,
}

/// Whether a text is a calendar.
pub(super) fn is_calendar(text: &str) -> bool {
    let begun = text.trim_start_matches('\u{feff}').trim_start();
    let first = begun.lines().next().unwrap_or_default().trim_end();
    first.eq_ignore_ascii_case("BEGIN:VCALENDAR")
}

/// Every to-do and event, or what is wrong with it.
pub(super) fn read(text: &str) -> Vec<Result<Row, Wrong>> {
    let mut rows = Vec::new();
    let mut open: Option<(u64, BTreeMap<String, String>)> = None;
    // Alarms and the like stand inside of to-dos and have lines of the same names.
    let mut within = 0_usize;
    for line in lines(text.trim_start_matches('\u{feff}')) {
        let kind = line.value.trim().to_ascii_uppercase();
        let is_todo = matches!(kind.as_str(), "VTODO" | "VEVENT");
        match (line.name.as_str(), &mut open) {
            ("BEGIN", None) if is_todo => open = Some((line.number, BTreeMap::new())),
            ("BEGIN", Some(_)) => within += 1,
            ("END", Some(_)) if within > 0 => within -= 1,
            ("END", Some(_)) => {
                if let Some((number, lines)) = open.take() {
                    rows.push(row(number, &lines));
                }
            }
            (_, Some((_, lines))) if within == 0 => {
                lines.entry(line.name).or_insert(line.value);
            }
            _ => {}
        }
    }
    if let Some((line, _)) = open {
        let why = "the calendar breaks off within this to-do".to_owned();
        rows.push(Err(Wrong { line, why }));
    }
    rows
}

/// The lines, unfolded: one that begins with a space or tab goes on with the one before it.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (number, raw) in (1_u64..).zip(text.lines()) {
        let raw = raw.trim_end_matches('\r');
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((number, raw.to_owned())),
        }
    }
    let parted = lines.into_iter().filter_map(|(number, line)| {
        let at = value_at(&line)?;
        let (head, value) = (line.get(..at)?, line.get(at.checked_add(1)?..)?);
        let name = head.split(';').next().unwrap_or_default();
        Some(Line {
            number,
            name: name.trim().to_ascii_uppercase(),
            value: value.to_owned(),
        })
    });
    parted.collect()
}

/// Where a line's value begins: at the first colon that is not inside quotes.
fn value_at(line: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ':' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

fn row(line: u64, lines: &BTreeMap<String, String>) -> Result<Row, Wrong> {
    let wrong = |why: String| Wrong { line, why };
    let text = |name: &str| {
        lines
            .get(name)
            .map(|value| plain(value))
            .unwrap_or_default()
    };
    let summary = text("SUMMARY");
    let milestone = Milestone::within(&summary).ok_or_else(|| {
        wrong(format!(
            "`{summary}` names no milestone that the checklist knows"
        ))
    })?;
    let due = match (lines.get("DUE"), lines.get("DTSTART")) {
        (Some(due), _) | (None, Some(due)) => Some(day(due).map_err(wrong)?),
        (None, None) => None,
    };
    let is_done = text("STATUS").eq_ignore_ascii_case("COMPLETED");
    let done = match lines.get("COMPLETED") {
        Some(done) => Some(day(done).map_err(wrong)?),
        // It says that it is done and not when: at the latest when the to-do was last written.
        None if is_done => {
            let written = lines.get("LAST-MODIFIED").or(lines.get("DTSTAMP"));
            let written =
                written.ok_or_else(|| wrong("it is done, and nobody can tell when".to_owned()))?;
            Some(day(written).map_err(wrong)?)
        }
        None => None,
    };
    let all = [
        "SUMMARY",
        "DESCRIPTION",
        "URL",
        "LOCATION",
        "CATEGORIES",
        "COMMENT",
    ];
    let all: Vec<String> = all.into_iter().map(text).collect();
    Ok(Row {
        line,
        title: Named::Within(milestone.taken_from(&all.join("\n"))),
        milestone,
        assignee: None,
        due,
        done,
    })
}

/// A value without its escapes.
fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain.trim().to_owned()
}

/// The day of `20270301` or `20270301T170000Z`. The hour of a to-do says nothing about a book.
fn day(value: &str) -> Result<Date, String> {
    let digits = value.trim().get(..8).unwrap_or_default();
    Date::strptime("%Y%m%d", digits).map_err(|_| format!("`{value}` is no day of a calendar"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = "\u{feff}BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        BEGIN:VTODO\r\nUID:1\r\nSUMMARY:Files to press: Salt\\, Sand\r\nDESCRIPTION:For 978-1-83\r\n 9900-00-6\r\n\
        DUE;VALUE=DATE:20270301\r\nBEGIN:VALARM\r\nSUMMARY:Ex works\r\nEND:VALARM\r\nSTATUS:NEEDS-ACTION\r\nEND:VTODO\r\n\
        BEGIN:VEVENT\r\nSUMMARY:ADVANCE COPIES RECEIVED\r\nDTSTART;TZID=\"Europe/London: here\":20270310T090000\r\n\
        STATUS:COMPLETED\r\nDTSTAMP:20270309T120000Z\r\nURL:https://web.consonance.app/works/1001\r\nEND:VEVENT\r\n\
        BEGIN:VTODO\r\nSUMMARY:Buy cake\r\nDUE:20270101\r\nEND:VTODO\r\n\
        BEGIN:VTODO\r\nSUMMARY:Ex works\r\nDUE:tomorrow\r\nEND:VTODO\r\n\
        BEGIN:VTODO\r\nSUMMARY:Ex works\r\n";

    #[test]
    fn to_dos_and_events_are_read_and_a_wrong_one_stops_no_other() {
        assert!(is_calendar(FEED) && !is_calendar("isbn,milestone\n"));
        let rows = read(FEED);
        let [Ok(press), Ok(advance), Err(cake), Err(day), Err(broken)] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!(press.milestone, Milestone::FilesToPress);
        assert_eq!(
            (press.line, press.due, press.done),
            (3, Some("2027-03-01".parse().unwrap()), None)
        );
        let Named::Within(text) = &press.title else {
            panic!("{press:?}")
        };
        assert!(
            text.contains("salt, sand") && text.contains("978-1-839900-00-6"),
            "{text}"
        );
        assert!(!text.contains("press"), "{text}");
        assert_eq!(advance.milestone, Milestone::AdvanceCopies);
        assert_eq!(advance.due, Some("2027-03-10".parse().unwrap()));
        assert_eq!(advance.done, Some("2027-03-09".parse().unwrap()));
        assert!(
            cake.why.contains("Buy cake") && day.why.contains("tomorrow"),
            "{rows:?}"
        );
        assert!(broken.why.contains("breaks off"), "{broken:?}");
    }

    #[test]
    fn no_text_is_too_wild_to_be_read() {
        for text in [
            "BEGIN:VCALENDAR",
            "BEGIN:VTODO\nEND",
            "END:VTODO\n \n\t",
            ":::\n\"",
            "BEGIN:VTODO\nDUE:é\nEND:VTODO",
        ] {
            let _read = read(text);
        }
    }
}

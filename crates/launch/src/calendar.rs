//! Calendars (RFC 5545): what is due as whole-day events, in lines folded and escaped.
//!
//! An event's UID is made of the title, the site and the rule or milestone, so a calendar that reads it again moves its events
//! when a day moved, and makes no second ones.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::checklist::{Checklist, Item};
use crate::milestone::Progress;

/// Octets in a line before it is folded.
pub const LONGEST_LINE: usize = 75;

/// Begins a calendar of the product's part that makes it.
pub fn begin(text: &mut String, part: &str) {
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        &format!("PRODID:-//Frontlist//{part}//EN"),
        "CALSCALE:GREGORIAN",
    ] {
        fold(text, line);
    }
}

/// Says to whoever subscribes what the calendar is called and how often to come again, an hour.
pub fn subscribed(text: &mut String, name: &str) {
    for line in [
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(name)),
        format!("NAME:{}", escaped(name)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H".to_owned(),
        "X-PUBLISHED-TTL:PT1H".to_owned(),
    ] {
        fold(text, &line);
    }
}

/// Ends a calendar.
pub fn end(text: &mut String) {
    fold(text, "END:VCALENDAR");
}

/// An instant in universal time, to the second.
#[must_use]
pub fn stamp(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text as a property's value.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Writes a line, folded between characters where it is too long.
pub fn fold(text: &mut String, line: &str) {
    let mut width = 0;
    for letter in line.chars() {
        if width + letter.len_utf8() > LONGEST_LINE {
            text.push_str("\r\n ");
            width = 1;
        }
        width += letter.len_utf8();
        text.push(letter);
    }
    text.push_str("\r\n");
}

/// Writes an event for each open line of a checklist that is due on a day, and each milestone that is not done. `title` is
/// what readers of the calendar may call it.
pub fn events(
    text: &mut String,
    title: &str,
    checklist: &Checklist,
    milestones: &[Progress],
    is_asked: impl Fn(&Item) -> bool,
    made: Timestamp,
) {
    let (work, site) = (&checklist.work, &checklist.site);
    let open = checklist.items.iter().filter(|item| item.is_open());
    for item in open.filter(|item| is_asked(item)) {
        let Some(day) = item.due else { continue };
        Event {
            uid: format!("{work}/{site}/{}@frontlist", item.rule),
            day,
            summary: format!("{title} ({site}): {}", item.says),
            about: format!("{} Owner: {}.", item.mend, item.owner),
            category: &item.owner,
        }
        .write(text, made);
    }
    for milestone in milestones.iter().filter(|one| one.done.is_none()) {
        let Some(day) = milestone.due else { continue };
        Event {
            uid: format!("{work}/milestone/{}@frontlist", milestone.name),
            day,
            summary: format!("{title}: {}", milestone.name),
            about: milestone.in_words(),
            category: "milestone",
        }
        .write(text, made);
    }
}

struct Event<'a> {
    uid: String,
    day: Date,
    summary: String,
    about: String,
    category: &'a str,
}

impl Event<'_> {
    fn write(&self, text: &mut String, made: Timestamp) {
        // No less than before, whatever was changed since: calendars leave what they have where it falls behind.
        let sequence = made.as_second().max(0) / 60;
        for line in [
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("SEQUENCE:{sequence}"),
            format!("DTSTAMP:{}", stamp(made)),
            format!("DTSTART;VALUE=DATE:{}", self.day.strftime("%Y%m%d")),
            format!("SUMMARY:{}", escaped(&self.summary)),
            format!("DESCRIPTION:{}", escaped(&self.about)),
            format!("CATEGORIES:{}", escaped(self.category)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ] {
            fold(text, &line);
        }
    }
}

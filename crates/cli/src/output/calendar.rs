//! Calendars (RFC 5545): lines, folded and escaped.

use jiff::Timestamp;

/// Octets in a line before it is folded.
pub(crate) const LONGEST_LINE: usize = 75;

/// Begins a calendar of the product's part that makes it.
pub(crate) fn begin(text: &mut String, part: &str) {
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        &format!("PRODID:-//Frontlist//{part}//EN"),
        "CALSCALE:GREGORIAN",
    ] {
        fold(text, line);
    }
}

/// Ends a calendar.
pub(crate) fn end(text: &mut String) {
    fold(text, "END:VCALENDAR");
}

/// An instant in universal time, to the second.
pub(crate) fn stamp(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text as a property's value.
pub(crate) fn escaped(text: &str) -> String {
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
pub(crate) fn fold(text: &mut String, line: &str) {
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

//! Small matters of wording.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A count with its noun: `1 title`, `2 titles`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// Text on one line, cut to `longest` characters.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let mut cut: String = line.chars().take(longest.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// An instant as a clock in a zone shows it.
pub(crate) fn local(instant: Timestamp, zone: &TimeZone) -> String {
    instant
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}

/// An instant as the state file keeps it, to the second: `2026-11-24 08:10:50 UTC`.
pub(crate) fn clock(kept: &str) -> String {
    match kept.parse::<Timestamp>() {
        Ok(instant) => instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_instant_is_told_to_the_second() {
        assert_eq!(
            clock("2026-11-24T08:10:50.379844458Z"),
            "2026-11-24 08:10:50 UTC"
        );
    }

    #[test]
    fn long_text_is_cut_by_characters_and_lines_are_joined() {
        assert_eq!(shortened("a\n  b", 10), "a b");
        assert_eq!(shortened("村上春樹の本", 4), "村上春…");
    }
}

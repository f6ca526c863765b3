//! A forecast as a calendar (RFC 5545), for those who plan campaigns in one.
//!
//! An event's UID is made of what changes where and when, so a calendar that reads the file again
//! finds its events and makes no second ones.

use jiff::Timestamp;
use site::forecast::Change;

use super::what;
use crate::output::calendar::{begin, end, escaped, fold, stamp};

/// The changes as a calendar, made at an instant.
pub(super) fn calendar(changes: &[Change], made: Timestamp) -> String {
    let mut text = String::new();
    begin(&mut text, "Forecast");
    for change in changes {
        event(&mut text, change, made);
    }
    end(&mut text);
    text
}

fn event(text: &mut String, change: &Change, made: Timestamp) {
    let isbn = change.isbn.map(|isbn| isbn.hyphenated());
    let about = match isbn {
        Some(isbn) => format!(
            "{} ({isbn}) on {}: {}",
            change.title,
            change.site,
            what(change)
        ),
        None => format!("{} on {}: {}", change.title, change.site, what(change)),
    };
    let uid = format!(
        "{}/{}/{}@frontlist",
        change.work,
        change.site,
        stamp(change.at)
    );
    for line in [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escaped(&uid)),
        format!("DTSTAMP:{}", stamp(made)),
        format!("DTSTART:{}", stamp(change.at)),
        format!(
            "SUMMARY:{}",
            escaped(&format!("{}: {}", change.site, change.title))
        ),
        format!("DESCRIPTION:{}", escaped(&about)),
        format!("CATEGORIES:{}", escaped(&change.site.0)),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
    ] {
        fold(text, &line);
    }
}

#[cfg(test)]
mod tests {
    use catalogue::key::WorkKey;
    use catalogue::lifecycle::WebState;
    use site::forecast::Turn;
    use site::policy::SiteId;

    use super::*;
    use crate::output::calendar::LONGEST_LINE;

    fn change(title: &str) -> Change {
        Change {
            at: "2027-06-10T14:00:00Z".parse().unwrap(),
            site: SiteId("au".into()),
            work: WorkKey::new("consonance:work:1"),
            title: title.into(),
            isbn: None,
            visible: true,
            state: Some(WebState::Available),
            turns: vec![Turn::State {
                before: WebState::Preorder,
                after: WebState::Available,
            }],
        }
    }

    #[test]
    fn an_event_has_a_stable_uid_and_all_that_the_standard_asks_for() {
        let made = "2027-06-01T12:00:00Z".parse().unwrap();
        let text = calendar(&[change("Salt, Pepper; and \\ more")], made);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Frontlist//Forecast//EN",
                "CALSCALE:GREGORIAN",
                "BEGIN:VEVENT",
                "UID:consonance:work:1/au/20270610T140000Z@frontlist",
                "DTSTAMP:20270601T120000Z",
                "DTSTART:20270610T140000Z",
                "SUMMARY:au: Salt\\, Pepper\\; and \\\\ more",
                "DESCRIPTION:Salt\\, Pepper\\; and \\\\ more on au: preorder becomes available",
                "CATEGORIES:au",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
    }

    #[test]
    fn long_lines_are_folded_between_characters_and_read_back_whole() {
        let title = "村上春樹の本 ".repeat(20);
        let text = calendar(&[change(&title)], Timestamp::UNIX_EPOCH);
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:au: {title}\r\n")));
    }
}

//! What is due, as a calendar (RFC 5545): a whole-day event for each line that fails or that nobody knows.
//!
//! An event's UID is made of the title, the site and the rule, so a calendar that reads the file again moves its
//! events when the publication date moved, and makes no second ones.

use jiff::Timestamp;
use launch::checklist::Item;
use sync::launches::Candidate;

use crate::output::calendar::{begin, end, escaped, fold, stamp};

pub(super) fn calendar(candidates: &[Candidate], made: Timestamp) -> String {
    let mut text = String::new();
    begin(&mut text, "Launch");
    for candidate in candidates {
        let checklist = &candidate.checklist;
        for item in checklist.items.iter().filter(|item| Item::is_open(item)) {
            let Some(due) = item.due else { continue };
            let uid = format!(
                "{}/{}/{}@frontlist",
                checklist.work, checklist.site, item.rule
            );
            let summary = format!("{} ({}): {}", candidate.title, checklist.site, item.says);
            let about = format!("{} Owner: {}.", item.mend, item.owner);
            for line in [
                "BEGIN:VEVENT".to_owned(),
                format!("UID:{}", escaped(&uid)),
                format!("DTSTAMP:{}", stamp(made)),
                format!("DTSTART;VALUE=DATE:{}", due.strftime("%Y%m%d")),
                format!("SUMMARY:{}", escaped(&summary)),
                format!("DESCRIPTION:{}", escaped(&about)),
                format!("CATEGORIES:{}", escaped(&item.owner)),
                "TRANSP:TRANSPARENT".to_owned(),
                "END:VEVENT".to_owned(),
            ] {
                fold(&mut text, &line);
            }
        }
    }
    end(&mut text);
    text
}

//! What is due, as a calendar: a whole-day event for each line that fails or that nobody knows, and each milestone ahead.

use std::collections::BTreeSet;

use jiff::Timestamp;
use launch::calendar::{begin, end, events};
use sync::launches::Candidate;

pub(super) fn calendar(candidates: &[Candidate], made: Timestamp) -> String {
    let mut text = String::new();
    begin(&mut text, "Launch");
    // A milestone is its title's, whatever the site: it is told once.
    let mut told = BTreeSet::new();
    for candidate in candidates {
        let checklist = &candidate.checklist;
        let milestones = match told.insert(&checklist.work) {
            true => candidate.milestones.as_slice(),
            false => &[],
        };
        events(
            &mut text,
            &candidate.title,
            checklist,
            milestones,
            |_| true,
            made,
        );
    }
    end(&mut text);
    text
}

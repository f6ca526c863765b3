//! Calendars (RFC 5545), as the checklist's room writes them.

#[cfg(test)]
pub(crate) use launch::calendar::LONGEST_LINE;
pub(crate) use launch::calendar::{begin, end, escaped, fold, stamp};

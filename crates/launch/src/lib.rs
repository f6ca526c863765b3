//! The launch checklist: what must be true of a title before it goes live on a site, and whether it is.
//!
//! A rule is data (TOML), a predicate over named facts. Whoever knows a fact states it in a [`sheet::Sheet`]
//! with where and when it was learnt; what nobody has stated is unknown. Rules are asked in three-valued logic, so
//! that a rule passes only where it would pass whatever the unknown turned out to be: a check that was skipped, is
//! stale or could not be made never counts as passed.
//!
//! Pure: no I/O, no clock, no randomness, and no knowledge of either service. What the publisher's record says is put on
//! the sheet by [`record`], what the stack holds by [`stack`], what people work towards by [`milestone`], all from what
//! others have read.

pub mod calendar;
pub mod checklist;
pub mod condition;
pub mod due;
pub mod error;
pub mod fact;
pub mod gate;
pub mod milestone;
pub mod probe;
pub mod record;
pub mod rule;
pub mod rule_book;
pub mod sheet;
pub mod stack;
pub mod waiver;

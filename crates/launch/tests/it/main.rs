//! Behaviour of the checklist over all rules and any facts.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect must fail there, also in what tests share"
)]

mod checklist;
mod gate;
mod pages;

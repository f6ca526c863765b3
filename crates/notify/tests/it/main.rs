//! Deciding what is told, and bringing it to receivers on this machine.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect should stop there"
)]

mod deciding;
mod delivering;
mod pages;
mod receivers;

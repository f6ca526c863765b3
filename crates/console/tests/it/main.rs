//! The console over real HTTP: who gets in, who may do what, what is refused.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

mod house;

mod acts;
mod api;
mod calendars;
mod doors;
mod launches;
mod rooms;

//! The client against a server that answers from a script and remembers what it was asked.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod asset;
mod bulk;
mod connection;
mod delivery;
mod entry;
mod model;
mod outcome;
mod script;
mod throttle;

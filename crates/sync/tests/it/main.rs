//! Behaviour of the walk from source to stack, against both stand-ins over sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

mod addresses;
mod edits;
mod ends;
mod enriched;
mod faults;
mod gates;
mod holds;
mod house;
mod model;
mod modules;
mod places;
mod source;
mod stage;
mod staging;
mod walk;

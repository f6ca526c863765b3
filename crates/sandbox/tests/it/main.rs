//! Behaviour of the sandbox, seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

mod consonance;
mod contentstack;
mod feed;
mod running;
mod sample;
mod seed;

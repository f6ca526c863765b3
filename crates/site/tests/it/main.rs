//! What the projection promises, asked from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect must fail there, also in what tests share"
)]

mod alone;
mod delivered;
mod explained;
mod files;
mod forecast;
mod formats;
mod guarded;
mod lifecycle;
mod neighbours;
mod order;
mod pages;
mod redirects;
mod secrecy;
mod shelf;
mod shield;
mod snapshots;
mod texts;
mod verdicts;

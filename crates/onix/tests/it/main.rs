//! Behaviour of the ONIX reader, from bytes to records.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

mod another_reader;
mod dates;
mod errors;
mod fuzz;
mod latest;
mod reading;
mod records;
mod shared;
mod shared_facts;
mod wrong_input;

//! The client as its callers meet it: over a socket, against a double that answers from canned
//! works, and against the sandbox.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

mod double;

mod gates;
mod mapping;
mod pages_of_errors;
mod paging;
mod schema;
mod stand_in;
mod trouble;

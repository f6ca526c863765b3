//! What the catalogue must do, seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

mod code_lists;
mod rights_reference;
mod shared_data;
mod territory_vectors;

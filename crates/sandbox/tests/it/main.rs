//! Behaviour of the sandbox, seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

mod consonance;
<<<<<<< HEAD
mod running;
=======
mod feed;
>>>>>>> 41dd65c (Write the account as an ONIX 3.0 feed, and read a feed into an account)
mod sample;
mod seed;

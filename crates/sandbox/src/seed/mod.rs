//! Reads an ONIX file into an account.

pub mod country;

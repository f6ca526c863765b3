//! The domain in the book trade's own terms: pure, no I/O, no clock.

pub mod codes;
pub mod country;
pub mod date;
pub mod finding;
pub mod isbn;
pub mod money;
pub mod region;
pub mod rights;
pub mod territory;

//! Behaviour of the ONIX reader, from bytes to records.

mod dates;
mod errors;
mod fuzz;
mod latest;
mod reading;
mod records;
mod shared;
mod wrong_input;

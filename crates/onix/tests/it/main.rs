//! Behaviour of the ONIX reader, from bytes to records.

mod errors;

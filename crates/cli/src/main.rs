//! The frontlist binary.
fn main() {}

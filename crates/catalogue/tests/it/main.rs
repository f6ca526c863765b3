//! What the catalogue must do, seen from outside.

mod code_lists;
mod shared_data;

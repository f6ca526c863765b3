//! Streaming reader of ONIX for Books 3.0 and 3.1.

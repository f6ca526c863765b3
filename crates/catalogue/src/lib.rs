//! The domain in the book trade's own terms: pure, no I/O, no clock.

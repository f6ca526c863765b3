//! Behaviour of the sandbox, seen from outside.

mod sample;

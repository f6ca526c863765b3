//! Sites, policy, content model, and the pure projection from a catalogue to what a stack should hold.
//!
//! [`projection::project`] answers, for one instant, which entries and assets a stack should hold, what each locale's
//! version says and where it is published; [`explanation::explain`] answers why, by the same computation. This room has
//! no I/O, no clock and no randomness: the instant is an argument, and asking about another one is how previews work. It
//! speaks in neutral values ([`desired`]) and knows nothing of Contentstack's wire formats, ids or limits of calls.

pub mod content_model;
pub mod desired;
pub mod explanation;
pub mod policy;

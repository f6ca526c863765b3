//! The walk from source to stack: pull, plan, apply, confirm.
//!
//! [`pull`] turns a source's delta into the whole catalogue; [`site::projection`] says what the stack should hold;
//! [`plan`] compares that with the ledger; [`entries`], [`assets`], [`publish`] and [`takedown`] write to Contentstack,
//! all through [`writer`]: an intent before each call, its outcome after; [`confirm`] reads back. [`engine`] strings them together and counts; [`watch`] does so
//! again and again, and at the instants at which something changes by itself.
//! [`outlook`] compares titles with the ledger as a run would, and [`launches`] asks the launch rules of them.
//! [`model`] brings the content model into a stack beforehand.
//! This room decides nothing about rights or visibility, and reads no clock but the stopwatch of a run.

pub mod adopt;
pub mod adoption;
pub mod alarm;
pub mod assets;
pub mod audit;
pub mod clock;
pub mod confirm;
mod copies;
mod ends;
pub mod engine;
pub mod entries;
pub mod error;
pub mod fetch;
pub mod foreign;
pub mod gate;
pub mod gate_proof;
pub mod gatekeeper;
pub mod guard;
mod held;
pub mod kit;
mod late;
pub mod launches;
mod merged;
pub mod model;
pub mod modules;
pub mod outlook;
pub mod plan;
pub mod probes;
pub mod progress;
pub mod publish;
pub mod pull;
pub mod reach;
pub mod references;
pub mod retry;
mod staging;
pub mod summary;
mod surroundings;
pub mod takedown;
pub mod tally;
pub mod terms;
pub mod translate;
pub mod watch;
pub mod where_used;
pub mod write_back;
pub mod writer;
mod writing;

pub use error::Error;

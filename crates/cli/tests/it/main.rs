//! The binary as a publisher runs it: a configuration, a command line, an exit code, and what
//! readers are served afterwards. Both services are the stand-ins of the sandbox, in this process,
//! over sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

mod addresses;
mod alerts;
mod browser;
mod cases;
mod console;
mod crash;
mod enriched;
mod findings;
mod gates;
mod inspect;
mod kit;
mod late;
mod launch;
mod modules;
mod places;
mod probes;
mod puzzles;
mod readme;
mod real_feed;
mod relay;
mod sample;
mod shown;
mod thursday;
mod told;
mod walk;
mod world;
mod writeback;
mod wrong;

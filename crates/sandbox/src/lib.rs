//! Local stand-ins of Consonance and Contentstack, with a sample catalogue.
//!
//! Everything that Frontlist says to a remote service is proved against this room, over a socket.
//! It therefore shares no code with what it tests: not the clients, not the ONIX reader, not the
//! domain. A mistake in one of them must not be made twice.

pub mod config;
pub mod consonance;
pub mod contentstack;
pub mod fault;
pub mod feed;
pub mod listen;
pub mod options;
pub mod running;
pub mod sample;
pub mod seed;
pub mod traffic;
pub mod world;

pub use options::Options;
pub use running::{Running, StartError, start};

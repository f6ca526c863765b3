//! What Frontlist remembers between runs, in one SQLite file.
//!
//! One file for several needs: the [`ledger`] (what we know we wrote to a stack, and what we were about to), what people
//! said ([`holds`], [`waivers`], [`milestones`], [`disregards`]), the [`snapshot`] of source records (so that a delta is
//! enough to know the whole catalogue), [`where_used`] (who refers to our titles), [`alerts`] (what was told to whom), the [`runs`] (what happened, counted), and
//! the [`people`] of the console. This room knows nothing of Contentstack's or Consonance's wire formats, and decides
//! nothing: it keeps and gives back.
//!
//! The file is in WAL mode with `synchronous = FULL`: an intent is on disk before the call that it announces leaves.

pub mod addresses;
pub mod alerts;
pub mod calendar_feeds;
mod database;
pub mod disregards;
pub mod error;
pub mod holds;
pub mod launch_kits;
pub mod ledger;
pub mod milestones;
pub mod people;
pub mod probes;
pub mod runs;
pub mod snapshot;
pub mod tokens;
pub mod waivers;
pub mod where_used;
pub mod write_backs;

pub use database::Store;
pub use error::Error;

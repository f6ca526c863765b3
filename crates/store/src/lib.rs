//! What Frontlist remembers between runs, in one SQLite file.
//!
//! Five needs, one file: the [`ledger`] (what we know we wrote to a stack, and what we were about to), the [`holds`], the
//! [`snapshot`] of source records (so that a delta is enough to know the whole catalogue), the [`runs`] (what
//! happened, counted), and the [`people`] of the console. This room knows nothing of Contentstack's or Consonance's wire
//! formats, and decides nothing: it keeps and gives back.
//!
//! The file is in WAL mode with `synchronous = FULL`: an intent is on disk before the call that it announces leaves.

pub mod addresses;
mod database;
pub mod error;
pub mod holds;
pub mod ledger;
pub mod milestones;
pub mod people;
pub mod runs;
pub mod snapshot;
pub mod tokens;
pub mod waivers;

pub use database::Store;
pub use error::Error;

//! A stand-in of Contentstack: management and delivery of one stack, over a socket, with real state
//! behind.
//!
//! It holds to the documented letter where there is one, and says in its modules where there is
//! none. It answers what a careful client must be able to survive: limits, refusals by field,
//! fallbacks that serve what was hidden, and the faults of [`crate::fault`]. It shares no code with
//! the client that it tests.
//!
//! One module per resource, each with its rows in the table of `routes`; the handlers are plain
//! functions over `stack::Stack`, and everything about sockets is in `service`.

mod answer;
mod ask;
mod assets;
mod auth;
mod bulk;
mod content_types;
mod delivery;
mod entries;
mod environments;
mod errors;
mod folders;
mod global_fields;
mod governance;
mod limits;
mod locales;
mod localization;
mod publishing;
mod query;
mod queue;
mod reading;
mod references;
mod routes;
mod schema;
mod service;
mod shelf;
mod snapshot;
mod stack;
mod taxonomies;
mod validation;

pub use auth::{Credentials, EVERY_ENVIRONMENT};
pub use limits::{Limits, Rates};
pub use service::{ContentstackOptions, Service};
pub use snapshot::SnapshotError;
pub use stack::Put;

//! Client of Consonance: its GraphQL service, read into the catalogue.
//!
//! Only parts of the vendor's schema are public, so this room trusts no name it has not found: it
//! introspects the account at the start, asks for what is there, and says what is lost without the
//! rest. It may know the catalogue, HTTP and GraphQL. It knows nothing of websites, of what was read
//! before, or of what day it is: a content hash, the overlap of a day and the order of runs are the
//! caller's.
//!
//! ```no_run
//! # async fn run() -> Result<(), consonance::Error> {
//! # let settings = consonance::Settings::new("http://127.0.0.1:7401".parse().unwrap(), "key".into());
//! let client = consonance::Client::new(settings)?;
//! let source = client.source(client.schema().await?)?;
//! let mut walk = source.works(consonance::Span::All);
//! while let Some(page) = walk.next_page().await? {
//!     println!("{} works, {} rejected", page.works.len(), page.rejected.len());
//! }
//! # Ok(())
//! # }
//! ```

mod backoff;
mod client;
mod contract;
mod dates;
mod envelope;
mod error;
mod links;
mod node;
mod query;
mod read;
mod schema;
mod secret;
mod settings;
mod settle;
mod single;
mod source;
mod transport;
mod walk;
mod wanted;
mod watch;
mod work_id;

pub use client::Client;
pub use dates::{Event, WorkDate, WorkDates};
pub use error::{Class, Error, RejectCode};
pub use links::{LinkedProduct, Links, StandingLink};
pub use schema::{Missing, Schema};
pub use secret::Secret;
pub use settings::{Ask, Retry, Settings, Timeouts};
pub use settle::settle_isbns;
pub use source::{Fetched, FetchedWork, Rejected, Source, Span};
pub use walk::{Page, Walk};
pub use wanted::{Gate, Grade, Need, WANTED, Wanted};
pub use work_id::WorkId;

/// The namespace of every key that this source gives out: `consonance:work:61417`.
pub const NAMESPACE: &str = "consonance";

//! How a sandbox is to be started.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

pub use crate::contentstack::{Limits, Put};

/// Where the Consonance stand-in answers unless told otherwise.
pub const CONSONANCE_ADDRESS: &str = "127.0.0.1:7401";
/// Where the Contentstack stand-in answers unless told otherwise.
pub const CONTENTSTACK_ADDRESS: &str = "127.0.0.1:7402";

/// Both stand-ins and what is in them.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of the Consonance stand-in; loopback only, port 0 for any free one.
    pub consonance: String,
    /// Address of the Contentstack stand-in; loopback only, port 0 for any free one.
    pub contentstack: String,
    /// Works in the account: the sample's own, then invented ones. None for exactly the sample.
    pub works: Option<usize>,
    /// What invented works, keys and tokens are drawn from.
    pub random_seed: u64,
    /// An ONIX file to serve instead of the sample.
    pub seed: Option<PathBuf>,
    /// The day that counts as today on the Consonance side; the sample's dates are relative to it.
    pub as_of: Date,
    /// What the clock of the Contentstack side shows at the start; this machine's time where none is given.
    pub starts_at: Option<Timestamp>,
    /// Leave only those GraphQL names that are surely in the real schema.
    pub strict: bool,
    /// GraphQL fields that the account's schema lacks, as `Type.field` (`Mutation.createWebLink`).
    pub without: Vec<String>,
    /// The organisation's call limits on the Contentstack side.
    pub limits: Limits,
    /// What an update of an entry does with fields it leaves out.
    pub put: Put,
    /// A folder in which the Contentstack stack outlives the process. The Consonance account is
    /// made afresh on every start.
    pub data: Option<PathBuf>,
    /// Where to write a `frontlist.toml` that connects to this sandbox.
    pub write_config: Option<PathBuf>,
}

impl Options {
    /// The defaults on a day: the sample, the vendor's limits, the usual ports.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self {
            consonance: CONSONANCE_ADDRESS.to_owned(),
            contentstack: CONTENTSTACK_ADDRESS.to_owned(),
            works: None,
            random_seed: 1,
            seed: None,
            as_of,
            starts_at: None,
            strict: false,
            without: Vec::new(),
            limits: Limits::default(),
            put: Put::default(),
            data: None,
            write_config: None,
        }
    }

    /// The same, on any free ports: several sandboxes can then run in one process.
    #[must_use]
    pub fn on_free_ports(mut self) -> Self {
        "127.0.0.1:0".clone_into(&mut self.consonance);
        "127.0.0.1:0".clone_into(&mut self.contentstack);
        self
    }

    /// Whether the account holds the sample's titles.
    pub(crate) fn serves_sample(&self) -> bool {
        self.seed.is_none() && self.works != Some(0)
    }
}

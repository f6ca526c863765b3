//! What a client needs to know before its first call.
//!
//! Everything is a plain value with a default that suits the vendor's cloud; a test or a stand-in
//! changes what it must. [`Stack::new`](crate::Stack::new) checks the whole and names what is wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use crate::budget::{Budget, Limits};
use crate::error::Error;
use crate::region::Hosts;
use crate::retry::Backoff;
use crate::secret::Secret;
use crate::uid::{BranchUid, EnvironmentName};

/// How long to wait for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, its TLS handshake included.
    pub connect: Duration,
    /// For the answer to begin after the request was sent, and for each further part of it. A
    /// request with a large body gets a second more for each 64 KiB.
    pub read: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
        }
    }
}

/// How often and when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often a call is made at most, for calls that may be repeated.
    pub attempts: u32,
    /// The waits between them.
    pub backoff: Backoff,
    /// How often a call may be answered with 429 before it fails.
    pub refusals: u32,
    /// How long a lane is paused after a 429.
    pub pause: Backoff,
}

impl Default for Retry {
    fn default() -> Self {
        let (first, ceiling) = (Duration::from_millis(300), Duration::from_secs(10));
        let (pause_first, pause_ceiling) = (Duration::from_secs(1), Duration::from_secs(32));
        Self {
            attempts: 5,
            backoff: Backoff { first, ceiling },
            refusals: 8,
            pause: Backoff {
                first: pause_first,
                ceiling: pause_ceiling,
            },
        }
    }
}

/// The settings of one stack's client.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The Management API, as an origin (`https://eu-api.contentstack.com`).
    pub management_host: Url,
    /// The Delivery API, as an origin (`https://eu-cdn.contentstack.com`).
    pub delivery_host: Url,
    /// The stack's API key. It names the stack; it is not a secret.
    pub api_key: String,
    /// A management token of the stack.
    pub management_token: Secret,
    /// The authtoken of a user, for what a management token may not do: it sets no stage that is kept for some.
    pub authtoken: Option<Secret>,
    /// A delivery token for environments that `delivery_tokens` does not name.
    pub delivery_token: Option<Secret>,
    /// Delivery tokens by environment: Contentstack scopes them so.
    pub delivery_tokens: BTreeMap<EnvironmentName, Secret>,
    /// The branch; none is `main`.
    pub branch: Option<BranchUid>,
    /// The organisation's limits.
    pub limits: Limits,
    /// The share of the limits that is used: above 0, at most 1. The rest is the editors'.
    pub utilisation: f64,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// When to try again.
    pub retry: Retry,
    /// The wait between two looks at a bulk job.
    pub job_poll: Backoff,
    /// The largest answer accepted, in bytes after decompression.
    pub max_body: usize,
    /// Entries and assets in one bulk call. The vendor's pages say 10, 50 and 100; 10 holds
    /// everywhere.
    pub bulk_items: usize,
    /// The seed of all jitter.
    pub seed: u64,
}

/// Entries and assets in one bulk call, where nothing better is known of the plan.
pub const BULK_ITEMS: usize = 10;

impl Settings {
    /// Settings for the stack `api_key` at `hosts`, everything else at its default.
    #[must_use]
    pub fn new(hosts: Hosts, api_key: impl Into<String>, management_token: Secret) -> Self {
        let poll = Backoff {
            first: Duration::from_millis(500),
            ceiling: Duration::from_secs(5),
        };
        Self {
            management_host: hosts.management,
            delivery_host: hosts.delivery,
            api_key: api_key.into(),
            management_token,
            authtoken: None,
            delivery_token: None,
            delivery_tokens: BTreeMap::new(),
            branch: None,
            limits: Limits::default(),
            utilisation: 0.8,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            job_poll: poll,
            max_body: 32 * 1024 * 1024,
            bulk_items: BULK_ITEMS,
            seed: 0,
        }
    }

    /// The budget that these settings describe, to be shared by the stacks of one organisation.
    ///
    /// # Errors
    /// [`Kind::Settings`](crate::Kind::Settings) when `utilisation` or a limit is out of range.
    pub fn budget(&self) -> Result<Budget, Error> {
        Budget::new(self.limits, self.utilisation, self.retry.pause, self.seed)
    }
}

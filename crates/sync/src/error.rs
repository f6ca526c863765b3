//! What can stop a run, each with a stable code and a mend.

use catalogue::identity::Question;

/// A failure of a run as a whole. What goes wrong with one record is an outcome of that record instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The state file.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The stack.
    #[error(transparent)]
    Contentstack(#[from] contentstack::Error),
    /// Consonance.
    #[error(transparent)]
    Consonance(#[from] consonance::Error),
    /// An ONIX file.
    #[error(transparent)]
    Onix(#[from] onix::Error),
    /// A gate cannot be read from the source at all.
    #[error("the source is failing: {reason}")]
    SourceFailing {
        /// Which gate, and how.
        reason: String,
        /// What the client said.
        #[source]
        source: Box<consonance::Error>,
    },
    /// A feed that must be read before anything may be published was never read.
    #[error("the feed {feed} was never read, and cannot be read now")]
    FeedNeverRead {
        /// Where it is.
        feed: String,
        /// Why.
        #[source]
        source: Box<Error>,
    },
    /// An address of a feed that gave none.
    #[error("the feed {feed} cannot be had: {reason}")]
    FeedUnavailable {
        /// Its address.
        feed: String,
        /// What happened.
        reason: String,
    },
    /// Too many titles would vanish together.
    #[error(
        "{vanished} of {known} published titles are no longer in the source; taking them down waits for a person"
    )]
    TooManyTakedowns {
        /// How many would go.
        vanished: usize,
        /// Out of how many.
        known: usize,
        /// The first of them, for people.
        examples: Vec<String>,
    },
    /// Works would merge or split.
    #[error("{} question(s) about which records are one work wait for a person", questions.len())]
    Identity {
        /// The questions.
        questions: Vec<Question>,
    },
    /// The stack lacks what the sites name, all of it.
    #[error("the stack lacks {what}")]
    StackLacks {
        /// `locale en-au`, `environment production-au`, `content type book`.
        what: String,
    },
    /// A token with which readers' view was to be asked for is refused.
    #[error("the delivery token for environment {environment} was refused")]
    DeliveryToken {
        /// The environment.
        environment: String,
        /// What Delivery said.
        #[source]
        source: contentstack::Error,
    },
    /// The launch gates that sites enforce do not hold in the stack.
    #[error(
        "enforced launch gates do not hold in the stack: {}",
        in_words(breaches)
    )]
    Gate {
        /// In which ways.
        breaches: Vec<crate::gate::Breach>,
    },
    /// The authtoken of the gate's user is refused.
    #[error("the authtoken of the launch gate's user was refused")]
    GateUser {
        /// What the stack said.
        #[source]
        source: contentstack::Error,
    },
    /// The launch rules cannot open the gate of a site, or there are none.
    #[error("the launch gate can never open")]
    GateRules {
        /// Which rule, and why.
        #[source]
        source: launch::error::Error,
    },
    /// Something that the stack said cannot be used.
    #[error("the stack answered with {what}, which is no valid {kind}")]
    BadUid {
        /// What it was.
        what: String,
        /// What it should have been.
        kind: &'static str,
    },
    /// The connections for fetching files cannot be set up.
    #[error("connections for fetching covers cannot be set up")]
    Fetcher {
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// A kept record cannot be read back.
    #[error("the kept record {key} cannot be read")]
    KeptRecord {
        /// The record.
        key: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

fn in_words(breaches: &[crate::gate::Breach]) -> String {
    let breaches: Vec<String> = breaches.iter().map(ToString::to_string).collect();
    breaches.join("; ")
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Contentstack(error) => error.code(),
            Self::Consonance(error) => error.code(),
            Self::Onix(error) => error.code(),
            Self::SourceFailing { .. } => "FL-0601",
            Self::FeedNeverRead { .. } => "FL-0631",
            Self::FeedUnavailable { .. } => "FL-0632",
            Self::TooManyTakedowns { .. } => "FL-0602",
            Self::Identity { .. } => "FL-0603",
            Self::StackLacks { .. } => "FL-0604",
            Self::BadUid { .. } => "FL-0605",
            Self::KeptRecord { .. } => "FL-0606",
            Self::Fetcher { .. } => "FL-0608",
            Self::DeliveryToken { .. } => "FL-0609",
            Self::Gate { .. } => "FL-0641",
            Self::GateUser { .. } => "FL-0642",
            Self::GateRules { source } => source.code(),
        }
    }

    /// What to do next.
    pub fn mend(&self) -> String {
        match self {
            Self::Store(error) => error.mend().into(),
            Self::Contentstack(error) => error.mend().into(),
            Self::Consonance(error) => error.mend().into(),
            Self::Onix(_) => "mend the file or ask its sender for a good one; nothing of it was taken".into(),
            Self::SourceFailing { .. } => {
                "nothing was published and nothing taken down; ask Consonance why the field cannot be read, then run again".into()
            }
            Self::FeedNeverRead { .. } => {
                "nothing was published and nothing taken down, because the feed may state embargoes; correct `consonance.onix`, or take it out".into()
            }
            Self::FeedUnavailable { .. } => {
                "look at the address in `consonance.onix`, and at what serves it".into()
            }
            Self::TooManyTakedowns { vanished, .. } => {
                format!("if they are really gone, run again with --allow-takedowns {vanished}; else mend the source first")
            }
            Self::Identity { .. } => {
                "look at `frontlist plan`; then run again with --accept merges or --accept splits, or mend the source".into()
            }
            Self::StackLacks { .. } => "run `frontlist model apply`, or correct the name in frontlist.toml".into(),
            Self::DeliveryToken { environment, .. } => {
                format!("nothing was read or changed; correct `delivery_tokens.{environment}`, or `delivery_token` where that names none, under [contentstack]: it must be a delivery token of this stack that may read {environment}")
            }
            Self::Gate { breaches } => {
                let mends: std::collections::BTreeSet<String> =
                    breaches.iter().map(crate::gate::Breach::mend).collect();
                let mends: Vec<String> = mends.into_iter().collect();
                format!("until then nothing goes live on the sites that enforce their gate; takedowns go on. {}", mends.join("; "))
            }
            Self::GateUser { .. } => {
                "until then nothing goes live on the sites that enforce their gate; takedowns go on. Log in as that user once more and put the new authtoken where `contentstack.gate_authtoken` says (Contentstack forgets the oldest of 20)".into()
            }
            Self::GateRules { source } => source.mend().into(),
            Self::BadUid { .. } => "check the host in frontlist.toml: is it Contentstack's?".into(),
            Self::Fetcher { .. } => "check the certificates of this machine (Debian: ca-certificates)".into(),
            Self::KeptRecord { .. } => "run again with --full: every record is read and kept anew".into(),
        }
    }

    /// Whether this is a question for a person rather than a failure.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::SourceFailing { .. }
                | Self::FeedNeverRead { .. }
                | Self::TooManyTakedowns { .. }
                | Self::Identity { .. }
                | Self::Gate { .. }
                | Self::GateUser { .. }
                | Self::GateRules { .. }
        )
    }
}

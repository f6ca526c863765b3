//! What can go wrong between us and Consonance, each with a stable code and a mend.
//!
//! Two questions are answered for a caller. What should a person do ([`Error::mend`])? And could one
//! record be the cause ([`Error::may_be_one_record`])? If it could, the page is split before the
//! source is called failing, so that a bad record stops nothing but itself.

use crate::schema::Missing;
use crate::work_id::WorkId;

/// What may be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Passing trouble: run again.
    Retry,
    /// A limit was met: wait, then run again.
    Wait,
    /// The records at the source must be mended.
    Data,
    /// The settings must be mended.
    Configuration,
    /// A fault in this client, or a change of the service.
    Bug,
}

/// A failure of the source. Nothing new may be published, and nothing live taken down, on its
/// account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings cannot work.
    #[error("the Consonance settings cannot work: {what}")]
    Settings {
        /// What is wrong with them.
        what: String,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client for Consonance cannot be built")]
    Client(#[source] reqwest::Error),
    /// Nothing listens, or there is no way to it.
    #[error("no connection to {host} could be made")]
    Unreachable {
        /// The host, with its port if it has one.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The name of the host leads nowhere.
    #[error("the host {host} has no address")]
    UnknownHost {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// No secure connection could be agreed on.
    #[error("no secure connection to {host} could be made")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The API key was refused.
    #[error("{host} refused the API key (status {status})")]
    Unauthorised {
        /// The host.
        host: String,
        /// 401 or 403.
        status: u16,
    },
    /// What answers is not a GraphQL endpoint, or it sends us elsewhere.
    #[error("{url} is not Consonance's GraphQL endpoint (status {status})")]
    WrongAddress {
        /// Where the query was posted.
        url: String,
        /// The status: a redirect, 404, 405.
        status: u16,
    },
    /// HTML or other text came where JSON was due.
    #[error("{url} answered with {content_type} where JSON was due")]
    NotJson {
        /// Where the query was posted.
        url: String,
        /// What the answer said it was, or what it looks like.
        content_type: String,
    },
    /// The connection broke, or the answer ended before its end.
    #[error("the answer from {host} broke off")]
    Truncated {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No whole answer came in time.
    #[error("{host} gave no whole answer within {seconds} s")]
    TimedOut {
        /// The host.
        host: String,
        /// How long was waited for each attempt.
        seconds: u64,
    },
    /// The service failed.
    #[error("{host} failed to answer (status {status})")]
    ServerFailed {
        /// The host.
        host: String,
        /// 500 or above.
        status: u16,
    },
    /// The service asked us to slow down, more often than we wait.
    #[error("{host} asked to be asked less often (status 429)")]
    Throttled {
        /// The host.
        host: String,
    },
    /// A status that nothing here explains.
    #[error("{host} refused the query with status {status}")]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// The answer was larger than the settings allow.
    #[error("the answer from {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// GraphQL errors and no usable data.
    #[error("Consonance could not answer the query: {message}")]
    Query {
        /// The first message, shortened.
        message: String,
        /// How many errors came.
        count: usize,
    },
    /// JSON that is not an answer to the query.
    #[error("the answer does not fit the query: {what} at {path}")]
    Shape {
        /// Where in the answer.
        path: String,
        /// What is wrong there.
        what: String,
    },
    /// The schema lacks a gate: a field that decides whether a book may be shown.
    #[error(
        "the schema lacks what decides whether a book may be shown: {}",
        listed(missing)
    )]
    GateMissing {
        /// What is missing, and what it gates.
        missing: Vec<Missing>,
    },
    /// A gate could not be read on any record of a page, or of several small pages of one run.
    #[error(
        "{gate} could not be read on any of {records} works that came without it, {first} the first"
    )]
    GateUnreadable {
        /// Which gate.
        gate: crate::wanted::Gate,
        /// The first of the works.
        first: WorkId,
        /// How many works, in pages without it.
        records: usize,
    },
    /// Pages do not lead on: an id at or before the last one came again, or ids came out of order.
    #[error("paging does not lead on: after {after} came {found}")]
    Paging {
        /// The last id before.
        after: WorkId,
        /// The id that came.
        found: WorkId,
    },
    /// The schema lacks what makes it Consonance's.
    #[error("this is not Consonance's schema: it lacks {}", listed(missing))]
    NotConsonance {
        /// What is missing.
        missing: Vec<Missing>,
    },
}

fn listed(missing: &[Missing]) -> String {
    let names: Vec<String> = missing.iter().map(Missing::name).collect();
    names.join(", ")
}

/// Code, class and mend of each kind of failure.
struct Facts(&'static str, Class, &'static str);

impl Error {
    #[rustfmt::skip]
    const fn facts(&self) -> Facts {
        match self {
            Self::Settings { .. } => Facts("FL-0401", Class::Configuration,
                "Correct `host` and `token` under [consonance]."),
            Self::Client(_) => Facts("FL-0401", Class::Configuration,
                "Check this machine's certificates and the settings under [consonance]."),
            Self::Unreachable { .. } => Facts("FL-0402", Class::Retry,
                "Check `host` under [consonance] and this machine's way to the network, then run again."),
            Self::UnknownHost { .. } => Facts("FL-0403", Class::Configuration,
                "Correct `host` under [consonance]: it is the address at which you log in to Consonance."),
            Self::Tls { .. } => Facts("FL-0404", Class::Configuration,
                "Check that `host` speaks https and that its certificate is trusted on this machine."),
            Self::Unauthorised { .. } => Facts("FL-0405", Class::Configuration,
                "Correct `token` under [consonance], or ask Consonance support for a new API key."),
            Self::WrongAddress { .. } => Facts("FL-0406", Class::Configuration,
                "Correct `host` under [consonance]: it is the address at which you log in, without `/graphql`."),
            Self::NotJson { .. } => Facts("FL-0407", Class::Configuration,
                "Check `host` under [consonance], and whether a proxy or a maintenance page stands in between."),
            Self::Truncated { .. } => Facts("FL-0408", Class::Retry,
                "Run again; if it persists, look for a proxy that cuts long answers."),
            Self::TimedOut { .. } => Facts("FL-0409", Class::Retry,
                "Run again later; if it persists, raise the time-out under [consonance]."),
            Self::ServerFailed { .. } => Facts("FL-0410", Class::Retry,
                "Run again later; if it persists, ask Consonance support."),
            Self::Throttled { .. } => Facts("FL-0411", Class::Wait,
                "Run again later, or run less often."),
            Self::Refused { .. } => Facts("FL-0412", Class::Bug,
                "Report it with the status named here."),
            Self::TooLarge { .. } => Facts("FL-0413", Class::Configuration,
                "Raise the largest accepted answer under [consonance]."),
            Self::Query { .. } => Facts("FL-0414", Class::Bug,
                "Run `frontlist doctor` to compare the schema with what is asked for, and report the message."),
            Self::Shape { .. } => Facts("FL-0415", Class::Bug,
                "Report it with the place named here; the service may have changed."),
            Self::GateMissing { .. } => Facts("FL-0416", Class::Configuration,
                "Ask Consonance support to open the named fields to this API key, or change the approval policy if it asks for contracts."),
            Self::GateUnreadable { .. } => Facts("FL-0417", Class::Retry,
                "Run again later; if it persists, ask Consonance support why the field cannot be read."),
            Self::Paging { .. } => Facts("FL-0418", Class::Bug,
                "Report it with the two ids; the service may have changed how it pages."),
            Self::NotConsonance { .. } => Facts("FL-0419", Class::Configuration,
                "Correct `host` under [consonance]; another GraphQL service answers there."),
        }
    }

    /// The stable code that people can look up (`docs/errors/FL-04xx.md`).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.facts().0
    }

    /// What may be done about it.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.facts().1
    }

    /// What a person should do next, in one sentence.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        self.facts().2
    }

    /// Whether another attempt at the same request may succeed.
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Truncated { .. }
                | Self::TimedOut { .. }
                | Self::ServerFailed { .. }
                | Self::Throttled { .. }
        )
    }

    /// Whether one record on a page may be what makes the whole page fail.
    pub(crate) const fn may_be_one_record(&self) -> bool {
        matches!(
            self,
            Self::Truncated { .. }
                | Self::TimedOut { .. }
                | Self::ServerFailed { .. }
                | Self::TooLarge { .. }
                | Self::Query { .. }
                | Self::Shape { .. }
        )
    }
}

/// Codes of records that are rejected alone, while the rest go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectCode {
    /// The record came and cannot be what it says: an unknown type, null or another JSON type where
    /// a value was due.
    Unfit,
    /// The service fails whenever this record is asked for, and only then.
    Undeliverable,
}

impl RejectCode {
    /// The stable code that people can look up (`docs/errors/FL-04xx.md`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unfit => "FL-0420",
            Self::Undeliverable => "FL-0421",
        }
    }

    /// What a person should do next, in one sentence.
    #[must_use]
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Unfit => {
                "Mend the named field of the work in Consonance, then replay the record."
            }
            Self::Undeliverable => {
                "Open the work in Consonance; if it opens, ask support why the API fails on it, then replay the record."
            }
        }
    }
}

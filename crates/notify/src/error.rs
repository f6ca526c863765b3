//! Why a channel did not take a message.

use std::time::Duration;

/// A failed delivery.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answered, or not in time.
    #[error("{whom} could not be reached: {why}")]
    Unreachable {
        /// Who was asked.
        whom: String,
        /// Why, without addresses that are secrets.
        why: String,
    },
    /// It asked to wait.
    #[error("{whom} takes no more for now")]
    Busy {
        /// Who.
        whom: String,
        /// For how long, where it said so.
        wait: Option<Duration>,
    },
    /// It said no.
    #[error("{whom} refused: {why}")]
    Refused {
        /// Who.
        whom: String,
        /// What it said, or its status.
        why: String,
    },
    /// The channel's own settings make no message.
    #[error("{what} of the channel cannot be used: {why}")]
    Setting {
        /// Which.
        what: &'static str,
        /// Why.
        why: String,
    },
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "FL-1001",
            Self::Busy { .. } => "FL-1002",
            Self::Refused { .. } => "FL-1003",
            Self::Setting { .. } => "FL-1004",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "check the channel's address and the network; the message is tried again by itself"
            }
            Self::Busy { .. } => "nothing: the message is sent when the channel takes it",
            Self::Refused { .. } => {
                "check that the channel's address, login or key is still good; `frontlist alerts test` tries it"
            }
            Self::Setting { .. } => "correct the channel under [[alerts.channel]]",
        }
    }

    /// How long to wait at least before it is tried again, where the channel said so.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy { wait, .. } => *wait,
            _ => None,
        }
    }
}

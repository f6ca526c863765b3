//! What can go wrong with the store, each with a stable code and a mend.

use std::path::PathBuf;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or created.
    #[error("the state file {path} cannot be opened")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The file was written by a newer Frontlist.
    #[error("the state file {path} has format {found}; this version reads up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this version knows.
        known: i64,
    },
    /// The file belongs to another stack or branch.
    #[error("the state file {path} belongs to {bound}, not to {asked}")]
    OtherStack {
        /// The file.
        path: PathBuf,
        /// What it is bound to.
        bound: String,
        /// What was asked for.
        asked: String,
    },
    /// Another run holds the lock.
    #[error("another run is using {path}")]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// The lock file cannot be made.
    #[error("the lock file {path} cannot be made")]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Reading or writing failed: a full disk, a damaged file.
    #[error("the state file could not be read or written ({doing})")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A stored value makes no sense to this version.
    #[error("the state file holds a value that cannot be read ({doing})")]
    Value {
        /// What was being read.
        doing: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "FL-0501",
            Self::Newer { .. } => "FL-0502",
            Self::OtherStack { .. } => "FL-0503",
            Self::Busy { .. } => "FL-0504",
            Self::Lock { .. } => "FL-0505",
            Self::Database { .. } => "FL-0506",
            Self::Value { .. } => "FL-0507",
        }
    }

    /// What to do next.
    pub fn mend(&self) -> &'static str {
        match self {
            Self::Open { .. } => {
                "check that the folder exists and that this user may write there, or set [store] path"
            }
            Self::Newer { .. } => "install the version of Frontlist that wrote the file, or newer",
            Self::OtherStack { .. } => {
                "use another [store] path for this stack; one state file serves one stack and branch"
            }
            Self::Busy { .. } => {
                "wait until the other run has ended; a run that was killed holds no lock"
            }
            Self::Lock { .. } => "check that this user may write beside the state file",
            Self::Database { .. } => {
                "check free disk space; a damaged file can be moved away: entries are found again by source_key"
            }
            Self::Value { .. } => "move the file away: entries are found again by source_key",
        }
    }
}

/// Names what was being done when the database failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Error>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Database { doing, source })
    }
}

impl<T> Doing<T> for Result<T, serde_json::Error> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Value { doing, source })
    }
}

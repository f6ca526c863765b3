//! What can go wrong with the console as a whole, each with a stable code and a mend.

/// A failure of the console.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The state file.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The catalogue as last read cannot be assembled.
    #[error(transparent)]
    Sync(#[from] sync::Error),
    /// The system gives no random bytes, or a password cannot be hashed.
    #[error("no secret could be made: {0}")]
    Secret(String),
    /// A page cannot be written.
    #[error("the page could not be written")]
    Page(#[from] askama::Error),
    /// A workbook cannot be made.
    #[error("the workbook could not be made")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A page's work was lost.
    #[error("what the page needs was not reckoned to its end")]
    Lost(#[source] tokio::task::JoinError),
    /// What a page needs could not be reckoned a moment ago.
    #[error("what the page needs could not be reckoned")]
    NotYet,
    /// The address cannot be listened on.
    #[error("the console cannot be served at {address}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Sync(error) => error.code(),
            Self::Secret(_) => "FL-0801",
            Self::Page(_) | Self::Workbook(_) => "FL-0802",
            Self::Listen { .. } => "FL-0803",
            Self::Lost(_) | Self::NotYet => "FL-0804",
        }
    }

    /// What to do next.
    pub fn mend(&self) -> String {
        match self {
            Self::Store(error) => error.mend().to_owned(),
            Self::Sync(error) => error.mend(),
            Self::Secret(_) => {
                "try again; if it stays, check the machine's memory and its source of randomness"
                    .into()
            }
            Self::Page(_) | Self::Workbook(_) => {
                "this is a fault of Frontlist: report it with the address of the page".into()
            }
            Self::Lost(_) | Self::NotYet => {
                "open the page again; if it stays, the log of `frontlist serve` says why".into()
            }
            Self::Listen { .. } => {
                "name a free address of this machine with --listen, such as 127.0.0.1:0".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_this_room_has_its_page() {
        let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        let errors = [
            Error::Secret(String::new()),
            Error::Page(askama::Error::Fmt),
            Error::NotYet,
            Error::Listen {
                address: String::new(),
                source: std::io::ErrorKind::AddrInUse.into(),
            },
        ];
        for error in errors {
            let code = error.code();
            let page =
                std::fs::read_to_string(pages.join(format!("{code}.md"))).unwrap_or_default();
            assert!(
                page.starts_with(&format!("# {code}: ")),
                "{code} has no page"
            );
            assert!(page.contains("## What to do"), "{code} says no mend");
        }
    }
}

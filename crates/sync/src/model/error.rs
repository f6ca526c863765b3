//! Why a content model cannot be brought into a stack.

/// What stops `frontlist model`, each with a stable code and a mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stack.
    #[error(transparent)]
    Contentstack(#[from] contentstack::Error),
    /// The stack's master locale is another than the configured one.
    #[error("the stack's master locale is {found}, not {configured}")]
    MasterLocale {
        /// As configured.
        configured: String,
        /// As it is in the stack.
        found: String,
    },
    /// A field that is not ours has the uid of one of ours and holds something else.
    #[error(
        "the content type {content_type} already has a field {field} that holds {found}, where {wanted} is needed"
    )]
    FieldConflict {
        /// The content type's uid in the stack.
        content_type: String,
        /// The field's dotted path in the stack.
        field: String,
        /// What it holds.
        found: String,
        /// What is needed.
        wanted: String,
        /// The key under `[names]` that gives the field another uid.
        setting: String,
    },
    /// The stack refuses taxonomies.
    #[error("the stack refuses taxonomies")]
    Taxonomies(#[source] contentstack::Error),
    /// A configured name cannot be used.
    #[error("the name {value:?} for {setting} {fault}")]
    Name {
        /// What it names: a key of `[names]`, `environment` or `locale`.
        setting: String,
        /// The name.
        value: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A content type of the stack holds one entry only.
    #[error("the content type {content_type} is a singleton, and holds one entry only")]
    Singleton {
        /// The content type's uid in the stack.
        content_type: String,
        /// The key under `[names]` that gives the type another uid.
        setting: String,
    },
    /// The stack said yes, and what was made is not there.
    #[error("the stack accepted, but does not hold: {}", what.join("; "))]
    NotStored {
        /// What was asked for.
        what: Vec<String>,
    },
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Contentstack(error) => error.code(),
            Self::MasterLocale { .. } => "FL-0621",
            Self::FieldConflict { .. } => "FL-0622",
            Self::Taxonomies(_) => "FL-0623",
            Self::Name { .. } => "FL-0624",
            Self::Singleton { .. } => "FL-0625",
            Self::NotStored { .. } => "FL-0626",
        }
    }

    /// What to do next.
    pub fn mend(&self) -> String {
        match self {
            Self::Contentstack(error) => error.mend().into(),
            Self::MasterLocale { found, .. } => format!(
                "a stack's master locale is never changed: set `master_locale = \"{found}\"` under [contentstack], or use another stack"
            ),
            Self::FieldConflict { setting, .. } | Self::Singleton { setting, .. } => format!(
                "give ours another uid: `\"{setting}\" = \"...\"` under [names]; or rename what the stack has"
            ),
            Self::Taxonomies(_) => {
                "taxonomies are part of some plans only: set `taxonomies = false` under [contentstack], and subjects are kept as text fields alone; or let the token read and write taxonomies".into()
            }
            Self::Name { .. } => "correct the name in frontlist.toml".into(),
            Self::NotStored { .. } => {
                "run again; if it persists, look at the stack's own log of changes, and report it".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn each_code_has_its_page_and_a_mend() {
        let text = String::new;
        let errors = [
            Error::MasterLocale {
                configured: text(),
                found: text(),
            },
            Error::FieldConflict {
                content_type: text(),
                field: text(),
                found: text(),
                wanted: text(),
                setting: text(),
            },
            Error::Name {
                setting: text(),
                value: text(),
                fault: text(),
            },
            Error::Singleton {
                content_type: text(),
                setting: text(),
            },
            Error::NotStored { what: Vec::new() },
        ];
        // A refusal of taxonomies needs a refusal: the tests against the sandbox meet one.
        let codes = errors
            .iter()
            .map(|error| (error.code(), error.mend()))
            .chain([("FL-0623", "-".into())]);
        for (code, mend) in codes {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/errors/{code}.md"));
            let page = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {code}.md"));
            assert!(
                page.starts_with(&format!("# {code}: ")),
                "{code}.md does not name its code"
            );
            assert!(!mend.is_empty(), "{code}");
        }
    }
}

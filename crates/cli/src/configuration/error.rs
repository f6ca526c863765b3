//! What can be wrong with a configuration, each with its place and its mend.

use std::path::PathBuf;

use super::lines::line_of;
use super::secret::WRITTEN_IN_PLAIN;
use super::{Lines, spelling};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    /// There is none, or it cannot be read.
    #[error("the configuration {} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A key that nobody knows.
    #[error("{}: line {line}: `{key}` is not a key of {table}{}", path.display(), meant(nearest.as_deref()))]
    UnknownKey {
        path: PathBuf,
        line: usize,
        key: String,
        table: String,
        nearest: Option<String>,
        known: Vec<String>,
    },
    /// Not TOML.
    #[error("{}: line {line}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    /// A value that makes no sense.
    #[error("{}: {}`{key}`: {found}", path.display(), at_line(*line))]
    Value {
        path: PathBuf,
        line: Option<usize>,
        key: String,
        found: String,
        allowed: String,
    },
    /// A secret that is not where it should be.
    #[error("the secret `{key}` is not to be had from {place}: {why}")]
    SecretMissing {
        key: String,
        place: String,
        why: String,
    },
    /// A secret written in plain.
    #[error("{}: line {line}: `{key}`: {WRITTEN_IN_PLAIN}", path.display())]
    SecretInPlain {
        path: PathBuf,
        line: usize,
        key: String,
    },
    /// Sites that contradict each other.
    #[error("{}: the sites make no sense together", path.display())]
    Sites {
        path: PathBuf,
        #[source]
        source: site::policy::SitesError,
    },
    /// A key that must be there and is not.
    #[error("{}: {}`{key}` is missing", path.display(), at_line(*line))]
    Missing {
        path: PathBuf,
        line: Option<usize>,
        key: String,
        mend: String,
    },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| {
        format!("; did you mean `{nearest}`?")
    })
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

impl ConfigurationError {
    /// The stable code, with a page under docs/errors/.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "FL-0101",
            Self::UnknownKey { .. } => "FL-0102",
            Self::Syntax { .. } => "FL-0103",
            Self::Value { .. } => "FL-0104",
            Self::SecretMissing { .. } => "FL-0105",
            Self::SecretInPlain { .. } => "FL-0106",
            Self::Sites { .. } => "FL-0107",
            Self::Missing { .. } => "FL-0108",
        }
    }

    /// What to do next.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "run `frontlist init` to write one, or name yours with --config or FRONTLIST_CONFIG".into()
            }
            Self::UnknownKey { table, known, .. } => {
                format!("correct or remove it; {table} has {}", spelling::listed(known))
            }
            Self::Syntax { .. } => "correct the line; the file is TOML, see https://toml.io".into(),
            Self::Value { allowed, .. } => format!("write {allowed}"),
            Self::SecretMissing { .. } => {
                "set the variable or write the file, readable by this user alone".into()
            }
            Self::SecretInPlain { .. } => {
                "move it into a file or an environment variable, write { file = \"PATH\" } or { env = \"NAME\" } in its place, and replace the token: it may have been seen".into()
            }
            Self::Sites { .. } => "correct the named [[site]] blocks".into(),
            Self::Missing { mend, .. } => mend.clone(),
        }
    }

    /// Turns the parser's refusal into one that names key, place and what is allowed. Never repeats
    /// the line itself, which may hold a secret.
    pub(super) fn from_toml(
        path: PathBuf,
        text: &str,
        lines: Option<&Lines>,
        error: &toml::de::Error,
    ) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let line = line_of(text, start);
        let message = error.message();
        let Some(lines) = lines else {
            let message = message.to_owned();
            return Self::Syntax {
                path,
                line,
                message,
            };
        };
        let key = lines.key_at(start).unwrap_or_default().to_owned();
        let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
        let mut first = || quoted.next().unwrap_or_default();
        if message.starts_with("unknown field") {
            return Self::unknown_key(path, line, &key, first(), quoted.collect());
        }
        if message.starts_with("missing field") {
            return Self::missing_key(path, line, &key, &first());
        }
        // Whatever stands where a token is due may be one.
        let may_be_secret = key.contains("token") && message.starts_with("invalid type");
        if message == WRITTEN_IN_PLAIN || may_be_secret {
            return Self::SecretInPlain { path, line, key };
        }
        let (found, allowed) = if message.starts_with("unknown variant") {
            wrong_choice(&first(), &quoted.collect::<Vec<_>>())
        } else {
            let (found, allowed) = message
                .split_once(", expected ")
                .unwrap_or((message, "another value"));
            (found.to_owned(), spelling::plain_kind(allowed))
        };
        let line = Some(line);
        Self::Value {
            path,
            line,
            key,
            found,
            allowed,
        }
    }

    fn unknown_key(
        path: PathBuf,
        line: usize,
        place: &str,
        key: String,
        known: Vec<String>,
    ) -> Self {
        Self::UnknownKey {
            nearest: spelling::nearest(&key, &known),
            table: spelling::table_name(place, &key),
            path,
            line,
            key,
            known,
        }
    }

    fn missing_key(path: PathBuf, line: usize, table: &str, missing: &str) -> Self {
        let key = if table.is_empty() {
            missing.to_owned()
        } else {
            format!("{table}.{missing}")
        };
        Self::Missing {
            path,
            line: Some(line),
            key,
            mend: format!("add `{missing}`; `frontlist config schema` describes every key"),
        }
    }
}

/// A word that is none of those allowed.
fn wrong_choice(word: &str, known: &[String]) -> (String, String) {
    let nearest = spelling::nearest(word, known);
    let found = format!(
        "`{word}` is none of its values{}",
        meant(nearest.as_deref())
    );
    (found, spelling::listed(known))
}

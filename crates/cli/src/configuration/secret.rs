//! Where a secret is kept: never in the configuration itself.
//!
//! A configuration file is copied into tickets and repositories; a token must not travel with it. So a
//! token is named by the environment variable or the file that holds it, and one written in plain is
//! refused without being repeated.

use std::fmt;
use std::path::{Path, PathBuf};

use contentstack::Secret;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::error::ConfigurationError;

/// The message by which the reader of the file knows that a token stood there in plain.
pub(super) const WRITTEN_IN_PLAIN: &str = "a secret is written in the file itself";

/// How a secret is named.
const EITHER: &str = "`{ env = \"NAME\" }` or `{ file = \"PATH\" }`";

/// The longest secret file read, in bytes.
const LONGEST: u64 = 16 * 1024;

#[derive(Clone, Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Kept {
    /// In this environment variable.
    Env(String),
    /// In this file, relative to the folder of the configuration file.
    File(PathBuf),
}

/// The table as it is written, in which only one of the two may stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    env: Option<String>,
    file: Option<PathBuf>,
}

/// `{ env = "NAME" }` or `{ file = "PATH" }`.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(transparent)]
pub(crate) struct SecretSource(Kept);

impl fmt::Display for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Env(name) => write!(formatter, "environment variable {name}"),
            Kept::File(path) => write!(formatter, "file {}", path.display()),
        }
    }
}

impl Serialize for SecretSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Named;

        impl<'de> Visitor<'de> for Named {
            type Value = SecretSource;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(EITHER)
            }

            fn visit_str<E: de::Error>(self, _: &str) -> Result<SecretSource, E> {
                Err(E::custom(WRITTEN_IN_PLAIN))
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretSource, E> {
                Err(E::custom(WRITTEN_IN_PLAIN))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretSource, A::Error> {
                match Written::deserialize(MapAccessDeserializer::new(map))? {
                    Written {
                        env: Some(name),
                        file: None,
                    } => Ok(SecretSource(Kept::Env(name))),
                    Written {
                        env: None,
                        file: Some(path),
                    } => Ok(SecretSource(Kept::File(path))),
                    Written {
                        env: Some(_),
                        file: Some(_),
                    } => Err(de::Error::custom(format!(
                        "two places are named for one secret, expected {EITHER}"
                    ))),
                    Written {
                        env: None,
                        file: None,
                    } => Err(de::Error::custom(format!(
                        "no place is named for the secret, expected {EITHER}"
                    ))),
                }
            }
        }

        deserializer.deserialize_any(Named)
    }
}

impl SecretSource {
    /// The file that holds it, where one does.
    pub(crate) fn file(&self, folder: &Path) -> Option<PathBuf> {
        match &self.0 {
            Kept::Env(_) => None,
            Kept::File(path) => Some(folder.join(path)),
        }
    }

    /// Reads it. `key` is the dotted key that names it, for the error; `folder` is what a relative path
    /// starts from.
    pub(crate) fn read(&self, key: &str, folder: &Path) -> Result<Secret, ConfigurationError> {
        let missing = |why: String| ConfigurationError::SecretMissing {
            key: key.to_owned(),
            place: self.to_string(),
            why,
        };
        let text = match &self.0 {
            Kept::Env(name) => std::env::var(name).map_err(|error| missing(error.to_string()))?,
            Kept::File(path) => {
                let path = folder.join(path);
                let size = std::fs::metadata(&path)
                    .map_err(|error| missing(error.to_string()))?
                    .len();
                if size > LONGEST {
                    return Err(missing(format!(
                        "it holds {size} bytes, far more than a token has"
                    )));
                }
                std::fs::read_to_string(&path).map_err(|error| missing(error.to_string()))?
            }
        };
        let secret = Secret::new(text);
        if secret.is_empty() {
            return Err(missing("it is empty".into()));
        }
        Ok(secret)
    }
}

/// Whether others than its owner may read a file. Unknown where the system has no such notion.
pub(crate) fn is_open_to_others(path: &Path) -> Option<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).ok()?.permissions().mode();
        Some(mode & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Holder {
        token: SecretSource,
    }

    fn read(text: &str) -> Result<SecretSource, String> {
        toml::from_str::<Holder>(text)
            .map(|holder| holder.token)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_secret_in_plain_is_refused_and_not_repeated() {
        for plain in ["token = \"cs0123456789\"", "token = 123456789"] {
            let message = read(plain).unwrap_err();
            assert_eq!(message, WRITTEN_IN_PLAIN);
        }
    }

    #[test]
    fn a_file_is_found_from_the_folder_of_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "  cs0123\n").unwrap();
        let source = read("token = { file = \"token\" }").unwrap();
        assert_eq!(source.read("t", folder.path()).unwrap().expose(), "cs0123");
        assert_eq!(source.to_string(), "file token");
    }

    #[test]
    fn what_is_missing_or_empty_names_its_key_and_place() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        for text in [
            "token = { file = \"absent\" }",
            "token = { file = \"empty\" }",
            "token = { env = \"FRONTLIST_TEST_NEVER_SET\" }",
        ] {
            let error = read(text)
                .unwrap()
                .read("consonance.token", folder.path())
                .unwrap_err();
            assert_eq!(error.code(), "FL-0105");
            assert!(error.to_string().contains("consonance.token"), "{error}");
        }
    }

    #[test]
    fn two_places_for_one_secret_are_refused() {
        for text in ["token = { env = \"A\", file = \"b\" }", "token = {}"] {
            assert!(read(text).unwrap_err().ends_with(EITHER), "{text}");
        }
        assert!(
            read("token = { path = \"b\" }")
                .unwrap_err()
                .contains("path")
        );
    }
}

//! Refusing a value with its place.

use std::path::Path;

use url::Url;

use super::{ConfigurationError, Lines};

/// Knows the file and the lines of its keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check<'a> {
    pub(super) path: &'a Path,
    pub(super) lines: &'a Lines,
}

impl Check<'_> {
    /// A value that makes no sense. `path` is the dotted path of its key.
    pub(super) fn wrong(
        self,
        path: &str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) -> ConfigurationError {
        ConfigurationError::Value {
            path: self.path.to_owned(),
            line: self.lines.line(path),
            key: path.to_owned(),
            found: found.into(),
            allowed: allowed.into(),
        }
    }

    /// A key that must be there. `table` is the path of the table that lacks it.
    pub(super) fn missing(
        self,
        table: &str,
        key: &str,
        mend: impl Into<String>,
    ) -> ConfigurationError {
        ConfigurationError::Missing {
            path: self.path.to_owned(),
            line: self.lines.line(table),
            key: key.to_owned(),
            mend: mend.into(),
        }
    }

    /// Text that must not be empty.
    pub(super) fn filled(
        self,
        path: &str,
        text: &str,
        allowed: &str,
    ) -> Result<(), ConfigurationError> {
        if text.trim().is_empty() {
            return Err(self.wrong(path, "it is empty", allowed));
        }
        Ok(())
    }

    /// The address of a service: https, or plain http on this machine.
    pub(super) fn host(self, path: &str, text: &str) -> Result<Url, ConfigurationError> {
        const ALLOWED: &str =
            "an address such as \"https://web.consonance.app\"; plain http only on this machine";
        let url = Url::parse(text).map_err(|error| {
            self.wrong(path, format!("`{text}` is no address ({error})"), ALLOWED)
        })?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_loopback(&url) => Ok(url),
            "http" => Err(self.wrong(
                path,
                format!("`{text}` is plain http, over which a token would travel in the clear"),
                ALLOWED,
            )),
            other => Err(self.wrong(
                path,
                format!("`{other}` is not a scheme that is served"),
                ALLOWED,
            )),
        }
    }

    /// A locale as Contentstack writes it.
    pub(super) fn locale(self, path: &str, text: &str) -> Result<(), ConfigurationError> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_language = |part: &str| {
            (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        let is_subtag = |part: &str| {
            (2..=8).contains(&part.len())
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let well = parts.split_first().is_some_and(|(language, rest)| {
            is_language(language) && rest.iter().all(|part| is_subtag(part))
        });
        if well {
            return Ok(());
        }
        let meant = text.trim().to_lowercase().replace('_', "-");
        let allowed = if meant != text && !meant.is_empty() {
            format!("`{meant}`: Contentstack writes locales in lower case with hyphens")
        } else {
            "a locale as Contentstack writes it, such as `en-au`".into()
        };
        Err(self.wrong(path, format!("`{text}` is no locale"), allowed))
    }
}

/// Whether an address is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

//! The feed that enriches Consonance's service.

use jiff::SignedDuration;
use reqwest::header::HeaderValue;
use sync::pull::feed::{Allowed, Feed, FeedPlace};
use url::Url;

use super::check::Check;
use super::document::{ConsonanceSection, Document};
use super::{Configuration, ConfigurationError};

const KEY: &str = "consonance.onix";

/// Checks what the feed will be read from.
pub(super) fn check(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let section = &document.consonance;
    if section.onix_max_age_hours == 0 {
        return Err(check.wrong(
            "consonance.onix_max_age_hours",
            "no feed is 0 hours old",
            "a number of hours, 1 or more",
        ));
    }
    let Some(onix) = &section.onix else {
        return Ok(());
    };
    check.filled(KEY, onix, "a file, a folder or an address")?;
    if section.token.is_none() {
        let mend = "add `token`: a feed only adds to what Consonance's service lists; to read ONIX alone, use --from";
        return Err(check.missing("consonance", "consonance.token", mend));
    }
    address(section, check).map(|_| ())
}

/// The address of the feed; nothing where it is a path.
fn address(
    section: &ConsonanceSection,
    check: Check<'_>,
) -> Result<Option<Url>, ConfigurationError> {
    match section.onix.as_deref() {
        Some(onix) if onix.contains("://") => check.host(KEY, onix).map(Some),
        _ => Ok(None),
    }
}

impl Configuration {
    /// The feed, if one is configured, its secret included.
    ///
    /// # Errors
    /// When a secret is not where it should be.
    pub(crate) fn feed(&self) -> Result<Option<Feed>, ConfigurationError> {
        let section = &self.document.consonance;
        let Some(onix) = &section.onix else {
            return Ok(None);
        };
        let place = match address(section, self.check())? {
            Some(url) => FeedPlace::Address(url),
            None => FeedPlace::Path(self.folder.join(onix)),
        };
        let authorization = match &place {
            FeedPlace::Address(url) => self.authorization(url)?,
            FeedPlace::Path(_) => None,
        };
        Ok(Some(Feed {
            place,
            max_age: SignedDuration::from_hours(i64::from(section.onix_max_age_hours)),
            allowed: Allowed {
                private_hosts: section.onix_private_hosts.iter().cloned().collect(),
                authorization,
            },
        }))
    }

    /// How old the feed may be, where one is configured.
    pub(crate) fn feed_max_age(&self) -> Option<SignedDuration> {
        let section = &self.document.consonance;
        let hours = i64::from(section.onix_max_age_hours);
        section
            .onix
            .as_ref()
            .map(|_| SignedDuration::from_hours(hours))
    }

    /// The key of the account goes to the account's own host only.
    fn authorization(&self, url: &Url) -> Result<Option<HeaderValue>, ConfigurationError> {
        let section = &self.document.consonance;
        let host = self.check().host("consonance.host", &section.host)?;
        let (key, source) = match (&section.onix_token, &section.token) {
            (Some(token), _) => ("consonance.onix_token", token),
            (None, Some(token)) if host.origin() == url.origin() => ("consonance.token", token),
            _ => return Ok(None),
        };
        let token = source.read(key, &self.folder)?;
        let mut value =
            HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| {
                self.check().wrong(
                    key,
                    "it holds characters that no header may",
                    "the key as it was issued",
                )
            })?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

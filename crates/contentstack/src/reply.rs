//! Reading a reply: the envelope of a refusal, and the one document of a success.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Kind, says_taken};
use crate::rule::{Refusal, judge};

/// The longest part of the service's own words that is kept, in characters.
const LONGEST_MESSAGE: usize = 500;
/// How many fields and complaints of a refusal are kept.
const MOST_FIELDS: usize = 50;

/// A whole reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) html: bool,
    pub(crate) body: Bytes,
}

/// A reply whose document is not needed. It must still be one (or nothing at all): a proxy's page
/// under a status of 200 is no success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done;

/// What a success is read into.
pub(crate) trait Answer: Sized {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error>;
}

impl Answer for Done {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        if !body.trim_ascii().is_empty() {
            serde_json::from_slice::<serde::de::IgnoredAny>(body)?;
        }
        Ok(Self)
    }
}

impl<T: DeserializeOwned> Answer for T {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }
}

/// Contentstack's envelope of a refusal. `errors` is an object by field, or `[]`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    error_message: Option<String>,
    error_code: Option<i64>,
    errors: Value,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn is_web_page(&self) -> bool {
        self.html || self.body.trim_ascii_start().first() == Some(&b'<')
    }

    /// Reads a success.
    pub(crate) fn read<T: Answer>(&self, operation: &'static str) -> Result<T, Error> {
        T::read(&self.body).map_err(|cause| {
            let kind = if self.is_web_page() {
                Kind::NotJson
            } else {
                Kind::Unreadable
            };
            Error::new(kind, operation)
                .with_status(self.status)
                .with_source(cause)
        })
    }

    /// Reads a refusal.
    pub(crate) fn refusal(&self, operation: &'static str) -> Error {
        let envelope: Envelope = serde_json::from_slice(&self.body).unwrap_or_default();
        let fields = complaints(&envelope.errors);
        let message = envelope.error_message.as_deref().unwrap_or_default();
        let words: Vec<&str> = fields
            .values()
            .flatten()
            .map(String::as_str)
            .chain([message])
            .collect();
        let kind = judge(&Refusal {
            status: self.status,
            error_code: envelope.error_code,
            taken: words.iter().any(|word| says_taken(word)),
            rule_named: words
                .iter()
                .any(|word| word.to_ascii_lowercase().contains("rule")),
            envelope: envelope.error_code.is_some() || envelope.error_message.is_some(),
            web_page: self.is_web_page(),
        });
        Error::new(kind, operation)
            .with_status(self.status)
            .with_error_code(envelope.error_code)
            .with_message(clip(message))
            .with_fields(fields)
    }
}

fn clip(text: &str) -> String {
    text.trim().chars().take(LONGEST_MESSAGE).collect()
}

fn complaints(errors: &Value) -> BTreeMap<String, Vec<String>> {
    let Some(errors) = errors.as_object() else {
        return BTreeMap::new();
    };
    let texts = |value: &Value| match value {
        Value::Array(items) => items.iter().take(MOST_FIELDS).map(text).collect(),
        other => vec![text(other)],
    };
    errors
        .iter()
        .take(MOST_FIELDS)
        .map(|(field, value)| (clip(field), texts(value)))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => clip(text),
        other => clip(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Class;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            html: false,
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn a_refusal_keeps_number_words_and_fields() {
        let body = r#"{"error_message":"Refused.","error_code":119,
            "errors":{"title":["is not unique."],"url":"is a required field."}}"#;
        let error = reply(422, body).refusal("create entry");
        assert_eq!(error.class(), Class::Conflict);
        assert_eq!(error.error_code(), Some(119));
        assert!(error.is_not_unique("title"));
        assert_eq!(error.fields()["url"], ["is a required field."]);
    }

    #[test]
    fn an_empty_list_of_errors_is_no_fault() {
        let body = r#"{"error_message":"Refused.","error_code":119,"errors":[]}"#;
        let error = reply(422, body).refusal("create entry");
        assert_eq!((error.class(), error.fields().len()), (Class::Invalid, 0));
    }

    #[test]
    fn what_is_not_an_envelope_is_judged_by_status_alone() {
        for (status, class) in [
            (404, Class::Auth),
            (401, Class::Auth),
            (502, Class::Retry),
            (429, Class::Wait),
        ] {
            let error = reply(status, "<html><h1>nginx</h1>").refusal("find entries");
            assert_eq!(error.class(), class, "{status}");
            assert_eq!(error.message(), "");
        }
    }

    #[test]
    fn words_are_clipped() {
        let body = format!(
            r#"{{"error_message":"{}","error_code":119}}"#,
            "x".repeat(9000)
        );
        assert_eq!(
            reply(422, &body).refusal("create entry").message().len(),
            500
        );
    }

    #[test]
    fn markup_and_broken_json_are_told_apart() {
        let kind = |body: &str| {
            reply(200, body)
                .read::<Value>("find entries")
                .unwrap_err()
                .kind()
        };
        assert_eq!(kind(" <!doctype html>"), Kind::NotJson);
        assert_eq!(kind(r#"{"entries":[{"uid":"#), Kind::Unreadable);
        assert_eq!(kind(""), Kind::Unreadable);
    }
}

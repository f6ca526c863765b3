//! Publishing and unpublishing, and what a stack says of it.
//!
//! Publishing is queued by the service: an answer says that it was asked for, not that readers see
//! it. What readers see is asked of [`crate::delivery`].

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::uid::{EnvironmentName, LocaleCode};

/// What to publish (or unpublish) where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// The environments, by name.
    pub environments: Vec<EnvironmentName>,
    /// The locales in which it shall appear (or disappear).
    pub locales: Vec<LocaleCode>,
    /// The version to publish; none is the latest.
    pub version: Option<u64>,
    /// The locale whose version is published. A locale that has no version of its own publishes
    /// what it inherits.
    pub locale: LocaleCode,
    /// When, if not at once.
    pub scheduled_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Target<'a> {
    environments: &'a [EnvironmentName],
    locales: &'a [LocaleCode],
}

impl Publish {
    /// One locale in one environment, the latest version, at once.
    #[must_use]
    pub fn one(environment: EnvironmentName, locale: LocaleCode) -> Self {
        Self {
            environments: vec![environment],
            locales: vec![locale.clone()],
            version: None,
            locale,
            scheduled_at: None,
        }
    }

    /// The body, under the name of what is published (`entry` or `asset`).
    pub(crate) fn body(&self, root: &str) -> Value {
        let target = Target {
            environments: &self.environments,
            locales: &self.locales,
        };
        let mut body = json!({ root: target });
        if let Some(fields) = body.as_object_mut() {
            if root == "entry" {
                fields.insert("locale".into(), json!(self.locale));
            }
            if let Some(version) = self.version {
                fields.insert("version".into(), json!(version));
            }
            if let Some(time) = self.scheduled_at {
                fields.insert("scheduled_at".into(), json!(stamp(time)));
            }
        }
        body
    }
}

/// Where one version is published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishDetail {
    /// The **uid** of the environment (its name is in the list of environments).
    pub environment: String,
    /// The locale.
    pub locale: LocaleCode,
    /// The version, where the service gives it.
    pub version: Option<u64>,
    /// Since when, where the service gives it readably.
    pub time: Option<Timestamp>,
}

impl PublishDetail {
    /// Reads `publish_details`: a list from Management, an object from Delivery, absent where it
    /// was not asked for. Rows that name no place are left out.
    pub(crate) fn read(value: Option<&Value>) -> Vec<Self> {
        let rows = match value {
            Some(Value::Array(rows)) => rows.as_slice(),
            Some(row @ Value::Object(_)) => std::slice::from_ref(row),
            _ => &[],
        };
        rows.iter().filter_map(Self::read_row).collect()
    }

    fn read_row(row: &Value) -> Option<Self> {
        Some(Self {
            environment: row.get("environment")?.as_str()?.to_owned(),
            locale: LocaleCode::new(row.get("locale")?.as_str()?).ok()?,
            version: row.get("version").and_then(Value::as_u64),
            time: row.get("time").and_then(time),
        })
    }
}

/// A time as the service writes it (`2026-01-31T00:00:00.000Z`).
pub(crate) fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// A time as the service reads it, in milliseconds.
pub(crate) fn stamp(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_names_places_version_and_time() {
        let mut publish = Publish::one(
            EnvironmentName::new("production-au").unwrap(),
            LocaleCode::new("en-au").unwrap(),
        );
        assert_eq!(
            publish.body("entry"),
            json!({"entry": {"environments": ["production-au"], "locales": ["en-au"]}, "locale": "en-au"})
        );
        publish.version = Some(3);
        publish.scheduled_at = Some("2027-03-15T13:00:00Z".parse().unwrap());
        let body = publish.body("asset");
        assert_eq!(body["version"], 3);
        assert_eq!(body["scheduled_at"], "2027-03-15T13:00:00.000Z");
        assert_eq!(body.get("locale"), None);
    }

    #[test]
    fn details_are_read_from_both_services() {
        let row = json!({"environment": "blt1", "locale": "en-au", "version": 2, "time": "2026-01-31T00:00:00.000Z", "user": "blt9"});
        let read = PublishDetail::read(Some(&json!([row])));
        assert_eq!(read, PublishDetail::read(Some(&row)));
        assert_eq!((read[0].version, read[0].time.is_some()), (Some(2), true));
        assert!(PublishDetail::read(None).is_empty());
        assert!(PublishDetail::read(Some(&json!([{"locale": "en-au"}]))).is_empty());
    }
}

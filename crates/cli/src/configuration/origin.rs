//! Where each value in force came from.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value as Json;

use super::secret::SecretSource;
use super::{Configuration, is_open_to_others};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// A line of the configuration.
    Line(usize),
    /// Nobody wrote it.
    Default,
}

/// One value in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Setting {
    /// Dotted path of the key.
    pub(crate) key: String,
    /// The value, JSON; a secret shows where it is kept.
    pub(crate) value: Json,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// A file that holds a secret.
#[derive(Clone, Debug)]
pub(crate) struct SecretFile {
    /// The key that names it.
    pub(crate) key: String,
    /// The file.
    pub(crate) path: PathBuf,
    /// Others than its owner may read it.
    pub(crate) open: bool,
}

impl Configuration {
    /// Every value in force, in the order of the file's sections.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let mut document = self.document.clone();
        for (section, site) in document.site.iter_mut().zip(self.sites.iter()) {
            section.language = Some(site.language.clone());
        }
        let mut settings = Vec::new();
        if let Ok(value) = serde_json::to_value(&document) {
            self.note(String::new(), value, &mut settings);
        }
        settings
    }

    fn note(&self, path: String, value: Json, settings: &mut Vec<Setting>) {
        match value {
            Json::Object(members) => {
                for (key, value) in members {
                    let path = if path.is_empty() {
                        key
                    } else {
                        format!("{path}.{key}")
                    };
                    self.note(path, value, settings);
                }
            }
            Json::Array(items) if items.iter().any(Json::is_object) => {
                for (index, item) in items.into_iter().enumerate() {
                    self.note(format!("{path}[{index}]"), item, settings);
                }
            }
            value => {
                let origin = self.lines.line(&path).map_or(Origin::Default, Origin::Line);
                settings.push(Setting {
                    key: path,
                    value,
                    origin,
                });
            }
        }
    }

    /// Files that hold secrets and exist.
    pub(crate) fn secret_files(&self) -> Vec<SecretFile> {
        let stack = &self.document.contentstack;
        let mut sources: Vec<(String, &SecretSource)> = Vec::new();
        if let Some(token) = &self.document.consonance.token {
            sources.push(("consonance.token".into(), token));
        }
        sources.push((
            "contentstack.management_token".into(),
            &stack.management_token,
        ));
        if let Some(token) = &stack.delivery_token {
            sources.push(("contentstack.delivery_token".into(), token));
        }
        if let Some(token) = &stack.gate_authtoken {
            sources.push(("contentstack.gate_authtoken".into(), token));
        }
        for (environment, token) in &stack.delivery_tokens {
            sources.push((format!("contentstack.delivery_tokens.{environment}"), token));
        }
        let files = sources.into_iter().filter_map(|(key, source)| {
            let path = source.file(&self.folder)?;
            let open = is_open_to_others(&path)?;
            Some(SecretFile { key, path, open })
        });
        files.collect()
    }
}

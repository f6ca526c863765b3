//! What reaches out beside alerts: looks at live pages, and links written back to Consonance.

use std::collections::BTreeSet;
use std::time::Duration;

use contentstack::ContentTypeUid;
use sync::kit::{Recipe, TEMPLATE};

use super::check::Check;
use super::document::{Document, WriteBackChoice};
use super::{Configuration, ConfigurationError};

/// Checks what does.
pub(super) fn check(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let written = &document.consonance.write_back;
    if written.contains(&WriteBackChoice::Readiness) && !written.contains(&WriteBackChoice::WebLink)
    {
        let allowed = "`readiness` beside `web_link`: it is the note of a link";
        return Err(check.wrong("consonance.write_back", "there is no link for it", allowed));
    }
    if let Some(kit) = &document.launch.kit {
        if kit.stages.iter().all(|stage| stage.trim().is_empty()) {
            let allowed = "at least one project stage, as Consonance names it";
            return Err(check.wrong("launch.kit.stages", "the list is empty", allowed));
        }
        content_type(&kit.content_type, check)?;
    }
    if document.probes.every_hours == 0 {
        let allowed = "a number of hours, 1 or more";
        return Err(check.wrong("probes.every_hours", "nobody looks every 0 hours", allowed));
    }
    Ok(())
}

fn content_type(text: &str, check: Check<'_>) -> Result<ContentTypeUid, ConfigurationError> {
    ContentTypeUid::new(text).map_err(|error| {
        let allowed = "the uid of a content type, such as \"campaign_page\"";
        check.wrong("launch.kit.content_type", error.to_string(), allowed)
    })
}

impl Configuration {
    /// When titles get a campaign page, and what it is made of; nothing where nobody asked for it.
    ///
    /// # Errors
    /// When the template cannot be read, or makes no entry.
    pub(crate) fn kit(&self) -> Result<Option<Recipe>, ConfigurationError> {
        let Some(section) = &self.document.launch.kit else {
            return Ok(None);
        };
        const KEY: &str = "launch.kit.template";
        const ALLOWED: &str = "a file that holds a JSON object with the fields of an entry";
        let check = self.check();
        let wrong = |found: String| check.wrong(KEY, found, ALLOWED);
        let text = match &section.template {
            None => TEMPLATE.to_owned(),
            Some(path) => std::fs::read_to_string(self.folder.join(path))
                .map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())))?,
        };
        let template: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("it is no JSON: {error}")))?;
        let serde_json::Value::Object(template) = template else {
            return Err(wrong("it is no JSON object".to_owned()));
        };
        if !template
            .get("title")
            .is_some_and(serde_json::Value::is_string)
        {
            return Err(wrong(
                "it has no `title`, by which a page is found again".to_owned(),
            ));
        }
        Ok(Some(Recipe {
            stages: section.stages.clone(),
            content_type: content_type(&section.content_type, check)?,
            template,
        }))
    }

    /// How often live pages are looked at.
    pub(crate) fn between_probes(&self) -> Duration {
        Duration::from_hours(u64::from(self.document.probes.every_hours))
    }

    /// Hosts of pages and shops that may have private addresses.
    pub(crate) fn probe_hosts(&self) -> BTreeSet<String> {
        self.document.probes.private_hosts.iter().cloned().collect()
    }

    /// Whether live titles are linked from Consonance.
    pub(crate) fn writes_links(&self) -> bool {
        let chosen = &self.document.consonance.write_back;
        chosen.contains(&WriteBackChoice::WebLink)
    }

    /// Whether such a link says how far its title is.
    pub(crate) fn writes_readiness(&self) -> bool {
        let chosen = &self.document.consonance.write_back;
        chosen.contains(&WriteBackChoice::Readiness)
    }
}

//! What reaches out beside alerts: looks at live pages, and links written back to Consonance.

use std::collections::BTreeSet;
use std::time::Duration;

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
    if document.probes.every_hours == 0 {
        let allowed = "a number of hours, 1 or more";
        return Err(check.wrong("probes.every_hours", "nobody looks every 0 hours", allowed));
    }
    Ok(())
}

impl Configuration {
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

//! Which of the editors' entries refer to a title, as last read from the stack.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use site::policy::Site;
use store::Store;
use store::ledger::{EntryId, Ledger};
use store::where_used::{KeptModule, WhereUsed};
use sync::where_used::used_on;

use crate::failure::Failure;
use crate::output;

/// One of the editors' entries that refers to the title on a site.
#[derive(Debug, Serialize)]
pub(super) struct Used {
    content_type: String,
    uid: String,
    title: String,
    url: Option<String>,
    /// From when it will be live; none where it is live.
    from: Option<Timestamp>,
}

impl Used {
    fn new(module: &KeptModule) -> Self {
        Self {
            content_type: module.content_type.clone(),
            uid: module.uid.clone(),
            title: module.title.clone(),
            url: module.url.clone(),
            from: module.from,
        }
    }

    pub(super) fn told(&self, zone: &TimeZone) -> String {
        let Self {
            content_type,
            uid,
            title,
            from,
            ..
        } = self;
        match from {
            Some(from) => format!(
                "will be used by {content_type} {uid} ({title}) from {}",
                output::local(*from, zone)
            ),
            None => format!("used by {content_type} {uid} ({title})"),
        }
    }
}

/// Where a title's entry is used.
pub(super) struct Usage {
    entry: Option<String>,
    reading: Option<WhereUsed>,
}

impl Usage {
    pub(super) async fn of(id: &EntryId, store: &Store, ledger: &Ledger) -> Result<Self, Failure> {
        Ok(Self {
            entry: ledger.entries.get(id).cloned(),
            reading: store.where_used().await?,
        })
    }

    pub(super) fn read_at(&self) -> Option<Timestamp> {
        self.reading.as_ref().map(|reading| reading.read_at)
    }

    pub(super) fn at(&self, site: &Site) -> Vec<Used> {
        let (Some(entry), Some(reading)) = (&self.entry, &self.reading) else {
            return Vec::new();
        };
        used_on(reading, entry, site).map(Used::new).collect()
    }
}

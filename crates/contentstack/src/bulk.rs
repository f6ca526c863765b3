//! Publishing many things in one call, and following the job to its end.
//!
//! One bulk call moves up to [`Settings::bulk_items`](crate::Settings::bulk_items) things, but the
//! organisation may make only one a second; the answer is a job, and a job may leave some of its
//! items behind. The shapes of a job and its items are documented by name only (`uid`, `status`,
//! `action`, `summary`), so both are read tolerantly and kept whole: what is not understood counts
//! as not finished, and the caller's proof is what delivery serves.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

use crate::budget::Lane;
use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::{AssetUid, ContentTypeUid, EntryUid, EnvironmentName, JobId, LocaleCode};

/// The version of the jobs interface.
const JOBS_VERSION: &str = "3.2";

/// One entry of a bulk call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BulkEntry {
    /// Its uid.
    pub uid: EntryUid,
    /// Its content type.
    pub content_type: ContentTypeUid,
    /// The version to publish; none is the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The locale whose version it is.
    pub locale: LocaleCode,
}

/// One asset of a bulk call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BulkAsset {
    /// Its uid.
    pub uid: AssetUid,
}

/// What to publish or unpublish, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Bulk {
    /// Entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<BulkEntry>,
    /// Assets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<BulkAsset>,
    /// Environments, by name.
    pub environments: Vec<EnvironmentName>,
    /// Locales.
    pub locales: Vec<LocaleCode>,
}

impl Bulk {
    /// How many things it moves.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len() + self.assets.len()
    }

    /// Whether it moves nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Whether a job goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It has not ended, or says something we do not know.
    Pending,
    /// It has ended; each item has its own outcome.
    Done,
}

/// A bulk job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Whether it goes on.
    pub state: JobState,
    /// The service's own word for it.
    pub status: String,
    /// The service's summary, as it came.
    pub summary: Map<String, Value>,
}

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Done as asked.
    Done,
    /// Not done.
    Failed,
    /// Not yet, or not known.
    Pending,
}

/// One item of a job. What the service did not say is none.
#[derive(Debug, Clone, PartialEq)]
pub struct JobItem {
    /// The uid of the entry or asset.
    pub uid: Option<String>,
    /// The content type of an entry.
    pub content_type: Option<String>,
    /// The locale.
    pub locale: Option<String>,
    /// The environment, by name or uid.
    pub environment: Option<String>,
    /// What became of it.
    pub outcome: ItemOutcome,
    /// The service's own words on it.
    pub message: String,
}

/// The words for an end, with what they say of one item. Anything else is not an end.
const ENDINGS: &[(&str, ItemOutcome)] = &[
    ("success", ItemOutcome::Done),
    ("successful", ItemOutcome::Done),
    ("succeeded", ItemOutcome::Done),
    ("complete", ItemOutcome::Done),
    ("completed", ItemOutcome::Done),
    ("done", ItemOutcome::Done),
    ("finished", ItemOutcome::Done),
    ("published", ItemOutcome::Done),
    ("unpublished", ItemOutcome::Done),
    ("partial", ItemOutcome::Failed),
    ("partially_completed", ItemOutcome::Failed),
    ("partial_success", ItemOutcome::Failed),
    ("completed_with_errors", ItemOutcome::Failed),
    ("failed", ItemOutcome::Failed),
    ("failure", ItemOutcome::Failed),
    ("error", ItemOutcome::Failed),
    ("rejected", ItemOutcome::Failed),
    ("skipped", ItemOutcome::Failed),
    ("cancelled", ItemOutcome::Failed),
    ("canceled", ItemOutcome::Failed),
];

fn outcome(status: &str) -> ItemOutcome {
    let status = status.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    ENDINGS
        .iter()
        .find(|(word, _)| *word == status)
        .map_or(ItemOutcome::Pending, |(_, outcome)| *outcome)
}

/// The first of `keys` that holds a text, or the first text of a list.
fn first_text(row: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let value = row.get(key)?;
        let value = value.as_array().map_or(Some(value), |list| list.first())?;
        value.as_str().map(str::to_owned)
    })
}

impl Job {
    fn read(reply: &Value) -> Self {
        let job = ["job", "data"]
            .iter()
            .find_map(|root| reply.get(root))
            .unwrap_or(reply);
        let status = first_text(job, &["status", "state"]).unwrap_or_default();
        let summary = job
            .get("summary")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let ended = outcome(&status) != ItemOutcome::Pending;
        let state = if ended {
            JobState::Done
        } else {
            JobState::Pending
        };
        Self {
            state,
            status,
            summary,
        }
    }
}

impl JobItem {
    fn read(row: &Value) -> Self {
        let subject = ["entry", "asset", "item"]
            .iter()
            .find_map(|key| row.get(key))
            .unwrap_or(row);
        let text = |keys: &[&str]| first_text(row, keys).or_else(|| first_text(subject, keys));
        let message = text(&["error_message", "message", "reason", "error"]).or_else(|| {
            row.get("errors")
                .filter(|e| !e.is_null())
                .map(ToString::to_string)
        });
        Self {
            uid: text(&["uid", "entry_uid", "asset_uid", "item_uid"]),
            content_type: text(&["content_type", "content_type_uid", "ct"]),
            locale: text(&["locale", "locales"]),
            environment: text(&["environment", "environments", "environment_uid"]),
            outcome: outcome(&text(&["status", "publish_status", "state"]).unwrap_or_default()),
            message: message.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct Submitted {
    #[serde(default)]
    job_id: Option<JobId>,
}

/// Bulk publication.
#[derive(Debug, Clone, Copy)]
pub struct BulkCalls<'a> {
    stack: &'a Stack,
}

impl<'a> BulkCalls<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// Asks for many things to be published. None: the service took it and named no job.
    ///
    /// # Errors
    /// As any call; [`Class::Bug`](crate::Class::Bug) before anything is sent when it is empty or
    /// larger than `bulk_items`.
    pub async fn publish(&self, bulk: &Bulk) -> Result<Option<JobId>, Error> {
        self.submit("publish in bulk", "publish", bulk).await
    }

    /// Asks for many things to be unpublished. None: the service took it and named no job.
    ///
    /// # Errors
    /// As [`BulkCalls::publish`].
    pub async fn unpublish(&self, bulk: &Bulk) -> Result<Option<JobId>, Error> {
        self.submit("unpublish in bulk", "unpublish", bulk).await
    }

    async fn submit(
        &self,
        operation: &'static str,
        verb: &str,
        bulk: &Bulk,
    ) -> Result<Option<JobId>, Error> {
        // Not repeated: a second job for the same things would cost another second of the
        // organisation's one bulk call, and the caller can tell from delivery what is left.
        let call = Call::create(operation, &["bulk", verb]).lane(Lane::Bulk);
        let most = self.stack.settings().bulk_items;
        if bulk.is_empty() || bulk.len() > most {
            let count = bulk.len();
            return Err(call.misuse(format!("{count} items; a bulk call takes 1 to {most}")));
        }
        if bulk.environments.is_empty() || bulk.locales.is_empty() {
            return Err(call.misuse("a bulk call needs an environment and a locale"));
        }
        let submitted: Submitted = self.stack.send(call.json(bulk)?).await?;
        Ok(submitted.job_id)
    }

    /// A job as it stands.
    ///
    /// # Errors
    /// As any call.
    pub async fn job(&self, job: &JobId) -> Result<Job, Error> {
        let call =
            Call::get("get bulk job", &["bulk", "jobs", job.as_str()]).api_version(JOBS_VERSION);
        let reply: Value = self.stack.send(call).await?;
        Ok(Job::read(&reply))
    }

    /// All items of a job with their outcomes.
    ///
    /// # Errors
    /// As any call.
    pub async fn job_items(&self, job: &JobId) -> Result<Vec<JobItem>, Error> {
        let call = Call::get(
            "list items of bulk job",
            &["bulk", "jobs", job.as_str(), "items"],
        )
        .api_version(JOBS_VERSION);
        let rows: Vec<Value> = self.stack.all(call, "items").await?;
        Ok(rows.iter().map(JobItem::read).collect())
    }

    /// Looks at a job until it has ended or `patience` is over, more and more rarely. A job whose
    /// state is still [`JobState::Pending`] was not seen to end.
    ///
    /// # Errors
    /// As any call.
    pub async fn follow(&self, job: &JobId, patience: Duration) -> Result<Job, Error> {
        let deadline = Instant::now() + patience;
        let poll = self.stack.settings().job_poll;
        let mut step = 0;
        loop {
            let seen = self.job(job).await?;
            let wait = poll.wait(step, self.stack.settings().seed.wrapping_add(step.into()));
            if seen.state == JobState::Done || Instant::now() + wait > deadline {
                return Ok(seen);
            }
            sleep(wait).await;
            step = step.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_ends_only_with_a_word_we_know() {
        for (reply, state) in [
            (
                json!({"uid": "j", "status": "completed", "summary": {"success": 2}}),
                JobState::Done,
            ),
            (
                json!({"job": {"status": "Partially Completed"}}),
                JobState::Done,
            ),
            (json!({"status": "failed"}), JobState::Done),
            (json!({"status": "in-progress"}), JobState::Pending),
            (json!({"status": "meditating"}), JobState::Pending),
            (json!({"status": 3}), JobState::Pending),
            (json!([]), JobState::Pending),
        ] {
            assert_eq!(Job::read(&reply).state, state, "{reply}");
        }
        assert_eq!(
            Job::read(&json!({"summary": {"success": 2}})).summary["success"],
            2
        );
    }

    #[test]
    fn items_are_read_flat_or_nested() {
        let flat = JobItem::read(&json!({
            "uid": "blt1", "content_type": "book", "locale": "en-au", "environment": "production-au",
            "status": "failed", "error_message": "Not allowed.",
        }));
        let nested = JobItem::read(&json!({
            "entry": {"uid": "blt1", "content_type_uid": "book", "locale": "en-au"},
            "environments": ["production-au"], "publish_status": "Failed", "message": "Not allowed.",
        }));
        assert_eq!(flat, nested);
        assert_eq!(
            (flat.outcome, flat.message.as_str()),
            (ItemOutcome::Failed, "Not allowed.")
        );
        assert_eq!(
            JobItem::read(&json!({"uid": "blt1"})).outcome,
            ItemOutcome::Pending
        );
    }
}

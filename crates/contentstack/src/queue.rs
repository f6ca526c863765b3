//! The publish queue: what waits for its time, and how to call it back.
//!
//! Only the shape of finished items is on record. A waiting one is taken to be one that is not done:
//! its time is read where it is told, and an item is called back only when it is known for ours.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::error::Error;
use crate::publication::time;
use crate::stack::Stack;

/// One item of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its uid.
    pub uid: String,
    /// Uid of the entry or asset.
    pub subject: String,
    /// Uids of the environments.
    pub environments: Vec<String>,
    /// The locale.
    pub locale: String,
    /// `publish`, `unpublish`, `deploy`.
    pub action: String,
    /// `scheduled`, `success`, `failed` and what else the service says.
    pub status: String,
    /// When, where the service tells.
    pub at: Option<Timestamp>,
}

impl Queued {
    fn read(value: &Value) -> Option<Self> {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let environments = match value.get("environment") {
            Some(Value::Array(uids)) => uids.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(uid)) => vec![uid.as_str()],
            _ => Vec::new(),
        };
        Some(Self {
            uid: text("/uid")?.to_owned(),
            subject: text("/entry/uid").or(text("/asset/uid"))?.to_owned(),
            environments: environments.into_iter().map(str::to_owned).collect(),
            locale: text("/locale")?.to_owned(),
            action: text("/action")?.to_owned(),
            status: text("/publish_details/status")
                .unwrap_or_default()
                .to_owned(),
            at: value.get("scheduled_at").and_then(time),
        })
    }
}

#[derive(Deserialize)]
struct Notice {}

/// The publish queue.
#[derive(Debug, Clone, Copy)]
pub struct PublishQueue<'a> {
    stack: &'a Stack,
}

impl<'a> PublishQueue<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// Everything in the queue that names an entry or asset, a place and an action.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Queued>, Error> {
        let items: Vec<Value> = self
            .stack
            .all(Call::get("list publish queue", &["publish-queue"]), "queue")
            .await?;
        Ok(items.iter().filter_map(Queued::read).collect())
    }

    /// Calls an item back. Repeated when the reply is lost: an item that is gone is called back.
    ///
    /// # Errors
    /// As any call.
    pub async fn unschedule(&self, uid: &str) -> Result<(), Error> {
        let call = Call::get("unschedule", &["publish-queue", uid, "unschedule"]);
        self.stack.send::<Notice>(call).await.map(|_| ())
    }
}

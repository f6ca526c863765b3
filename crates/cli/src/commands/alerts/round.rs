//! One round: looking, deciding, keeping what follows, and sending what is due.
//!
//! Channels are served side by side, each within its own time: one that hangs keeps nobody waiting but itself.

use std::collections::BTreeMap;

use contentstack::Stack;
use jiff::{SignedDuration, Timestamp};
use notify::alert::{Open, Remembered, Snooze};
use notify::channel::Channel;
use notify::decide::{Decision, Memory, Setting, decide};
use notify::deliver::{Courier, PATIENCE, again};
use notify::message::Message;
use serde::Serialize;
use store::Store;
use store::alerts::{KeptAlerts, KeptMessage, KeptSnooze};
use uuid::Uuid;

use super::look::look;
use crate::configuration::Alerts;
use crate::failure::Failure;
use crate::session::Session;

/// How long a message is one sender's: longer than a delivery may take.
const TAKEN: SignedDuration = SignedDuration::from_mins(2);

/// What became of a message.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Delivery {
    pub(super) channel: String,
    pub(super) subject: String,
    pub(super) sent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trouble: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) again: Option<Timestamp>,
}

/// What stands open, from what is known and what is seen now; writes nothing.
pub(super) async fn decided(
    session: &Session,
    store: &Store,
    alerts: &Alerts,
    guard: Option<&Stack>,
    now: Timestamp,
) -> Result<(Decision, i64), Failure> {
    let kept = store.alerts().await?;
    let number = kept.number;
    let memory = memory(kept, &store.snoozes().await?)?;
    let seen = Box::pin(look(session, store, guard, now)).await?;
    let mut setting = Setting {
        channels: &alerts.channels,
        console: alerts.console.as_deref(),
        id: &mut || format!("msg_{}", Uuid::now_v7().simple()),
    };
    Ok((decide(&seen, memory, &mut setting, now), number))
}

/// Looks and keeps what is to be sent. What stands open.
pub(super) async fn note(
    session: &Session,
    store: &Store,
    alerts: &Alerts,
    guard: Option<&Stack>,
    now: Timestamp,
) -> Result<Vec<Open>, Failure> {
    let (decision, number) = decided(session, store, alerts, guard, now).await?;
    let messages = decision.messages.iter().map(queued);
    let messages: Vec<KeptMessage> = messages.collect::<Result<_, _>>()?;
    let kept = kept(decision.memory, number)?;
    if !store.keep_alerts(&kept, &messages, now).await? {
        tracing::debug!("somebody else looked at the same time, and tells what is to be told");
    }
    Ok(decision.open)
}

/// Sends everything that is due.
pub(super) async fn deliver(store: &Store, alerts: &Alerts) -> Result<Vec<Delivery>, Failure> {
    let courier = Courier::new(PATIENCE)?;
    let each = alerts.channels.iter();
    let channels = each.map(|channel| deliver_to(channel, store, &courier));
    let mut done = Vec::new();
    for deliveries in futures_util::future::join_all(channels).await {
        done.extend(deliveries?);
    }
    Ok(done)
}

/// Sends what is due on one channel, until one is not taken: what is late stays in order.
async fn deliver_to(
    channel: &Channel,
    store: &Store,
    courier: &Courier,
) -> Result<Vec<Delivery>, Failure> {
    let mut done = Vec::new();
    loop {
        let now = Timestamp::now();
        let until = now.checked_add(TAKEN).unwrap_or(Timestamp::MAX);
        let Some(kept) = store.take_message(&channel.name, now, until).await? else {
            return Ok(done);
        };
        let message: Message = match serde_json::from_str(&kept.message) {
            Ok(message) => message,
            Err(error) => {
                let trouble = format!("what was kept cannot be read: {error}");
                store.message_failed(&kept.id, &trouble, None, now).await?;
                continue;
            }
        };
        let (trouble, again) = match courier.deliver(channel, &message, now).await {
            Ok(()) => {
                store.message_sent(&kept.id, Timestamp::now()).await?;
                (None, None)
            }
            Err(error) => {
                let now = Timestamp::now();
                let again = again(kept.attempts.saturating_add(1), &error, now);
                let trouble = format!("{}: {error}", error.code());
                store.message_failed(&kept.id, &trouble, again, now).await?;
                tracing::warn!(channel = channel.name, code = error.code(), %error, given_up = again.is_none(), "a message was not sent");
                (Some(trouble), again)
            }
        };
        let sent = trouble.is_none();
        done.push(Delivery {
            channel: channel.name.clone(),
            subject: message.subject,
            sent,
            trouble,
            again,
        });
        if !sent {
            return Ok(done);
        }
    }
}

fn memory(kept: KeptAlerts, snoozes: &[KeptSnooze]) -> Result<Memory, Failure> {
    let mut alerts: BTreeMap<String, Remembered> = BTreeMap::new();
    for (key, text) in kept.alerts {
        alerts.insert(key, serde_json::from_str(&text).map_err(unreadable)?);
    }
    Ok(Memory {
        alerts,
        ready: kept.ready.into_iter().collect(),
        digests: kept.digests,
        snoozes: standing(snoozes),
    })
}

/// Snoozes that nobody ended.
fn standing(snoozes: &[KeptSnooze]) -> Vec<Snooze> {
    let standing = snoozes.iter().filter(|one| one.ended_at.is_none());
    standing
        .map(|one| Snooze {
            what: one.what.clone(),
            until: one.until,
        })
        .collect()
}

fn kept(memory: Memory, number: i64) -> Result<KeptAlerts, Failure> {
    let mut alerts = BTreeMap::new();
    for (key, remembered) in memory.alerts {
        alerts.insert(key, serde_json::to_string(&remembered).map_err(unreadable)?);
    }
    Ok(KeptAlerts {
        number,
        alerts,
        ready: memory.ready.into_iter().collect(),
        digests: memory.digests,
    })
}

fn queued(message: &Message) -> Result<KeptMessage, Failure> {
    Ok(KeptMessage {
        id: message.id.clone(),
        channel: message.channel.clone(),
        message: serde_json::to_string(message).map_err(unreadable)?,
        made_at: message.at,
        attempts: 0,
        next_at: message.at,
        sent_at: None,
        given_up_at: None,
        trouble: None,
    })
}

fn unreadable(source: serde_json::Error) -> Failure {
    Failure::Store(store::Error::Value {
        doing: "reading the alerts",
        source,
    })
}

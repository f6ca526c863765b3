//! Bringing one message to one channel, within a bounded time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, StatusCode};

use crate::channel::{Carrier, Channel};
use crate::error::Error;
use crate::message::Message;
use crate::{email, slack, teams, webhook};

/// How long one delivery may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait after each failed attempt before the next; after the last it is given up.
const WAITS: [SignedDuration; 8] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(24),
];

/// The longest that a channel's own word is waited for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Of what a channel answers, so many characters are kept.
const ANSWER: usize = 200;

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Courier {
    client: reqwest::Client,
    patience: Duration,
}

impl Courier {
    /// One with its own connections, that gives each delivery so long.
    ///
    /// # Errors
    /// When the TLS of this machine cannot be set up.
    pub fn new(patience: Duration) -> Result<Self, Error> {
        // A second installation fails harmlessly: whoever was first has the same provider.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(patience)
            .build();
        let client = client.map_err(|error| Error::Setting {
            what: "TLS",
            why: error.to_string(),
        })?;
        Ok(Self { client, patience })
    }

    /// Sends a message. Success is what the channel's service answered; a workflow of Teams answers before it posts.
    ///
    /// # Errors
    /// When the channel did not take it.
    pub async fn deliver(
        &self,
        channel: &Channel,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), Error> {
        match &channel.carrier {
            Carrier::Mail(mail) => {
                let sending = email::send(mail, message, self.patience);
                match tokio::time::timeout(self.patience, sending).await {
                    Ok(sent) => sent,
                    Err(_) => Err(Error::Unreachable {
                        whom: mail.host.clone(),
                        why: format!("no answer within {} s", self.patience.as_secs_f32()),
                    }),
                }
            }
            Carrier::Slack(url) => {
                let request = self.client.post(url.expose()).json(&slack::body(message));
                post(request, url.host()).await
            }
            Carrier::Teams(url) => {
                let request = self.client.post(url.expose()).json(&teams::body(message));
                post(request, url.host()).await
            }
            Carrier::Webhook { url, key } => {
                let request = self.client.post(url.expose());
                post(webhook::signed(request, key, message, now)?, url.host()).await
            }
        }
    }
}

async fn post(request: RequestBuilder, host: &str) -> Result<(), Error> {
    let whom = || host.to_owned();
    let unreachable = |error: reqwest::Error| {
        let why = match error.is_timeout() {
            true => "no answer in time".to_owned(),
            false => because(&error.without_url()),
        };
        Error::Unreachable { whom: whom(), why }
    };
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let wait = response.headers().get(RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
        return Err(Error::Busy {
            whom: whom(),
            wait: wait.map(Duration::from_secs),
        });
    }
    // A first piece of the answer is enough to say why.
    let answer = response.chunk().await.ok().flatten().unwrap_or_default();
    let answer: String = String::from_utf8_lossy(&answer)
        .chars()
        .filter(|letter| !letter.is_control())
        .take(ANSWER)
        .collect();
    let why = match answer.is_empty() {
        true => status.to_string(),
        false => format!("{status}, {answer}"),
    };
    Err(if status.is_server_error() {
        Error::Unreachable { whom: whom(), why }
    } else {
        Error::Refused { whom: whom(), why }
    })
}

/// An error with its causes, on one line.
pub(crate) fn because(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(&format!(": {cause_text}"));
        }
        next = cause.source();
    }
    text
}

/// When to try again after so many failed attempts, the last at `now`; nothing where it is given up.
#[must_use]
pub fn again(attempts: u32, error: &Error, now: Timestamp) -> Option<Timestamp> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let own = *WAITS.get(index)?;
    let asked = error
        .wait()
        .and_then(|wait| SignedDuration::try_from(wait).ok());
    let wait = asked.map_or(own, |asked| asked.clamp(SignedDuration::ZERO, LONGEST));
    Some(now.checked_add(wait).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_that_says_when_is_believed_within_a_day_and_none_is_tried_for_ever() {
        let now: Timestamp = "2027-06-01T12:00:00Z".parse().unwrap();
        let busy = |seconds| Error::Busy {
            whom: "hooks.example".to_owned(),
            wait: Some(Duration::from_secs(seconds)),
        };
        let after = |attempts, error: &Error| {
            again(attempts, error, now).map(|then| then.duration_since(now).as_secs())
        };
        assert_eq!(after(1, &busy(42)), Some(42));
        assert_eq!(after(1, &busy(u64::MAX)), Some(60), "no number of seconds");
        assert_eq!(after(1, &busy(1_000_000)), Some(86_400));
        let refused = Error::Refused {
            whom: "hooks.example".to_owned(),
            why: "404".to_owned(),
        };
        assert_eq!(after(1, &refused), Some(60));
        assert_eq!(after(8, &refused), Some(86_400));
        assert_eq!(after(9, &refused), None);
    }
}

//! A webhook signed as Standard Webhooks says: id, instant and HMAC-SHA256 of both and the body. The id is the same
//! however often a message is sent, so that a receiver can leave out what it has.

use jiff::Timestamp;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use standardwebhooks::Webhook;

use crate::channel::Hidden;
use crate::error::Error;
use crate::message::Message;

pub(crate) fn signed(
    request: RequestBuilder,
    key: &Hidden,
    message: &Message,
    now: Timestamp,
) -> Result<RequestBuilder, Error> {
    let body = json!({
        "type": "frontlist.alert",
        "timestamp": message.at.to_string(),
        "data": message,
    })
    .to_string();
    let seconds = now.as_second();
    let signature = read(key)?
        .sign(&message.id, seconds, body.as_bytes())
        .map_err(|error| wrong(&error))?;
    Ok(request
        .header(CONTENT_TYPE, "application/json")
        .header(standardwebhooks::HEADER_WEBHOOK_ID, &message.id)
        .header(standardwebhooks::HEADER_WEBHOOK_TIMESTAMP, seconds)
        .header(standardwebhooks::HEADER_WEBHOOK_SIGNATURE, signature)
        .body(body))
}

/// Checks a key before anything is sent.
///
/// # Errors
/// When it is no base64 of at least 24 bytes.
pub fn check(key: &Hidden) -> Result<(), Error> {
    let text = key.expose();
    let text = text.strip_prefix("whsec_").unwrap_or(text);
    // Standard Webhooks: between 24 and 64 bytes.
    if text.len() < 32 {
        return Err(Error::Setting {
            what: "the key",
            why: "it is shorter than 24 bytes".to_owned(),
        });
    }
    read(key).map(|_| ())
}

fn read(key: &Hidden) -> Result<Webhook, Error> {
    Webhook::new(key.expose()).map_err(|error| wrong(&error))
}

fn wrong(error: &standardwebhooks::WebhookError) -> Error {
    // The library's words on a key may quote a character of it.
    let why = match error {
        standardwebhooks::WebhookError::InvalidSecret(_) => "it is no base64".to_owned(),
        other => other.to_string(),
    };
    Error::Setting {
        what: "the key",
        why,
    }
}

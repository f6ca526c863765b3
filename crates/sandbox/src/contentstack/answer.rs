//! A reply in the making, before it is a matter of HTTP.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ask::Ask;
use super::errors::Refusal;

/// A reply to a request that was carried out.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
}

/// The body of a reply.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Json(Value),
    File { content_type: String, bytes: Bytes },
    Empty,
}

impl Answer {
    /// 200, for what was read, changed or removed.
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Body::Json(body),
        }
    }

    /// 201, for what was made.
    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body: Body::Json(body),
        }
    }

    /// 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Body::Empty,
        }
    }

    /// One page of a list under `root`, with the `count` of the whole list on demand.
    pub(crate) fn list(ask: &Ask, root: &str, views: Vec<Value>) -> Result<Self, Refusal> {
        let count = views.len();
        Ok(Self::ok(json!({root: ask.page()?.cut(views)})).counted(ask, count))
    }

    /// The same reply with one more member.
    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        if let Body::Json(Value::Object(body)) = &mut self.body {
            body.insert(key.to_owned(), value);
        }
        self
    }

    /// The same reply with a `count`, if the request asks for it.
    pub(crate) fn counted(self, ask: &Ask, count: usize) -> Self {
        if ask.flag("include_count") {
            self.with("count", json!(count))
        } else {
            self
        }
    }
}

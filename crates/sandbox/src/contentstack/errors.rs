//! Refusals, in the envelope that the service uses: a message, an `error_code`, and errors by
//! field.
//!
//! Clients decide by status and `error_code`, so those are the part that must be true. Some texts
//! are recorded from the live service (content types not found or invalid, the missing object, the
//! environment that a token does not open); the rest are this stand-in's own words, because the
//! real ones are not publicly known. A client must not depend on them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

/// The message recorded for an object that is not there.
pub(crate) const MISSING: &str = "The requested object doesn't exist.";

/// The message recorded for an environment that is not there, or that the token does not open.
pub(crate) const CLOSED_ENVIRONMENT: &str =
    "Environment doesn't exists or insufficient permission to access it.";

/// Errors by field, as they stand in the envelope.
pub(crate) type FieldErrors = BTreeMap<String, Vec<String>>;

/// A request that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: u16,
    pub(crate) message: String,
    pub(crate) errors: FieldErrors,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: FieldErrors::new(),
        }
    }

    /// 422 with a code: by far the most common form.
    pub(crate) fn invalid(code: u16, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// A management object that is not there: 404 and 141. (The service is seen to use 404 and 422
    /// both.)
    pub(crate) fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, 141, MISSING).because("uid", "is not valid.")
    }

    /// A delivery object that is not there: 422 and 141.
    pub(crate) fn undelivered() -> Self {
        Self::invalid(141, MISSING).because("uid", "is not valid.")
    }

    /// A body or parameter that has not the right shape: 422 and 141.
    pub(crate) fn shape(field: &str, message: impl Into<String>) -> Self {
        Self::invalid(
            141,
            "The request is not valid. Please correct it and try again.",
        )
        .because(field, message)
    }

    pub(crate) fn because(mut self, field: &str, message: impl Into<String>) -> Self {
        self.errors
            .entry(field.to_owned())
            .or_default()
            .push(message.into());
        self
    }

    pub(crate) fn with(mut self, errors: FieldErrors) -> Self {
        self.errors.extend(errors);
        self
    }

    pub(crate) fn body(&self) -> Value {
        json!({"error_message": self.message, "error_code": self.code, "errors": self.errors})
    }
}

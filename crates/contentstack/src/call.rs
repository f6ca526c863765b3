//! One call, as data.
//!
//! What may be repeated, what it draws on and what it is called are said where the call is
//! described, once per operation; the sending in [`crate::stack`] then treats all calls alike.

use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;

use crate::budget::Lane;
use crate::error::{Error, Kind};
use crate::uid::EnvironmentName;

/// Whether a call may be made again when its outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads.
    Read,
    /// Doing it twice is doing it once.
    Idempotent,
    /// Doing it twice may make two things.
    Once,
}

/// Which of the two services, and so which token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Service {
    Management,
    /// Management, as a person: by authtoken.
    ManagementAsUser,
    Delivery(EnvironmentName),
}

/// One part of a multipart body.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(String),
    File {
        file_name: String,
        content_type: String,
        bytes: Bytes,
    },
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Empty,
    Json(Bytes),
    Multipart(Vec<(&'static str, Part)>),
}

impl Body {
    /// The size of what is to be sent, headers of parts not counted.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Json(bytes) => bytes.len(),
            Self::Multipart(parts) => parts
                .iter()
                .map(|(_, part)| match part {
                    Part::Text(text) => text.len(),
                    Part::File { bytes, .. } => bytes.len(),
                })
                .sum(),
        }
    }
}

/// One call. Bodies and queries never reach a log; the path does.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) service: Service,
    pub(crate) method: Method,
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) lane: Lane,
    pub(crate) repeat: Repeat,
    pub(crate) api_version: Option<&'static str>,
}

impl Call {
    fn new(operation: &'static str, method: Method, segments: &[&str], repeat: Repeat) -> Self {
        Self {
            operation,
            service: Service::Management,
            lane: if method == Method::GET {
                Lane::Read
            } else {
                Lane::Write
            },
            method,
            segments: segments
                .iter()
                .map(|segment| (*segment).to_owned())
                .collect(),
            query: Vec::new(),
            body: Body::Empty,
            repeat,
            api_version: None,
        }
    }

    /// A read.
    pub(crate) fn get(operation: &'static str, segments: &[&str]) -> Self {
        Self::new(operation, Method::GET, segments, Repeat::Read)
    }

    /// A `POST` that makes something new each time.
    pub(crate) fn create(operation: &'static str, segments: &[&str]) -> Self {
        Self::new(operation, Method::POST, segments, Repeat::Once)
    }

    /// A `POST` that brings something into a state, however often it is sent.
    pub(crate) fn act(operation: &'static str, segments: &[&str]) -> Self {
        Self::new(operation, Method::POST, segments, Repeat::Idempotent)
    }

    /// A replacement.
    pub(crate) fn put(operation: &'static str, segments: &[&str]) -> Self {
        Self::new(operation, Method::PUT, segments, Repeat::Idempotent)
    }

    /// A removal.
    pub(crate) fn delete(operation: &'static str, segments: &[&str]) -> Self {
        Self::new(operation, Method::DELETE, segments, Repeat::Idempotent)
    }

    /// Delivery instead of Management: another host, another token, another lane.
    pub(crate) fn delivered(mut self, environment: &EnvironmentName) -> Self {
        self.lane = Lane::Delivery;
        self.query.push(("environment", environment.to_string()));
        self.service = Service::Delivery(environment.clone());
        self
    }

    /// Made as the user whose authtoken the settings have, instead of by the management token.
    pub(crate) fn by_user(mut self) -> Self {
        self.service = Service::ManagementAsUser;
        self
    }

    pub(crate) fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    pub(crate) fn api_version(mut self, version: &'static str) -> Self {
        self.api_version = Some(version);
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn query_if(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, &value),
            None => self,
        }
    }

    pub(crate) fn flag(self, name: &'static str, set: bool) -> Self {
        if set { self.query(name, &true) } else { self }
    }

    pub(crate) fn query_each(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = impl ToString>,
    ) -> Self {
        self.query
            .extend(values.into_iter().map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body).map_err(|error| {
            self.misuse("the body cannot be written as JSON")
                .with_source(error)
        })?;
        self.body = Body::Json(bytes.into());
        Ok(self)
    }

    pub(crate) fn multipart(mut self, parts: Vec<(&'static str, Part)>) -> Self {
        self.body = Body::Multipart(parts);
        self
    }

    /// The path below the host, as a person reads it in an error.
    pub(crate) fn path(&self) -> String {
        format!("/v3/{}", self.segments.join("/"))
    }

    /// Method and path.
    pub(crate) fn request(&self) -> String {
        format!("{} {}", self.method, self.path())
    }

    /// A refusal of ours, before anything was sent.
    pub(crate) fn misuse(&self, message: impl Into<String>) -> Error {
        Error::new(Kind::Misuse, self.operation)
            .with_request(self.request())
            .with_message(message)
    }
}

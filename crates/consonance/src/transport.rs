//! One query over HTTP: posted, answered, and tried again where that may help.
//!
//! A query whose answer was lost may be repeated freely; a mutation is sent once, and whoever sent it looks what came of it. Redirects are refused: following one would hand the API key to whoever sent it.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode, redirect};
use serde_json::{Value, json};
use tracing::debug;
use url::Url;

use crate::backoff::Backoff;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::settings::Settings;

/// The way to one account.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    endpoint: Url,
    settings: Settings,
    requests: AtomicU64,
}

/// A failed attempt, with the pause that the service asked for.
struct Failure {
    error: Error,
    pause: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, pause: None }
    }
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let endpoint = settings.endpoint()?;
        // Fails only when a provider is installed already, which then serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(settings.timeouts.connect)
            .timeout(settings.timeouts.request)
            .gzip(true);
        if settings.is_loopback() {
            http = http.no_proxy();
        }
        let http = http.build().map_err(Error::Client)?;
        Ok(Self {
            http,
            endpoint,
            settings,
            requests: AtomicU64::new(0),
        })
    }

    /// What the caller may ask for.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many requests were sent, repeats included.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Posts a query, again where trouble passes.
    pub(crate) async fn ask(&self, query: &str) -> Result<Envelope, Error> {
        let number = self.requests();
        let mut backoff = Backoff::new(self.settings.retry, number);
        loop {
            let failure = match self.attempt(query).await {
                Ok(envelope) => return Ok(envelope),
                Err(failure) => failure,
            };
            let pause = if failure.error.is_passing() {
                backoff.next(failure.pause)
            } else {
                None
            };
            let Some(pause) = pause else {
                return Err(failure.error);
            };
            debug!(
                code = failure.error.code(),
                pause_ms = pause.as_millis(),
                "asking Consonance again"
            );
            tokio::time::sleep(pause).await;
        }
    }

    /// Posts a mutation, once.
    pub(crate) async fn tell(&self, mutation: &str) -> Result<Envelope, Error> {
        self.attempt(mutation)
            .await
            .map_err(|failure| failure.error)
    }

    async fn attempt(&self, query: &str) -> Result<Envelope, Failure> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "query": query }).to_string();
        let response = self
            .http
            .post(self.endpoint.clone())
            .bearer_auth(self.settings.token.expose())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header(ACCEPT, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| self.lost(error))?;
        let status = response.status();
        let pause = asked_pause(response.headers());
        let refused = |error| Err(Failure { error, pause });
        let host = || self.host();
        if status.is_server_error() {
            return refused(Error::ServerFailed {
                host: host(),
                status: status.as_u16(),
            });
        }
        match status {
            StatusCode::TOO_MANY_REQUESTS => return refused(Error::Throttled { host: host() }),
            StatusCode::REQUEST_TIMEOUT => return refused(self.late()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return refused(Error::Unauthorised {
                    host: host(),
                    status: status.as_u16(),
                });
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE => {
                return refused(self.elsewhere(status));
            }
            status if status.is_redirection() => return refused(self.elsewhere(status)),
            _ => {}
        }
        let content_type = content_type(response.headers());
        let body = self.body(response).await?;
        let answer = self.parse(&body, content_type);
        if status.is_success() {
            return Ok(Envelope::open(answer?)?);
        }
        // A refused query may come with 400 or 422 and say why in the usual envelope.
        match answer.and_then(Envelope::open) {
            Ok(envelope) if !envelope.errors.is_empty() => Err(envelope.refusal().into()),
            _ => Err(Error::Refused {
                host: host(),
                status: status.as_u16(),
            }
            .into()),
        }
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let limit = self.settings.max_body;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(error))? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge {
                    host: self.host(),
                    limit,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn parse(&self, body: &[u8], content_type: Option<String>) -> Result<Value, Error> {
        let problem = match serde_json::from_slice(body) {
            Ok(answer) => return Ok(answer),
            Err(problem) => problem,
        };
        let markup = body.trim_ascii_start().starts_with(b"<");
        if problem.is_eof() && !markup && !body.is_empty() {
            return Err(Error::Truncated {
                host: self.host(),
                source: Box::new(problem),
            });
        }
        let looks = if markup {
            "HTML or XML"
        } else {
            "something else"
        };
        Err(Error::NotJson {
            url: self.endpoint.to_string(),
            content_type: content_type
                .filter(|kind| !kind.contains("json"))
                .unwrap_or_else(|| looks.to_owned()),
        })
    }

    /// Sorts what the HTTP client reports. It knows time-outs and failed connections; whether a
    /// name or a certificate was the cause shows only in the causes beneath.
    fn lost(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let host = self.host();
        if error.is_timeout() {
            return self.late();
        }
        if !error.is_connect() {
            return Error::Truncated {
                host,
                source: Box::new(error),
            };
        }
        if has_cause(&error, |cause| cause.is::<rustls::Error>()) {
            return Error::Tls {
                host,
                source: error,
            };
        }
        if has_cause(&error, |cause| cause.to_string().starts_with("dns error")) {
            return Error::UnknownHost {
                host,
                source: error,
            };
        }
        Error::Unreachable {
            host,
            source: error,
        }
    }

    fn late(&self) -> Error {
        Error::TimedOut {
            host: self.host(),
            seconds: self.settings.timeouts.request.as_secs(),
        }
    }

    fn elsewhere(&self, status: StatusCode) -> Error {
        Error::WrongAddress {
            url: self.endpoint.to_string(),
            status: status.as_u16(),
        }
    }

    /// The host as messages name it.
    pub(crate) fn host(&self) -> String {
        let name = self.endpoint.host_str().unwrap_or_default();
        match self.endpoint.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        }
    }
}

/// Whether any error in the chain is meant. An I/O error is looked into, since it wraps the
/// certificate's trouble without giving it as its source.
fn has_cause(error: &reqwest::Error, meant: impl Fn(&(dyn StdError + 'static)) -> bool) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = next {
        if meant(cause) {
            return true;
        }
        let wrapped = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    false
}

fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default().trim();
    (!kind.is_empty()).then(|| kind.chars().take(60).collect())
}

//! Sending a call: pace, limits on time and size, and when to try again.
//!
//! Whether to try again is decided here alone, by two questions. Was the failure passing
//! ([`Class::Retry`], [`Class::Wait`])? And would a repetition be harmless: the call only reads, is
//! idempotent, or surely never arrived (no connection, or 429)? A creation whose reply was lost is
//! never repeated here; the caller is told so and looks first.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, multipart};
use tokio::time::{Instant, sleep, timeout};
use tracing::{Instrument, debug, debug_span};
use url::Url;

use crate::budget::Budget;
use crate::call::{Body, Call, Part, Repeat, Service};
use crate::error::{Class, Error, Kind};
use crate::reply::{Answer, Reply};
use crate::retry::scatter;
use crate::secret::Secret;
use crate::settings::Settings;

const OPERATION: &str = "set up the Contentstack client";
/// How fast a body is expected to leave at least, in bytes per second.
const SLOWEST_UPLOAD: usize = 64 * 1024;

/// The connection pool, the settings and the budget of one stack.
pub(crate) struct Transport {
    client: Client,
    settings: Settings,
    budget: Budget,
    management: Url,
    delivery: Url,
}

impl Transport {
    pub(crate) fn new(settings: Settings, budget: Budget) -> Result<Self, Error> {
        let management = origin("management_host", &settings.management_host)?;
        let delivery = origin("delivery_host", &settings.delivery_host)?;
        check(&settings)?;
        let client = client(&settings, &[&management, &delivery])?;
        Ok(Self {
            client,
            settings,
            budget,
            management,
            delivery,
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Makes the call, again where that is harmless, and reads its answer.
    pub(crate) async fn send<T: Answer>(&self, call: Call) -> Result<T, Error> {
        let span = debug_span!("contentstack", operation = call.operation);
        self.repeat(&call).instrument(span).await
    }

    async fn repeat<T: Answer>(&self, call: &Call) -> Result<T, Error> {
        let retry = &self.settings.retry;
        let mut failures = 0;
        let mut refusals = 0;
        let mut unknown = false;
        loop {
            let error = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            unknown |= error.outcome_unknown();
            let again = match error.class() {
                Class::Wait => {
                    refusals += 1;
                    refusals < retry.refusals
                }
                Class::Retry if harmless_again(call, &error) => {
                    failures += 1;
                    failures < retry.attempts
                }
                _ => {
                    failures += 1;
                    false
                }
            };
            if !again {
                let never_made = matches!(error.kind(), Kind::Misuse | Kind::Settings);
                let made = if never_made { 0 } else { failures + refusals };
                return Err(error.with_attempts(made).with_outcome_unknown(unknown));
            }
            // The pause after a 429 is the lane's, for everyone.
            if error.class() == Class::Retry {
                let spent = self.budget.snapshot();
                let draw = scatter(self.settings.seed ^ spent.read ^ (spent.write << 32));
                sleep(retry.backoff.wait(failures.saturating_sub(1), draw)).await;
            }
        }
    }

    /// Makes the call once.
    async fn attempt<T: Answer>(&self, call: &Call) -> Result<T, Error> {
        let request = self.request(call)?;
        let permit = self.budget.permit(call.lane).await;
        let start = Instant::now();
        let reply = self.exchange(call, request).await;
        let status = reply.as_ref().ok().map(|reply| reply.status);
        let result = match reply {
            Ok(reply) if reply.is_success() => reply.read(call.operation),
            Ok(reply) => Err(reply.refusal(call.operation)),
            Err(error) => Err(error),
        };
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &result {
            Err(error) if error.kind() == Kind::Throttled => self.budget.refused(&permit),
            Err(error) if error.kind() == Kind::Unreachable => {}
            Err(error) => self.budget.made(&permit, error.status().is_some()),
            Ok(_) => self.budget.made(&permit, true),
        }
        result
            .inspect(|_| debug!(request = call.request(), status, ms, "call answered"))
            .map_err(|error| self.judged(call, error, ms))
    }

    /// Completes a failure with what only the call knows, and notes it.
    fn judged(&self, call: &Call, error: Error, ms: u64) -> Error {
        let unknown = call.repeat != Repeat::Read && may_have_happened(&error);
        debug!(
            request = call.request(),
            status = error.status(),
            error_code = error.error_code(),
            code = error.code(),
            unknown,
            ms,
            "call failed"
        );
        // A service that quotes our token back at us must not put it into a log.
        let tokens = std::iter::once(&self.settings.management_token)
            .chain(&self.settings.authtoken)
            .chain(&self.settings.delivery_token)
            .chain(self.settings.delivery_tokens.values());
        error
            .without(tokens)
            .with_request(call.request())
            .with_outcome_unknown(unknown)
    }

    fn request(&self, call: &Call) -> Result<RequestBuilder, Error> {
        let host = match call.service {
            Service::Management | Service::ManagementAsUser => &self.management,
            Service::Delivery(_) => &self.delivery,
        };
        let mut url = host.clone();
        url.path_segments_mut()
            .map_err(|()| call.misuse("the host cannot carry a path"))?
            .extend(&call.segments);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let request = self
            .client
            .request(call.method.clone(), url)
            .headers(self.headers(call)?);
        match &call.body {
            Body::Empty => Ok(request),
            Body::Json(json) => Ok(request
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(json.clone())),
            Body::Multipart(parts) => Ok(request.multipart(form(call, parts)?)),
        }
    }

    fn headers(&self, call: &Call) -> Result<HeaderMap, Error> {
        let settings = &self.settings;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert("api_key", header("api_key", &settings.api_key)?);
        match &call.service {
            Service::Management => {
                let token = secret_header("management_token", &settings.management_token)?;
                headers.insert(AUTHORIZATION, token);
            }
            Service::ManagementAsUser => {
                let token = settings.authtoken.as_ref().ok_or_else(|| {
                    Error::new(Kind::Settings, call.operation)
                        .with_message("there is no authtoken of a user")
                })?;
                headers.insert("authtoken", secret_header("authtoken", token)?);
            }
            Service::Delivery(environment) => {
                let token = settings
                    .delivery_tokens
                    .get(environment)
                    .or(settings.delivery_token.as_ref())
                    .ok_or_else(|| {
                        Error::new(Kind::Settings, call.operation).with_message(format!(
                            "there is no delivery token for the environment {environment}"
                        ))
                    })?;
                headers.insert("access_token", secret_header("delivery_token", token)?);
            }
        }
        if let Some(branch) = &settings.branch {
            headers.insert("branch", header("branch", branch.as_str())?);
        }
        if let Some(version) = call.api_version {
            headers.insert("api_version", HeaderValue::from_static(version));
        }
        Ok(headers)
    }

    /// Sends a request and reads its whole reply, within the limits on time and size.
    async fn exchange(&self, call: &Call, request: RequestBuilder) -> Result<Reply, Error> {
        let timeouts = self.settings.timeouts;
        let leaving = u64::try_from(call.body.len() / SLOWEST_UPLOAD).unwrap_or(u64::MAX);
        let patience =
            timeouts.connect + timeouts.read.saturating_add(Duration::from_secs(leaving));
        let response = match timeout(patience, request.send()).await {
            Ok(sent) => sent.map_err(|cause| broken(call, cause))?,
            Err(elapsed) => {
                return Err(Error::new(Kind::TimedOut, call.operation).with_source(elapsed));
            }
        };
        let status = response.status().as_u16();
        let html = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/html"));
        let body = match self.body(call, response).await {
            Ok(body) => body,
            // These statuses say all there is to know.
            Err(_) if status == 429 || status >= 500 => Bytes::new(),
            Err(error) => return Err(error.with_status(status)),
        };
        Ok(Reply { status, html, body })
    }

    async fn body(&self, call: &Call, mut response: Response) -> Result<Bytes, Error> {
        let mut body = BytesMut::new();
        loop {
            let chunk = match timeout(self.settings.timeouts.read, response.chunk()).await {
                Ok(chunk) => chunk.map_err(|cause| broken(call, cause))?,
                Err(elapsed) => {
                    return Err(Error::new(Kind::TimedOut, call.operation).with_source(elapsed));
                }
            };
            let Some(chunk) = chunk else {
                return Ok(body.freeze());
            };
            if body.len() + chunk.len() > self.settings.max_body {
                let message = format!("more than {} bytes", self.settings.max_body);
                return Err(Error::new(Kind::TooLarge, call.operation).with_message(message));
            }
            body.extend_from_slice(&chunk);
        }
    }
}

/// Whether making this call again after this passing failure can do no harm.
fn harmless_again(call: &Call, error: &Error) -> bool {
    match call.repeat {
        Repeat::Read | Repeat::Idempotent => true,
        Repeat::Once => error.kind() == Kind::Unreachable,
    }
}

/// Whether a change may have been applied although the call failed.
fn may_have_happened(error: &Error) -> bool {
    // A refusal whose text was lost is a refusal; 408 is a gateway that does not know either.
    let refused = error
        .status()
        .is_some_and(|status| (300..500).contains(&status) && status != 408);
    match error.kind() {
        Kind::ConnectionLost
        | Kind::TimedOut
        | Kind::ServerFailed
        | Kind::NotJson
        | Kind::Unreadable
        | Kind::TooLarge => !refused,
        _ => false,
    }
}

/// What a failure of the connection means. The address is dropped: its query may say more than a
/// log should.
fn broken(call: &Call, cause: reqwest::Error) -> Error {
    let kind = if cause.is_builder() {
        Kind::Misuse
    } else if cause.is_connect() {
        Kind::Unreachable
    } else if cause.is_timeout() {
        Kind::TimedOut
    } else {
        Kind::ConnectionLost
    };
    let error = Error::new(kind, call.operation);
    let error = match cause.url().map(|url| url.origin().ascii_serialization()) {
        Some(origin) if kind == Kind::Unreachable => {
            error.with_message(format!("nobody answers at {origin}"))
        }
        _ => error,
    };
    error.with_source(cause.without_url())
}

fn form(call: &Call, parts: &[(&'static str, Part)]) -> Result<multipart::Form, Error> {
    // The names hold brackets (`asset[upload]`), which must arrive as they are.
    let mut form = multipart::Form::new().percent_encode_noop();
    for (name, part) in parts {
        let part = match part {
            Part::Text(text) => multipart::Part::text(text.clone()),
            Part::File {
                file_name,
                content_type,
                bytes,
            } => {
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                multipart::Part::stream_with_length(bytes.clone(), size)
                    .file_name(file_name.clone())
                    .mime_str(content_type)
                    .map_err(|cause| {
                        call.misuse("the content type is not one")
                            .with_source(cause)
                    })?
            }
        };
        form = form.part(*name, part);
    }
    Ok(form)
}

fn settings_error(message: impl Into<String>) -> Error {
    Error::new(Kind::Settings, OPERATION).with_message(message)
}

fn header(name: &'static str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|cause| {
        settings_error(format!(
            "{name} holds a character that a header cannot carry"
        ))
        .with_source(cause)
    })
}

fn secret_header(name: &'static str, value: &Secret) -> Result<HeaderValue, Error> {
    let mut value = header(name, value.expose())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The address below which the API lives: the configured origin and `/v3`.
fn origin(name: &'static str, host: &Url) -> Result<Url, Error> {
    if !matches!(host.scheme(), "http" | "https") || host.host_str().is_none() {
        return Err(settings_error(format!(
            "{name} must begin with https:// and name a host"
        )));
    }
    if !host.username().is_empty() || host.password().is_some() {
        return Err(settings_error(format!(
            "{name} must not hold a user name or password"
        )));
    }
    let mut url = host.clone();
    url.set_query(None);
    url.set_fragment(None);
    let versioned = host.path().trim_end_matches('/').ends_with("/v3");
    url.path_segments_mut()
        .map_err(|()| settings_error(format!("{name} cannot carry a path")))?
        .pop_if_empty()
        .extend((!versioned).then_some("v3"));
    Ok(url)
}

fn check(settings: &Settings) -> Result<(), Error> {
    if settings.api_key.trim().is_empty() {
        return Err(settings_error("api_key is empty"));
    }
    if settings.management_token.is_empty() {
        return Err(settings_error("management_token is empty"));
    }
    header("api_key", &settings.api_key)?;
    secret_header("management_token", &settings.management_token)?;
    for token in settings
        .delivery_token
        .iter()
        .chain(settings.delivery_tokens.values())
    {
        secret_header("delivery_token", token)?;
    }
    for (name, zero) in [
        ("attempts", settings.retry.attempts == 0),
        ("refusals", settings.retry.refusals == 0),
        ("max_body", settings.max_body == 0),
        ("bulk_items", settings.bulk_items == 0),
        ("connect timeout", settings.timeouts.connect.is_zero()),
        ("read timeout", settings.timeouts.read.is_zero()),
    ] {
        if zero {
            return Err(settings_error(format!(
                "{name} is 0; it must be at least 1"
            )));
        }
    }
    Ok(())
}

fn client(settings: &Settings, hosts: &[&Url]) -> Result<Client, Error> {
    let mut builder = Client::builder()
        .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(settings.timeouts.connect)
        .pool_idle_timeout(Duration::from_secs(30))
        .tcp_keepalive(Duration::from_secs(30));
    if hosts.iter().all(|host| is_loopback(host)) {
        builder = builder.no_proxy();
    }
    if hosts.iter().all(|host| host.scheme() == "http") {
        // Nothing here speaks TLS, so a machine without a certificate store need not have one.
        let plain = rustls::ClientConfig::builder_with_provider(
            rustls::crypto::ring::default_provider().into(),
        )
        .with_safe_default_protocol_versions()
        .map_err(|cause| settings_error("TLS cannot be set up").with_source(cause))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
        builder = builder.tls_backend_preconfigured(plain);
    } else {
        // The process may have chosen a provider already; then that one stays.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    }
    builder.build().map_err(|cause| {
        settings_error("TLS cannot be set up; is there a certificate store on this machine?")
            .with_source(cause)
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_added_once() {
        for (host, expected) in [
            (
                "https://eu-api.contentstack.com",
                "https://eu-api.contentstack.com/v3",
            ),
            (
                "https://eu-api.contentstack.com/",
                "https://eu-api.contentstack.com/v3",
            ),
            ("http://127.0.0.1:7402/v3/", "http://127.0.0.1:7402/v3"),
            ("http://gateway/cms", "http://gateway/cms/v3"),
        ] {
            let url = origin("management_host", &Url::parse(host).unwrap()).unwrap();
            assert_eq!(url.as_str(), expected);
        }
        for host in [
            "file:///tmp",
            "mailto:a@b",
            "https://user:secret@api.contentstack.io",
        ] {
            let error = origin("management_host", &Url::parse(host).unwrap()).unwrap_err();
            assert_eq!(error.kind(), Kind::Settings);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}

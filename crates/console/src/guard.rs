//! What stands before every request: the host it is for, the origin it comes from, who sends it.
//!
//! A page elsewhere can make a browser send requests here. It cannot name another host than the one it resolved (so a
//! rebound name is refused), cannot forge the origin of a form, gets no cookie sent along (`SameSite=Strict`), and does not know
//! the token that every form carries. Each of the four would do alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::page::Refusal;
use crate::{Console, secret};

/// The cookie of a session.
pub(crate) const SESSION: &str = "frontlist_session";

/// Sent with every answer. Pages have no script, no inline style, no frame, and nothing from elsewhere.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; script-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: browsers would then send forms with the origin `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What an account may do; each may do all that those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Look.
    Viewer,
    /// Hold titles, waive rules, take records through again.
    Editor,
    /// Invite people and end their sessions.
    Admin,
}

impl Role {
    pub(crate) const ALL: [Self; 3] = [Self::Viewer, Self::Editor, Self::Admin];

    /// The name, as kept and as shown.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of a name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Who sends a request.
#[derive(Clone)]
pub(crate) struct Person {
    /// The account.
    pub(crate) name: String,
    /// What they may do.
    pub(crate) role: Role,
    /// What their forms carry.
    pub(crate) form_token: String,
}

impl Person {
    /// Refuses whoever may less.
    pub(crate) fn must_be(&self, role: Role) -> Result<(), Refusal> {
        if self.role >= role {
            return Ok(());
        }
        Err(Refusal::Forbidden(format!(
            "this needs the role {}, and {} is {}; ask an admin",
            role.as_str(),
            self.name,
            self.role.as_str()
        )))
    }

    /// The fields of a form that this person's page sent.
    pub(crate) fn form(&self, body: &Bytes) -> Result<Form, Refusal> {
        Form::checked(body, &self.form_token)
    }
}

/// The fields of a form; of several of one name the last.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a form, and refuses it without its token.
    pub(crate) fn checked(body: &Bytes, token: &str) -> Result<Self, Refusal> {
        let form = Self(url::form_urlencoded::parse(body).into_owned().collect());
        if secret::same(form.text("form_token"), token) {
            return Ok(form);
        }
        Err(Refusal::Forbidden(
            "the form is not one of this session's; open the page again and send it from there"
                .into(),
        ))
    }

    /// A field without the space around it; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// A field as typed: a password may begin with a space.
    pub(crate) fn verbatim(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A cookie of a request.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value)
}

/// Refuses what is for another host or from another origin, and says with each answer what a browser may do with it.
pub(crate) async fn every_request(
    State(console): State<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match foreign(&console, &request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if console.is_secure() {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

fn foreign(console: &Console, request: &Request) -> Option<Refusal> {
    let origins = &console.settings.origins;
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let host = text(header::HOST).unwrap_or_default();
    let is_ours = |origin: &String| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    if !origins.iter().any(is_ours) {
        return Some(Refusal::OtherHost(host.to_owned()));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let origin = text(header::ORIGIN).unwrap_or_default();
    if !reads && !origins.iter().any(|own| own == origin) {
        return Some(Refusal::Forbidden(
            "the form was sent from another origin than this console's".into(),
        ));
    }
    None
}

/// Lets those through whose session stands, and sends others to the door.
pub(crate) async fn signed_in(
    State(console): State<Arc<Console>>,
    mut request: Request,
    next: Next,
) -> Response {
    match person(&console, request.headers()).await {
        Ok(Some(person)) => {
            request.extensions_mut().insert(person);
            next.run(request).await
        }
        Ok(None) if request.method() == Method::GET => Redirect::to("/sign-in").into_response(),
        Ok(None) => (StatusCode::UNAUTHORIZED, Refusal::SignedOut).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn person(console: &Console, headers: &HeaderMap) -> Result<Option<Person>, Refusal> {
    let Some(token) = cookie(headers, SESSION) else {
        return Ok(None);
    };
    let session = console
        .store()
        .session(&secret::hash(token), console.now())
        .await?;
    Ok(session.and_then(|session| {
        Some(Person {
            // A role that this version does not know may nothing.
            role: Role::parse(&session.role)?,
            name: session.account,
            form_token: secret::form_token(token),
        })
    }))
}

//! How pages are made: the frame around each, what is refused and how, the one stylesheet.

use askama::Template;
use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::Error;
use crate::guard::{Person, Role};

/// What every page of a signed-in person shows around its own.
pub(crate) struct Frame {
    /// What the page is.
    pub(crate) title: String,
    /// The room of the navigation that it belongs to.
    pub(crate) here: &'static str,
    /// Whose session it is.
    pub(crate) person: Person,
}

/// The rooms, in the order of the navigation: address and name.
const ROOMS: [(&str, &str); 14] = [
    ("/", "Home"),
    ("/titles", "Titles"),
    ("/launch", "Launch"),
    ("/rules", "Rules"),
    ("/modules", "Modules"),
    ("/plan", "Plan"),
    ("/runs", "Runs"),
    ("/failures", "Failures"),
    ("/findings", "Findings"),
    ("/forecast", "Forecast"),
    ("/sites", "Sites"),
    ("/settings", "Settings"),
    ("/audit", "Audit"),
    ("/people", "People"),
];

impl Frame {
    pub(crate) fn new(title: impl Into<String>, here: &'static str, person: Person) -> Self {
        Self {
            title: title.into(),
            here,
            person,
        }
    }

    /// The rooms that this person may enter.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        let is_admin = self.person.role == Role::Admin;
        ROOMS
            .iter()
            .filter(move |(address, _)| is_admin || !matches!(*address, "/people" | "/settings"))
    }

    /// Whether this person may hold titles, waive rules and take records through again.
    pub(crate) fn may_edit(&self) -> bool {
        self.person.role >= Role::Editor
    }
}

/// An answer, or why there is none.
pub(crate) type Answer = Result<Response, Refusal>;

/// Writes a page.
pub(crate) fn page(template: &impl Template) -> Answer {
    let html = template.render().map_err(Error::from)?;
    Ok(Html(html).into_response())
}

/// Why a request gets no page.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// There is nothing there.
    NotFound(String),
    /// Not for this person, or not from this page.
    Forbidden(String),
    /// The form says something that cannot be.
    Wrong(String),
    /// Too many wrong passwords; seconds to wait.
    TooOften(i64),
    /// The session has ended.
    SignedOut,
    /// The API was asked without a token that stands.
    NoToken,
    /// Meant for another host.
    OtherHost(String),
    /// It went wrong here.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    status: u16,
    title: &'static str,
    message: String,
    mend: String,
}

impl Refusal {
    /// The status, a title, a sentence and the mend.
    pub(crate) fn told(self) -> (StatusCode, &'static str, String, String) {
        let back = || "Go back and change it.".to_owned();
        let home = || "Begin at the home page.".to_owned();
        match self {
            Self::NotFound(message) => (StatusCode::NOT_FOUND, "Nothing here", message, home()),
            Self::Forbidden(message) => (StatusCode::FORBIDDEN, "Not allowed", message, home()),
            Self::Wrong(message) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "That cannot be done",
                message,
                back(),
            ),
            Self::TooOften(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many tries",
                format!("too many wrong passwords; the next try counts in {seconds} s"),
                "Wait, then sign in again.".into(),
            ),
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                "Signed out",
                "the session has ended, and nothing was changed".into(),
                "Sign in again.".into(),
            ),
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                "No token",
                "the API is asked with a token that stands: `Authorization: Bearer flt_...`".into(),
                "An admin makes one under People.".into(),
            ),
            Self::OtherHost(host) => (
                StatusCode::MISDIRECTED_REQUEST,
                "Another host",
                format!("this console is not reached as `{host}`"),
                "Open it at the address that it printed, or start it with --origin.".into(),
            ),
            Self::Failed(error) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "It went wrong",
                format!("{}: {error}", error.code()),
                error.mend(),
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Failed(error) = &self {
            tracing::error!(code = error.code(), error = ?error, "a page failed");
        }
        let wait = match &self {
            Self::TooOften(seconds) => HeaderValue::from_str(&seconds.to_string()).ok(),
            _ => None,
        };
        let (status, title, message, mend) = self.told();
        let page = RefusalPage {
            status: status.as_u16(),
            title,
            message,
            mend,
        };
        let html = page.render().unwrap_or_else(|_| title.to_owned());
        let mut response = (status, Html(html)).into_response();
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// An address that no page has.
pub(crate) async fn nowhere(_console: crate::Shared, _person: Extension<Person>) -> Refusal {
    Refusal::NotFound("no page has this address".into())
}

/// The stylesheet of all pages.
pub(crate) async fn style() -> Response {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("../templates/style.css"),
    )
        .into_response()
}

/// Who asks, as handlers take it.
pub(crate) type Asker = Extension<Person>;

//! The account on its routes: who may ask, what answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::dynamic::Schema;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::RwLock;

use super::account::Account;
use super::control::{self, Control};
use super::picture::{Gallery, Places, Sketch, Style};
use super::schema::{Definitions, SchemaError};
use super::{engine, graphql, rest};
use crate::feed;
use crate::traffic::{Call, Class, Classifier};
use crate::world::{Document, World};

/// Records on a page when nothing else is said. The service's own number is not known.
const PAGE: usize = 50;
/// The largest GraphQL request that is read, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;
/// Letters and digits of an API key; the service's keys are this long.
const TOKEN_LENGTH: usize = 32;

/// How the stand-in is to behave.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only names that are surely in the real schema.
    pub strict: bool,
    /// Fields that the account's schema lacks, as `Type.field`.
    pub without: Vec<String>,
    /// Records on a page.
    pub page: usize,
    /// What the API key is drawn from.
    pub random_seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            strict: false,
            without: Vec::new(),
            page: PAGE,
            random_seed: 0,
        }
    }
}

/// One account, ready to be put on a router.
#[derive(Debug)]
pub struct Service {
    options: Options,
    world: Arc<RwLock<World>>,
    token: String,
}

impl Service {
    /// An account over `world`.
    #[must_use]
    pub fn new(options: Options, mut world: World) -> Self {
        world.draw_resources();
        let token = token(options.random_seed);
        Self {
            options,
            world: Arc::new(RwLock::new(world)),
            token,
        }
    }

    /// The API key that opens the account.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The account's records, for a caller in the same process.
    #[must_use]
    pub fn world(&self) -> Arc<RwLock<World>> {
        Arc::clone(&self.world)
    }

    /// All routes but those of the traffic log. `origin` is where the stand-in is reached, without
    /// a slash at the end: links to pictures begin with it.
    ///
    /// # Errors
    /// When the schema text is not consistent, which a test of this room rules out.
    pub fn router(&self, origin: &str) -> Result<Router, SchemaError> {
        let world = Arc::clone(&self.world);
        let account = Arc::new(Account::new(world, origin.to_owned(), self.options.page));
        let state = Serving {
            schema: engine::build(&account, self.options.strict, &self.options.without)?,
            account: Arc::clone(&account),
            token: self.token.as_str().into(),
            gallery: Arc::default(),
            places: Arc::default(),
        };
        let names = Arc::new(Definitions::read(false, &[])?);
        Ok(Router::new()
            .route("/graphql", post(answer_graphql))
            .route("/api/v4/products.json", get(answer_rest))
            .route("/feeds/onix", get(full_feed))
            .route("/feeds/onix/daily", get(daily_feed))
            .route("/resources/{id}/{file}", get(answer_picture))
            .route("/files/{name}", get(answer_file))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(state)
            .merge(control::router(Control { account, names })))
    }
}

/// Says what each request to this stand-in costs: all are reads but mutations and pictures.
#[must_use]
pub fn classifier() -> Classifier {
    Arc::new(|head: &Parts, body: &Bytes| {
        let path = head.uri.path();
        let (class, template) = if path.starts_with("/resources/") {
            (Class::Asset, "/resources/{id}/{style}")
        } else if head.method == Method::POST && graphql::mutates(body) {
            (Class::Write, path)
        } else {
            (Class::Read, path)
        };
        Call {
            class,
            route: format!("{} {template}", head.method),
        }
    })
}

#[derive(Clone)]
struct Serving {
    schema: Schema,
    account: Arc<Account>,
    token: Arc<str>,
    gallery: Arc<Gallery>,
    places: Arc<Places>,
}

impl Serving {
    /// Whether a request carries the key, after one of the words that may introduce it.
    fn admits(&self, headers: &HeaderMap, introduced_by: &str) -> bool {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let given = value
            .and_then(|value| value.strip_prefix(introduced_by))
            .map(str::trim);
        given.is_some_and(|given| {
            let given = given.trim_matches('"');
            given.as_bytes().ct_eq(self.token.as_bytes()).into()
        })
    }

    /// A feed as a real account would send it: everything, or what changed since a day.
    async fn feed(&self, headers: &HeaderMap, since: Option<Date>) -> Response {
        if !self.admits(headers, "Bearer ") {
            return refused("HTTP Token: Access denied.");
        }
        let view = self.account.view().await;
        let (origin, today) = (self.account.origin.clone(), view.as_of);
        let written = tokio::task::spawn_blocking(move || {
            let mut message = Vec::new();
            match since {
                Some(since) => feed::daily(&view, &origin, since, today, &mut message),
                None => feed::full(&view, &origin, today, &mut message),
            }
            .map(|()| message)
        })
        .await;
        match written {
            Ok(Ok(message)) => {
                let xml = HeaderValue::from_static("application/xml; charset=utf-8");
                ([(header::CONTENT_TYPE, xml)], message).into_response()
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

async fn answer_graphql(State(state): State<Serving>, headers: HeaderMap, body: Bytes) -> Response {
    if !state.admits(&headers, "Bearer ") {
        return refused("HTTP Token: Access denied.");
    }
    graphql::answer(&state.schema, body).await
}

async fn answer_rest(
    State(state): State<Serving>,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    if !state.admits(&headers, "Token token=") {
        return refused("HTTP Token: Access denied.");
    }
    let view = state.account.view().await;
    Json(rest::page(&state.account, &view, &query)).into_response()
}

async fn full_feed(
    State(state): State<Serving>,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    match query.get("since").map(|since| since.parse::<Date>()) {
        None => state.feed(&headers, None).await,
        Some(Ok(since)) => state.feed(&headers, Some(since)).await,
        Some(Err(_)) => unreadable("since must be a date, for instance 2027-01-31"),
    }
}

/// What changed since yesterday, as the nightly run of a real account sends it.
async fn daily_feed(State(state): State<Serving>, headers: HeaderMap) -> Response {
    let today = state.account.view().await.as_of;
    state
        .feed(&headers, Some(today.yesterday().unwrap_or(today)))
        .await
}

/// Pictures are public, as the service's are.
async fn answer_picture(
    State(state): State<Serving>,
    Path((id, file)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Response {
    let style = file.strip_suffix(".jpg").and_then(Style::named);
    let view = state.account.view().await;
    let (Some(style), Some(resource)) = (style, state.places.resource(&view, id)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let sketch = Sketch::of(resource);
    drop(view);
    let tag = sketch.tag(style);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    if known == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    match state.gallery.file(sketch, style).await {
        Ok(file) => {
            let kind = "image/jpeg".to_owned();
            ([(header::CONTENT_TYPE, kind), (header::ETAG, tag)], file).into_response()
        }
        Err(error) => {
            tracing::error!(resource = id, %error, "a picture could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Files that a feed names and GraphQL does not know: as little of one as its kind can be.
async fn answer_file(State(state): State<Serving>, Path(name): Path<String>) -> Response {
    let told = |kind: &'static str, file: Bytes| ([(header::CONTENT_TYPE, kind)], file);
    match name.rsplit_once('.') {
        Some((stem, "pdf")) => {
            let page = format!("%PDF-1.4\n% {stem}\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n");
            told("application/pdf", page.into()).into_response()
        }
        Some((stem, "mp3")) => {
            let silence = format!("ID3\u{4}\0\0\0\0\0\0{stem}");
            told("audio/mpeg", silence.into()).into_response()
        }
        Some((stem, "jpg")) => {
            let mut named = Document::new();
            named.insert("filename".into(), json!(stem));
            let drawn = state
                .gallery
                .file(Sketch::of(&named), Style::ORIGINAL)
                .await;
            drawn.map_or_else(
                |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                |file| told("image/jpeg", file).into_response(),
            )
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn refused(message: &str) -> Response {
    (
        StatusCode::UNAUTHORIZED,
        Json(json!({ "errors": [{ "message": message }] })),
    )
        .into_response()
}

fn unreadable(message: &str) -> Response {
    (
        StatusCode::BAD_REQUEST,
        Json(json!({ "errors": [{ "message": message }] })),
    )
        .into_response()
}

/// An API key drawn from the seed: letters and digits, as the service's keys are.
fn token(random_seed: u64) -> String {
    let mut digest = Sha256::new();
    digest.update(b"consonance");
    digest.update(random_seed.to_be_bytes());
    let hexadecimal = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    hexadecimal.chars().take(TOKEN_LENGTH).collect()
}

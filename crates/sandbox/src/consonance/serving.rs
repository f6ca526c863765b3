//! The account on its routes: who may ask, what answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::dynamic::Schema;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::RwLock;

use super::account::{Account, View};
use super::control::{self, Control};
use super::picture::{Gallery, Sketch, Style};
use super::schema::{Definitions, SchemaError};
use super::{engine, graphql, rest};
use crate::traffic::{Call, Class, Classifier};
use crate::world::{Document, World, integer, rows, text};

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
    /// Records on a page.
    pub page: usize,
    /// What the API key is drawn from.
    pub random_seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            strict: false,
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
            schema: engine::build(&account, self.options.strict)?,
            account: Arc::clone(&account),
            token: self.token.as_str().into(),
            gallery: Arc::default(),
        };
        let names = Arc::new(Definitions::read(false)?);
        Ok(Router::new()
            .route("/graphql", post(answer_graphql))
            .route("/api/v4/products.json", get(answer_rest))
            .route("/resources/{id}/{file}", get(answer_picture))
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

/// Pictures are public, as the service's are.
async fn answer_picture(
    State(state): State<Serving>,
    Path((id, file)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Response {
    let style = file.strip_suffix(".jpg").and_then(Style::named);
    let view = state.account.view().await;
    let (Some(style), Some(resource)) = (style, resource(&view, id)) else {
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

/// The row of a supporting resource whose picture can be had.
fn resource(view: &View, id: i64) -> Option<&Document> {
    let resources = view
        .works
        .values()
        .flat_map(|work| rows(work, "supportingResources"));
    resources
        .filter(|row| row.get("isProcessing") != Some(&Value::Bool(true)))
        .find(|row| integer(row, "id") == Some(id) && text(row, "url").is_none())
}

fn refused(message: &str) -> Response {
    (
        StatusCode::UNAUTHORIZED,
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

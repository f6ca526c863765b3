//! The stand-in as a service: sockets on one side, the locked stack on the other.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Body};
use super::ask::{Ask, Part};
use super::auth::Credentials;
use super::errors::Refusal;
use super::governance::Governance;
use super::limits::{Limiter, Limits};
use super::routes::{self, Side};
use super::snapshot::{self, SnapshotError};
use super::stack::{Put, Setup, Stack};
use crate::fault::Lie;
use crate::traffic::{Traffic, json_response};

/// How long a change may wait before it is on disk.
const SAVE_AFTER: Duration = Duration::from_millis(500);

/// How the stand-in is started.
#[derive(Debug, Clone)]
pub struct ContentstackOptions {
    /// Decides every uid and every credential, and which requests a `share` of faults strikes.
    pub random_seed: u64,
    /// The organisation's rate limits.
    pub limits: Limits,
    /// What a PUT does with fields that it does not name.
    pub put: Put,
    /// A folder to keep the stack in; without one it is gone with the process.
    pub data: Option<PathBuf>,
    /// Items that one bulk request may hold.
    pub bulk_items: usize,
    /// How long a publication waits in the queue; none by default.
    pub publish_delay: Duration,
    /// What the stack's clock shows at the start; this machine's time where none is given. Scheduled
    /// publications go by it.
    pub starts_at: Option<Timestamp>,
}

impl Default for ContentstackOptions {
    fn default() -> Self {
        Self {
            random_seed: 1,
            limits: Limits::Vendor,
            put: Put::Keep,
            data: None,
            bulk_items: 10,
            publish_delay: Duration::ZERO,
            starts_at: None,
        }
    }
}

#[derive(Debug)]
struct Shared {
    stack: Mutex<Stack>,
    limiter: Arc<Limiter>,
    traffic: Arc<Traffic>,
    data: Option<PathBuf>,
    /// A save is already on its way.
    saving: AtomicBool,
    /// How far the stack's clock is ahead of this machine's.
    ahead: SignedDuration,
}

/// The stand-in; clones are the same one.
#[derive(Debug, Clone)]
pub struct Service {
    shared: Arc<Shared>,
}

impl Service {
    /// A stand-in with an empty stack, or with the one that its folder holds.
    ///
    /// # Errors
    /// When the folder holds a stack that cannot be read.
    pub fn new(options: ContentstackOptions) -> Result<Self, SnapshotError> {
        let setup = Setup {
            put: options.put,
            bulk_items: options.bulk_items,
            publish_delay: options.publish_delay,
            base_url: String::new(),
        };
        let stored = match &options.data {
            Some(folder) => snapshot::load(folder, setup.clone())?,
            None => None,
        };
        let stack = stored.unwrap_or_else(|| Stack::new(options.random_seed, setup));
        let limiter = Arc::new(Limiter::new(options.limits));
        let classifier = Arc::new(|head: &Parts, _: &Bytes| routes::classify(head));
        let traffic = Traffic::new(options.random_seed, classifier)
            .gated(limiter.clone())
            .lying();
        let shared = Shared {
            stack: Mutex::new(stack),
            limiter,
            traffic: Arc::new(traffic),
            data: options.data,
            saving: AtomicBool::new(false),
            ahead: ahead(options.starts_at),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// What a client needs to be let in, with a delivery token for every environment that there is
    /// now.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.shared.stack().credentials()
    }

    /// The log, counters and faults of this stand-in; [`crate::listen::Listening::serve`] takes
    /// them.
    #[must_use]
    pub fn traffic(&self) -> Arc<Traffic> {
        self.shared.traffic.clone()
    }

    /// Both sides and the control under `/_sandbox/`; files are given out under `base_url`, a bare
    /// origin.
    pub fn router(&self, base_url: &str) -> Router {
        self.shared.stack().setup.base_url = base_url.trim_end_matches('/').to_owned();
        Router::new()
            .route("/_sandbox/reset", post(reset))
            .route("/_sandbox/tokens", get(tokens))
            .route("/_sandbox/governance", post(govern))
            .route(
                "/_sandbox/bulk_item_faults",
                post(add_item_fault).delete(clear_item_faults),
            )
            .fallback(serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(self.shared.clone())
            .merge(self.shared.traffic.control_router())
    }

    /// Writes the stack to its folder now, if it has one. For an orderly stop.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn save(&self) -> Result<(), SnapshotError> {
        self.shared.save().await
    }
}

impl Shared {
    /// Handlers check before they write, so a panic in one leaves a whole stack behind.
    fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
            .saturating_add(self.ahead)
            .unwrap_or_default()
    }

    async fn save(&self) -> Result<(), SnapshotError> {
        let Some(folder) = self.data.clone() else {
            return Ok(());
        };
        let stack = self.stack().clone();
        let written = tokio::task::spawn_blocking(move || snapshot::save(&folder, &stack)).await;
        // The task is cancelled only when the whole runtime is going down.
        written.unwrap_or(Ok(()))
    }

    /// Sees to it that the stack is on disk soon, once for many changes.
    fn save_soon(self: &Arc<Self>) {
        if self.data.is_none() || self.saving.swap(true, Ordering::SeqCst) {
            return;
        }
        let shared = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(SAVE_AFTER).await;
            shared.saving.store(false, Ordering::SeqCst);
            if let Err(error) = shared.save().await {
                tracing::warn!(%error, "the sandbox could not save its stack");
            }
        });
    }

    fn answer(&self, head: &Parts, ask: &Ask, found: &routes::Match) -> Result<Answer, Refusal> {
        let mut stack = self.stack();
        stack.run_due(ask.now);
        let credentials = stack.credentials();
        match found.side {
            Side::Management => {
                credentials.admit_management(&head.headers)?;
                check_branch(ask)?;
            }
            Side::Delivery => {
                let environment = ask.first("environment").unwrap_or_default();
                credentials.admit_delivery(&head.headers, environment)?;
                check_branch(ask)?;
            }
            Side::Open => {}
        }
        if head.extensions.get::<Lie>().is_none() {
            return (found.route.handler)(&mut stack, ask);
        }
        let mut lie = stack.clone();
        let answer = (found.route.handler)(&mut lie, ask);
        stack.remember_lie(lie);
        answer
    }
}

/// The stack has one branch.
fn check_branch(ask: &Ask) -> Result<(), Refusal> {
    match ask.header("branch") {
        None | Some("main") => Ok(()),
        Some(branch) => Err(
            Refusal::invalid(901, format!("The branch '{branch}' was not found."))
                .because("branch", "is not valid."),
        ),
    }
}

/// Every request of the service itself.
async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let organization = shared.stack().credentials().organization_uid;
    let mut response = match dispatch(&shared, head, body).await {
        Ok(answer) => rendered(answer),
        Err(refusal) => json_response(refusal.status, &refusal.body()),
    };
    if let Ok(value) = HeaderValue::from_str(&organization) {
        response
            .headers_mut()
            .insert("x-contentstack-organization", value);
    }
    response
}

async fn dispatch(
    shared: &Arc<Shared>,
    head: Parts,
    body: axum::body::Body,
) -> Result<Answer, Refusal> {
    let found = routes::find(&head).ok_or_else(|| {
        Refusal::new(
            StatusCode::NOT_FOUND,
            141,
            "There is nothing at this address.",
        )
        .because("path", format!("{} {}", head.method, head.uri.path()))
    })?;
    let unreadable = |why: String| {
        Refusal::new(StatusCode::BAD_REQUEST, 141, "The body could not be read.")
            .because("body", why)
    };
    // The traffic has read the body already, so this neither waits nor grows.
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| unreadable(error.to_string()))?;
    let query = Query::<Vec<(String, String)>>::try_from_uri(&head.uri)
        .map_err(|error| Refusal::shape("query", error.to_string()))?;
    let parts = parts(&head, &body).await.map_err(unreadable)?;
    let changes = head.method != Method::GET;
    let ask = Ask {
        parameters: found.parameters.clone(),
        query: query.0,
        headers: head.headers.clone(),
        body,
        parts,
        now: shared.now(),
    };
    let answer = shared.answer(&head, &ask, &found);
    if changes && answer.is_ok() {
        shared.save_soon();
    }
    answer
}

fn ahead(starts_at: Option<Timestamp>) -> SignedDuration {
    starts_at.map_or(SignedDuration::ZERO, |at| {
        at.duration_since(Timestamp::now())
    })
}

/// The parts of a multipart form; none when the body is something else.
async fn parts(head: &Parts, body: &Bytes) -> Result<Vec<Part>, String> {
    let content_type = head
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        return Ok(Vec::new());
    }
    let request = Request::from_parts(head.clone(), axum::body::Body::from(body.clone()));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| error.body_text())?;
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| error.body_text())? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| error.body_text())?;
        parts.push(Part {
            name,
            filename,
            content_type,
            bytes,
        });
    }
    Ok(parts)
}

fn rendered(answer: Answer) -> Response {
    match answer.body {
        Body::Json(value) => json_response(answer.status, &value),
        Body::File {
            content_type,
            bytes,
        } => (answer.status, [(CONTENT_TYPE, content_type)], bytes).into_response(),
        Body::Empty => answer.status.into_response(),
    }
}

/// Back to the stack as it was at first, without faults, counters and log.
async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    {
        let mut stack = shared.stack();
        let fresh = Stack::new(stack.seed, stack.setup.clone());
        *stack = fresh;
    }
    shared.limiter.reset();
    shared.traffic.reset();
    shared.save_soon();
    json_response(StatusCode::OK, &json!({"notice": "The stack is empty."}))
}

/// Sets what the stack says of its workflows and publishing rules.
async fn govern(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Governance>(&body) {
        Ok(governance) => {
            shared.stack().governance = governance;
            json_response(StatusCode::OK, &json!({"notice": "The stack says so."}))
        }
        Err(error) => {
            let message = format!("these are no workflows and rules: {error}");
            let body = json!({"error_message": message});
            json_response(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
    }
}

async fn tokens(State(shared): State<Arc<Shared>>) -> Response {
    json_response(StatusCode::OK, &json!(shared.stack().credentials()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFault {
    uid: String,
    #[serde(default = "once")]
    times: u64,
}

fn once() -> u64 {
    1
}

async fn add_item_fault(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice::<ItemFault>(&body) {
        Ok(fault) => {
            shared.stack().item_faults.insert(fault.uid, fault.times);
            json_response(
                StatusCode::CREATED,
                &json!({"notice": "The item will fail."}),
            )
        }
        Err(error) => {
            let message = format!("this is not an item fault: {error}");
            let body = json!({"error_message": message});
            json_response(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
    }
}

async fn clear_item_faults(State(shared): State<Arc<Shared>>) -> Response {
    shared.stack().item_faults.clear();
    json_response(StatusCode::OK, &json!({"notice": "No item will fail."}))
}

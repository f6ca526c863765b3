//! A server that gives prepared answers in order and remembers each request.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use axum::serve::ListenerExt;
use bytes::Bytes;
use contentstack::{Backoff, Hosts, Limits, Secret, Settings, Stack};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const MANAGEMENT_TOKEN: &str = "cs-management-0123456789";
pub(crate) const DELIVERY_TOKEN: &str = "cs-delivery-0123456789";

/// One prepared answer.
pub(crate) enum Answer {
    Json(u16, Value),
    Text(u16, &'static str, String),
    /// Headers and this beginning of a body, then the connection ends.
    Broken(u16, &'static str),
    Redirect(String),
    /// A body that never ends.
    Endless,
    /// No answer at all.
    Never,
}

/// One request as it arrived.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

#[derive(Clone, Default)]
struct Memory {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

/// The server. It stops when it is dropped.
pub(crate) struct Script {
    pub(crate) address: SocketAddr,
    memory: Memory,
    server: JoinHandle<()>,
}

impl Drop for Script {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Script {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let memory = Memory::default();
        memory.answers.lock().unwrap().extend(answers);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::clone(&memory.connections);
        let listener = listener.tap_io(move |_| {
            connections.fetch_add(1, Ordering::Relaxed);
        });
        let router = Router::new().fallback(answer).with_state(memory.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            memory,
            server,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(self.address)
    }

    pub(crate) fn stack(&self) -> Stack {
        Stack::new(self.settings()).unwrap()
    }

    /// What was asked, once every prepared answer was given.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let left = self.memory.answers.lock().unwrap().len();
        assert_eq!(left, 0, "{left} prepared answers were not asked for");
        self.memory.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.memory.connections.load(Ordering::Relaxed)
    }
}

/// Settings for a server on loopback: no pacing, and waits too short to notice.
pub(crate) fn settings(address: SocketAddr) -> Settings {
    let url: url::Url = format!("http://{address}").parse().unwrap();
    let hosts = Hosts {
        management: url.clone(),
        delivery: url,
    };
    let mut settings = Settings::new(hosts, "blt0123456789abcdef", Secret::new(MANAGEMENT_TOKEN));
    settings.delivery_token = Some(Secret::new(DELIVERY_TOKEN));
    settings.limits = Limits::Off;
    let brief = Backoff {
        first: Duration::from_micros(10),
        ceiling: Duration::from_millis(1),
    };
    settings.retry.backoff = brief;
    settings.retry.pause = brief;
    settings.job_poll = brief;
    settings
}

async fn answer(State(memory): State<Memory>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let seen = Seen {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let line = seen.line();
    memory.seen.lock().unwrap().push(seen);
    let answer = memory.answers.lock().unwrap().pop_front();
    let answer = answer.unwrap_or_else(|| panic!("no answer is prepared for {line}"));
    let response = |status: u16, kind: &str, body: Body| {
        Response::builder()
            .status(StatusCode::from_u16(status).unwrap())
            .header(header::CONTENT_TYPE, kind)
            .body(body)
            .unwrap()
    };
    match answer {
        Answer::Json(status, value) => {
            response(status, "application/json", Body::from(value.to_string()))
        }
        Answer::Text(status, kind, text) => response(status, kind, Body::from(text)),
        Answer::Broken(status, text) => {
            let text = stream::once(async move { Ok(text) });
            // A body that is not ready makes the server send what it has before it breaks off.
            let end = stream::once(async {
                tokio::task::yield_now().await;
                Err(std::io::Error::other("the script breaks off"))
            });
            response(
                status,
                "application/json",
                Body::from_stream(text.chain(end)),
            )
        }
        Answer::Redirect(to) => Response::builder()
            .status(302)
            .header(header::LOCATION, to)
            .body(Body::empty())
            .unwrap(),
        Answer::Endless => {
            let chunk = Bytes::from_static(&[b' '; 1024]);
            let chunks = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
            response(200, "application/json", Body::from_stream(chunks))
        }
        Answer::Never => std::future::pending().await,
    }
}

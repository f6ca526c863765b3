//! Everything that passes between a client and a stand-in: seen, counted, paced and, on order,
//! spoiled.
//!
//! Tests assert on what reached the service, not on what the client believes it sent, so the log
//! and the counters stand outside the stand-ins' own code. The order of things is fixed: a request
//! is logged, then the service's rate limit (its [`Gate`]) has its say, then a fault may strike,
//! then the service answers. A throttled request therefore never uses up the *nth mutating call* of
//! a fault, and a fault never lets more calls through than the service would.

mod control;
mod spoil;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::fault::{Faults, Kind};
use crate::listen::Line;

use spoil::{answer, spoil};

/// Where the sandbox's own control lives on both stand-ins. Never counted, throttled or spoiled.
pub const CONTROL: &str = "/_sandbox";

/// Requests kept in the log; the oldest go first.
const LOG_CAPACITY: usize = 100_000;

/// The largest request body a stand-in reads: 700 MiB, the size of the largest asset.
const BODY_LIMIT: usize = 700 * 1024 * 1024;

/// What a call costs at the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A management call that changes nothing.
    Read,
    /// A management call that changes something.
    Write,
    /// A bulk call.
    Bulk,
    /// A call of the delivery side.
    Delivery,
    /// A call of the sandbox's own control.
    Control,
    /// The bytes of a file.
    Asset,
}

/// A request as the service would account for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it costs.
    pub class: Class,
    /// Method and path template, for instance `GET /v3/content_types/{ct}/entries`.
    pub route: String,
}

/// Says what a request is, from its head and its whole body.
pub type Classifier = Arc<dyn Fn(&Parts, &Bytes) -> Call + Send + Sync>;

/// What a rate limit says about one call.
#[derive(Debug)]
pub enum Admission {
    /// The call goes on; these headers go onto its reply.
    Admitted(Vec<(&'static str, String)>),
    /// The call is answered with this and goes no further.
    Refused(Box<Response>),
}

/// A service's rate limit.
pub trait Gate: Send + Sync {
    /// Decides about one call of `class` at `now`.
    fn admit(&self, class: Class, now: Instant) -> Admission;
}

/// One line of the request log.
#[derive(Debug, Clone, Serialize)]
struct Logged {
    seq: u64,
    /// Milliseconds since the stand-in was made.
    at_ms: u64,
    method: String,
    path: String,
    query: Option<String>,
    class: Class,
    route: String,
    status: Option<u16>,
    fault: Option<&'static str>,
    /// A struck request has had its effect already.
    applied: bool,
    state: &'static str,
    body_bytes: usize,
    body_sha256: Option<String>,
}

/// The calls so far, by what they cost and by where they went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Management calls that change nothing.
    pub reads: u64,
    /// Management calls that change something.
    pub writes: u64,
    /// Bulk calls.
    pub bulk: u64,
    /// Delivery calls.
    pub delivery: u64,
    /// Calls answered with 429; they are in none of the above.
    pub throttled: u64,
    /// Calls by method and path template, throttled ones included.
    pub routes: BTreeMap<String, u64>,
}

impl Counters {
    fn slot(&mut self, class: Class) -> Option<&mut u64> {
        match class {
            Class::Read => Some(&mut self.reads),
            Class::Write => Some(&mut self.writes),
            Class::Bulk => Some(&mut self.bulk),
            Class::Delivery => Some(&mut self.delivery),
            Class::Control | Class::Asset => None,
        }
    }
}

#[derive(Debug)]
struct Ledger {
    next_seq: u64,
    log: VecDeque<Logged>,
    counters: Counters,
    faults: Faults,
}

impl Ledger {
    fn line(&mut self, seq: u64) -> Option<&mut Logged> {
        let first = self.log.front()?.seq;
        let place = usize::try_from(seq.checked_sub(first)?).ok()?;
        self.log.get_mut(place)
    }
}

/// Log, counters, limits and faults of one stand-in.
pub struct Traffic {
    began: Instant,
    classify: Classifier,
    gate: Option<Arc<dyn Gate>>,
    ledger: Mutex<Ledger>,
    /// Whoever waits for a line of the log to change.
    moved: Notify,
}

impl std::fmt::Debug for Traffic {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Traffic")
            .field("began", &self.began)
            .finish_non_exhaustive()
    }
}

impl Traffic {
    /// Traffic whose `share` faults are drawn from `random_seed` and whose calls are told apart by
    /// `classify`.
    #[must_use]
    pub fn new(random_seed: u64, classify: Classifier) -> Self {
        let ledger = Ledger {
            next_seq: 1,
            log: VecDeque::new(),
            counters: Counters::default(),
            faults: Faults::new(random_seed),
        };
        Self {
            began: Instant::now(),
            classify,
            gate: None,
            ledger: Mutex::new(ledger),
            moved: Notify::new(),
        }
    }

    /// The same, for a stand-in whose handlers can answer success and store nothing.
    #[must_use]
    pub fn lying(self) -> Self {
        self.ledger().faults.play(Kind::Lie);
        self
    }

    /// The same, with a rate limit.
    #[must_use]
    pub fn gated(mut self, gate: Arc<dyn Gate>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// A copy of the counters.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.ledger().counters.clone()
    }

    /// Forgets faults, counters and log.
    pub fn reset(&self) {
        let mut ledger = self.ledger();
        ledger.faults.clear();
        ledger.counters = Counters::default();
        ledger.log.clear();
    }

    /// A panic elsewhere must not make every later request panic: the ledger holds only counts.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one request through log, limit and faults to the service and back.
    pub(crate) async fn carry(
        self: Arc<Self>,
        request: Request<Body>,
        service: Router,
        line: Line,
    ) -> Response {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
            return plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body could not be read whole",
            );
        };
        let own = head.uri.path().starts_with(CONTROL);
        let call = if own {
            let route = format!("{} {}", head.method, head.uri.path());
            Call {
                class: Class::Control,
                route,
            }
        } else {
            (self.classify)(&head, &body)
        };
        let entry = self.open(&head, &body, &call);
        if own {
            let response = answer(service, head, body).await;
            entry.close(&response);
            return response;
        }
        let headers = match self
            .gate
            .as_ref()
            .map(|gate| gate.admit(call.class, Instant::now()))
        {
            None => Vec::new(),
            Some(Admission::Admitted(headers)) => headers,
            Some(Admission::Refused(response)) => {
                entry.close(&response);
                return *response;
            }
        };
        let fault = self.ledger().faults.strike(&head.method, head.uri.path());
        if let Some(fault) = &fault {
            entry.spoiled(fault.kind);
        }
        let mut response = spoil(fault, service, head, body, &line, &entry).await;
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        entry.close(&response);
        response
    }

    fn open(self: &Arc<Self>, head: &Parts, body: &Bytes, call: &Call) -> Entry {
        let at_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let body_sha256 = (!body.is_empty()).then(|| hexadecimal(&Sha256::digest(body)));
        let mut ledger = self.ledger();
        let seq = ledger.next_seq;
        ledger.next_seq += 1;
        if ledger.log.len() == LOG_CAPACITY {
            ledger.log.pop_front();
        }
        ledger.log.push_back(Logged {
            seq,
            at_ms,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            class: call.class,
            route: call.route.clone(),
            status: None,
            fault: None,
            applied: false,
            state: "open",
            body_bytes: body.len(),
            body_sha256,
        });
        if call.class != Class::Control {
            *ledger
                .counters
                .routes
                .entry(call.route.clone())
                .or_default() += 1;
        }
        if let Some(slot) = ledger.counters.slot(call.class) {
            *slot += 1;
        }
        Entry {
            traffic: self.clone(),
            seq,
            class: call.class,
        }
    }
}

/// The open log line of a request; dropping it closes the line, whatever became of the request.
struct Entry {
    traffic: Arc<Traffic>,
    seq: u64,
    class: Class,
}

impl Entry {
    fn spoiled(&self, kind: Kind) {
        if let Some(line) = self.traffic.ledger().line(self.seq) {
            line.fault = Some(kind.name());
        }
        self.traffic.moved.notify_waiters();
    }

    /// The request has had its effect; its reply may be a long time coming.
    fn applied(&self) {
        if let Some(line) = self.traffic.ledger().line(self.seq) {
            line.applied = true;
        }
        self.traffic.moved.notify_waiters();
    }

    fn close(&self, response: &Response) {
        let mut ledger = self.traffic.ledger();
        if let Some(line) = ledger.line(self.seq) {
            line.status = Some(response.status().as_u16());
        }
        if response.status() == StatusCode::TOO_MANY_REQUESTS
            && let Some(slot) = ledger.counters.slot(self.class)
        {
            // Saturating: the counters may have been reset while the call was under way.
            *slot = slot.saturating_sub(1);
            ledger.counters.throttled += 1;
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(line) = self.traffic.ledger().line(self.seq) {
            line.state = "done";
        }
        self.traffic.moved.notify_waiters();
    }
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _written = write!(text, "{byte:02x}");
            text
        })
}

fn plain(status: StatusCode, text: &str) -> Response {
    (status, text.to_owned()).into_response()
}

pub(crate) fn json_response(status: StatusCode, value: &Value) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
        .into_response()
}

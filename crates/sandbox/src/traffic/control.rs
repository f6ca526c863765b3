//! The sandbox's own control over what passes: the log, the counters, the faults.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::{Class, Counters, Logged, Traffic, json_response};
use crate::fault::FaultOrder;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogFilter {
    since: Option<u64>,
    method: Option<String>,
    wait: Option<Wait>,
}

/// What the log must show before it is answered. A test that kills a client in the middle of a
/// request needs the moment, and no clock knows it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wait {
    /// A fault holds a request that has had no effect.
    Struck,
    /// A fault holds a request that has had its effect.
    Applied,
    /// No request is open.
    Quiet,
}

impl Wait {
    fn is_over(self, log: &VecDeque<Logged>) -> bool {
        let mut open = log
            .iter()
            .filter(|line| line.state == "open" && line.class != Class::Control);
        match self {
            Self::Struck => open.any(|line| line.fault.is_some() && !line.applied),
            Self::Applied => open.any(|line| line.applied),
            Self::Quiet => open.next().is_none(),
        }
    }
}

impl Traffic {
    /// `GET` and `DELETE` of requests, counters and faults under `/_sandbox/`.
    pub fn control_router(self: &Arc<Self>) -> Router {
        Router::new()
            .route(
                "/_sandbox/requests",
                get(list_requests).delete(forget_requests),
            )
            .route(
                "/_sandbox/counters",
                get(show_counters).delete(reset_counters),
            )
            .route(
                "/_sandbox/faults",
                get(list_faults).post(add_fault).delete(clear_faults),
            )
            .with_state(self.clone())
    }

    async fn until(&self, wait: Wait) {
        loop {
            let mut moved = pin!(self.moved.notified());
            // From here on nothing is missed, even if it happens before the wait begins.
            moved.as_mut().enable();
            if wait.is_over(&self.ledger().log) {
                return;
            }
            moved.await;
        }
    }
}

async fn list_requests(
    State(traffic): State<Arc<Traffic>>,
    Query(filter): Query<LogFilter>,
) -> Response {
    if let Some(wait) = filter.wait {
        traffic.until(wait).await;
    }
    let ledger = traffic.ledger();
    let rows: Vec<&Logged> = ledger
        .log
        .iter()
        .filter(|line| filter.since.is_none_or(|since| line.seq > since))
        .filter(|line| {
            filter
                .method
                .as_ref()
                .is_none_or(|method| line.method.eq_ignore_ascii_case(method))
        })
        .collect();
    json_response(StatusCode::OK, &json!(rows))
}

async fn forget_requests(State(traffic): State<Arc<Traffic>>) -> Response {
    traffic.ledger().log.clear();
    json_response(StatusCode::OK, &json!({"notice": "The log is empty."}))
}

async fn show_counters(State(traffic): State<Arc<Traffic>>) -> Response {
    json_response(StatusCode::OK, &json!(traffic.counters()))
}

async fn reset_counters(State(traffic): State<Arc<Traffic>>) -> Response {
    traffic.ledger().counters = Counters::default();
    json_response(
        StatusCode::OK,
        &json!({"notice": "The counters are at zero."}),
    )
}

async fn list_faults(State(traffic): State<Arc<Traffic>>) -> Response {
    json_response(StatusCode::OK, &traffic.ledger().faults.list())
}

async fn clear_faults(State(traffic): State<Arc<Traffic>>) -> Response {
    traffic.ledger().faults.clear();
    json_response(StatusCode::OK, &json!({"notice": "No fault is standing."}))
}

async fn add_fault(State(traffic): State<Arc<Traffic>>, body: Bytes) -> Response {
    let order = match serde_json::from_slice::<FaultOrder>(&body) {
        Ok(order) => order,
        Err(error) => return refused(&format!("this is not a fault: {error}")),
    };
    match traffic.ledger().faults.add(order) {
        Ok(id) => json_response(StatusCode::CREATED, &json!({"id": id})),
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(message: &str) -> Response {
    json_response(
        StatusCode::UNPROCESSABLE_ENTITY,
        &json!({"error_message": message}),
    )
}

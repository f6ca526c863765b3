//! Carrying out a fault on order: spoiling one request on one side of its effect.

use std::future::pending;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tower::ServiceExt;

use super::Entry;
use crate::fault::{FaultOrder, HOLD, Kind, Lie, When};
use crate::listen::{Ending, Line};

pub(super) async fn answer(service: Router, head: Parts, body: Bytes) -> Response {
    match service
        .oneshot(Request::from_parts(head, Body::from(body)))
        .await
    {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Answers as the fault says, or as the service does when there is none.
pub(super) async fn spoil(
    fault: Option<FaultOrder>,
    service: Router,
    mut head: Parts,
    body: Bytes,
    line: &Line,
    entry: &Entry,
) -> Response {
    let Some(fault) = fault else {
        return answer(service, head, body).await;
    };
    match (fault.kind, fault.when) {
        (Kind::Status, when) => {
            if when == When::After {
                answer(service, head, body).await;
            }
            ordered(&fault)
        }
        (Kind::Timeout, when) => {
            if when == When::After {
                answer(service, head, body).await;
                entry.applied();
            }
            tokio::time::sleep(HOLD).await;
            end(line, Ending::Reset).await
        }
        (Kind::Slow, When::Before) => {
            tokio::time::sleep(fault.wait()).await;
            answer(service, head, body).await
        }
        (Kind::Slow, When::After) => {
            let response = answer(service, head, body).await;
            entry.applied();
            tokio::time::sleep(fault.wait()).await;
            response
        }
        (Kind::ResetBefore, _) => end(line, Ending::Reset).await,
        (Kind::ResetAfter, _) => {
            answer(service, head, body).await;
            end(line, Ending::Reset).await
        }
        (Kind::Truncate, _) => {
            let response = answer(service, head, body).await;
            truncated(response, line.clone()).await
        }
        (Kind::Lie, _) => {
            head.extensions.insert(Lie);
            answer(service, head, body).await
        }
    }
}

/// Ends the connection; the future never completes, because nobody is left to answer.
async fn end(line: &Line, ending: Ending) -> Response {
    line.end(ending);
    pending().await
}

fn ordered(fault: &FaultOrder) -> Response {
    let (status, content_type, body) = fault.reply();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut response = (status, body).into_response();
    if let Ok(content_type) = HeaderValue::from_str(&content_type) {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

/// The headers of the whole reply, half of its body, then the end of the connection.
async fn truncated(response: Response, line: Line) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let cut = stream::unfold(Some(half), move |half| {
        let line = line.clone();
        async move {
            match half {
                Some(half) => Some((Ok::<_, std::io::Error>(half), None)),
                None => {
                    // Each turn lets the connection flush what it has, so that the half really goes
                    // out.
                    for _ in 0..16 {
                        tokio::task::yield_now().await;
                    }
                    line.end(Ending::Close);
                    pending().await
                }
            }
        }
    });
    Response::from_parts(head, Body::from_stream(cut))
}

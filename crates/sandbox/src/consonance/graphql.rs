//! `POST /graphql`: one request in, one answer out, in the shape of graphql-ruby.

use std::sync::Arc;

use async_graphql::dynamic::Schema;
use async_graphql::{PathSegment, Request, Response, ServerError, Variables};
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::account::Verdict;

/// The page a Rails application shows when it has failed.
const FAILED_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>We're sorry, but something went \
                           wrong (500)</title></head><body><h1>We're sorry, but something went \
                           wrong.</h1></body></html>\n";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    query: Option<String>,
    #[serde(default)]
    variables: Option<Value>,
    #[serde(default)]
    operation_name: Option<String>,
}

/// Whether a body asks for a mutation; one that cannot be read asks for nothing.
pub(crate) fn mutates(body: &[u8]) -> bool {
    use async_graphql::parser::{parse_query, types::OperationType};
    let Ok(Asked {
        query: Some(query), ..
    }) = serde_json::from_slice(body)
    else {
        return false;
    };
    parse_query(query).is_ok_and(|document| {
        let mut operations = document.operations.iter();
        operations.any(|(_, operation)| operation.node.ty == OperationType::Mutation)
    })
}

/// Answers one body.
pub(crate) async fn answer(schema: &Schema, body: Bytes) -> HttpResponse {
    let asked: Asked = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => {
            let message = format!("the body is not a GraphQL request in JSON: {error}");
            return reply(
                StatusCode::BAD_REQUEST,
                &json!({ "errors": [{ "message": message }] }),
            );
        }
    };
    let Some(query) = asked.query else {
        return reply(
            StatusCode::OK,
            &json!({ "errors": [{ "message": "No query string was present" }] }),
        );
    };
    let verdict = Arc::new(Verdict::default());
    let mut request = Request::new(query).data(Arc::clone(&verdict));
    if let Some(variables) = asked.variables {
        request = request.variables(Variables::from_json(variables));
    }
    if let Some(name) = asked.operation_name {
        request = request.operation_name(name);
    }
    let response = schema.execute(request).await;
    if let Some(status) = verdict.status() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return page(status);
    }
    reply(StatusCode::OK, &shaped(response))
}

/// A failure as the web server in front of the service shows it.
fn page(status: StatusCode) -> HttpResponse {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, html)], FAILED_PAGE).into_response()
}

fn reply(status: StatusCode, body: &Value) -> HttpResponse {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
}

/// A refused query has errors and no data; one that ran has data, and errors if there were any.
fn shaped(response: Response) -> Value {
    let ran = response.errors.iter().all(|error| !error.path.is_empty());
    let mut body = Map::new();
    if ran {
        body.insert("data".into(), response.data.into_json().unwrap_or_default());
    }
    if !response.errors.is_empty() {
        let errors = response.errors.iter().map(error).collect();
        body.insert("errors".into(), Value::Array(errors));
    }
    Value::Object(body)
}

fn error(error: &ServerError) -> Value {
    let locations: Vec<Value> = error
        .locations
        .iter()
        .map(|at| json!({ "line": at.line, "column": at.column }))
        .collect();
    let path: Vec<Value> = error
        .path
        .iter()
        .map(|segment| match segment {
            PathSegment::Field(name) => Value::String(name.clone()),
            PathSegment::Index(index) => Value::from(*index),
        })
        .collect();
    let mut shaped = Map::new();
    let (message, extensions) = worded(&error.message);
    shaped.insert("message".into(), message.into());
    shaped.insert("locations".into(), Value::Array(locations));
    if !path.is_empty() {
        shaped.insert("path".into(), Value::Array(path));
    }
    if let Some(extensions) = extensions {
        shaped.insert("extensions".into(), extensions);
    }
    Value::Object(shaped)
}

/// How the engine words a refusal, and the code graphql-ruby gives it. `{}` stands for a name; the
/// names go, in order, into the other wording and under the keys.
struct Wording {
    engine: [&'static str; 3],
    ruby: fn(&str, &str) -> String,
    code: &'static str,
    keys: [&'static str; 2],
}

const WORDINGS: [Wording; 2] = [
    Wording {
        engine: ["Unknown field \"", "\" on type \"", "\""],
        ruby: |field, owner| format!("Field '{field}' doesn't exist on type '{owner}'"),
        code: "undefinedField",
        keys: ["fieldName", "typeName"],
    },
    Wording {
        engine: ["Unknown argument \"", "\" on field \"", "\""],
        ruby: |argument, field| format!("Field '{field}' doesn't accept argument '{argument}'"),
        code: "argumentNotAccepted",
        keys: ["argumentName", "name"],
    },
];

fn worded(message: &str) -> (String, Option<Value>) {
    for wording in &WORDINGS {
        let [before, between, after] = wording.engine;
        let Some(rest) = message.strip_prefix(before) else {
            continue;
        };
        let Some((first, rest)) = rest.split_once(between) else {
            continue;
        };
        let Some((second, _)) = rest.split_once(after) else {
            continue;
        };
        let [first_key, second_key] = wording.keys;
        let extensions = json!({ "code": wording.code, first_key: first, second_key: second });
        return ((wording.ruby)(first, second), Some(extensions));
    }
    (message.to_owned(), None)
}

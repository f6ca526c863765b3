//! A service that answers from canned works and keeps what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use consonance::{Ask, Client, Retry, Settings, Source};
use serde_json::{Value, json};

/// The key that opens the double.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// What is asked: the text, and how many requests came before.
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a str,
    pub(crate) number: usize,
}

impl Asked<'_> {
    /// The number after `name:` in the query.
    pub(crate) fn argument(&self, name: &str) -> Option<i64> {
        let (_, rest) = self.query.split_once(&format!("{name}: "))?;
        rest.split([',', '}']).next()?.trim().parse().ok()
    }

    pub(crate) fn is_introspection(&self) -> bool {
        self.query.contains("__schema")
    }

    pub(crate) fn is_ids_alone(&self) -> bool {
        self.query.ends_with("{ id } }")
    }
}

/// An answer.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Self {
        Self::text(200, "application/json", &value.to_string())
    }

    pub(crate) fn data(data: Value) -> Self {
        let answer = serde_json::Map::from_iter([("data".to_owned(), data)]);
        Self::json(&Value::Object(answer))
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::text(status, "text/plain", "no")
    }

    pub(crate) fn text(status: u16, kind: &'static str, body: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }
}

type Answer = dyn Fn(&Asked<'_>) -> Reply + Send + Sync;

struct Shared {
    answer: Box<Answer>,
    queries: Mutex<Vec<String>>,
}

/// A running double; it ends with the test.
pub(crate) struct Double {
    pub(crate) origin: String,
    shared: Arc<Shared>,
}

impl Double {
    /// Answers with a function, introspection excepted unless it is answered as well.
    pub(crate) async fn answering(
        answer: impl Fn(&Asked<'_>) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            queries: Mutex::default(),
        });
        let router = Router::new()
            .route("/graphql", post(serve))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, shared }
    }

    /// Answers with works, some on a page; a work in `ruin` makes every answer that holds more of it
    /// than its number fail with its reply.
    pub(crate) async fn holding(
        works: Vec<Value>,
        page: usize,
        ruin: BTreeMap<i64, Reply>,
    ) -> Self {
        Self::answering(move |asked| {
            if asked.is_introspection() {
                return introspection_refused();
            }
            let (rows, ids) = chosen(&works, page, asked);
            if asked.is_ids_alone() {
                let ids: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
                return Reply::data(json!({ "works": ids }));
            }
            let ruined = ids.iter().find_map(|id| ruin.get(id));
            ruined
                .cloned()
                .unwrap_or_else(|| Reply::data(json!({ "works": rows })))
        })
        .await
    }

    /// What was asked for so far, introspection left out.
    pub(crate) fn queries(&self) -> Vec<String> {
        let queries = self.shared.queries.lock().unwrap();
        queries
            .iter()
            .filter(|query| !query.contains("__schema"))
            .cloned()
            .collect()
    }

    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new(self.origin.parse().unwrap(), TOKEN.into());
        settings.retry = Retry {
            attempts: 3,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(2),
            seed: 1,
        };
        settings
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    pub(crate) async fn source(&self) -> Source {
        let client = self.client();
        client.source(client.schema().await.unwrap()).unwrap()
    }

    pub(crate) async fn source_with_contracts(&self) -> Result<Source, consonance::Error> {
        let mut settings = self.settings();
        settings.ask = Ask { contracts: true };
        let client = Client::new(settings).unwrap();
        client.source(client.schema().await.unwrap())
    }
}

/// The works that a query asks for, and their numbers.
pub(crate) fn chosen(works: &[Value], page: usize, asked: &Asked<'_>) -> (Vec<Value>, Vec<i64>) {
    let id = |work: &Value| work["id"].as_i64();
    let wanted = |work: &&Value| match (asked.argument("idEq"), asked.argument("after")) {
        (Some(one), _) => id(work) == Some(one),
        (None, Some(after)) => id(work).is_some_and(|id| id > after),
        (None, None) => true,
    };
    let rows: Vec<Value> = works.iter().filter(wanted).take(page).cloned().collect();
    let ids = rows.iter().filter_map(id).collect();
    (rows, ids)
}

pub(crate) fn introspection_refused() -> Reply {
    Reply::json(&json!({ "errors": [{ "message": "introspection is off" }] }))
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let query = body["query"].as_str().unwrap().to_owned();
    let number = {
        let mut queries = shared.queries.lock().unwrap();
        queries.push(query.clone());
        queries.len() - 1
    };
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let reply = if bearer == Some(&format!("Bearer {TOKEN}")) {
        (shared.answer)(&Asked {
            query: &query,
            number,
        })
    } else {
        Reply::status(StatusCode::UNAUTHORIZED.as_u16())
    };
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// A healthy work with one healthy product, in the names that are sure.
pub(crate) fn work(id: i64) -> Value {
    json!({
        "id": id,
        "clientId": 1,
        "title": format!("Work {id}"),
        "contributions": [], "subjectCodes": [], "marketingTexts": [],
        "supportingResources": [], "seriesMemberships": [],
        "audience": { "onixAudiences": [], "description": null },
        "products": [{
            "__typename": "PhysicalBookProduct",
            "id": id * 10,
            "allowOnixExports": true,
            "fullTitle": format!("Work {id}"),
            "forSaleCountryCodes": ["GB"], "notForSaleCountryCodes": [], "isForSaleWorldwide": null,
            "isbn": null, "prices": [], "webLinks": []
        }]
    })
}

//! Both stand-ins and a client of each: what every test here begins with.

use std::collections::BTreeSet;
use std::time::Duration;

use contentstack::{Backoff, Hosts, Limits, Secret, Settings, Stack};
use jiff::civil::{Date, date};
use reqwest::{Client, Method};
use sandbox::options::{Limits as StandInLimits, Options, Put};
use sandbox::{Running, start};
use serde_json::{Map, Value};
use site::content_model::{Names, model, taxonomies};
use site::policy::Policy;
use sync::model::ModelSpec;

use crate::house::noon;

/// The day on which the tests play.
pub(crate) const TODAY: Date = date(2026, 11, 24);

/// Both stand-ins, running, and a client of the stack.
pub(crate) struct Stage {
    pub(crate) running: Running,
    pub(crate) stack: Stack,
    pub(crate) http: Client,
}

impl Stage {
    /// Stand-ins with so many works, without limits of calls.
    pub(crate) async fn with(works: usize, put: Put) -> Self {
        let mut options = Options::new(TODAY).on_free_ports();
        options.works = Some(works);
        options.limits = StandInLimits::Off;
        options.put = put;
        options.starts_at = Some(noon());
        // Another test of this process may have been first.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let running = start(options).await.unwrap();
        let stack = Stack::new(settings(&running)).unwrap();
        Self {
            running,
            stack,
            http: Client::new(),
        }
    }

    /// An empty account and an empty stack.
    pub(crate) async fn empty() -> Self {
        Self::with(0, Put::default()).await
    }

    /// Orders a fault of the stack.
    pub(crate) async fn fault(&self, order: Value) {
        self.control("faults", order).await;
    }

    /// Posts to the stack's control.
    pub(crate) async fn control(&self, path: &str, body: Value) {
        let address = format!("{}/_sandbox/{path}", self.running.contentstack().cma_url);
        let reply = self.http.post(address).json(&body).send().await.unwrap();
        let status = reply.status();
        assert!(
            status.is_success(),
            "{status} {}",
            reply.text().await.unwrap()
        );
    }

    /// Ends when some fault of the stack has struck.
    pub(crate) async fn struck(&self) {
        while !self.has_struck().await {
            tokio::task::yield_now().await;
        }
    }

    /// Whether some fault of the stack has struck.
    pub(crate) async fn has_struck(&self) -> bool {
        let address = format!("{}/_sandbox/faults", self.running.contentstack().cma_url);
        let answer: Value = self
            .http
            .get(&address)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let faults = answer
            .as_array()
            .or_else(|| answer["faults"].as_array())
            .unwrap();
        faults
            .iter()
            .any(|fault| fault["struck"].as_u64().unwrap() > 0)
    }

    /// Withdraws every fault of the stack.
    pub(crate) async fn no_faults(&self) {
        let address = format!("{}/_sandbox/faults", self.running.contentstack().cma_url);
        self.http.delete(address).send().await.unwrap();
    }

    /// Method and path of every request to the stack, in order.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let address = format!("{}/_sandbox/requests", self.running.contentstack().cma_url);
        let answer: Value = self
            .http
            .get(address)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let requests = answer
            .as_array()
            .or_else(|| answer["requests"].as_array())
            .unwrap();
        let line = |request: &Value| {
            format!(
                "{} {}",
                request["method"].as_str().unwrap(),
                request["path"].as_str().unwrap()
            )
        };
        requests
            .iter()
            .filter(|request| request["class"] != "control")
            .map(line)
            .collect()
    }

    /// Empties the log of requests.
    pub(crate) async fn forget_requests(&self) {
        let address = format!("{}/_sandbox/requests", self.running.contentstack().cma_url);
        self.http.delete(address).send().await.unwrap();
    }

    /// What the stack was asked so far.
    pub(crate) async fn counters(&self) -> Value {
        let address = format!("{}/_sandbox/counters", self.running.contentstack().cma_url);
        self.http
            .get(address)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Writes and bulk calls that the stack was asked for so far.
    pub(crate) async fn changes(&self) -> u64 {
        let counters = self.counters().await;
        counters["writes"].as_u64().unwrap() + counters["bulk"].as_u64().unwrap()
    }

    /// A management call without our client, as an editor's tool would make it.
    pub(crate) async fn manage(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let access = self.running.contentstack();
        let call = self
            .http
            .request(method.clone(), format!("{}/v3/{path}", access.cma_url))
            .header("api_key", &access.api_key)
            .header("authorization", &access.management_token);
        let call = match &body {
            Some(body) => call.json(body),
            None => call,
        };
        let reply = call.send().await.unwrap();
        let status = reply.status();
        let answer: Value = reply.json().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// Removes something as an editor would.
    pub(crate) async fn remove(&self, path: &str) {
        let access = self.running.contentstack();
        let call = self
            .http
            .delete(format!("{}/v3/{path}", access.cma_url))
            .header("api_key", &access.api_key)
            .header("authorization", &access.management_token);
        let status = call.send().await.unwrap().status();
        assert!(status.is_success(), "DELETE {path}: {status}");
    }

    /// A content type as it is stored.
    pub(crate) async fn content_type(&self, uid: &str) -> Value {
        self.manage(Method::GET, &format!("content_types/{uid}"), None)
            .await["content_type"]
            .clone()
    }
}

/// Settings of a client without pacing, whose waits are too short to notice.
pub(crate) fn settings(running: &Running) -> Settings {
    let access = running.contentstack();
    let hosts = Hosts {
        management: access.cma_url.parse().unwrap(),
        delivery: access.cda_url.parse().unwrap(),
    };
    let mut settings = Settings::new(
        hosts,
        access.api_key.clone(),
        Secret::new(access.management_token.clone()),
    );
    settings.delivery_token = Some(Secret::new(access.delivery_tokens["*"].clone()));
    settings.authtoken = Some(Secret::new(access.gate_authtoken.clone()));
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

/// The policy of the tests.
pub(crate) fn policy() -> Policy {
    Policy::new("en-us")
}

/// The whole model for two sites.
pub(crate) fn spec() -> ModelSpec {
    let strings = |texts: [&str; 2]| {
        texts
            .map(str::to_owned)
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    ModelSpec {
        types: model(&policy()),
        editorial: Vec::new(),
        taxonomies: taxonomies(),
        names: Names::default(),
        environments: strings(["production-au", "production-gb"]),
        locales: strings(["en-au", "en-gb"]),
        master_locale: "en-us".into(),
    }
}

/// A body for [`Stage::manage`].
pub(crate) fn rooted(root: &str, value: Value) -> Option<Value> {
    Some(Value::Object(Map::from_iter([(root.to_owned(), value)])))
}

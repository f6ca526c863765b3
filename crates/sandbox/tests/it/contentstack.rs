//! The Contentstack stand-in over a socket, as a client meets it.

mod assets;
mod bulk;
mod delivery;
mod entries;
mod faults;
mod governance;
mod localization;
mod model;
mod persistence;
mod publishing;
mod taxonomies;
mod traffic;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder};
use sandbox::contentstack::{ContentstackOptions, Credentials, Limits, Service};
use sandbox::listen::{self, Serving};
use serde_json::{Value, json};

/// A running stand-in.
struct Stand {
    origin: String,
    client: Client,
    service: Service,
    serving: Serving,
}

/// A status and a body.
type Reply = (u16, Value);

impl Stand {
    /// Empty and without limits.
    async fn empty() -> Self {
        Self::with(ContentstackOptions {
            limits: Limits::Off,
            ..Default::default()
        })
        .await
    }

    async fn with(options: ContentstackOptions) -> Self {
        // Another test may have installed it already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let listening = listen::bind("127.0.0.1:0").await.unwrap();
        let origin = listening.origin();
        let service = Service::new(options).unwrap();
        let serving = listening.serve(service.router(&origin), service.traffic());
        // One connection per call, so that a fault that kills one does not touch another.
        let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self {
            origin,
            client,
            service,
            serving,
        }
    }

    /// With environments `au` and `uk`, locales `en-gb` and below it `en-au`, and the types of a small catalogue.
    async fn catalogue() -> Self {
        let stand = Self::empty().await;
        stand.furnish().await;
        stand
    }

    async fn furnish(&self) {
        for name in ["au", "uk"] {
            self.made("/v3/environments", json!({"environment": {"name": name}}))
                .await;
        }
        for (code, fallback) in [("en-gb", "en-us"), ("en-au", "en-gb")] {
            let locale = json!({"name": code, "code": code, "fallback_locale": fallback});
            self.made("/v3/locales", json!({"locale": locale})).await;
        }
        let imprint = json!({"title": "Imprint", "uid": "imprint", "schema": [
            field("title", "text"), with(field("source_key", "text"), "unique"),
        ]});
        self.made("/v3/content_types", json!({"content_type": imprint}))
            .await;
        let title = json!({"uid": "title", "display_name": "Title", "data_type": "text",
            "mandatory": true, "unique": false});
        let book = json!({"title": "Book", "uid": "book", "schema": [
            title,
            with(field("source_key", "text"), "unique"),
            field("subtitle", "text"),
            field("amount", "number"),
            field("visible", "boolean"),
            field("sort_date", "isodate"),
            field("cover", "file"),
            with(field("isbn", "text"), "non_localizable"),
            {"uid": "imprint", "display_name": "Imprint", "data_type": "reference",
             "reference_to": ["imprint"]},
            {"uid": "formats", "display_name": "Formats", "data_type": "group", "multiple": true,
             "schema": [with(field("isbn13", "text"), "mandatory"), field("state", "text")]},
        ]});
        self.made("/v3/content_types", json!({"content_type": book}))
            .await;
    }

    fn credentials(&self) -> Credentials {
        self.service.credentials()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.origin))
    }

    /// A request with the management token.
    fn managing(&self, method: Method, path: &str) -> RequestBuilder {
        let Credentials {
            api_key,
            management_token,
            ..
        } = self.credentials();
        self.request(method, path)
            .header("api_key", api_key)
            .header("authorization", management_token)
            .header("api_version", "3.2")
    }

    /// A request with the delivery token of `environment`.
    fn delivering(&self, environment: &str, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let Credentials {
            api_key,
            delivery_tokens,
            ..
        } = self.credentials();
        let path = asked(&asked(path, &[("environment", environment)]), query);
        self.request(Method::GET, &path)
            .header("api_key", api_key)
            .header("access_token", delivery_tokens[environment].as_str())
    }

    async fn manage(&self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.managing(method, path);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        reply(request).await
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.manage(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "GET {path} gave {body}");
        body
    }

    async fn made(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.manage(Method::POST, path, body).await;
        assert_eq!(status, 201, "POST {path} gave {body}");
        body
    }

    async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let name = format!("{method} {path}");
        let (status, body) = self.manage(method, path, body).await;
        assert_eq!(status, 200, "{name} gave {body}");
        body
    }

    async fn refused(&self, method: Method, path: &str, body: Value) -> Reply {
        let name = format!("{method} {path}");
        let (status, body) = self.manage(method, path, body).await;
        assert!(status >= 400, "{name} was not refused: {body}");
        (status, body)
    }

    /// Saves a new book, and gives its uid.
    async fn book(&self, fields: Value) -> String {
        let body = self
            .made("/v3/content_types/book/entries", json!({"entry": fields}))
            .await;
        body["entry"]["uid"].as_str().unwrap().to_owned()
    }

    /// Saves a new imprint, and gives a reference to it.
    async fn imprint(&self, title: &str) -> Value {
        let entry = json!({"entry": {"title": title, "source_key": title}});
        let body = self.made("/v3/content_types/imprint/entries", entry).await;
        json!({"uid": body["entry"]["uid"], "_content_type_uid": "imprint"})
    }

    /// Publishes or unpublishes one entry.
    async fn publish(&self, action: &str, entry: &str, environments: Value, locales: Value) {
        let path = format!("/v3/content_types/{entry}/{action}");
        let body = json!({"entry": {"environments": environments, "locales": locales},
            "locale": "en-us"});
        self.done(Method::POST, &path, body).await;
    }

    async fn deliver(&self, environment: &str, path: &str) -> Reply {
        reply(self.delivering(environment, path, &[])).await
    }

    /// The books that delivery lists in an environment and locale.
    async fn delivered(&self, environment: &str, query: &[(&str, &str)]) -> Vec<Value> {
        let path = "/v3/content_types/book/entries";
        let (status, body) = reply(self.delivering(environment, path, query)).await;
        assert_eq!(status, 200, "{body}");
        body["entries"].as_array().unwrap().clone()
    }

    /// Uploads a file, and gives its asset.
    async fn upload(&self, name: &str, bytes: &[u8], tags: &str) -> Value {
        let file = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new()
            .part("asset[upload]", file)
            .text("asset[title]", format!("Title of {name}"))
            .text("asset[tags]", tags.to_owned());
        let (status, body) = reply(self.managing(Method::POST, "/v3/assets").multipart(form)).await;
        assert_eq!(status, 201, "{body}");
        body["asset"].clone()
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.request(method, &format!("/_sandbox/{path}"));
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        reply(request).await
    }

    async fn fault(&self, order: Value) {
        let (status, body) = self.control(Method::POST, "faults", order).await;
        assert_eq!(status, 201, "{body}");
    }

    /// How many books are stored.
    async fn books(&self) -> u64 {
        self.get("/v3/content_types/book/entries?count=true").await["entries"]
            .as_u64()
            .unwrap()
    }
}

/// A path with more parameters.
fn asked(path: &str, query: &[(&str, &str)]) -> String {
    query.iter().fold(path.to_owned(), |path, (name, value)| {
        let mark = if path.contains('?') { '&' } else { '?' };
        let [name, value] = [name, value].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
        format!("{path}{mark}{name}={value}")
    })
}

async fn reply(request: RequestBuilder) -> Reply {
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    let bytes = reply.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn field(uid: &str, data_type: &str) -> Value {
    json!({"uid": uid, "display_name": uid, "data_type": data_type})
}

/// A field with one more thing that is true of it.
fn with(mut field: Value, flag: &str) -> Value {
    field[flag] = json!(true);
    field
}

/// The titles of entries, in their order.
fn titles(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .filter_map(|entry| entry["title"].as_str())
        .collect()
}

//! A console on a free port with an empty state file, and visitors who keep their cookies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use console::{InForce, Looked, Order, Previewed, Settings};
use jiff::{SignedDuration, Timestamp};
use launch::rule_book::RuleBook;
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode, redirect};
use site::content_model::Names;
use site::policy::{Destination, Policy, Site, Sites};
use store::Store;
use tempfile::TempDir;
use tokio::sync::watch;

/// What every visitor signs in with.
pub(crate) const PASSWORD: &str = "a pass phrase long enough";

pub(crate) struct House {
    pub(crate) origin: String,
    pub(crate) store: Store,
    /// Tells the console what was found in the stack.
    pub(crate) seen: watch::Sender<Looked>,
    /// Tells the console what came of a plan.
    pub(crate) planned: watch::Sender<Previewed>,
    /// What the console asked of the engine.
    pub(crate) orders: Arc<Mutex<Vec<Order>>>,
    clock: Arc<Mutex<Timestamp>>,
    server: tokio::task::JoinHandle<()>,
    _folder: TempDir,
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(false).await
    }

    /// One in which two people are needed for a waiver.
    pub(crate) async fn with_four_eyes() -> Self {
        Self::with(true).await
    }

    async fn with(four_eyes: bool) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frontlist.db");
        let store = Store::open_beside(&path, "stack", "main").await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(Mutex::new("2027-06-01T12:00:00Z".parse().unwrap()));
        let hands = Arc::clone(&clock);
        let orders: Arc<Mutex<Vec<Order>>> = Arc::default();
        let taken = Arc::clone(&orders);
        let (seen, modules) = watch::channel(Looked::default());
        let (planned, plans) = watch::channel(Previewed::default());
        let settings = Settings {
            sites: sites(),
            policy: Policy::new("en-gb"),
            names: Names::default(),
            rules: RuleBook::with_defaults(None).unwrap(),
            holidays: Vec::new(),
            modules,
            plans,
            in_force: vec![InForce {
                key: "contentstack.api_key".into(),
                value: "blt<b>1".into(),
                origin: "line 3".into(),
            }],
            patience: Duration::from_secs(600),
            store: store.clone(),
            origins: vec![origin.clone()],
            clock: Box::new(move || *hands.lock().unwrap()),
            four_eyes,
            opens_on: "/",
            orders: Box::new(move |order| taken.lock().unwrap().push(order)),
        };
        let server = tokio::spawn(async move {
            console::serve(listener, settings).await.unwrap();
        });
        Self {
            origin,
            store,
            seen,
            planned,
            orders,
            clock,
            server,
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    pub(crate) fn later(&self, seconds: i64) {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap();
    }

    /// Somebody without a cookie.
    pub(crate) fn visitor(&self) -> Visitor {
        let client = Client::builder().redirect(redirect::Policy::none());
        Visitor {
            client: client.build().unwrap(),
            origin: self.origin.clone(),
            cookies: Vec::new(),
        }
    }

    /// The first admin, signed in.
    pub(crate) async fn admin(&self) -> Visitor {
        let link = console::first_link(&self.store, self.now()).await.unwrap();
        let mut visitor = self.visitor();
        visitor.join(&link.unwrap(), "ada").await;
        visitor
    }

    /// Somebody whom the admin invited.
    pub(crate) async fn guest(&self, admin: &mut Visitor, role: &str, name: &str) -> Visitor {
        let made = admin
            .send("/people", "/people/invite", &[("role", role)])
            .await;
        let text = made.text().await.unwrap();
        let path = text
            .split("<code>")
            .nth(1)
            .unwrap()
            .split("</code>")
            .next()
            .unwrap();
        let path = path.strip_prefix(&self.origin).unwrap().to_owned();
        let mut visitor = self.visitor();
        visitor.join(&path, name).await;
        visitor
    }
}

fn sites() -> Sites {
    let destination = Destination {
        environment: "production-uk".into(),
        locale: "en-gb".into(),
    };
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let site = Site::new(
        "uk",
        destination,
        vec!["GB".parse().unwrap()],
        "GBP".parse().unwrap(),
        zone,
        "en",
    );
    Sites::new(vec![site]).unwrap()
}

/// A browser, as far as it matters here.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) origin: String,
    pub(crate) cookies: Vec<(String, String)>,
}

impl Visitor {
    fn cookie_line(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(own, _)| own != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.origin));
        let response = request
            .header(COOKIE, self.cookie_line())
            .send()
            .await
            .unwrap();
        self.keep(&response);
        response
    }

    /// A form as this browser would send it, from an origin, with a token.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        origin: Option<&str>,
        token: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_token", token);
        body.extend_pairs(fields);
        let mut request = self
            .client
            .post(format!("{}{path}", self.origin))
            .header(COOKIE, self.cookie_line())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let response = request.send().await.unwrap();
        self.keep(&response);
        response
    }

    /// The token in the forms of a page.
    pub(crate) async fn token(&mut self, page: &str) -> String {
        let text = self.get(page).await.text().await.unwrap();
        let rest = text.split("name=\"form_token\" value=\"").nth(1);
        rest.unwrap_or_else(|| panic!("{page} has no form: {text}"))
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }

    /// Opens a page and sends a form of it.
    pub(crate) async fn send(
        &mut self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        let token = self.token(page).await;
        let origin = self.origin.clone();
        self.post(path, Some(&origin), &token, fields).await
    }

    async fn join(&mut self, path: &str, name: &str) {
        let fields = [("name", name), ("password", PASSWORD)];
        let joined = self.send(path, path, &fields).await;
        assert_eq!(joined.status(), StatusCode::SEE_OTHER);
        assert_eq!(joined.headers()[LOCATION], "/");
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Response {
        let fields = [("name", name), ("password", password)];
        self.send("/sign-in", "/sign-in", &fields).await
    }

    /// Whether the door is closed to this one.
    pub(crate) async fn is_outside(&mut self) -> bool {
        let response = self.get("/").await;
        response
            .headers()
            .get(LOCATION)
            .is_some_and(|to| to == "/sign-in")
    }
}

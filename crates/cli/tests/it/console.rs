//! The console over a catalogue that was synced, by HTTP as a browser speaks it.

use std::time::Duration;

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, Response, redirect};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

use crate::world::World;

/// A running console and an admin who is signed in.
struct Desk {
    client: Client,
    origin: String,
    cookie: String,
    _serving: Child,
}

impl Desk {
    /// A running console, and what it says of itself.
    async fn serve(world: &World) -> (Child, Value) {
        let mut serving = world.begin(&["serve", "--listen", "127.0.0.1:0"]);
        let mut told = String::new();
        let mut stdout = serving.stdout.take().unwrap();
        while !told.trim_end().ends_with('}') {
            let byte = stdout.read_u8().await.unwrap();
            told.push(char::from(byte));
        }
        (serving, serde_json::from_str(&told).unwrap())
    }

    async fn open(world: &World) -> Self {
        let (serving, told) = Self::serve(world).await;
        let client = Client::builder().redirect(redirect::Policy::none());
        let mut desk = Self {
            client: client.build().unwrap(),
            origin: told["console"].as_str().unwrap().to_owned(),
            cookie: String::new(),
            _serving: serving,
        };
        let link = told["first_admin"].as_str().unwrap();
        let path = link.strip_prefix(&desk.origin).unwrap().to_owned();
        let before = desk.get(&path).await;
        desk.cookie = cookie(&before);
        let fields = [("name", "ada"), ("password", "a pass phrase long enough")];
        let joined = desk.send(&path, &path, &fields).await;
        assert_eq!(joined.status().as_u16(), 303);
        desk.cookie = cookie(&joined);
        desk
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.origin));
        request.header(COOKIE, &self.cookie).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.text().await.unwrap()
    }

    async fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let text = self.page(page).await;
        let rest = text.split("name=\"form_token\" value=\"").nth(1).unwrap();
        let token = rest.split('"').next().unwrap();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_token", token).extend_pairs(fields);
        self.client
            .post(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .header(ORIGIN, &self.origin)
            .body(body.finish())
            .send()
            .await
            .unwrap()
    }
}

fn cookie(response: &Response) -> String {
    let line = response.headers()[SET_COOKIE].to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

const TITLE: &str = "/titles/consonance%3Awork%3A1001";

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_found_explained_and_never_markup() {
    let world = World::with(6).await;
    let patch = json!({ "title": "<script>alert('salt')</script> & Pepper" });
    world.at_source(Method::PATCH, "works/1001", patch).await;
    let summary = world.sync().await;
    let desk = Desk::open(&world).await;
    let isbn = world.work(1001).await["products"][0]["isbn13"].clone();
    let isbn = isbn.as_str().unwrap_or_default().to_owned();
    let mut asked = vec!["pepper".to_owned(), "consonance:work:1001".to_owned()];
    if isbn.len() == 13 {
        asked.push(isbn.clone());
        asked.push(format!("{}-{}", &isbn[..3], &isbn[3..]));
    }
    for text in asked {
        let list = desk.page(&format!("/titles?q={text}")).await;
        assert!(list.contains(TITLE), "{text}: {list}");
        assert!(list.contains("1 of "), "{text}");
        assert!(!list.contains("<script"), "{text}");
    }
    for site in ["uk", "us", "au"] {
        let page = desk.page(&format!("{TITLE}?site={site}")).await;
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&#60;script&#62;"), "{page}");
        assert!(page.contains("decided by"), "{page}");
        assert!(page.contains("create_entry"), "its history is told: {page}");
    }
    let home = desk.page("/").await;
    assert!(
        home.contains(&format!("<b>{}</b> read", summary["read"])),
        "{home}"
    );
    let run = format!("/runs/{}", summary["run"].as_str().unwrap());
    let written = desk.page(&format!("{run}?outcome=written")).await;
    let rows = written.matches("<td>written</td>").count();
    assert_eq!(
        Some(rows as u64),
        summary["written"].as_u64(),
        "the count opens to its rows"
    );
    let csv = desk.get("/findings.csv").await.text().await.unwrap();
    let lines = csv.lines().count() as u64;
    assert_eq!(Some(lines - 1), summary["findings"].as_u64());
    assert!(
        desk.page("/forecast?days=366")
            .await
            .contains("<h1>Forecast</h1>")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_in_the_console_is_taken_down_at_once_and_comes_back_when_lifted() {
    let world = World::with(3).await;
    world.sync().await;
    let desk = Desk::open(&world).await;
    let path = format!("{TITLE}/hold");
    let early = [
        ("site", ""),
        ("until", "2020-01-01"),
        ("reason", "legal read"),
    ];
    assert_eq!(desk.send(TITLE, &path, &early).await.status().as_u16(), 422);
    let unsaid = [("site", ""), ("until", "2099-01-01"), ("reason", " ")];
    assert_eq!(
        desk.send(TITLE, &path, &unsaid).await.status().as_u16(),
        422
    );
    let fields = [
        ("site", ""),
        ("until", "2099-01-01"),
        ("reason", "legal read"),
    ];
    assert_eq!(
        desk.send(TITLE, &path, &fields).await.status().as_u16(),
        303
    );
    let ended = async {
        loop {
            let runs = world.run(&["runs"]).await.json();
            let last = &runs["runs"][0];
            if last["command"] == "hold" && !last["ended_at"].is_null() {
                return last["outcome"].clone();
            }
        }
    };
    let outcome = tokio::time::timeout(Duration::from_secs(120), ended).await;
    assert_eq!(outcome.unwrap(), "done");
    let page = desk.page(TITLE).await;
    assert!(
        page.contains("legal read") && page.contains("Placed by ada"),
        "{page}"
    );
    assert!(page.contains("May not be shown"), "{page}");
    let rest = page.split("name=\"hold\" value=\"").nth(1).unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let lifted = desk
        .send(TITLE, &format!("{TITLE}/lift"), &[("hold", &id)])
        .await;
    assert_eq!(lifted.status().as_u16(), 303);
    let again = desk
        .send(TITLE, &format!("{TITLE}/lift"), &[("hold", &id)])
        .await;
    assert_eq!(again.status().as_u16(), 422, "it no longer stands");
    let audit = desk.page("/audit").await;
    assert!(
        audit.contains("held") && audit.contains("lifted"),
        "{audit}"
    );
    let summary = world.sync().await;
    assert_eq!(summary["written"], 1, "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_not_served_to_other_machines_without_a_name() {
    let world = World::bare(1).await;
    let ran = world.run(&["serve", "--listen", "0.0.0.0:0"]).await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.error().2.contains("--origin"), "{ran:?}");
    for wrong in [
        "frontlist.example.com",
        "ftp://frontlist.example.com",
        "https://frontlist.example.com/desk",
    ] {
        let ran = world
            .run(&["serve", "--listen", "127.0.0.1:0", "--origin", wrong])
            .await;
        assert_eq!(
            (ran.code, ran.error().0.as_str()),
            (2, "FL-0100"),
            "{ran:?}"
        );
    }
}

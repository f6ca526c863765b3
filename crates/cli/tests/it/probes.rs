//! `probe` over the sample as of today, against pages on this machine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::world::World;

type Pages = Arc<Mutex<BTreeMap<String, String>>>;

/// A site: its pages by path, shops that answer under `/shop/`, and nothing else.
async fn serve() -> (String, Pages) {
    async fn answer(State(pages): State<Pages>, uri: Uri) -> Response {
        if uri.path().starts_with("/shop/") {
            return StatusCode::OK.into_response();
        }
        match pages.lock().unwrap().get(uri.path()) {
            Some(html) => Html(html.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let pages: Pages = Arc::default();
    let router = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&pages));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (origin, pages)
}

fn of<'a>(looked: &'a Value, address: &str) -> &'a Value {
    let mut looked = looked.as_array().unwrap().iter();
    looked.find(|one| one["address"] == address).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_page_is_looked_at_and_its_line_says_what_was_seen() {
    let world = World::today().await;
    world.apply_model().await;
    let refused = world.run(&["probe"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.error().2.contains("page_address"), "{refused:?}");
    let (origin, pages) = serve().await;
    world.configure(|text| {
        let address = format!("[[site]]\npage_address = \"{origin}/{{site}}{{url}}\"");
        let shop = format!(
            "[[retailer]]\nname = \"Here\"\nurl = \"{origin}/shop/{{isbn13}}\"\n\n[probes]\nprivate_hosts = [\"127.0.0.1\"]\n"
        );
        format!("{}\n{shop}", text.replace("[[site]]", &address))
    });
    let synced = world.run(&["sync"]).await;
    assert!([0, 3].contains(&synced.code), "{synced:?}");

    let lost = world.run(&["probe"]).await;
    assert_eq!(lost.code, 3, "{lost:?}");
    let lost = lost.json();
    let all = lost.as_array().unwrap();
    assert!(
        all.len() > 2 && all.iter().all(|one| one["status"] == 404),
        "{lost:#}"
    );

    // Two pages are put there: one as it should be, one about nothing.
    let launches = world.run(&["launch"]).await.json();
    let isbn = |one: &Value| {
        let mut launches = launches.as_array().unwrap().iter();
        let launch =
            launches.find(|launch| launch["work"] == one["work"] && launch["site"] == one["site"]);
        launch.unwrap()["isbn13"].as_str().unwrap().to_owned()
    };
    let (right, wrong) = (&all[0], &all[1]);
    let path = |one: &Value| {
        one["address"]
            .as_str()
            .unwrap()
            .strip_prefix(&origin)
            .unwrap()
            .to_owned()
    };
    let alternates: String = all
        .iter()
        .filter(|one| one["work"] == right["work"])
        .map(|one| format!("<link rel=alternate hreflang=en href={}>", one["address"]))
        .collect();
    let data = format!(
        "{{\"@graph\": [{{\"@type\": \"Book\", \"isbn\": \"{}\"}}]}}",
        isbn(right)
    );
    let html =
        format!("<!doctype html>{alternates}<script type=\"application/ld+json\">{data}</script>");
    pages.lock().unwrap().insert(path(right), html);
    pages
        .lock()
        .unwrap()
        .insert(path(wrong), "<!doctype html><p>Coming soon".to_owned());
    let looked = world.run(&["probe"]).await.json();
    let good = of(&looked, right["address"].as_str().unwrap());
    assert_eq!(good["status"], 200);
    for found in ["isbn", "structured_data", "hreflang"] {
        assert_eq!(good[found]["holds"], true, "{found}: {good:#}");
    }
    let bad = of(&looked, wrong["address"].as_str().unwrap());
    assert_eq!(
        (&bad["isbn"]["holds"], &bad["structured_data"]["holds"]),
        (&Value::Bool(false), &Value::Bool(false))
    );
    let bought = looked
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["buy_links"]["holds"] == true);
    assert!(bought.count() > 0, "{looked:#}");

    let launches = world.run(&["launch"]).await.json();
    let line = |one: &Value, rule: &str| {
        let mut launches = launches.as_array().unwrap().iter();
        let launch =
            launches.find(|launch| launch["work"] == one["work"] && launch["site"] == one["site"]);
        let items = launch.unwrap()["items"].as_array().unwrap();
        items.iter().find(|item| item["rule"] == rule).unwrap()["outcome"].clone()
    };
    assert_eq!(
        (line(right, "page-live"), line(right, "page-right")),
        ("pass".into(), "pass".into())
    );
    assert_eq!(
        (line(wrong, "page-live"), line(wrong, "page-right")),
        ("pass".into(), "fail".into())
    );
}

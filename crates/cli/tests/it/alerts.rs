//! `alerts` over the sample as of today, to a receiver on this machine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::world::World;

type Got = Arc<Mutex<Vec<Value>>>;

/// A receiver that is busy at first, and takes what comes afterwards.
async fn receiver(busy: usize) -> (String, Got) {
    async fn take(State((busy, got)): State<(usize, Got)>, body: axum::body::Bytes) -> Response {
        let mut got = got.lock().unwrap();
        got.push(serde_json::from_slice(&body).unwrap());
        if got.len() <= busy {
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response();
        }
        StatusCode::OK.into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/services/T0/B0/s3cret",
        listener.local_addr().unwrap()
    );
    let got: Got = Arc::default();
    let router = Router::new()
        .fallback(take)
        .with_state((busy, Arc::clone(&got)));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, got)
}

async fn alerting(busy: usize, channel: &str) -> (World, Got) {
    let world = World::today().await;
    world.apply_model().await;
    let synced = world.run(&["sync"]).await;
    assert!([0, 3].contains(&synced.code), "{synced:?}");
    let (url, got) = receiver(busy).await;
    world.put("slack", url.as_bytes());
    world.configure(|text| {
        format!("{text}\n[[alerts.channel]]\nname = \"desk\"\nvia = \"slack\"\nurl = {{ file = \"slack\" }}\n{channel}\n")
    });
    (world, got)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_told_once_and_kept_while_the_channel_is_busy() {
    let (world, got) = alerting(1, "").await;
    let first = world.run(&["alerts", "send"]).await;
    assert_eq!(first.code, 3, "{first:?}");
    let delivery = &first.json()["messages"][0];
    assert_eq!(delivery["sent"], false, "{delivery}");
    assert!(
        delivery["trouble"].as_str().unwrap().starts_with("FL-1002"),
        "{delivery}"
    );
    assert!(
        !first.stdout.contains("s3cret") && !first.stderr.contains("s3cret"),
        "{first:?}"
    );
    // It asked for no wait at all: the same message goes again, and nothing new is made.
    let second = world.run(&["alerts", "send"]).await;
    assert_eq!(second.code, 0, "{second:?}");
    assert_eq!(
        second.json()["messages"].as_array().unwrap().len(),
        1,
        "{second:?}"
    );
    let third = world.run(&["alerts", "send"]).await;
    assert_eq!(
        (third.code, &third.json()["messages"]),
        (0, &serde_json::json!([]))
    );
    let got = got.lock().unwrap();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0], got[1]);
    assert!(
        got[0]["text"].as_str().unwrap().contains("blocker"),
        "{}",
        got[0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snoozed_alert_is_not_told_and_the_list_says_who_wanted_that() {
    let (world, got) = alerting(0, "at_once = false\ndigest = \"00:00\"").await;
    let listed = world.run(&["alerts", "list"]).await.json();
    let open = listed["open"].as_array().unwrap().clone();
    let near = open.iter().find(|one| one["kind"] == "blocker").unwrap();
    let work = near["about"]["work"].as_str().unwrap();
    for arguments in [
        vec![
            "alerts",
            "snooze",
            work,
            "--until",
            "2001-01-01",
            "--reason",
            "late",
        ],
        vec![
            "alerts",
            "snooze",
            work,
            "--until",
            "2099-01-01",
            "--reason",
            " ",
        ],
        vec![
            "alerts",
            "snooze",
            "nothing/of/that",
            "--until",
            "2099-01-01",
            "--reason",
            "why",
        ],
        vec!["alerts", "unsnooze", work],
    ] {
        let refused = world.run_as("ida", &arguments).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(!refused.error().2.is_empty());
    }
    let snooze = [
        "alerts",
        "snooze",
        work,
        "--until",
        "2099-01-01",
        "--reason",
        "the printer knows",
    ];
    let snoozed = world.run_as("ida", &snooze).await;
    assert_eq!(snoozed.code, 0, "{snoozed:?}");
    let sent = world.run(&["alerts", "send"]).await;
    assert_eq!(sent.code, 0, "{sent:?}");
    let text = got.lock().unwrap()[0].to_string();
    assert!(!text.contains(&format!("{work})")), "{work} in {text}");
    assert!(text.contains("snoozed"), "{text}");
    let told = world.tell(&["alerts", "list"]).await.stdout;
    assert!(told.contains(&format!("{work} is snoozed until")), "{told}");
    assert!(told.contains("by ida: the printer knows"), "{told}");
    let ended = world.run_as("ida", &["alerts", "unsnooze", work]).await;
    assert_eq!(ended.json()["ended"], 1, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_tried_and_wrong_ones_are_refused_with_their_line() {
    let (world, got) = alerting(0, "").await;
    let tried = world.run(&["alerts", "test", "desk"]).await;
    assert_eq!(tried.code, 0, "{tried:?}");
    assert!(
        got.lock().unwrap()[0]["text"]
            .as_str()
            .unwrap()
            .contains("reached")
    );
    let unknown = world.run(&["alerts", "test", "disk"]).await;
    assert_eq!(unknown.code, 2);
    assert!(unknown.error().2.contains("desk"), "{unknown:?}");
    let channels = [
        ("via = \"email\"\nhost = \"mail.example\"", "from"),
        (
            "via = \"email\"\nhost = \"mail.example\"\nfrom = \"nobody\"\nto = [\"a@b.example\"]",
            "nobody",
        ),
        (
            "via = \"email\"\nhost = \"mail.example\"\nsecurity = \"none\"\nfrom = \"a@b.example\"\nto = [\"a@b.example\"]",
            "in the clear",
        ),
        ("via = \"webhook\"\nurl = { file = \"slack\" }", "key"),
        ("via = \"slack\"", "url"),
        (
            "via = \"slack\"\nurl = { file = \"slack\" }\ndigest = \"8 o'clock\"",
            "08:00",
        ),
        (
            "via = \"slack\"\nurl = { file = \"slack\" }\ntime_zone = \"Mars/Base\"",
            "Mars/Base",
        ),
    ];
    let text = std::fs::read_to_string(world.path("frontlist.toml")).unwrap();
    for (channel, named) in channels {
        let wrong = format!("{text}\n[[alerts.channel]]\nname = \"other\"\n{channel}\n");
        let path = world.put("wrong.toml", wrong.as_bytes());
        let refused = world.run_with(&path, &["alerts", "list"]).await;
        assert_eq!(refused.code, 2, "{channel}: {refused:?}");
        assert!(
            refused.stderr.contains(named),
            "{channel}: {}",
            refused.stderr
        );
    }
    world.put("teams", b"https://evil.example/workflows/s3cret");
    let wrong = format!(
        "{text}\n[[alerts.channel]]\nname = \"t\"\nvia = \"teams\"\nurl = {{ file = \"teams\" }}\n"
    );
    let path = world.put("wrong.toml", wrong.as_bytes());
    let refused = world.run_with(&path, &["alerts", "test", "t"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.stderr.contains("evil.example") && !refused.stderr.contains("s3cret"),
        "{refused:?}"
    );
}

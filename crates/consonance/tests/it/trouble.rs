//! Trouble on the way: each kind has its code, and what passes is tried again.

use std::collections::BTreeMap;
use std::time::Duration;

use consonance::{Class, Client, Error, Settings, Span};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::double::{Double, Reply, introspection_refused, work};
use super::paging::read_all;

/// A double that answers everything alike.
async fn always(reply: Reply) -> Double {
    Double::answering(move |_| reply.clone()).await
}

/// What becomes of the first request, the description of the schema.
async fn first(double: &Double) -> Error {
    double.client().schema().await.unwrap_err()
}

#[tokio::test]
async fn each_answer_that_is_none_has_its_own_code() {
    let page = "<!DOCTYPE html><html><body>Log in</body></html>";
    for (reply, code, class) in [
        (Reply::status(401), "FL-0405", Class::Configuration),
        (Reply::status(403), "FL-0405", Class::Configuration),
        (Reply::status(404), "FL-0406", Class::Configuration),
        (
            Reply::text(200, "text/html", page),
            "FL-0407",
            Class::Configuration,
        ),
        (
            Reply::text(200, "application/json", page),
            "FL-0407",
            Class::Configuration,
        ),
        (
            Reply::text(200, "application/json", ""),
            "FL-0407",
            Class::Configuration,
        ),
        (
            Reply::text(200, "application/json", "{\"data\": {\"__sch"),
            "FL-0408",
            Class::Retry,
        ),
        (Reply::status(502), "FL-0410", Class::Retry),
        (Reply::status(429), "FL-0411", Class::Wait),
        (Reply::status(418), "FL-0412", Class::Bug),
        (Reply::json(&json!({ "hello": 1 })), "FL-0415", Class::Bug),
        (
            Reply::data(json!({ "__schema": {} })),
            "FL-0415",
            Class::Bug,
        ),
    ] {
        let status = reply.status;
        let error = first(&always(reply).await).await;
        assert_eq!(
            (error.code(), error.class()),
            (code, class),
            "{status}: {error}"
        );
        assert!(!error.mend().is_empty());
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut reply = Reply::status(302);
    reply
        .headers
        .push(("location", "http://127.0.0.1:1/graphql".into()));
    let error = first(&always(reply).await).await;
    assert!(
        matches!(error, Error::WrongAddress { status: 302, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_never_shown() {
    let double = always(introspection_refused()).await;
    let secret = "not-the-key-0123456789";
    let mut settings = double.settings();
    settings.token = secret.into();
    assert!(!format!("{settings:?}").contains(secret));
    let client = Client::new(settings).unwrap();
    let error = client.schema().await.unwrap_err();
    assert_eq!(error.code(), "FL-0405");
    assert!(!format!("{error:?} {error} {client:?}").contains(secret));
}

#[tokio::test]
async fn nobody_there_and_no_such_host_are_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client =
        |host: &str| Client::new(Settings::new(host.parse().unwrap(), "key".into())).unwrap();
    let error = client(&format!("http://{address}"))
        .schema()
        .await
        .unwrap_err();
    assert_eq!(error.code(), "FL-0402", "{error}");
    // A label of more than 63 letters is no name, which is found out without asking anybody.
    let nobody = format!("http://{}.localhost:9", "x".repeat(64));
    let error = client(&nobody).schema().await.unwrap_err();
    assert_eq!(error.code(), "FL-0403", "{error:?}");
}

#[tokio::test]
async fn https_where_plain_http_is_spoken_is_named() {
    let double = always(introspection_refused()).await;
    let host = double.origin.replace("http:", "https:");
    let client = Client::new(Settings::new(host.parse().unwrap(), "key".into())).unwrap();
    let error = client.schema().await.unwrap_err();
    assert_eq!(error.code(), "FL-0404", "{error:?}");
}

/// A server that reads the request and then does what `end` says, for each connection.
async fn raw(answer: &'static [u8], stay: bool) -> Settings {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = [0; 8192];
                let _read = socket.read(&mut request).await;
                let _written = socket.write_all(answer).await;
                if stay {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    let mut settings = Settings::new(format!("http://{address}").parse().unwrap(), "key".into());
    settings.retry.attempts = 2;
    settings.retry.first_pause = Duration::from_millis(1);
    settings.timeouts.request = Duration::from_millis(200);
    settings
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_never_taken_for_whole() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"data\": {}}";
    let client = Client::new(raw(answer, false).await).unwrap();
    assert_eq!(client.schema().await.unwrap_err().code(), "FL-0408");
    assert_eq!(client.requests(), 2, "and it was asked for again");
    let client = Client::new(raw(b"", false).await).unwrap();
    assert_eq!(client.schema().await.unwrap_err().code(), "FL-0408");
}

#[tokio::test]
async fn silence_is_timed_out_and_tried_again() {
    let client = Client::new(raw(b"", true).await).unwrap();
    assert_eq!(client.schema().await.unwrap_err().code(), "FL-0409");
    assert_eq!(client.requests(), 2);
}

#[tokio::test]
async fn trouble_that_passes_is_tried_again_and_what_stays_is_not() {
    for (status, requests) in [(500, 3), (503, 3), (429, 3), (401, 1), (404, 1), (418, 1)] {
        let client = always(Reply::status(status)).await.client();
        client.schema().await.unwrap_err();
        assert_eq!(client.requests(), requests, "status {status}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_at_last_is_taken() {
    let double = Double::answering(|asked| match asked.number {
        0 | 2 => Reply::status(503),
        _ if asked.is_introspection() => introspection_refused(),
        _ if asked.argument("after") == Some(0) => Reply::data(json!({ "works": [work(1)] })),
        _ => Reply::data(json!({ "works": [] })),
    })
    .await;
    let (read, rejected) = read_all(&double.source().await).await.unwrap();
    assert_eq!((read, rejected), (vec![1], vec![]));
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_split_then_refused() {
    let works: Vec<_> = (1..=6).map(work).collect();
    let one = json!({ "data": { "works": [work(1)] } }).to_string().len();
    let double = Double::holding(works, 50, BTreeMap::new()).await;
    for (limit, expected) in [(one + 10, None), (one / 2, Some("FL-0413"))] {
        let mut settings = double.settings();
        settings.max_body = limit;
        let client = Client::new(settings).unwrap();
        let source = client.source(client.schema().await.unwrap()).unwrap();
        let code = read_all(&source).await.err().map(|error| error.code());
        assert_eq!(code, expected, "limit {limit}");
    }
}

#[tokio::test]
async fn an_error_beside_a_page_is_reported_and_changes_nothing() {
    let double = Double::answering(|asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        let works = if asked.argument("after") == Some(0) {
            vec![work(1)]
        } else {
            vec![]
        };
        Reply::json(&json!({ "data": { "works": works }, "errors": [{ "message": "deprecated" }] }))
    })
    .await;
    let source = double.source().await;
    let page = source.works(Span::All).next_page().await.unwrap().unwrap();
    assert_eq!((page.works.len(), page.records()), (1, 1));
    assert_eq!(page.findings[0].code.as_str(), "source-error");
}

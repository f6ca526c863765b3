//! Receivers on this machine: a mail server and a web server that keep what they are sent.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a request brought.
pub(crate) type Got = (HeaderMap, Bytes);

#[derive(Clone)]
struct Web {
    got: Arc<Mutex<Vec<Got>>>,
    answer: (u16, Option<&'static str>),
}

/// A web server that gives one answer: its status and `Retry-After`.
pub(crate) async fn web(answer: (u16, Option<&'static str>)) -> (String, Arc<Mutex<Vec<Got>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook/s3cret", listener.local_addr().unwrap());
    let web = Web {
        got: Arc::default(),
        answer,
    };
    let got = Arc::clone(&web.got);
    let router = Router::new().fallback(keep).with_state(web);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, got)
}

async fn keep(State(web): State<Web>, headers: HeaderMap, body: Bytes) -> Response {
    web.got.lock().unwrap().push((headers, body));
    let (status, wait) = web.answer;
    let mut response = (StatusCode::from_u16(status).unwrap(), "invalid_token").into_response();
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert("retry-after", wait.parse().unwrap());
    }
    response
}

/// How a mail server behaves.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Manners {
    /// It takes letters.
    Takes,
    /// It takes the connection and says nothing.
    Hangs,
    /// It knows no reader.
    Refuses,
    /// It has no room just now.
    Defers,
}

/// A mail server. What it was sent as data, by letter.
pub(crate) async fn mail(manners: Manners) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let letters: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&letters);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                // A client that goes away ends its own conversation alone.
                let _ended = talk(stream, manners, &kept).await;
            });
        }
    });
    (port, letters)
}

async fn talk(
    stream: TcpStream,
    manners: Manners,
    kept: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    if manners == Manners::Hangs {
        let () = std::future::pending().await;
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 here\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let verb = line.trim_end().to_ascii_uppercase();
        let answer: &[u8] = if verb.starts_with("EHLO") {
            b"250 here\r\n"
        } else if verb.starts_with("RCPT") && manners == Manners::Refuses {
            b"550 no such reader\r\n"
        } else if verb.starts_with("RCPT") && manners == Manners::Defers {
            b"452 no room\r\n"
        } else if verb == "DATA" {
            stream.write_all(b"354 go on\r\n").await?;
            let mut letter = String::new();
            while !letter.ends_with("\r\n.\r\n") {
                stream.read_line(&mut letter).await?;
            }
            kept.lock().unwrap().push(letter);
            b"250 taken\r\n"
        } else {
            b"250 fine\r\n"
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    Ok(())
}

//! A network between the binary and the stack that can keep a request back.
//!
//! A request that has left a process does not die with it: it may wait in a queue on the way and
//! reach the stack when the next run is long at work. The relay holds such a request, whole, for as
//! long as the test likes, and hands it on when its sender is gone.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use tokio::sync::oneshot;

use crate::world::World;

/// More than any request of the tests.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// A request on its way.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    method: Method,
    address: String,
    headers: HeaderMap,
    body: Bytes,
}

/// That the nth changing request from now is kept back, of those with this part in method and
/// address.
struct Order {
    part: &'static str,
    still: usize,
    caught: oneshot::Sender<Letter>,
    go_on: oneshot::Receiver<()>,
}

struct Wire {
    to: String,
    http: Client,
    order: Mutex<Option<Order>>,
}

pub(crate) struct Relay(Arc<Wire>);

impl Relay {
    /// Puts a relay between the binary and the management side of the stack.
    pub(crate) async fn before_the_stack_of(world: &World) -> Self {
        let to = world.running.contentstack().cma_url.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        world.configure(|text| {
            text.replace(
                &format!("management_host = \"{to}\""),
                &format!("management_host = \"{own}\""),
            )
        });
        let wire = Arc::new(Wire {
            to,
            http: Client::new(),
            order: Mutex::new(None),
        });
        let service = Router::new().fallback(carry).with_state(wire.clone());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self(wire)
    }

    /// Keeps the nth changing request from now back, counted from 1: it comes out of the first
    /// channel, and travels on once the second one is told so.
    pub(crate) fn hold(&self, nth: usize) -> (oneshot::Receiver<Letter>, oneshot::Sender<()>) {
        self.hold_to("", nth)
    }

    /// The same among the changing requests with this part in `METHOD ADDRESS`.
    pub(crate) fn hold_to(
        &self,
        part: &'static str,
        nth: usize,
    ) -> (oneshot::Receiver<Letter>, oneshot::Sender<()>) {
        let (caught, letter) = oneshot::channel();
        let (release, go_on) = oneshot::channel();
        *self.0.order.lock().unwrap() = Some(Order {
            part,
            still: nth,
            caught,
            go_on,
        });
        (letter, release)
    }

    /// Brings a request that was kept back to the stack. Nobody waits for the reply.
    pub(crate) async fn deliver(&self, letter: Letter) {
        self.0.send(letter).await;
    }
}

impl Letter {
    fn line(&self) -> String {
        format!("{} {}", self.method, self.address)
    }

    fn is_a_change(&self) -> bool {
        self.method != Method::GET
    }
}

impl Wire {
    /// The order, if this is the request that it waits for.
    fn catches(&self, letter: &Letter) -> Option<Order> {
        let mut order = self.order.lock().unwrap();
        let waiting = order
            .as_mut()
            .filter(|order| letter.is_a_change() && letter.line().contains(order.part))?;
        waiting.still -= 1;
        if waiting.still == 0 {
            order.take()
        } else {
            None
        }
    }

    async fn send(&self, letter: Letter) -> (StatusCode, HeaderMap, Bytes) {
        let call = self
            .http
            .request(letter.method, letter.address)
            .headers(letter.headers)
            .body(letter.body);
        let reply = call.send().await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        (status, headers, reply.bytes().await.unwrap())
    }
}

async fn carry(State(wire): State<Arc<Wire>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut headers = head.headers;
    for hop in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(hop);
    }
    let letter = Letter {
        method: head.method,
        address: format!("{}{}", wire.to, head.uri),
        headers,
        body: to_bytes(body, BODY_LIMIT).await.unwrap(),
    };
    if let Some(order) = wire.catches(&letter) {
        // The test may have ended already.
        let _told = order.caught.send(letter.clone());
        let _told = order.go_on.await;
    }
    let (status, mut headers, body) = wire.send(letter).await;
    for hop in [header::TRANSFER_ENCODING, header::CONNECTION] {
        headers.remove(hop);
    }
    (status, headers, body).into_response()
}

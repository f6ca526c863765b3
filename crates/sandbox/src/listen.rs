//! The socket both stand-ins answer on.
//!
//! A framework's own `serve` hides the connection, and a connection is exactly what goes wrong in
//! real life: it is reset before the request is read, or after the service has acted, or in the
//! middle of a reply. So the accept loop is ours: every request is carried through [`Traffic`]
//! together with the `Line` it came on, and a fault may end that line in the way the fault says.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::traffic::Traffic;

/// How long an orderly stop waits for requests under way before it drops their connections.
const GRACE: Duration = Duration::from_millis(500);

/// Pause after a failed accept (out of descriptors, usually), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The way a fault ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// At once with RST: what was sent may never arrive.
    Reset,
    /// In order, with FIN after what was already written.
    Close,
}

/// The connection a request came on, as far as a fault may touch it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    endings: mpsc::UnboundedSender<Ending>,
}

impl Line {
    fn new() -> (Self, mpsc::UnboundedReceiver<Ending>) {
        let (endings, ended) = mpsc::unbounded_channel();
        (Self { endings }, ended)
    }

    /// Ends the connection; whoever calls this must not answer afterwards.
    pub(crate) fn end(&self, ending: Ending) {
        // The receiver is gone only when the connection already is.
        let _gone = self.endings.send(ending);
    }
}

/// An address that is bound but not served yet, so that its port can be written down first.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    local_addr: SocketAddr,
}

/// Binds `addr`, for instance `127.0.0.1:0` for any free port.
///
/// # Errors
/// What the operating system says: the address does not parse, is taken, or is not ours.
pub async fn bind(addr: &str) -> std::io::Result<Listening> {
    let listener = TcpListener::bind(addr).await?;
    let local_addr = listener.local_addr()?;
    Ok(Listening {
        listener,
        local_addr,
    })
}

impl Listening {
    /// The address in use, with the port that was given when 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The origin to give to clients: `http://ADDRESS:PORT`, no path and no slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.local_addr)
    }

    /// Starts answering with `router`, every request seen, counted and possibly spoiled by
    /// `traffic`.
    #[must_use]
    pub fn serve(self, router: Router, traffic: Arc<Traffic>) -> Serving {
        let (stop, stopped) = watch::channel(false);
        let local_addr = self.local_addr;
        let task = tokio::spawn(accept(self.listener, router, traffic, stopped));
        Serving {
            local_addr,
            stop,
            task,
        }
    }
}

/// A stand-in that answers; dropping it stops accepting too, without waiting.
#[derive(Debug)]
pub struct Serving {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Serving {
    /// The address in use.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops accepting, lets requests under way end within half a second, and closes what is left.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // An error here says only that the accept loop is gone, which is what was asked for.
        let _ended = (&mut self.task).await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    traffic: Arc<Traffic>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    open.spawn(converse(stream, router.clone(), traffic.clone(), stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    let all_ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_ended).await.is_err() {
        open.shutdown().await;
    }
}

/// What happens next on a connection.
enum Turn {
    Spoiled(Ending),
    Done(hyper::Result<()>),
    Stopping,
}

/// One connection, until either side ends it.
async fn converse(
    stream: TcpStream,
    router: Router,
    traffic: Arc<Traffic>,
    mut stopped: watch::Receiver<bool>,
) {
    // Small replies must not wait for an acknowledgement; failing to say so costs only time.
    let _unchanged = stream.set_nodelay(true);
    let (line, mut ended) = Line::new();
    let service = service_fn(move |request: Request<Incoming>| {
        let (traffic, router, line) = (traffic.clone(), router.clone(), line.clone());
        async move { Ok::<_, Infallible>(traffic.carry(request.map(Body::new), router, line).await) }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut stopping = false;
    let ending = loop {
        let turn = tokio::select! {
            biased;
            Some(ending) = ended.recv() => Turn::Spoiled(ending),
            done = &mut connection => Turn::Done(done),
            _ = stopped.changed(), if !stopping => Turn::Stopping,
        };
        match turn {
            Turn::Spoiled(ending) => break ending,
            Turn::Done(Ok(())) => return,
            Turn::Done(Err(error)) => {
                tracing::debug!(%error, "a connection to the sandbox ended early");
                return;
            }
            Turn::Stopping => {
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let stream = connection.into_parts().io.into_inner();
    if ending == Ending::Reset {
        // Without this the drop below would be an orderly close, which a client can tell from a
        // reset.
        let _unchanged = stream.set_zero_linger();
    }
}

//! `serve`: the console, until interrupted.
//!
//! It works beside runs and takes no lock of its own. A title that somebody holds in the console is taken down here by the same
//! run as that of `frontlist hold`, one after the other.

use std::sync::Arc;
use std::time::Duration;

use catalogue::key::WorkKey;
use console::{Looked, Settings};
use jiff::Timestamp;
use serde_json::json;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch::Sender;
use tokio::task::JoinSet;
use url::Url;

use super::{alerts, hold, launch, modules, probe, sandbox};
use crate::arguments::{Format, ServeArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output;
use crate::session::Session;

/// How long a page waits for what is reckoned anew before it is told as it was.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long it is between two looks at the editors' entries.
const BETWEEN_LOOKS: Duration = Duration::from_mins(10);

pub(super) async fn run(arguments: &ServeArguments, session: &Session) -> Result<Ending, Failure> {
    let store = session.store_beside().await?;
    let unserved = |source| {
        Failure::Console(console::Error::Listen {
            address: arguments.listen.clone(),
            source,
        })
    };
    let listener = TcpListener::bind(&arguments.listen)
        .await
        .map_err(unserved)?;
    let address = listener.local_addr().map_err(unserved)?;
    let origins = match &arguments.origin {
        Some(origin) => vec![checked(origin)?],
        None if address.ip().is_loopback() => vec![
            format!("http://{address}"),
            format!("http://localhost:{}", address.port()),
        ],
        None => {
            return Err(Failure::usage(
                Misuse::Arguments,
                format!(
                    "{address} can be reached from other machines, and nobody said under which name"
                ),
                "name the address that people type with --origin, such as https://frontlist.example.com",
            ));
        }
    };
    let first = console::first_link(&store, Timestamp::now()).await?;
    tell(session.format, &origins, first)?;
    tokio::select! {
        served = keep(session, store, listener, origins) => served?,
        () = sandbox::interrupted() => {}
    }
    Ok(Ending::Done)
}

/// Serves the console until it is dropped: takes down what is held there, and looks for the editors' entries now and then.
pub(super) async fn keep(
    session: &Session,
    store: Store,
    listener: TcpListener,
    origins: Vec<String>,
) -> Result<(), Failure> {
    let (held, waiting) = unbounded_channel();
    let (seen, modules) = tokio::sync::watch::channel(Looked::default());
    let configuration = &session.configuration;
    let settings = Settings {
        sites: configuration.sites.clone(),
        policy: configuration.policy.clone(),
        names: configuration.names.clone(),
        rules: launch::rules(None, session)?,
        holidays: configuration.holidays(),
        modules,
        patience: PATIENCE,
        store: store.clone(),
        origins,
        clock: Box::new(Timestamp::now),
        held: Box::new(move |work| {
            if held.send(work).is_err() {
                tracing::warn!("a held title waits for the next sync");
            }
        }),
    };
    let (stack, nothing) = (session.stack()?, Notify::new());
    // A task of its own: whatever is reckoned here, the console answers.
    let mut serving = JoinSet::new();
    serving.spawn(console::serve(listener, settings));
    tokio::select! {
        Some(served) = serving.join_next() => served.map_err(console::Error::Lost)??,
        () = take_down(session, waiting) => {}
        () = look(session, &store, &seen) => {}
        () = alerts::keep(session, &stack, &nothing) => {}
        () = probe::keep(session) => {}
    }
    Ok(())
}

/// Reads the editors' entries, at once and then every few minutes.
async fn look(session: &Session, store: &Store, seen: &Sender<Looked>) {
    loop {
        let now = Timestamp::now();
        match Box::pin(modules::read(session, store, now)).await {
            Ok(found) => {
                seen.send_replace(Looked {
                    found: Some(Arc::new(found)),
                    failed: None,
                });
            }
            Err(failure) => {
                let why = format!("{}: {failure}", failure.code());
                tracing::warn!(code = failure.code(), error = %failure, "the editors' entries could not be read");
                seen.send_modify(|looked| looked.failed = Some((why, now)));
            }
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// The origin of an address that a person named.
fn checked(text: &str) -> Result<String, Failure> {
    let wrong = || {
        Failure::usage(
            Misuse::Arguments,
            format!("--origin `{text}` is no address of a web server"),
            "write scheme and host alone, such as https://frontlist.example.com",
        )
    };
    let url: Url = text.parse().map_err(|_| wrong())?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_bare {
        return Err(wrong());
    }
    Ok(url.origin().ascii_serialization())
}

/// Says where the console is, and how the first admin comes in.
fn tell(format: Format, origins: &[String], first: Option<String>) -> Result<(), Failure> {
    let origin = origins.first().map_or("", String::as_str);
    let link = first.map(|path| format!("{origin}{path}"));
    output::print_as(
        format,
        &json!({ "console": origin, "first_admin": link }),
        || {
            let mut text = format!("The console is at {origin}/ until Ctrl-C.\n");
            if let Some(link) = &link {
                text.push_str(&format!(
                "Nobody has an account yet. This link makes the first admin, once, within a day:\n  {link}\n"
            ));
            }
            text
        },
    )
}

/// Takes down each title that is held, for as long as there is a console.
async fn take_down(session: &Session, mut waiting: UnboundedReceiver<WorkKey>) {
    while let Some(work) = waiting.recv().await {
        match Box::pin(hold::enforce(session, &work)).await {
            Ok(()) => {}
            Err(failure) => tracing::error!(
                code = failure.code(),
                error = %failure,
                work = work.as_str(),
                "a held title is not down yet; the next sync takes it down"
            ),
        }
    }
}

//! `serve`: the console, until interrupted.
//!
//! It works beside runs and takes no lock of its own. What is ordered in the console is done here by the same runs as those of
//! `frontlist hold` and `frontlist replay`, one after the other, takedowns first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use console::{InForce, Looked, Order, Previewed, Settings};
use jiff::Timestamp;
use serde_json::json;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch::Sender;
use tokio::task::JoinSet;
use url::Url;

use super::{alerts, guard, hold, launch, modules, plan, probe, replay, sandbox, sync};
use crate::arguments::{Format, ServeArguments};
use crate::configuration::Origin;
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
        served = keep(session, store, listener, origins, "/") => served?,
        () = sandbox::interrupted() => {}
    }
    Ok(Ending::Done)
}

/// Serves the console until it is dropped: does what is ordered there, and looks for the editors' entries now and then. People
/// begin on the page `opens_on`.
pub(super) async fn keep(
    session: &Session,
    store: Store,
    listener: TcpListener,
    origins: Vec<String>,
    opens_on: &'static str,
) -> Result<(), Failure> {
    let (ordered, waiting) = unbounded_channel();
    let looks = Arc::new(Notify::new());
    let look_now = Arc::clone(&looks);
    let (seen, modules) = tokio::sync::watch::channel(Looked::default());
    let (planned, plans) = tokio::sync::watch::channel(Previewed::default());
    let configuration = &session.configuration;
    let settings = Settings {
        sites: configuration.sites.clone(),
        policy: configuration.policy.clone(),
        names: configuration.names.clone(),
        rules: launch::rules(None, session)?,
        holidays: configuration.holidays(),
        modules,
        plans,
        in_force: in_force(session),
        patience: PATIENCE,
        store: store.clone(),
        origins,
        clock: Box::new(Timestamp::now),
        four_eyes: configuration.four_eyes(),
        opens_on,
        orders: Box::new(move |order| match order {
            Order::Look => look_now.notify_one(),
            order => {
                if ordered.send(order).is_err() {
                    tracing::warn!("what was ordered in the console waits for the next sync");
                }
            }
        }),
    };
    let (stack, nothing) = (session.stack()?, Notify::new());
    // A task of its own: whatever is reckoned here, the console answers.
    let mut serving = JoinSet::new();
    serving.spawn(console::serve(listener, settings));
    tokio::select! {
        Some(served) = serving.join_next() => served.map_err(console::Error::Lost)??,
        () = carry_out(session, waiting, &planned) => {}
        () = look(session, &store, &seen, &looks) => {}
        () = alerts::keep(session, &stack, &nothing) => {}
        () = probe::keep(session) => {}
    }
    Ok(())
}

/// Reads the editors' entries, at once and then every few minutes, or when somebody asks for it.
async fn look(session: &Session, store: &Store, seen: &Sender<Looked>, asked: &Notify) {
    loop {
        let now = Timestamp::now();
        let looked = async {
            let found = modules::read(session, store, now).await?;
            Ok((found, guard::read(session, store, now).await?))
        };
        let looked: Result<_, Failure> = Box::pin(looked).await;
        match looked {
            Ok((found, guarded)) => {
                seen.send_replace(Looked {
                    found: Some(Arc::new(found)),
                    guarded: Some(Arc::new(guarded)),
                    failed: None,
                });
            }
            Err(failure) => {
                let why = format!("{}: {failure}", failure.code());
                tracing::warn!(code = failure.code(), error = %failure, "the editors' entries could not be read");
                seen.send_modify(|looked| looked.failed = Some((why, now)));
            }
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
            () = asked.notified() => {}
        }
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

/// Does what is ordered, for as long as there is a console. What is to be taken down goes before everything else that waits.
async fn carry_out(
    session: &Session,
    mut ordered: UnboundedReceiver<Order>,
    planned: &Sender<Previewed>,
) {
    let mut waiting: VecDeque<Order> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match ordered.recv().await {
                Some(order) => waiting.push_back(order),
                None => return,
            }
        }
        while let Ok(order) = ordered.try_recv() {
            waiting.push_back(order);
        }
        let is_takedown = |order: &Order| matches!(order, Order::TakeDown(_));
        let first = waiting.iter().position(is_takedown).unwrap_or_default();
        let Some(order) = waiting.remove(first) else {
            continue;
        };
        let done = match &order {
            Order::TakeDown(work) => Box::pin(hold::enforce(session, work)).await,
            Order::Replay(records) => Box::pin(replay::again(session, records)).await,
            Order::Preview => {
                preview(session, planned).await;
                Ok(())
            }
            Order::Sync => Box::pin(sync::at_once(session)).await,
            Order::Look => Ok(()),
        };
        if let Err(failure) = done {
            tracing::error!(
                code = failure.code(),
                error = %failure,
                ?order,
                "what was ordered in the console is not done; the next sync goes on with it"
            );
        }
    }
}

/// Works out what the next sync would do, and tells the console.
async fn preview(session: &Session, planned: &Sender<Previewed>) {
    planned.send_modify(|previewed| previewed.is_under_way = true);
    let now = Timestamp::now();
    match Box::pin(plan::preview(session, now)).await {
        Ok(plan) => {
            planned.send_replace(Previewed {
                plan: Some(Arc::new(plan)),
                ..Previewed::default()
            });
        }
        Err(failure) => {
            let why = format!("{}: {failure}. {}", failure.code(), failure.mend());
            tracing::warn!(code = failure.code(), error = %failure, "no plan could be worked out");
            planned.send_modify(|previewed| {
                previewed.is_under_way = false;
                previewed.failed = Some((why, now));
            });
        }
    }
}

/// Every value in force, as `doctor` tells it.
fn in_force(session: &Session) -> Vec<InForce> {
    let settings = session.configuration.settings();
    let told = settings.into_iter().map(|setting| InForce {
        value: match &setting.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        },
        origin: match setting.origin {
            Origin::Line(line) => format!("line {line}"),
            Origin::Default => "default".to_owned(),
        },
        key: setting.key,
    });
    told.collect()
}

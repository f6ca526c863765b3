//! `alerts`: telling people what needs them, by the channels of the configuration. `serve` and `sync --watch` do the same now
//! and then, by [`keep`].

mod look;
mod round;

use std::time::{Duration, Instant};

use contentstack::Stack;
use jiff::Timestamp;
use notify::alert::Open;
use notify::channel::Channel;
use notify::deliver::{Courier, PATIENCE};
use notify::message::{Message, Occasion};
use serde::Serialize;
use serde_json::json;
use store::Store;
use store::alerts::{KeptMessage, KeptSnooze};
use sync::pull::kept_works;
use tokio::sync::Notify;
use uuid::Uuid;

use super::hold::user;
use super::titles::find;
use crate::arguments::{AlertsCommand, SnoozeArguments};
use crate::configuration::{Alerts, spelling};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;
use round::Delivery;

/// How often what waits is sent, at most.
const BETWEEN: Duration = Duration::from_secs(20);

pub(super) async fn run(command: &AlertsCommand, session: &Session) -> Result<Ending, Failure> {
    let store = session.store_beside().await?;
    match command {
        AlertsCommand::Send => send(session, &store).await,
        AlertsCommand::List => list(session, &store).await,
        AlertsCommand::Snooze(arguments) => snooze(arguments, session, &store).await,
        AlertsCommand::Unsnooze { what } => unsnooze(what, session, &store).await,
        AlertsCommand::Test { channel } => test(channel.as_deref(), session).await,
    }
}

/// Looks and sends until it is dropped. `woken` tells that something has just happened. Whatever fails is tried again.
pub(super) async fn keep(session: &Session, stack: &Stack, woken: &Notify) {
    let configuration = &session.configuration;
    if !configuration.has_channels() {
        return std::future::pending().await;
    }
    let mut looked: Option<Instant> = None;
    let mut guarded: Option<Instant> = None;
    loop {
        let is_over = |last: Option<Instant>, every: Duration| {
            last.is_none_or(|last| last.elapsed() >= every)
        };
        let is_due = is_over(looked, configuration.between_looks());
        let guard_due = configuration
            .between_guards()
            .is_some_and(|every| is_over(guarded, every));
        let guard = guard_due.then_some(stack);
        if is_due {
            looked = Some(Instant::now());
            guarded = if guard_due { looked } else { guarded };
        }
        if let Err(failure) = Box::pin(once(session, is_due, guard)).await {
            tracing::error!(code = failure.code(), error = %failure, "people could not be told what needs them");
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN) => {}
            () = woken.notified() => looked = None,
        }
    }
}

async fn once(session: &Session, is_due: bool, guard: Option<&Stack>) -> Result<(), Failure> {
    let store = session.store_beside().await?;
    let alerts = session.configuration.alerts()?;
    if is_due {
        round::note(session, &store, &alerts, guard, Timestamp::now()).await?;
    }
    round::deliver(&store, &alerts).await?;
    Ok(())
}

async fn send(session: &Session, store: &Store) -> Result<Ending, Failure> {
    let alerts = some(session)?;
    let stack = match session.configuration.between_guards() {
        Some(_) => Some(session.stack()?),
        None => None,
    };
    let now = Timestamp::now();
    let open = Box::pin(round::note(session, store, &alerts, stack.as_ref(), now)).await?;
    let deliveries = round::deliver(store, &alerts).await?;
    let told = json!({ "open": open.len(), "messages": deliveries });
    output::print_as(session.format, &told, || sent(open.len(), &deliveries))?;
    Ok(match deliveries.iter().all(|delivery| delivery.sent) {
        true => Ending::Done,
        false => Ending::Partial,
    })
}

fn sent(open: usize, deliveries: &[Delivery]) -> String {
    let mut text = format!("{} open\n", output::plural(open, "thing"));
    for one in deliveries {
        let state = match (&one.trouble, one.again) {
            (None, _) => "sent".to_owned(),
            (Some(trouble), Some(again)) => format!("not sent ({trouble}); again {again}"),
            (Some(trouble), None) => format!("given up ({trouble})"),
        };
        text.push_str(&format!("{}: {}: {state}\n", one.channel, one.subject));
    }
    if deliveries.is_empty() {
        text.push_str("Nothing is to be sent.\n");
    }
    text
}

/// The channels; a mistake where none is configured.
fn some(session: &Session) -> Result<Alerts, Failure> {
    let alerts = session.configuration.alerts()?;
    if alerts.channels.is_empty() {
        return Err(Failure::usage(
            Misuse::Arguments,
            "no channel is configured",
            "add [[alerts.channel]] to the configuration; docs/alerts.md shows how",
        ));
    }
    Ok(alerts)
}

/// What stands open, what waits to be sent, and what is snoozed.
#[derive(Serialize)]
struct Listed {
    open: Vec<Open>,
    messages: Vec<KeptMessage>,
    snoozes: Vec<KeptSnooze>,
}

async fn list(session: &Session, store: &Store) -> Result<Ending, Failure> {
    let now = Timestamp::now();
    let none = Alerts {
        channels: Vec::new(),
        console: None,
    };
    let (decision, _) = Box::pin(round::decided(session, store, &none, None, now)).await?;
    let mut snoozes = store.snoozes().await?;
    snoozes.retain(|one| one.ended_at.is_none() && now < one.until);
    let listed = Listed {
        open: decision.open,
        messages: store.alert_messages().await?,
        snoozes,
    };
    output::print_as(session.format, &listed, || told(&listed))?;
    Ok(Ending::Done)
}

fn told(listed: &Listed) -> String {
    let mut text = String::new();
    if listed.open.is_empty() {
        text.push_str("Nothing stands open.\n");
    } else {
        let mut table = Table::new(["key", "kind", "owner", "due", "says"]);
        for one in &listed.open {
            table.row([
                one.key.clone(),
                one.kind.as_str().to_owned(),
                one.owner.clone().unwrap_or_default(),
                one.due.map_or_else(String::new, |day| day.to_string()),
                one.says.clone(),
            ]);
        }
        text.push_str(&table.to_string());
    }
    for one in &listed.snoozes {
        text.push_str(&format!(
            "{} is snoozed until {} by {}: {}\n",
            one.what, one.until, one.placed_by, one.reason
        ));
    }
    for one in &listed.messages {
        let state = match (one.sent_at, one.given_up_at, &one.trouble) {
            (Some(at), ..) => format!("sent {at}"),
            (None, Some(at), trouble) => {
                format!("given up {at} ({})", trouble.as_deref().unwrap_or_default())
            }
            (None, None, Some(trouble)) => format!("waits until {} ({trouble})", one.next_at),
            (None, None, None) => "waits".to_owned(),
        };
        text.push_str(&format!(
            "{} of {} on {}: {state}\n",
            one.id, one.made_at, one.channel
        ));
    }
    text
}

async fn snooze(
    arguments: &SnoozeArguments,
    session: &Session,
    store: &Store,
) -> Result<Ending, Failure> {
    let now = Timestamp::now();
    let sites: Vec<_> = session.configuration.sites.iter().collect();
    let until = session.instant(Some(arguments.until), &sites);
    if until <= now {
        return Err(Failure::usage(
            Misuse::Arguments,
            format!("{until} is over already"),
            "name an instant to come with --until",
        ));
    }
    if arguments.reason.trim().is_empty() {
        return Err(Failure::usage(
            Misuse::Arguments,
            "a snooze without a reason tells nobody anything",
            "say why with --reason",
        ));
    }
    let one = KeptSnooze {
        id: Uuid::now_v7(),
        what: meant(&arguments.what, store).await?,
        until,
        reason: arguments.reason.trim().to_owned(),
        placed_by: user(),
        placed_at: now,
        ended_by: None,
        ended_at: None,
    };
    store.keep_snooze(&one).await?;
    output::print_as(session.format, &one, || {
        format!("{} is not told until {until}\n", one.what)
    })?;
    Ok(Ending::Done)
}

/// The key of an alert as it stands, or of the work that is meant.
async fn meant(asked: &str, store: &Store) -> Result<String, Failure> {
    let kept = store.alerts().await?;
    if kept.alerts.contains_key(asked) {
        return Ok(asked.to_owned());
    }
    let works = kept_works(store).await?;
    if let Some(work) = find(&works, asked) {
        return Ok(work.key.to_string());
    }
    Err(Failure::usage(
        Misuse::UnknownTitle,
        format!("no alert and no title is `{asked}`"),
        "name a key that `frontlist alerts list` shows, an ISBN or work:ID; alerts are known from the first `frontlist alerts send`",
    ))
}

async fn unsnooze(what: &str, session: &Session, store: &Store) -> Result<Ending, Failure> {
    let key = meant(what, store).await.unwrap_or_else(|_| what.to_owned());
    let ended = store.end_snoozes(&key, &user(), Timestamp::now()).await?;
    if ended == 0 {
        return Err(Failure::usage(
            Misuse::Arguments,
            format!("`{what}` is not snoozed"),
            "name what `frontlist alerts list` shows as snoozed",
        ));
    }
    output::print_as(
        session.format,
        &json!({ "ended": ended, "what": key }),
        || format!("{key} is told again\n"),
    )?;
    Ok(Ending::Done)
}

async fn test(channel: Option<&str>, session: &Session) -> Result<Ending, Failure> {
    let alerts = some(session)?;
    let known: Vec<&str> = alerts
        .channels
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let asked: Vec<&Channel> = match channel {
        None => alerts.channels.iter().collect(),
        Some(name) => {
            let found = alerts.channels.iter().find(|one| one.name == name);
            let unknown = || {
                Failure::usage(
                    Misuse::Arguments,
                    format!("there is no channel `{name}`"),
                    format!("name one of {}", spelling::listed(&known)),
                )
            };
            vec![found.ok_or_else(unknown)?]
        }
    };
    let courier = Courier::new(PATIENCE)?;
    let now = Timestamp::now();
    let sending = asked.iter().map(|channel| {
        let message = probe(channel, alerts.console.as_deref(), now);
        let courier = &courier;
        async move {
            let trouble = courier.deliver(channel, &message, now).await.err();
            Delivery {
                channel: channel.name.clone(),
                subject: message.subject,
                sent: trouble.is_none(),
                trouble: trouble
                    .map(|error| format!("{}: {error}; {}", error.code(), error.mend())),
                again: None,
            }
        }
    });
    let deliveries: Vec<Delivery> = futures_util::future::join_all(sending).await;
    output::print_as(session.format, &deliveries, || tried(&deliveries))?;
    Ok(match deliveries.iter().all(|delivery| delivery.sent) {
        true => Ending::Done,
        false => Ending::Failed,
    })
}

fn tried(deliveries: &[Delivery]) -> String {
    let mut text = String::new();
    for one in deliveries {
        let state = one.trouble.as_ref().map_or_else(
            || "taken; look whether it arrived".to_owned(),
            |trouble| format!("not taken: {trouble}"),
        );
        text.push_str(&format!("{}: {state}\n", one.channel));
    }
    text
}

fn probe(channel: &Channel, console: Option<&str>, now: Timestamp) -> Message {
    Message {
        id: format!("msg_{}", Uuid::now_v7().simple()),
        channel: channel.name.clone(),
        occasion: Occasion::Test,
        at: now,
        subject: "this channel is reached".to_owned(),
        sections: Vec::new(),
        more: 0,
        notes: vec![format!("Sent by `frontlist alerts test {}`.", channel.name)],
        console: console.map(str::to_owned),
    }
}

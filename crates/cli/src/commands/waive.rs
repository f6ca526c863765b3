//! `waive`: a person's word that a launch rule need not hold, for a time.
//!
//! A waiver is written down with who asked and why. It counts once it is granted: at once, or where `[launch] four_eyes`
//! says so by somebody else than who asked.

use jiff::Timestamp;
use launch::error::Error;
use launch::waiver::{Granting, Waiver};
use store::Store;
use store::waivers::{Act, KeptWaiver};
use sync::launches::waiver;
use sync::pull::kept_works;
use uuid::Uuid;

use super::hold::user;
use super::launch::rules;
use super::titles::{find, unknown};
use crate::arguments::{Format, WaiveArguments};
use crate::failure::{Ending, Failure};
use crate::output::{self, Table};
use crate::session::Session;

pub(super) async fn run(arguments: &WaiveArguments, session: &Session) -> Result<Ending, Failure> {
    let store = session.store_beside().await?;
    let granting = Granting {
        four_eyes: session.configuration.four_eyes(),
    };
    let act = Act {
        by: user(),
        at: Timestamp::now(),
    };
    if let Some(id) = &arguments.approve {
        return approve(&store, id, act, granting, session.format).await;
    }
    if let Some(id) = &arguments.end {
        let waiver = open(&store, id, act.at).await?;
        store.end_waiver(waiver.id, &act).await?;
        return told(&store, waiver.id, session.format).await;
    }
    match &arguments.rule {
        Some(rule) => ask(rule, arguments, &store, act, granting, session).await,
        None => list(&store, session.format).await,
    }
}

async fn ask(
    rule: &str,
    arguments: &WaiveArguments,
    store: &Store,
    act: Act,
    granting: Granting,
    session: &Session,
) -> Result<Ending, Failure> {
    rules(None, session)?.waivable(rule)?;
    let sites = session.sites(arguments.site.as_deref())?;
    let works = kept_works(store).await?;
    let work = match &arguments.title {
        Some(title) => match find(&works, title) {
            Some(work) => Some(work.key.to_string()),
            None => return Err(unknown(title, store).await?),
        },
        None => None,
    };
    let asked = Waiver {
        rule: rule.to_owned(),
        work: work.clone(),
        site: arguments.site.clone(),
        reason: arguments.reason.clone().unwrap_or_default(),
        requested_by: act.by.clone(),
        approved_by: None,
        since: act.at,
        until: session.instant(arguments.until, &sites),
    };
    asked.check(act.at)?;
    let kept = KeptWaiver {
        id: Uuid::now_v7(),
        rule: asked.rule.clone(),
        work,
        site: asked.site.clone(),
        until: asked.until,
        reason: asked.reason.trim().to_owned(),
        requested: act.clone(),
        // Where it takes two, it waits for the other.
        approved: asked.approve(&act.by, granting).is_ok().then_some(act),
        ended: None,
    };
    store.ask_waiver(&kept).await?;
    told(store, kept.id, session.format).await
}

async fn approve(
    store: &Store,
    id: &str,
    act: Act,
    granting: Granting,
    format: Format,
) -> Result<Ending, Failure> {
    let kept = open(store, id, act.at).await?;
    waiver(&kept).approve(&act.by, granting)?;
    store.approve_waiver(kept.id, &act).await?;
    told(store, kept.id, format).await
}

/// The waiver of an id that is neither over nor ended.
async fn open(store: &Store, id: &str, now: Timestamp) -> Result<KeptWaiver, Failure> {
    let waivers = store.waivers().await?;
    let why = match waivers.into_iter().find(|one| one.id.to_string() == id) {
        Some(waiver) if waiver.is_open(now) => return Ok(waiver),
        Some(_) => "it is over already",
        None => "there is no waiver of this id; `frontlist waive --list` shows them",
    };
    Err(Error::Waiver {
        rule: id.to_owned(),
        why: why.to_owned(),
    }
    .into())
}

async fn told(store: &Store, id: Uuid, format: Format) -> Result<Ending, Failure> {
    let waivers = store.waivers().await?;
    if let Some(waiver) = waivers.iter().find(|waiver| waiver.id == id) {
        output::print_as(format, waiver, || {
            let state = state(waiver, Timestamp::now());
            let more = match (&waiver.approved, &waiver.ended) {
                (None, None) => {
                    format!("; somebody else grants it: frontlist waive --approve {id}")
                }
                _ => String::new(),
            };
            format!(
                "`{}` for {} on {}, until {}: {state}{more}\n",
                waiver.rule,
                waiver.work.as_deref().unwrap_or("every title"),
                waiver.site.as_deref().unwrap_or("every site"),
                waiver.until
            )
        })?;
    }
    Ok(Ending::Done)
}

fn state(waiver: &KeptWaiver, now: Timestamp) -> String {
    match (&waiver.ended, &waiver.approved) {
        (Some(ended), _) => format!("ended by {}", ended.by),
        _ if !waiver.is_open(now) => "expired".to_owned(),
        (None, Some(approved)) => format!("counts, granted by {}", approved.by),
        (None, None) => "waits to be granted".to_owned(),
    }
}

async fn list(store: &Store, format: Format) -> Result<Ending, Failure> {
    let waivers = store.waivers().await?;
    output::print_as(format, &waivers, || listed(&waivers, Timestamp::now()))?;
    Ok(Ending::Done)
}

fn listed(waivers: &[KeptWaiver], now: Timestamp) -> String {
    if waivers.is_empty() {
        return "No rule was ever waived. `frontlist waive RULE ISBN --until TIME --reason TEXT` waives one."
            .to_owned();
    }
    let mut table = Table::new([
        "rule", "work", "site", "state", "until", "asked", "reason", "id",
    ]);
    for waiver in waivers {
        let asked = output::clock(&waiver.requested.at.to_string());
        table.row([
            waiver.rule.clone(),
            waiver.work.clone().unwrap_or_else(|| "all".to_owned()),
            waiver.site.clone().unwrap_or_else(|| "all".to_owned()),
            state(waiver, now),
            output::clock(&waiver.until.to_string()),
            format!("{asked} by {}", waiver.requested.by),
            waiver.reason.clone(),
            waiver.id.to_string(),
        ]);
    }
    table.to_string()
}

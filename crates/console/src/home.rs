//! What one looks at first: how things stand, what changes soon, which sites there are.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use serde::Deserialize;
use site::forecast::{Change, Turn};
use store::runs::Run;

use crate::board::{Risk, at_risk};
use crate::page::{Answer, Asker, Frame, page};
use crate::reckoned::FARTHEST;
use crate::runs::{Counts, counts, last_reading, summary_of};
use crate::titles::address;
use crate::wording::{ago, clock, local, segment};
use crate::{Console, Shared};

/// How far ahead the home page looks, in days.
const SOON: i64 = 14;

/// How many launches it shows.
const LAUNCHES: usize = 8;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    last: Option<LastRun>,
    running: Vec<String>,
    titles: usize,
    sites: Vec<(String, usize)>,
    rejected: usize,
    pending: usize,
    held: usize,
    risks: Vec<Risk>,
    betrayals: usize,
    waits: usize,
    launches: Vec<Foreseen>,
    findings: Vec<(String, u64)>,
}

/// The last run that read the source.
struct LastRun {
    id: String,
    ago: String,
    at: String,
    outcome: String,
    counts: Counts,
    unconfirmed: u64,
}

/// One change to come, in words.
struct Foreseen {
    at: String,
    site: String,
    title: String,
    link: String,
    what: String,
}

/// How things stand.
pub(crate) async fn home(State(console): Shared, Extension(person): Asker) -> Answer {
    let now = console.now();
    let shelf = console.shelf().await?;
    let runs = console.store().runs(100).await?;
    let last = last_reading(&runs);
    let summary = last.map(summary_of).unwrap_or_default();
    let holds = console.store().holds().await?;
    let reckoned = console.reckoned().await?;
    let launches = reckoned
        .within(now, SOON)
        .filter(|change| change.turns.contains(&Turn::Appears))
        .take(LAUNCHES);
    let sites = console.settings.sites.iter().zip(&shelf.live);
    page(&HomePage {
        last: last.map(|run| LastRun {
            id: run.id.clone(),
            ago: ago(&run.started_at, now),
            at: clock(&run.started_at),
            outcome: run.outcome.clone().unwrap_or_default(),
            counts: counts(run),
            unconfirmed: summary.unconfirmed,
        }),
        running: runs
            .iter()
            .take_while(|run| run.ended_at.is_none())
            .map(|run: &Run| format!("{} since {}", run.command, clock(&run.started_at)))
            .collect(),
        titles: shelf.works.len(),
        betrayals: crate::modules::betrayals(&console),
        waits: crate::waivers::waiting(&console, now).await?.len(),
        risks: at_risk(&reckoned, &console.settings.sites, now),
        sites: sites
            .map(|(site, live)| (site.id.to_string(), *live))
            .collect(),
        rejected: console.store().rejections().await?.len(),
        pending: console.store().pending_records().await?.len(),
        held: holds.iter().filter(|hold| hold.is_active(now)).count(),
        launches: launches.map(|change| told(&console, change)).collect(),
        findings: {
            let mut by_number: Vec<(String, u64)> = summary.finding_codes.into_iter().collect();
            by_number.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
            by_number.truncate(8);
            by_number
        },
        frame: Frame::new("Home", "/", person),
    })
}

fn told(console: &Console, change: &Change) -> Foreseen {
    let site = console.settings.sites.get(&change.site.0);
    Foreseen {
        at: site.map_or_else(
            || change.at.to_string(),
            |site| local(change.at, &site.time_zone),
        ),
        site: change.site.to_string(),
        title: change.title.clone(),
        link: format!("{}?site={}", address(&change.work), segment(&change.site.0)),
        what: change
            .turns
            .iter()
            .map(|turn| in_words(turn, change))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn in_words(turn: &Turn, change: &Change) -> String {
    let state = |state: catalogue::lifecycle::WebState| state.as_str().replace('_', " ");
    let amount = |amount: Option<String>| amount.unwrap_or_else(|| "none".to_owned());
    match turn {
        Turn::Appears => format!(
            "appears: {}",
            change.state.map_or_else(|| "shown".to_owned(), state)
        ),
        Turn::Disappears { reason, .. } => format!("disappears: {reason}"),
        Turn::State { before, after } => format!("{} becomes {}", state(*before), state(*after)),
        Turn::Price { before, after } => format!(
            "price {} becomes {}",
            amount(before.as_ref().map(ToString::to_string)),
            amount(after.as_ref().map(ToString::to_string))
        ),
        Turn::Text { field } => format!("text {field}"),
        Turn::File { field } => format!("file {field}"),
        Turn::Field { field } => field.clone(),
    }
}

#[derive(Deserialize)]
pub(crate) struct Ahead {
    days: Option<i64>,
}

#[derive(Template)]
#[template(path = "forecast.html")]
struct ForecastPage {
    frame: Frame,
    days: i64,
    changes: Vec<Foreseen>,
}

/// What changes by itself.
pub(crate) async fn forecast(
    State(console): Shared,
    Extension(person): Asker,
    Query(ahead): Query<Ahead>,
) -> Answer {
    let days = ahead.days.unwrap_or(30).clamp(1, FARTHEST);
    let reckoned = console.reckoned().await?;
    page(&ForecastPage {
        frame: Frame::new("Forecast", "/forecast", person),
        days,
        changes: reckoned
            .within(console.now(), days)
            .map(|change| told(&console, change))
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "sites.html")]
struct SitesPage {
    frame: Frame,
    sites: Vec<BTreeMap<&'static str, String>>,
}

/// The sites as configured.
pub(crate) async fn sites(State(console): Shared, Extension(person): Asker) -> Answer {
    let shelf = console.shelf().await?;
    let now = console.now();
    let sites = console
        .settings
        .sites
        .iter()
        .zip(&shelf.live)
        .map(|(site, live)| {
            let countries = site.countries.iter().map(ToString::to_string);
            BTreeMap::from([
                ("id", site.id.to_string()),
                ("environment", site.destination.environment.clone()),
                ("locale", site.destination.locale.clone()),
                ("countries", countries.collect::<Vec<_>>().join(", ")),
                ("currency", site.currency.to_string()),
                ("now", local(now, &site.time_zone)),
                ("titles", live.to_string()),
            ])
        });
    page(&SitesPage {
        sites: sites.collect(),
        frame: Frame::new("Sites", "/sites", person),
    })
}

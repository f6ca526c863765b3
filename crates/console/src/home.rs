//! What one looks at first: how things stand, what changes soon, which sites there are.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use catalogue::work::Work;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use site::forecast::{Change, Turn, forecast as foresee};
use store::runs::Run;

use crate::page::{Answer, Asker, Frame, Whole, page};
use crate::runs::{Counts, counts, last_reading, summary_of};
use crate::wording::{ago, clock, local, segment};
use crate::{Console, Shared};

/// How far ahead the home page looks, in days.
const SOON: i64 = 14;

/// How many launches it shows.
const LAUNCHES: usize = 8;

/// How far ahead a forecast may look, in days.
const FARTHEST: i64 = 366;

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
    let changes = changes(&console, now, SOON).await?;
    let launches = changes
        .iter()
        .filter(|change| change.turns.contains(&Turn::Appears))
        .take(LAUNCHES);
    let sites = console.settings.sites.iter().enumerate();
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
        titles: shelf.titles.len(),
        sites: sites
            .map(|(place, site)| {
                let stands = |title: &&crate::catalogue_view::Title| {
                    title.sites.get(place).is_some_and(Option::is_some)
                };
                (
                    site.id.to_string(),
                    shelf.titles.iter().filter(stands).count(),
                )
            })
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

/// What changes by itself within some days.
async fn changes(console: &Whole, now: Timestamp, days: i64) -> Result<Vec<Change>, crate::Error> {
    let shelf = console.shelf().await?;
    let kept = console.store().holds().await?;
    let console = Whole::clone(console);
    let to = now
        .checked_add(SignedDuration::from_hours(days.saturating_mul(24)))
        .unwrap_or(Timestamp::MAX);
    let foreseen = tokio::task::spawn_blocking(move || {
        let Console { settings, .. } = &*console;
        let mut memory = shelf.memory.clone();
        memory.holds = sync::engine::holds(&kept);
        let works: Vec<Work> = shelf
            .titles
            .iter()
            .map(|title| title.work.clone())
            .collect();
        foresee(&works, &settings.sites, &settings.policy, &memory, now, to)
    });
    foreseen
        .await
        .map_err(|error| crate::Error::Secret(error.to_string()))
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
        link: format!(
            "/titles/{}?site={}",
            segment(change.work.as_str()),
            segment(&change.site.0)
        ),
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
    let changes = changes(&console, console.now(), days).await?;
    page(&ForecastPage {
        frame: Frame::new("Forecast", "/forecast", person),
        days,
        changes: changes
            .iter()
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
        .enumerate()
        .map(|(place, site)| {
            let countries = site.countries.iter().map(ToString::to_string);
            let stand = shelf
                .titles
                .iter()
                .filter(|title| title.sites.get(place).is_some_and(Option::is_some));
            BTreeMap::from([
                ("id", site.id.to_string()),
                ("environment", site.destination.environment.clone()),
                ("locale", site.destination.locale.clone()),
                ("countries", countries.collect::<Vec<_>>().join(", ")),
                ("currency", site.currency.to_string()),
                ("now", local(now, &site.time_zone)),
                ("titles", stand.count().to_string()),
            ])
        });
    page(&SitesPage {
        sites: sites.collect(),
        frame: Frame::new("Sites", "/sites", person),
    })
}

//! Titles: finding one, seeing why each site shows it or not, holding it.

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use catalogue::key::WorkKey;
use catalogue::lifecycle::WebState;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use site::explanation::{Explanation, FormatExplanation, Ruling};
use store::holds::KeptHold;
use uuid::Uuid;

use crate::board::{Checked, checked};
use crate::catalogue_view::{NOWHERE, Question, Title, entry_id, memory_of};
use crate::door::record;
use crate::guard::Role;
use crate::modules::{Shown, using};
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::timeline::{self, Event};
use crate::wording::{local, segment};
use crate::{Console, Order, Shared};

/// Titles on one page of the list.
const PAGE: usize = 50;

/// What the list is asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    state: String,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "titles.html")]
struct TitlesPage {
    frame: Frame,
    q: String,
    site: String,
    state: String,
    sites: Vec<String>,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    found: usize,
    all: usize,
    first: usize,
    earlier: Option<String>,
    later: Option<String>,
    run: Option<String>,
}

struct Row {
    link: String,
    name: String,
    by: String,
    isbns: Vec<String>,
    sites: Vec<Standing>,
}

/// A site and what stands there.
struct Standing {
    site: String,
    is_live: bool,
    state: String,
}

/// The titles that answer a question.
pub(crate) async fn list(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let shelf = console.shelf().await?;
    let sites: Vec<String> = console
        .settings
        .sites
        .iter()
        .map(|site| site.id.to_string())
        .collect();
    let place = sites.iter().position(|site| *site == asked.site);
    if place.is_none() && !asked.site.is_empty() {
        return Err(Refusal::NotFound(format!(
            "there is no site `{}`",
            asked.site
        )));
    }
    let question = Question {
        text: asked.q.trim(),
        site: place,
        state: &asked.state,
    };
    let number = asked.page.unwrap_or(1).max(1);
    let skipped = number.saturating_sub(1).saturating_mul(PAGE);
    let mut found = 0_usize;
    let mut rows = Vec::new();
    for title in shelf.find(&question) {
        if found >= skipped && rows.len() < PAGE {
            rows.push(row(title, &sites));
        }
        found += 1;
    }
    let link = |number: usize| {
        format!(
            "/titles?q={}&site={}&state={}&page={number}",
            segment(question.text),
            segment(&asked.site),
            segment(&asked.state)
        )
    };
    let states = WebState::all().map(|state| state.as_str());
    page(&TitlesPage {
        earlier: (number > 1).then(|| link(number.saturating_sub(1))),
        later: (skipped.saturating_add(rows.len()) < found && !rows.is_empty())
            .then(|| link(number.saturating_add(1))),
        first: skipped.saturating_add(1),
        found,
        all: shelf.works.len(),
        rows,
        sites,
        states: states
            .chain([NOWHERE])
            .map(|state| (state.to_owned(), state.replace('_', " ")))
            .collect(),
        run: shelf.run.clone(),
        frame: Frame::new("Titles", "/titles", person),
        q: asked.q,
        site: asked.site,
        state: asked.state,
    })
}

fn row(title: Title<'_>, sites: &[String]) -> Row {
    Row {
        link: address(&title.work.key),
        name: title.work.title.text.clone(),
        by: title.known.by.clone(),
        isbns: title.isbns(),
        sites: standings(title, sites),
    }
}

fn standings(title: Title<'_>, sites: &[String]) -> Vec<Standing> {
    let pairs = sites.iter().zip(&title.known.sites);
    pairs
        .map(|(site, state)| Standing {
            site: site.clone(),
            is_live: state.is_some(),
            state: state
                .as_deref()
                .map_or_else(|| "not live".to_owned(), |state| state.replace('_', " ")),
        })
        .collect()
}

pub(crate) fn address(work: &WorkKey) -> String {
    format!("/titles/{}", segment(work.as_str()))
}

/// Which site's tab is open.
#[derive(Deserialize)]
pub(crate) struct Tab {
    #[serde(default)]
    site: String,
}

#[derive(Template)]
#[template(path = "title.html")]
struct TitlePage {
    frame: Frame,
    name: String,
    by: String,
    key: String,
    address: String,
    uid: Option<String>,
    url: Option<String>,
    records: Vec<String>,
    site: String,
    zone: String,
    tabs: Vec<Standing>,
    explanation: Explanation,
    next_change: Option<String>,
    standing: Standing,
    holds: Vec<Held>,
    timeline: Vec<Event>,
    earliest: String,
    run: Option<String>,
    checklist: Option<Checked>,
    used: Option<Vec<Shown>>,
}

/// A hold in words.
struct Held {
    id: String,
    site: String,
    until: String,
    reason: String,
    by: String,
    placed: String,
}

/// A ruling as an icon and a word.
fn ruled(ruling: &Ruling) -> (&'static str, &'static str, &'static str) {
    match ruling {
        Ruling::Pass => ("✓", "passed", "good"),
        Ruling::Stop => ("✕", "stopped", "bad"),
        Ruling::Note => ("i", "noted", "quiet"),
    }
}

/// What the table of a format's rules is called, to those who do not see what stands above it.
fn rules_of(format: &FormatExplanation) -> String {
    match format.isbn {
        Some(isbn) => format!("Rules for {}, {}", format.form, isbn.hyphenated()),
        None => format!("Rules for {}", format.form),
    }
}

/// A state in words.
fn said(state: &WebState) -> String {
    state.as_str().replace('_', " ")
}

/// One title on one site.
pub(crate) async fn one(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    Query(tab): Query<Tab>,
) -> Answer {
    let now = console.now();
    let shelf = console.shelf().await?;
    let title = shelf.title(&key).ok_or_else(|| unknown(&key))?;
    let sites = &console.settings.sites;
    let names: Vec<String> = sites.iter().map(|site| site.id.to_string()).collect();
    let chosen = match tab.site.as_str() {
        "" => sites.iter().next(),
        id => sites.get(id),
    };
    let site =
        chosen.ok_or_else(|| Refusal::NotFound(format!("there is no site `{}`", tab.site)))?;
    let kept = console.store().holds().await?;
    let memory = memory_of(&shelf, title.work, sync::engine::holds(&kept));
    let policy = &console.settings.policy;
    let explanation = site::explanation::explain(title.work, site, policy, &memory, now);
    let id = entry_id(title.work);
    let tabs = standings(title, &names);
    let standing = standings(title, &names)
        .into_iter()
        .find(|standing| standing.site == site.id.0)
        .ok_or_else(|| unknown(&key))?;
    let reckoned = console.reckoned().await?;
    page(&TitlePage {
        checklist: checked(&reckoned, &title.work.key, &site.id),
        used: using(&console, &title.work.key),
        name: title.work.title.text.clone(),
        by: title.known.by.clone(),
        key: title.work.key.to_string(),
        address: address(&title.work.key),
        uid: title.known.uid.clone(),
        url: shelf.ledger.urls.get(&id).cloned(),
        records: title.work.records.iter().map(ToString::to_string).collect(),
        site: site.id.to_string(),
        zone: site.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        tabs,
        standing,
        next_change: explanation
            .next_change
            .map(|instant| local(instant, &site.time_zone)),
        explanation,
        holds: active(&kept, title, now)
            .map(|hold| held(hold, &site.time_zone))
            .collect(),
        timeline: timeline::of(&console, title.work, &site.time_zone).await?,
        earliest: now.to_zoned(site.time_zone.clone()).date().to_string(),
        run: shelf.run.clone(),
        frame: Frame::new(title.work.title.text.clone(), "/titles", person),
    })
}

fn unknown(key: &str) -> Refusal {
    Refusal::NotFound(format!(
        "no title `{key}` is known; it may have left the source, or not been read yet"
    ))
}

/// The holds on a title that nobody lifted and that have not ended.
fn active<'h>(
    kept: &'h [KeptHold],
    title: Title<'h>,
    now: Timestamp,
) -> impl Iterator<Item = &'h KeptHold> {
    let keys = || std::iter::once(&title.work.key).chain(&title.work.aliases);
    kept.iter()
        .filter(move |hold| hold.is_active(now) && keys().any(|key| key.as_str() == hold.work))
}

fn held(hold: &KeptHold, zone: &TimeZone) -> Held {
    Held {
        id: hold.id.to_string(),
        site: hold.site.clone().unwrap_or_else(|| "every site".to_owned()),
        until: local(hold.until, zone),
        reason: hold.reason.clone(),
        by: hold.placed_by.clone(),
        placed: local(hold.placed_at, zone),
    }
}

/// Holds a title.
pub(crate) async fn hold(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let now = console.now();
    let shelf = console.shelf().await?;
    let title = shelf.title(&key).ok_or_else(|| unknown(&key))?;
    let site = match form.text("site") {
        "" => None,
        id => Some(known_site(&console, id)?),
    };
    let until = until(&console, site.as_deref(), form.text("until"))?;
    if until <= now {
        return Err(Refusal::Wrong("a hold ends at a day to come".into()));
    }
    let reason = form.text("reason").to_owned();
    if reason.is_empty() {
        return Err(Refusal::Wrong(
            "a hold needs a reason: somebody will ask".into(),
        ));
    }
    let hold = KeptHold {
        id: Uuid::now_v7(),
        work: title.work.key.to_string(),
        site,
        until,
        reason,
        placed_by: person.name.clone(),
        placed_at: now,
        lifted_by: None,
        lifted_at: None,
    };
    console.store().place_hold(&hold).await?;
    let detail = format!(
        "from {} until {}: {}",
        hold.site.as_deref().unwrap_or("every site"),
        hold.until,
        hold.reason
    );
    record(&console, &person.name, "held", &hold.work, &detail).await?;
    (console.settings.orders)(Order::TakeDown(title.work.key.clone()));
    Ok(Redirect::to(&address(&title.work.key)).into_response())
}

pub(crate) fn known_site(console: &Console, id: &str) -> Result<String, Refusal> {
    let known = console.settings.sites.get(id);
    known
        .map(|site| site.id.to_string())
        .ok_or_else(|| Refusal::Wrong(format!("there is no site `{id}`")))
}

/// The start of a day where the site is, of the first site where all are meant.
pub(crate) fn until(
    console: &Console,
    site: Option<&str>,
    day: &str,
) -> Result<Timestamp, Refusal> {
    let wrong = || Refusal::Wrong(format!("`{day}` is no day; write one as 2027-03-15"));
    let day: Date = day.parse().map_err(|_| wrong())?;
    let sites = &console.settings.sites;
    let site = match site {
        Some(id) => sites.get(id),
        None => sites.iter().next(),
    };
    let zone = site.map_or(TimeZone::UTC, |site| site.time_zone.clone());
    let midnight = day.to_zoned(zone).map_err(|_| wrong())?;
    Ok(midnight.timestamp())
}

/// Takes a title's records through again.
pub(crate) async fn replay(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    body: Bytes,
) -> Answer {
    person.form(&body)?;
    person.must_be(Role::Editor)?;
    let shelf = console.shelf().await?;
    let title = shelf.title(&key).ok_or_else(|| unknown(&key))?;
    let records = title.work.records.iter().cloned().collect();
    let subject = title.work.key.as_str();
    record(
        &console,
        &person.name,
        "replayed",
        subject,
        "the title's records",
    )
    .await?;
    (console.settings.orders)(Order::Replay(records));
    Ok(Redirect::to(&address(&title.work.key)).into_response())
}

/// Lifts a hold.
pub(crate) async fn lift(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let now = console.now();
    let shelf = console.shelf().await?;
    let title = shelf.title(&key).ok_or_else(|| unknown(&key))?;
    let kept = console.store().holds().await?;
    let Some(hold) =
        active(&kept, title, now).find(|hold| hold.id.to_string() == form.text("hold"))
    else {
        return Err(Refusal::Wrong(
            "that hold no longer stands: somebody lifted it, or it ended".into(),
        ));
    };
    console
        .store()
        .lift_hold(hold.id, &person.name, now)
        .await?;
    let detail = format!("placed by {}: {}", hold.placed_by, hold.reason);
    record(&console, &person.name, "lifted", &hold.work, &detail).await?;
    Ok(Redirect::to(&address(&title.work.key)).into_response())
}

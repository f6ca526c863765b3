//! What the console knows, for programs: `/api/v1`, with the same types as the command line's JSON.
//!
//! It only reads. A program comes with a token that an admin made (`tokens.rs`) and that says what it may read; a session's
//! cookie opens nothing here, so that no page elsewhere can make a browser ask. `openapi.json` describes every answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use catalogue::finding::Finding;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use site::explanation::{Explanation, explain};
use store::runs::{Run, RunRecord};
use store::tokens::ApiToken;
use sync::launches::Candidate;

use crate::catalogue_view::{Question, Title, memory_of};
use crate::findings::last_findings;
use crate::page::Refusal;
use crate::{Console, Shared, secret};

/// What a token may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Titles and their explanations.
    Titles,
    /// Runs and their records.
    Runs,
    /// Findings.
    Findings,
    /// Checklists of launches.
    Launch,
}

impl Scope {
    pub(crate) const ALL: [Self; 4] = [Self::Titles, Self::Runs, Self::Findings, Self::Launch];

    /// The name, as kept and as shown.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Titles => "titles",
            Self::Runs => "runs",
            Self::Findings => "findings",
            Self::Launch => "launch",
        }
    }
}

/// The most items of one answer.
const MOST: usize = 200;

/// Every address, under `/api/v1`.
pub(crate) fn routes(console: &Arc<Console>) -> Router<Arc<Console>> {
    Router::new()
        .route("/titles", get(titles))
        .route("/titles/{key}", get(title))
        .route("/runs", get(runs))
        .route("/runs/{id}", get(run))
        .route("/findings", get(findings))
        .route("/launch", get(launch))
        .fallback(nowhere)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(console),
            with_token,
        ))
        .route("/openapi.json", get(description))
}

/// A refusal as JSON.
#[derive(Debug)]
pub(crate) struct Trouble(Refusal);

impl<E> From<E> for Trouble
where
    Refusal: From<E>,
{
    fn from(error: E) -> Self {
        Self(Refusal::from(error))
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, title, message, mend) = self.0.told();
        let body = json!({ "error": { "title": title, "message": message, "mend": mend } });
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"frontlist\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

type Answer<T> = Result<Json<T>, Trouble>;

/// Lets those through that come with a token that stands.
async fn with_token(State(console): Shared, mut request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION);
    let text = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let given = text.strip_prefix("Bearer ").unwrap_or_default().trim();
    let hash = secret::hash(given);
    match console.store().token(&hash, console.now()).await {
        Ok(Some(token)) => {
            request.extensions_mut().insert(Arc::new(token));
            next.run(request).await
        }
        Ok(None) => Trouble(Refusal::NoToken).into_response(),
        Err(error) => Trouble::from(error).into_response(),
    }
}

type Bearer = Extension<Arc<ApiToken>>;

fn must_read(token: &ApiToken, scope: Scope) -> Result<(), Trouble> {
    if token.scopes.iter().any(|own| own == scope.as_str()) {
        return Ok(());
    }
    Err(Trouble(Refusal::Forbidden(format!(
        "the token `{}` may not read {}; an admin makes one that may, under People",
        token.name,
        scope.as_str()
    ))))
}

async fn nowhere() -> Trouble {
    Trouble(Refusal::NotFound(
        "the API has no such address; /api/v1/openapi.json lists all".into(),
    ))
}

async fn description() -> Response {
    let kind = HeaderValue::from_static("application/json");
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("../openapi.json"),
    )
        .into_response()
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: usize,
    limit: Option<usize>,
}

/// Titles that answer a question.
#[derive(Serialize)]
struct Titles {
    titles: Vec<Brief>,
    found: usize,
    next: Option<usize>,
    run: Option<String>,
}

/// A title, and the state in which each site shows it.
#[derive(Serialize)]
struct Brief {
    key: String,
    title: String,
    contributors: String,
    isbns: Vec<String>,
    entry: Option<String>,
    sites: BTreeMap<String, Option<String>>,
}

fn brief(console: &Console, title: Title<'_>) -> Brief {
    let isbns = title.work.products.iter().filter_map(|one| one.isbn);
    let sites = console.settings.sites.iter().zip(&title.known.sites);
    Brief {
        key: title.work.key.to_string(),
        title: title.work.title.text.clone(),
        contributors: title.known.by.clone(),
        isbns: isbns.map(|isbn| isbn.to_string()).collect(),
        entry: title.known.uid.clone(),
        sites: sites
            .map(|(site, state)| (site.id.to_string(), state.clone()))
            .collect(),
    }
}

/// The place of a site in the order of configuration; none where none is asked for.
fn place(console: &Console, site: &str) -> Result<Option<usize>, Trouble> {
    if site.is_empty() {
        return Ok(None);
    }
    let mut sites = console.settings.sites.iter();
    let found = sites.position(|own| own.id.0 == site);
    found
        .map(Some)
        .ok_or_else(|| Trouble(Refusal::NotFound(format!("there is no site `{site}`"))))
}

async fn titles(
    State(console): Shared,
    Extension(token): Bearer,
    Query(asked): Query<Asked>,
) -> Answer<Titles> {
    must_read(&token, Scope::Titles)?;
    let shelf = console.shelf().await?;
    let question = Question {
        text: asked.q.trim(),
        site: place(&console, &asked.site)?,
        state: &asked.state,
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, MOST);
    let mut found = 0_usize;
    let mut titles = Vec::new();
    for title in shelf.find(&question) {
        if found >= asked.after && titles.len() < limit {
            titles.push(brief(&console, title));
        }
        found += 1;
    }
    let last = asked.after.saturating_add(titles.len());
    Ok(Json(Titles {
        next: (last < found && !titles.is_empty()).then_some(last),
        titles,
        found,
        run: shelf.run.clone(),
    }))
}

/// A title with why each site shows it or not.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    brief: Brief,
    url: Option<String>,
    explanations: Vec<Explanation>,
    run: Option<String>,
}

async fn title(
    State(console): Shared,
    Extension(token): Bearer,
    Path(key): Path<String>,
) -> Answer<Whole> {
    must_read(&token, Scope::Titles)?;
    let now = console.now();
    let shelf = console.shelf().await?;
    let title = shelf
        .title(&key)
        .ok_or_else(|| Refusal::NotFound(format!("no title `{key}` is known")))
        .map_err(Trouble)?;
    let holds = sync::engine::holds(&console.store().holds().await?);
    let memory = memory_of(&shelf, title.work, holds);
    let policy = &console.settings.policy;
    let sites = console.settings.sites.iter();
    Ok(Json(Whole {
        brief: brief(&console, title),
        url: shelf
            .ledger
            .urls
            .get(&crate::catalogue_view::entry_id(title.work))
            .cloned(),
        explanations: sites
            .map(|site| explain(title.work, site, policy, &memory, now))
            .collect(),
        run: shelf.run.clone(),
    }))
}

/// A run, its summary as JSON rather than as text.
#[derive(Serialize)]
struct Told {
    id: String,
    command: String,
    source: String,
    started_at: String,
    ended_at: Option<String>,
    outcome: Option<String>,
    summary: Option<Value>,
}

fn told(run: Run) -> Told {
    Told {
        summary: run
            .summary
            .and_then(|summary| serde_json::from_str(&summary).ok()),
        id: run.id,
        command: run.command,
        source: run.source,
        started_at: run.started_at,
        ended_at: run.ended_at,
        outcome: run.outcome,
    }
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

/// The last runs.
#[derive(Serialize)]
struct Runs {
    runs: Vec<Told>,
}

async fn runs(
    State(console): Shared,
    Extension(token): Bearer,
    Query(asked): Query<Limit>,
) -> Answer<Runs> {
    must_read(&token, Scope::Runs)?;
    let limit = asked.limit.unwrap_or(50).clamp(1, MOST);
    let limit = i64::try_from(limit).unwrap_or(1);
    let runs = console.store().runs(limit).await?;
    Ok(Json(Runs {
        runs: runs.into_iter().map(told).collect(),
    }))
}

/// A run with its records.
#[derive(Serialize)]
struct RunWhole {
    #[serde(flatten)]
    run: Told,
    records: Vec<RunRecord>,
}

async fn run(
    State(console): Shared,
    Extension(token): Bearer,
    Path(id): Path<String>,
) -> Answer<RunWhole> {
    must_read(&token, Scope::Runs)?;
    let runs = console.store().runs(crate::runs::SEARCHED).await?;
    let found = runs.into_iter().find(|run| run.id == id);
    let run = found
        .ok_or_else(|| Refusal::NotFound(format!("there is no run `{id}`")))
        .map_err(Trouble)?;
    let records = console.store().run_records(&run.id).await?;
    Ok(Json(RunWhole {
        run: told(run),
        records,
    }))
}

/// What is wrong in the data as last read.
#[derive(Serialize)]
struct Findings {
    run: Option<String>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn findings(
    State(console): Shared,
    Extension(token): Bearer,
    Query(asked): Query<Code>,
) -> Answer<Findings> {
    must_read(&token, Scope::Findings)?;
    let (run, mut findings) = last_findings(&console).await?;
    findings.retain(|one| asked.code.is_empty() || one.code.as_str() == asked.code);
    Ok(Json(Findings {
        run: run.map(|run| run.id),
        findings,
    }))
}

#[derive(Deserialize)]
struct Site {
    #[serde(default)]
    site: String,
}

/// Titles about to be published.
#[derive(Serialize)]
struct Launches {
    at: Timestamp,
    launches: Vec<Candidate>,
}

async fn launch(
    State(console): Shared,
    Extension(token): Bearer,
    Query(asked): Query<Site>,
) -> Answer<Launches> {
    must_read(&token, Scope::Launch)?;
    place(&console, &asked.site)?;
    let reckoned = console.reckoned().await?;
    let launches = reckoned.board.iter();
    let here = |one: &&Candidate| asked.site.is_empty() || one.checklist.site == asked.site;
    Ok(Json(Launches {
        at: reckoned.at,
        launches: launches.filter(here).cloned().collect(),
    }))
}

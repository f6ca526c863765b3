//! Bulk publishing, and the jobs that it leaves behind.
//!
//! One request names items, environments and locales, and each combination succeeds or fails for
//! itself; the reply says only that a job was taken. How many items a request may hold is told in
//! three ways (10, 50, 100), so it is a setting here, 10 unless changed. The exact shapes of a
//! job's summary and items are not publicly known: a client must read them tolerantly. On order
//! (`POST /_sandbox/bulk_item_faults`) an item fails, so that a job that is partly done can be
//! tested.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, text, texts};
use super::errors::{MISSING, Refusal};
use super::governance;
use super::publishing::{self, Action, Step, Subject};
use super::routes::{Route, bulk_post, get};
use super::stack::{MASTER_LOCALE, Stack};

pub(crate) const ROUTES: &[Route] = &[
    bulk_post("/v3/bulk/publish", publish),
    bulk_post("/v3/bulk/unpublish", unpublish),
    get("/v3/bulk/jobs/{job}", show),
    get("/v3/bulk/jobs/{job}/items", items),
];

/// Locales and environments that one request may name (Contentstack: bulk publish, 10 by 10 by 10).
const TARGET_LIMIT: usize = 10;

/// Jobs that are remembered; the oldest go first.
const JOB_LIMIT: usize = 10_000;

/// One bulk request and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    uid: String,
    action: Action,
    environments: Vec<String>,
    locales: Vec<String>,
    items: Vec<Item>,
    created_at: String,
    /// The job counts as running until then.
    done_at: Timestamp,
}

/// One item in one environment and locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    uid: String,
    kind: String,
    content_type: Option<String>,
    environment: String,
    locale: String,
    version: Option<u32>,
    error: Option<String>,
}

impl Item {
    fn status(&self) -> &'static str {
        if self.error.is_none() {
            "success"
        } else {
            "failed"
        }
    }

    fn view(&self) -> Value {
        json!({
            "uid": self.uid,
            "type": self.kind,
            "content_type": self.content_type,
            "environment": self.environment,
            "locale": self.locale,
            "version": self.version,
            "status": self.status(),
            "error": self.error,
        })
    }
}

impl Job {
    fn view(&self, api_key: &str, now: Timestamp) -> Value {
        let failed = self
            .items
            .iter()
            .filter(|item| item.error.is_some())
            .count();
        let done = now >= self.done_at;
        json!({
            "uid": self.uid,
            "api_key": api_key,
            "status": if done { "complete" } else { "in_progress" },
            "action": self.action.name(),
            "summary": {
                "total_items": self.items.len(),
                "success": if done { self.items.len() - failed } else { 0 },
                "failed": if done { failed } else { 0 },
            },
            "body": {"environments": self.environments, "locales": self.locales},
            "created_at": self.created_at,
        })
    }
}

/// Jobs are only spoken of in version 3.2 of the interface.
pub(crate) fn check_api_version(ask: &Ask) -> Result<(), Refusal> {
    if ask.header("api_version") == Some("3.2") {
        return Ok(());
    }
    Err(
        Refusal::invalid(141, "This call needs the header 'api_version: 3.2'.")
            .because("api_version", "is not valid."),
    )
}

/// One thing that a request names.
struct Named {
    subject: Subject,
    version: Option<(String, u32)>,
}

impl Named {
    /// A step for each environment and locale.
    fn steps(&self, action: Action, environments: &[String], locales: &[String]) -> Vec<Step> {
        let places = environments
            .iter()
            .flat_map(|name| locales.iter().map(move |code| (name, code)));
        places
            .map(|(environment, locale)| Step {
                action,
                subject: self.subject.clone(),
                environment: environment.clone(),
                locale: locale.clone(),
                version: self.version.clone(),
            })
            .collect()
    }
}

fn rows<'a>(body: &'a Object, field: &str) -> Result<Vec<&'a Object>, Refusal> {
    let wrong = || Refusal::shape(field, "is not a list of objects.");
    match body.get(field) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(rows)) => rows
            .iter()
            .map(|row| row.as_object().ok_or_else(wrong))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// The uid of a row. An empty one is answered with 412, as seen of the service.
fn row_uid(row: &Object) -> Result<String, Refusal> {
    match text(row, "uid") {
        Some(uid) if !uid.is_empty() => Ok(uid.to_owned()),
        _ => Err(Refusal::new(StatusCode::PRECONDITION_FAILED, 141, MISSING)
            .because("uid", "is not valid.")),
    }
}

fn version(stack: &Stack, row: &Object) -> Result<Option<(String, u32)>, Refusal> {
    let number = match row.get("version") {
        None | Some(Value::Null) => return Ok(None),
        Some(number) => number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok()),
    };
    let number = number.ok_or_else(|| Refusal::shape("version", "is not a whole number."))?;
    let locale = text(row, "locale").unwrap_or(MASTER_LOCALE);
    stack.asked_locale(Some(locale))?;
    Ok(Some((locale.to_owned(), number)))
}

fn named(stack: &Stack, body: &Object) -> Result<Vec<Named>, Refusal> {
    let mut named = Vec::new();
    for row in rows(body, "entries")? {
        let uid = row_uid(row)?;
        let content_type = text(row, "content_type").or_else(|| text(row, "content_type_uid"));
        let content_type = content_type
            .ok_or_else(|| Refusal::shape("content_type", "is a required field."))?
            .to_owned();
        let subject = Subject::Entry { content_type, uid };
        named.push(Named {
            subject,
            version: version(stack, row)?,
        });
    }
    for row in rows(body, "assets")? {
        let subject = Subject::Asset { uid: row_uid(row)? };
        named.push(Named {
            subject,
            version: version(stack, row)?,
        });
    }
    let limit = stack.setup.bulk_items;
    if named.is_empty() || named.len() > limit {
        let message = format!("name {} items; a request takes 1 to {limit}.", named.len());
        return Err(Refusal::shape("entries", message));
    }
    Ok(named)
}

/// The environments and locales of a request: 1 to 10 of each, all of which exist.
fn targets(stack: &Stack, body: &Object) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let environments = texts(body, "environments")?;
    let locales = texts(body, "locales")?;
    for (field, list) in [("environments", &environments), ("locales", &locales)] {
        if list.is_empty() || list.len() > TARGET_LIMIT {
            let message = format!("are {}; a request takes 1 to {TARGET_LIMIT}.", list.len());
            return Err(Refusal::shape(field, message));
        }
    }
    publishing::environments(stack, &environments)?;
    publishing::locales(stack, &locales)?;
    Ok((environments, locales))
}

fn settle(stack: &mut Stack, ask: &Ask, action: Action) -> Result<Answer, Refusal> {
    let body = ask.object()?;
    let named = named(stack, &body)?;
    let (environments, locales) = targets(stack, &body)?;
    let at = publishing::due(stack, ask, text(&body, "scheduled_at"))?;
    let steps: Vec<Step> = named
        .iter()
        .flat_map(|one| one.steps(action, &environments, &locales))
        .collect();
    governance::obey(stack, ask, &steps)?;
    let mut items = Vec::new();
    for one in named {
        let faulty = spend_fault(stack, one.subject.uid());
        for step in one.steps(action, &environments, &locales) {
            let (environment, locale) = (step.environment.clone(), step.locale.clone());
            let Named { subject, version } = &one;
            let error = if faulty {
                Some("The item was failed by a fault on order.".to_owned())
            } else {
                let checked = step.check(stack);
                let taken = checked.and_then(|()| publishing::take(stack, ask.now, at, step));
                taken.err().map(|refusal| refusal.message)
            };
            let (kind, content_type) = match subject {
                Subject::Entry { content_type, .. } => ("entry", Some(content_type.clone())),
                Subject::Asset { .. } => ("asset", None),
            };
            items.push(Item {
                uid: subject.uid().to_owned(),
                kind: kind.to_owned(),
                content_type,
                environment,
                locale,
                version: version.as_ref().map(|(_, number)| *number),
                error,
            });
        }
    }
    let job = file(stack, ask, action, environments, locales, items, at);
    let notice = format!(
        "Your bulk {} request is in progress. Please check publish queue for more details.",
        action.name()
    );
    Ok(Answer::ok(json!({"notice": notice, "job_id": job})))
}

/// Whether this item was to fail, once less from now on.
fn spend_fault(stack: &mut Stack, uid: &str) -> bool {
    match stack.item_faults.get_mut(uid) {
        Some(times) if *times > 0 => {
            *times -= 1;
            true
        }
        _ => false,
    }
}

/// Remembers a job, and gives its uid.
fn file(
    stack: &mut Stack,
    ask: &Ask,
    action: Action,
    environments: Vec<String>,
    locales: Vec<String>,
    items: Vec<Item>,
    done_at: Timestamp,
) -> String {
    let uid = stack.fresh_uid("job");
    let created_at = stamp(ask.now);
    let job = Job {
        uid: uid.clone(),
        action,
        environments,
        locales,
        items,
        created_at,
        done_at,
    };
    if stack.jobs.len() >= JOB_LIMIT {
        stack.jobs.pop_front();
    }
    stack.jobs.push_back(Arc::new(job));
    uid
}

/// The job of a publication of whole taxonomies, which is done at once.
pub(crate) fn settled_taxonomies(
    stack: &mut Stack,
    ask: &Ask,
    action: Action,
    environments: Vec<String>,
    locales: Vec<String>,
    uids: &[String],
) -> String {
    let mut items = Vec::new();
    for uid in uids {
        for (environment, locale) in environments
            .iter()
            .flat_map(|name| locales.iter().map(move |code| (name, code)))
        {
            items.push(Item {
                uid: uid.clone(),
                kind: "taxonomy".to_owned(),
                content_type: None,
                environment: environment.clone(),
                locale: locale.clone(),
                version: None,
                error: None,
            });
        }
    }
    file(stack, ask, action, environments, locales, items, ask.now)
}

fn publish(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    settle(stack, ask, Action::Publish)
}

fn unpublish(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    settle(stack, ask, Action::Unpublish)
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Job, Refusal> {
    check_api_version(ask)?;
    let uid = ask.parameter("job");
    // The newest are asked for most.
    let found = stack.jobs.iter().rev().find(|job| job.uid == uid);
    found.map(Arc::as_ref).ok_or_else(Refusal::missing)
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let api_key = stack.credentials().api_key;
    Ok(Answer::ok(find(stack, ask)?.view(&api_key, ask.now)))
}

fn items(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let job = find(stack, ask)?;
    let wanted = |name: &str, value: Option<&str>| {
        ask.first(name).is_none_or(|wanted| Some(wanted) == value)
    };
    let running = ask.now < job.done_at;
    let views: Vec<Value> = job
        .items
        .iter()
        .filter(|item| !running && wanted("status", Some(item.status())))
        .filter(|item| wanted("type", Some(&item.kind)))
        .filter(|item| wanted("ct", item.content_type.as_deref()))
        .map(Item::view)
        .collect();
    Answer::list(ask, "items", views)
}

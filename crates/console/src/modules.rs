//! Modules: the editors' entries that refer to titles, and what is wrong with them.
//!
//! They live in the stack, so somebody must have looked there: the console is handed what was found, and never asks while a
//! person waits.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect};
use catalogue::finding::Finding;
use catalogue::key::WorkKey;
use jiff::Timestamp;
use serde::Deserialize;
use site::integrity::Inspected;
use sync::guard::Guarded;
use sync::modules::Modules;

use crate::catalogue_view::Shelf;
use crate::page::{Answer, Asker, Frame, page};
use crate::runs::weight;
use crate::titles::address;
use crate::wording::clock;
use crate::{Console, Order, Shared};

/// Modules on the page: past it the page says how many more there are.
const ROWS: usize = 500;

/// What was found in the stack, and when.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// What was found the last time that it could be read.
    pub found: Option<Arc<Modules>>,
    /// What the editors' texts and files say of titles that no site may announce, as last searched.
    pub guarded: Option<Arc<Guarded>>,
    /// Why it could not be read since: the sentence, and when.
    pub failed: Option<(String, Timestamp)>,
}

#[derive(Template)]
#[template(path = "modules.html")]
struct ModulesPage {
    frame: Frame,
    at: Option<String>,
    failed: Option<(String, String)>,
    types: String,
    modules: Vec<Shown>,
    more: usize,
    unread: Vec<Found>,
    betrayals: Vec<Betrayal>,
    searched: Option<(usize, usize, usize)>,
    is_looking: bool,
}

/// A text or a file that gives away a title that no site may announce.
struct Betrayal {
    found: Found,
    /// The entry or asset.
    place: String,
    /// The title's page, which says why it is kept quiet.
    title: Option<String>,
}

/// A module on a site.
pub(crate) struct Shown {
    pub(crate) site: String,
    pub(crate) content_type: String,
    pub(crate) title: String,
    pub(crate) uid: String,
    pub(crate) live: String,
    pub(crate) shows: String,
    hidden: Vec<(String, Option<String>, String)>,
    findings: Vec<Found>,
}

/// A finding in words.
struct Found {
    weight: (&'static str, &'static str, &'static str),
    code: String,
    says: String,
    field: String,
}

fn found(finding: &Finding) -> Found {
    Found {
        weight: weight(finding.severity),
        code: finding.code.to_string(),
        says: finding.message.clone(),
        field: finding.at.field.clone().unwrap_or_default(),
    }
}

fn shown(one: &Inspected) -> Shown {
    let hidden = one.titles.iter().filter(|title| !title.visible);
    Shown {
        site: one.site.to_string(),
        content_type: one.module.content_type.clone(),
        title: one.module.title.clone(),
        uid: one.module.uid.clone(),
        live: one.module.from.map_or_else(
            || "now".to_owned(),
            |from| format!("from {}", clock(&from.to_string())),
        ),
        shows: format!("{} of {}", one.shows, one.titles.len()),
        hidden: hidden
            .map(|title| {
                (
                    title.title.clone().unwrap_or_else(|| title.entry.clone()),
                    title.work.as_ref().map(address),
                    title.reason.to_string(),
                )
            })
            .collect(),
        findings: one.findings.iter().map(found).collect(),
    }
}

/// How many texts and files give titles away, as last searched.
pub(crate) fn betrayals(console: &Console) -> usize {
    let looked = console.settings.modules.borrow();
    looked
        .guarded
        .as_ref()
        .map_or(0, |guarded| guarded.findings.len())
}

fn betrayal(finding: &Finding, shelf: &Shelf) -> Betrayal {
    // The guard names the title by its key, never by its name.
    let mut words = finding.message.split([' ', ',']);
    let title = words.find_map(|word| shelf.title(word));
    Betrayal {
        found: found(finding),
        place: finding.at.record.clone().unwrap_or_default(),
        title: title.map(|title| address(&title.work.key)),
    }
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    looking: Option<String>,
}

/// Has somebody look into the stack now.
pub(crate) async fn look(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    person.form(&body)?;
    (console.settings.orders)(Order::Look);
    Ok(Redirect::to("/modules?looking=now").into_response())
}

/// The modules, those with something wrong first.
pub(crate) async fn list(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let shelf = console.shelf().await?;
    let looked = console.settings.modules.borrow().clone();
    let found_there = looked.found.as_deref();
    let mut inspected: Vec<&Inspected> = found_there
        .map(|found| found.modules.iter().collect())
        .unwrap_or_default();
    inspected.sort_by_key(|one| one.findings.is_empty());
    let more = inspected.len().saturating_sub(ROWS);
    page(&ModulesPage {
        frame: Frame::new("Modules", "/modules", person),
        is_looking: asked.looking.is_some(),
        betrayals: {
            let guarded = looked.guarded.iter();
            let findings = guarded.flat_map(|guarded| &guarded.findings);
            findings.map(|one| betrayal(one, &shelf)).collect()
        },
        searched: looked
            .guarded
            .as_ref()
            .map(|guarded| (guarded.titles, guarded.entries, guarded.files)),
        at: found_there.map(|found| clock(&found.at.to_string())),
        failed: looked
            .failed
            .as_ref()
            .map(|(why, at)| (why.clone(), clock(&at.to_string()))),
        types: found_there
            .map(|found| found.content_types.join(", "))
            .unwrap_or_default(),
        modules: inspected.into_iter().take(ROWS).map(shown).collect(),
        more,
        unread: found_there
            .map(|modules| modules.findings.iter().map(found).collect())
            .unwrap_or_default(),
    })
}

/// Where a title is used; nothing where nobody has looked yet.
pub(crate) fn using(console: &Console, work: &WorkKey) -> Option<Vec<Shown>> {
    let looked = console.settings.modules.borrow().clone();
    let modules = looked.found?;
    let uses = modules.modules.iter().filter(|one| {
        let mut titles = one.titles.iter();
        titles.any(|title| title.work.as_ref() == Some(work))
    });
    Some(uses.map(shown).collect())
}

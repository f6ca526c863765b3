//! Modules: the editors' entries that refer to titles, and what is wrong with them.
//!
//! They live in the stack, so somebody must have looked there: the console is handed what was found, and never asks while a
//! person waits.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use catalogue::finding::Finding;
use catalogue::key::WorkKey;
use jiff::Timestamp;
use site::integrity::Inspected;
use sync::modules::Modules;

use crate::page::{Answer, Asker, Frame, page};
use crate::runs::weight;
use crate::titles::address;
use crate::wording::clock;
use crate::{Console, Shared};

/// Modules on the page: past it the page says how many more there are.
const ROWS: usize = 500;

/// What was found in the stack, and when.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// What was found the last time that it could be read.
    pub found: Option<Arc<Modules>>,
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

/// The modules, those with something wrong first.
pub(crate) async fn list(State(console): Shared, Extension(person): Asker) -> Answer {
    let looked = console.settings.modules.borrow().clone();
    let found_there = looked.found.as_deref();
    let mut inspected: Vec<&Inspected> = found_there
        .map(|found| found.modules.iter().collect())
        .unwrap_or_default();
    inspected.sort_by_key(|one| one.findings.is_empty());
    let more = inspected.len().saturating_sub(ROWS);
    page(&ModulesPage {
        frame: Frame::new("Modules", "/modules", person),
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

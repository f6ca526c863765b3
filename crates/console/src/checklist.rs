//! The checklist of one title on one site: every line with what was seen, what is still to be done first, and a person's word
//! that a line need not hold.
//!
//! The board is reckoned now and then; this is asked anew each time, so that whoever waives a line sees it waived.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use launch::checklist::{Item, Outcome};
use launch::rule::Severity;
use serde::Deserialize;
use sync::launches::Candidate;

use crate::Shared;
use crate::board::{Sign, link, readiness};
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::waivers::Waiting;
use crate::wording::{local, segment};

/// A line's outcome, as the console shows it.
fn sign(item: &Item) -> Sign {
    let (icon, word) = item.sign();
    let weight = match (item.outcome, item.severity) {
        (Outcome::Pass, _) => "good",
        (Outcome::Fail, Severity::Blocker) => "bad",
        (Outcome::Fail, Severity::Warning) | (Outcome::Unknown, _) => "warn",
        _ => "quiet",
    };
    (icon, word, weight)
}

#[derive(Deserialize)]
pub(crate) struct Tab {
    #[serde(default)]
    site: String,
}

#[derive(Template)]
#[template(path = "checklist.html")]
struct ChecklistPage {
    frame: Frame,
    title: String,
    isbn: String,
    publication: String,
    title_link: String,
    tabs: Vec<(String, String, Sign)>,
    site: String,
    sign: Sign,
    missing: usize,
    applicable: usize,
    score: (u32, u32),
    open: Vec<Line>,
    rest: Vec<Line>,
    at: String,
    earliest: String,
    key: String,
    zone: String,
    four_eyes: bool,
}

/// One line of a checklist.
struct Line {
    rule: String,
    sign: Sign,
    says: String,
    evidence: Vec<String>,
    due: String,
    pressing: Option<&'static str>,
    owner: String,
    place: &'static str,
    to_do: String,
    can_be_waived: bool,
    /// Who asked for a waiver that nobody has granted yet.
    asked: Option<String>,
}

fn line(item: &Item, of: &Candidate, waiting: &[Waiting]) -> Line {
    let checklist = &of.checklist;
    let asked = waiting.iter().find(|one| {
        one.waiver
            .covers(&item.rule, &checklist.work, &checklist.site)
    });
    let evidence = item.evidence.iter();
    Line {
        rule: item.rule.clone(),
        sign: sign(item),
        says: item.says.clone(),
        evidence: evidence
            .map(|seen| format!("{}: {}", seen.fact, seen.saw))
            .collect(),
        due: item.due.map_or_else(String::new, |day| day.to_string()),
        pressing: item.pressing(),
        owner: item.owner.clone(),
        place: item.place.in_words(),
        to_do: match item.outcome {
            Outcome::Waived => item.waived.clone().unwrap_or_default(),
            _ if item.is_open() => item.mend.clone(),
            _ => String::new(),
        },
        can_be_waived: item.is_open(),
        asked: asked
            .filter(|_| item.is_open())
            .map(|one| one.waiver.requested_by.clone()),
    }
}

/// The lines of one title on one site, what is still to be done first.
pub(crate) async fn checklist(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    Query(tab): Query<Tab>,
) -> Answer {
    let shelf = console.shelf().await?;
    let now = console.now();
    let of_title: Vec<Candidate> = match shelf.title(&key) {
        Some(title) => console.checklists_of(&shelf, title.work, now).await?,
        None => Vec::new(),
    };
    let waiting = crate::waivers::waiting(&console, now).await?;
    let chosen = of_title
        .iter()
        .find(|candidate| tab.site.is_empty() || candidate.checklist.site == tab.site);
    let Some(candidate) = chosen else {
        return Err(Refusal::NotFound(format!(
            "no launch of `{key}` is near there: a title is on the board from 180 days before its publication to 14 days after"
        )));
    };
    let mut open: Vec<&Item> = Vec::new();
    let mut rest: Vec<&Item> = Vec::new();
    for item in &candidate.checklist.items {
        if item.is_open() {
            open.push(item);
        } else {
            rest.push(item);
        }
    }
    open.sort_by_key(|item| {
        let is_unknown = item.outcome != Outcome::Fail;
        (item.severity, is_unknown, item.due.is_none(), item.due)
    });
    let site = console.settings.sites.get(&candidate.checklist.site);
    let zone = site.map_or(jiff::tz::TimeZone::UTC, |site| site.time_zone.clone());
    page(&ChecklistPage {
        title: candidate.title.clone(),
        isbn: candidate.isbn13.clone().unwrap_or_default(),
        publication: candidate.publication.clone().unwrap_or_default(),
        title_link: format!(
            "/titles/{}?site={}",
            segment(&key),
            segment(&candidate.checklist.site)
        ),
        tabs: of_title
            .iter()
            .map(|one| {
                (
                    one.checklist.site.clone(),
                    link(one),
                    readiness(one.readiness),
                )
            })
            .collect(),
        site: candidate.checklist.site.clone(),
        sign: readiness(candidate.readiness),
        missing: candidate.missing,
        applicable: candidate.applicable,
        score: candidate.score,
        open: open
            .into_iter()
            .map(|item| line(item, candidate, &waiting))
            .collect(),
        rest: rest
            .into_iter()
            .map(|item| line(item, candidate, &waiting))
            .collect(),
        at: local(now, &zone),
        earliest: now
            .to_zoned(zone.clone())
            .date()
            .tomorrow()
            .map(|day| day.to_string())
            .unwrap_or_default(),
        key: key.clone(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        four_eyes: console.settings.four_eyes,
        frame: Frame::new(format!("Launch of {}", candidate.title), "/launch", person),
    })
}

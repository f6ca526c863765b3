//! The launch board: what is missing before titles go live, week by week, down to the line, who mends it, and by when.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use catalogue::key::WorkKey;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use launch::checklist::{Item, Outcome, Readiness};
use launch::rule::Severity;
use serde::Deserialize;
use site::policy::{SiteId, Sites};
use sync::launches::Candidate;

use crate::Shared;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::reckoned::Reckoned;
use crate::wording::{local, segment};

/// Titles of one week on the page: past it the page says how many more there are.
const ROWS: usize = 300;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    week: String,
    #[serde(default)]
    site: String,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    weeks: Vec<Week>,
    week: String,
    site: String,
    choices: Vec<String>,
    sites: Vec<String>,
    rows: Vec<Row>,
    more: usize,
    at: String,
}

/// A week with launches.
struct Week {
    name: String,
    first: Date,
    link: String,
    counts: [(Sign, usize); 3],
    is_open: bool,
}

/// An icon, a word and a weight.
type Sign = (&'static str, &'static str, &'static str);

struct Row {
    title: String,
    isbn: String,
    publication: String,
    cells: Vec<Option<Cell>>,
}

/// A title on a site.
struct Cell {
    link: String,
    sign: Sign,
    missing: usize,
    applicable: usize,
    first: Option<String>,
}

/// How ready a title is, as the console shows it.
fn readiness(readiness: Readiness) -> Sign {
    let (icon, word) = readiness.sign();
    let weight = match readiness {
        Readiness::Ready => "good",
        Readiness::Unknown => "warn",
        Readiness::Blocked => "bad",
    };
    (icon, word, weight)
}

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

fn week_of(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn link(candidate: &Candidate) -> String {
    let checklist = &candidate.checklist;
    format!(
        "/launch/{}?site={}",
        segment(&checklist.work),
        segment(&checklist.site)
    )
}

/// The board of a week, of the coming one where none is asked for.
pub(crate) async fn board(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let sites = &console.settings.sites;
    if !asked.site.is_empty() && sites.get(&asked.site).is_none() {
        let why = format!("there is no site `{}`", asked.site);
        return Err(Refusal::NotFound(why));
    }
    let reckoned = console.reckoned().await?;
    let mut by_week: BTreeMap<String, Vec<(Date, &Candidate)>> = BTreeMap::new();
    for candidate in &reckoned.board {
        let is_asked = asked.site.is_empty() || candidate.checklist.site == asked.site;
        if let (Some(day), true) = (candidate.day, is_asked) {
            by_week
                .entry(week_of(day))
                .or_default()
                .push((day, candidate));
        }
    }
    let today = console.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let coming = by_week.range(week_of(today)..).next();
    let coming = coming.or_else(|| by_week.last_key_value());
    let week = match asked.week.as_str() {
        "" => coming.map(|(name, _)| name.clone()).unwrap_or_default(),
        week => week.to_owned(),
    };
    let choices: Vec<String> = sites.iter().map(|site| site.id.to_string()).collect();
    let columns = match asked.site.as_str() {
        "" => choices.clone(),
        site => vec![site.to_owned()],
    };
    let of_week = by_week.get(&week).map(Vec::as_slice);
    let mut rows = rows(of_week.unwrap_or_default(), &columns);
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let zone = sites.iter().next().map(|site| site.time_zone.clone());
    page(&BoardPage {
        weeks: by_week
            .iter()
            .map(|(name, launches)| told(name, launches, &asked.site, *name == week))
            .collect(),
        at: local(reckoned.at, &zone.unwrap_or(jiff::tz::TimeZone::UTC)),
        week,
        choices,
        sites: columns,
        rows,
        more,
        frame: Frame::new("Launch board", "/launch", person),
        site: asked.site,
    })
}

fn told(name: &str, launches: &[(Date, &Candidate)], site: &str, is_open: bool) -> Week {
    let monday = launches.first().map_or(Date::MIN, |(day, _)| {
        let since = i32::from(day.weekday().to_monday_zero_offset());
        day.saturating_sub(since.days())
    });
    let count = |asked: Readiness| {
        let of_it = launches.iter().filter(|(_, one)| one.readiness == asked);
        (readiness(asked), of_it.count())
    };
    Week {
        name: name.to_owned(),
        first: monday,
        link: format!("/launch?week={}&site={}", segment(name), segment(site)),
        counts: [
            count(Readiness::Blocked),
            count(Readiness::Unknown),
            count(Readiness::Ready),
        ],
        is_open,
    }
}

/// A row for each title and day, a cell for each site.
fn rows(launches: &[(Date, &Candidate)], columns: &[String]) -> Vec<Row> {
    let mut rows: BTreeMap<(Date, &str, &str), Row> = BTreeMap::new();
    for (day, candidate) in launches {
        let place = columns
            .iter()
            .position(|site| *site == candidate.checklist.site);
        let key = (
            *day,
            candidate.title.as_str(),
            candidate.checklist.work.as_str(),
        );
        let row = rows.entry(key).or_insert_with(|| Row {
            title: candidate.title.clone(),
            isbn: candidate.isbn13.clone().unwrap_or_default(),
            publication: candidate.publication.clone().unwrap_or_default(),
            cells: columns.iter().map(|_| None).collect(),
        });
        if let Some(cell) = place.and_then(|place| row.cells.get_mut(place)) {
            *cell = Some(Cell {
                link: link(candidate),
                sign: readiness(candidate.readiness),
                missing: candidate.missing,
                applicable: candidate.applicable,
                first: candidate.first_to_mend().map(|item| item.says.clone()),
            });
        }
    }
    rows.into_values().collect()
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
}

fn line(item: &Item) -> Line {
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
    }
}

/// The lines of one title on one site, what is still to be done first.
pub(crate) async fn checklist(
    State(console): Shared,
    Extension(person): Asker,
    Path(key): Path<String>,
    Query(tab): Query<Tab>,
) -> Answer {
    let reckoned = console.reckoned().await?;
    let of_title: Vec<&Candidate> = reckoned
        .board
        .iter()
        .filter(|candidate| candidate.checklist.work == key)
        .collect();
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
        open: open.into_iter().map(line).collect(),
        rest: rest.into_iter().map(line).collect(),
        at: local(reckoned.at, &zone),
        frame: Frame::new(format!("Launch of {}", candidate.title), "/launch", person),
    })
}

/// A title's checklist, as its own page tells of it.
pub(crate) struct Checked {
    link: String,
    sign: Sign,
    missing: usize,
    applicable: usize,
}

impl Checked {
    pub(crate) fn link(&self) -> &str {
        &self.link
    }

    pub(crate) fn sign(&self) -> Sign {
        self.sign
    }

    pub(crate) fn counts(&self) -> String {
        format!("{} of {} missing", self.missing, self.applicable)
    }
}

/// The checklist of a title on a site, where it is about to be published there.
pub(crate) fn checked(reckoned: &Reckoned, work: &WorkKey, site: &SiteId) -> Option<Checked> {
    let mut board = reckoned.board.iter();
    let candidate =
        board.find(|one| one.checklist.work == work.as_str() && one.checklist.site == site.0)?;
    Some(Checked {
        link: link(candidate),
        sign: readiness(candidate.readiness),
        missing: candidate.missing,
        applicable: candidate.applicable,
    })
}

/// Launches of a site in the coming seven days that are not ready.
pub(crate) struct Risk {
    pub(crate) site: String,
    pub(crate) link: String,
    pub(crate) blocked: usize,
    pub(crate) unknown: usize,
}

/// Sites with launches at risk within seven days.
pub(crate) fn at_risk(reckoned: &Reckoned, sites: &Sites, now: Timestamp) -> Vec<Risk> {
    let risks = sites.iter().map(|site| {
        let today = catalogue::date::day_at(&site.time_zone, now);
        let last = today.saturating_add(7.days());
        let count = |asked: Readiness| {
            let near = reckoned.board.iter().filter(|one| {
                one.checklist.site == site.id.0
                    && one.readiness == asked
                    && one.day.is_some_and(|day| today <= day && day <= last)
            });
            near.count()
        };
        Risk {
            site: site.id.to_string(),
            link: format!("/launch?site={}", segment(&site.id.0)),
            blocked: count(Readiness::Blocked),
            unknown: count(Readiness::Unknown),
        }
    });
    risks
        .filter(|risk| risk.blocked + risk.unknown > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_those_of_the_iso_calendar() {
        assert_eq!(week_of("2027-01-03".parse().unwrap()), "2026-W53");
        assert_eq!(week_of("2027-01-04".parse().unwrap()), "2027-W01");
    }
}

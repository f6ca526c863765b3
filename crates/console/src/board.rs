//! The launch board: what is missing before titles go live, week by week, down to the line, who mends it, and by when.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use catalogue::isbn::Isbn13;
use catalogue::key::WorkKey;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use launch::checklist::{Outcome, Readiness};
use launch::rule::Severity;
use serde::Deserialize;
use site::policy::{SiteId, Sites};
use sync::launches::Candidate;

use crate::Shared;
use crate::export::{Sheet, csv, xlsx};
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
    /// One day of the week, `2026-12-10`.
    #[serde(default)]
    day: String,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    weeks: Vec<Week>,
    week: String,
    day: String,
    days: Vec<Day>,
    site: String,
    choices: Vec<String>,
    sites: Vec<String>,
    lacks: Vec<Lack>,
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

/// A day of the open week with launches.
struct Day {
    name: String,
    link: String,
    counts: [(Sign, usize); 3],
    is_open: bool,
}

/// A blocker that is still open somewhere among the launches shown, and on how many of them.
struct Lack {
    says: String,
    rule: String,
    owner: String,
    due: String,
    is_overdue: bool,
    count: usize,
    unknown: usize,
}

/// An icon, a word and a weight.
pub(crate) type Sign = (&'static str, &'static str, &'static str);

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
    waived: usize,
    first: Option<String>,
}

/// How ready a title is, as the console shows it.
pub(crate) fn readiness(readiness: Readiness) -> Sign {
    let (icon, word) = readiness.sign();
    let weight = match readiness {
        Readiness::Ready => "good",
        Readiness::Unknown => "warn",
        Readiness::Blocked => "bad",
    };
    (icon, word, weight)
}

fn week_of(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

pub(crate) fn link(candidate: &Candidate) -> String {
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
    // Of this week only what is still to come: on a Friday the board opens on the next.
    let mut to_come = by_week.range(week_of(today)..);
    let coming = to_come.find(|(_, launches)| launches.iter().any(|(day, _)| today <= *day));
    let coming = coming.or_else(|| by_week.last_key_value());
    let day =
        match asked.day.as_str() {
            "" => None,
            text => Some(text.parse::<Date>().map_err(|_| {
                Refusal::Wrong(format!("`{text}` is no day; write one as 2027-03-15"))
            })?),
        };
    let week = match (day, asked.week.as_str()) {
        (Some(day), _) => week_of(day),
        (None, "") => coming.map(|(name, _)| name.clone()).unwrap_or_default(),
        (None, week) => week.to_owned(),
    };
    let choices: Vec<String> = sites.iter().map(|site| site.id.to_string()).collect();
    let columns = match asked.site.as_str() {
        "" => choices.clone(),
        site => vec![site.to_owned()],
    };
    let mut shown = by_week.get(&week).cloned().unwrap_or_default();
    let days = days(&shown, &asked.site, day);
    shown.retain(|(own, _)| day.is_none_or(|day| day == *own));
    let mut rows = rows(&shown, &columns);
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
        day: day.map(in_full).unwrap_or_default(),
        days,
        choices,
        sites: columns,
        lacks: lacks(&shown),
        rows,
        more,
        frame: Frame::new("Launch board", "/launch", person),
        site: asked.site,
    })
}

/// A day with its name: `Thursday 10 December 2026`.
fn in_full(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

fn counted(launches: &[(Date, &Candidate)]) -> [(Sign, usize); 3] {
    let count = |asked: Readiness| {
        let of_it = launches.iter().filter(|(_, one)| one.readiness == asked);
        (readiness(asked), of_it.count())
    };
    [
        count(Readiness::Blocked),
        count(Readiness::Unknown),
        count(Readiness::Ready),
    ]
}

fn days(launches: &[(Date, &Candidate)], site: &str, open: Option<Date>) -> Vec<Day> {
    let by_day = launches.chunk_by(|(one, _), (other, _)| one == other);
    let told = |of_day: &[(Date, &Candidate)]| {
        let (day, _) = of_day.first()?;
        Some(Day {
            name: in_full(*day),
            link: format!("/launch?day={day}&site={}", segment(site)),
            counts: counted(of_day),
            is_open: open == Some(*day),
        })
    };
    by_day.filter_map(told).collect()
}

/// What keeps these launches from being ready, the most frequent first.
fn lacks(launches: &[(Date, &Candidate)]) -> Vec<Lack> {
    let mut by_rule: BTreeMap<&str, Lack> = BTreeMap::new();
    let open = launches.iter().flat_map(|(_, one)| &one.checklist.items);
    let open = open.filter(|item| item.severity == Severity::Blocker && item.is_open());
    for item in open {
        let lack = by_rule.entry(&item.rule).or_insert_with(|| Lack {
            says: item.says.clone(),
            rule: item.rule.clone(),
            owner: item.owner.clone(),
            due: item.due.map(|day| day.to_string()).unwrap_or_default(),
            is_overdue: false,
            count: 0,
            unknown: 0,
        });
        lack.count += 1;
        lack.unknown += usize::from(item.outcome == Outcome::Unknown);
        lack.is_overdue |= item.pressing() == Some("overdue");
    }
    let mut lacks: Vec<Lack> = by_rule.into_values().collect();
    lacks.sort_by_key(|lack| std::cmp::Reverse(lack.count));
    lacks
}

fn told(name: &str, launches: &[(Date, &Candidate)], site: &str, is_open: bool) -> Week {
    let monday = launches.first().map_or(Date::MIN, |(day, _)| {
        let since = i32::from(day.weekday().to_monday_zero_offset());
        day.saturating_sub(since.days())
    });
    Week {
        name: name.to_owned(),
        first: monday,
        link: format!("/launch?week={}&site={}", segment(name), segment(site)),
        counts: counted(launches),
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
            publication: format!(
                "{} {}",
                day.strftime("%a"),
                candidate.publication.as_deref().unwrap_or_default()
            ),
            cells: columns.iter().map(|_| None).collect(),
        });
        if let Some(cell) = place.and_then(|place| row.cells.get_mut(place)) {
            *cell = Some(Cell {
                link: link(candidate),
                sign: readiness(candidate.readiness),
                missing: candidate.missing,
                applicable: candidate.applicable,
                waived: {
                    let items = candidate.checklist.items.iter();
                    items.filter(|item| item.outcome == Outcome::Waived).count()
                },
                first: candidate.first_to_mend().map(|item| item.says.clone()),
            });
        }
    }
    rows.into_values().collect()
}

/// Every open line of every launch, of one site where one is asked for.
fn sheet(reckoned: &Reckoned, site: &str) -> Sheet {
    let here = reckoned.board.iter();
    let here = here.filter(|one| site.is_empty() || one.checklist.site == site);
    let lines = here.flat_map(|one| {
        let open = one.checklist.items.iter().filter(|item| item.is_open());
        open.map(move |item| {
            vec![
                one.publication.clone().unwrap_or_default(),
                one.title.clone(),
                isbn(one),
                one.checklist.site.clone(),
                readiness(one.readiness).1.to_owned(),
                item.rule.clone(),
                item.says.clone(),
                item.severity_word().to_owned(),
                item.outcome.as_str().to_owned(),
                item.due.map_or_else(String::new, |day| day.to_string()),
                item.owner.clone(),
                item.mend.clone(),
            ]
        })
    });
    Sheet {
        name: "launch",
        header: &[
            "publication",
            "title",
            "isbn",
            "site",
            "readiness",
            "rule",
            "what must be true",
            "weight",
            "outcome",
            "due",
            "owner",
            "what to do",
        ],
        rows: lines.collect(),
    }
}

/// With hyphens: no spreadsheet takes it for a number then.
fn isbn(candidate: &Candidate) -> String {
    let text = candidate.isbn13.as_deref().unwrap_or_default();
    let isbn = Isbn13::parse(text);
    isbn.map_or_else(|_| text.to_owned(), |isbn| isbn.hyphenated())
}

/// The open lines, as CSV.
pub(crate) async fn as_csv(
    State(console): Shared,
    Extension(_person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    Ok(csv(&sheet(&*console.reckoned().await?, &asked.site)))
}

/// The open lines, as a workbook.
pub(crate) async fn as_xlsx(
    State(console): Shared,
    Extension(_person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let sheet = sheet(&*console.reckoned().await?, &asked.site);
    Ok(xlsx(sheet).await?)
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

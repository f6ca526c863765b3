//! What will change by itself: every instant at which some site says something else of a title,
//! though nobody touches anything.
//!
//! The same judgement as the projection's, asked at the only instants at which its answer can change
//! (see `reckoning`). A title without a date in the stretch is not judged at all, so a forecast of a
//! week over a large catalogue costs as much as the titles of that week.

use std::collections::BTreeMap;

use catalogue::date::PartialDate;
use catalogue::isbn::Isbn13;
use catalogue::key::WorkKey;
use catalogue::lifecycle::WebState;
use catalogue::work::Work;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::content_model::{FieldKind, model};
use crate::desired::{Fields, Kind, Memory, Value};
use crate::pictures::asset_key;
use crate::policy::{Destination, Policy, Site, SiteId, Sites};
use crate::reckoning::{Answer, Page, Reckoning, instants};
use crate::selection::Selected;

/// What a site says of a title from an instant on, where that differs from what it said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// From when.
    pub at: Timestamp,
    /// Where.
    pub site: SiteId,
    /// The title.
    pub work: WorkKey,
    /// Its name.
    pub title: String,
    /// The format that speaks for it, where the site shows one before or after.
    pub isbn: Option<Isbn13>,
    /// Whether the site shows it from then on.
    pub visible: bool,
    /// What the site says of it from then on.
    pub state: Option<WebState>,
    /// What differs, the weightiest first; never empty.
    pub turns: Vec<Turn>,
}

/// One thing that becomes different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Turn {
    /// The site begins to show it.
    Appears,
    /// The site ceases to show it.
    Disappears {
        /// The rule that decides, a stable name.
        decided_by: String,
        /// The same in words.
        reason: String,
    },
    /// The state changes.
    State {
        /// What was said.
        before: WebState,
        /// What will be said.
        after: WebState,
    },
    /// The price changes, appears or goes.
    Price {
        /// What was asked.
        before: Option<Decimal>,
        /// What will be asked.
        after: Option<Decimal>,
    },
    /// A text changes, appears or goes.
    Text {
        /// The field of the book.
        field: String,
    },
    /// A picture or another file changes, appears or goes.
    File {
        /// The field of the book.
        field: String,
    },
    /// Something else on the page changes.
    Field {
        /// The field of the book.
        field: String,
    },
}

/// Every change that happens by itself after `from`, up to and including `to`: by time, then by
/// title, then by site in the order of configuration.
pub fn forecast(
    works: &[Work],
    sites: &Sites,
    policy: &Policy,
    memory: &Memory,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Change> {
    let reckoning = Reckoning::new(policy, memory);
    let kinds = kinds(policy);
    let sites: Vec<(&Site, Selected)> = sites
        .iter()
        .map(|site| (site, Selected::new(site)))
        .collect();
    let mut changes = Vec::new();
    for work in works {
        let mut reckoner = None;
        for (site, selected) in &sites {
            let instants = instants(work, site, memory, from, to);
            if instants.is_empty() || selected.leaves_out(work).is_some() {
                continue;
            }
            let reckoner = reckoner.get_or_insert_with(|| reckoning.of(work));
            let Some(mut said) = reckoner.answer(site, selected, from) else {
                continue;
            };
            for at in instants {
                let Some(says) = reckoner.answer(site, selected, at) else {
                    continue;
                };
                changes.extend(change(work, site, at, &said, &says, &kinds));
                said = says;
            }
        }
    }
    // Stable: works and sites stay in their order within one instant.
    changes.sort_by(|a, b| (a.at, &a.work).cmp(&(b.at, &b.work)));
    changes
}

/// The first instant after `from`, and not after `until`, at which a site says something else of a
/// title by itself. Only works with a date between the two are judged.
pub fn next_instant(
    works: &[Work],
    sites: &Sites,
    policy: &Policy,
    memory: &Memory,
    from: Timestamp,
    until: Timestamp,
) -> Option<Timestamp> {
    let reckoning = Reckoning::new(policy, memory);
    let mut next: Option<Timestamp> = None;
    for work in works {
        for site in sites.iter() {
            let sooner = next.map_or(until, |next| next.min(until));
            let due = instants(work, site, memory, from, sooner);
            if due.is_empty() {
                continue;
            }
            let reckoner = reckoning.of(work);
            let selected = Selected::new(site);
            let today = reckoner.answer(site, &selected, from);
            let differs = |instant: &Timestamp| reckoner.answer(site, &selected, *instant) != today;
            next = due.into_iter().find(differs).or(next);
        }
    }
    next
}

/// When each file with a known end ends on each site: by link and mark, then by place. A file that some
/// resource may show for ever has no end; of several ends the last counts. Ends that have passed are
/// left out.
pub fn file_ends(
    works: &[Work],
    sites: &Sites,
    now: Timestamp,
) -> BTreeMap<(String, String), BTreeMap<Destination, Timestamp>> {
    let mut lasts: BTreeMap<(String, String), Option<Vec<PartialDate>>> = BTreeMap::new();
    for resource in works.iter().flat_map(|work| &work.resources) {
        let key = asset_key(resource);
        let known = lasts
            .entry((key.link, key.mark))
            .or_insert_with(|| Some(Vec::new()));
        match (resource.until, known.as_mut()) {
            (Some(until), Some(ends)) => ends.push(until),
            _ => *known = None,
        }
    }
    let on_sites = |ends: Vec<PartialDate>| {
        let last = |site: &Site| ends.iter().map(|end| end.over_at(&site.time_zone)).max();
        sites
            .iter()
            .filter_map(|site| Some((Destination::clone(&site.destination), last(site)?)))
            .filter(|(_, end)| *end > now)
            .collect()
    };
    lasts
        .into_iter()
        .filter_map(|(key, ends)| Some((key, on_sites(ends?))))
        .collect()
}

/// What a field of a book holds, as far as a forecast tells it apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    State,
    Price,
    Text,
    File,
    Other,
}

/// What each field of a book holds.
fn kinds(policy: &Policy) -> BTreeMap<&'static str, Holds> {
    let book = model(policy)
        .into_iter()
        .filter(|content_type| content_type.kind == Kind::Book);
    book.flat_map(|content_type| content_type.fields)
        .map(|field| (field.uid, holds(field.uid, &field.kind)))
        .collect()
}

fn holds(uid: &str, kind: &FieldKind) -> Holds {
    match (uid, kind) {
        // The call to action goes with the state, the day to sort by with the date.
        ("state" | "visible", _) => Holds::State,
        ("amount" | "currency", _) => Holds::Price,
        (_, FieldKind::Html) => Holds::Text,
        (_, FieldKind::Image) => Holds::File,
        (_, FieldKind::Rows(fields)) => {
            let html = |kind: &FieldKind| matches!(kind, FieldKind::Html);
            if fields.iter().any(|field| html(&field.kind)) {
                Holds::Text
            } else {
                Holds::Other
            }
        }
        _ => Holds::Other,
    }
}

fn change(
    work: &Work,
    site: &Site,
    at: Timestamp,
    said: &Answer,
    says: &Answer,
    kinds: &BTreeMap<&'static str, Holds>,
) -> Option<Change> {
    let turns = turns(said, says, kinds);
    if turns.is_empty() {
        return None;
    }
    let page = says.page.as_ref().or(said.page.as_ref());
    Some(Change {
        at,
        site: site.id.clone(),
        work: work.key.clone(),
        title: page.map_or(&work.title.text, |page| &page.title).clone(),
        isbn: page.and_then(|page| page.isbn),
        visible: says.standing.visible,
        state: says.standing.state,
        turns,
    })
}

fn turns(said: &Answer, says: &Answer, kinds: &BTreeMap<&'static str, Holds>) -> Vec<Turn> {
    match (&said.page, &says.page) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec![Turn::Appears],
        (Some(_), None) => vec![Turn::Disappears {
            decided_by: says.standing.decided_by.to_string(),
            reason: says.standing.reason.to_string(),
        }],
        (Some(before), Some(after)) => {
            let states = said.standing.state.zip(says.standing.state);
            let state = states
                .filter(|(before, after)| before != after)
                .map(|(before, after)| Turn::State { before, after });
            state
                .into_iter()
                .chain(on_page(before, after, kinds))
                .collect()
        }
    }
}

/// What differs on a page: price, texts, files, the rest.
fn on_page(before: &Page, after: &Page, kinds: &BTreeMap<&'static str, Holds>) -> Vec<Turn> {
    if before.fields == after.fields {
        return Vec::new();
    }
    let mut found: BTreeMap<u8, Vec<Turn>> = BTreeMap::new();
    let (old, new) = (&before.fields, &after.fields);
    let differ = |uid: &&str| old.get(uid) != new.get(uid);
    if ["amount", "currency"].iter().any(differ) {
        let (before, after) = (amount(old), amount(new));
        found
            .entry(0)
            .or_default()
            .push(Turn::Price { before, after });
    }
    let uids: std::collections::BTreeSet<&'static str> = old.keys().chain(new.keys()).collect();
    for uid in uids.into_iter().filter(differ) {
        let field = uid.to_owned();
        let (order, turn) = match kinds.get(uid).copied().unwrap_or(Holds::Other) {
            Holds::State | Holds::Price => continue,
            Holds::Text => (1, Turn::Text { field }),
            Holds::File => (2, Turn::File { field }),
            Holds::Other => (3, Turn::Field { field }),
        };
        found.entry(order).or_default().push(turn);
    }
    found.into_values().flatten().collect()
}

fn amount(fields: &Fields) -> Option<Decimal> {
    match fields.get("amount") {
        Some(Value::Number(amount)) => Some(*amount),
        _ => None,
    }
}

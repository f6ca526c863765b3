//! Comparing what a source says with what live sites serve: before the first write, or at any time.
//!
//! Entries that somebody else made are found by an ISBN in one of their fields. What readers get is asked of Delivery, as
//! they get it; nothing is written, and nothing but a mended record or an adoption follows from it. Each finding has a
//! weight, so that a title shown against its rights stands before a price, and a price before a date.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::isbn::Isbn13;
use catalogue::work::Work;
use contentstack::{DeliveryQuery, Entry};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use site::desired::{EntryKey, Kind, Value};
use site::policy::{Site, SiteId};
use store::ledger::Ledger;

use crate::Error;
use crate::engine::{Engine, Plan};
use crate::plan::LedgerUids;
use crate::translate::translate;
use crate::writer::{content_type_uid, environment_name, locale_code};

/// Where existing entries are and what their fields are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// Their content type.
    pub content_type: String,
    /// The field that holds an ISBN.
    pub isbn_field: String,
    /// Their name of each field to compare, by our standard name (`amount`).
    pub fields: BTreeMap<String, String>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The site serves a title that it must not show.
    ShownThoughHidden,
    /// A field says something else than the source.
    Differs,
    /// The site serves a title twice.
    ServedTwice,
    /// The site does not serve a title that it may show.
    NotServed,
    /// The source has a cover and the site serves none.
    NoCover,
    /// The site serves an ISBN that the source does not know.
    UnknownIsbn,
    /// An entry without a readable ISBN: nobody can say which title it is.
    NoIsbn,
}

/// Faults that are not about one field, with their weights.
const WEIGHTS: [(Fault, u32); 6] = [
    (Fault::ShownThoughHidden, 100),
    (Fault::ServedTwice, 50),
    (Fault::NotServed, 40),
    (Fault::NoCover, 30),
    (Fault::UnknownIsbn, 20),
    (Fault::NoIsbn, 10),
];

/// Fields that are compared, with the weight of a difference.
pub const COMPARED: [(&str, u32); 5] = [
    ("amount", 80),
    ("currency", 80),
    ("title", 60),
    ("state", 50),
    ("publication_date", 40),
];

/// One thing that is wrong on one site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// How much it matters, 1 to 100.
    pub weight: u32,
    /// The site.
    pub site: SiteId,
    /// What is wrong.
    pub fault: Fault,
    /// The ISBN by which the entry was found, or that is missing.
    pub isbn: String,
    /// The title as the source has it, or as the site serves it.
    pub title: String,
    /// Our name of the field, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the source says; for a hidden title, why it is hidden.
    pub expected: Json,
    /// What the site serves.
    pub found: Json,
    /// The entry's uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

/// Everything that is wrong.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Audit {
    /// Entries looked at, over all sites.
    pub served: usize,
    /// Titles of the source.
    pub titles: usize,
    /// What is wrong, the weightiest first.
    pub rows: Vec<Row>,
}

impl Engine<'_> {
    /// Compares what a plan's source says with what the sites serve. Reads only.
    ///
    /// # Errors
    /// As the calls; when the content type cannot be a uid.
    pub async fn audit(
        &self,
        plan: &Plan,
        ledger: &Ledger,
        existing: &Existing,
    ) -> Result<Audit, Error> {
        let mut audit = Audit {
            titles: plan.works.len(),
            ..Audit::default()
        };
        for site in self.sites.iter() {
            let served = self.served_on(site, existing).await?;
            audit.served += served.len();
            self.compare(site, plan, ledger, existing, &served, &mut audit.rows);
        }
        audit.rows.sort_by(|a, b| {
            b.weight
                .cmp(&a.weight)
                .then_with(|| (&a.site, &a.isbn, &a.field).cmp(&(&b.site, &b.isbn, &b.field)))
        });
        Ok(audit)
    }

    async fn served_on(&self, site: &Site, existing: &Existing) -> Result<Vec<Entry>, Error> {
        let content_type = content_type_uid(&existing.content_type)?;
        let place = &site.destination;
        let query = DeliveryQuery::new(
            environment_name(&place.environment)?,
            locale_code(&place.locale)?,
        );
        let entries = self.stack.delivery().all_entries(&content_type, &query);
        Ok(entries.try_collect().await?)
    }

    fn compare(
        &self,
        site: &Site,
        plan: &Plan,
        ledger: &Ledger,
        existing: &Existing,
        served: &[Entry],
        rows: &mut Vec<Row>,
    ) {
        let mut by_isbn: BTreeMap<Isbn13, Vec<&Entry>> = BTreeMap::new();
        for entry in served {
            match isbn_of(entry, existing) {
                Some(isbn) => by_isbn.entry(isbn).or_default().push(entry),
                None if is_silent(entry) => {}
                None => rows.push(row(site, Fault::NoIsbn, None, &title_of(entry)).on(entry)),
            }
        }
        let mut known: BTreeSet<Isbn13> = BTreeSet::new();
        for work in &plan.works {
            let isbns: Vec<Isbn13> = work.products.iter().filter_map(|one| one.isbn).collect();
            known.extend(&isbns);
            let found = isbns.iter().flat_map(|isbn| {
                let entries = by_isbn.get(isbn).into_iter().flatten();
                entries.map(|entry| (*isbn, *entry))
            });
            let found = found.collect();
            let title = Title {
                site,
                work,
                isbns,
                found,
            };
            rows.extend(self.judge(&title, plan, ledger, existing));
        }
        for (isbn, entries) in by_isbn.iter().filter(|(isbn, _)| !known.contains(*isbn)) {
            rows.extend(entries.iter().map(|entry| {
                let row = row(site, Fault::UnknownIsbn, Some(*isbn), &title_of(entry));
                row.on(entry)
            }));
        }
    }

    /// What is wrong with one title on one site.
    fn judge(
        &self,
        title: &Title<'_>,
        plan: &Plan,
        ledger: &Ledger,
        existing: &Existing,
    ) -> Vec<Row> {
        let Title { site, work, .. } = title;
        let standings = plan.desired.standings.get(&work.key);
        let standing = standings.and_then(|sites| sites.get(&site.id));
        let Some(standing) = standing.filter(|standing| standing.visible) else {
            let why = standing.map_or("not judged", |standing| &standing.reason);
            return title.shown_though_hidden(why);
        };
        let mut rows: Vec<Row> = title.served_twice().into_iter().collect();
        let key = EntryKey::of_work(work);
        let version = plan.desired.entries.get(&key).and_then(|entry| {
            let own = entry.versions.get(&site.destination.locale);
            own.or_else(|| entry.versions.get(&self.policy.master_locale))
        });
        let Some((found, version)) = title.found.first().zip(version) else {
            rows.push(Row {
                expected: serde_json::to_value(standing.state).unwrap_or_default(),
                ..title.row(Fault::NotServed)
            });
            return rows;
        };
        let says = translate(Kind::Book, version, self.names, &LedgerUids(ledger));
        for (field, weight) in COMPARED {
            let Some(theirs) = existing.fields.get(field) else {
                continue;
            };
            let due = says.fields.get(self.names.field(Kind::Book, field));
            let due = due.unwrap_or(&Json::Null);
            let is = found.1.fields.get(theirs).unwrap_or(&Json::Null);
            if !same(due, is) {
                rows.push(Row {
                    weight,
                    field: Some(field.to_owned()),
                    expected: due.clone(),
                    found: is.clone(),
                    ..title.row(Fault::Differs).on(found.1)
                });
            }
        }
        let covered = matches!(version.get("cover"), Some(Value::File(_)));
        let theirs = existing.fields.get("cover");
        let bare = |field: &String| found.1.fields.get(field).is_none_or(is_blank);
        if covered && theirs.is_some_and(bare) {
            rows.push(Row {
                field: Some("cover".to_owned()),
                ..title.row(Fault::NoCover).on(found.1)
            });
        }
        rows
    }
}

/// A title on a site, with the entries that have one of its ISBNs.
struct Title<'a> {
    site: &'a Site,
    work: &'a Work,
    isbns: Vec<Isbn13>,
    found: Vec<(Isbn13, &'a Entry)>,
}

impl Title<'_> {
    /// A row by the ISBN under which the title is served, else by its first.
    fn row(&self, fault: Fault) -> Row {
        let served = self.found.first().map(|(isbn, _)| *isbn);
        let isbn = served.or_else(|| self.isbns.first().copied());
        row(self.site, fault, isbn, &self.work.title.text)
    }

    fn shown_though_hidden(&self, why: &str) -> Vec<Row> {
        let telling = self.found.iter().filter(|(_, entry)| !is_silent(entry));
        let rows = telling.map(|(isbn, entry)| Row {
            isbn: isbn.to_string(),
            expected: why.into(),
            found: "served".into(),
            ..self.row(Fault::ShownThoughHidden).on(entry)
        });
        rows.collect()
    }

    fn served_twice(&self) -> Option<Row> {
        let uids: BTreeSet<&str> = self
            .found
            .iter()
            .map(|(_, entry)| entry.uid.as_str())
            .collect();
        (uids.len() > 1).then(|| Row {
            found: uids.into_iter().collect::<Vec<_>>().join(", ").into(),
            ..self.row(Fault::ServedTwice)
        })
    }
}

fn row(site: &Site, fault: Fault, isbn: Option<Isbn13>, title: &str) -> Row {
    let weight = WEIGHTS.iter().find(|(known, _)| *known == fault);
    Row {
        weight: weight.map_or(0, |(_, weight)| *weight),
        site: site.id.clone(),
        fault,
        isbn: isbn.map(|isbn| isbn.to_string()).unwrap_or_default(),
        title: title.to_owned(),
        field: None,
        expected: Json::Null,
        found: Json::Null,
        entry: None,
    }
}

impl Row {
    fn on(mut self, entry: &Entry) -> Self {
        self.entry = Some(entry.uid.to_string());
        self
    }
}

/// The ISBN of an entry, in any spelling.
pub(crate) fn isbn_of(entry: &Entry, existing: &Existing) -> Option<Isbn13> {
    match entry.fields.get(&existing.isbn_field)? {
        Json::String(text) => Isbn13::parse(text).ok(),
        Json::Number(number) => Isbn13::parse(&number.to_string()).ok(),
        _ => None,
    }
}

/// A version of ours that says nothing: a shield.
fn is_silent(entry: &Entry) -> bool {
    entry.fields.get("visible") == Some(&Json::Bool(false))
}

pub(crate) fn title_of(entry: &Entry) -> String {
    let title = entry.fields.get("title").and_then(Json::as_str);
    title.unwrap_or_default().to_owned()
}

fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// Whether two values say the same: numbers by value, however they are written; texts without the space around them; a
/// day and an instant by the day.
fn same(due: &Json, is: &Json) -> bool {
    let number = |value: &Json| match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    if is_blank(due) && is_blank(is) {
        return true;
    }
    if let (Some(due), Some(is)) = (number(due), number(is)) {
        return (due - is).abs() < 0.000_5;
    }
    match (due, is) {
        (Json::String(due), Json::String(is)) => {
            let (due, is) = (due.trim(), is.trim());
            let day = due.len() == 10 && due.bytes().filter(|byte| *byte == b'-').count() == 2;
            due == is || (day && is.split('T').next() == Some(due))
        }
        (due, is) => due == is,
    }
}

/// The fields of ours that an entry has, for showing what a sync would overwrite.
pub(crate) fn fields_in_common(
    entry: &Map<String, Json>,
    after: &Map<String, Json>,
) -> Map<String, Json> {
    let own = entry.iter().filter(|(field, _)| after.contains_key(*field));
    own.map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_the_same_however_they_are_written() {
        for (due, is) in [
            (json!(9.99), json!("9.99")),
            (json!(10), json!("10.00")),
            (json!("Salt"), json!(" Salt ")),
            (json!("2027-03-15"), json!("2027-03-15T00:00:00.000Z")),
            (json!(null), json!("")),
        ] {
            assert!(same(&due, &is), "{due} {is}");
        }
        for (due, is) in [
            (json!(9.99), json!(9.9)),
            (json!("Salt"), json!("salt")),
            (json!("2027-03-15"), json!("2027-03-16T00:00:00.000Z")),
            (json!("2027-03"), json!("2027-03-15")),
            (json!("buy"), json!(null)),
        ] {
            assert!(!same(&due, &is), "{due} {is}");
        }
    }

    #[test]
    fn every_fault_but_a_difference_has_its_weight() {
        let weights: BTreeSet<Fault> = WEIGHTS.iter().map(|(fault, _)| *fault).collect();
        assert_eq!(weights.len(), WEIGHTS.len());
        assert!(WEIGHTS.iter().all(|(_, weight)| *weight <= 100));
        assert_eq!(WEIGHTS[0], (Fault::ShownThoughHidden, 100));
    }
}

//! Dates on the way to publication: deliveries that contracts ask for, and deliveries of production runs.
//!
//! To-dos are not in the schema; these dates are, by the vendor's pages or examples. They are walked for themselves, apart from
//! works, and only by names that the account's schema has: what it lacks is named. Of most of them nobody can tell whether
//! they were kept; of a manuscript the contract says when it came.

use jiff::civil::Date;
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::query::search_takes_after;
use crate::schema::Schema;
use crate::wanted::{CONTRACT_SEARCH, WORK_SEARCH};
use crate::work_id::WorkId;

/// What a date is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The manuscript, as the contract asks for it.
    Manuscript,
    /// Something else that a contract asks for, in its own words.
    Deliverable(String),
    /// A production run, by its name.
    ProductionRun(String),
}

/// One date of a work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDate {
    /// The work.
    pub work: WorkId,
    /// What it is of.
    pub event: Event,
    /// When it is due; the later word where it slipped.
    pub due: Option<Date>,
    /// When it was done, where the account says so.
    pub done: Option<Date>,
}

/// Every date that could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkDates {
    /// The dates.
    pub dates: Vec<WorkDate>,
    /// Names that the account's schema lacks, such as `Contract.msDeliveryDate`.
    pub missing: Vec<String>,
    /// Values that are no dates, by the name of their field, and how many.
    pub unreadable: usize,
}

/// Names of a type that are asked for.
struct Asked<'n> {
    on: &'static str,
    root: &'static str,
    search: (&'static str, &'static str),
    /// The field, and the names inside of it.
    fields: &'n [(&'static str, &'static [&'static str])],
}

const WORKS: Asked<'_> = Asked {
    on: "Work",
    root: "works",
    search: ("workSearch", WORK_SEARCH),
    fields: &[("productionRuns", &["name", "deliveryDate"])],
};

const CONTRACTS: Asked<'_> = Asked {
    on: "Contract",
    root: "contracts",
    search: ("contractSearch", CONTRACT_SEARCH),
    fields: &[
        ("work", &["id"]),
        ("msDeliveryDate", &[]),
        ("revisedMsDeliveryDate", &[]),
        ("actualMsDeliveryDate", &[]),
        (
            "deliveryDates",
            &["deliverableType", "dateDue", "slippedDate"],
        ),
    ],
};

impl Client {
    /// Reads every date on the way to publication that the account's schema has.
    ///
    /// # Errors
    /// Whatever keeps the service from answering every page.
    pub async fn dates(&self) -> Result<WorkDates, Error> {
        let schema = self.schema().await?;
        let mut dates = WorkDates::default();
        for row in self.walk(&WORKS, &schema, &mut dates.missing).await? {
            dates.production(&row);
        }
        for row in self.walk(&CONTRACTS, &schema, &mut dates.missing).await? {
            dates.contract(&row);
        }
        dates.dates.sort_by(|one, other| {
            (one.work, &one.event, one.due).cmp(&(other.work, &other.event, other.due))
        });
        Ok(dates)
    }

    /// Every row of a list, by its numbers, to the empty page.
    async fn walk(
        &self,
        asked: &Asked<'_>,
        schema: &Schema,
        missing: &mut Vec<String>,
    ) -> Result<Vec<Value>, Error> {
        let Some(selection) = asked.selection(schema, missing) else {
            return Ok(Vec::new());
        };
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let (root, argument) = (asked.root, asked.search.0);
            let query = format!("{{ {root}({argument}: {{after: {after}}}) {{ id{selection} }} }}");
            let envelope = self.transport().ask(&query).await?;
            let Some(rows) = envelope.data.get(root).and_then(Value::as_array) else {
                return Err(envelope.refusal());
            };
            let Some(last) = rows.last() else {
                return Ok(all);
            };
            let last = last.get("id").and_then(Value::as_i64).unwrap_or_default();
            if last <= after {
                return Err(Error::Paging {
                    after: WorkId::new(after),
                    found: WorkId::new(last),
                });
            }
            after = last;
            all.extend(rows.iter().cloned());
        }
    }
}

impl Asked<'_> {
    /// What the schema has of the names; nothing where it has no date among them, or no way to walk.
    fn selection(&self, schema: &Schema, missing: &mut Vec<String>) -> Option<String> {
        let mut text = String::new();
        let (argument, search) = self.search;
        if !schema.has(schema.root(), self.root)
            || !search_takes_after(schema, self.root, argument, search)
        {
            missing.push(format!("Query.{}({argument}: {{after}})", self.root));
            return None;
        }
        let on = schema.type_of(schema.root(), self.root, self.on);
        let mut dates = 0;
        for (field, inside) in self.fields {
            if !schema.has(on, field) {
                missing.push(format!("{}.{field}", self.on));
                continue;
            }
            let inner = schema.type_of(on, field, "");
            let mut names = Vec::new();
            for name in *inside {
                if schema.has(inner, name) {
                    names.push(*name);
                } else {
                    missing.push(format!("{}.{field}.{name}", self.on));
                }
            }
            text.push(' ');
            match (inside.is_empty(), names.is_empty()) {
                (true, _) => text.push_str(field),
                (false, false) => text.push_str(&format!("{field} {{ {} }}", names.join(" "))),
                (false, true) => continue,
            }
            dates += usize::from(*field != "work");
        }
        // A contract that names no work is nobody's.
        let has_owner = self.on == "Work" || text.contains("work {");
        (dates > 0 && has_owner).then_some(text)
    }
}

impl WorkDates {
    fn production(&mut self, row: &Value) {
        let Some(work) = row.get("id").and_then(Value::as_i64) else {
            return;
        };
        for run in list(row, "productionRuns") {
            let due = self.day(run, "deliveryDate");
            let name = text(run, "name").unwrap_or("without a name").to_owned();
            if due.is_some() {
                self.dates.push(WorkDate {
                    work: WorkId::new(work),
                    event: Event::ProductionRun(name),
                    due,
                    done: None,
                });
            }
        }
    }

    fn contract(&mut self, row: &Value) {
        let work = row.get("work").and_then(|work| work.get("id"));
        let Some(work) = work.and_then(Value::as_i64).map(WorkId::new) else {
            return;
        };
        let first = self.day(row, "msDeliveryDate");
        let due = self.day(row, "revisedMsDeliveryDate").or(first);
        let done = self.day(row, "actualMsDeliveryDate");
        if due.is_some() || done.is_some() {
            self.dates.push(WorkDate {
                work,
                event: Event::Manuscript,
                due,
                done,
            });
        }
        for delivery in list(row, "deliveryDates") {
            let first = self.day(delivery, "dateDue");
            let due = self.day(delivery, "slippedDate").or(first);
            let what = text(delivery, "deliverableType")
                .unwrap_or("something")
                .to_owned();
            if due.is_some() {
                self.dates.push(WorkDate {
                    work,
                    event: Event::Deliverable(what),
                    due,
                    done: None,
                });
            }
        }
    }

    fn day(&mut self, row: &Value, field: &str) -> Option<Date> {
        let text = text(row, field)?;
        match text.parse() {
            Ok(day) => Some(day),
            Err(_) => {
                self.unreadable += 1;
                None
            }
        }
    }
}

fn text<'v>(row: &'v Value, field: &str) -> Option<&'v str> {
    let text = row.get(field).and_then(Value::as_str);
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn list<'v>(row: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    row.get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

//! What a publisher keeps in Consonance, as the stand-in holds it.
//!
//! The records are plain JSON documents under the names that the GraphQL schema uses, and not
//! structs. Two things follow that structs would cost dearly: a test can change any field with a
//! merge patch in the names it also reads, and a field that only few titles carry needs no code.
//! What the service works out for itself (the hyphenated ISBN, the full title, the label of a
//! code) is never stored, so a patch cannot leave it stale; the `consonance` module derives it on
//! reading.
//!
//! Names that begin with an underscore are the stand-in's own: `_updatedOn` is the day of the last
//! change, `_onix` holds what an ONIX feed carries and GraphQL lacks, and `_revision` counts the
//! edits of a supporting resource.

mod patch;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

pub use patch::merge;

/// One record: field names of the GraphQL schema, and their values.
pub type Document = Map<String, Value>;

/// The day of the last change of a record, `YYYY-MM-DD`.
pub const UPDATED_ON: &str = "_updatedOn";
/// What an ONIX feed of the account carries and GraphQL does not.
pub const ONIX: &str = "_onix";
/// How often a supporting resource has been edited; its picture depends on it.
pub const REVISION: &str = "_revision";
/// The title and author that a supporting resource's picture shows. Kept with the resource, so that
/// a new title of the work leaves its cover as it is, as it would in life.
pub const DRAWN: &str = "_drawn";

/// Why a change of the world was refused. Nothing has been changed then.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WorldError {
    /// No record has this id.
    #[error("no {kind} has the id {id}")]
    Unknown {
        /// `work`, `product`, `contact` or `series`.
        kind: &'static str,
        /// The id asked for.
        id: i64,
    },
    /// A place in the document holds something else than it must.
    #[error("{place} must be {wanted}")]
    Shape {
        /// The path of the place in the document.
        place: String,
        /// What belongs there.
        wanted: &'static str,
    },
    /// A new record bears an id that is taken.
    #[error("the id {id} of the new {kind} is taken")]
    Taken {
        /// `work` or `product`.
        kind: &'static str,
        /// The id given.
        id: i64,
    },
}

impl WorldError {
    pub(crate) fn shape(place: impl Into<String>, wanted: &'static str) -> Self {
        Self::Shape {
            place: place.into(),
            wanted,
        }
    }
}

/// All records of one Consonance account.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The account: `id` and `name`.
    pub client: Document,
    /// Works by id, each with the ids of its products under `products`.
    pub works: BTreeMap<i64, Document>,
    /// Products by id, each with the id of its work under `workId`.
    pub products: BTreeMap<i64, Document>,
    /// Persons and organisations by id, told apart by `__typename`.
    pub contacts: BTreeMap<i64, Document>,
    /// Series by id.
    pub series: BTreeMap<i64, Document>,
    /// The day that counts as today; a change is dated with it.
    pub as_of: Date,
    ids: Ids,
}

/// The highest ids ever given, so that no id is used twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ids {
    work: i64,
    product: i64,
    contact: i64,
    series: i64,
    row: i64,
}

/// Where the ids of nested rows start when the stand-in has to make one up. Far above what the
/// sample uses, so that the two never meet.
const FIRST_ROW: i64 = 5_000_001;

impl World {
    /// An account without records, on the given day.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        let mut client = Document::new();
        client.insert("id".into(), 1.into());
        client.insert("name".into(), "Frontlist Sandbox".into());
        Self {
            client,
            works: BTreeMap::new(),
            products: BTreeMap::new(),
            contacts: BTreeMap::new(),
            series: BTreeMap::new(),
            as_of,
            ids: Ids::default(),
        }
    }

    /// The products of a work in the order the work lists them.
    pub fn products_of<'w>(
        &'w self,
        work: &'w Document,
    ) -> impl Iterator<Item = (i64, &'w Document)> {
        ids_in(work, "products").filter_map(|id| Some((id, self.products.get(&id)?)))
    }

    /// The work a product belongs to.
    #[must_use]
    pub fn work_of(&self, product: &Document) -> Option<(i64, &Document)> {
        let id = integer(product, "workId")?;
        Some((id, self.works.get(&id)?))
    }

    /// Whether a work, one of its products, its contributors or its series has changed on or after
    /// a day. Consonance answers `changedSince` with the grain of a day and with near relations
    /// included; so do we.
    #[must_use]
    pub fn work_changed_since(&self, work: &Document, since: Date) -> bool {
        let contacts = related(work, "contributions", "contributorId");
        let series = related(work, "seriesMemberships", "seriesId");
        changed(work, since)
            || self
                .products_of(work)
                .any(|(_, product)| changed(product, since))
            || contacts
                .filter_map(|id| self.contacts.get(&id))
                .any(|contact| changed(contact, since))
            || series
                .filter_map(|id| self.series.get(&id))
                .any(|series| changed(series, since))
    }

    /// Whether a product is *likely* to have changed: it counts whenever its work does, so a change
    /// of one format reports its siblings too. The service documents such false positives.
    #[must_use]
    pub fn product_changed_since(&self, product: &Document, since: Date) -> bool {
        changed(product, since)
            || self
                .work_of(product)
                .is_some_and(|(_, work)| self.work_changed_since(work, since))
    }

    /// A work with its products, contributors and series written out in place of their ids: the
    /// form that `POST works` takes.
    ///
    /// # Errors
    /// When no work has the id.
    pub fn whole_work(&self, id: i64) -> Result<Document, WorldError> {
        let mut work = self.works.get(&id).cloned().ok_or(unknown("work", id))?;
        let products = self
            .products_of(&work)
            .map(|(id, product)| Value::Object(with_id(id, product)))
            .collect();
        nest(
            &mut work,
            "contributions",
            "contributorId",
            "contributor",
            &self.contacts,
        );
        nest(
            &mut work,
            "seriesMemberships",
            "seriesId",
            "series",
            &self.series,
        );
        work.insert("products".into(), Value::Array(products));
        Ok(with_id(id, &work))
    }

    /// A product with its id.
    ///
    /// # Errors
    /// When no product has the id.
    pub fn whole_product(&self, id: i64) -> Result<Document, WorldError> {
        let product = self.products.get(&id).ok_or(unknown("product", id))?;
        Ok(with_id(id, product))
    }

    /// Removes a work and its products. Nothing is left behind: the service keeps no tombstones.
    ///
    /// # Errors
    /// When no work has the id.
    pub fn remove_work(&mut self, id: i64) -> Result<(), WorldError> {
        self.remember_ids();
        let work = self.works.remove(&id).ok_or(unknown("work", id))?;
        for product in ids_in(&work, "products") {
            self.products.remove(&product);
        }
        Ok(())
    }

    /// Removes one product; its work counts as changed.
    ///
    /// # Errors
    /// When no product has the id.
    pub fn remove_product(&mut self, id: i64) -> Result<(), WorldError> {
        self.remember_ids();
        let product = self.products.remove(&id).ok_or(unknown("product", id))?;
        let today = self.as_of;
        if let Some(work) = integer(&product, "workId").and_then(|id| self.works.get_mut(&id)) {
            if let Some(Value::Array(ids)) = work.get_mut("products") {
                ids.retain(|listed| listed.as_i64() != Some(id));
            }
            touch(work, today);
        }
        Ok(())
    }

    /// Notes on every supporting resource what its picture shows, where that is not noted yet.
    pub fn draw_resources(&mut self) {
        let ids: Vec<i64> = self.works.keys().copied().collect();
        for id in ids {
            self.draw_resources_of(id);
        }
    }

    fn draw_resources_of(&mut self, id: i64) {
        let Some(work) = self.works.get(&id) else {
            return;
        };
        if rows(work, "supportingResources").all(|row| row.contains_key(DRAWN)) {
            return;
        }
        let title = text(work, "title").unwrap_or_default().to_owned();
        let author = related(work, "contributions", "contributorId")
            .find_map(|id| self.contacts.get(&id))
            .and_then(|contact| {
                text(contact, "personName").or_else(|| text(contact, "organisationName"))
            });
        let mut drawn = Document::new();
        drawn.insert("title".into(), title.into());
        drawn.insert("author".into(), author.into());
        let Some(Value::Array(rows)) = self
            .works
            .get_mut(&id)
            .and_then(|work| work.get_mut("supportingResources"))
        else {
            return;
        };
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.entry(DRAWN)
                .or_insert_with(|| Value::Object(drawn.clone()));
        }
    }

    fn remember_ids(&mut self) {
        let highest = |map: &BTreeMap<i64, Document>| map.last_key_value().map_or(0, |(id, _)| *id);
        self.ids.work = self.ids.work.max(highest(&self.works));
        self.ids.product = self.ids.product.max(highest(&self.products));
        self.ids.contact = self.ids.contact.max(highest(&self.contacts));
        self.ids.series = self.ids.series.max(highest(&self.series));
    }

    fn next_row_id(&mut self) -> i64 {
        self.ids.row = self.ids.row.max(FIRST_ROW - 1) + 1;
        self.ids.row
    }
}

/// The text of a field, if it is one.
#[must_use]
pub fn text<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    document.get(name).and_then(Value::as_str)
}

/// The whole number of a field, if it is one.
#[must_use]
pub fn integer(document: &Document, name: &str) -> Option<i64> {
    document.get(name).and_then(Value::as_i64)
}

/// The rows of a nested list; none when the field is absent.
pub fn rows<'d>(
    document: &'d Document,
    name: &str,
) -> impl Iterator<Item = &'d Document> + use<'d> {
    items(document, name).iter().filter_map(Value::as_object)
}

/// The numbers of a list of ids; none when the field is absent.
pub fn ids_in<'d>(document: &'d Document, name: &str) -> impl Iterator<Item = i64> + use<'d> {
    items(document, name).iter().filter_map(Value::as_i64)
}

/// The strings of a list; none when the field is absent.
pub fn texts<'d>(document: &'d Document, name: &str) -> impl Iterator<Item = &'d str> + use<'d> {
    items(document, name).iter().filter_map(Value::as_str)
}

/// Whether a row of a work (a text, a resource, a contribution, a prize) concerns a product. A row
/// without `productIds` concerns them all.
#[must_use]
pub fn concerns(row: &Document, product: i64) -> bool {
    !row.contains_key("productIds") || ids_in(row, "productIds").any(|id| id == product)
}

/// The title of a product as the service puts it together: its own prefix and title, else the
/// title of its work. A `fullTitle` that was set by hand stands over both.
#[must_use]
pub fn full_title(product: &Document, work: Option<&Document>) -> String {
    if let Some(fixed) = text(product, "fullTitle") {
        return fixed.to_owned();
    }
    match (
        text(product, "titlePrefix"),
        text(product, "titleWithoutPrefix"),
    ) {
        (Some(prefix), Some(title)) if !prefix.is_empty() => format!("{prefix} {title}"),
        (_, Some(title)) if !title.is_empty() => title.to_owned(),
        _ => work
            .and_then(|work| text(work, "title"))
            .unwrap_or_default()
            .to_owned(),
    }
}

fn items<'d>(document: &'d Document, name: &str) -> &'d [Value] {
    document
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn related<'d>(
    work: &'d Document,
    list: &str,
    key: &'static str,
) -> impl Iterator<Item = i64> + use<'d> {
    rows(work, list).filter_map(move |row| integer(row, key))
}

fn nest(work: &mut Document, list: &str, key: &str, name: &str, records: &BTreeMap<i64, Document>) {
    let Some(Value::Array(rows)) = work.get_mut(list) else {
        return;
    };
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        let Some(id) = integer(row, key) else {
            continue;
        };
        if let Some(record) = records.get(&id) {
            row.insert(name.to_owned(), Value::Object(with_id(id, record)));
        }
    }
}

fn with_id(id: i64, document: &Document) -> Document {
    let mut whole = Document::new();
    whole.insert("id".into(), id.into());
    whole.extend(
        document
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    whole.insert("id".into(), id.into());
    whole
}

fn changed(document: &Document, since: Date) -> bool {
    let day = text(document, UPDATED_ON).and_then(|day| day.parse::<Date>().ok());
    day.is_some_and(|day| day >= since)
}

fn touch(document: &mut Document, day: Date) {
    document.insert(UPDATED_ON.into(), day.to_string().into());
}

const fn unknown(kind: &'static str, id: i64) -> WorldError {
    WorldError::Unknown { kind, id }
}

#[cfg(test)]
mod tests;

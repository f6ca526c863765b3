//! Joining records into works.
//!
//! ONIX has no work records: two products are formats of one work because they say so, by naming the
//! same work or by naming each other. What they repeat is then told once, and what only some of them
//! say is linked to those.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::record::Record;
use crate::world::{Document, UPDATED_ON, World};

const FIRST_ROW: i64 = 30_001;

/// Picks one kind of rows out of a record.
type RowsOf = fn(&Record) -> &Vec<Document>;

/// Hands out ids: the sender's own where it gives one that is free, else the next free one.
struct Ids {
    next: i64,
}

impl Ids {
    fn above(first: i64, given: impl Iterator<Item = i64>) -> Self {
        Self {
            next: given.max().unwrap_or(0).max(first - 1) + 1,
        }
    }

    fn take<V>(&mut self, wanted: Option<i64>, taken: &BTreeMap<i64, V>) -> i64 {
        match wanted.filter(|id| *id > 0 && !taken.contains_key(id)) {
            Some(id) => id,
            None => {
                self.next += 1;
                self.next - 1
            }
        }
    }
}

/// Puts records into an account of this day.
pub(super) struct Assembly {
    world: World,
    works: Ids,
    products: Ids,
    contacts: Ids,
    series: Ids,
    imprints: BTreeMap<String, i64>,
    contact_by_name: BTreeMap<String, i64>,
    series_by_name: BTreeMap<String, i64>,
    next_row: i64,
}

impl Assembly {
    /// Makes the account.
    pub(super) fn build(records: &[Record], client: Option<String>, as_of: Date) -> World {
        let mut world = World::new(as_of);
        if let Some(client) = client {
            world.client.insert("name".into(), json!(client));
        }
        let contacts = records.iter().flat_map(|record| &record.contributors);
        let series = records.iter().flat_map(|record| &record.series);
        let mut assembly = Self {
            world,
            works: Ids::above(1001, records.iter().filter_map(work_number)),
            products: Ids::above(20_001, records.iter().filter_map(|record| record.id)),
            contacts: Ids::above(501, contacts.filter_map(|contact| contact.id)),
            series: Ids::above(301, series.filter_map(|series| series.id)),
            imprints: BTreeMap::new(),
            contact_by_name: BTreeMap::new(),
            series_by_name: BTreeMap::new(),
            next_row: FIRST_ROW,
        };
        for group in groups(records) {
            assembly.add(&group);
        }
        assembly.world
    }

    fn add(&mut self, group: &[&Record]) {
        let Some(lead) = group.first() else { return };
        let work_id = self.works.take(work_number(lead), &self.world.works);
        let mut ids = Vec::new();
        for record in group {
            let id = self.products.take(record.id, &self.world.products);
            let product = self.product(record, lead, work_id);
            self.world.products.insert(id, product);
            ids.push(id);
        }
        let mut work = lead.work.clone();
        work.insert("title".into(), json!(lead.title.full()));
        if let Some(subtitle) = &lead.title.subtitle {
            work.insert("subtitle".into(), json!(subtitle));
        }
        work.insert(
            "clientId".into(),
            self.world.client.get("id").cloned().unwrap_or_default(),
        );
        work.insert("projectStage".into(), json!("Published"));
        if let Some((id, name)) = &lead.imprint {
            let next = 11 + i64::try_from(self.imprints.len()).unwrap_or_default();
            let id = *self
                .imprints
                .entry(name.clone())
                .or_insert(id.unwrap_or(next));
            work.insert("imprint".into(), json!({"id": id, "name": name}));
        }
        work.insert("contributions".into(), self.contributions(group, &ids));
        work.insert("seriesMemberships".into(), self.memberships(group));
        let lists: [(&str, RowsOf); 3] = [
            ("marketingTexts", |record| &record.collateral.texts),
            ("supportingResources", |record| &record.collateral.resources),
            ("prizes", |record| &record.collateral.prizes),
        ];
        for (name, rows) in lists {
            let rows = self.shared_rows(group, &ids, rows);
            work.insert(name.into(), rows);
        }
        work.insert("products".into(), json!(ids));
        work.insert(UPDATED_ON.into(), json!(self.world.as_of.to_string()));
        self.world.works.insert(work_id, work);
    }

    /// The product document: a title of its own only where it differs from its work's.
    fn product(&mut self, record: &Record, lead: &Record, work: i64) -> Document {
        let mut product = record.product.clone();
        product.insert("workId".into(), json!(work));
        if record.title.full() != lead.title.full() {
            product.insert("titlePrefix".into(), json!(record.title.prefix));
            product.insert("titleWithoutPrefix".into(), json!(record.title.title));
        }
        if record.title.subtitle != lead.title.subtitle {
            product.insert("subtitle".into(), json!(record.title.subtitle));
        }
        for list in ["prices", "webLinks"] {
            if let Some(Value::Array(rows)) = product.get_mut(list) {
                for row in rows.iter_mut().filter_map(Value::as_object_mut) {
                    row.insert("id".into(), json!(self.next_row));
                    self.next_row += 1;
                }
            }
        }
        product.insert("containedProducts".into(), json!([]));
        product.insert(UPDATED_ON.into(), json!(self.world.as_of.to_string()));
        product.retain(|_, value| !value.is_null());
        product
    }

    fn contributions(&mut self, group: &[&Record], ids: &[i64]) -> Value {
        let mut rows: Vec<(i64, String, Vec<i64>)> = Vec::new();
        for (record, product) in group.iter().zip(ids) {
            for contributor in &record.contributors {
                let contact =
                    self.contact(contributor.id, contributor.name(), &contributor.contact);
                for role in &contributor.roles {
                    match rows
                        .iter_mut()
                        .find(|(id, known, _)| *id == contact && known == role)
                    {
                        Some((_, _, products)) => products.push(*product),
                        None => rows.push((contact, role.clone(), vec![*product])),
                    }
                }
            }
        }
        let rows = (1_i64..)
            .zip(rows)
            .map(|(place, (contact, role, products))| {
                let mut row = Document::new();
                row.insert("id".into(), json!(self.row()));
                row.insert("sequenceNumber".into(), json!(place));
                row.insert("onixContributorRoleCode".into(), json!(role));
                row.insert("contributorId".into(), json!(contact));
                link(&mut row, &products, ids);
                Value::Object(row)
            });
        Value::Array(rows.collect())
    }

    fn contact(&mut self, id: Option<i64>, name: String, document: &Document) -> i64 {
        if let Some(id) = id.filter(|id| self.world.contacts.contains_key(id)) {
            return id;
        }
        if let (None, Some(known)) = (id, self.contact_by_name.get(&name)) {
            return *known;
        }
        let id = self.contacts.take(id, &self.world.contacts);
        self.world.contacts.insert(id, document.clone());
        self.contact_by_name.entry(name).or_insert(id);
        id
    }

    fn memberships(&mut self, group: &[&Record]) -> Value {
        let mut rows: Vec<Value> = Vec::new();
        let mut seen = Vec::new();
        for membership in group.iter().flat_map(|record| &record.series) {
            if seen.contains(&membership.name) {
                continue;
            }
            seen.push(membership.name.clone());
            let known = self.series_by_name.get(&membership.name).copied();
            let id = known.unwrap_or_else(|| {
                let id = self.series.take(membership.id, &self.world.series);
                let mut series = Document::new();
                series.insert("name".into(), json!(membership.name));
                self.world.series.insert(id, series);
                id
            });
            self.series_by_name.insert(membership.name.clone(), id);
            let mut row = Document::new();
            row.insert("id".into(), json!(self.row()));
            row.insert("seriesId".into(), json!(id));
            if let Some(part) = &membership.part {
                row.insert("partNumber".into(), json!(part));
            }
            rows.push(Value::Object(row));
        }
        Value::Array(rows)
    }

    /// Equal rows of several products become one row.
    fn shared_rows(&mut self, group: &[&Record], ids: &[i64], rows_of: RowsOf) -> Value {
        let mut rows: Vec<(Document, Vec<i64>)> = Vec::new();
        for (record, product) in group.iter().zip(ids) {
            for row in rows_of(record) {
                match rows.iter_mut().find(|(known, _)| known == row) {
                    Some((_, products)) if !products.contains(product) => products.push(*product),
                    Some(_) => {}
                    None => rows.push((row.clone(), vec![*product])),
                }
            }
        }
        let rows = rows.into_iter().map(|(mut row, products)| {
            row.insert("id".into(), json!(self.row()));
            link(&mut row, &products, ids);
            row.retain(|_, value| !value.is_null());
            Value::Object(row)
        });
        Value::Array(rows.collect())
    }

    fn row(&mut self) -> i64 {
        self.next_row += 1;
        self.next_row - 1
    }
}

/// Names the products of a row unless it concerns all of the work's.
fn link(row: &mut Document, products: &[i64], all: &[i64]) {
    if products.len() < all.len() {
        row.insert("productIds".into(), json!(products));
    }
}

/// The number at the end of a work identifier such as `com.client.onix.1017`.
fn work_number(record: &Record) -> Option<i64> {
    record.work_key.as_ref()?.rsplit('.').next()?.parse().ok()
}

/// Records by work, in the order of their first appearance: the closure over shared work ids and over
/// relations between formats, which may be stated on one side only.
fn groups(records: &[Record]) -> Vec<Vec<&Record>> {
    let mut parents: Vec<usize> = (0..records.len()).collect();
    let by_isbn: BTreeMap<&str, usize> = records
        .iter()
        .enumerate()
        .filter_map(|(place, record)| Some((record.isbn.as_deref()?, place)))
        .collect();
    let mut by_work: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if let Some(key) = &record.work_key {
            let first = *by_work.entry(key).or_insert(place);
            join(&mut parents, first, place);
        }
        for isbn in &record.same_work {
            if let Some(other) = by_isbn.get(isbn.as_str()) {
                join(&mut parents, place, *other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Record>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        groups
            .entry(root(&parents, place))
            .or_default()
            .push(record);
    }
    groups.into_values().collect()
}

fn root(parents: &[usize], mut place: usize) -> usize {
    while let Some(parent) = parents.get(place).filter(|parent| **parent != place) {
        place = *parent;
    }
    place
}

/// Joins two sets under the smaller root, so that a group stands where its first record stood.
fn join(parents: &mut [usize], left: usize, right: usize) {
    let (left, right) = (root(parents, left), root(parents, right));
    if let Some(parent) = parents.get_mut(left.max(right)) {
        *parent = left.min(right);
    }
}

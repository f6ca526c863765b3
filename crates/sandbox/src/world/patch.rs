//! Changing the world: merge patches (RFC 7396) in the names of the schema.
//!
//! Two things go beyond the RFC, because a patch of a graph would be a chore without them. A row of
//! a nested list that bears the id of a row already there is merged into it (the list itself is
//! replaced, as the RFC says: a row that is not named is gone). And a record nested in a row, such
//! as the contributor of a contribution, changes that record itself, for every work that has it.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    Document, ONIX, REVISION, UPDATED_ON, World, WorldError, integer, rows, touch, unknown,
};

/// Nested lists of a work whose rows have ids.
const WORK_ROWS: [&str; 8] = [
    "contributions",
    "seriesMemberships",
    "marketingTexts",
    "supportingResources",
    "prizes",
    "productionRuns",
    "workDerivations",
    "contentLanguages",
];
/// Nested lists of a product whose rows have ids.
const PRODUCT_ROWS: [&str; 3] = ["prices", "webLinks", "containedProducts"];
/// Nested lists of a contact whose rows have ids.
const CONTACT_ROWS: [&str; 2] = ["webLinks", "professionalAffiliations"];

/// Names that only the ONIX feed of an account carries. A patch may use them at the top of a
/// product; they are kept under `_onix`.
const FEED_ONLY: [&str; 13] = [
    "announcementDate",
    "salesEmbargoDate",
    "preorderFrom",
    "availability",
    "marketStatus",
    "marketDate",
    "productFormDetails",
    "rightsClaims",
    "row",
    "relatedProducts",
    "epubProtection",
    "priceTerritories",
    "onSaleDate",
];

/// Applies a JSON merge patch (RFC 7396) to an object: null removes, objects merge, all else
/// replaces.
pub fn merge(target: &mut Document, patch: &Document) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.shift_remove(name);
            }
            Value::Object(inner) => {
                let mut merged = match target.get(name) {
                    Some(Value::Object(present)) => present.clone(),
                    _ => Document::new(),
                };
                merge(&mut merged, inner);
                target.insert(name.clone(), Value::Object(merged));
            }
            other => {
                target.insert(name.clone(), other.clone());
            }
        }
    }
}

impl World {
    /// Adds a work with its products, contributors and series nested in it; ids that are missing
    /// are given. Returns the id of the work.
    ///
    /// # Errors
    /// When the document is not an object, a nested list is none, or an id is taken or unknown.
    pub fn add_work(&mut self, work: &Value) -> Result<i64, WorldError> {
        let patch = work
            .as_object()
            .ok_or_else(|| WorldError::shape("the work", "an object"))?;
        let id = match integer(patch, "id") {
            Some(id) if self.works.contains_key(&id) => {
                return Err(WorldError::Taken { kind: "work", id });
            }
            Some(id) => id,
            None => {
                self.remember_ids();
                self.ids.work.max(1000) + 1
            }
        };
        self.apply_to_work(id, patch)?;
        Ok(id)
    }

    /// Adds a product to a work; an id that is missing is given. Returns the id of the product.
    ///
    /// # Errors
    /// When there is no such work, the document is not an object, or its id is taken.
    pub fn add_product(&mut self, work: i64, product: &Value) -> Result<i64, WorldError> {
        let patch = product
            .as_object()
            .ok_or_else(|| WorldError::shape("the product", "an object"))?;
        if !self.works.contains_key(&work) {
            return Err(unknown("work", work));
        }
        if let Some(id) = integer(patch, "id").filter(|id| self.products.contains_key(id)) {
            return Err(WorldError::Taken {
                kind: "product",
                id,
            });
        }
        let id = self.upsert_product(work, patch)?;
        self.touch_work(work);
        Ok(id)
    }

    /// Patches a work and what is nested in it.
    ///
    /// # Errors
    /// When there is no such work or the patch has the wrong shape.
    pub fn patch_work(&mut self, id: i64, patch: &Value) -> Result<(), WorldError> {
        let patch = patch
            .as_object()
            .ok_or_else(|| WorldError::shape("the patch", "an object"))?;
        if !self.works.contains_key(&id) {
            return Err(unknown("work", id));
        }
        self.apply_to_work(id, patch)
    }

    /// Patches a product; its work counts as changed too.
    ///
    /// # Errors
    /// When there is no such product or the patch has the wrong shape.
    pub fn patch_product(&mut self, id: i64, patch: &Value) -> Result<(), WorldError> {
        let patch = patch
            .as_object()
            .ok_or_else(|| WorldError::shape("the patch", "an object"))?;
        let present = self.products.get(&id).ok_or(unknown("product", id))?;
        let work = integer(present, "workId").unwrap_or_default();
        if patch.contains_key("work") {
            return Err(WorldError::shape("work", "patched at /_sandbox/works/{id}"));
        }
        let mut patch = patch.clone();
        patch.insert("id".into(), id.into());
        self.upsert_product(work, &patch)?;
        self.touch_work(work);
        Ok(())
    }

    /// Patches a person or organisation, for every work that has it.
    ///
    /// # Errors
    /// When there is no such contact or the patch has the wrong shape.
    pub fn patch_contact(&mut self, id: i64, patch: &Value) -> Result<(), WorldError> {
        let patch = patch
            .as_object()
            .ok_or_else(|| WorldError::shape("the patch", "an object"))?;
        if !self.contacts.contains_key(&id) {
            return Err(unknown("contact", id));
        }
        let mut patch = patch.clone();
        patch.insert("id".into(), id.into());
        self.upsert_contact(&patch)?;
        Ok(())
    }

    /// Patches a series, for every work in it.
    ///
    /// # Errors
    /// When there is no such series or the patch has the wrong shape.
    pub fn patch_series(&mut self, id: i64, patch: &Value) -> Result<(), WorldError> {
        let patch = patch
            .as_object()
            .ok_or_else(|| WorldError::shape("the patch", "an object"))?;
        if !self.series.contains_key(&id) {
            return Err(unknown("series", id));
        }
        let mut patch = patch.clone();
        patch.insert("id".into(), id.into());
        self.upsert_series(&patch);
        Ok(())
    }

    fn apply_to_work(&mut self, id: i64, patch: &Document) -> Result<(), WorldError> {
        self.check_work(id, patch)?;
        let mut patch = patch.clone();
        patch.shift_remove("id");
        let products = patch.shift_remove("products");
        self.lift(
            &mut patch,
            "contributions",
            "contributor",
            "contributorId",
            Self::upsert_contact,
        )?;
        self.lift(
            &mut patch,
            "seriesMemberships",
            "series",
            "seriesId",
            |world, series| Ok(world.upsert_series(series)),
        )?;
        let before = self.works.get(&id).cloned().unwrap_or_default();
        self.settle_rows(&before, &mut patch, &WORK_ROWS)?;
        self.settle_contributions(&mut patch);
        self.revise_resources(&before, &mut patch);
        let today = self.as_of;
        let work = self.works.entry(id).or_default();
        merge(work, &patch);
        work.entry("products")
            .or_insert_with(|| Value::Array(Vec::new()));
        date(work, &patch, today);
        for product in products.iter().filter_map(Value::as_array).flatten() {
            if let Some(product) = product.as_object() {
                self.upsert_product(id, product)?;
            }
        }
        self.draw_resources_of(id);
        Ok(())
    }

    /// Finds everything that could be wrong with the patch of a work before anything is changed.
    fn check_work(&self, id: i64, patch: &Document) -> Result<(), WorldError> {
        check_rows(patch, &WORK_ROWS)?;
        for row in rows(patch, "contributions") {
            if let Some(Value::Object(contact)) = row.get("contributor") {
                check_rows(contact, &CONTACT_ROWS)?;
            }
        }
        let products = match patch.get("products") {
            None | Some(Value::Array(_)) => rows(patch, "products"),
            Some(_) => return Err(WorldError::shape("products", "a list of objects")),
        };
        for product in products {
            check_product(product)?;
            let Some(product) = integer(product, "id") else {
                continue;
            };
            let owner = self
                .products
                .get(&product)
                .and_then(|known| integer(known, "workId"));
            if owner.is_some_and(|owner| owner != id) {
                return Err(WorldError::Taken {
                    kind: "product",
                    id: product,
                });
            }
        }
        Ok(())
    }

    /// Takes the records nested in the rows of a list out of them, stores each, and leaves its id.
    fn lift(
        &mut self,
        patch: &mut Document,
        list: &str,
        nested: &str,
        key: &str,
        mut store: impl FnMut(&mut Self, &Document) -> Result<i64, WorldError>,
    ) -> Result<(), WorldError> {
        let Some(Value::Array(rows)) = patch.get_mut(list) else {
            return Ok(());
        };
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            let Some(Value::Object(mut record)) = row.shift_remove(nested) else {
                continue;
            };
            if let (None, Some(id)) = (integer(&record, "id"), integer(row, key)) {
                record.insert("id".into(), id.into());
            }
            let id = store(self, &record)?;
            row.insert(key.to_owned(), id.into());
        }
        Ok(())
    }

    /// Merges rows into those of the same id and gives ids to rows that have none.
    fn settle_rows(
        &mut self,
        before: &Document,
        patch: &mut Document,
        lists: &[&str],
    ) -> Result<(), WorldError> {
        for list in lists {
            let Some(Value::Array(new)) = patch.get_mut(*list) else {
                continue;
            };
            for row in new.iter_mut().filter_map(Value::as_object_mut) {
                let Some(id) = integer(row, "id") else {
                    row.insert("id".into(), self.next_row_id().into());
                    continue;
                };
                let present = rows(before, list).find(|old| integer(old, "id") == Some(id));
                if let Some(present) = present {
                    let mut merged = present.clone();
                    merge(&mut merged, row);
                    *row = merged;
                } else {
                    self.ids.row = self.ids.row.max(id);
                }
            }
        }
        Ok(())
    }

    /// A contribution that says no role is an author's; one that says no place takes the next.
    fn settle_contributions(&self, patch: &mut Document) {
        let Some(Value::Array(rows)) = patch.get_mut("contributions") else {
            return;
        };
        for (place, row) in (1i64..).zip(rows.iter_mut().filter_map(Value::as_object_mut)) {
            row.entry("onixContributorRoleCode")
                .or_insert_with(|| "A01".into());
            row.entry("sequenceNumber").or_insert_with(|| place.into());
        }
    }

    /// Counts an edit of each supporting resource that the patch changes, so that its picture
    /// changes with it.
    fn revise_resources(&self, before: &Document, patch: &mut Document) {
        let now = format!("{}T09:00:00Z", self.as_of);
        let Some(Value::Array(new)) = patch.get_mut("supportingResources") else {
            return;
        };
        for row in new.iter_mut().filter_map(Value::as_object_mut) {
            let id = integer(row, "id");
            match rows(before, "supportingResources").find(|old| integer(old, "id") == id) {
                Some(old) if old == row => {}
                Some(old) => {
                    let revision = integer(old, REVISION).unwrap_or_default() + 1;
                    row.insert(REVISION.into(), revision.into());
                    row.insert("updatedAt".into(), now.clone().into());
                }
                None => {
                    row.entry("createdAt").or_insert_with(|| now.clone().into());
                    row.entry("updatedAt").or_insert_with(|| now.clone().into());
                    row.entry("isProcessing").or_insert(Value::Bool(false));
                }
            }
        }
    }

    fn upsert_product(&mut self, work: i64, patch: &Document) -> Result<i64, WorldError> {
        check_product(patch)?;
        self.remember_ids();
        let id = integer(patch, "id").unwrap_or_else(|| self.ids.product.max(20_000) + 1);
        let owner = self
            .products
            .get(&id)
            .and_then(|present| integer(present, "workId"));
        if owner.is_some_and(|owner| owner != work) {
            return Err(WorldError::Taken {
                kind: "product",
                id,
            });
        }
        let before = self.products.get(&id).cloned().unwrap_or_default();
        let mut patch = patch.clone();
        patch.shift_remove("id");
        settle_product_names(&mut patch);
        self.settle_rows(&before, &mut patch, &PRODUCT_ROWS)?;
        let today = self.as_of;
        let product = self.products.entry(id).or_insert_with(new_product);
        merge(product, &patch);
        product.insert("workId".into(), work.into());
        date(product, &patch, today);
        let listed = self.works.entry(work).or_default().entry("products");
        if let Value::Array(ids) = listed.or_insert_with(|| Value::Array(Vec::new()))
            && !ids.iter().any(|listed| listed.as_i64() == Some(id))
        {
            ids.push(id.into());
        }
        self.ids.product = self.ids.product.max(id);
        Ok(id)
    }

    fn upsert_contact(&mut self, patch: &Document) -> Result<i64, WorldError> {
        check_rows(patch, &CONTACT_ROWS)?;
        self.remember_ids();
        let id = integer(patch, "id").unwrap_or_else(|| self.ids.contact.max(500) + 1);
        let before = self.contacts.get(&id).cloned().unwrap_or_default();
        let mut patch = patch.clone();
        patch.shift_remove("id");
        self.settle_rows(&before, &mut patch, &CONTACT_ROWS)?;
        let today = self.as_of;
        let kind = if patch.contains_key("organisationName") {
            "Organisation"
        } else {
            "Person"
        };
        let contact = self.contacts.entry(id).or_default();
        contact.entry("__typename").or_insert_with(|| kind.into());
        if merged_differs(contact, &patch) {
            merge(contact, &patch);
            date(contact, &patch, today);
        }
        self.ids.contact = self.ids.contact.max(id);
        Ok(id)
    }

    fn upsert_series(&mut self, patch: &Document) -> i64 {
        self.remember_ids();
        let id = integer(patch, "id").unwrap_or_else(|| self.ids.series.max(300) + 1);
        let mut patch = patch.clone();
        patch.shift_remove("id");
        let today = self.as_of;
        let series = self.series.entry(id).or_default();
        if merged_differs(series, &patch) {
            merge(series, &patch);
            date(series, &patch, today);
        }
        self.ids.series = self.ids.series.max(id);
        id
    }

    fn touch_work(&mut self, id: i64) {
        let today = self.as_of;
        if let Some(work) = self.works.get_mut(&id) {
            touch(work, today);
        }
    }
}

/// Dates a change, unless the patch itself says when it was.
fn date(record: &mut Document, patch: &Document, today: Date) {
    if !patch.contains_key(UPDATED_ON) {
        touch(record, today);
    }
}

fn merged_differs(present: &Document, patch: &Document) -> bool {
    let mut merged = present.clone();
    merge(&mut merged, patch);
    merged != *present || !present.contains_key(UPDATED_ON)
}

/// What a product has that nobody has filled in yet: not approved, and nothing said about rights.
fn new_product() -> Document {
    let mut product = Document::new();
    product.insert("__typename".into(), "PhysicalBookProduct".into());
    product.insert("allowOnixExports".into(), Value::Bool(false));
    product
}

/// Turns the spellings a person may use in a patch into the stored ones: `isbn {isbn13}`, hyphens
/// in an ISBN, names that belong under `_onix`.
fn settle_product_names(patch: &mut Document) {
    if let Some(isbn) = patch.shift_remove("isbn") {
        let number = match &isbn {
            Value::Object(isbn) => ["isbn13", "isbnWithDashes", "isbnWithSpaces"]
                .iter()
                .find_map(|name| isbn.get(*name))
                .cloned()
                .unwrap_or(Value::Null),
            _ => isbn,
        };
        patch.insert("isbn13".into(), number);
    }
    if let Some(Value::String(number)) = patch.get_mut("isbn13") {
        number.retain(|sign| sign != '-' && sign != ' ');
    }
    for name in FEED_ONLY {
        let Some(value) = patch.shift_remove(name) else {
            continue;
        };
        let onix = patch
            .entry(ONIX)
            .or_insert_with(|| Value::Object(Document::new()));
        if let Value::Object(onix) = onix {
            onix.insert(name.to_owned(), value);
        }
    }
}

fn check_product(patch: &Document) -> Result<(), WorldError> {
    check_rows(patch, &PRODUCT_ROWS)?;
    let text_or_null = |value: &Value| value.is_string() || value.is_null();
    if patch
        .get("isbn")
        .is_some_and(|isbn| !isbn.is_object() && !text_or_null(isbn))
    {
        return Err(WorldError::shape("isbn", "an object with isbn13, or null"));
    }
    if patch.get("isbn13").is_some_and(|isbn| !text_or_null(isbn)) {
        return Err(WorldError::shape("isbn13", "a string, or null"));
    }
    Ok(())
}

fn check_rows(patch: &Document, lists: &[&str]) -> Result<(), WorldError> {
    for list in lists {
        match patch.get(*list) {
            None | Some(Value::Null) => {}
            Some(Value::Array(rows)) if rows.iter().all(Value::is_object) => {}
            Some(_) => return Err(WorldError::shape(*list, "a list of objects")),
        }
    }
    Ok(())
}

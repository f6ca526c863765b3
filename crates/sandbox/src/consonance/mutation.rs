//! The mutations that are known to exist.
//!
//! Each takes one input and answers a payload with the record and a list of errors, as
//! graphql-ruby's Relay mutations do. What was wrong with an input is an entry of that list and not
//! a GraphQL error. How the ids of stages, seasons, tiers and work types are listed is not known;
//! here they are the places, from 1, of the names in use in alphabetical order.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::dynamic::{FieldValue, ResolverContext};
use async_graphql::{Error, Result};
use serde_json::{Value, json};
use tokio::sync::OwnedRwLockWriteGuard;

use super::account::Account;
use super::field::{Arguments, Plan, object};
use super::node::{At, Node, Row, subject_type};
use crate::world::{Document, World, integer, rows, text};

/// What a mutation did: the fields of its payload, or what is wrong and where.
type Outcome = std::result::Result<Document, Refusal>;

/// A refusal, as an entry of the payload's `errors`.
struct Refusal {
    field: &'static str,
    message: String,
}

fn refuse<T>(field: &'static str, message: impl Into<String>) -> std::result::Result<T, Refusal> {
    Err(Refusal {
        field,
        message: message.into(),
    })
}

/// Answers a field of `Mutation`.
pub(crate) async fn resolve<'a>(
    account: &Account,
    plan: &Plan,
    context: &ResolverContext<'a>,
) -> Result<Option<FieldValue<'a>>> {
    let input = Arguments(&context.args).object("input");
    let mut world = account.edit().await;
    let outcome = match plan.name.as_str() {
        "updateWork" => update_work(&mut world, &input),
        "updateProduct" => update_product(&mut world, &input),
        "updateContract" => update_contract(&mut world, &input),
        "createMarketingText" => create_text(&mut world, &input),
        "deleteMarketingText" => delete_row(&mut world, &input, "marketingTexts"),
        "createSupportingResource" => create_resource(&mut world, &input, &account.origin),
        "deleteSupportingResource" => delete_row(&mut world, &input, "supportingResources"),
        "createWebLink" => create_link(&mut world, &input),
        "updateWebLink" => update_link(&mut world, &input),
        "deleteWebLink" => delete_link(&mut world, &input),
        other => return Err(Error::new(format!("{other} has no answer"))),
    };
    let mut payload = match outcome {
        Ok(payload) => payload,
        Err(refusal) => refused(&refusal),
    };
    if let Some(id) = input.get("clientMutationId") {
        payload.insert("clientMutationId".into(), id.clone());
    }
    let row = Row {
        work: integer(&payload, "workId"),
        product: integer(&payload, "productId"),
        contact: integer(&payload, "contactId"),
        document: payload,
        parent: None,
    };
    let view = Arc::new(OwnedRwLockWriteGuard::downgrade(world));
    Ok(Some(object(
        plan,
        Node {
            view,
            at: At::Row(Arc::new(row)),
        },
    )))
}

fn refused(refusal: &Refusal) -> Document {
    let mut payload = Document::new();
    let entry = json!({
        "field": refusal.field,
        "attribute": refusal.field,
        "message": refusal.message,
        "messages": [refusal.message],
    });
    payload.insert("errors".into(), json!([entry]));
    payload
}

fn done(name: &str, value: Value) -> Document {
    let mut payload = Document::new();
    payload.insert(name.into(), value);
    payload
}

fn id_of(input: &Document) -> std::result::Result<i64, Refusal> {
    match integer(input, "id") {
        Some(id) => Ok(id),
        None => refuse("id", "id can't be blank"),
    }
}

fn changed(result: std::result::Result<(), crate::world::WorldError>) -> Change {
    result.map_err(|error| Refusal {
        field: "id",
        message: error.to_string(),
    })
}

/// Whether a change was taken.
type Change = std::result::Result<(), Refusal>;

/// Inputs of a work that are taken over under their own names.
const WORK_FIELDS: [&str; 7] = [
    "title",
    "subtitle",
    "acronym",
    "alternativeTitles",
    "titleStatement",
    "publishersUrl",
    "onixEditionTypeCodes",
];
/// Inputs of a work that name a value by its place, and the field they set.
const NAMED_BY_ID: [(&str, &str); 4] = [
    ("workTypeId", "workType"),
    ("seasonId", "season"),
    ("marketingTierId", "marketingTier"),
    ("projectStageId", "projectStage"),
];
/// Inputs of a work that set its subjects in one scheme.
const SUBJECT_FIELDS: [(&str, &str); 5] = [
    ("themas", "THEMA"),
    ("bisacs", "BISAC"),
    ("bics", "BIC"),
    ("nurs", "NUR"),
    ("inHouseSubjects", "IN_HOUSE"),
];

fn update_work(world: &mut World, input: &Document) -> Outcome {
    let id = id_of(input)?;
    let Some(work) = world.works.get(&id) else {
        return refuse("id", "Work not found");
    };
    let mut patch = Document::new();
    for name in WORK_FIELDS {
        if let Some(value) = input.get(name) {
            patch.insert(name.into(), value.clone());
        }
    }
    for (name, field) in NAMED_BY_ID {
        let Some(wanted) = input.get(name) else {
            continue;
        };
        let value = match wanted.as_i64() {
            Some(place) => match value_at(world, field, place) {
                Some(value) => Value::String(value),
                None => return refuse(name, format!("{name} {place} does not exist")),
            },
            None => Value::Null,
        };
        patch.insert(field.into(), value);
    }
    let mut subjects: Vec<Value> = rows(work, "subjectCodes")
        .cloned()
        .map(Value::Object)
        .collect();
    for (name, scheme) in SUBJECT_FIELDS {
        let Some(codes) = input.get(name).and_then(Value::as_array) else {
            continue;
        };
        let kind = subject_type(scheme);
        subjects.retain(|row| row.get("__typename").and_then(Value::as_str) != Some(kind));
        subjects.extend(codes.iter().zip(0..).map(|(code, place)| {
            json!({ "__typename": kind, "scheme": scheme, "code": code, "main": place == 0 })
        }));
        patch.insert("subjectCodes".into(), Value::Array(subjects.clone()));
    }
    let products: Vec<Value> = rows(input, "products")
        .map(|product| Value::Object(product_patch(product)))
        .collect();
    if !products.is_empty() {
        patch.insert("products".into(), Value::Array(products));
    }
    changed(world.patch_work(id, &Value::Object(patch)))?;
    Ok(done("workId", id.into()))
}

/// The values of a field in use, by their places from 1 in alphabetical order.
fn value_at(world: &World, field: &str, place: i64) -> Option<String> {
    let values: BTreeSet<&str> = world
        .works
        .values()
        .filter_map(|work| text(work, field))
        .collect();
    let place = usize::try_from(place).ok()?.checked_sub(1)?;
    values.into_iter().nth(place).map(str::to_owned)
}

/// Inputs of a product whose field has another name.
const PRODUCT_NAMES: [(&str, &str); 3] = [
    ("prefix", "titlePrefix"),
    ("title", "titleWithoutPrefix"),
    ("isbn", "isbn13"),
];

fn product_patch(input: &Document) -> Document {
    input
        .iter()
        .filter(|(name, _)| *name != "clientMutationId")
        .map(|(name, value)| {
            let renamed = PRODUCT_NAMES.iter().find(|(given, _)| given == name);
            (
                renamed.map_or(name.as_str(), |(_, field)| field).to_owned(),
                value.clone(),
            )
        })
        .collect()
}

fn update_product(world: &mut World, input: &Document) -> Outcome {
    let id = id_of(input)?;
    if !world.products.contains_key(&id) {
        return refuse("id", "Product not found");
    }
    changed(world.patch_product(id, &Value::Object(product_patch(input))))?;
    Ok(done("productId", id.into()))
}

fn update_contract(world: &mut World, input: &Document) -> Outcome {
    let id = id_of(input)?;
    let holder = world
        .works
        .iter()
        .find(|(_, work)| contract_id(work) == Some(id));
    let Some((work, _)) = holder else {
        return refuse("id", "Contract not found");
    };
    let work = *work;
    let mut contract = input.clone();
    contract.shift_remove("clientMutationId");
    changed(world.patch_work(work, &json!({ "contract": contract })))?;
    let contract = world.works.get(&work).and_then(|work| work.get("contract"));
    let mut payload = done("contract", contract.cloned().unwrap_or_default());
    payload.insert("workId".into(), work.into());
    Ok(payload)
}

fn contract_id(work: &Document) -> Option<i64> {
    work.get("contract")
        .and_then(Value::as_object)
        .and_then(|contract| integer(contract, "id"))
}

fn create_text(world: &mut World, input: &Document) -> Outcome {
    let mut row = input.clone();
    row.shift_remove("clientMutationId");
    let markdown = text(input, "externalTextMarkdown")
        .unwrap_or_default()
        .to_owned();
    if markdown.trim().is_empty() {
        return refuse("externalTextMarkdown", "External text can't be blank");
    }
    row.insert("externalText".into(), paragraphs(&markdown).into());
    if let Some(internal) = text(input, "internalTextMarkdown") {
        let internal = paragraphs(internal);
        row.insert("internalText".into(), internal.into());
    }
    row.entry("onixContentAudienceCodes")
        .or_insert_with(|| json!(["_00"]));
    append(world, input, "marketingTexts", "marketingText", row)
}

/// The HTML of plain Markdown text: a paragraph for each block, signs of HTML escaped.
fn paragraphs(markdown: &str) -> String {
    let escaped = markdown
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let blocks = escaped
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty());
    blocks
        .map(|block| format!("<p>{}</p>", block.replace('\n', "<br>")))
        .collect()
}

fn create_resource(world: &mut World, input: &Document, origin: &str) -> Outcome {
    let mut row = input.clone();
    for name in ["clientMutationId", "linkToAllProducts", "unlinkPrevious"] {
        row.shift_remove(name);
    }
    let remote = text(input, "imageRemoteUrl").map(str::to_owned);
    let file = text(input, "resourceFileName").map(str::to_owned);
    if remote.is_none() && file.is_none() {
        return refuse(
            "imageRemoteUrl",
            "either imageRemoteUrl or resourceFileName is needed",
        );
    }
    if remote
        .as_ref()
        .is_some_and(|url| !url.to_lowercase().ends_with(".jpg"))
    {
        return refuse("imageRemoteUrl", "Image must be a JPG");
    }
    let all = input
        .get("linkToAllProducts")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    if all && input.contains_key("productIds") {
        return refuse(
            "productIds",
            "productIds and linkToAllProducts exclude each other",
        );
    }
    if let Some(file) = &file {
        row.insert("filename".into(), file.clone().into());
        row.insert("isProcessing".into(), true.into());
    }
    let mut payload = append(
        world,
        input,
        "supportingResources",
        "supportingResource",
        row,
    )?;
    if let Some(file) = file {
        payload.insert(
            "presignedUrl".into(),
            format!("{origin}/uploads/{file}").into(),
        );
    }
    Ok(payload)
}

/// Adds a row to a list of the work that the input names.
fn append(world: &mut World, input: &Document, list: &str, name: &str, row: Document) -> Outcome {
    let id = integer(input, "workId").unwrap_or_default();
    let Some(work) = world.works.get(&id) else {
        return refuse("workId", "Work not found");
    };
    let mut all: Vec<Value> = rows(work, list).cloned().map(Value::Object).collect();
    all.push(Value::Object(row));
    let mut patch = Document::new();
    patch.insert(list.into(), Value::Array(all));
    changed(world.patch_work(id, &Value::Object(patch)))?;
    let added = world
        .works
        .get(&id)
        .and_then(|work| rows(work, list).last())
        .cloned();
    let mut payload = done(name, added.map(Value::Object).unwrap_or_default());
    payload.insert("workId".into(), id.into());
    Ok(payload)
}

fn delete_row(world: &mut World, input: &Document, list: &str) -> Outcome {
    let id = id_of(input)?;
    let has = |work: &Document| rows(work, list).any(|row| integer(row, "id") == Some(id));
    let holder = world.works.iter().find(|(_, work)| has(work));
    let Some((holder, work)) = holder else {
        return refuse("id", "Record not found");
    };
    let holder = *holder;
    let mut patch = Document::new();
    patch.insert(list.into(), without(work, list, id));
    changed(world.patch_work(holder, &Value::Object(patch)))?;
    Ok(done("success", true.into()))
}

fn without(document: &Document, list: &str, id: i64) -> Value {
    let kept = rows(document, list).filter(|row| integer(row, "id") != Some(id));
    Value::Array(kept.cloned().map(Value::Object).collect())
}

/// The record that has a web link, product or contact.
enum Holder {
    Product(i64),
    Contact(i64),
}

impl Holder {
    fn of_link(world: &World, id: i64) -> Option<Self> {
        let has =
            |record: &Document| rows(record, "webLinks").any(|row| integer(row, "id") == Some(id));
        let product = world.products.iter().find(|(_, product)| has(product));
        let contact = || world.contacts.iter().find(|(_, contact)| has(contact));
        product
            .map(|(id, _)| Self::Product(*id))
            .or_else(|| contact().map(|(id, _)| Self::Contact(*id)))
    }

    fn of_input(world: &World, input: &Document) -> std::result::Result<Self, Refusal> {
        match (integer(input, "productId"), integer(input, "contactId")) {
            (Some(id), _) if world.products.contains_key(&id) => Ok(Self::Product(id)),
            (None, Some(id)) if world.contacts.contains_key(&id) => Ok(Self::Contact(id)),
            (Some(_), _) => refuse("productId", "Product not found"),
            (None, Some(_)) => refuse("contactId", "Contact not found"),
            (None, None) => refuse("productId", "a product or a contact is needed"),
        }
    }

    fn document<'w>(&self, world: &'w World) -> Option<&'w Document> {
        match self {
            Self::Product(id) => world.products.get(id),
            Self::Contact(id) => world.contacts.get(id),
        }
    }

    fn patch(&self, world: &mut World, links: &Value) -> Change {
        let patch = json!({ "webLinks": links });
        changed(match self {
            Self::Product(id) => world.patch_product(*id, &patch),
            Self::Contact(id) => world.patch_contact(*id, &patch),
        })
    }

    fn links(&self, world: &World) -> Vec<Value> {
        let document = self.document(world);
        document
            .map(|document| {
                rows(document, "webLinks")
                    .cloned()
                    .map(Value::Object)
                    .collect()
            })
            .unwrap_or_default()
    }
}

fn create_link(world: &mut World, input: &Document) -> Outcome {
    let holder = Holder::of_input(world, input)?;
    let mut row = input.clone();
    for name in ["clientMutationId", "productId", "contactId"] {
        row.shift_remove(name);
    }
    row.entry("role").or_insert_with(|| "_00".into());
    let mut links = holder.links(world);
    links.push(Value::Object(row));
    holder.patch(world, &Value::Array(links))?;
    Ok(done(
        "webLink",
        holder.links(world).pop().unwrap_or_default(),
    ))
}

fn update_link(world: &mut World, input: &Document) -> Outcome {
    let id = id_of(input)?;
    let Some(holder) = Holder::of_link(world, id) else {
        return refuse("id", "Record not found");
    };
    let mut links = holder.links(world);
    for link in links.iter_mut().filter_map(Value::as_object_mut) {
        if integer(link, "id") == Some(id) {
            for name in ["link", "note"] {
                if let Some(value) = input.get(name) {
                    link.insert(name.into(), value.clone());
                }
            }
        }
    }
    holder.patch(world, &Value::Array(links))?;
    let mut links = holder.links(world).into_iter();
    let link = links.find(|link| link.get("id").and_then(Value::as_i64) == Some(id));
    Ok(done("webLink", link.unwrap_or_default()))
}

fn delete_link(world: &mut World, input: &Document) -> Outcome {
    let id = id_of(input)?;
    let Some(holder) = Holder::of_link(world, id) else {
        return refuse("id", "Record not found");
    };
    let kept = holder
        .document(world)
        .map(|document| without(document, "webLinks", id));
    holder.patch(world, &kept.unwrap_or_default())?;
    Ok(done("success", true.into()))
}

//! Content types: schemas with a title, versions, and the entries that hang on them.

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, text};
use super::errors::{FieldErrors, Refusal};
use super::routes::{Route, delete, get, post, put};
use super::schema::{Inspection, Model, fields, is_model_uid};
use super::shelf::Shelf;
use super::stack::Stack;

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/content_types", list),
    post("/v3/content_types", create),
    get("/v3/content_types/{ct}", show),
    put("/v3/content_types/{ct}", update),
    delete("/v3/content_types/{ct}", remove),
];

/// Titles and uids hold 200 characters, descriptions 255 (Contentstack: limitations of content
/// types).
const TITLE_LIMIT: usize = 200;
const DESCRIPTION_LIMIT: usize = 255;

/// Reads a type or global field from a body; `root` is the name it has there and in its errors.
/// `previous` is what it replaces.
pub(crate) fn read(
    stack: &Stack,
    ask: &Ask,
    root: &str,
    previous: Option<&Model>,
) -> Result<(Model, FieldErrors), Refusal> {
    let body = ask.rooted(root)?;
    let uid = match previous {
        Some(previous) => previous.uid.clone(),
        None => text(&body, "uid").unwrap_or_default().to_owned(),
    };
    let mut errors = FieldErrors::new();
    let mut fault = |field: &str, message: String| {
        errors.entry(field.to_owned()).or_default().push(message);
    };
    if !is_model_uid(&uid) {
        fault("uid", "is not valid.".into());
    }
    let title = text(&body, "title").or(previous.map(|previous| previous.title.as_str()));
    let title = title.unwrap_or_default().to_owned();
    if title.is_empty() {
        fault("title", "is a required field.".into());
    }
    if title.chars().count() > TITLE_LIMIT {
        fault("title", format!("is longer than {TITLE_LIMIT} characters."));
    }
    let description = text(&body, "description").unwrap_or_default().to_owned();
    if description.chars().count() > DESCRIPTION_LIMIT {
        fault(
            "description",
            format!("is longer than {DESCRIPTION_LIMIT} characters."),
        );
    }
    let mut inspection = Inspection::new(stack, &uid);
    let schema = match body.get("schema").and_then(Value::as_array) {
        Some(schema) => inspection.schema(schema),
        None => {
            fault("schema", "is a required field.".into());
            Vec::new()
        }
    };
    errors.extend(inspection.errors);
    let now = stamp(ask.now);
    let kept = |key: &str, default: Value| body.get(key).cloned().unwrap_or(default);
    let model = Model {
        title,
        description,
        schema,
        options: options(&body),
        labels: kept("labels", json!([])),
        field_rules: kept("field_rules", json!([])),
        version: previous.map_or(1, |previous| previous.version + 1),
        created_at: previous.map_or_else(|| now.clone(), |previous| previous.created_at.clone()),
        updated_at: now,
        uid,
    };
    Ok((model, errors))
}

fn options(body: &Object) -> Value {
    let mut options =
        json!({"is_page": false, "singleton": false, "title": "title", "sub_title": []});
    if let (Some(options), Some(given)) = (
        options.as_object_mut(),
        body.get("options").and_then(Value::as_object),
    ) {
        options.extend(given.clone());
    }
    options
}

/// What only a content type must have: a title field, and a url field when its entries are pages.
/// The texts are recorded from the service.
fn obligatory(model: &Model, errors: &mut FieldErrors) {
    let has = |uid: &str| fields(&model.schema).any(|field| field.uid() == uid);
    let mut fault = |field: &str, message: &str| {
        errors
            .entry(field.to_owned())
            .or_default()
            .push(message.to_owned());
    };
    if !has("title") {
        fault("content_type", "should have a 'title' field.");
    }
    if model.options.get("is_page") == Some(&json!(true)) && !has("url") {
        fault("schema", "should have a 'url' field.");
    }
}

/// The type as the service gives it; the shape is recorded.
pub(crate) fn view(stack: &Stack, model: &Model, ask: &Ask) -> Value {
    let abilities = json!({
        "get_one_object": true, "get_all_objects": true, "create_object": true,
        "update_object": true, "delete_object": true, "delete_all_objects": true,
    });
    json!({
        "created_at": model.created_at,
        "updated_at": model.updated_at,
        "title": model.title,
        "uid": model.uid,
        "_version": model.version,
        "inbuilt_class": false,
        "schema": schema(stack, model, ask),
        "last_activity": {},
        "maintain_revisions": true,
        "description": model.description,
        "DEFAULT_ACL": {
            "others": {"read": false, "create": false},
            "users": [],
            "management_token": {"read": true},
        },
        "SYS_ACL": {"roles": [], "others": {"read": false, "create": false, "update": false,
            "delete": false, "sub_acl": {"read": false, "create": false, "update": false,
            "delete": false, "publish": false}}},
        "options": model.options,
        "labels": model.labels,
        "field_rules": model.field_rules,
        "abilities": abilities,
    })
}

/// A reply about entries, with their type beside them if the request asks for it.
pub(crate) fn beside(answer: Answer, stack: &Stack, model: &Model, ask: &Ask) -> Answer {
    if ask.flag("include_content_type") {
        return answer.with("content_type", view(stack, model, ask));
    }
    answer
}

/// The schema, with those of its global fields when the request asks for them.
fn schema(stack: &Stack, model: &Model, ask: &Ask) -> Value {
    if !ask.flag("include_global_field_schema") {
        return json!(model.schema);
    }
    let with_inner = fields(&model.schema)
        .zip(&model.schema)
        .map(|(field, raw)| match raw.as_object() {
            Some(raw) if field.data_type() == "global_field" => {
                let mut raw = raw.clone();
                raw.insert("schema".into(), json!(field.inner(stack)));
                Value::Object(raw)
            }
            _ => raw.clone(),
        });
    Value::Array(with_inner.collect())
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (model, mut errors) = read(stack, ask, "content_type", None)?;
    obligatory(&model, &mut errors);
    taken(stack.content_types.values(), &model, &mut errors);
    if !errors.is_empty() {
        let message = "Content Type creation failed. Please try again.";
        return Err(Refusal::invalid(115, message).with(errors));
    }
    let mut shelf = Shelf::default();
    shelf.index(&model);
    stack.shelves.insert(model.uid.clone(), shelf);
    let body = view(stack, &model, ask);
    stack.content_types.insert(model.uid.clone(), model);
    let notice = "Content Type created successfully.";
    Ok(Answer::created(
        json!({"notice": notice, "content_type": body}),
    ))
}

/// Notes a uid or title that another model already has.
pub(crate) fn taken<'a>(
    others: impl Iterator<Item = &'a Model>,
    model: &Model,
    errors: &mut FieldErrors,
) {
    for other in others {
        for (field, same) in [
            ("uid", other.uid == model.uid),
            ("title", other.title == model.title),
        ] {
            if same {
                errors
                    .entry(field.to_owned())
                    .or_default()
                    .push("is not unique.".into());
            }
        }
    }
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let previous = stack.content_type(ask.parameter("ct"))?;
    let (model, mut errors) = read(stack, ask, "content_type", Some(previous))?;
    obligatory(&model, &mut errors);
    let others = stack
        .content_types
        .values()
        .filter(|other| other.uid != model.uid);
    taken(others, &model, &mut errors);
    if !errors.is_empty() {
        let message = "Content Type update failed. Please try again.";
        return Err(Refusal::invalid(115, message).with(errors));
    }
    stack.shelf_mut(&model.uid)?.index(&model);
    let body = view(stack, &model, ask);
    stack.content_types.insert(model.uid.clone(), model);
    let notice = "Content Type updated successfully.";
    Ok(Answer::ok(json!({"notice": notice, "content_type": body})))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let views = stack
        .content_types
        .values()
        .map(|model| view(stack, model, ask))
        .collect();
    Answer::list(ask, "content_types", views)
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let model = stack.content_type(ask.parameter("ct"))?;
    Ok(Answer::ok(json!({"content_type": view(stack, model, ask)})))
}

/// Removes a type. With entries on it only by `force`, and its entries with it.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let uid = ask.parameter("ct");
    stack.content_type(uid)?;
    if !ask.flag("force") && !stack.shelf(uid)?.is_empty() {
        let message = "Content Type deletion failed: it has entries. Use force=true.";
        return Err(Refusal::invalid(115, message).because("entries", "is not empty."));
    }
    stack.content_types.remove(uid);
    stack.shelves.remove(uid);
    Ok(Answer::ok(
        json!({"notice": "Content Type deleted successfully."}),
    ))
}

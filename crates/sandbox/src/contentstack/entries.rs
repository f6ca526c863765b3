//! Entries: made, read, changed and removed, each in a locale.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, texts};
use super::content_types;
use super::errors::Refusal;
use super::localization;
use super::reading;
use super::routes::{Route, delete, get, post, put};
use super::schema::{Model, fields};
use super::shelf::Entry;
use super::stack::{MASTER_LOCALE, Put, Stack};
use super::validation::{self, Cleaning};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/content_types/{ct}/entries", list),
    post("/v3/content_types/{ct}/entries", create),
    get("/v3/content_types/{ct}/entries/{entry}", show),
    put("/v3/content_types/{ct}/entries/{entry}", update),
    delete("/v3/content_types/{ct}/entries/{entry}", remove),
];

/// The values that an entry will hold in `locale` when `input` is saved into it, and a stack's
/// worth of checks on them. `entry` is what is there so far.
fn prepare(
    stack: &Stack,
    ask: &Ask,
    model: &Model,
    entry: &Entry,
    locale: &str,
    input: &Object,
    failure: &str,
) -> Result<Object, Refusal> {
    let salt = format!("{}{}", entry.uid, ask.now.as_nanosecond());
    let mut cleaning = Cleaning::new(stack, salt);
    let mut given = cleaning.object(&model.schema, input, "");
    let mut errors = cleaning.errors;
    match texts(input, "tags") {
        Ok(tags) if input.contains_key("tags") => {
            given.insert("tags".into(), json!(tags));
        }
        Ok(_) => {}
        Err(refusal) => errors.extend(refusal.errors),
    }
    let inherited = entry
        .resolve(&stack.chain(locale))
        .map(|(_, version)| &version.fields);
    let base = inherited.filter(|_| stack.setup.put == Put::Keep);
    let master = entry.own(MASTER_LOCALE).filter(|_| locale != MASTER_LOCALE);
    let mut values = Object::new();
    for field in fields(&model.schema) {
        let uid = field.uid();
        let value = match master {
            Some(master) if field.non_localizable() => master.fields.get(uid),
            _ => given.get(uid).or_else(|| base?.get(uid)),
        };
        if let Some(value) = value {
            values.insert(uid.to_owned(), value.clone());
        }
    }
    if let Some(tags) = given.get("tags").or_else(|| base?.get("tags")) {
        values.insert("tags".into(), tags.clone());
    }
    validation::settle(stack, model, &entry.uid, &values, &mut errors);
    if errors.is_empty() {
        return Ok(values);
    }
    Err(Refusal::invalid(119, failure).with(errors))
}

/// The entry as the management side answers with it after a change.
fn shown(stack: &Stack, ask: &Ask, content_type: &str, uid: &str) -> Result<Value, Refusal> {
    let model = stack.content_type(content_type)?;
    let reader = reading::draft(stack, ask, true)?;
    let entry = stack
        .shelf(content_type)?
        .get(uid)
        .ok_or_else(Refusal::missing)?;
    let found = reader.find(entry).ok_or_else(Refusal::missing)?;
    Ok(Value::Object(reader.view(model, &found)))
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let model = stack.content_type(content_type)?.clone();
    let locale = stack.asked_locale(ask.first("locale"))?.to_owned();
    let input = ask.rooted("entry")?;
    // A uid that the client sends is ignored: whether the service honours one is not known.
    let uid = stack.fresh_uid("blt");
    let mut entry = Entry::new(uid.clone());
    let failure = "Entry creation failed. Please try again.";
    let values = prepare(stack, ask, &model, &entry, &locale, &input, failure)?;
    entry.save(&locale, values, &stamp(ask.now));
    entry.touched = stack.touch();
    stack.shelf_mut(content_type)?.put(entry);
    let entry = shown(stack, ask, content_type, &uid)?;
    Ok(Answer::created(
        json!({"notice": "Entry created successfully.", "entry": entry}),
    ))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let uid = ask.parameter("entry");
    let model = stack.content_type(content_type)?.clone();
    let locale = stack.asked_locale(ask.first("locale"))?.to_owned();
    let stored = stack
        .shelf(content_type)?
        .get(uid)
        .ok_or_else(Refusal::missing)?;
    let mut entry = Entry::clone(stored);
    let input = ask.rooted("entry")?;
    let failure = "Entry update failed. Please try again.";
    let values = prepare(stack, ask, &model, &entry, &locale, &input, failure)?;
    let now = stamp(ask.now);
    entry.save(&locale, values, &now);
    if locale == MASTER_LOCALE {
        localization::propagate(&model, &mut entry, &input, &now);
    }
    entry.touched = stack.touch();
    stack.shelf_mut(content_type)?.put(entry);
    let entry = shown(stack, ask, content_type, uid)?;
    Ok(Answer::ok(
        json!({"notice": "Entry updated successfully.", "entry": entry}),
    ))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let model = stack.content_type(content_type)?;
    let reader = reading::draft(stack, ask, false)?;
    let listing = reader.list(model, stack.shelf(content_type)?, ask)?;
    if ask.flag("count") {
        return Ok(Answer::ok(json!({"entries": listing.count})));
    }
    let answer = Answer::ok(json!({"entries": listing.items})).counted(ask, listing.count);
    Ok(content_types::beside(answer, stack, model, ask))
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let model = stack.content_type(content_type)?;
    let reader = reading::draft(stack, ask, true)?;
    let shelf = stack.shelf(content_type)?;
    let entry = shelf
        .get(ask.parameter("entry"))
        .ok_or_else(Refusal::missing)?;
    let mut found = reader.find(entry).ok_or_else(Refusal::missing)?;
    if let Some(number) = ask.first("version") {
        let number = number.parse().ok();
        let version = number.and_then(|number| entry.numbered(found.source, number));
        let wrong = || Refusal::missing().because("version", "is not valid.");
        found.version = version.ok_or_else(wrong)?;
    }
    let view = reader.finished(model, &found, ask, &ask.all("include"));
    Ok(content_types::beside(
        Answer::ok(json!({"entry": view})),
        stack,
        model,
        ask,
    ))
}

/// Removes the entry, or with `locale` what one locale has of it. The master locale is the entry
/// itself.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let uid = ask.parameter("entry");
    stack.content_type(content_type)?;
    let locale = ask.first("locale");
    stack.asked_locale(locale)?;
    let stored = stack
        .shelf(content_type)?
        .get(uid)
        .ok_or_else(Refusal::missing)?;
    match locale.filter(|locale| *locale != MASTER_LOCALE) {
        None => {
            stack.shelf_mut(content_type)?.remove(uid);
        }
        Some(locale) => {
            let mut entry = Entry::clone(stored);
            if !entry.unlocalise(locale) {
                return Err(Refusal::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    141,
                    "The entry is not localised in this locale.",
                )
                .because("locale", "is not valid."));
            }
            entry.published.close_locale(locale);
            entry.touched = stack.touch();
            let empty = entry.localised().next().is_none();
            let shelf = stack.shelf_mut(content_type)?;
            if empty {
                shelf.remove(uid);
            } else {
                shelf.put(entry);
            }
        }
    }
    Ok(Answer::ok(json!({"notice": "Entry deleted successfully."})))
}

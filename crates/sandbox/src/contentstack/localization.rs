//! Locales of an entry: which have content of their own, and what all of them share.
//!
//! A locale without content of its own shows what it inherits. A non-localizable field has one
//! value for the whole entry, kept in the master: when it is saved there, every localised copy gets
//! a new version. Those versions are drafts like any other, so each must be published again.

use serde_json::json;

use super::answer::Answer;
use super::ask::{Ask, Object};
use super::errors::Refusal;
use super::routes::{Route, get, post};
use super::schema::{Model, fields};
use super::shelf::Entry;
use super::stack::{MASTER_LOCALE, Stack};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/content_types/{ct}/entries/{entry}/locales", list),
    post(
        "/v3/content_types/{ct}/entries/{entry}/unlocalize",
        unlocalise,
    ),
];

/// Gives the master's values of non-localizable fields to every localised copy. A copy gets a new
/// version if a value differs, and also if the save only `named` such a field: the service is
/// documented to raise the copies' versions on saving, not on changing.
pub(crate) fn propagate(model: &Model, entry: &mut Entry, named: &Object, now: &str) {
    let Some(master) = entry.own(MASTER_LOCALE).cloned() else {
        return;
    };
    let saved = fields(&model.schema)
        .any(|field| field.non_localizable() && named.contains_key(field.uid()));
    let locales: Vec<String> = entry
        .localised()
        .filter(|locale| *locale != MASTER_LOCALE)
        .map(str::to_owned)
        .collect();
    for locale in locales {
        let Some(own) = entry.own(&locale) else {
            continue;
        };
        let mut values = own.fields.clone();
        for field in fields(&model.schema).filter(|field| field.non_localizable()) {
            match master.fields.get(field.uid()) {
                Some(shared) => values.insert(field.uid().to_owned(), shared.clone()),
                None => values.shift_remove(field.uid()),
            };
        }
        if saved || values != own.fields {
            entry.save(&locale, values, now);
        }
    }
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    stack.content_type(content_type)?;
    let shelf = stack.shelf(content_type)?;
    let entry = shelf
        .get(ask.parameter("entry"))
        .ok_or_else(Refusal::missing)?;
    let locales = stack.locales.keys().map(|code| {
        if code != MASTER_LOCALE && entry.own(code).is_some() {
            json!({"code": code, "localized": true})
        } else {
            json!({"code": code})
        }
    });
    Ok(Answer::ok(json!({"locales": locales.collect::<Vec<_>>()})))
}

fn unlocalise(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let uid = ask.parameter("entry");
    stack.content_type(content_type)?;
    let locale = stack.asked_locale(ask.first("locale"))?.to_owned();
    let stored = stack
        .shelf(content_type)?
        .get(uid)
        .ok_or_else(Refusal::missing)?;
    let mut entry = Entry::clone(stored);
    if locale == MASTER_LOCALE || !entry.unlocalise(&locale) {
        let message = "The entry has no content of its own in this locale.";
        return Err(Refusal::invalid(141, message).because("locale", "is not valid."));
    }
    entry.touched = stack.touch();
    // What is published stays as it is until someone publishes again.
    stack.shelf_mut(content_type)?.put(entry);
    Ok(Answer::ok(
        json!({"notice": "Entry unlocalized successfully."}),
    ))
}

//! Global fields: schemas that content types share by reference. They mirror content types, without
//! entries.

use serde_json::json;

use super::answer::Answer;
use super::ask::Ask;
use super::content_types::{read, taken, view};
use super::errors::Refusal;
use super::routes::{Route, delete, get, post, put};
use super::schema::{Model, fields};
use super::stack::Stack;

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/global_fields", list),
    post("/v3/global_fields", create),
    get("/v3/global_fields/{gf}", show),
    put("/v3/global_fields/{gf}", update),
    delete("/v3/global_fields/{gf}", remove),
];

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Model, Refusal> {
    let uid = ask.parameter("gf");
    stack.global_fields.get(uid).ok_or_else(|| {
        let message = format!("The Global Field '{uid}' was not found. Please try again.");
        Refusal::invalid(118, message).because("uid", "is not valid.")
    })
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (model, mut errors) = read(stack, ask, "global_field", None)?;
    taken(stack.global_fields.values(), &model, &mut errors);
    if !errors.is_empty() {
        let message = "Global Field creation failed. Please try again.";
        return Err(Refusal::invalid(115, message).with(errors));
    }
    let body = view(stack, &model, ask);
    stack.global_fields.insert(model.uid.clone(), model);
    let notice = "Global Field created successfully.";
    Ok(Answer::created(
        json!({"notice": notice, "global_field": body}),
    ))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let previous = find(stack, ask)?;
    let (model, mut errors) = read(stack, ask, "global_field", Some(previous))?;
    let others = stack
        .global_fields
        .values()
        .filter(|other| other.uid != model.uid);
    taken(others, &model, &mut errors);
    if !errors.is_empty() {
        let message = "Global Field update failed. Please try again.";
        return Err(Refusal::invalid(115, message).with(errors));
    }
    let body = view(stack, &model, ask);
    stack.global_fields.insert(model.uid.clone(), model);
    let notice = "Global Field updated successfully.";
    Ok(Answer::ok(json!({"notice": notice, "global_field": body})))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let views = stack
        .global_fields
        .values()
        .map(|model| view(stack, model, ask))
        .collect();
    Answer::list(ask, "global_fields", views)
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let model = find(stack, ask)?;
    Ok(Answer::ok(json!({"global_field": view(stack, model, ask)})))
}

/// Removes a global field that no content type uses, or any by `force`.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let uid = find(stack, ask)?.uid.clone();
    let used = stack.content_types.values().any(|model| {
        fields(&model.schema).any(|field| {
            field.data_type() == "global_field" && field.reference_to().contains(&uid.as_str())
        })
    });
    if used && !ask.flag("force") {
        let message = "Global Field deletion failed: content types use it. Use force=true.";
        return Err(Refusal::invalid(115, message).because("uid", "is in use."));
    }
    stack.global_fields.remove(&uid);
    Ok(Answer::ok(
        json!({"notice": "Global Field deleted successfully."}),
    ))
}

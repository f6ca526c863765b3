//! JSON values as the documents of an account.

use serde_json::Value;

use crate::world::Document;

/// Drops every field that says nothing, and the room that the maps grew in vain. A catalogue of a
/// hundred thousand titles would otherwise consist of them.
pub(super) fn prune(document: &mut Document) {
    let told: Vec<(String, Value)> = std::mem::take(document)
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect();
    *document = told
        .into_iter()
        .map(|(name, mut value)| {
            prune_value(&mut value);
            (name, value)
        })
        .collect();
}

fn prune_value(value: &mut Value) {
    match value {
        Value::Object(fields) => prune(fields),
        Value::Array(items) => {
            items.iter_mut().for_each(prune_value);
            items.shrink_to_fit();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub(super) fn into_document(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}

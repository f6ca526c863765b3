//! Starter types for editors as Contentstack's documents. Nothing in them carries our mark: they are not ours to keep.

use contentstack::{ContentType, ContentTypeUid};
use serde_json::{Map, Value, json};
use site::content_model::{Block, EditorialType, Field, Names, SECTIONS};

use super::document::{overlay, shape};

/// A starter type, to be made.
pub(super) fn content_type(
    uid: ContentTypeUid,
    title: String,
    model: &EditorialType,
    names: &Names,
) -> ContentType {
    let mut schema: Vec<Value> = model.fields.iter().map(|one| field(one, names)).collect();
    schema.push(sections(&model.blocks, names));
    let options = json!({
        "is_page": false, "singleton": false, "title": "title", "sub_title": [], "publishable": true,
    });
    ContentType {
        uid,
        title,
        description: model.help.to_owned(),
        schema,
        options: match options {
            Value::Object(options) => options,
            _ => Map::new(),
        },
        labels: Vec::new(),
        field_rules: Vec::new(),
        version: 0,
    }
}

fn field(field: &Field, names: &Names) -> Value {
    let mut document = json!({
        "uid": field.uid,
        "display_name": field.name,
        "mandatory": field.mandatory,
        "unique": field.unique,
        "non_localizable": field.shared,
        "multiple": false,
        "field_metadata": { "description": field.help },
    });
    overlay(&mut document, shape(&field.kind, names));
    document
}

fn sections(blocks: &[Block], names: &Names) -> Value {
    let blocks = blocks.iter().map(|block| {
        let schema: Vec<Value> = block.fields.iter().map(|one| field(one, names)).collect();
        json!({ "title": block.name, "uid": block.uid, "schema": schema })
    });
    json!({
        "data_type": "blocks",
        "display_name": "Sections",
        "uid": SECTIONS,
        "multiple": true,
        "mandatory": false,
        "unique": false,
        "non_localizable": false,
        "field_metadata": { "instruction": "", "description": "What the page is built from, in order." },
        "blocks": blocks.collect::<Vec<_>>(),
    })
}

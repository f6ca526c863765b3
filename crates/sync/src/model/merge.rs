//! Comparing the fields of a content type with ours, and bringing ours in.
//!
//! Two documents of one field are never compared as wholes: the service fills in keys that were left out, and may write
//! some in another form. What counts is compared one by one: the shape of the values ([`Shape`]), a table of properties
//! ([`PROPERTIES`]), and lists that may only grow ([`LISTS`]). A word, a type referred to or a taxonomy that the stack has
//! beyond ours stays: entries may hold it, and it harms nothing.

use contentstack::ContentTypeUid;
use serde_json::Value;

use super::Error;
use super::change::{FieldPath, ModelChange};
use super::document::{MARK, Wanted, overlay};

/// Properties of a field that are ours to set: where they are in its document, and what people call them.
const PROPERTIES: &[(&str, &str)] = &[
    ("/mandatory", "mandatory"),
    ("/unique", "unique"),
    ("/non_localizable", "the same in every locale"),
    ("/field_metadata/allow_rich_text", "HTML"),
    ("/field_metadata/multiline", "several lines"),
    ("/field_metadata/image", "images only"),
    ("/field_metadata/ref_multiple", "several references"),
];

/// Lists in a field's document: where they are, the key that tells their items apart (none: the item itself), and what
/// people call them.
const LISTS: &[(&str, Option<&str>, &str)] = &[
    ("/enum/choices", Some("value"), "choices"),
    ("/reference_to", None, "refers to"),
    ("/taxonomies", Some("taxonomy_uid"), "taxonomies"),
];

/// The shape of a field's values. Where it changes, values that are there cannot stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape<'a> {
    data_type: &'a str,
    multiple: bool,
}

impl<'a> Shape<'a> {
    fn of(document: &'a Value) -> Self {
        let data_type = document
            .get("data_type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        // Values of these are lists whatever `multiple` says.
        let always_list = matches!(data_type, "reference" | "blocks" | "taxonomy");
        Self {
            data_type,
            multiple: always_list || is_true(document.get("multiple")),
        }
    }

    fn words(self) -> String {
        match self {
            Self { data_type: "", .. } => "nothing known".to_owned(),
            Self {
                data_type: data_type @ ("reference" | "blocks" | "taxonomy"),
                ..
            } => data_type.to_owned(),
            Self {
                data_type,
                multiple: true,
            } => format!("several values of {data_type}"),
            Self {
                data_type,
                multiple: false,
            } => format!("one value of {data_type}"),
        }
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value.and_then(Value::as_bool).unwrap_or_default()
}

/// Whether a field is ours, by its mark.
pub(super) fn is_ours(document: &Value) -> bool {
    help(document).ends_with(MARK)
}

fn help(document: &Value) -> &str {
    document
        .pointer("/field_metadata/description")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn uid(document: &Value) -> &str {
    document
        .get("uid")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn inner(document: &Value) -> &[Value] {
    document
        .get("schema")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// What must change in the fields of a content type, in order. What entries hold is not known here: it counts as none.
///
/// # Errors
/// [`Error::FieldConflict`] for a field that is not ours and cannot hold what ours does.
pub(super) fn differences(
    content_type: &ContentTypeUid,
    schema: &[Value],
    wanted: &[Wanted],
) -> Result<Vec<ModelChange>, Error> {
    let mut changes = Vec::new();
    level(content_type, &[], schema, wanted, &mut changes)?;
    Ok(changes)
}

fn level(
    content_type: &ContentTypeUid,
    groups: &[String],
    schema: &[Value],
    wanted: &[Wanted],
    changes: &mut Vec<ModelChange>,
) -> Result<(), Error> {
    let mut after: Option<String> = None;
    for want in wanted {
        let field = FieldPath::new(groups, &want.uid);
        match schema.iter().find(|document| uid(document) == want.uid) {
            None => changes.push(ModelChange::AddField {
                content_type: content_type.clone(),
                field,
                after,
                document: want.whole(),
            }),
            Some(document) => one(content_type, field, after, document, want, changes)?,
        }
        after = Some(want.uid.clone());
    }
    let obsolete = schema.iter().filter(|document| {
        is_ours(document) && !wanted.iter().any(|want| want.uid == uid(document))
    });
    changes.extend(obsolete.map(|document| ModelChange::RemoveField {
        content_type: content_type.clone(),
        field: FieldPath::new(groups, uid(document)),
        entries: 0,
        document: document.clone(),
    }));
    Ok(())
}

fn one(
    content_type: &ContentTypeUid,
    field: FieldPath,
    after: Option<String>,
    document: &Value,
    want: &Wanted,
    changes: &mut Vec<ModelChange>,
) -> Result<(), Error> {
    let (found, wanted) = (Shape::of(document), Shape::of(&want.document));
    let ours = is_ours(document);
    let foreign_choices =
        !ours && document.get("enum").is_some() != want.document.get("enum").is_some();
    if !ours && (found != wanted || foreign_choices) {
        let found = found.words();
        return Err(Error::FieldConflict {
            content_type: content_type.to_string(),
            field: field.to_string(),
            found: if document.get("enum").is_some() {
                format!("{found} out of a list")
            } else {
                found
            },
            wanted: wanted.words(),
            setting: want.setting.clone(),
        });
    }
    if found != wanted {
        changes.push(ModelChange::RetypeField {
            content_type: content_type.clone(),
            field,
            from: found.words(),
            to: wanted.words(),
            entries: 0,
            after,
            document: want.whole(),
        });
        return Ok(());
    }
    let what = properties(document, &want.document);
    if !what.is_empty() {
        changes.push(ModelChange::ChangeField {
            content_type: content_type.clone(),
            field: field.clone(),
            what,
            document: want.document.clone(),
        });
    }
    if want.inner.is_empty() {
        return Ok(());
    }
    let mut groups = field.groups;
    groups.push(field.uid);
    level(content_type, &groups, inner(document), &want.inner, changes)
}

/// What differs between a field and ours, in words.
fn properties(document: &Value, want: &Value) -> Vec<String> {
    let mut what = Vec::new();
    for (pointer, name) in PROPERTIES {
        let (is, wanted) = (
            is_true(document.pointer(pointer)),
            is_true(want.pointer(pointer)),
        );
        if is != wanted {
            what.push(if wanted {
                (*name).to_owned()
            } else {
                format!("no longer {name}")
            });
        }
    }
    if document.get("enum").is_some() && want.get("enum").is_none() {
        what.push("any text, no longer a choice".to_owned());
    }
    for (pointer, key, name) in LISTS {
        let missing = missing(document.pointer(pointer), want.pointer(pointer), *key);
        if !missing.is_empty() {
            what.push(format!("{name}: {} added", missing.join(", ")));
        }
    }
    if !is_ours(document) {
        what.push("kept by us from now on".to_owned());
    } else if help(document) != help(want) {
        what.push("help text".to_owned());
    }
    what
}

fn items(list: Option<&Value>) -> &[Value] {
    match list {
        Some(Value::Array(items)) => items,
        // A reference to one type may be written without a list.
        Some(item @ Value::String(_)) => std::slice::from_ref(item),
        _ => &[],
    }
}

fn name<'a>(item: &'a Value, key: Option<&str>) -> &'a str {
    key.map_or(Some(item), |key| item.get(key))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn missing<'a>(list: Option<&Value>, want: Option<&'a Value>, key: Option<&str>) -> Vec<&'a str> {
    let has = |wanted: &str| items(list).iter().any(|item| name(item, key) == wanted);
    items(want)
        .iter()
        .map(|item| name(item, key))
        .filter(|wanted| !has(wanted))
        .collect()
}

/// Brings one change into a schema. Says whether anything changed: a change that is there already changes nothing.
pub(super) fn carry_out(schema: &mut Vec<Value>, change: &ModelChange) -> bool {
    let (ModelChange::AddField { field, .. }
    | ModelChange::ChangeField { field, .. }
    | ModelChange::RetypeField { field, .. }
    | ModelChange::RemoveField { field, .. }) = change
    else {
        return false;
    };
    let Some(schema) = descend(schema, &field.groups) else {
        return false;
    };
    let place = schema
        .iter()
        .position(|document| uid(document) == field.uid);
    match (change, place) {
        (
            ModelChange::AddField {
                after, document, ..
            }
            | ModelChange::RetypeField {
                after, document, ..
            },
            None,
        ) => {
            let place = match after {
                None => 0,
                Some(after) => schema
                    .iter()
                    .position(|document| uid(document) == after)
                    .map_or(schema.len(), |place| place + 1),
            };
            schema.insert(place, document.clone());
            true
        }
        (ModelChange::ChangeField { document: want, .. }, Some(place)) => schema
            .get_mut(place)
            .is_some_and(|document| change_one(document, want)),
        (ModelChange::RemoveField { .. }, Some(place)) => {
            schema.remove(place);
            true
        }
        _ => false,
    }
}

/// Takes away a field that is to come back with another type. Whether the service lets a field change its type in place is
/// documented nowhere; removing it first is right under either answer.
pub(super) fn make_room(schema: &mut Vec<Value>, change: &ModelChange) -> bool {
    let ModelChange::RetypeField {
        field,
        document: want,
        ..
    } = change
    else {
        return false;
    };
    let Some(schema) = descend(schema, &field.groups) else {
        return false;
    };
    let before = schema.len();
    schema.retain(|document| uid(document) != field.uid || Shape::of(document) == Shape::of(want));
    schema.len() != before
}

fn descend<'a>(schema: &'a mut Vec<Value>, groups: &[String]) -> Option<&'a mut Vec<Value>> {
    groups.iter().try_fold(schema, |schema, group| {
        let group = schema.iter_mut().find(|document| uid(document) == group)?;
        group.get_mut("schema")?.as_array_mut()
    })
}

fn change_one(document: &mut Value, want: &Value) -> bool {
    if properties(document, want).is_empty() {
        return false;
    }
    let display_name = document.get("display_name").cloned();
    let lists: Vec<(&str, Value)> = LISTS
        .iter()
        .filter(|(pointer, ..)| want.pointer(pointer).is_some())
        .map(|(pointer, key, _)| {
            let (is, wanted) = (document.pointer(pointer), want.pointer(pointer));
            (*pointer, grown(is, wanted, *key))
        })
        .collect();
    if let Some(object) = document
        .as_object_mut()
        .filter(|_| want.get("enum").is_none())
    {
        object.remove("enum");
        object.remove("display_type");
    }
    for (pointer, _) in PROPERTIES {
        // A property that ours does not speak of is one that ours does not have.
        if let Some(value) = document
            .pointer_mut(pointer)
            .filter(|_| want.pointer(pointer).is_none())
        {
            *value = Value::Bool(false);
        }
    }
    overlay(document, want.clone());
    for (pointer, list) in lists {
        if let Some(place) = document.pointer_mut(pointer) {
            *place = list;
        }
    }
    if let (Some(object), Some(display_name)) = (document.as_object_mut(), display_name) {
        // What a field is called is the installation's own: it may speak another language.
        object.insert("display_name".into(), display_name);
    }
    true
}

/// Our list, then what the stack has beyond it.
fn grown(list: Option<&Value>, want: Option<&Value>, key: Option<&str>) -> Value {
    let has = items(list);
    let extra = has.iter().filter(|item| {
        !items(want)
            .iter()
            .any(|wanted| name(wanted, key) == name(item, key))
    });
    // What the stack says of an item of ours (a label, a limit) stays.
    let kept = items(want).iter().map(|wanted| {
        has.iter()
            .find(|item| name(item, key) == name(wanted, key))
            .unwrap_or(wanted)
    });
    kept.chain(extra).cloned().collect()
}

#[cfg(test)]
mod tests;

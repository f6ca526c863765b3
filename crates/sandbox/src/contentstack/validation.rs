//! What an entry must be to be saved: types, choices, targets, then what is mandatory and what is
//! unique.
//!
//! A field that the schema does not have is dropped without a word; that is how the service is
//! understood to behave, though no recorded exchange shows it. The texts "is a required field." and
//! "is not unique." are the service's; the others are this stand-in's own. That a reference must
//! point at an entry that exists is assumed: the vendor's import tool creates entries bare and
//! restores their references in a second pass.

use jiff::Timestamp;
use jiff::civil::Date;
use regex::Regex;
use serde_json::{Value, json};

use super::ask::{Object, stamp};
use super::auth;
use super::errors::{FieldErrors, Refusal};
use super::schema::{Field, Model, fields};
use super::stack::Stack;

/// Terms that one entry may carry (Contentstack: limitations of taxonomy).
const TERM_LIMIT: usize = 25;

const REQUIRED: &str = "is a required field.";
const NOT_UNIQUE: &str = "is not unique.";

/// Values on their way into an entry.
pub(crate) struct Cleaning<'a> {
    stack: &'a Stack,
    /// Makes uids of blocks differ.
    salt: String,
    minted: u64,
    pub(crate) errors: FieldErrors,
}

impl<'a> Cleaning<'a> {
    pub(crate) fn new(stack: &'a Stack, salt: String) -> Self {
        Self {
            stack,
            salt,
            minted: 0,
            errors: FieldErrors::new(),
        }
    }

    fn fault(&mut self, place: &str, message: impl Into<String>) {
        self.errors
            .entry(place.to_owned())
            .or_default()
            .push(message.into());
    }

    /// The values that the schema knows, in its order, each in the form in which it is stored.
    pub(crate) fn object(&mut self, schema: &[Value], input: &Object, prefix: &str) -> Object {
        let mut cleaned = Object::new();
        for field in fields(schema) {
            if let Some(value) = input.get(field.uid()) {
                let place = format!("{prefix}{}", field.uid());
                cleaned.insert(field.uid().to_owned(), self.value(field, value, &place));
            }
        }
        cleaned
    }

    fn value(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        if value.is_null() {
            return Value::Null;
        }
        if !field.multiple() && !field.always_list() {
            return self.single(field, value, place);
        }
        let Some(items) = value.as_array() else {
            self.fault(place, "is not a list.");
            return Value::Null;
        };
        let limit = field.get("max_instance").and_then(Value::as_u64);
        if limit.is_some_and(|limit| items.len() as u64 > limit) {
            self.fault(place, "has too many instances.");
        }
        match field.data_type() {
            "reference" => self.references(field, items, place),
            "taxonomy" => self.terms(field, items, place),
            _ => {
                let cleaned = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.single(field, item, &format!("{place}.{index}")));
                Value::Array(cleaned.collect())
            }
        }
    }

    fn single(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        match field.data_type() {
            "text" => self.text(field, value, place),
            "number" => self.number(field, value, place),
            "boolean" if value.is_boolean() => value.clone(),
            "boolean" => self.wrong(place, "is not true or false."),
            "isodate" => self.date(value, place),
            "link" => self.link(value, place),
            "file" => self.file(value, place),
            "json" => self.json(field, value, place),
            "blocks" => self.block(field, value, place),
            "group" | "global_field" => match value.as_object() {
                Some(object) => {
                    let schema = field.inner(self.stack);
                    Value::Object(self.object(schema, object, &format!("{place}.")))
                }
                None => self.wrong(place, "is not an object."),
            },
            other => self.wrong(place, &format!("cannot be saved: it is of type '{other}'.")),
        }
    }

    fn wrong(&mut self, place: &str, message: &str) -> Value {
        self.fault(place, message);
        Value::Null
    }

    fn text(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        let Some(text) = value.as_str() else {
            return self.wrong(place, "is not a text.");
        };
        if !is_choice(field, value) {
            return self.wrong(place, "is not one of the choices.");
        }
        let format = field
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let pattern = (!format.is_empty())
            .then(|| Regex::new(format).ok())
            .flatten();
        if !text.is_empty() && pattern.is_some_and(|pattern| !pattern.is_match(text)) {
            return self.wrong(place, "does not have the right format.");
        }
        value.clone()
    }

    fn number(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        let Some(number) = value.as_f64() else {
            return self.wrong(place, "is not a number.");
        };
        let bound = |key: &str| field.get(key).and_then(Value::as_f64);
        if bound("min").is_some_and(|least| number < least)
            || bound("max").is_some_and(|most| number > most)
        {
            return self.wrong(place, "is out of range.");
        }
        if !is_choice(field, value) {
            return self.wrong(place, "is not one of the choices.");
        }
        value.clone()
    }

    /// A date is stored as a moment with milliseconds, the form in which the service gives it back.
    fn date(&mut self, value: &Value, place: &str) -> Value {
        match value.as_str().and_then(moment) {
            Some(moment) => Value::String(stamp(moment)),
            None => self.wrong(place, "is not a date."),
        }
    }

    fn link(&mut self, value: &Value, place: &str) -> Value {
        let text = |key: &str| value.get(key).filter(|part| part.is_string());
        match (value.is_object(), text("title"), text("href")) {
            (true, title, Some(href)) => {
                json!({"title": title.cloned().unwrap_or(json!("")), "href": href})
            }
            _ => self.wrong(place, "is not a link with 'title' and 'href'."),
        }
    }

    /// A file is written by the uid of its asset. The whole object, as a read gives it, is taken
    /// too.
    fn file(&mut self, value: &Value, place: &str) -> Value {
        let uid = value
            .as_str()
            .or_else(|| value.get("uid").and_then(Value::as_str));
        match uid {
            Some("") => Value::Null,
            Some(uid) if self.stack.assets.contains_key(uid) => Value::String(uid.to_owned()),
            Some(uid) => self.wrong(
                place,
                &format!("names the asset '{uid}', which does not exist."),
            ),
            None => self.wrong(place, "is not the uid of an asset."),
        }
    }

    fn json(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        let rich = field.metadata("allow_json_rte") == Some(&Value::Bool(true));
        let is_document = value.get("type").and_then(Value::as_str) == Some("doc")
            && value.get("children").is_some_and(Value::is_array);
        if rich && !is_document {
            return self.wrong(place, "is not a document of the rich text editor.");
        }
        value.clone()
    }

    fn block(&mut self, field: Field<'_>, value: &Value, place: &str) -> Value {
        let found = value
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(uid, content)| {
                Some((uid, content.as_object()?, field.block(self.stack, uid)?))
            });
        let Some((uid, content, schema)) = found else {
            return self.wrong(place, "is not one of the blocks.");
        };
        let mut cleaned = self.object(schema, content, &format!("{place}.{uid}."));
        let given = content
            .get("_metadata")
            .filter(|metadata| metadata.get("uid").is_some());
        let metadata = match given {
            Some(metadata) => metadata.clone(),
            None => {
                self.minted += 1;
                let salt = self.salt.bytes().fold(self.minted, |mixed, byte| {
                    mixed.wrapping_mul(31).wrapping_add(u64::from(byte))
                });
                json!({"uid": auth::uid(self.stack.seed, "cs", salt)})
            }
        };
        cleaned.insert("_metadata".into(), metadata);
        json!({uid: cleaned})
    }

    fn references(&mut self, field: Field<'_>, items: &[Value], place: &str) -> Value {
        let several = field.metadata("ref_multiple") == Some(&Value::Bool(true));
        if items.len() > 1 && !several && !field.multiple() {
            self.fault(place, "takes one reference only.");
        }
        let allowed = field.reference_to();
        let mut cleaned = Vec::with_capacity(items.len());
        for item in items {
            let uid = item.get("uid").and_then(Value::as_str);
            let of = item.get("_content_type_uid").and_then(Value::as_str);
            let (Some(uid), Some(of)) = (uid, of) else {
                self.fault(place, "is not a list of {uid, _content_type_uid}.");
                continue;
            };
            if !allowed.contains(&of) {
                self.fault(place, format!("may not refer to the content type '{of}'."));
            } else if self
                .stack
                .shelves
                .get(of)
                .is_none_or(|shelf| shelf.get(uid).is_none())
            {
                self.fault(
                    place,
                    format!("refers to the entry '{uid}', which does not exist."),
                );
            } else {
                cleaned.push(json!({"uid": uid, "_content_type_uid": of}));
            }
        }
        Value::Array(cleaned)
    }

    fn terms(&mut self, field: Field<'_>, items: &[Value], place: &str) -> Value {
        if items.len() > TERM_LIMIT {
            self.fault(place, format!("has more than {TERM_LIMIT} terms."));
        }
        let listed = field.get("taxonomies").and_then(Value::as_array);
        let rule = |uid: &str| {
            listed?
                .iter()
                .find(|rule| rule.get("taxonomy_uid") == Some(&Value::from(uid)))
        };
        let mut cleaned: Vec<Value> = Vec::with_capacity(items.len());
        for item in items {
            let taxonomy = item
                .get("taxonomy_uid")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let term = item
                .get("term_uid")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let known = self.stack.taxonomies.get(taxonomy);
            if rule(taxonomy).is_none() {
                self.fault(place, format!("may not use the taxonomy '{taxonomy}'."));
            } else if known.is_none_or(|known| !known.terms.contains_key(term)) {
                let message = format!("has the term '{term}', which '{taxonomy}' does not have.");
                self.fault(place, message);
            } else {
                cleaned.push(json!({"taxonomy_uid": taxonomy, "term_uid": term}));
            }
        }
        for rule in listed.into_iter().flatten() {
            let of = rule.get("taxonomy_uid");
            let used = cleaned
                .iter()
                .filter(|item| item.get("taxonomy_uid") == of)
                .count();
            let most = rule.get("max_terms").and_then(Value::as_u64);
            if most.is_some_and(|most| used as u64 > most) {
                self.fault(
                    place,
                    "has more terms of one taxonomy than its field takes.",
                );
            }
        }
        Value::Array(cleaned)
    }
}

/// A moment, or a day taken as its midnight in UTC.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day = text.parse::<Date>().ok()?;
    jiff::tz::TimeZone::UTC
        .to_timestamp(day.at(0, 0, 0, 0))
        .ok()
}

fn is_choice(field: Field<'_>, value: &Value) -> bool {
    let choices = field
        .get("enum")
        .and_then(|list| list.get("choices"))
        .and_then(Value::as_array);
    choices.is_none_or(|choices| {
        choices
            .iter()
            .any(|choice| choice.get("value") == Some(value))
    })
}

/// Whether a value counts as given.
fn is_given(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// Notes every mandatory field that has no value, inside groups and blocks too.
fn require(
    stack: &Stack,
    schema: &[Value],
    values: &Object,
    prefix: &str,
    errors: &mut FieldErrors,
) {
    for field in fields(schema) {
        let place = format!("{prefix}{}", field.uid());
        let value = values.get(field.uid());
        if field.mandatory() && !is_given(value) {
            errors
                .entry(place.clone())
                .or_default()
                .push(REQUIRED.into());
        }
        match (field.data_type(), value) {
            ("group" | "global_field", Some(Value::Object(inner))) => {
                require(
                    stack,
                    field.inner(stack),
                    inner,
                    &format!("{place}."),
                    errors,
                );
            }
            ("group" | "global_field", Some(Value::Array(items))) => {
                for (index, inner) in items.iter().enumerate() {
                    if let Some(inner) = inner.as_object() {
                        let prefix = format!("{place}.{index}.");
                        require(stack, field.inner(stack), inner, &prefix, errors);
                    }
                }
            }
            ("blocks", Some(Value::Array(items))) => {
                for (index, item) in items.iter().enumerate() {
                    for (uid, inner) in item.as_object().into_iter().flatten() {
                        if let (Some(inner), Some(schema)) =
                            (inner.as_object(), field.block(stack, uid))
                        {
                            let prefix = format!("{place}.{index}.{uid}.");
                            require(stack, schema, inner, &prefix, errors);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is mandatory and what is unique, of the values as they would be stored.
pub(crate) fn settle(
    stack: &Stack,
    model: &Model,
    entry: &str,
    values: &Object,
    errors: &mut FieldErrors,
) {
    require(stack, &model.schema, values, "", errors);
    let Some(shelf) = stack.shelves.get(&model.uid) else {
        return;
    };
    for field in fields(&model.schema).filter(|field| field.unique()) {
        if let Some(value) = values
            .get(field.uid())
            .filter(|value| is_given(Some(value)))
            && shelf.is_taken(field.uid(), value, entry)
        {
            errors
                .entry(field.uid().to_owned())
                .or_default()
                .push(NOT_UNIQUE.into());
        }
    }
}

/// The check at publication.
pub(crate) fn publishable(
    stack: &Stack,
    model: &Model,
    entry: &str,
    values: &Object,
) -> Result<(), Refusal> {
    let mut errors = FieldErrors::new();
    settle(stack, model, entry, values, &mut errors);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(119, "The entry does not satisfy its content type.").with(errors))
}

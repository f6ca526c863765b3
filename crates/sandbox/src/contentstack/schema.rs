//! Schemas of content types and global fields: what a field is, and what the service demands of it.
//!
//! A schema is kept as the JSON it came as, because that is what must come back: an unknown key of
//! a field's metadata is the editor's business. [`Field`] reads the parts that mean something here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ask::Object;
use super::errors::FieldErrors;
use super::stack::Stack;

/// Fields a content type may have, nested ones included (Contentstack: limitations of content
/// types).
const FIELD_LIMIT: usize = 500;

/// The data types that a field may have (Contentstack: JSON schema for creating a content type).
const DATA_TYPES: [&str; 12] = [
    "blocks",
    "boolean",
    "file",
    "global_field",
    "group",
    "isodate",
    "json",
    "link",
    "number",
    "reference",
    "taxonomy",
    "text",
];

/// Names that an entry carries anyway. `tags` and `taxonomies` are documented as reserved; the
/// others would be overwritten by what the service itself puts there.
const RESERVED: [&str; 14] = [
    "ACL",
    "_in_progress",
    "_metadata",
    "_version",
    "_workflow",
    "created_at",
    "created_by",
    "locale",
    "publish_details",
    "tags",
    "taxonomies",
    "uid",
    "updated_at",
    "updated_by",
];

/// A content type or a global field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) schema: Vec<Value>,
    pub(crate) options: Value,
    pub(crate) labels: Value,
    pub(crate) field_rules: Value,
    pub(crate) version: u32,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

/// One field of a schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a>(&'a Object);

/// The fields of a schema, in order. Anything in it that is no object was refused when it came.
pub(crate) fn fields(schema: &[Value]) -> impl Iterator<Item = Field<'_>> {
    schema.iter().filter_map(Value::as_object).map(Field)
}

/// The schema under a key of an object, or an empty one.
fn schema_at<'a>(object: &'a Object, key: &str) -> &'a [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

impl<'a> Field<'a> {
    pub(crate) fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    fn text(self, key: &str) -> &'a str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn uid(self) -> &'a str {
        self.text("uid")
    }

    pub(crate) fn data_type(self) -> &'a str {
        self.text("data_type")
    }

    pub(crate) fn flag(self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(crate) fn mandatory(self) -> bool {
        self.flag("mandatory")
    }

    pub(crate) fn multiple(self) -> bool {
        self.flag("multiple")
    }

    pub(crate) fn unique(self) -> bool {
        self.flag("unique")
    }

    pub(crate) fn non_localizable(self) -> bool {
        self.flag("non_localizable")
    }

    /// A member of the field's metadata.
    pub(crate) fn metadata(self, key: &str) -> Option<&'a Value> {
        self.0
            .get("field_metadata")
            .and_then(|metadata| metadata.get(key))
    }

    /// Whether the value is a list whatever `multiple` says.
    pub(crate) fn always_list(self) -> bool {
        matches!(self.data_type(), "reference" | "blocks" | "taxonomy")
    }

    /// What a reference or a global field points at: one uid or several.
    pub(crate) fn reference_to(self) -> Vec<&'a str> {
        match self.0.get("reference_to") {
            Some(Value::String(uid)) => vec![uid.as_str()],
            Some(Value::Array(uids)) => uids.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The fields inside a group or a global field.
    pub(crate) fn inner(self, stack: &'a Stack) -> &'a [Value] {
        match self.data_type() {
            "group" => schema_at(self.0, "schema"),
            "global_field" => stack.global_schema(self.reference_to().first().copied()),
            _ => &[],
        }
    }

    /// The schema of one of a blocks field's blocks.
    pub(crate) fn block(self, stack: &'a Stack, uid: &str) -> Option<&'a [Value]> {
        let blocks = schema_at(self.0, "blocks")
            .iter()
            .filter_map(Value::as_object);
        let block = blocks.map(Field).find(|block| block.uid() == uid)?;
        match block.reference_to().first() {
            Some(global) => Some(stack.global_schema(Some(global))),
            None => Some(schema_at(block.0, "schema")),
        }
    }
}

impl Stack {
    fn global_schema(&self, uid: Option<&str>) -> &[Value] {
        uid.and_then(|uid| self.global_fields.get(uid))
            .map_or(&[], |model| &model.schema)
    }
}

/// Whether this may be the uid of a content type: `^[a-z][a-z0-9_]*$`, at most 200 characters.
pub(crate) fn is_model_uid(uid: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    uid.len() <= 200
        && uid
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_lowercase())
        && uid.bytes().all(rest)
}

/// Whether this may be the uid of a field. The service's exact rule is not published; letters,
/// digits and underscores, a letter first, is what its own editor produces.
fn is_field_uid(uid: &str) -> bool {
    uid.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && uid
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A schema on its way in.
pub(crate) struct Inspection<'a> {
    stack: &'a Stack,
    /// The type's own uid: a type may refer to itself before it exists.
    own: &'a str,
    count: usize,
    taxonomy_fields: usize,
    pub(crate) errors: FieldErrors,
}

impl<'a> Inspection<'a> {
    pub(crate) fn new(stack: &'a Stack, own: &'a str) -> Self {
        let errors = FieldErrors::new();
        Self {
            stack,
            own,
            count: 0,
            taxonomy_fields: 0,
            errors,
        }
    }

    fn fault(&mut self, place: &str, message: impl Into<String>) {
        self.errors
            .entry(place.to_owned())
            .or_default()
            .push(message.into());
    }

    /// Checks a whole schema and gives it back with the keys that the service fills in.
    pub(crate) fn schema(&mut self, schema: &[Value]) -> Vec<Value> {
        let filled = self.level(schema, "schema", 0);
        if self.count > FIELD_LIMIT {
            self.fault("schema", format!("has more than {FIELD_LIMIT} fields."));
        }
        if self.taxonomy_fields > 1 {
            self.fault("schema", "has more than one taxonomy field.");
        }
        filled
    }

    fn level(&mut self, schema: &[Value], place: &str, depth: usize) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        let mut filled = Vec::with_capacity(schema.len());
        for item in schema {
            self.count += 1;
            let Some(object) = item.as_object() else {
                self.fault(place, "holds something that is not a field.");
                continue;
            };
            let field = Field(object);
            if !seen.insert(field.uid()) {
                self.fault(place, format!("has the field '{}' twice.", field.uid()));
            }
            filled.push(self.field(field, place, depth));
        }
        filled
    }

    fn field(&mut self, field: Field<'_>, place: &str, depth: usize) -> Value {
        let uid = field.uid();
        let here = format!("{place}.{uid}");
        let taxonomy = field.data_type() == "taxonomy";
        if !is_field_uid(uid) || (RESERVED.contains(&uid) && !(taxonomy && uid == "taxonomies")) {
            self.fault(&here, "is not a valid uid for a field, or is reserved.");
        }
        if field.text("display_name").is_empty() {
            self.fault(&here, "should have a 'display_name'.");
        }
        let data_type = field.data_type();
        if !DATA_TYPES.contains(&data_type) {
            self.fault(&here, format!("has an unknown data_type '{data_type}'."));
        }
        if taxonomy {
            self.taxonomy(field, &here, depth);
        }
        self.targets(field, &here);
        let mut filled = field.0.clone();
        for (key, default) in [
            ("mandatory", json!(false)),
            ("unique", json!(uid == "title" && depth == 0)),
            (
                "multiple",
                json!(matches!(data_type, "blocks" | "taxonomy")),
            ),
            ("non_localizable", json!(false)),
            ("field_metadata", json!({})),
        ] {
            filled.entry(key).or_insert(default);
        }
        if depth == 0 && uid == "title" {
            filled.insert("mandatory".into(), json!(true));
        }
        if data_type == "group" {
            let inner = self.level(schema_at(field.0, "schema"), &here, depth + 1);
            if inner.is_empty() {
                self.fault(&here, "is a group without fields.");
            }
            filled.insert("schema".into(), Value::Array(inner));
        }
        if data_type == "blocks" {
            filled.insert(
                "blocks".into(),
                Value::Array(self.blocks(field, &here, depth)),
            );
        }
        Value::Object(filled)
    }

    fn blocks(&mut self, field: Field<'_>, here: &str, depth: usize) -> Vec<Value> {
        let mut filled = Vec::new();
        for block in schema_at(field.0, "blocks") {
            let Some(object) = block.as_object().filter(|block| block.contains_key("uid")) else {
                self.fault(here, "holds a block without uid.");
                continue;
            };
            let mut object = object.clone();
            if object.contains_key("reference_to") {
                self.targets(Field(&object), here);
            } else {
                let place = format!("{here}.{}", Field(&object).uid());
                let inner = self.level(schema_at(&object, "schema"), &place, depth + 1);
                object.insert("schema".into(), Value::Array(inner));
            }
            filled.push(Value::Object(object));
        }
        filled
    }

    fn taxonomy(&mut self, field: Field<'_>, here: &str, depth: usize) {
        self.taxonomy_fields += 1;
        if depth > 0 {
            self.fault(here, "is a taxonomy inside a group or block.");
        }
        let listed = schema_at(field.0, "taxonomies");
        if listed.is_empty() {
            self.fault(here, "should name its 'taxonomies'.");
        }
        for taxonomy in listed {
            let uid = taxonomy
                .get("taxonomy_uid")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if !self.stack.taxonomies.contains_key(uid) {
                self.fault(
                    here,
                    format!("names the taxonomy '{uid}', which does not exist."),
                );
            }
        }
    }

    /// What a field points at must exist. That the service insists on it is inferred from its own
    /// import tool, which makes all types bare first and adds references in a second pass.
    fn targets(&mut self, field: Field<'_>, here: &str) {
        let data_type = field.data_type();
        let targets = field.reference_to();
        match data_type {
            "reference" | "global_field" if targets.is_empty() => {
                self.fault(here, "should have 'reference_to'.");
            }
            "reference" => {
                for target in targets {
                    let known = target == self.own || self.stack.content_types.contains_key(target);
                    if !known {
                        self.fault(here, format!("refers to '{target}', which does not exist."));
                    }
                }
            }
            // A block that takes its fields from a global field has no data_type.
            "global_field" | "" => {
                for target in targets {
                    if !self.stack.global_fields.contains_key(target) {
                        self.fault(here, format!("refers to '{target}', which does not exist."));
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stack::Setup;
    use super::*;

    fn inspect(schema: &Value) -> (Vec<Value>, FieldErrors) {
        let stack = Stack::new(7, Setup::default());
        let mut inspection = Inspection::new(&stack, "book");
        let filled = inspection.schema(schema.as_array().unwrap());
        (filled, inspection.errors)
    }

    #[test]
    fn uids_of_types_follow_the_documented_pattern() {
        for good in ["a", "book", "b_2"] {
            assert!(is_model_uid(good), "{good}");
        }
        for bad in ["", "2b", "_b", "Book", "book-page"] {
            assert!(!is_model_uid(bad), "{bad}");
        }
    }

    #[test]
    fn the_service_fills_in_what_a_field_leaves_out() {
        let (filled, errors) = inspect(&json!([
            {"uid": "title", "display_name": "Title", "data_type": "text"},
            {"uid": "rows", "display_name": "Rows", "data_type": "group", "multiple": true,
             "schema": [{"uid": "isbn", "display_name": "ISBN", "data_type": "text"}]},
        ]));
        assert_eq!(errors, FieldErrors::new());
        let title = json!({"uid": "title", "display_name": "Title", "data_type": "text",
            "mandatory": true, "unique": true, "multiple": false, "non_localizable": false,
            "field_metadata": {}});
        assert_eq!(filled[0], title);
        assert_eq!(filled[1]["schema"][0]["unique"], json!(false));
    }

    #[test]
    fn a_title_may_be_declared_not_unique() {
        let (filled, _) = inspect(&json!([
            {"uid": "title", "display_name": "Title", "data_type": "text", "unique": false},
        ]));
        assert_eq!(filled[0]["unique"], json!(false));
    }

    #[test]
    fn a_wrong_schema_is_refused_by_place() {
        let rows = [
            (
                json!([{"uid": "tags", "display_name": "T", "data_type": "text"}]),
                "schema.tags",
            ),
            (
                json!([{"uid": "a-b", "display_name": "T", "data_type": "text"}]),
                "schema.a-b",
            ),
            (json!([{"uid": "a", "data_type": "text"}]), "schema.a"),
            (
                json!([{"uid": "a", "display_name": "A", "data_type": "colour"}]),
                "schema.a",
            ),
            (
                json!([{"uid": "a", "display_name": "A", "data_type": "reference",
                "reference_to": ["ghost"]}]),
                "schema.a",
            ),
            (
                json!([{"uid": "taxonomies", "display_name": "A", "data_type": "taxonomy",
                "taxonomies": [{"taxonomy_uid": "ghost"}]}]),
                "schema.taxonomies",
            ),
            (
                json!([{"uid": "a", "display_name": "A", "data_type": "text"},
                {"uid": "a", "display_name": "A", "data_type": "text"}]),
                "schema",
            ),
        ];
        for (schema, place) in rows {
            let (_, errors) = inspect(&schema);
            assert!(errors.contains_key(place), "{schema} gave {errors:?}");
        }
    }

    #[test]
    fn a_type_may_refer_to_itself() {
        let (_, errors) = inspect(&json!([{"uid": "sequel", "display_name": "Sequel",
            "data_type": "reference", "reference_to": ["book"]}]));
        assert_eq!(errors, FieldErrors::new());
    }
}

//! What the account's schema has of the names we would like.
//!
//! Asked once at the start. A service that refuses introspection is not a failing source: then the
//! sure names are taken to exist and all others not to, which is what the grades are for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use catalogue::finding::{Finding, FindingCode};
use serde_json::Value;

use crate::error::Error;
use crate::query::Plan;
use crate::settings::Ask;
use crate::wanted::{Gate, Grade, Need, Wanted};

const FIELD_MISSING: FindingCode = FindingCode::new("field-missing");
const SCHEMA_UNREAD: FindingCode = FindingCode::new("schema-unread");

/// What the schema is asked for. The names of the types of fields and arguments are enough, so
/// lists and non-nulls are unwrapped as deep as GraphQL wraps them in practice.
pub(crate) const INTROSPECTION: &str = "query Schema { __schema { queryType { name } types { name \
    fields(includeDeprecated: true) { name args { name type { ...Named } } type { ...Named } } \
    inputFields { name } possibleTypes { name } } } } \
    fragment Named on __Type { name ofType { name ofType { name ofType { name } } } }";

/// A name that the schema lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The type that should have it.
    pub on: &'static str,
    /// Its name.
    pub field: &'static str,
    /// The argument that it should take, where that alone is missing.
    pub argument: Option<&'static str>,
    /// How sure the name is.
    pub grade: Grade,
    /// How badly it is needed.
    pub need: Need,
    /// What is lost without it.
    pub loss: &'static str,
}

impl Missing {
    pub(crate) fn of(row: &Wanted, only_argument: bool) -> Self {
        Self {
            on: row.on,
            field: row.field,
            argument: row.argument.filter(|_| only_argument).map(|(name, _)| name),
            grade: row.grade,
            need: row.need,
            loss: row.loss,
        }
    }

    /// `MarketingText.productIds`, `SupportingResource.url(style)`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.argument {
            Some(argument) => format!("{}.{}({argument})", self.on, self.field),
            None => format!("{}.{}", self.on, self.field),
        }
    }

    /// The gate that cannot be read without it.
    #[must_use]
    pub fn gate(&self) -> Option<Gate> {
        match self.need {
            Need::Gate(gate) => Some(gate),
            Need::Identity | Need::Plain => None,
        }
    }

    fn finding(&self) -> Finding {
        let message = format!("The schema lacks {}: {}.", self.name(), self.loss);
        let finding = if self.grade.is_sure() {
            Finding::warning(FIELD_MISSING, message)
        } else {
            Finding::info(FIELD_MISSING, message)
        };
        finding.in_field(self.name())
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "missing: {}: {}", self.name(), self.loss)
    }
}

/// One type, as far as it matters here.
#[derive(Debug, Default)]
struct TypeShape {
    /// Fields and input fields, with the name of their type (empty for input fields).
    fields: BTreeMap<String, FieldShape>,
    possible: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct FieldShape {
    type_name: String,
    /// Arguments, with the names of their types.
    arguments: BTreeMap<String, String>,
}

/// What the schema has of the names we would like.
#[derive(Debug)]
pub struct Schema {
    /// The types by name; nothing where introspection was refused.
    types: Option<BTreeMap<String, TypeShape>>,
    root: String,
    plan: Plan,
}

impl Schema {
    /// The schema of a service that would not be introspected.
    pub(crate) fn assumed(ask: Ask) -> Self {
        Self::planned(None, "Query".into(), ask)
    }

    /// Reads the answer to [`INTROSPECTION`].
    pub(crate) fn read(data: &Value, ask: Ask) -> Result<Self, Error> {
        let schema = data.get("__schema").unwrap_or(&Value::Null);
        let types = schema
            .get("types")
            .and_then(Value::as_array)
            .ok_or_else(|| Error::Shape {
                path: "__schema.types".into(),
                what: "no list of types".into(),
            })?;
        let types = types
            .iter()
            .filter_map(|value| Some((name(value)?, TypeShape::read(value))))
            .collect();
        let root = schema
            .get("queryType")
            .and_then(name)
            .unwrap_or_else(|| "Query".into());
        Ok(Self::planned(Some(types), root, ask))
    }

    fn planned(types: Option<BTreeMap<String, TypeShape>>, root: String, ask: Ask) -> Self {
        let mut schema = Self {
            types,
            root,
            plan: Plan::default(),
        };
        schema.plan = Plan::new(&schema, ask);
        schema
    }

    /// The names that are lacking, gates first, then in the order of the query. `doctor` prints
    /// them as they display.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        self.plan.missing()
    }

    /// Whether introspection answered. Where it did not, `missing` lists the unsure names.
    #[must_use]
    pub fn is_introspected(&self) -> bool {
        self.types.is_some()
    }

    /// What is missing without being a gate, as findings of the run.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let unread = (!self.is_introspected()).then(|| {
            Finding::info(
                SCHEMA_UNREAD,
                "The service does not describe its schema, so only names that are sure are asked for.",
            )
        });
        let missing = self
            .missing()
            .iter()
            .filter(|missing| missing.need == Need::Plain);
        unread
            .into_iter()
            .chain(missing.map(Missing::finding))
            .collect()
    }

    /// Whether everything is there that a run cannot do without.
    ///
    /// # Errors
    /// [`Error::NotConsonance`] without works, products and their ids; [`Error::GateMissing`]
    /// without a field that decides whether a book may be shown.
    pub fn require_gates(&self) -> Result<(), Error> {
        let lacking = |meant: fn(&Missing) -> bool| -> Vec<Missing> {
            self.missing()
                .iter()
                .filter(|missing| meant(missing))
                .copied()
                .collect()
        };
        let missing = lacking(|missing| missing.need == Need::Identity);
        if !missing.is_empty() {
            return Err(Error::NotConsonance { missing });
        }
        let missing = lacking(|missing| missing.gate().is_some());
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Error::GateMissing { missing })
        }
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Whether the type, by its name in the schema, has the field of a row.
    pub(crate) fn has_field(&self, type_name: &str, row: &Wanted) -> bool {
        match &self.types {
            Some(_) => self.field(type_name, row.field).is_some(),
            None => row.grade.is_sure(),
        }
    }

    /// Whether a type has a field; where introspection was refused, that is taken to be so.
    pub(crate) fn has(&self, type_name: &str, field: &str) -> bool {
        self.types.is_none() || self.field(type_name, field).is_some()
    }

    /// Whether the field takes the argument of a row, if that names one.
    pub(crate) fn takes_argument(&self, type_name: &str, row: &Wanted) -> bool {
        let (Some(_), Some((argument, _))) = (&self.types, row.argument) else {
            return true;
        };
        self.field(type_name, row.field)
            .is_some_and(|field| field.arguments.contains_key(argument))
    }

    /// The name of a field's type; `otherwise` where introspection was refused.
    pub(crate) fn type_of<'a>(
        &'a self,
        type_name: &str,
        field: &str,
        otherwise: &'a str,
    ) -> &'a str {
        self.field(type_name, field)
            .map_or(otherwise, |field| &field.type_name)
    }

    /// The name of an argument's type; `otherwise` where introspection was refused.
    pub(crate) fn argument_type<'a>(
        &'a self,
        field: &str,
        argument: &str,
        otherwise: &'a str,
    ) -> &'a str {
        self.field(&self.root, field)
            .and_then(|field| field.arguments.get(argument))
            .map_or(otherwise, String::as_str)
    }

    /// The name of the type of a field's argument, where the schema is known to have both.
    pub(crate) fn argument_of(&self, type_name: &str, field: &str, argument: &str) -> Option<&str> {
        let arguments = &self.field(type_name, field)?.arguments;
        arguments.get(argument).map(String::as_str)
    }

    /// Whether a concrete type may stand where an interface is due.
    pub(crate) fn is_possible(&self, interface: &str, concrete: &str) -> bool {
        match &self.types {
            Some(types) => types
                .get(interface)
                .is_some_and(|shape| shape.possible.contains(concrete)),
            None => true,
        }
    }

    fn field(&self, type_name: &str, field: &str) -> Option<&FieldShape> {
        self.types.as_ref()?.get(type_name)?.fields.get(field)
    }
}

impl TypeShape {
    fn read(value: &Value) -> Self {
        let list = |key: &str| {
            value
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        let fields = list("fields").chain(list("inputFields"));
        Self {
            fields: fields
                .filter_map(|field| Some((name(field)?, FieldShape::read(field))))
                .collect(),
            possible: list("possibleTypes").filter_map(name).collect(),
        }
    }
}

impl FieldShape {
    fn read(value: &Value) -> Self {
        let arguments = value
            .get("args")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        Self {
            type_name: named_type(value),
            arguments: arguments
                .filter_map(|argument| Some((name(argument)?, named_type(argument))))
                .collect(),
        }
    }
}

fn name(value: &Value) -> Option<String> {
    value.get("name").and_then(Value::as_str).map(str::to_owned)
}

/// The name beneath list and non-null.
fn named_type(value: &Value) -> String {
    let mut next = value.get("type");
    while let Some(kind) = next {
        if let Some(name) = name(kind) {
            return name;
        }
        next = kind.get("ofType");
    }
    String::new()
}

//! One resolver for every field that reads a document.
//!
//! A field's answer is found in this order: what the service derives (the `derived` modules), then
//! what the document says under that name, then what follows from a neighbouring name by the
//! schema's own conventions: `contributor` from `contributorId`, `onixPriceType` from
//! `onixPriceTypeCode`, `products` from `productIds`.

use std::collections::BTreeSet;

use async_graphql::dynamic::{FieldValue, ObjectAccessor, ResolverContext, TypeRef};
use async_graphql::{Error, Name, Result};
use serde_json::{Number, Value};

use super::account::Account;
use super::derived;
use super::labels;
use super::node::{Answer, At, Node};
use super::schema::{Definition, Definitions, Output};
use crate::world::{Document, ids_in, integer};

/// What kind of value a field's type asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Float,
    Boolean,
    Text,
    /// A code as an enumeration literal; the literals known, if the schema lists them.
    Literal(Option<BTreeSet<String>>),
    /// A code with its label.
    Code,
    Record(Record),
    Row,
}

/// Objects that have a table of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    Work,
    Product,
    Contact,
    Series,
}

impl Record {
    pub(crate) fn at(self, id: i64) -> At {
        match self {
            Self::Work => At::Work(id),
            Self::Product => At::Product(id),
            Self::Contact => At::Contact(id),
            Self::Series => At::Series(id),
        }
    }
}

/// What there is to know about one field before anything is asked.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The type the field belongs to, and its interface.
    pub(crate) owners: Vec<String>,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    list: bool,
    required: bool,
    /// The field promises an interface, so each object must say what it is.
    interface: bool,
}

impl Plan {
    pub(crate) fn new(
        definitions: &Definitions,
        owner: &str,
        interface: Option<&str>,
        output: &Output,
    ) -> Self {
        let named = output.ty.type_name();
        let definition = definitions.types.get(named);
        Self {
            owners: [Some(owner), interface]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
            name: output.name.clone(),
            kind: kind(named, definition),
            list: is_list(&output.ty),
            required: matches!(output.ty, TypeRef::NonNull(_)),
            interface: matches!(definition, Some(Definition::Interface { .. })),
        }
    }
}

fn is_list(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Named(_) => false,
        TypeRef::NonNull(inner) => is_list(inner),
        TypeRef::List(_) => true,
    }
}

fn kind(named: &str, definition: Option<&Definition>) -> Kind {
    match (named, definition) {
        ("Int", _) => Kind::Int,
        ("Float", _) => Kind::Float,
        ("Boolean", _) => Kind::Boolean,
        ("Work", _) => Kind::Record(Record::Work),
        ("Product", _) => Kind::Record(Record::Product),
        ("Contact" | "Person" | "Organisation", _) => Kind::Record(Record::Contact),
        ("Series", _) => Kind::Record(Record::Series),
        ("ONIXCode", _) => Kind::Code,
        (_, Some(Definition::Enumeration { literals })) => Kind::Literal(Some(
            literals
                .iter()
                .map(|literal| literal.name.clone())
                .collect(),
        )),
        (name, Some(Definition::Scalar { .. })) if name.starts_with("ONIX") => Kind::Literal(None),
        (_, Some(Definition::Object { .. } | Definition::Interface { .. })) => Kind::Row,
        _ => Kind::Text,
    }
}

/// Answers one field of one node.
pub(crate) fn resolve<'a>(
    account: &Account,
    plan: &Plan,
    context: &ResolverContext<'a>,
) -> Result<Option<FieldValue<'a>>> {
    let node = context.parent_value.try_downcast_ref::<Node>()?;
    if account.unreadable(&plan.owners, &plan.name, node.id()) {
        return Err(Error::new(format!("{} could not be read", plan.name)));
    }
    let derived = derived::answer(account, node, &plan.name, &Arguments(&context.args))?;
    let answer = derived.unwrap_or_else(|| stored(plan, node));
    render(plan, node, answer)
}

/// The arguments of a field as JSON.
pub(crate) struct Arguments<'a>(pub(crate) &'a ObjectAccessor<'a>);

impl Arguments<'_> {
    /// An argument's value; null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let value = self.0.get(name)?.as_value().clone().into_json().ok()?;
        Some(value).filter(|value| !value.is_null())
    }

    /// An argument that is an input object; empty when absent.
    pub(crate) fn object(&self, name: &str) -> Document {
        match self.get(name) {
            Some(Value::Object(object)) => object,
            _ => Document::new(),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name)
            .and_then(|value| value.as_bool())
            .unwrap_or_default()
    }
}

fn stored(plan: &Plan, node: &Node) -> Answer {
    let own = node.get(&plan.name).filter(|value| !value.is_null());
    match &plan.kind {
        Kind::Record(record) => linked(plan, node, *record, own),
        Kind::Code => match own.or_else(|| codes_beside(node, &plan.name)) {
            Some(codes) => labels::answer(node, &plan.name, codes),
            None => Answer::Json(Value::Null),
        },
        Kind::Row => match own {
            Some(Value::Object(document)) => Answer::Node(Some(node.row(document.clone()))),
            Some(Value::Array(rows)) => Answer::Nodes(
                rows.iter()
                    .filter_map(Value::as_object)
                    .map(|row| node.row(row.clone()))
                    .collect(),
            ),
            _ => Answer::Json(Value::Null),
        },
        _ if plan.name == "id" && node.id().is_some() => node.id().into(),
        _ => Answer::Json(own.cloned().unwrap_or_default()),
    }
}

/// Records that a document names by id, under the field's own name or under `…Id` and `…Ids`.
fn linked(plan: &Plan, node: &Node, record: Record, own: Option<&Value>) -> Answer {
    let Some(document) = node.document() else {
        return Answer::Node(None);
    };
    if plan.list {
        let name = match own {
            Some(_) => plan.name.clone(),
            None => format!("{}Ids", plan.name.trim_end_matches('s')),
        };
        let nodes = ids_in(document, &name)
            .filter_map(|id| node.record(record.at(id)))
            .collect();
        return Answer::Nodes(nodes);
    }
    let id = own
        .and_then(Value::as_i64)
        .or_else(|| integer(document, &format!("{}Id", plan.name)));
    Answer::Node(id.and_then(|id| node.record(record.at(id))))
}

fn codes_beside<'n>(node: &'n Node, name: &str) -> Option<&'n Value> {
    labels::neighbours(name)
        .iter()
        .find_map(|neighbour| node.get(neighbour))
}

fn render<'a>(plan: &Plan, node: &Node, answer: Answer) -> Result<Option<FieldValue<'a>>> {
    match answer {
        Answer::Node(None) | Answer::Json(Value::Null) if plan.list && plan.required => {
            Ok(Some(FieldValue::list(Vec::<FieldValue<'a>>::new())))
        }
        Answer::Node(None) | Answer::Json(Value::Null) => Ok(None),
        Answer::Node(Some(found)) => Ok(Some(object(plan, found))),
        Answer::Nodes(found) => Ok(Some(FieldValue::list(
            found.into_iter().map(|found| object(plan, found)),
        ))),
        Answer::Json(Value::Object(document)) if plan.kind == Kind::Row => {
            Ok(Some(object(plan, node.row(document))))
        }
        Answer::Json(Value::Array(values)) if plan.list => {
            let values: Vec<_> = values
                .iter()
                .filter(|value| !value.is_null())
                .map(|value| leaf(plan, value))
                .collect::<Result<_>>()?;
            Ok(Some(FieldValue::list(values)))
        }
        Answer::Json(value) if plan.list => Ok(Some(FieldValue::list([leaf(plan, &value)?]))),
        Answer::Json(value) => Ok(Some(FieldValue::value(leaf(plan, &value)?))),
    }
}

/// Puts a node into the form a field of this plan answers with.
pub(crate) fn object<'a>(plan: &Plan, node: Node) -> FieldValue<'a> {
    if plan.interface {
        let concrete = node.concrete_type();
        FieldValue::owned_any(node).with_type(concrete)
    } else {
        FieldValue::owned_any(node)
    }
}

fn leaf(plan: &Plan, value: &Value) -> Result<async_graphql::Value> {
    let wrong = || {
        Error::new(format!(
            "{} holds {value}, which is not a value of it",
            plan.name
        ))
    };
    let read = match &plan.kind {
        Kind::Int => match value {
            Value::String(text) => text.trim().parse::<i64>().ok(),
            other => other.as_i64(),
        }
        .map(async_graphql::Value::from),
        Kind::Float => match value {
            Value::String(text) => text.trim().parse::<f64>().ok(),
            other => other.as_f64(),
        }
        .and_then(Number::from_f64)
        .map(async_graphql::Value::Number),
        Kind::Boolean => value.as_bool().map(async_graphql::Value::Boolean),
        Kind::Literal(known) => value
            .as_str()
            .map(labels::literal)
            .filter(|literal| known.as_ref().is_none_or(|known| known.contains(literal)))
            .map(|literal| async_graphql::Value::Enum(Name::new(literal))),
        Kind::Text | Kind::Code | Kind::Record(_) | Kind::Row => match value {
            Value::String(text) => Some(async_graphql::Value::String(text.clone())),
            Value::Number(number) => Some(async_graphql::Value::String(number.to_string())),
            Value::Bool(flag) => Some(async_graphql::Value::String(flag.to_string())),
            _ => None,
        },
    };
    read.ok_or_else(wrong)
}

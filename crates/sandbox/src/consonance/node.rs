//! The thing that fields are asked of: a record, or a row nested in one.

use std::sync::Arc;

use serde_json::Value;

use super::account::View;
use crate::world::{Document, integer, text};

/// One record or row, within the view of one query.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) view: Arc<View>,
    pub(crate) at: At,
}

/// Where a node is in the world.
#[derive(Debug, Clone)]
pub(crate) enum At {
    Work(i64),
    Product(i64),
    Contact(i64),
    Series(i64),
    Client,
    Row(Arc<Row>),
}

/// A nested object, with the records it is nested in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) document: Document,
    pub(crate) work: Option<i64>,
    pub(crate) product: Option<i64>,
    pub(crate) contact: Option<i64>,
    pub(crate) parent: Option<Arc<Row>>,
}

/// What a field answers, before it is put into the form its type asks for.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    Node(Option<Node>),
    Nodes(Vec<Node>),
}

impl<T: Into<Value>> From<T> for Answer {
    fn from(value: T) -> Self {
        Self::Json(value.into())
    }
}

impl Node {
    pub(crate) fn to(&self, at: At) -> Self {
        Self {
            view: Arc::clone(&self.view),
            at,
        }
    }

    /// The record of an id, if there is one.
    pub(crate) fn record(&self, at: At) -> Option<Self> {
        let node = self.to(at);
        node.document().is_some().then_some(node)
    }

    /// A row nested in this node.
    pub(crate) fn row(&self, document: Document) -> Self {
        let (mut row, parent) = match &self.at {
            At::Row(row) => (
                Row {
                    parent: None,
                    ..Row::clone(row)
                },
                Some(Arc::clone(row)),
            ),
            At::Work(id) => (
                Row {
                    work: Some(*id),
                    ..Row::default()
                },
                None,
            ),
            At::Product(id) => {
                let work = self
                    .document()
                    .and_then(|product| integer(product, "workId"));
                (
                    Row {
                        work,
                        product: Some(*id),
                        ..Row::default()
                    },
                    None,
                )
            }
            At::Contact(id) => (
                Row {
                    contact: Some(*id),
                    ..Row::default()
                },
                None,
            ),
            At::Series(_) | At::Client => (Row::default(), None),
        };
        row.document = document;
        row.parent = parent;
        self.to(At::Row(Arc::new(row)))
    }

    pub(crate) fn document(&self) -> Option<&Document> {
        match &self.at {
            At::Work(id) => self.view.works.get(id),
            At::Product(id) => self.view.products.get(id),
            At::Contact(id) => self.view.contacts.get(id),
            At::Series(id) => self.view.series.get(id),
            At::Client => Some(&self.view.client),
            At::Row(row) => Some(&row.document),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.document()?.get(name)
    }

    pub(crate) fn id(&self) -> Option<i64> {
        match &self.at {
            At::Work(id) | At::Product(id) | At::Contact(id) | At::Series(id) => Some(*id),
            At::Client | At::Row(_) => integer(self.document()?, "id"),
        }
    }

    /// The id of the work this is, or is nested in.
    pub(crate) fn work_id(&self) -> Option<i64> {
        match &self.at {
            At::Work(id) => Some(*id),
            At::Product(_) => integer(self.document()?, "workId"),
            At::Row(row) => row.work,
            At::Contact(_) | At::Series(_) | At::Client => None,
        }
    }

    /// The type of a node whose field only promises an interface.
    pub(crate) fn concrete_type(&self) -> String {
        let document = self.document();
        let named = document.and_then(|document| text(document, "__typename"));
        let fallback = match &self.at {
            At::Product(_) => "GenericProduct",
            At::Contact(_) => {
                let organisation =
                    document.is_some_and(|document| document.contains_key("organisationName"));
                if organisation {
                    "Organisation"
                } else {
                    "Person"
                }
            }
            _ => document
                .and_then(|document| text(document, "scheme"))
                .map_or("InHouseSubject", subject_type),
        };
        named.unwrap_or(fallback).to_owned()
    }
}

/// Subject schemes and the types that stand for them.
const SUBJECT_TYPES: [(&str, &str); 6] = [
    ("THEMA", "Thema"),
    ("BIC", "BIC"),
    ("BISAC", "BISAC"),
    ("DEWEY", "Dewey"),
    ("NUR", "NUR"),
    ("IN_HOUSE", "InHouseSubject"),
];

/// The type of a subject in a scheme.
pub(crate) fn subject_type(scheme: &str) -> &'static str {
    SUBJECT_TYPES
        .iter()
        .find(|(known, _)| *known == scheme)
        .map_or("InHouseSubject", |(_, name)| *name)
}

/// The scheme of a subject of a type.
pub(crate) fn subject_scheme(type_name: &str) -> &'static str {
    SUBJECT_TYPES
        .iter()
        .find(|(_, known)| *known == type_name)
        .map_or("IN_HOUSE", |(scheme, _)| *scheme)
}

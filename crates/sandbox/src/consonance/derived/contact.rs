//! Fields of a person or organisation that follow from its other fields.

use super::super::node::{Answer, At, Node};
use crate::world::{Document, integer, rows, text};

pub(super) fn answer(node: &Node, id: i64, field: &str) -> Option<Answer> {
    match field {
        "name" => Some(node.document().and_then(name).map(str::to_owned).into()),
        "contributions" => Some(Answer::Nodes(contributions(node, id))),
        _ => None,
    }
}

/// The name a contact is shown by.
pub(crate) fn name(contact: &Document) -> Option<&str> {
    ["name", "personName", "organisationName"]
        .iter()
        .find_map(|field| text(contact, field))
}

/// Every contribution to any work. A walk over all works: this is asked of few contacts.
fn contributions(node: &Node, id: i64) -> Vec<Node> {
    let mut found = Vec::new();
    for (work, document) in &node.view.works {
        let of_contact = rows(document, "contributions")
            .filter(|row| integer(row, "contributorId") == Some(id))
            .map(|row| node.to(At::Work(*work)).row(row.clone()));
        found.extend(of_contact);
    }
    found
}

//! Fields of a work that follow from its other fields.

use serde_json::{Map, Value};

use super::super::field::Arguments;
use super::super::labels;
use super::super::node::{Answer, At, Node, subject_scheme};
use crate::world::{Document, integer, rows, text};

/// Roles that make an author of the whole: ONIX List 17, A01 and A02.
const AUTHOR_ROLES: [&str; 2] = ["A01", "A02"];

pub(super) fn answer(node: &Node, field: &str, arguments: &Arguments<'_>) -> Option<Answer> {
    let work = node.document()?;
    match field {
        "clientId" => Some(integer(&node.view.client, "id").unwrap_or(1).into()),
        "audience" => {
            let audience = work.get("audience").and_then(Value::as_object);
            Some(Answer::Node(Some(
                node.row(audience.cloned().unwrap_or_default()),
            )))
        }
        "contributorPrettyList" if !work.contains_key(field) => Some(pretty_list(node).into()),
        "isbn" => {
            let product = node
                .view
                .products_of(work)
                .next()
                .map(|(id, _)| node.to(At::Product(id)));
            Some(Answer::Node(
                product.as_ref().and_then(super::product::isbn),
            ))
        }
        "subjectCodes" => Some(Answer::Nodes(subjects(node, arguments))),
        "bics" | "bisacs" if !work.contains_key(field) => {
            Some(codes_of(work, if field == "bics" { "BIC" } else { "BISAC" }).into())
        }
        "marketingTexts" => Some(Answer::Nodes(texts(node, work, None, arguments))),
        _ => None,
    }
}

/// The marketing texts of a work: of those variants that are asked for, and of one product if one
/// is given.
pub(super) fn texts(
    node: &Node,
    work: &Document,
    product: Option<i64>,
    arguments: &Arguments<'_>,
) -> Vec<Node> {
    let variants = arguments.get("variantIn");
    let wanted = variants
        .as_ref()
        .and_then(Value::as_array)
        .filter(|wanted| !wanted.is_empty());
    rows(work, "marketingTexts")
        .filter(|row| product.is_none_or(|product| crate::world::concerns(row, product)))
        .filter(|row| {
            let variant = text(row, "variant");
            wanted.is_none_or(|wanted| wanted.iter().any(|wanted| wanted.as_str() == variant))
        })
        .map(|row| node.row(row.clone()))
        .collect()
}

fn subjects(node: &Node, arguments: &Arguments<'_>) -> Vec<Node> {
    let schemes = arguments.get("schemesIn");
    let wanted = schemes
        .as_ref()
        .and_then(Value::as_array)
        .filter(|wanted| !wanted.is_empty());
    let main_only = arguments.flag("mainOnly");
    let Some(work) = node.document() else {
        return Vec::new();
    };
    rows(work, "subjectCodes")
        .map(complete_subject)
        .filter(|row| !main_only || row.get("main") == Some(&Value::Bool(true)))
        .filter(|row| {
            wanted.is_none_or(|wanted| {
                wanted
                    .iter()
                    .any(|scheme| scheme.as_str() == text(row, "scheme"))
            })
        })
        .map(|row| node.row(row))
        .collect()
}

/// Fills in what every subject answers: its scheme, and flags that were not set.
fn complete_subject(row: &Document) -> Document {
    let mut row = row.clone();
    if let (None, Some(name)) = (text(&row, "scheme"), text(&row, "__typename")) {
        let scheme = subject_scheme(name);
        row.insert("scheme".into(), scheme.into());
    }
    row.entry("main").or_insert(Value::Bool(false));
    row.entry("active").or_insert(Value::Bool(true));
    row
}

fn codes_of(work: &Document, scheme: &str) -> Vec<Value> {
    rows(work, "subjectCodes")
        .map(complete_subject)
        .filter(|row| text(row, "scheme") == Some(scheme))
        .filter_map(|row| row.get("code").cloned())
        .collect()
}

/// The authors' names as a sentence would list them: `Ada Quill, Ben Reed and Cyd Ink`.
fn pretty_list(node: &Node) -> Option<String> {
    let work = node.document()?;
    let mut contributions: Vec<&Map<String, Value>> = rows(work, "contributions").collect();
    contributions.sort_by_key(|row| integer(row, "sequenceNumber").unwrap_or(i64::MAX));
    let names: Vec<String> = contributions
        .iter()
        .filter(|row| {
            let role = text(row, "onixContributorRoleCode").map(labels::code);
            role.is_none_or(|role| AUTHOR_ROLES.contains(&role))
        })
        .filter_map(|row| integer(row, "contributorId"))
        .filter_map(|id| node.view.contacts.get(&id))
        .filter_map(|contact| super::contact::name(contact).map(str::to_owned))
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
    }
}

//! Fields of rows nested in records. What a row is follows from the names it has: rows carry no
//! type, and no two kinds of row use one name for different things.

use serde_json::Value;

use super::super::account::Account;
use super::super::field::Arguments;
use super::super::labels;
use super::super::node::{Answer, At, Node, Row};
use super::{price, resource, text as marketing};
use crate::world::{Document, integer, text};

pub(super) fn answer(
    account: &Account,
    node: &Node,
    row: &Row,
    field: &str,
    arguments: &Arguments<'_>,
) -> Option<Answer> {
    let document = &row.document;
    let work = |id: Option<i64>| Answer::Node(id.and_then(|id| node.record(At::Work(id))));
    match field {
        "work" if !document.contains_key("workId") => Some(work(row.work)),
        "prizeable" => Some(work(row.work)),
        "workId" if !document.contains_key(field) => Some(row.work.into()),
        "productIds" if !document.contains_key(field) => Some(all_products(node, row).into()),
        "products" if !document.contains_key(field) => Some(products(node, row)),
        "contact" => Some(Answer::Node(
            row.contact.and_then(|id| node.record(At::Contact(id))),
        )),
        "containerId" if !document.contains_key(field) => Some(row.product.into()),
        "container" => Some(Answer::Node(row.product.map(|id| node.to(At::Product(id))))),
        "client" => Some(Answer::Node(Some(node.to(At::Client)))),
        "clientId" => Some(integer(&node.view.client, "id").unwrap_or(1).into()),
        "productionRunId" => {
            let run = row.parent.as_ref().map(|run| node.to(At::Row(run.clone())));
            Some(Answer::Node(run))
        }
        "productsCount" => Some(Value::from(alike(node, document)).into()),
        "roleDescription" if !document.contains_key(field) => {
            let role = text(document, "role").map(labels::code)?;
            Some(labels::label(73, role).into())
        }
        "numberOfCopies" if !document.contains_key(field) => Some(1.into()),
        "assigned" | "active" if !document.contains_key(field) => Some(true.into()),
        _ if document.contains_key("amount") || document.contains_key("currencyCode") => {
            price::answer(node, document, field)
        }
        _ => marketing::answer(node, document, field, arguments)
            .or_else(|| resource::answer(account, node, document, field, arguments)),
    }
}

pub(super) fn series(node: &Node, field: &str) -> Option<Answer> {
    let series = node.document()?;
    match field {
        "titleWithSubtitle" if !series.contains_key(field) => {
            let name = text(series, "name").unwrap_or_default();
            Some(match text(series, "subtitle") {
                Some(subtitle) => format!("{name}: {subtitle}").into(),
                None => name.into(),
            })
        }
        _ => None,
    }
}

pub(super) fn client(node: &Node, field: &str) -> Option<Answer> {
    match field {
        "worksCount" => Some(Value::from(node.view.works.len()).into()),
        "productsCount" => Some(Value::from(node.view.products.len()).into()),
        "contacts" => {
            let contacts = node
                .view
                .contacts
                .keys()
                .map(|id| node.to(At::Contact(*id)));
            Some(Answer::Nodes(contacts.collect()))
        }
        _ => None,
    }
}

fn all_products(node: &Node, row: &Row) -> Vec<Value> {
    let work = row.work.and_then(|id| node.view.works.get(&id));
    work.map(|work| {
        node.view
            .products_of(work)
            .map(|(id, _)| id.into())
            .collect()
    })
    .unwrap_or_default()
}

fn products(node: &Node, row: &Row) -> Answer {
    let listed = row
        .document
        .get("productIds")
        .and_then(Value::as_array)
        .cloned();
    let ids = listed.unwrap_or_else(|| all_products(node, row));
    let records = ids.iter().filter_map(Value::as_i64).map(At::Product);
    Answer::Nodes(records.filter_map(|at| node.record(at)).collect())
}

/// How many products have the same in-house format or edition as this row.
fn alike(node: &Node, row: &Document) -> usize {
    let id = integer(row, "id");
    let same = |product: &Document, field: &str| {
        product
            .get(field)
            .and_then(Value::as_object)
            .and_then(|row| integer(row, "id"))
            == id
    };
    node.view
        .products
        .values()
        .filter(|product| same(product, "inHouseFormat") || same(product, "inHouseEdition"))
        .count()
}

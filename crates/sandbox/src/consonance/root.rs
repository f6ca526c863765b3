//! The roots of a query: which records a search answers with, a page at a time.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use async_graphql::dynamic::{FieldValue, ResolverContext};
use async_graphql::{Error, Result};
use serde_json::{Value, json};

use super::account::{Account, FaultKind, Verdict, View};
use super::derived::price_matches;
use super::field::{Arguments, Plan, object};
use super::node::{At, Node};
use super::search;
use crate::world::{Document, integer, rows, text};

/// Answers a field of `Query`.
pub(crate) async fn resolve<'a>(
    account: &Account,
    plan: &Plan,
    context: &ResolverContext<'a>,
) -> Result<Option<FieldValue<'a>>> {
    let view = account.view().await;
    let root = Root {
        account,
        client: Node {
            view,
            at: At::Client,
        },
    };
    let arguments = Arguments(&context.args);
    let (nodes, single) = match plan.name.as_str() {
        "works" => (root.works(&arguments, account.page), false),
        "work" => (root.works(&arguments, 1), true),
        "products" => (root.products(&arguments, account.page), false),
        "product" => (root.products(&arguments, 1), true),
        "contacts" => (root.contacts(&arguments.object("contactSearch")), false),
        "person" => (root.person(&arguments), true),
        "organisation" => (
            root.organisation(&arguments.object("organisationSearch")),
            true,
        ),
        "contract" => (root.contracts(&arguments, 1), true),
        "contracts" => (root.contracts(&arguments, account.page), false),
        "prices" => (root.prices(&arguments.object("priceSearch")), false),
        "series" => (root.series(), false),
        "imprints" => (root.imprints(), false),
        "client" => (vec![root.client], true),
        other => return Err(Error::new(format!("{other} has no answer"))),
    };
    fail_if_ordered(account, &nodes, context)?;
    if single {
        return Ok(nodes.into_iter().next().map(|node| object(plan, node)));
    }
    Ok(Some(FieldValue::list(
        nodes.into_iter().map(|node| object(plan, node)),
    )))
}

/// Fails when a work among the answers has been ordered to. A query for ids alone is spared: what
/// breaks in life is the working out of some field, and a client must be able to list what is
/// there in order to read around the broken work.
fn fail_if_ordered(account: &Account, nodes: &[Node], context: &ResolverContext<'_>) -> Result<()> {
    let spared = context
        .ctx
        .field()
        .selection_set()
        .all(|field| matches!(field.name(), "id" | "__typename"));
    if spared {
        return Ok(());
    }
    let orders = account.orders();
    let ordered = nodes
        .iter()
        .filter_map(Node::work_id)
        .find_map(|id| orders.work_faults.get(&id));
    let Some(fault) = ordered else { return Ok(()) };
    if fault.kind == FaultKind::Status {
        context.ctx.data::<Arc<Verdict>>()?.fail(fault.status);
    }
    Err(Error::new("Internal server error"))
}

struct Root<'a> {
    account: &'a Account,
    client: Node,
}

impl Root<'_> {
    fn view(&self) -> &View {
        &self.client.view
    }

    fn works(&self, arguments: &Arguments<'_>, page: usize) -> Vec<Node> {
        let search = arguments.object("workSearch");
        let of_products = arguments.object("productSearch");
        let view = self.view();
        within(&view.works, &search)
            .filter(|(id, work)| search::work_matches(view, *id, work, &search))
            .filter(|(_, work)| {
                !search::asks(&of_products)
                    || view.products_of(work).any(|(id, product)| {
                        search::product_matches(view, id, product, &of_products)
                    })
            })
            .take(page)
            .map(|(id, _)| self.client.to(At::Work(id)))
            .collect()
    }

    fn products(&self, arguments: &Arguments<'_>, page: usize) -> Vec<Node> {
        let search = arguments.object("productSearch");
        let of_work = arguments.object("workSearch");
        let of_prices = arguments.object("priceSearch");
        let view = self.view();
        within(&view.products, &search)
            .filter(|(id, product)| search::product_matches(view, *id, product, &search))
            .filter(|(_, product)| {
                !search::asks(&of_work)
                    || view
                        .work_of(product)
                        .is_some_and(|(id, work)| search::work_matches(view, id, work, &of_work))
            })
            .filter(|(_, product)| search::has_price(product, &of_prices))
            .take(page)
            .map(|(id, _)| self.client.to(At::Product(id)))
            .collect()
    }

    fn contacts(&self, search: &Document) -> Vec<Node> {
        let named = text(search, "personNameCont").map(str::to_lowercase);
        within(&self.view().contacts, search)
            .filter(|(_, contact)| {
                named.as_ref().is_none_or(|named| {
                    let own = text(contact, "personName").unwrap_or_default();
                    own.to_lowercase().contains(named)
                })
            })
            .take(self.account.page)
            .map(|(id, _)| self.client.to(At::Contact(id)))
            .collect()
    }

    fn person(&self, arguments: &Arguments<'_>) -> Vec<Node> {
        let id = arguments.get("id").and_then(|id| id.as_i64());
        let node = id.and_then(|id| self.client.record(At::Contact(id)));
        node.into_iter()
            .filter(|node| node.concrete_type() == "Person")
            .collect()
    }

    fn organisation(&self, search: &Document) -> Vec<Node> {
        let named = text(search, "nameEq");
        let contacts = self.view().contacts.iter();
        contacts
            .filter(|(_, contact)| {
                contact.contains_key("organisationName")
                    && named.is_none_or(|named| text(contact, "organisationName") == Some(named))
            })
            .map(|(id, _)| self.client.to(At::Contact(*id)))
            .take(1)
            .collect()
    }

    fn contracts(&self, arguments: &Arguments<'_>, page: usize) -> Vec<Node> {
        let search = arguments.object("contractSearch");
        let contracts: BTreeMap<i64, (i64, &Document)> = self
            .view()
            .works
            .iter()
            .filter_map(|(work, document)| {
                let contract = document.get("contract")?.as_object()?;
                Some((integer(contract, "id")?, (*work, contract)))
            })
            .collect();
        within(&contracts, &search)
            .take(page)
            .map(|(_, (work, contract))| self.client.to(At::Work(*work)).row((*contract).clone()))
            .collect()
    }

    fn prices(&self, search: &Document) -> Vec<Node> {
        let mut found = Vec::new();
        for (id, product) in &self.view().products {
            let matching = rows(product, "prices").filter(|price| price_matches(price, search));
            found.extend(matching.map(|price| self.client.to(At::Product(*id)).row(price.clone())));
            if found.len() >= self.account.page {
                found.truncate(self.account.page);
                break;
            }
        }
        found
    }

    fn series(&self) -> Vec<Node> {
        self.view()
            .series
            .keys()
            .map(|id| self.client.to(At::Series(*id)))
            .collect()
    }

    fn imprints(&self) -> Vec<Node> {
        let imprints: BTreeMap<i64, &str> = self
            .view()
            .works
            .values()
            .filter_map(|work| {
                let imprint = work.get("imprint")?.as_object()?;
                Some((integer(imprint, "id")?, text(imprint, "name")?))
            })
            .collect();
        imprints
            .into_iter()
            .filter_map(|(id, name)| match json!({ "id": id, "name": name }) {
                Value::Object(imprint) => Some(self.client.row(imprint)),
                _ => None,
            })
            .collect()
    }
}

/// Records in ascending order of their ids, from where the search's `after` and `idEq` say.
fn within<'m, T>(
    records: &'m BTreeMap<i64, T>,
    search: &Document,
) -> impl Iterator<Item = (i64, &'m T)> + use<'m, T> {
    let (after, only) = search::range(search);
    let bounds = match only {
        Some(only) if only > after => (Bound::Included(only), Bound::Included(only)),
        _ => (Bound::Excluded(after), Bound::Unbounded),
    };
    records
        .range(bounds)
        .map(|(id, record)| (*id, record))
        .filter(move |(id, _)| only.is_none_or(|only| only == *id))
}

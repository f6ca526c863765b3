//! What the service works out on reading, so that no edit can leave it stale.
//!
//! One module per kind of record; each is a table from a field's name to how it is found. A name
//! that is in no table is answered from the document.

mod contact;
mod price;
mod product;
mod resource;
mod row;
mod text;
mod work;

use async_graphql::Result;

use super::account::Account;
use super::field::Arguments;
use super::node::{Answer, At, Node};

pub(crate) use price::{amount as price_amount, matches as price_matches};
pub(crate) use resource::url as resource_url;
pub(crate) use text::strip_html;

/// The derived answer of a field, or none when the document is to be asked.
pub(crate) fn answer(
    account: &Account,
    node: &Node,
    field: &str,
    arguments: &Arguments<'_>,
) -> Result<Option<Answer>> {
    match &node.at {
        At::Work(_) => Ok(work::answer(node, field, arguments)),
        At::Product(id) => product::answer(node, *id, field, arguments),
        At::Contact(id) => Ok(contact::answer(node, *id, field)),
        At::Series(_) => Ok(row::series(node, field)),
        At::Client => Ok(row::client(node, field)),
        At::Row(row) => Ok(row::answer(account, node, row, field, arguments)),
    }
}

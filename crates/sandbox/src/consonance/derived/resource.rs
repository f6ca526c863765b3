//! Fields of a supporting resource: where its picture is, and what is known of it.

use serde_json::{Value, json};

use super::super::account::Account;
use super::super::field::Arguments;
use super::super::node::{Answer, Node};
use super::super::picture::{ORIGINAL, Style};
use crate::world::{Document, integer, text};

pub(super) fn answer(
    account: &Account,
    node: &Node,
    row: &Document,
    field: &str,
    arguments: &Arguments<'_>,
) -> Option<Answer> {
    match field {
        "url" => {
            let style = arguments.get("style");
            Some(url(account, row, style.as_ref().and_then(Value::as_str)).into())
        }
        "aspectRatio" if !row.contains_key(field) => {
            let (width, height) = size(row);
            Some((f64::from(width) / f64::from(height)).into())
        }
        "width" | "height" if !row.contains_key(field) => {
            let (width, height) = size(row);
            Some(u32::from(if field == "width" { width } else { height }).into())
        }
        "imageContentType" if !row.contains_key(field) => Some("image/jpeg".into()),
        "isProcessing" if !row.contains_key(field) => Some(false.into()),
        "createdAt" if !row.contains_key(field) => {
            Some(format!("{}T09:00:00Z", node.view.as_of).into())
        }
        "onixContentAudienceCode" if !row.contains_key(field) => Some("_00".into()),
        "onixContentAudience" | "onixIntendedContentAudience" => {
            let code = text(row, "onixContentAudienceCode").unwrap_or("_00");
            let codes = if field == "onixContentAudience" {
                json!([code])
            } else {
                json!(code)
            };
            Some(super::super::labels::answer(node, field, &codes))
        }
        _ => None,
    }
}

/// The address of a picture in a style; none while the service is still working on it.
pub(crate) fn url(account: &Account, row: &Document, style: Option<&str>) -> Option<String> {
    if row.get("isProcessing") == Some(&Value::Bool(true)) {
        return None;
    }
    if let Some(given) = text(row, "url") {
        return Some(given.to_owned());
    }
    let id = integer(row, "id")?;
    let style = style.unwrap_or(ORIGINAL);
    Some(format!("{}/resources/{id}/{style}.jpg", account.origin))
}

fn size(row: &Document) -> (u16, u16) {
    Style::ORIGINAL.size(text(row, "resourceVariant"))
}

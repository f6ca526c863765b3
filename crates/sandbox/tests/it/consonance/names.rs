//! Every name of the schema answers: a query of all fields, made from introspection, has no error.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sandbox::consonance::Options;
use serde_json::{Value, json};

use super::Account;

/// Levels of objects below the root that the query goes down.
const DEPTH: usize = 4;

const INTROSPECTION: &str = "{ __schema { types { kind name possibleTypes { name }
    fields { name args { type { kind } }
      type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

type Types<'a> = BTreeMap<&'a str, &'a Value>;

/// The name of a field's type below its lists and marks.
fn named(ty: &Value) -> &str {
    match ty["name"].as_str() {
        Some(name) => name,
        None => named(&ty["ofType"]),
    }
}

fn selection(types: &Types<'_>, name: &str, depth: usize) -> String {
    let Some(kind) = types.get(name) else {
        return String::new();
    };
    let mut text = " { __typename".to_owned();
    text.push_str(&fields(types, kind, depth));
    if kind["kind"] == "INTERFACE" {
        for possible in kind["possibleTypes"].as_array().unwrap() {
            let possible = possible["name"].as_str().unwrap();
            let own = fields(types, types[possible], depth);
            let _written = write!(text, " ... on {possible} {{ __typename{own} }}");
        }
    }
    text.push_str(" }");
    text
}

fn fields(types: &Types<'_>, kind: &Value, depth: usize) -> String {
    let mut text = String::new();
    for field in kind["fields"].as_array().unwrap() {
        let required = field["args"].as_array().unwrap();
        if required
            .iter()
            .any(|argument| argument["type"]["kind"] == "NON_NULL")
        {
            continue;
        }
        let inner = named(&field["type"]);
        let object = types
            .get(inner)
            .is_some_and(|inner| inner["fields"].is_array());
        let name = field["name"].as_str().unwrap();
        if !object {
            let _written = write!(text, " {name}");
        } else if depth > 0 {
            let _written = write!(text, " {name}{}", selection(types, inner, depth - 1));
        }
    }
    text
}

#[tokio::test]
async fn every_field_answers_without_an_error() {
    for strict in [false, true] {
        let account = Account::with(Options {
            strict,
            ..Options::default()
        })
        .await;
        let schema = account.data(INTROSPECTION).await;
        let types: Types<'_> = schema["__schema"]["types"]
            .as_array()
            .unwrap()
            .iter()
            .map(|kind| (kind["name"].as_str().unwrap(), kind))
            .collect();
        for root in ["Work", "Product", "Contact", "Contract"] {
            let call = match root {
                "Work" => "it: work(workSearch: {idEq: 1001})",
                "Product" => "it: product(productSearch: {idEq: 20001})",
                "Contact" => "it: contacts",
                _ => "it: contract(contractSearch: {idEq: 71})",
            };
            let depth = if root == "Contact" { 1 } else { DEPTH - 2 };
            let query = format!("{{ {call}{} }}", selection(&types, root, depth));
            let answer = account.ask(&query, json!({})).await;
            let errors: Vec<String> = answer["errors"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|error| format!("{} at {}", error["message"], error["path"]))
                .take(8)
                .collect();
            assert!(errors.is_empty(), "{root}, strict {strict}: {errors:#?}");
            assert!(!answer["data"]["it"].is_null(), "{root}");
        }
    }
}

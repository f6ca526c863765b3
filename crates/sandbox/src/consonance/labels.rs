//! ONIX codes as the service spells and explains them.
//!
//! A GraphQL enumeration cannot hold a literal that begins with a digit, so the service spells the
//! code `02` as `_02`. Documents may hold either; what is answered is always the literal.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::node::{Answer, Node};
use crate::world::{Document, text};

/// Labels by list number and code.
static LABELS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    let lists: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("labels.json")).unwrap_or_default();
    lists
        .into_iter()
        .filter_map(|(list, codes)| Some((list, serde_json::from_value(codes).ok()?)))
        .collect()
});

/// Fields that answer a code with its label, and the number of its list. List 7 is of ONIX 2.1.
const LISTS: [(&str, u32); 21] = [
    ("onix21ProductForm", 7),
    ("onixContributorRole", 17),
    ("ancillaryContentType", 25),
    ("onixAudiences", 28),
    ("onixPrizeAchievement", 41),
    ("onixPriceType", 58),
    ("onixPriceTypeQualifier", 59),
    ("onixPublishingStatus", 64),
    ("role", 73),
    ("language", 74),
    ("onixLanguage", 74),
    ("languagesFrom", 74),
    ("languagesTo", 74),
    ("from", 77),
    ("to", 77),
    ("country", 91),
    ("onixTerritory", 91),
    ("onixTerritories", 91),
    ("onixContentAudiences", 154),
    ("onixContentAudience", 154),
    ("onixIntendedContentAudience", 154),
];
/// The list of content warnings.
const WARNINGS: u32 = 203;

/// Fields whose code is kept under another name than the field's own with `Code` behind it.
const NEIGHBOURS: [(&str, &str); 8] = [
    ("language", "onixLanguageCode"),
    ("languagesFrom", "languagesFromCodes"),
    ("languagesTo", "languagesToCodes"),
    ("onixTerritories", "onixTerritoryCodes"),
    ("onixContentAudiences", "onixContentAudienceCodes"),
    ("onixContentAudience", "onixContentAudienceCode"),
    ("onixIntendedContentAudience", "onixContentAudienceCode"),
    ("ancillaryContentType", "ancillaryContentCode"),
];

/// The fields that may hold the code of a field.
pub(crate) fn neighbours(field: &str) -> Vec<String> {
    match NEIGHBOURS.iter().find(|(name, _)| *name == field) {
        Some((_, neighbour)) => vec![(*neighbour).to_owned()],
        None => {
            vec![
                format!("{field}Code"),
                format!("{}Codes", field.trim_end_matches('s')),
            ]
        }
    }
}

/// A code as an enumeration literal: `02` becomes `_02`, `BC` stays.
pub(crate) fn literal(code: &str) -> String {
    match code.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("_{code}"),
        _ => code.to_owned(),
    }
}

/// A literal as the code it stands for: `_02` becomes `02`.
pub(crate) fn code(literal: &str) -> &str {
    literal.strip_prefix('_').unwrap_or(literal)
}

/// The label of a code in a list.
pub(crate) fn label(list: u32, code: &str) -> Option<&'static str> {
    LABELS.get(&list.to_string())?.get(code).map(String::as_str)
}

/// Answers a code, or a list of codes, each with its label.
pub(crate) fn answer(node: &Node, field: &str, codes: &Value) -> Answer {
    match codes {
        Value::Array(codes) => Answer::Nodes(
            codes
                .iter()
                .filter_map(|code| explained(field, code))
                .map(|code| node.row(code))
                .collect(),
        ),
        one => Answer::Node(explained(field, one).map(|code| node.row(code))),
    }
}

fn explained(field: &str, value: &Value) -> Option<Document> {
    let given = match value {
        Value::String(given) => given.as_str(),
        Value::Object(given) => text(given, "code").or_else(|| text(given, "value"))?,
        _ => return None,
    };
    let code = code(given);
    let number = match LISTS.iter().find(|(name, _)| *name == field) {
        Some((_, number)) => *number,
        None if field == "contentWarnings" => WARNINGS,
        None => 0,
    };
    let own = value
        .as_object()
        .and_then(|given| text(given, "description"));
    let explained = json!({
        "code": code,
        "value": literal(code),
        "description": own.or_else(|| label(number, code)),
        "isDeprecated": false,
        "codeList": { "number": number },
    });
    match explained {
        Value::Object(document) => Some(document),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_begins_with_a_digit_is_spelt_with_an_underscore() {
        for (given, wanted) in [("02", "_02"), ("_02", "_02"), ("BC", "BC"), ("eng", "eng")] {
            assert_eq!(literal(given), wanted);
        }
        assert_eq!(code("_02"), "02");
    }

    #[test]
    fn every_list_that_a_field_names_has_labels() {
        for (field, number) in LISTS {
            assert!(
                LABELS.contains_key(&number.to_string()),
                "{field} wants list {number}"
            );
        }
        assert_eq!(label(64, "04"), Some("Active"));
        assert_eq!(label(7, "BC"), Some("Paperback / softback"));
    }
}

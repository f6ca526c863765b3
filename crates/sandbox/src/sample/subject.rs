//! What a title is about and whom it is for, as Consonance lists it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::script::WorkScript;

/// ONIX List 28 labels of the audiences this house publishes for.
const AUDIENCES: &[(&str, &str)] = &[
    ("01", "General / adult"),
    ("02", "Children"),
    ("03", "Teenage"),
    ("05", "Tertiary education"),
    ("06", "Professional and scholarly"),
];

/// Subject rows: Thema first, then BIC and BISAC, the first of each scheme being the main one.
pub(super) fn rows(work: &WorkScript, headings: &BTreeMap<String, String>) -> Value {
    let schemes = [
        ("Thema", "THEMA", &work.thema),
        ("BIC", "BIC", &work.bic),
        ("BISAC", "BISAC", &work.bisac),
    ];
    let mut rows = Vec::new();
    for (typename, scheme, codes) in schemes {
        for (place, code) in codes.split_whitespace().enumerate() {
            rows.push(json!({
                "__typename": typename,
                "code": code,
                "description": headings.get(&format!("{}:{code}", scheme.to_lowercase())),
                "main": place == 0,
                "scheme": scheme,
            }));
        }
    }
    Value::Array(rows)
}

/// The audience block of a work.
pub(super) fn audience(work: &WorkScript) -> Value {
    let codes = work.audience.as_deref().unwrap_or("01");
    let audiences: Vec<Value> = codes
        .split_whitespace()
        .map(|code| {
            let label = AUDIENCES
                .iter()
                .find(|(known, _)| *known == code)
                .map(|(_, label)| *label);
            json!({"code": code, "description": label, "value": format!("_{code}")})
        })
        .collect();
    let ages = work.ages.as_deref().and_then(|ages| ages.split_once('-'));
    let ages = ages.map(|(from, to)| json!({"from": number(from), "to": number(to)}));
    json!({"description": null, "onixAudiences": audiences, "interestAgeRange": ages})
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

//! What differs between two versions of an entry, as deep as it differs.
//!
//! A book's formats are rows of one field. To say that the field changed would hide which format and
//! what of it, so rows are matched by their ISBN (references by their uid) and compared one by one.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::output;

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// The field, and the row and inner field where it is one of several: `formats 9781839900334 state`.
    pub(crate) field: String,
    /// What it said. Null where it said nothing.
    pub(crate) before: Json,
    /// What it will say.
    pub(crate) after: Json,
}

/// How much of a long value is shown.
const SHOWN: usize = 80;

/// How much of what long texts have in common is shown before they differ.
const LEAD: usize = 20;

impl Difference {
    /// In words, on one line.
    pub(crate) fn told(&self) -> String {
        let field = &self.field;
        match (is_blank(&self.before), is_blank(&self.after)) {
            (true, _) => format!("{field}: {}", shown(&self.after)),
            (_, true) => format!("{field}: {} is taken away", shown(&self.before)),
            _ => {
                let (before, after) =
                    where_they_part(&shown_whole(&self.before), &shown_whole(&self.after));
                format!("{field}: {before} -> {after}")
            }
        }
    }
}

/// Values that differ between two versions, `row_key` being the field by which rows are known.
pub(crate) fn differences(
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    row_key: &str,
) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_fields("", before, after, row_key, &mut found);
    found
}

fn compare_fields(
    path: &str,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    row_key: &str,
    found: &mut Vec<Difference>,
) {
    for (field, after) in after {
        let path = join(path, field);
        let before = before.get(field).unwrap_or(&Json::Null);
        match (before, after) {
            _ if before == after || (is_blank(before) && is_blank(after)) => {}
            // The HTML beside it says the same.
            _ if is_document(before) || is_document(after) => {}
            (Json::Array(before), Json::Array(after)) if are_rows(before) && are_rows(after) => {
                compare_rows(&path, before, after, row_key, found);
            }
            _ => found.push(Difference {
                field: path,
                before: before.clone(),
                after: after.clone(),
            }),
        }
    }
}

/// Whether a value is a document of the rich text editor.
fn is_document(value: &Json) -> bool {
    value.get("type").and_then(Json::as_str) == Some("doc")
}

fn compare_rows(
    path: &str,
    before: &[Json],
    after: &[Json],
    row_key: &str,
    found: &mut Vec<Difference>,
) {
    let keyed = |rows: &[Json]| -> Vec<(String, Map<String, Json>)> {
        let rows = rows.iter().filter_map(Json::as_object).enumerate();
        rows.map(|(index, row)| (row_name(index, row, row_key), row.clone()))
            .collect()
    };
    let (before, after) = (keyed(before), keyed(after));
    let row = |rows: &[(String, Map<String, Json>)], name: &str| {
        rows.iter()
            .find(|(known, _)| known == name)
            .map(|(_, row)| row.clone())
    };
    let known_before: BTreeSet<&String> = before.iter().map(|(name, _)| name).collect();
    let mut same_order = true;
    for (name, row_after) in &after {
        let path = join(path, name);
        match row(&before, name) {
            Some(row_before) => compare_fields(&path, &row_before, row_after, row_key, found),
            None => found.push(Difference {
                field: path,
                before: Json::Null,
                after: Json::Object(row_after.clone()),
            }),
        }
        same_order &= known_before.contains(name);
    }
    for (name, row_before) in &before {
        if row(&after, name).is_none() {
            same_order = false;
            found.push(Difference {
                field: join(path, name),
                before: Json::Object(row_before.clone()),
                after: Json::Null,
            });
        }
    }
    let names = |rows: &[(String, Map<String, Json>)]| -> Vec<Json> {
        rows.iter()
            .map(|(name, _)| Json::from(name.as_str()))
            .collect()
    };
    let (order_before, order_after) = (names(&before), names(&after));
    if same_order && order_before != order_after {
        found.push(Difference {
            field: join(path, "order"),
            before: Json::Array(order_before),
            after: Json::Array(order_after),
        });
    }
}

/// What a row is known by: its ISBN, the entry that it refers to, else its place.
fn row_name(index: usize, row: &Map<String, Json>, row_key: &str) -> String {
    [row_key, "uid"]
        .into_iter()
        .find_map(|key| row.get(key).and_then(Json::as_str))
        .map_or_else(|| format!("{}.", index + 1), str::to_owned)
}

fn are_rows(values: &[Json]) -> bool {
    values.iter().all(Json::is_object)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path} {name}")
    }
}

pub(super) fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn shown(value: &Json) -> String {
    output::shortened(&shown_whole(value), SHOWN)
}

fn shown_whole(value: &Json) -> String {
    match value {
        Json::String(text) => format!("“{text}”"),
        Json::Object(fields) => {
            let said = fields.iter().filter(|(_, value)| !is_blank(value));
            let said = said.map(|(name, value)| format!("{name} {}", shown_whole(value)));
            said.collect::<Vec<_>>().join(", ")
        }
        Json::Array(values) => values
            .iter()
            .map(shown_whole)
            .collect::<Vec<_>>()
            .join(", "),
        value => value.to_string(),
    }
}

/// Two texts cut so that the place where they part can be seen.
fn where_they_part(before: &str, after: &str) -> (String, String) {
    let fits = |text: &str| text.chars().count() <= SHOWN;
    let common = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let cut = |text: &str| {
        if common <= LEAD || (fits(before) && fits(after)) {
            return output::shortened(text, SHOWN);
        }
        let rest: String = text.chars().skip(common - LEAD).collect();
        format!("…{}", output::shortened(&rest, SHOWN))
    };
    (cut(before), cut(after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: Json, after: Json) -> Vec<String> {
        let (Json::Object(before), Json::Object(after)) = (before, after) else {
            panic!()
        };
        differences(&before, &after, "isbn13")
            .iter()
            .map(Difference::told)
            .collect()
    }

    #[test]
    fn a_change_in_one_format_names_the_format_and_what_of_it() {
        let row =
            |isbn: &str, state: &str| json!({ "isbn13": isbn, "state": state, "amount": 9.99 });
        let before = json!({ "formats": [row("978a", "available"), row("978b", "preorder")] });
        let after = json!({ "formats": [row("978a", "available"), row("978b", "available")] });
        assert_eq!(
            told(before, after),
            ["formats 978b state: “preorder” -> “available”"]
        );
    }

    #[test]
    fn rows_come_go_and_change_places() {
        let row = |isbn: &str| json!({ "isbn13": isbn });
        assert_eq!(
            told(
                json!({ "formats": [row("a")] }),
                json!({ "formats": [row("b")] })
            ),
            [
                "formats b: isbn13 “b”",
                "formats a: isbn13 “a” is taken away"
            ]
        );
        assert_eq!(
            told(
                json!({ "formats": [row("a"), row("b")] }),
                json!({ "formats": [row("b"), row("a")] })
            ),
            ["formats order: “a”, “b” -> “b”, “a”"]
        );
    }

    #[test]
    fn nothing_is_not_a_change_from_an_empty_value() {
        let before = json!({ "subtitle": null, "subjects": [] });
        assert!(
            told(
                before,
                json!({ "subtitle": "", "subjects": null, "series": [] })
            )
            .is_empty()
        );
    }

    #[test]
    fn long_texts_are_shown_where_they_part() {
        let long = |end: &str| json!({ "description": format!("{} {end}", "word ".repeat(60)) });
        let told = told(long("old ending"), long("new ending"));
        let told = told.first().unwrap();
        assert!(
            told.contains("old ending") && told.contains("new ending"),
            "{told}"
        );
        assert!(told.len() < 200, "{told}");
    }
}

//! The query language of both sides: conditions over an entry's fields, and sorting.
//!
//! A dotted path walks into groups and references; where it meets a list it walks into every
//! element, and a condition holds when any value that it reaches fulfils it (`$ne` and `$nin`: when
//! none is equal). So two conditions on `formats.state` and `formats.currency` may be met by two
//! different formats: nothing here can say that *one* element of a list fulfils both. That is the
//! service's own limit, and the reason why a site's facts must be plain fields.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::ask::Object;
use super::errors::Refusal;
use super::validation::moment;

/// The fields of something that can be asked about.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// What the service itself puts on it: uid, locale, version, times.
    pub(crate) own: Object,
    pub(crate) fields: &'a Object,
}

/// How a term lies to another in its taxonomy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinship {
    Above { itself: bool },
    Below { itself: bool },
}

/// What a query may look up beside the document it asks about.
pub(crate) trait Library {
    /// An entry that is referred to, as far as the asker may see it.
    fn document(&self, content_type: &str, uid: &str) -> Option<Document<'_>>;
    /// The terms of a taxonomy that lie so to a term.
    fn kin(&self, taxonomy: &str, term: &str, kinship: Kinship) -> Vec<String>;
}

impl Document<'_> {
    /// Every value at the end of a path.
    fn values(&self, path: &str) -> Vec<&Value> {
        let mut segments = path.split('.');
        let first = segments.next().unwrap_or_default();
        let Some(start) = self.own.get(first).or_else(|| self.fields.get(first)) else {
            return Vec::new();
        };
        let mut reached = vec![start];
        for segment in segments {
            reached = reached
                .into_iter()
                .flat_map(|value| inside(value, segment))
                .collect();
        }
        reached
            .into_iter()
            .flat_map(|value| match value {
                Value::Array(items) => items.iter().collect(),
                single => vec![single],
            })
            .filter(|value| !value.is_null())
            .collect()
    }

    fn is_empty_list(&self, path: &str) -> bool {
        !path.contains('.')
            && self
                .fields
                .get(path)
                .and_then(Value::as_array)
                .is_some_and(Vec::is_empty)
    }
}

/// The members called `segment` of a value, or of every element of a list. Of a list of terms,
/// those of the taxonomy called so.
fn inside<'v>(value: &'v Value, segment: &str) -> Vec<&'v Value> {
    let member = |object: &'v Object| match object.get("taxonomy_uid").and_then(Value::as_str) {
        Some(taxonomy) if taxonomy == segment => object.get("term_uid"),
        _ => object.get(segment),
    };
    match value {
        Value::Object(object) => member(object).into_iter().collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_object)
            .filter_map(member)
            .collect(),
        _ => Vec::new(),
    }
}

/// A condition on the values at a path.
#[derive(Debug)]
pub(crate) enum Test {
    Equal(Value),
    NotEqual(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    Compare(fn(Ordering) -> bool, Value),
    Exists(bool),
    Matches(Regex),
    Refers { to: Filter, positive: bool },
    Kin(Vec<(String, Kinship)>),
}

/// A parsed query.
#[derive(Debug)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    At(String, Vec<Test>),
}

type Comparison = fn(Ordering) -> bool;

/// The comparing operators.
const COMPARISONS: [(&str, Comparison); 4] = [
    ("$lt", Ordering::is_lt),
    ("$lte", Ordering::is_le),
    ("$gt", Ordering::is_gt),
    ("$gte", Ordering::is_ge),
];

/// The operators on a taxonomy's tree.
const KINSHIPS: [(&str, Kinship); 4] = [
    ("$above", Kinship::Above { itself: false }),
    ("$eq_above", Kinship::Above { itself: true }),
    ("$below", Kinship::Below { itself: false }),
    ("$eq_below", Kinship::Below { itself: true }),
];

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::shape("query", message)
}

impl Filter {
    /// Reads a query.
    pub(crate) fn parse(query: &Value) -> Result<Self, Refusal> {
        let conditions = query
            .as_object()
            .ok_or_else(|| wrong("is not an object."))?;
        let parsed: Result<Vec<Self>, Refusal> = conditions
            .iter()
            .map(|(key, value)| match key.as_str() {
                "$and" => Self::list(key, value).map(Self::All),
                "$or" => Self::list(key, value).map(Self::Any),
                path if path.starts_with('$') => {
                    Err(wrong(format!("uses the unknown operator '{path}'.")))
                }
                path => Ok(Self::At(path.to_owned(), Test::parse(value)?)),
            })
            .collect();
        Ok(Self::All(parsed?))
    }

    fn list(key: &str, value: &Value) -> Result<Vec<Self>, Refusal> {
        let items = value
            .as_array()
            .ok_or_else(|| wrong(format!("'{key}' takes a list.")))?;
        items.iter().map(Self::parse).collect()
    }

    /// Whether everything fulfils it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::All(filters) if filters.is_empty())
    }

    pub(crate) fn matches(&self, document: &Document<'_>, library: &dyn Library) -> bool {
        match self {
            Self::All(filters) => filters
                .iter()
                .all(|filter| filter.matches(document, library)),
            Self::Any(filters) => filters
                .iter()
                .any(|filter| filter.matches(document, library)),
            Self::At(path, tests) => {
                let values = document.values(path);
                tests.iter().all(|test| match test {
                    Test::Exists(wanted) => {
                        *wanted == (!values.is_empty() || document.is_empty_list(path))
                    }
                    test => test.holds(path, &values, library),
                })
            }
        }
    }

    /// The values that a path must be equal to for the query to hold, when it says so at its top.
    pub(crate) fn pinned(&self) -> Option<(&str, &Value)> {
        match self {
            Self::All(filters) => filters.iter().find_map(Self::pinned),
            Self::At(path, tests) => tests.iter().find_map(|test| match test {
                Test::Equal(value) if !value.is_null() => Some((path.as_str(), value)),
                _ => None,
            }),
            Self::Any(_) => None,
        }
    }
}

impl Test {
    fn parse(value: &Value) -> Result<Vec<Self>, Refusal> {
        let operators = value
            .as_object()
            .filter(|object| object.keys().any(|key| key.starts_with('$')));
        let Some(operators) = operators else {
            return Ok(vec![Self::Equal(value.clone())]);
        };
        operators
            .iter()
            .filter(|(key, _)| *key != "$options")
            .map(|(key, operand)| Self::operator(key, operand, operators))
            .collect()
    }

    fn operator(key: &str, operand: &Value, beside: &Object) -> Result<Self, Refusal> {
        let list = || {
            let items = operand
                .as_array()
                .ok_or_else(|| wrong(format!("'{key}' takes a list.")));
            items.cloned()
        };
        if let Some((_, comparison)) = COMPARISONS.iter().find(|(name, _)| *name == key) {
            return Ok(Self::Compare(*comparison, operand.clone()));
        }
        if let Some((_, kinship)) = KINSHIPS.iter().find(|(name, _)| *name == key) {
            return Ok(Self::Kin(vec![(kin_term(key, operand)?, *kinship)]));
        }
        Ok(match key {
            "$eq" => Self::Equal(operand.clone()),
            "$ne" => Self::NotEqual(operand.clone()),
            "$in" => Self::In(list()?),
            "$nin" => Self::NotIn(list()?),
            "$exists" => {
                let wanted = operand.as_bool();
                Self::Exists(wanted.ok_or_else(|| wrong("'$exists' takes true or false."))?)
            }
            "$regex" => Self::Matches(regex(operand, beside.get("$options"))?),
            "$in_query" => Self::Refers {
                to: Filter::parse(operand)?,
                positive: true,
            },
            "$nin_query" => Self::Refers {
                to: Filter::parse(operand)?,
                positive: false,
            },
            other => return Err(wrong(format!("uses the unknown operator '{other}'."))),
        })
    }

    fn holds(&self, path: &str, values: &[&Value], library: &dyn Library) -> bool {
        let has = |wanted: &Value| match wanted {
            Value::Null => values.is_empty(),
            // A whole list is equal when each of its elements is there.
            Value::Array(items) => {
                items.len() == values.len()
                    && items
                        .iter()
                        .zip(values)
                        .all(|(item, value)| equal(item, value))
            }
            wanted => values.iter().any(|value| equal(value, wanted)),
        };
        match self {
            Self::Equal(wanted) => has(wanted),
            Self::NotEqual(wanted) => !has(wanted),
            Self::In(list) => list.iter().any(has),
            Self::NotIn(list) => !list.iter().any(has),
            Self::Compare(comparison, bound) => values
                .iter()
                .any(|value| compare(value, bound).is_some_and(comparison)),
            Self::Exists(wanted) => *wanted != values.is_empty(),
            Self::Matches(pattern) => values
                .iter()
                .filter_map(|value| value.as_str())
                .any(|text| pattern.is_match(text)),
            Self::Refers { to, positive } => {
                let referred = values.iter().any(|value| {
                    let of = value.get("_content_type_uid").and_then(Value::as_str);
                    let uid = value.get("uid").and_then(Value::as_str);
                    of.zip(uid)
                        .and_then(|(of, uid)| library.document(of, uid))
                        .is_some_and(|document| to.matches(&document, library))
                });
                referred == *positive
            }
            Self::Kin(terms) => {
                let taxonomy = path.rsplit('.').next().unwrap_or_default();
                terms.iter().any(|(term, kinship)| {
                    let kin = library.kin(taxonomy, term, *kinship);
                    let texts = values.iter().filter_map(|value| value.as_str());
                    texts
                        .into_iter()
                        .any(|own| kin.iter().any(|other| other == own))
                })
            }
        }
    }
}

fn kin_term(key: &str, operand: &Value) -> Result<String, Refusal> {
    let term = operand.as_str().map(str::to_owned);
    term.ok_or_else(|| wrong(format!("'{key}' takes the uid of a term.")))
}

fn regex(pattern: &Value, options: Option<&Value>) -> Result<Regex, Refusal> {
    let text = pattern
        .as_str()
        .ok_or_else(|| wrong("'$regex' takes a text."))?;
    let options = options.and_then(Value::as_str).unwrap_or_default();
    RegexBuilder::new(text)
        .case_insensitive(options.contains('i'))
        .multi_line(options.contains('m'))
        .dot_matches_new_line(options.contains('s'))
        .ignore_whitespace(options.contains('x'))
        .build()
        .map_err(|error| wrong(format!("has a '$regex' that does not parse: {error}.")))
}

/// Two moments, when both texts look like a date.
fn moments(one: &str, other: &str) -> Option<(jiff::Timestamp, jiff::Timestamp)> {
    let dated = |text: &str| text.len() >= 10 && text.as_bytes().get(4) == Some(&b'-');
    if dated(one) && dated(other) {
        moment(one).zip(moment(other))
    } else {
        None
    }
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => Some(match moments(one, other) {
            Some((one, other)) => one.cmp(&other),
            None => one.cmp(other),
        }),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn equal(one: &Value, other: &Value) -> bool {
    compare(one, other).map_or_else(|| one == other, Ordering::is_eq)
}

/// The place of a document in a list sorted by `path`: documents without a value stand last either
/// way.
pub(crate) fn order(
    path: &str,
    descending: bool,
    one: &Document<'_>,
    other: &Document<'_>,
) -> Ordering {
    let (one, other) = (one.values(path), other.values(path));
    match (one.first(), other.first()) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => {
            let order = compare(one, other).unwrap_or(Ordering::Equal);
            if descending { order.reverse() } else { order }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Empty;

    impl Library for Empty {
        fn document(&self, _: &str, _: &str) -> Option<Document<'_>> {
            None
        }

        fn kin(&self, _: &str, _: &str, _: Kinship) -> Vec<String> {
            Vec::new()
        }
    }

    fn object(value: &Value) -> Object {
        value.as_object().unwrap().clone()
    }

    fn book() -> Object {
        object(&json!({
            "title": "The Salt Road",
            "amount": 9.99,
            "sort_date": "2026-03-01T00:00:00.000Z",
            "keywords": ["salt", "trade"],
            "cover": null,
            "empty": [],
            "imprint": [{"uid": "blt1", "_content_type_uid": "imprint"}],
            "formats": [
                {"isbn13": "9781", "state": "available", "currency": "GBP"},
                {"isbn13": "9782", "state": "preorder", "currency": "AUD"},
            ],
            "taxonomies": [{"taxonomy_uid": "subject", "term_uid": "FB"}],
        }))
    }

    fn holds(query: &Value) -> bool {
        let fields = book();
        let document = Document {
            own: object(&json!({"uid": "bltbook"})),
            fields: &fields,
        };
        Filter::parse(query).unwrap().matches(&document, &Empty)
    }

    #[test]
    fn operators_do_what_they_say() {
        let rows = [
            (json!({}), true),
            (json!({"title": "The Salt Road"}), true),
            (json!({"uid": "bltbook"}), true),
            (json!({"title": "Other"}), false),
            (json!({"title": {"$ne": "Other"}}), true),
            (json!({"amount": {"$gte": 9, "$lt": 10}}), true),
            (json!({"amount": {"$gt": 9.99}}), false),
            (json!({"sort_date": {"$lt": "2026-03-02"}}), true),
            (json!({"sort_date": "2026-03-01"}), true),
            (json!({"keywords": "trade"}), true),
            (json!({"keywords": ["salt", "trade"]}), true),
            (json!({"keywords": {"$in": ["x", "salt"]}}), true),
            (json!({"keywords": {"$nin": ["salt"]}}), false),
            (json!({"cover": {"$exists": true}}), false),
            (json!({"cover": null}), true),
            (json!({"empty": {"$exists": true}}), true),
            (json!({"title": {"$regex": "^the", "$options": "i"}}), true),
            (json!({"title": {"$regex": "^the"}}), false),
            (json!({"imprint.uid": "blt1"}), true),
            (json!({"taxonomies.subject": "FB"}), true),
            (json!({"taxonomies.subject": {"$in": ["FC"]}}), false),
            (json!({"$or": [{"title": "Other"}, {"amount": 9.99}]}), true),
            (
                json!({"$and": [{"title": "Other"}, {"amount": 9.99}]}),
                false,
            ),
        ];
        for (query, expected) in rows {
            assert_eq!(holds(&query), expected, "{query}");
        }
    }

    #[test]
    fn conditions_on_a_list_of_groups_may_be_met_by_different_elements() {
        assert!(holds(&json!({"formats.isbn13": "9782"})));
        assert!(holds(
            &json!({"formats.state": "preorder", "formats.currency": "GBP"})
        ));
    }

    #[test]
    fn unknown_operators_are_refused() {
        for query in [
            json!({"a": {"$elemMatch": {}}}),
            json!({"$nor": []}),
            json!({"a": {"$in": 1}}),
        ] {
            assert!(Filter::parse(&query).is_err(), "{query}");
        }
    }

    #[test]
    fn what_has_no_value_sorts_last_in_both_directions() {
        let (with, without) = (object(&json!({"n": 1})), object(&json!({"n": null})));
        let with = Document {
            own: Object::new(),
            fields: &with,
        };
        let without = Document {
            own: Object::new(),
            fields: &without,
        };
        for descending in [false, true] {
            assert_eq!(order("n", descending, &without, &with), Ordering::Greater);
        }
    }
}

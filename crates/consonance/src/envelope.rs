//! The envelope of a GraphQL answer: data, and errors that may stand beside it.
//!
//! An error names the place it belongs to by its path. GraphQL lets a null climb from the place
//! where resolving failed to the nearest place that may be null, so whoever meets a null asks
//! whether an error lies at that place **or below it**.

use std::fmt;

use serde_json::Value;

use crate::error::Error;

/// How much of a message from the service is repeated, in characters.
const QUOTED: usize = 200;

/// One step on the way to a place in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field, by its response name.
    Field(String),
    /// A position in a list.
    At(usize),
}

/// One GraphQL error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// Where; empty when the service did not say.
    pub(crate) path: Vec<Step>,
    /// Its message, shortened.
    pub(crate) message: String,
}

impl FieldError {
    fn read(value: &Value) -> Self {
        let message = value
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("no message");
        let path = value.get("path").and_then(Value::as_array);
        Self {
            path: path.into_iter().flatten().filter_map(Step::read).collect(),
            message: shortened(message),
        }
    }

    /// The error relative to a place above it, if it lies there.
    pub(crate) fn below(&self, place: &[Step]) -> Option<Self> {
        let rest = self.path.strip_prefix(place)?;
        Some(Self {
            path: rest.to_vec(),
            message: self.message.clone(),
        })
    }

    /// The names of the fields on the way, without positions: `products.allowOnixExports`.
    pub(crate) fn fields(&self) -> String {
        let names: Vec<&str> = self
            .path
            .iter()
            .filter_map(|step| match step {
                Step::Field(name) => Some(name.as_str()),
                Step::At(_) => None,
            })
            .collect();
        names.join(".")
    }
}

impl Step {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(name) => Some(Self::Field(name.clone())),
            Value::Number(number) => number
                .as_u64()
                .and_then(|at| usize::try_from(at).ok())
                .map(Self::At),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::At(at) => write!(f, "{at}"),
        }
    }
}

/// A place as people read it: `products.0.allowOnixExports`.
pub(crate) fn shown(path: &[Step]) -> String {
    let steps: Vec<String> = path.iter().map(ToString::to_string).collect();
    steps.join(".")
}

/// The first line of a text, shortened.
pub(crate) fn shortened(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(QUOTED)
        .collect()
}

/// A GraphQL answer.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    /// The data; null where there is none.
    pub(crate) data: Value,
    /// The errors beside or instead of it.
    pub(crate) errors: Vec<FieldError>,
}

impl Envelope {
    /// Takes an answer apart.
    ///
    /// # Errors
    /// When the JSON is no GraphQL answer at all.
    pub(crate) fn open(answer: Value) -> Result<Self, Error> {
        let Value::Object(mut answer) = answer else {
            return Err(not_graphql());
        };
        let errors = answer.remove("errors").unwrap_or_default();
        let data = answer.remove("data");
        if data.is_none() && !errors.is_array() {
            return Err(not_graphql());
        }
        let errors = errors.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            data: data.unwrap_or_default(),
            errors: errors.iter().map(FieldError::read).collect(),
        })
    }

    /// The failure that an answer without usable data is.
    pub(crate) fn refusal(&self) -> Error {
        match self.errors.first() {
            Some(error) if error.path.is_empty() => Error::Query {
                message: error.message.clone(),
                count: self.errors.len(),
            },
            Some(error) => Error::Query {
                message: format!("{} (at {})", error.message, shown(&error.path)),
                count: self.errors.len(),
            },
            None => Error::Shape {
                path: "data".into(),
                what: "null without an error".into(),
            },
        }
    }
}

fn not_graphql() -> Error {
    Error::Shape {
        path: "the top".into(),
        what: "neither data nor errors".into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_keep_their_place() {
        let answer = Envelope::open(json!({
            "data": {"works": []},
            "errors": [{"message": "no\nway", "path": ["works", 3, "products", 0, "isbn"]}]
        }))
        .unwrap();
        let error = &answer.errors[0];
        assert_eq!(error.message, "no");
        assert_eq!(shown(&error.path), "works.3.products.0.isbn");
        let place = [Step::Field("works".into()), Step::At(3)];
        assert_eq!(error.below(&place).unwrap().fields(), "products.isbn");
        assert_eq!(
            error.below(&[Step::Field("works".into()), Step::At(2)]),
            None
        );
    }

    #[test]
    fn what_is_no_graphql_answer_is_told_from_a_refusal() {
        assert!(matches!(
            Envelope::open(json!({"error": "x"})),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            Envelope::open(json!([1])),
            Err(Error::Shape { .. })
        ));
        let refused =
            Envelope::open(json!({"errors": [{"message": "Field 'x' doesn't exist"}]})).unwrap();
        assert!(matches!(refused.refusal(), Error::Query { count: 1, .. }));
    }
}

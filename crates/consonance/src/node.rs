//! A place in an answer, which knows its path and what the service said of it.
//!
//! Three things look alike in JSON and mean different things here. A name that was **not asked
//! for** is absent, and reads as nothing. A value that the service **could not give** is null with
//! an error at its place or below, and reads as nothing too, but a gate or an embargo there counts
//! as closed. A null where the schema promises a value, **with no error to explain it**, means that
//! the record is not what it says, and so does a value of another JSON type: [`Unfit`].

use serde_json::Value;

use crate::envelope::{FieldError, Step, shown};
use crate::query::Omitted;

/// Why a record cannot be what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at {path}")]
pub(crate) struct Unfit {
    /// Where, from the work down.
    pub(crate) path: String,
    /// What is wrong there.
    pub(crate) what: String,
}

/// What the service said of one work beside its data.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    /// Errors, with paths from the work down.
    pub(crate) errors: &'a [FieldError],
    /// What was not asked for because the service fails on it.
    pub(crate) omitted: &'a Omitted,
}

/// A place in the answer about one work.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    /// Whether the answer has the place at all.
    present: bool,
    path: Vec<Step>,
    said: &'a Said<'a>,
}

impl<'a> Node<'a> {
    pub(crate) fn work(value: &'a Value, said: &'a Said<'a>) -> Self {
        Self {
            value,
            present: true,
            path: Vec::new(),
            said,
        }
    }

    /// The member of an object; absent members are null.
    pub(crate) fn get(&self, name: &str) -> Self {
        let member = self.value.get(name);
        let mut path = self.path.clone();
        path.push(Step::Field(name.to_owned()));
        Self {
            value: member.unwrap_or(&Value::Null),
            present: member.is_some(),
            path,
            said: self.said,
        }
    }

    /// Where this is, from the work down: `products.0.isbn`.
    pub(crate) fn shown_path(&self) -> String {
        shown(&self.path)
    }

    /// Whether the service could not give this value or something within it.
    pub(crate) fn is_unreadable(&self) -> bool {
        if self
            .said
            .errors
            .iter()
            .any(|error| error.path.starts_with(&self.path))
        {
            return true;
        }
        if self.said.omitted.is_empty() {
            return false;
        }
        let fields: Vec<&str> = self
            .path
            .iter()
            .filter_map(|step| match step {
                Step::Field(name) => Some(name.as_str()),
                Step::At(_) => None,
            })
            .collect();
        self.said.omitted.contains(&fields.join("."))
    }

    /// The value, where null is a legal answer.
    pub(crate) fn optional(self) -> Option<Self> {
        (!self.value.is_null()).then_some(self)
    }

    /// The value, where null is none. Nothing when it was not asked for or could not be given.
    pub(crate) fn due(self) -> Result<Option<Self>, Unfit> {
        if !self.value.is_null() {
            return Ok(Some(self));
        }
        if !self.present || self.is_unreadable() {
            return Ok(None);
        }
        Err(self.unfit("null where a value was due"))
    }

    pub(crate) fn unfit(&self, what: impl Into<String>) -> Unfit {
        Unfit {
            path: self.shown_path(),
            what: what.into(),
        }
    }

    fn expected(&self, kind: &str) -> Unfit {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.unfit(format!("{found} where {kind} was due"))
    }

    pub(crate) fn as_text(&self) -> Result<&'a str, Unfit> {
        self.value.as_str().ok_or_else(|| self.expected("text"))
    }

    pub(crate) fn as_integer(&self) -> Result<i64, Unfit> {
        self.value
            .as_i64()
            .ok_or_else(|| self.expected("a whole number"))
    }

    pub(crate) fn as_number(&self) -> Result<f64, Unfit> {
        self.value.as_f64().ok_or_else(|| self.expected("a number"))
    }

    pub(crate) fn as_truth(&self) -> Result<bool, Unfit> {
        self.value
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    /// Text or a number, as text; nothing for anything else.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn into_object(self) -> Result<Self, Unfit> {
        if self.value.is_object() {
            Ok(self)
        } else {
            Err(self.expected("an object"))
        }
    }

    /// The elements of a list that promises none to be null; unreadable ones are left out.
    fn as_list(&self) -> Result<Vec<Self>, Unfit> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.expected("a list"))?;
        let mut items = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            let mut path = self.path.clone();
            path.push(Step::At(at));
            let item = Self {
                value,
                present: true,
                path,
                said: self.said,
            };
            items.extend(item.due()?);
        }
        Ok(items)
    }

    /// Text that may be absent. White space alone counts as absent.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Unfit> {
        let text = self
            .get(name)
            .optional()
            .map(|node| node.as_text())
            .transpose()?;
        Ok(text.map(str::trim).filter(|text| !text.is_empty()))
    }

    /// The same, owned.
    pub(crate) fn string(&self, name: &str) -> Result<Option<String>, Unfit> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// Text that the schema promises. White space alone counts as absent.
    pub(crate) fn due_text(&self, name: &str) -> Result<Option<&'a str>, Unfit> {
        let text = self
            .get(name)
            .due()?
            .map(|node| node.as_text())
            .transpose()?;
        Ok(text.map(str::trim).filter(|text| !text.is_empty()))
    }

    /// A whole number that may be absent.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Unfit> {
        self.get(name)
            .optional()
            .map(|node| node.as_integer())
            .transpose()
    }

    /// A whole number that the schema promises.
    pub(crate) fn due_integer(&self, name: &str) -> Result<Option<i64>, Unfit> {
        self.get(name)
            .due()?
            .map(|node| node.as_integer())
            .transpose()
    }

    /// The record's own number, without which it is none.
    pub(crate) fn id(&self, name: &str) -> Result<i64, Unfit> {
        let node = self.get(name);
        node.clone()
            .due()?
            .ok_or_else(|| node.unfit("no number"))?
            .as_integer()
    }

    /// A number that may be absent.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Unfit> {
        self.get(name)
            .optional()
            .map(|node| node.as_number())
            .transpose()
    }

    /// An object that may be absent.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Unfit> {
        self.get(name).optional().map(Self::into_object).transpose()
    }

    /// An object that the schema promises.
    pub(crate) fn due_object(&self, name: &str) -> Result<Option<Self>, Unfit> {
        self.get(name).due()?.map(Self::into_object).transpose()
    }

    /// The elements of a list that may be absent.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Self>, Unfit> {
        let list = self
            .get(name)
            .optional()
            .map(|node| node.as_list())
            .transpose()?;
        Ok(list.unwrap_or_default())
    }

    /// The elements of a list that the schema promises.
    pub(crate) fn due_list(&self, name: &str) -> Result<Vec<Self>, Unfit> {
        Ok(self.due_list_if_readable(name)?.unwrap_or_default())
    }

    /// The same; nothing when it was not asked for or could not be given.
    pub(crate) fn due_list_if_readable(&self, name: &str) -> Result<Option<Vec<Self>>, Unfit> {
        self.get(name).due()?.map(|node| node.as_list()).transpose()
    }

    /// Whether a name was asked for and answered.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(path: &[Step]) -> Vec<FieldError> {
        vec![FieldError {
            path: path.to_vec(),
            message: "boom".into(),
        }]
    }

    #[test]
    fn null_is_legal_unexplained_or_unreadable() {
        let omitted = Omitted::new();
        let errors = errors(&[
            Step::Field("b".into()),
            Step::At(1),
            Step::Field("c".into()),
        ]);
        let said = Said {
            errors: &errors,
            omitted: &omitted,
        };
        let value = json!({"a": null, "b": null});
        let node = Node::work(&value, &said);
        assert_eq!(node.text("a").unwrap(), None);
        assert_eq!(
            node.due_text("a").unwrap_err().to_string(),
            "null where a value was due at a"
        );
        assert_eq!(
            node.due_text("b").unwrap(),
            None,
            "the error below explains the null above"
        );
        assert_eq!(node.due_text("never-asked").unwrap(), None);
        assert!(node.get("b").is_unreadable() && !node.get("a").is_unreadable());
    }

    #[test]
    fn another_json_type_is_unfit_and_named() {
        let omitted = Omitted::new();
        let said = Said {
            errors: &[],
            omitted: &omitted,
        };
        let value = json!({"products": [{"id": "7"}], "title": 5});
        let node = Node::work(&value, &said);
        let product = &node.due_list("products").unwrap()[0];
        assert_eq!(
            product.id("id").unwrap_err().to_string(),
            "text where a whole number was due at products.0.id"
        );
        assert!(node.text("title").is_err());
    }

    #[test]
    fn what_was_left_out_of_the_query_counts_as_unreadable_everywhere() {
        let omitted = Omitted::from(["products.isbn".to_owned()]);
        let said = Said {
            errors: &[],
            omitted: &omitted,
        };
        let value = json!({"products": [{}, {}]});
        let node = Node::work(&value, &said);
        let products = node.due_list("products").unwrap();
        assert!(
            products
                .iter()
                .all(|product| product.get("isbn").is_unreadable())
        );
        assert!(
            products
                .iter()
                .all(|product| !product.get("asin").is_unreadable())
        );
    }
}

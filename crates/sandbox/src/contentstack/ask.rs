//! A request as the resources see it: already read whole, its path taken apart, its time fixed.
//!
//! Handlers are plain functions over the stack's state, so nothing in here waits: the body and the
//! parts of a multipart form were collected before the state was locked.

use axum::body::Bytes;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::errors::Refusal;

/// The most items a page holds; the service documents 100.
pub(crate) const PAGE_LIMIT: usize = 100;

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// One part of a multipart form.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Values of the `{names}` in the route's path, decoded.
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) parts: Vec<Part>,
    pub(crate) now: Timestamp,
}

/// Where in a result a page begins, and how many items it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) skip: usize,
    pub(crate) limit: usize,
}

impl Page {
    /// The items of this page.
    pub(crate) fn cut<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.skip).take(self.limit).collect()
    }
}

/// A moment as the service writes it: `YYYY-MM-DDTHH:MM:SS.mmmZ`, in UTC.
pub(crate) fn stamp(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Ask {
    /// A parameter of the path. Routes and handlers name the same ones; a slip gives an object that
    /// is not there.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first value of a query parameter.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a list parameter, with or without an index in its last brackets.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let of_list = |key: &str| {
            key.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('['))
                .and_then(|rest| rest.strip_suffix(']'))
                .is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.query
            .iter()
            .filter(|(key, _)| of_list(key))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.first(name) == Some("true")
    }

    /// `skip` and `limit`. What the service does above 100 is not known; a refusal shows the
    /// mistake soonest.
    pub(crate) fn page(&self) -> Result<Page, Refusal> {
        let number = |name: &str, default: usize| match self.first(name) {
            None => Ok(default),
            Some(text) => text
                .parse::<usize>()
                .map_err(|_| Refusal::shape(name, "is not a number that is zero or more.")),
        };
        let page = Page {
            skip: number("skip", 0)?,
            limit: number("limit", PAGE_LIMIT)?,
        };
        if page.limit > PAGE_LIMIT {
            return Err(Refusal::shape(
                "limit",
                format!("is more than {PAGE_LIMIT}."),
            ));
        }
        Ok(page)
    }

    /// The `query` parameter, an object of conditions; empty when absent.
    pub(crate) fn conditions(&self) -> Result<Value, Refusal> {
        match self.first("query").filter(|text| !text.is_empty()) {
            None => Ok(Value::Object(Object::new())),
            Some(text) => serde_json::from_str(text)
                .map_err(|error| Refusal::shape("query", format!("is not JSON: {error}."))),
        }
    }

    /// The body as a JSON object. The status for broken JSON is not known; 400 is this stand-in's
    /// own.
    pub(crate) fn object(&self) -> Result<Object, Refusal> {
        let broken = |why: String| {
            Refusal::new(
                axum::http::StatusCode::BAD_REQUEST,
                141,
                "The body is not valid JSON.",
            )
            .because("body", why)
        };
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(broken("is not an object.".into())),
            Err(error) => Err(broken(format!("does not parse: {error}."))),
        }
    }

    /// The object under `root` in the body, for instance `entry` or `content_type`.
    pub(crate) fn rooted(&self, root: &str) -> Result<Object, Refusal> {
        match self.object()?.remove(root) {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(Refusal::shape(
                root,
                "is missing from the body, or is not an object.",
            )),
        }
    }
}

/// A text member of an object.
pub(crate) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// A list of texts in an object; absent is empty, another shape is refused.
pub(crate) fn texts(object: &Object, name: &str) -> Result<Vec<String>, Refusal> {
    let wrong = || Refusal::shape(name, "is not a list of texts.");
    match object.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &[(&str, &str)]) -> Ask {
        Ask {
            parameters: Vec::new(),
            query: query
                .iter()
                .map(|(key, value)| ((*key).into(), (*value).into()))
                .collect(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            parts: Vec::new(),
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_list_is_read_with_and_without_indexes_and_not_from_its_neighbours() {
        let ask = ask(&[
            ("only[BASE][]", "title"),
            ("only[BASE][1]", "url"),
            ("only[imprint][]", "name"),
            ("only[BASE]", "x"),
        ]);
        assert_eq!(ask.all("only[BASE]"), ["title", "url"]);
    }

    #[test]
    fn a_page_is_at_most_a_hundred() {
        assert_eq!(
            ask(&[]).page(),
            Ok(Page {
                skip: 0,
                limit: 100
            })
        );
        assert_eq!(
            ask(&[("skip", "5"), ("limit", "7")]).page(),
            Ok(Page { skip: 5, limit: 7 })
        );
        assert!(ask(&[("limit", "101")]).page().is_err());
        assert!(ask(&[("skip", "-1")]).page().is_err());
    }

    #[test]
    fn a_moment_is_written_with_milliseconds() {
        let moment = Timestamp::from_millisecond(1_769_860_800_007).unwrap();
        assert_eq!(stamp(moment), "2026-01-31T12:00:00.007Z");
    }
}

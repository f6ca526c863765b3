//! Lists that come in pages.
//!
//! Contentstack pages by `skip` and `limit` (100 at most). A list that ends early would look like
//! things that are gone, and things that are gone get taken down; so the end of a list is proven by
//! its `count`, and a page that is empty before the count is reached is an unreadable reply, not an
//! end.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::{Error, Kind};
use crate::stack::Stack;

/// The most items in one page (Contentstack: `limit` is 100 at most).
pub(crate) const PAGE: u32 = 100;

/// The order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// By a field, smallest first.
    Ascending(String),
    /// By a field, largest first.
    Descending(String),
}

impl Order {
    pub(crate) fn apply(&self, call: Call) -> Call {
        match self {
            Self::Ascending(field) => call.query("asc", field),
            Self::Descending(field) => call.query("desc", field),
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How many there are on all pages, if it was asked for and answered.
    pub count: Option<u64>,
}

/// A page as it arrives: one list under a name that depends on the resource.
#[derive(Deserialize)]
pub(crate) struct Listed(Map<String, Value>);

impl Listed {
    pub(crate) fn read<T: DeserializeOwned>(
        mut self,
        root: &str,
    ) -> Result<Page<T>, serde_json::Error> {
        let count = self.0.get("count").and_then(Value::as_u64);
        // A list that is missing altogether is a shape we do not know, not an empty list.
        let list = self.0.remove(root).unwrap_or(Value::Null);
        Ok(Page {
            items: serde_json::from_value(list)?,
            count,
        })
    }
}

/// Where a walk through a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    From(u64),
    Ended,
}

impl Walk {
    /// The place after a page of `got` items that was asked for at `skip`.
    ///
    /// # Errors
    /// Says what is wrong when the page contradicts its own count.
    pub(crate) fn after(skip: u64, got: usize, count: Option<u64>) -> Result<Self, String> {
        let got = u64::try_from(got).unwrap_or(u64::MAX);
        let seen = skip.saturating_add(got);
        match count {
            Some(count) if seen >= count => Ok(Self::Ended),
            Some(count) if got == 0 => Err(format!(
                "the list says it has {count} items and ends after {seen}"
            )),
            None if got < u64::from(PAGE) => Ok(Self::Ended),
            _ => Ok(Self::From(seen)),
        }
    }
}

impl Stack {
    /// One page of a list.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        call: Call,
        root: &'static str,
    ) -> Result<Page<T>, Error> {
        let (operation, request) = (call.operation, call.request());
        let listed: Listed = self.send(call).await?;
        listed.read(root).map_err(|cause| {
            Error::new(Kind::Unreadable, operation)
                .with_request(request)
                .with_message(format!("the list {root:?} is missing or has another shape"))
                .with_source(cause)
        })
    }

    /// All pages of a list.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        call: Call,
        root: &'static str,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        let mut walk = Walk::From(0);
        while let Walk::From(skip) = walk {
            let page = self.page::<T>(paged(call.clone(), skip), root).await?;
            walk = next(&call, skip, &page)?;
            items.extend(page.items);
        }
        Ok(items)
    }
}

/// Asks for the page at `skip` and for the count.
pub(crate) fn paged(call: Call, skip: u64) -> Call {
    call.query("skip", &skip)
        .query("limit", &PAGE)
        .query("include_count", &true)
}

/// Where to go on after `page`.
pub(crate) fn next<T>(call: &Call, skip: u64, page: &Page<T>) -> Result<Walk, Error> {
    Walk::after(skip, page.items.len(), page.count).map_err(|message| {
        Error::new(Kind::Unreadable, call.operation)
            .with_request(call.request())
            .with_message(message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_where_the_count_says() {
        assert_eq!(Walk::after(0, 100, Some(250)), Ok(Walk::From(100)));
        assert_eq!(Walk::after(200, 50, Some(250)), Ok(Walk::Ended));
        assert_eq!(Walk::after(0, 0, Some(0)), Ok(Walk::Ended));
        // A service that gives smaller pages than asked for is followed to the end.
        assert_eq!(Walk::after(0, 20, Some(50)), Ok(Walk::From(20)));
    }

    #[test]
    fn an_early_end_is_a_fault_and_not_an_end() {
        assert!(Walk::after(100, 0, Some(250)).unwrap_err().contains("250"));
    }

    #[test]
    fn without_a_count_a_short_page_ends_it() {
        assert_eq!(Walk::after(0, 100, None), Ok(Walk::From(100)));
        assert_eq!(Walk::after(100, 99, None), Ok(Walk::Ended));
    }

    #[test]
    fn a_missing_list_is_no_empty_list() {
        let listed: Listed = serde_json::from_str(r#"{"notice":"hello"}"#).unwrap();
        assert!(listed.read::<Value>("entries").is_err());
        let listed: Listed = serde_json::from_str(r#"{"entries":[],"count":0}"#).unwrap();
        assert_eq!(listed.read::<Value>("entries").unwrap().items.len(), 0);
    }
}

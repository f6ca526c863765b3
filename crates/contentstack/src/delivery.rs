//! What readers get.
//!
//! Delivery is the only proof of what is public: Management can say "unpublished" while a fallback
//! still serves the entry. A token opens one environment, all its locales. A reader who asks with
//! `include_fallback` gets the fallback's entry where the locale has none, so a check that a title
//! is gone must ask both with and without it.

use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::Value;

use crate::asset::Asset;
use crate::call::Call;
use crate::entry::{Entry, only};
use crate::error::Error;
use crate::page::{Order, Page, Walk, next, paged};
use crate::stack::Stack;
use crate::uid::{AssetUid, ContentTypeUid, EntryUid, EnvironmentName, LocaleCode};

/// Which delivered entries, in which form.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryQuery {
    /// The environment.
    pub environment: EnvironmentName,
    /// The locale; none is the master.
    pub locale: Option<LocaleCode>,
    /// A query in Contentstack's own operators.
    pub query: Option<Value>,
    /// References to be resolved, as paths (`contributors`, `series.imprint`); 10 at most.
    pub include: Vec<String>,
    /// Whether an entry that is not published in `locale` is looked for in its fallback.
    pub include_fallback: bool,
    /// How many to leave out first.
    pub skip: u64,
    /// At most how many, 1 to 100.
    pub limit: Option<u32>,
    /// Only these fields, and the uid, locale and version.
    pub only: Vec<String>,
    /// The order; none is the service's.
    pub order: Option<Order>,
    /// Whether to count the matches on all pages.
    pub include_count: bool,
}

impl DeliveryQuery {
    /// All entries of an environment in a locale.
    #[must_use]
    pub fn new(environment: EnvironmentName, locale: LocaleCode) -> Self {
        Self {
            environment,
            locale: Some(locale),
            query: None,
            include: Vec::new(),
            include_fallback: false,
            skip: 0,
            limit: None,
            only: Vec::new(),
            order: None,
            include_count: false,
        }
    }

    fn apply(&self, call: Call) -> Call {
        let call = call
            .delivered(&self.environment)
            .query_if("locale", self.locale.as_ref())
            .query_if("query", self.query.as_ref())
            .query_each("include[]", &self.include)
            .query_each("only[BASE][]", only(&self.only, false))
            .flag("include_fallback", self.include_fallback);
        match &self.order {
            Some(order) => order.apply(call),
            None => call,
        }
    }
}

/// Which delivered assets.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryAssets {
    /// The environment.
    pub environment: EnvironmentName,
    /// The locale; none is the master.
    pub locale: Option<LocaleCode>,
    /// A query in Contentstack's own operators.
    pub query: Option<Value>,
    /// Whether an asset that is not published in `locale` is looked for in its fallback.
    pub include_fallback: bool,
}

impl DeliveryAssets {
    fn apply(&self, call: Call) -> Call {
        call.delivered(&self.environment)
            .query_if("locale", self.locale.as_ref())
            .query_if("query", self.query.as_ref())
            .flag("include_fallback", self.include_fallback)
    }
}

#[derive(Deserialize)]
struct OneEntry {
    entry: Entry,
}

#[derive(Deserialize)]
struct OneAsset {
    asset: Asset,
}

/// The Delivery API.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    stack: &'a Stack,
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// One page of entries.
    ///
    /// # Errors
    /// As any call; [`Kind::Settings`](crate::Kind::Settings) where the environment has no token.
    pub async fn entries(
        &self,
        content_type: &ContentTypeUid,
        query: &DeliveryQuery,
    ) -> Result<Page<Entry>, Error> {
        let call = query
            .apply(Call::get(
                "read delivered entries",
                &entries_path(content_type),
            ))
            .flag("include_count", query.include_count)
            .query_if("skip", (query.skip > 0).then_some(query.skip))
            .query_if("limit", query.limit);
        self.stack.page(call, "entries").await
    }

    /// All entries, page by page as they are drawn; `skip`, `limit` and `include_count` are not
    /// heeded. Ends with an error where a page fails or contradicts the count.
    pub fn all_entries(
        &self,
        content_type: &ContentTypeUid,
        query: &DeliveryQuery,
    ) -> BoxStream<'a, Result<Entry, Error>> {
        let call = query.apply(Call::get(
            "read delivered entries",
            &entries_path(content_type),
        ));
        let stack = self.stack;
        stream::try_unfold((call, Walk::From(0)), move |(call, walk)| async move {
            let Walk::From(skip) = walk else {
                return Ok(None);
            };
            let page: Page<Entry> = stack.page(paged(call.clone(), skip), "entries").await?;
            let walk = next(&call, skip, &page)?;
            Ok(Some((stream::iter(page.items).map(Ok), (call, walk))))
        })
        .try_flatten()
        .boxed()
    }

    /// One entry, or none where it is not delivered. Of `query` only environment, locale, include
    /// and fallback are heeded.
    ///
    /// # Errors
    /// As any call.
    pub async fn entry(
        &self,
        content_type: &ContentTypeUid,
        uid: &EntryUid,
        query: &DeliveryQuery,
    ) -> Result<Option<Entry>, Error> {
        let path = [
            "content_types",
            content_type.as_str(),
            "entries",
            uid.as_str(),
        ];
        let call = Call::get("read delivered entry", &path)
            .delivered(&query.environment)
            .query_if("locale", query.locale.as_ref())
            .query_each("include[]", &query.include)
            .flag("include_fallback", query.include_fallback);
        absent(self.stack.send::<OneEntry>(call).await.map(|one| one.entry))
    }

    /// All assets.
    ///
    /// # Errors
    /// As any call.
    pub async fn assets(&self, query: &DeliveryAssets) -> Result<Vec<Asset>, Error> {
        let call = query.apply(Call::get("read delivered assets", &["assets"]));
        self.stack.all(call, "assets").await
    }

    /// One asset, or none where it is not delivered.
    ///
    /// # Errors
    /// As any call.
    pub async fn asset(
        &self,
        uid: &AssetUid,
        query: &DeliveryAssets,
    ) -> Result<Option<Asset>, Error> {
        let call = query.apply(Call::get("read delivered asset", &["assets", uid.as_str()]));
        absent(self.stack.send::<OneAsset>(call).await.map(|one| one.asset))
    }
}

fn entries_path(content_type: &ContentTypeUid) -> [&str; 3] {
    ["content_types", content_type.as_str(), "entries"]
}

/// Absence is an answer here, not a failure.
fn absent<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.class() == crate::Class::Gone => Ok(None),
        Err(error) => Err(error),
    }
}

//! Entries, with their versions per locale.
//!
//! An entry's fields stay JSON: their shape is the content model's business, and the content model
//! is not known here. What every entry has is typed.
//!
//! Two things of the service shape the interface. There is no optimistic locking: the last write
//! wins, so a caller who cares compares [`Entry::version`] and [`Entry::updated_by`] first. And it
//! is not known whether an update keeps or clears the fields it omits: send the whole entry.

use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::Error;
use crate::page::{Order, Page, Walk, next, paged};
use crate::publication::{Publish, PublishDetail, time};
use crate::reply::Done;
use crate::stack::Stack;
use crate::uid::{ContentTypeUid, EntryUid, LocaleCode};

/// Keys of a read entry that the service owns. They are taken out of [`Entry::fields`], so that
/// those can be written back as they are.
const SYSTEM_KEYS: &[&str] = &[
    "ACL",
    "_content_type_uid",
    "_in_progress",
    "_metadata",
    "_version",
    "_workflow",
    "created_at",
    "created_by",
    "locale",
    "publish_details",
    "stackHeaders",
    "uid",
    "updated_at",
    "updated_by",
    "urlPath",
];

/// What `only` must always ask for, or the reply could not be read.
const ALWAYS: &[&str] = &["uid", "locale", "_version"];

/// Where publication is told. Whether a selection of fields leaves it out although it is included is
/// not documented, so a selection names it too.
const PUBLICATION: &str = "publish_details";

/// One entry in one locale, as Management or Delivery gives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Entry {
    /// Its uid.
    pub uid: EntryUid,
    /// The version of this locale; 0 where the service did not say.
    pub version: u64,
    /// The locale whose content this is: another than asked for where it is inherited.
    pub locale: Option<LocaleCode>,
    /// When it was last saved.
    pub updated_at: Option<Timestamp>,
    /// The uid of the user or token that saved it last.
    pub updated_by: Option<String>,
    /// Its fields, those of the service left out. References are lists of
    /// `{"uid", "_content_type_uid"}`; files are whole assets when read, and uids when written.
    pub fields: Map<String, Value>,
    /// Where it is published, if that was asked for.
    pub publish_details: Vec<PublishDetail>,
    /// The uid of the stage at which it stands, if that was asked for and there is one.
    pub stage: Option<String>,
}

impl TryFrom<Map<String, Value>> for Entry {
    type Error = String;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, String> {
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        let uid = text("uid").ok_or("an entry without uid")?;
        let uid = EntryUid::new(uid).map_err(|error| error.to_string())?;
        let locale = text("locale").and_then(|code| LocaleCode::new(code).ok());
        let updated_by = text("updated_by").map(str::to_owned);
        let updated_at = fields.get("updated_at").and_then(time);
        let version = fields
            .get("_version")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let publish_details = PublishDetail::read(fields.get("publish_details"));
        let stage = fields
            .get("_workflow")
            .and_then(|stage| stage["uid"].as_str());
        let stage = stage.map(str::to_owned);
        fields.retain(|key, _| !SYSTEM_KEYS.contains(&key.as_str()));
        Ok(Self {
            uid,
            version,
            locale,
            updated_at,
            updated_by,
            fields,
            publish_details,
            stage,
        })
    }
}

/// A locale of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLocale {
    /// The locale.
    pub code: LocaleCode,
    /// Whether the entry has a version of its own there. None where the service does not say, as
    /// for the master locale.
    pub localized: Option<bool>,
}

/// Which entries, in which form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Find {
    /// A query in Contentstack's own operators (`{"source_key": {"$in": [..]}}`).
    pub query: Option<Value>,
    /// The locale to read; none is the master.
    pub locale: Option<LocaleCode>,
    /// How many to leave out first.
    pub skip: u64,
    /// At most how many, 1 to 100; none is the service's default (100).
    pub limit: Option<u32>,
    /// Only these fields, and the uid, locale and version.
    pub only: Vec<String>,
    /// The order; none is the service's.
    pub order: Option<Order>,
    /// Whether to say where each is published.
    pub include_publish_details: bool,
    /// Whether to say at which stage of its workflow each stands.
    pub include_workflow: bool,
    /// Whether to count the matches on all pages.
    pub include_count: bool,
    /// Whether entries without a version of their own in `locale` are given too.
    pub include_unlocalized: bool,
}

impl Find {
    /// Entries whose `field` is `value`.
    #[must_use]
    pub fn by(field: &str, value: impl Into<Value>) -> Self {
        let query = Map::from_iter([(field.to_owned(), value.into())]);
        Self {
            query: Some(query.into()),
            ..Self::default()
        }
    }

    fn apply(&self, call: Call) -> Call {
        let call = call
            .query_if("query", self.query.as_ref())
            .query_if("locale", self.locale.as_ref())
            .query_each(
                "only[BASE][]",
                only(&self.only, self.include_publish_details),
            )
            .flag("include_publish_details", self.include_publish_details)
            .flag("include_workflow", self.include_workflow)
            .flag("include_unlocalized", self.include_unlocalized);
        match &self.order {
            Some(order) => order.apply(call),
            None => call,
        }
    }
}

/// The fields to ask for: none for all.
pub(crate) fn only(fields: &[String], publication: bool) -> Vec<&str> {
    if fields.is_empty() {
        return Vec::new();
    }
    let mut only = fields.iter().map(String::as_str).collect::<Vec<_>>();
    let publication = publication.then_some(&PUBLICATION);
    only.extend(
        ALWAYS
            .iter()
            .chain(publication)
            .filter(|always| !fields.iter().any(|field| field == *always)),
    );
    only
}

#[derive(Deserialize)]
struct One {
    entry: Entry,
}

#[derive(Deserialize)]
struct EntryLocales {
    locales: Vec<EntryLocaleRow>,
}

#[derive(Deserialize)]
struct EntryLocaleRow {
    code: LocaleCode,
    #[serde(default)]
    localized: Option<bool>,
}

/// An entry that refers to another thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Referrer {
    /// Its content type.
    pub content_type_uid: ContentTypeUid,
    /// Its uid.
    pub entry_uid: EntryUid,
    /// The locale whose version refers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleCode>,
    /// Its title.
    #[serde(default)]
    pub title: String,
}

#[derive(Deserialize)]
struct References {
    #[serde(default)]
    references: Vec<Referrer>,
}

/// Entries of one content type.
#[derive(Debug, Clone, Copy)]
pub struct Entries<'a> {
    stack: &'a Stack,
    content_type: &'a ContentTypeUid,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(stack: &'a Stack, content_type: &'a ContentTypeUid) -> Self {
        Self {
            stack,
            content_type,
        }
    }

    fn path<'b>(&'b self, rest: &[&'b str]) -> Vec<&'b str> {
        [
            &["content_types", self.content_type.as_str(), "entries"],
            rest,
        ]
        .concat()
    }

    /// One page of entries.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where the content type does not exist.
    pub async fn find(&self, find: &Find) -> Result<Page<Entry>, Error> {
        let call = find
            .apply(Call::get("find entries", &self.path(&[])))
            .flag("include_count", find.include_count)
            .query_if("skip", (find.skip > 0).then_some(find.skip))
            .query_if("limit", find.limit);
        self.stack.page(call, "entries").await
    }

    /// All entries, page by page as they are drawn; `skip`, `limit` and `include_count` are not
    /// heeded. Unless an order is given they come as they were created, so that entries saved in
    /// the meantime do not move between pages.
    ///
    /// The stream ends with an error where a page fails or contradicts the count: a list that
    /// ended without one was whole.
    pub fn find_all(&self, find: &Find) -> BoxStream<'a, Result<Entry, Error>> {
        let mut call = find.apply(Call::get("find entries", &self.path(&[])));
        if find.order.is_none() {
            call = Order::Ascending("created_at".into()).apply(call);
        }
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

    /// One entry, with its publish details.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where it does not exist.
    pub async fn get(&self, uid: &EntryUid, locale: Option<&LocaleCode>) -> Result<Entry, Error> {
        let call = Call::get("get entry", &self.path(&[uid.as_str()]))
            .query_if("locale", locale)
            .flag("include_publish_details", true);
        self.stack.send::<One>(call).await.map(|one| one.entry)
    }

    /// Makes an entry. Not repeated when the reply is lost: look by a unique field, then decide.
    ///
    /// # Errors
    /// As any call; [`Error::is_not_unique`] says whether a unique field is taken, and
    /// [`Error::outcome_unknown`] whether it may exist now.
    pub async fn create(
        &self,
        locale: Option<&LocaleCode>,
        fields: &Map<String, Value>,
    ) -> Result<Entry, Error> {
        let call = Call::create("create entry", &self.path(&[]))
            .query_if("locale", locale)
            .json(&json!({ "entry": fields }))?;
        self.stack.send::<One>(call).await.map(|one| one.entry)
    }

    /// Saves an entry's fields in a locale. The first save in a locale gives it a version of its own
    /// there.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where it does not exist.
    pub async fn update(
        &self,
        uid: &EntryUid,
        locale: Option<&LocaleCode>,
        fields: &Map<String, Value>,
    ) -> Result<Entry, Error> {
        let call = Call::put("update entry", &self.path(&[uid.as_str()]))
            .query_if("locale", locale)
            .json(&json!({ "entry": fields }))?;
        self.stack.send::<One>(call).await.map(|one| one.entry)
    }

    /// Asks for an entry to be published. The service queues it.
    ///
    /// # Errors
    /// As any call.
    pub async fn publish(&self, uid: &EntryUid, publish: &Publish) -> Result<(), Error> {
        let call = Call::act("publish entry", &self.path(&[uid.as_str(), "publish"]))
            .json(&publish.body("entry"))?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Asks for an entry to be unpublished. The service queues it.
    ///
    /// # Errors
    /// As any call.
    pub async fn unpublish(&self, uid: &EntryUid, publish: &Publish) -> Result<(), Error> {
        let call = Call::act("unpublish entry", &self.path(&[uid.as_str(), "unpublish"]))
            .json(&publish.body("entry"))?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Moves an entry to a stage of its workflow, in one locale, as the user whose authtoken the settings have. Doing it
    /// twice is doing it once.
    ///
    /// # Errors
    /// As any call; [`Kind::NotAllowed`](crate::Kind::NotAllowed) where that user may not.
    pub async fn set_stage(
        &self,
        uid: &EntryUid,
        locale: &LocaleCode,
        stage: &str,
        comment: &str,
    ) -> Result<(), Error> {
        let body = json!({"workflow": {"workflow_stage": {
            "uid": stage, "comment": comment, "notify": false,
        }}});
        let call = Call::act(
            "set workflow stage",
            &self.path(&[uid.as_str(), "workflow"]),
        )
        .query("locale", locale)
        .json(&body)?
        .by_user();
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Tries to set a stage with the management token, which may set open stages only.
    ///
    /// # Errors
    /// As [`Self::set_stage`].
    pub async fn set_stage_by_token(
        &self,
        uid: &EntryUid,
        locale: &LocaleCode,
        stage: &str,
    ) -> Result<(), Error> {
        let body = json!({"workflow": {"workflow_stage": {"uid": stage, "notify": false}}});
        let call = Call::act(
            "set workflow stage",
            &self.path(&[uid.as_str(), "workflow"]),
        )
        .query("locale", locale)
        .json(&body)?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Asks for a publication that is not to wait for a stage, which the service grants to some.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn publish_past_stages(
        &self,
        uid: &EntryUid,
        publish: &Publish,
    ) -> Result<(), Error> {
        let call = Call::act("publish entry", &self.path(&[uid.as_str(), "publish"]))
            .flag("skip_workflow_stage_check", true)
            .json(&publish.body("entry"))?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Deletes an entry with all its locales.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, uid: &EntryUid) -> Result<(), Error> {
        let call = Call::delete("delete entry", &self.path(&[uid.as_str()]))
            .flag("delete_all_localized", true);
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// What refers to an entry, whatever its content type. The path is documented for entries, its answer only for
    /// assets; it is taken to be the same.
    ///
    /// # Errors
    /// As any call.
    pub async fn references(&self, uid: &EntryUid) -> Result<Vec<Referrer>, Error> {
        let path = [uid.as_str(), "references"];
        let call = Call::get("list references to entry", &self.path(&path));
        Ok(self.stack.send::<References>(call).await?.references)
    }

    /// The locales in which an entry can be read.
    ///
    /// # Errors
    /// As any call.
    pub async fn locales(&self, uid: &EntryUid) -> Result<Vec<EntryLocale>, Error> {
        let call = Call::get(
            "list locales of entry",
            &self.path(&[uid.as_str(), "locales"]),
        );
        let rows = self.stack.send::<EntryLocales>(call).await?.locales;
        Ok(rows
            .into_iter()
            .map(|EntryLocaleRow { code, localized }| EntryLocale { code, localized })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_gives_back_only_what_may_be_written() {
        let entry: Entry = serde_json::from_value(json!({
            "uid": "blt1", "_version": 3, "locale": "en-au", "ACL": {}, "_in_progress": false,
            "created_at": "2026-01-01T00:00:00.000Z", "created_by": "blt0",
            "updated_at": "2026-01-02T00:00:00.000Z", "updated_by": "blt2",
            "title": "The Salt Road", "tags": ["x"],
            "publish_details": [{"environment": "blt5", "locale": "en-au", "version": 2}],
        }))
        .unwrap();
        assert_eq!(
            Value::Object(entry.fields),
            json!({"title": "The Salt Road", "tags": ["x"]})
        );
        assert_eq!(
            (entry.version, entry.updated_by.as_deref()),
            (3, Some("blt2"))
        );
        assert_eq!(entry.publish_details.len(), 1);
        assert_eq!(
            entry.updated_at.unwrap().to_string(),
            "2026-01-02T00:00:00Z"
        );
    }

    #[test]
    fn an_entry_without_uid_is_no_entry() {
        assert!(serde_json::from_value::<Entry>(json!({"title": "x"})).is_err());
        assert!(serde_json::from_value::<Entry>(json!({"uid": ""})).is_err());
    }

    #[test]
    fn a_selection_of_fields_keeps_what_a_reply_is_read_by() {
        assert!(only(&[], true).is_empty());
        assert_eq!(
            only(&["title".into(), "uid".into()], false),
            ["title", "uid", "locale", "_version"]
        );
        assert_eq!(
            only(&["title".into()], true),
            ["title", "uid", "locale", "_version", "publish_details"]
        );
    }
}

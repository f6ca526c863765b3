//! Assets: files, with a title, tags and a folder.
//!
//! An upload that lost its reply may have made an asset, and nothing about a file is unique to the
//! service. A caller who wants one asset per file puts something of his own into the tags (a hash
//! of the content) and looks for it first. An asset's address is public from upload unless the
//! stack keeps assets secure.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::{Call, Part};
use crate::error::Error;
use crate::folder::Folders;
use crate::page::{Order, Page};
use crate::publication::{Publish, PublishDetail};
use crate::reply::Done;
use crate::stack::Stack;
use crate::uid::{AssetUid, EnvironmentName, FolderUid, LocaleCode};

/// One asset, as Management or Delivery gives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Asset {
    /// Its uid.
    pub uid: AssetUid,
    /// Its version; 0 where the service did not say.
    pub version: u64,
    /// The name of the file.
    pub file_name: String,
    /// Where the bytes of this version are.
    pub url: String,
    /// The media type.
    pub content_type: String,
    /// The size in bytes (a string on the wire).
    pub file_size: Option<u64>,
    /// Width and height in pixels, for images whose size the service knows.
    pub dimension: Option<(u32, u32)>,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The tags.
    pub tags: Vec<String>,
    /// The folder it is in; none is the root.
    pub folder: Option<FolderUid>,
    /// Where it is published, if that was asked for.
    pub publish_details: Vec<PublishDetail>,
}

impl TryFrom<Map<String, Value>> for Asset {
    type Error = String;

    fn try_from(fields: Map<String, Value>) -> Result<Self, String> {
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        let owned = |key: &str| text(key).unwrap_or_default().to_owned();
        let uid = AssetUid::new(text("uid").ok_or("an asset without uid")?)
            .map_err(|error| error.to_string())?;
        let side = |key: &str| {
            let side = fields.get("dimension")?.get(key)?.as_u64()?;
            u32::try_from(side).ok()
        };
        let tags = fields.get("tags").and_then(Value::as_array);
        Ok(Self {
            uid,
            version: fields.get("_version").and_then(number).unwrap_or_default(),
            file_name: owned("filename"),
            url: owned("url"),
            content_type: owned("content_type"),
            file_size: fields.get("file_size").and_then(number),
            dimension: side("width").zip(side("height")),
            title: owned("title"),
            description: owned("description"),
            tags: tags
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            folder: text("parent_uid").and_then(|uid| FolderUid::new(uid).ok()),
            publish_details: PublishDetail::read(fields.get("publish_details")),
        })
    }
}

/// A number that may be written as a string.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// A file to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The content.
    pub bytes: Bytes,
    /// The name, without a path.
    pub file_name: String,
    /// The media type (`image/jpeg`).
    pub content_type: String,
    /// The title; none is the service's choice (the file name).
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The tags. None may hold a comma: that is what separates them on the wire.
    pub tags: Vec<String>,
    /// The folder; none is the root.
    pub folder: Option<FolderUid>,
}

impl Upload {
    fn into_call(self, call: Call) -> Result<Call, Error> {
        if self.file_name.is_empty()
            || self
                .file_name
                .chars()
                .any(|c| c.is_control() || c == '/' || c == '\\')
        {
            return Err(call.misuse(format!("{:?} is not a file name", self.file_name)));
        }
        if let Some(tag) = self.tags.iter().find(|tag| tag.contains(',')) {
            return Err(call.misuse(format!("the tag {tag:?} holds a comma")));
        }
        let Self {
            bytes,
            file_name,
            content_type,
            ..
        } = self;
        let mut parts = vec![(
            "asset[upload]",
            Part::File {
                file_name,
                content_type,
                bytes,
            },
        )];
        let tags = (!self.tags.is_empty()).then(|| self.tags.join(","));
        let texts = [
            ("asset[title]", self.title),
            ("asset[description]", self.description),
            ("asset[tags]", tags),
            ("asset[parent_uid]", self.folder.map(String::from)),
        ];
        parts.extend(
            texts
                .into_iter()
                .filter_map(|(name, text)| Some((name, Part::Text(text?)))),
        );
        Ok(call.multipart(parts))
    }
}

/// A change of what is said about an asset; its file stays. None leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssetEdit {
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// All tags.
    pub tags: Option<Vec<String>>,
}

/// Which assets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssetFind {
    /// A query in Contentstack's own operators (`{"tags": {"$in": [..]}}`).
    pub query: Option<Value>,
    /// Only those directly in this folder; none is all.
    pub folder: Option<FolderUid>,
    /// How many to leave out first.
    pub skip: u64,
    /// At most how many, 1 to 100.
    pub limit: Option<u32>,
    /// Whether to say where each is published.
    pub include_publish_details: bool,
    /// Whether to count the matches on all pages.
    pub include_count: bool,
}

impl AssetFind {
    /// Assets that carry `tag`.
    #[must_use]
    pub fn by_tag(tag: &str) -> Self {
        Self {
            query: Some(json!({ "tags": tag })),
            ..Self::default()
        }
    }

    fn apply(&self, call: Call) -> Call {
        call.query_if("query", self.query.as_ref())
            .query_if("folder", self.folder.as_ref())
            .flag("include_publish_details", self.include_publish_details)
    }
}

#[derive(Deserialize)]
struct One {
    asset: Asset,
}

/// Assets.
#[derive(Debug, Clone, Copy)]
pub struct Assets<'a> {
    stack: &'a Stack,
}

impl<'a> Assets<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// Folders of assets.
    #[must_use]
    pub fn folders(&self) -> Folders<'a> {
        Folders::new(self.stack)
    }

    /// Uploads a file as a new asset. Not repeated when the reply is lost: look by tag, then decide.
    ///
    /// # Errors
    /// As any call; [`Error::outcome_unknown`] says whether it may exist now.
    pub async fn upload(&self, upload: Upload) -> Result<Asset, Error> {
        let call = upload.into_call(Call::create("upload asset", &["assets"]))?;
        self.stack.send::<One>(call).await.map(|one| one.asset)
    }

    /// Replaces the file of an asset, and what is said about it.
    ///
    /// # Errors
    /// As any call.
    pub async fn replace(&self, uid: &AssetUid, upload: Upload) -> Result<Asset, Error> {
        let call = upload.into_call(Call::put("replace asset", &["assets", uid.as_str()]))?;
        self.stack.send::<One>(call).await.map(|one| one.asset)
    }

    /// Changes what is said about an asset.
    ///
    /// # Errors
    /// As any call.
    pub async fn edit(&self, uid: &AssetUid, edit: &AssetEdit) -> Result<Asset, Error> {
        let fields = [
            ("title", edit.title.as_ref().map(|title| json!(title))),
            (
                "description",
                edit.description.as_ref().map(|text| json!(text)),
            ),
            ("tags", edit.tags.as_ref().map(|tags| json!(tags))),
        ];
        let fields: Map<String, Value> = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        let call =
            Call::put("edit asset", &["assets", uid.as_str()]).json(&json!({ "asset": fields }))?;
        self.stack.send::<One>(call).await.map(|one| one.asset)
    }

    /// One asset, with its publish details.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where it does not exist.
    pub async fn get(&self, uid: &AssetUid) -> Result<Asset, Error> {
        let call =
            Call::get("get asset", &["assets", uid.as_str()]).flag("include_publish_details", true);
        self.stack.send::<One>(call).await.map(|one| one.asset)
    }

    /// One page of assets.
    ///
    /// # Errors
    /// As any call.
    pub async fn find(&self, find: &AssetFind) -> Result<Page<Asset>, Error> {
        let call = find
            .apply(Call::get("find assets", &["assets"]))
            .flag("include_count", find.include_count)
            .query_if("skip", (find.skip > 0).then_some(find.skip))
            .query_if("limit", find.limit);
        self.stack.page(call, "assets").await
    }

    /// All assets, in the order of their creation; `skip`, `limit` and `include_count` are not heeded.
    ///
    /// # Errors
    /// As any call, and where a page contradicts the count.
    pub async fn find_all(&self, find: &AssetFind) -> Result<Vec<Asset>, Error> {
        let call = find.apply(Call::get("find assets", &["assets"]));
        let call = Order::Ascending("created_at".into()).apply(call);
        self.stack.all(call, "assets").await
    }

    /// Asks for an asset to be published.
    ///
    /// # Errors
    /// As any call.
    pub async fn publish(
        &self,
        uid: &AssetUid,
        environments: &[EnvironmentName],
        locales: &[LocaleCode],
    ) -> Result<(), Error> {
        self.act(
            "publish asset",
            uid,
            "publish",
            &target(environments, locales),
        )
        .await
    }

    /// Asks for an asset to be unpublished.
    ///
    /// # Errors
    /// As any call.
    pub async fn unpublish(
        &self,
        uid: &AssetUid,
        environments: &[EnvironmentName],
        locales: &[LocaleCode],
    ) -> Result<(), Error> {
        self.act(
            "unpublish asset",
            uid,
            "unpublish",
            &target(environments, locales),
        )
        .await
    }

    /// Asks for an asset to be unpublished at a time.
    ///
    /// # Errors
    /// As any call.
    pub async fn unpublish_later(&self, uid: &AssetUid, publish: &Publish) -> Result<(), Error> {
        self.act(
            "schedule unpublishing of asset",
            uid,
            "unpublish",
            &publish.body("asset"),
        )
        .await
    }

    async fn act(
        &self,
        operation: &'static str,
        uid: &AssetUid,
        verb: &str,
        body: &Value,
    ) -> Result<(), Error> {
        let call = Call::act(operation, &["assets", uid.as_str(), verb]).json(body)?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }

    /// Deletes an asset, its file included. One that is gone already answers
    /// [`Class::Gone`](crate::Class::Gone).
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, uid: &AssetUid) -> Result<(), Error> {
        let call = Call::delete("delete asset", &["assets", uid.as_str()]);
        self.stack.send::<Done>(call).await.map(|Done| ())
    }
}

fn target(environments: &[EnvironmentName], locales: &[LocaleCode]) -> Value {
    json!({ "asset": { "environments": environments, "locales": locales } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_as_strings_and_folders_may_be_absent() {
        let asset: Asset = serde_json::from_value(json!({
            "uid": "blt1", "filename": "cover.jpg", "url": "http://host/1", "content_type": "image/jpeg",
            "file_size": "1234", "tags": ["sha256:ab"], "title": "Cover", "_version": 2,
            "parent_uid": null, "dimension": {"height": 300, "width": 200},
        }))
        .unwrap();
        assert_eq!(asset.file_size, Some(1234));
        assert_eq!(asset.dimension, Some((200, 300)));
        assert_eq!((asset.version, asset.folder), (2, None));
        assert_eq!(asset.tags, ["sha256:ab"]);
    }
}

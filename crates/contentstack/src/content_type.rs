//! Content types.
//!
//! A `PUT` replaces the whole type. Fields that an integrator added would vanish if they were not
//! sent back, so what is read keeps everything that may be written: read, merge, write.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::ContentTypeUid;

/// A content type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentType {
    /// Its uid: `^[a-z][a-z0-9_]*$`, never changed.
    pub uid: ContentTypeUid,
    /// Its title.
    pub title: String,
    /// Its description, at most 255 characters.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// Its fields, as Contentstack's own field documents. A read gives each the keys
    /// `mandatory`, `unique`, `multiple`, `non_localizable` and `field_metadata`.
    #[serde(default)]
    pub schema: Vec<Value>,
    /// `is_page`, `singleton`, `title`, `sub_title`, `url_pattern`, `url_prefix`, and what else
    /// there may be.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Map::is_empty"
    )]
    pub options: Map<String, Value>,
    /// Labels.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub labels: Vec<Value>,
    /// Field visibility rules.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub field_rules: Vec<Value>,
    /// Its version, one more with each save. Never sent.
    #[serde(default, rename = "_version", skip_serializing)]
    pub version: u64,
}

/// Reads `null` like an absent field.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
struct One {
    content_type: ContentType,
}

/// Content types.
#[derive(Debug, Clone, Copy)]
pub struct ContentTypes<'a> {
    stack: &'a Stack,
}

impl<'a> ContentTypes<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All content types.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<ContentType>, Error> {
        self.stack
            .all(
                Call::get("list content types", &["content_types"]),
                "content_types",
            )
            .await
    }

    /// One content type.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where it does not exist.
    pub async fn get(&self, uid: &ContentTypeUid) -> Result<ContentType, Error> {
        let call = Call::get("get content type", &["content_types", uid.as_str()]);
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.content_type)
    }

    /// Makes a content type. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call; [`Class::Conflict`](crate::Class::Conflict) where uid or title is taken.
    pub async fn create(&self, content_type: &ContentType) -> Result<ContentType, Error> {
        let call = Call::create("create content type", &["content_types"])
            .json(&json!({ "content_type": content_type }))?;
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.content_type)
    }

    /// Replaces a content type as a whole.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(&self, content_type: &ContentType) -> Result<ContentType, Error> {
        let path = ["content_types", content_type.uid.as_str()];
        let call = Call::put("update content type", &path)
            .json(&json!({ "content_type": content_type }))?;
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.content_type)
    }
}

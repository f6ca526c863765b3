//! Global fields: groups of fields that several content types share.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::content_type::or_default;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::ContentTypeUid;

/// A global field. A `PUT` replaces it as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GlobalField {
    /// Its uid, of the same form as a content type's.
    pub uid: ContentTypeUid,
    /// Its title.
    pub title: String,
    /// Its description.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// Its fields, as Contentstack's own field documents.
    #[serde(default)]
    pub schema: Vec<Value>,
    /// Its version. Never sent.
    #[serde(default, rename = "_version", skip_serializing)]
    pub version: u64,
}

#[derive(Deserialize)]
struct One {
    global_field: GlobalField,
}

/// Global fields.
#[derive(Debug, Clone, Copy)]
pub struct GlobalFields<'a> {
    stack: &'a Stack,
}

impl<'a> GlobalFields<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All global fields.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<GlobalField>, Error> {
        self.stack
            .all(
                Call::get("list global fields", &["global_fields"]),
                "global_fields",
            )
            .await
    }

    /// One global field.
    ///
    /// # Errors
    /// As any call; [`Class::Gone`](crate::Class::Gone) where it does not exist.
    pub async fn get(&self, uid: &ContentTypeUid) -> Result<GlobalField, Error> {
        let call = Call::get("get global field", &["global_fields", uid.as_str()]);
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.global_field)
    }

    /// Makes a global field. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call; [`Class::Conflict`](crate::Class::Conflict) where uid or title is taken.
    pub async fn create(&self, global_field: &GlobalField) -> Result<GlobalField, Error> {
        let call = Call::create("create global field", &["global_fields"])
            .json(&json!({ "global_field": global_field }))?;
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.global_field)
    }

    /// Replaces a global field as a whole.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(&self, global_field: &GlobalField) -> Result<GlobalField, Error> {
        let path = ["global_fields", global_field.uid.as_str()];
        let call = Call::put("update global field", &path)
            .json(&json!({ "global_field": global_field }))?;
        self.stack
            .send::<One>(call)
            .await
            .map(|one| one.global_field)
    }
}

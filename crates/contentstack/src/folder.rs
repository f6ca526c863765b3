//! Folders of assets.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::Error;
use crate::stack::Stack;
use crate::uid::FolderUid;

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Folder {
    /// Its uid.
    pub uid: FolderUid,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The folder it is in; none is the root.
    #[serde(default)]
    pub parent_uid: Option<FolderUid>,
}

#[derive(Deserialize)]
struct One {
    asset: Folder,
}

/// Folders of assets.
#[derive(Debug, Clone, Copy)]
pub struct Folders<'a> {
    stack: &'a Stack,
}

impl<'a> Folders<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// The folders directly in `parent`; none is the root.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self, parent: Option<&FolderUid>) -> Result<Vec<Folder>, Error> {
        let folder = parent.map_or("cs_root", FolderUid::as_str);
        let call = Call::get("list folders", &["assets"])
            .query("folder", folder)
            .query("include_folders", &true)
            .query("query", &json!({ "is_dir": true }));
        // Files are asked not to come; where they do all the same, they are left out here.
        let rows: Vec<Value> = self.stack.all(call, "assets").await?;
        Ok(rows
            .into_iter()
            .filter(|row| {
                row.get("is_dir")
                    .and_then(Value::as_bool)
                    .unwrap_or_default()
            })
            .filter_map(|row| serde_json::from_value(row).ok())
            .collect())
    }

    /// Makes a folder. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call.
    pub async fn create(&self, name: &str, parent: Option<&FolderUid>) -> Result<Folder, Error> {
        let mut asset = json!({ "name": name });
        if let (Some(fields), Some(parent)) = (asset.as_object_mut(), parent) {
            fields.insert("parent_uid".into(), json!(parent));
        }
        let call = Call::create("create folder", &["assets", "folders"])
            .json(&json!({ "asset": asset }))?;
        self.stack.send::<One>(call).await.map(|one| one.asset)
    }
}

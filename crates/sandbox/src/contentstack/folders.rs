//! Folders of assets. They order what editors see and mean nothing to delivery.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, stamp, text};
use super::errors::Refusal;
use super::routes::{Route, delete, get, post, put};
use super::stack::{Stack, USER};

/// What the service calls the place above all folders.
pub(crate) const ROOT: &str = "cs_root";

pub(crate) const ROUTES: &[Route] = &[
    post("/v3/assets/folders", create),
    get("/v3/assets/folders/{folder}", show),
    put("/v3/assets/folders/{folder}", update),
    delete("/v3/assets/folders/{folder}", remove),
];

/// One folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Folder {
    uid: String,
    name: String,
    parent_uid: Option<String>,
    created_at: String,
    updated_at: String,
    version: u32,
}

impl Folder {
    pub(crate) fn parent(&self) -> Option<&str> {
        self.parent_uid.as_deref()
    }

    pub(crate) fn view(&self) -> Value {
        json!({
            "uid": self.uid,
            "name": self.name,
            "parent_uid": self.parent_uid,
            "is_dir": true,
            "content_type": "application/vnd.contenstack.folder",
            "tags": [],
            "created_by": USER,
            "updated_by": USER,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "ACL": {},
            "_version": self.version,
        })
    }
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Folder, Refusal> {
    stack
        .folders
        .get(ask.parameter("folder"))
        .ok_or_else(Refusal::missing)
}

fn refused(field: &str, message: &str) -> Refusal {
    Refusal::invalid(141, "The folder was not saved. Please try again.").because(field, message)
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("asset")?;
    let name = text(&body, "name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refused("name", "is a required field."))?;
    let parent_uid = text(&body, "parent_uid").filter(|uid| !uid.is_empty() && *uid != ROOT);
    if parent_uid.is_some_and(|uid| !stack.folders.contains_key(uid)) {
        return Err(refused("parent_uid", "is not valid."));
    }
    let now = stamp(ask.now);
    let folder = Folder {
        uid: stack.fresh_uid("blt"),
        name: name.to_owned(),
        parent_uid: parent_uid.map(str::to_owned),
        created_at: now.clone(),
        updated_at: now,
        version: 1,
    };
    let view = folder.view();
    stack.folders.insert(folder.uid.clone(), folder);
    Ok(Answer::created(
        json!({"notice": "Folder created successfully.", "asset": view}),
    ))
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"asset": find(stack, ask)?.view()})))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut folder = find(stack, ask)?.clone();
    let body = ask.rooted("asset")?;
    if let Some(name) = text(&body, "name") {
        folder.name = name.to_owned();
    }
    folder.version += 1;
    folder.updated_at = stamp(ask.now);
    let view = folder.view();
    stack.folders.insert(folder.uid.clone(), folder);
    Ok(Answer::ok(
        json!({"notice": "Folder updated successfully.", "asset": view}),
    ))
}

/// Removes a folder that holds nothing. The service empties it instead; nothing here relies on
/// that.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let uid = find(stack, ask)?.uid.clone();
    let parents = stack.folders.values().map(Folder::parent);
    let holds = stack
        .assets
        .values()
        .map(|asset| asset.folder())
        .chain(parents);
    if holds.flatten().any(|parent| parent == uid) {
        return Err(refused("uid", "is not empty."));
    }
    stack.folders.remove(&uid);
    Ok(Answer::ok(
        json!({"notice": "Folder deleted successfully."}),
    ))
}

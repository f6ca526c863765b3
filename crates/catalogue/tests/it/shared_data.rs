//! Finds reference data that lies beside the project on some machines; tests use it as an extra.

use std::path::{Path, PathBuf};

/// The folder that `FRONTLIST_SHARED` names, or one of the usual places, if there is one.
fn folder() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("FRONTLIST_SHARED")
        .map(PathBuf::from)
        .into_iter()
        .chain([workspace.join("../shared"), workspace.join("../../shared")])
        .find(|folder| folder.is_dir())
}

/// The text of `data/{path}`, wrong bytes replaced, or nothing where the data is not at hand.
pub(crate) fn text(path: &str) -> Option<String> {
    let bytes = std::fs::read(folder()?.join("data").join(path)).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The JSON of `data/{path}`, or nothing where the data is not at hand.
pub(crate) fn json(path: &str) -> Option<serde_json::Value> {
    serde_json::from_str(&text(path)?).ok()
}

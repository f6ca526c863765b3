//! The stack on disk, for a sandbox that is stopped today and started tomorrow.
//!
//! One JSON file for what is stored and one file per distinct asset, named by its SHA-256. The JSON
//! is written beside itself and renamed, so a sandbox killed at any instant leaves the old state or
//! the new one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use thiserror::Error;

use super::stack::{Setup, Stack};

const STATE: &str = "contentstack.json";
const FILES: &str = "files";

/// Why a stack could not be read from, or written to, its folder.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The operating system said no.
    #[error("the sandbox cannot use {path}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a stack, or not of this version.
    #[error("{path} is not a stack that this sandbox can read; remove it to start anew", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SnapshotError {
    let path = path.to_owned();
    move |source| SnapshotError::Io { path, source }
}

/// Reads the stack that `folder` holds, if it holds one.
pub(crate) fn load(folder: &Path, setup: Setup) -> Result<Option<Stack>, SnapshotError> {
    let path = folder.join(STATE);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SnapshotError::Io { path, source }),
    };
    let mut stack: Stack = serde_json::from_slice(&text)
        .map_err(|source| SnapshotError::Unreadable { path, source })?;
    stack.setup = setup;
    let mut files = BTreeMap::new();
    for version in stack.assets.values().flat_map(|asset| asset.versions()) {
        let path = folder.join(FILES).join(&version.sha256);
        let bytes = std::fs::read(&path).map_err(io(&path))?;
        files.insert(version.sha256.clone(), Bytes::from(bytes));
    }
    stack.files = files;
    for (uid, shelf) in &mut stack.shelves {
        if let Some(model) = stack.content_types.get(uid) {
            shelf.index(model);
        }
    }
    Ok(Some(stack))
}

/// Writes `stack` into `folder`, which is made if it is not there.
pub(crate) fn save(folder: &Path, stack: &Stack) -> Result<(), SnapshotError> {
    let files = folder.join(FILES);
    std::fs::create_dir_all(&files).map_err(io(&files))?;
    for (sha256, bytes) in &stack.files {
        let path = files.join(sha256);
        if !path.exists() {
            replace(&path, bytes)?;
        }
    }
    let path = folder.join(STATE);
    let text = serde_json::to_vec(stack).map_err(|source| SnapshotError::Unreadable {
        path: path.clone(),
        source,
    })?;
    replace(&path, &text)
}

fn replace(path: &Path, bytes: &[u8]) -> Result<(), SnapshotError> {
    let beside = path.with_extension("new");
    std::fs::write(&beside, bytes).map_err(io(&beside))?;
    std::fs::rename(&beside, path).map_err(io(path))
}

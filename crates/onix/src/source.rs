//! Where messages come from.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::encoding::Stream;
use crate::error::Error;

/// Where to read ONIX from.
pub enum Source {
    /// One file.
    File(PathBuf),
    /// Every file of a folder whose name ends in `.xml`, `.onx` or `.onix` (in either case), in
    /// the order of their names, so that later deliveries win over earlier ones. Not its
    /// sub-folders.
    Folder(PathBuf),
    /// Standard input, or any other stream; its name in findings is `-`.
    Stdin(Box<dyn Read + Send>),
    /// A stream with a name, such as the address that it came from.
    Named(String, Box<dyn Read + Send>),
}

impl Source {
    /// A file or a folder, whichever the path is; a path that is neither yet is taken for a file.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path.is_dir() {
            Self::Folder(path)
        } else {
            Self::File(path)
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Self::Stdin(_) => f.write_str("Stdin"),
            Self::Named(name, _) => f.debug_tuple("Named").field(name).finish(),
        }
    }
}

/// One message that is still to be read.
pub(crate) enum Pending {
    File(PathBuf),
    Stream(String, Stream),
}

impl Pending {
    /// What findings call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stream(name, _) => name.clone(),
        }
    }

    pub(crate) fn open(self) -> io::Result<Stream> {
        match self {
            Self::File(path) => Ok(Box::new(File::open(path)?)),
            Self::Stream(_, stream) => Ok(stream),
        }
    }
}

/// The messages of a source, in the order in which they are to be read.
pub(crate) fn messages(source: Source) -> Result<Vec<Pending>, Error> {
    match source {
        Source::File(path) => Ok(vec![Pending::File(path)]),
        Source::Stdin(stream) => Ok(vec![Pending::Stream("-".to_owned(), stream)]),
        Source::Named(name, stream) => Ok(vec![Pending::Stream(name, stream)]),
        Source::Folder(folder) => {
            let file = folder.display().to_string();
            let files = files_of(&folder).map_err(|source| Error::Unreadable {
                file: file.clone(),
                source,
            })?;
            if files.is_empty() {
                return Err(Error::NothingHere { file });
            }
            Ok(files.into_iter().map(Pending::File).collect())
        }
    }
}

fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let wanted = extension.is_some_and(|extension| {
            ["xml", "onx", "onix"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        });
        if wanted && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

//! `frontlist.toml`, read, checked and turned into what the rooms work with.
//!
//! Everything is checked when the file is read, before anything is asked of either service: a wrong
//! value found halfway through a run would leave a stack half written. Secrets alone are read when they
//! are needed, so that looking at past runs asks for no token.

mod alerts;
mod approval;
mod check;
mod document;
mod error;
mod feed;
mod limits;
mod lines;
mod origin;
mod outward;
mod retailers;
mod secret;
mod sites;
pub(crate) mod spelling;
mod stack;
mod wording;

use std::path::{Path, PathBuf};

use site::content_model::Names;
use site::desired::Kind;
use site::policy::{Policy, Sites};
use sync::outlook::Configured;

pub(crate) use alerts::Alerts;
pub(crate) use document::Document;
pub(crate) use error::ConfigurationError;
pub(crate) use lines::Lines;
pub(crate) use origin::{Origin, Setting};
pub(crate) use secret::is_open_to_others;

use check::Check;

/// The variable that names the configuration where `--config` does not.
const VARIABLE: &str = "FRONTLIST_CONFIG";

/// The configuration in the current folder.
pub(crate) const FILE_NAME: &str = "frontlist.toml";

/// A configuration that makes sense.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    /// The file.
    pub(crate) path: PathBuf,
    /// The folder that relative paths start from.
    pub(crate) folder: PathBuf,
    /// The sites.
    pub(crate) sites: Sites,
    /// The rules.
    pub(crate) policy: Policy,
    /// Names of content types and fields.
    pub(crate) names: Names,
    /// The state file.
    pub(crate) store_path: PathBuf,
    document: Document,
    lines: Lines,
}

/// Where the configuration is: the flag, else the variable, else the current folder.
pub(crate) fn locate(flag: Option<&Path>) -> PathBuf {
    flag.map(Path::to_owned)
        .or_else(|| {
            std::env::var_os(VARIABLE)
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
        })
        .unwrap_or_else(|| PathBuf::from(FILE_NAME))
}

impl Configuration {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Names the key, its line, what was found and what is allowed.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigurationError> {
        let unreadable = |source| ConfigurationError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let absolute = std::path::absolute(path).map_err(unreadable)?;
        let folder = absolute.parent().unwrap_or(Path::new(".")).to_owned();
        Self::parse(path, folder, &text)
    }

    /// Checks a text before it becomes the file at `path`.
    ///
    /// # Errors
    /// As [`Configuration::read`], naming the line that the text would have there.
    pub(crate) fn check_text(path: &Path, text: &str) -> Result<(), ConfigurationError> {
        Self::parse(path, PathBuf::new(), text).map(|_| ())
    }

    fn parse(path: &Path, folder: PathBuf, text: &str) -> Result<Self, ConfigurationError> {
        let refuse =
            |lines, error: &_| ConfigurationError::from_toml(path.to_owned(), text, lines, error);
        let lines = Lines::of(text).map_err(|error| refuse(None, &error))?;
        let document: Document =
            toml::from_str(text).map_err(|error| refuse(Some(&lines), &error))?;
        let check = Check {
            path,
            lines: &lines,
        };
        let sites = sites::sites(&document, check)?;
        let policy = approval::policy(&document, check)?;
        let names = approval::names(&document, &policy, check)?;
        stack::check(&document, check)?;
        feed::check(&document, check)?;
        alerts::check(&document, check)?;
        outward::check(&document, check)?;
        Ok(Self {
            path: path.to_owned(),
            store_path: folder.join(&document.store.path),
            folder,
            sites,
            policy,
            names,
            document,
            lines,
        })
    }

    /// The JSON Schema of the file, for editors.
    pub(crate) fn schema() -> serde_json::Value {
        let mut schema = schemars::schema_for!(Document);
        schema.insert("title".into(), "frontlist.toml".into());
        schema.to_value()
    }

    /// Where entries are that were there before; without a word of them, those of our own book type.
    pub(crate) fn existing(&self) -> sync::audit::Existing {
        let own = |field: &str| self.names.field(Kind::Book, field).to_owned();
        let compared = sync::audit::COMPARED.iter().map(|(field, _)| *field);
        let standard = || {
            let fields = compared.clone().chain(["cover"]);
            fields.map(|field| (field.to_owned(), own(field))).collect()
        };
        match &self.document.audit {
            Some(section) => sync::audit::Existing {
                content_type: section.content_type.clone(),
                isbn_field: section.isbn_field.clone(),
                fields: if section.fields.is_empty() {
                    standard()
                } else {
                    section.fields.clone()
                },
            },
            None => sync::audit::Existing {
                content_type: self.names.content_type(Kind::Book).to_owned(),
                isbn_field: own("lead_isbn"),
                fields: standard(),
            },
        }
    }

    /// The file of the publisher's own launch rules.
    pub(crate) fn launch_rules(&self) -> Option<PathBuf> {
        let rules = self.document.launch.rules.as_ref()?;
        Some(self.folder.join(rules))
    }

    /// Days on which nobody works.
    pub(crate) fn holidays(&self) -> Vec<jiff::civil::Date> {
        let days = &self.document.launch.holidays;
        days.iter().map(|day| day.0).collect()
    }

    /// The name of the workflow whose stages open launch gates.
    pub(crate) fn gate_workflow(&self) -> &str {
        &self.document.contentstack.gate_workflow
    }

    /// Whether it takes two people to waive a launch rule.
    pub(crate) fn four_eyes(&self) -> bool {
        self.document.launch.four_eyes
    }

    /// What of it decides what a stack should hold.
    pub(crate) fn configured(&self) -> Configured<'_> {
        Configured {
            sites: &self.sites,
            policy: &self.policy,
            names: &self.names,
        }
    }

    /// The stack's API key, to which the state file is bound.
    pub(crate) fn api_key(&self) -> &str {
        &self.document.contentstack.api_key
    }

    /// The stack's branch.
    pub(crate) fn branch(&self) -> &str {
        &self.document.contentstack.branch
    }

    fn check(&self) -> Check<'_> {
        Check {
            path: &self.path,
            lines: &self.lines,
        }
    }
}

#[cfg(test)]
mod tests;

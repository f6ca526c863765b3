//! Why a command ended without doing what was asked, and the exit code that says so.

use std::process::ExitCode;

use serde_json::json;

use crate::arguments::Format;
use crate::configuration::ConfigurationError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage.
    Usage,
    /// Done, with records rejected or deferred, or with warnings.
    Partial,
    /// A question for a person.
    Question,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0_u8,
            Ending::Failed => 1,
            Ending::Usage => 2,
            Ending::Partial => 3,
            Ending::Question => 4,
        })
    }
}

/// Asked for in a way that cannot be done. Each kind has a page under docs/errors/.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// Arguments that the parser refuses.
    Arguments,
    /// `--at` on a stack that is not on this machine.
    ClockOfARealStack,
    /// A site that is not configured.
    UnknownSite,
    /// Nothing known by that ISBN or key.
    UnknownTitle,
    /// A word that names no territory.
    UnknownTerritory,
    /// No hold to lift.
    UnknownHold,
    /// An address that a page cannot have.
    UnfitAddress,
    /// A run that is not in the state file.
    UnknownRun,
    /// A record that waits for nothing.
    UnknownRecord,
    /// `init` would overwrite a file.
    WouldOverwrite,
    /// `--site` of `init` cannot be read.
    SiteSpelling,
    /// A watch on standard input.
    WatchOfAStream,
}

impl Misuse {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 12] = [
        Self::Arguments,
        Self::ClockOfARealStack,
        Self::UnknownSite,
        Self::UnknownTitle,
        Self::UnknownTerritory,
        Self::UnknownHold,
        Self::UnfitAddress,
        Self::UnknownRun,
        Self::UnknownRecord,
        Self::WouldOverwrite,
        Self::SiteSpelling,
        Self::WatchOfAStream,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Arguments => "FL-0100",
            Self::ClockOfARealStack => "FL-0111",
            Self::UnknownSite => "FL-0112",
            Self::UnknownTitle => "FL-0113",
            Self::UnknownTerritory => "FL-0121",
            Self::UnknownHold => "FL-0123",
            Self::UnfitAddress => "FL-0124",
            Self::UnknownRun => "FL-0114",
            Self::UnknownRecord => "FL-0115",
            Self::WouldOverwrite => "FL-0116",
            Self::SiteSpelling => "FL-0117",
            Self::WatchOfAStream => "FL-0122",
        }
    }
}

/// A command that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration is wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The command line is.
    #[error("{message}")]
    Usage {
        misuse: Misuse,
        message: String,
        mend: String,
    },
    /// A run failed, or stopped at a question.
    #[error(transparent)]
    Sync(#[from] sync::Error),
    /// The content model cannot be compared or applied.
    #[error(transparent)]
    Model(#[from] sync::model::Error),
    /// The state file.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Rules or waivers of the checklist.
    #[error(transparent)]
    Launch(#[from] launch::error::Error),
    /// The Contentstack client.
    #[error(transparent)]
    Contentstack(#[from] contentstack::Error),
    /// The Consonance client.
    #[error(transparent)]
    Consonance(#[from] consonance::Error),
    /// The console.
    #[error(transparent)]
    Console(#[from] console::Error),
    /// A channel of alerts.
    #[error(transparent)]
    Notify(#[from] notify::Error),
    /// The sandbox cannot start.
    #[error("the sandbox cannot start")]
    Sandbox(#[from] sandbox::StartError),
    /// The demo cannot go on.
    #[error("{what} could not be had")]
    Demo {
        what: &'static str,
        #[source]
        source: reqwest::Error,
    },
    /// The result cannot be written.
    #[error("{what} cannot be written")]
    Write {
        what: String,
        #[source]
        source: std::io::Error,
    },
}

impl Failure {
    /// Wrong usage.
    pub(crate) fn usage(
        misuse: Misuse,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self::Usage {
            misuse,
            message: message.into(),
            mend: mend.into(),
        }
    }

    /// The stable code, with a page under docs/errors/.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Configuration(error) => error.code(),
            Self::Usage { misuse, .. } => misuse.code(),
            Self::Sync(error) => error.code(),
            Self::Model(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Launch(error) => error.code(),
            Self::Contentstack(error) => error.code(),
            Self::Consonance(error) => error.code(),
            Self::Console(error) => error.code(),
            Self::Notify(error) => error.code(),
            Self::Sandbox(error) => error.code(),
            Self::Write { .. } => "FL-0118",
            Self::Demo { .. } => "FL-0119",
        }
    }

    /// What to do next.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::Configuration(error) => error.mend(),
            Self::Usage { mend, .. } => mend.clone(),
            Self::Sync(error) => error.mend(),
            Self::Model(error) => error.mend(),
            Self::Store(error) => error.mend().to_owned(),
            Self::Launch(error) => error.mend().to_owned(),
            Self::Contentstack(error) => error.mend().to_owned(),
            Self::Consonance(error) => error.mend().to_string(),
            Self::Console(error) => error.mend(),
            Self::Notify(error) => error.mend().to_owned(),
            Self::Sandbox(error) => error.mend().to_string(),
            Self::Write { .. } => "check free disk space and permissions".into(),
            Self::Demo { .. } => {
                "allow this program to talk to 127.0.0.1, then run it again".into()
            }
        }
    }

    /// How the command ended.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Configuration(_) | Self::Usage { .. } | Self::Launch(_) => Ending::Usage,
            Self::Sync(error) if error.is_question() => Ending::Question,
            _ => Ending::Failed,
        }
    }

    /// The causes, each told once: what an error repeats of its cause is not repeated.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut told = self.to_string();
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let text = cause.to_string();
            if !told.contains(&text) {
                told.push_str(&text);
                causes.push(text);
            }
            next = cause.source();
        }
        causes
    }

    /// Tells it on stderr.
    pub(crate) fn tell(&self, format: Format) {
        match format {
            Format::Json => {
                let causes = self.causes();
                let mut message = self.to_string();
                for cause in &causes {
                    message.push_str(": ");
                    message.push_str(cause);
                }
                let error = json!({ "code": self.code(), "message": message, "mend": self.mend() });
                eprintln!("{}", json!({ "error": error }));
            }
            Format::Table | Format::Ics | Format::Csv => {
                let kind = if self.ending() == Ending::Question {
                    "question"
                } else {
                    "error"
                };
                eprintln!("{kind} {}: {self}", self.code());
                for cause in self.causes() {
                    eprintln!("  because: {cause}");
                }
                for detail in self.details() {
                    eprintln!("  {detail}");
                }
                eprintln!("  what to do: {}", self.mend());
                eprintln!("  more: docs/errors/{}.md", self.code());
            }
        }
    }

    /// What a person needs to see to answer a question.
    fn details(&self) -> Vec<String> {
        match self {
            Self::Sync(sync::Error::TooManyTakedowns { examples, .. }) => examples.clone(),
            Self::Sync(sync::Error::Identity { questions }) => {
                questions.iter().map(crate::output::question).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_this_room_has_its_page() {
        let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        let configuration = (101..=108).map(|number| format!("FL-0{number}"));
        let misuse = Misuse::ALL.iter().map(|misuse| misuse.code().to_owned());
        for code in configuration
            .chain(misuse)
            .chain(["FL-0118".to_owned(), "FL-0119".to_owned()])
        {
            let page =
                std::fs::read_to_string(pages.join(format!("{code}.md"))).unwrap_or_default();
            assert!(
                page.starts_with(&format!("# {code}: ")),
                "docs/errors/{code}.md is missing"
            );
            assert!(
                page.contains("## What to do"),
                "docs/errors/{code}.md says no mend"
            );
        }
    }
}

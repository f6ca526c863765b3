//! What a command works with: the configuration, and what it opens as it needs it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use catalogue::identity::Answers;
use contentstack::Stack;
use jiff::Timestamp;
use launch::rule_book::RuleBook;
use site::policy::Site;
use store::Store;
use sync::engine::{Engine, Patience};
use sync::gate::Wanted;
use sync::gatekeeper::Launch;
use sync::launches::Rules;
use sync::progress::Progress;
use sync::pull::Source;

use crate::arguments::{Accepted, Format, SourceArguments};
use crate::configuration::{Configuration, spelling};
use crate::failure::{Failure, Misuse};
use crate::when::When;

/// One command's view of the world.
#[derive(Debug)]
pub(crate) struct Session {
    /// The configuration.
    pub(crate) configuration: Configuration,
    /// How data is printed.
    pub(crate) format: Format,
    /// The launch rules, read when first asked for.
    rules: OnceLock<Result<RuleBook, launch::error::Error>>,
    /// Days on which nobody works.
    holidays: Vec<jiff::civil::Date>,
}

impl Session {
    /// Reads the configuration.
    ///
    /// # Errors
    /// When it is missing or wrong.
    pub(crate) fn open(path: &Path, format: Format) -> Result<Self, Failure> {
        let configuration = Configuration::read(path)?;
        Ok(Self {
            holidays: configuration.holidays(),
            configuration,
            format,
            rules: OnceLock::new(),
        })
    }

    /// The client of the stack. Nothing is sent yet.
    ///
    /// # Errors
    /// When a secret is missing or a setting cannot work.
    pub(crate) fn stack(&self) -> Result<Stack, Failure> {
        let mut settings = self.configuration.contentstack()?;
        settings.seed = jitter_seed();
        Ok(Stack::new(settings)?)
    }

    /// The client of Consonance. Nothing is sent yet.
    ///
    /// # Errors
    /// When the secret is missing or a setting cannot work.
    pub(crate) fn consonance(&self) -> Result<consonance::Client, Failure> {
        let mut settings = self.configuration.consonance()?;
        settings.retry.seed = jitter_seed();
        Ok(consonance::Client::new(settings)?)
    }

    /// The state file, for a run that writes.
    ///
    /// # Errors
    /// When it cannot be opened, or another run holds it.
    pub(crate) async fn store(&self) -> Result<Store, Failure> {
        let (path, stack, branch) = self.store_binding();
        Ok(Store::open(path, stack, branch).await?)
    }

    /// The state file, for reading beside a run.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) async fn store_beside(&self) -> Result<Store, Failure> {
        let (path, stack, branch) = self.store_binding();
        Ok(Store::open_beside(path, stack, branch).await?)
    }

    fn store_binding(&self) -> (&Path, &str, &str) {
        let configuration = &self.configuration;
        (
            &configuration.store_path,
            configuration.api_key(),
            configuration.branch(),
        )
    }

    /// Where the arguments say that titles are read from.
    ///
    /// # Errors
    /// When that is Consonance and its secret is missing.
    pub(crate) fn source(&self, arguments: &SourceArguments) -> Result<Source, Failure> {
        let Some(path) = &arguments.from else {
            return self.configured_source();
        };
        let messages = if path == Path::new("-") {
            onix::Source::Stdin(Box::new(std::io::stdin()))
        } else {
            onix::Source::at(PathBuf::from(path))
        };
        Ok(Source::Onix {
            messages,
            complete: arguments.complete,
        })
    }

    /// Consonance, with the feed that enriches it where one is configured.
    ///
    /// # Errors
    /// When a secret is missing or a setting cannot work.
    pub(crate) fn configured_source(&self) -> Result<Source, Failure> {
        let client = Box::new(self.consonance()?);
        Ok(match self.configuration.feed()? {
            Some(feed) => Source::Enriched {
                client,
                feed: Box::new(feed),
            },
            None => Source::Consonance(client),
        })
    }

    /// The engine of a run.
    pub(crate) fn engine<'a>(
        &'a self,
        stack: &'a Stack,
        store: &'a Store,
        progress: &'a dyn Progress,
    ) -> Engine<'a> {
        let patience = Patience {
            confirm: self.configuration.confirm_patience(),
            ..Patience::default()
        };
        Engine {
            stack,
            store,
            sites: &self.configuration.sites,
            policy: &self.configuration.policy,
            names: &self.configuration.names,
            patience,
            launch: Some(Launch {
                rules: self.rules().map(|book| Rules {
                    book,
                    holidays: &self.holidays,
                }),
                workflow: self.configuration.gate_workflow(),
            }),
            progress,
        }
    }

    /// The launch rules: the default ones, and over them those of the configured file.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub(crate) fn rules(&self) -> Result<&RuleBook, &launch::error::Error> {
        let read = || {
            let Some(path) = self.configuration.launch_rules() else {
                return RuleBook::with_defaults(None);
            };
            let file = path.display().to_string();
            match std::fs::read_to_string(&path) {
                Ok(text) => RuleBook::with_defaults(Some((&text, &file))),
                Err(error) => Err(launch::error::Error::Unreadable {
                    file,
                    said: error.to_string(),
                }),
            }
        };
        self.rules.get_or_init(read).as_ref()
    }

    /// What must hold of launch gates in the stack.
    pub(crate) fn gates_wanted(&self) -> Wanted<'_> {
        Wanted {
            workflow: self.configuration.gate_workflow(),
            sites: &self.configuration.sites,
            names: &self.configuration.names,
            branch: self.configuration.branch(),
        }
    }

    /// The sites asked for: one, or all.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(crate) fn sites(&self, asked: Option<&str>) -> Result<Vec<&Site>, Failure> {
        let sites = &self.configuration.sites;
        let Some(id) = asked else {
            return Ok(sites.iter().collect());
        };
        sites.get(id).map(|site| vec![site]).ok_or_else(|| {
            let known: Vec<&str> = sites.iter().map(|site| site.id.0.as_str()).collect();
            Failure::usage(
                Misuse::UnknownSite,
                format!("there is no site `{id}`"),
                format!("name one of {}", spelling::listed(&known)),
            )
        })
    }

    /// The instant asked for, now without one. A day begins in the zone of the first of `sites`.
    pub(crate) fn instant(&self, asked: Option<When>, sites: &[&Site]) -> Timestamp {
        match (asked, sites.first()) {
            (Some(when), Some(site)) => when.in_zone(&site.time_zone),
            (Some(when), None) => when.in_zone(&jiff::tz::TimeZone::UTC),
            (None, _) => Timestamp::now(),
        }
    }
}

/// What a person has answered beforehand.
pub(crate) fn answers(accepted: &[Accepted]) -> Answers {
    Answers {
        merge: accepted.contains(&Accepted::Merges),
        split: accepted.contains(&Accepted::Splits),
    }
}

/// Two machines that failed together must not try again together.
fn jitter_seed() -> u64 {
    uuid::Uuid::now_v7().as_u64_pair().1
}

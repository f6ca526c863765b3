//! The whole program over sockets: a sandbox at the vendor's limits, and commands beside it.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use toml::Table;

/// A program that ends with its owner.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// A sandbox, its configuration, and what it said of itself.
pub(crate) struct Stage {
    _sandbox: Process,
    frontlist: PathBuf,
    configuration: PathBuf,
    ready: Value,
    pub(crate) http: reqwest::Client,
}

impl Stage {
    /// Starts a sandbox whose account has so many invented works, and writes a configuration for it into a folder.
    ///
    /// # Errors
    /// When the program cannot be started, or says what nobody expects.
    pub(crate) fn start(
        frontlist: &Path,
        folder: &Path,
        works: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let configuration = folder.join("frontlist.toml");
        let mut child = Command::new(frontlist)
            .args(["sandbox", "--limits", "vendor"])
            .args(["--works", &works.to_string()])
            .args(["--consonance", "127.0.0.1:0"])
            .args(["--contentstack", "127.0.0.1:0"])
            .arg("--write-config")
            .arg(&configuration)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the sandbox has no output")?;
        let sandbox = Process(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self {
            _sandbox: sandbox,
            frontlist: frontlist.to_owned(),
            configuration,
            ready: serde_json::from_str(&line)?,
            http: reqwest::Client::new(),
        })
    }

    /// What the sandbox told of itself, by its place in the line of its start.
    ///
    /// # Errors
    /// When it told nothing there.
    pub(crate) fn told(&self, path: &str) -> Result<&str, Box<dyn Error>> {
        let value = self.ready.pointer(path).and_then(Value::as_str);
        value.ok_or_else(|| format!("the sandbox does not tell {path}").into())
    }

    /// The settings of a site.
    ///
    /// # Errors
    /// When there is no such site.
    pub(crate) fn site(&self, id: &str) -> Result<Table, Box<dyn Error>> {
        let mut settings = self.settings()?;
        Ok(site_mut(&mut settings, id)?.clone())
    }

    /// Puts a site into an environment.
    ///
    /// # Errors
    /// When there is no such site.
    pub(crate) fn place(&self, id: &str, environment: &str) -> Result<(), Box<dyn Error>> {
        let mut settings = self.settings()?;
        let place = toml::Value::from(environment);
        site_mut(&mut settings, id)?.insert("environment".to_owned(), place);
        Ok(fs::write(&self.configuration, settings.to_string())?)
    }

    fn settings(&self) -> Result<Table, Box<dyn Error>> {
        Ok(fs::read_to_string(&self.configuration)?.parse()?)
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let status = self.command(arguments).status()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("`frontlist {}` ended with {status}", arguments.join(" ")).into()),
        }
    }

    /// Starts a command that goes on.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Result<Process, Box<dyn Error>> {
        Ok(Process(self.command(arguments).spawn()?))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.frontlist);
        command
            .arg("--config")
            .arg(&self.configuration)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

fn site_mut<'t>(settings: &'t mut Table, id: &str) -> Result<&'t mut Table, Box<dyn Error>> {
    let sites = settings.get_mut("site").and_then(toml::Value::as_array_mut);
    sites
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_table_mut)
        .find(|site| site.get("id").and_then(toml::Value::as_str) == Some(id))
        .ok_or_else(|| format!("the sandbox configures no site {id}").into())
}

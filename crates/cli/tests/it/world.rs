//! A publisher with both services on this machine: the sandbox in this process, the binary with its
//! configuration in a folder of its own, and ways to change the source and to break the network.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use jiff::civil::{Date, date};
use reqwest::{Client, Method};
use sandbox::options::{Limits, Options};
use sandbox::{Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::shown::Shown;

/// The day on which the tests play.
pub(crate) const TODAY: Date = date(2026, 11, 24);
/// Noon of it: the binary is told so, because its own clock shows another day.
pub(crate) const NOON: &str = "2026-11-24T12:00:00Z";

/// A web property: its id, environment and locale.
#[derive(Clone, Copy)]
pub(crate) struct Property {
    pub(crate) id: &'static str,
    pub(crate) environment: &'static str,
    pub(crate) locale: &'static str,
}

/// The sites that the sandbox writes into its configuration.
pub(crate) const SAMPLE_SITES: [Property; 3] = [
    Property {
        id: "uk",
        environment: "production-uk",
        locale: "en-gb",
    },
    Property {
        id: "us",
        environment: "production-us",
        locale: "en-us",
    },
    Property {
        id: "au",
        environment: "production-au",
        locale: "en-au",
    },
];

/// One of the two services.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Consonance,
    Contentstack,
}

pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) http: Client,
    pub(crate) sites: Vec<Property>,
    folder: TempDir,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The data on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of the error on stderr, with its sentence and its mend.
    pub(crate) fn error(&self) -> (String, String, String) {
        let line = self
            .stderr
            .lines()
            .find(|line| line.starts_with("{\"error\""))
            .unwrap_or_else(|| panic!("no error: {self:?}"));
        let error: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| error["error"][name].as_str().unwrap().to_owned();
        (text("code"), text("message"), text("mend"))
    }
}

impl World {
    /// An account with so many works of the sample, and an empty stack.
    pub(crate) async fn bare(works: usize) -> Self {
        let mut options = Options::new(TODAY);
        options.works = Some(works);
        Self::start(options).await
    }

    /// The same with the content model applied.
    pub(crate) async fn with(works: usize) -> Self {
        let world = Self::bare(works).await;
        world.apply_model().await;
        world
    }

    /// The whole sample as of the day that the clock shows, for what reads it by itself.
    pub(crate) async fn today() -> Self {
        Self::start(Options::new(jiff::Zoned::now().date())).await
    }

    /// An account whose schema lacks some fields, with the content model applied.
    pub(crate) async fn lacking(works: usize, fields: &[&str]) -> Self {
        let mut options = Options::new(TODAY);
        options.works = Some(works);
        options.without = fields.iter().map(ToString::to_string).collect();
        let world = Self::start(options).await;
        world.apply_model().await;
        world
    }

    /// An account filled from an ONIX file.
    pub(crate) async fn seeded(file: &Path) -> Self {
        let mut options = Options::new(TODAY);
        options.seed = Some(file.to_owned());
        Self::start(options).await
    }

    async fn start(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options.on_free_ports();
        options.limits = Limits::Off;
        options.write_config = Some(folder.path().join("frontlist.toml"));
        // Another test of this process may have been first.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Self {
            running: start(options).await.unwrap(),
            http: Client::new(),
            sites: SAMPLE_SITES.to_vec(),
            folder,
        }
    }

    pub(crate) async fn apply_model(&self) -> Ran {
        let ran = self.run(&["model", "apply"]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        ran
    }

    /// A file in the configuration's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the configuration's folder.
    pub(crate) fn put(&self, name: &str, text: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Rewrites the configuration.
    pub(crate) fn configure(&self, change: impl FnOnce(&str) -> String) {
        let path = self.path("frontlist.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text, "the configuration stays as it was");
        std::fs::write(&path, changed).unwrap();
    }

    /// Replaces the `[[site]]` blocks, as scripts do.
    pub(crate) fn with_sites(&mut self, sites: &[(Property, &str, &str, &str)]) {
        self.configure(|text| {
            let mut text = text.split("[[site]]").next().unwrap().to_owned();
            for (site, country, currency, zone) in sites {
                let Property {
                    id,
                    environment,
                    locale,
                } = site;
                text.push_str(&format!(
                    "[[site]]\nid = \"{id}\"\nenvironment = \"{environment}\"\nlocale = \"{locale}\"\n\
                     countries = [\"{country}\"]\ncurrency = \"{currency}\"\ntime_zone = \"{zone}\"\n\
                     language = \"en\"\n\n"
                ));
            }
            text
        });
        self.sites = sites.iter().map(|(site, ..)| *site).collect();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_as("json", arguments)
    }

    fn command_as(&self, format: &str, arguments: &[&str]) -> Command {
        let configuration = self.path("frontlist.toml");
        Self::command_with(&configuration, format, arguments)
    }

    fn command_with(configuration: &Path, format: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontlist"));
        command
            .arg("--config")
            .arg(configuration)
            .args(["--format", format])
            .args(arguments)
            // A configuration works from any folder, and no variable of the developer's counts.
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        ended(self.command(arguments)).await
    }

    /// Runs a command as a user of the machine.
    pub(crate) async fn run_as(&self, user: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.env("USER", user);
        ended(command).await
    }

    /// Runs a command with another configuration.
    pub(crate) async fn run_with(&self, configuration: &str, arguments: &[&str]) -> Ran {
        ended(Self::command_with(
            Path::new(configuration),
            "json",
            arguments,
        ))
        .await
    }

    /// Runs a command whose result is for people.
    pub(crate) async fn tell(&self, arguments: &[&str]) -> Ran {
        ended(self.command_as("table", arguments)).await
    }

    /// Starts a command, and leaves it running.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Starts `sync`, and leaves it running.
    pub(crate) fn begin_sync(&self) -> Child {
        self.command(&["sync", "--at", NOON])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills a run. What it had sent besides comes to its end first: no reply goes anywhere any more.
    pub(crate) async fn kill(&self, mut child: Child) {
        child.kill().await.unwrap();
        let path = "requests?wait=quiet";
        self.control(Side::Contentstack, Method::GET, path, Value::Null)
            .await;
    }

    /// One `sync` with more arguments, whatever comes of it.
    pub(crate) async fn try_sync(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["sync", "--at", NOON];
        all.extend(arguments);
        self.run(&all).await
    }

    /// One `sync` that must end with this code. The summary must add up.
    pub(crate) async fn sync_to(&self, code: i32, arguments: &[&str]) -> Value {
        self.sync_at(NOON, code, arguments).await
    }

    /// The same on another day.
    pub(crate) async fn sync_at(&self, at: &str, code: i32, arguments: &[&str]) -> Value {
        let mut all = vec!["sync", "--at", at];
        all.extend(arguments);
        let ran = self.run(&all).await;
        assert_eq!(ran.code, code, "{ran:?}");
        let summary = ran.json();
        let count = |name: &str| summary[name].as_u64().unwrap();
        let sum = ["written", "unchanged", "rejected", "deferred"]
            .map(count)
            .iter()
            .sum::<u64>();
        assert_eq!(count("read"), sum, "{summary}");
        summary
    }

    /// One `sync` that leaves nothing undone.
    pub(crate) async fn sync(&self) -> Value {
        self.sync_to(0, &[]).await
    }

    fn origin(&self, side: Side) -> &str {
        match side {
            Side::Consonance => &self.running.consonance().url,
            Side::Contentstack => &self.running.contentstack().cma_url,
        }
    }

    /// Asks the control of a side. An unknown name in a change is a mistake of the test.
    pub(crate) async fn control(
        &self,
        side: Side,
        method: Method,
        path: &str,
        body: Value,
    ) -> Value {
        let address = format!("{}/_sandbox/{path}", self.origin(side));
        let call = self.http.request(method.clone(), address).json(&body);
        let reply = call.send().await.unwrap();
        let status = reply.status();
        let text = reply.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(answer.get("_unknown"), None, "{method} {path}");
        answer
    }

    /// Changes a record at the source.
    pub(crate) async fn at_source(&self, method: Method, path: &str, body: Value) -> Value {
        self.control(Side::Consonance, method, path, body).await
    }

    /// A work as the account holds it.
    pub(crate) async fn work(&self, id: i64) -> Value {
        self.at_source(Method::GET, &format!("works/{id}"), Value::Null)
            .await
    }

    /// Changes every format of a work in the same way.
    pub(crate) async fn patch_formats(&self, work: i64, patch: &Value) {
        for product in self.work(work).await["products"].as_array().unwrap() {
            let path = format!("products/{}", product["id"]);
            self.at_source(Method::PATCH, &path, patch.clone()).await;
        }
    }

    /// Orders a fault.
    pub(crate) async fn fault(&self, side: Side, order: Value) {
        self.control(side, Method::POST, "faults", order).await;
    }

    /// Withdraws every fault of the stack.
    pub(crate) async fn mend(&self) {
        for side in [Side::Consonance, Side::Contentstack] {
            self.control(side, Method::DELETE, "faults", json!(null))
                .await;
        }
    }

    /// Writes and bulk calls that reached the stack since it was made.
    pub(crate) async fn changes(&self) -> u64 {
        let counters = self
            .control(Side::Contentstack, Method::GET, "counters", json!(null))
            .await;
        counters["writes"].as_u64().unwrap() + counters["bulk"].as_u64().unwrap()
    }

    /// Requests that reached a side since it was made, by route.
    pub(crate) async fn requests(&self, side: Side) -> Value {
        let mut counters = self
            .control(side, Method::GET, "counters", json!(null))
            .await;
        counters["routes"].take()
    }

    /// Forgets the requests so far.
    pub(crate) async fn forget_requests(&self) {
        self.control(Side::Contentstack, Method::DELETE, "requests", json!(null))
            .await;
    }

    /// Method and route of every mutating request to the stack since they were forgotten.
    pub(crate) async fn mutations(&self) -> Vec<String> {
        let rows = self
            .control(Side::Contentstack, Method::GET, "requests", json!(null))
            .await;
        let rows = rows.as_array().unwrap().iter();
        rows.filter(|row| row["class"] != "control" && row["method"] != "GET")
            .map(|row| row["route"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What readers are served on every site.
    pub(crate) async fn shown(&self) -> Shown {
        Shown::read(self).await
    }
}

async fn ended(mut command: Command) -> Ran {
    let output = command.output().await.unwrap();
    Ran {
        code: code(output.status),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The exit code; a process that was killed has none.
fn code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| panic!("ended by a signal: {status}"))
}

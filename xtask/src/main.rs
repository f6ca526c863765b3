//! The project's own chores: `cargo xtask test` and `cargo xtask bench`.
//!
//! Plain processes, no dependencies: this must build in seconds on a fresh machine, before anything else is there.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// The test runner, from the registry by name; the version is pinned so that two machines run the same one.
const RUNNER: (&str, &str) = ("cargo-nextest", "0.9.143");

const USAGE: &str = "\
cargo xtask <chore>

  test [ARGS]    install what the tests need, then run every test (ARGS go to the runner)
  bench [ARGS]   measure, and print the table that docs/benchmarks.md keeps (ARGS: projection, reading, rights, lift, takedown,
                 --works N)
";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let chore = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let done = match chore.as_str() {
        "test" => test(&rest),
        "bench" => bench(&rest),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("cargo xtask {chore}: {what}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every test: examples in the documentation first, then the rest, so that the runner's own summary comes last.
fn test(arguments: &[String]) -> Result<(), String> {
    require("cc", &["gcc", "libc6-dev"])?;
    require("curl", &["curl"])?;
    let runner = runner()?;
    let browser = browser()?;
    cargo(["test", "--workspace", "--doc", "--quiet"])?;
    let mut command = Command::new(runner);
    command
        .args(["nextest", "run", "--workspace", "--no-fail-fast"])
        .env("FRONTLIST_BROWSER", browser)
        .args(arguments);
    run(command)
}

/// Measures the program as it would be installed.
fn bench(arguments: &[String]) -> Result<(), String> {
    require("cc", &["gcc", "libc6-dev"])?;
    cargo(["build", "--release", "--quiet", "-p", "cli", "-p", "bench"])?;
    let built = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace().join("target"), PathBuf::from)
        .join("release");
    let mut command = Command::new(built.join("bench"));
    command
        .args(arguments)
        .arg("--frontlist")
        .arg(built.join("frontlist"));
    run(command)
}

/// SQLite and the TLS library bring C sources, the README's tour calls the sandbox with curl, and people see the console in a browser.
fn require(program: &str, packages: &[&str]) -> Result<(), String> {
    if quiet(Command::new(program).arg("--version")) {
        return Ok(());
    }
    eprintln!(
        "no {program}: installing {} from Debian",
        packages.join(" ")
    );
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "--no-install-recommends"])
        .args(packages);
    run(install).map_err(|what| format!("{what}; install `{program}` and run again"))
}

/// Finds the test runner, or builds it from the registry by name.
fn runner() -> Result<PathBuf, String> {
    let (name, version) = RUNNER;
    if quiet(Command::new(name).args(["nextest", "--version"])) {
        return Ok(PathBuf::from(name));
    }
    let root = workspace().join("target").join("tools");
    let built = root.join("bin").join(name);
    if !built.exists() {
        eprintln!("no {name}: building it from the registry; this takes a few minutes, once");
        let mut install = Command::new(cargo_path());
        install
            .args(["install", "--locked", "--version", version, name, "--root"])
            .arg(&root);
        run(install)?;
    }
    Ok(built)
}

/// What walks through the console in a browser, with what drives the browser from npm beside it, as its lock file pins it.
fn browser() -> Result<PathBuf, String> {
    const FILES: [&str; 3] = ["package.json", "package-lock.json", "journeys.mjs"];
    require("chromium", &["chromium"])?;
    require("node", &["nodejs"])?;
    require("npm", &["npm"])?;
    let tests = workspace().join("crates/cli/tests/browser");
    let root = workspace().join("target").join("tools").join("browser");
    let fault = |error: std::io::Error| format!("{}: {error}", root.display());
    std::fs::create_dir_all(&root).map_err(fault)?;
    let lock = std::fs::read(tests.join("package-lock.json")).map_err(fault)?;
    let installed = root.join("installed.json");
    for file in FILES {
        std::fs::copy(tests.join(file), root.join(file)).map_err(fault)?;
    }
    if std::fs::read(&installed).ok().as_ref() != Some(&lock) {
        let mut install = Command::new("npm");
        install
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&root);
        run(install)?;
        std::fs::write(&installed, lock).map_err(fault)?;
    }
    Ok(root)
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn cargo_path() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Result<(), String> {
    let mut command = Command::new(cargo_path());
    command.args(arguments);
    run(command)
}

fn quiet(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn run(mut command: Command) -> Result<(), String> {
    let program = Path::new(command.get_program())
        .file_name()
        .map(OsStr::to_owned)
        .unwrap_or_default();
    let name = program.to_string_lossy().into_owned();
    if command.get_current_dir().is_none() {
        command.current_dir(workspace());
    }
    let status = command
        .status()
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name} ended with {status}"))
    }
}

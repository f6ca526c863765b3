//! The console in a real browser: the journeys of `tests/browser/journeys.mjs` over the console of `frontlist demo`.
//!
//! `cargo xtask test` installs the browser and what drives it and names their folder; without that there is nothing to walk with,
//! and the test says so and passes.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// Where a program is.
fn program(name: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|folder| folder.join(name));
    places
        .find(|place| place.is_file())
        .unwrap_or_else(|| panic!("no {name}: `cargo xtask test` installs it"))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_walk_through_the_console() {
    let Some(tools) = env::var_os("FRONTLIST_BROWSER") else {
        eprintln!("not walked: `cargo xtask test` brings a browser");
        return;
    };
    let mut demo = Command::new(env!("CARGO_BIN_EXE_frontlist"))
        .args(["demo", "--stay", "--address", "127.0.0.1:0"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut told = BufReader::new(demo.stdout.take().unwrap()).lines();
    let link = loop {
        let line = told.next_line().await.unwrap();
        let line = line.unwrap_or_else(|| panic!("the demo ended before its console"));
        if line.contains("/welcome/") {
            break line.trim().to_owned();
        }
    };
    let (origin, _) = link.split_once("/welcome/").unwrap();
    let walked = Command::new("node")
        .arg(Path::new(&tools).join("journeys.mjs"))
        .env("CONSOLE", origin)
        .env("LINK", &link)
        .env("CHROMIUM", program("chromium"))
        .output()
        .await
        .unwrap();
    demo.kill().await.unwrap();
    let said = String::from_utf8_lossy(&walked.stderr);
    let walks = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{said}\n{walks}");
    assert!(walks.matches("ok axe").count() >= 60, "{walks}");
}

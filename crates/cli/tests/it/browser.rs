//! The console in a real browser: the journeys of `tests/browser/journeys.mjs` over the sample as of today.
//!
//! `cargo xtask test` installs the browser and what drives it and names their folder; without that there is nothing to walk with,
//! and the test says so and passes.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::console::Desk;
use crate::world::World;

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
    let world = World::today().await;
    world.apply_model().await;
    let synced = world.run(&["sync"]).await;
    assert!(matches!(synced.code, 0 | 3), "{synced:?}");
    let titles = world.run(&["launch", "work:1001"]).await.json();
    let isbn = titles[0]["isbn13"].as_str().unwrap().to_owned();
    let (serving, told): (_, Value) = Desk::serve(&world).await;
    let walked = Command::new("node")
        .arg(Path::new(&tools).join("journeys.mjs"))
        .env("CONSOLE", told["console"].as_str().unwrap())
        .env("LINK", told["first_admin"].as_str().unwrap())
        .env("ISBN", isbn)
        .env("CHROMIUM", program("chromium"))
        .output()
        .await
        .unwrap();
    drop(serving);
    let said = String::from_utf8_lossy(&walked.stderr);
    let walks = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{said}\n{walks}");
    assert!(walks.matches("ok axe").count() >= 44, "{walks}");
}

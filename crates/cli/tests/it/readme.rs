//! The README's tour, run as it stands: a newcomer copies these lines.

use std::path::Path;

use sandbox::options::{Limits, Options};
use tokio::process::Command;

/// The shell blocks of the section `heading`.
fn blocks(readme: &str, heading: &str) -> String {
    let (_, section) = readme.split_once(heading).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[tokio::test]
async fn the_tour_of_the_readme_does_what_it_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(jiff::Zoned::now().date()).on_free_ports();
    options.works = Some(12);
    options.limits = Limits::Off;
    options.write_config = Some(folder.path().join("demo/frontlist.toml"));
    let running = sandbox::start(options).await.unwrap();
    // The sandbox runs in this process, on other ports than the tour's.
    let every_day = blocks(&readme, "## Every day");
    assert!(every_day.contains("frontlist hold"), "{every_day}");
    let tour = (blocks(&readme, "## A tour in five minutes") + &every_day)
        .replace("http://127.0.0.1:7401", &running.consonance().url)
        .lines()
        .filter(|line| !line.starts_with("alias ") && !line.starts_with("frontlist sandbox"))
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    assert!(
        tour.contains("frontlist sync") && tour.contains("curl"),
        "{tour}"
    );
    let binary = env!("CARGO_BIN_EXE_frontlist");
    // doctor ends with 3 where it has warnings, launch where something is missing; everything else in the tour must end with 0.
    let script = format!(
        "set -u\nfrontlist() {{ {binary:?} \"$@\"; code=$?; [ $code = 0 ] || [ \"$1 $code\" = 'doctor 3' ] || [ \"$1 $code\" = 'launch 3' ] || {{ echo \"$* ended with $code\" >&2; exit 1; }}; }}\ncurl() {{ command curl -fsS -o /dev/null \"$@\" || exit 1; }}\n{tour}"
    );
    let output = Command::new("bash")
        .arg("-c")
        .arg(script)
        .current_dir(folder.path())
        .output()
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        told.contains("The Mapmaker's Apology"),
        "the plan names the new title\n{told}"
    );
    running.stop().await.unwrap();
}

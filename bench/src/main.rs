//! What Frontlist is measured by. `cargo xtask bench` runs it and keeps the figures in `docs/benchmarks.md`.
//!
//! Times belong to a machine; what holds elsewhere are the ratios. Nothing here is a test: no figure fails a build.

mod grown;
mod lift;
mod projection;
mod reading;
mod report;
mod rights;
mod stage;
mod takedown;
mod usage;

use std::error::Error;
use std::path::PathBuf;

use report::Row;

const USAGE: &str =
    "bench [projection|reading|rights|lift|takedown]... --frontlist PATH [--works N]";

fn main() -> Result<(), Box<dyn Error>> {
    // Nothing here speaks TLS, but the client wants to know who would.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let mut asked = Vec::new();
    let mut frontlist = PathBuf::from("target/release/frontlist");
    let mut works = 100_000;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--frontlist" => frontlist = arguments.next().ok_or(USAGE)?.into(),
            "--works" => works = arguments.next().ok_or(USAGE)?.parse()?,
            "projection" | "reading" | "rights" | "lift" | "takedown" => asked.push(argument),
            _ => return Err(USAGE.into()),
        }
    }
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let mut rows: Vec<Row> = Vec::new();
    if wanted("reading") {
        rows.extend(reading::measure()?);
    }
    if wanted("rights") {
        rows.extend(rights::measure()?);
    }
    if wanted("projection") {
        rows.extend(projection::measure(works)?);
    }
    if wanted("lift") {
        rows.extend(lift::measure(&frontlist)?);
    }
    if wanted("takedown") {
        rows.extend(takedown::measure(&frontlist)?);
    }
    println!("| what | figure |\n|---|---|");
    for row in rows {
        println!("| {} | {} |", row.what, row.figure);
    }
    Ok(())
}

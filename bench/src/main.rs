//! What Frontlist is measured by. `cargo xtask bench` runs it and keeps the figures in `docs/benchmarks.md`.
//!
//! Times belong to a machine; what holds elsewhere are the ratios. Nothing here is a test: no figure fails a build.

mod grown;
mod projection;
mod report;
mod usage;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let works = std::env::args()
        .nth(1)
        .map_or(Ok(100_000), |number| number.parse())?;
    for row in projection::measure(works)? {
        println!("{}: {}", row.what, row.figure);
    }
    Ok(())
}

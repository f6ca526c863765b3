//! The sample catalogue: Pellwick & Rowe, a publisher that does not exist.
//!
//! A demo is only as convincing as its books, and a rule is only proved by the book that breaks it.
//! So most titles here are ordinary and healthy, the kind a good publisher's website is made of, and
//! the rest are odd on purpose, one oddity each; `README.md` in this folder lists them by id. All
//! dates are offsets from the day asked for, so the catalogue never grows stale.
//!
//! The titles are data (`data/*.toml`); this module knows how to expand them (`press`) and how to
//! invent more of the same (`generator`).

mod calendar;
mod convention;
mod document;
mod form;
mod generator;
mod isbn;
mod person;
mod press;
mod price;
mod script;
mod subject;
mod territory;

use jiff::civil::Date;

pub use calendar::season;

use crate::world::World;
use press::Press;
use script::{HouseScript, ImprintScript, Named};

const HOUSE: &str = include_str!("data/house.toml");
const IMPRINTS: [&str; 6] = [
    include_str!("data/pellwick_rowe.toml"),
    include_str!("data/nettle_street.toml"),
    include_str!("data/fathom_line.toml"),
    include_str!("data/wet_paint.toml"),
    include_str!("data/common_table.toml"),
    include_str!("data/next_thursday.toml"),
];

/// Why the sample could not be made: a mistake in its data files, which are part of the program.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A data file is not of the form that the expansion reads.
    #[error("a data file of the sample catalogue cannot be read")]
    File(#[from] toml::de::Error),
    /// A title holds something that the expansion does not know.
    #[error("title {id} of the sample catalogue cannot be read at: {part}")]
    Title {
        /// The work's id.
        id: i64,
        /// The part of it.
        part: String,
    },
}

/// The whole hand-written catalogue, as it stands on a day.
///
/// Its data files are embedded and every test run reads them all; were one of them unreadable
/// nevertheless, the account would be empty and the log would say why.
#[must_use]
pub fn catalogue(as_of: Date) -> World {
    complete(try_generate(as_of, usize::MAX, 0, false), as_of)
}

/// A catalogue of exactly `works` titles: the hand-written ones first, then as many invented ones
/// as are wanted. The same arguments always give the same catalogue; 0 gives an account without
/// any records.
#[must_use]
pub fn generate(as_of: Date, works: usize, random_seed: u64) -> World {
    complete(try_generate(as_of, works, random_seed, true), as_of)
}

fn complete(made: Result<World, SampleError>, as_of: Date) -> World {
    made.unwrap_or_else(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "no sample catalogue"
        );
        World::new(as_of)
    })
}

fn try_generate(
    as_of: Date,
    works: usize,
    random_seed: u64,
    fill_up: bool,
) -> Result<World, SampleError> {
    let house: HouseScript = toml::from_str(HOUSE)?;
    let mut press = Press::new(&house, as_of);
    if works == 0 {
        press.world.contacts.clear();
        press.world.series.clear();
        return Ok(press.world);
    }
    let mut imprints = Vec::new();
    let mut titles = Vec::new();
    for file in IMPRINTS {
        let script: ImprintScript = toml::from_str(file)?;
        titles.extend(
            script
                .work
                .into_iter()
                .map(|work| (script.imprint.clone(), work)),
        );
        if !imprints
            .iter()
            .any(|known: &Named| known.id == script.imprint.id)
        {
            imprints.push(script.imprint);
        }
    }
    titles.sort_by_key(|(_, work)| work.id);
    for (imprint, work) in titles.iter().take(works) {
        press.add(imprint, work)?;
    }
    if fill_up && works > titles.len() {
        generator::fill(&mut press, &imprints, works - titles.len(), random_seed)?;
    }
    Ok(press.world)
}

#[cfg(test)]
mod tests;

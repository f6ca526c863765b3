//! Data on stdout, for people or for programs.
//!
//! Only what was asked for goes to stdout, so that it can be piped; what is said about it (progress,
//! warnings, errors) goes to stderr. A reader that closes the pipe early is no error.

mod array;
pub(crate) mod calendar;
mod findings;
mod progress;
mod table;
mod text;

use std::io::{ErrorKind, Write as _};

use catalogue::identity::Question;
use serde::Serialize;

use crate::arguments::Format;
use crate::failure::Failure;

pub(crate) use array::Array;
pub(crate) use findings::findings;
pub(crate) use progress::Bars;
pub(crate) use table::Table;
pub(crate) use text::{clock, local, plural, shortened};

/// Prints data.
///
/// # Errors
/// When stdout cannot be written to.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| {
            if text.ends_with('\n') {
                Ok(())
            } else {
                stdout.write_all(b"\n")
            }
        })
        .and_then(|()| stdout.flush());
    match written {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(Failure::Write {
            what: "the result".into(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Prints data in the format asked for.
///
/// # Errors
/// When stdout cannot be written to.
pub(crate) fn print_as(
    format: Format,
    data: &impl Serialize,
    for_people: impl FnOnce() -> String,
) -> Result<(), Failure> {
    match format {
        Format::Table | Format::Ics | Format::Csv => print(&for_people()),
        Format::Json => {
            let text = serde_json::to_string_pretty(data).map_err(|error| Failure::Write {
                what: "the result".into(),
                source: error.into(),
            })?;
            print(&text)
        }
    }
}

/// A question about identity, in words.
pub(crate) fn question(question: &Question) -> String {
    match question {
        Question::Merge {
            into,
            from,
            records,
        } => format!(
            "merge: {} would become part of {into} ({})",
            from.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            plural(records.len(), "record"),
        ),
        Question::Split {
            work,
            into,
            records,
        } => format!(
            "split: {work} would become {} ({})",
            into.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            plural(records.len(), "record"),
        ),
    }
}

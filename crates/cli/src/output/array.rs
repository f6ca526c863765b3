//! A JSON array that is printed while it is made.

use std::io::{BufWriter, ErrorKind, Stdout, Write};

use serde::Serialize;

use crate::failure::Failure;

/// An array on its way to stdout, one element a line. What it holds may be larger than memory.
#[derive(Debug)]
pub(crate) struct Array<W: Write = Stdout> {
    out: BufWriter<W>,
    begun: bool,
    /// Whoever read stdout has closed it, which is no error.
    deaf: bool,
}

impl Array {
    /// An array on stdout. Nothing is printed yet.
    pub(crate) fn on_stdout() -> Self {
        Self::on(std::io::stdout())
    }
}

impl<W: Write> Array<W> {
    fn on(out: W) -> Self {
        Self {
            out: BufWriter::new(out),
            begun: false,
            deaf: false,
        }
    }

    /// Adds an element. Tells whether anybody still reads.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub(crate) fn push(&mut self, element: &impl Serialize) -> Result<bool, Failure> {
        let text = serde_json::to_string(element).map_err(|error| unwritten(error.into()))?;
        let before = if self.begun { ",\n" } else { "[\n" };
        self.begun = true;
        self.write(&[before, &text])?;
        Ok(!self.deaf)
    }

    /// Closes the array, an empty one too.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        let rest = if self.begun { "\n]\n" } else { "[]\n" };
        self.write(&[rest])?;
        let flushed = self.out.flush();
        self.heard(flushed)
    }

    fn write(&mut self, texts: &[&str]) -> Result<(), Failure> {
        if self.deaf {
            return Ok(());
        }
        let written = texts
            .iter()
            .try_for_each(|text| self.out.write_all(text.as_bytes()));
        self.heard(written)
    }

    fn heard(&mut self, written: std::io::Result<()>) -> Result<(), Failure> {
        match written {
            Err(source) if source.kind() == ErrorKind::BrokenPipe => {
                self.deaf = true;
                Ok(())
            }
            Err(source) => Err(unwritten(source)),
            Ok(()) => Ok(()),
        }
    }
}

fn unwritten(source: std::io::Error) -> Failure {
    Failure::Write {
        what: "the result".into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_stand_one_a_line() {
        let mut out = Vec::new();
        let mut array = Array::on(&mut out);
        assert!(array.push(&1).unwrap() && array.push(&"two").unwrap());
        array.end().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "[\n1,\n\"two\"\n]\n");
    }

    #[test]
    fn an_array_of_nothing_is_an_array() {
        let mut out = Vec::new();
        Array::on(&mut out).end().unwrap();
        assert_eq!(out, b"[]\n");
    }
}

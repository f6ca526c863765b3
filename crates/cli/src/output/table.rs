//! Columns that line up, whatever script their text is in.

use std::fmt;

use unicode_width::UnicodeWidthStr as _;

/// Rows of text under headings. The last column is not padded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self::with_headings(headings)
    }

    /// The same where their number is not known beforehand.
    pub(crate) fn with_headings<'h>(headings: impl IntoIterator<Item = &'h str>) -> Self {
        Self {
            headings: headings
                .into_iter()
                .map(|heading| heading.to_uppercase())
                .collect(),
            rows: Vec::new(),
        }
    }

    /// A table without headings.
    pub(crate) fn plain() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.push(cells.into());
    }

    /// Adds a row of as many cells as there are.
    pub(crate) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in std::iter::once(&self.headings).chain(&self.rows) {
            for (index, cell) in row.iter().enumerate() {
                let width = cell.width();
                match widths.get_mut(index) {
                    Some(known) => *known = width.max(*known),
                    None => widths.push(width),
                }
            }
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let headings = std::iter::once(&self.headings).filter(|headings| !headings.is_empty());
        for row in headings.chain(&self.rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(
                    ' ',
                    width.saturating_sub(cell.width()) + 2,
                ));
            }
            writeln!(formatter, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_as_two_columns() {
        let mut table = Table::new(["title", "state"]);
        table.row(["村上".into(), "available".into()]);
        table.row(["Salt Road".into(), "preorder".into()]);
        assert_eq!(
            table.to_string(),
            "TITLE      STATE\n村上       available\nSalt Road  preorder\n"
        );
    }
}

//! On which line each key stands.
//!
//! Values are checked long after the file was parsed; an error that names the line is worth more than
//! one that names the key. So the place of every key is kept by its dotted path (`site[1].currency`).

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Places of keys, by dotted path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    places: BTreeMap<String, Place>,
}

#[derive(Clone, Debug)]
struct Place {
    line: usize,
    span: Range<usize>,
}

impl Lines {
    /// Notes every key of a document.
    ///
    /// # Errors
    /// The parser's own, for what is not TOML.
    pub(crate) fn of(text: &str) -> Result<Self, toml::de::Error> {
        let table = DeTable::parse(text)?;
        let mut lines = Self::default();
        lines.note_table(text, "", table.get_ref());
        Ok(lines)
    }

    /// The line of a key, counted from 1; none where the file does not write it.
    pub(crate) fn line(&self, path: &str) -> Option<usize> {
        self.places.get(path).map(|place| place.line)
    }

    /// The innermost key whose own name or value covers a byte of the text.
    pub(crate) fn key_at(&self, byte: usize) -> Option<&str> {
        self.places
            .iter()
            .filter(|(_, place)| place.span.contains(&byte))
            .min_by_key(|(_, place)| place.span.len())
            .map(|(path, _)| path.as_str())
    }

    fn note_table(&mut self, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = if prefix.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{prefix}.{}", key.get_ref())
            };
            let (key_span, value_span) = (key.span(), value.span());
            let span = key_span.start.min(value_span.start)..key_span.end.max(value_span.end);
            self.note(text, path.clone(), key_span.start, span);
            self.note_value(text, &path, value.get_ref());
        }
    }

    fn note_value(&mut self, text: &str, path: &str, value: &DeValue<'_>) {
        match value {
            DeValue::Table(table) => self.note_table(text, path, table),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let item_path = format!("{path}[{index}]");
                    self.note(text, item_path.clone(), item.span().start, item.span());
                    self.note_value(text, &item_path, item.get_ref());
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, text: &str, path: String, start: usize, span: Range<usize>) {
        let line = line_of(text, start);
        self.places.insert(path, Place { line, span });
    }
}

/// The line of a byte, counted from 1.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_line_inside_tables_arrays_and_inline_tables() {
        let text = "[a]\nb = 1\nc = { d = \"x\" }\n\n[[site]]\nid = \"uk\"\n[[site]]\nid = \"us\"\ncountries = [\"US\",\n \"CA\"]\n";
        let lines = Lines::of(text).unwrap();
        for (path, line) in [
            ("a.b", 2),
            ("a.c.d", 3),
            ("site[0].id", 6),
            ("site[1].id", 8),
            ("site[1].countries", 9),
            ("site[1].countries[1]", 10),
        ] {
            assert_eq!(lines.line(path), Some(line), "{path}");
        }
        assert_eq!(lines.line("a.z"), None);
        assert_eq!(
            lines.key_at(text.find("\"CA\"").unwrap()),
            Some("site[1].countries[1]")
        );
    }
}

//! Writing ONIX elements, one line of code each.
//!
//! A thin coat over quick-xml's writer. It streams: a message of a hundred thousand records never
//! stands in memory.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A message being written.
pub(super) struct Xml<W: Write>(Writer<W>);

impl<W: Write> Xml<W> {
    /// Begins a UTF-8 document.
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(out, b' ', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// `<tag>`, what `content` writes, `</tag>`.
    pub(super) fn nest(
        &mut self,
        tag: &str,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.open(tag, &[])?;
        content(self)?;
        self.close(tag)
    }

    /// `<tag a="b">`.
    pub(super) fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(tag).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))
    }

    /// `</tag>`.
    pub(super) fn close(&mut self, tag: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(tag)))
    }

    /// `<tag>text</tag>`.
    pub(super) fn leaf(&mut self, tag: &str, text: &str) -> io::Result<()> {
        self.leaf_with(tag, &[], text)
    }

    /// The same with attributes.
    pub(super) fn leaf_with(
        &mut self,
        tag: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        let text = legal(text);
        self.0
            .create_element(tag)
            .with_attributes(attributes.iter().copied())
            .write_text_content(BytesText::new(&text))?;
        Ok(())
    }

    /// `<tag/>`.
    pub(super) fn flag(&mut self, tag: &str) -> io::Result<()> {
        self.0.create_element(tag).write_empty()?;
        Ok(())
    }

    /// `<tag a="b"><![CDATA[markup]]></tag>`.
    pub(super) fn markup(
        &mut self,
        tag: &str,
        attributes: &[(&str, &str)],
        markup: &str,
    ) -> io::Result<()> {
        let markup = legal(markup);
        let start = BytesStart::new(tag).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))?;
        for part in BytesCData::escaped(&markup) {
            self.0.write_event(Event::CData(part))?;
        }
        self.0.write_event(Event::End(BytesEnd::new(tag)))
    }

    /// A date in one of the forms of ONIX List 55, told by its length: `2027-03-15`, `202703`, `2027`.
    pub(super) fn date(&mut self, date: &str) -> io::Result<()> {
        let digits: String = date.chars().filter(char::is_ascii_digit).collect();
        let format = match digits.len() {
            4 => "05",
            6 => "01",
            _ => "00",
        };
        self.leaf_with("Date", &[("dateformat", format)], &digits)
    }

    /// A code of a numeric list as GraphQL spells it (`_02`) or plain.
    pub(super) fn code(&mut self, tag: &str, code: &str) -> io::Result<()> {
        self.leaf(tag, code.strip_prefix('_').unwrap_or(code))
    }

    /// Ends the document.
    pub(super) fn finish(self) -> io::Result<()> {
        self.0.into_inner().flush()
    }
}

/// `text` without the characters that XML 1.0 forbids, which publishers paste in all the same.
fn legal(text: &str) -> String {
    let forbidden = |sign: char| {
        (sign < ' ' && !matches!(sign, '\t' | '\n' | '\r'))
            || matches!(sign, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(|sign| !forbidden(*sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_say_how_precise_they_are() {
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out).expect("written");
        for date in ["2027-03-15", "202703", "2027"] {
            xml.date(date).expect("written");
        }
        xml.finish().expect("written");
        let text = String::from_utf8(out).expect("text");
        for expected in ["00\">20270315<", "01\">202703<", "05\">2027<"] {
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn markup_that_ends_a_cdata_section_stays_inside_it() {
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out).expect("written");
        xml.markup("Text", &[], "a ]]> b \u{10} c")
            .expect("written");
        xml.finish().expect("written");
        let text = String::from_utf8(out).expect("text");
        assert!(
            !text.contains("]]> b") && !text.contains('\u{10}'),
            "{text}"
        );
    }
}

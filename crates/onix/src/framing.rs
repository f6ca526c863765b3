//! Cutting a stream of XML into records, without understanding them.
//!
//! An XML parser gives up at the first fault, and with it everything that follows in the file. So
//! the file is first cut at the tags of its records, which takes no more than knowing comments,
//! CDATA sections and processing instructions from tags; each piece is then parsed on its own, and
//! what is wrong inside one piece stays there. It also keeps memory at one record.

use std::io;

use memchr::{memchr, memmem};

use crate::encoding::Stream;
use crate::fault::lines;

/// The largest record that is read, in bytes.
pub(crate) const RECORD_LIMIT: usize = 16 * 1024 * 1024;

/// How much of a record that is too large is kept, to tell which it was.
const HEAD: usize = 4096;

/// The longest element name worth comparing.
const NAME_LIMIT: usize = 256;

/// A stretch of markup outside the records. The length is in bytes, from the `<` on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `<name attributes>`.
    Open {
        name: String,
        length: usize,
        empty: bool,
    },
    /// `</name>`.
    Close { name: String, length: usize },
    /// `<?xml ...?>`.
    Declaration { length: usize },
    /// `<!DOCTYPE ...>`.
    Doctype { length: usize },
    /// A comment, CDATA section or other processing instruction.
    Other { length: usize },
    /// The file ends, in nothing but text or in the middle of markup, which then is still in
    /// [`Framer::rest`].
    Nothing,
    /// It begins here and does not end within reason.
    Endless,
}

/// One record as cut out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// From `<` to `>`, this many bytes.
    Whole(usize),
    /// The file, or the next record, ends it after this many bytes.
    Cut { length: usize, by_end_of_file: bool },
    /// Too large. It is already behind us; this is how it began.
    Large {
        head: Vec<u8>,
        line: u64,
        by_end_of_file: bool,
    },
}

/// What stands at a `<`.
enum Token<'b> {
    /// More bytes are needed to tell.
    More,
    /// Not a tag; goes on after this many bytes.
    Skip(usize),
    /// A tag, with its local name. Its end may not have been read yet.
    Tag { local: &'b [u8], closing: bool },
}

/// A file being cut up.
pub(crate) struct Framer {
    stream: Stream,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    line: u64,
    limit: usize,
}

impl Framer {
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            limit: RECORD_LIMIT,
        }
    }

    /// What has been read and not consumed.
    pub(crate) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// The line that [`Framer::rest`] begins on, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The last line that has been read.
    pub(crate) fn last_line(&self) -> u64 {
        self.line + lines(self.rest())
    }

    /// Moves past the first `length` bytes of [`Framer::rest`].
    pub(crate) fn consume(&mut self, length: usize) {
        let length = length.min(self.rest().len());
        self.line += lines(self.rest().get(..length).unwrap_or_default());
        self.start += length;
    }

    /// Reads more. False at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + (64 * 1024).max(filled / 2), 0);
        let read = loop {
            match self
                .stream
                .read(self.buffer.get_mut(filled..).unwrap_or_default())
            {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        let read = read?;
        self.ended = read == 0;
        Ok(!self.ended)
    }

    /// Moves to the next markup and says what it is. Text before it is passed over; `text` is told
    /// of it.
    pub(crate) fn next_mark(&mut self, mut text: impl FnMut(&[u8])) -> io::Result<Mark> {
        loop {
            let at = memchr(b'<', self.rest());
            let passed = at.unwrap_or(self.rest().len());
            text(self.rest().get(..passed).unwrap_or_default());
            self.consume(passed);
            if at.is_some() {
                break;
            }
            if !self.fill()? {
                return Ok(Mark::Nothing);
            }
        }
        loop {
            if let Some(mark) = mark(self.rest()) {
                return Ok(mark);
            }
            if self.rest().len() > self.limit {
                return Ok(Mark::Endless);
            }
            if !self.fill()? {
                return Ok(Mark::Nothing);
            }
        }
    }

    /// Cuts out the element that begins at [`Framer::rest`] with an opening tag of `opening` bytes.
    /// Unless it is [`Frame::Large`], nothing is consumed.
    pub(crate) fn frame(&mut self, name: &str, opening: usize) -> io::Result<Frame> {
        let mut at = opening;
        loop {
            while let Some(found) = memchr(b'<', self.rest().get(at..).unwrap_or_default()) {
                at += found;
                let here = self.rest().get(at..).unwrap_or_default();
                match token(here) {
                    Token::More => break,
                    Token::Skip(length) => at += length,
                    Token::Tag {
                        local,
                        closing: true,
                    } if local == name.as_bytes() => match memchr(b'>', here) {
                        Some(end) => return Ok(Frame::Whole(at + end + 1)),
                        None => break,
                    },
                    Token::Tag {
                        local,
                        closing: false,
                    } if is_record(local) => {
                        return Ok(Frame::Cut {
                            length: at,
                            by_end_of_file: false,
                        });
                    }
                    Token::Tag { .. } => at += 1,
                }
            }
            if memchr(b'<', self.rest().get(at..).unwrap_or_default()).is_none() {
                at = at.max(self.rest().len());
            }
            if self.rest().len() > self.limit {
                return self.pass_over(name);
            }
            if !self.fill()? {
                return Ok(Frame::Cut {
                    length: self.rest().len(),
                    by_end_of_file: true,
                });
            }
        }
    }

    /// Leaves a record that is too large behind, looking for nothing but its end or the next one.
    fn pass_over(&mut self, name: &str) -> io::Result<Frame> {
        let head = self.rest().get(..HEAD).unwrap_or(self.rest()).to_vec();
        let line = self.line;
        // Past its own opening tag.
        self.consume(1);
        loop {
            let Some(at) = memchr(b'<', self.rest()) else {
                self.consume(self.rest().len());
                if !self.fill()? {
                    return Ok(Frame::Large {
                        head,
                        line,
                        by_end_of_file: true,
                    });
                }
                continue;
            };
            self.consume(at);
            match token(self.rest()) {
                Token::Tag {
                    local,
                    closing: true,
                } if local == name.as_bytes() => {
                    self.consume(1);
                    return Ok(Frame::Large {
                        head,
                        line,
                        by_end_of_file: false,
                    });
                }
                Token::Tag {
                    local,
                    closing: false,
                } if is_record(local) => {
                    return Ok(Frame::Large {
                        head,
                        line,
                        by_end_of_file: false,
                    });
                }
                Token::More if self.rest().len() < NAME_LIMIT => {
                    if !self.fill()? {
                        return Ok(Frame::Large {
                            head,
                            line,
                            by_end_of_file: true,
                        });
                    }
                }
                _ => self.consume(1),
            }
        }
    }
}

/// Whether a local name is that of a product record.
pub(crate) fn is_record(local: &[u8]) -> bool {
    matches!(local, b"Product" | b"product")
}

/// The part of a name after its namespace prefix.
fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

/// Reads what stands at the `<` that `bytes` begin with.
fn token(bytes: &[u8]) -> Token<'_> {
    const SECTIONS: &[(&[u8], &[u8])] =
        &[(b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];
    for (begin, end) in SECTIONS {
        if bytes.starts_with(begin) {
            return match memmem::find(bytes.get(begin.len()..).unwrap_or_default(), end) {
                Some(at) => Token::Skip(begin.len() + at + end.len()),
                None => Token::More,
            };
        }
        if begin.starts_with(bytes) {
            return Token::More;
        }
    }
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = if closing { 2 } else { 1 };
    let name = bytes.get(name_start..).unwrap_or_default();
    let end = name
        .iter()
        .take(NAME_LIMIT)
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<'));
    match end {
        Some(end) => Token::Tag {
            local: local(name.get(..end).unwrap_or_default()),
            closing,
        },
        None if name.len() < NAME_LIMIT => Token::More,
        None => Token::Skip(1),
    }
}

/// Reads the whole markup that `bytes` begin with; nothing where its end is not among them.
fn mark(bytes: &[u8]) -> Option<Mark> {
    if bytes.starts_with(b"<!DOCTYPE") {
        return doctype_length(bytes).map(|length| Mark::Doctype { length });
    }
    if bytes.len() < 9 && b"<!DOCTYPE".starts_with(bytes) {
        return None;
    }
    match token(bytes) {
        Token::More => None,
        Token::Skip(length) if bytes.starts_with(b"<?xml") && !bytes.starts_with(b"<?xml-") => {
            Some(Mark::Declaration { length })
        }
        Token::Skip(length) => Some(Mark::Other { length }),
        Token::Tag { local, closing } => {
            let name = String::from_utf8_lossy(local).into_owned();
            let length = tag_length(bytes)?;
            if closing {
                return Some(Mark::Close { name, length });
            }
            let empty = bytes.get(..length).is_some_and(|tag| tag.ends_with(b"/>"));
            Some(Mark::Open {
                name,
                length,
                empty,
            })
        }
    }
}

/// The length of a tag; a `>` inside quotes does not end it.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The length of a document type declaration with its internal subset.
fn doctype_length(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut inside = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let here = bytes.get(at..).unwrap_or_default();
        match (quote, byte) {
            (None, b'<') if here.starts_with(b"<!--") => {
                at += memmem::find(here, b"-->")? + 2;
            }
            (None, b'[') => inside = true,
            (None, b']') => inside = false,
            (None, b'>') if !inside => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    /// Yields one byte at a time, so that every state meets the end of its bytes.
    struct Dripping(Cursor<Vec<u8>>);

    impl Read for Dripping {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let room = out.len().min(1);
            self.0.read(&mut out[..room])
        }
    }

    fn framer(text: &str) -> Framer {
        Framer::new(Box::new(Dripping(Cursor::new(text.as_bytes().to_vec()))))
    }

    fn first_record(text: &str) -> (String, u64) {
        let mut framer = framer(text);
        loop {
            match framer.next_mark(|_| {}).unwrap() {
                Mark::Open { name, length, .. } if is_record(name.as_bytes()) => {
                    let Frame::Whole(length) = framer.frame(&name, length).unwrap() else {
                        panic!("not whole")
                    };
                    let line = framer.line();
                    let text = String::from_utf8(framer.rest()[..length].to_vec()).unwrap();
                    return (text, line);
                }
                Mark::Open { length, .. }
                | Mark::Close { length, .. }
                | Mark::Declaration { length }
                | Mark::Doctype { length }
                | Mark::Other { length } => framer.consume(length),
                Mark::Nothing | Mark::Endless => panic!("no record"),
            }
        }
    }

    #[test]
    fn a_record_is_cut_at_its_own_tags() {
        let record = "<Product a='>'><!-- </Product> --><T><![CDATA[</Product>]]></T></Product >";
        let text = format!("<?xml version='1.0'?>\n<!-- <Product> -->\n<M x='/>'>{record}</M>");
        assert_eq!(first_record(&text), (record.to_owned(), 3));
    }

    #[test]
    fn a_prefix_is_no_part_of_the_name() {
        let record = "<o:Product><o:ProductForm/></o:Product>";
        assert_eq!(first_record(&format!("<o:M>{record}</o:M>")).0, record);
    }

    #[test]
    fn a_record_that_never_closes_ends_where_the_next_begins() {
        let mut framer = framer("<Product><A></A><Product></Product>");
        let frame = framer.frame("Product", 9).unwrap();
        assert_eq!(
            frame,
            Frame::Cut {
                length: 16,
                by_end_of_file: false
            }
        );
    }

    #[test]
    fn the_end_of_the_file_cuts() {
        let mut framer = framer("<Product><A");
        let frame = framer.frame("Product", 9).unwrap();
        assert_eq!(
            frame,
            Frame::Cut {
                length: 11,
                by_end_of_file: true
            }
        );
    }

    #[test]
    fn a_record_too_large_is_passed_over_and_the_next_is_met() {
        let text = format!(
            "<Product>\n{}</Product><Product>b</Product>",
            "<A>x</A>".repeat(50)
        );
        let mut framer = framer(&text);
        framer.limit = 100;
        let frame = framer.frame("Product", 9).unwrap();
        assert!(
            matches!(
                frame,
                Frame::Large {
                    line: 1,
                    by_end_of_file: false,
                    ..
                }
            ),
            "{frame:?}"
        );
        let mark = framer.next_mark(|_| {}).unwrap();
        assert_eq!(
            mark,
            Mark::Open {
                name: "Product".into(),
                length: 9,
                empty: false
            }
        );
        assert_eq!(framer.frame("Product", 9).unwrap(), Frame::Whole(20));
    }

    #[test]
    fn a_document_type_ends_after_its_subset() {
        let subset = "<!DOCTYPE M [ <!ENTITY a \"]>\"> <!-- ]> --> ]>";
        let mut framer = framer(&format!("{subset}<M/>"));
        assert_eq!(
            framer.next_mark(|_| {}).unwrap(),
            Mark::Doctype {
                length: subset.len()
            }
        );
    }
}

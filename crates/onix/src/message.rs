//! One message, from its first byte to its last.

use std::collections::VecDeque;

use catalogue::codes::LanguageCode;
use catalogue::finding::{Finding, FindingCode};
use catalogue::record::Place;
use catalogue::territory::Lists;

use crate::encoding::{Undecodable, control, decode, is_beyond_latin_1, mended, text_of_record};
use crate::error::Error;
use crate::fault::{Fault, Located};
use crate::framing::{Frame, Framer, Mark, RECORD_LIMIT, is_record};
use crate::item::{Defaults, End, Header, Item};
use crate::prolog::{self, Root};
use crate::record::{self, reference_in};
use crate::source::Pending;
use crate::supply::header_price;
use crate::tags::Tag;
use crate::tree::{Element, Tree};

/// The message does not say its release; 3.0 is assumed.
pub const RELEASE_ASSUMED: FindingCode = FindingCode::new("release-assumed");
/// The header cannot be read, so its defaults are unknown.
pub const BAD_HEADER: FindingCode = FindingCode::new("bad-header");
/// The declared encoding is not the one the bytes are in.
pub const ENCODING_MISMATCH: FindingCode = FindingCode::new("encoding-mismatch");
/// The document type declares entities; they are not expanded.
pub const ENTITIES_IGNORED: FindingCode = FindingCode::new("entities-ignored");

/// Where in a message we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Before the root element.
    Prolog,
    /// Inside it.
    Body,
    /// In a file of products without a message around them.
    Bare,
    /// After the root element.
    Epilog,
    /// Nothing more comes.
    Done,
}

/// One message being read.
pub(crate) struct Message {
    file: String,
    framer: Framer,
    /// The name of the encoding, and whether its bytes have been transcoded.
    encoding: &'static str,
    transcoded: bool,
    /// ISO-8859-1 was declared and nothing beyond it has been met yet.
    latin_1: bool,
    stage: Stage,
    seen_markup: bool,
    /// What the document type declaration says.
    doctype: String,
    header: Header,
    header_sent: bool,
    /// The release was assumed: the first record may yet show that it is another.
    assumed: bool,
    lists: Lists,
    ready: VecDeque<Item>,
    failed: Option<Error>,
    end: End,
}

impl Message {
    pub(crate) fn open(pending: Pending) -> Result<Self, Error> {
        let file = pending.name();
        let unreadable = |source| Error::Unreadable {
            file: file.clone(),
            source,
        };
        let decoded = decode(pending.open().map_err(unreadable)?).map_err(|error| match error {
            Undecodable::Io(source) => unreadable(source),
            Undecodable::Label(label) => Error::Encoding {
                file: file.clone(),
                label,
            },
        })?;
        let mut message = Self {
            framer: Framer::new(decoded.stream),
            encoding: decoded.encoding.name(),
            transcoded: decoded.encoding != encoding_rs::UTF_8,
            latin_1: decoded.latin_1,
            stage: Stage::Prolog,
            seen_markup: false,
            doctype: String::new(),
            header: Header {
                file: file.clone(),
                ..Header::default()
            },
            header_sent: false,
            assumed: false,
            lists: Lists::default(),
            ready: VecDeque::new(),
            failed: None,
            end: End {
                file: file.clone(),
                ..End::default()
            },
            file,
        };
        if let Some((declared, found)) = decoded.contradiction {
            let text =
                format!("declared as {declared}, and in fact {found}; it is read as {found}");
            message.note(ENCODING_MISMATCH, &text);
        }
        Ok(message)
    }

    /// The same, with defaults for records that come without a header of their own.
    pub(crate) fn with_defaults(mut self, defaults: Defaults) -> Self {
        self.header.defaults = defaults;
        self
    }

    /// The next item; nothing after the last.
    pub(crate) fn next(&mut self) -> Option<Result<Item, Error>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(Ok(item));
            }
            if let Some(error) = self.failed.take() {
                self.stage = Stage::Done;
                return Some(Err(error));
            }
            if self.stage == Stage::Done {
                return None;
            }
            if let Err(error) = self.step() {
                // What this step found is delivered before the error that ended it.
                self.failed = Some(error);
            }
        }
    }

    /// Notes something wrong with the message itself.
    fn note(&mut self, code: FindingCode, text: &str) {
        let finding = Finding::warning(code, format!("{}: {text}", self.file));
        self.ready.push_back(Item::Finding(finding));
    }

    fn unreadable(&self, source: std::io::Error) -> Error {
        Error::Unreadable {
            file: self.file.clone(),
            source,
        }
    }

    /// Takes the next piece of markup.
    fn step(&mut self) -> Result<(), Error> {
        let mut begins = Vec::new();
        let in_prolog = self.stage == Stage::Prolog;
        let mark = self.framer.next_mark(|text| {
            if in_prolog && begins.len() < 200 {
                begins.extend(text.iter().take(200));
            }
        });
        let mark = mark.map_err(|source| self.unreadable(source))?;
        let begins = String::from_utf8_lossy(&begins);
        let begins = begins.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if !begins.is_empty() {
            let begins = begins
                .chars()
                .filter(|c| !c.is_control())
                .take(30)
                .collect();
            return Err(Error::NotXml {
                file: self.file.clone(),
                begins,
            });
        }
        if self.stage == Stage::Epilog && !matches!(mark, Mark::Other { .. } | Mark::Nothing) {
            return Err(Error::Trailing {
                file: self.file.clone(),
                line: self.framer.line(),
            });
        }
        self.seen_markup |= mark != Mark::Nothing;
        match mark {
            Mark::Open {
                name,
                length,
                empty,
            } => self.open_tag(&name, length, empty),
            Mark::Close { name, length } => {
                if self.stage == Stage::Body && name.eq_ignore_ascii_case("ONIXMessage") {
                    self.stage = Stage::Epilog;
                }
                self.framer.consume(length);
                Ok(())
            }
            Mark::Doctype { length } => self.document_type(length),
            Mark::Declaration { length } | Mark::Other { length } => {
                self.framer.consume(length);
                Ok(())
            }
            Mark::Nothing => self.finish(),
            Mark::Endless => Err(Error::Endless {
                file: self.file.clone(),
                line: self.framer.line(),
            }),
        }
    }

    /// The end of the file.
    fn finish(&mut self) -> Result<(), Error> {
        let cut = !self.framer.rest().is_empty();
        match self.stage {
            Stage::Prolog if !cut && !self.seen_markup => Err(Error::Empty {
                file: self.file.clone(),
            }),
            Stage::Epilog | Stage::Bare if !cut => {
                self.send_header();
                self.ready.push_back(Item::End(self.end.clone()));
                self.stage = Stage::Done;
                Ok(())
            }
            _ => Err(self.truncated()),
        }
    }

    fn truncated(&self) -> Error {
        Error::Truncated {
            file: self.file.clone(),
            line: self.framer.last_line(),
        }
    }

    fn document_type(&mut self, length: usize) -> Result<(), Error> {
        let doctype = self.framer.rest().get(..length).unwrap_or_default();
        let doctype = String::from_utf8_lossy(doctype).into_owned();
        let entities = prolog::entities(&self.file, &doctype)?;
        if entities > 0 {
            let text = format!("declares {entities} entities of its own; they are not expanded");
            self.note(ENTITIES_IGNORED, &text);
        }
        self.doctype = doctype;
        self.framer.consume(length);
        Ok(())
    }

    fn open_tag(&mut self, name: &str, length: usize, empty: bool) -> Result<(), Error> {
        if self.stage == Stage::Prolog {
            let tag = self.framer.rest().get(..length).unwrap_or_default();
            let tag = String::from_utf8_lossy(tag).into_owned();
            return self.root(&tag, name, empty);
        }
        if is_record(name.as_bytes()) {
            self.send_header();
            return self.product(name, length, empty);
        }
        if Tag::of(name) == Some(Tag::Header) && !self.header_sent && !empty {
            return self.read_header(name, length);
        }
        self.framer.consume(length);
        Ok(())
    }

    fn root(&mut self, tag: &str, name: &str, empty: bool) -> Result<(), Error> {
        match prolog::root(&self.file, tag, name, &self.doctype)? {
            Root::Product => {
                // Left for the next step, which reads it as a record.
                self.header.release = "3.0".to_owned();
                self.assumed = true;
                self.stage = Stage::Bare;
            }
            Root::Message { release, assumed } => {
                if assumed {
                    self.note(RELEASE_ASSUMED, "does not say its release; 3.0 is assumed");
                }
                self.header.release = release;
                self.assumed = assumed;
                self.stage = if empty { Stage::Epilog } else { Stage::Body };
                self.framer.consume(tag.len());
            }
        }
        Ok(())
    }

    fn send_header(&mut self) {
        if !self.header_sent {
            self.header_sent = true;
            self.ready.push_back(Item::Header(self.header.clone()));
        }
    }

    fn read_header(&mut self, name: &str, opening: usize) -> Result<(), Error> {
        let frame = self.framer.frame(name, opening);
        let length = match frame.map_err(|source| self.unreadable(source))? {
            Frame::Whole(length) => length,
            Frame::Cut {
                by_end_of_file: true,
                ..
            }
            | Frame::Large {
                by_end_of_file: true,
                ..
            } => {
                return Err(self.truncated());
            }
            Frame::Cut { length, .. } => length,
            Frame::Large { .. } => 0,
        };
        let raw = mended(self.framer.rest().get(..length).unwrap_or_default());
        let read = control(raw.as_bytes()).and_then(|()| Tree::parse(&raw));
        match read.as_ref().ok().and_then(Tree::root) {
            Some(header) => fill_header(&mut self.header, header),
            None => self.note(
                BAD_HEADER,
                "the header cannot be read; records get no defaults",
            ),
        }
        self.framer.consume(length);
        self.send_header();
        Ok(())
    }

    fn product(&mut self, name: &str, opening: usize, empty: bool) -> Result<(), Error> {
        self.end.read += 1;
        let line = self.framer.line();
        let frame = if empty {
            Frame::Whole(opening)
        } else {
            let frame = self.framer.frame(name, opening);
            frame.map_err(|source| self.unreadable(source))?
        };
        match frame {
            Frame::Whole(length) => {
                self.whole(length, line)?;
                self.framer.consume(length);
            }
            Frame::Cut {
                length,
                by_end_of_file,
            } => {
                let by = if by_end_of_file {
                    "the file ends"
                } else {
                    "the next record begins"
                };
                let bytes = self.framer.rest().get(..length).unwrap_or_default();
                let bytes = bytes.to_vec();
                let raw = self.header.defaults.around(mended(&bytes));
                self.reject(Fault::Cut { by }, line, &bytes, Some(raw));
                if by_end_of_file {
                    return Err(self.truncated());
                }
                self.framer.consume(length);
            }
            Frame::Large {
                head,
                line,
                by_end_of_file,
            } => {
                let fault = Fault::Large {
                    limit: RECORD_LIMIT / (1024 * 1024),
                };
                self.reject(fault, line, &head, None);
                if by_end_of_file {
                    return Err(self.truncated());
                }
            }
        }
        Ok(())
    }

    fn reject(&mut self, fault: Fault, line: u64, bytes: &[u8], raw: Option<String>) {
        let located = Located {
            fault,
            lines_in: 0,
            reference: reference_in(bytes),
        };
        self.end.rejected += 1;
        self.ready.push_back(Item::Rejected(
            located.into_rejection(&self.file, line, bytes, raw),
        ));
    }

    /// Reads the record in the first `length` bytes.
    fn whole(&mut self, length: usize, line: u64) -> Result<(), Error> {
        let bytes = self.framer.rest().get(..length).unwrap_or_default();
        let place = Place {
            file: self.file.clone(),
            line,
            sent: self.header.sent.clone(),
        };
        let defaults = self.header.defaults;
        let lists = &mut self.lists;
        let (encoding, transcoded) = (self.encoding, self.transcoded);
        let text = text_of_record(bytes, encoding, transcoded);
        let beyond = self.latin_1 && text.as_ref().is_ok_and(|text| is_beyond_latin_1(text));
        match text.and_then(|text| record::read(text, defaults, place, lists)) {
            Ok(record) => self.ready.push_back(Item::Record(Box::new(record))),
            Err(Located {
                fault: Fault::OldShape,
                ..
            }) if self.assumed => {
                let release = "2.1".to_owned();
                return Err(Error::OldRelease {
                    file: self.file.clone(),
                    release,
                });
            }
            Err(located) => {
                let raw = defaults.around(mended(bytes));
                self.end.rejected += 1;
                let rejection = located.into_rejection(&self.file, line, bytes, Some(raw));
                self.ready.push_back(Item::Rejected(rejection));
            }
        }
        self.assumed = false;
        if beyond {
            self.latin_1 = false;
            let text = format!(
                "line {line}: bytes 0x80 to 0x9F are no ISO-8859-1; they are read as Windows-1252"
            );
            self.note(ENCODING_MISMATCH, &text);
        }
        Ok(())
    }
}

fn fill_header(header: &mut Header, element: Element<'_>) {
    let text = |tag: Tag| element.value(tag).map(str::to_owned);
    let (price_type, currency) = header_price(element);
    header.sender = element
        .child(Tag::Sender)
        .and_then(|sender| sender.value(Tag::SenderName))
        .map(str::to_owned);
    header.sent = text(Tag::SentDateTime);
    header.defaults = Defaults {
        language: element
            .value(Tag::DefaultLanguageOfText)
            .map(LanguageCode::new),
        price_type,
        currency,
    };
}

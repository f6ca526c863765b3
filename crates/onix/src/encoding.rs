//! From bytes in whatever encoding to bytes in UTF-8.
//!
//! Feeds declare ISO-8859-1 and hold Windows-1252, declare UTF-8 and hold UTF-16 that a tool
//! rewrote. A byte order mark is believed first, then the declaration. UTF-8 is passed on as it
//! came, so that a record whose bytes are wrong can be rejected alone; everything else is transcoded
//! on the way, with U+FFFD where bytes mean nothing, which the reader takes as damage.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::fault::{Fault, Located};
use crate::record::reference_in;
use crate::tree::is_xml;

/// A byte stream of a file.
pub(crate) type Stream = Box<dyn Read + Send>;

/// How many bytes of a file are looked at to tell its encoding.
const SNIFFED: usize = 1024;

/// A file in UTF-8 (or what claims to be), and what is known of where it came from.
pub(crate) struct Decoded {
    pub(crate) stream: Stream,
    pub(crate) encoding: &'static Encoding,
    /// Declared ISO-8859-1, which has no printable characters at 0x80 to 0x9F.
    pub(crate) latin_1: bool,
    /// The declaration contradicts the bytes: `(declared, true)`.
    pub(crate) contradiction: Option<(String, &'static str)>,
}

/// Why a file cannot be decoded.
pub(crate) enum Undecodable {
    Io(io::Error),
    Label(String),
}

impl From<io::Error> for Undecodable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Looks at the beginning of `stream` and decodes it as that says.
pub(crate) fn decode(mut stream: Stream) -> Result<Decoded, Undecodable> {
    let mut head = Vec::with_capacity(SNIFFED);
    stream
        .by_ref()
        .take(SNIFFED as u64)
        .read_to_end(&mut head)?;
    let declared = declared_label(&head);
    if head.starts_with(&[0, 0, 0, b'<']) || head.starts_with(&[0xFF, 0xFE, 0, 0]) {
        return Err(Undecodable::Label("UTF-32".to_owned()));
    }
    let by_bytes = match Encoding::for_bom(&head) {
        Some((encoding, length)) => {
            head.drain(..length);
            Some(encoding)
        }
        None if head.starts_with(&[b'<', 0]) => Some(UTF_16LE),
        None if head.starts_with(&[0, b'<']) => Some(UTF_16BE),
        None => None,
    };
    let by_label = match &declared {
        Some(label) => Some(labelled(label)?),
        None => None,
    };
    let encoding = match (by_bytes, by_label) {
        (Some(encoding), _) => encoding,
        // The declaration itself was read in single bytes.
        (None, Some(wide)) if wide == UTF_16LE || wide == UTF_16BE => UTF_8,
        (None, Some(encoding)) => encoding,
        (None, None) => UTF_8,
    };
    let latin_1 = encoding == WINDOWS_1252 && declared.as_deref().is_some_and(is_latin_1);
    let contradiction = declared
        .filter(|label| by_label.is_some_and(|named| !agree(named, encoding)) && !label.is_empty())
        .map(|label| (label, encoding.name()));
    let whole: Stream = Box::new(Cursor::new(head).chain(stream));
    let stream = if encoding == UTF_8 {
        whole
    } else {
        Box::new(Transcoder::new(whole, encoding))
    };
    Ok(Decoded {
        stream,
        encoding,
        latin_1,
        contradiction,
    })
}

/// `UTF-16` says nothing of byte order.
fn agree(named: &'static Encoding, found: &'static Encoding) -> bool {
    let wide = |encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    named == found || (wide(named) && wide(found))
}

fn labelled(label: &str) -> Result<&'static Encoding, Undecodable> {
    if label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii") {
        return Ok(UTF_8);
    }
    Encoding::for_label_no_replacement(label.as_bytes())
        .ok_or_else(|| Undecodable::Label(label.to_owned()))
}

fn is_latin_1(label: &str) -> bool {
    !label.eq_ignore_ascii_case("windows-1252") && !label.eq_ignore_ascii_case("cp1252")
}

/// The encoding in `<?xml ... encoding="..."?>`, whichever width its characters have.
fn declared_label(head: &[u8]) -> Option<String> {
    let narrow: String = head
        .iter()
        .filter(|byte| byte.is_ascii() && **byte != 0)
        .map(|&b| char::from(b))
        .collect();
    let declaration = narrow
        .trim_start()
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|&first| first == '"' || first == '\'')?;
    value
        .get(1..)?
        .split(quote)
        .next()
        .map(|label| label.trim().to_owned())
}

/// Reads one encoding and yields UTF-8.
struct Transcoder {
    source: Stream,
    decoder: Decoder,
    input: Vec<u8>,
    /// How much of `input` has been decoded, and how much of it is filled.
    from: usize,
    to: usize,
    source_ended: bool,
    ended: bool,
}

impl Transcoder {
    fn new(source: Stream, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; 64 * 1024],
            from: 0,
            to: 0,
            source_ended: false,
            ended: false,
        }
    }
}

/// The least room in which the decoder always makes progress.
const DECODER_ROOM: usize = 16;

impl Read for Transcoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.len() < DECODER_ROOM {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "too small a buffer",
            ));
        }
        loop {
            if self.ended {
                return Ok(0);
            }
            if self.from == self.to && !self.source_ended {
                self.from = 0;
                self.to = self.source.read(&mut self.input)?;
                self.source_ended = self.to == 0;
            }
            let input = self.input.get(self.from..self.to).unwrap_or_default();
            let (result, read, written, _damaged) =
                self.decoder.decode_to_utf8(input, out, self.source_ended);
            self.from += read;
            self.ended = self.source_ended && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

/// What a record says whose bytes are no UTF-8, if the wrong ones are Windows-1252: nearly always
/// the truth, but for a person to confirm.
pub(crate) fn mended(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let (wrong, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(&wrong);
    }
    text
}

/// The record's text, if its bytes are what the message says they are.
pub(crate) fn text_of_record<'b>(
    bytes: &'b [u8],
    encoding: &'static str,
    transcoded: bool,
) -> Result<&'b str, Located> {
    let located = |fault, offset| {
        let mut located = Located::at(fault, bytes, offset);
        located.reference = reference_in(bytes);
        located
    };
    let text = str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        located(Fault::Bytes { byte, encoding }, offset)
    })?;
    if let (true, Some(offset)) = (transcoded, text.find('\u{fffd}')) {
        return Err(located(Fault::Damaged { encoding }, offset));
    }
    control(bytes)?;
    Ok(text)
}

/// Refuses characters that XML does not allow.
pub(crate) fn control(bytes: &[u8]) -> Result<(), Located> {
    let offset = bytes
        .iter()
        .position(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))
        .or_else(|| memchr::memmem::find(bytes, "\u{fffe}".as_bytes()))
        .or_else(|| memchr::memmem::find(bytes, "\u{ffff}".as_bytes()));
    let Some(offset) = offset else { return Ok(()) };
    let after = bytes.get(offset..).unwrap_or_default();
    let character = after
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars())
        .find(|character| !is_xml(*character));
    let fault = Fault::Control {
        character: character.map_or(0, u32::from),
    };
    let mut located = Located::at(fault, bytes, offset);
    located.reference = reference_in(bytes);
    Err(located)
}

/// Whether there is a character that ISO-8859-1 does not have, or only as a control.
pub(crate) fn is_beyond_latin_1(text: &str) -> bool {
    !text.is_ascii()
        && text
            .chars()
            .any(|character| character > '\u{ff}' || ('\u{80}'..'\u{a0}').contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Decoded) {
        let Ok(mut decoded) = decode(Box::new(Cursor::new(bytes.to_vec()))) else {
            panic!("undecodable")
        };
        let mut all = Vec::new();
        let mut buffer = [0; 20];
        loop {
            match decoded.stream.read(&mut buffer).unwrap() {
                0 => break,
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
        (String::from_utf8(all).unwrap(), decoded)
    }

    #[test]
    fn latin_1_is_read_as_windows_1252() {
        let bytes = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xE9 \x93x\x94</a>";
        let (text, decoded) = read(bytes);
        assert!(
            text.ends_with("<a>caf\u{e9} \u{201c}x\u{201d}</a>"),
            "{text}"
        );
        assert!(decoded.latin_1 && decoded.contradiction.is_none());
    }

    #[test]
    fn wide_characters_of_both_orders_are_read() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Zo\u{eb} \u{6751}</a>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&[&[0xFF, 0xFE], &little[..]].concat()).0, text);
        assert_eq!(read(&[&[0xFE, 0xFF], &big[..]].concat()).0, text);
        assert_eq!(read(&little).0, text);
        assert_eq!(read(&big).0, text);
    }

    #[test]
    fn a_declaration_that_the_bytes_refute_is_reported() {
        let (text, decoded) = read(b"<?xml version='1.0' encoding='UTF-16'?><a/>");
        assert!(text.ends_with("<a/>"));
        assert_eq!(decoded.contradiction, Some(("UTF-16".to_owned(), "UTF-8")));
        let utf8: Vec<u8> = "<?xml version='1.0' encoding='UTF-8'?><a/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let (_, decoded) = read(&[&[0xFF, 0xFE], &utf8[..]].concat());
        assert_eq!(
            decoded.contradiction,
            Some(("UTF-8".to_owned(), "UTF-16LE"))
        );
    }

    #[test]
    fn an_unknown_encoding_is_named() {
        for label in ["EBCDIC-CP-US", "UTF-7", "klingon"] {
            let prolog = format!("<?xml version='1.0' encoding='{label}'?><a/>");
            match decode(Box::new(Cursor::new(prolog.into_bytes()))) {
                Err(Undecodable::Label(named)) => assert_eq!(named, label),
                _ => panic!("{label} was accepted"),
            }
        }
    }

    #[test]
    fn wrong_bytes_are_mended_as_windows_1252() {
        assert_eq!(mended("Zo\u{eb} ".as_bytes()), "Zo\u{eb} ");
        assert_eq!(mended(b"Zo\xC3\xAB and Zo\xEB"), "Zo\u{eb} and Zo\u{eb}");
    }
}

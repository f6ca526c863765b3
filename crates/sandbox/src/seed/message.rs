//! An ONIX message as a row of products.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::SeedError;
use super::element::{Content, Element};
use super::tag;

/// All products of a message, and the defaults of its header.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) header: Element,
    pub(super) products: Vec<Element>,
}

/// Reads a message: reference or short tags, with or without a namespace, or a bare `Product`.
pub(super) fn read(text: &str) -> Result<Message, SeedError> {
    let mut reader = Reader::from_str(text);
    let mut message = Message::default();
    let mut open: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|cause| SeedError::Xml {
            line: line_of(text, reader.error_position()),
            cause,
        })?;
        match event {
            Event::Start(start) => open.push(element(&start, open.last())?),
            Event::Empty(start) => {
                let element = element(&start, open.last())?;
                close(element, &mut open, &mut message);
            }
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(element, &mut open, &mut message);
                }
            }
            Event::Text(piece) => add_text(&mut open, &piece.xml10_content()),
            Event::CData(piece) => add_text(&mut open, &piece.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference
                    .resolve_char_ref()
                    .map_err(|cause| SeedError::Xml {
                        line: line_of(text, reader.buffer_position()),
                        cause,
                    })?;
                match (character, predefined(&reference)) {
                    (Some(character), _) => add_text(&mut open, &character.to_string()),
                    (None, Some(known)) => add_text(&mut open, known),
                    // A named entity of HTML: texts are markup, where it means the same.
                    (None, None) => add_text(&mut open, &format!("&{};", &*reference)),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    if let Some(unclosed) = open.last() {
        return Err(SeedError::Truncated {
            element: unclosed.name.clone(),
        });
    }
    Ok(message)
}

fn predefined(name: &str) -> Option<&'static str> {
    match name {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "apos" => Some("'"),
        _ => None,
    }
}

fn element(start: &BytesStart<'_>, parent: Option<&Element>) -> Result<Element, SeedError> {
    let name = start.local_name();
    let name = tag::reference_name(name.as_ref());
    let attributes: Vec<(String, String)> = start
        .attributes()
        .filter_map(Result::ok)
        .filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((
                attribute.key.local_name().as_ref().to_owned(),
                value.into_owned(),
            ))
        })
        .collect();
    let element = Element {
        name: name.to_owned(),
        attributes,
        content: Vec::new(),
    };
    if parent.is_none() {
        check_root(&element)?;
    }
    Ok(element)
}

fn check_root(root: &Element) -> Result<(), SeedError> {
    match (root.name.as_str(), root.attribute("release")) {
        ("ONIXMessage", Some("3.0" | "3.1")) | ("Product", _) => Ok(()),
        // Release 2.1 had no such attribute in its common form.
        ("ONIXMessage", release) => Err(SeedError::Release {
            found: release.unwrap_or("none").to_owned(),
        }),
        (other, _) => Err(SeedError::NotOnix {
            root: other.to_owned(),
        }),
    }
}

fn close(element: Element, open: &mut [Element], message: &mut Message) {
    match (element.name.as_str(), open.len()) {
        ("Product", 0 | 1) => message.products.push(element),
        ("Header", 1) => message.header = element,
        (_, 0 | 1) => {}
        _ => {
            if let Some(parent) = open.last_mut() {
                parent.content.push(Content::Element(element));
            }
        }
    }
}

fn add_text(open: &mut [Element], piece: &str) {
    let Some(element) = open.last_mut() else {
        return;
    };
    match element.content.last_mut() {
        Some(Content::Text(text)) => text.push_str(piece),
        _ => element.content.push(Content::Text(piece.to_owned())),
    }
}

/// The line, counted from 1, at a byte offset.
fn line_of(text: &str, offset: u64) -> usize {
    let offset = usize::try_from(offset)
        .unwrap_or(usize::MAX)
        .min(text.len());
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

//! One record, or one header, as a tree of the elements we know.
//!
//! ONIX allows its elements in an order, but feeds keep it loosely, and the mapping reads better when
//! it may ask for what it wants. So a record is held as a flat list of nodes that borrow its text;
//! unknown elements never enter it. Where markup that is not ONIX stands inside a text (XHTML), the
//! stretch of source between the element's tags is kept as it is.

use std::borrow::Cow;

use catalogue::codes::{DateFormat, LanguageCode, TextFormat};
use quick_xml::Reader;
use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::fault::{Fault, Located};
use crate::tags::Tag;

/// How deep elements may nest. ONIX needs about eight.
const DEPTH_LIMIT: usize = 64;

#[derive(Debug)]
struct Node<'a> {
    tag: Tag,
    text: Cow<'a, str>,
    /// The source between the tags, where it holds markup of another vocabulary.
    markup: Option<&'a str>,
    attributes: Attributes,
    first_child: Option<usize>,
    last_child: Option<usize>,
    next: Option<usize>,
}

/// The attributes that say how to read an element.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) language: Option<LanguageCode>,
    pub(crate) text_format: Option<TextFormat>,
    pub(crate) date_format: Option<DateFormat>,
}

/// A record or header.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// An entity of HTML that XML does not have was met, and read.
    pub(crate) html_entity: Option<String>,
    /// An element in which invisible characters stood beside a code or number; they are removed.
    pub(crate) invisible_in: Option<Tag>,
}

impl<'a> Tree<'a> {
    /// Parses one element with all it holds.
    pub(crate) fn parse(raw: &'a str) -> Result<Self, Located> {
        Builder::new(raw).build()
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> Option<Element<'_>> {
        self.nodes.first().map(|node| Element {
            nodes: &self.nodes,
            node,
        })
    }
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'t> {
    nodes: &'t [Node<'t>],
    node: &'t Node<'t>,
}

impl<'t> Element<'t> {
    pub(crate) fn tag(&self) -> Tag {
        self.node.tag
    }

    pub(crate) fn attributes(&self) -> Attributes {
        self.node.attributes
    }

    /// Its text, entities resolved, without white space around it.
    pub(crate) fn text(&self) -> &'t str {
        self.node.text.trim()
    }

    /// The source between its tags, if that holds markup of another vocabulary.
    pub(crate) fn markup(&self) -> Option<&'t str> {
        self.node.markup
    }

    pub(crate) fn children(&self) -> Children<'t> {
        Children {
            nodes: self.nodes,
            next: self.node.first_child,
        }
    }

    /// Every child of this name, in order.
    pub(crate) fn all(&self, tag: Tag) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(move |child| child.node.tag == tag)
    }

    /// The first child of this name.
    pub(crate) fn child(&self, tag: Tag) -> Option<Self> {
        self.children().find(|child| child.node.tag == tag)
    }

    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.child(tag).is_some()
    }

    /// The text of the first child of this name, unless blank.
    pub(crate) fn value(&self, tag: Tag) -> Option<&'t str> {
        self.child(tag)
            .map(|child| child.text())
            .filter(|text| !text.is_empty())
    }
}

/// The children of an element.
pub(crate) struct Children<'t> {
    nodes: &'t [Node<'t>],
    next: Option<usize>,
}

impl<'t> Iterator for Children<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        let node = self.nodes.get(self.next?)?;
        self.next = node.next;
        Some(Element {
            nodes: self.nodes,
            node,
        })
    }
}

/// An element whose end has not come yet.
struct Open {
    node: usize,
    /// Where its content begins.
    content: usize,
    foreign: bool,
}

struct Builder<'a> {
    raw: &'a str,
    reader: Reader<&'a [u8]>,
    tree: Tree<'a>,
    open: Vec<Open>,
}

impl<'a> Builder<'a> {
    fn new(raw: &'a str) -> Self {
        Self {
            raw,
            reader: Reader::from_str(raw),
            tree: Tree {
                nodes: Vec::with_capacity(raw.len() / 48),
                html_entity: None,
                invisible_in: None,
            },
            open: Vec::with_capacity(DEPTH_LIMIT),
        }
    }

    fn build(mut self) -> Result<Tree<'a>, Located> {
        loop {
            let before = self.position();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.malformed(&error)),
            };
            match event {
                Event::Start(start) => self.start(&start, before)?,
                Event::Empty(start) => {
                    if self.known(&start, before).is_none() {
                        self.mark_foreign();
                    }
                }
                Event::End(_) => self.end(before),
                Event::Text(text) => self.text(text.xml10_content()),
                Event::CData(text) => self.text(text.xml10_content()),
                Event::GeneralRef(reference) => self.reference(&reference, before)?,
                Event::Eof if self.open.is_empty() => return Ok(self.tree),
                Event::Eof => {
                    let what = "an element is never closed".to_owned();
                    return Err(self.fault(Fault::Malformed { what }, self.raw.len()));
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn fault(&self, fault: Fault, offset: usize) -> Located {
        Located::at(fault, self.raw.as_bytes(), offset)
    }

    fn malformed(&self, error: &quick_xml::Error) -> Located {
        let offset = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        self.fault(
            Fault::Malformed {
                what: error.to_string(),
            },
            offset,
        )
    }

    fn start(&mut self, start: &BytesStart<'a>, before: usize) -> Result<(), Located> {
        if let Some(node) = self.known(start, before) {
            if self.open.len() >= DEPTH_LIMIT {
                let what = format!("elements nest deeper than {DEPTH_LIMIT}");
                return Err(self.fault(Fault::Malformed { what }, before));
            }
            self.open.push(Open {
                node,
                content: self.position(),
                foreign: false,
            });
            return Ok(());
        }
        self.mark_foreign();
        let end = start.to_end().into_owned();
        self.reader
            .read_to_end(end.name())
            .map(drop)
            .map_err(|error| self.malformed(&error))
    }

    fn mark_foreign(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.foreign = true;
        }
    }

    /// Adds a node for an element that we know; the root is taken whatever it is.
    fn known(&mut self, start: &BytesStart<'a>, before: usize) -> Option<usize> {
        let tag = Tag::of(start.local_name().into_inner())?;
        let parent = self.open.last().map(|open| open.node);
        if parent
            .and_then(|parent| self.tree.nodes.get(parent))
            .is_some_and(Node::holds_prose)
        {
            return None;
        }
        let raw = self.raw.get(before..self.position()).unwrap_or_default();
        let attributes = if raw.contains('=') {
            attributes(start)
        } else {
            Attributes::default()
        };
        let index = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            tag,
            text: Cow::Borrowed(""),
            markup: None,
            attributes,
            first_child: None,
            last_child: None,
            next: None,
        });
        if let Some(parent) = parent {
            self.adopt(parent, index);
        }
        Some(index)
    }

    fn adopt(&mut self, parent: usize, child: usize) {
        let Some(parent) = self.tree.nodes.get_mut(parent) else {
            return;
        };
        let elder = parent.last_child.replace(child);
        if elder.is_none() {
            parent.first_child = Some(child);
        }
        if let Some(elder) = elder.and_then(|elder| self.tree.nodes.get_mut(elder)) {
            elder.next = Some(child);
        }
    }

    fn end(&mut self, before: usize) {
        let Some(open) = self.open.pop() else { return };
        let Some(node) = self.tree.nodes.get_mut(open.node) else {
            return;
        };
        if open.foreign {
            node.markup = self.raw.get(open.content..before);
        }
        if let Some(clean) = without_invisible(&node.text) {
            node.text = Cow::Owned(clean);
            self.tree.invisible_in.get_or_insert(node.tag);
        }
    }

    fn text(&mut self, text: Cow<'a, str>) {
        let Some(node) = self
            .open
            .last()
            .and_then(|open| self.tree.nodes.get_mut(open.node))
        else {
            return;
        };
        if node.text.is_empty() {
            node.text = text;
        } else if node.first_child.is_none() {
            node.text.to_mut().push_str(&text);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'a>, before: usize) -> Result<(), Located> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) if is_xml(character) => {
                self.text(Cow::Owned(character.to_string()));
                return Ok(());
            }
            Ok(Some(character)) => {
                let fault = Fault::Control {
                    character: character.into(),
                };
                return Err(self.fault(fault, before));
            }
            Ok(None) => {}
            Err(error) => {
                return Err(self.fault(
                    Fault::Malformed {
                        what: error.to_string(),
                    },
                    before,
                ));
            }
        }
        let name: &str = reference;
        if let Some(text) = resolve_xml_entity(name) {
            self.text(Cow::Borrowed(text));
        } else if let Some(text) = resolve_html5_entity(name) {
            self.tree.html_entity.get_or_insert_with(|| name.to_owned());
            self.text(Cow::Borrowed(text));
        } else {
            let name = name.chars().take(40).collect();
            return Err(self.fault(Fault::Entity { name }, before));
        }
        Ok(())
    }
}

impl Node<'_> {
    /// Elements of ONIX in which XHTML may stand; a tag inside is no ONIX, whatever its name.
    fn holds_prose(&self) -> bool {
        matches!(
            self.tag,
            Tag::Text
                | Tag::BiographicalNote
                | Tag::ContributorStatement
                | Tag::AudienceDescription
                | Tag::EditionStatement
                | Tag::FeatureNote
                | Tag::WebsiteDescription
        )
    }
}

/// Values longer than this are prose, in which invisible characters may have a meaning.
const VALUE_LIMIT: usize = 60;

/// A code, number or identifier without the zero-width characters, byte order marks and soft hyphens
/// that word processors leave beside it; nothing where there are none, or where it is prose.
fn without_invisible(text: &str) -> Option<String> {
    let is_invisible = |character| {
        matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    if text.is_ascii() || text.len() > VALUE_LIMIT || !text.contains(is_invisible) {
        return None;
    }
    let clean = text.replace(is_invisible, "");
    let is_value = clean.is_ascii() && !clean.trim().contains(char::is_whitespace);
    is_value.then_some(clean)
}

/// Characters that XML 1.0 allows.
pub(crate) fn is_xml(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn attributes(start: &BytesStart<'_>) -> Attributes {
    let mut known = Attributes::default();
    // Faults in attributes that we do not need are none of ours.
    for attribute in start.html_attributes().with_checks(false).flatten() {
        let value = attribute.value.as_ref();
        match attribute.key.local_name().into_inner() {
            "language" => known.language = Some(LanguageCode::new(value)),
            "textformat" => known.text_format = Some(TextFormat::new(value)),
            "dateformat" => known.date_format = Some(DateFormat::new(value)),
            _ => {}
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str, tag: Tag) -> String {
        let tree = Tree::parse(raw).unwrap();
        tree.root().unwrap().value(tag).unwrap().to_owned()
    }

    #[test]
    fn text_comes_in_pieces() {
        let raw = "<Product><RecordReference> a&amp;b<!-- x --><![CDATA[<c>]]>&#233;&eacute;\
                   </RecordReference></Product>";
        assert_eq!(value(raw, Tag::RecordReference), "a&b<c>\u{e9}\u{e9}");
        assert_eq!(
            Tree::parse(raw).unwrap().html_entity.as_deref(),
            Some("eacute")
        );
    }

    #[test]
    fn unknown_elements_leave_no_trace() {
        let raw = "<product><x><a001>no</a001></x><a001>yes</a001></product>";
        assert_eq!(value(raw, Tag::RecordReference), "yes");
    }

    #[test]
    fn foreign_markup_is_kept_as_it_stands() {
        let raw =
            "<Product><Text textformat='05' language='eng'>\n<p>a &lt; b<br/></p></Text></Product>";
        let tree = Tree::parse(raw).unwrap();
        let text = tree.root().unwrap().child(Tag::Text).unwrap();
        assert_eq!(text.markup(), Some("\n<p>a &lt; b<br/></p>"));
        assert_eq!(text.attributes().text_format, Some(TextFormat::XHTML));
        assert_eq!(text.attributes().language, Some(LanguageCode::ENGLISH));
    }

    #[test]
    fn a_fault_knows_its_line() {
        let faults = [
            ("<Product>\n\n<Text>&#16;</Text></Product>", "FL-0223"),
            ("<Product>\n\n<Text>&boss;</Text></Product>", "FL-0224"),
            ("<Product>\n\n<Text></Txt></Product>", "FL-0221"),
            ("<Product>\n\n<Text>", "FL-0221"),
        ];
        for (raw, code) in faults {
            let located = Tree::parse(raw).unwrap_err();
            assert_eq!((located.fault.code(), located.lines_in), (code, 2), "{raw}");
        }
    }

    #[test]
    fn invisible_characters_are_taken_from_codes_and_left_in_prose() {
        let raw = "<Product><a002>03\u{200b}</a002><d104>\u{645}\u{200c}\u{6cc}</d104></Product>";
        let tree = Tree::parse(raw).unwrap();
        let product = tree.root().unwrap();
        assert_eq!(product.value(Tag::NotificationType), Some("03"));
        assert_eq!(product.value(Tag::Text), Some("\u{645}\u{200c}\u{6cc}"));
        assert_eq!(tree.invisible_in, Some(Tag::NotificationType));
    }

    #[test]
    fn depth_is_bounded() {
        let raw = "<Product>".repeat(100);
        assert!(Tree::parse(&raw).is_err());
    }
}

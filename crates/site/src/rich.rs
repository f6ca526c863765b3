//! A sanitised text as a tree, from which both its HTML and a rich text editor's document are
//! written.
//!
//! The tree is flatter than HTML: blocks hold blocks or a line of text, never both, and emphasis is
//! a property of a run of text. So the two forms of a text can say nothing different, and neither
//! holds anything that [`crate::rich`] has no name for.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Blocks of one line of text.
const LINES: [&str; 4] = ["p", "h2", "h3", "h4"];

/// Lists, which hold items only.
const LISTS: [&str; 2] = ["ul", "ol"];

/// Emphasis in the order in which tags are nested: the tag, and which mark it sets.
const MARKS: [(&str, Marks); 4] = [
    ("strong", Marks::BOLD),
    ("em", Marks::ITALIC),
    ("sup", Marks::SUPERSCRIPT),
    ("sub", Marks::SUBSCRIPT),
];

/// Elements within elements beyond which nesting is ignored: no text needs more, and a hostile one
/// would exhaust the stack of whoever walks it.
const DEEPEST: usize = 16;

/// The emphasis of a run of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// Strong importance.
    pub const BOLD: Self = Self(1);
    /// Emphasis, titles, foreign words.
    pub const ITALIC: Self = Self(2);
    /// Raised.
    pub const SUPERSCRIPT: Self = Self(4);
    /// Lowered.
    pub const SUBSCRIPT: Self = Self(8);

    /// Whether all of some marks are set.
    #[must_use]
    pub fn contains(self, marks: Self) -> bool {
        self.0 & marks.0 == marks.0
    }

    /// These and those.
    #[must_use]
    pub fn with(self, marks: Self) -> Self {
        Self(self.0 | marks.0)
    }
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `p`, `h2`, `h3`, `h4`, `ul`, `ol`, `li` or `blockquote`.
    Block {
        /// Name of the HTML element.
        tag: &'static str,
        /// Blocks, or a line of text.
        children: Vec<Self>,
    },
    /// A link around a line of text.
    Link {
        /// The web address.
        address: String,
        /// What is linked.
        children: Vec<Self>,
    },
    /// A run of text.
    Text {
        /// The text, without markup.
        text: String,
        /// Its emphasis.
        marks: Marks,
    },
    /// An end of line within a block.
    Break,
}

impl Node {
    fn is_block(&self) -> bool {
        matches!(self, Self::Block { .. })
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Block { children, .. } | Self::Link { children, .. } => {
                children.iter().all(Self::is_blank)
            }
            Self::Text { text, .. } => text.trim().is_empty(),
            Self::Break => true,
        }
    }
}

/// A text: blocks in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rich {
    blocks: Vec<Node>,
}

impl Rich {
    /// The blocks in order.
    #[must_use]
    pub fn blocks(&self) -> &[Node] {
        &self.blocks
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Reads HTML as the sanitiser writes it: every tag closed, quotes double, nothing that is not
    /// on its list.
    pub(crate) fn of_clean_html(html: &str) -> Self {
        let mut children = Vec::new();
        flow(&elements(html), Marks::default(), &mut children);
        Self {
            blocks: container(children, true),
        }
    }

    /// Plain text: blank lines part paragraphs, single ends of line stay.
    pub(crate) fn of_plain(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let paragraphs = text.split("\n\n").filter_map(|paragraph| {
            let mut line = Vec::new();
            for text in paragraph.trim().lines() {
                if !line.is_empty() {
                    line.push(Node::Break);
                }
                line.push(Node::Text {
                    text: spaced(text).trim().to_owned(),
                    marks: Marks::default(),
                });
            }
            block("p", line)
        });
        Self {
            blocks: paragraphs.collect(),
        }
    }

    /// The words on one line, without markup.
    pub(crate) fn words(&self) -> String {
        let mut words = String::new();
        for block in &self.blocks {
            write_words(&mut words, block);
        }
        spaced(&words).trim().to_owned()
    }

    /// The text as HTML.
    #[must_use]
    pub fn html(&self) -> Arc<str> {
        let mut out = String::new();
        for block in &self.blocks {
            write_node(&mut out, block);
        }
        out.into()
    }
}

impl FromIterator<Node> for Rich {
    fn from_iter<T: IntoIterator<Item = Node>>(blocks: T) -> Self {
        Self {
            blocks: blocks.into_iter().collect(),
        }
    }
}

impl Serialize for Rich {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.html())
    }
}

/// HTML as it came out of the sanitiser, before it is put in order.
enum Element<'h> {
    Tag {
        name: &'h str,
        address: Option<String>,
        children: Vec<Self>,
    },
    Text(String),
}

fn elements(html: &str) -> Vec<Element<'_>> {
    // The innermost open element last; the first stands for the text itself.
    let mut open: Vec<(&str, Option<String>, Vec<Element<'_>>)> = vec![("", None, Vec::new())];
    let mut ignored = 0_usize;
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, from) = rest.split_at(at);
        if let (false, Some((.., children))) = (text.is_empty(), open.last_mut()) {
            children.push(Element::Text(unescaped(text)));
        }
        let Some((tag, after)) = from.strip_prefix('<').and_then(|tag| tag.split_once('>')) else {
            break;
        };
        rest = after;
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if name.starts_with('/') {
            if ignored > 0 {
                ignored -= 1;
            } else if open.len() > 1 {
                close(&mut open);
            }
        } else if name == "br" {
            if let Some((.., children)) = open.last_mut() {
                children.push(Element::Tag {
                    name,
                    address: None,
                    children: Vec::new(),
                });
            }
        } else if open.len() > DEEPEST {
            ignored += 1;
        } else {
            open.push((name, href(attributes), Vec::new()));
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop()
        .map(|(.., children)| children)
        .unwrap_or_default()
}

fn close<'h>(open: &mut Vec<(&'h str, Option<String>, Vec<Element<'h>>)>) {
    if let Some((name, address, children)) = open.pop()
        && let Some((.., siblings)) = open.last_mut()
    {
        siblings.push(Element::Tag {
            name,
            address,
            children,
        });
    }
}

fn href(attributes: &str) -> Option<String> {
    let (_, value) = attributes.split_once("href=\"")?;
    Some(unescaped(value.split_once('"')?.0))
}

/// Puts elements in order: emphasis goes to the runs of text, blocks come out of what surrounds
/// them.
fn flow(elements: &[Element<'_>], marks: Marks, out: &mut Vec<Node>) {
    for element in elements {
        match element {
            Element::Text(text) => {
                let text = spaced(text);
                if !text.is_empty() {
                    out.push(Node::Text { text, marks });
                }
            }
            Element::Tag { name: "br", .. } => out.push(Node::Break),
            Element::Tag {
                name,
                address,
                children,
            } => element_flow(name, address.as_deref(), children, marks, out),
        }
    }
}

fn element_flow(
    name: &str,
    address: Option<&str>,
    elements: &[Element<'_>],
    marks: Marks,
    out: &mut Vec<Node>,
) {
    if let Some((_, mark)) = MARKS.iter().find(|(tag, _)| *tag == name) {
        return flow(elements, marks.with(*mark), out);
    }
    let mut children = Vec::new();
    flow(elements, marks, &mut children);
    if let Some(tag) = LISTS.iter().find(|tag| **tag == name) {
        let items = children.into_iter().filter_map(|child| match child {
            Node::Block { tag: "li", .. } => Some(child),
            other => block("li", vec![other]),
        });
        out.extend(block(tag, items.collect()));
    } else if let Some(tag) = LINES.iter().find(|tag| **tag == name) {
        // A block within a line ends it.
        for run in runs(children) {
            match run {
                Run::Line(line) => out.extend(block(tag, line)),
                Run::Block(block) => out.push(block),
            }
        }
    } else if let Some(tag) = ["li", "blockquote"].into_iter().find(|tag| *tag == name) {
        out.extend(block(tag, container(children, false)));
    } else if let Some(address) = address {
        for run in runs(children) {
            match run {
                Run::Line(children) => out.push(Node::Link {
                    address: address.to_owned(),
                    children,
                }),
                Run::Block(block) => out.push(block),
            }
        }
    } else {
        out.extend(children);
    }
}

enum Run {
    Line(Vec<Node>),
    Block(Node),
}

/// Nodes in order, with those that make up a line gathered.
fn runs(nodes: Vec<Node>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for node in nodes {
        match (node.is_block(), runs.last_mut()) {
            (true, _) => runs.push(Run::Block(node)),
            (false, Some(Run::Line(line))) => line.push(node),
            (false, _) => runs.push(Run::Line(vec![node])),
        }
    }
    runs
}

/// What a container holds: blocks only, or one line. The text itself holds blocks only.
fn container(nodes: Vec<Node>, blocks_only: bool) -> Vec<Node> {
    if !blocks_only && !nodes.iter().any(Node::is_block) {
        return nodes;
    }
    let mut blocks: Vec<Node> = Vec::new();
    for run in runs(nodes) {
        match run {
            Run::Line(line) => blocks.extend(block("p", line)),
            Run::Block(item @ Node::Block { tag: "li", .. }) => match blocks.last_mut() {
                Some(Node::Block {
                    tag: "ul",
                    children,
                }) => children.push(item),
                _ => blocks.extend(block("ul", vec![item])),
            },
            Run::Block(block) => blocks.push(block),
        }
    }
    blocks
}

/// A block without space at its ends; nothing where there is nothing to read.
fn block(tag: &'static str, mut children: Vec<Node>) -> Option<Node> {
    if children.iter().all(Node::is_blank) {
        return None;
    }
    let blank_end =
        |node: Option<&Node>| node.is_some_and(|node| !node.is_block() && node.is_blank());
    while blank_end(children.last()) {
        children.pop();
    }
    let blank = children
        .iter()
        .take_while(|node| blank_end(Some(node)))
        .count();
    children.drain(..blank);
    if let Some(Node::Text { text, .. }) = children.first_mut()
        && text.starts_with(' ')
    {
        *text = text.trim_start_matches(' ').to_owned();
    }
    if let Some(Node::Text { text, .. }) = children.last_mut() {
        text.truncate(text.trim_end_matches(' ').len());
    }
    Some(Node::Block { tag, children })
}

/// Text with its white space as a browser shows it, and without control characters.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let plain = |byte: u8| matches!(byte, b'!'..=b'~');
    let mut rest = text;
    // Most of a text is runs of plain letters.
    while let Some(letter) = rest.chars().next() {
        let run = rest.bytes().take_while(|byte| plain(*byte)).count();
        if run > 0 {
            let (letters, after) = rest.split_at(run);
            out.push_str(letters);
            rest = after;
            continue;
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if letter.is_ascii_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !letter.is_control() {
            out.push(letter);
        }
    }
    out
}

/// Characters that HTML writes otherwise, in the order in which they are read back.
const ESCAPES: [(&str, &str); 5] = [
    ("&nbsp;", "\u{a0}"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&amp;", "&"),
];

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    ESCAPES
        .iter()
        .fold(text.to_owned(), |text, (escape, plain)| {
            text.replace(escape, plain)
        })
}

fn write_escaped(out: &mut String, text: &str) {
    let special = ['&', '<', '>', '"', '\u{a0}'];
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = from.chars();
        match letters.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            _ => out.push_str("&nbsp;"),
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

fn write_words(out: &mut String, node: &Node) {
    match node {
        Node::Text { text, .. } => out.push_str(text),
        Node::Break => out.push(' '),
        Node::Block { children, .. } => {
            out.push(' ');
            for child in children {
                write_words(out, child);
            }
        }
        Node::Link { children, .. } => {
            for child in children {
                write_words(out, child);
            }
        }
    }
}

fn write_node(out: &mut String, node: &Node) {
    match node {
        Node::Block { tag, children } => {
            _ = write!(out, "<{tag}>");
            write_line(out, children);
            _ = write!(out, "</{tag}>");
        }
        Node::Link { address, children } => {
            out.push_str("<a href=\"");
            write_escaped(out, address);
            out.push_str("\">");
            write_line(out, children);
            out.push_str("</a>");
        }
        Node::Text { text, .. } => write_text(out, text),
        Node::Break => out.push_str("<br>"),
    }
}

/// Quotation marks need no escape between tags.
fn write_text(out: &mut String, text: &str) {
    let mut escaped = String::with_capacity(text.len());
    write_escaped(&mut escaped, text);
    out.push_str(&escaped.replace("&quot;", "\""));
}

/// Nodes in order; emphasis that neighbours share is written once around both.
fn write_line(out: &mut String, nodes: &[Node]) {
    let mut open: Vec<(&str, Marks)> = Vec::new();
    for node in nodes {
        let marks = match node {
            Node::Text { marks, .. } => *marks,
            _ => Marks::default(),
        };
        let kept = open
            .iter()
            .take_while(|(_, mark)| marks.contains(*mark))
            .count();
        for (tag, _) in open.drain(kept..).rev() {
            _ = write!(out, "</{tag}>");
        }
        for (tag, mark) in MARKS {
            if marks.contains(mark) && !open.iter().any(|(known, _)| *known == tag) {
                _ = write!(out, "<{tag}>");
                open.push((tag, mark));
            }
        }
        write_node(out, node);
    }
    for (tag, _) in open.into_iter().rev() {
        _ = write!(out, "</{tag}>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(html: &str) -> String {
        Rich::of_clean_html(html).html().to_string()
    }

    #[test]
    fn html_in_order_comes_back_as_it_is() {
        for html in [
            "<p>A <em>b</em> c</p><h2>D</h2>",
            "<p><strong>A <em>b</em> c</strong><sup>2</sup></p>",
            "<ul><li>A</li><li><p>B</p><ol><li>C</li></ol></li></ul>",
            "<blockquote>A<br>b</blockquote>",
            "<p>A <a href=\"https://example.org/?a=1&amp;b=2\">b <em>c</em></a> &lt;d&gt; \"e\"&nbsp;f</p>",
        ] {
            assert_eq!(again(html), html);
        }
    }

    #[test]
    fn what_is_out_of_order_is_put_in_order() {
        for (html, expected) in [
            ("A &amp; b", "<p>A &amp; b</p>"),
            ("A<p>b</p>c", "<p>A</p><p>b</p><p>c</p>"),
            ("<em><p>a</p>b</em>", "<p><em>a</em></p><p><em>b</em></p>"),
            ("<li>A</li><li>B</li>", "<ul><li>A</li><li>B</li></ul>"),
            ("<ul> <li>A</li> b</ul>", "<ul><li>A</li><li>b</li></ul>"),
            ("<a>b</a>", "<p>b</p>"),
            ("<p> <br> A  \n b <br></p>", "<p>A b</p>"),
            (
                "<p>&nbsp;</p><ul><li></li></ul><blockquote> </blockquote>",
                "",
            ),
        ] {
            assert_eq!(again(html), expected, "{html}");
        }
    }

    #[test]
    fn nesting_without_end_is_cut_and_loses_no_words() {
        let deep = format!(
            "{}A{}",
            "<blockquote>".repeat(9_000),
            "</blockquote>".repeat(9_000)
        );
        let html = again(&deep);
        assert!(
            html.contains('A') && html.matches("<blockquote>").count() <= DEEPEST,
            "{html}"
        );
    }

    #[test]
    fn a_tree_read_from_its_own_html_is_the_same() {
        let rich = Rich::of_clean_html(
            "A<em>b<strong>c</strong></em><p>d<a href=\"https://e.example/\">f</a></p>",
        );
        assert_eq!(Rich::of_clean_html(&rich.html()), rich);
    }
}

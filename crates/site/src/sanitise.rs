//! From whatever markup a source sends to HTML that a website may print.
//!
//! Feeds send HTML without saying so, leave tags open, paste from word processors, and now and then
//! carry a script. Everything is parsed as a browser would and written anew with the tags of one
//! short list.

use std::sync::Arc;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use catalogue::text::{Markup, MarkupFormat};

/// Texts longer than this are refused, in bytes: no blurb is that long, but a file sent by mistake
/// is.
pub(crate) const LONGEST: usize = 200_000;

/// Tags that stay.
const TAGS: [&str; 14] = [
    "p",
    "br",
    "em",
    "strong",
    "b",
    "i",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "sup",
    "sub",
    "h2",
];

/// More tags that stay, for headings inside a text.
const HEADINGS: [&str; 2] = ["h3", "h4"];

/// Tags that mean one that stays: blocks, and headings that would outrank the page's own.
const MEANS: [(&str, &str); 6] = [
    ("div", "p"),
    ("section", "p"),
    ("article", "p"),
    ("h1", "h2"),
    ("h5", "h4"),
    ("h6", "h4"),
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(TAGS.into_iter().chain(HEADINGS).collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None);
    builder
});

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clean {
    /// HTML with something to read in it.
    Html(Arc<str>),
    /// Nothing to read.
    Empty,
    /// Longer than [`LONGEST`].
    TooLong,
}

impl Clean {
    /// The HTML, if there is any.
    pub(crate) fn html(&self) -> Option<&Arc<str>> {
        match self {
            Self::Html(html) => Some(html),
            Self::Empty | Self::TooLong => None,
        }
    }
}

/// HTML of the allowed tags only, whatever came.
pub(crate) fn sanitise(markup: &Markup) -> Clean {
    if markup.text.len() > LONGEST {
        return Clean::TooLong;
    }
    let html = match markup.format {
        MarkupFormat::Html => true,
        MarkupFormat::Plain => false,
        MarkupFormat::Unstated => looks_like_html(&markup.text),
    };
    let clean = if html {
        clean_html(&markup.text)
    } else {
        paragraphs(&markup.text)
    };
    if has_words(&clean) {
        Clean::Html(clean.into())
    } else {
        Clean::Empty
    }
}

/// A tag's or an entity's beginning, as nobody writes it in plain prose.
fn looks_like_html(text: &str) -> bool {
    let tag = text.match_indices('<').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        rest.starts_with(|first: char| first.is_ascii_alphabetic()) && rest.contains('>')
    });
    tag || text.match_indices('&').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.split_once(';').is_some_and(|(name, _)| {
            (2..=10).contains(&name.len())
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '#')
        })
    })
}

fn clean_html(text: &str) -> String {
    let clean = CLEANER.clean(&with_meant_tags(text)).to_string();
    without_empty_paragraphs(&clean).trim().to_owned()
}

/// Renames tags by [`MEANS`], so that what a block or heading parted stays parted.
fn with_meant_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let open = if from.starts_with("</") { "</" } else { "<" };
        out.push_str(open);
        rest = from.get(open.len()..).unwrap_or_default();
        let end = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let meant = MEANS.iter().find(|(tag, _)| name.eq_ignore_ascii_case(tag));
        out.push_str(meant.map_or(name, |(_, meant)| meant));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn without_empty_paragraphs(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<p>") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inner = from.get("<p>".len()..).unwrap_or_default();
        match inner.split_once("</p>") {
            Some((words, after)) if is_blank(words) => rest = after,
            _ => {
                out.push_str("<p>");
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_blank(html: &str) -> bool {
    html.replace("&nbsp;", " ")
        .replace("<br>", " ")
        .trim()
        .is_empty()
}

/// Plain text: blank lines part paragraphs, single ends of line stay.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| {
            let lines: Vec<String> = paragraph.lines().map(|line| escaped(line.trim())).collect();
            format!("<p>{}</p>", lines.join("<br>"))
        })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Whether anything remains to read once tags are gone.
fn has_words(html: &str) -> bool {
    let mut inside = false;
    let words: String = html
        .chars()
        .filter(|letter| {
            match letter {
                '<' => inside = true,
                '>' if inside => {
                    inside = false;
                    return false;
                }
                _ => {}
            }
            !inside
        })
        .collect();
    !is_blank(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let clean = sanitise(&Markup::html(text));
        clean.html().map(ToString::to_string).unwrap_or_default()
    }

    fn unstated(text: &str) -> String {
        let markup = Markup {
            text: text.to_owned(),
            format: MarkupFormat::Unstated,
        };
        sanitise(&markup)
            .html()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    #[test]
    fn only_the_listed_tags_and_links_stay() {
        assert_eq!(
            html(
                r#"<p class="x" onclick="y">A <em>b</em> <a href="https://example.org/" target="_blank">c</a></p>"#
            ),
            r#"<p>A <em>b</em> <a href="https://example.org/">c</a></p>"#
        );
        assert_eq!(
            html(r#"<p>A<a href="javascript:alert(1)">b</a></p>"#),
            "<p>A<a>b</a></p>"
        );
        assert_eq!(
            html("<p>A</p><script>alert(1)</script><style>p{}</style>"),
            "<p>A</p>"
        );
        assert_eq!(
            html(r#"<p>A<img src="x" onerror="y"><!-- c --></p>"#),
            "<p>A</p>"
        );
    }

    #[test]
    fn open_tags_are_closed_and_blocks_stay_apart() {
        assert_eq!(html("<p>A <b>b<p>C"), "<p>A <b>b</b></p><p><b>C</b></p>");
        assert_eq!(html("<div>A</div><DIV>B</DIV>"), "<p>A</p><p>B</p>");
        assert_eq!(html("<h1>A</h1><h6>B</h6>"), "<h2>A</h2><h4>B</h4>");
    }

    #[test]
    fn hard_spaces_survive_and_hollow_paragraphs_go() {
        assert_eq!(
            html("<p>A&nbsp;b</p><p>&nbsp;</p><p></p>"),
            "<p>A&nbsp;b</p>"
        );
        assert_eq!(sanitise(&Markup::html("<p>&nbsp;<br></p>")), Clean::Empty);
    }

    #[test]
    fn plain_text_is_escaped_into_paragraphs() {
        let clean = sanitise(&Markup::plain("A < b\nc\r\n\r\nD & e"));
        assert_eq!(
            clean.html().map(AsRef::as_ref),
            Some("<p>A &lt; b<br>c</p><p>D &amp; e</p>")
        );
    }

    #[test]
    fn text_that_states_nothing_is_read_by_its_looks() {
        assert_eq!(unstated("<i>A</i>"), "<i>A</i>");
        assert_eq!(unstated("A &amp; b"), "A &amp; b");
        assert_eq!(
            unstated("A & b; 3 < 4 > 2"),
            "<p>A &amp; b; 3 &lt; 4 &gt; 2</p>"
        );
    }

    #[test]
    fn a_text_past_all_measure_is_refused() {
        assert_eq!(
            sanitise(&Markup::plain("a".repeat(LONGEST + 1))),
            Clean::TooLong
        );
    }
}

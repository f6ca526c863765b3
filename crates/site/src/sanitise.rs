//! From whatever markup a source sends to a text that a website may print.
//!
//! Feeds send HTML without saying so, leave tags open, paste from word processors, and now and then
//! carry a script. Everything is parsed as a browser would, cut down to the tags of one short list,
//! and put into a tree ([`Rich`]) from which HTML and the rich text editor's document are written.
//! CONTENT-MODEL.md names the list.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use ammonia::Builder;
use catalogue::text::{Markup, MarkupFormat};

use crate::rich::Rich;

/// Texts longer than this are refused, in bytes: no blurb is that long, but a file sent by mistake
/// is.
pub(crate) const LONGEST: usize = 200_000;

/// Tags that stay.
const TAGS: [&str; 14] = [
    "p",
    "br",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "sup",
    "sub",
    "h2",
    "h3",
    "h4",
];

/// Tags that mean one that stays: blocks, headings that would outrank the page's own, and looks
/// that mean emphasis.
const MEANS: [(&str, &str); 10] = [
    ("b", "strong"),
    ("i", "em"),
    ("cite", "em"),
    ("div", "p"),
    ("section", "p"),
    ("article", "p"),
    ("dd", "p"),
    ("h1", "h2"),
    ("h5", "h4"),
    ("h6", "h4"),
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(TAGS.into_iter().collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None);
    builder
});

/// A text with something to read in it, in both its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) html: Arc<str>,
    pub(crate) rich: Arc<Rich>,
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clean {
    /// Something to read.
    Passage(Passage),
    /// Nothing to read.
    Empty,
    /// Longer than [`LONGEST`].
    TooLong,
}

impl Clean {
    /// The text, if there is any.
    pub(crate) fn passage(&self) -> Option<&Passage> {
        match self {
            Self::Passage(passage) => Some(passage),
            Self::Empty | Self::TooLong => None,
        }
    }
}

/// The text in the allowed tags only, whatever came.
pub(crate) fn sanitise(markup: &Markup) -> Clean {
    if markup.text.len() > LONGEST {
        return Clean::TooLong;
    }
    let html = match markup.format {
        MarkupFormat::Html => true,
        MarkupFormat::Plain => false,
        MarkupFormat::Unstated => looks_like_html(&markup.text),
    };
    let rich = if html {
        let clean = CLEANER.clean(&with_meant_tags(&markup.text)).to_string();
        Rich::of_clean_html(&clean)
    } else {
        Rich::of_plain(&markup.text)
    };
    if rich.is_empty() {
        return Clean::Empty;
    }
    Clean::Passage(Passage {
        html: rich.html(),
        rich: Arc::new(rich),
    })
}

/// Whether a text was read in another encoding than it was written in: a replacement character, a
/// control character of Latin-1, or UTF-8 taken for Latin-1 or Windows-1252 (`Ã©` for `é`, `â€™` for
/// an apostrophe).
pub(crate) fn is_misencoded(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut before = ' ';
    text.chars().any(|letter| {
        let pair = match before {
            'Ã' | 'Â' => ('\u{80}'..='\u{bf}').contains(&letter),
            'â' => letter == '€',
            _ => false,
        };
        before = letter;
        pair || letter == '\u{fffd}' || ('\u{80}'..='\u{9f}').contains(&letter)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        written(&Markup::html(text))
    }

    fn unstated(text: &str) -> String {
        written(&Markup {
            text: text.to_owned(),
            format: MarkupFormat::Unstated,
        })
    }

    fn written(markup: &Markup) -> String {
        let clean = sanitise(markup);
        clean
            .passage()
            .map(|passage| passage.html.to_string())
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
            "<p>Ab</p>"
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
    fn no_trick_brings_a_script_or_a_handler_through() {
        for text in [
            "<<script>script>alert(1)<</script>/script>",
            "<p><svg/onload=alert(1)>A",
            "<a href=\"&#106;avascript:alert(1)\">A</a>",
            "<a href=\" https://e.example/\" onmouseover=\"x\">A</a>",
            "<a href='https://e.example/\"onclick=\"x'>A</a>",
            "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">A</mi></math>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>A",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">A",
            "<template><script>alert(1)</script></template>A",
        ] {
            let clean = html(text);
            for word in [
                "<script",
                "<svg",
                "<img",
                "javascript:",
                " on",
                "srcdoc",
                "data:",
            ] {
                assert!(!clean.contains(word), "{text} became {clean}");
            }
        }
    }

    #[test]
    fn open_tags_are_closed_and_blocks_stay_apart() {
        assert_eq!(
            html("<p>A <b>b<p>C"),
            "<p>A <strong>b</strong></p><p><strong>C</strong></p>"
        );
        assert_eq!(html("<div>A</div><DIV>B</DIV>"), "<p>A</p><p>B</p>");
        assert_eq!(html("<h1>A</h1><h6>B</h6>"), "<h2>A</h2><h4>B</h4>");
        assert_eq!(html("<ul><li>A<li>B"), "<ul><li>A</li><li>B</li></ul>");
        assert_eq!(html("A<br>b"), "<p>A<br>b</p>");
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
        assert_eq!(
            written(&Markup::plain("A < b\nc\r\n\r\nD & e")),
            "<p>A &lt; b<br>c</p><p>D &amp; e</p>"
        );
    }

    #[test]
    fn text_that_states_nothing_is_read_by_its_looks() {
        assert_eq!(unstated("<i>A</i>"), "<p><em>A</em></p>");
        assert_eq!(unstated("A &amp; b"), "<p>A &amp; b</p>");
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
        assert_eq!(
            sanitise(&Markup::html("<p>".repeat(700_000))),
            Clean::TooLong,
            "two megabytes"
        );
    }

    #[test]
    fn nesting_without_end_is_harmless() {
        let deep = "<blockquote>".repeat(LONGEST / 13) + "A";
        assert!(html(&deep).contains('A'));
    }

    #[test]
    fn a_wrong_encoding_shows() {
        for text in ["cafÃ©", "itâ€™s", "Â£10", "caf\u{fffd}", "it\u{92}s"] {
            assert!(is_misencoded(text), "{text}");
        }
        for text in [
            "café",
            "it’s",
            "£10",
            "SÃO PAULO",
            "Ânia",
            "pâte",
            "€5",
            "日本",
        ] {
            assert!(!is_misencoded(text), "{text}");
        }
        assert_eq!(html("it\u{92}s"), "<p>its</p>");
    }
}

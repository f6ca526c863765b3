//! Texts that may be marked up.
//!
//! ONIX has an attribute for it, `textformat`, and feeds use it loosely: escaped HTML without a
//! format, HTML under "default text", XHTML that was escaped twice. What evidently is markup is
//! believed over the attribute; what says nothing is passed on as `Unstated` for the projection to
//! judge. Sanitising is not done here.

use std::borrow::Cow;

use catalogue::codes::{LanguageCode, TextFormat};
use catalogue::finding::{FindingCode, Severity};
use catalogue::text::{Markup, MarkupFormat};
use memchr::memmem;
use quick_xml::escape::partial_escape;

use crate::reading::Reading;
use crate::tree::Element;

/// Text said to be plain that holds tags, or the like.
pub const TEXT_FORMAT_MISMATCH: FindingCode = FindingCode::new("text-format-mismatch");

impl Reading<'_> {
    /// The text of an element with its format; nothing where it is blank.
    pub(crate) fn markup(&mut self, element: Element<'_>) -> Option<Markup> {
        if let Some(inner) = element.markup() {
            let text = without_cdata(inner.trim());
            return (!text.is_empty()).then(|| Markup::html(text));
        }
        let text = element.text();
        if text.is_empty() {
            return None;
        }
        let format = element.attributes().text_format;
        Some(match format {
            Some(TextFormat::HTML) => Markup::html(text),
            Some(TextFormat::XHTML | TextFormat::XML) => self.xhtml_as_text(element, text),
            Some(TextFormat::DEFAULT | TextFormat::ASCII) if holds_tags(text) => {
                self.note(
                    TEXT_FORMAT_MISMATCH,
                    Severity::Info,
                    element.tag(),
                    "said to be plain text, and holds tags; they are read as markup",
                );
                Markup {
                    text: text.to_owned(),
                    format: MarkupFormat::Unstated,
                }
            }
            Some(TextFormat::DEFAULT | TextFormat::ASCII) => Markup::plain(text),
            _ => Markup {
                text: text.to_owned(),
                format: MarkupFormat::Unstated,
            },
        })
    }

    /// The language that an element names for itself.
    pub(crate) fn language(&mut self, element: Element<'_>) -> Option<LanguageCode> {
        let language = element.attributes().language?;
        self.note_unknown(language, element.tag());
        Some(language).filter(|language| !language.code().is_empty())
    }

    /// XHTML belongs into the element as elements. Where it comes as text, it was escaped, once or
    /// twice, or there is no markup in it.
    fn xhtml_as_text(&mut self, element: Element<'_>, text: &str) -> Markup {
        if holds_tags(text) {
            return Markup::html(text);
        }
        if text.contains("&lt;") && text.contains("&gt;") {
            self.note(
                TEXT_FORMAT_MISMATCH,
                Severity::Info,
                element.tag(),
                "the markup is escaped twice; it is read as if once",
            );
            let once = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            return Markup::html(once);
        }
        Markup::html(partial_escape(text))
    }
}

/// The text of an element without any markup, for fields that hold none.
pub(crate) fn without_tags(element: Element<'_>) -> Cow<'_, str> {
    let Some(inner) = element.markup() else {
        return Cow::Borrowed(element.text());
    };
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = quick_xml::escape::unescape(&text)
        .map(Cow::into_owned)
        .unwrap_or(text);
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether there is something that looks like a tag: `<` and a letter or a slash.
fn holds_tags(text: &str) -> bool {
    text.as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || *next == b'/'))
        && text.contains('>')
}

/// HTML has no CDATA sections: what they hold is escaped instead.
fn without_cdata(markup: &str) -> String {
    const BEGIN: &str = "<![CDATA[";
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(at) = memmem::find(rest.as_bytes(), BEGIN.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let inner = rest.get(at + BEGIN.len()..).unwrap_or_default();
        let (section, after) = inner.split_once("]]>").unwrap_or((inner, ""));
        out.push_str(&partial_escape(section));
        rest = after;
    }
    out.push_str(rest);
    out
}

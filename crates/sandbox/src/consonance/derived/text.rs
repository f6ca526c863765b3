//! Fields of a marketing text: its HTML, and the other forms the service makes of it.

use serde_json::{Value, json};

use super::super::field::Arguments;
use super::super::node::{Answer, Node};
use crate::world::{Document, text};

/// Entities that turn up in book blurbs.
const ENTITIES: [(&str, &str); 9] = [
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&rsquo;", "’"),
    ("&lsquo;", "‘"),
    ("&mdash;", "—"),
    ("&hellip;", "…"),
    ("&amp;", "&"),
];
/// Tags that end a line of text.
const BREAKS: [&str; 8] = ["p", "br", "div", "li", "h1", "h2", "h3", "blockquote"];

pub(super) fn answer(
    node: &Node,
    row: &Document,
    field: &str,
    arguments: &Arguments<'_>,
) -> Option<Answer> {
    match field {
        "externalText" | "internalText" | "alternateExternalText" => {
            let html = html(row, field);
            let plain = arguments.flag("stripHtml");
            Some(if plain { strip_html(&html) } else { html }.into())
        }
        "externalTextMarkdown" | "internalTextMarkdown" | "alternateExternalTextMarkdown" => {
            let own = text(row, field).map(str::to_owned);
            let html = html(row, field.trim_end_matches("Markdown"));
            Some(own.unwrap_or_else(|| strip_html(&html)).into())
        }
        "externalTextNumberOfCharacters" => Some(length(&strip_html(&html(row, "externalText")))),
        "internalTextNumberOfCharacters" => Some(length(&strip_html(&html(row, "internalText")))),
        "htmlCharsCount" => Some(html(row, "externalText").chars().count().to_string().into()),
        "approvalStatus" => {
            let status = json!({ "id": 1, "name": text(row, "approvalStatusName")? });
            Some(Answer::Node(
                status.as_object().map(|status| node.row(status.clone())),
            ))
        }
        "onixContentAudienceCodes" if !row.contains_key(field) => Some(json!(["_00"]).into()),
        _ => None,
    }
}

fn html(row: &Document, field: &str) -> String {
    text(row, field).unwrap_or_default().to_owned()
}

fn length(text: &str) -> Answer {
    Value::from(text.chars().count()).into()
}

/// The plain text of some HTML: tags gone, a new line where a block ends, entities decoded. What
/// is not closed is taken as it comes.
pub(crate) fn strip_html(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or_default();
        if BREAKS.contains(&name.to_ascii_lowercase().as_str()) && !plain.ends_with('\n') {
            plain.push('\n');
        }
        rest = after;
    }
    plain.push_str(rest);
    for (entity, sign) in ENTITIES {
        plain = plain.replace(entity, sign);
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_the_text_a_reader_sees() {
        for (html, wanted) in [
            (
                "<p>One</p><p>Two &amp; <em>three</em></p>",
                "One\nTwo & three",
            ),
            ("No tags&nbsp;", "No tags"),
            ("An <unclosed", "An"),
            ("", ""),
        ] {
            assert_eq!(strip_html(html), wanted, "of {html:?}");
        }
    }
}

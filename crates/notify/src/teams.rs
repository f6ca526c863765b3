//! Teams: a workflow that posts the adaptive card it is sent, of at most 28 KB.

use serde_json::{Value, json};

use crate::message::Message;

/// The most bytes of text in a card, with room for what is around it.
const LONGEST: usize = 20_000;

pub(crate) fn body(message: &Message) -> Value {
    let mut blocks = vec![heading(&message.subject, "Medium")];
    let mut length = message.subject.len();
    let mut left_out = message.more;
    for section in &message.sections {
        blocks.push(heading(&section.heading, "Default"));
        for line in &section.lines {
            let text = line.plain();
            // Around each block stand some eighty bytes of its own.
            if length + text.len() + 80 > LONGEST {
                left_out += 1;
                continue;
            }
            length += text.len() + 80;
            blocks.push(block(&text));
        }
    }
    let rest = Message {
        more: left_out,
        ..message.clone()
    };
    blocks.extend(rest.rest().map(|rest| block(&rest)));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": blocks,
            },
        }],
    })
}

fn heading(text: &str, size: &str) -> Value {
    json!({ "type": "TextBlock", "text": escaped(text), "weight": "Bolder", "size": size, "wrap": true })
}

fn block(text: &str) -> Value {
    json!({ "type": "TextBlock", "text": escaped(text), "wrap": true })
}

/// A card's text is a little Markdown: signs that would make links or emphasis are escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '[' | ']' | '*' | '\\' | '`') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

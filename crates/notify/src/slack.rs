//! Slack: an incoming webhook. A message holds 50 blocks of at most 3,000 characters, and not much more than 13,000 in all.

use serde_json::{Value, json};

use crate::message::{Line, Message};

/// The most blocks, less those of heading and rest.
const BLOCKS: usize = 45;

/// The most characters in one block.
const LONGEST: usize = 2_900;

/// The most in all.
const IN_ALL: usize = 11_000;

pub(crate) fn body(message: &Message) -> Value {
    let mut blocks = vec![section(&format!("*{}*", escaped(&message.subject)))];
    let mut length = message.subject.len();
    let mut left_out = message.more;
    for part in &message.sections {
        let mut text = format!("*{}*", escaped(&part.heading));
        for line in &part.lines {
            let line = told(line);
            // Every block ends before its limit: one line is shorter than a block.
            let line: String = line.chars().take(LONGEST / 2).collect();
            if length + text.chars().count() + line.chars().count() > IN_ALL
                || blocks.len() >= BLOCKS
            {
                left_out += 1;
                continue;
            }
            if text.chars().count() + line.chars().count() + 1 > LONGEST {
                length += text.chars().count();
                blocks.push(section(&text));
                text = String::new();
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
        length += text.chars().count();
        blocks.push(section(&text));
    }
    let rest = Message {
        more: left_out,
        ..message.clone()
    };
    let rest: Vec<String> = rest.rest().map(|rest| escaped(&rest)).collect();
    if !rest.is_empty() {
        blocks.push(section(&rest.join("\n")));
    }
    json!({ "text": message.subject, "blocks": blocks })
}

fn section(text: &str) -> Value {
    let text: String = text.chars().take(3_000).collect();
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

fn told(line: &Line) -> String {
    let about = match (&line.link, line.about.as_str()) {
        (_, "") => String::new(),
        // A bar would end the address, and an angle the link.
        (Some(link), about) => format!("<{link}|{}>: ", escaped(about).replace('|', "/")),
        (None, about) => format!("{}: ", escaped(about)),
    };
    let due = line
        .due
        .as_ref()
        .map_or_else(String::new, |due| format!(" ({due})"));
    let (says, mend) = (escaped(&line.says), escaped(&line.mend));
    format!("• {}: {about}{says}{due}. {mend}", line.kind.as_str())
}

/// Slack asks for these three alone.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

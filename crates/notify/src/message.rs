//! A message as its channel may read it, before it is put into the channel's own form.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{About, Kind, Open};
use crate::channel::{Audience, Channel};

/// How many lines a message has; the rest is counted.
const LINES: usize = 100;

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Something that cannot wait.
    AtOnce,
    /// The day's digest.
    Digest,
    /// Somebody wants to see whether messages arrive.
    Test,
}

/// One thing in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What kind of thing.
    pub kind: Kind,
    /// The title, the site and the day, as far as the channel may know.
    pub about: String,
    /// What is wrong.
    pub says: String,
    /// What to do.
    pub mend: String,
    /// By when, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Where to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Lines under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The role whose tasks they are.
    pub heading: String,
    /// The gravest first.
    pub lines: Vec<Line>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, the same however often it is sent.
    pub id: String,
    /// The channel's name.
    pub channel: String,
    /// Why it is sent.
    pub occasion: Occasion,
    /// When it was made.
    pub at: Timestamp,
    /// One line that counts what is inside.
    pub subject: String,
    /// What is inside.
    pub sections: Vec<Section>,
    /// How many more things there are than lines.
    #[serde(default)]
    pub more: usize,
    /// What was mended since the last digest, and what is snoozed, in a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The console, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console: Option<String>,
}

/// Makes the message of some open things for a channel. Order: as [`crate::decide`] gives them.
#[must_use]
pub fn compose(
    id: String,
    channel: &Channel,
    occasion: Occasion,
    open: &[&Open],
    console: Option<&str>,
    at: Timestamp,
) -> Message {
    let shown = open.iter().take(LINES);
    let mut sections: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    for one in shown {
        let owner = one.owner.as_deref().unwrap_or("everybody");
        let line = line(one, channel.audience, console);
        let lines = sections.entry(owner).or_default();
        // What a channel may not locate is counted once.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Message {
        id,
        channel: channel.name.clone(),
        occasion,
        at,
        subject: subject(open),
        sections: sections
            .into_iter()
            .map(|(heading, lines)| Section {
                heading: heading.to_owned(),
                lines,
            })
            .collect(),
        more: open.len().saturating_sub(LINES),
        notes: Vec::new(),
        console: console.map(str::to_owned),
    }
}

/// `3 blockers, 1 task; 2 titles within 7 days of publication`.
fn subject(open: &[&Open]) -> String {
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    for one in open {
        *kinds.entry(one.kind).or_default() += 1;
    }
    let counted: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| match (kind, count) {
            (Kind::Takedown, 1) => "1 takedown unconfirmed".to_owned(),
            (Kind::Takedown, count) => format!("{count} takedowns unconfirmed"),
            (Kind::Embargo, 1) => "1 embargo finding".to_owned(),
            (Kind::Embargo, count) => format!("{count} embargo findings"),
            (kind, 1) => format!("1 {}", kind.as_str()),
            (kind, count) => format!("{count} {}s", kind.as_str()),
        })
        .collect();
    let mut near: Vec<&str> = open
        .iter()
        .filter(|one| one.is_near())
        .filter_map(|one| Some(one.about.as_ref()?.work.as_str()))
        .collect();
    near.sort_unstable();
    near.dedup();
    let counted = counted.join(", ");
    match near.len() {
        0 => counted,
        1 => format!("{counted}; 1 title in T-7"),
        count => format!("{counted}; {count} titles in T-7"),
    }
}

fn line(open: &Open, audience: Audience, console: Option<&str>) -> Line {
    // Where an unannounced title is given away is as telling as its name: whoever follows the pointer reads it.
    if open.kind == Kind::Embargo && audience == Audience::Staff {
        return Line {
            kind: open.kind,
            about: "an unannounced title".to_owned(),
            says: "something that editors wrote gives it away".to_owned(),
            mend: "see where with `frontlist guard`, and take it out".to_owned(),
            due: None,
            link: None,
        };
    }
    Line {
        kind: open.kind,
        about: open
            .about
            .as_ref()
            .map_or_else(String::new, |about| told(about, audience)),
        says: open.says.clone(),
        mend: open.mend.clone(),
        due: open.due.map(|day| match open.is_overdue {
            true => format!("was due {day}"),
            false => format!("due {day}"),
        }),
        link: open
            .about
            .as_ref()
            .zip(console)
            .map(|(about, console)| address(console, about)),
    }
}

fn told(about: &About, audience: Audience) -> String {
    let name = if about.is_secret && audience == Audience::Staff {
        about.work.clone()
    } else {
        format!("{} ({})", about.title, about.work)
    };
    let day = about.publication.map_or_else(String::new, |day| {
        let left = match about.days_left {
            Some(0) => ", today".to_owned(),
            Some(left) if left > 0 => format!(", T-{left}"),
            Some(past) => format!(", T+{}", past.unsigned_abs()),
            None => String::new(),
        };
        format!(", published {day}{left}")
    });
    format!("{name} on {}{day}", about.site)
}

/// The checklist of a title in the console.
fn address(console: &str, about: &About) -> String {
    let (work, site) = (encoded(&about.work), encoded(&about.site));
    format!(
        "{}/launch/{work}?site={site}",
        console.trim_end_matches('/')
    )
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        // A plus is a space in queries alone.
        .replace('+', "%20")
}

impl Message {
    /// The whole as plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text = format!("{}\n", self.subject);
        for section in &self.sections {
            text.push_str(&format!("\n{}\n", section.heading));
            for line in &section.lines {
                text.push_str(&format!("- {}\n", line.plain()));
            }
        }
        text.extend(self.rest().map(|rest| format!("\n{rest}\n")));
        text
    }

    /// What stands after the lines.
    pub(crate) fn rest(&self) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("and {} more", self.more));
        let console = self
            .console
            .as_ref()
            .map(|url| format!("All of it: {url}/launch"));
        more.into_iter()
            .chain(self.notes.iter().cloned())
            .chain(console)
    }
}

impl Line {
    /// On one line.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text = format!("{}: ", self.kind.as_str());
        if !self.about.is_empty() {
            text.push_str(&format!("{}: ", self.about));
        }
        text.push_str(&self.says);
        if let Some(due) = &self.due {
            text.push_str(&format!(" ({due})"));
        }
        if !self.mend.is_empty() {
            text.push_str(&format!(". What to do: {}", self.mend));
        }
        if let Some(link) = &self.link {
            text.push_str(&format!(" {link}"));
        }
        text
    }
}

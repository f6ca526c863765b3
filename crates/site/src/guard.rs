//! Titles that nobody may be told of yet, looked for in what editors write.
//!
//! Frontlist keeps its own entries silent, but an editor who knows of a book can still name it: in a sentence, an address,
//! the name of a file. So the names, numbers and files of titles that no site may announce are looked for in texts. What is
//! found is told by the work's key and the place, never by the name: a finding may be read by more people than the title.
//!
//! A name is looked for if it is long enough to be no common word: two words, an article at its beginning not counted, or
//! one of eight letters. A name that some site shows is no secret, whoever else bears it, nor is a title that once was public.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::isbn::Isbn13;
use catalogue::key::WorkKey;
use catalogue::work::Work;
use deunicode::deunicode;

use crate::desired::{Desired, EntryKey, Memory};
use crate::repetition::isbns;
use crate::ruling::Bar;

/// Rules by which a title is not to be spoken of, as against one that may merely not be sold somewhere.
const SILENCING: [Bar; 12] = [
    Bar::NoProducts,
    Bar::NoIsbn,
    Bar::NoTitle,
    Bar::ApprovalUnreadable,
    Bar::ApprovalWithheld,
    Bar::StageNotCleared,
    Bar::StageUnmapped,
    Bar::StageHidden,
    Bar::ContractUnreadable,
    Bar::ContractUnknown,
    Bar::ContractUnsigned,
    Bar::NotAnnounced,
];

/// Words at the beginning of a name that do not make it longer.
const ARTICLES: [&str; 14] = [
    "a", "an", "the", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el",
];

/// How many letters make a single word a name.
const LETTERS: usize = 8;

/// By what a title is given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Its name, or that of one of its formats.
    Name,
    /// An ISBN of one of its formats, in any spelling.
    Isbn,
    /// The name of one of its files at the source.
    File,
}

/// Titles that no site may announce, by the signs that would give them away.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// By the folded name, with a space before and after.
    names: BTreeMap<String, BTreeSet<WorkKey>>,
    files: BTreeMap<String, BTreeSet<WorkKey>>,
    isbns: BTreeMap<Isbn13, BTreeSet<WorkKey>>,
    works: BTreeSet<WorkKey>,
}

impl Secrets {
    /// The titles among `works` that no site shows, and at least one keeps silent about. `desired` holds the standings. What
    /// had a page that was public is no secret any more.
    pub fn of(works: &[Work], desired: &Desired, memory: &Memory) -> Self {
        let is_shown = |work: &Work| {
            let sites = desired.standings.get(&work.key);
            sites.is_some_and(|sites| sites.values().any(|standing| standing.visible))
        };
        let (shown, hidden): (Vec<&Work>, Vec<&Work>) =
            works.iter().partition(|work| is_shown(work));
        let public: BTreeSet<String> = shown.into_iter().flat_map(names).collect();
        let mut secrets = Self::default();
        for work in hidden {
            if is_silenced(work, desired) && !was_public(work, memory) {
                secrets.take(work, &public);
            }
        }
        secrets
    }

    fn take(&mut self, work: &Work, public: &BTreeSet<String>) {
        let key = &work.key;
        self.works.insert(key.clone());
        for name in names(work) {
            if !public.contains(&name) && is_telling(&name) {
                self.names
                    .entry(spaced(&name))
                    .or_default()
                    .insert(key.clone());
            }
        }
        let files = work.resources.iter().filter_map(|resource| {
            let name = resource.file_name.as_deref()?;
            Some(folded(name.rsplit_once('.').map_or(name, |(stem, _)| stem)))
        });
        for file in files.filter(|file| is_telling(file)) {
            self.files
                .entry(spaced(&file))
                .or_default()
                .insert(key.clone());
        }
        for isbn in work.products.iter().filter_map(|product| product.isbn) {
            self.isbns.entry(isbn).or_default().insert(key.clone());
        }
    }

    /// Whether a title is among them.
    pub fn keeps(&self, work: &WorkKey) -> bool {
        self.works.contains(work)
    }

    /// How many titles are looked for.
    pub fn count(&self) -> usize {
        self.works.len()
    }

    /// The titles among them that a text gives away, and by what.
    pub fn told_by(&self, text: &str) -> BTreeMap<&WorkKey, BTreeSet<Sign>> {
        let mut told: BTreeMap<&WorkKey, BTreeSet<Sign>> = BTreeMap::new();
        let mut note = |works: &'_ BTreeSet<WorkKey>, sign| {
            for work in works {
                if let Some(known) = self.works.get(work) {
                    told.entry(known).or_default().insert(sign);
                }
            }
        };
        let text_folded = spaced(&folded(text));
        for (by_text, sign) in [(&self.names, Sign::Name), (&self.files, Sign::File)] {
            for (name, works) in by_text {
                if text_folded.contains(name.as_str()) {
                    note(works, sign);
                }
            }
        }
        for isbn in isbns(text) {
            if let Some(works) = self.isbns.get(&isbn) {
                note(works, Sign::Isbn);
            }
        }
        told
    }
}

fn was_public(work: &Work, memory: &Memory) -> bool {
    EntryKey::all_of_work(work).any(|key| {
        let url = memory.urls.get(&key);
        url.is_some_and(|url| memory.public.contains(url))
    })
}

fn is_silenced(work: &Work, desired: &Desired) -> bool {
    let sites = desired.standings.get(&work.key);
    let mut standings = sites.into_iter().flat_map(BTreeMap::values);
    standings.any(|standing| {
        SILENCING
            .iter()
            .any(|bar| bar.name() == standing.decided_by)
    })
}

/// What a work and its formats are called, folded.
fn names(work: &Work) -> BTreeSet<String> {
    let own = work.products.iter().map(|product| &product.title);
    std::iter::once(&work.title)
        .chain(own)
        .map(|title| folded(&title.text))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Latin letters and digits in words with one space between them, as names, addresses and names of files are compared.
fn folded(text: &str) -> String {
    let plain = deunicode(text).to_lowercase().replace(['\'', '`'], "");
    let words = plain.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A folded text in which a name is met only as whole words.
fn spaced(folded: &str) -> String {
    format!(" {folded} ")
}

/// Whether a folded name is more than a common word.
fn is_telling(name: &str) -> bool {
    let mut words: Vec<&str> = name.split(' ').collect();
    if words.first().is_some_and(|first| ARTICLES.contains(first)) {
        words.remove(0);
    }
    let letters = |word: &&str| word.chars().filter(char::is_ascii_alphabetic).count();
    words.len() >= 2 || words.first().is_some_and(|word| letters(word) >= LETTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_without_case_marks_and_signs() {
        for text in [
            "The Whole Pantry",
            "the-whole-pantry",
            "THE WHOLE PANTRY!",
            "the_whole_pantry",
            "Thé  Whöle\u{a0}Pantry",
        ] {
            assert_eq!(folded(text), "the whole pantry", "{text}");
        }
        assert_eq!(folded("O'Brien's"), "obriens");
    }

    #[test]
    fn a_common_word_tells_nothing() {
        for name in [
            "salt", "the gift", "a ladle", "das boot", "1984", "20270101",
        ] {
            assert!(!is_telling(name), "{name}");
        }
        for name in ["ladle songs", "the whole pantry", "undercroft"] {
            assert!(is_telling(name), "{name}");
        }
    }
}

//! Addresses of pages: made once, kept for ever.
//!
//! An address is minted when a page first becomes public, from the title under which it does, so a
//! working title never gets into one. What [`Memory`] holds stays as it is,
//! whatever happens to the title.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::key::name_key;
use deunicode::deunicode;
use foldhash::HashSet;

use crate::desired::{EntryKey, Kind, Memory};

/// Longest slug, in characters.
const LONGEST: usize = 80;

/// The folder of a kind's pages.
fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Book => "/books/",
        Kind::Contributor => "/authors/",
        Kind::Series => "/series/",
        Kind::Imprint => "/imprints/",
        Kind::CataloguePage => "/catalogue/",
        // It has no page of its own.
        Kind::Redirect => "/",
    }
}

/// A text as part of an address: Latin letters and digits, words joined by hyphens, at most 80
/// characters. Empty where nothing can be transliterated.
pub(crate) fn slug(text: &str) -> String {
    // An apostrophe joins: `O'Brien's` is `obriens`.
    let plain = deunicode(text).to_lowercase().replace(['\'', '`'], "");
    let words = plain
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        let hyphen = usize::from(!slug.is_empty());
        if slug.len() + hyphen + word.len() > LONGEST {
            if slug.is_empty() {
                slug.extend(word.chars().take(LONGEST));
            }
            break;
        }
        if hyphen == 1 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

/// Why an address cannot be an entry's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of the form of the addresses that are made.
    #[error("`{address}` is not of the form of such an address; `{like}` is")]
    Form {
        /// As asked.
        address: String,
        /// What is meant, or an example.
        like: String,
    },
    /// It is the entry's address already.
    #[error("`{0}` is its address already")]
    Same(String),
    /// It is another entry's, or was.
    #[error("`{address}` is the address of {owner}, or was and still leads there")]
    Taken {
        /// As asked.
        address: String,
        /// Whose it is.
        owner: EntryKey,
    },
}

/// Checks whether an entry may have an address: it must be of the form of those that are made, and neither
/// be nor ever have been another's. `own` are the entry's keys, those of entries merged into it included.
///
/// # Errors
/// When it may not.
pub fn check_address(
    asked: &str,
    own: &[EntryKey],
    kind: Kind,
    memory: &Memory,
) -> Result<(), AddressError> {
    let address = asked.to_owned();
    let name = asked.strip_prefix(folder(kind)).unwrap_or_default();
    if name.is_empty() || slug(name) != name {
        let last = asked.rsplit('/').find(|part| !part.is_empty());
        let meant = slug(last.unwrap_or_default());
        let meant = if meant.is_empty() { "salt" } else { &meant };
        let like = format!("{}{meant}", folder(kind));
        return Err(AddressError::Form { address, like });
    }
    let present = own.iter().find_map(|key| memory.urls.get(key));
    if present.is_some_and(|url| url == asked) {
        return Err(AddressError::Same(address));
    }
    let present = memory.urls.iter().map(|(key, url)| (key, url.as_str()));
    let mut others = present.chain(memory.moves.left());
    match others.find(|(key, url)| *url == asked && !own.contains(key)) {
        Some((owner, _)) => Err(AddressError::Taken {
            address,
            owner: owner.clone(),
        }),
        None => Ok(()),
    }
}

/// Two slugs in one, the second whole.
fn joined(first: &str, second: &str) -> String {
    let room = LONGEST.saturating_sub(second.len() + 1);
    let first = first
        .get(..room.min(first.len()))
        .unwrap_or_default()
        .trim_end_matches('-');
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second.to_owned(),
        (_, true) => first.to_owned(),
        _ => format!("{first}-{second}"),
    }
}

/// What an address may be made of, the most wanted first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Title or name.
    pub(crate) name: String,
    /// The first contributor's name.
    pub(crate) contributor: Option<String>,
    /// The lead format's ISBN.
    pub(crate) isbn: Option<String>,
}

/// Every address in use.
pub(crate) struct Addresses<'a> {
    memory: &'a Memory,
    taken: HashSet<Cow<'a, str>>,
    /// Those made now, in the order in which they were.
    new: Vec<(EntryKey, Arc<str>)>,
}

impl<'a> Addresses<'a> {
    pub(crate) fn new(memory: &'a Memory) -> Self {
        Self {
            memory,
            taken: memory
                .urls
                .values()
                .map(String::as_str)
                .chain(memory.moves.left().map(|(_, url)| url))
                .map(Cow::Borrowed)
                .collect(),
            new: Vec::new(),
        }
    }

    /// The address of an entry: the remembered one, that of an entry merged into it, or a new one.
    pub(crate) fn of(
        &mut self,
        key: &EntryKey,
        merged: &[EntryKey],
        wanted: impl FnOnce() -> Wanted,
    ) -> Arc<str> {
        if let Some(own) = self.remembered(key) {
            return own.into();
        }
        let inherited = merged.iter().find_map(|alias| self.remembered(alias));
        let url: Arc<str> = match inherited {
            Some(url) => url.into(),
            None => self.mint(key, &wanted()).into(),
        };
        self.new.push((key.clone(), Arc::clone(&url)));
        url
    }

    /// The addresses that were not remembered.
    pub(crate) fn new_urls(self) -> BTreeMap<EntryKey, String> {
        let new = self.new.into_iter();
        new.map(|(key, url)| (key, url.as_ref().to_owned()))
            .collect()
    }

    /// The remembered address of an entry.
    pub(crate) fn remembered(&self, key: &EntryKey) -> Option<&'a str> {
        self.memory.urls.get(key).map(String::as_str)
    }

    /// Mints an address that no other page has. Entries must come in one order, whatever the order
    /// of the source.
    pub(crate) fn mint(&mut self, key: &EntryKey, wanted: &Wanted) -> String {
        let name = slug(&wanted.name);
        let extras = [
            wanted
                .contributor
                .as_deref()
                .map(slug)
                .filter(|extra| !extra.is_empty()),
            wanted.isbn.clone(),
            Some(key_slug(key)),
        ];
        let plain = (!name.is_empty()).then(|| name.clone());
        let candidates = plain.into_iter().chain(
            // A name that cannot be transliterated is not helped by a person's.
            extras
                .into_iter()
                .skip(usize::from(name.is_empty()))
                .flatten()
                .map(|extra| joined(&name, &extra)),
        );
        for candidate in candidates {
            let url = format!("{}{candidate}", folder(key.kind));
            if self.taken.insert(Cow::Owned(url.clone())) {
                return url;
            }
        }
        self.numbered(key, &joined(&name, &key_slug(key)))
    }

    /// Only two keys that differ in nothing but punctuation come here.
    fn numbered(&mut self, key: &EntryKey, base: &str) -> String {
        let mut number = 2_u64;
        loop {
            let url = format!("{}{}", folder(key.kind), joined(base, &number.to_string()));
            if self.taken.insert(Cow::Owned(url.clone())) {
                return url;
            }
            number += 1;
        }
    }
}

/// The source's own id as part of an address.
fn key_slug(key: &EntryKey) -> String {
    let id = key
        .source_key
        .splitn(3, ':')
        .nth(2)
        .unwrap_or(&key.source_key);
    let plain = slug(id);
    if plain.is_empty() {
        slug(&name_key(&key.source_key))
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> EntryKey {
        EntryKey {
            kind: Kind::Book,
            source_key: format!("consonance:work:{id}"),
        }
    }

    fn wanted(name: &str) -> Wanted {
        Wanted {
            name: name.to_owned(),
            contributor: Some("Zoë Ng".to_owned()),
            isbn: Some("9781509854172".to_owned()),
        }
    }

    #[test]
    fn slugs_are_plain_latin_and_bounded() {
        assert_eq!(
            slug("  The Salt Road: A “Memoir”  "),
            "the-salt-road-a-memoir"
        );
        assert_eq!(slug("O’Brien's Müller"), "obriens-muller");
        assert_eq!(slug("!!!"), "");
        let long = slug(&"word ".repeat(40));
        assert!(long.len() <= LONGEST && !long.ends_with('-'), "{long}");
        assert_eq!(slug(&"x".repeat(200)).len(), LONGEST);
    }

    #[test]
    fn a_name_taken_gets_the_contributor_then_the_isbn_then_the_id() {
        let memory = Memory::default();
        let mut addresses = Addresses::new(&memory);
        let urls: Vec<String> = ["1", "2", "3", "4"]
            .map(|id| addresses.mint(&key(id), &wanted("Salt")))
            .to_vec();
        assert_eq!(
            urls,
            [
                "/books/salt",
                "/books/salt-zoe-ng",
                "/books/salt-9781509854172",
                "/books/salt-4"
            ]
        );
    }

    #[test]
    fn a_name_without_letters_gets_the_isbn() {
        let memory = Memory::default();
        let mut addresses = Addresses::new(&memory);
        assert_eq!(
            addresses.mint(&key("1"), &wanted("?!")),
            "/books/9781509854172"
        );
        let bare = Wanted {
            name: "?!".to_owned(),
            ..Wanted::default()
        };
        assert_eq!(addresses.mint(&key("2"), &bare), "/books/2");
    }

    #[test]
    fn a_remembered_address_is_nobody_elses() {
        let memory = Memory {
            urls: [(key("9"), "/books/salt".to_owned())].into(),
            ..Memory::default()
        };
        let mut addresses = Addresses::new(&memory);
        assert_eq!(addresses.remembered(&key("9")), Some("/books/salt"));
        assert_eq!(
            addresses.mint(&key("1"), &wanted("Salt")),
            "/books/salt-zoe-ng"
        );
    }
}

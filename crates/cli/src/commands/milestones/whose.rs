//! Which title a to-do is of.

use std::collections::BTreeMap;

use catalogue::isbn::Isbn13;
use catalogue::work::Work;
use site::isbns;

use super::super::titles::{find, keys};
use super::export::Named;

/// Titles as to-dos name them.
pub(super) struct Titles<'w> {
    works: &'w [Work],
    by_isbn: BTreeMap<Isbn13, &'w Work>,
    /// By name in lower case, with a space before and after each word; nothing where two bear it.
    by_name: BTreeMap<String, Option<&'w Work>>,
}

impl<'w> Titles<'w> {
    pub(super) fn of(works: &'w [Work]) -> Self {
        let mut by_isbn = BTreeMap::new();
        let mut by_name: BTreeMap<String, Option<&Work>> = BTreeMap::new();
        for work in works {
            for product in &work.products {
                if let Some(isbn) = product.isbn {
                    by_isbn.entry(isbn).or_insert(work);
                }
            }
            let name = spaced(&work.title.text);
            if !name.trim().is_empty() {
                let two = by_name.contains_key(&name);
                by_name.insert(name, (!two).then_some(work));
            }
        }
        Self {
            works,
            by_isbn,
            by_name,
        }
    }

    /// The title, or why nobody can tell.
    pub(super) fn whose(&self, named: &Named) -> Result<&'w Work, String> {
        match named {
            Named::Said(said) => {
                let by_isbn = said.parse().ok().and_then(|isbn| self.by_isbn.get(&isbn));
                by_isbn
                    .copied()
                    .or_else(|| find(self.works, said))
                    .ok_or_else(|| {
                        format!("no title `{said}` is known; `frontlist sync` reads titles")
                    })
            }
            Named::Within(text) => self.within(text),
        }
    }

    fn within(&self, text: &str) -> Result<&'w Work, String> {
        const MEND: &str = "put an ISBN into the to-do's description";
        let by_isbn = isbns(text)
            .into_iter()
            .filter_map(|isbn| self.by_isbn.get(&isbn).copied());
        let by_key = work_ids(text).filter_map(|id| {
            let keys = keys(&format!("work:{id}"));
            let is_meant = |work: &&Work| keys.iter().any(|key| work.key.as_str() == key);
            self.works.iter().find(is_meant)
        });
        let mut found: Vec<&Work> = by_isbn.chain(by_key).collect();
        if found.is_empty() {
            let text = spaced(text);
            let named = self
                .by_name
                .iter()
                .filter(|(name, _)| text.contains(name.as_str()));
            // Of `Salt` and `Salt and Sand` the longer one is meant where it is named.
            let longest = named.max_by_key(|(name, _)| name.len());
            found = match longest {
                Some((_, Some(work))) => vec![work],
                Some((name, None)) => {
                    return Err(format!(
                        "several titles are called `{}`; {MEND}",
                        name.trim()
                    ));
                }
                None => return Err(format!("it names no title that is known; {MEND}")),
            };
        }
        found.dedup_by_key(|work| &work.key);
        match found.as_slice() {
            [work] => Ok(work),
            _ => Err(format!("it names several titles; {MEND}")),
        }
    }
}

/// Numbers after `works/` in addresses.
fn work_ids(text: &str) -> impl Iterator<Item = &str> {
    text.split("works/").skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))
            .filter(|digits| !digits.is_empty())
    })
}

fn spaced(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

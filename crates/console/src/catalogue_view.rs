//! The catalogue as last read, arranged for looking things up.
//!
//! Kept in memory from one run's end to the next: no request reads the whole state file. While it is read anew, requests get
//! what there was before, and every page says as of which run. Holds are not part of it: they are asked for each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::isbn::Isbn13;
use catalogue::work::Work;
use memchr::memmem::Finder;
use serde::Deserialize;
use site::desired::{EntryKey, Kind, Memory};
use site::policy::{Site, Sites};
use store::Store;
use store::ledger::{EntryId, Ledger};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::Console;
use crate::error::Error;

/// How many of the last runs are searched for one that has ended.
const RUNS_SEARCHED: i64 = 20;

/// What is known of every title.
pub(crate) struct Shelf {
    /// The works, by name.
    pub(crate) works: Vec<Work>,
    /// How many of them each site shows, in the order of configuration.
    pub(crate) live: Vec<usize>,
    /// What the stack holds.
    pub(crate) ledger: Ledger,
    /// What the projection must keep, holds as they were.
    pub(crate) memory: Memory,
    /// The last run that had ended.
    pub(crate) run: Option<String>,
    /// What is known of each work beside itself, in the same order.
    known: Vec<Known>,
    by_key: BTreeMap<String, usize>,
}

/// One title.
#[derive(Clone, Copy)]
pub(crate) struct Title<'s> {
    /// The work.
    pub(crate) work: &'s Work,
    /// What is known of it beside.
    pub(crate) known: &'s Known,
}

/// What is known of a title beside its work.
pub(crate) struct Known {
    /// Its contributors' names.
    pub(crate) by: String,
    /// The uid of its entry.
    pub(crate) uid: Option<String>,
    /// What stands on each site, in the order of configuration: the state there, where it is published.
    pub(crate) sites: Vec<Option<String>>,
    /// All that it can be found by, folded.
    found_by: String,
}

/// What is asked of the list of titles.
pub(crate) struct Question<'q> {
    /// Words, an ISBN, a key or a uid.
    pub(crate) text: &'q str,
    /// Only what is published there: a place in the order of sites.
    pub(crate) site: Option<usize>,
    /// Only in this state: on that site, or on any.
    pub(crate) state: &'q str,
}

/// The one field of a version that the list shows.
#[derive(Deserialize)]
struct Stated {
    state: Option<String>,
}

impl Shelf {
    async fn load(store: &Store, sites: &Sites, run: Option<String>) -> Result<Self, Error> {
        let mut works = sync::pull::kept_works(store).await?;
        let ledger = store.ledger().await?;
        works.sort_by_cached_key(|work| (work.title.text.to_lowercase(), work.key.clone()));
        let known: Vec<Known> = works
            .iter()
            .map(|work| Known::new(work, sites, &ledger))
            .collect();
        let mut by_key = BTreeMap::new();
        for (place, work) in works.iter().enumerate() {
            for key in std::iter::once(&work.key).chain(&work.aliases) {
                by_key.insert(key.to_string(), place);
            }
        }
        let live = (0..sites.iter().count()).map(|place| {
            let stands = |one: &&Known| one.sites.get(place).is_some_and(Option::is_some);
            known.iter().filter(stands).count()
        });
        Ok(Self {
            live: live.collect(),
            works,
            known,
            memory: sync::engine::memory(&ledger),
            ledger,
            run,
            by_key,
        })
    }

    fn titles(&self) -> impl Iterator<Item = Title<'_>> {
        let pairs = self.works.iter().zip(&self.known);
        pairs.map(|(work, known)| Title { work, known })
    }

    /// The title of a key.
    pub(crate) fn title(&self, key: &str) -> Option<Title<'_>> {
        let place = *self.by_key.get(key)?;
        Some(Title {
            work: self.works.get(place)?,
            known: self.known.get(place)?,
        })
    }

    /// Titles that answer a question, by name.
    pub(crate) fn find<'s>(&'s self, question: &Question<'s>) -> impl Iterator<Item = Title<'s>> {
        // An ISBN in any spelling is looked for as it is kept.
        let isbn: Option<Isbn13> = question.text.parse().ok();
        let folded = match isbn {
            Some(isbn) => isbn.to_string(),
            None => fold(question.text),
        };
        let words: Vec<Finder<'static>> = folded
            .split_whitespace()
            .map(|word| Finder::new(word).into_owned())
            .collect();
        let (site, state) = (question.site, question.state);
        self.titles().filter(move |title| {
            let title = title.known;
            let here = |standing: &&Option<String>| {
                standing
                    .as_deref()
                    .is_some_and(|own| state.is_empty() || own == state)
            };
            let stands = match site {
                Some(place) => title.sites.get(place).is_some_and(|own| here(&own)),
                None if state == NOWHERE => title.sites.iter().all(Option::is_none),
                None => state.is_empty() || title.sites.iter().any(|own| here(&own)),
            };
            stands
                && words
                    .iter()
                    .all(|word| word.find(title.found_by.as_bytes()).is_some())
        })
    }
}

/// The filter for titles that no site shows.
pub(crate) const NOWHERE: &str = "nowhere";

impl Known {
    fn new(work: &Work, sites: &Sites, ledger: &Ledger) -> Self {
        let id = entry_id(work);
        let mut names: Vec<String> = Vec::new();
        for one in &work.contributions {
            // Whoever wrote and drew it is credited twice.
            if !names.contains(&one.contributor.name) {
                names.push(one.contributor.name.clone());
            }
        }
        let uid = ledger.entries.get(&id).cloned();
        let isbns = work.products.iter().filter_map(|product| product.isbn);
        let mut found_by = format!("{} {}", work.title.text, names.join(" "));
        let keys = std::iter::once(&work.key).chain(&work.aliases);
        let also = isbns
            .map(|isbn| isbn.to_string())
            .chain(keys.map(ToString::to_string))
            .chain(uid.clone())
            .chain(work.title.subtitle.clone());
        for text in also {
            found_by.push(' ');
            found_by.push_str(&text);
        }
        Self {
            by: names.join(", "),
            uid,
            sites: sites
                .iter()
                .map(|site| standing(&id, site, ledger))
                .collect(),
            found_by: fold(&found_by),
        }
    }
}

impl Title<'_> {
    /// Its ISBNs as people write them.
    pub(crate) fn isbns(&self) -> Vec<String> {
        let isbns = self.work.products.iter().filter_map(|product| product.isbn);
        isbns.map(|isbn| isbn.hyphenated()).collect()
    }
}

/// The entry of a work.
pub(crate) fn entry_id(work: &Work) -> EntryId {
    (Kind::Book.uid().to_owned(), work.key.to_string())
}

/// The state that a site's version says, where it is published.
fn standing(id: &EntryId, site: &Site, ledger: &Ledger) -> Option<String> {
    let place = sync::plan::place(&site.destination);
    ledger.publications.get(id)?.get(&place)?;
    // A locale without a version of its own shows what it inherits, which says the same state.
    let versions = ledger.versions.get(id)?;
    let version = versions
        .get(&site.destination.locale)
        .or_else(|| versions.values().next())?;
    let stated: Option<Stated> = serde_json::from_str(&version.fields).ok();
    Some(
        stated
            .and_then(|stated| stated.state)
            .unwrap_or_else(|| "published".into()),
    )
}

/// What is remembered of one title, with the holds as they are now.
pub(crate) fn memory_of(shelf: &Shelf, work: &Work, holds: site::hold::Holds) -> Memory {
    let key = EntryKey {
        kind: Kind::Book,
        source_key: work.key.to_string(),
    };
    let mut memory = Memory::default();
    if let Some(url) = shelf.memory.urls.get(&key) {
        memory.urls.insert(key, url.clone());
    }
    memory.holds = holds;
    memory
}

/// Text without case and accents.
fn fold(text: &str) -> String {
    text.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Console {
    /// The catalogue as of the last run that ended.
    ///
    /// # Errors
    /// When the state file cannot be read.
    pub(crate) async fn shelf(self: &Arc<Self>) -> Result<Arc<Shelf>, Error> {
        let runs = self.store().runs(RUNS_SEARCHED).await?;
        let ended = runs.into_iter().find(|run| run.ended_at.is_some());
        let run = ended.map(|run| run.id);
        let (console, wanted) = (Arc::clone(self), run.clone());
        let load = || async move {
            // Assembling a large catalogue takes seconds of computing.
            let loaded = tokio::task::spawn_blocking(move || {
                let load = Shelf::load(console.store(), &console.settings.sites, run);
                tokio::runtime::Handle::current().block_on(load)
            });
            loaded.await.map_err(Error::Lost)?
        };
        let patience = self.settings.patience;
        let stands = |shelf: &Shelf| shelf.run == wanted;
        self.shelf.get(stands, load, patience).await
    }
}

#[cfg(test)]
mod tests {
    use catalogue::key::{RecordKey, WorkKey};

    use super::*;

    fn shelf(titles: &[(&str, &[Option<&str>])]) -> Shelf {
        let (mut works, mut known) = (Vec::new(), Vec::new());
        for (number, (name, sites)) in titles.iter().enumerate() {
            let key = WorkKey::new(format!("consonance:work:{number}"));
            let mut work = Work::new(key, RecordKey::new(format!("consonance:work:{number}")));
            work.title.text = (*name).to_owned();
            works.push(work);
            known.push(Known {
                by: String::new(),
                uid: Some(format!("blt{number}")),
                sites: sites.iter().map(|state| state.map(str::to_owned)).collect(),
                found_by: fold(&format!("{name} 978000000000{number} blt{number}")),
            });
        }
        Shelf {
            works,
            known,
            live: Vec::new(),
            ledger: Ledger::default(),
            memory: Memory::default(),
            run: None,
            by_key: BTreeMap::new(),
        }
    }

    fn names(shelf: &Shelf, text: &str, site: Option<usize>, state: &str) -> Vec<String> {
        let question = Question { text, site, state };
        let found = shelf.find(&question);
        found.map(|title| title.work.title.text.clone()).collect()
    }

    #[test]
    fn titles_are_found_by_words_without_case_and_accents_and_by_place_and_state() {
        let shelf = shelf(&[
            ("Café Noir", &[Some("available"), None]),
            ("Salt Road", &[Some("preorder"), Some("available")]),
            ("Unseen", &[None, None]),
        ]);
        assert_eq!(names(&shelf, "cafe", None, ""), ["Café Noir"]);
        assert_eq!(names(&shelf, "ROAD sált", None, ""), ["Salt Road"]);
        assert_eq!(names(&shelf, "blt2", None, ""), ["Unseen"]);
        assert_eq!(names(&shelf, "", Some(1), ""), ["Salt Road"]);
        assert_eq!(names(&shelf, "", Some(0), "available"), ["Café Noir"]);
        assert_eq!(
            names(&shelf, "", None, "available"),
            ["Café Noir", "Salt Road"]
        );
        assert_eq!(names(&shelf, "", None, NOWHERE), ["Unseen"]);
        assert_eq!(names(&shelf, "salt unseen", None, ""), [""; 0]);
    }
}

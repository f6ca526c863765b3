//! The asset library: what each file is called, where it lies, by which words an editor finds it.
//!
//! A file may serve several books and markets, and its name, title, description and tags go wherever
//! it is published. So they hold only what is known in all those places: an ISBN only if its format
//! is shown in each of them, a title or a description only if all of them say the same. What is left
//! to call a file by, when nothing else may be told, is the address of its page, which is the same
//! everywhere.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use catalogue::isbn::Isbn13;
use catalogue::key::RecordKey;
use catalogue::resource::SupportingResource;
use catalogue::work::Work;
use foldhash::HashMap;

use crate::book::Version;
use crate::collateral::Picture;
use crate::desired::{Asset, AssetKey, EntryKey, Media};
use crate::pictures::{asset_key, cover_kind};
use crate::policy::Destination;
use crate::projection::Public;

/// What kinds of file are called, and the folder in which they lie.
const FOLDERS: [(&str, &str); 13] = [
    ("cover", "Covers"),
    ("holding-cover", "Covers"),
    ("back-cover", "Covers"),
    ("jacket", "Covers"),
    ("author-photo", "Authors"),
    ("banner", "Promotion"),
    ("social-card", "Promotion"),
    ("spread", "Inside"),
    ("sample", "Samples"),
    ("clip", "Samples"),
    ("reading-guide", "Guides"),
    ("teachers-guide", "Guides"),
    ("file", "Files"),
];

/// Longest tag; longer titles are no words to search by.
const LONGEST_TAG: usize = 100;

/// A file as far as it is known while works pass by.
struct Draft {
    kind: &'static str,
    media: Media,
    owner: EntryKey,
    /// ISBNs of formats that speak for the title where the file is shown.
    leads: Vec<Isbn13>,
    /// ISBNs that every place so far may be told.
    isbns: Vec<Isbn13>,
    title: Option<String>,
    alt: Option<String>,
    credit: Option<String>,
    published: BTreeSet<Arc<Destination>>,
    records: BTreeSet<RecordKey>,
}

/// Every file that something shows.
#[derive(Default)]
pub(crate) struct Library(HashMap<AssetKey, Draft>);

/// One file on one page.
struct Use<'u> {
    resource: &'u SupportingResource,
    kind: &'static str,
    media: Media,
    alt: &'u str,
}

impl Library {
    /// Notes the files that a title shows, in all its markets.
    pub(crate) fn take_title(&mut self, work: &Work, owner: &EntryKey, public: &[Public<'_>]) {
        let mut taken: Vec<(&SupportingResource, Draft)> = Vec::new();
        for one in public {
            let jacket = &one.version.jacket;
            for used in uses(&one.version) {
                let scope = &used.resource.products;
                let covered = jacket.products.iter();
                let covered = covered.filter(|product| scope.covers(&product.key));
                let isbns: Vec<Isbn13> = covered.filter_map(|product| product.isbn).collect();
                let known = taken
                    .iter_mut()
                    .find(|(resource, _)| ptr::eq(*resource, used.resource));
                let draft = match known {
                    Some((_, draft)) => {
                        draft.isbns.retain(|isbn| isbns.contains(isbn));
                        keep_same(&mut draft.title, &jacket.title);
                        keep_same(&mut draft.alt, used.alt);
                        draft
                    }
                    None => {
                        let new = Draft {
                            kind: used.kind,
                            media: used.media,
                            owner: owner.clone(),
                            leads: Vec::new(),
                            isbns,
                            title: Some(jacket.title.clone()),
                            alt: Some(used.alt.to_owned()),
                            credit: used.resource.credit.clone(),
                            published: BTreeSet::new(),
                            records: work.records.iter().cloned().collect(),
                        };
                        taken.push((used.resource, new));
                        let Some((_, draft)) = taken.last_mut() else {
                            continue;
                        };
                        draft
                    }
                };
                if let Some(lead) = jacket.lead_isbn.filter(|lead| !draft.leads.contains(lead)) {
                    draft.leads.push(lead);
                }
                let places = one.sites.iter().map(|site| site.destination.clone());
                draft.published.extend(places);
            }
        }
        for (resource, draft) in taken {
            self.take(asset_key(resource), draft);
        }
    }

    /// Notes a contributor's photograph in one locale.
    pub(crate) fn take_photograph(
        &mut self,
        owner: &EntryKey,
        name: &str,
        picture: &Picture<'_>,
        places: BTreeSet<Arc<Destination>>,
        records: &BTreeSet<RecordKey>,
    ) {
        let draft = Draft {
            kind: "author-photo",
            media: Media::Image,
            owner: owner.clone(),
            leads: Vec::new(),
            isbns: Vec::new(),
            title: Some(name.to_owned()),
            alt: Some(picture.alt.clone()),
            credit: picture.resource.credit.clone(),
            published: places,
            records: records.clone(),
        };
        self.take(asset_key(picture.resource), draft);
    }

    fn take(&mut self, key: AssetKey, new: Draft) {
        match self.0.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert(new);
            }
            Slot::Occupied(slot) => slot.into_mut().merge(new),
        }
    }

    /// The library, given the address of every entry.
    pub(crate) fn finish<'u>(
        self,
        address: impl Fn(&EntryKey) -> Option<&'u str>,
    ) -> BTreeMap<AssetKey, Asset> {
        let mut drafts: Vec<(AssetKey, Draft)> = self.0.into_iter().collect();
        drafts.sort_by(|(one, _), (two, _)| one.cmp(two));
        let mut names: HashMap<String, usize> = HashMap::default();
        let named = drafts.into_iter().map(|(key, draft)| {
            let name = draft.name(&address);
            // Of several pictures of a kind only the first has the plain name.
            let name = match names.get_mut(&name) {
                Some(count) => {
                    *count += 1;
                    format!("{name}-{count}")
                }
                None => {
                    names.insert(name.clone(), 1);
                    name
                }
            };
            (key, draft.asset(name))
        });
        named.collect()
    }
}

fn keep_same(known: &mut Option<String>, other: &str) {
    if known.as_deref() != Some(other) {
        *known = None;
    }
}

/// The files of a version.
fn uses<'u>(version: &'u Version<'_>) -> impl Iterator<Item = Use<'u>> {
    let picture = |picture: &'u Picture<'_>, kind| Use {
        resource: picture.resource,
        kind,
        media: Media::Image,
        alt: &picture.alt,
    };
    let cover = version.beside.cover.iter();
    let cover = cover.map(move |cover| picture(cover, cover_kind(cover.resource)));
    let back = version.beside.back_cover.iter();
    let back = back.map(move |back| picture(back, "back-cover"));
    let files = version.beside.files.iter().map(|shown| {
        let resource = shown.resource;
        let words = resource.alternative_text.as_deref();
        Use {
            resource,
            kind: kind(shown.purpose.word),
            media: shown.purpose.media,
            alt: words.or(resource.caption.as_deref()).unwrap_or_default(),
        }
    });
    cover.chain(back).chain(files)
}

impl Draft {
    /// What may be told where both are shown.
    fn merge(&mut self, other: Self) {
        self.isbns.retain(|isbn| other.isbns.contains(isbn));
        self.leads.extend(other.leads);
        let same = |known: &mut Option<String>, other: Option<String>| {
            if *known != other {
                *known = None;
            }
        };
        same(&mut self.title, other.title);
        same(&mut self.alt, other.alt);
        same(&mut self.credit, other.credit);
        self.published.extend(other.published);
        self.records.extend(other.records);
    }

    fn name<'u>(&self, address: impl Fn(&EntryKey) -> Option<&'u str>) -> String {
        let lead = self.leads.iter().find(|isbn| self.isbns.contains(isbn));
        let isbn = lead.or(self.isbns.first()).map(Isbn13::as_str);
        let slug = || address(&self.owner)?.rsplit('/').next();
        match isbn.or_else(slug).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name}-{}", self.kind),
            None => self.kind.to_owned(),
        }
    }

    fn asset(self, name: String) -> Asset {
        let folder = FOLDERS.iter().find(|(kind, _)| *kind == self.kind);
        let isbns = self.isbns.iter().map(ToString::to_string);
        // Tags travel as a list with commas between them.
        let title = self.title.as_deref().map(|title| title.replace(',', ""));
        let title = title.filter(|title| title.chars().count() <= LONGEST_TAG);
        let title = title.filter(|title| !title.trim().is_empty());
        let said = [self.alt, self.credit].into_iter().flatten();
        let said: Vec<String> = said.filter(|text| !text.trim().is_empty()).collect();
        let description = said.join(". ");
        Asset {
            title: name.clone(),
            description,
            file_stem: name,
            folder: folder.map_or("Files", |(_, folder)| folder).to_owned(),
            tags: isbns.chain(title).chain([self.kind.to_owned()]).collect(),
            media: self.media,
            published: self.published,
            records: self.records,
        }
    }
}

/// The library's word for what a file is to a page (`social_card` is `social-card` there).
pub(crate) fn kind(word: &str) -> &'static str {
    let kinds = FOLDERS.iter().map(|(kind, _)| *kind);
    let mut same = kinds.filter(|kind| kind.replace('-', "_") == word);
    same.next().unwrap_or("file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::Kind;

    fn isbn(text: &str) -> Isbn13 {
        Isbn13::parse(text).unwrap()
    }

    fn owner() -> EntryKey {
        EntryKey {
            kind: Kind::Book,
            source_key: "test:work:1".to_owned(),
        }
    }

    fn place(locale: &str) -> BTreeSet<Arc<Destination>> {
        BTreeSet::from([Arc::new(Destination {
            environment: "live".to_owned(),
            locale: locale.to_owned(),
        })])
    }

    fn key(link: &str) -> AssetKey {
        AssetKey {
            link: link.to_owned(),
            mark: String::new(),
        }
    }

    fn take(library: &mut Library, link: &str, locale: &str, isbns: &[&str], title: &str) {
        let isbns: Vec<Isbn13> = isbns.iter().map(|text| isbn(text)).collect();
        library.take(
            key(link),
            Draft {
                kind: "cover",
                media: Media::Image,
                owner: owner(),
                leads: isbns.first().copied().into_iter().collect(),
                isbns,
                title: Some(title.to_owned()),
                alt: Some(format!("Cover of {title}")),
                credit: None,
                published: place(locale),
                records: BTreeSet::new(),
            },
        );
    }

    #[test]
    fn a_file_is_called_and_tagged_by_what_all_its_places_know() {
        let mut library = Library::default();
        take(
            &mut library,
            "a",
            "en-gb",
            &["9781492067665", "9780306406157"],
            "Salt, Sea",
        );
        take(&mut library, "a", "en-au", &["9780306406157"], "Salt, Sea");
        let assets = library.finish(|_| Some("/books/salt"));
        let asset = &assets[&key("a")];
        assert_eq!(asset.title, "9780306406157-cover");
        let tags: Vec<&str> = asset.tags.iter().map(String::as_str).collect();
        assert_eq!(tags, ["9780306406157", "Salt Sea", "cover"]);
        assert_eq!(asset.description, "Cover of Salt, Sea");
    }

    #[test]
    fn nothing_that_a_place_does_not_know_is_told() {
        let mut library = Library::default();
        take(
            &mut library,
            "a",
            "en-gb",
            &["9781492067665"],
            "The Colour of Salt",
        );
        take(
            &mut library,
            "a",
            "en-us",
            &["9780306406157"],
            "The Color of Salt",
        );
        let assets = library.finish(|_| Some("/books/the-colour-of-salt"));
        let asset = &assets[&key("a")];
        assert_eq!(asset.file_stem, "the-colour-of-salt-cover");
        assert_eq!(asset.tags, BTreeSet::from(["cover".to_owned()]));
        assert_eq!(asset.description, "");
        assert_eq!(asset.published.len(), 2);
    }

    #[test]
    fn several_files_of_a_kind_have_names_of_their_own() {
        let mut library = Library::default();
        for link in ["a", "b", "c"] {
            take(&mut library, link, "en-gb", &["9781492067665"], "Salt");
        }
        let assets = library.finish(|_| None);
        let names: Vec<&str> = assets.values().map(|asset| asset.title.as_str()).collect();
        assert_eq!(
            names,
            [
                "9781492067665-cover",
                "9781492067665-cover-2",
                "9781492067665-cover-3"
            ]
        );
    }
}

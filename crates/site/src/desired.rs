//! What a stack should hold, in neutral terms.
//!
//! Entries and assets refer to each other by their source keys; whoever writes them to a stack knows the uids.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use catalogue::finding::Finding;
use catalogue::key::{RecordKey, WorkKey};
use catalogue::work::Work;
use serde::{Deserialize, Serialize};

pub use crate::fields::{Fields, Value};
use crate::hold::Holds;
use crate::policy::{Destination, SiteId};
use crate::redirect::Moves;

/// The entries that are ours, in the order in which they depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An imprint.
    Imprint,
    /// A series.
    Series,
    /// A person or organisation.
    Contributor,
    /// A work.
    Book,
    /// A catalogue landing page.
    CataloguePage,
    /// An address that leads to another.
    Redirect,
}

impl Kind {
    /// All kinds, those that others refer to first.
    pub const ALL: [Self; 6] = [
        Self::Imprint,
        Self::Series,
        Self::Contributor,
        Self::Book,
        Self::CataloguePage,
        Self::Redirect,
    ];

    /// The kind of a content type.
    pub fn of_uid(uid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.uid() == uid)
    }

    /// Uid of the content type.
    pub fn uid(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Series => "series",
            Self::Contributor => "contributor",
            Self::Book => "book",
            Self::CataloguePage => "catalogue_page",
            Self::Redirect => "redirect",
        }
    }
}

/// Identity of an entry: its content type and its `source_key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryKey {
    /// Content type.
    pub kind: Kind,
    /// Namespaced key of the source's thing (`consonance:work:61417`).
    pub source_key: String,
}

impl EntryKey {
    /// The book of a work.
    pub fn of_work(work: &Work) -> Self {
        Self::of_book(&work.key)
    }

    /// The book of a work, then those of works that were merged into it.
    pub fn all_of_work(work: &Work) -> impl Iterator<Item = Self> {
        std::iter::once(&work.key)
            .chain(&work.aliases)
            .map(Self::of_book)
    }

    fn of_book(work: &WorkKey) -> Self {
        Self {
            kind: Kind::Book,
            source_key: work.as_str().to_owned(),
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.uid(), self.source_key)
    }
}

/// Identity of a file at its source: where it lies, and the mark by which the source says that it changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AssetKey {
    /// Where the file lies.
    pub link: String,
    /// Opaque; equal means unchanged. Empty where the source gives none.
    pub mark: String,
}

/// One entry as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What each locale says. The master locale is always among them; other locales only where a site shows the entry.
    pub versions: BTreeMap<String, Fields>,
    /// Where it is published.
    pub published: BTreeSet<Arc<Destination>>,
    /// Those of them where the version says nothing but that there is nothing to see.
    pub shielded: BTreeSet<Arc<Destination>>,
    /// The source records that it stands for, for counting. An entry shared by works carries the records of all.
    pub records: BTreeSet<RecordKey>,
    /// Order within a lane: the nearest publications first (days from the instant of the projection).
    pub urgency: i64,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A picture that websites show.
    #[default]
    Image,
    /// A recording.
    Audio,
    /// Something to read.
    Document,
}

/// One file as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Title in the asset library; tells no secret.
    pub title: String,
    /// Description in the asset library: alternative text, credit.
    pub description: String,
    /// Base of the file name, without extension; tells no secret.
    pub file_stem: String,
    /// Folder in the asset library.
    pub folder: String,
    /// Tags by which an editor searches (ISBN, title, kind).
    pub tags: BTreeSet<String>,
    /// What kind of file it must be.
    pub media: Media,
    /// Where it is published.
    pub published: BTreeSet<Arc<Destination>>,
    /// The source records that need it.
    pub records: BTreeSet<RecordKey>,
}

/// One taxonomy term as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Name, at most 50 characters.
    pub name: String,
}

/// Why a title is, or is not, on a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether the site shows it.
    pub visible: bool,
    /// What the site says of it, when shown.
    pub state: Option<catalogue::lifecycle::WebState>,
    /// The rule that decided, a stable name in kebab-case (`rights-not-for-sale`, `approval-withheld`, `shown`).
    pub decided_by: Cow<'static, str>,
    /// The same in words.
    pub reason: Cow<'static, str>,
}

/// Everything a stack should hold at one instant.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    /// Entries.
    pub entries: BTreeMap<EntryKey, Entry>,
    /// Files.
    pub assets: BTreeMap<AssetKey, Asset>,
    /// Terms by taxonomy uid and term uid.
    pub terms: BTreeMap<String, BTreeMap<String, Term>>,
    /// Addresses made for the first time, to be remembered once published.
    pub new_urls: BTreeMap<EntryKey, String>,
    /// Each title's standing on each site.
    pub standings: BTreeMap<WorkKey, BTreeMap<SiteId, Standing>>,
    /// Works by the products that no site may show, whose records need no write.
    pub unseen_records: BTreeSet<RecordKey>,
    /// What is wrong in the data.
    pub findings: Vec<Finding>,
}

/// What earlier runs decided and later ones must keep.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The present address of every entry that ever had one. Never changed silently.
    pub urls: BTreeMap<EntryKey, String>,
    /// Every change of an address by a person: what was left leads on.
    pub moves: Moves,
    /// The addresses at which a page was ever public. Another leads nowhere when it is left.
    pub public: BTreeSet<String>,
    /// Titles that a person keeps from sites for a while.
    pub holds: Holds,
}

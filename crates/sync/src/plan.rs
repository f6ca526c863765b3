//! What must change, by comparing what should be with what the ledger knows.
//!
//! Pure: no I/O, no clock. Takedowns come first of all; then each kind of entry in the order of dependence, and within it
//! launches, changes of what is live, and the rest, the nearest publications first.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::RecordKey;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use site::content_model::Names;
use site::desired::{AssetKey, Desired, Entry, EntryKey, Kind};
use site::policy::Destination;
use store::ledger::{EntryId, Ledger, Place};

use crate::translate::{Resolve, Translated, translate};

/// How urgent a change is. Lower goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Something must not be seen any longer.
    Takedown,
    /// A book is published, or opens for orders, within days.
    Launch,
    /// Something live says something else now.
    Change,
    /// Everything else.
    Backfill,
}

/// Days from an instant within which a publication is a launch.
const LAUNCH_DAYS: i64 = 7;

/// The stack's locales as far as inheritance matters.
#[derive(Clone, Debug, Default)]
pub struct Locales {
    /// The master locale.
    pub master: String,
    /// What each other locale falls back to.
    pub fallback: BTreeMap<String, String>,
}

impl Locales {
    /// Whether an unlocalised version in this locale shows the master's.
    fn inherits_master(&self, locale: &str) -> bool {
        self.fallback
            .get(locale)
            .is_none_or(|fallback| *fallback == self.master)
    }
}

/// One version to write.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionChange {
    /// The locale.
    pub locale: String,
    /// What it will say.
    pub after: Translated,
    /// What we last wrote there, if anything.
    pub before: Option<Map<String, Json>>,
}

/// One entry's changes.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryChange {
    /// The entry.
    pub key: EntryKey,
    /// Its lane.
    pub lane: Lane,
    /// The entry does not exist as far as we know.
    pub create: bool,
    /// Versions to write, the master's first.
    pub writes: Vec<VersionChange>,
    /// Where to publish, with the fingerprint of what will be published.
    pub publish: BTreeMap<Destination, String>,
    /// An address made for it.
    pub url: Option<String>,
    /// The records it stands for.
    pub records: BTreeSet<RecordKey>,
    /// Order within the lane.
    pub urgency: i64,
}

/// One entry's takedowns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takedown {
    /// The entry.
    pub key: EntryKey,
    /// Where it must go.
    pub places: BTreeSet<Destination>,
}

/// What the comparison needs besides the desired stack.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What we know that the stack holds.
    pub ledger: &'a Ledger,
    /// The installation's names.
    pub names: &'a Names,
    /// Locales.
    pub locales: &'a Locales,
    /// Places that a configured site stands for. Others are left alone.
    pub places: &'a BTreeSet<Destination>,
}

/// The ledger's id of an entry.
pub fn entry_id(key: &EntryKey) -> EntryId {
    (key.kind.uid().to_owned(), key.source_key.clone())
}

/// The ledger's form of a destination.
pub fn place(destination: &Destination) -> Place {
    (destination.environment.clone(), destination.locale.clone())
}

/// The destination of a ledger place.
pub fn destination(place: &Place) -> Destination {
    Destination {
        environment: place.0.clone(),
        locale: place.1.clone(),
    }
}

/// Uids as the ledger knows them.
#[derive(Clone, Copy, Debug)]
pub struct LedgerUids<'a>(pub &'a Ledger);

impl Resolve for LedgerUids<'_> {
    fn entry(&self, key: &EntryKey) -> Option<String> {
        self.0.entries.get(&entry_id(key)).cloned()
    }

    fn asset(&self, key: &AssetKey) -> Option<String> {
        let sha256 = self.0.files.get(&(key.link.clone(), key.mark.clone()))?;
        self.0.assets.get(sha256).map(|asset| asset.uid.clone())
    }
}

/// Every publication that the ledger knows and that should not be, at places of configured sites. Redirects go first,
/// then books: what they refer to may only vanish after them.
pub fn takedowns(desired: &Desired, context: Context<'_>) -> Vec<Takedown> {
    let mut takedowns = Vec::new();
    for kind in [
        Kind::Redirect,
        Kind::Book,
        Kind::CataloguePage,
        Kind::Contributor,
        Kind::Series,
        Kind::Imprint,
    ] {
        for (id, known) in context
            .ledger
            .publications
            .iter()
            .filter(|(id, _)| id.0 == kind.uid())
        {
            let key = EntryKey {
                kind,
                source_key: id.1.clone(),
            };
            let wanted = desired.entries.get(&key);
            let places: BTreeSet<Destination> = known
                .iter()
                .map(|(place, fingerprint)| (destination(place), fingerprint))
                .filter(|(place, _)| context.places.contains(place))
                .filter(|(place, fingerprint)| match wanted {
                    None => true,
                    Some(entry) if !entry.published.contains(place) => true,
                    Some(entry) => tells_behind_a_shield(&key, entry, place, fingerprint, context),
                })
                .map(|(place, _)| place)
                .collect();
            if !places.is_empty() {
                takedowns.push(Takedown { key, places });
            }
        }
    }
    takedowns
}

/// Whether something else than the shield is published where the shield should be.
fn tells_behind_a_shield(
    key: &EntryKey,
    entry: &Entry,
    place: &Destination,
    published: &str,
    context: Context<'_>,
) -> bool {
    if !entry.shielded.contains(place) {
        return false;
    }
    let uids = LedgerUids(context.ledger);
    let shield = entry.versions.get(&place.locale);
    let shield = shield.map(|fields| translate(key.kind, fields, context.names, &uids));
    shield.is_none_or(|shield| shield.fingerprint().as_str() != published)
}

/// What of an entry's change raises its shields: nothing else of it is published.
pub fn shields(mut change: EntryChange, desired: &Desired) -> Option<EntryChange> {
    let entry = desired.entries.get(&change.key)?;
    change
        .publish
        .retain(|place, _| entry.shielded.contains(place));
    (!change.publish.is_empty()).then_some(change)
}

/// Publications at places that no configured site stands for: a site was removed or renamed. Left alone, and reported.
pub fn orphaned_places(context: Context<'_>) -> BTreeMap<Destination, usize> {
    let mut orphaned = BTreeMap::new();
    for known in context.ledger.publications.values() {
        for place in known
            .keys()
            .map(destination)
            .filter(|place| !context.places.contains(place))
        {
            *orphaned.entry(place).or_default() += 1;
        }
    }
    orphaned
}

/// Every change to entries of one kind, in the order in which to make them.
pub fn changes(kind: Kind, desired: &Desired, context: Context<'_>) -> Vec<EntryChange> {
    let mut changes: Vec<EntryChange> = desired
        .entries
        .iter()
        .filter(|(key, _)| key.kind == kind)
        .filter_map(|(key, entry)| change(key, entry, desired, context))
        .collect();
    changes.sort_by(|a, b| (a.lane, a.urgency, &a.key).cmp(&(b.lane, b.urgency, &b.key)));
    changes
}

fn change(
    key: &EntryKey,
    entry: &Entry,
    desired: &Desired,
    context: Context<'_>,
) -> Option<EntryChange> {
    let id = entry_id(key);
    let known = context.ledger.versions.get(&id);
    let create = !context.ledger.entries.contains_key(&id);
    let versions = translate_versions(key.kind, entry, known, context);
    let master = versions
        .get(&context.locales.master)
        .map(|version| version.fingerprint());
    let mut writes = Vec::new();
    for (locale, version) in &versions {
        let fingerprint = version.fingerprint();
        let stored = known.and_then(|known| known.get(locale));
        let inherited = stored.is_none()
            && *locale != context.locales.master
            && context.locales.inherits_master(locale)
            && master.as_ref() == Some(&fingerprint)
            // An entry found in the stack may have a version of its own there that we have not seen.
            && (create || known.is_some_and(|known| known.contains_key(&context.locales.master)));
        if inherited || stored.is_some_and(|stored| stored.fingerprint == fingerprint.as_str()) {
            continue;
        }
        let before = stored.and_then(|stored| serde_json::from_str(&stored.fields).ok());
        writes.push(VersionChange {
            locale: locale.clone(),
            after: version.clone(),
            before,
        });
    }
    writes.sort_by_key(|write| write.locale != context.locales.master);
    let published = context.ledger.publications.get(&id);
    let publish: BTreeMap<Destination, String> = entry
        .published
        .iter()
        .filter_map(|destination| {
            let version = versions
                .get(&destination.locale)
                .or_else(|| versions.get(&context.locales.master))?;
            let fingerprint = version.fingerprint();
            let current = published.and_then(|published| published.get(&place(destination)));
            (current.map(String::as_str) != Some(fingerprint.as_str())).then(|| {
                (
                    Destination::clone(destination),
                    fingerprint.as_str().to_owned(),
                )
            })
        })
        .collect();
    if writes.is_empty() && publish.is_empty() {
        return None;
    }
    let lane = if entry.urgency.abs() <= LAUNCH_DAYS {
        Lane::Launch
    } else if published.is_some_and(|published| !published.is_empty()) {
        Lane::Change
    } else {
        Lane::Backfill
    };
    Some(EntryChange {
        key: key.clone(),
        lane,
        create,
        writes,
        publish,
        url: desired.new_urls.get(key).cloned(),
        records: entry.records.clone(),
        urgency: entry.urgency.abs(),
    })
}

/// Translates every locale's version. A file that could not be had keeps the one that stands there now: a book is never
/// left with a hole because a picture could not be fetched today.
fn translate_versions(
    kind: Kind,
    entry: &Entry,
    known: Option<&BTreeMap<String, store::ledger::Version>>,
    context: Context<'_>,
) -> BTreeMap<String, Translated> {
    let uids = LedgerUids(context.ledger);
    entry
        .versions
        .iter()
        .map(|(locale, fields)| {
            let mut version = translate(kind, fields, context.names, &uids);
            let stored = known.and_then(|known| known.get(locale));
            if let (false, Some(stored)) = (version.missing_assets.is_empty(), stored) {
                keep_files(&mut version, &stored.fields);
            }
            (locale.clone(), version)
        })
        .collect()
}

fn keep_files(version: &mut Translated, stored: &str) {
    let Ok(Json::Object(stored)) = serde_json::from_str(stored) else {
        return;
    };
    for (field, _) in &version.missing_assets {
        if let (Some(Json::Null), Some(kept)) = (version.fields.get(field), stored.get(field)) {
            version.fields.insert(field.clone(), kept.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use site::desired::{Fields, Value};
    use store::ledger::{Effect, Version};

    use super::*;

    fn destination(locale: &str) -> Destination {
        Destination {
            environment: format!("production-{locale}"),
            locale: locale.into(),
        }
    }

    fn says(text: &str) -> Fields {
        Fields::from([("title", Value::Text(text.into()))])
    }

    fn book() -> EntryKey {
        EntryKey {
            kind: Kind::Book,
            source_key: "consonance:work:1".into(),
        }
    }

    fn desired(versions: &[(&str, &str)], published: &[&str]) -> Desired {
        let entry = Entry {
            versions: versions
                .iter()
                .map(|(locale, text)| ((*locale).to_owned(), says(text)))
                .collect(),
            published: published
                .iter()
                .map(|locale| destination(locale).into())
                .collect(),
            urgency: 400,
            ..Entry::default()
        };
        Desired {
            entries: BTreeMap::from([(book(), entry)]),
            ..Desired::default()
        }
    }

    struct World {
        ledger: Ledger,
        names: Names,
        locales: Locales,
        places: BTreeSet<Destination>,
    }

    impl World {
        fn new() -> Self {
            Self {
                ledger: Ledger::default(),
                names: Names::default(),
                locales: Locales {
                    master: "en-us".into(),
                    fallback: BTreeMap::new(),
                },
                places: ["en-us", "en-gb", "en-au"].map(destination).into(),
            }
        }

        fn context(&self) -> Context<'_> {
            Context {
                ledger: &self.ledger,
                names: &self.names,
                locales: &self.locales,
                places: &self.places,
            }
        }

        /// Writes all that a change asks for into the ledger, as a perfect run would.
        fn carry_out(&mut self, change: &EntryChange) {
            let entry = entry_id(&change.key);
            self.ledger.apply(&Effect::Entry {
                entry: entry.clone(),
                uid: "blt1".into(),
            });
            for write in &change.writes {
                let version = Version {
                    fingerprint: write.after.fingerprint().as_str().into(),
                    version: 1,
                    fields: Json::Object(write.after.fields.clone()).to_string(),
                };
                self.ledger.apply(&Effect::Version {
                    entry: entry.clone(),
                    locale: write.locale.clone(),
                    version,
                });
            }
            for (to, fingerprint) in &change.publish {
                self.ledger.apply(&Effect::Published {
                    entry: entry.clone(),
                    place: place(to),
                    fingerprint: fingerprint.clone(),
                });
            }
        }
    }

    #[test]
    fn a_locale_is_written_only_where_it_differs_and_stays_its_own_afterwards() {
        let mut world = World::new();
        let same = desired(
            &[("en-us", "Salt"), ("en-gb", "Salt"), ("en-au", "Sea Salt")],
            &["en-us", "en-gb", "en-au"],
        );
        let first = changes(Kind::Book, &same, world.context());
        let written: Vec<&str> = first[0]
            .writes
            .iter()
            .map(|write| write.locale.as_str())
            .collect();
        assert_eq!(written, ["en-us", "en-au"], "en-gb says what it inherits");
        assert_eq!(first[0].publish.len(), 3);
        world.carry_out(&first[0]);
        assert_eq!(
            changes(Kind::Book, &same, world.context()),
            [],
            "a second look changes nothing"
        );

        let back = desired(
            &[("en-us", "Salt"), ("en-gb", "Salt"), ("en-au", "Salt")],
            &["en-us", "en-gb", "en-au"],
        );
        let second = changes(Kind::Book, &back, world.context());
        let written: Vec<&str> = second[0]
            .writes
            .iter()
            .map(|write| write.locale.as_str())
            .collect();
        assert_eq!(
            written,
            ["en-au"],
            "once localised it stays so, and must be told"
        );
    }

    #[test]
    fn a_change_of_the_master_republishes_who_inherits_it() {
        let mut world = World::new();
        let places = ["en-us", "en-gb"];
        let first = changes(
            Kind::Book,
            &desired(&[("en-us", "Salt"), ("en-gb", "Salt")], &places),
            world.context(),
        );
        world.carry_out(&first[0]);
        let second = changes(
            Kind::Book,
            &desired(&[("en-us", "Sea"), ("en-gb", "Sea")], &places),
            world.context(),
        );
        assert_eq!(second[0].writes.len(), 1);
        assert_eq!(second[0].publish.len(), 2);
    }

    #[test]
    fn what_is_published_and_not_desired_is_taken_down_only_where_a_site_is_configured() {
        let mut world = World::new();
        for locale in ["en-gb", "en-nz"] {
            world.ledger.apply(&Effect::Published {
                entry: entry_id(&book()),
                place: place(&destination(locale)),
                fingerprint: String::new(),
            });
        }
        let found = takedowns(&desired(&[("en-us", "Salt")], &["en-us"]), world.context());
        assert_eq!(
            found,
            [Takedown {
                key: book(),
                places: BTreeSet::from([destination("en-gb")])
            }]
        );
        assert_eq!(
            orphaned_places(world.context()),
            BTreeMap::from([(destination("en-nz"), 1)])
        );
    }

    #[test]
    fn a_picture_that_cannot_be_had_leaves_the_one_that_stands_there() {
        let mut world = World::new();
        let file = |link: &str| AssetKey {
            link: link.into(),
            mark: String::new(),
        };
        let with_cover = |link: &str, title: &str| {
            let mut desired = desired(&[("en-us", title)], &["en-us"]);
            let entry = desired.entries.get_mut(&book()).unwrap();
            entry
                .versions
                .get_mut("en-us")
                .unwrap()
                .insert("cover", Value::File(file(link).into()));
            desired
        };
        world.ledger.apply(&Effect::File {
            link: "old".into(),
            mark: String::new(),
            sha256: "aa".into(),
        });
        let asset = store::ledger::Asset {
            uid: "bltcover".into(),
            users: BTreeSet::new(),
        };
        world.ledger.apply(&Effect::Asset {
            sha256: "aa".into(),
            asset,
        });
        let first = changes(Kind::Book, &with_cover("old", "Salt"), world.context());
        world.carry_out(&first[0]);
        let second = changes(Kind::Book, &with_cover("new", "Sea"), world.context());
        assert_eq!(second[0].writes[0].after.fields["cover"], "bltcover");
    }
}

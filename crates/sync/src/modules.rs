//! Where titles are used: every editor's entry that refers to a book, per place where readers get it.
//!
//! A content type takes part if a field of it, however deep in groups, blocks, global fields or rich text, may refer to
//! our book type; the stack's own types take part like any other. What is live is asked of Delivery, one list for each
//! such type and place, a hundred entries a page: Delivery gives references as they are stored, to hidden titles too,
//! unless it is asked to resolve them. What will be live is what waits in the publish queue. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use catalogue::work::Work;
use contentstack::{ContentType, ContentTypeUid, DeliveryQuery, Entry, Find, Queued, Stack};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use site::content_model::Names;
use site::desired::Kind;
use site::integrity::{Inspected, Titles, inspect};
use site::module::Module;
use site::policy::Destination;
use store::ledger::Ledger;
use store::where_used::WhereUsed;

use crate::Error;
use crate::confirm::Environments;
use crate::engine::Engine;
use crate::where_used::kept;
use crate::writer::{content_type_uid, environment_name, locale_code};

const UNREADABLE: FindingCode = FindingCode::new("modules-unreadable");

/// How many waiting publications are asked for in one query.
const ASKED: usize = 100;

/// Keys of a value that say nothing to a reader.
const SILENT: [&str; 10] = [
    "uid",
    "_content_type_uid",
    "_metadata",
    "content_type",
    "created_by",
    "updated_by",
    "type",
    "attrs",
    "publish_details",
    "ACL",
];

/// What of a file's document is the editor's own.
const OF_FILES: [&str; 3] = ["filename", "title", "description"];

/// All modules of the sites.
#[derive(Clone, Debug, Serialize)]
pub struct Modules {
    /// Of when the standings are.
    pub at: Timestamp,
    /// Content types that may refer to a book.
    pub content_types: Vec<String>,
    /// The modules, per site, live ones and those that wait.
    pub modules: Vec<Inspected>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

impl Modules {
    /// What of it is kept in the state file.
    pub fn reading(&self) -> WhereUsed {
        WhereUsed {
            read_at: self.at,
            modules: self.modules.iter().map(|one| kept(&one.module)).collect(),
        }
    }
}

impl Engine<'_> {
    /// Reads every module of the sites and holds its titles against where they stand.
    ///
    /// # Errors
    /// As the calls. What waits in the publish queue is read if it can be; a finding says where not.
    pub async fn modules(
        &self,
        works: &[Work],
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Modules, Error> {
        let surroundings = self.surroundings().await?;
        let types = referring_types(self.stack, self.names).await?;
        let mut found = Vec::new();
        for place in &surroundings.places {
            found.extend(live(self.stack, self.names, &types, place).await?);
        }
        let mut findings = Vec::new();
        match self.waiting(&types, &surroundings.environments, now).await {
            Ok(waiting) => found.extend(
                waiting
                    .into_iter()
                    .filter(|module| !module.refers_to.is_empty())
                    .filter(|module| surroundings.places.contains(&module.place)),
            ),
            Err(error) => {
                let message = format!(
                    "which of the editors' entries wait to be published could not be read: {error}"
                );
                findings.push(Finding::warning(UNREADABLE, message));
            }
        }
        let content_types = types.iter().map(|one| one.uid.to_string()).collect();
        Ok(Modules {
            at: now,
            content_types,
            modules: self.inspected(found, works, ledger, now),
            findings,
        })
    }

    /// Each module on each site of its place, judged at the instant from which it is live.
    fn inspected(
        &self,
        found: Vec<Module>,
        works: &[Work],
        ledger: &Ledger,
        now: Timestamp,
    ) -> Vec<Inspected> {
        let entries = ledger.entries.iter().filter_map(|((kind, key), uid)| {
            (kind == Kind::Book.uid()).then_some((uid.as_str(), key.as_str()))
        });
        let titles = Titles::new(entries, works);
        let mut by_instant: BTreeMap<Timestamp, Vec<Module>> = BTreeMap::new();
        for module in found {
            let from = module.from.unwrap_or(now);
            by_instant.entry(from).or_default().push(module);
        }
        let labels = &self.policy.labels;
        let mut inspected = Vec::new();
        for (from, modules) in by_instant {
            // Where a title stands does not depend on others: only those that are shown are judged.
            let meant = titles.works(modules.iter().flat_map(|module| &module.refers_to));
            let desired = self.project(&meant, ledger, from);
            for module in modules {
                let sites = self.sites.iter();
                for site in sites.filter(|site| *site.destination == module.place) {
                    inspected.push(inspect(module.clone(), site, &titles, &desired, labels));
                }
            }
        }
        inspected.sort_by(|a, b| order(a).cmp(&order(b)));
        inspected
    }

    /// Entries of some types whose publication waits for its time.
    pub(crate) async fn waiting(
        &self,
        types: &[Referring],
        environments: &Environments,
        now: Timestamp,
    ) -> Result<Vec<Module>, Error> {
        let queue = self.stack.publish_queue().list().await?;
        let mut by_locale: BTreeMap<&str, Vec<&Queued>> = BTreeMap::new();
        for item in queue.iter().filter(|item| waits(item, now)) {
            by_locale.entry(&item.locale).or_default().push(item);
        }
        let mut found = Vec::new();
        for (locale, items) in by_locale {
            for items in items.chunks(ASKED) {
                for one in types {
                    found.extend(self.of_type(one, locale, items, environments).await?);
                }
            }
        }
        Ok(found)
    }

    /// The waiting entries of one type in one locale, as their newest drafts say.
    async fn of_type(
        &self,
        one: &Referring,
        locale: &str,
        items: &[&Queued],
        environments: &Environments,
    ) -> Result<Vec<Module>, Error> {
        let uids: BTreeSet<&str> = items.iter().map(|item| item.subject.as_str()).collect();
        let find = Find {
            query: Some(json!({ "uid": { "$in": uids } })),
            locale: Some(locale_code(locale)?),
            include_unlocalized: true,
            ..Find::default()
        };
        let entries = self.stack.entries(&one.uid).find_all(&find);
        let entries: Vec<Entry> = entries.try_collect().await?;
        let mut found = Vec::new();
        for entry in &entries {
            for item in items
                .iter()
                .filter(|item| item.subject == entry.uid.as_str())
            {
                for environment in &item.environments {
                    let place = Destination {
                        environment: environments.get(environment).unwrap_or(environment).clone(),
                        locale: locale.to_owned(),
                    };
                    found.extend(module(self.names, one, entry, place, item.at));
                }
            }
        }
        Ok(found)
    }
}

/// What of the queue will make something live.
fn waits(item: &Queued, now: Timestamp) -> bool {
    item.action == "publish" && item.at.is_some_and(|at| at > now)
}

/// Those with the gravest findings first, then by site, type and title.
fn order(one: &Inspected) -> impl Ord + '_ {
    let gravest = one.findings.iter().map(|finding| finding.severity).max();
    let module = &one.module;
    (
        std::cmp::Reverse(gravest),
        &one.site,
        &module.content_type,
        &module.title,
        &module.uid,
        module.from,
    )
}

/// Every content type that is not ours.
///
/// # Errors
/// As the call.
pub(crate) async fn editors_types(stack: &Stack, names: &Names) -> Result<Vec<Referring>, Error> {
    let ours = Kind::ALL.map(|kind| names.content_type(kind));
    let types = stack.content_types().list().await?.into_iter();
    let theirs = types.filter(|one| !ours.contains(&one.uid.as_str()));
    Ok(theirs.map(Referring::new).collect())
}

/// A content type of the editors.
#[derive(Clone, Debug)]
pub struct Referring {
    uid: ContentTypeUid,
    /// The field that is an entry's title.
    title: String,
}

impl Referring {
    fn new(one: ContentType) -> Self {
        let title = one.options.get("title").and_then(Json::as_str);
        Self {
            title: title.unwrap_or("title").to_owned(),
            uid: one.uid,
        }
    }
}

/// The content types that may refer to a book, ours left out.
///
/// # Errors
/// As the calls.
pub async fn referring_types(stack: &Stack, names: &Names) -> Result<Vec<Referring>, Error> {
    let types = stack.content_types().list().await?;
    let globals = stack.global_fields().list().await?;
    let mut targets = BTreeSet::from([names.content_type(Kind::Book).to_owned()]);
    // Global fields may lie in each other: each round finds those that hold one found before.
    loop {
        let more: Vec<String> = globals
            .iter()
            .filter(|global| !targets.contains(global.uid.as_str()))
            .filter(|global| global.schema.iter().any(|field| names_one(field, &targets)))
            .map(|global| global.uid.to_string())
            .collect();
        if more.is_empty() {
            break;
        }
        targets.extend(more);
    }
    let ours = Kind::ALL.map(|kind| names.content_type(kind));
    let referring = |one: &ContentType| {
        !ours.contains(&one.uid.as_str())
            && one.schema.iter().any(|field| names_one(field, &targets))
    };
    let types = types.into_iter().filter(referring);
    Ok(types.map(Referring::new).collect())
}

/// Whether a field, or one inside it, may refer to one of `targets`.
fn names_one(field: &Json, targets: &BTreeSet<String>) -> bool {
    match field {
        Json::Object(members) => members.iter().any(|(key, value)| {
            let named = |value: &Json| value.as_str().is_some_and(|uid| targets.contains(uid));
            let refers = key == "reference_to"
                && (named(value) || value.as_array().is_some_and(|list| list.iter().any(named)));
            refers || names_one(value, targets)
        }),
        Json::Array(fields) => fields.iter().any(|field| names_one(field, targets)),
        _ => false,
    }
}

/// The modules of one place that readers get now.
///
/// # Errors
/// As the calls.
pub async fn live(
    stack: &Stack,
    names: &Names,
    types: &[Referring],
    place: &Destination,
) -> Result<Vec<Module>, Error> {
    let mut found = live_entries(stack, names, types, place).await?;
    found.retain(|module| !module.refers_to.is_empty());
    Ok(found)
}

/// The entries of some types at one place that readers get now, whatever they refer to.
///
/// # Errors
/// As the calls.
pub(crate) async fn live_entries(
    stack: &Stack,
    names: &Names,
    types: &[Referring],
    place: &Destination,
) -> Result<Vec<Module>, Error> {
    let query = DeliveryQuery::new(
        environment_name(&place.environment)?,
        locale_code(&place.locale)?,
    );
    let mut found = Vec::new();
    for one in types {
        let entries = stack.delivery().all_entries(&one.uid, &query);
        let entries: Vec<Entry> = entries.try_collect().await?;
        let read = |entry| module(names, one, entry, place.clone(), None);
        found.extend(entries.iter().filter_map(read));
    }
    Ok(found)
}

fn module(
    names: &Names,
    one: &Referring,
    entry: &Entry,
    place: Destination,
    from: Option<Timestamp>,
) -> Option<Module> {
    let mut content = Content {
        book: content_type_uid(names.content_type(Kind::Book)).ok()?,
        refers_to: Vec::new(),
        texts: BTreeMap::new(),
    };
    content.read_members(&entry.fields, "");
    let text = |field: &str| entry.fields.get(field).and_then(Json::as_str);
    Some(Module {
        content_type: one.uid.to_string(),
        uid: entry.uid.to_string(),
        title: text(&one.title).unwrap_or_default().to_owned(),
        url: text("url").map(str::to_owned),
        place,
        from,
        refers_to: content.refers_to,
        texts: content.texts,
    })
}

/// What an entry's fields hold, as they are walked through.
struct Content {
    book: ContentTypeUid,
    refers_to: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Content {
    fn read_members(&mut self, members: &Map<String, Json>, path: &str) {
        let is_file = members.contains_key("filename") && members.contains_key("url");
        for (key, value) in members {
            let silent = if is_file {
                !OF_FILES.contains(&key.as_str())
            } else {
                SILENT.contains(&key.as_str())
            };
            if !silent {
                let path = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                self.read(value, &path);
            }
        }
    }

    fn read(&mut self, value: &Json, path: &str) {
        match value {
            Json::String(text) => self.say(path, text),
            Json::Array(values) => values.iter().for_each(|value| self.read(value, path)),
            Json::Object(members) => {
                if let Some(uid) = self.reference(members) {
                    if !self.refers_to.contains(&uid) {
                        self.refers_to.push(uid);
                    }
                    return;
                }
                match members.get("children") {
                    Some(children) => {
                        let mut text = String::new();
                        self.read_rich(children, &mut text);
                        self.say(path, &text);
                    }
                    None => self.read_members(members, path),
                }
            }
            _ => {}
        }
    }

    /// The book that a value refers to: in a reference field, or embedded in rich text. Either way the reference may
    /// have been resolved, and has the uid all the same.
    fn reference(&self, members: &Map<String, Json>) -> Option<String> {
        let text = |key: &str| members.get(key).and_then(Json::as_str);
        let (of, uid) = match text("_content_type_uid") {
            Some(of) => (of, text("uid")),
            None => (text("content-type-uid")?, text("entry-uid")),
        };
        (of == self.book.as_str())
            .then(|| uid.map(str::to_owned))
            .flatten()
    }

    /// Rich text as one text: what is bold within a sentence is still the sentence.
    fn read_rich(&mut self, nodes: &Json, text: &mut String) {
        for node in nodes.as_array().into_iter().flatten() {
            if let Some(own) = node.get("text").and_then(Json::as_str) {
                text.push_str(own);
            }
            let attributes = node.get("attrs").and_then(Json::as_object);
            if let Some(uid) = attributes.and_then(|attributes| self.reference(attributes))
                && !self.refers_to.contains(&uid)
            {
                self.refers_to.push(uid);
            }
            if let Some(children) = node.get("children") {
                self.read_rich(children, text);
                text.push('\n');
            }
        }
    }

    fn say(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let said = self.texts.entry(path.to_owned()).or_default();
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(fields: &Json) -> Content {
        let mut content = Content {
            book: ContentTypeUid::new("book").unwrap(),
            refers_to: Vec::new(),
            texts: BTreeMap::new(),
        };
        content.read_members(fields.as_object().unwrap(), "");
        content
    }

    #[test]
    fn references_are_met_in_groups_blocks_and_rich_text_once_each() {
        let fields = json!({
            "title": "Salt",
            "books": [{"uid": "b1", "_content_type_uid": "book"}, {"uid": "p1", "_content_type_uid": "page"}],
            "group": {"one": [{"uid": "b2", "_content_type_uid": "book"}]},
            "sections": [
                {"hero": {"book": [{"uid": "b1", "_content_type_uid": "book"}], "_metadata": {"uid": "x"}}},
                {"shelf": {"books": [{"uid": "b3", "_content_type_uid": "book", "title": "resolved"}]}},
            ],
            "text": {"type": "doc", "children": [
                {"type": "p", "children": [{"text": "Only £"}, {"text": "9.99", "bold": true}]},
                {"type": "reference", "attrs": {"entry-uid": "b4", "content-type-uid": "book"}, "children": []},
            ]},
            "picture": {"uid": "a1", "filename": "salt.jpg", "url": "https://x/9780000000000.jpg", "title": "Salt"},
        });
        let content = content(&fields);
        assert_eq!(content.refers_to, ["b1", "b2", "b3", "b4"]);
        let texts: Vec<(&str, &str)> = content
            .texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.trim()))
            .collect();
        assert_eq!(
            texts,
            [
                ("picture.filename", "salt.jpg"),
                ("picture.title", "Salt"),
                ("text", "Only £9.99"),
                ("title", "Salt"),
            ]
        );
    }

    #[test]
    fn a_type_refers_to_books_however_deep_the_field_lies() {
        let targets = BTreeSet::from(["book".to_owned(), "teaser".to_owned()]);
        for field in [
            json!({"data_type": "reference", "reference_to": ["page", "book"]}),
            json!({"data_type": "reference", "reference_to": "book"}),
            json!({"data_type": "group", "schema": [{"data_type": "reference", "reference_to": ["book"]}]}),
            json!({"data_type": "blocks", "blocks": [{"uid": "x", "reference_to": "teaser"}]}),
            json!({"data_type": "global_field", "reference_to": "teaser"}),
            json!({"data_type": "json", "reference_to": ["sys_assets", "book"]}),
        ] {
            assert!(names_one(&field, &targets), "{field}");
        }
        for field in [
            json!({"data_type": "text", "uid": "book"}),
            json!({"data_type": "reference", "reference_to": ["page"]}),
        ] {
            assert!(!names_one(&field, &targets), "{field}");
        }
    }
}

//! What readers are served, in a form in which two stacks can be compared.
//!
//! What a service makes up itself (uids, versions, times) differs from stack to stack, so an entry is
//! known by its source key, a reference by the key of what it names, and a file by the hash in its
//! tags.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Map, Value};

use crate::world::World;

/// The content types that are ours.
const TYPES: [&str; 6] = [
    "book",
    "contributor",
    "imprint",
    "series",
    "catalogue_page",
    "redirect",
];

/// What a service makes up, and whether a locale says something itself or inherits it.
const MADE_UP: [&str; 10] = [
    "uid",
    "locale",
    "_version",
    "created_at",
    "updated_at",
    "created_by",
    "updated_by",
    "publish_details",
    "_content_type_uid",
    "_metadata",
];

/// Entries as served, by site, content type and source key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown(BTreeMap<(String, String, String), Value>);

impl Shown {
    /// Reads every site. Fails where a source key is served or stored twice, or a file stored twice.
    pub(crate) async fn read(world: &World) -> Self {
        let names = names(world).await;
        let mut shown = BTreeMap::new();
        for site in &world.sites {
            for content_type in TYPES {
                let path = format!(
                    "content_types/{content_type}/entries?environment={}&locale={}&limit=100",
                    site.environment, site.locale
                );
                for entry in list(world, Way::Delivery, &path, "entries").await {
                    let key = source_key(&entry);
                    let place = (site.id.to_owned(), content_type.to_owned(), key);
                    let twice = shown.insert(place.clone(), plain(&entry, &names));
                    assert_eq!(twice, None, "{place:?} is served twice");
                }
            }
        }
        Self(shown)
    }

    /// The entries of a content type on a site, by source key.
    pub(crate) fn on(&self, site: &str, content_type: &str) -> BTreeMap<&str, &Value> {
        self.0
            .iter()
            .filter(|((at, of, _), _)| at == site && of == content_type)
            .map(|((_, _, key), entry)| (key.as_str(), entry))
            .collect()
    }

    /// The books of a site.
    pub(crate) fn books(&self, site: &str) -> BTreeMap<&str, &Value> {
        self.on(site, "book")
    }

    /// What is different in another state: `site type key` with the fields, `gone` or `new`.
    pub(crate) fn differences(&self, other: &Self) -> BTreeMap<String, BTreeSet<String>> {
        let places: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let mut differences = BTreeMap::new();
        for place in places {
            let fields = match (self.0.get(place), other.0.get(place)) {
                (Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
                    let fields: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
                    let differing = fields
                        .into_iter()
                        .filter(|field| mine.get(*field) != theirs.get(*field));
                    differing.cloned().collect()
                }
                (Some(_), _) => BTreeSet::from(["gone".to_owned()]),
                _ => BTreeSet::from(["new".to_owned()]),
            };
            if !fields.is_empty() {
                let (site, content_type, key) = place;
                differences.insert(format!("{site} {content_type} {key}"), fields);
            }
        }
        differences
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The versions of everything stored, whether readers are served it or not: `type key locale`, and
/// `asset hash`.
pub(crate) async fn versions(world: &World) -> BTreeMap<String, u64> {
    let version = |row: &Value| row["_version"].as_u64().unwrap();
    let mut versions = BTreeMap::new();
    for site in &world.sites {
        for content_type in TYPES {
            let path = format!(
                "content_types/{content_type}/entries?locale={}&limit=100",
                site.locale
            );
            for entry in list(world, Way::Management, &path, "entries").await {
                let key = source_key(&entry);
                versions.insert(
                    format!("{content_type} {key} {}", site.locale),
                    version(&entry),
                );
            }
        }
    }
    for asset in list(world, Way::Management, "assets?limit=100", "assets").await {
        versions.insert(format!("asset {}", hash(&asset)), version(&asset));
    }
    versions
}

#[derive(Clone, Copy)]
enum Way {
    Management,
    Delivery,
}

async fn list(world: &World, way: Way, path: &str, what: &str) -> Vec<Value> {
    let access = world.running.contentstack();
    let (origin, header, token) = match way {
        Way::Management => (
            &access.cma_url,
            "authorization",
            access.management_token.as_str(),
        ),
        Way::Delivery => (
            &access.cda_url,
            "access_token",
            access.delivery_tokens["*"].as_str(),
        ),
    };
    let call = world
        .http
        .request(Method::GET, format!("{origin}/v3/{path}"))
        .header("api_key", &access.api_key)
        .header(header, token);
    let mut answer: Value = call.send().await.unwrap().json().await.unwrap();
    let Value::Array(rows) = answer[what].take() else {
        panic!("{path}: {answer}");
    };
    assert!(rows.len() < 100, "{path} has a second page");
    rows
}

fn source_key(entry: &Value) -> String {
    let key = entry["source_key"].as_str();
    key.unwrap_or_else(|| panic!("no source key: {entry}"))
        .to_owned()
}

/// The hash in the tags of a file.
fn hash(asset: &Value) -> String {
    let tags = asset["tags"].as_array().unwrap();
    let hash = tags
        .iter()
        .filter_map(Value::as_str)
        .find(|tag| tag.starts_with("sha256-"));
    hash.unwrap_or_else(|| panic!("no hash: {asset}"))
        .to_owned()
}

/// Names of everything stored, by uid: entries by their source key, files by their hash.
async fn names(world: &World) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut note = |row: &Value, name: String| {
        assert!(seen.insert(name.clone()), "{name} is stored twice");
        names.insert(row["uid"].as_str().unwrap().to_owned(), name);
    };
    for content_type in TYPES {
        let path = format!("content_types/{content_type}/entries?limit=100");
        for entry in list(world, Way::Management, &path, "entries").await {
            note(&entry, format!("{content_type} {}", source_key(&entry)));
        }
    }
    for asset in list(world, Way::Management, "assets?limit=100", "assets").await {
        note(&asset, hash(&asset));
    }
    names
}

fn plain(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Object(object) if !object.contains_key("source_key") => {
            let name = object.get("uid").and_then(Value::as_str);
            match name.and_then(|uid| names.get(uid)) {
                Some(name) => Value::from(name.as_str()),
                None => Value::Object(kept(object, names)),
            }
        }
        Value::Object(object) => Value::Object(kept(object, names)),
        Value::Array(values) => values.iter().map(|value| plain(value, names)).collect(),
        other => other.clone(),
    }
}

fn kept(object: &Map<String, Value>, names: &BTreeMap<String, String>) -> Map<String, Value> {
    let kept = object
        .iter()
        .filter(|(name, _)| !MADE_UP.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), plain(value, names)))
        .collect()
}

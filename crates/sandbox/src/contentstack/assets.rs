//! Assets: files with versions and real bytes behind their addresses.
//!
//! An address works from the moment of upload, published or not, because that is how the service
//! behaves unless a stack keeps its assets secure. Whoever must hide a file has to delete it, and
//! after that its address gives 404.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::answer::{Answer, Body};
use super::ask::{Ask, Object, PAGE_LIMIT, Page, stamp, text, texts};
use super::environments::Environment;
use super::errors::Refusal;
use super::folders;
use super::publishing::Publications;
use super::query::{Document, Filter, Kinship, Library, order};
use super::reading::{choose, sorting};
use super::routes::{Route, delete, get, post, put};
use super::stack::{Stack, USER};
use crate::traffic::hexadecimal;

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/assets", list),
    post("/v3/assets", create),
    get("/v3/assets/{asset}", show),
    put("/v3/assets/{asset}", update),
    delete("/v3/assets/{asset}", remove),
];

/// Media types by file name extension; what else there is counts as bytes.
const MEDIA_TYPES: [(&str, &str); 16] = [
    ("avif", "image/avif"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("epub", "application/epub+zip"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
];

/// One state of an asset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AssetVersion {
    pub(crate) number: u32,
    /// Part of the address; changes with the file, not with its description.
    version_uid: String,
    filename: String,
    content_type: String,
    size: usize,
    /// Of the bytes, and their key among the files.
    pub(crate) sha256: String,
    dimension: Option<(usize, usize)>,
    title: String,
    description: String,
    tags: Vec<String>,
    parent_uid: Option<String>,
    updated_at: String,
}

/// One asset with its versions, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asset {
    uid: String,
    api_key: String,
    created_at: String,
    touched: u64,
    newest: Arc<AssetVersion>,
    older: Vec<Arc<AssetVersion>>,
    pub(crate) published: Publications<AssetVersion>,
}

impl Asset {
    /// The version with this number, or the newest.
    pub(crate) fn version(&self, number: Option<u32>) -> Option<&Arc<AssetVersion>> {
        match number {
            None => Some(&self.newest),
            Some(number) => self.versions().find(|version| version.number == number),
        }
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &Arc<AssetVersion>> {
        self.older.iter().chain([&self.newest])
    }

    pub(crate) fn folder(&self) -> Option<&str> {
        self.newest.parent_uid.as_deref()
    }

    fn renew(&mut self, version: AssetVersion) {
        let before = std::mem::replace(&mut self.newest, Arc::new(version));
        self.older.push(before);
    }

    fn view(&self, stack: &Stack, version: &AssetVersion) -> Object {
        let AssetVersion {
            version_uid,
            filename,
            ..
        } = version;
        let url = format!(
            "{}/v3/assets/{}/{}/{version_uid}/{filename}",
            stack.setup.base_url, self.api_key, self.uid
        );
        let mut view = Object::new();
        for (key, value) in [
            ("uid", json!(self.uid)),
            ("created_at", json!(self.created_at)),
            ("updated_at", json!(version.updated_at)),
            ("created_by", json!(USER)),
            ("updated_by", json!(USER)),
            ("content_type", json!(version.content_type)),
            // A text, as the service gives it.
            ("file_size", json!(version.size.to_string())),
            ("tags", json!(version.tags)),
            ("filename", json!(filename)),
            ("url", json!(url)),
            ("ACL", json!({})),
            ("is_dir", json!(false)),
            ("parent_uid", json!(version.parent_uid)),
            ("_version", json!(version.number)),
            ("title", json!(version.title)),
            ("description", json!(version.description)),
        ] {
            view.insert(key.to_owned(), value);
        }
        if let Some((width, height)) = version.dimension {
            view.insert(
                "dimension".into(),
                json!({"height": height, "width": width}),
            );
        }
        view
    }

    /// The asset as the management side gives it.
    pub(crate) fn newest_view(&self, stack: &Stack, publish_details: bool) -> Value {
        let mut view = self.view(stack, &self.newest);
        if publish_details {
            view.insert("publish_details".into(), self.published.details(USER));
        }
        Value::Object(view)
    }

    /// The asset as delivery gives it, where it is published.
    pub(crate) fn published_view(
        &self,
        stack: &Stack,
        environment: &Environment,
        locale: &str,
    ) -> Option<Value> {
        let publication = self.published.get(&environment.uid, locale)?;
        let mut view = self.view(stack, &publication.version);
        let details = json!({
            "environment": environment.uid,
            "locale": locale,
            "time": publication.time,
            "user": USER,
        });
        view.insert("publish_details".into(), details);
        Some(Value::Object(view))
    }
}

/// What a request says about an asset; what it leaves out stays as it was.
#[derive(Debug, Default)]
struct Sent {
    file: Option<File>,
    title: Option<String>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    /// The folder; nothing inside is the root.
    parent_uid: Option<Option<String>>,
}

#[derive(Debug)]
struct File {
    name: String,
    content_type: String,
    bytes: Bytes,
}

fn media_type(name: &str, declared: Option<&str>) -> String {
    let extension = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let known = MEDIA_TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map(|(_, kind)| *kind);
    known
        .or(declared)
        .unwrap_or("application/octet-stream")
        .to_owned()
}

/// A form with `asset[upload]` and its companions.
fn form(ask: &Ask) -> Sent {
    let mut sent = Sent::default();
    for part in &ask.parts {
        let text = || String::from_utf8_lossy(&part.bytes).into_owned();
        match part.name.as_str() {
            "asset[upload]" => {
                let name = part.filename.as_deref().unwrap_or("file");
                // An address has no spaces.
                let name: String = name
                    .chars()
                    .map(|letter| match letter {
                        '/' | '\\' | '?' | '#' | '%' => '_',
                        letter if letter.is_whitespace() => '_',
                        letter => letter,
                    })
                    .collect();
                let content_type = media_type(&name, part.content_type.as_deref());
                sent.file = Some(File {
                    name,
                    content_type,
                    bytes: part.bytes.clone(),
                });
            }
            "asset[title]" => sent.title = Some(text()),
            "asset[description]" => sent.description = Some(text()),
            "asset[tags]" => sent.tags = Some(split_tags(&text())),
            "asset[parent_uid]" => sent.parent_uid = Some(Some(text())),
            _ => {}
        }
    }
    sent.parent_uid = sent
        .parent_uid
        .map(|parent| parent.filter(|uid| !uid.is_empty()));
    sent
}

fn split_tags(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A JSON body with the description only.
fn description(ask: &Ask) -> Result<Sent, Refusal> {
    let body = ask.rooted("asset")?;
    let tags = match body.get("tags") {
        None => None,
        Some(Value::String(tags)) => Some(split_tags(tags)),
        Some(_) => Some(texts(&body, "tags")?),
    };
    let parent_uid = body.contains_key("parent_uid").then(|| {
        text(&body, "parent_uid")
            .filter(|uid| !uid.is_empty())
            .map(str::to_owned)
    });
    Ok(Sent {
        file: None,
        title: text(&body, "title").map(str::to_owned),
        description: text(&body, "description").map(str::to_owned),
        tags,
        parent_uid,
    })
}

/// Refuses a folder that is not there.
fn check_folder(stack: &Stack, sent: &Sent) -> Result<(), Refusal> {
    match sent
        .parent_uid
        .iter()
        .flatten()
        .find(|uid| !stack.folders.contains_key(*uid))
    {
        None => Ok(()),
        Some(_) => Err(
            Refusal::invalid(141, "The folder was not found. Please try again.")
                .because("parent_uid", "is not valid."),
        ),
    }
}

/// The version that follows `before` when `sent` is saved.
fn next(stack: &mut Stack, before: Option<&AssetVersion>, sent: Sent, now: String) -> AssetVersion {
    let mut version = match before {
        Some(before) => AssetVersion {
            number: before.number + 1,
            ..before.clone()
        },
        None => AssetVersion {
            number: 1,
            version_uid: String::new(),
            filename: String::new(),
            content_type: String::new(),
            size: 0,
            sha256: String::new(),
            dimension: None,
            title: String::new(),
            description: String::new(),
            tags: Vec::new(),
            parent_uid: None,
            updated_at: String::new(),
        },
    };
    if let Some(File {
        name,
        content_type,
        bytes,
    }) = sent.file
    {
        version.version_uid = stack.fresh_uid("blt");
        version.size = bytes.len();
        version.sha256 = hexadecimal(&Sha256::digest(&bytes));
        version.dimension = imagesize::blob_size(&bytes)
            .ok()
            .map(|size| (size.width, size.height));
        if before.is_none() {
            version.title.clone_from(&name);
        }
        version.filename = name;
        version.content_type = content_type;
        stack.files.insert(version.sha256.clone(), bytes);
    }
    version.title = sent.title.unwrap_or(version.title);
    version.description = sent.description.unwrap_or(version.description);
    version.tags = sent.tags.unwrap_or(version.tags);
    version.parent_uid = sent.parent_uid.unwrap_or(version.parent_uid);
    version.updated_at = now;
    version
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let sent = form(ask);
    if sent.file.is_none() {
        return Err(
            Refusal::invalid(141, "Asset creation failed. Please try again.")
                .because("asset[upload]", "is a required field."),
        );
    }
    check_folder(stack, &sent)?;
    let now = stamp(ask.now);
    let version = next(stack, None, sent, now.clone());
    let asset = Asset {
        uid: stack.fresh_uid("blt"),
        api_key: stack.credentials().api_key,
        created_at: now,
        touched: stack.touch(),
        newest: Arc::new(version),
        older: Vec::new(),
        published: Publications::default(),
    };
    let view = asset.newest_view(stack, true);
    stack.assets.insert(asset.uid.clone(), Arc::new(asset));
    Ok(Answer::created(
        json!({"notice": "Asset created successfully.", "asset": view}),
    ))
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Arc<Asset>, Refusal> {
    stack
        .assets
        .get(ask.parameter("asset"))
        .ok_or_else(Refusal::missing)
}

/// Replaces the file (a form) or the description (JSON).
fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut asset = Asset::clone(find(stack, ask)?);
    let sent = if ask.parts.is_empty() {
        description(ask)?
    } else {
        form(ask)
    };
    check_folder(stack, &sent)?;
    let before = asset.newest.clone();
    asset.renew(next(stack, Some(&before), sent, stamp(ask.now)));
    asset.touched = stack.touch();
    let view = asset.newest_view(stack, true);
    stack.assets.insert(asset.uid.clone(), Arc::new(asset));
    Ok(Answer::ok(
        json!({"notice": "Asset updated successfully.", "asset": view}),
    ))
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let view = find(stack, ask)?.newest_view(stack, ask.flag("include_publish_details"));
    Ok(Answer::ok(json!({"asset": view})))
}

/// Removes an asset; its bytes are gone with it unless another asset has the same.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let asset = find(stack, ask)?.clone();
    stack.assets.remove(&asset.uid);
    for version in asset.versions() {
        let shared = stack
            .assets
            .values()
            .any(|other| other.versions().any(|kept| kept.sha256 == version.sha256));
        if !shared {
            stack.files.remove(&version.sha256);
        }
    }
    Ok(Answer::ok(json!({"notice": "Asset deleted successfully."})))
}

/// Assets have no references to look into.
struct Nothing;

impl Library for Nothing {
    fn document(&self, _: &str, _: &str) -> Option<Document<'_>> {
        None
    }

    fn kin(&self, _: &str, _: &str, _: Kinship) -> Vec<String> {
        Vec::new()
    }
}

/// A view, to be asked about.
fn document(view: &Object) -> Document<'_> {
    Document {
        own: Object::new(),
        fields: view,
    }
}

/// One page of views, and how many there are on all pages.
pub(crate) fn page(ask: &Ask, views: Vec<Value>) -> Result<(Vec<Value>, usize), Refusal> {
    let filter = Filter::parse(&ask.conditions()?)?;
    let Page { skip, limit } = ask.page()?;
    let mut kept: Vec<Value> = views
        .into_iter()
        .filter(|view| {
            view.as_object()
                .is_some_and(|view| filter.matches(&document(view), &Nothing))
        })
        .collect();
    if let Some((path, descending)) = sorting(ask) {
        kept.sort_by(|one, other| match (one.as_object(), other.as_object()) {
            (Some(one), Some(other)) => order(path, descending, &document(one), &document(other)),
            _ => std::cmp::Ordering::Equal,
        });
    }
    let count = kept.len();
    let mut items: Vec<Value> = kept
        .into_iter()
        .skip(skip)
        .take(limit.min(PAGE_LIMIT))
        .collect();
    for item in &mut items {
        choose(item, ask);
    }
    Ok((items, count))
}

/// The assets of a stack, newest change first.
pub(crate) fn newest_first(stack: &Stack) -> Vec<&Arc<Asset>> {
    let mut assets: Vec<&Arc<Asset>> = stack.assets.values().collect();
    assets.sort_by_key(|asset| std::cmp::Reverse(asset.touched));
    assets
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let folder = ask.first("folder");
    let within = |parent: Option<&str>| match folder {
        None => true,
        Some(root) => parent.unwrap_or(folders::ROOT) == root,
    };
    let mut views = Vec::new();
    if ask.flag("include_folders") {
        let inside = stack
            .folders
            .values()
            .filter(|folder| within(folder.parent()));
        views.extend(inside.map(folders::Folder::view));
    }
    let details = ask.flag("include_publish_details");
    let inside = newest_first(stack)
        .into_iter()
        .filter(|asset| within(asset.folder()));
    views.extend(inside.map(|asset| asset.newest_view(stack, details)));
    let (items, count) = page(ask, views)?;
    if ask.flag("count") {
        return Ok(Answer::ok(json!({"assets": count})));
    }
    Ok(Answer::ok(json!({"assets": items})).counted(ask, count))
}

/// The bytes behind an address; older versions keep theirs.
pub(crate) fn download(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let asset = find(stack, ask)?;
    let named = |version: &&Arc<AssetVersion>| {
        version.version_uid == ask.parameter("version")
            && version.filename == ask.parameter("filename")
    };
    let version = asset
        .versions()
        .find(named)
        .filter(|_| asset.api_key == ask.parameter("api_key"))
        .ok_or_else(Refusal::missing)?;
    let bytes = stack
        .files
        .get(&version.sha256)
        .ok_or_else(Refusal::missing)?
        .clone();
    let content_type = version.content_type.clone();
    Ok(Answer {
        status: StatusCode::OK,
        body: Body::File {
            content_type,
            bytes,
        },
    })
}

//! How entries are read, on both sides: which version an asker sees, and in what form.
//!
//! The management side sees the newest draft of a locale, or of what the locale inherits from; the
//! delivery side sees what was published to one environment and locale, frozen as it was.
//! Everything after that choice is the same: conditions, order, pages, files as whole objects,
//! references resolved on demand.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ask::{Ask, Object};

use super::environments::Environment;
use super::errors::Refusal;
use super::publishing::Publication;
use super::query::{Document, Filter, Kinship, Library, order};
use super::schema::{Field, Model, fields};
use super::shelf::{Entry, Shelf, Version};
use super::stack::{MASTER_LOCALE, Stack, USER};

/// What an asker may see.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Drafts, in a locale; with `inherited`, entries that the locale only inherits too.
    Draft { locale: &'a str, inherited: bool },
    /// What is published; with `fallback`, also what is published for the locales inherited from.
    Published {
        environment: &'a Environment,
        locale: &'a str,
        fallback: bool,
    },
}

/// Reads a stack within a scope.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    stack: &'a Stack,
    scope: Scope<'a>,
    /// The locales that are tried, nearest first.
    chain: Vec<&'a str>,
    publish_details: bool,
    workflow: bool,
}

/// The version of an entry that the asker sees.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) version: &'a Version,
    /// The locale that the content belongs to.
    pub(crate) source: &'a str,
    /// The locale it is published in, and its publication.
    publication: Option<(&'a str, &'a Publication<Version>)>,
}

/// One page of a list.
pub(crate) struct Listing {
    pub(crate) items: Vec<Value>,
    /// How many there are on all pages.
    pub(crate) count: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(stack: &'a Stack, scope: Scope<'a>, publish_details: bool) -> Self {
        let (locale, whole) = match scope {
            Scope::Draft { locale, inherited } => (locale, inherited),
            Scope::Published {
                locale, fallback, ..
            } => (locale, fallback),
        };
        let chain = if whole {
            stack.chain(locale)
        } else {
            vec![locale]
        };
        Self {
            stack,
            scope,
            chain,
            publish_details,
            workflow: false,
        }
    }

    /// Whether entries say at which stage of their workflow they stand.
    fn with_workflow(self, workflow: bool) -> Self {
        Self { workflow, ..self }
    }

    /// What the asker sees of an entry, if anything.
    pub(crate) fn find(&self, entry: &'a Entry) -> Option<Found<'a>> {
        match self.scope {
            Scope::Draft { .. } => {
                let (source, version) = entry.resolve(&self.chain)?;
                Some(Found {
                    entry,
                    version,
                    source,
                    publication: None,
                })
            }
            Scope::Published { environment, .. } => self.chain.iter().find_map(|locale| {
                let publication = entry.published.get(&environment.uid, locale)?;
                Some(Found {
                    entry,
                    version: &publication.version,
                    source: &publication.source,
                    publication: Some((locale, publication)),
                })
            }),
        }
    }

    /// What the service itself puts on an entry, as far as a query may ask about it.
    fn document_of(&self, found: &Found<'a>) -> Document<'a> {
        Document {
            own: self.system(found),
            fields: &found.version.fields,
        }
    }

    fn system(&self, found: &Found<'a>) -> Object {
        let Found {
            entry,
            version,
            source,
            publication,
        } = found;
        let user = USER;
        let mut own = Object::new();
        for (key, value) in [
            ("locale", json!(source)),
            ("uid", json!(entry.uid)),
            ("created_by", json!(user)),
            ("updated_by", json!(user)),
            ("created_at", json!(version.created_at)),
            ("updated_at", json!(version.updated_at)),
            ("ACL", json!({})),
            ("_version", json!(version.number)),
            ("_in_progress", json!(false)),
        ] {
            own.insert(key.to_owned(), value);
        }
        match (self.scope, publication) {
            (Scope::Published { environment, .. }, Some((locale, publication))) => {
                let details = json!({
                    "environment": environment.uid,
                    "locale": locale,
                    "time": publication.time,
                    "user": user,
                });
                own.insert("publish_details".into(), details);
            }
            (Scope::Draft { locale, .. }, _) if self.workflow => {
                let stage = self.stack.governance.view(&entry.uid, locale);
                own.extend(stage.map(|stage| ("_workflow".to_owned(), stage)));
            }
            _ => {}
        }
        match self.scope {
            Scope::Draft { .. } if self.publish_details => {
                own.insert("publish_details".into(), entry.published.details(user));
            }
            _ => {}
        }
        own
    }

    /// The whole entry as it is given out.
    pub(crate) fn view(&self, model: &Model, found: &Found<'a>) -> Object {
        let mut view = self.object(&model.schema, &found.version.fields);
        let tags = found.version.fields.get("tags").cloned();
        view.insert("tags".into(), tags.unwrap_or_else(|| json!([])));
        view.extend(self.system(found));
        view
    }

    /// The stored values that the schema still has, files made whole.
    fn object(&self, schema: &[Value], values: &Object) -> Object {
        fields(schema)
            .filter_map(|field| {
                let value = values.get(field.uid())?;
                Some((field.uid().to_owned(), self.value(field, value)))
            })
            .collect()
    }

    fn value(&self, field: Field<'_>, value: &Value) -> Value {
        match (field.data_type(), value) {
            ("file" | "group" | "global_field" | "blocks", Value::Array(items)) => {
                Value::Array(items.iter().map(|item| self.value(field, item)).collect())
            }
            ("file", Value::String(uid)) => self.file(uid),
            ("group" | "global_field", Value::Object(inner)) => {
                Value::Object(self.object(field.inner(self.stack), inner))
            }
            ("blocks", Value::Object(block)) => {
                let whole = block.iter().map(|(uid, content)| {
                    let schema = field.block(self.stack, uid).unwrap_or_default();
                    let stored = content.as_object();
                    let mut inner = stored.map(|stored| self.object(schema, stored));
                    if let (Some(inner), Some(metadata)) = (&mut inner, content.get("_metadata")) {
                        inner.insert("_metadata".into(), metadata.clone());
                    }
                    (uid.clone(), inner.map_or(Value::Null, Value::Object))
                });
                Value::Object(whole.collect())
            }
            _ => value.clone(),
        }
    }

    /// The asset of a file field. Delivery gives it only where the asset itself is published;
    /// without that the field is empty there.
    fn file(&self, uid: &str) -> Value {
        let Some(asset) = self.stack.assets.get(uid) else {
            return Value::Null;
        };
        match self.scope {
            Scope::Draft { .. } => asset.newest_view(self.stack, false),
            Scope::Published { environment, .. } => self
                .chain
                .iter()
                .find_map(|locale| asset.published_view(self.stack, environment, locale))
                .unwrap_or(Value::Null),
        }
    }

    /// The candidates of a query: all entries, or those that its equality on a unique field leaves.
    fn candidates(&self, shelf: &'a Shelf, filter: &Filter) -> Vec<&'a Arc<Entry>> {
        if let Some((path, value)) = filter.pinned() {
            if path == "uid" {
                return value
                    .as_str()
                    .and_then(|uid| shelf.get(uid))
                    .into_iter()
                    .collect();
            }
            // The index knows drafts only; what is published may hold an older value.
            if let Scope::Draft { .. } = self.scope
                && let Some(holders) = shelf.holders(path, value)
            {
                return holders;
            }
        }
        shelf.entries().collect()
    }

    /// One page of the entries of a type, as a request asks for it.
    pub(crate) fn list(
        &self,
        model: &Model,
        shelf: &'a Shelf,
        ask: &Ask,
    ) -> Result<Listing, Refusal> {
        let filter = Filter::parse(&ask.conditions()?)?;
        let page = ask.page()?;
        let tags = ask
            .first("tags")
            .map(|tags| tags.split(',').collect::<Vec<_>>());
        let mut found: Vec<Found<'a>> = self
            .candidates(shelf, &filter)
            .into_iter()
            .filter_map(|entry| self.find(entry))
            // A document costs an allocation per member, so a list of everything makes none.
            .filter(|found| filter.is_open() || filter.matches(&self.document_of(found), self))
            .filter(|found| {
                tags.as_ref()
                    .is_none_or(|tags| has_tag(found.version, tags))
            })
            .collect();
        // Newest change first, unless the request says otherwise.
        found.sort_by_key(|found| std::cmp::Reverse(found.entry.touched));
        if let Some((path, descending)) = sorting(ask) {
            let mut asked: Vec<(Document<'a>, Found<'a>)> = found
                .into_iter()
                .map(|found| (self.document_of(&found), found))
                .collect();
            asked.sort_by(|(one, _), (other, _)| order(path, descending, one, other));
            found = asked.into_iter().map(|(_, found)| found).collect();
        }
        let count = found.len();
        let include = ask.all("include");
        let items = page
            .cut(found)
            .iter()
            .map(|found| self.finished(model, found, ask, &include))
            .collect();
        Ok(Listing { items, count })
    }

    /// An entry with its references resolved and its fields chosen, as a request asks for it.
    pub(crate) fn finished(
        &self,
        model: &Model,
        found: &Found<'a>,
        ask: &Ask,
        include: &[&str],
    ) -> Value {
        let mut view = Value::Object(self.view(model, found));
        for path in include {
            let segments: Vec<&str> = path.split('.').collect();
            self.resolve(&mut view, &segments);
        }
        choose(&mut view, ask);
        view
    }

    /// Puts entries in the place of references along a path. What the asker may not see is left
    /// out.
    fn resolve(&self, value: &mut Value, path: &[&str]) {
        match (value, path) {
            (Value::Array(items), path) => {
                for item in items {
                    self.resolve(item, path);
                }
            }
            (Value::Object(object), [first, rest @ ..]) => {
                let Some(value) = object.get_mut(*first) else {
                    return;
                };
                if let Value::Array(items) = value
                    && items.iter().any(is_reference)
                {
                    let resolved = items.drain(..).filter_map(|item| self.referred(item));
                    *items = resolved.collect();
                }
                if !rest.is_empty() {
                    self.resolve(value, rest);
                }
            }
            _ => {}
        }
    }

    /// The entry in the place of a reference. One that is resolved already stays.
    fn referred(&self, reference: Value) -> Option<Value> {
        if !is_reference(&reference) {
            return Some(reference);
        }
        let uid = reference.get("uid")?.as_str()?;
        let of = reference.get("_content_type_uid")?.as_str()?;
        let model = self.stack.content_types.get(of)?;
        let entry = self.stack.shelves.get(of)?.get(uid)?;
        let found = self.referable(entry)?;
        let mut view = self.view(model, &found);
        view.insert("_content_type_uid".into(), json!(of));
        Some(Value::Object(view))
    }

    /// A referred entry in the asker's eyes. In drafts a reference always shows what the locale
    /// inherits.
    fn referable(&self, entry: &'a Entry) -> Option<Found<'a>> {
        match self.scope {
            Scope::Draft { locale, .. } => {
                let (source, version) = entry.resolve(&self.stack.chain(locale))?;
                Some(Found {
                    entry,
                    version,
                    source,
                    publication: None,
                })
            }
            Scope::Published { .. } => self.find(entry),
        }
    }
}

impl Library for Reader<'_> {
    fn document(&self, content_type: &str, uid: &str) -> Option<Document<'_>> {
        let entry = self.stack.shelves.get(content_type)?.get(uid)?;
        self.referable(entry).map(|found| self.document_of(&found))
    }

    fn kin(&self, taxonomy: &str, term: &str, kinship: Kinship) -> Vec<String> {
        self.stack
            .taxonomies
            .get(taxonomy)
            .map(|taxonomy| taxonomy.kin(term, kinship))
            .unwrap_or_default()
    }
}

/// A reference that is not resolved has these two members and no more.
fn is_reference(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        object.len() == 2 && object.contains_key("uid") && object.contains_key("_content_type_uid")
    })
}

fn has_tag(version: &Version, tags: &[&str]) -> bool {
    let own = version.fields.get("tags").and_then(Value::as_array);
    own.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .any(|tag| tags.contains(&tag))
}

/// The path to sort by and whether it descends.
pub(crate) fn sorting(ask: &Ask) -> Option<(&str, bool)> {
    let ascending = ask.first("asc").map(|path| (path, false));
    ascending.or_else(|| ask.first("desc").map(|path| (path, true)))
}

/// Leaves the fields that `only[BASE][]` names, or drops those that `except[BASE][]` does. The uid
/// always stays. A dotted name reaches into groups.
pub(crate) fn choose(view: &mut Value, ask: &Ask) {
    let only = ask.all("only[BASE]");
    if !only.is_empty() {
        keep(view, &only, "");
        return;
    }
    for path in ask.all("except[BASE]") {
        let segments: Vec<&str> = path.split('.').collect();
        remove(view, &segments);
    }
}

fn keep(value: &mut Value, only: &[&str], prefix: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, only, prefix)),
        Value::Object(object) => object.retain(|key, inner| {
            let path = format!("{prefix}{key}");
            let deeper = format!("{path}.");
            if only.contains(&path.as_str()) || path == "uid" {
                return true;
            }
            let reaches = only.iter().any(|wanted| wanted.starts_with(&deeper));
            if reaches {
                keep(inner, only, &deeper);
            }
            reaches
        }),
        _ => {}
    }
}

fn remove(value: &mut Value, path: &[&str]) {
    match (value, path) {
        (Value::Array(items), path) => items.iter_mut().for_each(|item| remove(item, path)),
        (Value::Object(object), [last]) if *last != "uid" => {
            object.shift_remove(*last);
        }
        (Value::Object(object), [first, rest @ ..]) => {
            if let Some(inner) = object.get_mut(*first) {
                remove(inner, rest);
            }
        }
        _ => {}
    }
}

/// The scope of a management request: drafts in the locale it names.
pub(crate) fn draft<'a>(
    stack: &'a Stack,
    ask: &'a Ask,
    single: bool,
) -> Result<Reader<'a>, Refusal> {
    let locale = stack.asked_locale(ask.first("locale"))?;
    let inherited = single || locale == MASTER_LOCALE || ask.flag("include_unlocalized");
    let scope = Scope::Draft { locale, inherited };
    Ok(
        Reader::new(stack, scope, ask.flag("include_publish_details"))
            .with_workflow(ask.flag("include_workflow")),
    )
}

//! Taxonomies and their terms: trees that entries point into.
//!
//! Limits are the documented ones: uid and name 50 characters, description 255, 10,000 terms in a
//! taxonomy, depth 10. A taxonomy is published whole.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, text, texts};
use super::bulk;
use super::errors::Refusal;
use super::publishing::{self, Action};
use super::query::Kinship;
use super::routes::{Route, delete, get, post, put};
use super::stack::{Stack, USER};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/taxonomies", list),
    post("/v3/taxonomies", create),
    post("/v3/taxonomies/publish", publish),
    post("/v3/taxonomies/unpublish", unpublish),
    get("/v3/taxonomies/$all/terms", all_terms),
    get("/v3/taxonomies/{taxonomy}", show),
    put("/v3/taxonomies/{taxonomy}", update),
    delete("/v3/taxonomies/{taxonomy}", remove),
    get("/v3/taxonomies/{taxonomy}/terms", terms),
    post("/v3/taxonomies/{taxonomy}/terms", create_term),
    get("/v3/taxonomies/{taxonomy}/terms/{term}", show_term),
    put("/v3/taxonomies/{taxonomy}/terms/{term}", update_term),
    delete("/v3/taxonomies/{taxonomy}/terms/{term}", remove_term),
    put("/v3/taxonomies/{taxonomy}/terms/{term}/move", move_term),
    get(
        "/v3/taxonomies/{taxonomy}/terms/{term}/ancestors",
        ancestors,
    ),
    get(
        "/v3/taxonomies/{taxonomy}/terms/{term}/descendants",
        descendants,
    ),
];

const NAME_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 255;
const TERM_LIMIT: usize = 10_000;
const DEPTH_LIMIT: usize = 10;

/// One tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Taxonomy {
    uid: String,
    name: String,
    description: String,
    pub(crate) terms: BTreeMap<String, Term>,
    /// Locales by environment uid.
    published: BTreeMap<String, BTreeSet<String>>,
    created_at: String,
    updated_at: String,
}

/// One node.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Term {
    uid: String,
    name: String,
    parent_uid: Option<String>,
    /// Among its siblings, from 1.
    order: u64,
    created_at: String,
    updated_at: String,
}

impl Taxonomy {
    pub(crate) fn view(&self) -> Value {
        json!({
            "uid": self.uid,
            "name": self.name,
            "description": self.description,
            "terms_count": self.terms.len(),
            "created_by": USER,
            "updated_by": USER,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        })
    }

    pub(crate) fn is_published(&self, environment: &str, locale: &str) -> bool {
        self.published
            .get(environment)
            .is_some_and(|locales| locales.contains(locale))
    }

    /// The terms above one, nearest first. Stops where a tree of this depth could not go on.
    fn above(&self, uid: &str) -> Vec<&Term> {
        let mut above = Vec::new();
        let mut next = self
            .terms
            .get(uid)
            .and_then(|term| term.parent_uid.as_deref());
        while let Some(term) = next.and_then(|uid| self.terms.get(uid)) {
            if above.len() >= DEPTH_LIMIT {
                break;
            }
            next = term.parent_uid.as_deref();
            above.push(term);
        }
        above
    }

    /// The terms below one, nearest level first.
    fn below(&self, uid: &str) -> Vec<&Term> {
        let mut below: Vec<&Term> = Vec::new();
        let mut level = vec![uid];
        while !level.is_empty() && below.len() <= self.terms.len() {
            let children: Vec<&Term> = level
                .iter()
                .flat_map(|parent| self.children(Some(parent)))
                .collect();
            level = children.iter().map(|term| term.uid.as_str()).collect();
            below.extend(children);
        }
        below
    }

    /// The terms directly under one, or at the top, in their order.
    fn children(&self, parent: Option<&str>) -> Vec<&Term> {
        let mut children: Vec<&Term> = self
            .terms
            .values()
            .filter(|term| term.parent_uid.as_deref() == parent)
            .collect();
        children.sort_by_key(|term| (term.order, term.uid.clone()));
        children
    }

    /// The uids of the terms that lie so to a term.
    pub(crate) fn kin(&self, term: &str, kinship: Kinship) -> Vec<String> {
        let (terms, itself) = match kinship {
            Kinship::Above { itself } => (self.above(term), itself),
            Kinship::Below { itself } => (self.below(term), itself),
        };
        let own = itself.then(|| term.to_owned());
        own.into_iter()
            .chain(terms.into_iter().map(|term| term.uid.clone()))
            .collect()
    }

    pub(crate) fn term_view(&self, term: &Term) -> Value {
        let above = self.above(&term.uid);
        let ancestors: Vec<Value> = above
            .iter()
            .rev()
            .map(|term| json!({"uid": term.uid, "name": term.name, "parent_uid": term.parent_uid}))
            .collect();
        json!({
            "uid": term.uid,
            "name": term.name,
            "parent_uid": term.parent_uid,
            "order": term.order,
            "depth": above.len() + 1,
            "taxonomy_uid": self.uid,
            "ancestors": ancestors,
            "children_count": self.children(Some(&term.uid)).len(),
            "created_by": USER,
            "updated_by": USER,
            "created_at": term.created_at,
            "updated_at": term.updated_at,
        })
    }
}

fn refused(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::invalid(141, "The taxonomy or term was not saved. Please try again.")
        .because(field, message)
}

/// The uid and the name of something new.
fn identity(body: &Object) -> Result<(String, String), Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let uid = text(body, "uid").unwrap_or_default();
    if uid.is_empty() || uid.len() > NAME_LIMIT || !uid.bytes().all(plain) {
        return Err(refused("uid", "is not valid."));
    }
    Ok((uid.to_owned(), name(body)?))
}

fn name(body: &Object) -> Result<String, Refusal> {
    let name = text(body, "name").unwrap_or_default();
    if name.is_empty() {
        return Err(refused("name", "is a required field."));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(refused(
            "name",
            format!("is longer than {NAME_LIMIT} characters."),
        ));
    }
    Ok(name.to_owned())
}

fn description(body: &Object) -> Result<Option<String>, Refusal> {
    let description = text(body, "description");
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LIMIT) {
        let message = format!("is longer than {DESCRIPTION_LIMIT} characters.");
        return Err(refused("description", message));
    }
    Ok(description.map(str::to_owned))
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Taxonomy, Refusal> {
    stack
        .taxonomies
        .get(ask.parameter("taxonomy"))
        .ok_or_else(Refusal::missing)
}

fn find_term<'a>(stack: &'a Stack, ask: &Ask) -> Result<(&'a Taxonomy, &'a Term), Refusal> {
    let taxonomy = find(stack, ask)?;
    let term = taxonomy
        .terms
        .get(ask.parameter("term"))
        .ok_or_else(Refusal::missing)?;
    Ok((taxonomy, term))
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("taxonomy")?;
    let (uid, name) = identity(&body)?;
    if stack.taxonomies.contains_key(&uid) {
        return Err(refused("uid", "is not unique."));
    }
    let now = stamp(ask.now);
    let taxonomy = Taxonomy {
        name,
        description: description(&body)?.unwrap_or_default(),
        terms: BTreeMap::new(),
        published: BTreeMap::new(),
        created_at: now.clone(),
        updated_at: now,
        uid: uid.clone(),
    };
    let view = taxonomy.view();
    stack.taxonomies.insert(uid, taxonomy);
    Ok(Answer::created(
        json!({"notice": "Taxonomy created successfully.", "taxonomy": view}),
    ))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut taxonomy = find(stack, ask)?.clone();
    let body = ask.rooted("taxonomy")?;
    if body.contains_key("name") {
        taxonomy.name = name(&body)?;
    }
    if let Some(description) = description(&body)? {
        taxonomy.description = description;
    }
    taxonomy.updated_at = stamp(ask.now);
    let view = taxonomy.view();
    stack.taxonomies.insert(taxonomy.uid.clone(), taxonomy);
    Ok(Answer::ok(
        json!({"notice": "Taxonomy updated successfully.", "taxonomy": view}),
    ))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Answer::list(
        ask,
        "taxonomies",
        stack.taxonomies.values().map(Taxonomy::view).collect(),
    )
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"taxonomy": find(stack, ask)?.view()})))
}

fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let taxonomy = find(stack, ask)?;
    if !taxonomy.terms.is_empty() && !ask.flag("force") {
        return Err(refused("terms", "is not empty. Use force=true."));
    }
    let uid = taxonomy.uid.clone();
    stack.taxonomies.remove(&uid);
    Ok(Answer::empty())
}

/// The terms of a taxonomy, parents before children. `depth` cuts the tree; without it all levels
/// come.
pub(crate) fn terms(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let taxonomy = find(stack, ask)?;
    let depth = ask
        .first("depth")
        .and_then(|depth| depth.parse().ok())
        .unwrap_or(0_u64);
    let tops = taxonomy.children(None);
    let tree = tops
        .iter()
        .flat_map(|top| std::iter::once(*top).chain(taxonomy.below(&top.uid)));
    let views = tree
        .map(|term| taxonomy.term_view(term))
        .filter(|view| depth == 0 || view.get("depth").and_then(Value::as_u64) <= Some(depth))
        .collect();
    Answer::list(ask, "terms", views)
}

fn all_terms(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let wanted = ask.first("typeahead").unwrap_or_default().to_lowercase();
    let views = stack
        .taxonomies
        .values()
        .flat_map(|taxonomy| taxonomy.terms.values().map(move |term| (taxonomy, term)))
        .filter(|(_, term)| term.name.to_lowercase().starts_with(&wanted))
        .map(|(taxonomy, term)| taxonomy.term_view(term))
        .collect();
    Answer::list(ask, "terms", views)
}

/// The parent that a body names, when it exists and the tree does not get too deep under it.
fn parent(taxonomy: &Taxonomy, body: &Object) -> Result<Option<String>, Refusal> {
    let Some(uid) = text(body, "parent_uid").filter(|uid| !uid.is_empty()) else {
        return Ok(None);
    };
    if !taxonomy.terms.contains_key(uid) {
        return Err(refused("parent_uid", "is not valid."));
    }
    if taxonomy.above(uid).len() + 2 > DEPTH_LIMIT {
        return Err(refused(
            "parent_uid",
            format!("is at the depth limit of {DEPTH_LIMIT}."),
        ));
    }
    Ok(Some(uid.to_owned()))
}

fn create_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let taxonomy = find(stack, ask)?;
    let body = ask.rooted("term")?;
    let (uid, name) = identity(&body)?;
    if taxonomy.terms.contains_key(&uid) {
        return Err(refused("uid", "is not unique."));
    }
    if taxonomy.terms.len() >= TERM_LIMIT {
        return Err(refused("terms", format!("are more than {TERM_LIMIT}.")));
    }
    let parent_uid = parent(taxonomy, &body)?;
    let last = taxonomy
        .children(parent_uid.as_deref())
        .last()
        .map_or(0, |term| term.order);
    let now = stamp(ask.now);
    let term = Term {
        name,
        parent_uid,
        order: body
            .get("order")
            .and_then(Value::as_u64)
            .unwrap_or(last + 1),
        created_at: now.clone(),
        updated_at: now,
        uid,
    };
    store(
        stack,
        ask,
        &term,
        Answer::created,
        "Term created successfully.",
    )
}

fn store(
    stack: &mut Stack,
    ask: &Ask,
    term: &Term,
    answer: fn(Value) -> Answer,
    notice: &str,
) -> Result<Answer, Refusal> {
    let taxonomy = stack
        .taxonomies
        .get_mut(ask.parameter("taxonomy"))
        .ok_or_else(Refusal::missing)?;
    taxonomy.terms.insert(term.uid.clone(), term.clone());
    Ok(answer(
        json!({"notice": notice, "term": taxonomy.term_view(term)}),
    ))
}

fn show_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (taxonomy, term) = find_term(stack, ask)?;
    Ok(Answer::ok(json!({"term": taxonomy.term_view(term)})))
}

fn update_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut term = find_term(stack, ask)?.1.clone();
    term.name = name(&ask.rooted("term")?)?;
    term.updated_at = stamp(ask.now);
    store(stack, ask, &term, Answer::ok, "Term updated successfully.")
}

fn move_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (taxonomy, term) = find_term(stack, ask)?;
    let mut term = term.clone();
    let body = ask.rooted("term")?;
    let parent_uid = parent(taxonomy, &body)?;
    let inside = Kinship::Below { itself: true };
    if parent_uid
        .as_ref()
        .is_some_and(|uid| taxonomy.kin(&term.uid, inside).contains(uid))
    {
        return Err(refused("parent_uid", "lies below the term itself."));
    }
    term.parent_uid = parent_uid;
    if let Some(order) = body.get("order").and_then(Value::as_u64) {
        term.order = order;
    }
    term.updated_at = stamp(ask.now);
    store(stack, ask, &term, Answer::ok, "Term moved successfully.")
}

/// Removes a term; by `force` those below it too.
fn remove_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (taxonomy, term) = find_term(stack, ask)?;
    let gone = taxonomy.kin(&term.uid, Kinship::Below { itself: true });
    if gone.len() > 1 && !ask.flag("force") {
        return Err(refused("terms", "lie below this one. Use force=true."));
    }
    if let Some(taxonomy) = stack.taxonomies.get_mut(ask.parameter("taxonomy")) {
        taxonomy.terms.retain(|uid, _| !gone.contains(uid));
    }
    Ok(Answer::empty())
}

fn ancestors(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (taxonomy, term) = find_term(stack, ask)?;
    let above = taxonomy.above(&term.uid);
    let views = above
        .into_iter()
        .rev()
        .map(|term| taxonomy.term_view(term))
        .collect();
    Answer::list(ask, "terms", views)
}

fn descendants(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let (taxonomy, term) = find_term(stack, ask)?;
    let below = taxonomy.below(&term.uid);
    Answer::list(
        ask,
        "terms",
        below
            .into_iter()
            .map(|term| taxonomy.term_view(term))
            .collect(),
    )
}

/// `{locales, environments, items: [{uid}]}`: gives whole taxonomies to environments, and answers
/// with a job.
fn settle(stack: &mut Stack, ask: &Ask, action: Action) -> Result<Answer, Refusal> {
    bulk::check_api_version(ask)?;
    let body = ask.object()?;
    let names = texts(&body, "environments")?;
    let codes = texts(&body, "locales")?;
    publishing::environments(stack, &names)?;
    publishing::locales(stack, &codes)?;
    let items = body
        .get("items")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let uids: Vec<String> = items
        .iter()
        .filter_map(|item| item.get("uid").and_then(Value::as_str))
        .map(str::to_owned)
        .collect();
    if uids.is_empty() {
        return Err(refused("items", "is a required field."));
    }
    if uids.iter().any(|uid| !stack.taxonomies.contains_key(uid)) {
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            141,
            super::errors::MISSING,
        )
        .because("items", "is not valid."));
    }
    let environments: Vec<String> = names
        .iter()
        .filter_map(|name| stack.environments.get(name))
        .map(|environment| environment.uid.clone())
        .collect();
    for taxonomy in uids
        .iter()
        .filter_map(|uid| stack.taxonomies.remove(uid))
        .collect::<Vec<_>>()
    {
        let mut taxonomy = taxonomy;
        for environment in &environments {
            let locales = taxonomy.published.entry(environment.clone()).or_default();
            for code in &codes {
                match action {
                    Action::Publish => locales.insert(code.clone()),
                    Action::Unpublish => locales.remove(code),
                };
            }
        }
        stack.taxonomies.insert(taxonomy.uid.clone(), taxonomy);
    }
    let job = bulk::settled_taxonomies(stack, ask, action, names, codes, &uids);
    let notice = format!("Your taxonomy {} request is in progress.", action.name());
    Ok(Answer::ok(json!({"notice": notice, "job_id": job})))
}

fn publish(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    settle(stack, ask, Action::Publish)
}

fn unpublish(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    settle(stack, ask, Action::Unpublish)
}

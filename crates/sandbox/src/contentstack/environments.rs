//! Environments, addressed by name. Each brings a delivery token that opens it and no other.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, text};
use super::errors::Refusal;
use super::routes::{Route, delete, get, post, put};
use super::stack::{Stack, USER};

pub(crate) const ROUTES: &[Route] = &[
    get("/v3/environments", list),
    post("/v3/environments", create),
    get("/v3/environments/{environment}", show),
    put("/v3/environments/{environment}", update),
    delete("/v3/environments/{environment}", remove),
];

/// A place to publish to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Environment {
    pub(crate) uid: String,
    name: String,
    urls: Value,
    deploy_content: bool,
    created_at: String,
    updated_at: String,
    version: u32,
}

impl Environment {
    fn view(&self) -> Value {
        json!({
            "uid": self.uid,
            "name": self.name,
            "urls": self.urls,
            "deploy_content": self.deploy_content,
            "servers": [],
            "created_by": USER,
            "updated_by": USER,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "ACL": [],
            "_version": self.version,
        })
    }

    fn read(&mut self, body: &Object) {
        if let Some(urls) = body.get("urls") {
            self.urls = urls.clone();
        }
        if let Some(deploy) = body.get("deploy_content").and_then(Value::as_bool) {
            self.deploy_content = deploy;
        }
    }
}

fn find<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Environment, Refusal> {
    let name = ask.parameter("environment");
    stack.environments.get(name).ok_or_else(|| {
        Refusal::new(
            axum::http::StatusCode::NOT_FOUND,
            141,
            "The environment was not found.",
        )
        .because("name", format!("'{name}' is not valid."))
    })
}

/// A name that is free and has no character that would not stand in a path.
fn free_name(stack: &Stack, name: &str) -> Result<(), Refusal> {
    let refused = |message: &str| {
        Err(
            Refusal::invalid(141, "The environment was not saved. Please try again.")
                .because("name", message),
        )
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty() || !name.bytes().all(plain) {
        return refused("is not valid.");
    }
    if stack.environments.contains_key(name) {
        return refused("is not unique.");
    }
    Ok(())
}

fn create(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let body = ask.rooted("environment")?;
    let name = text(&body, "name").unwrap_or_default();
    free_name(stack, name)?;
    let now = stamp(ask.now);
    let mut environment = Environment {
        uid: stack.fresh_uid("blt"),
        name: name.to_owned(),
        urls: json!([]),
        deploy_content: true,
        created_at: now.clone(),
        updated_at: now,
        version: 1,
    };
    environment.read(&body);
    let view = environment.view();
    stack.environments.insert(name.to_owned(), environment);
    let notice = "Environment created successfully.";
    Ok(Answer::created(
        json!({"notice": notice, "environment": view}),
    ))
}

fn update(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let mut environment = find(stack, ask)?.clone();
    let body = ask.rooted("environment")?;
    let old = environment.name.clone();
    if let Some(name) = text(&body, "name").filter(|name| *name != old) {
        free_name(stack, name)?;
        environment.name = name.to_owned();
    }
    environment.read(&body);
    environment.version += 1;
    environment.updated_at = stamp(ask.now);
    let view = environment.view();
    stack.environments.remove(&old);
    stack
        .environments
        .insert(environment.name.clone(), environment);
    let notice = "Environment updated successfully.";
    Ok(Answer::ok(json!({"notice": notice, "environment": view})))
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Answer::list(
        ask,
        "environments",
        stack.environments.values().map(Environment::view).collect(),
    )
}

fn show(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"environment": find(stack, ask)?.view()})))
}

/// Removes an environment and what is published to it.
fn remove(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let environment = find(stack, ask)?.clone();
    stack.environments.remove(&environment.name);
    for shelf in stack.shelves.values_mut() {
        shelf.close_environment(&environment.uid);
    }
    for asset in stack.assets.values_mut() {
        if asset.published.reaches(&environment.uid) {
            std::sync::Arc::make_mut(asset)
                .published
                .close_environment(&environment.uid);
        }
    }
    Ok(Answer::ok(
        json!({"notice": "Environment deleted successfully."}),
    ))
}

//! The delivery side: what is published, to whoever has the environment's token.
//!
//! Nothing here changes anything. What a request sees is decided by its environment and locale
//! alone; with `include_fallback=true` also by what is published for the locales that it inherits
//! from. That is the trap in which a title that was unpublished in one locale is still served
//! there: the fallback's entry takes its place.

use axum::http::StatusCode;
use serde_json::json;

use super::answer::Answer;
use super::ask::Ask;
use super::assets;
use super::content_types;
use super::environments::Environment;
use super::errors::{CLOSED_ENVIRONMENT, Refusal};
use super::reading::{Reader, Scope};
use super::routes::{Route, deliver};
use super::stack::Stack;
use super::taxonomies::Taxonomy;

pub(crate) const ROUTES: &[Route] = &[
    deliver("/v3/content_types", list_types),
    deliver("/v3/content_types/{ct}", show_type),
    deliver("/v3/content_types/{ct}/entries", list_entries),
    deliver("/v3/content_types/{ct}/entries/{entry}", show_entry),
    deliver("/v3/assets", list_assets),
    deliver("/v3/assets/{asset}", show_asset),
    deliver("/v3/taxonomies", list_taxonomies),
    deliver("/v3/taxonomies/{taxonomy}", show_taxonomy),
    deliver("/v3/taxonomies/{taxonomy}/terms", list_terms),
    deliver("/v3/taxonomies/{taxonomy}/terms/{term}", show_term),
];

/// The environment of a request. It is let in by name before this, so here it only may not exist.
fn environment<'a>(stack: &'a Stack, ask: &Ask) -> Result<&'a Environment, Refusal> {
    let name = ask.first("environment").unwrap_or_default();
    if name.is_empty() {
        return Err(Refusal::shape("environment", "is a required parameter."));
    }
    stack.environments.get(name).ok_or_else(|| {
        Refusal::new(StatusCode::UNAUTHORIZED, 161, CLOSED_ENVIRONMENT)
            .because("environment", "is not valid.")
    })
}

fn reader<'a>(stack: &'a Stack, ask: &'a Ask) -> Result<Reader<'a>, Refusal> {
    let environment = environment(stack, ask)?;
    let locale = stack.asked_locale(ask.first("locale"))?;
    let fallback = ask.flag("include_fallback");
    Ok(Reader::new(
        stack,
        Scope::Published {
            environment,
            locale,
            fallback,
        },
        true,
    ))
}

/// The locales that a request sees, nearest first.
fn chain<'a>(stack: &'a Stack, ask: &'a Ask) -> Result<Vec<&'a str>, Refusal> {
    let locale = stack.asked_locale(ask.first("locale"))?;
    Ok(if ask.flag("include_fallback") {
        stack.chain(locale)
    } else {
        vec![locale]
    })
}

fn list_entries(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let model = stack.content_type(content_type)?;
    let listing = reader(stack, ask)?.list(model, stack.shelf(content_type)?, ask)?;
    let answer = Answer::ok(json!({"entries": listing.items})).counted(ask, listing.count);
    Ok(content_types::beside(answer, stack, model, ask))
}

fn show_entry(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let model = stack.content_type(content_type)?;
    let reader = reader(stack, ask)?;
    let entry = stack.shelf(content_type)?.get(ask.parameter("entry"));
    let found = entry
        .and_then(|entry| reader.find(entry))
        .ok_or_else(Refusal::undelivered)?;
    let view = reader.finished(model, &found, ask, &ask.all("include"));
    Ok(content_types::beside(
        Answer::ok(json!({"entry": view})),
        stack,
        model,
        ask,
    ))
}

fn list_assets(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let environment = environment(stack, ask)?;
    let chain = chain(stack, ask)?;
    let views = assets::newest_first(stack)
        .into_iter()
        .filter_map(|asset| {
            chain
                .iter()
                .find_map(|locale| asset.published_view(stack, environment, locale))
        })
        .collect();
    let (items, count) = assets::page(ask, views)?;
    Ok(Answer::ok(json!({"assets": items})).counted(ask, count))
}

fn show_asset(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let environment = environment(stack, ask)?;
    let chain = chain(stack, ask)?;
    let asset = stack
        .assets
        .get(ask.parameter("asset"))
        .ok_or_else(Refusal::undelivered)?;
    let view = chain
        .iter()
        .find_map(|locale| asset.published_view(stack, environment, locale));
    Ok(Answer::ok(
        json!({"asset": view.ok_or_else(Refusal::undelivered)?}),
    ))
}

/// The taxonomies that are published to the environment and locale of a request.
fn published<'a>(stack: &'a Stack, ask: &'a Ask) -> Result<Vec<&'a Taxonomy>, Refusal> {
    let environment = environment(stack, ask)?;
    let chain = chain(stack, ask)?;
    let reaches = |taxonomy: &&Taxonomy| {
        chain
            .iter()
            .any(|locale| taxonomy.is_published(&environment.uid, locale))
    };
    Ok(stack.taxonomies.values().filter(reaches).collect())
}

fn one_published<'a>(stack: &'a Stack, ask: &'a Ask) -> Result<&'a Taxonomy, Refusal> {
    let uid = ask.parameter("taxonomy");
    let own = stack.taxonomies.get(uid).ok_or_else(Refusal::undelivered)?;
    let visible = published(stack, ask)?
        .iter()
        .any(|taxonomy| std::ptr::eq(*taxonomy, own));
    if visible {
        Ok(own)
    } else {
        Err(Refusal::undelivered())
    }
}

fn list_taxonomies(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let views = published(stack, ask)?
        .into_iter()
        .map(Taxonomy::view)
        .collect();
    Answer::list(ask, "taxonomies", views)
}

fn show_taxonomy(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    Ok(Answer::ok(
        json!({"taxonomy": one_published(stack, ask)?.view()}),
    ))
}

fn list_terms(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    one_published(stack, ask)?;
    super::taxonomies::terms(stack, ask)
}

fn show_term(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let taxonomy = one_published(stack, ask)?;
    let term = taxonomy
        .terms
        .get(ask.parameter("term"))
        .ok_or_else(Refusal::undelivered)?;
    Ok(Answer::ok(json!({"term": taxonomy.term_view(term)})))
}

fn list_types(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    environment(stack, ask)?;
    let views = stack
        .content_types
        .values()
        .map(|model| content_types::view(stack, model, ask))
        .collect();
    Answer::list(ask, "content_types", views)
}

fn show_type(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    environment(stack, ask)?;
    let model = stack.content_type(ask.parameter("ct"))?;
    Ok(Answer::ok(
        json!({"content_type": content_types::view(stack, model, ask)}),
    ))
}

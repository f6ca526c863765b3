//! Tokens of the API, as admins make and revoke them. A token is shown once, in the answer that made it.

use std::collections::BTreeSet;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use jiff::{SignedDuration, Timestamp};
use store::tokens::ApiToken;

use crate::api::Scope;
use crate::door::record;
use crate::guard::Role;
use crate::page::{Answer, Asker, Refusal};
use crate::people::{Fresh, show};
use crate::wording::clock;
use crate::{Shared, secret};

/// The longest that a token may stand, in days.
pub(crate) const LONGEST: i64 = 366;

/// One token in words.
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) scopes: String,
    pub(crate) made: String,
    pub(crate) expires: String,
    pub(crate) is_good: bool,
    pub(crate) standing: &'static str,
}

pub(crate) fn shown(token: ApiToken, now: Timestamp) -> Shown {
    let is_good = token.is_good(now);
    Shown {
        scopes: token.scopes.join(", "),
        made: format!(
            "{}, {}",
            token.made_by,
            clock(&token.created_at.to_string())
        ),
        expires: clock(&token.expires_at.to_string()),
        is_good,
        standing: match (is_good, token.revoked_at) {
            (true, _) => "good",
            (false, Some(_)) => "revoked",
            (false, None) => "expired",
        },
        name: token.name,
    }
}

/// Makes a token.
pub(crate) async fn make(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Admin)?;
    let wrong = |why: &str| Refusal::Wrong(why.to_owned());
    let name = form.text("name").to_owned();
    if name.is_empty() || name.chars().count() > 64 {
        return Err(wrong(
            "a token has a name of at most 64 characters: who will use it",
        ));
    }
    let scopes: BTreeSet<&str> = Scope::ALL
        .into_iter()
        .map(Scope::as_str)
        .filter(|scope| !form.text(scope).is_empty())
        .collect();
    if scopes.is_empty() {
        return Err(wrong("choose at least one thing that the token may read"));
    }
    let days: i64 = form
        .text("days")
        .parse()
        .ok()
        .filter(|days| (1..=LONGEST).contains(days))
        .ok_or_else(|| wrong("a token stands for 1 to 366 days"))?;
    let now = console.now();
    let token = format!("flt_{}", secret::token()?);
    let kept = ApiToken {
        name: name.clone(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        made_by: person.name.clone(),
        created_at: now,
        expires_at: now
            .checked_add(SignedDuration::from_hours(days * 24))
            .unwrap_or(Timestamp::MAX),
        revoked_at: None,
    };
    if !console
        .store()
        .keep_token(&secret::hash(&token), &kept)
        .await?
    {
        let why =
            format!("a token `{name}` stands already; revoke it first, or choose another name");
        return Err(Refusal::Wrong(why));
    }
    let detail = format!(
        "may read {} until {}",
        kept.scopes.join(", "),
        kept.expires_at
    );
    record(&console, &person.name, "token-made", &name, &detail).await?;
    show(&console, person, Fresh::Token(token)).await
}

/// Revokes a token: it opens nothing from then on.
pub(crate) async fn revoke(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Admin)?;
    let name = form.text("name");
    if !console.store().revoke_token(name, console.now()).await? {
        return Err(Refusal::NotFound(format!("no token `{name}` stands")));
    }
    record(&console, &person.name, "token-revoked", name, "").await?;
    Ok(Redirect::to("/people").into_response())
}

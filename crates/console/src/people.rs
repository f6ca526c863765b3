//! Who may use the console, and what each did.

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};

use crate::Shared;
use crate::api::Scope;
use crate::door::{invitation, record};
use crate::guard::Role;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::tokens::{Shown, shown};
use crate::wording::clock;

/// Acts on the page.
const ACTS: i64 = 500;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    acts: Vec<[String; 5]>,
}

/// What each did, the newest first.
pub(crate) async fn audit(State(console): Shared, Extension(person): Asker) -> Answer {
    let acts = console.store().acts(ACTS).await?;
    page(&AuditPage {
        frame: Frame::new("Audit", "/audit", person),
        acts: acts
            .into_iter()
            .map(|act| {
                [
                    clock(&act.at.to_string()),
                    act.who,
                    act.what,
                    act.subject,
                    act.detail,
                ]
            })
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<(String, String, String)>,
    roles: [Role; 3],
    link: Option<String>,
    token: Option<String>,
    tokens: Vec<Shown>,
    scopes: [Scope; 4],
}

/// A secret that was just made and is shown once.
pub(crate) enum Fresh {
    /// None.
    Nothing,
    /// The link of an invitation.
    Link(String),
    /// A token of the API.
    Token(String),
}

/// The accounts, for admins.
pub(crate) async fn list(State(console): Shared, Extension(person): Asker) -> Answer {
    person.must_be(Role::Admin)?;
    show(&console, person, Fresh::Nothing).await
}

/// The page, with a secret that was just made.
pub(crate) async fn show(
    console: &crate::Console,
    person: crate::guard::Person,
    fresh: Fresh,
) -> Answer {
    let now = console.now();
    let tokens = console.store().tokens().await?;
    let (link, token) = match fresh {
        Fresh::Nothing => (None, None),
        Fresh::Link(link) => (Some(link), None),
        Fresh::Token(token) => (None, Some(token)),
    };
    let accounts = console.store().accounts().await?;
    page(&PeoplePage {
        frame: Frame::new("People", "/people", person),
        people: accounts
            .into_iter()
            .map(|one| (one.name, one.role, clock(&one.created_at.to_string())))
            .collect(),
        roles: Role::ALL,
        link,
        token,
        tokens: tokens.into_iter().map(|token| shown(token, now)).collect(),
        scopes: Scope::ALL,
    })
}

/// Makes a link by which one person joins. It is shown once, in the answer.
pub(crate) async fn invite(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Admin)?;
    let Some(role) = Role::parse(form.text("role")) else {
        return Err(Refusal::Wrong("choose viewer, editor or admin".into()));
    };
    let path = invitation(console.store(), role, &person.name, console.now()).await?;
    record(&console, &person.name, "invited", role.as_str(), "").await?;
    let origin = console.settings.origins.first();
    let link = origin.map_or_else(|| path.clone(), |origin| format!("{origin}{path}"));
    show(&console, person, Fresh::Link(link)).await
}

/// Ends every session of an account.
pub(crate) async fn revoke(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Admin)?;
    let name = form.text("name");
    if console.store().account(name).await?.is_none() {
        return Err(Refusal::NotFound(format!("there is no account `{name}`")));
    }
    let ended = console.store().revoke_sessions(name, console.now()).await?;
    // Whoever may no longer look may not read on in a calendar either.
    console
        .store()
        .revoke_calendar_feed(name, console.now())
        .await?;
    let detail = crate::wording::plural(usize::try_from(ended).unwrap_or(usize::MAX), "session");
    record(&console, &person.name, "revoked", name, &detail).await?;
    Ok(Redirect::to("/people").into_response())
}

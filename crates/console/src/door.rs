//! Coming in and going out: the first link, invitations taken up, signing in and out.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::people::{Account, Act, Invitation};

use crate::error::Error;
use crate::guard::{Form, Person, Role, SESSION, cookie};
use crate::page::{Answer, Refusal, page};
use crate::{Console, Shared, secret};

/// The cookie that a form has where nobody is signed in.
const BEFORE: &str = "frontlist_form";

/// How long a session stands.
const SESSION_HOURS: i64 = 12;

/// How long an invitation can be taken up.
const INVITATION_HOURS: i64 = 24;

/// Who invites the first admin.
const TERMINAL: &str = "the terminal";

/// Where nobody has an account yet: the path of a link that makes one admin, once, within a day. An earlier first link becomes
/// worthless.
///
/// # Errors
/// When the state file cannot be used, or there is no randomness.
pub async fn first_link(store: &Store, now: Timestamp) -> Result<Option<String>, Error> {
    if !store.accounts().await?.is_empty() {
        return Ok(None);
    }
    store.withdraw_invitations(TERMINAL).await?;
    invitation(store, Role::Admin, TERMINAL, now)
        .await
        .map(Some)
}

/// Makes an invitation; the path of its link.
pub(crate) async fn invitation(
    store: &Store,
    role: Role,
    made_by: &str,
    now: Timestamp,
) -> Result<String, Error> {
    let token = secret::token()?;
    let invitation = Invitation {
        role: role.as_str().to_owned(),
        made_by: made_by.to_owned(),
        expires_at: later(now, INVITATION_HOURS),
    };
    store.invite(&secret::hash(&token), &invitation).await?;
    Ok(format!("/welcome/{token}"))
}

fn later(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours))
        .unwrap_or(Timestamp::MAX)
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    form_token: String,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    form_token: String,
    role: String,
    wrong: Option<&'static str>,
    name: String,
}

/// A page with a form for somebody who is not signed in.
fn outside(
    console: &Console,
    headers: &HeaderMap,
    template: impl FnOnce(String) -> Answer,
) -> Answer {
    let kept = cookie(headers, BEFORE).filter(|token| token.len() == 64);
    let token = match kept {
        Some(token) => token.to_owned(),
        None => secret::token()?,
    };
    let mut response = template(secret::form_token(&token))?;
    set_cookie(&mut response, console, BEFORE, &token, SESSION_HOURS);
    Ok(response)
}

/// The fields of such a form.
fn outside_form(headers: &HeaderMap, body: &Bytes) -> Result<Form, Refusal> {
    let token = cookie(headers, BEFORE).unwrap_or_default();
    Form::checked(body, &secret::form_token(token))
}

fn set_cookie(response: &mut Response, console: &Console, name: &str, value: &str, hours: i64) {
    let secure = if console.is_secure() { "; Secure" } else { "" };
    let seconds = hours.saturating_mul(3_600);
    let text =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The form for signing in.
pub(crate) async fn sign_in_page(State(console): Shared, headers: HeaderMap) -> Answer {
    outside(&console, &headers, |form_token| {
        page(&SignInPage {
            form_token,
            wrong: false,
        })
    })
}

/// Signs in.
pub(crate) async fn sign_in(
    State(console): Shared,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = outside_form(&headers, &body)?;
    let name = account_name(form.text("name"));
    let now = console.now();
    let peer = peer.map_or_else(String::new, |Extension(ConnectInfo(peer))| {
        peer.ip().to_string()
    });
    let subjects = [format!("name {name}"), format!("from {peer}")];
    let wait = {
        let mut throttle = lock(&console.throttle);
        let wait = throttle.wait(&subjects, now);
        if wait.is_none() {
            throttle.tried(&subjects, now);
        }
        wait
    };
    if let Some(seconds) = wait {
        return Err(Refusal::TooOften(seconds));
    }
    let account = console.store().account(&name).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let password = form.verbatim("password").to_owned();
    let right = password.len() <= secret::LONGEST_PASSWORD
        && hashing(&console, move || {
            secret::is_password(&password, hash.as_deref())
        })
        .await?;
    if !right {
        let detail = "the name or the password was wrong";
        record(&console, &name, "refused", &name, detail).await?;
        return outside(&console, &headers, |form_token| {
            page(&SignInPage {
                form_token,
                wrong: true,
            })
        });
    }
    lock(&console.throttle).succeeded(&subjects);
    begin(&console, &name).await
}

/// Begins a session and goes home.
async fn begin(console: &Console, name: &str) -> Answer {
    let token = secret::token()?;
    let now = console.now();
    let expires_at = later(now, SESSION_HOURS);
    console
        .store()
        .begin_session(&secret::hash(&token), name, now, expires_at)
        .await?;
    record(console, name, "signed-in", name, "").await?;
    let mut response = Redirect::to(console.settings.opens_on).into_response();
    set_cookie(&mut response, console, SESSION, &token, SESSION_HOURS);
    set_cookie(&mut response, console, BEFORE, "", 0);
    Ok(response)
}

/// Signs out: the session ends here, not only in the browser.
pub(crate) async fn sign_out(
    State(console): Shared,
    Extension(person): Extension<Person>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    person.form(&body)?;
    if let Some(token) = cookie(&headers, SESSION) {
        let hash = secret::hash(token);
        console.store().end_session(&hash, console.now()).await?;
    }
    record(&console, &person.name, "signed-out", &person.name, "").await?;
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &console, SESSION, "", 0);
    Ok(response)
}

/// The form behind an invitation's link.
pub(crate) async fn welcome_page(
    State(console): Shared,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let invitation = invited(&console, &token).await?;
    outside(&console, &headers, |form_token| {
        page(&WelcomePage {
            form_token,
            role: invitation.role,
            wrong: None,
            name: String::new(),
        })
    })
}

async fn invited(console: &Console, token: &str) -> Result<Invitation, Refusal> {
    let found = console
        .store()
        .invitation(&secret::hash(token), console.now())
        .await?;
    found.ok_or_else(|| {
        Refusal::NotFound(
            "this link was used already, has expired, or never was; ask for another".into(),
        )
    })
}

/// Makes the account, and signs in.
pub(crate) async fn welcome(
    State(console): Shared,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = outside_form(&headers, &body)?;
    let invitation = invited(&console, &token).await?;
    let name = account_name(form.text("name"));
    let password = form.verbatim("password").to_owned();
    let mut wrong = refused_choice(&name, &password);
    if wrong.is_none() {
        let account = Account {
            name: name.clone(),
            role: invitation.role.clone(),
            password: hashing(&console, move || secret::password(&password)).await??,
            created_at: console.now(),
        };
        if console
            .store()
            .accept(&secret::hash(&token), &account)
            .await?
        {
            let detail = format!("as {}, invited by {}", account.role, invitation.made_by);
            record(&console, &name, "joined", &name, &detail).await?;
            return begin(&console, &name).await;
        }
        wrong = Some("that name is taken");
    }
    outside(&console, &headers, |form_token| {
        page(&WelcomePage {
            form_token,
            role: invitation.role,
            wrong,
            name: form.text("name").to_owned(),
        })
    })
}

/// Names differ in more than case.
fn account_name(typed: &str) -> String {
    typed.to_lowercase()
}

/// What is wrong with a chosen name or password.
fn refused_choice(name: &str, password: &str) -> Option<&'static str> {
    let fits = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(fits) {
        return Some("a name has 1 to 64 letters, digits, or any of . _ - @ +");
    }
    if password.chars().count() < secret::SHORTEST_PASSWORD {
        return Some("a password has at least 12 characters");
    }
    if password.len() > secret::LONGEST_PASSWORD {
        return Some("a password has at most 1024 bytes");
    }
    None
}

/// Hashes beside the threads that answer, a few at once.
async fn hashing<T: Send + 'static>(
    console: &Console,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let permit = console.hashing.acquire().await;
    let _permit = permit.map_err(|error| Error::Secret(error.to_string()))?;
    let hashed = tokio::task::spawn_blocking(work).await;
    hashed.map_err(Error::Lost)
}

/// Adds to the trail.
pub(crate) async fn record(
    console: &Console,
    who: &str,
    what: &str,
    subject: &str,
    detail: &str,
) -> Result<(), Error> {
    let short = |text: &str| text.chars().take(500).collect::<String>();
    let act = Act {
        at: console.now(),
        who: short(who),
        what: what.to_owned(),
        subject: short(subject),
        detail: short(detail),
    };
    Ok(console.store().record_act(&act).await?)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is counted stays right whoever panicked while counting.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What is due, as a calendar that a person's own program reads.
//!
//! Calendars cannot sign in, so the address is the secret: 256 random bits, kept as a hash, shown once, ended by its person or by
//! whoever ends that person's sessions. Such an address is read by machines of others, so titles that no site may announce
//! are called by their keys in it.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use launch::calendar::{begin, end, events, subscribed};
use store::calendar_feeds::CalendarFeed;

use crate::door::record;
use crate::guard::Person;
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::wording::clock;
use crate::{Console, Shared, secret};

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    frame: Frame,
    feed: Option<(String, String, String)>,
    address: Option<String>,
    owners: BTreeSet<String>,
    sites: Vec<String>,
}

/// What is a person's own: their calendar.
pub(crate) async fn me(State(console): Shared, Extension(person): Asker) -> Answer {
    show(&console, person, None).await
}

async fn show(console: &Console, person: Person, address: Option<String>) -> Answer {
    let feed = console.store().calendar_feed_of(&person.name).await?;
    let settings = &console.settings;
    page(&MePage {
        feed: feed.map(|feed| {
            (
                clock(&feed.made_at.to_string()),
                feed.owner.unwrap_or_else(|| "every role".to_owned()),
                feed.site.unwrap_or_else(|| "every site".to_owned()),
            )
        }),
        address,
        owners: settings
            .rules
            .rules()
            .map(|rule| rule.owner.clone())
            .collect(),
        sites: settings
            .sites
            .iter()
            .map(|site| site.id.to_string())
            .collect(),
        frame: Frame::new("Your calendar", "/me", person),
    })
}

/// Makes the address, in the place of the one before. It is shown once, in the answer.
pub(crate) async fn make(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    let form = person.form(&body)?;
    let chosen = |name: &str| Some(form.text(name).to_owned()).filter(|text| !text.is_empty());
    let (owner, site) = (chosen("owner"), chosen("site"));
    if let Some(site) = &site
        && console.settings.sites.get(site).is_none()
    {
        return Err(Refusal::Wrong(format!("there is no site `{site}`")));
    }
    if let Some(owner) = &owner
        && !console
            .settings
            .rules
            .rules()
            .any(|rule| rule.owner == *owner)
    {
        return Err(Refusal::Wrong(format!("no rule is the task of `{owner}`")));
    }
    let token = secret::token()?;
    let feed = CalendarFeed {
        account: person.name.clone(),
        owner,
        site,
        made_at: console.now(),
    };
    console
        .store()
        .keep_calendar_feed(&secret::hash(&token), &feed)
        .await?;
    record(&console, &person.name, "calendar-made", &person.name, "").await?;
    let origin = console.settings.origins.first().map_or("", String::as_str);
    show(
        &console,
        person,
        Some(format!("{origin}/calendar/{token}.ics")),
    )
    .await
}

/// Ends the address.
pub(crate) async fn revoke(
    State(console): Shared,
    Extension(person): Asker,
    body: Bytes,
) -> Answer {
    person.form(&body)?;
    if console
        .store()
        .revoke_calendar_feed(&person.name, console.now())
        .await?
    {
        record(&console, &person.name, "calendar-revoked", &person.name, "").await?;
    }
    Ok(Redirect::to("/me").into_response())
}

/// The calendar at a secret address. Whoever tries addresses is slowed like whoever tries passwords.
pub(crate) async fn feed(
    State(console): Shared,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let now = console.now();
    let peer = peer.map_or_else(String::new, |Extension(ConnectInfo(peer))| {
        peer.ip().to_string()
    });
    let subjects = [format!("calendar {peer}")];
    let lock = || {
        console
            .throttle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    if let Some(wait) = lock().wait(&subjects, now) {
        return Err(Refusal::TooOften(wait));
    }
    let token = name.strip_suffix(".ics").unwrap_or(&name);
    let Some(feed) = console.store().calendar_feed(&secret::hash(token)).await? else {
        lock().tried(&subjects, now);
        return Err(Refusal::NotFound(
            "no calendar is kept at this address".to_owned(),
        ));
    };
    let reckoned = console.reckoned().await?;
    let mut text = String::new();
    begin(&mut text, "Launch");
    subscribed(&mut text, "Frontlist launches");
    // A milestone is its title's, whatever the site: it is told once.
    let mut told = BTreeSet::new();
    for candidate in &reckoned.board {
        let checklist = &candidate.checklist;
        if feed
            .site
            .as_ref()
            .is_some_and(|site| *site != checklist.site)
        {
            continue;
        }
        let title = match reckoned.secret.contains(&checklist.work) {
            true => &checklist.work,
            false => &candidate.title,
        };
        let milestones = match told.insert(checklist.work.as_str()) {
            true => candidate.milestones.as_slice(),
            false => &[],
        };
        let is_asked = |item: &launch::checklist::Item| {
            feed.owner.as_ref().is_none_or(|owner| *owner == item.owner)
        };
        events(
            &mut text,
            title,
            checklist,
            milestones,
            is_asked,
            reckoned.at,
        );
    }
    end(&mut text);
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok((StatusCode::OK, kind, text).into_response())
}

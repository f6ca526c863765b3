//! Rules and waivers: what is asked of launches, who said that it need not hold, and who has yet to agree.
//!
//! A waiver is a person's word, so it carries a reason, a scope and an end, and nobody deletes one. Where four eyes are wanted
//! it counts for nothing until somebody else than who asked has granted it.

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use jiff::Timestamp;
use launch::rule::{Rule, Severity};
use launch::waiver::{Granting, Waiver};
use store::waivers::{Act, KeptWaiver};
use sync::launches::waiver;
use uuid::Uuid;

use crate::catalogue_view::Shelf;
use crate::door::record;
use crate::error::Error;
use crate::guard::{Person, Role};
use crate::page::{Answer, Asker, Frame, Refusal, page};
use crate::titles::{known_site, until};
use crate::wording::{clock, segment};
use crate::{Console, Shared};

/// Waivers that are over on the page, the last first: past it the page says how many more there are.
const PAST: usize = 100;

/// A waiver that nobody has granted yet.
pub(crate) struct Waiting {
    pub(crate) waiver: Waiver,
}

/// The waivers that wait to be granted.
pub(crate) async fn waiting(console: &Console, now: Timestamp) -> Result<Vec<Waiting>, Error> {
    let kept = console.store().waivers().await?;
    let waits = kept
        .iter()
        .filter(|one| one.is_open(now) && one.approved.is_none());
    Ok(waits
        .map(|one| Waiting {
            waiver: waiver(one),
        })
        .collect())
}

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    frame: Frame,
    rules: Vec<RuleRow>,
    four_eyes: bool,
    waits: Vec<Shown>,
    stands: Vec<Shown>,
    over: Vec<Shown>,
    more: usize,
}

struct RuleRow {
    id: String,
    version: u32,
    says: String,
    weight: (&'static str, &'static str, &'static str),
    due: String,
    owner: String,
    mend: String,
    place: &'static str,
    scope: String,
    points: u16,
    waived: usize,
}

/// A waiver in words.
struct Shown {
    id: String,
    rule: String,
    title: String,
    link: Option<String>,
    site: String,
    until: String,
    reason: String,
    asked: String,
    standing: String,
    /// Whether the person who looks may grant it.
    is_mine_to_grant: bool,
}

/// How much a rule weighs, as an icon, a word and a class.
fn weight(severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Blocker => ("✗", "blocker", "bad"),
        Severity::Warning => ("!", "warning", "warn"),
        Severity::Info => ("·", "info", "quiet"),
    }
}

/// The rules as they are asked, and every waiver.
pub(crate) async fn list(State(console): Shared, Extension(person): Asker) -> Answer {
    let now = console.now();
    let shelf = console.shelf().await?;
    let kept = console.store().waivers().await?;
    let (mut waits, mut stands, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for one in kept.iter().rev() {
        let told = shown(one, &console, &shelf, &person, now);
        match (one.is_open(now), &one.approved) {
            (true, None) => waits.push(told),
            (true, Some(_)) => stands.push(told),
            (false, _) => over.push(told),
        }
    }
    let more = over.len().saturating_sub(PAST);
    over.truncate(PAST);
    let counting = |rule: &str| {
        let of_rule = kept.iter().filter(|one| one.rule == rule);
        of_rule
            .filter(|one| one.is_open(now) && one.approved.is_some())
            .count()
    };
    let rules = console.settings.rules.rules();
    page(&RulesPage {
        rules: rules.map(|rule| told(rule, counting(&rule.id))).collect(),
        four_eyes: console.settings.four_eyes,
        waits,
        stands,
        over,
        more,
        frame: Frame::new("Rules and waivers", "/rules", person),
    })
}

fn told(rule: &Rule, waived: usize) -> RuleRow {
    let scope = &rule.scope;
    let scopes = [
        &scope.sites,
        &scope.locales,
        &scope.imprints,
        &scope.formats,
    ];
    let scope: Vec<&str> = scopes.into_iter().flatten().map(String::as_str).collect();
    RuleRow {
        id: rule.id.clone(),
        version: rule.version,
        says: rule.says.clone(),
        weight: weight(rule.severity),
        due: rule.due.to_string(),
        owner: rule.owner.clone(),
        mend: rule.mend.clone(),
        place: rule.place.in_words(),
        scope: match scope.as_slice() {
            [] => "everywhere".to_owned(),
            only => only.join(", "),
        },
        points: rule.points,
        waived,
    }
}

fn shown(
    kept: &KeptWaiver,
    console: &Console,
    shelf: &Shelf,
    person: &Person,
    now: Timestamp,
) -> Shown {
    let act = |act: &Act| format!("{}, {}", act.by, clock(&act.at.to_string()));
    let title = kept.work.as_deref().and_then(|work| shelf.title(work));
    let granting = Granting {
        four_eyes: console.settings.four_eyes,
    };
    Shown {
        id: kept.id.to_string(),
        rule: kept.rule.clone(),
        title: match (&kept.work, title) {
            (None, _) => "every title".to_owned(),
            (Some(_), Some(title)) => title.work.title.text.clone(),
            (Some(work), None) => work.clone(),
        },
        link: title.map(|title| {
            let site = kept.site.as_deref().unwrap_or_default();
            format!(
                "/launch/{}?site={}",
                segment(title.work.key.as_str()),
                segment(site)
            )
        }),
        site: kept.site.clone().unwrap_or_else(|| "every site".to_owned()),
        until: clock(&kept.until.to_string()),
        reason: kept.reason.clone(),
        asked: act(&kept.requested),
        standing: match (&kept.ended, &kept.approved) {
            (Some(ended), _) => format!("ended by {}", act(ended)),
            _ if !kept.is_open(now) => "expired".to_owned(),
            (None, Some(approved)) => format!("granted by {}", act(approved)),
            (None, None) => "waits to be granted".to_owned(),
        },
        is_mine_to_grant: person.role >= Role::Editor
            && waiver(kept).approve(&person.name, granting).is_ok(),
    }
}

/// Asks for a waiver; without four eyes it counts at once.
pub(crate) async fn ask(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let now = console.now();
    let rule = form.text("rule");
    console
        .settings
        .rules
        .waivable(rule)
        .map_err(|error| wrong(&error))?;
    let shelf = console.shelf().await?;
    let work = match form.text("work") {
        "" => {
            // One form must not open every launch of the house.
            person.must_be(Role::Admin)?;
            None
        }
        key => {
            let title = shelf.title(key);
            let title =
                title.ok_or_else(|| Refusal::Wrong(format!("no title `{key}` is known")))?;
            Some(title.work.key.to_string())
        }
    };
    let site = match form.text("site") {
        "" => None,
        id => Some(known_site(&console, id)?),
    };
    let act = Act {
        by: person.name.clone(),
        at: now,
    };
    let asked = Waiver {
        rule: rule.to_owned(),
        work,
        reason: form.text("reason").to_owned(),
        requested_by: person.name.clone(),
        approved_by: None,
        since: now,
        until: until(&console, site.as_deref(), form.text("until"))?,
        site,
    };
    asked.check(now).map_err(|error| wrong(&error))?;
    let granting = Granting {
        four_eyes: console.settings.four_eyes,
    };
    let kept = KeptWaiver {
        id: Uuid::now_v7(),
        rule: asked.rule.clone(),
        work: asked.work.clone(),
        site: asked.site.clone(),
        until: asked.until,
        reason: asked.reason.clone(),
        requested: act.clone(),
        approved: asked.approve(&person.name, granting).is_ok().then_some(act),
        ended: None,
    };
    console.store().ask_waiver(&kept).await?;
    let what = match kept.approved {
        Some(_) => "waived",
        None => "asked-to-waive",
    };
    note(&console, &person, what, &kept).await?;
    Ok(Redirect::to(&back(&kept)).into_response())
}

/// Where a waiver's effect is seen.
fn back(kept: &KeptWaiver) -> String {
    match &kept.work {
        Some(work) => format!(
            "/launch/{}?site={}",
            segment(work),
            segment(kept.site.as_deref().unwrap_or_default())
        ),
        None => "/rules".to_owned(),
    }
}

fn wrong(error: &launch::error::Error) -> Refusal {
    Refusal::Wrong(format!("{}: {error}", error.code()))
}

async fn note(
    console: &Console,
    person: &Person,
    what: &str,
    kept: &KeptWaiver,
) -> Result<(), Error> {
    let detail = format!(
        "{} on {} until {}: {}",
        kept.rule,
        kept.site.as_deref().unwrap_or("every site"),
        kept.until,
        kept.reason
    );
    let subject = kept.work.as_deref().unwrap_or("every title");
    record(console, &person.name, what, subject, &detail).await
}

/// The waiver of a form's id that is neither over nor ended.
async fn open(console: &Console, id: &str) -> Result<KeptWaiver, Refusal> {
    let now = console.now();
    let kept = console.store().waivers().await?;
    kept.into_iter()
        .find(|one| one.id.to_string() == id && one.is_open(now))
        .ok_or_else(|| {
            Refusal::Wrong(
                "that waiver no longer stands: somebody ended it, or its end came".to_owned(),
            )
        })
}

/// Grants a waiver that somebody asked for.
pub(crate) async fn grant(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let kept = open(&console, form.text("waiver")).await?;
    if kept.approved.is_some() {
        return Err(Refusal::Wrong("that waiver was granted already".to_owned()));
    }
    let granting = Granting {
        four_eyes: console.settings.four_eyes,
    };
    waiver(&kept)
        .approve(&person.name, granting)
        .map_err(|error| wrong(&error))?;
    let act = Act {
        by: person.name.clone(),
        at: console.now(),
    };
    console.store().approve_waiver(kept.id, &act).await?;
    note(&console, &person, "granted", &kept).await?;
    Ok(Redirect::to("/rules").into_response())
}

/// Ends a waiver before its time.
pub(crate) async fn end(State(console): Shared, Extension(person): Asker, body: Bytes) -> Answer {
    let form = person.form(&body)?;
    person.must_be(Role::Editor)?;
    let kept = open(&console, form.text("waiver")).await?;
    let act = Act {
        by: person.name.clone(),
        at: console.now(),
    };
    console.store().end_waiver(kept.id, &act).await?;
    note(&console, &person, "ended-waiver", &kept).await?;
    Ok(Redirect::to("/rules").into_response())
}

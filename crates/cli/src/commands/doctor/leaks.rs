//! Ways in which an arrangement could show what must not be seen, or keep up what must go.
//!
//! Each risk has a code with a page under docs/errors/, says whom it concerns, and how to end it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contentstack::{
    AssetUid, ContentTypeUid, DeliveryQuery, EnvironmentName, LocaleCode, PublishRule, Secret,
    Stack,
};
use jiff::Timestamp;
use reqwest::StatusCode;
use site::desired::{Desired, Kind};
use site::policy::{Hidden, Site};
use store::ledger::Ledger;
use sync::alarm::{duration, waiting};

use super::{Examination, Health};
use crate::output;
use crate::session::Session;

const SHARED: &str = "environment-shared";
const FALLBACK: &str = "fallback-reaches";
const FILES_OF_ALL: &str = "files-of-all-locales";
const NO_ROOM: &str = "shield-without-room";
const TOKEN: &str = "token-opens-many";
const RULE: &str = "rule-blocks-takedown";
const WORKFLOW: &str = "workflow-in-the-way";
const UNREADABLE: &str = "rules-unreadable";
const PUBLIC_FILES: &str = "hidden-files-public";
const NOT_SECURE: &str = "files-not-secure";
const STILL_UP: &str = "takedown-unconfirmed";

/// The sites of each environment.
fn by_environment(session: &Session) -> BTreeMap<&str, Vec<&Site>> {
    let mut sites: BTreeMap<&str, Vec<&Site>> = BTreeMap::new();
    for site in session.configuration.sites.iter() {
        let environment = site.destination.environment.as_str();
        sites.entry(environment).or_default().push(site);
    }
    sites
}

/// What the configuration alone tells.
pub(super) fn arrangement(session: &Session, examination: &mut Examination) {
    for (environment, sites) in by_environment(session) {
        if sites.len() < 2 {
            examination.well("secrecy", format!("{environment} serves one locale"));
            continue;
        }
        let locales: Vec<&str> = sites
            .iter()
            .map(|site| site.destination.locale.as_str())
            .collect();
        let locales = locales.join(", ");
        let bare: Vec<&str> = sites
            .iter()
            .filter(|site| site.hidden == Hidden::Absent)
            .map(|site| site.id.0.as_str())
            .collect();
        if bare.is_empty() {
            examination.well(
                "secrecy",
                format!("{environment} serves {locales}, each behind a shield"),
            );
        } else {
            let detail = format!(
                "{environment} serves {locales}: its delivery token reads them all, and a request with \
                 include_fallback=true gets another locale's entry where a title is hidden on {}",
                bare.join(", ")
            );
            let mend =
                "give each site an environment of its own, or set hidden = \"shield\" for each";
            examination.risk(SHARED, Health::Warning, detail, mend);
        }
        let detail = format!(
            "whoever lists the files of {environment} sees those of {locales} alike, with the titles and ISBNs that \
             they are tagged with: files have no versions that could be shielded"
        );
        let mend = "give each site an environment of its own where a title's existence is a secret";
        examination.risk(FILES_OF_ALL, Health::Warning, detail, mend);
    }
    shields_without_room(session, examination);
}

/// A shield needs the locale for itself: a version cannot say nothing on one site and everything on another.
fn shields_without_room(session: &Session, examination: &mut Examination) {
    let sites: Vec<&Site> = session.configuration.sites.iter().collect();
    for site in sites.iter().filter(|site| site.hidden == Hidden::Shield) {
        let locale = &site.destination.locale;
        let others: Vec<&str> = sites
            .iter()
            .filter(|other| other.id != site.id && other.destination.locale == *locale)
            .filter(|other| other.select != site.select)
            .map(|other| other.id.0.as_str())
            .collect();
        if others.is_empty() {
            continue;
        }
        let detail = format!(
            "sites {} and {} share {locale} and select different titles: what one shows and the other does not select \
             cannot be shielded there",
            site.id,
            others.join(", ")
        );
        let mend = "give them locales of their own, or the same selection";
        examination.risk(NO_ROOM, Health::Warning, detail, mend);
    }
}

/// What only the stack can tell.
pub(super) async fn stack(session: &Session, stack: &Stack, examination: &mut Examination) {
    fallbacks(session, stack, examination).await;
    tokens(session, stack, examination).await;
    rules(session, stack, examination).await;
}

/// Locales that fall back, directly or by way of another, to one that the same environment shows.
async fn fallbacks(session: &Session, stack: &Stack, examination: &mut Examination) {
    let Ok(locales) = stack.locales().list().await else {
        return;
    };
    let fallback: BTreeMap<String, String> = locales
        .into_iter()
        .filter_map(|locale| Some((locale.code.to_string(), locale.fallback_locale?.to_string())))
        .collect();
    for (environment, sites) in by_environment(session) {
        let shown: BTreeSet<&str> = sites
            .iter()
            .map(|site| site.destination.locale.as_str())
            .collect();
        for site in sites.iter().filter(|site| site.hidden == Hidden::Absent) {
            let own = site.destination.locale.as_str();
            let mut reached = own;
            let mut chain = vec![own];
            // Inheritance is two steps at most; the count keeps a circle from turning for ever.
            for _ in 0..4 {
                let Some(next) = fallback.get(reached) else {
                    break;
                };
                reached = next;
                chain.push(next);
                if next != own && shown.contains(next.as_str()) {
                    let detail = format!(
                        "on {}, a title hidden in {own} and shown in {next} is served to whoever asks for fallbacks \
                         ({}) in {environment}",
                        site.id,
                        chain.join(" -> ")
                    );
                    let mend = "set hidden = \"shield\" for the site, or separate the environments";
                    examination.risk(FALLBACK, Health::Warning, detail, mend);
                    break;
                }
            }
        }
    }
}

/// Delivery tokens that open more than the environment that they are for.
async fn tokens(session: &Session, stack: &Stack, examination: &mut Examination) {
    let Ok(books) = ContentTypeUid::new(session.configuration.names.content_type(Kind::Book))
    else {
        return;
    };
    let Ok(environments) = stack.environments().list().await else {
        return;
    };
    let master = session.configuration.policy.master_locale.as_str();
    let settings = stack.settings();
    let named = settings.delivery_tokens.iter();
    let named =
        named.map(|(environment, token)| (format!("the delivery token of {environment}"), token));
    let common = settings.delivery_token.iter();
    let common = common.map(|token| ("contentstack.delivery_token".to_owned(), token));
    for (name, token) in named.chain(common) {
        let mut opened = Vec::new();
        for environment in &environments {
            if opens(stack, token, &environment.name, &books, master).await {
                opened.push(environment.name.to_string());
            }
        }
        if opened.len() > 1 {
            let detail = format!(
                "{name} opens {}: whoever has it reads all of them, what is hidden on one and shown on another too",
                opened.join(", ")
            );
            let mend = "make a delivery token for each environment, and name each under [contentstack.delivery_tokens]";
            examination.risk(TOKEN, Health::Warning, detail, mend);
        }
    }
}

/// Whether Delivery answers a token in an environment.
async fn opens(
    stack: &Stack,
    token: &Secret,
    environment: &EnvironmentName,
    books: &ContentTypeUid,
    master: &str,
) -> bool {
    let mut settings = stack.settings().clone();
    settings.delivery_tokens.clear();
    settings.delivery_token = Some(token.clone());
    let (Ok(asking), Ok(locale)) = (Stack::new(settings), LocaleCode::new(master)) else {
        return false;
    };
    let mut query = DeliveryQuery::new(environment.clone(), locale);
    query.limit = Some(1);
    asking.delivery().entries(books, &query).await.is_ok()
}

/// Workflows and publishing rules that stand between a takedown and its effect.
async fn rules(session: &Session, stack: &Stack, examination: &mut Examination) {
    let read = async {
        let workflows = stack.workflows().list().await?;
        let rules = stack.workflows().rules().await?;
        let environments = stack.environments().list().await?;
        Ok::<_, contentstack::Error>((workflows, rules, environments))
    };
    let (workflows, rules, environments) = match read.await {
        Ok(read) => read,
        Err(error) => {
            let detail = format!(
                "whether a workflow or publishing rule could block a takedown is not known: {error}"
            );
            let mend = "look at Settings, Workflows in Contentstack: none may be for Frontlist's content types";
            return examination.risk(UNREADABLE, Health::Warning, detail, mend);
        }
    };
    // What the launch gate asks for, Frontlist sets itself before it raises a shield.
    let own = workflows.iter().find(|workflow| is_gate(session, workflow));
    let own = own.map(|workflow| workflow.uid.as_str());
    let others: Vec<PublishRule> = rules
        .into_iter()
        .filter(|rule| {
            own.is_none()
                || rule.workflow.as_deref() != own
                || rule.asks_for_approval()
                || rule.actions != ["publish"]
        })
        .collect();
    let mut clear = true;
    for kind in Kind::ALL {
        let content_type = session.configuration.names.content_type(kind);
        for workflow in workflows
            .iter()
            .filter(|workflow| workflow.is_for(content_type))
            .filter(|workflow| !is_gate(session, workflow))
        {
            clear = false;
            let detail = format!(
                "workflow {} is for {content_type}: a stage may hold publications and takedowns back",
                workflow.name
            );
            let mend = "take the content type out of the workflow; it is wholly Frontlist's";
            examination.risk(WORKFLOW, Health::Warning, detail, mend);
        }
        for site in session.configuration.sites.iter() {
            let environment = environments
                .iter()
                .find(|known| known.name.as_str() == site.destination.environment)
                .map_or("", |known| known.uid.as_str());
            if let Some(detail) = blocked(&others, content_type, site, environment) {
                clear = false;
                let mend = "remove the rule, or leave the content type out of it";
                examination.risk(RULE, Health::Failed, detail, mend);
            }
        }
    }
    if clear {
        examination.well(
            "secrecy",
            "no workflow and no publishing rule can block a takedown",
        );
    }
}

/// Whether a workflow is that of the launch gate, and some site enforces its gate.
fn is_gate(session: &Session, workflow: &contentstack::Workflow) -> bool {
    let wanted = session.gates_wanted();
    workflow.name == wanted.workflow && wanted.enforced().next().is_some()
}

/// What a rule blocks of a site's takedowns and shields, if any.
fn blocked(
    rules: &[PublishRule],
    content_type: &str,
    site: &Site,
    environment: &str,
) -> Option<String> {
    let place = &site.destination;
    let holding = |action: &str| {
        let is_for =
            |rule: &&PublishRule| rule.is_for(action, content_type, environment, &place.locale);
        rules.iter().find(is_for)
    };
    if let Some(rule) = holding("unpublish") {
        return Some(format!(
            "publishing rule {} asks for an approval before {content_type} is unpublished at {place}: a takedown would \
             wait for a person",
            rule.uid
        ));
    }
    let rule = holding("publish").filter(|_| site.hidden == Hidden::Shield)?;
    Some(format!(
        "publishing rule {} asks for an approval before {content_type} is published at {place}: a shield would wait for \
         a person",
        rule.uid
    ))
}

/// Takedowns that wait, with their age.
pub(super) fn takedowns(ledger: &Ledger, examination: &mut Examination) {
    for one in waiting(ledger, Timestamp::now()) {
        let detail = format!(
            "{} should be gone from {} for {}, and was still delivered when the last run looked",
            one.what,
            one.place,
            duration(one.seconds)
        );
        let mend = "frontlist sync tries again; if it stays, unpublish it in Contentstack by hand";
        examination.risk(STILL_UP, Health::Failed, detail, mend);
    }
}

/// Files in the library of titles that no site shows, where whoever has an address can fetch it.
pub(super) fn files(
    session: &Session,
    desired: &Desired,
    ledger: &Ledger,
    examination: &mut Examination,
) {
    if session.configuration.policy.secure_assets {
        return;
    }
    let shown: BTreeSet<String> = desired.entries.keys().map(ToString::to_string).collect();
    let hidden = ledger.assets.values().filter(|asset| {
        !asset.users.is_empty() && !asset.users.iter().any(|user| shown.contains(user))
    });
    let hidden = hidden.count();
    if hidden == 0 {
        let detail = "addresses of files are public from their upload; nothing is uploaded before it may be seen, \
                      and a takedown deletes it";
        return examination.well("secrecy", detail);
    }
    let detail = format!(
        "{} of titles that no site shows lie in the library, and their addresses are public",
        output::plural(hidden, "file")
    );
    let mend = "frontlist sync deletes them; or let Contentstack secure the stack's assets and set secure_assets = true";
    examination.risk(PUBLIC_FILES, Health::Warning, detail, mend);
}

/// Whether the stack keeps its files secure, where the configuration says so: the address of a file that is published
/// nowhere is asked for as any stranger could.
pub(super) async fn secured(session: &Session, ledger: &Ledger, examination: &mut Examination) {
    if !session.configuration.policy.secure_assets {
        return;
    }
    // A stack that cannot be asked has been told of.
    let Ok(stack) = session.stack() else {
        return;
    };
    let published = |sha256: &String| {
        let places = ledger.asset_publications.get(sha256);
        places.is_some_and(|places| !places.is_empty())
    };
    let mut unpublished = ledger.assets.iter();
    let unpublished = unpublished.find(|(sha256, _)| !published(sha256));
    let Some((_, asset)) = unpublished else {
        let detail = "secure_assets is not tried: every file of ours is published somewhere";
        return examination.well("secrecy", detail);
    };
    let mend = "ask again; until then take the files' addresses for public";
    match stranger_gets(&stack, &asset.uid).await {
        Ok(status) if status.is_success() => {
            let detail = format!(
                "secure_assets is set, and the address of the file {}, which is published nowhere, answered a stranger",
                asset.uid
            );
            let mend = "let Contentstack secure the stack's assets, or set secure_assets = false: then nothing is \
                        uploaded before it may be seen, and a takedown deletes it";
            examination.risk(NOT_SECURE, Health::Failed, detail, mend);
        }
        Ok(status) if status.is_client_error() => {
            let detail = format!(
                "the address of the file {}, which is published nowhere, answers strangers with {}",
                asset.uid,
                status.as_u16()
            );
            examination.well("secrecy", detail);
        }
        Ok(status) => {
            let detail = format!(
                "whether files are secure could not be tried: the address of {} answered {}",
                asset.uid,
                status.as_u16()
            );
            examination.risk(NOT_SECURE, Health::Warning, detail, mend);
        }
        Err(reason) => {
            let detail = format!(
                "whether files are secure could not be tried with {}: {reason}",
                asset.uid
            );
            examination.risk(NOT_SECURE, Health::Warning, detail, mend);
        }
    }
}

/// How the address of a file answers who has no token. Nothing of the file is read.
async fn stranger_gets(stack: &Stack, uid: &str) -> Result<StatusCode, String> {
    let uid = AssetUid::new(uid).map_err(|error| error.to_string())?;
    let file = stack.assets().get(&uid).await;
    let file = file.map_err(|error| error.to_string())?;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build();
    let client = client.map_err(|error| error.without_url().to_string())?;
    let answer = client.get(&file.url).send().await;
    answer
        .map(|answer| answer.status())
        .map_err(|error| error.without_url().to_string())
}

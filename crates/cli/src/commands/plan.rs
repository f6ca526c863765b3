//! `plan`: what a sync would do, title by title and site by site. Writes nothing.

pub(super) mod difference;
mod wording;

use std::collections::BTreeSet;

use console::Planned;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use site::policy::Destination;
use sync::engine::{Options, Plan};
use sync::plan::{EntryChange, Takedown, VersionChange};

use wording::Wording;

use crate::arguments::PlanArguments;
use crate::configuration::Configuration;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars};
use crate::session::{Session, answers};

pub(super) async fn run(arguments: &PlanArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let places: BTreeSet<Destination> = sites
        .iter()
        .map(|site| Destination::clone(&site.destination))
        .collect();
    let stack = session.stack()?;
    let source = session.source(&arguments.source)?;
    let store = session.store_beside().await?;
    let options = Options {
        answers: answers(&arguments.accept),
        ..Options::at(session.instant(arguments.at, &sites))
    };
    let bars = Bars::new(Some(&stack));
    let plan = session
        .engine(&stack, &store, &bars)
        .plan(source, &options)
        .await;
    bars.finish();
    let mut plan = plan?;
    if arguments.site.is_some() {
        narrow(&mut plan, &places);
    }
    let wording = Wording {
        plan: &plan,
        configuration: &session.configuration,
    };
    output::print_as(session.format, &as_json(wording, options.now), || {
        wording.told()
    })?;
    let Some(error) = plan.stops else {
        return Ok(if plan.rejected.is_empty() {
            Ending::Done
        } else {
            Ending::Partial
        });
    };
    let failure = Failure::from(error);
    failure.tell(session.format);
    Ok(failure.ending())
}

/// Keeps only what concerns some places.
fn narrow(plan: &mut Plan, places: &BTreeSet<Destination>) {
    let locales: BTreeSet<&str> = places.iter().map(|place| place.locale.as_str()).collect();
    for takedown in &mut plan.takedowns {
        takedown.places.retain(|place| places.contains(place));
    }
    plan.takedowns
        .retain(|takedown| !takedown.places.is_empty());
    for change in &mut plan.changes {
        change
            .writes
            .retain(|write| locales.contains(write.locale.as_str()));
        change.publish.retain(|place, _| places.contains(place));
    }
    plan.changes
        .retain(|change| !change.writes.is_empty() || !change.publish.is_empty());
}

/// What the next sync would do, for the console.
pub(super) async fn preview(session: &Session, now: Timestamp) -> Result<Planned, Failure> {
    let stack = session.stack()?;
    let store = session.store_beside().await?;
    let bars = Bars::new(None);
    let source = session.configured_source()?;
    let plan = session
        .engine(&stack, &store, &bars)
        .plan(source, &Options::at(now))
        .await;
    bars.finish();
    let plan = plan?;
    let told = told_of(&plan, &session.configuration);
    let created = plan.changes.iter().filter(|change| change.create).count();
    Ok(Planned {
        at: now,
        lines: told.lines().map(str::to_owned).collect(),
        takedowns: plan.takedowns.len(),
        created,
        changed: plan.changes.len().saturating_sub(created),
        question: plan
            .stops
            .map(|error| (format!("{}: {error}", error.code()), error.mend())),
    })
}

/// A plan in words.
pub(super) fn told_of(plan: &Plan, configuration: &Configuration) -> String {
    Wording {
        plan,
        configuration,
    }
    .told()
}

fn as_json(wording: Wording<'_>, at: Timestamp) -> Json {
    let plan = wording.plan;
    let place = |place: &Destination| {
        json!({
            "site": wording.site(place).map(|site| &site.id),
            "environment": place.environment,
            "locale": place.locale,
        })
    };
    let takedown = |takedown: &Takedown| {
        json!({
            "lane": "takedown",
            "kind": takedown.key.kind,
            "source_key": takedown.key.source_key,
            "title": wording.title(&takedown.key),
            "places": takedown.places.iter().map(place).collect::<Vec<_>>(),
            "live_in": plan.references.live.get(&takedown.key),
            "referred_to_by": plan.references.by_title.get(&takedown.key),
            "standings": wording.standings(&takedown.key),
        })
    };
    let change = |change: &EntryChange| {
        let version = |write: &VersionChange| {
            let fields = wording
                .differences(&change.key, write)
                .into_iter()
                .map(|one| json!({ "field": one.field, "before": one.before, "after": one.after }));
            json!({ "locale": write.locale, "fields": fields.collect::<Vec<_>>() })
        };
        json!({
            "lane": change.lane,
            "kind": change.key.kind,
            "source_key": change.key.source_key,
            "title": wording.title(&change.key),
            "create": change.create,
            "versions": change.writes.iter().map(version).collect::<Vec<_>>(),
            "publish": change.publish.keys().map(place).collect::<Vec<_>>(),
            "standings": wording.standings(&change.key),
        })
    };
    let question = plan.stops.as_ref().map(
        |error| json!({ "code": error.code(), "message": error.to_string(), "mend": error.mend() }),
    );
    json!({
        "at": at,
        "takedowns": plan.takedowns.iter().map(takedown).collect::<Vec<_>>(),
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "vanished": plan.vanished,
        "rejected": plan.rejected,
        "findings": plan.findings,
        "question": question,
    })
}

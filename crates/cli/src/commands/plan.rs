//! `plan`: what a sync would do, title by title and site by site. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};
use site::desired::EntryKey;
use site::policy::Destination;
use sync::engine::{Options, Plan};
use sync::plan::{EntryChange, Takedown, VersionChange};

use crate::arguments::PlanArguments;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars};
use crate::session::{Session, answers};

/// How much of a long value is shown.
const SHOWN: usize = 90;

pub(super) async fn run(arguments: &PlanArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let places: BTreeSet<Destination> = sites.iter().map(|site| site.destination.clone()).collect();
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
    let titles = titles(&plan);
    output::print_as(session.format, &as_json(&plan, &titles), || {
        told(&plan, &titles)
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

/// A readable name for every book.
fn titles(plan: &Plan) -> BTreeMap<String, String> {
    plan.works
        .iter()
        .map(|work| (work.key.to_string(), work.title.text.clone()))
        .collect()
}

fn name(key: &EntryKey, titles: &BTreeMap<String, String>) -> String {
    match titles.get(&key.source_key) {
        Some(title) => format!("{} “{title}” ({})", key.kind.uid(), key.source_key),
        None => key.to_string(),
    }
}

/// Fields that differ, with what they said and will say.
fn differences(write: &VersionChange) -> Vec<(&String, Json, &Json)> {
    let none = Map::new();
    let before = write.before.as_ref().unwrap_or(&none);
    let blank = |value: &Json| value.is_null() || value == "" || value == &json!([]);
    write
        .after
        .fields
        .iter()
        .map(|(field, after)| {
            (
                field,
                before.get(field).cloned().unwrap_or(Json::Null),
                after,
            )
        })
        .filter(|(_, before, after)| before != *after && !(blank(before) && blank(after)))
        .collect()
}

fn as_json(plan: &Plan, titles: &BTreeMap<String, String>) -> Json {
    let title = |key: &EntryKey| titles.get(&key.source_key);
    let takedown = |takedown: &Takedown| {
        json!({
            "kind": takedown.key.kind,
            "source_key": takedown.key.source_key,
            "title": title(&takedown.key),
            "lane": "takedown",
            "places": takedown.places,
        })
    };
    let version = |write: &VersionChange| {
        let fields: Vec<Json> = differences(write)
            .into_iter()
            .map(|(field, before, after)| json!({ "field": field, "before": before, "after": after }))
            .collect();
        json!({ "locale": write.locale, "fields": fields })
    };
    let change = |change: &EntryChange| {
        json!({
            "kind": change.key.kind,
            "source_key": change.key.source_key,
            "title": title(&change.key),
            "lane": change.lane,
            "create": change.create,
            "versions": change.writes.iter().map(version).collect::<Vec<_>>(),
            "publish": change.publish.keys().collect::<Vec<_>>(),
        })
    };
    json!({
        "takedowns": plan.takedowns.iter().map(takedown).collect::<Vec<_>>(),
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "vanished": plan.vanished,
        "rejected": plan.rejected,
        "findings": plan.findings,
    })
}

/// A plan in words.
pub(super) fn told_of(plan: &Plan) -> String {
    told(plan, &titles(plan))
}

fn told(plan: &Plan, titles: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for takedown in &plan.takedowns {
        let places: Vec<String> = takedown.places.iter().map(ToString::to_string).collect();
        line(
            &mut text,
            format_args!(
                "- take down {} from {}",
                name(&takedown.key, titles),
                places.join(", ")
            ),
        );
    }
    for change in &plan.changes {
        let verb = if change.create {
            "+ create"
        } else {
            "~ change"
        };
        line(
            &mut text,
            format_args!("{verb} {}", name(&change.key, titles)),
        );
        for write in &change.writes {
            line(&mut text, format_args!("    {}", write.locale));
            for (field, before, after) in differences(write) {
                let after = output::shortened(&after.to_string(), SHOWN);
                if write.before.is_some() {
                    let before = output::shortened(&before.to_string(), SHOWN);
                    line(
                        &mut text,
                        format_args!("      {field}: {before} -> {after}"),
                    );
                } else {
                    line(&mut text, format_args!("      {field}: {after}"));
                }
            }
        }
        for place in change.publish.keys() {
            line(&mut text, format_args!("    publish {place}"));
        }
    }
    for (record, reason) in &plan.rejected {
        line(&mut text, format_args!("! rejected {record}: {reason}"));
    }
    for record in &plan.vanished {
        line(&mut text, format_args!("! gone from the source: {record}"));
    }
    if text.is_empty() {
        return "Nothing to do: the stack holds what it should.\n".into();
    }
    let created = plan.changes.iter().filter(|change| change.create).count();
    line(
        &mut text,
        format_args!(
            "{} to take down, {created} to create, {} to change, {}",
            plan.takedowns.len(),
            plan.changes.len() - created,
            output::plural(plan.findings.len(), "finding"),
        ),
    );
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _written = writeln!(text, "{arguments}");
}

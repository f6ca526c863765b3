//! A plan for people: what goes, what comes, what says something else, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use catalogue::key::WorkKey;
use serde_json::{Map, Value as Json};
use site::desired::{EntryKey, Kind, Standing};
use site::policy::{Destination, Site};
use sync::engine::Plan;
use sync::plan::{EntryChange, Lane, Takedown, VersionChange};

use super::difference::{Difference, differences};
use crate::configuration::Configuration;
use crate::output;

/// What of a new entry is shown; the rest is a number.
const TELLING: [&str; 7] = ["title", "name", "state", "amount", "currency", "cta", "url"];

/// A plan and what its words need.
#[derive(Clone, Copy)]
pub(super) struct Wording<'a> {
    pub(super) plan: &'a Plan,
    pub(super) configuration: &'a Configuration,
}

impl<'a> Wording<'a> {
    /// The whole plan.
    pub(super) fn told(self) -> String {
        let plan = self.plan;
        let mut text = String::new();
        for takedown in &plan.takedowns {
            self.tell_takedown(takedown, &mut text);
        }
        for change in &plan.changes {
            self.tell_change(change, &mut text);
        }
        for (record, reason) in &plan.rejected {
            line(&mut text, &format!("rejected {record}: {reason}"));
        }
        for record in &plan.vanished {
            line(&mut text, &format!("gone from the source: {record}"));
        }
        if text.is_empty() {
            return "Nothing to do: the stack holds what it should.\n".into();
        }
        let created = plan.changes.iter().filter(|change| change.create).count();
        let entries = |count: usize| {
            if count == 1 {
                "1 entry".to_owned()
            } else {
                format!("{count} entries")
            }
        };
        let totals = format!(
            "{} to take down, {} to create, {} to change, {}",
            entries(plan.takedowns.len()),
            entries(created),
            entries(plan.changes.len() - created),
            output::plural(plan.findings.len(), "finding"),
        );
        line(&mut text, &totals);
        text
    }

    fn tell_takedown(self, takedown: &Takedown, text: &mut String) {
        line(text, &format!("takedown  {}", self.name(&takedown.key)));
        let referrers = self.plan.references.by_title.get(&takedown.key);
        for referrer in referrers.into_iter().flatten() {
            let told = sync::references::named(referrer);
            line(text, &format!("    an editor's entry refers to it: {told}"));
        }
        let live = self.plan.references.live.get(&takedown.key);
        for module in live.into_iter().flatten() {
            let told = sync::references::shown(module);
            line(
                text,
                &format!("    readers see it in an editor's entry: {told}"),
            );
        }
        for place in &takedown.places {
            let why = match (takedown.key.kind, self.standing(&takedown.key, place)) {
                (Kind::Book, Some(standing)) => {
                    format!("{} [{}]", standing.reason, standing.decided_by)
                }
                (Kind::Book, None) => "its title is no longer in the source".to_owned(),
                _ => "no title that is shown there needs it".to_owned(),
            };
            line(text, &format!("  {}: {why}", self.place(place)));
        }
    }

    fn tell_change(self, change: &EntryChange, text: &mut String) {
        let new = if change.create { "new " } else { "" };
        line(
            text,
            &format!("{:<9} {new}{}", lane(change.lane), self.name(&change.key)),
        );
        if !change.publish.is_empty() {
            let places = change.publish.keys().map(|place| {
                let state = self
                    .standing(&change.key, place)
                    .and_then(|standing| standing.state);
                let state =
                    state.map_or_else(String::new, |state| format!(" ({})", state.as_str()));
                format!("{}{state}", self.place(place))
            });
            line(
                text,
                &format!("  publish on {}", places.collect::<Vec<_>>().join(", ")),
            );
        }
        for (locales, told) in self.versions(change) {
            line(text, &format!("  {}", locales.join(", ")));
            for one in told {
                line(text, &format!("    {one}"));
            }
        }
    }

    /// Versions to write, those that change alike told together.
    fn versions(self, change: &'a EntryChange) -> Vec<(Vec<&'a str>, Vec<String>)> {
        let mut versions: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        for write in &change.writes {
            let told = self.tell_version(&change.key, write);
            match versions.iter_mut().find(|(_, known)| *known == told) {
                Some((locales, _)) => locales.push(&write.locale),
                None => versions.push((vec![&write.locale], told)),
            }
        }
        versions
    }

    fn tell_version(self, key: &EntryKey, write: &VersionChange) -> Vec<String> {
        let found = self.differences(key, write);
        let told = |found: &[Difference]| found.iter().map(Difference::told).collect::<Vec<_>>();
        if write.before.is_some() {
            return told(&found);
        }
        let names = &self.configuration.names;
        let telling = TELLING.map(|field| names.field(key.kind, field));
        let (main, rest): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|one| telling.contains(&one.field.as_str()));
        let mut told = told(&main);
        if !rest.is_empty() {
            told.push(format!(
                "and {} (--format json shows all)",
                output::plural(rest.len(), "more field")
            ));
        }
        told
    }

    /// What a version will say that it does not say now.
    pub(super) fn differences(self, key: &EntryKey, write: &VersionChange) -> Vec<Difference> {
        let nothing = Map::new();
        let row_key = self.configuration.names.field(key.kind, "formats.isbn13");
        differences(
            write.before.as_ref().unwrap_or(&nothing),
            &write.after.fields,
            row_key,
        )
    }

    /// The name of a book that people know it by.
    pub(super) fn title(self, key: &EntryKey) -> Option<&'a str> {
        let works = &self.plan.works;
        let is_meant = |work: &&catalogue::work::Work| work.key.as_str() == key.source_key;
        (key.kind == Kind::Book)
            .then(|| {
                works
                    .iter()
                    .find(is_meant)
                    .map(|work| work.title.text.as_str())
            })
            .flatten()
    }

    fn name(self, key: &EntryKey) -> String {
        match self.title(key) {
            Some(title) => format!("{} “{title}” ({})", key.kind.uid(), key.source_key),
            None => key.to_string(),
        }
    }

    /// The site at a place.
    pub(super) fn site(self, place: &Destination) -> Option<&'a Site> {
        self.configuration
            .sites
            .iter()
            .find(|site| *site.destination == *place)
    }

    fn place(self, place: &Destination) -> String {
        self.site(place)
            .map_or_else(|| place.to_string(), |site| site.id.to_string())
    }

    /// How a book stands on the site at a place.
    fn standing(self, key: &EntryKey, place: &Destination) -> Option<&'a Standing> {
        if key.kind != Kind::Book {
            return None;
        }
        let standings = self
            .plan
            .desired
            .standings
            .get(&WorkKey::new(key.source_key.as_str()))?;
        standings.get(&self.site(place)?.id)
    }

    /// How a book stands on every site, by the site's name.
    pub(super) fn standings(self, key: &EntryKey) -> BTreeMap<&'a str, &'a Standing> {
        let standings = self
            .plan
            .desired
            .standings
            .get(&WorkKey::new(key.source_key.as_str()));
        let of_book = standings.filter(|_| key.kind == Kind::Book);
        let named = of_book.into_iter().flatten();
        named
            .map(|(site, standing)| (site.0.as_str(), standing))
            .collect()
    }
}

/// The name of a lane.
fn lane(lane: Lane) -> String {
    match serde_json::to_value(lane) {
        Ok(Json::String(name)) => name,
        _ => String::new(),
    }
}

fn line(text: &mut String, told: &str) {
    // Writing to a String cannot fail.
    let _written = writeln!(text, "{told}");
}

//! What a file of rules would change: the titles that it would newly block, before anybody enables it.

use std::collections::BTreeSet;

use launch::checklist::{Item, Readiness};
use launch::rule::Severity;
use serde::Serialize;
use sync::launches::Candidate;

use super::told::readiness;
use crate::output::{self, Table};

/// The longest title in a table.
const LONGEST_TITLE: usize = 40;

/// What becomes of the titles with the rules of the file.
#[derive(Debug, Serialize)]
pub(super) struct Trial {
    /// How many titles were asked, each on its sites.
    titles: usize,
    /// How many of them would be newly blocked on some site.
    newly_blocked: usize,
    /// Each title and site where the answer would be another.
    changes: Vec<Change>,
}

/// A title on a site whose readiness would be another.
#[derive(Debug, Serialize)]
struct Change {
    work: String,
    site: String,
    title: String,
    isbn13: Option<String>,
    publication: Option<String>,
    before: Readiness,
    after: Readiness,
    /// The blockers that keep it then, by name.
    because: Vec<String>,
}

impl Trial {
    /// Compares the same titles under two books of rules.
    pub(super) fn new(before: &[Candidate], after: &[Candidate]) -> Self {
        let works =
            |changes: &mut dyn Iterator<Item = &str>| changes.collect::<BTreeSet<_>>().len();
        let pairs = before.iter().zip(after);
        let changes: Vec<Change> = pairs
            .filter(|(before, after)| before.readiness != after.readiness)
            .map(|(before, after)| Change {
                work: after.checklist.work.clone(),
                site: after.checklist.site.clone(),
                title: after.title.clone(),
                isbn13: after.isbn13.clone(),
                publication: after.publication.clone(),
                before: before.readiness,
                after: after.readiness,
                because: keeping(after).map(|item| item.rule.clone()).collect(),
            })
            .collect();
        let blocked = changes
            .iter()
            .filter(|change| change.after == Readiness::Blocked);
        Self {
            titles: works(&mut after.iter().map(|one| one.checklist.work.as_str())),
            newly_blocked: works(&mut blocked.map(|change| change.work.as_str())),
            changes,
        }
    }

    pub(super) fn told(&self) -> String {
        let mut told = format!(
            "would newly block {} of {}\n",
            output::plural(self.newly_blocked, "title"),
            self.titles
        );
        if self.changes.is_empty() {
            return told;
        }
        let mut table = Table::new([
            "publication",
            "site",
            "title",
            "ISBN",
            "now",
            "then",
            "because of",
        ]);
        for change in &self.changes {
            table.row([
                change.publication.clone().unwrap_or_default(),
                change.site.clone(),
                output::shortened(&change.title, LONGEST_TITLE),
                change.isbn13.clone().unwrap_or_default(),
                readiness(change.before),
                readiness(change.after),
                change.because.join(", "),
            ]);
        }
        told.push_str(&table.to_string());
        told
    }
}

/// The blockers that keep a title from going live.
fn keeping(candidate: &Candidate) -> impl Iterator<Item = &Item> {
    let items = candidate.checklist.items.iter();
    items.filter(|item| item.severity == Severity::Blocker && item.is_open())
}

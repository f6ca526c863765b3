//! What editors write, searched for titles that nobody may be told of yet.
//!
//! Asked of is everything that is not ours: entries of any type, as readers get them and as they wait in the publish
//! queue, and files in the asset library, which on most stacks anybody may fetch from upload on. A finding names the work
//! by its key and says where it was met; neither the title's name nor the entry's, which may hold it, is in it. Nothing is
//! written.

use std::collections::BTreeSet;

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::WorkKey;
use catalogue::work::Work;
use contentstack::{Asset, AssetFind};
use jiff::Timestamp;
use serde::Serialize;
use site::guard::{Secrets, Sign};
use site::module::Module;
use store::ledger::Ledger;

use crate::Error;
use crate::engine::{Engine, memory};
use crate::modules::{editors_types, live_entries};

const UNREADABLE: FindingCode = FindingCode::new("guard-unreadable");

/// What each sign is called: the finding's code, and the words.
const SIGNS: [(Sign, FindingCode, &str); 3] = [
    (Sign::Name, FindingCode::new("embargo-name"), "the name"),
    (Sign::Isbn, FindingCode::new("embargo-isbn"), "an ISBN"),
    (
        Sign::File,
        FindingCode::new("embargo-file"),
        "the name of a file",
    ),
];

/// What the guard found.
#[derive(Clone, Debug, Serialize)]
pub struct Guarded {
    /// As of when titles are not to be spoken of.
    pub at: Timestamp,
    /// How many titles were looked for.
    pub titles: usize,
    /// How many versions of entries were searched, live ones and those that wait.
    pub entries: usize,
    /// How many files.
    pub files: usize,
    /// What gives a title away.
    pub findings: Vec<Finding>,
}

impl Engine<'_> {
    /// Searches what editors wrote for titles that no site may announce. What goes live later is held against its own
    /// instant.
    ///
    /// # Errors
    /// As the calls. What waits in the publish queue is read if it can be; a finding says where not.
    pub async fn guard(
        &self,
        works: &[Work],
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Guarded, Error> {
        let secrets = self.secrets(works, ledger, now);
        let mut guarded = Guarded {
            at: now,
            titles: secrets.count(),
            entries: 0,
            files: 0,
            findings: Vec::new(),
        };
        if guarded.titles == 0 {
            return Ok(guarded);
        }
        let surroundings = self.surroundings().await?;
        let types = editors_types(self.stack, self.names).await?;
        for place in &surroundings.places {
            for entry in live_entries(self.stack, self.names, &types, place).await? {
                guarded.entries += 1;
                guarded.findings.extend(in_entry(&entry, &secrets, None));
            }
        }
        match self.waiting(&types, &surroundings.environments, now).await {
            Ok(waiting) => self.search_waiting(&waiting, works, ledger, &secrets, &mut guarded),
            Err(error) => {
                let message = format!(
                    "which of the editors' entries wait to be published could not be read: {error}"
                );
                guarded.findings.push(Finding::warning(UNREADABLE, message));
            }
        }
        let ours: BTreeSet<&str> = ledger
            .assets
            .values()
            .map(|asset| asset.uid.as_str())
            .collect();
        for asset in self.stack.assets().find_all(&AssetFind::default()).await? {
            if !ours.contains(asset.uid.as_str()) {
                guarded.files += 1;
                guarded.findings.extend(in_file(&asset, &secrets));
            }
        }
        Ok(guarded)
    }

    fn secrets(&self, works: &[Work], ledger: &Ledger, at: Timestamp) -> Secrets {
        Secrets::of(works, &self.project(works, ledger, at), &memory(ledger))
    }

    /// What waits, against what is secret then: of what is secret now, since nothing becomes one again.
    fn search_waiting(
        &self,
        waiting: &[Module],
        works: &[Work],
        ledger: &Ledger,
        secrets: &Secrets,
        guarded: &mut Guarded,
    ) {
        for entry in waiting {
            guarded.entries += 1;
            let told: BTreeSet<&WorkKey> = entry
                .texts
                .values()
                .flat_map(|text| secrets.told_by(text).into_keys())
                .collect();
            let Some(from) = entry.from.filter(|_| !told.is_empty()) else {
                continue;
            };
            let meant = works.iter().filter(|work| told.contains(&work.key));
            let meant: Vec<Work> = meant.cloned().collect();
            let then = self.secrets(&meant, ledger, from);
            guarded.findings.extend(in_entry(entry, &then, Some(from)));
        }
    }
}

fn in_entry(entry: &Module, secrets: &Secrets, from: Option<Timestamp>) -> Vec<Finding> {
    let when = from.map_or_else(|| "is live".to_owned(), |from| format!("goes live {from}"));
    let place = format!("{} {}", entry.content_type, entry.uid);
    let mut findings = Vec::new();
    for (field, text) in &entry.texts {
        for finding in told(
            secrets,
            text,
            &format!("{place} at {} {when} and", entry.place),
        ) {
            findings.push(finding.in_record(place.clone()).in_field(field.clone()));
        }
    }
    findings
}

fn in_file(asset: &Asset, secrets: &Secrets) -> Vec<Finding> {
    let place = format!("asset {}", asset.uid);
    let texts = [
        ("filename", asset.file_name.as_str()),
        ("title", asset.title.as_str()),
        ("description", asset.description.as_str()),
    ];
    let tags = asset.tags.iter().map(|tag| ("tags", tag.as_str()));
    let mut findings = Vec::new();
    for (field, text) in texts.into_iter().chain(tags) {
        for finding in told(secrets, text, &place) {
            findings.push(finding.in_record(place.clone()).in_field(field));
        }
    }
    findings
}

/// A finding for each title that a text gives away, and each way in which it does.
fn told<'s>(
    secrets: &'s Secrets,
    text: &str,
    subject: &'s str,
) -> impl Iterator<Item = Finding> + 's {
    let told = secrets.told_by(text);
    told.into_iter().flat_map(move |(work, signs)| {
        SIGNS
            .into_iter()
            .filter(move |(sign, ..)| signs.contains(sign))
            .map(move |(_, code, what)| {
                let message =
                    format!("{subject} says {what} of {work}, which no site may announce yet");
                Finding::error(code, message)
            })
    })
}

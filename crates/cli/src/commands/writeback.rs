//! `writeback`: links from live titles to their pages, in Consonance. Opt-in, planned, applied once, and taken back whole.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use consonance::{LinkedProduct, Links, WorkId};
use jiff::Timestamp;
use launch::checklist::Readiness;
use serde::Serialize;
use store::Store;
use store::people::Act as Line;
use store::write_backs::{KeptLink, State};
use sync::launches::{Candidate, Desk, Rules, Said, Which};
use sync::pull::kept_works;
use sync::write_back::{Act, Step, Wanted, plan, undone};
use uuid::Uuid;

use super::hold::user;
use super::launch::rules;
use super::titles::{find, unknown};
use crate::arguments::{WritebackArguments, WritebackCommand};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;

const WRITE_BACK_MISSING: FindingCode = FindingCode::new("write-back-missing");

/// What became of each step.
#[derive(Serialize)]
struct Done {
    #[serde(flatten)]
    step: Step,
    /// Nothing where it was planned alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
}

/// A plan, or what came of it.
#[derive(Serialize)]
struct Told {
    /// Names that the account's schema lacks; then nothing was written.
    missing: Vec<String>,
    steps: Vec<Done>,
}

pub(super) async fn run(command: &WritebackCommand, session: &Session) -> Result<Ending, Failure> {
    let configuration = &session.configuration;
    if !configuration.writes_links() && !matches!(command, WritebackCommand::Undo) {
        return Err(Failure::usage(
            Misuse::Arguments,
            "nothing is to be written to Consonance",
            "add `write_back = [\"web_link\"]` to [consonance], and `page_address` to each [[site]] whose pages are to be linked",
        ));
    }
    let store = session.store_beside().await?;
    let links = session.consonance()?.links().await?;
    let writing = Writing {
        store: &store,
        links: &links,
    };
    let steps = match command {
        WritebackCommand::Plan(arguments) | WritebackCommand::Apply(arguments) => {
            planned(arguments, session, &writing).await?
        }
        WritebackCommand::Undo => writing.undo().await?,
    };
    let only_planned = matches!(command, WritebackCommand::Plan(_)) || !links.missing().is_empty();
    let mut done = Vec::with_capacity(steps.len());
    for step in steps {
        let outcome = match only_planned {
            true => None,
            false => Some(writing.carry_out(&step).await?),
        };
        done.push(Done {
            done: outcome.as_ref().map(Option::is_none),
            trouble: outcome.flatten(),
            step,
        });
    }
    let told = Told {
        missing: links.missing().to_vec(),
        steps: done,
    };
    output::print_as(session.format, &told, || in_words(&told))?;
    let failed = told.steps.iter().any(|step| step.done == Some(false));
    Ok(match told.missing.is_empty() && !failed {
        true => Ending::Done,
        false => Ending::Partial,
    })
}

async fn planned(
    arguments: &WritebackArguments,
    session: &Session,
    writing: &Writing<'_>,
) -> Result<Vec<Step>, Failure> {
    let store = writing.store;
    let sites = session.sites(arguments.site.as_deref())?;
    let mut works = kept_works(store).await?;
    let said = Said::of(store, &works).await?;
    if let Some(title) = &arguments.title {
        let Some(work) = find(&works, title).cloned() else {
            return Err(unknown(title, store).await?);
        };
        works = vec![work];
    }
    let now = Timestamp::now();
    let ledger = store.ledger().await?;
    let memory = sync::engine::memory(&ledger);
    let configured = session.configuration.configured();
    let desk = Desk::new(&works, configured, &ledger, &memory, said, now);
    let asked = desk.asked(&works, &sites, Which::All);
    let book = rules(None, session)?;
    let holidays = session.configuration.holidays();
    let candidates = desk.checklists(
        &asked,
        Rules {
            book: &book,
            holidays: &holidays,
        },
    );
    let noted = session.configuration.writes_readiness();
    let candidate = |work: &str, site: &str| {
        let mut all = candidates.iter();
        all.find(|one| one.checklist.work == work && one.checklist.site == site)
    };
    let wanted: Vec<Wanted> = desk
        .pages(&asked)
        .into_iter()
        .filter_map(|page| {
            let candidate = candidate(&page.work, &page.site).filter(|_| noted);
            Some(Wanted {
                note: note(&page.site, candidate),
                isbn: page.isbn?,
                work: page.work,
                site: page.site,
                link: page.address,
            })
        })
        .collect();
    let chosen: BTreeSet<&str> = works.iter().map(|work| work.key.as_str()).collect();
    let mut kept = store.written_links().await?;
    kept.retain(|link| {
        let of_title = arguments.title.is_none() || chosen.contains(link.work.as_str());
        let of_site = arguments
            .site
            .as_ref()
            .is_none_or(|site| *site == link.site);
        of_title && of_site
    });
    let named = wanted.iter().map(|one| one.work.as_str());
    let held = kept.iter().filter(|link| link.state != State::Gone);
    let standing = writing
        .standing(named.chain(held.map(|link| link.work.as_str())))
        .await?;
    Ok(plan(&wanted, &kept, &standing))
}

/// What a link says: the same for as long as nothing changes.
fn note(site: &str, candidate: Option<&Candidate>) -> String {
    let Some(candidate) = candidate else {
        return format!("Live on {site} (Frontlist)");
    };
    let (missing, of) = (candidate.missing, candidate.applicable);
    let readiness = match candidate.readiness {
        Readiness::Ready => "ready",
        Readiness::Unknown => "readiness unknown",
        Readiness::Blocked => "blocked",
    };
    format!("Live on {site}; checklist: {readiness}, {missing} of {of} open (Frontlist)")
}

struct Writing<'a> {
    store: &'a Store,
    links: &'a Links,
}

impl Writing<'_> {
    /// The products of works of Consonance, as they are now.
    async fn standing(
        &self,
        works: impl Iterator<Item = &str>,
    ) -> Result<BTreeMap<String, Vec<LinkedProduct>>, Failure> {
        let works: BTreeSet<&str> = works.collect();
        let mut standing = BTreeMap::new();
        for work in works {
            let number = work.strip_prefix("consonance:work:");
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                let products = self.links.of_work(WorkId::new(number)).await?;
                standing.insert(work.to_owned(), products);
            }
        }
        Ok(standing)
    }

    /// What takes back every link that we made.
    async fn undo(&self) -> Result<Vec<Step>, Failure> {
        let mut kept = self.store.written_links().await?;
        kept.retain(|link| link.state != State::Gone);
        let standing = self
            .standing(kept.iter().map(|link| link.work.as_str()))
            .await?;
        let products = |work: &str| standing.get(work).map(Vec::as_slice).unwrap_or_default();
        Ok(kept
            .iter()
            .map(|link| undone(link, products(&link.work)))
            .collect())
    }

    /// Does a step, and says what went wrong with it. Written down is what is meant before, and what came of it after.
    async fn carry_out(&self, step: &Step) -> Result<Option<String>, Failure> {
        let known = self.store.written_links().await?.into_iter().find(|link| {
            link.state != State::Gone && link.work == step.work && link.site == step.site
        });
        let mut link = known.unwrap_or_else(|| KeptLink {
            id: Uuid::now_v7(),
            work: step.work.clone(),
            site: step.site.clone(),
            product: 0,
            link: step.link.clone(),
            note: step.note.clone(),
            link_id: None,
            state: State::Intent,
            by: user(),
            at: Timestamp::now(),
        });
        let result = match &step.act {
            Act::Keep => return Ok(None),
            // That a person removed one of ours stays known, so that it is not made again.
            Act::Leave { .. } => return Ok(None),
            Act::Forget => {
                link.state = State::Gone;
                Ok(())
            }
            Act::Create { product } => {
                link.product = *product;
                link.link.clone_from(&step.link);
                link.note.clone_from(&step.note);
                self.store.keep_written_link(&link).await?;
                let made = self.links.create(*product, &link.link, &link.note).await;
                made.map(|id| {
                    link.link_id = id;
                    link.state = if id.is_some() {
                        State::Stands
                    } else {
                        State::Intent
                    };
                })
            }
            Act::Note { id, .. } => {
                link.link_id = Some(*id);
                link.state = State::Stands;
                Ok(())
            }
            Act::Update { id } => {
                let changed = self.links.update(*id, &step.link, &step.note).await;
                changed.map(|()| {
                    link.link.clone_from(&step.link);
                    link.note.clone_from(&step.note);
                })
            }
            Act::Delete { id } => {
                let gone = self.links.delete(*id).await;
                gone.map(|()| link.state = State::Gone)
            }
        };
        if let Err(error) = result {
            tracing::warn!(code = error.code(), work = step.work, site = step.site, %error, "a link could not be written");
            return Ok(Some(format!("{}: {error}", error.code())));
        }
        self.store.keep_written_link(&link).await?;
        self.store
            .record_act(&Line {
                at: Timestamp::now(),
                who: user(),
                what: format!("consonance-link-{}", verb(&step.act)),
                subject: step.work.clone(),
                detail: format!("{}: {} ({})", step.site, step.link, step.note),
            })
            .await?;
        Ok(None)
    }
}

fn verb(act: &Act) -> &'static str {
    match act {
        Act::Create { .. } => "made",
        Act::Note { .. } => "found",
        Act::Update { .. } => "changed",
        Act::Delete { .. } => "taken-away",
        Act::Forget => "gone",
        Act::Keep => "kept",
        Act::Leave { .. } => "left",
    }
}

fn in_words(told: &Told) -> String {
    let mut text = String::new();
    for name in &told.missing {
        let message = format!("the account's schema has no {name}, so nothing is written");
        let finding = Finding::warning(WRITE_BACK_MISSING, message);
        text.push_str(&format!("{finding}\n"));
    }
    if told.steps.is_empty() {
        text.push_str("No live page is to be linked, and no link of ours stands.\n");
        return text;
    }
    let mut table = Table::new(["act", "work", "site", "link", "note", "done"]);
    for one in &told.steps {
        let step = &one.step;
        let why = match &step.act {
            Act::Leave { why } => why.clone(),
            _ => step.note.clone(),
        };
        let done = match (one.done, &one.trouble) {
            (_, Some(trouble)) => trouble.clone(),
            (Some(_), None) => "yes".to_owned(),
            (None, None) => "planned".to_owned(),
        };
        let (work, site, link) = (step.work.clone(), step.site.clone(), step.link.clone());
        table.row([verb(&step.act).to_owned(), work, site, link, why, done]);
    }
    text.push_str(&table.to_string());
    text
}

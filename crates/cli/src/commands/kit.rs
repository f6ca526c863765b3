//! `kit`: draft campaign pages for titles that reached a stage. Each sync makes those that are due, by [`after_sync`].

use contentstack::Stack;
use jiff::Timestamp;
use serde_json::json;
use store::Store;
use sync::kit::{Kit, Outcome};
use sync::pull::kept_works;

use crate::arguments::KitCommand;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars, Table};
use crate::session::Session;

pub(super) async fn run(command: &KitCommand, session: &Session) -> Result<Ending, Failure> {
    if session.configuration.kit()?.is_none() {
        return Err(Failure::usage(
            Misuse::Arguments,
            "no stage is configured at which titles get a campaign page",
            "add [launch.kit] with `stages = [..]`, as Consonance names its project stages",
        ));
    }
    let make = matches!(command, KitCommand::Make);
    let stack = session.stack()?;
    let store = match make {
        true => session.store().await?,
        false => session.store_beside().await?,
    };
    let kits = kits(session, &stack, &store, make).await?;
    let made: Vec<_> = store
        .kits()
        .await?
        .into_iter()
        .filter(|kit| kit.entry.is_some())
        .collect();
    output::print_as(
        session.format,
        &json!({ "kits": kits, "made": made }),
        || told(&kits, made.len()),
    )?;
    Ok(
        match kits.iter().any(|kit| kit.outcome == Outcome::Failed) {
            true => Ending::Partial,
            false => Ending::Done,
        },
    )
}

/// Makes what is due after a run, where a stage is configured. What cannot be made waits for the next run.
pub(super) async fn after_sync(session: &Session, stack: &Stack, store: &Store) {
    match kits(session, stack, store, true).await {
        Ok(kits) => {
            for kit in kits.iter().filter(|kit| kit.outcome == Outcome::Failed) {
                tracing::warn!(
                    work = kit.work,
                    trouble = kit.trouble,
                    "a campaign page could not be made; the next sync tries again"
                );
            }
        }
        Err(failure) => {
            tracing::warn!(code = failure.code(), error = %failure, "campaign pages could not be made; the next sync tries again");
        }
    }
}

async fn kits(
    session: &Session,
    stack: &Stack,
    store: &Store,
    make: bool,
) -> Result<Vec<Kit>, Failure> {
    let Some(recipe) = session.configuration.kit()? else {
        return Ok(Vec::new());
    };
    let works = kept_works(store).await?;
    let bars = Bars::new(None);
    let engine = session.engine(stack, store, &bars);
    let kits = Box::pin(engine.kits(&works, &recipe, make, Timestamp::now())).await;
    bars.finish();
    Ok(kits?)
}

fn told(kits: &[Kit], made: usize) -> String {
    let mut text = String::new();
    if !kits.is_empty() {
        let mut table = Table::new(["work", "page", "entry", "state"]);
        for kit in kits {
            let state = match kit.outcome {
                Outcome::Planned => "to be made",
                Outcome::Waits => "waits until the book has an entry",
                Outcome::Made => "made, a draft",
                Outcome::Found => "found, made before",
                Outcome::Failed => "not made",
            };
            let trouble = kit
                .trouble
                .as_ref()
                .map_or_else(String::new, |why| format!(": {why}"));
            table.row([
                kit.work.clone(),
                kit.title.clone(),
                kit.entry.clone().unwrap_or_default(),
                format!("{state}{trouble}"),
            ]);
        }
        text.push_str(&table.to_string());
    }
    text.push_str(&format!(
        "{} made so far, the editors' since\n",
        output::plural(made, "page")
    ));
    text
}

//! `replay`: records that were rejected or deferred, again and alone.

use std::collections::BTreeSet;

use catalogue::key::RecordKey;
use contentstack::Stack;
use jiff::Timestamp;
use store::Store;
use store::disregards::Disregard;
use sync::engine::Options;
use sync::pull::Source;
use sync::tally::Report;

use super::hold::{free_store, user};
use super::runs::find;
use super::sync::{conclude, stopped};
use crate::arguments::ReplayArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars};
use crate::session::Session;

pub(super) async fn run(arguments: &ReplayArguments, session: &Session) -> Result<Ending, Failure> {
    let stack = session.stack()?;
    let store = session.store().await?;
    let only = records(arguments, &store).await?;
    if arguments.disregard {
        disregard(
            &only,
            arguments.reason.as_deref().unwrap_or_default(),
            &store,
        )
        .await?;
    }
    if only.is_empty() {
        eprintln!("No record waits: none is rejected, none unfinished.");
        return Ok(Ending::Done);
    }
    let report = walk(session, &stack, &store, only, arguments.accept_encoding).await?;
    match report {
        Ok(report) => conclude(report, session.format),
        Err(error) => stopped(error, &store, session.format).await,
    }
}

/// The run that takes records through again.
async fn walk(
    session: &Session,
    stack: &Stack,
    store: &Store,
    only: BTreeSet<RecordKey>,
    accept_encoding: bool,
) -> Result<Result<Report, sync::Error>, Failure> {
    let source = if only
        .iter()
        .any(|key| key.as_str().starts_with(consonance::NAMESPACE))
    {
        session.configured_source()?
    } else {
        Source::Kept
    };
    let options = Options {
        only: Some(only),
        accept_encoding,
        command: "replay",
        ..Options::at(Timestamp::now())
    };
    let bars = Bars::new(Some(stack));
    let report = session
        .engine(stack, store, &bars)
        .sync(source, &options)
        .await;
    bars.finish();
    Ok(report)
}

/// Takes records through again that somebody chose elsewhere, once no other run uses the state file. What came of it is kept as
/// a run.
pub(super) async fn again(session: &Session, only: &BTreeSet<RecordKey>) -> Result<(), Failure> {
    let stack = session.stack()?;
    let store = free_store(session).await?;
    walk(session, &stack, &store, only.clone(), false).await??;
    Ok(())
}

/// Writes down that a person disregards one record, as it is now.
async fn disregard(only: &BTreeSet<RecordKey>, reason: &str, store: &Store) -> Result<(), Failure> {
    let refused = |message: String, mend: &str| Failure::usage(Misuse::Arguments, message, mend);
    if reason.trim().is_empty() {
        let message = "a record is not disregarded without a reason".to_owned();
        return Err(refused(
            message,
            "say with --reason why nothing in it matters",
        ));
    }
    let rejections = store.rejections().await?;
    let mut meant = rejections.iter().filter(|one| only.contains(&one.key));
    let (Some(rejection), None, 1) = (meant.next(), meant.next(), only.len()) else {
        let message = "--disregard is about one rejected record".to_owned();
        return Err(refused(
            message,
            "name it by its key, as `frontlist runs RUN` shows it",
        ));
    };
    let key = &rejection.key;
    if !store
        .records()
        .await?
        .iter()
        .any(|record| record.key == *key)
    {
        let message = format!("{key} closes nothing");
        let mend = "have it mended and sent again; only what closes a product can be disregarded";
        return Err(refused(message, mend));
    }
    let Some(text) = Disregard::text_of(rejection) else {
        let message = format!("the text of {key} was not kept, so nobody can have looked at it");
        return Err(refused(message, "ask the sender for the whole record"));
    };
    let said = Disregard {
        record: key.clone(),
        text,
        place: rejection.place.clone(),
        reason: reason.trim().to_owned(),
        by: user(),
        at: Timestamp::now(),
    };
    Ok(store.disregard(&said).await?)
}

/// The records meant: those named, those of a run, or all that wait.
async fn records(
    arguments: &ReplayArguments,
    store: &Store,
) -> Result<BTreeSet<RecordKey>, Failure> {
    let mut waiting: BTreeSet<RecordKey> = store.pending_records().await?;
    waiting.extend(
        store
            .rejections()
            .await?
            .into_iter()
            .map(|rejection| rejection.key),
    );
    if let Some(run) = &arguments.run {
        let run = find(store, run).await?;
        let of_run = store.run_records(&run.id).await?;
        let open = ["rejected", "deferred"];
        return Ok(of_run
            .into_iter()
            .filter(|record| open.contains(&record.outcome.as_str()))
            .map(|record| record.key)
            .collect());
    }
    if arguments.records.is_empty() {
        return Ok(waiting);
    }
    let kept: BTreeSet<RecordKey> = store
        .records()
        .await?
        .into_iter()
        .map(|record| record.key)
        .collect();
    let mut only = BTreeSet::new();
    for text in &arguments.records {
        let key = [
            RecordKey::new(text.as_str()),
            RecordKey::new(format!("consonance:{text}")),
        ]
        .into_iter()
        .find(|key| waiting.contains(key) || kept.contains(key));
        let Some(key) = key else {
            return Err(Failure::usage(
                Misuse::UnknownRecord,
                format!("no record `{text}` is known"),
                format!(
                    "name it as `frontlist runs RUN` shows it; {} waiting",
                    output::plural(waiting.len(), "record")
                ),
            ));
        };
        only.insert(key);
    }
    Ok(only)
}

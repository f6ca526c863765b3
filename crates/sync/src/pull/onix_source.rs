//! Reading ONIX messages: each record replaces, updates or withdraws the one kept under its reference.

use std::collections::BTreeSet;

use catalogue::codes::NotificationType;
use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use catalogue::record::ProductRecord;
use onix::{Defaults, Item, latest};
use store::snapshot::Rejection;

use super::{Kept, ONIX, PullOptions, Pulled, keep, parse, reject};
use crate::Error;
use crate::progress::Progress;

/// Code of a partial update to a record that was never received.
const NOTHING_TO_UPDATE: &str = "FL-0607";
/// Code of a file that ends in its middle.
const TRUNCATED: FindingCode = FindingCode::new("feed-truncated");
/// Code of a feed that was called complete and was not read to its end.
const NOT_COMPLETE: FindingCode = FindingCode::new("feed-not-complete");

pub(super) fn read(
    messages: onix::Source,
    complete: bool,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
    progress: &dyn Progress,
) -> Result<(), Error> {
    progress.phase("reading ONIX", None);
    let mut records = Vec::new();
    let mut met = BTreeSet::new();
    let mut whole = true;
    for item in onix::read(messages) {
        match item {
            Ok(Item::Record(record)) => {
                progress.advance(1);
                records.push(*record);
            }
            Ok(Item::Rejected(rejection)) => {
                // A record that cannot be read is there all the same; one without a name could be any.
                match &rejection.reference {
                    Some(reference) => {
                        met.insert(RecordKey::namespaced(ONIX, "record", reference));
                    }
                    None => whole = false,
                }
                take_rejection(rejection, &options.run, pulled);
            }
            Ok(Item::Finding(finding)) => pulled.findings.push(finding),
            Ok(Item::Header(_) | Item::End(_)) => {}
            // The records before the break are whole; nobody can tell what is missing after it.
            Err(error) if error.is_truncation() => {
                whole = false;
                let key = RecordKey::namespaced(ONIX, "rest", error.file());
                let reason = error.to_string();
                pulled
                    .findings
                    .push(Finding::error(TRUNCATED, reason.clone()).in_field(error.file()));
                let place = error.file().to_owned();
                let code = error.code().to_owned();
                reject(
                    pulled,
                    Rejection {
                        key,
                        run: options.run.clone(),
                        code,
                        reason,
                        place,
                        raw: None,
                    },
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
    let latest = latest(records);
    pulled.findings.extend(latest.findings);
    for rejection in latest.rejected {
        take_rejection(rejection, &options.run, pulled);
    }
    for record in latest.kept {
        met.insert(record.key.clone());
        take(record, kept, options, pulled)?;
    }
    if complete && whole {
        let vanished = kept.onix.keys().filter(|key| !met.contains(*key));
        pulled.vanished.extend(vanished.cloned());
    } else if complete {
        let message =
            "the feed was called complete but could not be read whole; nothing is taken for gone";
        pulled.findings.push(Finding::error(NOT_COMPLETE, message));
    }
    Ok(())
}

/// Reads one kept rejection again.
pub(super) fn read_again(
    raw: &str,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    match onix::read_record(raw, &Defaults::default()) {
        Ok(record) => take(record, kept, options, pulled),
        Err(rejection) => {
            take_rejection(rejection, &options.run, pulled);
            Ok(())
        }
    }
}

fn take(
    record: ProductRecord,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let key = record.key.clone();
    let known = kept
        .onix
        .get(&key)
        .map(parse::<ProductRecord>)
        .transpose()?;
    let record = match (record.notification, known) {
        (NotificationType::PARTIAL_UPDATE, Some(mut base)) => {
            base.update(record);
            base
        }
        (NotificationType::PARTIAL_UPDATE, None) => {
            let place = format!("{} line {}", record.place.file, record.place.line);
            let reason = format!(
                "record {} is a partial update (notification 04) to a record that was never received; ask the sender for the whole record",
                record.reference
            );
            let code = NOTHING_TO_UPDATE.to_owned();
            reject(
                pulled,
                Rejection {
                    key,
                    run: options.run.clone(),
                    code,
                    reason,
                    place,
                    raw: None,
                },
            );
            return Ok(());
        }
        (NotificationType::DELETE, Some(mut base)) => {
            base.notification = NotificationType::DELETE;
            for product in &mut base.work.products {
                product.notification = Some(NotificationType::DELETE);
            }
            base
        }
        (NotificationType::DELETE, None) => {
            pulled.considered.insert(key);
            return Ok(());
        }
        _ => record,
    };
    keep(ONIX, &key, &record, &mut kept.onix, pulled)
}

/// A rejected record has a key of its own: its reference may belong to a good record too.
fn take_rejection(rejection: onix::Rejection, run: &str, pulled: &mut Pulled) {
    let reference = rejection
        .reference
        .clone()
        .unwrap_or_else(|| "without-reference".to_owned());
    let place = format!("{} line {}", rejection.file, rejection.line);
    let key = RecordKey::namespaced(ONIX, "rejected", format!("{reference}@{}", rejection.line));
    let reason = rejection.reason.clone();
    let code = rejection.code.to_owned();
    reject(
        pulled,
        Rejection {
            key,
            run: run.to_owned(),
            code,
            reason,
            place,
            raw: rejection.raw,
        },
    );
}

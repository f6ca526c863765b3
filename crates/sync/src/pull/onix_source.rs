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
/// Code of a file of a folder that cannot be read at all.
const FILE_UNREADABLE: FindingCode = FindingCode::new("file-unreadable");
/// Code of a text whose encoding was guessed.
const ENCODING_GUESSED: FindingCode = FindingCode::new("encoding-guessed");
/// The reader's code of a record whose bytes are not what its file says. The copy that is kept is a guess.
const WRONG_ENCODING: &str = "FL-0222";
/// How many of the words that may be guessed are shown.
const GUESSED_WORDS: usize = 5;
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
    let mut ended = 0_u64;
    let mut unreadable = None;
    let in_folder = matches!(messages, onix::Source::Folder(_));
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
            Ok(Item::Header(_)) => {}
            Ok(Item::End(end)) => {
                ended += 1;
                pulled.change.mended.insert(rest_of(&end.file));
            }
            // The records before the break are whole; nobody can tell what is missing after it.
            Err(error) if error.is_truncation() => {
                whole = false;
                reject_rest(TRUNCATED, &error, options, pulled);
            }
            // One bad file of a folder stops none but itself.
            Err(error) if in_folder => {
                whole = false;
                reject_rest(FILE_UNREADABLE, &error, options, pulled);
                unreadable.get_or_insert(error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(error) = unreadable.filter(|_| ended == 0 && records.is_empty()) {
        return Err(error.into());
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

/// The key of what could not be read of a file.
fn rest_of(file: &str) -> RecordKey {
    RecordKey::namespaced(ONIX, "rest", file)
}

/// Keeps that a file, or what follows a break in it, could not be read.
fn reject_rest(code: FindingCode, error: &onix::Error, options: &PullOptions, pulled: &mut Pulled) {
    let reason = error.to_string();
    pulled
        .findings
        .push(Finding::error(code, reason.clone()).in_field(error.file()));
    let rejection = Rejection {
        key: rest_of(error.file()),
        run: options.run.clone(),
        code: error.code().to_owned(),
        reason,
        place: error.file().to_owned(),
        raw: None,
    };
    reject(pulled, rejection);
}

/// Reads one kept rejection again, if its record was kept. What its bytes say may be a guess of ours; a guess is taken
/// only if a person has said so, and then the record goes on saying that it is one.
pub(super) fn read_again(
    rejection: Rejection,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let Some(raw) = rejection.raw.clone() else {
        return Ok(());
    };
    let guessed = (rejection.code == WRONG_ENCODING).then(|| guess(&raw, &rejection));
    if let (Some(finding), false) = (&guessed, options.accept_encoding) {
        pulled.findings.push(finding.clone());
        reject(pulled, rejection);
        return Ok(());
    }
    pulled.change.mended.insert(rejection.key);
    match onix::read_record(&raw, &Defaults::default()) {
        Ok(mut record) => {
            record.work.findings.extend(guessed);
            take(record, kept, options, pulled)
        }
        Err(rejection) => {
            take_rejection(rejection, &options.run, pulled);
            Ok(())
        }
    }
}

/// What a person must see before a guess is taken.
fn guess(raw: &str, rejection: &Rejection) -> Finding {
    let is_part = |character: char| character.is_alphanumeric() || character == '\u{fffd}';
    let mut words: Vec<&str> = raw
        .split(|character: char| character.is_ascii() && !is_part(character))
        .filter(|word| !word.is_ascii())
        .collect();
    words.dedup();
    words.truncate(GUESSED_WORDS);
    let message = format!(
        "the bytes are not in the encoding that the file declares, and were guessed to be Windows-1252; so read, it says {}. Ask the sender for a good file, or compare and take it with `frontlist replay {} --accept-encoding`",
        words.join(", "),
        rejection.key,
    );
    Finding::warning(ENCODING_GUESSED, message)
        .in_record(rejection.key.to_string())
        .in_field(rejection.place.clone())
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

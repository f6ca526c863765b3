//! Unreadable records that a person disregards.
//!
//! A record that cannot be read closes what it is about, for an embargo may stand in it. Where its sender never mends it,
//! somebody who has read it may say that none does. Then neither the rejection nor what stands in the record's place is
//! kept any longer, as long as the same text comes under the same key.

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use store::Store;
use store::disregards::Disregard;
use store::snapshot::Rejection;

use super::{Kept, Pulled};
use crate::Error;

/// A record that cannot be read is disregarded, on a person's word.
const DISREGARDED: FindingCode = FindingCode::new("feed-record-disregarded");

/// Leaves out what is disregarded, of this pull and of those before.
///
/// # Errors
/// When the state file cannot be read.
pub(super) async fn leave_out(
    store: &Store,
    kept: &mut Kept,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let disregards = store.disregards().await?;
    if disregards.is_empty() {
        return Ok(());
    }
    // Of one key the rejection of this pull is the newer.
    let earlier = store.rejections().await?;
    let now = std::mem::take(&mut pulled.change.rejected);
    let is_again = |key: &RecordKey| now.iter().any(|one| one.key == *key);
    for rejection in earlier.iter().filter(|one| !is_again(&one.key)) {
        if let Some(said) = said_of(&disregards, rejection) {
            forget(said, kept, pulled);
        }
    }
    for rejection in now {
        match said_of(&disregards, &rejection) {
            Some(said) => forget(said, kept, pulled),
            None => pulled.change.rejected.push(rejection),
        }
    }
    Ok(())
}

fn said_of<'d>(disregards: &'d [Disregard], rejection: &Rejection) -> Option<&'d Disregard> {
    disregards.iter().find(|said| said.is_of(rejection))
}

fn forget(said: &Disregard, kept: &mut Kept, pulled: &mut Pulled) {
    let key = &said.record;
    kept.feed.remove(key);
    pulled.change.kept.retain(|record| record.key != *key);
    pulled.considered.remove(key);
    pulled.change.gone.insert(key.clone());
    let message = format!(
        "an unreadable record of the ONIX feed ({}) closes nothing: {} disregarded it on {} ({})",
        said.place,
        said.by,
        said.at.strftime("%F"),
        said.reason,
    );
    let finding = Finding::info(DISREGARDED, message).in_record(key.as_str());
    pulled.findings.push(finding.in_field(said.place.clone()));
}

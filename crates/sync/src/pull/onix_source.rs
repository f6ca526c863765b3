//! Reading ONIX messages: each record replaces, updates or withdraws the one kept under its reference.

use std::collections::BTreeSet;

use catalogue::codes::NotificationType;
use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::key::{ProductKey, RecordKey, WorkKey};
use catalogue::merge::{FEED_RECORD_NAMELESS, FEED_RECORD_UNREADABLE};
use catalogue::product::Product;
use catalogue::record::{Blocks, Place, ProductRecord};
use catalogue::work::Work;
use onix::{Defaults, Header, Identity, Item, latest};
use store::snapshot::{KeptRecord, Rejection};

use super::feed::sent_at;
use super::shelf::Shelf;
use super::{Kept, ONIX, PullOptions, Pulled, parse, reject};
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
/// The reader's code of a record that is a test.
const TEST_RECORD: &str = "FL-0229";
/// What stands for the reference of a record without one.
const NAMELESS: &str = "without-reference";
/// How many of the words that may be guessed are shown.
const GUESSED_WORDS: usize = 5;
/// Code of a feed that was called complete and was not read to its end.
const NOT_COMPLETE: FindingCode = FindingCode::new("feed-not-complete");

/// One reading of messages onto a shelf.
pub(super) struct Reading<'a> {
    pub(super) shelf: Shelf,
    pub(super) kept: &'a mut Kept,
    pub(super) options: &'a PullOptions,
    pub(super) pulled: &'a mut Pulled,
}

impl Reading<'_> {
    /// Reads messages; what they lack is gone if they are `complete`. Gives the heads of those that were met.
    ///
    /// # Errors
    /// When a message cannot be read at all.
    pub(super) fn read(
        &mut self,
        messages: onix::Source,
        complete: bool,
        progress: &dyn Progress,
    ) -> Result<Vec<Header>, Error> {
        progress.phase("reading ONIX", None);
        let shelf = self.shelf;
        let mut records = Vec::new();
        let mut headers = Vec::new();
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
                            met.insert(shelf.record(reference));
                        }
                        None => whole = false,
                    }
                    self.take_rejection(rejection)?;
                }
                Ok(Item::Finding(finding)) => self.pulled.findings.push(finding),
                Ok(Item::Header(header)) => headers.push(header),
                Ok(Item::End(end)) => {
                    ended += 1;
                    let rest = shelf.rest(&end.file);
                    self.kept.lost.remove(&rest);
                    self.pulled.change.mended.insert(rest);
                }
                // The records before the break are whole; nobody can tell what is missing after it.
                Err(error) if error.is_truncation() => {
                    whole = false;
                    self.reject_rest(TRUNCATED, &error);
                }
                // One bad file of a folder stops none but itself.
                Err(error) if in_folder => {
                    whole = false;
                    self.reject_rest(FILE_UNREADABLE, &error);
                    unreadable.get_or_insert(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(error) = unreadable.filter(|_| ended == 0 && records.is_empty()) {
            return Err(error.into());
        }
        let latest = latest(records);
        // That a daily replaces a record of the full delivery is what a feed is for.
        if shelf == Shelf::Own {
            self.pulled.findings.extend(latest.findings);
            for rejection in latest.rejected {
                self.take_rejection(rejection)?;
            }
        }
        for record in latest.kept {
            let record = shelf.claim(record);
            met.insert(record.key.clone());
            self.take(record)?;
        }
        if complete && whole {
            let known = shelf.known(self.kept).keys();
            let vanished = known.filter(|key| !met.contains(*key)).cloned();
            self.pulled.vanished.extend(vanished);
        } else if complete {
            let message = "the feed was called complete but could not be read whole; nothing is taken for gone";
            self.pulled
                .findings
                .push(Finding::error(NOT_COMPLETE, message));
        }
        Ok(headers)
    }

    /// Keeps that a file, or what follows a break in it, could not be read.
    fn reject_rest(&mut self, code: FindingCode, error: &onix::Error) {
        let reason = error.to_string();
        self.pulled
            .findings
            .push(Finding::error(code, reason.clone()).in_field(error.file()));
        let rejection = Rejection {
            key: self.shelf.rest(error.file()),
            run: self.options.run.clone(),
            code: error.code().to_owned(),
            reason,
            place: error.file().to_owned(),
            raw: None,
        };
        if self.shelf == Shelf::Feed {
            self.kept
                .lost
                .insert(rejection.key.clone(), rejection.clone());
        }
        reject(self.pulled, rejection);
    }

    /// Reads one kept rejection again, if its record was kept. What its bytes say may be a guess of ours; a guess is taken
    /// only if a person has said so, and then the record goes on saying that it is one.
    ///
    /// # Errors
    /// When what is kept of it cannot be read.
    pub(super) fn read_again(&mut self, rejection: Rejection) -> Result<(), Error> {
        let Some(raw) = rejection.raw.clone() else {
            return Ok(());
        };
        let guessed = (rejection.code == WRONG_ENCODING).then(|| guess(&raw, &rejection));
        if let (Some(finding), false) = (&guessed, self.options.accept_encoding) {
            self.pulled.findings.push(finding.clone());
            reject(self.pulled, rejection);
            return Ok(());
        }
        self.pulled.change.mended.insert(rejection.key);
        match onix::read_record(&raw, &Defaults::default()) {
            Ok(mut record) => {
                record.work.findings.extend(guessed);
                self.take(self.shelf.claim(record))
            }
            Err(rejection) => self.take_rejection(*rejection),
        }
    }

    fn take(&mut self, record: ProductRecord) -> Result<(), Error> {
        let key = record.key.clone();
        let known = self
            .shelf
            .known(self.kept)
            .get(&key)
            .map(parse::<ProductRecord>)
            .transpose()?;
        if self.shelf == Shelf::Feed && is_older(&record, known.as_ref()) {
            self.pulled.considered.insert(key);
            return Ok(());
        }
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
                let unread = Unread {
                    reference: &record.reference,
                    identity: Identity::of(&record),
                    place: record.place.clone(),
                    reason: &reason,
                };
                let key = match self.shelf {
                    Shelf::Own => key,
                    Shelf::Feed => unread.key(self.shelf),
                };
                self.leave_unread(unread)?;
                reject(
                    self.pulled,
                    Rejection {
                        key,
                        run: self.options.run.clone(),
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
            (NotificationType::DELETE, None) if self.shelf == Shelf::Own => {
                self.pulled.considered.insert(key);
                return Ok(());
            }
            _ => record,
        };
        self.keep(record)
    }

    /// Keeps a record if it says something new. One that only stands elsewhere has not changed, and is kept where it now stands.
    fn keep(&mut self, mut record: ProductRecord) -> Result<(), Error> {
        let key = record.key.clone();
        let unreadable = |source| Error::KeptRecord {
            key: key.to_string(),
            source,
        };
        let fingerprint = record.fingerprint().map_err(unreadable)?;
        let body = serde_json::to_string(&record).map_err(unreadable)?;
        let record = KeptRecord {
            key: key.clone(),
            source: self.shelf.name().to_owned(),
            fingerprint,
            body,
        };
        let pulled = &mut *self.pulled;
        pulled.considered.insert(key.clone());
        pulled.change.mended.insert(key.clone());
        let shelf = self.shelf.known_mut(self.kept);
        match shelf.insert(key.clone(), record.clone()) {
            Some(known) if known == record => {}
            Some(known) if known.fingerprint == record.fingerprint => {
                pulled.change.moved.push(record);
            }
            _ => {
                pulled.changed.insert(key);
                pulled.change.kept.push(record);
            }
        }
        Ok(())
    }

    /// A rejected record has a key of its own: its reference may belong to a good record too.
    fn take_rejection(&mut self, rejection: onix::Rejection) -> Result<(), Error> {
        let reference = rejection
            .reference
            .clone()
            .unwrap_or_else(|| NAMELESS.to_owned());
        let unread = Unread {
            reference: &reference,
            identity: rejection.identity,
            place: Place {
                file: rejection.file.clone(),
                line: rejection.line,
                sent: None,
            },
            reason: &rejection.reason,
        };
        let key = unread.key(self.shelf);
        // A test record says nothing of a product.
        if rejection.code != TEST_RECORD {
            self.leave_unread(unread)?;
        }
        let place = format!("{} line {}", rejection.file, rejection.line);
        let reason = rejection.reason.clone();
        let code = rejection.code.to_owned();
        reject(
            self.pulled,
            Rejection {
                key,
                run: self.options.run.clone(),
                code,
                reason,
                place,
                raw: rejection.raw,
            },
        );
        Ok(())
    }

    /// Leaves, on the shelf of the feed, a record in the place of one that cannot be used, so that what it is about stays
    /// closed. Of a record that is known from before, that still holds.
    fn leave_unread(&mut self, unread: Unread<'_>) -> Result<(), Error> {
        let known = self.shelf.known(self.kept);
        if self.shelf != Shelf::Feed || known.contains_key(&self.shelf.record(unread.reference)) {
            return Ok(());
        }
        if unread.identity == Identity::default() {
            self.pulled.findings.push(unread.nameless());
            return Ok(());
        }
        // The key says what the record is about, so that none of another product is overwritten.
        let key = unread.key(self.shelf);
        let mut record = unread.into_record(key.clone());
        let unreadable = |source| Error::KeptRecord {
            key: key.to_string(),
            source,
        };
        let record = KeptRecord {
            fingerprint: record.fingerprint().map_err(unreadable)?,
            body: serde_json::to_string(&record).map_err(unreadable)?,
            source: self.shelf.name().to_owned(),
            key: key.clone(),
        };
        let shelf = self.shelf.known_mut(self.kept);
        if shelf.insert(key, record.clone()).as_ref() != Some(&record) {
            self.pulled.change.kept.push(record);
        }
        Ok(())
    }
}

/// A record that cannot be used, of which it is known what it is about.
struct Unread<'a> {
    reference: &'a str,
    identity: Identity,
    place: Place,
    reason: &'a str,
}

impl Unread<'_> {
    fn key(&self, shelf: Shelf) -> RecordKey {
        let place = (self.place.file.as_str(), self.place.line);
        shelf.rejection(self.reference, place, &self.identity)
    }

    fn nameless(&self) -> Finding {
        let place = format!("{} line {}", self.place.file, self.place.line);
        let message = format!(
            "a record of the ONIX feed ({place}) cannot be read, and it cannot be made out which product it is about ({}). An embargo that it states is not known: have it mended and sent again",
            self.reason,
        );
        Finding::error(FEED_RECORD_NAMELESS, message)
            .in_record(self.reference)
            .in_field(place)
    }

    fn into_record(self, key: RecordKey) -> ProductRecord {
        let isbns: Vec<Option<Isbn13>> = match self.identity.isbns.is_empty() {
            true => vec![None],
            false => self.identity.isbns.into_iter().map(Some).collect(),
        };
        let products = isbns.into_iter().map(|isbn| {
            let name = ProductKey::namespaced(ONIX, "product", self.reference);
            let mut product = Product::new(name, key.clone());
            product.isbn = isbn;
            product.unread = Some(self.place.clone());
            product
        });
        let mut work = Work::new(
            WorkKey::namespaced(ONIX, "record", self.reference),
            key.clone(),
        );
        work.products = products.collect();
        work.findings = vec![Finding::error(FEED_RECORD_UNREADABLE, self.reason)];
        ProductRecord {
            key,
            reference: self.reference.to_owned(),
            notification: NotificationType::new("03"),
            blocks: Blocks::default(),
            place: self.place,
            works: self.identity.works,
            work,
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

/// Whether a record was sent before the one that is known: a full delivery may lie in a folder for longer than the dailies
/// that followed it.
fn is_older(record: &ProductRecord, known: Option<&ProductRecord>) -> bool {
    let sent = |record: &ProductRecord| record.place.sent.as_deref().and_then(sent_at);
    match (sent(record), known.and_then(sent)) {
        (Some(record), Some(known)) => record < known,
        _ => false,
    }
}

//! Messages, record by record.

use std::collections::HashMap;
use std::path::Path;

use catalogue::codes::NotificationType;
use catalogue::isbn::Isbn13;
use catalogue::record::ProductRecord;
use onix::Item;
use sync::progress::Progress as _;

use super::Desk;
use super::inspected::{Inspected, Place, Told};
use crate::failure::Failure;
use crate::output::Bars;

/// A second record with the ISBN of another.
const ISBN_CLAIMED_TWICE: &str = "isbn-claimed-twice";

/// A source of messages on its way through.
pub(super) struct Feed {
    messages: onix::Source,
    /// The message being read.
    file: String,
    /// What is wrong with the message itself; told after its records.
    asides: Vec<Told>,
    /// Where each reference was last met, whole.
    references: HashMap<String, Place>,
    /// The record that first had each ISBN.
    isbns: HashMap<Isbn13, String>,
}

impl Feed {
    /// A file, a folder, or `-` for standard input.
    pub(super) fn new(path: &Path) -> Self {
        let messages = if path == Path::new("-") {
            onix::Source::Stdin(Box::new(std::io::stdin()))
        } else {
            onix::Source::at(path)
        };
        Self {
            messages,
            file: path.display().to_string(),
            asides: Vec::new(),
            references: HashMap::new(),
            isbns: HashMap::new(),
        }
    }

    /// Passes everything to the desk. Gives back what kept the first file that could not be read
    /// whole from being read; of a folder the others are read all the same.
    pub(super) fn inspect(
        mut self,
        desk: &mut Desk<'_>,
        bars: &Bars,
    ) -> Result<Option<onix::Error>, Failure> {
        let messages = std::mem::replace(&mut self.messages, onix::Source::Folder("".into()));
        let mut unread = None;
        for item in onix::read(messages) {
            match item {
                Ok(Item::Header(header)) => self.file = header.file,
                Ok(Item::Record(record)) => {
                    bars.advance(1);
                    if !self.record(&record, desk)? {
                        return Ok(unread);
                    }
                }
                Ok(Item::Rejected(rejection)) => {
                    let place = Place::new(rejection.file, rejection.line);
                    let told = Told::new(rejection.code, rejection.reason);
                    desk.reject(&Inspected::rejected(rejection.reference, told, place))?;
                }
                Ok(Item::Finding(finding)) => self.asides.push(finding.into()),
                Ok(Item::End(_)) => self.tell_asides(desk)?,
                Err(error) => {
                    error.file().clone_into(&mut self.file);
                    self.asides.push(Told::new(error.code(), error.to_string()));
                    self.tell_asides(desk)?;
                    unread.get_or_insert(error);
                }
            }
        }
        Ok(unread)
    }

    fn record(&mut self, record: &ProductRecord, desk: &mut Desk<'_>) -> Result<bool, Failure> {
        let place = Place::new(record.place.file.clone(), record.place.line);
        let more = self.repeats(record, &place);
        desk.work(&record.work, &place, &more)
    }

    /// What is wrong with a record because of those before it.
    fn repeats(&mut self, record: &ProductRecord, place: &Place) -> Vec<Told> {
        if record.notification == NotificationType::PARTIAL_UPDATE {
            return Vec::new();
        }
        let mut told = Vec::new();
        let reference = record.reference.clone();
        if let Some(before) = self.references.insert(reference.clone(), place.clone()) {
            let message = format!(
                "the record replaces an earlier one with the same reference ({before}); send each once"
            );
            told.push(Told::warning(
                onix::finding::SUPERSEDED_RECORD.as_str(),
                message,
            ));
        }
        if let Some(isbn) = record.product().and_then(|product| product.isbn) {
            let first = self.isbns.entry(isbn).or_insert_with(|| reference.clone());
            if *first != reference {
                let message = format!(
                    "ISBN {isbn} is also that of record {first}; an ISBN belongs to one product. Correct one of them."
                );
                told.push(Told::new(ISBN_CLAIMED_TWICE, message));
            }
        }
        told
    }

    /// What was wrong with the message beside its records.
    fn tell_asides(&mut self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        for told in std::mem::take(&mut self.asides) {
            let place = Place::file(self.file.clone());
            desk.aside(&Inspected::aside(told, place))?;
        }
        Ok(())
    }
}

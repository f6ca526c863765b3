//! Reading what a source holds, one item at a time.

use std::io::Cursor;
use std::vec::IntoIter;

use catalogue::record::ProductRecord;

use crate::error::Error;
use crate::identity::Identity;
use crate::item::{Defaults, Item, Rejection};
use crate::message::Message;
use crate::source::{Pending, Source, messages};

/// Reads every message of a source.
///
/// Yields, per message, a [`Item::Header`], then records, rejections and findings as they come, then
/// [`Item::End`]. An error ends its message, which then has no `End`; of a folder the next file
/// follows. Memory holds one record at a time, at most 16 MiB of it.
#[must_use]
pub fn read(source: Source) -> Items {
    match messages(source) {
        Ok(pending) => Items {
            pending: pending.into_iter(),
            message: None,
            failed: None,
        },
        Err(error) => Items {
            pending: Vec::new().into_iter(),
            message: None,
            failed: Some(error),
        },
    }
}

/// Reads one record again, from the XML that a [`Rejection`] kept, or that a person has mended.
///
/// `raw` is a record, or a message around one; where its header gives defaults they are used, else
/// `defaults`. Places are lines of `raw`, in the file `-`.
///
/// # Errors
/// The rejection, where there is still no record that can be read.
pub fn read_record(raw: &str, defaults: &Defaults) -> Result<ProductRecord, Box<Rejection>> {
    let stream = Box::new(Cursor::new(raw.trim().as_bytes().to_vec()));
    let mut message = match Message::open(Pending::Stream("-".to_owned(), stream)) {
        Ok(message) => message.with_defaults(*defaults),
        Err(error) => return Err(Box::new(unreadable(&error, raw))),
    };
    loop {
        match message.next() {
            Some(Ok(Item::Record(record))) => return Ok(*record),
            Some(Ok(Item::Rejected(rejection))) => return Err(Box::new(rejection)),
            Some(Ok(Item::Header(_) | Item::Finding(_))) => {}
            Some(Err(error)) => return Err(Box::new(unreadable(&error, raw))),
            Some(Ok(Item::End(end))) => {
                let error = Error::Empty { file: end.file };
                return Err(Box::new(unreadable(&error, raw)));
            }
            None => {
                let error = Error::Empty {
                    file: "-".to_owned(),
                };
                return Err(Box::new(unreadable(&error, raw)));
            }
        }
    }
}

/// A text that is no record at all.
fn unreadable(error: &Error, raw: &str) -> Rejection {
    Rejection {
        file: error.file().to_owned(),
        line: 1,
        reference: None,
        code: error.code(),
        reason: error.to_string(),
        raw: Some(raw.to_owned()),
        identity: Identity::default(),
    }
}

/// The items of a source. Made by [`read`].
pub struct Items {
    pending: IntoIter<Pending>,
    message: Option<Message>,
    failed: Option<Error>,
}

impl Iterator for Items {
    type Item = Result<Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        loop {
            if let Some(message) = &mut self.message {
                match message.next() {
                    Some(item) => return Some(item),
                    None => self.message = None,
                }
            }
            match Message::open(self.pending.next()?) {
                Ok(message) => self.message = Some(message),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

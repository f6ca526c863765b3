//! What a reading yields.

use catalogue::codes::{LanguageCode, PriceType};
use catalogue::finding::Finding;
use catalogue::money::CurrencyCode;
use catalogue::record::ProductRecord;
use quick_xml::escape::escape;
use serde::{Deserialize, Serialize};

use crate::identity::Identity;

/// One thing read.
#[derive(Clone, Debug)]
pub enum Item {
    /// A message begins. A message without a Header element yields one with nothing in it.
    Header(Header),
    /// A product record. Notification types 01 to 05, 08, 09 and unknown ones; never 88 and 89.
    Record(Box<ProductRecord>),
    /// A record that could not be read.
    Rejected(Rejection),
    /// Something wrong with the message itself. What is wrong inside a record stands in
    /// `record.work.findings`.
    Finding(Finding),
    /// A message was read to its end. Without this item a file is **not** complete, whatever came
    /// before: a reading that ends in an error has not seen all of it.
    End(End),
}

/// The head of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The file; `-` for standard input.
    pub file: String,
    /// The release as the message declares it, else what was assumed: `3.0` or `3.1`.
    pub release: String,
    /// The sender's name.
    pub sender: Option<String>,
    /// When it was sent, as written.
    pub sent: Option<String>,
    /// What records that say nothing else mean.
    pub defaults: Defaults,
}

/// Defaults that a Header gives for every record of its message (deprecated in 3.1, common in 3.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// Language of the text of a product that names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageCode>,
    /// Type of a price that names none (ONIX List 58).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_type: Option<PriceType>,
    /// Currency of a price that names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyCode>,
}

impl Defaults {
    /// The XML of a record as it can be read alone: where it lives on defaults of its header, with a
    /// message around it that gives them.
    pub(crate) fn around(&self, record: String) -> String {
        if *self == Self::default() {
            return record;
        }
        let mut header = String::new();
        let mut element = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                header.push_str(&format!("<{name}>{}</{name}>", escape(value)));
            }
        };
        element(
            "DefaultLanguageOfText",
            self.language.as_ref().map(LanguageCode::code),
        );
        element(
            "DefaultPriceType",
            self.price_type.as_ref().map(PriceType::code),
        );
        element(
            "DefaultCurrencyCode",
            self.currency.as_ref().map(CurrencyCode::as_str),
        );
        format!(
            "<ONIXMessage release=\"3.0\">\n<Header>{header}</Header>\n{record}\n</ONIXMessage>"
        )
    }
}

/// A record that could not be read, kept so that it can be mended and read again alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The file; `-` for standard input.
    pub file: String,
    /// Line of the fault where it has a place, else of the record's first tag; from 1.
    pub line: u64,
    /// The record's RecordReference, where it could be made out.
    pub reference: Option<String>,
    /// The stable code, which names a page under `docs/errors/`.
    pub code: &'static str,
    /// One sentence for a person: what is wrong, and how to mend it.
    pub reason: String,
    /// The record's XML, for [`crate::read_record`], in a message of its own where it needs the
    /// defaults of its header. Absent where it was too large to keep, or where there is nothing to
    /// mend.
    pub raw: Option<String>,
    /// Which product it is about, as far as that could be made out.
    #[serde(skip)]
    pub identity: Identity,
}

/// The end of a message that was read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The file; `-` for standard input.
    pub file: String,
    /// Records met, rejected ones included.
    pub read: u64,
    /// Records rejected.
    pub rejected: u64,
}

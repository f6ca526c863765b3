//! Reads an ONIX file into an account.
//!
//! `--seed` fills the stand-in from a publisher's own feed, so that the product's way through
//! GraphQL can be compared with its way through ONIX on the same books. The reader is small and
//! forgiving, and on purpose a second one: it shares nothing with the reader it is used to test.
//! What it does not know it passes over.

pub mod country;
pub(crate) mod rights;

mod assembly;
mod collateral;
mod decode;
mod description;
mod element;
mod message;
mod record;
mod tag;
mod trade;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::world::World;
use assembly::Assembly;
use element::{Content, Element};
use record::Record;
use trade::Defaults;

/// Why a file cannot fill an account.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The file cannot be opened.
    #[error("the seed file {} cannot be read", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The bytes are not in the encoding that the file declares, or the encoding is unheard of.
    #[error("the file is not text in the encoding {declared}; correct its XML declaration")]
    Encoding {
        /// The encoding declared, or assumed when none is.
        declared: String,
    },
    /// The file is not XML.
    #[error("line {line} is not well-formed XML")]
    Xml {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        #[source]
        cause: quick_xml::Error,
    },
    /// The file ends inside an element.
    #[error("the file ends inside <{element}>; it has been cut off")]
    Truncated {
        /// The innermost element that is still open.
        element: String,
    },
    /// The message is of another release of ONIX.
    #[error("this is not ONIX 3: its release is {found}; only 3.0 and 3.1 can be read")]
    Release {
        /// The release it names.
        found: String,
    },
    /// The file is XML of some other kind.
    #[error("this is not an ONIX message: it begins with <{root}>")]
    NotOnix {
        /// Its root element.
        root: String,
    },
}

/// Reads an ONIX 3.0 or 3.1 file, with reference or short tags.
///
/// # Errors
/// When the file cannot be read as such a message. A single odd record is no error.
pub fn read(path: &Path, as_of: Date) -> Result<World, SeedError> {
    let bytes = std::fs::read(path).map_err(|cause| SeedError::File {
        path: path.to_owned(),
        cause,
    })?;
    read_bytes(&bytes, as_of)
}

/// Reads a message from memory.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: &[u8], as_of: Date) -> Result<World, SeedError> {
    let message = message::read(&decode::decode(bytes)?)?;
    let defaults = Defaults::of(&message.header);
    let records: Vec<Record> = standing(message.products)
        .iter()
        .map(|product| Record::read(product, &defaults))
        .collect();
    let client = message
        .header
        .at(&["Sender", "SenderName"])
        .and_then(Element::text);
    Ok(Assembly::build(&records, client, as_of))
}

/// The records that stand at the end of the message: the last of each reference counts, a partial
/// update replaces the blocks it carries, a deletion deletes, and tests never count.
fn standing(products: Vec<Element>) -> Vec<Element> {
    let mut standing: Vec<(String, Element)> = Vec::new();
    for product in products {
        let reference = product.value("RecordReference").unwrap_or_default();
        let known = standing.iter().position(|(other, _)| *other == reference);
        match (product.value("NotificationType").as_deref(), known) {
            (Some("88" | "89"), _) | (Some("05"), None) => {}
            (Some("05"), Some(place)) => {
                standing.remove(place);
            }
            (Some("04"), Some(place)) => {
                if let Some((_, present)) = standing.get_mut(place) {
                    replace_blocks(present, product);
                }
            }
            (_, Some(place)) => {
                standing.remove(place);
                standing.push((reference, product));
            }
            (_, None) => standing.push((reference, product)),
        }
    }
    standing.into_iter().map(|(_, product)| product).collect()
}

fn replace_blocks(present: &mut Element, update: Element) {
    const BLOCKS: [&str; 6] = [
        "DescriptiveDetail",
        "CollateralDetail",
        "ContentDetail",
        "PublishingDetail",
        "RelatedMaterial",
        "ProductSupply",
    ];
    let is_block = |content: &Content, names: &[String]| match content {
        Content::Element(element) => names.contains(&element.name),
        Content::Text(_) => false,
    };
    let sent: Vec<String> = update
        .children()
        .map(|child| child.name.clone())
        .filter(|name| BLOCKS.contains(&name.as_str()))
        .collect();
    present.content.retain(|content| !is_block(content, &sent));
    present.content.extend(
        update
            .content
            .into_iter()
            .filter(|content| is_block(content, &sent)),
    );
}

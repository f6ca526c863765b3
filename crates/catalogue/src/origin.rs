//! Where what is known of a work was read.
//!
//! Two sources may speak of one book, and whoever asks why a title is hidden must be told which of them said so. A source
//! per value would double every record for a question that is asked of few; values are read, and merged, in blocks, so a
//! source per block says the same and costs a product nothing until a second source has spoken.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::record::Place;

/// One reading of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Consonance's GraphQL service.
    Graphql,
    /// An ONIX record.
    Onix(Place),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graphql => formatter.write_str("Consonance GraphQL"),
            Self::Onix(place) => {
                write!(formatter, "ONIX feed {} line {}", place.file, place.line)?;
                match &place.sent {
                    Some(sent) => write!(formatter, ", sent {sent}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A group of fields that are read, and merged, together. The rows of [`crate::merge::PRECEDENCE`] say what is in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// Whether it is cleared for the public.
    Approval,
    /// Withdrawal of the record as a whole.
    Withdrawal,
    /// ISBN and other identifiers.
    Identifiers,
    /// Titles and editions.
    Title,
    /// Form, composition, extents, measures.
    Form,
    /// Publishing status.
    Status,
    /// Publication and other dates that open nothing by themselves.
    Dates,
    /// Dates before which something must not be shown or sold.
    Embargoes,
    /// Sales rights.
    Rights,
    /// Markets, their status and dates, suppliers, availability.
    Supply,
    /// Prices.
    Prices,
    /// Ties to other products, parts, web pages.
    Relations,
    /// Who made it.
    Contributors,
    /// Imprint, publisher, series.
    Imprint,
    /// Subjects and audience.
    Subjects,
    /// Texts.
    Texts,
    /// Covers and other files.
    Files,
    /// Stage, season, tier, client, contract.
    Planning,
}

/// Where the blocks of a work or product were read: all in one place, but for those named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    own: Option<Origin>,
    others: BTreeMap<Block, Vec<Origin>>,
}

impl Origins {
    /// Everything from one place.
    pub fn all(origin: Origin) -> Self {
        Self {
            own: Some(origin),
            others: BTreeMap::new(),
        }
    }

    /// The block was taken from elsewhere.
    pub fn replace(&mut self, block: Block, origin: Origin) {
        self.others.insert(block, vec![origin]);
    }

    /// The block has something of another origin, too.
    pub fn add(&mut self, block: Block, origin: Origin) {
        let own = self.own.clone();
        let origins = self
            .others
            .entry(block)
            .or_insert_with(|| own.into_iter().collect());
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }

    /// Where a block was read; nothing where nobody has said.
    pub fn of(&self, block: Block) -> impl Iterator<Item = &Origin> {
        let own = match self.others.contains_key(&block) {
            true => None,
            false => self.own.as_ref(),
        };
        self.others.get(&block).into_iter().flatten().chain(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Origin {
        Origin::Onix(Place {
            file: "daily.xml".into(),
            line: 12,
            sent: Some("20261124".into()),
        })
    }

    #[test]
    fn a_block_has_the_origin_of_the_whole_until_another_spoke() {
        let mut origins = Origins::all(Origin::Graphql);
        origins.replace(Block::Supply, feed());
        origins.add(Block::Rights, feed());
        let told = |block| {
            let all: Vec<String> = origins.of(block).map(ToString::to_string).collect();
            all.join("; ")
        };
        assert_eq!(told(Block::Status), "Consonance GraphQL");
        assert_eq!(
            told(Block::Supply),
            "ONIX feed daily.xml line 12, sent 20261124"
        );
        assert_eq!(
            told(Block::Rights),
            "Consonance GraphQL; ONIX feed daily.xml line 12, sent 20261124"
        );
    }
}

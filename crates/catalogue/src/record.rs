//! An ONIX product record: the unit that a feed sends, replaces, updates in part and withdraws.
//!
//! A record describes one product together with what its work has in common (contributors, texts). It is kept as read,
//! since a later partial update (notification type 04) replaces only the blocks that it carries; works are assembled from
//! the kept records afresh in [`crate::identity`].

use serde::{Deserialize, Serialize};

use crate::codes::{NotificationType, WorkRelationCode};
use crate::fingerprint::Fingerprint;
use crate::key::{ContributorKey, RecordKey};
use crate::product::Product;
use crate::work::Work;

/// Which blocks of ONIX a record carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    /// Block 1, DescriptiveDetail.
    pub descriptive: bool,
    /// Block 2, CollateralDetail.
    pub collateral: bool,
    /// Block 4, PublishingDetail.
    pub publishing: bool,
    /// Block 5, RelatedMaterial.
    pub related: bool,
    /// Block 6, ProductSupply (all repeats together).
    pub supply: bool,
}

/// Where in which file a record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file's name, `-` for standard input.
    pub file: String,
    /// Line of the record's first tag, from 1.
    pub line: u64,
    /// When the message was sent (ONIX SentDateTime), as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

impl Place {
    /// Whether nobody has said where.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// A work named by a record (ONIX RelatedWork).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedWork {
    /// How the product stands to it (ONIX List 164): 01 manifestation of.
    pub relation: WorkRelationCode,
    /// Scheme of the identifier (ONIX List 16): 01 proprietary, 06 DOI, 11 ISTC, 15 ISBN-13.
    pub id_type: String,
    /// Name of a proprietary scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_name: Option<String>,
    /// The identifier.
    pub value: String,
}

/// One product record as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRecord {
    /// `onix:record:REFERENCE`.
    pub key: RecordKey,
    /// The sender's RecordReference.
    pub reference: String,
    /// What the record asks for (ONIX List 1).
    pub notification: NotificationType,
    /// Which blocks it carried.
    pub blocks: Blocks,
    /// Where it stands. Not part of its content: the same record may move within a feed, so it has no part in
    /// [`ProductRecord::fingerprint`].
    #[serde(default, skip_serializing_if = "Place::is_unknown")]
    pub place: Place,
    /// Works it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub works: Vec<RelatedWork>,
    /// The product, as the only one of a work of its own.
    pub work: Work,
}

impl ProductRecord {
    /// Fingerprint of what it says, wherever it stands.
    ///
    /// # Errors
    /// When it has no JSON form.
    pub fn fingerprint(&mut self) -> Result<Fingerprint, serde_json::Error> {
        let place = std::mem::take(&mut self.place);
        let fingerprint = Fingerprint::of(self);
        self.place = place;
        fingerprint
    }

    /// The record's product.
    pub fn product(&self) -> Option<&Product> {
        self.work.products.first()
    }

    /// Applies a partial update (notification type 04): the blocks it carries replace this record's, all else stays.
    pub fn update(&mut self, update: Self) {
        let Self {
            blocks,
            place,
            works,
            work: mut theirs,
            ..
        } = update;
        self.place = place;
        let Some(new) = theirs.products.pop() else {
            return;
        };
        let mine = &mut self.work;
        if !blocks.publishing {
            name_within(mine.publisher.as_deref(), &mut theirs);
        }
        if blocks.descriptive {
            mine.title = theirs.title;
            mine.contributions = theirs.contributions;
            mine.contributor_statement = theirs.contributor_statement;
            mine.series = theirs.series;
            mine.subjects = theirs.subjects;
            mine.audience = theirs.audience;
        }
        if blocks.collateral {
            mine.texts = theirs.texts;
            mine.resources = theirs.resources;
        }
        if blocks.publishing {
            mine.publisher = theirs.publisher;
            mine.imprint = theirs.imprint;
        }
        if blocks.related {
            self.works = works;
        }
        mine.findings = theirs.findings;
        if let Some(product) = mine.products.first_mut() {
            update_product(product, new, blocks);
        }
    }
}

/// Keys the contributors of an update that does not repeat its publisher within the publisher of the
/// record that it updates, so that they stay who they were.
fn name_within(publisher: Option<&str>, update: &mut Work) {
    for contribution in &mut update.contributions {
        let contributor = &mut contribution.contributor;
        let unplaced = ContributorKey::of_name(None, &contributor.name);
        if contributor.key != unplaced {
            continue;
        }
        contributor.key = ContributorKey::of_name(publisher, &contributor.name);
        for resource in &mut update.resources {
            if resource.contributor.as_ref() == Some(&unplaced) {
                resource.contributor = Some(contributor.key.clone());
            }
        }
    }
}

fn update_product(product: &mut Product, new: Product, blocks: Blocks) {
    if blocks.descriptive {
        product.composition = new.composition;
        product.form = new.form;
        product.form_details = new.form_details;
        product.form_description = new.form_description;
        product.title = new.title;
        product.edition = new.edition;
        product.edition_number = new.edition_number;
        product.extents = new.extents;
        product.measures = new.measures;
        product.languages = new.languages;
        product.parts = new.parts;
    }
    if blocks.publishing {
        product.status = new.status;
        product.dates = new.dates;
        product.rights = new.rights;
        product.imprint = new.imprint;
        product.web_links = new.web_links;
    }
    if blocks.related {
        product.related = new.related;
    }
    if blocks.supply {
        product.supplies = new.supplies;
    }
}

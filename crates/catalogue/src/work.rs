//! A work: the book itself, of which products are the formats.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::collection::{Imprint, SeriesMembership};
use crate::contributor::Contribution;
use crate::date::PartialDate;
use crate::finding::Finding;
use crate::key::{RecordKey, WorkKey};
use crate::origin::Origins;
use crate::product::Product;
use crate::resource::SupportingResource;
use crate::subject::{Audience, Subject};
use crate::territory::Lists;
use crate::text::MarketingText;
use crate::title::Title;

/// What a source says of the contract behind a work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// The source has no contracts, or nobody asked for them.
    #[default]
    NotAsked,
    /// A contract was signed on the date.
    Signed(PartialDate),
    /// A work at proposal stage.
    Unsigned,
    /// Asked for, and the source would not say for this record.
    Unreadable,
}

/// A unique item of intellectual property that products are based on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Identity: what the website's entry is keyed by.
    pub key: WorkKey,
    /// Former keys of the same work, after a merge.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<WorkKey>,
    /// The source records it was read from.
    pub records: Vec<RecordKey>,
    /// The publisher's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The work's own title; products may differ.
    pub title: Title,
    /// The formats.
    pub products: Vec<Product>,
    /// Who made it, in order of credit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<Contribution>,
    /// Credit line that replaces computed names for display, where the source gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributor_statement: Option<String>,
    /// The imprint, where the source gives it for the whole work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imprint: Option<Imprint>,
    /// Series it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesMembership>,
    /// Subjects, keywords, in-house categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Subject>,
    /// Whom it is for.
    #[serde(default)]
    pub audience: Audience,
    /// Texts about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<MarketingText>,
    /// Covers, photographs, files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<SupportingResource>,
    /// The publisher's own project stage (`Acquired`, `In production`), free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The publisher's selling season.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// The publisher's marketing tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing_tier: Option<String>,
    /// The client of a shared account that the work belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The contract behind it.
    #[serde(default)]
    pub contract: Contract,
    /// What was wrong with the record as read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Where all this was read. Told when the catalogue is assembled, not part of what is kept.
    #[serde(skip)]
    pub origins: Origins,
}

impl Work {
    /// A work of which nothing is known but its identity.
    pub fn new(key: WorkKey, record: RecordKey) -> Self {
        Self {
            key,
            aliases: BTreeSet::new(),
            records: vec![record],
            publisher: None,
            title: Title::default(),
            products: Vec::new(),
            contributions: Vec::new(),
            contributor_statement: None,
            imprint: None,
            series: Vec::new(),
            subjects: Vec::new(),
            audience: Audience::default(),
            texts: Vec::new(),
            resources: Vec::new(),
            stage: None,
            season: None,
            marketing_tier: None,
            client: None,
            contract: Contract::NotAsked,
            findings: Vec::new(),
            origins: Origins::default(),
        }
    }

    /// Puts shared territory lists in place of the work's own, which a source repeats in work after
    /// work.
    pub fn share_lists(&mut self, lists: &mut Lists) {
        let texts = self.texts.iter_mut().map(|text| &mut text.territory);
        let files = self.resources.iter_mut().map(|file| &mut file.territory);
        for territory in texts.chain(files).flatten() {
            lists.share_within(territory);
        }
        for product in &mut self.products {
            product.share_lists(lists);
        }
    }
}

//! Why a title is, or is not, on a site.

use catalogue::isbn::Isbn13;
use catalogue::key::{ProductKey, WorkKey};
use catalogue::lifecycle::WebState;
use serde::{Deserialize, Serialize};

use crate::policy::SiteId;

/// What a rule made of what it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Passed.
    Pass,
    /// Decided against showing, or against selling.
    Stop,
    /// Said something that decides nothing by itself.
    Note,
}

/// One rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule (`approval`, `rights`, `announcement`, `status`), a stable name.
    pub rule: String,
    /// The values it saw, in words, with their source.
    pub saw: String,
    /// Its ruling.
    pub ruling: Ruling,
    /// What follows, or what to change to make it different.
    pub says: String,
}

/// One format on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatExplanation {
    /// The product.
    pub product: ProductKey,
    /// Its ISBN.
    pub isbn: Option<Isbn13>,
    /// Its form in words.
    pub form: String,
    /// Whether the site knows it.
    pub visible: bool,
    /// What the site says of it.
    pub state: Option<WebState>,
    /// The rules asked, in order.
    pub steps: Vec<Step>,
}

/// One title on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The title.
    pub work: WorkKey,
    /// Its name.
    pub title: String,
    /// The site.
    pub site: SiteId,
    /// Whether the site shows it.
    pub visible: bool,
    /// What the site says of it.
    pub state: Option<WebState>,
    /// The rule that decided.
    pub decided_by: String,
    /// The same in words.
    pub reason: String,
    /// Rules asked of the whole title.
    pub steps: Vec<Step>,
    /// Its formats.
    pub formats: Vec<FormatExplanation>,
    /// What a reader would miss on its page (a cover, a description, a price), each with the mend.
    pub missing: Vec<String>,
    /// The next instant at which the answer changes by itself.
    pub next_change: Option<jiff::Timestamp>,
}

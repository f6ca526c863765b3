//! What a publisher decides: the sites, and the rules by which titles appear on them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use catalogue::country::CountryCode;
use catalogue::key::name_key;
use catalogue::money::CurrencyCode;
use catalogue::rights::Outlets;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use catalogue::lifecycle::{Ceiling, SaleRule};

pub use crate::labels::{LabelError, Labels};
pub use crate::measure::Units;
pub use crate::retailer::{Retailer, Template, TemplateError};
pub use crate::stages::Stages;

/// Name of a site in the publisher's own words (`au`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SiteId(pub String);

impl fmt::Display for SiteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One place of publication: an environment and a locale of the stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// Name of the environment (`production-au`).
    pub environment: String,
    /// Code of the locale (`en-au`).
    pub locale: String,
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in {}", self.locale, self.environment)
    }
}

/// One public web property.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name.
    pub id: SiteId,
    /// Where its entries are published.
    pub destination: Arc<Destination>,
    /// The countries it serves; the first is the primary one and decides what may be sold.
    pub countries: Vec<CountryCode>,
    /// The currency in which it shows prices.
    pub currency: CurrencyCode,
    /// The zone in which its days begin.
    pub time_zone: TimeZone,
    /// The language of its texts, a primary language subtag (`en`).
    pub language: String,
    /// Which titles it is about.
    pub select: Selection,
    /// How it treats titles that may not, or perhaps may not, be sold there.
    pub rights: RightsPolicy,
    /// The names and identifiers by which senders of records know the shop that it is.
    pub outlets: Outlets,
    /// What stands in its place where a title is hidden and another locale of its environment shows it.
    pub hidden: Hidden,
    /// What a launch checklist that is not green means.
    pub gate: Gate,
    /// What its pages say of prices, texts and sizes.
    pub page: PagePolicy,
    /// When it takes orders before publication, and whether it sells early.
    pub sale: SaleRule,
    /// Where readers find a book's page, with `{url}` or `{isbn13}` in it, and `{site}` where it helps.
    pub page_address: Option<String>,
}

impl Site {
    /// A site about everything, with the defaults of every policy. The first country is the primary one.
    pub fn new(
        id: impl Into<String>,
        destination: Destination,
        countries: Vec<CountryCode>,
        currency: CurrencyCode,
        time_zone: TimeZone,
        language: impl Into<String>,
    ) -> Self {
        Self {
            id: SiteId(id.into()),
            destination: Arc::new(destination),
            countries,
            currency,
            time_zone,
            language: language.into(),
            select: Selection::default(),
            rights: RightsPolicy::default(),
            gate: Gate::default(),
            outlets: Outlets::none(),
            page: PagePolicy::default(),
            hidden: Hidden::default(),
            sale: SaleRule::default(),
            page_address: None,
        }
    }

    /// Where readers find the page of a book with this address and lead ISBN; nothing where nobody said, or the one that is
    /// asked for is missing.
    pub fn page_of(&self, url: &str, isbn13: Option<&str>) -> Option<String> {
        let template = self.page_address.as_ref()?;
        if template.contains("{isbn13}") && isbn13.is_none() {
            return None;
        }
        let filled = template
            .replace("{url}", url)
            .replace("{isbn13}", isbn13.unwrap_or_default())
            .replace("{site}", &self.id.0);
        Some(filled)
    }

    /// The primary country.
    pub fn country(&self) -> Option<CountryCode> {
        self.countries.first().copied()
    }
}

/// Which titles a site is about. An empty list selects everything; several lists must all agree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// Names of imprints.
    pub imprints: Vec<String>,
    /// Names of series.
    pub series: Vec<String>,
    /// Clients of a shared Consonance account.
    pub clients: Vec<String>,
    /// ISBNs or work keys, in any spelling.
    pub lists: Vec<String>,
}

/// What a site does with a title by what its rights say of the primary country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RightsPolicy {
    /// Not for sale there.
    pub not_for_sale: Unsold,
    /// The rights say nothing of it.
    pub unknown: Unsold,
    /// For sale in parts of it only.
    pub partial: Unsold,
}

impl Default for RightsPolicy {
    fn default() -> Self {
        Self {
            not_for_sale: Unsold::Hide,
            unknown: Unsold::Hide,
            partial: Unsold::ShowWithoutSale,
        }
    }
}

/// Treatment of a format that may not simply be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsold {
    /// The site does not know it.
    Hide,
    /// The site shows it, and offers no way to buy it.
    ShowWithoutSale,
}

/// What a site's locale holds of a title that is hidden there while another locale of the same environment shows it.
///
/// A delivery token reads a whole environment, and a request with `include_fallback=true` is given the fallback's entry
/// where a locale has none (Contentstack: locale fallback). So absence alone does not hide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// Nothing: enough where the environment serves this locale alone.
    #[default]
    Absent,
    /// A version that says nothing but that there is nothing to see.
    Shield,
}

/// What a launch checklist that is not green means for a title that is to go live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Nothing: it is told where people look for it.
    #[default]
    Observe,
    /// It goes live, and the run says so.
    Warn,
    /// It does not go live, and nobody else can publish it: Contentstack itself asks for a stage that we alone set.
    Enforce,
}

/// What the pages of a site say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PagePolicy {
    /// Prices are kept back until the source calls them confirmed (ONIX List 61 code 02).
    pub hide_unconfirmed_prices: bool,
    /// Texts in other languages than the site's.
    pub foreign_texts: ForeignTexts,
    /// The units of sizes and weights; those of the primary country where none are given.
    pub units: Option<Units>,
}

/// What a site does with a text that is not in its language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignTexts {
    /// Leaves it out.
    #[default]
    Omit,
    /// Shows it where there is none of its kind in the site's language.
    Show,
}

/// What becomes of a text or a file of which the source does not say whether it is approved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unstated {
    /// It is shown: many sources know no approval of texts and files, but only of the product.
    #[default]
    Show,
    /// It is left out.
    Omit,
}

/// When a product counts as cleared for the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApprovalPolicy {
    /// The product must be cleared at the source (Consonance: `allowOnixExports`).
    pub allow_onix_exports: bool,
    /// The work must be at one of these project stages; empty asks for none.
    pub stages: BTreeSet<String>,
    /// The work's contract must be signed.
    pub contract_signed: bool,
    /// Texts and files without a statement of approval.
    pub unstated: Unstated,
}

impl Default for ApprovalPolicy {
    fn default() -> Self {
        Self {
            allow_onix_exports: true,
            stages: BTreeSet::new(),
            contract_signed: false,
            unstated: Unstated::default(),
        }
    }
}

/// What a catalogue page gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// Titles of a selling season.
    Season,
    /// Titles of an imprint.
    Imprint,
    /// Titles of a series.
    Series,
    /// Titles with a subject code (Thema, BISAC, BIC).
    Subject,
}

impl PageKind {
    /// The name in configuration and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Season => "season",
            Self::Imprint => "imprint",
            Self::Series => "series",
            Self::Subject => "subject",
        }
    }
}

/// One catalogue landing page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CataloguePage {
    /// What it gathers.
    pub kind: PageKind,
    /// Which one: the season's, imprint's or series' name, or the subject's code.
    pub value: String,
    /// Its title; the value where none is given.
    #[serde(default)]
    pub title: Option<String>,
}

impl CataloguePage {
    /// Identity of its entry: the same for two spellings of one name.
    pub fn source_key(&self) -> String {
        let Self { kind, value, .. } = self;
        format!("frontlist:page:{}:{}", kind.as_str(), name_key(value))
    }
}

/// Everything but the sites that the projection obeys.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The stack's master locale.
    pub master_locale: String,
    /// When a product counts as cleared.
    pub approval: ApprovalPolicy,
    /// What project stages let sites say.
    pub stages: Stages,
    /// Catalogue pages.
    pub catalogue_pages: Vec<CataloguePage>,
    /// The stack has taxonomies (a plan feature).
    pub taxonomies: bool,
    /// Addresses of assets are secret until published.
    pub secure_assets: bool,
    /// Shops to which readers are sent, the preferred ones first.
    pub retailers: Vec<Retailer>,
    /// The words that readers see.
    pub labels: Labels,
}

impl Policy {
    /// The defaults, for a stack with taxonomies whose assets are public from upload on.
    pub fn new(master_locale: impl Into<String>) -> Self {
        Self {
            master_locale: master_locale.into(),
            approval: ApprovalPolicy::default(),
            stages: Stages::default(),
            catalogue_pages: Vec::new(),
            taxonomies: true,
            secure_assets: false,
            retailers: Vec::new(),
            labels: Labels::default(),
        }
    }
}

/// The sites, checked against each other.
#[derive(Clone, Debug)]
pub struct Sites {
    sites: Vec<Site>,
}

/// Why a set of sites makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SitesError {
    /// Two sites have one name.
    #[error("two sites are called `{0}`")]
    SameId(SiteId),
    /// A site serves no country.
    #[error("site `{0}` names no country")]
    NoCountry(SiteId),
    /// Two sites publish to the same place.
    #[error("sites `{first}` and `{second}` both publish {destination}")]
    SameDestination {
        /// One.
        first: SiteId,
        /// The other.
        second: SiteId,
        /// Where.
        destination: Destination,
    },
    /// Two sites share a locale, hence one version of every book, yet are different markets.
    #[error(
        "sites `{first}` and `{second}` share locale `{locale}` but differ in {what}: a locale is one market"
    )]
    DifferentMarkets {
        /// One.
        first: SiteId,
        /// The other.
        second: SiteId,
        /// The locale.
        locale: String,
        /// What they disagree on.
        what: &'static str,
    },
}

impl Sites {
    /// Checks and keeps sites, in the order given: the first is preferred where one must stand for all.
    ///
    /// # Errors
    /// When two sites clash, or one serves no country.
    pub fn new(sites: Vec<Site>) -> Result<Self, SitesError> {
        let mut by_locale: BTreeMap<&str, &Site> = BTreeMap::new();
        let mut ids: BTreeSet<&SiteId> = BTreeSet::new();
        let mut places: BTreeMap<&Destination, &SiteId> = BTreeMap::new();
        for site in &sites {
            if !ids.insert(&site.id) {
                return Err(SitesError::SameId(site.id.clone()));
            }
            if site.countries.is_empty() {
                return Err(SitesError::NoCountry(site.id.clone()));
            }
            if let Some(first) = places.insert(&site.destination, &site.id) {
                return Err(SitesError::SameDestination {
                    first: first.clone(),
                    second: site.id.clone(),
                    destination: Destination::clone(&site.destination),
                });
            }
            if let Some(first) = by_locale.get(site.destination.locale.as_str()) {
                if let Some(what) = disagreement(first, site) {
                    return Err(SitesError::DifferentMarkets {
                        first: first.id.clone(),
                        second: site.id.clone(),
                        locale: site.destination.locale.clone(),
                        what,
                    });
                }
            } else {
                by_locale.insert(&site.destination.locale, site);
            }
        }
        Ok(Self { sites })
    }

    /// The sites in the order of configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter()
    }

    /// The site of a name.
    pub fn get(&self, id: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.id.0 == id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }
}

fn disagreement(a: &Site, b: &Site) -> Option<&'static str> {
    if a.countries != b.countries {
        Some("countries")
    } else if a.currency != b.currency {
        Some("currency")
    } else if a.time_zone != b.time_zone {
        Some("time zone")
    } else if a.language != b.language {
        Some("language")
    } else if a.rights != b.rights {
        Some("rights policy")
    } else if a.outlets != b.outlets {
        Some("sales outlets")
    } else if a.page != b.page {
        Some("what pages say of prices, texts and units")
    } else if a.sale != b.sale {
        Some("rules of pre-orders and early sale")
    } else {
        None
    }
}

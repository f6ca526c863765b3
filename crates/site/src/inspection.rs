//! What can be told of a product before any website is thought of, and what each site would make of
//! it.
//!
//! An inspection looks at the data, not at a stack: the raw answer of the rights for every country
//! (no site's policy in it), what contradicts itself, and, where sites are configured, the state that
//! each would show. States come from the same judgement as the projection's. Without sites the life
//! cycle is judged all the same, once in each market that the product itself describes: a feed
//! contradicts itself whether or not anybody has a website.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::codes::NotificationType;
use catalogue::country::{CountryCode, CountrySet};
use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::lifecycle::{WebState, web_state};
use catalogue::price::Price;
use catalogue::product::Product;
use catalogue::rights::{Resolved, Resolver, Sale, SalesRights};
use catalogue::territory::{Territory, TerritoryReading};
use catalogue::work::Work;
use jiff::Timestamp;

use crate::judgement::{Gates, conflict_finding, judge};
use crate::market::Market;
use crate::offer::{Offer, Prepared};
use crate::policy::{Policy, SiteId, Sites};
use crate::ruling::{Bar, SHOWN};
use crate::selection::Selected;
use crate::trace::Findings;

const PARTIAL_UPDATE: FindingCode = FindingCode::new("partial-update");

/// What one site would make of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteAnswer {
    /// The state it would show; none where it would not show the product.
    pub state: Option<WebState>,
    /// The rule that decided, a stable name.
    pub decided_by: &'static str,
}

/// One product, inspected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Whether it may be sold, before any policy: all countries, every region that the record
    /// names, and the territory asked for.
    pub territories: BTreeMap<String, Sale>,
    /// Where the publisher claims to be the only one to sell it.
    pub exclusive: CountrySet,
    /// Where it is not for sale or unknown, and the record names another edition to offer.
    pub alternatives: BTreeMap<CountryCode, BTreeSet<Isbn13>>,
    /// What each site would make of it, in no order.
    pub sites: BTreeMap<SiteId, SiteAnswer>,
    /// What is wrong with it, each fault once.
    pub findings: BTreeSet<Finding>,
}

/// Inspects products, keeping what it worked out for one for the next.
pub struct Inspector<'a> {
    policy: Option<&'a Policy>,
    markets: Vec<Market<'a>>,
    selected: BTreeMap<&'a SiteId, Selected>,
    territory: Option<String>,
    now: Timestamp,
    resolver: Resolver,
    for_prices: Resolver,
}

impl<'a> Inspector<'a> {
    /// An inspector of these sites, or of none, at an instant. `territory` is asked of every
    /// product: a country, a code of List 49, or `WORLD`.
    #[must_use]
    pub fn new(
        sites: Option<(&'a Sites, &'a Policy)>,
        territory: Option<String>,
        now: Timestamp,
    ) -> Self {
        let euro_zone = TerritoryReading { euro_zone: true };
        let all = || sites.iter().flat_map(|(sites, _)| sites.iter());
        Self {
            policy: sites.map(|(_, policy)| policy),
            markets: sites.map_or_else(Vec::new, |(sites, _)| Market::all(sites, now)),
            selected: all().map(|site| (&site.id, Selected::new(site))).collect(),
            territory,
            now,
            resolver: Resolver::default(),
            for_prices: Resolver::new(catalogue::rights::RightsReading {
                territory: euro_zone,
                ..Default::default()
            }),
        }
    }

    /// Inspects the products of a work, in its order. Findings of the work as read are those of
    /// each of its products, where they do not name another.
    #[must_use]
    pub fn work(&self, work: &Work) -> Vec<Inspection> {
        let products = work.products.iter();
        products
            .map(|product| self.product(work, product))
            .collect()
    }

    fn product(&self, work: &Work, product: &Product) -> Inspection {
        let prepared = Prepared::new(product, &self.resolver);
        let mut findings = Findings::default();
        let as_read = work
            .findings
            .iter()
            .filter(|finding| finding.at.isbn.is_none() || finding.at.isbn == product.isbn);
        findings.extend(as_read.cloned());
        match product.notification {
            // What is withdrawn states nothing any more.
            Some(NotificationType::DELETE) => {}
            Some(NotificationType::PARTIAL_UPDATE) => {
                findings.extend(prepared.findings.iter().cloned());
                findings.extend([partial_update()]);
            }
            _ => {
                findings.extend(prepared.findings.iter().cloned());
                self.contradictions(&prepared, &mut findings);
            }
        }
        self.territories_of_prices(product, &mut findings);
        let sites = self.sites(work, &prepared, &mut findings);
        let place = |mut finding: Finding| {
            finding.at.isbn = finding.at.isbn.or(product.isbn);
            finding
        };
        Inspection {
            territories: self.territories(product.rights.as_ref(), prepared.rights.as_deref()),
            exclusive: exclusive(prepared.rights.as_deref()),
            alternatives: alternatives(product, prepared.rights.as_deref()),
            sites,
            findings: told_once(findings.sorted().into_iter().map(place)),
        }
    }

    fn territories(
        &self,
        stated: Option<&SalesRights>,
        resolved: Option<&Resolved>,
    ) -> BTreeMap<String, Sale> {
        let sale = |code: &str| resolved.map_or(Sale::Unknown, |rights| rights.region_sale(code));
        let claims = stated.into_iter().flat_map(|rights| &rights.claims);
        let regions = claims.flat_map(|claim| claim.territory.regions_named());
        let countries = CountryCode::all().map(|country| country.as_str().to_owned());
        countries
            .chain(regions)
            .chain(self.territory.clone())
            .map(|code| {
                let sale = sale(&code);
                (code, sale)
            })
            .collect()
    }

    /// What is wrong with the territories of prices. The euro zone is a territory for them alone.
    fn territories_of_prices(&self, product: &Product, findings: &mut Findings) {
        let supplied = product.supplies.iter().flat_map(|supply| &supply.details);
        let prices = supplied
            .flat_map(|detail| &detail.prices)
            .chain(&product.prices);
        let territories = prices.filter_map(|price: &Price| price.territory.as_ref());
        for territory in territories {
            self.note_territory(territory, findings);
        }
    }

    fn note_territory(&self, territory: &Territory, findings: &mut Findings) {
        let placed = self.for_prices.territory(territory);
        let wrong = placed.findings.iter().cloned();
        findings.extend(wrong.map(|finding| finding.in_field("Price")));
    }

    /// What contradicts itself in status, availability and dates, in each market that the product
    /// describes.
    fn contradictions(&self, prepared: &Prepared<'_>, findings: &mut Findings) {
        for country in prepared.market_countries() {
            let market = Market::anywhere(country, self.now);
            let offer = Offer::new(prepared, &market);
            let verdict = web_state(&offer.situation(&market));
            findings.extend(verdict.conflicts.iter().map(conflict_finding));
        }
    }

    fn sites(
        &self,
        work: &Work,
        prepared: &Prepared<'_>,
        findings: &mut Findings,
    ) -> BTreeMap<SiteId, SiteAnswer> {
        let mut answers = BTreeMap::new();
        let Some(policy) = self.policy else {
            return answers;
        };
        for market in &self.markets {
            let gates = Gates::new(work, policy, market, findings);
            let outcome = judge(&gates, prepared, market, findings);
            for site in &market.sites {
                let selected = self.selected.get(&site.id);
                let left_out = selected.is_some_and(|one| one.leaves_out(work).is_some());
                let answer = match &outcome {
                    _ if left_out => SiteAnswer {
                        state: None,
                        decided_by: Bar::NotSelected.name(),
                    },
                    Ok(shown) => SiteAnswer {
                        state: Some(shown.state),
                        decided_by: SHOWN,
                    },
                    Err(bar) => SiteAnswer {
                        state: None,
                        decided_by: bar.name(),
                    },
                };
                answers.insert(site.id.clone(), answer);
            }
        }
        answers
    }
}

fn partial_update() -> Finding {
    Finding::info(
        PARTIAL_UPDATE,
        "The record updates parts of one that was sent before; what it does not carry is not judged here.",
    )
}

fn exclusive(rights: Option<&Resolved>) -> CountrySet {
    rights.map_or(CountrySet::NONE, Resolved::exclusive_in)
}

fn alternatives(
    product: &Product,
    rights: Option<&Resolved>,
) -> BTreeMap<CountryCode, BTreeSet<Isbn13>> {
    let Some(rights) = rights else {
        return BTreeMap::new();
    };
    let unsold = !rights.for_sale();
    unsold
        .iter()
        .map(|country| (country, product.alternatives(rights, country)))
        .filter(|(_, editions)| !editions.is_empty())
        .collect()
}

/// One finding of each code and message. Rooms that meet the same fault place it differently; the
/// one that says most of its place stays.
fn told_once(findings: impl Iterator<Item = Finding>) -> BTreeSet<Finding> {
    let mut by_fault: BTreeMap<(FindingCode, String), Finding> = BTreeMap::new();
    for finding in findings {
        let fault = (finding.code.clone(), finding.message.clone());
        match by_fault.get_mut(&fault) {
            Some(known) if known.at.field.is_none() => *known = finding,
            Some(_) => {}
            None => {
                by_fault.insert(fault, finding);
            }
        }
    }
    by_fault.into_values().collect()
}

//! One product: one ISBN, one format.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::codes::{
    ExtentType, ExtentUnit, LanguageCode, NotificationType, ProductComposition, ProductForm,
    ProductFormDetail, PublishingDateRole, PublishingStatus, RelationCode,
};
use crate::collection::Imprint;
use crate::country::CountryCode;
use crate::date::PartialDate;
use crate::isbn::Isbn13;
use crate::key::{ProductKey, RecordKey};
use crate::origin::Origins;
use crate::price::Price;
use crate::record::Place;
use crate::rights::{Resolved, SalesRights};
use crate::supply::{RoleDate, Supply};
use crate::territory::Lists;
use crate::title::Title;

/// Which products of a work something belongs to. Sources share texts, contributors and covers between the formats of
/// a work and link them to all or to some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every product of the work.
    #[default]
    All,
    /// These only.
    Only(BTreeSet<ProductKey>),
}

impl Scope {
    /// Whether the product is meant.
    pub fn covers(&self, product: &ProductKey) -> bool {
        match self {
            Self::All => true,
            Self::Only(products) => products.contains(product),
        }
    }

    /// Whether every product is meant.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// A scope of one product.
    pub fn only(product: ProductKey) -> Self {
        Self::Only(BTreeSet::from([product]))
    }

    /// The union of two scopes.
    pub fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (_, Self::All) => *self = Self::All,
            (Self::Only(mine), Self::Only(theirs)) => mine.extend(theirs.iter().cloned()),
        }
    }
}

/// Whether the publisher has cleared a product for the outside world. A gate: unreadable counts as closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Cleared (Consonance `allowOnixExports`; an ONIX notification of type 01 to 03).
    Approved,
    /// Not cleared.
    Withheld,
    /// The source would not say for this record.
    Unreadable,
}

/// A length: pages, minutes, words (ONIX Extent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// What is measured (ONIX List 23).
    pub kind: ExtentType,
    /// The value as sent; durations keep their ONIX spelling (`HHHMM`).
    pub value: String,
    /// Unit (ONIX List 24), as sent.
    pub unit: ExtentUnit,
}

/// A measurement (ONIX Measure).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What is measured (ONIX List 48): 01 height, 02 width, 03 thickness, 08 weight.
    pub kind: String,
    /// Value in `unit`.
    pub value: rust_decimal::Decimal,
    /// Unit (ONIX List 50): mm, cm, in, gr.
    pub unit: String,
}

/// A tie to another product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedProduct {
    /// Relations (ONIX List 51); repeatable in 3.0 and 3.1.
    pub relations: Vec<RelationCode>,
    /// The other product.
    pub isbn: Isbn13,
}

/// A part of a set or bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPart {
    /// The part's ISBN, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn13>,
    /// How many copies.
    pub copies: u32,
}

/// A web page about the product or a place to buy it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebLink {
    /// Role (ONIX List 73), as sent.
    pub role: String,
    /// The address.
    pub link: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One individually traded item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Identity in its source.
    pub key: ProductKey,
    /// The source record it was read from.
    pub record: RecordKey,
    /// The ISBN; absent until one is assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn13>,
    /// Amazon's number, for links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asin: Option<String>,
    /// Single item, pack, trade-only (ONIX List 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub composition: Option<ProductComposition>,
    /// Form (ONIX List 150).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ProductForm>,
    /// Details of the form (ONIX List 175).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form_details: Vec<ProductFormDetail>,
    /// The form in the publisher's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_description: Option<String>,
    /// The title of this product; may differ from its siblings'.
    pub title: Title,
    /// Edition statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Edition number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition_number: Option<u32>,
    /// Whether the publisher has cleared it.
    pub approval: Approval,
    /// Kind of ONIX notification, for records read from ONIX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<NotificationType>,
    /// Publishing status (ONIX List 64).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<PublishingStatus>,
    /// Dates with roles (ONIX List 163). A planned date that the source never sends to the trade is not among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<RoleDate>,
    /// Where it may be sold; `None` when the source would not say for this record (a gate: counts as closed).
    pub rights: Option<SalesRights>,
    /// Markets and suppliers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplies: Vec<Supply>,
    /// Prices that the source ties to no market or supplier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// Pages, minutes, words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extents: Vec<Extent>,
    /// Dimensions and weight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Languages of the text (ONIX List 22 role 01, List 74 codes).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<LanguageCode>,
    /// Imprint of this product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imprint: Option<Imprint>,
    /// Ties to other products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedProduct>,
    /// Parts, for sets and bundles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ProductPart>,
    /// Web pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub web_links: Vec<WebLink>,
    /// Where a record about it stands that could not be read, of a feed from which nothing else of it is known. What that
    /// record closes is not known, so all of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Place>,
    /// Where all this was read. Told when the catalogue is assembled, not part of what is kept.
    #[serde(skip)]
    pub origins: Origins,
}

impl Product {
    /// A product of which nothing is known but its identity; not cleared, rights unread.
    pub fn new(key: ProductKey, record: RecordKey) -> Self {
        Self {
            key,
            record,
            isbn: None,
            asin: None,
            composition: None,
            form: None,
            form_details: Vec::new(),
            form_description: None,
            title: Title::default(),
            edition: None,
            edition_number: None,
            approval: Approval::Unreadable,
            notification: None,
            status: None,
            dates: Vec::new(),
            rights: None,
            supplies: Vec::new(),
            prices: Vec::new(),
            extents: Vec::new(),
            measures: Vec::new(),
            languages: Vec::new(),
            imprint: None,
            related: Vec::new(),
            parts: Vec::new(),
            web_links: Vec::new(),
            unread: None,
            origins: Origins::default(),
        }
    }

    /// The date in a role, the first if the source repeats it.
    pub fn date(&self, role: PublishingDateRole) -> Option<PartialDate> {
        self.dates
            .iter()
            .find(|date| date.role == role)
            .map(|date| date.date)
    }

    /// The other editions to offer in a country where this product is not for sale: those that its
    /// rights name there, else those that its relations call alternatives for another market (ONIX
    /// List 51 codes 31 to 33).
    pub fn alternatives(&self, rights: &Resolved, country: CountryCode) -> BTreeSet<Isbn13> {
        let named: BTreeSet<Isbn13> = rights
            .alternatives(country)
            .filter(|isbn| Some(*isbn) != self.isbn)
            .collect();
        if !named.is_empty() {
            return named;
        }
        let elsewhere = |relation: &RelationCode| {
            matches!(
                *relation,
                RelationCode::ALTERNATIVE_IN_OTHER_SECTOR
                    | RelationCode::EQUIVALENT_FOR_OTHER_MARKET
                    | RelationCode::ALTERNATIVE_FOR_OTHER_MARKET
            )
        };
        self.related
            .iter()
            .filter(|related| related.relations.iter().any(elsewhere))
            .map(|related| related.isbn)
            .collect()
    }

    /// Puts shared territory lists in place of the product's own.
    pub fn share_lists(&mut self, lists: &mut Lists) {
        for claim in self.rights.iter_mut().flat_map(|rights| &mut rights.claims) {
            lists.share_within(&mut claim.territory);
        }
        for supply in &mut self.supplies {
            for market in &mut supply.markets {
                lists.share_within(market);
            }
            for detail in &mut supply.details {
                share_of_prices(&mut detail.prices, lists);
            }
        }
        share_of_prices(&mut self.prices, lists);
    }
}

fn share_of_prices(prices: &mut [Price], lists: &mut Lists) {
    for territory in prices
        .iter_mut()
        .filter_map(|price| price.territory.as_mut())
    {
        lists.share_within(territory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::SalesRightsType;
    use crate::rights::Claim;
    use crate::territory::Territory;

    fn isbn(text: &str) -> Isbn13 {
        text.parse().unwrap()
    }

    fn related(code: &str, other: &str) -> RelatedProduct {
        RelatedProduct {
            relations: vec![RelationCode::new(code)],
            isbn: isbn(other),
        }
    }

    #[test]
    fn the_edition_that_rights_name_goes_before_those_that_relations_name() {
        let (american, british, sequel) = ("9781492067665", "9780306406157", "9780804429573");
        let mut product = Product::new(ProductKey::new("p"), RecordKey::new("r"));
        product.related = vec![related("33", british), related("23", sequel)];
        let mut claim = Claim::new(
            SalesRightsType::NOT_FOR_SALE_NOT_HELD,
            Territory::countries("US".parse().unwrap()),
        );
        claim.alternatives.push(isbn(american));
        let rights = SalesRights {
            claims: vec![claim],
            ..SalesRights::default()
        };
        let resolved = rights.resolve();
        let offered = |country: &str| product.alternatives(&resolved, country.parse().unwrap());
        assert_eq!(offered("US"), [isbn(american)].into());
        assert_eq!(offered("FR"), [isbn(british)].into());
    }
}

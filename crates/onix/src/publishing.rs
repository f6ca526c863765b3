//! Block 4, PublishingDetail: who publishes it, since when, and where it may be sold.

use std::collections::BTreeSet;

use catalogue::codes::{ProductIdentifierType, SalesRestrictionType, SalesRightsType};
use catalogue::collection::Imprint;
use catalogue::finding::Severity;
use catalogue::isbn::Isbn13;
use catalogue::key::{ImprintKey, name_key};
use catalogue::product::{Product, WebLink};
use catalogue::rights::{Claim, SalesRestriction, SalesRights, UNREADABLE_OUTLET, outlet_id};
use catalogue::work::Work;

use crate::dates::BAD_DATE;
use crate::descriptive::text_of;
use crate::markup::without_tags;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

impl Reading<'_> {
    pub(crate) fn publishing(
        &mut self,
        block: Element<'_>,
        work: &mut Work,
        product: &mut Product,
    ) {
        work.publisher = publisher(block);
        work.imprint = block.all(Tag::Imprint).find_map(imprint);
        product.imprint = work.imprint.clone();
        product.status = self.code(block, Tag::PublishingStatus);
        product.dates = block
            .all(Tag::PublishingDate)
            .filter_map(|date| self.role_date(date, Tag::PublishingDateRole))
            .collect();
        product.rights = Some(self.rights(block));
        product.web_links = block.all(Tag::Publisher).flat_map(web_links).collect();
    }

    fn rights(&mut self, block: Element<'_>) -> SalesRights {
        // ONIX 3.0 lets restrictions stand outside any territory; they hold in all of them.
        let everywhere = self.restrictions(block);
        let claims = block.all(Tag::SalesRights).map(|claim| Claim {
            kind: self
                .code(claim, Tag::SalesRightsType)
                .unwrap_or(SalesRightsType::UNSTATED),
            territory: self.territory(claim).unwrap_or_default(),
            restrictions: self.restrictions(claim),
            alternatives: self.isbns(claim),
        });
        let claims = claims.collect();
        SalesRights {
            claims,
            rest_of_world: self.code(block, Tag::ROWSalesRightsType),
            everywhere,
            second: None,
        }
    }

    /// The restrictions that stand directly in `parent`.
    pub(crate) fn restrictions(&mut self, parent: Element<'_>) -> Vec<SalesRestriction> {
        parent
            .all(Tag::SalesRestriction)
            .map(|element| {
                let kind = self.code(element, Tag::SalesRestrictionType);
                SalesRestriction {
                    outlets: element.all(Tag::SalesOutlet).flat_map(outlet).collect(),
                    note: element
                        .child(Tag::SalesRestrictionNote)
                        .map(|note| without_tags(note).into_owned())
                        .filter(|note| !note.is_empty()),
                    from: self.restriction_date(element, Tag::StartDate),
                    until: self.restriction_date(element, Tag::EndDate),
                    ..SalesRestriction::new(kind.unwrap_or(SalesRestrictionType::UNSPECIFIED))
                }
            })
            .collect()
    }

    /// A restriction whose dates cannot be read holds always.
    fn restriction_date(
        &mut self,
        restriction: Element<'_>,
        tag: Tag,
    ) -> Option<catalogue::date::PartialDate> {
        let element = restriction.child(tag)?;
        match self.dated_text(element) {
            Ok(date) => Some(date),
            Err(problem) => {
                let message = format!("{problem}. The restriction holds without that limit");
                self.note(BAD_DATE, Severity::Warning, tag, message);
                None
            }
        }
    }

    /// The other editions that a claim names.
    fn isbns(&mut self, claim: Element<'_>) -> Vec<Isbn13> {
        let mut isbns = BTreeSet::new();
        for identifier in claim.all(Tag::ProductIdentifier) {
            let kind = self.code(identifier, Tag::ProductIDType);
            let book = matches!(
                kind,
                Some(
                    ProductIdentifierType::ISBN_13
                        | ProductIdentifierType::GTIN_13
                        | ProductIdentifierType::ISBN_10
                )
            );
            let value = identifier.value(Tag::IDValue).filter(|_| book);
            isbns.extend(value.and_then(|value| Isbn13::parse(value).ok()));
        }
        isbns.into_iter().collect()
    }
}

/// The publisher (List 45 role 01), else the first that has a name.
fn publisher(block: Element<'_>) -> Option<String> {
    let named = |element: Element<'_>| text_of(element, Tag::PublisherName);
    block
        .all(Tag::Publisher)
        .filter(|publisher| publisher.value(Tag::PublishingRole) == Some("01"))
        .find_map(named)
        .or_else(|| block.all(Tag::Publisher).find_map(named))
}

fn imprint(element: Element<'_>) -> Option<Imprint> {
    let name = text_of(element, Tag::ImprintName)?;
    let proprietary = element.all(Tag::ImprintIdentifier).find_map(|identifier| {
        let proprietary = identifier.value(Tag::ImprintIDType) == Some("01");
        let scheme = identifier.value(Tag::IDTypeName).filter(|_| proprietary)?;
        Some(format!(
            "{}:{}",
            name_key(scheme),
            identifier.value(Tag::IDValue)?
        ))
    });
    let id = proprietary.unwrap_or_else(|| name_key(&name));
    Some(Imprint {
        key: ImprintKey::namespaced("onix", "imprint", id),
        name,
    })
}

/// The web pages that a publisher or supplier names.
pub(crate) fn web_links<'t>(party: Element<'t>) -> impl Iterator<Item = WebLink> + use<'t> {
    party.all(Tag::Website).flat_map(|website| {
        website
            .all(Tag::WebsiteLink)
            .filter(|link| !link.text().is_empty())
            .map(move |link| WebLink {
                role: text_of(website, Tag::WebsiteRole).unwrap_or_else(|| "00".to_owned()),
                link: link.text().to_owned(),
                note: website
                    .child(Tag::WebsiteDescription)
                    .map(|note| without_tags(note).into_owned())
                    .filter(|note| !note.is_empty()),
            })
    })
}

/// The names and identifiers of an outlet; one word for it where it has none that can be read.
fn outlet(element: Element<'_>) -> Vec<String> {
    let ids = element
        .all(Tag::SalesOutletIdentifier)
        .filter_map(|identifier| {
            let value = text_of(identifier, Tag::IDValue)?;
            let Some(kind) = identifier.value(Tag::SalesOutletIDType) else {
                return Some(value);
            };
            // Only a proprietary scheme has a name; elsewhere it is a sender's decoration.
            let scheme = identifier
                .value(Tag::IDTypeName)
                .filter(|_| kind == PROPRIETARY);
            Some(outlet_id(kind, scheme, &value))
        });
    let mut named: Vec<String> = ids.chain(text_of(element, Tag::SalesOutletName)).collect();
    if named.is_empty() {
        named.push(UNREADABLE_OUTLET.to_owned());
    }
    named
}

/// A proprietary scheme of identifiers for outlets (List 102).
const PROPRIETARY: &str = "01";

//! What a product's rights say in one market today: may it be sold, and is there a restriction that
//! is not about territory, on the rights or on the market.

use catalogue::country::CountryCode;
use catalogue::rights::{
    Outlets, Resolved, RestrictionEffect, Sale, SalesRestriction, UNREADABLE_OUTLET,
};

use crate::market::Market;
use crate::offer::{Offer, Speaks};

/// Rights seen from one market.
pub(crate) struct RightsHere<'a> {
    /// By territory. A country that lacks only outlet regions counts as for sale.
    pub(crate) sale: Sale,
    raw: Sale,
    /// The restriction by which it must not even be listed.
    pub(crate) hides: Option<&'a SalesRestriction>,
    /// The restriction by which a publisher's own website must not sell it.
    pub(crate) blocks: Option<&'a SalesRestriction>,
    /// The restriction that would forbid the sale, did it not name the site.
    pub(crate) spares: Option<&'a SalesRestriction>,
}

impl<'a> RightsHere<'a> {
    pub(crate) fn new(resolved: &'a Resolved, offer: &Offer<'a>, market: &Market<'_>) -> Self {
        let market_wide = match offer.speaks {
            Speaks::Supply(supply) => &supply.restrictions[..],
            Speaks::ProductAlone | Speaks::NoSupplyHere => &[],
        };
        let active = || {
            resolved
                .restrictions(market.country)
                .chain(market_wide)
                .filter(|restriction| market.is_within(restriction.from, restriction.until))
        };
        Self {
            sale: resolved.sale_on_site(market.country),
            raw: resolved.sale(market.country),
            hides: active().find(|restriction| hides(restriction.effect(), market.country)),
            blocks: active().find(|restriction| blocks(restriction.effect_for(market.outlets))),
            spares: active().find(|restriction| {
                restriction.effect() == RestrictionEffect::BlockUnlessNamed
                    && market.outlets.named_by(restriction).is_some()
            }),
        }
    }

    /// The answer in words.
    pub(crate) fn words(&self, country: CountryCode) -> String {
        let sale = match self.raw {
            Sale::ForSale => "for sale",
            Sale::NotForSale => "not for sale",
            Sale::Unknown => "nothing known of sale",
            Sale::Partial => "for sale in parts only",
        };
        let outlets = if self.raw == Sale::Partial && self.sale == Sale::ForSale {
            ", lacking nothing but outlets"
        } else {
            ""
        };
        format!("{sale} in {country}{outlets}")
    }
}

/// Harmful-media listing (List 71 code 08) is a German matter: without an age gate the title stays
/// off German sites.
fn hides(effect: RestrictionEffect, country: CountryCode) -> bool {
    match effect {
        RestrictionEffect::Hide => true,
        RestrictionEffect::AgeGate => country.as_str() == "DE",
        _ => false,
    }
}

/// What nobody can place (a note for people, an unknown code) must not sell.
fn blocks(effect: RestrictionEffect) -> bool {
    matches!(effect, RestrictionEffect::Block | RestrictionEffect::Ask)
}

/// A restriction in words; where it is about shops, those that it names and whether one is `sellers`.
pub(crate) fn restriction_words(restriction: &SalesRestriction, sellers: &Outlets) -> String {
    let label = restriction
        .kind
        .label()
        .unwrap_or("a code that no list has");
    let told = format!("sales restriction {} ({label})", restriction.kind);
    let about_shops = matches!(
        restriction.effect(),
        RestrictionEffect::BlockUnlessNamed | RestrictionEffect::BlockIfNamed
    );
    if !about_shops {
        return told;
    }
    let named = match restriction.outlets.as_slice() {
        [] => "it names no outlet".to_owned(),
        outlets => format!("it names {}", outlet_words(outlets)),
    };
    match sellers.named_by(restriction) {
        Some(own) => format!("{told}; {named}; the site is {own}"),
        None if restriction.effect_for(sellers) == RestrictionEffect::Block
            && restriction.effect() == RestrictionEffect::BlockIfNamed =>
        {
            format!("{told}; {named}; the site may be meant")
        }
        None => format!("{told}; {named}; the site is none of its outlets"),
    }
}

fn outlet_words(outlets: &[String]) -> String {
    let words = outlets.iter().map(|outlet| match outlet.as_str() {
        UNREADABLE_OUTLET => "one that cannot be read",
        named => named,
    });
    words.collect::<Vec<_>>().join(", ")
}

//! Who a seller is, for restrictions that name the shops they are about.
//!
//! A retailer's exclusive edition may be sold by that retailer alone, and a retailer's exception by all
//! others. Whether a website is one of the shops that a sender means cannot be read from the record: the
//! publisher has to say by which names and identifiers senders know it. Without a word of that nobody is
//! named, and what is exclusive to somebody is not sold.
//!
//! Source: ONIX for Books 3.1r3, `SalesOutlet`, Lists 71, 102 and 139 of Issue 75.

use std::collections::BTreeMap;

use super::{RestrictionEffect, SalesRestriction};

/// The names and identifiers by which senders know a seller.
///
/// A name stands as it is, an identifier as [`outlet_id`] writes it. Case and the width of spaces do not
/// matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlets(BTreeMap<String, String>);

impl Outlets {
    /// Nobody that any sender knows.
    #[must_use]
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Which of our names a restriction names, as we write it.
    #[must_use]
    pub fn named_by(&self, restriction: &SalesRestriction) -> Option<&str> {
        restriction
            .outlets
            .iter()
            .find_map(|outlet| self.0.get(&folded(outlet)))
            .map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for Outlets {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let named = names.into_iter().map(Into::into);
        Self(named.map(|name: String| (folded(&name), name)).collect())
    }
}

/// An outlet's identifier in one word: its type (List 102), the scheme's name where the type is a
/// proprietary one, and its value, with colons between (`03:AMZ`, `01:Our shops:17`).
#[must_use]
pub fn outlet_id(kind: &str, scheme: Option<&str>, value: &str) -> String {
    match scheme {
        Some(scheme) => format!("{kind}:{scheme}:{value}"),
        None => format!("{kind}:{value}"),
    }
}

/// Case and spaces as they do not matter.
fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

impl SalesRestriction {
    /// What it means for these sellers: as [`effect`](Self::effect), with its two conditions answered.
    #[must_use]
    pub fn effect_for(&self, sellers: &Outlets) -> RestrictionEffect {
        match (self.effect(), sellers.named_by(self)) {
            (RestrictionEffect::BlockUnlessNamed, Some(_)) => RestrictionEffect::Nothing,
            (RestrictionEffect::BlockUnlessNamed, None)
            | (RestrictionEffect::BlockIfNamed, Some(_)) => RestrictionEffect::Block,
            (RestrictionEffect::BlockIfNamed, None) => RestrictionEffect::Notice,
            (effect, _) => effect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{LIST_71, SalesRestrictionType};

    fn naming(code: &str, outlets: &[&str]) -> SalesRestriction {
        SalesRestriction {
            outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
            ..SalesRestriction::new(SalesRestrictionType::new(code))
        }
    }

    #[test]
    fn an_identifier_is_its_type_its_scheme_and_its_value() {
        assert_eq!(outlet_id("03", None, "AMZ"), "03:AMZ");
        assert_eq!(outlet_id("01", Some("Our shops"), "17"), "01:Our shops:17");
    }

    #[test]
    fn exclusives_open_and_exceptions_close_for_whom_they_name() {
        let us: Outlets = ["03:AMZ", "Harbour  Books"].into_iter().collect();
        for (code, named, other) in [
            ("01", RestrictionEffect::Nothing, RestrictionEffect::Block),
            ("04", RestrictionEffect::Nothing, RestrictionEffect::Block),
            ("05", RestrictionEffect::Nothing, RestrictionEffect::Block),
            ("11", RestrictionEffect::Block, RestrictionEffect::Notice),
        ] {
            for outlets in [&["03:amz"][..], &["Another", " harbour\u{a0}BOOKS"]] {
                assert_eq!(
                    naming(code, outlets).effect_for(&us),
                    named,
                    "{code} {outlets:?}"
                );
            }
            // An identifier of another type, a value without its type, another shop, nobody.
            for outlets in [&["02:AMZ"][..], &["AMZ"], &["Harbour"], &[]] {
                assert_eq!(
                    naming(code, outlets).effect_for(&us),
                    other,
                    "{code} {outlets:?}"
                );
            }
            let nobody = naming(code, &["03:AMZ", ""]).effect_for(&Outlets::none());
            assert_eq!(nobody, other, "{code}: nobody is never named");
        }
    }

    #[test]
    fn a_name_answers_no_restriction_but_those_that_ask_for_one() {
        let us: Outlets = ["Harbour Books"].into_iter().collect();
        for (code, _) in LIST_71.codes {
            let restriction = naming(code, &["Harbour Books"]);
            let asks = matches!(
                restriction.effect(),
                RestrictionEffect::BlockUnlessNamed | RestrictionEffect::BlockIfNamed
            );
            let alike = restriction.effect_for(&us) == restriction.effect();
            assert_eq!(alike, !asks, "{code}");
            assert_eq!(asks, ["01", "04", "05", "11"].contains(code), "{code}");
        }
    }
}

//! Who a seller is, for restrictions that name the shops they are about.
//!
//! A retailer's exclusive edition may be sold by that retailer alone, and a retailer's exception by all
//! others. Whether a website is one of the shops that a sender means cannot be read from the record: the
//! publisher has to say by which names and identifiers senders know it. Without a word of that nobody is
//! named, and what is exclusive to somebody is not sold.
//!
//! Doubt closes both ways. An exclusive opens only for who is named beyond doubt; an exception closes for who
//! may be meant: by a value whose type or scheme is missing, by an outlet that cannot be read, or by a
//! restriction that names none at all (docs/decisions/exception-without-outlet-closes.md).
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

    /// Whether a restriction names one of us, or may: one that names nobody may mean anybody.
    #[must_use]
    pub fn perhaps_named_by(&self, restriction: &SalesRestriction) -> bool {
        let perhaps_we = |outlet: &String| {
            let outlet = folded(outlet);
            outlet == UNREADABLE_OUTLET || self.0.keys().any(|own| may_be_one(own, &outlet))
        };
        restriction.outlets.is_empty() || restriction.outlets.iter().any(perhaps_we)
    }
}

impl<S: Into<String>> FromIterator<S> for Outlets {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let named = names.into_iter().map(Into::into);
        Self(named.map(|name: String| (folded(&name), name)).collect())
    }
}

/// What stands for an outlet of which neither a name nor an identifier can be read.
pub const UNREADABLE_OUTLET: &str = "";

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

/// Whether two names or identifiers are one, or one of them leaves out what would keep them apart.
fn may_be_one(one: &str, other: &str) -> bool {
    let meant = |vague: &str, whole: &str| {
        bare_value(vague).is_some_and(|value| {
            whole == value || is_typed(whole) && whole.ends_with(&format!(":{value}"))
        })
    };
    one == other || meant(one, other) || meant(other, one)
}

/// The value of what has no type, or is of a proprietary one whose scheme is not named.
fn bare_value(outlet: &str) -> Option<&str> {
    match outlet.strip_prefix("01:") {
        Some(value) => (!value.contains(':')).then_some(value),
        None => (!is_typed(outlet)).then_some(outlet),
    }
}

/// Whether it begins with a code of List 102 and a colon.
fn is_typed(outlet: &str) -> bool {
    let kind = outlet.split_once(':').map(|(kind, _)| kind);
    kind.is_some_and(|kind| kind.len() == 2 && kind.bytes().all(|byte| byte.is_ascii_digit()))
}

impl SalesRestriction {
    /// What it means for these sellers: as [`effect`](Self::effect), with its two conditions answered.
    #[must_use]
    pub fn effect_for(&self, sellers: &Outlets) -> RestrictionEffect {
        match self.effect() {
            RestrictionEffect::BlockUnlessNamed => match sellers.named_by(self) {
                Some(_) => RestrictionEffect::Nothing,
                None => RestrictionEffect::Block,
            },
            RestrictionEffect::BlockIfNamed => match sellers.perhaps_named_by(self) {
                true => RestrictionEffect::Block,
                false => RestrictionEffect::Notice,
            },
            effect => effect,
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
            // An identifier of another type, another shop.
            for outlets in [&["02:AMZ"][..], &["Harbour"]] {
                assert_eq!(
                    naming(code, outlets).effect_for(&us),
                    other,
                    "{code} {outlets:?}"
                );
            }
            let nobody = naming(code, &["03:AMZ"]).effect_for(&Outlets::none());
            assert_eq!(nobody, other, "{code}: nobody is never named");
        }
    }

    #[test]
    fn who_may_be_meant_neither_has_the_exclusive_nor_sells_in_spite_of_the_exception() {
        let us: Outlets = ["03:AMZ", "01:Our shops:17", "Harbour Books"]
            .into_iter()
            .collect();
        for doubtful in ["AMZ", "amz", "17", "01:17", ""] {
            for code in ["01", "04", "05", "11"] {
                let restriction = naming(code, &["Another", doubtful]);
                let effect = restriction.effect_for(&us);
                assert_eq!(effect, RestrictionEffect::Block, "{code} {doubtful:?}");
            }
        }
        let without_type: Outlets = ["AMZ"].into_iter().collect();
        let typed = naming("11", &["03:AMZ"]).effect_for(&without_type);
        assert_eq!(typed, RestrictionEffect::Block);
        for other in ["MZ", "7", "01:Their shops:17", "02:AMZ", "Books"] {
            let effect = naming("11", &[other]).effect_for(&us);
            assert_eq!(effect, RestrictionEffect::Notice, "{other}");
        }
        let unreadable = naming("11", &[UNREADABLE_OUTLET]).effect_for(&Outlets::none());
        assert_eq!(unreadable, RestrictionEffect::Block);
    }

    #[test]
    fn what_names_no_outlet_closes_whichever_way_it_asks() {
        let us: Outlets = ["Harbour Books"].into_iter().collect();
        for code in ["01", "04", "05", "11"] {
            for sellers in [&us, &Outlets::none()] {
                let effect = naming(code, &[]).effect_for(sellers);
                assert_eq!(effect, RestrictionEffect::Block, "{code}");
            }
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

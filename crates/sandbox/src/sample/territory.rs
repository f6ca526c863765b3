//! The rights shapes that the sample's formats are sold under.
//!
//! A format in the data files names its shape in one word (`rights=uk`), because a list of ninety
//! countries repeated on two hundred products would hide the few that are meant to be odd.

use serde_json::{Map, Value, json};

use crate::seed::country::COUNTRIES;

/// Countries where a British publisher usually holds exclusive rights.
const COMMONWEALTH: &[&str] = &[
    "AG", "AI", "AU", "BB", "BD", "BM", "BN", "BS", "BW", "BZ", "CC", "CK", "CM", "CX", "CY", "DM",
    "FJ", "FK", "GB", "GD", "GG", "GH", "GI", "GM", "GY", "HM", "IE", "IM", "IN", "IO", "JE", "JM",
    "KE", "KI", "KN", "KY", "LC", "LK", "LS", "MS", "MT", "MU", "MV", "MW", "MY", "NA", "NF", "NG",
    "NR", "NU", "NZ", "PG", "PK", "PN", "SB", "SC", "SG", "SH", "SL", "SZ", "TC", "TO", "TT", "TV",
    "TZ", "UG", "VC", "VG", "VU", "WS", "ZA", "ZM", "ZW",
];

/// The United States with its dependencies and, by the custom of the trade, the Philippines.
const UNITED_STATES: &[&str] = &["AS", "GU", "MP", "PH", "PR", "UM", "US", "VI"];

/// The same with Canada, as North American editions are usually sold.
const NORTH_AMERICA: &[&str] = &["AS", "CA", "GU", "MP", "PH", "PR", "UM", "US", "VI"];

/// Australia and New Zealand.
const ANTIPODES: &[&str] = &["AU", "NZ"];

/// Where this publisher does not trade.
const NOT_SERVED: &[&str] = &["BY", "KP", "RU", "SY"];

/// Continental and insular Europe that takes the British edition non-exclusively.
const EUROPE: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// All six currencies of the house, in the order in which price rows are made.
pub(super) const ALL_CURRENCIES: &[&str] = &["GBP", "USD", "EUR", "AUD", "CAD", "NZD"];

/// What a set of countries is, before it is spelt out.
#[derive(Clone, Copy)]
enum Area {
    None,
    All,
    Only(&'static [&'static str]),
    Except(&'static [&'static str]),
}

impl Area {
    fn codes(self) -> Value {
        let codes: Vec<&str> = match self {
            Self::None => Vec::new(),
            Self::All => COUNTRIES.to_vec(),
            Self::Only(only) => only.to_vec(),
            Self::Except(but) => COUNTRIES
                .iter()
                .copied()
                .filter(|code| !but.contains(code))
                .collect(),
        };
        json!(codes)
    }
}

/// One row of the table of shapes.
pub(super) struct Shape {
    name: &'static str,
    worldwide: Option<bool>,
    for_sale: Area,
    not_for_sale: Area,
    description: &'static str,
    /// ONIX claims that country lists cannot say: (type, regions included, regions excluded,
    /// countries included).
    claims: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// The currencies a format of this shape is priced in.
    pub(super) currencies: &'static [&'static str],
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "world",
        worldwide: Some(true),
        for_sale: Area::None,
        not_for_sale: Area::None,
        description: "World",
        claims: &[],
        currencies: ALL_CURRENCIES,
    },
    Shape {
        name: "uk",
        worldwide: Some(false),
        for_sale: Area::Only(COMMONWEALTH),
        not_for_sale: Area::Only(NORTH_AMERICA),
        description: "UK and Commonwealth excluding Canada, exclusive; not North America",
        claims: &[],
        currencies: &["GBP", "EUR", "AUD", "NZD"],
    },
    Shape {
        name: "us",
        worldwide: Some(false),
        for_sale: Area::Only(NORTH_AMERICA),
        not_for_sale: Area::Only(COMMONWEALTH),
        description: "North America and the Philippines, exclusive; not UK and Commonwealth",
        claims: &[],
        currencies: &["USD", "CAD"],
    },
    Shape {
        name: "nousa",
        worldwide: Some(false),
        for_sale: Area::Except(UNITED_STATES),
        not_for_sale: Area::Only(UNITED_STATES),
        description: "World excluding the United States, its dependencies and the Philippines",
        claims: &[],
        currencies: &["GBP", "EUR", "AUD", "CAD", "NZD"],
    },
    Shape {
        name: "minus",
        worldwide: Some(false),
        for_sale: Area::Except(NOT_SERVED),
        not_for_sale: Area::Only(NOT_SERVED),
        description: "World excluding Belarus, North Korea, Russia and Syria",
        claims: &[],
        currencies: ALL_CURRENCIES,
    },
    Shape {
        name: "anz",
        worldwide: Some(false),
        for_sale: Area::Only(ANTIPODES),
        not_for_sale: Area::Except(ANTIPODES),
        description: "Australia and New Zealand only",
        claims: &[],
        currencies: &["AUD", "NZD"],
    },
    Shape {
        name: "europe",
        worldwide: Some(false),
        for_sale: Area::Only(EUROPE),
        not_for_sale: Area::Only(UNITED_STATES),
        description: "Europe including the UK; not the United States",
        claims: &[],
        currencies: &["GBP", "EUR"],
    },
    Shape {
        name: "unknown",
        worldwide: None,
        for_sale: Area::None,
        not_for_sale: Area::None,
        description: "",
        claims: &[],
        currencies: ALL_CURRENCIES,
    },
    Shape {
        name: "contradictory",
        worldwide: Some(false),
        for_sale: Area::Only(COMMONWEALTH),
        not_for_sale: Area::Only(EUROPE),
        description: "UK and Commonwealth; not Europe (sic)",
        claims: &[],
        currencies: &["GBP", "EUR", "AUD", "NZD"],
    },
    Shape {
        name: "nowhere",
        worldwide: Some(false),
        for_sale: Area::None,
        not_for_sale: Area::All,
        description: "Not for sale",
        claims: &[],
        currencies: &["GBP"],
    },
    Shape {
        name: "noquebec",
        worldwide: Some(false),
        for_sale: Area::Except(&["CA"]),
        not_for_sale: Area::None,
        description: "World excluding Quebec",
        claims: &[("01", "WORLD", "CA-QC", ""), ("03", "CA-QC", "", "")],
        currencies: ALL_CURRENCIES,
    },
    Shape {
        name: "noairside",
        worldwide: Some(true),
        for_sale: Area::None,
        not_for_sale: Area::None,
        description: "World excluding airside outlets in the UK (export edition)",
        claims: &[("01", "WORLD", "GB-AIR", ""), ("03", "GB-AIR", "", "")],
        currencies: ALL_CURRENCIES,
    },
];

/// The shape of this name.
pub(super) fn shape(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

impl Shape {
    /// Writes the shape into a product document: the country lists under their GraphQL names, and
    /// what only ONIX can say under `_onix`.
    pub(super) fn write(&self, product: &mut Map<String, Value>, onix: &mut Map<String, Value>) {
        product.insert("isForSaleWorldwide".into(), json!(self.worldwide));
        product.insert("forSaleCountryCodes".into(), self.for_sale.codes());
        product.insert("notForSaleCountryCodes".into(), self.not_for_sale.codes());
        let description = (!self.description.is_empty()).then_some(self.description);
        product.insert("salesRightsDescription".into(), json!(description));
        if self.claims.is_empty() {
            return;
        }
        let claims: Vec<Value> = self
            .claims
            .iter()
            .map(|(kind, regions, without, countries)| {
                let mut claim = Map::new();
                claim.insert("type".into(), json!(kind));
                for (key, codes) in [
                    ("countriesIncluded", countries),
                    ("regionsIncluded", regions),
                    ("regionsExcluded", without),
                ] {
                    if !codes.is_empty() {
                        let codes: Vec<&str> = codes.split(' ').collect();
                        claim.insert(key.into(), json!(codes));
                    }
                }
                Value::Object(claim)
            })
            .collect();
        onix.insert("rightsClaims".into(), Value::Array(claims));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_named_is_a_live_one() {
        for list in [
            COMMONWEALTH,
            NORTH_AMERICA,
            UNITED_STATES,
            ANTIPODES,
            NOT_SERVED,
            EUROPE,
        ] {
            for code in list {
                assert!(
                    crate::seed::country::is_country(code),
                    "{code} is not in List 91"
                );
            }
        }
    }

    #[test]
    fn a_world_with_exceptions_names_every_country_once() {
        let mut product = Map::new();
        let mut onix = Map::new();
        shape("minus")
            .expect("known")
            .write(&mut product, &mut onix);
        let lists = ["forSaleCountryCodes", "notForSaleCountryCodes"];
        let count: usize = lists
            .iter()
            .map(|key| product[*key].as_array().unwrap().len())
            .sum();
        assert_eq!(count, 249);
    }
}

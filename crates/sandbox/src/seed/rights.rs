//! Sales rights: from ONIX claims about territories to the lists that Consonance keeps.
//!
//! Consonance knows whole countries only: for sale, not for sale, or in neither list, which means
//! that nothing is known. A country of which only a part is for sale is therefore in neither list,
//! unless the part that is missing is no more than airports and bases. The claims themselves are kept
//! beside the lists, for the feed to send again as long as the lists still say the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::country::{COUNTRIES, is_country, successors};
use super::element::Element;
use crate::world::{Document, ONIX, text, texts};

/// Regions of ONIX List 49 that are sales outlets and not places where people live.
const OUTLETS: &[&str] = &["GB-AIR", "GB-APS", "IE-AIR"];

/// The four code lists of a `Territory`, by the names they have in JSON and in ONIX.
const TERRITORY: [(&str, &str); 4] = [
    ("countriesIncluded", "CountriesIncluded"),
    ("regionsIncluded", "RegionsIncluded"),
    ("countriesExcluded", "CountriesExcluded"),
    ("regionsExcluded", "RegionsExcluded"),
];

/// What Consonance keeps of a product's rights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    worldwide: Option<bool>,
    for_sale: BTreeSet<String>,
    not_for_sale: BTreeSet<String>,
}

impl Lists {
    /// What claims and the statement about the rest of the world come to.
    pub(crate) fn of_claims(claims: &[Value], rest_of_world: Option<&str>) -> Self {
        let mut lists = Self::default();
        let mut mentioned = BTreeSet::new();
        for claim in claims.iter().filter_map(Value::as_object) {
            let area = Area::of(claim);
            mentioned.extend(area.whole.iter().cloned());
            mentioned.extend(area.partial.iter().cloned());
            match sale(text(claim, "type").unwrap_or_default()) {
                Some(true) => lists.for_sale.extend(area.whole),
                Some(false) => lists.not_for_sale.extend(area.whole),
                None => {}
            }
        }
        let rest = COUNTRIES.iter().filter(|code| !mentioned.contains(**code));
        match rest_of_world.and_then(sale) {
            Some(true) => lists.for_sale.extend(rest.map(|code| (*code).to_owned())),
            Some(false) => lists
                .not_for_sale
                .extend(rest.map(|code| (*code).to_owned())),
            None => {}
        }
        if lists.for_sale.len() == COUNTRIES.len() && lists.not_for_sale.is_empty() {
            lists.for_sale.clear();
            lists.worldwide = Some(true);
        } else if !claims.is_empty() {
            lists.worldwide = Some(false);
        }
        lists
    }

    /// The lists that a product document holds.
    pub(crate) fn of_product(product: &Document) -> Self {
        let codes = |name| texts(product, name).map(str::to_owned).collect();
        Self {
            worldwide: product.get("isForSaleWorldwide").and_then(Value::as_bool),
            for_sale: codes("forSaleCountryCodes"),
            not_for_sale: codes("notForSaleCountryCodes"),
        }
    }
}

/// Reads the rights of a `PublishingDetail` into a product document.
pub(super) fn read(publishing: &Element, product: &mut Document, onix: &mut Document) {
    let claims: Vec<Value> = publishing.all("SalesRights").map(claim).collect();
    let rest = publishing.value("ROWSalesRightsType");
    let lists = Lists::of_claims(&claims, rest.as_deref());
    product.insert("isForSaleWorldwide".into(), json!(lists.worldwide));
    product.insert("forSaleCountryCodes".into(), json!(lists.for_sale));
    product.insert("notForSaleCountryCodes".into(), json!(lists.not_for_sale));
    if !claims.is_empty() {
        onix.insert("rightsClaims".into(), Value::Array(claims));
    }
    if let Some(rest) = rest {
        onix.insert("row".into(), json!(rest));
    }
}

/// The claims a product carries literally, if its lists still say the same.
pub(crate) fn literal_claims(product: &Document) -> Option<&Vec<Value>> {
    let onix = product.get(ONIX)?.as_object()?;
    let claims = onix.get("rightsClaims")?.as_array()?;
    let said = Lists::of_claims(claims, text(onix, "row"));
    (said == Lists::of_product(product)).then_some(claims)
}

fn claim(rights: &Element) -> Value {
    let mut claim = Map::new();
    claim.insert(
        "type".into(),
        json!(rights.value("SalesRightsType").unwrap_or_default()),
    );
    if let Some(area) = rights.first("Territory") {
        claim.extend(territory(area));
    }
    Value::Object(claim)
}

/// The JSON form of a `Territory`.
pub(super) fn territory(area: &Element) -> Document {
    let mut lists = Map::new();
    for (name, tag) in TERRITORY {
        let codes: Vec<String> = area
            .values(tag)
            .iter()
            .flat_map(|codes| tokens(codes))
            .collect();
        if !codes.is_empty() {
            lists.insert(name.into(), json!(codes));
        }
    }
    lists
}

/// Codes separated by white space; by commas and the like too, since feeds do that.
fn tokens(codes: &str) -> Vec<String> {
    let separator =
        |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '\u{200b}' | '\u{200d}');
    codes
        .split(separator)
        .filter(|code| !code.is_empty())
        .map(str::to_uppercase)
        .collect()
}

/// ONIX List 46: whether a type means for sale; neither for unknown and unheard-of types.
fn sale(kind: &str) -> Option<bool> {
    match kind {
        "01" | "02" | "07" | "08" => Some(true),
        "03" | "04" | "05" | "06" => Some(false),
        _ => None,
    }
}

/// A territory by country.
#[derive(Default)]
struct Area {
    whole: BTreeSet<String>,
    partial: BTreeSet<String>,
}

impl Area {
    fn of(claim: &Document) -> Self {
        let mut area = Self::default();
        let countries = |name| {
            texts(claim, name).flat_map(|code| match successors(code) {
                [] if is_country(code) => vec![code.to_owned()],
                [] => Vec::new(),
                today => today.iter().map(|code| (*code).to_owned()).collect(),
            })
        };
        area.whole.extend(countries("countriesIncluded"));
        for region in texts(claim, "regionsIncluded") {
            if region == "WORLD" {
                area.whole
                    .extend(COUNTRIES.iter().map(|code| (*code).to_owned()));
            } else if let Some((country, _)) = region.split_once('-')
                && !OUTLETS.contains(&region)
            {
                area.partial.insert(country.to_owned());
            }
        }
        for country in countries("countriesExcluded") {
            area.whole.remove(&country);
        }
        for region in texts(claim, "regionsExcluded") {
            let Some((country, _)) = region.split_once('-') else {
                continue;
            };
            if !OUTLETS.contains(&region) && area.whole.remove(country) {
                area.partial.insert(country.to_owned());
            }
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(claims: &Value, rest: Option<&str>) -> Lists {
        Lists::of_claims(claims.as_array().expect("a list"), rest)
    }

    #[test]
    fn the_world_is_a_flag() {
        let world = lists(&json!([{"type": "01", "regionsIncluded": ["WORLD"]}]), None);
        assert_eq!(
            world,
            Lists {
                worldwide: Some(true),
                ..Lists::default()
            }
        );
    }

    #[test]
    fn a_country_without_one_of_its_regions_is_in_neither_list() {
        let said = json!([
            {"type": "01", "regionsIncluded": ["WORLD"], "regionsExcluded": ["CA-QC", "GB-AIR"]},
            {"type": "03", "regionsIncluded": ["CA-QC"]},
        ]);
        let lists = lists(&said, None);
        assert!(!lists.for_sale.contains("CA") && !lists.not_for_sale.contains("CA"));
        assert!(lists.for_sale.contains("GB"), "an airport is not a country");
        assert_eq!(lists.for_sale.len(), 248);
    }

    #[test]
    fn the_rest_of_the_world_fills_up_what_is_not_mentioned() {
        let said = json!([{"type": "02", "countriesIncluded": ["AU", "AN"]}]);
        assert_eq!(lists(&said, Some("00")).for_sale.len(), 4);
        assert_eq!(lists(&said, None).not_for_sale.len(), 0);
        assert_eq!(lists(&said, Some("03")).not_for_sale.len(), 249 - 4);
    }

    #[test]
    fn nothing_said_is_nothing_known() {
        assert_eq!(lists(&json!([]), None), Lists::default());
    }

    #[test]
    fn separators_of_all_kinds_are_understood() {
        assert_eq!(tokens("au, NZ;GB\u{a0}IE"), ["AU", "NZ", "GB", "IE"]);
    }
}

//! Where a product may be sold, as ONIX says it.
//!
//! Consonance keeps two lists of countries and a flag; ONIX wants claims about territories. What the
//! lists cannot say (a region of a country) is kept as claims beside them and goes out literally.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::xml::Xml;
use crate::seed::country::COUNTRIES;
use crate::seed::rights::literal_claims;
use crate::world::{Document, ONIX, text, texts};

/// A territory as ONIX spells it: codes separated by spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Territory {
    countries: String,
    regions: String,
    without_countries: String,
    without_regions: String,
}

impl Territory {
    fn world() -> Self {
        Self {
            regions: "WORLD".into(),
            ..Self::default()
        }
    }

    /// These countries.
    pub(super) fn countries(codes: &[&str]) -> Self {
        Self {
            countries: codes.join(" "),
            ..Self::default()
        }
    }

    /// A territory from its JSON form: four lists of codes.
    pub(super) fn from_lists(lists: &Document) -> Self {
        let codes = |name| texts(lists, name).collect::<Vec<_>>().join(" ");
        Self {
            countries: codes("countriesIncluded"),
            regions: codes("regionsIncluded"),
            without_countries: codes("countriesExcluded"),
            without_regions: codes("regionsExcluded"),
        }
    }

    fn is_empty(&self) -> bool {
        self.countries.is_empty() && self.regions.is_empty()
    }

    /// Writes `Territory`, unless it includes nothing.
    pub(super) fn write<W: Write>(&self, xml: &mut Xml<W>) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        xml.nest("Territory", |xml| {
            let parts = [
                ("CountriesIncluded", &self.countries),
                ("RegionsIncluded", &self.regions),
                ("CountriesExcluded", &self.without_countries),
                ("RegionsExcluded", &self.without_regions),
            ];
            for (tag, codes) in parts {
                if !codes.is_empty() {
                    xml.leaf(tag, codes)?;
                }
            }
            Ok(())
        })
    }
}

/// All that a product's record says about sales rights.
pub(super) struct Rights {
    /// ONIX List 46 type and where it applies.
    claims: Vec<(String, Territory)>,
    rest_of_world: Option<String>,
}

impl Rights {
    /// The claims of a product: the literal ones if it has any and its lists have not been changed
    /// since, else what its lists say.
    pub(super) fn of(product: &Document) -> Self {
        let Some(claims) = literal_claims(product) else {
            return Self::from_lists(product);
        };
        let onix = product.get(ONIX).and_then(Value::as_object);
        Self {
            claims: claims
                .iter()
                .filter_map(Value::as_object)
                .map(claim)
                .collect(),
            rest_of_world: onix.and_then(|onix| text(onix, "row")).map(str::to_owned),
        }
    }

    fn from_lists(product: &Document) -> Self {
        let sale: Vec<&str> = texts(product, "forSaleCountryCodes").collect();
        let not: Vec<&str> = texts(product, "notForSaleCountryCodes").collect();
        let worldwide = product.get("isForSaleWorldwide").and_then(Value::as_bool) == Some(true);
        let mut claims = Vec::new();
        if worldwide || sale.len() == COUNTRIES.len() {
            claims.push(("01".to_owned(), except(&not)));
        } else if !sale.is_empty()
            && sale.len() + not.len() == COUNTRIES.len()
            && disjoint(&sale, &not)
        {
            claims.push(("01".to_owned(), shorter(&sale, &not)));
        } else if !sale.is_empty() {
            claims.push(("01".to_owned(), Territory::countries(&sale)));
        }
        if not.len() == COUNTRIES.len() {
            claims.push(("03".to_owned(), Territory::world()));
        } else if !not.is_empty() {
            claims.push(("03".to_owned(), Territory::countries(&not)));
        }
        let all_said = claims
            .iter()
            .any(|(_, territory)| territory.regions == "WORLD")
            || sale.len() + not.len() >= COUNTRIES.len();
        let rest = (!claims.is_empty() && !all_said).then(|| "00".to_owned());
        Self {
            claims,
            rest_of_world: rest,
        }
    }

    /// Where the product is for sale, for its `Market`: nothing when there is no such claim.
    pub(super) fn market(&self) -> Territory {
        let on_sale = |kind: &str| matches!(kind, "01" | "02" | "07" | "08");
        let mut claims = self.claims.iter().filter(|(kind, _)| on_sale(kind));
        match (claims.next(), claims.next()) {
            (Some((_, territory)), None) => territory.clone(),
            (Some((_, first)), Some(_)) => {
                let all = self.claims.iter().filter(|(kind, _)| on_sale(kind));
                let simple = all.clone().all(|(_, territory)| {
                    territory.regions.is_empty() && territory.without_regions.is_empty()
                });
                if !simple {
                    return first.clone();
                }
                let codes: Vec<&str> = all
                    .flat_map(|(_, territory)| territory.countries.split(' '))
                    .collect();
                Territory::countries(&codes)
            }
            _ => Territory::default(),
        }
    }

    /// Writes `SalesRights` and `ROWSalesRightsType`.
    pub(super) fn write<W: Write>(&self, xml: &mut Xml<W>) -> io::Result<()> {
        for (kind, territory) in self
            .claims
            .iter()
            .filter(|(_, territory)| !territory.is_empty())
        {
            xml.nest("SalesRights", |xml| {
                xml.leaf("SalesRightsType", kind)?;
                territory.write(xml)
            })?;
        }
        match &self.rest_of_world {
            Some(kind) if !self.claims.is_empty() => xml.leaf("ROWSalesRightsType", kind),
            _ => Ok(()),
        }
    }
}

fn claim(claim: &Map<String, Value>) -> (String, Territory) {
    let kind = text(claim, "type").unwrap_or("00").to_owned();
    (kind, Territory::from_lists(claim))
}

fn disjoint(left: &[&str], right: &[&str]) -> bool {
    !left.iter().any(|code| right.contains(code))
}

fn except(not: &[&str]) -> Territory {
    Territory {
        without_countries: not.join(" "),
        ..Territory::world()
    }
}

/// The same set of countries in fewer words.
fn shorter(sale: &[&str], not: &[&str]) -> Territory {
    if sale.len() <= not.len() {
        Territory::countries(sale)
    } else {
        except(not)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(product: Value) -> Vec<String> {
        let Value::Object(product) = product else {
            panic!("an object")
        };
        let rights = Rights::of(&product);
        let mut said: Vec<String> = rights
            .claims
            .iter()
            .map(|(kind, at)| {
                format!(
                    "{kind} {}|{}|{}|{}",
                    at.countries, at.regions, at.without_countries, at.without_regions
                )
            })
            .collect();
        said.extend(rights.rest_of_world.map(|rest| format!("rest {rest}")));
        said
    }

    #[test]
    fn lists_become_claims() {
        let world = json!({"isForSaleWorldwide": true});
        assert_eq!(claims(world), ["01 |WORLD||"]);
        let split = json!({"forSaleCountryCodes": ["AU", "GB"], "notForSaleCountryCodes": ["US"]});
        assert_eq!(claims(split), ["01 AU GB|||", "03 US|||", "rest 00"]);
        let but_one: Vec<&str> = COUNTRIES
            .iter()
            .copied()
            .filter(|code| *code != "RU")
            .collect();
        let but_one = json!({"forSaleCountryCodes": but_one, "notForSaleCountryCodes": ["RU"]});
        assert_eq!(claims(but_one), ["01 |WORLD|RU|", "03 RU|||"]);
        let nowhere = json!({"notForSaleCountryCodes": COUNTRIES.to_vec()});
        assert_eq!(claims(nowhere), ["03 |WORLD||"]);
        assert!(claims(json!({"forSaleCountryCodes": []})).is_empty());
    }

    #[test]
    fn literal_claims_go_out_as_they_are_while_the_lists_agree() {
        let onix = json!({
            "rightsClaims": [
                {"type": "02", "regionsIncluded": ["WORLD"], "regionsExcluded": ["GB-AIR"]},
            ],
            "row": "03",
        });
        let product = json!({"isForSaleWorldwide": true, "_onix": onix});
        assert_eq!(claims(product), ["02 |WORLD||GB-AIR", "rest 03"]);
        let withdrawn = json!({"notForSaleCountryCodes": COUNTRIES.to_vec(), "_onix": onix});
        assert_eq!(claims(withdrawn), ["03 |WORLD||"]);
    }
}

//! Published and derived territory vectors, where those lie beside the project. The same cases are
//! covered by the unit tests of `rights` and `territory` without them.

use std::collections::BTreeMap;

use catalogue::codes::SalesRightsType;
use catalogue::country::CountryCode;
use catalogue::rights::{Claim, Resolved, Sale, SalesRights};
use catalogue::territory::{Coverage, Territory};
use serde_json::Value;

use crate::shared_data;

/// The finding that each remark of the vectors asks for.
const REMARKS: &[(&str, &str)] = &[
    ("ROW_MISSING", "row-missing"),
    ("OVERLAP sale/not-for-sale", "rights-overlap"),
    ("OVERLAP exclusive/non-exclusive", "rights-overlap"),
    ("UNRESOLVED", "unresolved-territory"),
    ("DEPRECATED", "rights-type-deprecated"),
    ("SCHEMA_INVALID", "territory-invalid"),
    ("WORLD_COMBINED", "world-combined"),
    ("NO_SALES_RIGHTS", "rights-absent"),
];

fn territory(lists: &Value) -> Territory {
    let list = |name: &str| lists[name].as_str().map(Into::into);
    Territory {
        countries_included: list("CI"),
        regions_included: list("RI"),
        countries_excluded: list("CX"),
        regions_excluded: list("RX"),
    }
}

/// The rights of a vector: written out, or those of a product in a file.
fn rights(vector: &Value) -> Option<SalesRights> {
    if let Some(file) = vector["file"].as_str() {
        let (path, at) = file.split_once('#').unwrap_or((file, "0"));
        let text = shared_data::text(&format!("onix/{path}"))?;
        return text
            .split("<Product>")
            .nth(at.parse::<usize>().unwrap() + 1)
            .map(rights_of_record);
    }
    let claims = vector["rights"].as_array().into_iter().flatten();
    Some(SalesRights {
        claims: claims
            .map(|claim| {
                let kind = SalesRightsType::new(claim[0].as_str().unwrap());
                Claim::new(kind, territory(&claim[1]))
            })
            .collect(),
        rest_of_world: vector["row"].as_str().map(SalesRightsType::new),
        ..SalesRights::default()
    })
}

/// Reads the rights of a record in reference tags, well enough for a record known to be plain.
fn rights_of_record(record: &str) -> SalesRights {
    SalesRights {
        claims: record
            .split("<SalesRights>")
            .skip(1)
            .map(|rest| {
                let claim = rest.split("</SalesRights>").next().unwrap();
                let list = |name| element(claim, name).map(Into::into);
                let territory = Territory {
                    countries_included: list("CountriesIncluded"),
                    regions_included: list("RegionsIncluded"),
                    countries_excluded: list("CountriesExcluded"),
                    regions_excluded: list("RegionsExcluded"),
                };
                let kind = element(claim, "SalesRightsType").unwrap();
                Claim::new(SalesRightsType::new(kind), territory)
            })
            .collect(),
        rest_of_world: element(record, "ROWSalesRightsType").map(SalesRightsType::new),
        ..SalesRights::default()
    }
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>"))
        .map(|(inside, _)| inside)
}

fn check_answers(id: &str, resolved: &Resolved, expected: &Value) {
    let letters = BTreeMap::from([
        ("F", Sale::ForSale),
        ("N", Sale::NotForSale),
        ("U", Sale::Unknown),
        ("P", Sale::Partial),
        ("ERR", Sale::NotForSale),
    ]);
    for (place, letter) in expected.as_object().into_iter().flatten() {
        let wanted = letters[letter.as_str().unwrap()];
        assert_eq!(resolved.region_sale(place), wanted, "{id} {place}");
    }
}

#[test]
fn every_vector_resolves_as_published() {
    let Some(vectors) = shared_data::json("onix/territory_vectors.json") else {
        return;
    };
    for vector in vectors["vectors"].as_array().unwrap() {
        let id = vector["id"].as_str().unwrap();
        let resolved = rights(vector).unwrap().resolve();
        check_answers(id, &resolved, &vector["expect"]);
        for (country, wanted) in vector["exclusive"].as_object().into_iter().flatten() {
            let country = CountryCode::exact(country).unwrap();
            assert_eq!(
                resolved.exclusive(country),
                wanted.as_bool().unwrap(),
                "{id} {country}"
            );
        }
        for market in vector["markets"].as_array().into_iter().flatten() {
            assert_eq!(
                resolved.check_market(&territory(market).resolve().0),
                None,
                "{id}"
            );
        }
        if let Some(remark) = vector["finding"].as_str() {
            let (_, code) = REMARKS
                .iter()
                .find(|(start, _)| remark.starts_with(start))
                .unwrap();
            let found = resolved
                .findings()
                .iter()
                .any(|finding| finding.code.as_str() == *code);
            assert!(found, "{id}: {remark}: {:?}", resolved.findings());
        }
    }
}

/// The market of the Macmillan record covers just the countries it names.
#[test]
fn the_market_of_a_real_record_covers_what_it_names() {
    let market = Territory {
        countries_included: Some("AU NZ".into()),
        ..Territory::default()
    };
    let (area, findings) = market.resolve();
    assert!(findings.is_empty());
    for (country, covered) in [("AU", true), ("NZ", true), ("FJ", false)] {
        let coverage = area.coverage(CountryCode::exact(country).unwrap());
        assert_eq!(coverage == Coverage::Whole, covered, "{country}");
    }
}

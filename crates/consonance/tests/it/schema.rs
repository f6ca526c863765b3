//! What is asked for follows from what the schema has.

use std::collections::BTreeMap;

use consonance::{Error, Gate, Grade, Missing, Need, WANTED};
use serde_json::{Value, json};

use super::double::{Double, Reply, introspection_refused};

/// Types by name: a field or argument, and the type it leads to.
pub(crate) type Types = BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>;

/// The fields that lead to another type, with it.
const LEADING: &[(&str, &str, &str)] = &[
    ("Query", "works", "Work"),
    ("Query", "contracts", "Contract"),
    ("Work", "imprint", "Imprint"),
    ("Work", "seriesMemberships", "SeriesMembership"),
    ("Work", "contributions", "Contribution"),
    ("Work", "subjectCodes", "SubjectCode"),
    ("Work", "audience", "WorkAudience"),
    ("Work", "contentLanguages", "ContentLanguage"),
    ("Work", "marketingTexts", "MarketingText"),
    ("Work", "supportingResources", "SupportingResource"),
    ("Work", "products", "Product"),
    ("SeriesMembership", "series", "Series"),
    ("Contribution", "contributor", "Contact"),
    ("Contact", "webLinks", "WebLink"),
    ("WorkAudience", "onixAudiences", "ONIXCode"),
    ("WorkAudience", "interestAgeRange", "AgeRange"),
    ("Product", "isbn", "ISBN"),
    ("Product", "inHouseFormat", "InHouseFormat"),
    ("Product", "prices", "Price"),
    ("Product", "webLinks", "WebLink"),
    ("Product", "containedProducts", "ProductPart"),
    ("Product", "marketingTexts", "MarketingText"),
    ("ProductPart", "contained", "Product"),
    ("Contract", "work", "Work"),
];

/// Labels of the table that stand for a type read in part.
const PARTS: &[(&str, &str)] = &[
    ("ContactLink", "WebLink"),
    ("AudienceCode", "ONIXCode"),
    ("ContainedProduct", "Product"),
    ("TextId", "MarketingText"),
    ("ContractWork", "Work"),
];

/// A schema that has every name.
pub(crate) fn full() -> Types {
    let mut types = Types::new();
    for row in WANTED {
        let label = PARTS
            .iter()
            .find(|(label, _)| *label == row.on)
            .map_or(row.on, |(_, name)| *name);
        let leads = LEADING
            .iter()
            .find(|(on, field, _)| (*on, *field) == (label, row.field));
        let name = leads.map_or("Scalar", |(_, _, name)| *name);
        types.entry(label).or_default().insert(row.field, name);
    }
    types
}

/// The same without some names.
pub(crate) fn without(names: &[(&'static str, &'static str)]) -> Types {
    let mut types = full();
    for (on, field) in names {
        types.get_mut(on).unwrap().remove(field).unwrap();
    }
    types
}

/// The answer that describes such a schema. Lists and non-nulls are wrapped as graphql-ruby does.
pub(crate) fn introspection(types: Types) -> Reply {
    let wrapped = |name: &str| json!({ "name": null, "ofType": { "name": null, "ofType": { "name": null, "ofType": { "name": name } } } });
    let arguments = |field: &str| match field {
        "works" => json!([{ "name": "workSearch", "type": { "name": "WorkSearchAttributes" } }]),
        "contracts" => {
            json!([{ "name": "contractSearch", "type": { "name": "ContractSearchAttributes" } }])
        }
        "url" => json!([{ "name": "style", "type": { "name": "String" } }]),
        "marketingTexts" => {
            json!([{ "name": "variantIn", "type": wrapped("MarketingTextVariant") }])
        }
        "productHeight" | "productWidth" | "productThickness" => {
            json!([{ "name": "unit", "type": { "name": "MeasurementUnit" } }])
        }
        _ => json!([]),
    };
    let types: Vec<Value> = types
        .into_iter()
        .map(|(name, fields)| {
            let input = name.ends_with("SearchAttributes");
            let fields: Vec<Value> = fields
                .into_iter()
                .map(|(field, leads)| match input {
                    true => json!({ "name": field }),
                    false => json!({ "name": field, "args": arguments(field), "type": wrapped(leads) }),
                })
                .collect();
            let possible = match name {
                "Product" => json!([
                    { "name": "PhysicalBookProduct" }, { "name": "PhysicalProduct" },
                    { "name": "ElectronicBookProduct" }
                ]),
                "Contact" => json!([{ "name": "Person" }, { "name": "Organisation" }]),
                _ => Value::Null,
            };
            let (fields, inputs) = if input { (Value::Null, json!(fields)) } else { (json!(fields), Value::Null) };
            json!({ "name": name, "fields": fields, "inputFields": inputs, "possibleTypes": possible })
        })
        .collect();
    Reply::data(json!({ "__schema": { "queryType": { "name": "Query" }, "types": types } }))
}

async fn described(types: Types) -> Double {
    Double::answering(move |asked| {
        if asked.is_introspection() {
            return introspection(types.clone());
        }
        Reply::data(json!({ "works": [], "contracts": [] }))
    })
    .await
}

/// The query for a page of works.
async fn query(double: &Double) -> String {
    let source = double.source().await;
    assert!(
        source
            .works(consonance::Span::All)
            .next_page()
            .await
            .unwrap()
            .is_none()
    );
    double.queries().remove(0)
}

fn names(missing: &[Missing]) -> Vec<String> {
    missing.iter().map(Missing::name).collect()
}

#[tokio::test]
async fn a_whole_schema_lacks_nothing_and_is_asked_for_all() {
    let double = described(full()).await;
    let schema = double.client().schema().await.unwrap();
    assert_eq!(names(schema.missing()), Vec::<String>::new());
    assert!(schema.is_introspected() && schema.findings().is_empty());
    insta::assert_snapshot!(
        query(&double)
            .await
            .replace(" ... on", "\n... on")
            .replace(" products {", "\nproducts {")
    );
}

#[tokio::test]
async fn a_service_that_does_not_describe_itself_is_asked_for_sure_names_only() {
    let double = Double::answering(|asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        Reply::data(json!({ "works": [] }))
    })
    .await;
    let schema = double.client().schema().await.unwrap();
    assert!(!schema.is_introspected());
    let sure = |missing: &Missing| missing.grade.is_sure();
    assert!(
        !schema.missing().iter().any(sure),
        "{:?}",
        names(schema.missing())
    );
    let query = query(&double).await;
    for row in WANTED.iter().filter(|row| !row.grade.is_sure()) {
        let certain = WANTED
            .iter()
            .any(|other| other.field == row.field && other.grade.is_sure());
        let asked = query.contains(&format!(" {} ", row.field));
        assert!(certain || !asked, "{}.{}", row.on, row.field);
    }
}

#[tokio::test]
async fn a_missing_name_is_not_asked_for_and_its_loss_is_said_once() {
    let double = described(without(&[
        ("MarketingText", "untilDate"),
        ("Work", "season"),
    ]))
    .await;
    let schema = double.client().schema().await.unwrap();
    assert_eq!(
        schema
            .missing()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "missing: Work.season: no catalogue pages by season",
            "missing: MarketingText.untilDate: texts are shown beyond their last day"
        ]
    );
    let findings = schema.findings();
    assert!(
        findings
            .iter()
            .all(|finding| finding.code.as_str() == "field-missing")
    );
    assert_eq!(findings[0].severity.to_string(), "warning", "a sure name");
    assert_eq!(findings[1].severity.to_string(), "info", "a guess");
    let query = query(&double).await;
    assert!(!query.contains("season") && !query.contains("untilDate"));
}

#[tokio::test]
async fn what_texts_cannot_say_their_products_are_asked() {
    let query = query(
        &described(without(&[
            ("MarketingText", "variant"),
            ("MarketingText", "productIds"),
        ]))
        .await,
    )
    .await;
    assert!(
        query.contains("shortTexts: marketingTexts(variantIn: [SHORT_DESCRIPTION]) { id }"),
        "{query}"
    );
    assert!(
        query.contains("linkedTexts: marketingTexts { id }"),
        "{query}"
    );
}

#[tokio::test]
async fn a_missing_gate_is_a_failing_source() {
    for field in [
        "allowOnixExports",
        "forSaleCountryCodes",
        "notForSaleCountryCodes",
        "isForSaleWorldwide",
    ] {
        let double = described(without(&[("Product", field)])).await;
        let client = double.client();
        let error = client.source(client.schema().await.unwrap()).unwrap_err();
        assert_eq!(error.code(), "FL-0416");
        assert!(
            error.to_string().contains(&format!("Product.{field}")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn contracts_are_a_gate_only_where_they_are_asked_for() {
    let double = described(without(&[("Query", "contracts")])).await;
    double.source().await;
    let error = double.source_with_contracts().await.unwrap_err();
    let Error::GateMissing { missing } = error else {
        panic!("{error}")
    };
    assert_eq!(missing[0].gate(), Some(Gate::Contract));
    assert_eq!(missing[0].grade, Grade::Inferred);
}

#[tokio::test]
async fn another_service_is_told_from_an_account_without_rights() {
    let double = described(without(&[("Query", "works")])).await;
    let client = double.client();
    let error = client.source(client.schema().await.unwrap()).unwrap_err();
    let Error::NotConsonance { missing } = &error else {
        panic!("{error}")
    };
    assert_eq!(missing[0].need, Need::Identity);
    assert_eq!(error.code(), "FL-0419");
}

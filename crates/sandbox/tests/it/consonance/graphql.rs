//! What GraphQL answers, and the quirks that are documented of it.

use reqwest::Method;
use sandbox::consonance::Options;
use serde_json::{Value, json};

use super::Account;

fn ids(list: &Value) -> Vec<i64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_work_answers_with_everything_nested_in_it() {
    let account = Account::start().await;
    let data = account
        .data(
            "{ works { id title projectStage imprint { id name } contributorPrettyList
                 contributions { sequenceNumber onixContributorRoleCode
                   onixContributorRole { code value description }
                   contributor { __typename id name ... on Person { keyNames } } productIds }
                 seriesMemberships { partNumber series { id name titleWithSubtitle } }
                 subjectCodes { __typename code main scheme } bics
                 products { __typename id fullTitle isbn { isbn13 isbnWithDashes isbn10 } } } }",
        )
        .await;
    let work = &data["works"][0];
    assert_eq!(
        work["contributorPrettyList"],
        "Ada Quill and The Lamp Society"
    );
    assert_eq!(
        work["contributions"][0],
        json!({
            "sequenceNumber": 1, "onixContributorRoleCode": "A01",
            "onixContributorRole": { "code": "A01", "value": "A01", "description": "By (author)" },
            "contributor": {
                "__typename": "Person", "id": 501, "name": "Ada Quill", "keyNames": "Quill",
            },
            "productIds": [20_001, 20_002],
        })
    );
    assert_eq!(
        work["contributions"][2]["contributor"]["__typename"],
        "Organisation"
    );
    assert_eq!(
        work["seriesMemberships"][0]["series"]["titleWithSubtitle"],
        "Lamps"
    );
    assert_eq!(work["subjectCodes"][0]["__typename"], "Thema");
    assert_eq!(work["subjectCodes"][0]["scheme"], "THEMA");
    assert_eq!(work["bics"], json!(["FA"]));
    assert_eq!(
        work["products"],
        json!([
            { "__typename": "PhysicalBookProduct", "id": 20_001, "fullTitle": "The Lamp",
              "isbn": { "isbn13": "9781800000018", "isbnWithDashes": "978-1-80000-001-8",
                        "isbn10": "1800000014" } },
            { "__typename": "ElectronicBookProduct", "id": 20_002, "fullTitle": "The Lamp",
              "isbn": null },
        ])
    );
}

#[tokio::test]
async fn pages_go_by_after_until_one_is_empty() {
    let account = Account::with(Options {
        page: 2,
        ..Options::default()
    })
    .await;
    let (mut after, mut pages) = (0, Vec::new());
    loop {
        let page = account
            .ask(
                "query($a: Int) { works(workSearch: {after: $a}) { id } }",
                json!({ "a": after }),
            )
            .await;
        let page = ids(&page["data"]["works"]);
        let Some(last) = page.last() else { break };
        after = *last;
        pages.push(page);
    }
    assert_eq!(pages, [vec![1001, 1002], vec![1003]]);
}

#[tokio::test]
async fn eq_minds_case_and_cont_does_not() {
    let account = Account::start().await;
    for (search, found) in [
        ("{titleEq: \"The Lamp\"}", vec![1001]),
        ("{titleEq: \"the lamp\"}", vec![]),
        ("{titleCont: \"LAMP\"}", vec![1001, 1002]),
        ("{imprintIdIn: [3]}", vec![1001]),
        ("{contractIdEq: 71}", vec![1001]),
    ] {
        let data = account
            .data(&format!("{{ works(workSearch: {search}) {{ id }} }}"))
            .await;
        assert_eq!(ids(&data["works"]), found, "{search}");
    }
}

#[tokio::test]
async fn products_take_three_searches_and_ignore_an_empty_list_of_types() {
    let account = Account::start().await;
    for (searches, found) in [
        (
            "productSearch: {productTypes: []}",
            vec![20_001, 20_002, 20_003],
        ),
        (
            "productSearch: {productTypes: [ELECTRONIC_BOOK_PRODUCT]}",
            vec![20_002],
        ),
        (
            "productSearch: {onix21ProductFormCodeIn: [BC, DG]}",
            vec![20_001, 20_002],
        ),
        ("workSearch: {titleCont: \"road\"}", vec![20_003]),
        (
            "priceSearch: {currencyCodeIn: [AUD], onixPriceTypeCodeIn: [_02]}",
            vec![20_001],
        ),
        ("priceSearch: {amountLteq: 5}", vec![]),
        ("productSearch: {isbn13Assigned: false}", vec![20_002]),
    ] {
        let data = account
            .data(&format!("{{ products({searches}) {{ id }} }}"))
            .await;
        assert_eq!(ids(&data["products"]), found, "{searches}");
    }
    let data = account
        .data("{ works(productSearch: {isbn13Eq: \"9781800000025\"}) { id } }")
        .await;
    assert_eq!(ids(&data["works"]), [1002]);
}

#[tokio::test]
async fn changed_since_has_the_grain_of_a_day_and_reports_siblings() {
    let account = Account::start().await;
    let works = "{ works(workSearch: {changedSince: \"2026-11-24\"}) { id } }";
    assert_eq!(ids(&account.data(works).await["works"]), [1001, 1002, 1003]);
    let old = json!({ "_updatedOn": "2026-11-23" });
    for path in ["works/1003", "works/1002", "products/20003"] {
        account
            .patch(&format!("/_sandbox/{path}"), old.clone())
            .await;
    }
    account.patch("/_sandbox/works/1002", old).await;
    assert_eq!(
        ids(&account.data(works).await["works"]),
        [1001],
        "by the day"
    );
    account
        .patch("/_sandbox/products/20002", json!({ "asin": "B01" }))
        .await;
    let products = "{ products(productSearch: {changedSince: \"2026-11-24\"}) { id } }";
    assert!(
        ids(&account.data(products).await["products"]).contains(&20_001),
        "the sibling"
    );
}

#[tokio::test]
async fn a_product_answers_in_the_forms_asked_for() {
    let account = Account::start().await;
    let data = account
        .data(
            "{ product(productSearch: {isbn13Eq: \"9781800000018\"}) {
                 onixPublishingStatusCode onixPublishingStatus { code value description }
                 onix21ProductFormCode onix21ProductForm { description }
                 publicationDateString(directives: \"%-d %B %Y\")
                 forSaleCountryCodes notForSaleCountryCodes isForSaleWorldwide subtitle
                 prices(priceSearch: {currencyCodeIn: [GBP]}) {
                   amount amountWithCurrencyCode amountWithCurrencySymbol onixPriceTypeCode }
                 contributions { contributor { name } }
                 marketingTexts(variantIn: [SHORT_DESCRIPTION]) {
                   html: externalText plain: externalText(stripHtml: true)
                   onixContentAudiences { code description } fromDate }
                 ... on PhysicalBookProduct {
                   mm: productHeight cm: productHeight(unit: CM) in: productHeight(unit: IN) } } }",
        )
        .await;
    assert_eq!(
        data["product"],
        json!({
            "onixPublishingStatusCode": "_04",
            "onixPublishingStatus": { "code": "04", "value": "_04", "description": "Active" },
            "onix21ProductFormCode": "BC",
            "onix21ProductForm": { "description": "Paperback / softback" },
            "publicationDateString": "1 October 2026",
            "forSaleCountryCodes": ["GB", "AU"], "notForSaleCountryCodes": ["US"],
            "isForSaleWorldwide": false, "subtitle": "A Novel",
            "prices": [{
                "amount": 9.99, "amountWithCurrencyCode": "GBP 9.99",
                "amountWithCurrencySymbol": "£9.99", "onixPriceTypeCode": "_02",
            }],
            "contributions": [
                { "contributor": { "name": "Ada Quill" } },
                { "contributor": { "name": "Ben Reed" } },
                { "contributor": { "name": "The Lamp Society" } },
            ],
            "marketingTexts": [{
                "html": "<p>A lamp &amp; a stair.</p>", "plain": "A lamp & a stair.",
                "onixContentAudiences": [{ "code": "00", "description": "Unrestricted" }],
                "fromDate": "2026-01-01",
            }],
            "mm": 198.0, "cm": 19.8, "in": 7.7953,
        })
    );
}

#[tokio::test]
async fn what_belongs_to_one_format_is_not_on_another() {
    let account = Account::start().await;
    let data = account
        .data(
            "{ product(productSearch: {idEq: 20002}) { contributions { contributor { name } }
                 supportingResources { id } marketingTexts { id } } }",
        )
        .await;
    let product = &data["product"];
    assert_eq!(
        product["contributions"].as_array().unwrap().len(),
        2,
        "no narrator here"
    );
    assert_eq!(ids(&product["supportingResources"]), [12]);
    assert_eq!(ids(&product["marketingTexts"]), [1, 2]);
}

#[tokio::test]
async fn the_other_roots_answer() {
    let account = Account::start().await;
    let data = account
        .data(
            "{ contacts(contactSearch: {personNameCont: \"quill\"}) { id }
               person(id: 501) { personName }
               organisation(organisationSearch: {nameEq: \"The Lamp Society\"}) { id }
               contract(contractSearch: {idEq: 71}) { signedDate work { id } }
               contracts { id } series { name } imprints { id name } client { worksCount } }",
        )
        .await;
    assert_eq!(
        data,
        json!({
            "contacts": [{ "id": 501 }], "person": { "personName": "Ada Quill" },
            "organisation": { "id": 503 },
            "contract": { "signedDate": "2025-03-01", "work": { "id": 1001 } },
            "contracts": [{ "id": 71 }], "series": [{ "name": "Lamps" }],
            "imprints": [{ "id": 3, "name": "Tern Books" }], "client": { "worksCount": 3 },
        })
    );
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_refused_in_json() {
    let account = Account::start().await;
    let body = json!({ "query": "{ works { id } }" });
    for key in [None, Some("wrong")] {
        let mut call = account.call(Method::POST, "/graphql").json(&body);
        if let Some(key) = key {
            call = call.bearer_auth(key);
        }
        let reply = call.send().await.unwrap();
        assert_eq!(reply.status(), 401, "{key:?}");
        let refusal: Value = reply.json().await.unwrap();
        assert!(refusal["errors"][0]["message"].is_string());
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_request_is_refused() {
    let account = Account::start().await;
    for (body, status) in [
        ("x".repeat(1024 * 1024 + 1), 413),
        ("not json".to_owned(), 400),
    ] {
        let call = account
            .call(Method::POST, "/graphql")
            .bearer_auth(&account.token);
        assert_eq!(call.body(body).send().await.unwrap().status(), status);
    }
}

#[tokio::test]
async fn errors_have_the_shape_of_graphql_ruby() {
    let account = Account::start().await;
    let answer = account.ask("{ works { nonsense } }", json!({})).await;
    assert_eq!(
        answer,
        json!({ "errors": [{
            "message": "Field 'nonsense' doesn't exist on type 'Work'",
            "locations": [{ "line": 1, "column": 11 }],
            "extensions":
                { "code": "undefinedField", "fieldName": "nonsense", "typeName": "Work" },
        }] })
    );
    let answer = account.ask(
        "{ works(workSearch: {changedSince: \"today\"}) { id } }",
        json!({}),
    );
    assert!(
        answer.await["errors"][0]["message"].is_string(),
        "a date is a date"
    );
}

#[tokio::test]
async fn introspection_lists_the_schema() {
    let account = Account::start().await;
    let data = account
        .data(
            "{ __schema { queryType { name } mutationType { name } }
               work: __type(name: \"Work\") { fields { name type { kind } } }
               product: __type(name: \"Product\") { kind possibleTypes { name } } }",
        )
        .await;
    assert_eq!(data["__schema"]["mutationType"]["name"], "Mutation");
    let fields = data["work"]["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["name"] == "projectStage"));
    assert_eq!(data["product"]["kind"], "INTERFACE");
    assert_eq!(
        data["product"]["possibleTypes"].as_array().unwrap().len(),
        7
    );
}

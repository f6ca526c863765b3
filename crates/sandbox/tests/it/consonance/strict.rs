//! Strict mode: only the names that are surely in the real schema.

use sandbox::consonance::Options;
use serde_json::json;

use super::Account;

async fn strict() -> Account {
    Account::with(Options {
        strict: true,
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn a_query_of_sure_names_passes() {
    let account = strict().await;
    let data = account
        .data(
            "{ works(workSearch: {after: 0}, productSearch: {productTypes: []}) {
                 id title projectStage season imprint { name }
                 contributions { onixContributorRoleCode contributor { id name isni } productIds }
                 subjectCodes(schemesIn: [THEMA]) { code description scheme }
                 marketingTexts(variantIn: [SHORT_DESCRIPTION]) { externalText fromDate
                   approvalStatusName onixContentAudienceCodes }
                 supportingResources { id url isProcessing caption }
                 products { id allowOnixExports fullTitle onixPublishingStatusCode
                   onix21ProductFormCode publicationDate forSaleCountryCodes isbn { isbn13 }
                   prices { amount currencyCode onixPriceTypeCode } } }
               contract(contractSearch: {idEq: 71}) { signedDate } }",
        )
        .await;
    assert_eq!(
        data["works"][0]["products"][0]["onixPublishingStatusCode"],
        "_04"
    );
    assert_eq!(data["works"][0]["subjectCodes"][0]["scheme"], "THEMA");
}

#[tokio::test]
async fn names_that_are_not_sure_are_not_there() {
    let account = strict().await;
    for query in [
        "{ works { keywords } }",
        "{ works { marketingTexts { untilDate } } }",
        "{ works { supportingResources { resourceVariant } } }",
        "{ works { supportingResources { url(style: \"x\") } } }",
        "{ products { announcementDate } }",
        "{ contracts { id } }",
        "{ imprints { id } }",
        "{ products(productSearch: {productTypes: [ELECTRONIC_BOOK_PRODUCT]}) { id } }",
    ] {
        let answer = account.ask(query, json!({})).await;
        assert!(answer["errors"][0]["message"].is_string(), "{query}");
        assert_eq!(answer.get("data"), None, "{query}");
    }
}

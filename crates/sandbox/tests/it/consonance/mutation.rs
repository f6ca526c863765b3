//! What the mutations write, read back by a query.

use serde_json::json;

use super::Account;

#[tokio::test]
async fn a_work_and_its_products_are_updated() {
    let account = Account::start().await;
    let data = account
        .data(
            "mutation { updateWork(input: {clientMutationId: \"m1\", id: 1001,
               title: \"Lampless\", projectStageId: 1, themas: [\"FYT\", \"FBA\"],
               products: [{id: 20001, prefix: \"A\", title: \"Dark\",
                           onixPublishingStatusCode: _07}]}) {
               clientMutationId errors { field }
               work { title projectStage subjectCodes(mainOnly: true) { code }
                 products { fullTitle onixPublishingStatusCode } } } }",
        )
        .await;
    assert_eq!(
        data["updateWork"],
        json!({
            "clientMutationId": "m1", "errors": [],
            "work": {
                "title": "Lampless", "projectStage": "Published",
                "subjectCodes": [{ "code": "FYT" }],
                "products": [
                    { "fullTitle": "A Dark", "onixPublishingStatusCode": "_07" },
                    { "fullTitle": "Lampless", "onixPublishingStatusCode": "_02" },
                ],
            },
        })
    );
}

#[tokio::test]
async fn what_is_wrong_is_in_the_payload() {
    let account = Account::start().await;
    for (mutation, field) in [
        ("updateWork(input: {id: 7})", "id"),
        ("updateWork(input: {id: 1001, seasonId: 99})", "seasonId"),
        ("updateProduct(input: {id: 7})", "id"),
        (
            "createMarketingText(input: {workId: 7, externalTextMarkdown: \"x\"})",
            "workId",
        ),
        (
            "createSupportingResource(input: {workId: 1001})",
            "imageRemoteUrl",
        ),
        (
            "createWebLink(input: {link: \"http://x.test\"})",
            "productId",
        ),
        ("deleteWebLink(input: {id: 7})", "id"),
    ] {
        let query = format!("mutation {{ it: {mutation} {{ errors {{ field }} }} }}");
        let answer = account.data(&query).await;
        assert_eq!(
            answer["it"]["errors"],
            json!([{ "field": field }]),
            "{mutation}"
        );
    }
}

#[tokio::test]
async fn a_text_and_a_link_are_made_changed_and_removed() {
    let account = Account::start().await;
    let made = account
        .data(
            "mutation { text: createMarketingText(input: {workId: 1002, variant: DESCRIPTION,
                 externalTextMarkdown: \"One & two\"}) {
                 marketingText { id externalText variant onixContentAudienceCodes } }
               link: createWebLink(input: {productId: 20003, link: \"http://x.test/a\",
                 role: _02}) { webLink { id link role roleDescription } } }",
        )
        .await;
    let text = &made["text"]["marketingText"];
    assert_eq!(text["externalText"], "<p>One &amp; two</p>");
    assert_eq!(text["onixContentAudienceCodes"], json!(["_00"]));
    let link = &made["link"]["webLink"];
    assert_eq!(link["role"], "_02");
    let changed = account
        .data(&format!(
            "mutation {{ deleteMarketingText(input: {{id: {}}}) {{ success }}
               updateWebLink(input: {{id: {}, note: \"seen\"}}) {{ webLink {{ link note }} }} }}",
            text["id"], link["id"]
        ))
        .await;
    assert_eq!(changed["deleteMarketingText"]["success"], true);
    assert_eq!(
        changed["updateWebLink"]["webLink"],
        json!({ "link": "http://x.test/a", "note": "seen" })
    );
    let data = account
        .data("{ work(workSearch: {idEq: 1002}) { marketingTexts { id } products { webLinks { note } } } }")
        .await;
    assert_eq!(
        data["work"],
        json!({ "marketingTexts": [], "products": [{ "webLinks": [{ "note": "seen" }] }] })
    );
}

#[tokio::test]
async fn a_contract_is_signed() {
    let account = Account::start().await;
    let data = account
        .data(
            "mutation { updateContract(input: {id: 71, signedDate: \"2026-02-03\"}) {
               contract { id signedDate contractName work { id } } } }",
        )
        .await;
    assert_eq!(
        data["updateContract"]["contract"],
        json!({ "id": 71, "signedDate": "2026-02-03", "contractName": "Lamp", "work": { "id": 1001 } })
    );
}

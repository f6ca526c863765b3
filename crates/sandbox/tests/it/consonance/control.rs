//! What a test may do to the account from outside.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::Account;

#[tokio::test]
async fn a_patched_work_and_product_read_back_through_graphql() {
    let account = Account::start().await;
    let patch = json!({
        "title": "The Lantern",
        "contributions": [{ "contributor": { "id": 501, "personName": "Ada Pen" } }],
        "products": [
            { "id": 20_002, "isbn": { "isbn13": "978-1-80000-003-2" } },
            { "__typename": "PhysicalAudioProduct" },
        ],
    });
    let document = account.patch("/_sandbox/works/1001", patch).await;
    assert_eq!(
        document["products"].as_array().unwrap().len(),
        3,
        "one is new"
    );
    assert_eq!(document["_updatedOn"], "2026-11-24");
    let data = account
        .data(
            "{ work(workSearch: {idEq: 1001}) { title contributorPrettyList
                 products { __typename isbn { isbn13 } } } }",
        )
        .await;
    assert_eq!(
        data["work"],
        json!({
            "title": "The Lantern", "contributorPrettyList": "Ada Pen",
            "products": [
                { "__typename": "PhysicalBookProduct", "isbn": { "isbn13": "9781800000018" } },
                { "__typename": "ElectronicBookProduct", "isbn": { "isbn13": "9781800000032" } },
                { "__typename": "PhysicalAudioProduct", "isbn": null },
            ],
        })
    );
}

#[tokio::test]
async fn works_come_and_go() {
    let account = Account::start().await;
    let work = json!({ "title": "New", "products": [{ "allowOnixExports": true }] });
    let (status, document) = account.send(Method::POST, "/_sandbox/works", work).await;
    assert_eq!(
        (status, &document["id"]),
        (StatusCode::CREATED, &json!(1004))
    );
    let (status, _) = account
        .send(Method::DELETE, "/_sandbox/works/1001", json!({}))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let data = account
        .data("{ works { id } products { work { id } } }")
        .await;
    assert_eq!(
        data["works"],
        json!([{ "id": 1002 }, { "id": 1003 }, { "id": 1004 }])
    );
    assert_eq!(data["products"].as_array().unwrap().len(), 2);
    let (status, _) = account.get("/_sandbox/works/1001").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_bad_patch_is_refused_with_the_place_and_an_unknown_name_is_named() {
    let account = Account::start().await;
    let path = "/_sandbox/works/1001";
    let (status, body) = account
        .send(Method::PATCH, path, json!({ "products": 7 }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        body["error"].as_str().unwrap().starts_with("products"),
        "{body}"
    );
    let document = account.patch(path, json!({ "projectstage": "x" })).await;
    assert_eq!(document["_unknown"], json!(["projectstage"]));
}

#[tokio::test]
async fn a_nullable_field_that_fails_is_null_in_place() {
    let account = Account::start().await;
    let order = json!({ "type": "Product", "field": "isForSaleWorldwide", "ids": [20_001] });
    let (status, _) = account
        .send(Method::POST, "/_sandbox/field_errors", order)
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let answer = account
        .ask("{ products { id isForSaleWorldwide } }", json!({}))
        .await;
    assert_eq!(
        answer["data"]["products"][0],
        json!({ "id": 20_001, "isForSaleWorldwide": null })
    );
    assert_eq!(answer["data"]["products"].as_array().unwrap().len(), 3);
    assert_eq!(
        answer["errors"][0]["path"],
        json!(["products", 0, "isForSaleWorldwide"])
    );
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_required_field_that_fails_takes_its_parents_with_it() {
    let account = Account::start().await;
    let order = json!({ "type": "Product", "field": "allowOnixExports", "ids": [20_001] });
    account
        .send(Method::POST, "/_sandbox/field_errors", order)
        .await;
    let whole = account
        .ask("{ products { id allowOnixExports } }", json!({}))
        .await;
    assert_eq!(
        whole["data"],
        json!(null),
        "the list may not hold null, nor be null"
    );
    let one =
        "query($id: Int) { work(workSearch: {idEq: $id}) { id products { allowOnixExports } } }";
    let bad = account.ask(one, json!({ "id": 1001 })).await;
    assert_eq!(
        bad["data"],
        json!({ "work": null }),
        "a root that may be null is"
    );
    assert_eq!(
        bad["errors"][0]["path"],
        json!(["work", "products", 0, "allowOnixExports"])
    );
    let good = account.ask(one, json!({ "id": 1002 })).await;
    assert_eq!(
        good["data"]["work"]["products"],
        json!([{ "allowOnixExports": true }])
    );
    account
        .send(Method::DELETE, "/_sandbox/field_errors", json!({}))
        .await;
    let again = account.ask(one, json!({ "id": 1001 })).await;
    assert_eq!(again.get("errors"), None);
}

#[tokio::test]
async fn a_required_field_without_a_value_is_an_error_in_the_services_words() {
    let account = Account::start().await;
    account
        .patch(
            "/_sandbox/products/20003",
            json!({ "allowOnixExports": null }),
        )
        .await;
    let query = "{ product(productSearch: {idEq: 20003}) { id allowOnixExports } }";
    let answer = account.ask(query, json!({})).await;
    assert_eq!(answer["data"], json!({ "product": null }));
    assert_eq!(
        answer["errors"][0]["message"],
        "Cannot return null for non-nullable field PhysicalBookProduct.allowOnixExports"
    );
}

#[tokio::test]
async fn a_faulty_work_fails_its_page_but_not_a_list_of_ids() {
    let account = Account::start().await;
    let order = json!({ "id": 1002, "kind": "status", "status": 500 });
    account
        .send(Method::POST, "/_sandbox/work_faults", order)
        .await;
    let ask = async |query: &str| {
        let call = account
            .call(Method::POST, "/graphql")
            .bearer_auth(&account.token);
        call.json(&json!({ "query": query }))
            .send()
            .await
            .unwrap()
            .status()
    };
    for (query, status) in [
        ("{ works { id title } }", 500),
        ("{ works { id } }", 200),
        ("{ work(workSearch: {idEq: 1001}) { title } }", 200),
        ("{ work(workSearch: {idEq: 1002}) { title } }", 500),
        (
            "{ products(productSearch: {after: 20002}) { fullTitle } }",
            500,
        ),
    ] {
        assert_eq!(ask(query).await, status, "{query}");
    }
}

#[tokio::test]
async fn queries_are_counted_as_reads_and_mutations_as_writes() {
    let account = Account::start().await;
    account.data("{ works { id } }").await;
    account
        .data("mutation { updateWork(input: {id: 1001, title: \"x\"}) { errors { message } } }")
        .await;
    account
        .call(Method::GET, "/resources/11/jpg_rgb_0050w.jpg")
        .send()
        .await
        .unwrap();
    let (_, counters) = account.get("/_sandbox/counters").await;
    assert_eq!(
        (&counters["reads"], &counters["writes"]),
        (&json!(1), &json!(1)),
        "{counters}"
    );
}

#[tokio::test]
async fn a_fault_that_this_side_cannot_play_is_refused() {
    let account = Account::start().await;
    let lie = json!({"kind": "lie", "mutating": true});
    let (status, answer) = account.send(Method::POST, "/_sandbox/faults", lie).await;
    assert_eq!(status, 422, "{answer}");
    let message = answer["error_message"].as_str().unwrap();
    assert!(message.contains("`lie`"), "{message}");
    assert_eq!(account.get("/_sandbox/faults").await.1, json!([]));
    let slow = json!({"kind": "slow", "ms": 1});
    let (status, _) = account.send(Method::POST, "/_sandbox/faults", slow).await;
    assert_eq!(status, 201);
}

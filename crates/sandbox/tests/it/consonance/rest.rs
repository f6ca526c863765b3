//! The older product API.

use reqwest::Method;
use serde_json::{Value, json};

use super::Account;

async fn page(account: &Account, query: &str) -> Value {
    let call = account.call(Method::GET, &format!("/api/v4/products.json{query}"));
    let token = format!("Token token={}", account.token);
    let reply = call.header("Authorization", token).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    reply.json().await.unwrap()
}

#[tokio::test]
async fn products_come_in_the_documented_envelope_and_keys() {
    let account = Account::start().await;
    let page = page(&account, "").await;
    assert_eq!(page["current_page"], 1);
    assert_eq!(page["total_pages"], 1);
    let product = &page["products"][0];
    let keys: Vec<&String> = product.as_object().unwrap().keys().take(6).collect();
    assert_eq!(
        keys,
        [
            "id",
            "work_id",
            "full_title",
            "subtitle",
            "pub_date",
            "publishing_status"
        ]
    );
    assert_eq!(product["isbn"], "978-1-80000-001-8");
    assert_eq!(product["publishing_status"], "04");
    assert_eq!(
        product["measurements"]["product_dimensions_mm"],
        "198 × 129 × 14"
    );
    assert_eq!(
        product["measurements"]["product_dimensions_in"],
        "7.8125 × 5.0625 × 0.5625"
    );
    assert_eq!(product["prices"][0]["price_amount"], "9.99");
    assert_eq!(product["rights_not_available_countries"], json!(["US"]));
    assert_eq!(
        product["all_related_products"],
        json!([{ "relation_code": "06", "isbn": "No ISBN" }])
    );
    assert_eq!(page["products"][1]["isbn"], "No ISBN");
}

#[tokio::test]
async fn filters_narrow_and_a_page_past_the_end_is_empty() {
    let account = Account::start().await;
    for (query, found) in [
        ("?q[id_eq]=20003", vec![20_003]),
        ("?q[isbn_eq]=978-1-80000-001-8", vec![20_001]),
        ("?q[work_title_cont]=ROAD", vec![20_003]),
        ("?q[pub_date_eq]=2026-10-01", vec![20_001]),
        ("?page=2", vec![]),
    ] {
        let page = page(&account, query).await;
        let products = page["products"].as_array().unwrap();
        let ids: Vec<i64> = products
            .iter()
            .map(|one| one["id"].as_i64().unwrap())
            .collect();
        assert_eq!(ids, found, "{query}");
    }
}

#[tokio::test]
async fn the_key_of_graphql_does_not_open_it_in_another_form() {
    let account = Account::start().await;
    let call = account
        .call(Method::GET, "/api/v4/products.json")
        .bearer_auth(&account.token);
    assert_eq!(call.send().await.unwrap().status(), 401);
}

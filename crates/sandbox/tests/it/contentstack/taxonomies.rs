//! Taxonomies, their terms, and entries that carry them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stand, field, titles};

const TERMS: &str = "/v3/taxonomies/subject/terms";

/// A stand with a taxonomy `subject`: F, below it FB, below that FBA; and books that may use it.
async fn subjects() -> Stand {
    let stand = Stand::empty().await;
    let taxonomy = json!({"taxonomy": {"uid": "subject", "name": "Subject"}});
    stand.made("/v3/taxonomies", taxonomy).await;
    for (uid, parent) in [("F", Value::Null), ("FB", json!("F")), ("FBA", json!("FB"))] {
        let term = json!({"term": {"uid": uid, "name": uid, "parent_uid": parent}});
        stand.made(TERMS, term).await;
    }
    let own = json!({"uid": "taxonomies", "display_name": "Subjects", "data_type": "taxonomy",
        "taxonomies": [{"taxonomy_uid": "subject", "max_terms": 2}]});
    let book = json!({"title": "Book", "uid": "book", "schema": [field("title", "text"), own]});
    stand
        .made("/v3/content_types", json!({"content_type": book}))
        .await;
    stand
        .made("/v3/environments", json!({"environment": {"name": "au"}}))
        .await;
    stand
}

fn terms(uids: &[&str]) -> Value {
    uids.iter()
        .map(|uid| json!({"taxonomy_uid": "subject", "term_uid": uid}))
        .collect()
}

#[tokio::test]
async fn a_term_knows_its_place() {
    let stand = subjects().await;
    let term = &stand.get(&format!("{TERMS}/FBA")).await["term"];
    assert_eq!(
        (&term["depth"], &term["taxonomy_uid"]),
        (&json!(3), &json!("subject"))
    );
    let ancestors: Vec<&Value> = term["ancestors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|term| &term["uid"])
        .collect();
    assert_eq!(ancestors, ["F", "FB"]);
    let below = stand
        .get(&format!("{TERMS}/F/descendants?include_count=true"))
        .await;
    assert_eq!(below["count"], 2);
}

#[tokio::test]
async fn limits_and_duplicates_are_refused() {
    let stand = subjects().await;
    let rows = [
        (json!({"uid": "F", "name": "Again"}), "uid"),
        (json!({"uid": "x", "name": "n".repeat(51)}), "name"),
        (json!({"uid": "u".repeat(51), "name": "x"}), "uid"),
        (
            json!({"uid": "x", "name": "x", "parent_uid": "ghost"}),
            "parent_uid",
        ),
    ];
    for (term, place) in rows {
        let (status, body) = stand
            .refused(Method::POST, TERMS, json!({"term": term}))
            .await;
        assert_eq!(status, 422);
        assert!(body["errors"].get(place).is_some(), "{body}");
    }
    let mut parent = "FBA".to_owned();
    for depth in 4..=11 {
        let uid = format!("deep{depth}");
        let term = json!({"term": {"uid": uid, "name": uid, "parent_uid": parent}});
        let (status, _) = stand.manage(Method::POST, TERMS, term).await;
        assert_eq!(status, if depth <= 10 { 201 } else { 422 }, "depth {depth}");
        parent = uid;
    }
}

#[tokio::test]
async fn an_entry_carries_known_terms_only_and_not_too_many() {
    let stand = subjects().await;
    let path = "/v3/content_types/book/entries";
    for wrong in [terms(&["ghost"]), terms(&["F", "FB", "FBA"])] {
        let entry = json!({"entry": {"title": "A", "taxonomies": wrong}});
        let (_, body) = stand.refused(Method::POST, path, entry).await;
        assert!(body["errors"].get("taxonomies").is_some(), "{body}");
    }
    let uid = stand
        .book(json!({"title": "A", "taxonomies": terms(&["F", "FBA"])}))
        .await;
    let entry = stand.get(&format!("{path}/{uid}")).await;
    assert_eq!(entry["entry"]["taxonomies"], terms(&["F", "FBA"]));
}

#[tokio::test]
async fn entries_are_found_by_term_and_by_its_kin() {
    let stand = subjects().await;
    for (title, term) in [("A", "F"), ("B", "FB"), ("C", "FBA")] {
        let uid = stand
            .book(json!({"title": title, "taxonomies": terms(&[term])}))
            .await;
        let entry = format!("book/entries/{uid}");
        stand
            .publish("publish", &entry, json!(["au"]), json!(["en-us"]))
            .await;
    }
    for (query, expected) in [
        (r#"{"taxonomies.subject":"FB"}"#, vec!["B"]),
        (
            r#"{"taxonomies.subject":{"$eq_below":"FB"}}"#,
            vec!["B", "C"],
        ),
        (r#"{"taxonomies.subject":{"$below":"F"}}"#, vec!["B", "C"]),
        (r#"{"taxonomies.subject":{"$above":"FBA"}}"#, vec!["A", "B"]),
    ] {
        let served = stand
            .delivered("au", &[("query", query), ("asc", "title")])
            .await;
        assert_eq!(titles(&served), expected, "{query}");
    }
}

#[tokio::test]
async fn a_taxonomy_is_delivered_once_it_is_published() {
    let stand = subjects().await;
    let (_, before) = stand.deliver("au", "/v3/taxonomies").await;
    assert_eq!(before["taxonomies"], json!([]));
    let body = json!({"environments": ["au"], "locales": ["en-us"], "items": [{"uid": "subject"}]});
    let done = stand
        .done(Method::POST, "/v3/taxonomies/publish", body)
        .await;
    let job = stand
        .get(&format!(
            "/v3/bulk/jobs/{}",
            done["job_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(job["status"], "complete");
    let (status, served) = stand.deliver("au", TERMS).await;
    assert_eq!(
        (status, served["terms"].as_array().unwrap().len()),
        (200, 3)
    );
}

#[tokio::test]
async fn removal_needs_force_where_something_hangs_below() {
    let stand = subjects().await;
    stand
        .refused(Method::DELETE, &format!("{TERMS}/FB"), Value::Null)
        .await;
    let (status, _) = stand
        .manage(
            Method::DELETE,
            &format!("{TERMS}/FB?force=true"),
            Value::Null,
        )
        .await;
    assert_eq!(status, 204);
    assert_eq!(stand.get(TERMS).await["terms"].as_array().unwrap().len(), 1);
    stand
        .refused(Method::DELETE, "/v3/taxonomies/subject", Value::Null)
        .await;
    let (status, _) = stand
        .manage(
            Method::DELETE,
            "/v3/taxonomies/subject?force=true",
            Value::Null,
        )
        .await;
    assert_eq!(status, 204);
}

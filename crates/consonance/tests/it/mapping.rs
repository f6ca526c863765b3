//! What a work says, in the catalogue's terms.

use std::collections::BTreeMap;

use catalogue::codes::TextType;
use catalogue::country::CountryCode;
use catalogue::product::Scope;
use catalogue::rights::Sale;
use catalogue::work::Work;
use consonance::{Fetched, WorkId};
use serde_json::{Value, json};

use super::double::{Double, work};

const RICH: &str = include_str!("../data/work.json");

async fn read(document: Value) -> Work {
    let id = document["id"].as_i64().unwrap();
    let double = Double::holding(vec![document], 50, BTreeMap::new()).await;
    match double.source().await.work(WorkId::new(id)).await.unwrap() {
        Fetched::Work(fetched) => fetched.work,
        other => panic!("{other:?}"),
    }
}

fn rich() -> Value {
    serde_json::from_str(RICH).unwrap()
}

#[tokio::test]
async fn a_rich_work_is_read_whole() {
    let mut work = read(rich()).await;
    let findings = std::mem::take(&mut work.findings);
    insta::assert_json_snapshot!("rich_work", work);
    let findings: Vec<String> = findings
        .iter()
        .map(|finding| format!("{finding} [{}]", finding.at))
        .collect();
    insta::assert_snapshot!("rich_findings", findings.join("\n"));
}

#[tokio::test]
async fn reading_twice_reads_the_same() {
    let (one, two) = (read(rich()).await, read(rich()).await);
    assert_eq!(
        serde_json::to_string(&one).unwrap(),
        serde_json::to_string(&two).unwrap()
    );
}

#[tokio::test]
async fn rights_follow_the_three_lists() {
    let work = read(rich()).await;
    let sale = |product: usize, country: &str| {
        let rights = work.products[product].rights.as_ref().unwrap().resolve();
        rights.sale(CountryCode::parse(country).unwrap())
    };
    assert_eq!(sale(0, "GB"), Sale::ForSale);
    assert_eq!(sale(0, "US"), Sale::NotForSale);
    assert_eq!(sale(0, "AU"), Sale::Unknown, "on no list");
    assert_eq!(sale(1, "GB"), Sale::Unknown, "no list at all");
    assert_eq!(sale(2, "AU"), Sale::ForSale, "worldwide");
    assert_eq!(sale(2, "CN"), Sale::NotForSale, "worldwide but there");
}

#[tokio::test]
async fn kinds_and_formats_of_texts_come_from_products_where_texts_cannot_say() {
    let text = |id: i64| {
        json!({
            "id": id, "externalText": format!("{id}"), "approvalStatusName": null,
            "onixContentAudienceCodes": [], "fromDate": null, "dateReleased": null
        })
    };
    let mut book = work(1);
    book["marketingTexts"] = json!([text(11), text(12), text(13)]);
    let mut second = book["products"][0].clone();
    second["id"] = json!(20);
    book["products"].as_array_mut().unwrap().push(second);
    book["products"][0]["shortTexts"] = json!([{ "id": 11 }]);
    book["products"][0]["linkedTexts"] = json!([{ "id": 11 }, { "id": 12 }]);
    book["products"][1]["shortTexts"] = json!([]);
    book["products"][1]["linkedTexts"] = json!([{ "id": 12 }]);
    let work = read(book).await;
    let kinds: Vec<TextType> = work.texts.iter().map(|text| text.kind).collect();
    assert_eq!(
        kinds,
        [
            TextType::SHORT_DESCRIPTION,
            TextType::DESCRIPTION,
            TextType::DESCRIPTION
        ]
    );
    let first = &work.products[0].key;
    let scopes: Vec<&Scope> = work.texts.iter().map(|text| &text.products).collect();
    assert_eq!(
        scopes,
        [
            &Scope::only(first.clone()),
            &Scope::All,
            &Scope::Only(Default::default())
        ]
    );
}

#[tokio::test]
async fn a_mark_changes_with_each_field_that_tells_of_a_change() {
    let mark = async |field: Option<(&str, Value)>| {
        let mut document = rich();
        if let Some((name, value)) = field {
            document["supportingResources"][0][name] = value;
        }
        read(document).await.resources[0].updated.clone().unwrap()
    };
    let before = mark(None).await;
    assert_eq!(mark(None).await, before);
    for (name, value) in [
        ("updatedAt", json!("2026-10-02T09:00:00Z")),
        ("createdAt", json!("2026-10-02T09:00:00Z")),
        ("fileSize", json!(240_001)),
        ("filename", json!("other.jpg")),
        ("width", json!(1)),
        ("height", json!(1)),
    ] {
        assert_ne!(mark(Some((name, value))).await, before, "{name}");
    }
    assert_eq!(
        mark(Some(("caption", json!("else")))).await,
        before,
        "a caption is not the file"
    );
}

#[tokio::test]
async fn an_announcement_date_in_doubt_keeps_the_product_back() {
    let mut document = rich();
    document["products"][0]["announcementDate"] = json!("next spring");
    let work = read(document).await;
    assert_eq!(
        work.products[0].approval,
        catalogue::product::Approval::Unreadable
    );
}

//! A source that fails takes nothing down, and a gate that cannot be read lets nothing through.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use site::content_model::Names;
use site::policy::{CataloguePage, PageKind};
use sync::Error;
use sync::engine::Options;
use sync::model::{apply, plan};
use sync::pull::Source;

use crate::house::{House, noon, same};
use crate::stage::spec;
use crate::walk::asked_for_files;

const BOOK: &str = "consonance:work:1001";
const HARDBACK: i64 = 20001;

#[tokio::test]
async fn a_source_that_does_not_answer_takes_nothing_down() {
    for fault in [
        json!({"path": "/graphql", "kind": "status", "status": 500}),
        json!({"path": "/graphql", "kind": "status", "status": 401}),
        json!({"path": "/graphql", "kind": "status", "status": 200, "content_type": "text/html"}),
        json!({"path": "/graphql", "kind": "reset_before"}),
        json!({"path": "/graphql", "kind": "truncate"}),
    ] {
        let house = House::with(4).await;
        house.sync_fully().await;
        let (shown, changes) = (house.shown().await, house.stage.changes().await);
        house.at_source(Method::POST, "faults", fault.clone()).await;
        let error = house.try_sync(&Options::at(noon())).await.unwrap_err();
        assert!(error.code().starts_with("FL-0"), "{fault}: {error}");
        assert_eq!(house.stage.changes().await, changes, "{fault}");
        same(&house.shown().await, &shown, &fault.to_string());
    }
}

#[tokio::test]
async fn a_gate_that_cannot_be_read_anywhere_makes_the_source_a_failing_one() {
    let house = House::with(4).await;
    house.sync_fully().await;
    let (shown, changes) = (house.shown().await, house.stage.changes().await);
    let unreadable = json!({"type": "Product", "field": "allowOnixExports"});
    house
        .at_source(Method::POST, "field_errors", unreadable)
        .await;
    for work in [1001, 1002] {
        let title = json!({"title": format!("Anew {work}")});
        house
            .at_source(Method::PATCH, &format!("works/{work}"), title)
            .await;
    }
    let error = house.try_sync(&Options::at(noon())).await.unwrap_err();
    assert!(matches!(error, Error::SourceFailing { .. }), "{error}");
    assert!(error.is_question());
    assert_eq!(house.stage.changes().await, changes);
    same(&house.shown().await, &shown, "nothing new, nothing down");
}

#[tokio::test]
async fn a_gate_that_cannot_be_read_on_one_record_closes_that_record() {
    let house = House::with(4).await;
    house.sync_fully().await;
    let document = house
        .at_source(Method::GET, &format!("products/{HARDBACK}"), Value::Null)
        .await;
    let isbn = document["isbn13"].as_str().unwrap().replace('-', "");
    let unreadable = json!({"type": "Product", "field": "allowOnixExports", "ids": [HARDBACK]});
    house
        .at_source(Method::POST, "field_errors", unreadable)
        .await;
    house
        .at_source(
            Method::PATCH,
            "works/1001",
            json!({"season": "Spring 2031"}),
        )
        .await;
    let report = house.sync().await;
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    let books = house.served("gb", "book").await;
    if let Some(book) = books.get(BOOK) {
        let formats = book["formats"].as_array().unwrap();
        assert!(
            formats.iter().all(|format| format["isbn13"] != isbn),
            "{formats:?}"
        );
    }
    assert_eq!(
        books.len(),
        4 - usize::from(!books.contains_key(BOOK)),
        "the others stay"
    );
    let told = report
        .findings
        .iter()
        .any(|finding| finding.message.contains("allowOnixExports"))
        || report.summary.rejected > 0;
    assert!(told, "{:?}", report.findings);
}

#[tokio::test]
async fn two_runs_at_once_are_refused() {
    let house = House::with(1).await;
    let _first = house.open_store().await.unwrap();
    let error = house.open_store().await.unwrap_err();
    assert_eq!(error.code(), "FL-0504", "{error}");
}

#[tokio::test]
async fn the_installations_names_hold_through_the_whole_walk() {
    let mut house = House::with(4).await;
    let names = [
        ("book", "title_page"),
        ("imprint", "brand"),
        ("book.cta", "call"),
        ("book.formats.isbn13", "ean"),
        ("book.source_key", "origin"),
        ("book.cover", "front"),
        ("imprint.source_key", "origin"),
    ];
    house.names = Names(
        names
            .iter()
            .map(|(ours, own)| ((*ours).into(), (*own).into()))
            .collect::<BTreeMap<_, _>>(),
    );
    let mut spec = spec();
    spec.names = house.names.clone();
    let model = plan(&house.stage.stack, &spec).await.unwrap();
    apply(&house.stage.stack, &model, false).await.unwrap();
    house.sync_fully().await;
    let entries = house
        .stage
        .manage(Method::GET, "content_types/title_page/entries", None)
        .await;
    let book = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["origin"] == BOOK)
        .unwrap();
    assert!(
        book["formats"][0]["ean"].is_string()
            && book["call"].is_string()
            && book["front"].is_object(),
        "{book}"
    );
    assert_eq!(book["imprint"][0]["_content_type_uid"], "brand");
    let plain = house
        .stage
        .manage(Method::GET, "content_types/book/entries", None)
        .await;
    assert_eq!(plain["entries"], json!([]));
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    house.lose_ledger();
    assert_eq!(house.stage.changes().await, changes);
    house.sync_fully().await;
    let again = house
        .stage
        .manage(Method::GET, "content_types/title_page/entries", None)
        .await;
    assert_eq!(
        again["entries"].as_array().unwrap().len(),
        entries["entries"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn a_stack_without_taxonomies_holds_the_same_books() {
    let mut house = House::with(4).await;
    let with = house.sync_fully().await;
    let mut without = House::with(4).await;
    without.policy.taxonomies = false;
    let fault = json!({"path": "/v3/taxonomies*", "kind": "status", "status": 403});
    without.stage.fault(fault).await;
    let report = without.sync_fully().await;
    assert_eq!(report.summary.written, with.summary.written);
    assert_eq!(house.titles("gb").await, without.titles("gb").await);
    // A field that is no longer written does not make the next run start over.
    house.policy.taxonomies = false;
    house.sync_fully().await;
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(house.stage.changes().await, changes);
}

#[tokio::test]
async fn a_catalogue_page_stands_beside_its_books() {
    let mut house = House::with(6).await;
    house.policy.catalogue_pages = vec![CataloguePage {
        kind: PageKind::Imprint,
        value: "Pellwick & Rowe".into(),
        title: None,
    }];
    house.sync_fully().await;
    let pages = house.served("gb", "catalogue_page").await;
    assert_eq!(pages.len(), 1, "{pages:?}");
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(house.stage.changes().await, changes);
}

#[tokio::test]
async fn a_site_that_is_new_gets_all_and_the_old_one_nothing_anew() {
    let mut house = House::with(4).await;
    let both = house.sites.clone();
    let only_gb = both
        .iter()
        .filter(|site| site.id.0 == "gb")
        .cloned()
        .collect();
    house.sites = site::policy::Sites::new(only_gb).unwrap();
    house.sync_fully().await;
    house.sites = both;
    let before = house.served("gb", "book").await;
    house.sync_fully().await;
    assert_eq!(
        house.titles("au").await.len(),
        house.titles("gb").await.len()
    );
    let publications = |books: &BTreeMap<String, Value>| {
        books
            .iter()
            .map(|(key, book)| (key.clone(), book["publish_details"]["time"].clone()))
            .collect::<Vec<_>>()
    };
    let after = house.served("gb", "book").await;
    assert_eq!(
        publications(&before),
        publications(&after),
        "the old site was published anew"
    );
}

/// A record of a paperback that may be sold everywhere.
fn record(reference: &str, isbn: &str, title: &str) -> String {
    format!(
        "<Product><RecordReference>{reference}</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>{title}</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <PublishingDetail><PublishingStatus>04</PublishingStatus><PublishingDate>\
         <PublishingDateRole>01</PublishingDateRole><Date>20260301</Date></PublishingDate><SalesRights>\
         <SalesRightsType>01</SalesRightsType><Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>\
         </SalesRights></PublishingDetail></Product>"
    )
}

#[tokio::test]
async fn a_record_that_is_read_well_clears_its_rejected_copies() {
    let house = House::with(0).await;
    let at_noon = Options::at(noon());
    // The older copy could not be taken in, nor could a record of which nothing else is known.
    let older = record("pellwick.1", "9781839910006", "The Old Road")
        + &record("pellwick.2", "9781839910013", "The Ropewalk");
    let source = house.onix("older.xml", &older);
    house.try_sync_from(source, &at_noon).await.unwrap();
    let rejected = house.rejected().await;
    assert_eq!(rejected.len(), 2, "{rejected:?}");

    let newer = record("pellwick.1", "9781839910005", "The Salt Road");
    let source = house.onix("newer.xml", &newer);
    house.try_sync_from(source, &at_noon).await.unwrap();
    let left = house.rejected().await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left.iter().all(|key| key.as_str().contains("pellwick.2@")));

    // A replay of all that ever was rejected leaves the newer one standing.
    let replay = Options {
        only: Some(rejected.into_iter().collect::<BTreeSet<_>>()),
        command: "replay",
        ..Options::at(noon())
    };
    house.try_sync_from(Source::Kept, &replay).await.unwrap();
    let titles: Vec<String> = house.titles("gb").await.into_values().collect();
    assert_eq!(titles, ["The Salt Road"]);
}

/// A title whose cover lies at an address that tells no change.
fn with_cover(title: &str, link: &str) -> String {
    format!(
        "<Product><RecordReference>pellwick.1</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781839910005</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>{title}</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <CollateralDetail><SupportingResource><ResourceContentType>01</ResourceContentType>\
         <ContentAudience>00</ContentAudience><ResourceMode>03</ResourceMode><ResourceVersion>\
         <ResourceForm>02</ResourceForm><ResourceLink>{link}</ResourceLink></ResourceVersion>\
         </SupportingResource></CollateralDetail>\
         <PublishingDetail><PublishingStatus>04</PublishingStatus><PublishingDate>\
         <PublishingDateRole>01</PublishingDateRole><Date>20260301</Date></PublishingDate><SalesRights>\
         <SalesRightsType>01</SalesRightsType><Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>\
         </SalesRights></PublishingDetail></Product>"
    )
}

#[tokio::test]
async fn a_file_that_tells_no_change_and_was_asked_for_in_vain_is_asked_for_again() {
    let house = House::with(1).await;
    house.sync().await;
    let store = house.open_store().await.unwrap();
    let files = store.ledger().await.unwrap().files;
    let (link, _) = files.keys().next().unwrap().clone();
    drop(store);
    let read = async |name: &str, title: &str, minutes: i64| {
        let before = asked_for_files(&house).await;
        let source = house.onix(name, &with_cover(title, &link));
        let options = Options::at(noon() + SignedDuration::from_mins(minutes));
        house.try_sync_from(source, &options).await.unwrap();
        asked_for_files(&house).await - before
    };
    assert_eq!(read("first.xml", "The Salt Road", 0).await, 1);
    assert_eq!(read("again.xml", "The Salt Road", 1).await, 0);
    let gone = json!({"path": "/resources/*", "kind": "status", "status": 404});
    house.at_source(Method::POST, "faults", gone).await;
    assert_eq!(
        read("changed.xml", "The Salt Roads", 2).await,
        1,
        "it may have changed"
    );
    house.at_source(Method::DELETE, "faults", Value::Null).await;
    assert_eq!(read("waits.xml", "The Salt Roads", 3).await, 0);
    assert_eq!(
        read("later.xml", "The Salt Roads", 13).await,
        1,
        "nobody has seen whether it changed"
    );
    assert_eq!(read("then.xml", "The Salt Roads", 60).await, 0);
}

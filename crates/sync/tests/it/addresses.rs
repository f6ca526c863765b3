//! A change of address from end to end: the page at its new address, and what was left leading to it.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::identity::Answers;
use catalogue::key::WorkKey;
use jiff::ToSpan as _;
use reqwest::Method;
use serde_json::Value;
use site::policy::{Destination, Hidden, Sites};
use store::addresses::AddressChange;
use store::holds::KeptHold;
use sync::engine::{Options, memory};
use uuid::Uuid;

use crate::holds::{hold_title, lift};
use crate::house::{House, noon, site};
use crate::places::sharing;

/// Moves a page, as the command does; returns where it was, empty where it was nowhere.
pub(crate) async fn move_page(house: &House, key: &str, to: &str) -> String {
    let store = house.open_store().await.unwrap();
    let ledger = store.ledger().await.unwrap();
    let entry = ("book".to_owned(), key.to_owned());
    let from = ledger.urls.get(&entry).cloned();
    let change = AddressChange {
        id: Uuid::now_v7().to_string(),
        kind: "book".to_owned(),
        source_key: key.to_owned(),
        from: from.clone(),
        to: to.to_owned(),
        reason: "a better name".to_owned(),
        changed_by: "ida".to_owned(),
        changed_at: noon(),
    };
    store.change_address(&change).await.unwrap();
    from.unwrap_or_default()
}

/// What leads where on a site.
async fn led(house: &House, site: &str) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let redirects = house.served(site, "redirect").await;
    redirects
        .values()
        .map(|redirect| {
            assert_eq!(redirect["status"].as_f64(), Some(301.0));
            (text(&redirect["from_url"]), text(&redirect["to_url"]))
        })
        .collect()
}

async fn url(house: &House, site: &str, key: &str) -> Option<String> {
    let served = house.served(site, "book").await;
    Some(served.get(key)?["url"].as_str().unwrap().to_owned())
}

fn leading(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned());
    pairs.iter().map(owned).collect()
}

/// A house and the key of a book that both its sites serve.
async fn house() -> (House, String) {
    let house = House::with(6).await;
    house.sync().await;
    let [au, gb]: [BTreeSet<String>; 2] = [
        house.titles("au").await.into_keys().collect(),
        house.titles("gb").await.into_keys().collect(),
    ];
    let key = au.intersection(&gb).next().unwrap().clone();
    (house, key)
}

#[tokio::test]
async fn a_page_moves_and_what_it_left_leads_there_without_chains_or_loops() {
    let (house, key) = house().await;
    let first = move_page(&house, &key, "/books/second").await;
    house.sync().await;
    for site in ["au", "gb"] {
        assert_eq!(
            url(&house, site, &key).await.as_deref(),
            Some("/books/second")
        );
        assert_eq!(
            led(&house, site).await,
            leading(&[(&first, "/books/second")]),
            "{site}"
        );
    }
    let again = house.sync().await;
    assert_eq!(
        (again.summary.calls.write, again.summary.calls.bulk),
        (0, 0),
        "it is done once"
    );

    move_page(&house, &key, "/books/third").await;
    house.sync().await;
    let straight = leading(&[(&first, "/books/third"), ("/books/second", "/books/third")]);
    assert_eq!(led(&house, "gb").await, straight);

    move_page(&house, &key, &first).await;
    house.sync().await;
    assert_eq!(
        url(&house, "gb", &key).await.as_deref(),
        Some(first.as_str())
    );
    let back = leading(&[("/books/second", &first), ("/books/third", &first)]);
    assert_eq!(
        led(&house, "gb").await,
        back,
        "nothing stands before the page"
    );
}

#[tokio::test]
async fn a_redirect_goes_with_its_page_and_comes_back_with_it() {
    let (house, key) = house().await;
    let first = move_page(&house, &key, "/books/second").await;
    house.sync().await;
    let work = WorkKey::new(key.as_str());
    let (_, hold) = hold_title(&house, &work, Some("gb")).await;
    assert!(
        led(&house, "gb").await.is_empty(),
        "it would tell of a title that is held"
    );
    assert_eq!(
        led(&house, "au").await,
        leading(&[(&first, "/books/second")])
    );
    lift(&house, &hold).await;
    house.sync().await;
    assert_eq!(
        led(&house, "gb").await,
        leading(&[(&first, "/books/second")])
    );

    house.forbid(work.id().parse().unwrap()).await;
    house.sync().await;
    for site in ["au", "gb"] {
        assert_eq!(url(&house, site, &key).await, None);
        assert!(led(&house, site).await.is_empty(), "{site}");
    }
}

#[tokio::test]
async fn an_address_that_was_never_public_leads_nowhere() {
    let (first, key) = house().await;
    drop(first);
    // The same house before it ever published.
    let house = House::with(6).await;
    let store = house.open_store().await.unwrap();
    let hold = KeptHold {
        id: Uuid::now_v7(),
        work: key.clone(),
        site: None,
        until: noon() + 48.hours(),
        reason: "not named yet".into(),
        placed_by: "ida".into(),
        placed_at: noon(),
        lifted_by: None,
        lifted_at: None,
    };
    store.place_hold(&hold).await.unwrap();
    drop(store);
    house.sync().await;
    assert_eq!(move_page(&house, &key, "/books/working-title").await, "");
    house.sync().await;
    let working = move_page(&house, &key, "/books/a-title").await;
    assert_eq!(working, "/books/working-title");
    lift(&house, &hold).await;
    house.sync().await;
    for site in ["au", "gb"] {
        let at = url(&house, site, &key).await;
        assert_eq!(at.as_deref(), Some("/books/a-title"));
        assert!(led(&house, site).await.is_empty(), "{site}");
    }
    // From the one that became public something leads.
    move_page(&house, &key, "/books/another-title").await;
    house.sync().await;
    let leads = leading(&[("/books/a-title", "/books/another-title")]);
    assert_eq!(led(&house, "gb").await, leads);
}

#[tokio::test]
async fn a_lost_state_file_loses_no_redirect_and_makes_none_twice() {
    let (mut house, key) = house().await;
    let first = move_page(&house, &key, "/books/second").await;
    house.sync().await;
    let before = (house.shown().await, house.stored().await);
    house.lose_ledger();
    house.sync().await;
    assert_eq!(
        led(&house, "gb").await,
        leading(&[(&first, "/books/second")])
    );
    assert_eq!((house.shown().await, house.stored().await), before);
    // Nor is the address free for anybody else.
    let store = house.open_store().await.unwrap();
    let memory = memory(&store.ledger().await.unwrap());
    let left: Vec<&str> = memory.moves.left().map(|(_, url)| url).collect();
    assert_eq!(left, [first.as_str()]);
}

#[tokio::test]
async fn nothing_leads_to_a_page_that_has_not_moved_yet() {
    let (house, key) = house().await;
    let first = move_page(&house, &key, "/books/second").await;
    let uid = house.stored().await[&format!("book {key}")].clone();
    let path = format!("/v3/content_types/book/entries/{uid}");
    house
        .stage
        .fault(serde_json::json!({
            "method": "PUT", "path": path, "kind": "status", "status": 422, "times": 9
        }))
        .await;
    let refused = house.sync().await;
    assert_eq!(refused.summary.outcome, "partial");
    assert_eq!(url(&house, "gb", &key).await, Some(first.clone()));
    assert!(
        led(&house, "gb").await.is_empty(),
        "it would stand before the page"
    );
    house.stage.no_faults().await;
    house.sync_fully().await;
    assert_eq!(
        led(&house, "gb").await,
        leading(&[(&first, "/books/second")])
    );
}

/// Keeps a title from a site before anything of it is published there.
async fn withhold(house: &House, key: &str, site: &str) {
    let store = house.open_store().await.unwrap();
    let hold = KeptHold {
        id: Uuid::now_v7(),
        work: key.to_owned(),
        site: Some(site.to_owned()),
        until: noon() + 48.hours(),
        reason: "not there".into(),
        placed_by: "ida".into(),
        placed_at: noon(),
        lifted_by: None,
        lifted_at: None,
    };
    store.place_hold(&hold).await.unwrap();
}

#[tokio::test]
async fn a_lost_state_file_keeps_the_address_of_a_page_that_the_master_locales_market_hides() {
    let (first, key) = house().await;
    drop(first);
    let mut house = House::with(6).await;
    let mut home = site("us", "USD", "America/New_York");
    home.destination = Destination {
        environment: "production-gb".to_owned(),
        locale: "en-us".to_owned(),
    }
    .into();
    let sites = house.sites.iter().cloned().chain([home]);
    house.sites = Sites::new(sites.collect()).unwrap();
    withhold(&house, &key, "us").await;
    house.sync().await;
    let from = move_page(&house, &key, "/books/second").await;
    house.sync().await;
    let before = (house.shown().await, house.stored().await);
    assert_eq!(
        url(&house, "gb", &key).await.as_deref(),
        Some("/books/second")
    );
    house.lose_ledger();
    withhold(&house, &key, "us").await;
    house.sync().await;
    assert_eq!(
        url(&house, "gb", &key).await.as_deref(),
        Some("/books/second"),
        "what the master locale does not tell stands in the others"
    );
    assert_eq!(
        led(&house, "gb").await,
        leading(&[(&from, "/books/second")])
    );
    assert_eq!((house.shown().await, house.stored().await), before);
}

#[tokio::test]
async fn a_stack_without_redirects_is_told_to_apply_the_model_when_the_first_is_due() {
    let (house, key) = house().await;
    move_page(&house, &key, "/books/second").await;
    // Whatever else is due is done by a run that is refused the redirect.
    house
        .stage
        .fault(serde_json::json!({
            "method": "POST", "path": "/v3/content_types/redirect/entries", "kind": "status",
            "status": 422, "times": 9
        }))
        .await;
    assert_eq!(house.sync().await.summary.outcome, "partial");
    house.stage.no_faults().await;
    house
        .stage
        .manage(Method::DELETE, "content_types/redirect?force=true", None)
        .await;
    let error = house.try_sync(&Options::at(noon())).await.unwrap_err();
    assert_eq!(error.code(), "FL-0604");
    assert!(
        error.to_string().contains("content type redirect"),
        "{error}"
    );
}

/// A title on all markets that names another as its edition, if any.
fn record(reference: &str, isbn: &str, title: &str, edition_of: Option<&str>) -> String {
    let related = edition_of.map_or_else(String::new, |isbn| {
        format!(
            "<RelatedMaterial><RelatedProduct><ProductRelationCode>06</ProductRelationCode>\
             <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
             </RelatedProduct></RelatedMaterial>"
        )
    });
    format!(
        "<Product><RecordReference>{reference}</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>{title}</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <PublishingDetail><PublishingStatus>04</PublishingStatus><PublishingDate>\
         <PublishingDateRole>01</PublishingDateRole><Date>20260301</Date></PublishingDate><SalesRights>\
         <SalesRightsType>01</SalesRightsType><Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>\
         </SalesRights></PublishingDetail>{related}</Product>"
    )
}

#[tokio::test]
async fn the_last_address_of_a_title_that_was_merged_leads_to_the_one_that_remains() {
    let house = House::with(0).await;
    let [salt, water] = ["9781839910005", "9781839910012"];
    let read = async |name: &str, edition_of| {
        let records = [
            record("pellwick.1", salt, "The Salt Road", None),
            record("pellwick.2", water, "Low Water", edition_of),
        ];
        let options = Options {
            answers: Answers {
                merge: true,
                split: false,
            },
            ..Options::at(noon())
        };
        let source = house.onix(name, &records.concat());
        house.try_sync_from(source, &options).await.unwrap()
    };
    read("apart.xml", None).await;
    let apart = addresses(&house).await;
    assert_eq!(apart.len(), 2, "{apart:?}");
    read("together.xml", Some(salt)).await;
    let together = addresses(&house).await;
    assert_eq!(together.len(), 1, "{together:?}");
    let (to, left): (&String, Vec<&String>) = (
        together.first().unwrap(),
        apart.difference(&together).collect(),
    );
    assert_eq!(led(&house, "gb").await, leading(&[(left[0], to)]));
    assert_eq!(led(&house, "au").await, leading(&[(left[0], to)]));
    let again = read("again.xml", Some(salt)).await;
    assert_eq!(again.summary.calls.write + again.summary.calls.bulk, 0);
}

#[tokio::test]
async fn a_hold_of_a_title_that_is_merged_holds_the_one_that_remains() {
    let house = House::with(0).await;
    let [salt, water] = ["9781839910005", "9781839910012"];
    let read = async |name: &str, edition_of, merge| {
        let records = [
            record("pellwick.1", salt, "The Salt Road", None),
            record("pellwick.2", water, "Low Water", edition_of),
        ];
        let options = Options {
            answers: Answers {
                merge,
                split: false,
            },
            ..Options::at(noon())
        };
        let source = house.onix(name, &records.concat());
        house.try_sync_from(source, &options).await.unwrap();
    };
    read("apart.xml", None, false).await;
    let held = WorkKey::namespaced("onix", "record", "pellwick.2");
    hold_title(&house, &held, Some("gb")).await;
    assert_eq!(addresses(&house).await.len(), 1);
    for name in ["together.xml", "again.xml", "once-more.xml"] {
        read(name, Some(salt), true).await;
        let shown = addresses(&house).await;
        assert!(shown.is_empty(), "{name}: {shown:?}");
    }
}

/// The addresses of the books that readers of the British site get.
async fn addresses(house: &House) -> BTreeSet<String> {
    let books = house.served("gb", "book").await;
    let urls = books.values().map(|book| &book["url"]);
    urls.map(|url| url.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_shield_that_is_refused_holds_back_the_redirect_to_its_page() {
    let house = sharing(6, Hidden::Shield).await;
    house.sync_fully().await;
    let key = "consonance:work:1001";
    let first = move_page(&house, key, "/books/second").await;
    withhold(&house, key, "au").await;
    let uid = house.stored().await[&format!("book {key}")].clone();
    let path = format!("/v3/content_types/book/entries/{uid}");
    house
        .stage
        .fault(serde_json::json!({
            "method": "PUT", "path": path, "kind": "status", "status": 422, "times": 20
        }))
        .await;
    assert_eq!(house.sync().await.summary.outcome, "partial");
    let redirects = house.served("gb", "redirect").await;
    assert!(
        redirects.is_empty(),
        "it would stand before the page: {redirects:?}"
    );
    house.stage.no_faults().await;
    house.sync_fully().await;
    let leads = leading(&[(&first, "/books/second")]);
    assert_eq!(led(&house, "gb").await, leads);
}

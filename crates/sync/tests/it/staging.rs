//! Titles that appear by themselves: written beforehand, published at the instant and not before.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sync::clock::Clock;
use sync::engine::Options;
use sync::pull::Source;

use crate::house::{House, noon};

/// Ten past noon, when the title is announced.
fn ten_past() -> Timestamp {
    "2026-11-24T12:10:00Z".parse().unwrap()
}

/// A clock that somebody sleeping sets forward, and that looks at the stack before it does.
struct Hand<'a> {
    now: Mutex<Timestamp>,
    house: &'a House,
    seen: Mutex<Option<usize>>,
}

impl Clock for Hand<'_> {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep_until(&self, instant: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let titles = self.house.titles("gb").await.len();
            *self.seen.lock().unwrap() = Some(titles);
            *self.now.lock().unwrap() = instant;
        })
    }
}

fn announced(isbn: &str, title: &str) -> String {
    format!(
        "<Product><RecordReference>pellwick.{isbn}</RecordReference><NotificationType>02</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>{title}</TitleText></TitleElement></TitleDetail>\
         <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>\
         <PersonName>Ada Thorne</PersonName></Contributor></DescriptiveDetail>\
         <PublishingDetail><Imprint><ImprintName>Pellwick</ImprintName></Imprint>\
         <PublishingStatus>02</PublishingStatus><PublishingDate>\
         <PublishingDateRole>01</PublishingDateRole><Date>20270301</Date></PublishingDate><PublishingDate>\
         <PublishingDateRole>09</PublishingDateRole><Date dateformat=\"14\">20261124T121000Z</Date></PublishingDate>\
         <SalesRights><SalesRightsType>01</SalesRightsType><Territory><RegionsIncluded>WORLD</RegionsIncluded>\
         </Territory></SalesRights></PublishingDetail></Product>"
    )
}

/// The versions of the entries that the stack holds, drafts included, by content type and title.
async fn versions(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for content_type in ["book", "contributor", "imprint"] {
        let path = format!("content_types/{content_type}/entries?limit=100");
        let answer = house.stage.manage(reqwest::Method::GET, &path, None).await;
        let entries = answer["entries"].as_array().unwrap();
        let told =
            |entry: &Value| format!("{content_type} {} {}", entry["title"], entry["_version"]);
        found.extend(entries.iter().map(told));
    }
    found
}

#[tokio::test]
async fn what_appears_is_written_beforehand_and_only_published_at_its_instant() {
    let house = House::with(0).await;
    let source = house.onix("feed.xml", &announced("9781839910005", "The Salt Road"));
    let options = Options {
        stage: Some(SignedDuration::from_hours(24)),
        ..Options::at(noon())
    };
    let report = house.try_sync_from(source, &options).await.unwrap();
    assert_eq!((report.summary.written, report.summary.unchanged), (0, 1));
    let drafts = versions(&house).await;
    assert_eq!(
        drafts,
        [
            "book \"The Salt Road\" 1",
            "contributor \"Ada Thorne\" 1",
            "imprint \"Pellwick\" 1"
        ]
    );
    assert!(house.shown().await.is_empty(), "no reader sees a draft");

    let hand = Hand {
        now: Mutex::new(noon()),
        house: &house,
        seen: Mutex::default(),
    };
    let lift = Options::at(ten_past());
    let report = house
        .try_sync_when(Source::Kept, &lift, Some(&hand))
        .await
        .unwrap();
    assert_eq!(
        *hand.seen.lock().unwrap(),
        Some(0),
        "nothing was sent before the instant"
    );
    assert_eq!(report.summary.written, 1);
    assert_eq!(
        versions(&house).await,
        drafts,
        "nothing had to be written again"
    );
    let books = house.served("gb", "book").await;
    let book = books.values().next().unwrap();
    assert_eq!(book["title"], "The Salt Road");
    assert_eq!(book["url"], "/books/the-salt-road");
    assert_eq!(house.served("au", "contributor").await.len(), 1);

    let again = house.try_sync_from(Source::Kept, &lift).await.unwrap();
    let calls = again.summary.calls;
    assert_eq!((calls.write, calls.bulk), (0, 0));
}

#[tokio::test]
async fn a_catalogue_that_may_be_out_of_date_lifts_nothing() {
    let house = House::with(0).await;
    let source = house.onix("feed.xml", &announced("9781839910005", "The Salt Road"));
    house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let stale = Options {
        only_takedowns: true,
        ..Options::at(ten_past())
    };
    house.try_sync_from(Source::Kept, &stale).await.unwrap();
    assert!(house.shown().await.is_empty());
}

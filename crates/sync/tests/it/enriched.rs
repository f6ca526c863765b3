//! Consonance's service with the feed of the same account beside it.

use jiff::SignedDuration;
use serde_json::Value;
use sync::Error;
use sync::engine::Options;
use sync::pull::Source;
use sync::pull::feed::{Allowed, Feed, FeedPlace};
use sync::tally::Report;

use crate::house::{House, noon, same};

const BOOK: &str = "consonance:work:1001";

fn enriched(house: &House, place: FeedPlace) -> Source {
    let token = house.stage.running.consonance().token.clone();
    let authorization = format!("Bearer {token}").parse().unwrap();
    Source::Enriched {
        client: Box::new(house.consonance()),
        feed: Box::new(Feed {
            place,
            max_age: SignedDuration::from_hours(48),
            allowed: Allowed {
                authorization: Some(authorization),
                ..Allowed::default()
            },
        }),
    }
}

fn address(house: &House) -> FeedPlace {
    let url = format!("{}/feeds/onix", house.stage.running.consonance().url);
    FeedPlace::Address(url.parse().unwrap())
}

fn codes(report: &Report) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// The ISBNs of the formats that readers of a site see of the work.
async fn isbns(house: &House) -> Vec<String> {
    let books = house.served("gb", "book").await;
    let formats = books[BOOK]["formats"].as_array().unwrap();
    let isbn = |row: &Value| {
        let row = row.get("format").unwrap_or(row);
        row["isbn13"].as_str().unwrap().to_owned()
    };
    formats.iter().map(isbn).collect()
}

/// A record that restricts a product to a country.
fn restricted(isbn: &str, country: &str) -> String {
    format!(
        "<Product><RecordReference>{isbn}</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Another name</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <PublishingDetail><SalesRights><SalesRightsType>01</SalesRightsType><Territory>\
         <CountriesIncluded>{country}</CountriesIncluded></Territory></SalesRights>\
         <ROWSalesRightsType>03</ROWSalesRightsType></PublishingDetail></Product>"
    )
}

#[tokio::test]
async fn a_feed_of_the_same_account_makes_no_work_twice_and_disagrees_with_nothing() {
    let house = House::with(6).await;
    let plain = house.try_sync(&Options::at(noon())).await.unwrap();
    let titles = house.titles("gb").await;
    let report = house
        .try_sync_from(enriched(&house, address(&house)), &Options::at(noon()))
        .await
        .unwrap();
    let disputed: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.code.as_str() == "sources-disagree")
        .map(|finding| finding.message.as_str())
        .collect();
    assert!(disputed.is_empty(), "{disputed:#?}");
    assert!(report.summary.read > plain.summary.read, "the feed counts");
    assert!(house.titles("gb").await.keys().eq(titles.keys()));

    let (shown, changes) = (house.shown().await, house.stage.changes().await);
    house
        .try_sync_from(enriched(&house, address(&house)), &Options::at(noon()))
        .await
        .unwrap();
    assert_eq!(house.stage.changes().await, changes, "a second run writes");
    same(&house.shown().await, &shown, "a second run");
}

#[tokio::test]
async fn what_the_feed_closes_is_closed_until_the_feed_is_no_longer_asked() {
    let house = House::with(6).await;
    house.sync_fully().await;
    assert!(house.titles("gb").await.contains_key(BOOK));
    let records: String = isbns(&house)
        .await
        .iter()
        .map(|isbn| restricted(isbn, "AU"))
        .collect();
    let folder = house.folder.path().join("feed");
    std::fs::create_dir(&folder).unwrap();
    let message = format!(
        "<ONIXMessage release=\"3.0\"><Header><SentDateTime>20200101T0900</SentDateTime></Header>{records}</ONIXMessage>"
    );
    std::fs::write(folder.join("full.xml"), message).unwrap();
    let source = enriched(&house, FeedPlace::Path(folder.clone()));
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let codes = codes(&report);
    for code in ["sources-disagree", "feed-stale", "feed-lacks"] {
        assert!(codes.contains(&code), "{code} is not among {codes:?}");
    }
    // Neither a run of the clock nor one that reads a file of something else opens what the feed closed.
    let other = restricted("9781839910005", "GB").replace("Another name", "The Ropewalk");
    let from_file = house.onix("other.xml", &other);
    for source in [Source::Kept, from_file] {
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap();
        assert!(!house.titles("gb").await.contains_key(BOOK));
    }
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code.as_str() == "sources-disagree")
        .unwrap();
    for part in [
        "sales rights",
        "Consonance GraphQL says for sale",
        "full.xml line 1",
    ] {
        assert!(
            finding.message.contains(part),
            "{part}: {}",
            finding.message
        );
    }
    assert!(!house.titles("gb").await.contains_key(BOOK));
    assert!(house.titles("au").await.contains_key(BOOK));

    // A feed that is away for a day still holds.
    std::fs::remove_file(folder.join("full.xml")).unwrap();
    let source = enriched(&house, FeedPlace::Path(folder));
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.code.as_str() == "feed-unavailable")
    );
    assert!(!house.titles("gb").await.contains_key(BOOK));

    house.sync().await;
    assert!(house.titles("gb").await.contains_key(BOOK));
}

#[tokio::test]
async fn a_feed_that_was_never_read_lets_nothing_be_published() {
    let house = House::with(4).await;
    for place in [
        FeedPlace::Path(house.folder.path().join("nowhere")),
        FeedPlace::Address("http://127.0.0.1:9/feed".parse().unwrap()),
        FeedPlace::Address(
            format!("{}/nowhere", house.stage.running.consonance().url)
                .parse()
                .unwrap(),
        ),
    ] {
        let source = enriched(&house, place);
        let changes = house.stage.changes().await;
        let error = house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::FeedNeverRead { .. }), "{error}");
        assert!(error.is_question());
        assert_eq!(house.stage.changes().await, changes);
    }
}

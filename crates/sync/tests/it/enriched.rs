//! Consonance's service with the feed of the same account beside it.

use std::io::{Read as _, Write as _};

use jiff::SignedDuration;
use serde_json::Value;
use store::disregards::Disregard;
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

/// The folder of a feed with this one message in it.
fn feed_of(house: &House, records: &str) -> FeedPlace {
    let folder = house.folder.path().join("feed");
    std::fs::create_dir_all(&folder).unwrap();
    let message = format!(
        "<ONIXMessage release=\"3.0\"><Header><SentDateTime>20261124T0900</SentDateTime></Header>\n{records}</ONIXMessage>"
    );
    std::fs::write(folder.join("full.xml"), message).unwrap();
    FeedPlace::Path(folder)
}

/// The message of the one finding of a code.
fn told<'r>(report: &'r Report, code: &str) -> &'r str {
    let told = report
        .findings
        .iter()
        .find(|finding| finding.code.as_str() == code);
    let codes = codes(report);
    told.map_or_else(
        || panic!("{code} is not among {codes:?}"),
        |finding| finding.message.as_str(),
    )
}

/// A record with an embargo, broken off in its middle: what it closes cannot be read.
fn broken(identifier: &str, more: &str) -> String {
    format!(
        "<Product><RecordReference>house.17</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{identifier}</IDValue></ProductIdentifier>\
         <PublishingDetail><PublishingDate>&nosuch;</PublishingDate></PublishingDetail>{more}</Product>"
    )
}

#[tokio::test]
async fn what_only_an_unreadable_record_speaks_of_is_closed_until_it_can_be_read() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let isbns = isbns(&house).await;
    let (first, others) = isbns.split_first().unwrap();
    assert!(!others.is_empty(), "the work has one format only");

    let place = feed_of(&house, &broken(first, ""));
    let run = async |place| {
        let source = enriched(&house, place);
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap()
    };
    let report = run(place).await;
    let message = told(&report, "feed-record-unreadable");
    for part in [
        "house.17",
        "full.xml line 2",
        "&nosuch;",
        "mended and sent again",
    ] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    assert_eq!(report.summary.rejected, 1, "{:?}", report.summary);
    assert_eq!(
        self::isbns(&house).await,
        others,
        "one format went, and no other"
    );

    // Neither the clock, nor a feed that is away, nor a file of something else opens it.
    let other = house.onix("other.xml", &restricted("9781839910005", "GB"));
    for source in [Source::Kept, other] {
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap();
        assert_eq!(self::isbns(&house).await, others);
    }
    run(FeedPlace::Path(house.folder.path().join("nowhere"))).await;
    assert_eq!(self::isbns(&house).await, others);

    let mended = restricted(first, "GB").replace(
        &format!("<RecordReference>{first}"),
        "<RecordReference>house.17",
    );
    let report = run(feed_of(&house, &mended)).await;
    assert_eq!(self::isbns(&house).await, isbns, "it can be read now");
    assert!(!codes(&report).contains(&"feed-record-unreadable"));
    assert_eq!(house.rejected().await, []);

    // What is known of it from before holds, though the next copy is broken.
    let report = run(feed_of(&house, &broken(first, ""))).await;
    assert_eq!(report.summary.rejected, 1);
    assert_eq!(self::isbns(&house).await, isbns);

    house.sync().await;
    assert_eq!(
        self::isbns(&house).await,
        isbns,
        "a feed that is not asked has no say"
    );
}

#[tokio::test]
async fn an_unreadable_record_that_names_its_work_alone_closes_what_the_feed_does_not_mention() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let isbns = isbns(&house).await;
    let (first, _) = isbns.split_first().unwrap();
    let work = "<RelatedMaterial><RelatedWork><WorkRelationCode>01</WorkRelationCode><WorkIdentifier>\
                <WorkIDType>01</WorkIDType><IDValue>com.pellwick.onix.1001</IDValue></WorkIdentifier>\
                </RelatedWork></RelatedMaterial>";
    // Its ISBN has a wrong check digit.
    let records = broken("9781839910006", work) + &restricted(first, "GB");
    let source = enriched(&house, feed_of(&house, &records));
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    told(&report, "feed-record-unreadable");
    assert_eq!(self::isbns(&house).await, std::slice::from_ref(first));
}

/// A broken record that has no reference, with its product's ISBN in it.
fn nameless(isbn: &str) -> String {
    broken(isbn, "").replace("<RecordReference>house.17</RecordReference>", "")
}

#[tokio::test]
async fn an_unreadable_record_that_a_person_disregards_closes_nothing_until_its_text_changes() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let isbns = isbns(&house).await;
    let (first, others) = isbns.split_first().unwrap();
    let run = async |records: &str| {
        let source = enriched(&house, feed_of(&house, records));
        let ran = house.try_sync_from(source, &Options::at(noon())).await;
        ran.unwrap()
    };
    run(&broken(first, "")).await;
    assert_eq!(self::isbns(&house).await, others);

    let store = house.open_store().await.unwrap();
    let rejection = store.rejections().await.unwrap().remove(0);
    let said = Disregard {
        record: rejection.key.clone(),
        text: Disregard::text_of(&rejection).unwrap(),
        place: rejection.place.clone(),
        reason: "a price only".into(),
        by: "ida".into(),
        at: noon(),
    };
    store.disregard(&said).await.unwrap();
    drop(store);
    let kept = house
        .try_sync_from(Source::Kept, &Options::at(noon()))
        .await;
    assert_eq!(kept.unwrap().summary.rejected, 0);
    assert_eq!(self::isbns(&house).await, isbns, "what was kept is open");
    let report = run(&broken(first, "")).await;
    assert_eq!(
        self::isbns(&house).await,
        isbns,
        "and so is what comes again"
    );
    let message = told(&report, "feed-record-disregarded");
    for part in ["full.xml line 2", "ida", "2026-11-24", "a price only"] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    assert_eq!(house.rejected().await, []);

    let report = run(&broken(first, "<Embargo/>")).await;
    assert_eq!(report.summary.rejected, 1, "nobody has looked at this one");
    assert_eq!(self::isbns(&house).await, others);
}

#[tokio::test]
async fn of_two_unreadable_records_without_a_reference_neither_opens_what_the_other_closes() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let isbns = isbns(&house).await;
    let [first, second, others @ ..] = isbns.as_slice() else {
        panic!("the work has one format only");
    };
    // Both on one line of one file.
    let place = feed_of(&house, &(nameless(first) + &nameless(second)));
    let source = enriched(&house, place);
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    assert_eq!(report.summary.rejected, 2, "{:?}", report.summary);
    assert_eq!(self::isbns(&house).await, others);
}

#[tokio::test]
async fn a_daily_that_is_broken_on_the_same_line_does_not_open_what_the_one_before_closed() {
    let house = House::with(6).await;
    house.sync_fully().await;
    let isbns = isbns(&house).await;
    let [first, second, others @ ..] = isbns.as_slice() else {
        panic!("the work has one format only");
    };
    for isbn in [first, second] {
        let source = enriched(&house, feed_of(&house, &nameless(isbn)));
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap();
    }
    assert_eq!(self::isbns(&house).await, others);
}

#[tokio::test]
async fn of_a_feed_that_breaks_off_only_what_it_mentioned_is_published_until_it_is_whole() {
    let other = House::with(6).await;
    other.sync_fully().await;
    let isbns = isbns(&other).await;
    let first = isbns.first().unwrap();
    let house = House::with(6).await;
    let place = || FeedPlace::Path(house.folder.path().join("feed"));
    let file = house.folder.path().join("feed/full.xml");
    let run = async |source| {
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap()
    };
    let _place = feed_of(&house, &restricted(first, "GB"));
    let whole = std::fs::read_to_string(&file).unwrap();
    let cut = whole.replace("</ONIXMessage>", "<Product><RecordReference>x");
    std::fs::write(&file, cut).unwrap();
    // Neither the break itself nor a run of the clock after it opens what the lost part may close.
    for source in [enriched(&house, place()), Source::Kept] {
        let report = run(source).await;
        let message = told(&report, "feed-incomplete");
        assert!(message.contains("full.xml"), "{message}");
        assert_eq!(self::isbns(&house).await, std::slice::from_ref(first));
        assert_eq!(house.titles("gb").await.len(), 1);
    }
    std::fs::write(&file, &whole).unwrap();
    let report = run(enriched(&house, place())).await;
    assert!(!codes(&report).contains(&"feed-incomplete"));
    assert_eq!(self::isbns(&house).await, isbns);

    // What is published stays, though one file of the folder is no message.
    let titles = house.titles("gb").await;
    std::fs::write(house.folder.path().join("feed/next.xml"), "nonsense").unwrap();
    run(enriched(&house, place())).await;
    assert_eq!(house.titles("gb").await, titles);
    assert_eq!(self::isbns(&house).await, isbns);
}

/// Answers one request after the other with these, and gives what was asked.
fn server(answers: Vec<String>) -> (FeedPlace, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            asked.push(String::from_utf8_lossy(&request[..length]).to_lowercase());
            stream.write_all(answer.as_bytes()).unwrap();
        }
        asked
    });
    (FeedPlace::Address(url.parse().unwrap()), asked)
}

#[tokio::test]
async fn a_version_of_the_feed_is_known_only_when_it_was_read_to_its_end() {
    let house = House::with(4).await;
    let answer = |etag: &str, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nETag: \"{etag}\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let record = restricted("9781839910005", "GB");
    let cut = format!("<ONIXMessage release=\"3.0\"><Header/>{record}<Product>");
    let whole = format!("<ONIXMessage release=\"3.0\"><Header/>{record}</ONIXMessage>");
    let (place, asked) = server(vec![
        answer("cut", &cut),
        answer("whole", &whole),
        "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_owned(),
    ]);
    let FeedPlace::Address(url) = place else {
        panic!("a server has an address");
    };
    for is_incomplete in [true, false, false] {
        let source = enriched(&house, FeedPlace::Address(url.clone()));
        let report = house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap();
        let told = codes(&report).contains(&"feed-incomplete");
        assert_eq!(told, is_incomplete, "{:?}", codes(&report));
    }
    let asked = asked.join().unwrap();
    let knows: Vec<Option<&str>> = asked
        .iter()
        .map(|request| request.split_once("if-none-match: ")?.1.lines().next())
        .collect();
    assert_eq!(knows, [None, None, Some("\"whole\"")]);
}

#[tokio::test]
async fn an_unreadable_record_that_names_nothing_is_told_and_closes_nothing() {
    let house = House::with(4).await;
    house.sync_fully().await;
    let before = house.titles("gb").await;
    let source = enriched(&house, feed_of(&house, &broken("1234", "")));
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let message = told(&report, "feed-record-nameless");
    assert!(message.contains("full.xml line 2"), "{message}");
    assert_eq!(house.titles("gb").await, before);
}

#[tokio::test]
async fn a_title_that_is_read_from_a_file_is_enriched_like_any_other() {
    let house = House::with(4).await;
    let isbn = "9781839910005";
    let source = enriched(&house, feed_of(&house, &restricted(isbn, "AU")));
    house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let world = restricted(isbn, "AU GB").replace("Another name", "The Ropewalk");
    let source = house.onix("own.xml", &world);
    let report = house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let message = told(&report, "sources-disagree");
    assert!(message.contains("own.xml line 1 says"), "{message}");
    let has = |titles: std::collections::BTreeMap<String, String>| {
        titles.values().any(|title| title == "The Ropewalk")
    };
    assert!(has(house.titles("au").await));
    assert!(!has(house.titles("gb").await), "the feed closes it");
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

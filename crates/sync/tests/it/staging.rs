//! Titles that appear by themselves: written beforehand, published at the instant and not before.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use site::policy::Hidden;
use sync::clock::Clock;
use sync::engine::Options;
use sync::pull::Source;

use crate::house::{House, noon};
use crate::places::{given, sharing};

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

/// The same title, for sale in Britain alone.
fn announced_in_britain(isbn: &str, title: &str) -> String {
    announced(isbn, title)
        .replace(
            "<RegionsIncluded>WORLD</RegionsIncluded>",
            "<CountriesIncluded>GB</CountriesIncluded>",
        )
        .replace(
            "</SalesRights>",
            "</SalesRights><ROWSalesRightsType>03</ROWSalesRightsType>",
        )
}

/// Two sites in one environment, and the draft of a title that only one of them is to show.
async fn staged_beside_a_shield() -> House {
    let house = sharing(0, Hidden::Shield).await;
    let record = announced_in_britain("9781839910005", "The Salt Road");
    let source = house.onix("feed.xml", &record);
    let options = Options {
        stage: Some(SignedDuration::from_hours(24)),
        ..Options::at(noon())
    };
    house.try_sync_from(source, &options).await.unwrap();
    assert!(
        !versions(&house).await.is_empty(),
        "the title was not staged"
    );
    house
}

/// What the readers of a locale are told when they ask for fallbacks: all but shields.
async fn told(house: &House, locale: &str) -> Vec<String> {
    let given = given(house, locale, "&include_fallback=true").await;
    let telling = given
        .into_iter()
        .filter(|(_, entry)| entry["title"] != entry["source_key"]);
    telling.map(|(key, _)| key).collect()
}

#[tokio::test]
async fn at_no_step_of_its_instant_does_a_staged_title_stand_without_its_shield() {
    let mut shown_at = None;
    for step in 1.. {
        let house = staged_beside_a_shield().await;
        let hold = json!({"mutating": true, "kind": "timeout", "when": "before", "nth": step});
        house.stage.fault(hold).await;
        let lift = Options::at(ten_past());
        let ended = tokio::select! {
            report = house.try_sync_from(Source::Kept, &lift) => Some(report.unwrap()),
            () = house.stage.struck() => None,
        };
        let leaked = told(&house, "en-au").await;
        assert!(
            leaked.is_empty(),
            "held before change {step}, Australia is told of {leaked:?}"
        );
        let shown = told(&house, "en-gb").await;
        if !shown.is_empty() {
            shown_at.get_or_insert(step);
        }
        let Some(report) = ended else { continue };
        assert_eq!(report.summary.outcome, "done", "{:?}", report.summary);
        assert_eq!(shown.len(), 3, "book, author and imprint: {shown:?}");
        let shields = given(&house, "en-au", "").await;
        assert_eq!(shields.len(), 3, "{shields:?}");
        assert!(
            step > 4,
            "{step} changes are too few to raise three shields"
        );
        break;
    }
    assert!(shown_at.is_some());
}

#[tokio::test]
async fn a_staged_title_whose_shield_is_refused_does_not_appear() {
    let house = staged_beside_a_shield().await;
    // The shield stands as a draft, too, and is asked for three times; the title's own publication would be taken.
    let refusal = json!({
        "method": "POST", "path": "/v3/content_types/book/entries/*/publish", "kind": "status",
        "status": 422, "times": 3,
        "body": {"error_message": "Publishing failed.", "error_code": 141, "errors": {"locale": ["is wrong."]}},
    });
    house.stage.fault(refusal).await;
    let lift = Options::at(ten_past());
    let report = house.try_sync_from(Source::Kept, &lift).await.unwrap();
    assert!(house.stage.has_struck().await, "no shield was published");
    assert_eq!(report.summary.outcome, "partial", "{:?}", report.summary);
    let books = |told: Vec<String>| {
        told.into_iter()
            .filter(|key| key.starts_with("book"))
            .count()
    };
    assert_eq!(books(told(&house, "en-gb").await), 0);
    assert_eq!(told(&house, "en-au").await, Vec::<String>::new());

    house.stage.no_faults().await;
    house.try_sync_from(Source::Kept, &lift).await.unwrap();
    assert_eq!(
        books(told(&house, "en-gb").await),
        1,
        "it appears with its shield"
    );
    assert_eq!(told(&house, "en-au").await, Vec::<String>::new());
}

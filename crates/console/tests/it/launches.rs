//! Launches and modules: from the board to the line, as time goes on, and what editors built around titles.

use std::sync::Arc;

use catalogue::finding::{Finding, FindingCode, FindingPlace, Severity};
use console::Looked;
use reqwest::StatusCode;
use site::integrity::{Inspected, Referred};
use site::module::Module;
use site::policy::{Destination, SiteId};
use sync::modules::Modules;
use sync::progress::Silent;
use sync::pull::{PullOptions, Source, kept_works, pull};

use crate::house::House;

/// One book that comes out in the United Kingdom on 4 June 2027, without cover, text or contributor.
pub(crate) const FEED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
  <Header><Sender><SenderName>Larkspur</SenderName></Sender><SentDateTime>20270501T0900Z</SentDateTime></Header>
  <Product>
    <RecordReference>example.larkspur.1001</RecordReference>
    <NotificationType>02</NotificationType>
    <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781900000017</IDValue></ProductIdentifier>
    <DescriptiveDetail>
      <ProductComposition>00</ProductComposition>
      <ProductForm>BC</ProductForm>
      <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
        <TitleText>Salt &lt;b&gt;Road&lt;/b&gt;</TitleText></TitleElement></TitleDetail>
    </DescriptiveDetail>
    <PublishingDetail>
      <PublishingStatus>02</PublishingStatus>
      <PublishingDate><PublishingDateRole>01</PublishingDateRole><Date dateformat="00">20270604</Date></PublishingDate>
      <SalesRights><SalesRightsType>01</SalesRightsType><Territory><CountriesIncluded>GB</CountriesIncluded></Territory></SalesRights>
    </PublishingDetail>
  </Product>
</ONIXMessage>"#;

/// Keeps the book as a run would, and says its work's key.
pub(crate) async fn read_feed(house: &House) -> String {
    read(house, FEED).await
}

/// The same of another message.
pub(crate) async fn read(house: &House, message: &str) -> String {
    let feed = Box::new(std::io::Cursor::new(message.as_bytes().to_vec()));
    let source = Source::Onix {
        messages: onix::Source::Named("feed.xml".into(), feed),
        complete: true,
    };
    let options = PullOptions {
        now: house.now(),
        full: false,
        answers: catalogue::identity::Answers::default(),
        only: None,
        accept_encoding: false,
        run: "first".into(),
    };
    let pulled = pull(&house.store, source, &options, &Silent).await.unwrap();
    let (store, now) = (&house.store, house.now());
    store
        .begin_run("first", "sync", "feed.xml", now)
        .await
        .unwrap();
    store.change_snapshot(&pulled.change).await.unwrap();
    store
        .end_run("first", now, "done", "{}", &[], &[])
        .await
        .unwrap();
    let works = kept_works(&house.store).await.unwrap();
    assert_eq!(works.len(), 1, "{:?}", pulled.findings);
    works.first().unwrap().key.to_string()
}

pub(crate) fn escaped(key: &str) -> String {
    let encode = percent_encoding::NON_ALPHANUMERIC;
    percent_encoding::utf8_percent_encode(key, encode).to_string()
}

#[tokio::test]
async fn the_board_leads_to_the_line_that_fails_and_to_who_mends_it() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let board = admin.get("/launch").await.text().await.unwrap();
    assert!(board.contains("2027-W22"), "{board}");
    assert!(board.contains("Salt &#60;b&#62;Road"), "{board}");
    assert!(!board.contains("Salt <b>"), "{board}");
    let link = format!("/launch/{}?site=uk", escaped(&key));
    assert!(board.contains(&link), "{board}");
    let lines = admin.get(&link).await;
    assert_eq!(lines.status(), StatusCode::OK);
    let lines = lines.text().await.unwrap();
    for part in [
        "To be done",
        "blocker",
        "<code class=\"quiet small\">cover</code>",
        "2027-06-04",
    ] {
        assert!(lines.contains(part), "{part}: {lines}");
    }
    let title = format!("/titles/{}?site=uk", escaped(&key));
    let title = admin.get(&title).await.text().await.unwrap();
    assert!(title.contains("Launch checklist"), "{title}");
    let home = admin.get("/").await.text().await.unwrap();
    assert!(home.contains("not ready"), "{home}");
    let empty = admin
        .get("/launch?week=2027-W30")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        empty.contains("Nothing is published in that week"),
        "{empty}"
    );
}

#[tokio::test]
async fn what_was_published_long_ago_leaves_the_board() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let link = format!("/launch/{}", escaped(&key));
    assert_eq!(admin.get(&link).await.status(), StatusCode::OK);
    house.later(20 * 86_400);
    admin.sign_in("ada", crate::house::PASSWORD).await;
    let board = admin.get("/launch").await.text().await.unwrap();
    assert!(
        board.contains("No title is about to be published"),
        "{board}"
    );
    assert_eq!(admin.get(&link).await.status(), StatusCode::NOT_FOUND);
}

fn banner(work: &str, house: &House) -> Modules {
    let place = Destination {
        environment: "production-uk".into(),
        locale: "en-gb".into(),
    };
    let wrong = Finding {
        code: FindingCode::new("module-shows-hidden"),
        severity: Severity::Warning,
        at: FindingPlace::default(),
        message: "the banner <i>shows</i> nothing".into(),
    };
    Modules {
        at: house.now(),
        content_types: vec!["banner".into()],
        modules: vec![Inspected {
            module: Module {
                content_type: "banner".into(),
                uid: "blt77".into(),
                title: "Summer".into(),
                url: None,
                place,
                from: None,
                refers_to: vec!["blt1".into()],
                texts: std::collections::BTreeMap::new(),
            },
            site: SiteId("uk".into()),
            titles: vec![Referred {
                entry: "blt1".into(),
                work: Some(catalogue::key::WorkKey::new(work)),
                title: Some("Salt Road".into()),
                visible: false,
                state: None,
                decided_by: "rights".into(),
                reason: "not for sale in GB".into(),
            }],
            shows: 0,
            findings: vec![wrong],
        }],
        findings: Vec::new(),
    }
}

#[tokio::test]
async fn modules_are_told_with_what_they_hide_and_titles_with_where_they_are_used() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let before = admin.get("/modules").await.text().await.unwrap();
    assert!(
        before.contains("Nobody has looked into the stack yet"),
        "{before}"
    );
    house.seen.send_replace(Looked {
        found: Some(Arc::new(banner(&key, &house))),
        guarded: None,
        failed: Some(("FL-0301: no answer".into(), house.now())),
    });
    let page = admin.get("/modules").await.text().await.unwrap();
    for part in [
        "Summer",
        "blt77",
        "0 of 1",
        "not for sale in GB",
        "module-shows-hidden",
        "the banner &#60;i&#62;shows",
        "FL-0301: no answer",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let link = format!("/titles/{}", escaped(&key));
    assert!(page.contains(&link), "{page}");
    let title = admin.get(&link).await.text().await.unwrap();
    assert!(title.contains("blt77"), "{title}");
}

//! Holds: a title taken down without a word to its source, and kept down by every run until it is lifted.

use catalogue::key::WorkKey;
use jiff::ToSpan as _;
use store::holds::KeptHold;
use sync::engine::Options;
use sync::pull::{Source, kept_works};
use sync::tally::Report;
use uuid::Uuid;

use crate::house::{House, noon};

/// Holds a title, as the command does, and takes it down alone.
pub(crate) async fn hold_title(
    house: &House,
    key: &WorkKey,
    site: Option<&str>,
) -> (Report, KeptHold) {
    let hold = KeptHold {
        id: Uuid::now_v7(),
        work: key.to_string(),
        site: site.map(str::to_owned),
        until: noon() + 48.hours(),
        reason: "libel claim".into(),
        placed_by: "ida".into(),
        placed_at: noon(),
        lifted_by: None,
        lifted_at: None,
    };
    let store = house.open_store().await.unwrap();
    store.place_hold(&hold).await.unwrap();
    let works = kept_works(&store).await.unwrap();
    drop(store);
    let work = works.iter().find(|work| work.key == *key).unwrap();
    let options = Options {
        only: Some(work.records.iter().cloned().collect()),
        only_takedown_of: Some(key.clone()),
        command: "hold",
        ..Options::at(noon())
    };
    let report = house.try_sync_from(Source::Kept, &options).await.unwrap();
    assert_eq!(report.summary.outcome, "done");
    assert_eq!(report.summary.takedowns, 1);
    (report, hold)
}

/// Lifts a hold, as the command does.
pub(crate) async fn lift(house: &House, hold: &KeptHold) {
    let store = house.open_store().await.unwrap();
    store.lift_hold(hold.id, "finn", noon()).await.unwrap();
}

/// Holds the first title that is served on both sites; gives its key and the hold.
async fn hold(house: &House, site: Option<&str>) -> (WorkKey, KeptHold) {
    let served = house.served("gb", "book").await;
    let key = WorkKey::new(served.keys().next().unwrap().as_str());
    let (_, hold) = hold_title(house, &key, site).await;
    (key, hold)
}

async fn serves(house: &House, site: &str, key: &WorkKey) -> bool {
    let served = house.served(site, "book").await;
    served
        .values()
        .any(|book| book["source_key"] == key.as_str())
}

#[tokio::test]
async fn a_held_title_goes_at_once_and_alone_and_stays_away_until_it_is_lifted() {
    let house = House::with(6).await;
    house.sync().await;
    let before = house.titles("gb").await.len();
    let (key, hold) = hold(&house, None).await;
    assert!(!serves(&house, "gb", &key).await && !serves(&house, "au", &key).await);
    assert_eq!(
        house.titles("gb").await.len(),
        before - 1,
        "nothing else went"
    );

    house.sync_fully().await;
    assert!(!serves(&house, "gb", &key).await, "a sync leaves it down");

    lift(&house, &hold).await;
    house.sync().await;
    assert_eq!(house.titles("gb").await.len(), before, "it is back");
}

#[tokio::test]
async fn a_hold_on_one_site_leaves_the_other_and_expires_by_itself() {
    let house = House::with(6).await;
    house.sync().await;
    let on_au: Vec<String> = house.served("au", "book").await.into_keys().collect();
    let (key, hold) = hold(&house, Some("gb")).await;
    assert!(!serves(&house, "gb", &key).await);
    let still: Vec<String> = house.served("au", "book").await.into_keys().collect();
    assert_eq!(still, on_au);
    let after = Options::at(hold.until);
    house.try_sync_from(Source::Kept, &after).await.unwrap();
    assert!(serves(&house, "gb", &key).await, "it expired");
}

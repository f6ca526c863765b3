//! A real publisher's feed, where it is present beside the workspace: the titles that its rights and
//! dates allow, whether it is read as ONIX or out of an account that was filled from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shown::Shown;
use crate::world::{Property, World};

/// 21 records of 20 titles, one of them sent twice, for Australia and New Zealand only.
const FEED: &str = "data/onix/jonix/onix3-multiple.xml";
const TITLES: usize = 20;

const SITES: [(Property, &str, &str, &str); 3] = [
    (property("au"), "AU", "AUD", "Australia/Sydney"),
    (property("nz"), "NZ", "NZD", "Pacific/Auckland"),
    (property("gb"), "GB", "GBP", "Europe/London"),
];

const fn property(id: &'static str) -> Property {
    match id.as_bytes() {
        b"au" => Property {
            id,
            environment: "production-au",
            locale: "en-au",
        },
        b"nz" => Property {
            id,
            environment: "production-nz",
            locale: "en-nz",
        },
        _ => Property {
            id,
            environment: "production-gb",
            locale: "en-gb",
        },
    }
}

/// The feed, if the data it belongs to is there.
fn feed() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = [
        std::env::var_os("FRONTLIST_SHARED").map(PathBuf::from),
        Some(workspace.join("../shared")),
        Some(workspace.join("../../shared")),
    ];
    let file = places
        .into_iter()
        .flatten()
        .map(|place| place.join(FEED))
        .find(|file| file.is_file());
    if file.is_none() {
        eprintln!("skipped: the shared data is not beside this workspace");
    }
    file
}

/// The ISBNs of a feed that uses them as record references, without a reader of ONIX.
fn isbns(text: &str) -> BTreeSet<String> {
    text.split("<RecordReference>")
        .skip(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect())
        .collect()
}

fn lead_isbns(shown: &Shown, site: &str) -> BTreeSet<String> {
    let books = shown.books(site);
    let isbns: BTreeSet<String> = books
        .values()
        .map(|book| book["lead_isbn"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        isbns.len(),
        books.len(),
        "{site}: two books lead with one ISBN"
    );
    isbns
}

async fn prepared(mut world: World) -> World {
    world.with_sites(&SITES);
    world.apply_model().await;
    world
}

/// The feed as a file whose covers are looked for on this machine alone, where there are none.
fn without_network(world: &World, feed: &Path) -> String {
    let text = std::fs::read_to_string(feed).unwrap();
    let nowhere = format!("{}/none", world.running.consonance().url);
    let local = text.replace("https://www.biblioimages.com", &nowhere);
    assert_ne!(local, text);
    world.put("feed.xml", local.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn its_titles_are_shown_where_its_rights_allow() {
    let Some(feed) = feed() else { return };
    let world = prepared(World::bare(0).await).await;
    let file = without_network(&world, &feed);
    let expected = isbns(&std::fs::read_to_string(&feed).unwrap());
    assert_eq!(expected.len(), TITLES);

    let summary = world.sync_to(3, &["--from", &file]).await;
    assert_eq!(
        (&summary["read"], &summary["written"], &summary["rejected"]),
        (&Value::from(21), &Value::from(20), &Value::from(1)),
        "{summary}"
    );
    let codes = summary["finding_codes"].as_object().unwrap();
    // What contradicts itself: forthcoming and past its date, forthcoming and in stock, inactive and
    // available, not yet available and past its date, a record sent twice.
    for code in [
        "forthcoming-past-date",
        "forthcoming-in-stock",
        "inactive-but-available",
        "not-yet-available-past-date",
        "superseded-record",
    ] {
        assert!(codes.contains_key(code), "{code}: {codes:?}");
    }
    let shown = world.shown().await;
    assert_eq!(lead_isbns(&shown, "au"), expected);
    assert_eq!(lead_isbns(&shown, "nz"), expected);
    assert_eq!(lead_isbns(&shown, "gb"), BTreeSet::new());
    assert!(shown.on("gb", "contributor").is_empty());

    let changes = world.changes().await;
    let second = world.sync_to(3, &["--from", &file]).await;
    assert_eq!(world.changes().await, changes, "{second}");
    assert_eq!(shown.differences(&world.shown().await), BTreeMap::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_filled_from_it_shows_the_same_titles() {
    let Some(feed) = feed() else { return };
    let expected = isbns(&std::fs::read_to_string(&feed).unwrap());
    let world = prepared(World::seeded(&feed).await).await;
    let ran = world.try_sync(&[]).await;
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    let shown = world.shown().await;
    assert_eq!(lead_isbns(&shown, "au"), expected);
    assert_eq!(lead_isbns(&shown, "nz"), expected);
    assert_eq!(lead_isbns(&shown, "gb"), BTreeSet::new());
    let changes = world.changes().await;
    world.sync_to(ran.code, &[]).await;
    assert_eq!(world.changes().await, changes);
}

//! A real publisher's feed, where it is present beside the workspace: the titles that its rights and
//! dates allow, whether it is read as ONIX or out of an account that was filled from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shown::Shown;
use crate::world::{Property, World};

/// The day of [`crate::world::NOON`].
const TODAY: &str = "20261124";

/// 21 records of 20 titles, one of them sent twice, for Australia and New Zealand only.
const FEED: &str = "data/onix/jonix/onix3-multiple.xml";
const TITLES: usize = 20;

pub(crate) const SITES: [(Property, &str, &str, &str); 3] = [
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
pub(crate) fn feed() -> Option<PathBuf> {
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

/// A record of the feed, read by nothing but its tags: no reader of ONIX has a part in what the tests
/// expect.
struct Record<'a>(&'a str);

impl<'a> Record<'a> {
    /// What stands in every element of that name.
    fn all(&self, name: &str) -> Vec<&'a str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        self.0
            .split(open.as_str())
            .skip(1)
            .map(|rest| rest.split(close.as_str()).next().unwrap())
            .collect()
    }

    fn the(&self, name: &str) -> &'a str {
        self.all(name).first().copied().unwrap_or_default()
    }

    /// Why a site for one country shows it not, on a day written as eight digits; nothing if it does.
    fn hidden(&self, country: &str, today: &str) -> Option<&'static str> {
        if !["01", "02", "03"].contains(&self.the("NotificationType")) {
            return Some("not a record that announces a title");
        }
        let announced = self.all("PublishingDate").into_iter().any(|date| {
            let date = Record(date);
            // `Date` has an attribute in this feed.
            let day: String = date.0.chars().filter(char::is_ascii_digit).collect();
            date.the("PublishingDateRole") == "09" && &day[day.len() - 8..] > today
        });
        if announced {
            return Some("not announced yet");
        }
        let claims = self.all("SalesRights").into_iter().map(Record);
        let types: BTreeSet<&str> = claims
            .filter(|claim| {
                claim
                    .the("CountriesIncluded")
                    .split(' ')
                    .any(|code| code == country)
            })
            .map(|claim| claim.the("SalesRightsType"))
            .collect();
        // Type 00 for the rest of the world says that nothing is known of it.
        assert_eq!(self.the("ROWSalesRightsType"), "00");
        if types.is_empty() {
            return Some("rights unknown");
        }
        if !types.is_subset(&BTreeSet::from(["01", "02"])) {
            return Some("not for sale");
        }
        (self.the("PublishingStatus") == "11").then_some("withdrawn from sale")
    }
}

/// ISBNs that a site for a country should show, out of a feed that uses them as record references
/// and sends one of them twice.
fn expected(feed: &str, country: &str, today: &str) -> BTreeSet<String> {
    let whole = Record(feed);
    // The last record of a reference counts.
    let records: BTreeMap<&str, Record<'_>> = whole
        .all("Product")
        .into_iter()
        .map(|text| (Record(text).the("RecordReference"), Record(text)))
        .collect();
    assert_eq!(records.len(), TITLES);
    let shown = records
        .iter()
        .filter(|(_, record)| record.hidden(country, today).is_none());
    shown.map(|(isbn, _)| (*isbn).to_owned()).collect()
}

/// The feed with some records changed: reference, what stands in it, and what takes its place.
fn altered(feed: &str, changes: &[(&str, &str, &str)]) -> String {
    let mut text = feed.to_owned();
    for (reference, from, to) in changes {
        let mark = format!("<RecordReference>{reference}<");
        let at = text.find(&mark).unwrap();
        let (before, rest) = text.split_at(at);
        assert!(rest.contains(from), "{reference}: {from}");
        text = format!("{before}{}", rest.replacen(from, to, 1));
    }
    text
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

/// Every site shows the titles that the feed, read again here, allows there today.
fn shown_as_expected(shown: &Shown, feed: &str) {
    for (site, country, ..) in SITES {
        assert_eq!(
            lead_isbns(shown, site.id),
            expected(feed, country, TODAY),
            "{country}"
        );
    }
}

/// Whether a finding of the last run has this code and is about this ISBN.
fn found(told: &Value, code: &str, isbn: &str) -> bool {
    match told {
        Value::Object(row) if row.get("code").is_some_and(|of| of == code) => {
            told.to_string().contains(isbn)
        }
        Value::Object(row) => row.values().any(|value| found(value, code, isbn)),
        Value::Array(rows) => rows.iter().any(|row| found(row, code, isbn)),
        _ => false,
    }
}

async fn prepared(mut world: World) -> World {
    world.with_sites(&SITES);
    world.apply_model().await;
    world
}

/// The feed as a file whose covers are looked for on this machine alone, where there are none.
fn without_network(world: &World, text: &str) -> String {
    let nowhere = format!("{}/none", world.running.consonance().url);
    let local = text.replace("https://www.biblioimages.com", &nowhere);
    assert_ne!(local, text);
    world.put("feed.xml", local.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn its_titles_are_shown_where_its_rights_allow() {
    let Some(feed) = feed() else { return };
    let world = prepared(World::bare(0).await).await;
    let text = std::fs::read_to_string(&feed).unwrap();
    let file = without_network(&world, &text);
    assert_eq!(expected(&text, "AU", TODAY).len(), TITLES);
    assert_eq!(expected(&text, "GB", TODAY).len(), 0);

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
    shown_as_expected(&shown, &text);
    assert!(shown.on("gb", "contributor").is_empty());

    let changes = world.changes().await;
    let second = world.sync_to(3, &["--from", &file]).await;
    assert_eq!(world.changes().await, changes, "{second}");
    assert_eq!(shown.differences(&world.shown().await), BTreeMap::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_filled_from_it_shows_the_same_titles() {
    let Some(feed) = feed() else { return };
    let text = std::fs::read_to_string(&feed).unwrap();
    let world = prepared(World::seeded(&feed).await).await;
    let ran = world.try_sync(&[]).await;
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    let shown = world.shown().await;
    shown_as_expected(&shown, &text);
    let changes = world.changes().await;
    world.sync_to(ran.code, &[]).await;
    assert_eq!(world.changes().await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_its_rights_dates_or_status_is_obeyed_record_by_record() {
    let Some(feed) = feed() else { return };
    let world = prepared(World::bare(0).await).await;
    let text = altered(
        &std::fs::read_to_string(&feed).unwrap(),
        &[
            // For sale in Australia and no longer in New Zealand.
            ("9781509854172", " NF NZ TO<", " NF TO<"),
            ("9781509854172", ">AD AE AF", ">NZ AD AE AF"),
            // For sale in the United Kingdom, too.
            ("9781509851775", " GA GB GD ", " GA GD "),
            ("9781509851775", ">FJ FM MH", ">FJ FM GB MH"),
            // Nothing is known of New Zealand.
            ("9781250190451", " NF NZ TO<", " NF TO<"),
            (
                "9781509886036",
                "<PublishingStatus>02<",
                "<PublishingStatus>11<",
            ),
            (
                "9780765396419",
                "<NotificationType>01<",
                "<NotificationType>05<",
            ),
            (
                "9781509883684",
                "<PublishingDate>",
                "<PublishingDate><PublishingDateRole>09</PublishingDateRole>\
                 <Date dateformat=\"00\">20270101</Date></PublishingDate><PublishingDate>",
            ),
        ],
    );
    let counts = SITES.map(|(_, country, ..)| expected(&text, country, TODAY).len());
    assert_eq!(counts, [TITLES - 3, TITLES - 5, 1]);
    let file = without_network(&world, &text);
    world.sync_to(3, &["--from", &file]).await;
    shown_as_expected(&world.shown().await, &text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contradicts_itself_in_it_is_named_with_its_title() {
    let Some(feed) = feed() else { return };
    let text = std::fs::read_to_string(&feed).unwrap();
    let world = prepared(World::bare(0).await).await;
    let file = without_network(&world, &text);
    // The day after it was sent: what was wrong with it then.
    world
        .sync_at("2018-06-22T12:00:00Z", 3, &["--from", &file])
        .await;
    let run = world.run(&["runs", "last"]).await.json();
    for (code, isbn) in [
        ("forthcoming-in-stock", "9781509820634"),
        ("inactive-but-available", "9780330302630"),
        ("active-before-date", "9780765380555"),
        ("superseded-record", "9781760554712"),
    ] {
        assert!(found(&run, code, isbn), "{code} of {isbn}: {run:#}");
    }
    // A title that nothing is wrong with is not accused.
    assert!(!found(&run, "forthcoming-past-date", "9781509854172"));
    assert!(!found(&run, "active-before-date", "9781509833627"));
}

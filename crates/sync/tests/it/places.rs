//! Sites that share an environment: a takedown ends every way in which readers could get the title,
//! and a shield ends the way by which a locale falls back to another.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use catalogue::key::WorkKey;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use site::policy::{Destination, Hidden, Sites};
use sync::alarm::waiting;

use crate::addresses::move_page;
use crate::holds::{hold_title, lift};
use crate::house::{House, TYPES, site};
use crate::stage::rooted;

const ENVIRONMENT: &str = "production-gb";
const LOCALES: [&str; 2] = ["en-au", "en-gb"];
const SALT: &str = "consonance:work:1001";

fn together(hidden: Hidden) -> Sites {
    let sites = [
        ("au", "AUD", "Australia/Sydney"),
        ("gb", "GBP", "Europe/London"),
    ];
    let sites = sites.map(|(id, currency, zone)| {
        let mut site = site(id, currency, zone);
        site.destination = Destination {
            environment: ENVIRONMENT.to_owned(),
            locale: format!("en-{id}"),
        }
        .into();
        site.hidden = hidden;
        site
    });
    Sites::new(sites.to_vec()).unwrap()
}

/// A house whose two sites share an environment, the Australian locale falling back to the British.
pub(crate) async fn sharing(works: usize, hidden: Hidden) -> House {
    let mut house = House::with(works).await;
    house.sites = together(hidden);
    let fallback = json!({"name": "Australia", "code": "en-au", "fallback_locale": "en-gb"});
    house
        .stage
        .manage(Method::PUT, "locales/en-au", rooted("locale", fallback))
        .await;
    house
}

/// Status and body of what a reader asks for in a locale.
async fn ask(house: &House, path: &str, locale: &str, more: &str) -> (u16, Value) {
    let access = house.stage.running.contentstack();
    let address = format!(
        "{}/v3/{path}?environment={ENVIRONMENT}&locale={locale}{more}",
        access.cda_url
    );
    let call = house
        .stage
        .http
        .get(address)
        .header("api_key", &access.api_key)
        .header("access_token", &access.delivery_tokens["*"]);
    let reply = call.send().await.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap())
}

/// A title as readers could get at it.
struct Title {
    uid: String,
    url: String,
    /// Uid and address of its cover.
    cover: (String, String),
}

async fn title(house: &House) -> Title {
    let (_, answer) = ask(house, "content_types/book/entries", "en-gb", "&limit=100").await;
    let entries = answer["entries"].as_array().unwrap();
    let book = entries
        .iter()
        .find(|entry| entry["source_key"] == SALT)
        .unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Title {
        uid: text(&book["uid"]),
        url: text(&book["url"]),
        cover: (text(&book["cover"]["uid"]), text(&book["cover"]["url"])),
    }
}

/// Whether a value holds the title itself, and not only a reference to it.
fn holds(value: &Value, uid: &str) -> bool {
    match value {
        Value::Object(members) => {
            let own = members.get("uid").and_then(Value::as_str) == Some(uid);
            (own && members.contains_key("title"))
                || members.values().any(|value| holds(value, uid))
        }
        Value::Array(values) => values.iter().any(|value| holds(value, uid)),
        _ => false,
    }
}

/// The routes by which readers get a title now.
async fn routes(house: &House, title: &Title) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    let uid = &title.uid;
    let by_uid = format!("content_types/book/entries/{uid}");
    let asset = format!("assets/{}", title.cover.0);
    let by_url = format!("&query={{\"url\":\"{}\"}}", title.url);
    for locale in LOCALES {
        for fallback in ["", "&include_fallback=true"] {
            let asked = [
                ("entry", by_uid.as_str(), ""),
                ("entries", "content_types/book/entries", "&limit=100"),
                ("url", "content_types/book/entries", by_url.as_str()),
                (
                    "reference",
                    "content_types/book_page/entries",
                    "&include[]=books",
                ),
            ];
            for (name, path, more) in asked {
                let (_, answer) = ask(house, path, locale, &format!("{more}{fallback}")).await;
                if holds(&answer, uid) {
                    open.insert(format!("{name} {locale} {fallback}"));
                }
            }
            let (status, _) = ask(house, &asset, locale, fallback).await;
            let (_, listed) = ask(house, "assets", locale, &format!("&limit=100{fallback}")).await;
            if status == 200 || holds(&listed, &title.cover.0) {
                open.insert(format!("asset {locale} {fallback}"));
            }
        }
    }
    let file = house.stage.http.get(&title.cover.1).send().await.unwrap();
    if file.status().is_success() {
        open.insert("file".to_owned());
    }
    open
}

/// Three entries of an editor that refer to a title, one of them with a version of its own in a
/// second locale, all published in both.
async fn editors_entries(house: &House, uid: &str) -> Vec<String> {
    let schema = json!([
        {"data_type": "text", "display_name": "Title", "uid": "title", "mandatory": true, "unique": false},
        {"data_type": "reference", "display_name": "Books", "uid": "books", "reference_to": ["book"],
         "field_metadata": {"ref_multiple": true, "ref_multiple_content_types": true}},
    ]);
    let content_type =
        json!({"title": "Book page", "uid": "book_page", "schema": schema, "options": {}});
    house
        .stage
        .manage(
            Method::POST,
            "content_types",
            rooted("content_type", content_type),
        )
        .await;
    let mut made = Vec::new();
    for name in ["Feature", "Reading guide", "Banner"] {
        let fields = json!({"title": name, "books": [{"uid": uid, "_content_type_uid": "book"}]});
        let path = "content_types/book_page/entries";
        let entry = house
            .stage
            .manage(Method::POST, path, rooted("entry", fields.clone()))
            .await;
        let entry = entry["entry"]["uid"].as_str().unwrap().to_owned();
        if name == "Feature" {
            let path = format!("{path}/{entry}?locale=en-au");
            house
                .stage
                .manage(Method::PUT, &path, rooted("entry", fields))
                .await;
        }
        let publish = json!({"environments": [ENVIRONMENT], "locales": LOCALES});
        let path = format!("{path}/{entry}/publish");
        house
            .stage
            .manage(Method::POST, &path, rooted("entry", publish))
            .await;
        made.push(entry);
    }
    made
}

async fn stored(house: &House, entries: &[String]) -> Vec<Value> {
    let mut stored = Vec::new();
    for entry in entries {
        let path = format!("content_types/book_page/entries/{entry}?include_publish_details=true");
        stored.push(house.stage.manage(Method::GET, &path, None).await);
    }
    stored
}

/// Why a title must go.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// Its source withdraws it.
    Withdrawal,
    /// A person holds it.
    Hold,
}

#[tokio::test]
async fn a_title_that_editors_refer_to_is_gone_from_every_route_after_its_takedown() {
    for cause in [Cause::Withdrawal, Cause::Hold] {
        gone_from_every_route(cause).await;
    }
}

async fn gone_from_every_route(cause: Cause) {
    let house = sharing(8, Hidden::Absent).await;
    house.sync_fully().await;
    let title = title(&house).await;
    let entries = editors_entries(&house, &title.uid).await;
    let before = stored(&house, &entries).await;
    let at_first = routes(&house, &title).await;
    let all = 5 * 4 + 1;
    assert_eq!(
        at_first.len(),
        all,
        "every route is open at first: {at_first:#?}"
    );

    let changed = Instant::now();
    let (report, hold) = match cause {
        Cause::Withdrawal => {
            house.forbid(1001).await;
            (house.sync_fully().await, None)
        }
        Cause::Hold => {
            let (report, hold) = hold_title(&house, &WorkKey::new(SALT), None).await;
            (report, Some(hold))
        }
    };
    let open = routes(&house, &title).await;
    let took = changed.elapsed().as_secs_f64();
    assert_eq!(open, BTreeSet::new(), "{cause:?}");
    let summary = &report.summary;
    assert_eq!(
        (summary.takedowns, summary.unconfirmed),
        (1, 0),
        "{cause:?}: {summary:?}"
    );
    let said = summary.takedown_seconds.unwrap();
    assert!(said > 0.0 && said < took, "{said} s of {took} s");
    eprintln!(
        "{cause:?}: from the change to absence from every route: {took:.3} s, of which {said:.3} s in the run"
    );

    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code.to_string() == "referenced-by-editors")
        .unwrap_or_else(|| panic!("{cause:?}: nobody is told who refers to the title"));
    for entry in &entries {
        assert!(
            finding.message.contains(entry),
            "{entry} is not in: {}",
            finding.message
        );
    }
    assert_eq!(
        summary.referring, 4,
        "{cause:?}: three entries, one of them in two locales"
    );
    assert_eq!(
        stored(&house, &entries).await,
        before,
        "nothing of an editor's is changed"
    );

    if let Some(hold) = hold {
        house.sync_fully().await;
        assert_eq!(
            routes(&house, &title).await,
            BTreeSet::new(),
            "a run that reads the source opens what is held"
        );
        lift(&house, &hold).await;
        house.sync_fully().await;
        // Its file was deleted, so that nobody could go on reading it, and stands at a new address.
        let title = self::title(&house).await;
        assert_eq!(
            routes(&house, &title).await.len(),
            all,
            "every route is open again"
        );
    }
}

#[tokio::test]
async fn a_takedown_that_is_not_confirmed_is_an_alarm_with_its_age_until_it_is() {
    let house = sharing(6, Hidden::Absent).await;
    house.sync_fully().await;
    house.forbid(1001).await;
    let lie = json!({"method": "POST", "path": "/v3/content_types/book/entries/*/unpublish", "kind": "lie"});
    house.stage.fault(lie).await;
    let report = house.sync().await;
    let summary = &report.summary;
    assert_eq!(
        (summary.outcome.as_str(), summary.unconfirmed),
        ("partial", 2),
        "{summary:?}"
    );
    assert!(summary.unconfirmed_seconds.unwrap() > 0.0, "{summary:?}");
    let store = house.open_store().await.unwrap();
    let later = Timestamp::now() + jiff::SignedDuration::from_mins(5);
    let alarms = waiting(&store.ledger().await.unwrap(), later);
    assert_eq!(alarms.len(), 2, "{alarms:?}");
    for alarm in &alarms {
        assert_eq!(alarm.what, format!("book {SALT}"));
        assert!((300..600).contains(&alarm.seconds), "{alarm:?}");
    }
    drop(store);

    house.stage.no_faults().await;
    let report = house.sync_fully().await;
    let summary = &report.summary;
    assert_eq!(
        (summary.takedowns, summary.unconfirmed),
        (1, 0),
        "{summary:?}"
    );
    assert!(summary.takedown_seconds.is_some(), "{summary:?}");
    let store = house.open_store().await.unwrap();
    assert_eq!(waiting(&store.ledger().await.unwrap(), later), []);
}

/// Of every three works, sells one in Britain alone and one in Australia alone.
async fn part(house: &House) {
    let rights = [(0, "GB", "AU"), (1, "AU", "GB")];
    for work in house.works().await {
        let Some((_, sold, kept)) = rights.iter().find(|(rest, ..)| work % 3 == *rest) else {
            continue;
        };
        let document = house
            .at_source(Method::GET, &format!("works/{work}"), Value::Null)
            .await;
        for product in document["products"].as_array().unwrap() {
            let path = format!("products/{}", product["id"]);
            let rights = json!({
                "isForSaleWorldwide": false,
                "forSaleCountryCodes": [sold],
                "notForSaleCountryCodes": [kept],
            });
            house.at_source(Method::PATCH, &path, rights).await;
        }
    }
}

/// Works of the property over sockets: two sites are two cases each.
const WORKS: usize = 250;

/// Everything of ours that a reader of a locale is given, by content type and source key.
pub(crate) async fn given(house: &House, locale: &str, more: &str) -> BTreeMap<String, Value> {
    let mut given = BTreeMap::new();
    for content_type in TYPES {
        let path = format!("content_types/{content_type}/entries");
        let include = match content_type {
            "book" => "&include[]=contributors&include[]=series&include[]=imprint",
            _ => "",
        };
        for skip in (0..).step_by(100) {
            let more = format!("{more}{include}&limit=100&skip={skip}");
            let (_, answer) = ask(house, &path, locale, &more).await;
            let entries = answer["entries"].as_array().unwrap();
            for entry in entries {
                let key = entry["source_key"].as_str().unwrap();
                given.insert(format!("{content_type} {key}"), entry.clone());
            }
            if entries.len() < 100 {
                break;
            }
        }
    }
    given
}

/// What only the readers of one locale may know: addresses and ISBNs of what the other hides.
async fn secrets(house: &House, shown: &str, hidden: &str) -> BTreeSet<String> {
    let telling = |entry: &Value| entry["title"] != entry["source_key"];
    let (there, here) = (
        given(house, shown, "").await,
        given(house, hidden, "").await,
    );
    let kept = there
        .iter()
        .filter(|(key, entry)| telling(entry) && !here.get(*key).is_some_and(telling));
    kept.flat_map(|(_, entry)| [&entry["url"], &entry["from_url"], &entry["lead_isbn"]])
        .filter_map(Value::as_str)
        .map(|secret| format!("\"{secret}\""))
        .collect()
}

/// The secrets of each locale that a reader of the other gets by asking for fallbacks.
async fn leaks(house: &House) -> (usize, BTreeSet<String>) {
    let (mut known, mut found) = (0, BTreeSet::new());
    for (shown, hidden) in [("en-gb", "en-au"), ("en-au", "en-gb")] {
        let secrets = secrets(house, shown, hidden).await;
        known += secrets.len();
        let payload = given(house, hidden, "&include_fallback=true").await;
        let payload = serde_json::to_string(&payload).unwrap();
        found.extend(
            secrets
                .into_iter()
                .filter(|secret| payload.contains(secret)),
        );
    }
    (known, found)
}

#[tokio::test]
async fn a_shield_ends_what_a_fallback_tells_and_goes_before_all_other_work() {
    let mut house = sharing(WORKS, Hidden::Absent).await;
    part(&house).await;
    house.sync().await;
    let shown: BTreeSet<String> = given(&house, "en-gb", "").await.into_keys().collect();
    let books = shown.iter().filter_map(|key| key.strip_prefix("book "));
    for (number, key) in books.step_by(5).enumerate() {
        move_page(&house, key, &format!("/books/moved-{number}")).await;
    }
    house.sync().await;
    let (known, found) = leaks(&house).await;
    assert!(known > 20, "{known} secrets are too few to keep");
    assert!(
        found.iter().any(|secret| secret.contains("/books/moved-")),
        "pages have moved"
    );
    assert!(!found.is_empty(), "without shields a fallback tells");

    house.sites = together(Hidden::Shield);
    house.sync().await;
    let (known, found) = leaks(&house).await;
    assert!(known > 20, "{known}");
    assert_eq!(found, BTreeSet::new(), "of {known} secrets");

    let changes = house.stage.changes().await;
    house.sync().await;
    assert_eq!(house.stage.changes().await, changes, "a further run writes");
}

#[tokio::test]
async fn a_hold_in_one_market_is_not_undone_by_a_fallback_to_the_other() {
    let house = sharing(8, Hidden::Shield).await;
    house.sync_fully().await;
    let key = format!("book {SALT}");
    let asked = ["", "&include_fallback=true"];
    for more in asked {
        let before = given(&house, "en-au", more).await;
        assert_ne!(before[&key]["title"], SALT, "shown at first {more}");
    }
    hold_title(&house, &WorkKey::new(SALT), Some("au")).await;
    for more in asked {
        let held = given(&house, "en-au", more).await;
        let told = held.get(&key).map(|entry| entry["title"].clone());
        assert!(
            told.as_ref().is_none_or(|title| title == SALT),
            "{more}: {told:?}"
        );
    }
    let elsewhere = given(&house, "en-gb", "").await;
    assert_ne!(elsewhere[&key]["title"], SALT, "the other market keeps it");
}

#[tokio::test]
async fn what_may_be_known_again_is_told_where_its_shield_was() {
    let mut house = sharing(12, Hidden::Shield).await;
    part(&house).await;
    house.sync().await;
    let shield = |given: &BTreeMap<String, Value>| {
        let shields = given
            .iter()
            .filter(|(_, entry)| entry["title"] == entry["source_key"]);
        shields
            .map(|(key, _)| key.clone())
            .collect::<BTreeSet<String>>()
    };
    let shields = shield(&given(&house, "en-au", "").await);
    assert!(!shields.is_empty(), "some title is hidden in Australia");

    // Whatever the rights say of Australia is let through.
    let mut sites: Vec<_> = house.sites.iter().cloned().collect();
    sites[0].rights.not_for_sale = site::policy::Unsold::ShowWithoutSale;
    sites[0].rights.unknown = site::policy::Unsold::ShowWithoutSale;
    house.sites = Sites::new(sites).unwrap();
    house.sync().await;
    let now = given(&house, "en-au", "").await;
    let left = shield(&now);
    assert!(left.len() < shields.len(), "{left:?}");
    for key in shields.difference(&left) {
        let entry = now.get(key).unwrap_or_else(|| panic!("{key} is gone"));
        assert!(entry["url"].is_string(), "{key} says nothing: {entry}");
    }
}

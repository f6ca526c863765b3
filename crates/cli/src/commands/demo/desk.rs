//! What the people at the desk find in the demo's console: modules that editors built around titles, a line that somebody
//! waived, and a night in which something failed.
//!
//! Editors write as editors do, by the Management interface with an editor's token; none of it passes through the engine.

use contentstack::Secret;
use jiff::{SignedDuration, Timestamp};
use sandbox::Running;
use serde_json::{Value as Json, json};
use store::Store;
use store::ledger::Ledger;
use store::waivers::{Act, KeptWaiver};
use uuid::Uuid;

use super::{Change, patch, walk};
use crate::failure::Failure;
use crate::session::Session;

/// Titles that an editor shows together: all of them are on the British site.
const SHELF: [u32; 3] = [1001, 1002, 1106];

/// Ten titles, three of which may not be shown in the United States.
const COAST: [u32; 10] = [1001, 1002, 1003, 1032, 1005, 1006, 1033, 1106, 1110, 1117];

/// The title that no site may announce, as its editor likes to call it.
const UNANNOUNCED: &str = "The Understorey of Sallow Wood";

/// Records that cannot be read in the night.
const UNREADABLE: [u32; 2] = [1005, 1043];

/// A record whose rights cannot be read from then on, and its formats.
const SILENT: (u32, [u32; 2]) = (1118, [21_171, 21_172]);

/// What an editor made.
struct Made {
    content_type: &'static str,
    title: &'static str,
    environment: &'static str,
    locale: &'static str,
    sections: Json,
}

/// Makes three modules as an editor would: one whole, one with holes, one that says too much. Titles that the demo leaves out
/// are left out of them too.
pub(super) async fn editors(running: &Running, store: &Store) -> Result<usize, Failure> {
    let ledger = store.ledger().await?;
    let shelf = references(&ledger, &SHELF);
    if shelf.is_empty() {
        return Ok(0);
    }
    let featured = shelf.last().cloned();
    let words = |text: &str| json!({ "hero": { "heading": text, "book": [&featured] } });
    let entries = [
        Made {
            content_type: "seasonal_collection",
            title: "Three books for the longest night",
            environment: "production-uk",
            locale: "en-gb",
            sections: json!([{ "books": { "heading": "To be read aloud", "books": shelf } }]),
        },
        Made {
            content_type: "seasonal_collection",
            title: "Around the coast in ten books",
            environment: "production-us",
            locale: "en-us",
            sections: json!([{ "books": { "books": references(&ledger, &COAST) } }]),
        },
        Made {
            content_type: "promotional_banner",
            title: "Coming in the spring",
            environment: "production-uk",
            locale: "en-gb",
            sections: json!([words(&format!("Coming in the spring: {UNANNOUNCED}"))]),
        },
    ];
    for entry in &entries {
        publish(running, entry).await?;
    }
    Ok(entries.len())
}

fn references(ledger: &Ledger, works: &[u32]) -> Vec<Json> {
    let keys = works.iter().map(|work| {
        let kind = site::desired::Kind::Book.uid().to_owned();
        (kind, format!("consonance:work:{work}"))
    });
    keys.filter_map(|key| ledger.entries.get(&key))
        .map(|uid| json!({ "uid": uid, "_content_type_uid": "book" }))
        .collect()
}

async fn publish(running: &Running, made: &Made) -> Result<(), Failure> {
    let kind = format!("content_types/{}/entries", made.content_type);
    let fields = json!({ "title": made.title, "sections": made.sections });
    let answer = manage(
        running,
        &format!("{kind}?locale={}", made.locale),
        &json!({ "entry": fields }),
    )
    .await?;
    let uid = answer
        .pointer("/entry/uid")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let places = json!({ "environments": [made.environment], "locales": [made.locale] });
    let body = json!({ "entry": places, "locale": made.locale });
    manage(running, &format!("{kind}/{uid}/publish"), &body).await?;
    Ok(())
}

async fn manage(running: &Running, path: &str, body: &Json) -> Result<Json, Failure> {
    let access = running.contentstack();
    let token = Secret::new(access.editor_authtoken.clone());
    let call = reqwest::Client::new()
        .post(format!("{}/v3/{path}", access.cma_url))
        .header("api_key", &access.api_key)
        .header("authtoken", token.expose())
        .json(body);
    let made = async { call.send().await?.error_for_status()?.json().await };
    made.await.map_err(|source| Failure::Demo {
        what: "the editor's entry",
        source,
    })
}

/// Lets a title go live on one site without its cover, as somebody would who knows the designer.
pub(super) async fn waive(store: &Store) -> Result<(), Failure> {
    let now = Timestamp::now();
    let act = Act {
        by: "Ida Brack".to_owned(),
        at: now,
    };
    let waiver = KeptWaiver {
        id: Uuid::now_v7(),
        rule: "cover".to_owned(),
        work: Some("consonance:work:1107".to_owned()),
        site: Some("uk".to_owned()),
        until: now
            .checked_add(SignedDuration::from_hours(21 * 24))
            .unwrap_or(Timestamp::MAX),
        reason: "the jacket is at the printer's; the page may stand without it".to_owned(),
        requested: act.clone(),
        approved: Some(act),
        ended: None,
    };
    Ok(store.ask_waiver(&waiver).await?)
}

/// Changes some records at the source, lets two of them and the rights of a third be unreadable, and syncs. Afterwards only the
/// rights still are; the two wait to be taken through again.
pub(super) async fn night(
    running: &Running,
    session: &Session,
) -> Result<sync::tally::Report, Failure> {
    let consonance = running.consonance().url.clone();
    for work in UNREADABLE.into_iter().chain([SILENT.0]) {
        let change = Change {
            work,
            says: "",
            route: format!("works/{work}"),
            patch: json!({ "subtitle": "A Novel" }),
        };
        patch(&consonance, &change).await?;
    }
    for field in [
        "isForSaleWorldwide",
        "forSaleCountryCodes",
        "notForSaleCountryCodes",
    ] {
        let order = json!({ "type": "Product", "field": field, "ids": SILENT.1 });
        order_fault(&consonance, "field_errors", &order).await?;
    }
    for id in UNREADABLE {
        order_fault(
            &consonance,
            "work_faults",
            &json!({ "id": id, "kind": "error" }),
        )
        .await?;
    }
    let report = walk(session).await;
    let faults = format!("{consonance}/_sandbox/work_faults");
    let withdrawn = async {
        reqwest::Client::new()
            .delete(faults)
            .send()
            .await?
            .error_for_status()
    };
    withdrawn.await.map_err(|source| Failure::Demo {
        what: "the end of the night",
        source,
    })?;
    report
}

async fn order_fault(consonance: &str, kind: &str, order: &Json) -> Result<(), Failure> {
    let call = reqwest::Client::new()
        .post(format!("{consonance}/_sandbox/{kind}"))
        .json(order);
    let made = async { call.send().await?.error_for_status() };
    made.await.map(|_| ()).map_err(|source| Failure::Demo {
        what: "the fault at the source",
        source,
    })
}

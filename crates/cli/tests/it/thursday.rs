//! Next Thursday's launches of the sample: every state that a launch can be in, by the rule that decides it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::world::{NOON, World};

/// The blockers that are still open, by the number of the work, in Britain and in the United States.
const OPEN: [(u32, &str, &str); 13] = [
    (1106, "", ""),
    (1107, "cover", "cover"),
    (1108, "description", "description"),
    (1109, "price", "price"),
    (1110, "", "price rights"),
    (1111, "announcement cover", "announcement cover"),
    (1112, "title", "title"),
    (1113, "publication-date", "publication-date"),
    (
        1114,
        "publication-date status-sellable",
        "publication-date status-sellable",
    ),
    (1115, "cover isbn", "cover isbn"),
    (1116, "cover form", "cover form"),
    (1117, "", ""),
    (1118, "", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_launches_of_next_thursday_are_in_every_state() {
    let world = World::with(118).await;
    world.sync().await;
    let ran = world
        .run(&["launch", "--week", "2026-W49", "--at", NOON])
        .await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let candidates = ran.json();
    let mut open: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut outcomes: BTreeSet<String> = BTreeSet::new();
    let mut is_overdue = false;
    for one in candidates.as_array().unwrap() {
        if one["publication"] != "2026-12-03" {
            continue;
        }
        let items = one["items"].as_array().unwrap();
        let is_open = |item: &&Value| {
            item["severity"] == "blocker"
                && (item["outcome"] == "fail" || item["outcome"] == "unknown")
        };
        let rules: BTreeSet<&str> = items
            .iter()
            .filter(is_open)
            .map(|item| item["rule"].as_str().unwrap())
            .collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        open.insert((text("work"), text("site")), rules.join(" "));
        outcomes.extend(items.iter().map(|item| item["outcome"].to_string()));
        is_overdue |= items
            .iter()
            .filter(is_open)
            .any(|item| item["urgency"] == "overdue");
    }
    for (work, uk, us) in OPEN {
        let of = |site: &str| {
            let key = (format!("consonance:work:{work}"), site.to_owned());
            open.get(&key).map(String::as_str)
        };
        assert_eq!(
            (of("uk"), of("us")),
            (Some(uk), Some(us)),
            "{work}: {open:#?}"
        );
    }
    assert!(is_overdue, "something is late");
    for outcome in ["pass", "fail", "not_applicable", "unknown"] {
        assert!(outcomes.contains(&format!("\"{outcome}\"")), "{outcomes:?}");
    }
}

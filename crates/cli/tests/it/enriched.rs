//! Two sources, as a publisher configures them.

use serde_json::Value;

use crate::world::World;

const TITLE: &str = "work:1001";

/// Names the stand-in's own feed, or whatever `onix` is, in the configuration.
fn with_feed(world: &World, onix: &str) {
    world.configure(|text| {
        text.replacen(
            "[consonance]\n",
            &format!("[consonance]\nonix = \"{onix}\"\n"),
            1,
        )
    });
}

fn address(world: &World) -> String {
    format!("{}/feeds/onix", world.running.consonance().url)
}

/// The sources of a rule, over all sites and formats.
fn sources<'a>(told: &'a Value, rule: &str) -> Vec<&'a str> {
    let of = |value: &'a Value| value.as_array().into_iter().flatten();
    of(&told["sites"])
        .flat_map(|site| of(&site["formats"]))
        .flat_map(|format| of(&format["steps"]))
        .filter(|step| step["rule"] == rule)
        .flat_map(|step| of(&step["sources"]))
        .filter_map(Value::as_str)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_names_the_source_of_what_each_rule_saw() {
    let world = World::with(4).await;
    let feed = address(&world);
    with_feed(&world, &feed);
    world.sync().await;
    let told = world.run(&["explain", TITLE]).await.json();
    let approval = sources(&told, "approval");
    assert!(!approval.is_empty(), "{told:#}");
    assert!(
        approval
            .iter()
            .all(|source| *source == "Consonance GraphQL")
    );
    let line = format!("ONIX feed {feed} line ");
    for rule in ["status", "price"] {
        let sources = sources(&told, rule);
        for wanted in ["Consonance GraphQL", line.as_str()] {
            assert!(
                sources.iter().any(|source| source.starts_with(wanted)),
                "{rule}: {wanted} is not in {sources:?}"
            );
        }
    }
    let table = world.tell(&["explain", TITLE]).await.stdout;
    assert!(
        table.contains("read from Consonance GraphQL; ONIX feed"),
        "{table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_how_old_both_sources_are() {
    let world = World::with(2).await;
    with_feed(&world, &address(&world));
    world.sync().await;
    let told = world.run(&["doctor"]).await.json();
    let checks = told["checks"].as_array().unwrap();
    for name in ["age of the ONIX feed", "age of Consonance's data"] {
        let check = checks.iter().find(|check| check["check"] == name);
        let check = check.unwrap_or_else(|| panic!("{name}: {told:#}"));
        let detail = check["detail"].as_str().unwrap();
        assert!(detail.starts_with("last "), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_nowhere_or_makes_no_sense_is_refused_by_its_code() {
    let world = World::with(2).await;
    with_feed(&world, "feeds/none");
    let ran = world.try_sync(&[]).await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(ran.error().0, "FL-0631");
    world.configure(|text| text.replace("feeds/none", "http://feeds.example/onix"));
    let ran = world.try_sync(&[]).await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.error().1.contains("plain http"), "{ran:?}");
}

/// The ISBNs of the formats that the British site shows of the title.
async fn shown(world: &World) -> Vec<String> {
    let books = world.shown().await;
    let book = &books.books("uk")[format!("consonance:{TITLE}").as_str()];
    let formats = book["formats"].as_array().unwrap();
    let isbn = |row: &Value| {
        let row = row.get("format").unwrap_or(row);
        row["isbn13"].as_str().unwrap().to_owned()
    };
    formats.iter().map(isbn).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_disregards_an_unreadable_record_with_a_reason_and_its_product_is_shown() {
    let world = World::with(4).await;
    world.sync().await;
    let isbns = shown(&world).await;
    let first = isbns.first().unwrap();
    let broken = format!(
        "<ONIXMessage release=\"3.0\"><Header/><Product><RecordReference>house.17</RecordReference>\
         <NotificationType>03</NotificationType><ProductIdentifier><ProductIDType>15</ProductIDType>\
         <IDValue>{first}</IDValue></ProductIdentifier><PublishingDetail><PublishingDate>&nosuch;</PublishingDate>\
         </PublishingDetail></Product></ONIXMessage>"
    );
    std::fs::create_dir(world.path("feed")).unwrap();
    let file = world.put("feed/full.xml", broken.as_bytes());
    with_feed(&world, file.trim_end_matches("/full.xml"));
    world.sync_to(3, &[]).await;
    assert!(!shown(&world).await.contains(first), "it is closed");
    let key = format!("consonance-onix:rejected:house.17@{file}:1:{first}");
    let rejected = world.tell(&["runs", "last"]).await.stdout;
    assert!(rejected.contains(&key), "{key} is not in {rejected}");

    let with = async |arguments: &[&str]| world.run(&[&["replay"], arguments].concat()).await;
    for wrong in [
        &["--disregard", &key][..],
        &["--disregard", "--reason", " ", &key],
        &[
            "--disregard",
            "--reason",
            "a price only",
            "consonance:work:1001",
        ],
        &["--reason", "a price only", &key],
    ] {
        let refused = with(wrong).await;
        assert_eq!(refused.code, 2, "{wrong:?}: {refused:?}");
    }
    assert!(!shown(&world).await.contains(first));
    let said = with(&["--disregard", "--reason", "a price only", &key]).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(shown(&world).await, isbns);
    world.sync().await;
    assert_eq!(shown(&world).await, isbns);
}

//! The checklist of launches over the sample, by its exit codes and in every format.

use serde_json::{Value, json};

use crate::world::{NOON, World};

async fn synced(works: usize) -> World {
    let world = World::with(works).await;
    world.apply_model().await;
    world.sync().await;
    world
}

fn line<'a>(candidate: &'a Value, rule: &str) -> &'a Value {
    let items = candidate["items"].as_array().unwrap();
    items.iter().find(|item| item["rule"] == rule).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_told_line_by_line_with_what_was_seen_and_who_mends_it() {
    let world = synced(12).await;
    let ran = world.run(&["launch", "work:1001", "--at", NOON]).await;
    let candidates = ran.json();
    let candidates = candidates.as_array().unwrap();
    assert!(!candidates.is_empty(), "{ran:?}");
    let blocked = candidates.iter().any(|one| one["readiness"] == "blocked");
    let unknown = candidates.iter().any(|one| one["readiness"] == "unknown");
    let expected = if blocked {
        3
    } else if unknown {
        4
    } else {
        0
    };
    assert_eq!(ran.code, expected, "{ran:?}");
    for candidate in candidates {
        assert_eq!(line(candidate, "isbn")["outcome"], "pass");
        let published = line(candidate, "entry-published");
        assert_eq!(published["outcome"], "pass", "{published:#}");
        for item in candidate["items"].as_array().unwrap() {
            let evidence = item["evidence"].as_array().unwrap();
            assert!(!evidence.is_empty(), "{item:#}");
        }
    }
    let table = world.tell(&["launch", "work:1001", "--at", NOON]).await;
    assert!(table.stdout.contains("isbn.valid: yes"), "{}", table.stdout);
    assert!(table.stdout.contains("points"), "{}", table.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_at_the_source_blocks_and_what_is_mended_does_not() {
    let world = synced(3).await;
    let description = |ran: &Value| {
        let first = &ran.as_array().unwrap()[0];
        line(first, "description")["outcome"].clone()
    };
    let asked = ["launch", "work:1001", "--at", NOON];
    let before = world.run(&asked).await.json();
    assert_eq!(
        description(&before),
        "pass",
        "{:#}",
        line(&before[0], "description")
    );
    let works = world.work(1001).await;
    let texts = json!({ "marketingTexts": [] });
    assert!(works["marketingTexts"].is_array(), "{works:#}");
    world
        .at_source(reqwest::Method::PATCH, "works/1001", texts)
        .await;
    world.sync().await;
    let ran = world.run(&asked).await;
    assert_eq!(description(&ran.json()), "fail");
    assert_eq!(ran.code, 3, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_rules_take_the_place_of_the_default_and_wrong_ones_are_refused_by_name() {
    let world = synced(3).await;
    let rule = |fact: &str| {
        format!(
            "[[rule]]\nid = \"isbn\"\nsays = \"ours\"\nsource = \"consonance\"\nneeds = [{{ fact = \"{fact}\", is = true }}]\n\
             severity = \"blocker\"\ndue = \"T-1\"\nowner = \"me\"\nmend = \"Do it.\"\nplace = \"consonance\"\n"
        )
    };
    let own = world.put("own.toml", rule("cover.holding").as_bytes());
    let asked = |rules: String| {
        let world = &world;
        async move {
            let arguments = ["launch", "work:1001", "--rules", &rules, "--at", NOON];
            world.run(&arguments).await
        }
    };
    let ran = asked(own).await;
    let candidates = ran.json();
    let ours = line(&candidates[0], "isbn");
    assert_eq!(
        (&ours["says"], &ours["outcome"]),
        (&json!("ours"), &json!("fail"))
    );
    let wrong = world.put("wrong.toml", rule("cover.holdin").as_bytes());
    let refused = asked(wrong).await;
    let (code, message, _) = refused.error();
    assert_eq!((refused.code, code.as_str()), (2, "FL-0702"));
    assert!(
        message.contains("did you mean `cover.holding`?"),
        "{message}"
    );
    let missing = asked("/nowhere/rules.toml".into()).await;
    assert_eq!((missing.code, missing.error().0.as_str()), (2, "FL-0100"));
}

#[tokio::test(flavor = "multi_thread")]
async fn launches_of_a_week_go_into_calendars_and_spreadsheets() {
    let world = synced(60).await;
    let all = world.run(&["launch", "--at", NOON]).await.json();
    let all = all.as_array().unwrap();
    assert!(all.len() > 3, "{}", all.len());
    let days: Vec<&str> = all
        .iter()
        .filter_map(|one| one["publication"].as_str())
        .collect();
    assert!(days.is_sorted(), "the nearest first: {days:?}");

    let csv = world
        .tell(&["launch", "--at", NOON, "--format", "csv"])
        .await
        .stdout;
    let rows = csv.lines().count();
    let items: usize = all
        .iter()
        .map(|one| one["items"].as_array().unwrap().len())
        .sum();
    assert_eq!(rows, items + 1);
    assert!(csv.starts_with("work,isbn13,title,site,"), "{csv}");

    let ics = world
        .tell(&["launch", "--at", NOON, "--format", "ics"])
        .await
        .stdout;
    let open = |item: &&Value| {
        (item["outcome"] == "fail" || item["outcome"] == "unknown") && item["due"].is_string()
    };
    let due: usize = all
        .iter()
        .map(|one| one["items"].as_array().unwrap().iter().filter(open).count())
        .sum();
    assert_eq!(ics.matches("BEGIN:VEVENT").count(), due);
    assert!(ics.contains("DTSTART;VALUE=DATE:"), "{ics}");

    let none = world
        .tell(&["launch", "--at", NOON, "--week", "1990-W01"])
        .await;
    assert_eq!(none.code, 0);
    let wrong = world.run(&["launch", "--week", "2027-W54"]).await;
    assert_eq!(wrong.code, 2);
}

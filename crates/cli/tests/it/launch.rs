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

/// The outcome of a rule for the first site of a title, and the exit code.
async fn outcome(world: &World, rule: &str) -> (Value, i32) {
    let ran = world.run(&["launch", "work:1001"]).await;
    let candidates = ran.json();
    (line(&candidates[0], rule)["outcome"].clone(), ran.code)
}

async fn without_texts() -> World {
    let world = synced(3).await;
    let texts = json!({ "marketingTexts": [] });
    world
        .at_source(reqwest::Method::PATCH, "works/1001", texts)
        .await;
    world.sync().await;
    world
}

const UNTIL: [&str; 2] = ["--until", "2099-01-01"];

#[tokio::test(flavor = "multi_thread")]
async fn a_waived_rule_lets_its_title_go_until_somebody_ends_the_waiver() {
    let world = without_texts().await;
    assert_eq!(outcome(&world, "description").await.0, "fail");
    let asked = [
        &[
            "waive",
            "description",
            "work:1001",
            "--reason",
            "the copy follows",
        ][..],
        &UNTIL,
    ]
    .concat();
    let ran = world.run_as("ida", &asked).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let waiver = ran.json();
    assert_eq!(waiver["approved"]["by"], "ida", "one pair of eyes will do");
    assert_eq!(waiver["work"], "consonance:work:1001");
    assert_eq!(outcome(&world, "description").await.0, "waived");
    let table = world.tell(&["launch", "work:1001"]).await.stdout;
    assert!(table.contains("the copy follows"), "{table}");
    let of_another = world.run(&["launch", "work:1002"]).await.json();
    assert_ne!(line(&of_another[0], "description")["outcome"], "waived");

    let id = waiver["id"].as_str().unwrap();
    let ended = world.run_as("finn", &["waive", "--end", id]).await.json();
    assert_eq!(ended["ended"]["by"], "finn");
    assert_eq!(outcome(&world, "description").await.0, "fail");
    let list = world.tell(&["waive", "--list"]).await.stdout;
    assert!(
        list.contains("ended by finn") && list.contains("by ida"),
        "{list}"
    );
    let again = world.run(&["waive", "--approve", id]).await;
    assert_eq!((again.code, again.error().0.as_str()), (2, "FL-0706"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_takes_two_who_asks_does_not_grant() {
    let world = without_texts().await;
    world.configure(|text| format!("{text}\n[launch]\nfour_eyes = true\n"));
    let asked = [
        &[
            "waive",
            "description",
            "--site",
            "uk",
            "--reason",
            "the copy follows",
        ][..],
        &UNTIL,
    ]
    .concat();
    let waiver = world.run_as("ida", &asked).await.json();
    assert_eq!(waiver["approved"], Value::Null);
    let id = waiver["id"].as_str().unwrap().to_owned();
    let own = world.run_as("ida", &["waive", "--approve", &id]).await;
    let (code, message, _) = own.error();
    assert_eq!((own.code, code.as_str()), (2, "FL-0706"));
    assert!(message.contains("somebody else must grant it"), "{message}");
    let on = |site: &str| {
        let world = &world;
        let asked = ["launch", "work:1001", "--site", site].map(str::to_owned);
        async move {
            let asked = asked.each_ref().map(String::as_str);
            let candidates = world.run(&asked).await.json();
            line(&candidates[0], "description")["outcome"].clone()
        }
    };
    assert_eq!(on("uk").await, "fail");
    let granted = world.run_as("finn", &["waive", "--approve", &id]).await;
    assert_eq!(granted.json()["approved"]["by"], "finn");
    assert_eq!(on("uk").await, "waived");
    assert_eq!(on("au").await, "fail", "it was asked for one site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_of_nothing_for_ever_or_without_a_reason_is_refused() {
    let world = synced(3).await;
    for (wrong, code, said) in [
        (
            &[
                "waive",
                "descripton",
                "--reason",
                "x",
                "--until",
                "2099-01-01",
            ][..],
            "FL-0706",
            "did you mean `description`?",
        ),
        (
            &[
                "waive",
                "description",
                "--reason",
                " ",
                "--until",
                "2099-01-01",
            ],
            "FL-0706",
            "it has no reason",
        ),
        (
            &[
                "waive",
                "description",
                "--reason",
                "x",
                "--until",
                "2020-01-01",
            ],
            "FL-0706",
            "its end has passed",
        ),
        (
            &["waive", "description", "--reason", "x"],
            "FL-0100",
            "required",
        ),
        (&["waive"], "FL-0100", "required"),
        (
            &["waive", "--end", "no-such-id"],
            "FL-0706",
            "no waiver of this id",
        ),
        (
            &[
                "waive",
                "description",
                "work:9999",
                "--reason",
                "x",
                "--until",
                "2099-01-01",
            ],
            "FL-0113",
            "work:9999",
        ),
    ] {
        let refused = world.run(wrong).await;
        let (found, message, _) = refused.error();
        assert_eq!(refused.code, 2, "{wrong:?}: {refused:?}");
        assert_eq!(found, code, "{wrong:?}: {message}");
        assert!(message.contains(said), "{wrong:?}: {message}");
    }
    let empty = world.run(&["waive", "--list"]).await.json();
    assert_eq!(empty, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_tried_before_anybody_is_blocked_by_them() {
    let world = synced(12).await;
    let rule = |fact: &str| {
        format!(
            "[[rule]]\nid = \"house\"\nsays = \"ours\"\nsource = \"consonance\"\nneeds = [{{ fact = \"{fact}\", is = true }}]\n\
             severity = \"blocker\"\ndue = \"T-1\"\nowner = \"me\"\nmend = \"Do it.\"\nplace = \"consonance\"\n"
        )
    };
    let tried = |fact: &str| {
        let file = world.put("house.toml", rule(fact).as_bytes());
        let world = &world;
        async move {
            let ran = world
                .run(&["launch", "work:1001", "--try", &file, "--at", NOON])
                .await;
            assert_eq!(ran.code, 0, "{ran:?}");
            ran.json()
        }
    };
    let before = world
        .run(&["launch", "work:1001", "--at", NOON])
        .await
        .json();
    let before = before.as_array().unwrap();
    assert!(
        before.iter().all(|one| one["readiness"] != "blocked"),
        "{before:#?}"
    );
    let lenient = tried("isbn.valid").await;
    assert_eq!(
        (&lenient["newly_blocked"], &lenient["changes"]),
        (&json!(0), &json!([]))
    );
    let strict = tried("cover.holding").await;
    assert_eq!(
        (&strict["titles"], &strict["newly_blocked"]),
        (&json!(1), &json!(1))
    );
    let changes = strict["changes"].as_array().unwrap();
    assert_eq!(changes.len(), before.len(), "on every site: {strict:#}");
    for change in changes {
        assert_eq!(change["after"], "blocked");
        assert_eq!(
            change["because"].as_array().unwrap().last().unwrap(),
            "house"
        );
    }
    let file = world.put("house.toml", rule("cover.holding").as_bytes());
    let table = world
        .tell(&["launch", "work:1001", "--try", &file, "--at", NOON])
        .await
        .stdout;
    assert!(table.contains("would newly block 1 title of 1"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_milestones_are_facts_that_rules_may_ask_for() {
    let world = synced(3).await;
    let rule = "[[rule]]\nid = \"on-time\"\nsays = \"nothing is overdue\"\nsource = \"milestone\"\n\
                needs = [{ fact = \"milestones.overdue\", at_most = 0 }]\nseverity = \"warning\"\ndue = \"T-1\"\n\
                owner = \"production\"\nmend = \"Ask production.\"\nplace = \"consonance\"\n";
    let rules = world.put("rules.toml", rule.as_bytes());
    let asked = ["launch", "work:1001", "--rules", &rules];
    let on_time = || async {
        let candidates = world.run(&asked).await.json();
        line(&candidates[0], "on-time").clone()
    };
    assert_eq!(on_time().await["outcome"], "unknown", "nobody imported any");
    let import = |rows: &str| {
        let text = format!("work,milestone,assignee,due date,done date\n{rows}");
        let file = world.put("todos.csv", text.as_bytes());
        let world = &world;
        async move { world.run(&["milestones", "import", &file]).await }
    };
    let partly = import(
        "work:1001,files to press,Omar,2020-03-01,\nwork:1001,Ex works,Omar,2099-01-01,\n\
         work:9999,Ex works,,,\nwork:1001,Coffee,,,\n",
    )
    .await;
    assert_eq!(partly.code, 3, "{partly:?}");
    let imported = partly.json();
    assert_eq!(
        (&imported["milestones"], &imported["titles"]),
        (&json!(2), &json!(1))
    );
    let left_out = imported["left_out"].as_array().unwrap();
    let lines: Vec<&Value> = left_out.iter().map(|wrong| &wrong["line"]).collect();
    assert_eq!(lines, [&json!(4), &json!(5)], "{left_out:?}");
    let late = on_time().await;
    assert_eq!(late["outcome"], "fail");
    let saw = late["evidence"][0]["saw"].as_str().unwrap();
    assert!(
        saw.contains("Files to press, due 2020-03-01 (Omar)"),
        "{saw}"
    );
    let list = world.tell(&["milestones", "list"]).await.stdout;
    assert!(
        list.contains("Ex works") && list.contains("2020-03-01"),
        "{list}"
    );

    let done = import("work:1001,Files to press,Omar,2020-03-01,2020-02-27\n").await;
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(
        on_time().await["outcome"],
        "pass",
        "the file holds all of them"
    );
    let missing = world.run(&["milestones", "import", "/nowhere.csv"]).await;
    assert_eq!((missing.code, missing.error().0.as_str()), (2, "FL-0100"));
}

#[tokio::test(flavor = "multi_thread")]
async fn milestones_come_from_a_calendar_and_from_the_records_of_the_source() {
    let world = synced(3).await;
    let work = world.work(1001).await;
    let isbn = work["products"][0]["isbn13"].as_str().unwrap().to_owned();
    let feed = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:Files to press\r\nDESCRIPTION:{isbn}\r\nDUE;VALUE=DATE:20261101\r\nEND:VTODO\r\n\
         BEGIN:VTODO\r\nSUMMARY:Ex works\r\nURL:https://web.consonance.app/works/1002\r\nDUE:20270101\r\nEND:VTODO\r\n\
         BEGIN:VTODO\r\nSUMMARY:Ex works for nobody\r\nDUE:20270101\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    );
    let path = world.put("todos.ics", feed.as_bytes());
    let ran = world.run(&["milestones", "import", &path]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let imported = ran.json();
    assert_eq!(
        (&imported["milestones"], &imported["titles"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(imported["left_out"][0]["line"], 12, "{imported:#}");

    let records = json!({
        "productionRuns": [{ "name": "First printing", "deliveryDate": "2026-11-02" }],
        "contract": { "msDeliveryDate": "2026-01-10", "revisedMsDeliveryDate": "2026-02-10" },
    });
    world
        .at_source(reqwest::Method::PATCH, "works/1001", records)
        .await;
    let ran = world.run(&["milestones", "pull"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let listed = world.run(&["milestones", "list"]).await.json();
    let of_first: Vec<(&str, &str)> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["work"] == "consonance:work:1001")
        .map(|one| (one["name"].as_str().unwrap(), one["due"].as_str().unwrap()))
        .collect();
    let expected = [
        ("Contract: manuscript", "2026-02-10"),
        ("Files to press", "2026-11-01"),
        ("Production run: First printing", "2026-11-02"),
    ];
    assert_eq!(of_first, expected);
    // Whether a printer kept a day nobody says; that the manuscript did not come the contract does.
    let rule = "[[rule]]\nid = \"on-time\"\nsays = \"nothing is overdue\"\nsource = \"milestone\"\n\
                needs = [{ fact = \"milestones.overdue\", at_most = 0 }]\nseverity = \"warning\"\ndue = \"T-1\"\n\
                owner = \"production\"\nmend = \"Ask production.\"\nplace = \"consonance\"\n";
    let rules = world.put("rules.toml", rule.as_bytes());
    let launch = world
        .run(&["launch", "work:1001", "--rules", &rules, "--at", NOON])
        .await
        .json();
    let overdue = line(&launch[0], "on-time");
    let saw = overdue["evidence"][0]["saw"].as_str().unwrap();
    assert!(
        saw.contains("Files to press") && saw.contains("Contract: manuscript"),
        "{saw}"
    );
    assert!(!saw.contains("printing"), "{saw}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_the_schema_lacks_are_named() {
    let world = World::lacking(3, &["Work.productionRuns", "Contract.deliveryDates"]).await;
    world.sync().await;
    let ran = world.run(&["milestones", "pull"]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let expected = json!(["Work.productionRuns", "Contract.deliveryDates"]);
    assert_eq!(ran.json()["missing"], expected);
}

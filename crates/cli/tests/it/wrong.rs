//! What is wrong is answered with a code, the thing's name and the mend, and an exit code; and it
//! changes nothing.

use std::net::TcpListener;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{NOON, Ran, Side, World};

/// Exit codes.
const FAILED: i32 = 1;
const USAGE: i32 = 2;
const PARTIAL: i32 = 3;
const QUESTION: i32 = 4;

/// Two titles that are for sale everywhere.
const WHOLE: &str = include_str!("../data/whole.xml");
const RELEASE_2_1: &str = include_str!("../data/release-2.1.xml");

#[track_caller]
fn refused(ran: &Ran, exit: i32, code: &str, names: &[&str]) {
    let (is, message, mend) = ran.error();
    assert_eq!((ran.code, is.as_str()), (exit, code), "{ran:?}");
    for name in names {
        assert!(
            message.contains(name) || mend.contains(name),
            "`{name}` is not named: {message} / {mend}"
        );
    }
    assert!(!mend.is_empty(), "{ran:?}");
    assert_ne!(message, mend);
}

/// An origin on this machine at which nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// A world of six works, synchronised, and a count of changes that must stay.
async fn live() -> (World, u64) {
    let world = World::with(6).await;
    world.sync().await;
    let changes = world.changes().await;
    (world, changes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_refused_and_never_repeated() {
    for (file, code) in [
        ("secrets/consonance-token", "FL-0405"),
        ("secrets/contentstack-management-token", "FL-0306"),
    ] {
        let (world, changes) = live().await;
        world.put(file, b"not-the-token-7f3a\n");
        let ran = world.try_sync(&[]).await;
        refused(&ran, FAILED, code, &[]);
        assert!(
            !ran.stderr.contains("not-the-token-7f3a"),
            "the token is told: {ran:?}"
        );
        assert_eq!(world.changes().await, changes, "{file}");
        let doctor = world.run(&["doctor"]).await;
        assert_eq!(doctor.code, FAILED, "{doctor:?}");
        assert!(doctor.stdout.contains(code), "{doctor:?}");
        assert!(!doctor.stdout.contains("not-the-token-7f3a"), "{doctor:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_at_which_nobody_answers_is_named() {
    for (side, code) in [
        (Side::Consonance, "FL-0402"),
        (Side::Contentstack, "FL-0301"),
    ] {
        let (world, changes) = live().await;
        let nowhere = nowhere();
        let right = match side {
            Side::Consonance => &world.running.consonance().url,
            Side::Contentstack => &world.running.contentstack().cma_url,
        };
        world.configure(|text| text.replace(right, &nowhere));
        let ran = world.try_sync(&[]).await;
        refused(&ran, FAILED, code, &["127.0.0.1"]);
        assert_eq!(world.changes().await, changes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_hosts_mixed_up_are_told_apart() {
    let world = World::with(6).await;
    let (consonance, stack) = (
        world.running.consonance().url.clone(),
        world.running.contentstack().cma_url.clone(),
    );
    world.configure(|text| text.replace(&consonance, &stack));
    refused(&world.try_sync(&[]).await, FAILED, "FL-0406", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn html_where_json_was_due_is_no_answer() {
    let html = |path: &str| {
        json!({"kind": "status", "status": 200, "path": path, "content_type": "text/html",
            "body": "<html><title>Sign in</title></html>"})
    };
    for (side, path, code) in [
        (Side::Consonance, "/graphql", "FL-0407"),
        (Side::Contentstack, "/v3/*", "FL-0312"),
    ] {
        let (world, changes) = live().await;
        world.fault(side, html(path)).await;
        refused(&world.try_sync(&[]).await, FAILED, code, &[]);
        world.mend().await;
        // A call that a fault answered counts as one all the same; no mutating one is made.
        assert_eq!(world.changes().await, changes);
        world.sync().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_lacks_an_environment_or_a_locale_says_which() {
    let world = World::bare(6).await;
    let ran = world.try_sync(&[]).await;
    refused(&ran, FAILED, "FL-0604", &["environment", "model apply"]);
    assert_eq!(world.changes().await, 0);

    let world = World::with(6).await;
    let changes = world.changes().await;
    for (right, wrong) in [("production-au", "production-oz"), ("en-au", "en-nz")] {
        let quoted = |text: &str| format!("\"{text}\"");
        world.configure(|text| text.replace(&quoted(right), &quoted(wrong)));
        let ran = world.try_sync(&[]).await;
        refused(&ran, FAILED, "FL-0604", &[wrong]);
        world.configure(|text| text.replace(&quoted(wrong), &quoted(right)));
    }
    let quoted = |text: &str| format!("\"{text}\"");
    let both = [
        ("production-au", "production-oz"),
        ("production-uk", "production-eu"),
        ("en-au", "en-nz"),
    ];
    world.configure(|text| {
        both.iter().fold(text.to_owned(), |text, (right, wrong)| {
            text.replace(&quoted(right), &quoted(wrong))
        })
    });
    let ran = world.try_sync(&[]).await;
    let wrong = both.map(|(_, wrong)| wrong);
    refused(&ran, FAILED, "FL-0604", &wrong);
    assert_eq!(world.changes().await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_token_that_is_refused_is_named_by_a_run_with_nothing_to_do() {
    let (world, changes) = live().await;
    world.configure(|text| {
        text.lines()
            .map(|line| {
                if line.starts_with("delivery_token") {
                    "delivery_token = { file = \"wrong-token\" }\n".to_owned()
                } else {
                    format!("{line}\n")
                }
            })
            .collect()
    });
    world.put("wrong-token", b"not-the-token-4c1e");
    let ran = world.try_sync(&[]).await;
    refused(
        &ran,
        FAILED,
        "FL-0609",
        &["production-au", "delivery_token"],
    );
    assert!(!ran.stderr.contains("not-the-token-4c1e"), "{ran:?}");
    assert_eq!(world.changes().await, changes);
}

const GOOD: &str = "<Product><RecordReference>good</RecordReference><NotificationType>03</NotificationType>\
    <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781800000018</IDValue></ProductIdentifier></Product>";

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_file_of_a_folder_stops_none_but_itself() {
    let world = World::with(1).await;
    let folder = world.path("feed");
    std::fs::create_dir(&folder).unwrap();
    world.put(
        "feed/1.xml",
        b"<ONIXMessage release=\"2.1\"><Product/></ONIXMessage>",
    );
    let message = format!("<ONIXMessage release=\"3.0\">{GOOD}</ONIXMessage>");
    world.put("feed/2.xml", message.as_bytes());
    let from = folder.display().to_string();
    let ran = world.sync_to(3, &["--from", &from]).await;
    assert_eq!(
        (
            &ran["read"],
            &ran["rejected"],
            &ran["finding_codes"]["file-unreadable"]
        ),
        (&json!(2), &json!(1), &json!(1)),
        "{ran}"
    );
    // The bad file mended, nothing of it waits any more.
    world.put("feed/1.xml", message.replace("good", "other").as_bytes());
    let ran = world.try_sync(&["--from", &from]).await;
    assert_eq!(ran.json()["rejected"], json!(0), "{ran:?}");
    let idle = world.run(&["replay"]).await;
    assert_eq!((idle.code, idle.stdout.as_str()), (0, ""), "{idle:?}");
    // Where none can be read there is no feed.
    std::fs::remove_file(folder.join("2.xml")).unwrap();
    world.put(
        "feed/1.xml",
        b"<ONIXMessage release=\"2.1\"><Product/></ONIXMessage>",
    );
    refused(
        &world.try_sync(&["--from", &from]).await,
        FAILED,
        "FL-0206",
        &[],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_at_an_encoding_is_shown_and_waits_for_a_person() {
    let world = World::with(1).await;
    let record = GOOD.replace(
        "</Product>",
        "<DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Caf@</TitleText></TitleElement></TitleDetail></DescriptiveDetail></Product>",
    );
    let mut bytes =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ONIXMessage release=\"3.0\">{record}</ONIXMessage>")
            .into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xE9;
    let feed = world.put("feed.xml", &bytes);
    let ran = world.sync_to(3, &["--from", &feed]).await;
    assert_eq!(ran["rejected"], json!(1), "{ran}");
    // Alone, a replay shows the guess and takes nothing.
    for _ in 0..2 {
        let replay = world.run(&["replay"]).await;
        assert_eq!(replay.code, 3, "{replay:?}");
        let summary = replay.json();
        assert_eq!(
            (
                &summary["rejected"],
                &summary["finding_codes"]["encoding-guessed"]
            ),
            (&json!(1), &json!(1)),
            "{summary}"
        );
        let told = world.tell(&["runs", "last"]).await;
        assert!(told.stdout.contains("Caf\u{e9}"), "{told:?}");
        let known = world.run(&["explain", "9781800000018"]).await;
        assert_ne!(
            known.code, 0,
            "the title is not in the catalogue: {known:?}"
        );
    }
    let replay = world.run(&["replay", "--accept-encoding"]).await;
    assert_eq!(replay.json()["rejected"], json!(0), "{replay:?}");
    let known = world.run(&["explain", "9781800000018"]).await;
    assert!(known.stdout.contains("Caf\u{e9}"), "{known:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_beside_a_running_one_is_refused() {
    let world = World::with(6).await;
    let order = json!({"kind": "timeout", "mutating": true, "nth": 3});
    world.fault(Side::Contentstack, order).await;
    let mut first = world.begin_sync();
    world
        .control(
            Side::Contentstack,
            Method::GET,
            "requests?wait=struck",
            Value::Null,
        )
        .await;
    let before = world.requests(Side::Consonance).await;
    refused(&world.try_sync(&[]).await, FAILED, "FL-0504", &[]);
    let after = world.requests(Side::Consonance).await;
    assert_eq!(after, before, "the second one reads nothing");
    // Looking is not running.
    let runs = world.run(&["runs"]).await;
    assert_eq!(runs.code, 0, "{runs:?}");
    first.kill().await.unwrap();
    world.mend().await;
    world.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_is_refused_with_its_line_and_the_nearest_key() {
    let (world, changes) = live().await;
    let right = std::fs::read_to_string(world.path("frontlist.toml")).unwrap();
    let without = |line: &str| right.replace(line, "");
    let cases: [(String, &str, &[&str]); 8] = [
        (
            right.replace("branch =", "brnach ="),
            "FL-0102",
            &["brnach", "branch", "[contentstack]", "line"],
        ),
        (
            right.replace("currency =", "curency ="),
            "FL-0102",
            &["curency", "currency", "[[site]]"],
        ),
        (format!("[sites]\n{right}"), "FL-0102", &["sites", "site"]),
        (
            right.replace("[consonance]", "[consonance"),
            "FL-0103",
            &["line"],
        ),
        (right.replace("\"AUD\"", "\"AUDD\""), "FL-0104", &["AUDD"]),
        (
            right.replace("Australia/Sydney", "Australia/Sidney"),
            "FL-0104",
            &["Australia/Sidney"],
        ),
        (
            right.replace(
                "{ file = \"secrets/consonance-token\" }",
                "\"plain-secret-91c\"",
            ),
            "FL-0106",
            &["token"],
        ),
        (
            without("token = { file = \"secrets/consonance-token\" }\n"),
            "FL-0108",
            &["token"],
        ),
    ];
    for (text, code, names) in cases {
        world.configure(|_| text);
        let ran = world.try_sync(&[]).await;
        refused(&ran, USAGE, code, names);
        assert!(!ran.stderr.contains("plain-secret-91c"), "{ran:?}");
    }
    std::fs::remove_file(world.path("frontlist.toml")).unwrap();
    refused(
        &world.try_sync(&[]).await,
        USAGE,
        "FL-0101",
        &["frontlist.toml", "init"],
    );
    assert_eq!(world.changes().await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_command_line_is_refused() {
    let (world, changes) = live().await;
    for (arguments, code) in [
        (["sync", "--form", "feed.xml"].as_slice(), "FL-0100"),
        (&["sink"], "FL-0100"),
        (&["explain", "work:4040404", "--at", NOON], "FL-0113"),
        (
            &["explain", "work:1001", "--site", "oz", "--at", NOON],
            "FL-0112",
        ),
        (&["runs", "no-such-run"], "FL-0114"),
    ] {
        refused(&world.run(arguments).await, USAGE, code, &[]);
    }
    assert_eq!(world.changes().await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_none_is_refused_whole() {
    let world = World::with(0).await;
    let changes = world.changes().await;
    let cases: [(&str, &[u8], &str); 5] = [
        ("old.xml", RELEASE_2_1.as_bytes(), "FL-0206"),
        ("empty.xml", b"", "FL-0202"),
        ("page.xml", b"<html><body>Sign in</body></html>", "FL-0205"),
        ("words.xml", b"No feed today.", "FL-0203"),
        (
            "future.xml",
            b"<?xml version=\"1.0\" encoding=\"martian-7\"?><ONIXMessage release=\"3.0\"/>",
            "FL-0204",
        ),
    ];
    for (name, text, code) in cases {
        let file = world.put(name, text);
        let ran = world.try_sync(&["--from", &file]).await;
        refused(&ran, FAILED, code, &[name]);
    }
    let ran = world.try_sync(&["--from", "/no/such/feed.xml"]).await;
    refused(&ran, FAILED, "FL-0201", &["/no/such/feed.xml"]);
    assert_eq!(world.changes().await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_cut_off_takes_nothing_down() {
    let world = World::with(0).await;
    let whole = world.put("whole.xml", WHOLE.as_bytes());
    world.sync_to(0, &["--from", &whole]).await;
    let shown = world.shown().await;
    assert_eq!(shown.books("us").len(), 2);
    // In the middle of the second record.
    let half = WHOLE.find("The Ropewalk").unwrap();
    let cut = world.put("cut.xml", &WHOLE.as_bytes()[..half]);
    for arguments in [["--from", &cut].as_slice(), &["--from", &cut, "--complete"]] {
        let ran = world.try_sync(arguments).await;
        assert_eq!(ran.code, PARTIAL, "{arguments:?}: {ran:?}");
        let findings = ran.json()["finding_codes"].clone();
        assert!(
            findings["feed-truncated"].is_u64(),
            "{arguments:?}: {ran:?}"
        );
        let now = world.shown().await;
        assert!(shown.differences(&now).is_empty(), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_record_is_rejected_alone_with_its_place() {
    let broken = [
        ("9781839910012", "9781839910013"),
        ("The Ropewalk", "The &nosuch; walk"),
        ("The Ropewalk", "The <b>walk"),
    ];
    for (right, wrong) in broken {
        let world = World::with(0).await;
        let text = WHOLE.replace(right, wrong);
        let file = world.put("feed.xml", text.as_bytes());
        let summary = world.sync_to(PARTIAL, &["--from", &file]).await;
        assert_eq!(
            (&summary["read"], &summary["written"], &summary["rejected"]),
            (&json!(2), &json!(1), &json!(1)),
            "{wrong}: {summary}"
        );
        let run = world.run(&["runs", "last"]).await;
        assert!(run.stdout.contains("harrowquay.2"), "{wrong}: {run:?}");
        assert!(run.stdout.contains("feed.xml"), "{wrong}: {run:?}");
        assert_eq!(world.shown().await.books("us").len(), 1, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_beside_partial_data_costs_the_field_and_not_the_book() {
    let world = World::with(6).await;
    world
        .at_source(
            Method::POST,
            "field_errors",
            json!({"type": "Work", "field": "season"}),
        )
        .await;
    let summary = world.sync().await;
    assert_eq!(summary["rejected"], 0, "{summary}");
    assert!(summary["findings"].as_u64().unwrap() > 0, "{summary}");
    assert_eq!(world.shown().await.books("uk").len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_cannot_be_read_at_all_stops_the_run_and_takes_nothing_down() {
    let (world, _) = live().await;
    let before = world.shown().await;
    let gate = |ids: Value| json!({"type": "Product", "field": "allowOnixExports", "ids": ids});
    world
        .at_source(Method::POST, "field_errors", gate(Value::Null))
        .await;
    let changes = world.changes().await;
    let ran = world.try_sync(&["--full"]).await;
    refused(&ran, QUESTION, "FL-0601", &["approval"]);
    let summary = ran.json();
    assert_eq!(
        (&summary["outcome"], &summary["written"]),
        (&json!("question"), &json!(0))
    );
    assert_eq!(
        world.changes().await,
        changes,
        "a failing source takes nothing down"
    );
    assert!(before.differences(&world.shown().await).is_empty());
    world
        .at_source(Method::DELETE, "field_errors", Value::Null)
        .await;
    world.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_isbn_and_one_of_two_works_are_findings() {
    let (world, _) = live().await;
    let product = |work: &Value| work["products"][0]["id"].as_i64().unwrap();
    let (first, second) = (world.work(1001).await, world.work(1002).await);
    let twin = json!({"isbn13": first["products"][0]["isbn13"]});
    let path = format!("products/{}", product(&second));
    world.at_source(Method::PATCH, &path, twin).await;
    let path = format!("products/{}", product(&world.work(1003).await));
    world
        .at_source(Method::PATCH, &path, json!({"isbn13": "9781839900001"}))
        .await;
    // Findings alone are no reason for another exit code.
    let summary = world.sync().await;
    let codes = &summary["finding_codes"];
    assert!(codes["isbn-invalid"].is_u64(), "{summary}");
    assert!(codes["isbn-claimed-twice"].is_u64(), "{summary}");
    let run = world.run(&["runs", "last"]).await;
    for named in [
        "9781839900001",
        first["products"][0]["isbn13"].as_str().unwrap(),
    ] {
        assert!(run.stdout.contains(named), "{named}: {run:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_record_is_replayed_alone() {
    let world = World::with(6).await;
    world
        .at_source(
            Method::POST,
            "work_faults",
            json!({"id": 1001, "kind": "status"}),
        )
        .await;
    let summary = world.sync_to(PARTIAL, &[]).await;
    assert_eq!(
        (&summary["rejected"], &summary["written"]),
        (&json!(1), &json!(5)),
        "{summary}"
    );
    let key = "consonance:work:1001";
    assert!(!world.shown().await.books("uk").contains_key(key));
    world
        .at_source(Method::DELETE, "work_faults", Value::Null)
        .await;
    let replay = world.run(&["replay"]).await;
    assert_eq!(replay.code, 0, "{replay:?}");
    let summary = replay.json();
    assert_eq!(
        (&summary["read"], &summary["written"]),
        (&json!(1), &json!(1)),
        "{summary}"
    );
    assert!(world.shown().await.books("uk").contains_key(key));
    // Nothing waits any more.
    let replay = world.run(&["replay"]).await;
    assert_eq!((replay.code, replay.stdout.as_str()), (0, ""), "{replay:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_command_line_is_told_with_its_code_in_words_too() {
    let world = World::bare(1).await;
    let ran = world.tell(&["sandbox", "--as-of", "nope"]).await;
    assert_eq!(ran.code, USAGE, "{ran:?}");
    for part in [
        "error FL-0100",
        "docs/errors/FL-0100.md",
        "--as-of",
        "2027-03-15",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
}

//! What the commands tell: in words for people, as data for programs, and by their exit codes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{NOON, Ran, World};

/// The work that is edited.
const KEY: &str = "consonance:work:1001";

/// The checks of `doctor` by health.
/// The codes of the risks that doctor names.
fn risks(doctor: &Value) -> Vec<&str> {
    let checks = doctor["checks"].as_array().unwrap().iter();
    checks.filter_map(|check| check["code"].as_str()).collect()
}

fn checks<'a>(doctor: &'a Value, health: &str) -> Vec<&'a str> {
    let checks = doctor["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["health"] == health)
        .map(|check| check["check"].as_str().unwrap())
        .collect()
}

fn site<'a>(explained: &'a Value, id: &str) -> &'a Value {
    let sites = explained["sites"].as_array().unwrap();
    sites.iter().find(|site| site["site"] == id).unwrap()
}

async fn explain(world: &World) -> Value {
    let ran = world.run(&["explain", KEY, "--at", NOON]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

async fn rename(world: &World, title: &str) {
    let patch = json!({ "title": title });
    world.at_source(Method::PATCH, "works/1001", patch).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn init_writes_what_can_be_read_and_overwrites_nothing() {
    let world = World::bare(0).await;
    let path = world.path("new.toml").to_str().unwrap().to_owned();
    let init = |site: &'static str| {
        let path = path.clone();
        let world = &world;
        async move {
            let arguments = [
                "init",
                "--region",
                "eu",
                "--api-key",
                "blt0123",
                "--site",
                site,
            ];
            world.run_with(&path, &arguments).await
        }
    };
    let wrong = init("uk:en_GB:GB:GBP:Europe/London").await;
    assert_eq!(
        (wrong.code, wrong.error().0.as_str()),
        (2, "FL-0104"),
        "{wrong:?}"
    );
    assert!(
        !world.path("new.toml").exists(),
        "a wrong configuration is not written"
    );
    let unclear = init("uk").await;
    assert_eq!((unclear.code, unclear.error().0.as_str()), (2, "FL-0117"));
    assert_eq!(init("uk:en-gb:GB+IE:GBP:Europe/London").await.code, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("production-uk") && text.contains("blt0123"),
        "{text}"
    );
    let again = init("uk:en-gb:GB:GBP:Europe/London").await;
    assert_eq!((again.code, again.error().0.as_str()), (2, "FL-0116"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    // It is whole but for the tokens, which are in no variable here.
    let runs = world.run_with(&path, &["runs"]).await;
    assert_eq!(runs.json(), json!({ "runs": [] }), "{runs:?}");
    let sync = world.run_with(&path, &["sync"]).await;
    assert_eq!(
        (sync.code, sync.error().0.as_str()),
        (2, "FL-0105"),
        "{sync:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_what_is_well_what_is_not_and_where_values_come_from() {
    let world = World::bare(3).await;
    let before = world.run(&["doctor"]).await;
    assert_eq!(before.code, 3, "{before:?}");
    assert_eq!(checks(&before.json(), "warning"), ["content model"]);
    world.apply_model().await;
    let well = world.run(&["doctor"]).await;
    assert_eq!(
        (well.code, checks(&well.json(), "warning")),
        (3, vec!["secrecy"]),
        "{well:?}"
    );
    // One token of the sandbox opens every environment, whatever the sites are called.
    assert_eq!(risks(&well.json()), ["token-opens-many"]);
    let settings = well.json()["settings"].clone();
    let setting = |key: &str| {
        let settings = settings.as_array().unwrap();
        settings
            .iter()
            .find(|setting| setting["key"] == key)
            .unwrap()
            .clone()
    };
    assert_eq!(setting("contentstack.bulk_items")["origin"], "default");
    assert!(setting("site[0].id")["origin"]["line"].is_u64());
    let token = setting("consonance.token");
    assert_eq!(
        token["value"], "file secrets/consonance-token",
        "a secret is never shown"
    );
    let told = world.tell(&["doctor"]).await;
    assert!(
        told.stdout.contains("✔ well") && told.stderr.is_empty(),
        "{told:?}"
    );
    assert!(
        !told
            .stdout
            .contains(&world.running.contentstack().management_token),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_warns_of_a_shared_environment_and_of_an_open_secret() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::bare(3).await;
    world.configure(|text| text.replace("\"production-us\"", "\"production-uk\""));
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(world.path("secrets/consonance-token"), open).unwrap();
    world.apply_model().await;
    let doctor = world.run(&["doctor"]).await;
    assert_eq!(doctor.code, 3, "{doctor:?}");
    assert_eq!(
        risks(&doctor.json()),
        [
            "environment-shared",
            "files-of-all-locales",
            "fallback-reaches",
            "token-opens-many"
        ],
        "{doctor:?}"
    );
    assert!(checks(&doctor.json(), "warning").contains(&"secret files"));
    assert!(doctor.stdout.contains("include_fallback"), "{doctor:?}");
    assert!(doctor.stdout.contains("chmod 600"), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_the_format_that_changes_and_says_why_a_title_goes() {
    let world = World::with(3).await;
    world.sync().await;
    let product = world.work(1001).await["products"][0].clone();
    let path = format!("products/{}", product["id"]);
    let patch = json!({ "onixPublishingStatusCode": "_07" });
    world.at_source(Method::PATCH, &path, patch).await;
    let rights = json!({
        "isForSaleWorldwide": false,
        "forSaleCountryCodes": ["GB", "US"],
        "notForSaleCountryCodes": ["AU"],
    });
    world.patch_formats(1002, &rights).await;
    let plan = world.run(&["plan", "--at", NOON]).await;
    assert_eq!(plan.code, 0, "{plan:?}");
    let plan = plan.json();
    let takedown = &plan["takedowns"][0];
    assert_eq!(takedown["source_key"], "consonance:work:1002", "{plan:#}");
    assert_eq!(takedown["places"][0]["site"], "au");
    assert_eq!(
        takedown["standings"]["au"]["decided_by"],
        "rights-not-for-sale"
    );
    let changes = plan["changes"].as_array().unwrap();
    let book = changes
        .iter()
        .find(|change| change["source_key"] == KEY)
        .unwrap();
    let isbn = product["isbn13"].as_str().unwrap().replace('-', "");
    let field = format!("formats {isbn} state");
    let fields = book["versions"][0]["fields"].as_array().unwrap();
    let state = fields.iter().find(|one| one["field"] == field.as_str());
    assert_eq!(state.unwrap()["after"], "out_of_print", "{book:#}");

    let told = world.tell(&["plan", "--at", NOON]).await;
    for words in ["[rights-not-for-sale]", &field, "-> “out_of_print”"] {
        assert!(told.stdout.contains(words), "{words}: {told:?}");
    }
    let of_uk = world
        .run(&["plan", "--at", NOON, "--site", "uk"])
        .await
        .json();
    assert_eq!(of_uk["takedowns"], json!([]), "no title goes from uk");
    for change in of_uk["changes"].as_array().unwrap() {
        for place in change["publish"].as_array().unwrap() {
            assert_eq!(place["site"], "uk", "{change}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_shows_another_day() {
    let world = World::with(0).await;
    let empty = world.tell(&["plan", "--at", "2026-11-24"]).await;
    assert!(empty.stdout.contains("Nothing to do"), "{empty:?}");
    let day = world.run(&["plan", "--at", "2026-11-24"]).await.json();
    assert_eq!(
        day["at"], "2026-11-24T00:00:00Z",
        "midnight of the first site"
    );
    let there = world
        .run(&["plan", "--at", "2026-11-24", "--site", "au"])
        .await
        .json();
    assert_eq!(
        there["at"], "2026-11-23T13:00:00Z",
        "midnight of the site asked for"
    );
    let wrong = world.run(&["plan", "--at", "yesterday"]).await;
    assert_eq!(
        (wrong.code, wrong.error().0.as_str()),
        (2, "FL-0100"),
        "{wrong:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_compares_what_stands_with_what_should() {
    let world = World::with(3).await;
    let before = explain(&world).await;
    assert_eq!(
        before["read_at"],
        Value::Null,
        "read just now, since nothing was kept"
    );
    assert_eq!(site(&before, "uk")["published"], "due");
    assert_eq!(before["stack"]["uid"], Value::Null);
    world.sync().await;
    let after = explain(&world).await;
    assert_eq!(site(&after, "uk")["published"], "current");
    assert!(after["read_at"].is_string() && after["stack"]["versions"]["en-us"].is_u64());
    let history = after["stack"]["history"].as_array().unwrap();
    let about = |operation: &Value| {
        operation["what"]
            .as_str()
            .unwrap()
            .contains(&format!("{KEY} "))
    };
    assert!(
        !history.is_empty() && history.iter().all(about),
        "{history:?}"
    );
    // A policy that changes is seen before a run carries it out.
    world.configure(|text| {
        text.replace(
            "id = \"uk\"\n",
            "id = \"uk\"\nselect = { imprints = [\"None\"] }\n",
        )
    });
    let hidden = explain(&world).await;
    assert_eq!(site(&hidden, "uk")["published"], "overdue");
    assert_eq!(site(&hidden, "uk")["decided_by"], "not-selected");
    assert_eq!(site(&hidden, "us")["published"], "current");
    let told = world
        .tell(&["explain", KEY, "--at", NOON, "--site", "uk"])
        .await;
    for words in ["✘ not shown", "[not-selected]", "takes it down"] {
        assert!(told.stdout.contains(words), "{words}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_says_what_a_sync_will_renew_and_why_a_title_is_unknown() {
    let world = World::with(3).await;
    world.sync().await;
    rename(&world, "The Salt Road").await;
    world
        .fault(
            crate::world::Side::Contentstack,
            json!({"method": "PUT", "path": "*", "kind": "status", "status": 422}),
        )
        .await;
    world.try_sync(&[]).await;
    world.mend().await;
    let stuck = explain(&world).await;
    assert_eq!(site(&stuck, "uk")["published"], "outdated", "{stuck:#}");
    let pending = site(&stuck, "us")["pending"].as_array().unwrap();
    let title = pending.iter().find(|one| one["field"] == "title").unwrap();
    assert_eq!(title["after"], "The Salt Road");

    let unknown = |title: &'static str| {
        let world = &world;
        async move { world.run(&["explain", title]).await }
    };
    let misspelt = unknown("978-1-83990-001-4").await.error();
    assert_eq!(misspelt.0, "FL-0113");
    assert!(misspelt.1.contains("no ISBN"), "{misspelt:?}");
    assert!(unknown("work:9").await.error().1.contains("no title"));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_and_replay_know_what_there_is() {
    let world = World::with(3).await;
    let none = world.tell(&["runs"]).await;
    assert!(none.stdout.contains("No run yet"), "{none:?}");
    let idle = world.run(&["replay"]).await;
    assert_eq!(idle.code, 0, "{idle:?}");
    let unknown = world.run(&["replay", "work:4040404"]).await;
    assert_eq!((unknown.code, unknown.error().0.as_str()), (2, "FL-0115"));
    let summary = world.sync().await;
    let list = world.run(&["runs"]).await.json();
    assert_eq!(list["runs"][0]["run"], summary["run"]);
    assert_eq!(list["runs"][0]["outcome"], "done");
    let last = world.run(&["runs", "last"]).await.json();
    assert_eq!(last["summary"], summary, "a run is kept as it was told");
    let one = world.run(&["replay", "work:1001"]).await;
    assert_eq!((one.code, &one.json()["read"]), (0, &json!(1)), "{one:?}");
    let told: Ran = world.tell(&["sync", "--at", NOON]).await;
    for words in ["unchanged  3", "0 write, 0 bulk", "run "] {
        assert!(told.stdout.contains(words), "{words}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_knows_every_section() {
    let world = World::bare(0).await;
    let schema = world.run(&["config", "schema"]).await.json();
    for section in [
        "consonance",
        "contentstack",
        "approval",
        "store",
        "names",
        "catalogue_page",
        "site",
    ] {
        assert!(
            schema["properties"][section].is_object(),
            "{section}: {schema}"
        );
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clock_is_for_stand_ins_only() {
    let world = World::bare(0).await;
    world.configure(|text| {
        let kept = text
            .lines()
            .filter(|line| !line.starts_with("management_host"));
        let text = kept.collect::<Vec<_>>().join("\n");
        let delivery = text
            .lines()
            .find(|line| line.starts_with("delivery_host"))
            .unwrap()
            .to_owned();
        text.replace(&delivery, "region = \"eu\"")
    });
    let sync = world.run(&["sync", "--at", "2027-03-15"]).await;
    assert_eq!(
        (sync.code, sync.error().0.as_str()),
        (2, "FL-0111"),
        "{sync:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tries_whether_unpublished_files_are_secure() {
    let world = World::with(3).await;
    world.configure(|text| text.replace("secure_assets = false", "secure_assets = true"));
    world.sync().await;
    let detail = |doctor: &Value| {
        let checks = doctor["checks"].as_array().unwrap().iter();
        let details = checks.map(|check| check["detail"].as_str().unwrap().to_owned());
        details.collect::<Vec<String>>().join("\n")
    };
    let all_public = world.run(&["doctor"]).await.json();
    assert!(
        detail(&all_public).contains("secure_assets is not tried"),
        "{all_public}"
    );
    world
        .patch_formats(1001, &json!({"allowOnixExports": false}))
        .await;
    world.sync().await;
    // The stand-in keeps no file secure.
    let open = world.run(&["doctor"]).await;
    assert_eq!(open.code, 1, "{open:?}");
    assert!(
        risks(&open.json()).contains(&"files-not-secure"),
        "{open:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_and_explain_tell_of_files_that_could_not_be_fetched() {
    let world = World::with(3).await;
    let gone = json!({"path": "/resources/*", "kind": "status", "status": 404});
    world.at_source(Method::POST, "faults", gone).await;
    world.try_sync(&[]).await;
    let doctor = world.run(&["doctor"]).await.json();
    let checks = doctor["checks"].as_array().unwrap();
    let files = checks.iter().find(|check| check["check"] == "files");
    let files = files.unwrap_or_else(|| panic!("{doctor}"));
    assert_eq!(files["health"], "warning");
    let said = files["detail"].as_str().unwrap();
    assert!(
        said.contains("could not be fetched") && said.contains("answered 404"),
        "{said}"
    );
    assert!(files["mend"].as_str().unwrap().contains("--retry-files"));
    let explained = explain(&world).await;
    let text = explained.to_string();
    assert!(
        text.contains("\"attempts\":1") && text.contains("answered 404"),
        "{text}"
    );
    let words = world.tell(&["explain", KEY, "--at", NOON]).await;
    assert!(words.stdout.contains("answered 404"), "{words:?}");
}

//! Launch gates: what is not ready does not go live, whoever publishes; what must go, goes.

use launch::rule_book::RuleBook;
use reqwest::Method;
use serde_json::{Value, json};
use site::policy::{Gate, Sites};
use store::ledger::Stage;
use sync::Error;
use sync::engine::Options;
use sync::gate::{Arrangement, Breach, CLEARED, HELD, WORKFLOW, Wanted, apply, read};
use sync::gate_proof::prove;
use sync::tally::Report;

use crate::house::{House, noon, same, site, undone};

/// One blocker: a name that is not in capitals.
const RULES: &str = r#"
[[rule]]
id = "name"
says = "the name is not in capitals"
source = "consonance"
needs = [{ fact = "title.well_formed", is = true }]
severity = "blocker"
due = "T-0"
owner = "editorial"
mend = "Enter the final title."
place = "consonance"
"#;

const RED: &str = "NOT READY AT ALL";
const SALT: &str = "consonance:work:1001";

fn gated(house: &mut House, gate: Gate) {
    let sites = [
        ("au", "AUD", "Australia/Sydney"),
        ("gb", "GBP", "Europe/London"),
    ];
    let sites = sites.map(|(id, currency, zone)| {
        let mut site = site(id, currency, zone);
        if id == "au" {
            site.gate = gate;
        }
        site
    });
    house.sites = Sites::new(sites.to_vec()).unwrap();
    house.rules = Some(RuleBook::read(RULES, "the test").unwrap());
}

fn wanted(house: &House) -> Wanted<'_> {
    Wanted {
        workflow: WORKFLOW,
        sites: &house.sites,
        names: &house.names,
        branch: "main",
    }
}

/// A house whose site `au` enforces its gate, arranged in the stack.
async fn enforced(works: usize) -> House {
    let mut house = House::with(works).await;
    gated(&mut house, Gate::Enforce);
    let plan = apply(&house.stage.stack, wanted(&house)).await.unwrap();
    assert_eq!(plan.left, []);
    assert_eq!(plan.changes.len(), 2, "{plan:?}");
    house
}

async fn rename(house: &House, title: &str) {
    house
        .at_source(Method::PATCH, "works/1001", json!({ "title": title }))
        .await;
}

/// Publishes the book as an editor would, past us; gives the status and the number of the refusal.
async fn published_by_editor(house: &House, action: &str) -> (u16, Value) {
    let uid = house.stored().await["book consonance:work:1001"].clone();
    let access = house.stage.running.contentstack();
    let reply = house
        .stage
        .http
        .post(format!(
            "{}/v3/content_types/book/entries/{uid}/{action}",
            access.cma_url
        ))
        .header("api_key", &access.api_key)
        .header("authtoken", &access.editor_authtoken)
        .json(&json!({
            "entry": {"environments": ["production-au"], "locales": ["en-au"]}, "locale": "en-au",
        }))
        .send()
        .await
        .unwrap();
    let status = reply.status().as_u16();
    let body: Value = reply.json().await.unwrap();
    (status, body["error_code"].clone())
}

/// The name of the stage at which a book stands in the stack.
async fn stage_of(house: &House, key: &str) -> Option<String> {
    let uid = house.stored().await.get(&format!("book {key}"))?.clone();
    let path = format!("content_types/book/entries/{uid}?locale=en-au&include_workflow=true");
    let entry = house.stage.manage(Method::GET, &path, None).await;
    let name = entry["entry"]["_workflow"]["name"].as_str();
    name.map(str::to_owned)
}

async fn is_shown(house: &House, on: &str) -> bool {
    house.titles(on).await.contains_key(SALT)
}

fn reason(report: &Report) -> String {
    undone(report).join("\n")
}

#[tokio::test]
async fn what_is_not_ready_is_published_by_nobody_until_it_is() {
    let house = enforced(2).await;
    rename(&house, RED).await;
    let report = house.sync().await;
    assert_eq!(report.summary.outcome, "partial");
    assert_eq!((report.summary.held, report.summary.deferred), (1, 1));
    let why = reason(&report);
    assert!(
        why.contains("held by the launch gate of site au: blocked by name"),
        "{why}"
    );
    assert!(!is_shown(&house, "au").await);
    assert!(is_shown(&house, "gb").await, "gb only observes");
    assert_eq!(
        house.titles("au").await.len(),
        1,
        "the other title is ready"
    );
    // The entry is there, a draft on this site; whoever has a publish button is refused by the stack itself.
    assert_eq!(
        published_by_editor(&house, "publish").await,
        (422, json!(141))
    );
    assert!(!is_shown(&house, "au").await);

    // A run without news still holds it, and still says so.
    let again = house.sync().await;
    assert_eq!((again.summary.held, again.summary.deferred), (1, 1));

    rename(&house, "The Salt Road").await;
    let report = house.sync_fully().await;
    assert_eq!(report.summary.held, 0);
    assert!(is_shown(&house, "au").await);
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(CLEARED));
    // Open when green, also for an editor.
    assert_eq!(
        published_by_editor(&house, "publish").await,
        (200, Value::Null)
    );
    let changes = house.stage.changes().await;
    house.sync_fully().await;
    assert_eq!(
        house.stage.changes().await,
        changes,
        "nothing is left to do"
    );
}

#[tokio::test]
async fn a_takedown_goes_through_when_red_and_closes_the_gate_behind_it() {
    let house = enforced(2).await;
    house.sync_fully().await;
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(CLEARED));
    rename(&house, RED).await;
    house.forbid(1001).await;
    house.sync_fully().await;
    assert!(!is_shown(&house, "au").await && !is_shown(&house, "gb").await);
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(HELD));
    assert_eq!(
        published_by_editor(&house, "publish").await,
        (422, json!(141))
    );
    assert_eq!(
        published_by_editor(&house, "unpublish").await,
        (200, Value::Null)
    );
}

#[tokio::test]
async fn what_is_live_is_kept_true_when_it_turns_red_and_nobody_else_may_publish_it() {
    let house = enforced(2).await;
    house.sync_fully().await;
    rename(&house, RED).await;
    let report = house.sync_fully().await;
    assert_eq!(report.summary.held, 0);
    assert_eq!(
        house.titles("au").await[SALT],
        RED,
        "readers see what is true"
    );
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(HELD));
    assert_eq!(
        published_by_editor(&house, "publish").await,
        (422, json!(141))
    );
}

#[tokio::test]
async fn what_turns_red_before_its_publication_is_set_back() {
    let house = enforced(2).await;
    // The stack takes the stage and then refuses the publication, whichever way it is asked for.
    for path in [
        "/v3/content_types/book/entries/*/publish",
        "/v3/bulk/publish",
    ] {
        let fault = json!({"method": "POST", "path": path, "kind": "status", "status": 422});
        house.stage.fault(fault).await;
    }
    house.sync().await;
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(CLEARED));
    assert!(!is_shown(&house, "au").await);
    house.stage.no_faults().await;
    rename(&house, RED).await;
    let report = house.sync().await;
    assert_eq!(report.summary.held, 1);
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(HELD));
    assert!(!is_shown(&house, "au").await);
}

#[tokio::test]
async fn a_lost_state_file_closes_what_stood_open() {
    let mut house = enforced(2).await;
    house.sync_fully().await;
    house.forbid(1001).await;
    house.lose_ledger();
    house.sync_fully().await;
    assert!(!is_shown(&house, "au").await);
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(HELD));
}

/// Everything that the sites show of a house in which nothing goes wrong, and how many changes its first run asks for.
async fn undisturbed() -> (std::collections::BTreeMap<String, Value>, u64) {
    let house = enforced(2).await;
    let before = house.stage.changes().await;
    house.sync_fully().await;
    let calls = house.stage.changes().await - before;
    (house.shown().await, calls)
}

async fn killed_at_each_change(when: &str) {
    let (expected, calls) = undisturbed().await;
    for nth in 1..=calls {
        let house = enforced(2).await;
        house
            .stage
            .fault(json!({"mutating": true, "kind": "timeout", "when": when, "nth": nth}))
            .await;
        tokio::select! {
            report = house.sync() => panic!("change {nth} was not held: {:?}", report.summary),
            () = house.stage.struck() => {}
        }
        house.stage.no_faults().await;
        let report = house.sync_fully().await;
        let what = format!("killed {when} change {nth}: {:?}", report.summary);
        same(&house.shown().await, &expected, &what);
        house.stored().await;
        let store = house.open_store().await.unwrap();
        let ledger = store.ledger().await.unwrap();
        let stages: Vec<&Stage> = ledger.stages.values().collect();
        assert_eq!(stages, [&Stage::Cleared; 2], "{what}");
        assert_eq!(
            stage_of(&house, SALT).await.as_deref(),
            Some(CLEARED),
            "{what}"
        );
    }
}

#[tokio::test]
async fn killed_before_each_change_of_a_gated_site() {
    killed_at_each_change("before").await;
}

#[tokio::test]
async fn killed_after_each_change_of_a_gated_site() {
    killed_at_each_change("after").await;
}

/// A run that died between stage and publication, after which the title turned red.
#[tokio::test]
async fn what_a_dead_run_left_open_is_closed_before_anything_else() {
    let (_, calls) = undisturbed().await;
    let mut met = 0;
    for nth in 1..=calls {
        let house = enforced(2).await;
        house
            .stage
            .fault(json!({"mutating": true, "kind": "timeout", "when": "after", "nth": nth}))
            .await;
        tokio::select! {
            report = house.sync() => panic!("change {nth} was not held: {:?}", report.summary),
            () = house.stage.struck() => {}
        }
        house.stage.no_faults().await;
        if stage_of(&house, SALT).await.as_deref() != Some(CLEARED) || is_shown(&house, "au").await
        {
            continue;
        }
        met += 1;
        rename(&house, RED).await;
        house.sync().await;
        assert!(!is_shown(&house, "au").await, "change {nth}");
        assert_eq!(
            stage_of(&house, SALT).await.as_deref(),
            Some(HELD),
            "change {nth}"
        );
    }
    assert!(met > 0, "no run died between stage and publication");
}

#[tokio::test]
async fn a_gate_that_warns_publishes_and_says_so_once() {
    let mut house = House::with(2).await;
    gated(&mut house, Gate::Warn);
    rename(&house, RED).await;
    let report = house.sync_fully().await;
    assert!(is_shown(&house, "au").await);
    let told: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.code.to_string() == "gate-not-green")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("site au") && told[0].contains("blocked by name"),
        "{told:?}"
    );
    let report = house.sync_fully().await;
    assert!(!report.summary.finding_codes.contains_key("gate-not-green"));
}

#[tokio::test]
async fn a_gate_that_observes_holds_nothing_and_asks_nothing_of_the_stack() {
    let mut house = House::with(2).await;
    gated(&mut house, Gate::Observe);
    rename(&house, RED).await;
    house.sync_fully().await;
    assert!(is_shown(&house, "au").await);
}

/// What stops a run, with everything else done.
async fn stopped(house: &House) -> Error {
    let report = house.try_sync(&Options::at(noon())).await.unwrap();
    report.stopped.unwrap()
}

#[tokio::test]
async fn a_workflow_that_was_renamed_stops_launches_with_its_mend_and_no_takedown() {
    let house = enforced(2).await;
    house.sync_fully().await;
    let workflows = house.stage.manage(Method::GET, "workflows", None).await;
    let mut workflow = workflows["workflows"][0].clone();
    workflow["name"] = json!("Marketing sign-off");
    let path = format!("workflows/{}", workflow["uid"].as_str().unwrap());
    let body = json!({ "workflow": workflow });
    house.stage.manage(Method::PUT, &path, Some(body)).await;
    house.forbid(1001).await;
    let error = stopped(&house).await;
    assert_eq!(error.code(), "FL-0641");
    assert!(
        error.to_string().contains("is called `Marketing sign-off`"),
        "{error}"
    );
    let mend = error.mend();
    assert!(
        mend.contains("gate_workflow = \"Marketing sign-off\"") && mend.contains("takedowns go on"),
        "{mend}"
    );
    assert!(!is_shown(&house, "au").await, "the takedown went through");
    // Nothing new goes live meanwhile.
    let report = house.sync().await;
    assert_eq!(report.summary.outcome, "question");
}

#[tokio::test]
async fn a_gate_that_does_not_hold_lets_nothing_go_live_on_its_site() {
    let mut house = House::with(2).await;
    gated(&mut house, Gate::Enforce);
    let error = stopped(&house).await;
    assert_eq!(error.code(), "FL-0641");
    assert!(
        error.mend().contains("frontlist gate apply"),
        "{}",
        error.mend()
    );
    assert_eq!(house.titles("au").await.len(), 0);
    assert_eq!(house.titles("gb").await.len(), 2);
    apply(&house.stage.stack, wanted(&house)).await.unwrap();
    house.sync_fully().await;
    assert_eq!(house.titles("au").await.len(), 2);
}

#[tokio::test]
async fn without_rules_a_gate_stays_shut() {
    let mut house = enforced(2).await;
    house.rules = None;
    let report = house.sync().await;
    assert_eq!(report.summary.held, 2);
    assert_eq!(house.titles("au").await.len(), 0);
}

#[tokio::test]
async fn each_way_in_which_the_stack_can_betray_a_gate_is_named() {
    let house = enforced(2).await;
    let stack = &house.stage.stack;
    let found = read(stack).await.unwrap();
    let arrangement = found.examine(wanted(&house)).unwrap();
    let trials = prove(stack, wanted(&house), &arrangement, &house.policy)
        .await
        .unwrap();
    assert_eq!(trials.len(), 5);
    assert!(trials.iter().all(|trial| trial.holds), "{trials:#?}");
    assert_eq!(
        house.served("au", "book").await.len(),
        0,
        "the probe is nowhere"
    );
    let left = house
        .stage
        .manage(Method::GET, "content_types/book/entries", None)
        .await;
    assert_eq!(left["entries"], json!([]), "the probe is deleted");

    let workflows = house.stage.manage(Method::GET, "workflows", None).await;
    let workflow = workflows["workflows"][0].clone();
    let path = format!("workflows/{}", workflow["uid"].as_str().unwrap());
    let put = async |changed: Value| {
        let body = json!({ "workflow": changed });
        house.stage.manage(Method::PUT, &path, Some(body)).await;
        let found = read(stack).await.unwrap();
        found.examine(wanted(&house)).unwrap_err()
    };
    let mut open = workflow.clone();
    open["workflow_stages"][1]["SYS_ACL"]["users"]["uids"] = json!(["$all"]);
    let stage = CLEARED.to_owned();
    assert_eq!(put(open).await, [Breach::StageOpen { stage }]);
    // The stack gives way, and the proof says so and leaves nothing behind.
    let trials = prove(stack, wanted(&house), &arrangement, &house.policy)
        .await
        .unwrap();
    let failed: Vec<&str> = trials
        .iter()
        .filter(|trial| !trial.holds)
        .map(|trial| trial.tried.as_str())
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("management token"), "{failed:?}");

    let mut off = workflow.clone();
    off["enabled"] = json!(false);
    let name = WORKFLOW.to_owned();
    assert_eq!(put(off).await, [Breach::Disabled { name }]);
    let mut renamed = workflow.clone();
    renamed["workflow_stages"][1]["name"] = json!("Go");
    let breaches = put(renamed).await;
    assert!(
        breaches.contains(&Breach::NoStage {
            stage: CLEARED.to_owned()
        }),
        "{breaches:?}"
    );

    // `gate apply` mends each of them.
    apply(stack, wanted(&house)).await.unwrap();
    read(stack).await.unwrap().examine(wanted(&house)).unwrap();

    let rules = house
        .stage
        .manage(Method::GET, "workflows/publishing_rules", None)
        .await;
    for rule in rules["publishing_rules"].as_array().unwrap() {
        let uid = rule["uid"].as_str().unwrap();
        house
            .stage
            .remove(&format!("workflows/publishing_rules/{uid}"))
            .await;
    }
    let found = read(stack).await.unwrap();
    let breaches = found.examine(wanted(&house)).unwrap_err();
    assert!(
        matches!(breaches.as_slice(), [Breach::NoRule { .. }]),
        "{breaches:?}"
    );
    // Nothing asks for a stage any longer: the proof gets past, says so, and takes back what it published.
    let workflows = house.stage.manage(Method::GET, "workflows", None).await;
    let stages = workflows["workflows"][0]["workflow_stages"]
        .as_array()
        .unwrap();
    let uid = |name: &str| {
        let stage = stages.iter().find(|stage| stage["name"] == name).unwrap();
        stage["uid"].as_str().unwrap().to_owned()
    };
    let arrangement = Arrangement {
        held: uid(HELD),
        cleared: uid(CLEARED),
    };
    let trials = prove(stack, wanted(&house), &arrangement, &house.policy)
        .await
        .unwrap();
    let failed = trials.iter().filter(|trial| !trial.holds).count();
    assert_eq!(failed, 2, "{trials:#?}");
    assert_eq!(house.served("au", "book").await.len(), 0);
}

#[tokio::test]
async fn a_gate_that_is_no_longer_enforced_is_taken_out_of_the_stack() {
    let mut house = enforced(2).await;
    rename(&house, RED).await;
    house.sync().await;
    gated(&mut house, Gate::Warn);
    let plan = apply(&house.stage.stack, wanted(&house)).await.unwrap();
    assert_eq!(plan.changes.len(), 1, "{plan:?}");
    house.sync_fully().await;
    assert!(is_shown(&house, "au").await);
}

#[tokio::test]
async fn creating_the_gate_survives_the_loss_of_each_reply() {
    for nth in 1..=2 {
        let mut house = House::with(2).await;
        gated(&mut house, Gate::Enforce);
        let fault = json!({"mutating": true, "kind": "reset_after", "nth": nth});
        house.stage.fault(fault).await;
        apply(&house.stage.stack, wanted(&house)).await.unwrap();
        house.stage.no_faults().await;
        let found = read(&house.stage.stack).await.unwrap();
        found.examine(wanted(&house)).unwrap();
        let workflows = house.stage.manage(Method::GET, "workflows", None).await;
        assert_eq!(workflows["workflows"].as_array().unwrap().len(), 1);
        let path = "workflows/publishing_rules";
        let rules = house.stage.manage(Method::GET, path, None).await;
        assert_eq!(rules["publishing_rules"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_authtoken_that_is_refused_stops_launches_with_its_mend_and_no_takedown() {
    let mut house = enforced(2).await;
    house.sync_fully().await;
    let mut settings = crate::stage::settings(&house.stage.running);
    settings.authtoken = Some(contentstack::Secret::new("blt0000000000000000"));
    house.stage.stack = contentstack::Stack::new(settings).unwrap();
    house.forbid(1001).await;
    let error = stopped(&house).await;
    assert_eq!(error.code(), "FL-0642");
    assert!(!is_shown(&house, "au").await, "the takedown went through");
}

/// Two sites that enforce their gates in one locale: one stage cannot say for which of them it speaks.
#[tokio::test]
async fn where_sites_share_a_locale_the_stage_is_cleared_for_our_publication_alone() {
    let mut house = House::with(2).await;
    gated(&mut house, Gate::Enforce);
    let mut shop = site("au", "AUD", "Australia/Sydney");
    shop.gate = Gate::Enforce;
    let mut trade = shop.clone();
    trade.id = site::policy::SiteId("trade".to_owned());
    trade.destination = site::policy::Destination {
        environment: "production-gb".to_owned(),
        locale: "en-au".to_owned(),
    }
    .into();
    house.sites = Sites::new(vec![shop, trade]).unwrap();
    apply(&house.stage.stack, wanted(&house)).await.unwrap();
    rename(&house, RED).await;
    let report = house.sync().await;
    assert_eq!(report.summary.held, 2, "held on both sites");
    rename(&house, "The Salt Road").await;
    house.sync_fully().await;
    assert!(is_shown(&house, "au").await && is_shown(&house, "trade").await);
    assert_eq!(stage_of(&house, SALT).await.as_deref(), Some(HELD));
    assert_eq!(
        published_by_editor(&house, "publish").await,
        (422, json!(141))
    );
}

//! Launch gates from the command line: arranged, proved, examined, and told when they do not hold.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::World;

/// A world whose site `uk` enforces its gate.
async fn enforced() -> World {
    let world = World::with(3).await;
    world.configure(|text| text.replace("id = \"uk\"\n", "id = \"uk\"\ngate = \"enforce\"\n"));
    world
}

/// What `doctor` says of launch gates: health and detail of each check, and the codes of all risks.
async fn examined(world: &World) -> (i32, Vec<(String, String)>, Vec<String>) {
    let ran = world.run(&["doctor"]).await;
    let examination = ran.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = examination["checks"].as_array().unwrap();
    let gates = checks
        .iter()
        .filter(|check| check["check"] == "launch gates");
    let gates = gates.map(|check| (text(&check["health"]), text(&check["detail"])));
    let codes = checks.iter().map(|check| text(&check["code"]));
    (ran.code, gates.collect(), codes.collect())
}

async fn manage(world: &World, method: Method, path: &str, body: Value) -> Value {
    let access = world.running.contentstack();
    let reply = world
        .http
        .request(method, format!("{}/v3/{path}", access.cma_url))
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(reply.status().is_success(), "{path}");
    reply.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_is_planned_applied_proved_and_examined() {
    let world = enforced().await;
    let (code, gates, _) = examined(&world).await;
    assert_eq!(code, 1, "a gate that does not hold is a failure");
    assert!(
        gates.len() == 1 && gates[0].0 == "failed" && gates[0].1.contains("FL-0641"),
        "{gates:?}"
    );
    let planned = world.run(&["gate", "plan"]).await;
    assert_eq!(planned.code, 0);
    let applied = world.run(&["gate", "apply"]).await;
    assert_eq!(applied.code, 0, "{applied:?}");
    let (planned, applied) = (planned.json(), applied.json());
    assert_eq!(planned["changes"], applied["changes"]);
    assert_eq!(applied["changes"].as_array().unwrap().len(), 2);
    let trials = applied["trials"].as_array().unwrap();
    assert_eq!(trials.len(), 5, "{trials:?}");
    assert!(
        trials.iter().all(|trial| trial["holds"] == true),
        "{trials:?}"
    );
    let again = world.run(&["gate", "apply"]).await.json();
    assert_eq!(again["changes"], json!([]));
    let (_, gates, codes) = examined(&world).await;
    assert!(gates.len() == 1 && gates[0].0 == "well", "{gates:?}");
    for risk in ["workflow-in-the-way", "rule-blocks-takedown"] {
        assert!(!codes.iter().any(|code| code == risk), "{risk}: {codes:?}");
    }
    let told = world.tell(&["gate", "prove"]).await;
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stdout.contains("✔ holds"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_was_renamed_is_a_coded_question_with_its_mend() {
    let world = enforced().await;
    assert_eq!(world.run(&["gate", "apply"]).await.code, 0);
    let workflows = manage(&world, Method::GET, "workflows", Value::Null).await;
    let mut workflow = workflows["workflows"][0].clone();
    workflow["name"] = json!("Sign-off");
    let path = format!("workflows/{}", workflow["uid"].as_str().unwrap());
    manage(&world, Method::PUT, &path, json!({ "workflow": workflow })).await;
    let ran = world.try_sync(&[]).await;
    let (code, message, mend) = ran.error();
    assert_eq!((ran.code, code.as_str()), (4, "FL-0641"), "{ran:?}");
    assert!(message.contains("is called `Sign-off`"), "{message}");
    assert!(mend.contains("gate_workflow = \"Sign-off\""), "{mend}");
    let (code, gates, _) = examined(&world).await;
    assert!(code == 1 && gates[0].1.contains("Sign-off"), "{gates:?}");
    // What the mend says helps.
    world.configure(|text| {
        text.replace(
            "[contentstack]\n",
            "[contentstack]\ngate_workflow = \"Sign-off\"\n",
        )
    });
    let (_, gates, _) = examined(&world).await;
    assert_eq!(gates[0].0, "well", "{gates:?}");
    let ran = world.try_sync(&[]).await;
    assert!(!ran.stderr.contains("FL-0641"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enforced_gate_without_a_user_is_refused_when_the_configuration_is_read() {
    let world = enforced().await;
    world.configure(|text| {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("gate_authtoken"));
        lines.map(|line| format!("{line}\n")).collect()
    });
    let ran = world.run(&["gate", "plan"]).await;
    let (_, message, mend) = ran.error();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(message.contains("gate_authtoken"), "{message}");
    assert!(mend.contains("site `uk` enforces its gate"), "{mend}");
}

//! Workflows, stages and publishing rules that ask for a stage.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Reply, Stand, asked, reply};

/// A request of a user, by authtoken.
async fn as_user(stand: &Stand, token: &str, path: &str, body: Value) -> Reply {
    let request = stand
        .request(Method::POST, path)
        .header("api_key", stand.credentials().api_key)
        .header("authtoken", token)
        .header("api_version", "3.2")
        .json(&body);
    reply(request).await
}

fn stage(name: &str, users: &Value) -> Value {
    json!({
        "name": name, "color": "#2196f3", "next_available_stages": ["$all"], "entry_lock": "$none",
        "SYS_ACL": {"roles": {"uids": []}, "users": {"uids": users}, "others": {}},
    })
}

/// A workflow for books whose second stage the owner alone may set, and a rule that asks for it in `au`. Gives the uids
/// of the stages.
async fn gated(stand: &Stand) -> (String, String) {
    let owner = json!([stand.credentials().user_uid]);
    let workflow = json!({"workflow": {
        "name": "Launch", "content_types": ["book"], "branches": ["main"],
        "workflow_stages": [stage("Open", &json!(["$all"])), stage("Cleared", &owner)],
    }});
    let made = stand.made("/v3/workflows", workflow).await;
    let workflow = &made["workflow"];
    let stages: Vec<String> = workflow["workflow_stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage["uid"].as_str().unwrap().to_owned())
        .collect();
    let environments = stand.get("/v3/environments").await;
    let au = environments["environments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "au")
        .unwrap();
    let rule = json!({"publishing_rule": {
        "workflow": workflow["uid"], "actions": ["publish"], "branches": ["main"], "content_types": ["book"],
        "locales": ["en-us"], "environment": au["uid"], "approvers": {"users": [], "roles": []},
        "workflow_stage": stages[1], "disable_approver_publishing": false,
    }});
    stand.made("/v3/workflows/publishing_rules", rule).await;
    (stages[0].clone(), stages[1].clone())
}

fn to_stage(uid: &str) -> Value {
    json!({"workflow": {"workflow_stage": {"uid": uid, "comment": "ready"}}})
}

fn order(environment: &str) -> Value {
    json!({"entry": {"environments": [environment], "locales": ["en-us"]}, "locale": "en-us"})
}

#[tokio::test]
async fn what_a_rule_keeps_back_nobody_publishes_until_it_stands_at_its_stage() {
    let stand = Stand::catalogue().await;
    let (_, cleared) = gated(&stand).await;
    let book = stand.book(json!({"title": "Salt"})).await;
    let publish = format!("/v3/content_types/book/entries/{book}/publish");
    let editor = stand.credentials().editor_authtoken;
    for reply in [
        as_user(&stand, &editor, &publish, order("au")).await,
        stand.manage(Method::POST, &publish, order("au")).await,
        as_user(
            &stand,
            &editor,
            &format!("{publish}?skip_workflow_stage_check=true"),
            order("au"),
        )
        .await,
    ] {
        assert_eq!(
            (reply.0, &reply.1["error_code"]),
            (422, &json!(141)),
            "{}",
            reply.1
        );
        let message = reply.1["error_message"].as_str().unwrap();
        assert!(
            message.contains("publish rule") && message.contains("Cleared"),
            "{message}"
        );
    }
    assert_eq!(stand.delivered("au", &[]).await.len(), 0);
    // Another environment is not spoken of.
    let (status, _) = as_user(&stand, &editor, &publish, order("uk")).await;
    assert_eq!(status, 200);

    let workflow = format!("/v3/content_types/book/entries/{book}/workflow");
    let owner = stand.credentials().authtoken;
    let (status, body) = as_user(&stand, &owner, &workflow, to_stage(&cleared)).await;
    assert_eq!(status, 200, "{body}");
    let path = asked(
        &format!("/v3/content_types/book/entries/{book}"),
        &[("include_workflow", "true")],
    );
    let entry = stand.get(&path).await;
    assert_eq!(entry["entry"]["_workflow"]["uid"], json!(cleared));
    let (status, _) = as_user(&stand, &editor, &publish, order("au")).await;
    assert_eq!(status, 200);
    assert_eq!(stand.delivered("au", &[]).await.len(), 1);
    // Taking down is not spoken of, whatever the stage.
    let unpublish = publish.replace("/publish", "/unpublish");
    let (status, _) = as_user(&stand, &editor, &unpublish, order("au")).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_stage_that_names_its_users_is_set_by_nobody_else() {
    let stand = Stand::catalogue().await;
    let (open, cleared) = gated(&stand).await;
    let book = stand.book(json!({"title": "Salt"})).await;
    let workflow = format!("/v3/content_types/book/entries/{book}/workflow");
    let editor = stand.credentials().editor_authtoken;
    for refused in [
        as_user(&stand, &editor, &workflow, to_stage(&cleared)).await,
        stand
            .manage(Method::POST, &workflow, to_stage(&cleared))
            .await,
    ] {
        assert_eq!(
            (refused.0, &refused.1["error_code"]),
            (412, &json!(366)),
            "{}",
            refused.1
        );
    }
    let (status, _) = stand.manage(Method::POST, &workflow, to_stage(&open)).await;
    assert_eq!(status, 200, "a token sets what is open to everybody");
    let (status, _) = as_user(&stand, &editor, &workflow, to_stage("blt0")).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn a_bulk_request_with_one_entry_that_is_kept_back_does_nothing() {
    let stand = Stand::catalogue().await;
    let (_, cleared) = gated(&stand).await;
    let (ready, other) = (
        stand.book(json!({"title": "Salt"})).await,
        stand.book(json!({"title": "Sand"})).await,
    );
    let workflow = format!("/v3/content_types/book/entries/{ready}/workflow");
    let owner = stand.credentials().authtoken;
    as_user(&stand, &owner, &workflow, to_stage(&cleared)).await;
    let entries: Vec<Value> = [&ready, &other]
        .iter()
        .map(|uid| json!({"uid": uid, "content_type": "book", "version": 1, "locale": "en-us"}))
        .collect();
    let body = json!({"entries": entries, "locales": ["en-us"], "environments": ["au"]});
    let (status, body) = stand.refused(Method::POST, "/v3/bulk/publish", body).await;
    assert_eq!((status, &body["error_code"]), (422, &json!(141)), "{body}");
    assert_eq!(stand.delivered("au", &[]).await.len(), 0);
}

#[tokio::test]
async fn workflows_and_rules_must_make_sense() {
    let stand = Stand::catalogue().await;
    gated(&stand).await;
    let everybody = json!(["$all"]);
    let two = [stage("A", &everybody), stage("B", &everybody)];
    for wrong in [
        json!({"name": "Second", "content_types": ["book"], "workflow_stages": two}),
        json!({"name": "Short", "content_types": ["imprint"], "workflow_stages": [two[0]]}),
        json!({"content_types": ["imprint"], "workflow_stages": two}),
    ] {
        let body = json!({"workflow": wrong});
        let (status, body) = stand.refused(Method::POST, "/v3/workflows", body).await;
        assert_eq!(status, 422, "{body}");
    }
    let listed = stand.get("/v3/workflows").await;
    let workflow = &listed["workflows"][0];
    for (field, value) in [
        ("workflow", json!("blt0")),
        ("workflow_stage", json!("blt0")),
        ("environment", json!("blt0")),
    ] {
        let rules = stand.get("/v3/workflows/publishing_rules").await;
        let mut rule = rules["publishing_rules"][0].clone();
        rule[field] = value;
        let body = json!({"publishing_rule": rule});
        let path = "/v3/workflows/publishing_rules";
        let (status, body) = stand.refused(Method::POST, path, body).await;
        assert_eq!(status, 422, "{field}: {body}");
    }
    let path = format!("/v3/workflows/{}", workflow["uid"].as_str().unwrap());
    let mut off = workflow.clone();
    off["enabled"] = json!(false);
    stand
        .done(Method::PUT, &path, json!({"workflow": off}))
        .await;
    assert_eq!(stand.get(&path).await["workflow"]["enabled"], false);
    stand.done(Method::DELETE, &path, Value::Null).await;
    assert_eq!(stand.get("/v3/workflows").await["workflows"], json!([]));
}

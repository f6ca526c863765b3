//! Addresses, headers, limits on size, and secrets.

use contentstack::{
    BranchUid, Class, ContentTypeUid, DeliveryQuery, EnvironmentName, Find, Kind, LocaleCode,
    Secret, Stack,
};
use serde_json::json;

use crate::script::{Answer, DELIVERY_TOKEN, MANAGEMENT_TOKEN, Script};

fn book() -> ContentTypeUid {
    ContentTypeUid::new("book").unwrap()
}

fn page() -> Answer {
    Answer::Json(200, json!({"entries": []}))
}

fn delivered(environment: &str) -> DeliveryQuery {
    let environment = EnvironmentName::new(environment).unwrap();
    DeliveryQuery::new(environment, LocaleCode::new("en-au").unwrap())
}

#[tokio::test]
async fn a_redirect_is_refused_and_no_token_goes_elsewhere() {
    let elsewhere = Script::start([]).await;
    let to = format!("http://{}/v3/content_types/book/entries", elsewhere.address);
    let script = Script::start([Answer::Redirect(to)]).await;
    let error = script
        .stack()
        .entries(&book())
        .find(&Find::default())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.class()),
        (Kind::WrongAddress, Class::Auth)
    );
    assert_eq!(error.status(), Some(302));
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_body_past_the_limit_is_not_read_on() {
    let script = Script::start([Answer::Endless]).await;
    let mut settings = script.settings();
    settings.max_body = 10_000;
    let stack = Stack::new(settings).unwrap();
    let error = stack
        .entries(&book())
        .find(&Find::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::TooLarge);
    assert!(error.to_string().contains("10000 bytes"), "{error}");
}

#[tokio::test]
async fn management_calls_carry_key_raw_token_and_branch() {
    let script = Script::start([page()]).await;
    let mut settings = script.settings();
    settings.branch = Some(BranchUid::new("staging").unwrap());
    let stack = Stack::new(settings).unwrap();
    stack.entries(&book()).find(&Find::default()).await.unwrap();
    let seen = &script.seen()[0];
    assert_eq!(seen.header("api_key"), Some("blt0123456789abcdef"));
    assert_eq!(seen.header("authorization"), Some(MANAGEMENT_TOKEN));
    assert_eq!(seen.header("access_token"), None);
    assert_eq!(seen.header("branch"), Some("staging"));
    assert_eq!(seen.header("accept-encoding"), Some("gzip"));
    assert!(seen.header("user-agent").unwrap().starts_with("frontlist/"));
}

#[tokio::test]
async fn delivery_calls_carry_the_token_of_their_environment_and_never_the_management_token() {
    let script = Script::start([page(), page()]).await;
    let mut settings = script.settings();
    let environment = EnvironmentName::new("production-nz").unwrap();
    settings
        .delivery_tokens
        .insert(environment, Secret::new("cs-nz"));
    let stack = Stack::new(settings).unwrap();
    stack
        .delivery()
        .entries(&book(), &delivered("production-nz"))
        .await
        .unwrap();
    stack
        .delivery()
        .entries(&book(), &delivered("production-au"))
        .await
        .unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].header("access_token"), Some("cs-nz"));
    assert_eq!(seen[1].header("access_token"), Some(DELIVERY_TOKEN));
    assert!(
        seen.iter()
            .all(|request| request.header("authorization").is_none())
    );
    assert_eq!((stack.spent().delivery, stack.spent().read), (2, 0));
}

#[tokio::test]
async fn an_environment_without_a_delivery_token_is_a_fault_of_the_settings() {
    let script = Script::start([]).await;
    let mut settings = script.settings();
    settings.delivery_token = None;
    let stack = Stack::new(settings).unwrap();
    let error = stack
        .delivery()
        .entries(&book(), &delivered("production-au"))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Settings, 0));
    assert!(error.to_string().contains("production-au"), "{error}");
    assert!(script.seen().is_empty());
}

#[tokio::test]
async fn connections_are_reused() {
    let script = Script::start((0..20).map(|_| page())).await;
    let stack = script.stack();
    for _ in 0..20 {
        stack.entries(&book()).find(&Find::default()).await.unwrap();
    }
    assert_eq!((script.seen().len(), script.connections()), (20, 1));
}

#[tokio::test]
async fn tokens_are_in_no_debug_output_and_in_no_error_even_when_quoted_back() {
    let echo = json!({
        "error_message": format!("The token {MANAGEMENT_TOKEN} is not valid."),
        "error_code": 105,
        "errors": {"authorization": [format!("{MANAGEMENT_TOKEN} unknown")]},
    });
    let script = Script::start([Answer::Json(401, echo)]).await;
    let stack = script.stack();
    let error = stack
        .entries(&book())
        .find(&Find::default())
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Auth);
    for shown in [
        format!("{stack:?}"),
        format!("{:#?}", script.settings()),
        format!("{error:?}"),
        error.to_string(),
    ] {
        assert!(
            !shown.contains(MANAGEMENT_TOKEN) && !shown.contains(DELIVERY_TOKEN),
            "{shown}"
        );
    }
    assert!(error.message().contains("[token]"));
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let script = Script::start([]).await;
    type Spoil = fn(&mut contentstack::Settings);
    let cases: [(&str, Spoil); 6] = [
        ("api_key", |settings| settings.api_key = " ".into()),
        ("api_key", |settings| settings.api_key = "blt\u{1}".into()),
        ("management_token", |settings| {
            settings.management_token = Secret::new("")
        }),
        ("delivery_token", |settings| {
            settings.delivery_token = Some(Secret::new("a\nb"))
        }),
        ("utilisation", |settings| settings.utilisation = 1.5),
        ("management_host", |settings| {
            settings.management_host = "mailto:a@b".parse().unwrap()
        }),
    ];
    for (name, spoil) in cases {
        let mut settings = script.settings();
        spoil(&mut settings);
        let error = Stack::new(settings).unwrap_err();
        assert_eq!((error.kind(), error.class()), (Kind::Settings, Class::Auth));
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_client_for_the_real_service_can_be_made() {
    let hosts = contentstack::Region::from_name("eu")
        .unwrap()
        .hosts()
        .unwrap();
    let made = Stack::new(contentstack::Settings::new(
        hosts,
        "blt0",
        Secret::new("cs0"),
    ));
    // Where the machine has no certificate store the refusal must say so.
    if let Err(error) = made {
        assert!(error.to_string().contains("certificate store"), "{error}");
    }
}

#[tokio::test]
async fn a_stage_is_set_as_the_user_and_never_by_the_management_token() {
    let script = Script::start([Answer::Json(200, json!({"notice": "done"}))]).await;
    let entry = contentstack::EntryUid::new("blt1").unwrap();
    let locale = LocaleCode::new("en-au").unwrap();
    let without = script.stack();
    let error = without
        .entries(&book())
        .set_stage(&entry, &locale, "blt2", "ready")
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Settings, 0));
    let mut settings = script.settings();
    settings.authtoken = Some(Secret::new("blt-of-a-user"));
    let stack = Stack::new(settings).unwrap();
    stack
        .entries(&book())
        .set_stage(&entry, &locale, "blt2", "ready")
        .await
        .unwrap();
    let seen = script.seen();
    assert_eq!(
        seen[0].line(),
        "POST /v3/content_types/book/entries/blt1/workflow"
    );
    assert_eq!(seen[0].query("locale"), Some("en-au"));
    assert_eq!(seen[0].header("authtoken"), Some("blt-of-a-user"));
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(
        seen[0].json()["workflow"]["workflow_stage"]["uid"],
        json!("blt2")
    );
    assert!(!format!("{:?}", stack.settings()).contains("blt-of-a-user"));
}

//! The API: who may read what, and that its description tells what it answers.

use reqwest::header::{AUTHORIZATION, COOKIE, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::house::{House, Visitor};
use crate::launches::read_feed;

/// A token made in the console.
async fn token(admin: &mut Visitor, name: &str, scopes: &[&str]) -> String {
    let mut fields = vec![("name", name), ("days", "30")];
    fields.extend(scopes.iter().map(|scope| (*scope, "yes")));
    let made = admin.send("/people", "/people/tokens", &fields).await;
    assert_eq!(made.status(), StatusCode::OK);
    let text = made.text().await.unwrap();
    let rest = text.split("<code>flt_").nth(1).unwrap();
    format!("flt_{}", rest.split('<').next().unwrap())
}

async fn ask(house: &House, path: &str, token: &str) -> Response {
    let request = house
        .visitor()
        .client
        .get(format!("{}/api/v1{path}", house.origin));
    let bearer = format!("Bearer {token}");
    request.header(AUTHORIZATION, bearer).send().await.unwrap()
}

const PATHS: [&str; 4] = ["/titles", "/runs", "/findings", "/launch"];

#[tokio::test]
async fn only_a_token_that_stands_opens_the_api_and_only_what_it_may_read() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    let token = token(&mut admin, "warehouse", &["titles"]).await;
    let session = admin
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let session = session.collect::<Vec<_>>().join("; ");
    for path in PATHS {
        let address = format!("{}/api/v1{path}", house.origin);
        let by_cookie = admin
            .client
            .get(&address)
            .header(COOKIE, &session)
            .send()
            .await
            .unwrap();
        assert_eq!(by_cookie.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert!(by_cookie.headers().contains_key(WWW_AUTHENTICATE), "{path}");
        for forged in ["", "flt_", &token[..token.len() - 1]] {
            let refused = ask(&house, path, forged).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNAUTHORIZED,
                "{path} {forged}"
            );
        }
        let expected = if path == "/titles" {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(ask(&house, path, &token).await.status(), expected, "{path}");
    }
    let again = [("name", "warehouse"), ("days", "30"), ("titles", "yes")];
    let refused = admin.send("/people", "/people/tokens", &again).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let name = [("name", "warehouse")];
    let revoked = admin.send("/people", "/people/tokens/revoke", &name).await;
    assert_eq!(revoked.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        ask(&house, "/titles", &token).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let kept = house.store.tokens().await.unwrap();
    assert!(!format!("{kept:?}").contains(&token));
    let acts = house.store.acts(10).await.unwrap();
    let told: Vec<&str> = acts.iter().map(|act| act.what.as_str()).collect();
    assert!(
        told.contains(&"token-made") && told.contains(&"token-revoked"),
        "{told:?}"
    );
    assert!(!format!("{acts:?}").contains(&token));
}

#[tokio::test]
async fn a_token_expires_and_only_admins_make_one() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    let mut ed = house.guest(&mut admin, "editor", "ed").await;
    let fields = [("name", "mine"), ("days", "30"), ("titles", "yes")];
    let refused = ed.send("/", "/people/tokens", &fields).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    for wrong in [
        [("name", ""), ("days", "30"), ("titles", "yes")],
        [("name", "x"), ("days", "400"), ("titles", "yes")],
        [("name", "x"), ("days", "30"), ("everything", "yes")],
    ] {
        let refused = admin.send("/people", "/people/tokens", &wrong).await;
        assert_eq!(
            refused.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{wrong:?}"
        );
    }
    let token = token(&mut admin, "short", &["titles"]).await;
    house.later(30 * 86_400);
    assert_eq!(
        ask(&house, "/titles", &token).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

/// Holds an answer against a schema of the description: every promised key is there, and no other.
fn fits(schemas: &Value, schema: &Value, answer: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return fits(schemas, &schemas[name], answer, &format!("{at}/{name}"));
    }
    if let (Some(items), Some(answers)) = (schema.get("items"), answer.as_array()) {
        for one in answers {
            fits(schemas, items, one, at);
        }
    }
    if let (Some(properties), Some(members)) =
        (schema["properties"].as_object(), answer.as_object())
    {
        for key in schema["required"].as_array().unwrap() {
            assert!(
                members.contains_key(key.as_str().unwrap()),
                "{at} lacks {key}: {answer}"
            );
        }
        for (key, value) in members {
            if let Some(property) = properties.get(key) {
                fits(schemas, property, value, &format!("{at}.{key}"));
            }
        }
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let kind = match answer {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(kinds.contains(&kind), "{at} is {kind}: {answer}");
}

#[tokio::test]
async fn every_answer_is_as_its_description_says() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let run = "first";
    let mut admin = house.admin().await;
    let token = token(&mut admin, "all", &["titles", "runs", "findings", "launch"]).await;
    let description = house.visitor().get("/api/v1/openapi.json").await;
    let description: Value = description.json().await.unwrap();
    let schemas = &description["components"]["schemas"];
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 6);
    for (path, operations) in paths {
        let encode = percent_encoding::NON_ALPHANUMERIC;
        let key = percent_encoding::utf8_percent_encode(&key, encode).to_string();
        let asked = path.replace("{key}", &key).replace("{id}", run);
        let answer = ask(&house, &asked, &token).await;
        assert_eq!(answer.status(), StatusCode::OK, "{asked}");
        let answer: Value = answer.json().await.unwrap();
        let content = &operations["get"]["responses"]["200"]["content"];
        fits(
            schemas,
            &content["application/json"]["schema"],
            &answer,
            path,
        );
    }
    for (path, status) in [
        ("/titles/none", StatusCode::NOT_FOUND),
        ("/titles?site=none", StatusCode::NOT_FOUND),
        ("/runs/none", StatusCode::NOT_FOUND),
        ("/launch?site=none", StatusCode::NOT_FOUND),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/titles?after=-1", StatusCode::BAD_REQUEST),
        (
            "/titles?limit=18446744073709551616",
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let refused = ask(&house, path, &token).await;
        assert_eq!(refused.status(), status, "{path}");
        if status == StatusCode::NOT_FOUND {
            let answer: Value = refused.json().await.unwrap();
            fits(schemas, &schemas["Error"], &answer, path);
        }
    }
    let page = ask(&house, "/titles?q=salt&limit=1", &token).await;
    let page: Value = page.json().await.unwrap();
    assert_eq!((&page["found"], &page["next"]), (&1.into(), &Value::Null));
    assert_eq!(page["titles"][0]["isbns"][0], "9781900000017");
    assert_eq!(page["titles"][0]["sites"]["uk"], Value::Null);
}

//! Who gets in, and what is refused on the way.

use reqwest::StatusCode;
use reqwest::header::{HOST, RETRY_AFTER, SET_COOKIE};

use crate::house::{House, PASSWORD};

#[tokio::test]
async fn the_first_link_makes_one_admin_once_and_only_where_there_is_no_account() {
    let house = House::open().await;
    let early = console::first_link(&house.store, house.now())
        .await
        .unwrap()
        .unwrap();
    let link = console::first_link(&house.store, house.now())
        .await
        .unwrap()
        .unwrap();
    let mut visitor = house.visitor();
    assert_eq!(
        visitor.get(&early).await.status(),
        StatusCode::NOT_FOUND,
        "a newer link stands"
    );
    let short = [("name", "ada"), ("password", "too short")];
    let refused = visitor.send(&link, &link, &short).await;
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("at least 12 characters")
    );
    let fields = [("name", "Ada"), ("password", PASSWORD)];
    let joined = visitor.send(&link, &link, &fields).await;
    assert_eq!(joined.status(), StatusCode::SEE_OTHER);
    assert!(!visitor.is_outside().await);
    assert_eq!(
        visitor.get(&link).await.status(),
        StatusCode::NOT_FOUND,
        "it is spent"
    );
    assert_eq!(
        console::first_link(&house.store, house.now())
            .await
            .unwrap(),
        None
    );
    let accounts = house.store.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(
        (accounts[0].name.as_str(), accounts[0].role.as_str()),
        ("ada", "admin")
    );
    assert!(accounts[0].password.starts_with("$argon2id$"));
}

#[tokio::test]
async fn a_link_that_nobody_used_in_a_day_is_worthless() {
    let house = House::open().await;
    let link = console::first_link(&house.store, house.now())
        .await
        .unwrap()
        .unwrap();
    house.later(24 * 3_600);
    assert_eq!(
        house.visitor().get(&link).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn without_a_session_or_with_a_forged_one_there_is_only_the_door() {
    let house = House::open().await;
    let admin = house.admin().await;
    for path in [
        "/",
        "/titles",
        "/titles/consonance:work:1",
        "/runs",
        "/failures",
        "/findings",
        "/findings.csv",
        "/forecast",
        "/sites",
        "/audit",
        "/people",
        "/nowhere",
    ] {
        let mut visitor = house.visitor();
        let response = visitor.get(path).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(response.headers()["location"], "/sign-in", "{path}");
    }
    let mut forger = house.visitor();
    forger
        .cookies
        .push(("frontlist_session".into(), "0".repeat(64)));
    assert!(forger.is_outside().await);
    let forged = forger
        .post(
            "/people/invite",
            Some(&house.origin),
            "",
            &[("role", "admin")],
        )
        .await;
    assert_eq!(forged.status(), StatusCode::UNAUTHORIZED);
    // What the state file holds is of no use as a cookie.
    let mut thief = admin.clone();
    for (_, value) in &mut thief.cookies {
        *value = value.chars().rev().collect();
    }
    assert!(thief.is_outside().await);
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_an_admin_or_after_half_a_day() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    let mut stolen = admin.clone();
    admin.send("/", "/sign-out", &[]).await;
    assert!(
        stolen.is_outside().await,
        "it ended here, not only in the browser"
    );
    let signed_in = admin.sign_in("ADA", PASSWORD).await;
    let cookie = signed_in.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!admin.is_outside().await);
    let mut vera = house.guest(&mut admin, "viewer", "vera").await;
    assert!(!vera.is_outside().await);
    admin
        .send("/people", "/people/revoke", &[("name", "vera")])
        .await;
    assert!(vera.is_outside().await, "revoked");
    house.later(12 * 3_600);
    assert!(admin.is_outside().await, "expired");
    let acts = house.store.acts(100).await.unwrap();
    let words: Vec<_> = acts
        .iter()
        .rev()
        .map(|act| (act.who.as_str(), act.what.as_str()))
        .collect();
    let expected = [
        ("ada", "joined"),
        ("ada", "signed-in"),
        ("ada", "signed-out"),
        ("ada", "signed-in"),
        ("ada", "invited"),
        ("vera", "joined"),
        ("vera", "signed-in"),
        ("ada", "revoked"),
    ];
    assert_eq!(words, expected);
}

#[tokio::test]
async fn a_form_counts_only_with_its_token_and_from_here() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    let mut other = house.guest(&mut admin, "admin", "otto").await;
    let (token, foreign_token) = (admin.token("/people").await, other.token("/people").await);
    let here = house.origin.clone();
    let role = [("role", "admin")];
    let port_of_another = here.replace("127.0.0.1", "localhost");
    for (origin, token, what) in [
        (Some(here.as_str()), "", "no token"),
        (
            Some(here.as_str()),
            foreign_token.as_str(),
            "the token of another session",
        ),
        (
            Some("https://evil.example"),
            token.as_str(),
            "another origin",
        ),
        (
            Some(port_of_another.as_str()),
            token.as_str(),
            "another name of this machine",
        ),
        (Some("null"), token.as_str(), "a hidden origin"),
        (None, token.as_str(), "no origin"),
    ] {
        let refused = admin.post("/people/invite", origin, token, &role).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{what}");
    }
    let taken = admin
        .post("/people/invite", Some(&here), &token, &role)
        .await;
    assert_eq!(taken.status(), StatusCode::OK);
    let mut outsider = house.visitor();
    let fields = [("name", "ada"), ("password", PASSWORD)];
    let refused = outsider.post("/sign-in", Some(&here), "", &fields).await;
    assert_eq!(
        refused.status(),
        StatusCode::FORBIDDEN,
        "signing in needs one, too"
    );
}

#[tokio::test]
async fn a_request_for_another_host_is_refused() {
    let house = House::open().await;
    let visitor = house.visitor();
    let request = visitor.client.get(format!("{}/sign-in", house.origin));
    let response = request
        .header(HOST, "rebound.example")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_a_right_password_is_not_believed_meanwhile() {
    let house = House::open().await;
    house.admin().await;
    let mut guesser = house.visitor();
    for _ in 0..5 {
        let wrong = guesser.sign_in("ada", "a wrong pass phrase").await;
        assert_eq!(wrong.status(), StatusCode::OK);
        assert!(
            wrong
                .text()
                .await
                .unwrap()
                .contains("name or the password is wrong")
        );
    }
    let slowed = guesser.sign_in("ada", PASSWORD).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slowed.headers()[RETRY_AFTER], "3");
    house.later(3);
    let right = guesser.sign_in("ada", PASSWORD).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    let refused = house.store.acts(100).await.unwrap();
    assert_eq!(
        refused.iter().filter(|act| act.what == "refused").count(),
        5
    );
}

#[tokio::test]
async fn a_name_that_nobody_bears_is_refused_like_a_wrong_password() {
    let house = House::open().await;
    house.admin().await;
    let mut visitor = house.visitor();
    let unknown = visitor
        .sign_in("nobody", PASSWORD)
        .await
        .text()
        .await
        .unwrap();
    let wrong = visitor
        .sign_in("ada", "a wrong pass phrase")
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(unknown, wrong);
}

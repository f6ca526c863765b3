//! Every page for every role, and what each answer says of itself.

use reqwest::StatusCode;

use crate::house::House;

const ROOMS: [&str; 12] = [
    "/",
    "/titles",
    "/launch",
    "/rules",
    "/plan",
    "/modules",
    "/runs",
    "/failures",
    "/findings",
    "/forecast",
    "/sites",
    "/audit",
];

#[tokio::test]
async fn every_role_sees_every_room_and_only_admins_the_people() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    let mut vera = house.guest(&mut admin, "viewer", "vera").await;
    let mut ed = house.guest(&mut admin, "editor", "ed").await;
    for path in ROOMS {
        for visitor in [&mut admin, &mut vera, &mut ed] {
            let response = visitor.get(path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let text = response.text().await.unwrap();
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
            assert!(text.contains("<main id=\"main\""), "{path}");
            assert!(
                !text.contains("<script") && !text.contains("style="),
                "{path}"
            );
            assert_eq!(
                text.matches("<th").count() - text.matches("<thead").count(),
                text.matches("scope=").count(),
                "{path}"
            );
        }
    }
    assert_eq!(admin.get("/people").await.status(), StatusCode::OK);
    for visitor in [&mut vera, &mut ed] {
        assert_eq!(visitor.get("/people").await.status(), StatusCode::FORBIDDEN);
        let invited = visitor
            .send("/", "/people/invite", &[("role", "admin")])
            .await;
        assert_eq!(invited.status(), StatusCode::FORBIDDEN);
        assert!(
            !visitor
                .get("/")
                .await
                .text()
                .await
                .unwrap()
                .contains("href=\"/people\"")
        );
    }
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    for path in ["/", "/nowhere", "/style.css", "/findings.csv", "/sign-in"] {
        let response = admin.get(path).await;
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'none'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_says_so() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    for path in [
        "/nowhere",
        "/titles/consonance:work:1",
        "/runs/none",
        "/titles?site=nowhere",
        "/launch/consonance:work:1",
        "/launch?site=nowhere",
    ] {
        let response = admin.get(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(
            response.text().await.unwrap().contains("Nothing here"),
            "{path}"
        );
    }
    let tampered = admin
        .get("/titles/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
        .await;
    assert!(!tampered.text().await.unwrap().contains("<script"));
}

#[tokio::test]
async fn what_is_empty_says_what_fills_it() {
    let house = House::open().await;
    let mut admin = house.admin().await;
    for path in ["/", "/titles", "/launch", "/runs", "/findings"] {
        let text = admin.get(path).await.text().await.unwrap();
        assert!(text.contains("<code>frontlist sync</code>"), "{path}");
    }
}

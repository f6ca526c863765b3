//! Calendars at secret addresses: made, read, ended, and never told to who tries.

use reqwest::StatusCode;

use crate::house::{House, Visitor};
use crate::launches::{FEED, read, read_feed};

/// Makes an address, and says its path.
async fn made(person: &mut Visitor, fields: &[(&str, &str)]) -> String {
    let answer = person.send("/me", "/me/calendar", fields).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let text = answer.text().await.unwrap();
    let address = text
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap();
    let path = address.strip_prefix(&person.origin).unwrap();
    assert!(
        path.starts_with("/calendar/") && path.ends_with(".ics"),
        "{path}"
    );
    path.to_owned()
}

/// The lines of a calendar that begin so, unfolded.
fn lines(text: &str, start: &str) -> Vec<String> {
    let unfolded = text.replace("\r\n ", "");
    let lines = unfolded.lines().filter(|line| line.starts_with(start));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_calendar_is_read_by_its_address_alone_and_keeps_its_events() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let path = made(&mut admin, &[("owner", ""), ("site", "uk")]).await;
    let mut program = house.visitor();
    let answer = program.get(&path).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.headers()["content-type"],
        "text/calendar; charset=utf-8"
    );
    let text = answer.text().await.unwrap();
    assert!(
        text.contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H"),
        "{text}"
    );
    let uids = lines(&text, "UID:");
    assert!(
        uids.contains(&format!("UID:{key}/uk/description@frontlist")),
        "{uids:?}"
    );
    assert!(
        lines(&text, "SUMMARY:")
            .iter()
            .all(|line| line.contains("Road")),
        "{text}"
    );
    house.later(3_600);
    let later = program.get(&path).await.text().await.unwrap();
    assert_eq!(lines(&later, "UID:"), uids);
    let owner = uids.len();
    let path = made(&mut admin, &[("owner", "marketing")]).await;
    let mine = program.get(&path).await.text().await.unwrap();
    let categories = lines(&mine, "CATEGORIES:");
    assert!(
        !categories.is_empty() && categories.len() < owner,
        "{categories:?}"
    );
    assert!(
        categories.iter().all(|line| line == "CATEGORIES:marketing"),
        "{categories:?}"
    );
}

#[tokio::test]
async fn a_title_that_nobody_may_announce_is_called_by_its_key() {
    let house = House::open().await;
    let embargo = "<PublishingDate><PublishingDateRole>09</PublishingDateRole><Date dateformat=\"00\">20270603</Date></PublishingDate><SalesRights>";
    let key = read(&house, &FEED.replacen("<SalesRights>", embargo, 1)).await;
    let mut admin = house.admin().await;
    let path = made(&mut admin, &[]).await;
    let text = house.visitor().get(&path).await.text().await.unwrap();
    let summaries = lines(&text, "SUMMARY:");
    assert!(!summaries.is_empty());
    assert!(
        summaries.iter().all(|line| line.contains(&key)),
        "{summaries:?}"
    );
    assert!(!text.contains("Road"), "{text}");
}

#[tokio::test]
async fn an_address_ends_with_the_next_one_by_hand_or_with_its_persons_sessions() {
    let house = House::open().await;
    read_feed(&house).await;
    let mut admin = house.admin().await;
    let mut ida = house.guest(&mut admin, "viewer", "ida").await;
    let mut program = house.visitor();
    let first = made(&mut ida, &[]).await;
    let second = made(&mut ida, &[]).await;
    assert_eq!(program.get(&first).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(program.get(&second).await.status(), StatusCode::OK);
    ida.send("/me", "/me/calendar/revoke", &[]).await;
    assert_eq!(program.get(&second).await.status(), StatusCode::NOT_FOUND);
    let third = made(&mut ida, &[]).await;
    admin
        .send("/people", "/people/revoke", &[("name", "ida")])
        .await;
    assert_eq!(program.get(&third).await.status(), StatusCode::NOT_FOUND);
    let wrong = admin.send("/me", "/me/calendar", &[("site", "mars")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let acts = house.store.acts(50).await.unwrap();
    assert!(
        acts.iter()
            .any(|act| act.what == "calendar-made" && act.who == "ida")
    );
}

#[tokio::test]
async fn who_tries_addresses_is_slowed_and_learns_nothing() {
    let house = House::open().await;
    read_feed(&house).await;
    let mut admin = house.admin().await;
    let good = made(&mut admin, &[]).await;
    let mut guesser = house.visitor();
    let mut answers = Vec::new();
    for number in 0..8 {
        answers.push(
            guesser
                .get(&format!("/calendar/{number:064}.ics"))
                .await
                .status(),
        );
    }
    assert_eq!(answers.first(), Some(&StatusCode::NOT_FOUND));
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    house.later(3_600);
    assert_eq!(guesser.get(&good).await.status(), StatusCode::OK);
}

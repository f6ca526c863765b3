//! Messages brought to receivers on this machine, and what is made of their answers.

use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use jiff::Timestamp;
use notify::Error;
use notify::alert::Kind;
use notify::channel::{Audience, Carrier, Channel, Hidden, Mail, MailSecurity, SecretUrl};
use notify::deliver::{Courier, again};
use notify::message::{Line, Message, Occasion, Section};
use serde_json::Value;

use crate::receivers::{Manners, mail, web};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn message(lines: usize) -> Message {
    let line = |number: usize| Line {
        kind: Kind::Blocker,
        about: format!("Salt & <Sand> {number} (consonance:work:{number}) on uk"),
        says: "not so: there is a cover".to_owned(),
        mend: "Add one.".to_owned(),
        due: Some("was due 2027-05-01".to_owned()),
        link: Some(format!("https://frontlist.example/launch/{number}?site=uk")),
    };
    Message {
        id: "msg_1".to_owned(),
        channel: "desk".to_owned(),
        occasion: Occasion::Digest,
        at: "2027-06-01T12:00:00Z".parse().unwrap(),
        subject: format!("{lines} blockers"),
        sections: vec![Section {
            heading: "metadata".to_owned(),
            lines: (1..=lines).map(line).collect(),
        }],
        more: 0,
        notes: vec!["2 snoozed".to_owned()],
        console: Some("https://frontlist.example".to_owned()),
    }
}

fn channel(carrier: Carrier) -> Channel {
    Channel {
        name: "desk".to_owned(),
        owners: Vec::new(),
        audience: Audience::Staff,
        at_once: true,
        digest_at: None,
        time_zone: jiff::tz::TimeZone::UTC,
        carrier,
    }
}

fn secret(url: &str) -> SecretUrl {
    SecretUrl::new(url.parse().unwrap())
}

fn by_mail(port: u16) -> Channel {
    channel(Carrier::Mail(Mail {
        host: "127.0.0.1".to_owned(),
        port,
        security: MailSecurity::None,
        login: None,
        from: "Frontlist <frontlist@books.example>".to_owned(),
        to: vec![
            "Ada <ada@books.example>".to_owned(),
            "ben@books.example".to_owned(),
        ],
    }))
}

async fn deliver(channel: &Channel, message: &Message) -> Result<(), Error> {
    let courier = Courier::new(Duration::from_millis(400)).unwrap();
    courier.deliver(channel, message, Timestamp::now()).await
}

#[tokio::test]
async fn a_letter_has_both_forms_and_the_same_id_each_time() {
    let (port, letters) = mail(Manners::Takes).await;
    let channel = by_mail(port);
    deliver(&channel, &message(2)).await.unwrap();
    deliver(&channel, &message(2)).await.unwrap();
    let letters = letters.lock().unwrap().clone();
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        for part in [
            "Message-ID: <msg_1@books.example>",
            "Subject: Frontlist: 2 blockers",
            "Auto-Submitted: auto-generated",
            "To: Ada <ada@books.example>, ben@books.example",
            "text/plain",
            "text/html",
        ] {
            assert!(letter.contains(part), "{part} is not in\n{letter}");
        }
    }
    let html = &letters[0].replace("=\r\n", "");
    assert!(html.contains("Salt &amp; &lt;Sand&gt; 1"), "{html}");
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_nobody_up_and_is_tried_later() {
    let (port, _) = mail(Manners::Hangs).await;
    let (url, got) = web((200, None)).await;
    let began = Instant::now();
    let (mail, slack) = (by_mail(port), channel(Carrier::Slack(secret(&url))));
    let message = message(1);
    let (hung, sent) = tokio::join!(deliver(&mail, &message), deliver(&slack, &message));
    sent.unwrap();
    assert_eq!(got.lock().unwrap().len(), 1);
    let error = hung.unwrap_err();
    assert_eq!(error.code(), "FL-1001", "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(again(1, &error, Timestamp::now()).is_some());
}

#[tokio::test]
async fn a_mail_server_says_for_now_or_for_good_that_it_does_not_take_a_letter() {
    for (manners, code) in [(Manners::Refuses, "FL-1003"), (Manners::Defers, "FL-1001")] {
        let (port, letters) = mail(manners).await;
        let error = deliver(&by_mail(port), &message(1)).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(letters.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn slack_is_sent_blocks_within_its_limits_and_a_text_beside_them() {
    let (url, got) = web((200, None)).await;
    let channel = channel(Carrier::Slack(secret(&url)));
    deliver(&channel, &message(100)).await.unwrap();
    let body: Value = serde_json::from_slice(&got.lock().unwrap()[0].1).unwrap();
    assert_eq!(body["text"], "100 blockers");
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    let texts: Vec<&str> = blocks
        .iter()
        .map(|block| block["text"]["text"].as_str().unwrap())
        .collect();
    assert!(texts.iter().all(|text| text.chars().count() <= 3_000));
    let all = texts.concat();
    assert!(all.chars().count() <= 13_200, "{}", all.chars().count());
    assert!(all.contains("Salt &amp; &lt;Sand&gt; 1"), "{all}");
    let shown = all.matches("• ").count();
    assert!(all.contains(&format!("and {} more", 100 - shown)), "{all}");
}

#[tokio::test]
async fn slack_that_asks_to_wait_is_waited_for_as_long_as_it_said() {
    let (url, _) = web((429, Some("77"))).await;
    let error = deliver(&channel(Carrier::Slack(secret(&url))), &message(1))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "FL-1002");
    let now = Timestamp::now();
    let wait = again(1, &error, now).unwrap().duration_since(now);
    assert_eq!(wait.as_secs(), 77);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_words_and_without_the_address() {
    let (url, _) = web((403, None)).await;
    let error = deliver(&channel(Carrier::Slack(secret(&url))), &message(1))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "FL-1003");
    assert!(error.to_string().contains("invalid_token"), "{error}");
    // Nobody listens on the port of a listener that is gone.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook/s3cret", gone.local_addr().unwrap());
    drop(gone);
    let unreached = deliver(&channel(Carrier::Teams(secret(&url))), &message(1))
        .await
        .unwrap_err();
    assert_eq!(unreached.code(), "FL-1001");
    for error in [error, unreached] {
        assert!(
            !format!("{error} {error:?}").contains("s3cret"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn teams_is_sent_a_card_that_fits() {
    let (url, got) = web((202, None)).await;
    let channel = channel(Carrier::Teams(secret(&url)));
    deliver(&channel, &message(200)).await.unwrap();
    let got = got.lock().unwrap();
    assert!(got[0].1.len() <= 28 * 1024, "{} bytes", got[0].1.len());
    let body: Value = serde_json::from_slice(&got[0].1).unwrap();
    assert_eq!(body["type"], "message");
    let card = &body["attachments"][0]["content"];
    assert_eq!(card["type"], "AdaptiveCard");
    let blocks = card["body"].as_array().unwrap();
    let shown = blocks
        .iter()
        .filter(|block| block["text"].as_str().unwrap().starts_with("blocker: "));
    let rest = format!("and {} more", 200 - shown.count());
    assert!(
        blocks.iter().any(|block| block["text"] == rest.as_str()),
        "{rest}"
    );
}

#[tokio::test]
async fn a_webhook_is_signed_as_the_standard_says_and_keeps_its_id() {
    let (url, got) = web((204, None)).await;
    let channel = channel(Carrier::Webhook {
        url: secret(&url),
        key: Hidden::new(KEY),
    });
    deliver(&channel, &message(1)).await.unwrap();
    deliver(&channel, &message(1)).await.unwrap();
    let got = got.lock().unwrap();
    let receiver = standardwebhooks::Webhook::new(KEY).unwrap();
    for (headers, body) in got.iter() {
        assert_eq!(headers["webhook-id"], "msg_1");
        receiver.verify(body, headers).unwrap();
        let mut forged = HeaderMap::clone(headers);
        forged.insert("webhook-id", "msg_2".parse().unwrap());
        assert!(receiver.verify(body, &forged).is_err());
    }
    let body: Value = serde_json::from_slice(&got[0].1).unwrap();
    assert_eq!(body["type"], "frontlist.alert");
    assert_eq!(body["data"]["sections"][0]["lines"][0]["kind"], "blocker");
}

#[test]
fn a_key_that_is_none_is_refused_without_being_repeated() {
    for key in [
        "whsec_short",
        "whsec_not base64 at all, whatever its length is!",
    ] {
        let error = notify::webhook::check(&Hidden::new(key)).unwrap_err();
        assert_eq!(error.code(), "FL-1004");
        assert!(!format!("{error} {error:?}").contains(key), "{error:?}");
    }
    notify::webhook::check(&Hidden::new(KEY)).unwrap();
}

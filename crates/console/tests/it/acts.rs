//! What people do in the console beside holding titles: waiving lines of checklists, taking records through again, having the
//! stack looked into.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::RecordKey;
use console::{Looked, Order, Planned, Previewed};
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use store::snapshot::{Rejection, SnapshotChange};
use sync::guard::Guarded;

use crate::house::{House, Visitor};
use crate::launches::{escaped, read_feed};

fn waiver<'f>(key: &'f str, until: &'f str, reason: &'f str) -> Vec<(&'static str, &'f str)> {
    vec![
        ("rule", "cover"),
        ("work", key),
        ("site", "uk"),
        ("until", until),
        ("reason", reason),
    ]
}

async fn text(visitor: &mut Visitor, path: &str) -> String {
    visitor.get(path).await.text().await.unwrap()
}

/// The id of the waiver in a button of the rules page.
fn waiver_id(page: &str) -> String {
    let rest = page.split("name=\"waiver\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_line_is_waived_with_a_reason_and_an_end_and_is_seen_waived_at_once() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let page = format!("/launch/{}?site=uk", escaped(&key));
    assert!(text(&mut admin, &page).await.contains("Waive it"));
    for (fields, why) in [
        (waiver(&key, "2027-07-01", " "), "no reason"),
        (waiver(&key, "2027-06-01", "late"), "its end has passed"),
        (waiver(&key, "soon", "late"), "is no day"),
        (waiver("onix:none", "2027-07-01", "late"), "no title"),
    ] {
        let refused = admin.send(&page, "/waivers", &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        let said = refused.text().await.unwrap();
        assert!(said.contains(why), "{why}: {said}");
    }
    let mut unknown = waiver(&key, "2027-07-01", "late");
    unknown[0].1 = "covr";
    let refused = admin.send(&page, "/waivers", &unknown).await;
    let said = refused.text().await.unwrap();
    assert!(said.contains("FL-0706") && said.contains("cover"), "{said}");

    let mut vera = house.guest(&mut admin, "viewer", "vera").await;
    assert!(!text(&mut vera, &page).await.contains("Waive it"));
    let fields = waiver(&key, "2027-07-01", "the <b>artist</b> is late");
    let refused = vera.send(&page, "/waivers", &fields).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);

    let mut ed = house.guest(&mut admin, "editor", "ed").await;
    let waived = ed.send(&page, "/waivers", &fields).await;
    assert_eq!(waived.status(), StatusCode::SEE_OTHER);
    assert_eq!(waived.headers()[LOCATION], page);
    let line = text(&mut ed, &page).await;
    assert!(
        line.contains("waived") && line.contains("the &#60;b&#62;artist&#60;/b&#62; is late"),
        "{line}"
    );
    let mut every = waiver("", "2027-07-01", "late");
    let refused = ed.send(&page, "/waivers", &every).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "an admin's act");
    every[0].1 = "price";
    let all = admin.send(&page, "/waivers", &every).await;
    assert_eq!(all.headers()[LOCATION], "/rules");

    let rules = text(&mut ed, "/rules").await;
    assert!(rules.contains("every title") && rules.contains("granted by ed"));
    let id = waiver_id(&rules);
    let ended = ed.send("/rules", "/waivers/end", &[("waiver", &id)]).await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    let again = ed.send("/rules", "/waivers/end", &[("waiver", &id)]).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let audit = text(&mut ed, "/audit").await;
    assert!(
        audit.contains("waived") && audit.contains("ended-waiver"),
        "{audit}"
    );
}

#[tokio::test]
async fn where_four_eyes_are_wanted_nobody_grants_their_own() {
    let house = House::with_four_eyes().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let mut ed = house.guest(&mut admin, "editor", "ed").await;
    let page = format!("/launch/{}?site=uk", escaped(&key));
    let fields = waiver(&key, "2027-07-01", "the artist is late");
    ed.send(&page, "/waivers", &fields).await;
    let line = text(&mut ed, &page).await;
    assert!(line.contains("ed asked to waive it"), "{line}");
    assert!(!line.contains(">w waived<"), "it counts for nothing yet");
    let rules = text(&mut ed, "/rules").await;
    assert!(rules.contains("somebody else must grant it"), "{rules}");
    let id = waiver_id(&rules);
    let own = ed
        .send("/rules", "/waivers/grant", &[("waiver", &id)])
        .await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let home = text(&mut admin, "/").await;
    assert!(home.contains("waivers wait to be granted"), "{home}");
    let granted = admin
        .send("/rules", "/waivers/grant", &[("waiver", &id)])
        .await;
    assert_eq!(granted.status(), StatusCode::SEE_OTHER);
    let line = text(&mut ed, &page).await;
    assert!(line.contains(">w waived<"), "{line}");
    let twice = admin
        .send("/rules", "/waivers/grant", &[("waiver", &id)])
        .await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

fn rejected(key: &str, code: &str) -> Rejection {
    Rejection {
        key: RecordKey::new(key),
        run: "first".into(),
        code: code.into(),
        reason: "the <record> cannot be read".into(),
        place: "feed.xml:7".into(),
        raw: None,
    }
}

#[tokio::test]
async fn failures_are_taken_through_again_by_record_by_cause_or_all() {
    let house = House::open().await;
    read_feed(&house).await;
    let mut admin = house.admin().await;
    let fields = [("code", "FL-0403")];
    let none = admin.send("/", "/failures/replay", &fields).await;
    assert_eq!(none.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let change = SnapshotChange {
        rejected: vec![
            rejected("consonance:work:1", "FL-0403"),
            rejected("consonance:work:2", "FL-0403"),
            rejected("onix:a", "FL-0206"),
        ],
        ..SnapshotChange::default()
    };
    house.store.change_snapshot(&change).await.unwrap();
    let page = text(&mut admin, "/failures").await;
    assert!(page.contains("Take 2 records through again"), "{page}");
    assert!(
        page.contains("the &#60;record&#62; cannot be read"),
        "{page}"
    );
    let keys = |keys: &[&str]| -> BTreeSet<RecordKey> {
        keys.iter().map(|key| RecordKey::new(*key)).collect()
    };
    for (fields, meant) in [
        (vec![("record", "onix:a")], keys(&["onix:a"])),
        (
            vec![("code", "FL-0403")],
            keys(&["consonance:work:1", "consonance:work:2"]),
        ),
        (
            vec![],
            keys(&["consonance:work:1", "consonance:work:2", "onix:a"])
                .into_iter()
                .chain(house.store.pending_records().await.unwrap())
                .collect(),
        ),
    ] {
        let sent = admin.send("/failures", "/failures/replay", &fields).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let to = sent.headers()[LOCATION].to_str().unwrap().to_owned();
        let told = text(&mut admin, &to).await;
        assert!(told.contains("will be taken through again"), "{told}");
        let ordered = house.orders.lock().unwrap().pop();
        assert_eq!(ordered, Some(Order::Replay(meant)));
    }
    let mut vera = house.guest(&mut admin, "viewer", "vera").await;
    let page = text(&mut vera, "/failures").await;
    assert!(!page.contains("through again</button>"), "{page}");
    let refused = vera.send("/failures", "/failures/replay", &[]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let audit = text(&mut admin, "/audit").await;
    assert!(
        audit.contains("replayed") && audit.contains("all of FL-0403"),
        "{audit}"
    );
}

#[tokio::test]
async fn what_gives_a_title_away_is_told_first_and_the_stack_is_looked_into_on_demand() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let quiet = text(&mut admin, "/").await;
    assert!(!quiet.contains("Given away"), "{quiet}");
    let message = format!("banner blt77 says the name of {key}, which no site may announce yet");
    let finding = Finding::error(FindingCode::new("embargo-name"), message)
        .in_record("banner blt77")
        .in_field("heading");
    house.seen.send_replace(Looked {
        guarded: Some(Arc::new(Guarded {
            at: house.now(),
            titles: 1,
            entries: 1,
            files: 0,
            findings: vec![finding],
        })),
        ..Looked::default()
    });
    let home = text(&mut admin, "/").await;
    assert!(home.contains("Given away"), "{home}");
    let page = text(&mut admin, "/modules").await;
    assert!(
        page.contains("banner blt77") && page.contains("heading"),
        "{page}"
    );
    let link = format!("href=\"/titles/{}\">why it is kept quiet", escaped(&key));
    assert!(page.contains(&link), "{page}");
    let asked = admin.send("/modules", "/modules/look", &[]).await;
    assert_eq!(asked.status(), StatusCode::SEE_OTHER);
    assert_eq!(house.orders.lock().unwrap().pop(), Some(Order::Look));
}

#[tokio::test]
async fn a_plan_is_approved_as_it_was_seen_and_only_while_it_holds() {
    let house = House::open().await;
    read_feed(&house).await;
    house.later(60);
    let mut admin = house.admin().await;
    let page = text(&mut admin, "/plan").await;
    assert!(page.contains("Nobody has asked for a plan"), "{page}");
    let asked = admin.send("/plan", "/plan/preview", &[]).await;
    assert_eq!(asked.headers()[LOCATION], "/plan?did=preview");
    assert_eq!(house.orders.lock().unwrap().pop(), Some(Order::Preview));
    let plan = Planned {
        at: house.now(),
        lines: vec!["takedown  book “<b>Salt” (x)".into()],
        takedowns: 1,
        created: 0,
        changed: 0,
        question: None,
    };
    let told = |plan: &Planned| {
        house.planned.send_replace(Previewed {
            plan: Some(Arc::new(plan.clone())),
            ..Previewed::default()
        });
    };
    told(&plan);
    let page = text(&mut admin, "/plan").await;
    assert!(page.contains("“&#60;b&#62;Salt”"), "{page}");
    let seen = plan.at.to_string();
    let mut vera = house.guest(&mut admin, "viewer", "vera").await;
    let refused = vera
        .send("/plan", "/plan/approve", &[("plan", &seen)])
        .await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let other = admin
        .send("/plan", "/plan/approve", &[("plan", "another")])
        .await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let approved = admin
        .send("/plan", "/plan/approve", &[("plan", &seen)])
        .await;
    assert_eq!(approved.headers()[LOCATION], "/plan?did=approve");
    assert_eq!(house.orders.lock().unwrap().pop(), Some(Order::Sync));

    let asking = Planned {
        question: Some(("FL-0611: many titles are gone".into(), "look".into())),
        ..plan.clone()
    };
    told(&asking);
    let refused = admin
        .send("/plan", "/plan/approve", &[("plan", &seen)])
        .await;
    assert_eq!(
        refused.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "it would ask"
    );
    told(&plan);
    let (store, now) = (&house.store, house.now());
    house.later(1);
    store
        .begin_run("second", "sync", "feed.xml", now)
        .await
        .unwrap();
    let ended = store.end_run("second", house.now(), "done", "{}", &[], &[]);
    ended.await.unwrap();
    let page = text(&mut admin, "/plan").await;
    assert!(page.contains("a run has ended since"), "{page}");
    let refused = admin
        .send("/plan", "/plan/approve", &[("plan", &seen)])
        .await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.orders.lock().unwrap().pop(), None);
}

#[tokio::test]
async fn a_title_is_read_again_and_its_page_tells_what_became_of_it() {
    let house = House::open().await;
    let key = read_feed(&house).await;
    let mut admin = house.admin().await;
    let page = format!("/titles/{}", escaped(&key));
    let sent = admin.send(&page, &format!("{page}/replay"), &[]).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let ordered = house.orders.lock().unwrap().pop();
    let Some(Order::Replay(records)) = ordered else {
        panic!("{ordered:?}");
    };
    assert_eq!(records.len(), 1);
    let checklist = format!("/launch/{}?site=uk", escaped(&key));
    let fields = waiver(&key, "2027-07-01", "the artist is late");
    admin.send(&checklist, "/waivers", &fields).await;
    let told = text(&mut admin, &page).await;
    assert!(told.contains("ada asked to waive cover on uk"), "{told}");
}

#[tokio::test]
async fn settings_are_for_admins_and_tables_can_be_taken_away() {
    let house = House::open().await;
    read_feed(&house).await;
    let mut admin = house.admin().await;
    let page = text(&mut admin, "/settings").await;
    assert!(
        page.contains("blt&#60;b&#62;1") && page.contains("line 3"),
        "{page}"
    );
    let mut ed = house.guest(&mut admin, "editor", "ed").await;
    assert_eq!(ed.get("/settings").await.status(), StatusCode::FORBIDDEN);
    for path in ["/findings.xlsx", "/launch.xlsx?site=uk"] {
        let file = ed.get(path).await;
        assert_eq!(file.status(), StatusCode::OK, "{path}");
        let name = file.headers()["content-disposition"].to_str().unwrap();
        assert!(name.contains(".xlsx"), "{name}");
        assert!(file.bytes().await.unwrap().starts_with(b"PK"), "{path}");
    }
    let lines = text(&mut ed, "/launch.csv?site=uk").await;
    assert!(lines.contains("\"978-1-900000-01-7\""), "{lines}");
    assert!(lines.contains("\"design\""), "{lines}");
    let none = text(&mut ed, "/findings?owner=rights&weight=error").await;
    assert!(none.contains("0 of "), "{none}");
}

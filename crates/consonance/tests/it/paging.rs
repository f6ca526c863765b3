//! Pages are followed to the empty one, and around what makes one fail.

use std::collections::BTreeMap;

use consonance::{Error, Fetched, RejectCode, Source, Span, WorkId};
use serde_json::{Value, json};

use super::double::{Double, Reply, chosen, introspection_refused, work};

/// Reads everything: the numbers of the works read, and those rejected with their codes.
pub(crate) async fn read_all(source: &Source) -> Result<(Vec<i64>, Vec<(i64, RejectCode)>), Error> {
    let (mut read, mut rejected) = (Vec::new(), Vec::new());
    let mut walk = source.works(Span::All);
    while let Some(page) = walk.next_page().await? {
        read.extend(page.works.iter().map(|work| work.id.get()));
        rejected.extend(
            page.rejected
                .iter()
                .map(|reject| (reject.id.get(), reject.code)),
        );
    }
    assert!(
        walk.next_page().await?.is_none(),
        "an ended walk stays ended"
    );
    Ok((read, rejected))
}

#[tokio::test]
async fn every_page_is_read_whatever_its_size_and_none_per_work() {
    for page in [1, 3, 50] {
        let double = Double::holding((1..=7).map(work).collect(), page, BTreeMap::new()).await;
        let (read, rejected) = read_all(&double.source().await).await.unwrap();
        assert_eq!(
            (read, rejected),
            ((1..=7).collect(), vec![]),
            "page of {page}"
        );
        let pages = 7_usize.div_ceil(page) + 1;
        assert_eq!(
            double.queries().len(),
            pages,
            "one query a page, and the empty one"
        );
    }
}

#[tokio::test]
async fn the_sweep_asks_for_numbers_alone() {
    let double = Double::holding((1..=5).map(work).collect(), 2, BTreeMap::new()).await;
    let ids = double.source().await.ids().await.unwrap();
    assert_eq!(
        ids.into_iter().map(WorkId::get).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert!(
        double
            .queries()
            .iter()
            .all(|query| query.ends_with("{ id } }"))
    );
}

#[tokio::test]
async fn changes_are_searched_by_day() {
    let double = Double::holding(vec![work(4)], 2, BTreeMap::new()).await;
    let source = double.source().await;
    let day = jiff::civil::date(2026, 11, 24);
    source.changed_since(day).await.unwrap();
    let mut walk = source.works(Span::ChangedSince(day));
    while walk.next_page().await.unwrap().is_some() {}
    let asked = double.queries();
    assert!(
        asked
            .iter()
            .all(|query| query.contains("changedSince: \"2026-11-24\"")),
        "{asked:?}"
    );
    assert!(asked[0].contains("after: 0") && asked[1].contains("after: 4"));
}

#[tokio::test]
async fn a_work_on_which_the_service_fails_is_rejected_alone() {
    let ruin = BTreeMap::from([(3, Reply::status(500)), (6, Reply::status(503))]);
    let double = Double::holding((1..=7).map(work).collect(), 4, ruin).await;
    let (read, rejected) = read_all(&double.source().await).await.unwrap();
    assert_eq!(read, [1, 2, 4, 5, 7]);
    assert_eq!(
        rejected,
        [
            (3, RejectCode::Undeliverable),
            (6, RejectCode::Undeliverable)
        ]
    );
}

#[tokio::test]
async fn a_service_that_fails_on_every_work_is_a_failing_source() {
    let ruin = (1..=7).map(|id| (id, Reply::status(500))).collect();
    let double = Double::holding((1..=7).map(work).collect(), 50, ruin).await;
    let error = read_all(&double.source().await).await.unwrap_err();
    assert_eq!(error.code(), "FL-0410");
}

#[tokio::test]
async fn a_work_that_is_not_what_it_says_is_rejected_with_its_place() {
    type Spoil = fn(&mut Value);
    let spoils: [(Spoil, &str); 5] = [
        (
            |work| work["products"][0]["__typename"] = json!("Hologram"),
            "products.0.__typename",
        ),
        (|work| work["title"] = Value::Null, "title"),
        (
            |work| work["products"][0]["id"] = json!("20"),
            "products.0.id",
        ),
        (|work| work["contributions"] = json!({}), "contributions"),
        (|work| work["products"] = json!([null]), "products.0"),
    ];
    for (spoil, place) in spoils {
        let mut bad = work(2);
        spoil(&mut bad);
        let double = Double::holding(vec![work(1), bad, work(3)], 50, BTreeMap::new()).await;
        let source = double.source().await;
        let mut walk = source.works(Span::All);
        let page = walk.next_page().await.unwrap().unwrap();
        assert_eq!(page.works.len(), 2);
        assert_eq!(page.rejected[0].key.as_str(), "consonance:work:2");
        assert_eq!(page.rejected[0].code, RejectCode::Unfit);
        assert!(
            page.rejected[0].reason.ends_with(&format!("at {place}")),
            "{}",
            page.rejected[0].reason
        );
    }
}

#[tokio::test]
async fn a_work_that_comes_as_null_is_found_by_its_number_and_asked_for_alone() {
    let works: Vec<Value> = (1..=3).map(work).collect();
    let double = Double::answering(move |asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        let (mut rows, ids) = chosen(&works, 50, asked);
        if asked.is_ids_alone() {
            return Reply::data(
                json!({ "works": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>() }),
            );
        }
        let Some(at) = ids.iter().position(|id| *id == 2) else {
            return Reply::data(json!({ "works": rows }));
        };
        rows[at] = Value::Null;
        let error = json!({ "message": "no", "path": ["works", at, "imprint", "name"] });
        Reply::json(&json!({ "data": { "works": rows }, "errors": [error] }))
    })
    .await;
    let (read, rejected) = read_all(&double.source().await).await.unwrap();
    assert_eq!(read, [1, 3]);
    assert_eq!(rejected, [(2, RejectCode::Undeliverable)]);
}

#[tokio::test]
async fn one_work_is_replayed_by_its_number() {
    for (reply, said) in [
        (
            Reply::json(&json!({ "errors": [{ "message": "boom" }] })),
            "boom",
        ),
        (Reply::status(500), "status 500"),
    ] {
        let ruin = BTreeMap::from([(2, reply)]);
        let double = Double::holding(vec![work(1), work(2)], 50, ruin).await;
        let source = double.source().await;
        let fetched = source.work(WorkId::new(1)).await.unwrap();
        assert!(matches!(fetched, Fetched::Work(work) if work.id.get() == 1));
        let fetched = source.work(WorkId::new(2)).await.unwrap();
        let Fetched::Rejected(rejected) = fetched else {
            panic!("{fetched:?}")
        };
        assert_eq!(rejected.code.code(), "FL-0421");
        assert!(rejected.reason.contains(said), "{}", rejected.reason);
        assert_eq!(source.work(WorkId::new(3)).await.unwrap(), Fetched::Gone);
    }
}

#[tokio::test]
async fn one_work_of_a_service_that_is_down_is_not_to_blame() {
    let double = Double::answering(|asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        Reply::status(503)
    })
    .await;
    let error = double
        .source()
        .await
        .work(WorkId::new(1))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "FL-0410");
}

#[tokio::test]
async fn pages_out_of_order_are_refused() {
    let double = Double::answering(|asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        Reply::data(json!({ "works": [work(5), work(4)] }))
    })
    .await;
    let error = read_all(&double.source().await).await.unwrap_err();
    assert!(matches!(error, Error::Paging { .. }), "{error}");
}

//! A gate that cannot be read closes one record, or stops everything; never opens anything.

use std::collections::BTreeMap;

use catalogue::product::Approval;
use catalogue::text::Release;
use catalogue::work::{Contract, Work};
use consonance::{Error, Fetched, Gate, Span, WorkId};
use serde_json::{Value, json};

use super::double::{Double, Reply, chosen, introspection_refused, work};
use super::schema::{full, introspection};

/// Answers with works and with errors beside them. Each error is the number of a work, the place in
/// it, and whether it takes the whole answer with it.
async fn erring(works: Vec<Value>, errors: Vec<(i64, Vec<Value>, bool)>) -> Double {
    Double::answering(move |asked| {
        if asked.is_introspection() {
            return introspection_refused();
        }
        let (mut rows, ids) = chosen(&works, 50, asked);
        if asked.is_ids_alone() {
            let ids: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            return Reply::data(json!({ "works": ids }));
        }
        let (mut met, mut fatal) = (Vec::new(), false);
        for (id, place, takes_all) in &errors {
            let Some(at) = ids.iter().position(|other| other == id) else {
                continue;
            };
            let field = place.last().and_then(Value::as_str).unwrap();
            if !asked.query.contains(&format!(" {field} ")) {
                continue;
            }
            let mut target = &mut rows[at];
            let mut path = vec![json!("works"), json!(at)];
            for step in place {
                path.push(step.clone());
                target = match step.as_u64() {
                    Some(at) => &mut target[usize::try_from(at).unwrap()],
                    None => &mut target[step.as_str().unwrap()],
                };
            }
            *target = Value::Null;
            fatal |= takes_all;
            met.push(json!({ "message": "cannot say", "path": path }));
        }
        // What was not asked for is not in the answer.
        for row in &mut rows {
            if !asked.query.contains(" allowOnixExports ") {
                row["products"][0]
                    .as_object_mut()
                    .unwrap()
                    .remove("allowOnixExports");
            }
        }
        let data = if fatal {
            Value::Null
        } else {
            json!({ "works": rows })
        };
        Reply::json(&json!({ "data": data, "errors": met }))
    })
    .await
}

fn place(path: &[&str]) -> Vec<Value> {
    let step = |step: &&str| {
        step.parse::<u64>()
            .map_or_else(|_| json!(step), |at| json!(at))
    };
    path.iter().map(step).collect()
}

async fn read(double: &Double) -> Result<Vec<Work>, Error> {
    let source = double.source().await;
    let mut walk = source.works(Span::All);
    let mut works = Vec::new();
    while let Some(page) = walk.next_page().await? {
        assert_eq!(page.rejected, []);
        works.extend(page.works.into_iter().map(|fetched| fetched.work));
    }
    Ok(works)
}

fn has_finding(work: &Work, code: &str) -> bool {
    work.findings
        .iter()
        .any(|finding| finding.code.as_str() == code)
}

const APPROVAL: &[&str] = &["products", "0", "allowOnixExports"];
const RIGHTS: &[&str] = &["products", "0", "notForSaleCountryCodes"];

#[tokio::test]
async fn an_unreadable_gate_closes_its_record_alone() {
    for takes_all in [false, true] {
        let errors = vec![
            (2, place(APPROVAL), takes_all),
            (3, place(RIGHTS), takes_all),
        ];
        let works = read(&erring((1..=4).map(work).collect(), errors).await)
            .await
            .unwrap();
        let gates: Vec<_> = works
            .iter()
            .map(|work| (work.products[0].approval, work.products[0].rights.is_some()))
            .collect();
        let open = (Approval::Approved, true);
        let expected = [
            open,
            (Approval::Unreadable, true),
            (Approval::Approved, false),
            open,
        ];
        assert_eq!(gates, expected, "takes all: {takes_all}");
        assert!(has_finding(&works[1], "approval-unreadable"));
        assert!(has_finding(&works[2], "rights-unreadable"));
    }
}

#[tokio::test]
async fn null_without_an_error_on_a_gate_closes_as_well() {
    let mut silent = work(2);
    silent["products"][0]["allowOnixExports"] = Value::Null;
    silent["products"][0]["forSaleCountryCodes"] = Value::Null;
    let double = Double::holding(vec![work(1), silent], 50, BTreeMap::new()).await;
    let works = read(&double).await.unwrap();
    assert_eq!(works[1].products[0].approval, Approval::Unreadable);
    assert_eq!(works[1].products[0].rights, None);
}

#[tokio::test]
async fn a_gate_unreadable_on_a_whole_page_is_a_failing_source() {
    for (field, gate) in [(APPROVAL, Gate::Approval), (RIGHTS, Gate::Rights)] {
        for takes_all in [false, true] {
            let errors = (1..=3).map(|id| (id, place(field), takes_all)).collect();
            let double = erring((1..=3).map(work).collect(), errors).await;
            let error = read(&double).await.unwrap_err();
            assert_eq!(error.code(), "FL-0417");
            assert!(matches!(error, Error::GateUnreadable { gate: which, .. } if which == gate));
        }
    }
}

#[tokio::test]
async fn an_invalid_isbn_hides_no_unreadable_gate() {
    let silent = |id| {
        let mut work = work(id);
        work["products"][0]["allowOnixExports"] = Value::Null;
        work
    };
    let misnumbered = |mut work: Value| {
        work["products"][0]["isbn"] = json!({ "isbn13": "9781839900001" });
        work
    };
    let page = |works| Double::holding(works, 50, BTreeMap::new());
    // Alone on its page, the record is closed and says why, both ways.
    let works = read(&page(vec![work(1), misnumbered(silent(2)), misnumbered(work(3))]).await)
        .await
        .unwrap();
    let approvals: Vec<_> = works.iter().map(|work| work.products[0].approval).collect();
    assert_eq!(
        approvals,
        [Approval::Approved, Approval::Unreadable, Approval::Withheld]
    );
    assert!(has_finding(&works[1], "isbn-invalid"));
    assert!(has_finding(&works[1], "approval-unreadable"));
    // On a page that says nothing of approval, the source is failing, whatever its ISBNs are like.
    let error = read(&page(vec![silent(1), misnumbered(silent(2))]).await).await;
    assert!(
        matches!(
            error,
            Err(Error::GateUnreadable {
                gate: Gate::Approval,
                ..
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_page_of_one_is_one_record_until_the_next_page_says_the_same() {
    let silent = |id| {
        let mut work = work(id);
        work["products"][0]["allowOnixExports"] = Value::Null;
        work
    };
    let one = Double::holding(vec![work(1), silent(2)], 1, BTreeMap::new()).await;
    assert_eq!(
        read(&one).await.unwrap().len(),
        2,
        "a single record is closed alone"
    );
    let all = Double::holding(vec![silent(1), silent(2)], 1, BTreeMap::new()).await;
    assert!(matches!(
        read(&all).await,
        Err(Error::GateUnreadable { .. })
    ));
}

#[tokio::test]
async fn small_pages_without_a_gate_are_counted_over_the_whole_run() {
    let silent = |id| {
        let mut work = work(id);
        work["products"][0]["allowOnixExports"] = Value::Null;
        work
    };
    // A good page in between does not make two such pages one record each.
    let apart = vec![silent(1), work(2), work(3), silent(4)];
    let error = read(&Double::holding(apart, 1, BTreeMap::new()).await)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::GateUnreadable { first, records: 2, .. } if *first == WorkId::new(1)),
        "{error}"
    );
    // A page that gave it to some closes the others alone, however many there are.
    let beside = vec![silent(1), work(2), silent(3), work(4)];
    let works = read(&Double::holding(beside, 2, BTreeMap::new()).await).await;
    assert_eq!(works.unwrap().len(), 4);
    // Works that are asked for one by one belong to the same run.
    let double = Double::holding(vec![silent(1), work(2), silent(3)], 2, BTreeMap::new()).await;
    let source = double.source().await;
    for id in [1, 2] {
        source.work(WorkId::new(id)).await.unwrap();
    }
    let error = source.work(WorkId::new(3)).await.unwrap_err();
    assert!(matches!(error, Error::GateUnreadable { .. }), "{error}");
}

#[tokio::test]
async fn another_field_that_cannot_be_read_costs_that_field() {
    for takes_all in [false, true] {
        let errors = vec![(2, place(&["products", "0", "fullTitle"]), takes_all)];
        let works = read(&erring(vec![work(1), work(2)], errors).await)
            .await
            .unwrap();
        assert_eq!(works[1].products[0].approval, Approval::Approved);
        assert_eq!(
            works[1].products[0].title.text, "Work 2",
            "the work's title stands in"
        );
        let finding = works[1]
            .findings
            .iter()
            .find(|f| f.code.as_str() == "field-unreadable");
        let at = &finding.unwrap().at;
        assert_eq!(at.field.as_deref(), Some("products.0.fullTitle"));
        assert_eq!(at.record.as_deref(), Some("consonance:work:2"));
    }
}

#[tokio::test]
async fn what_bounds_a_text_closes_it_when_it_cannot_be_read() {
    let text = |id: i64| {
        json!({
            "id": id, "externalText": format!("<p>{id}</p>"), "approvalStatusName": "Approved",
            "onixContentAudienceCodes": ["_00"], "fromDate": null, "dateReleased": null
        })
    };
    let mut book = work(1);
    book["marketingTexts"] = json!([text(11), text(12), text(13), text(14)]);
    book["marketingTexts"][3]["fromDate"] = json!("soon");
    let errors = [
        ("0", "fromDate"),
        ("1", "onixContentAudienceCodes"),
        ("2", "approvalStatusName"),
    ]
    .into_iter()
    .map(|(at, field)| (1, place(&["marketingTexts", at, field]), false))
    .collect();
    let works = read(&erring(vec![book], errors).await).await.unwrap();
    let texts = &works[0].texts;
    assert_eq!(
        texts.len(),
        1,
        "a date, an audience or an embargo in doubt leaves the text out"
    );
    assert_eq!(texts[0].markup.text, "<p>13</p>");
    assert_eq!(
        texts[0].release,
        Release::Withheld,
        "so does an approval, where drafts are hidden"
    );
}

/// A double with contracts `(id, signed date, work)`; null as a date, and `?` for one that cannot be
/// read.
async fn with_contracts(contracts: &'static [(i64, &'static str, i64)]) -> Double {
    Double::answering(move |asked| {
        if asked.is_introspection() {
            return introspection(full());
        }
        let after = asked.argument("after").unwrap_or_default();
        if !asked.query.contains("contracts(") {
            let works: Vec<Value> = (1..=4).map(work).collect();
            return Reply::data(json!({ "works": chosen(&works, 50, asked).0 }));
        }
        let page: Vec<_> = contracts
            .iter()
            .filter(|(id, ..)| *id > after)
            .take(2)
            .collect();
        let rows: Vec<Value> = page
            .iter()
            .map(|(id, signed, work)| {
                let signed = signed.starts_with('2').then_some(*signed);
                json!({ "id": id, "signedDate": signed, "work": { "id": work } })
            })
            .collect();
        let errors: Vec<Value> = page
            .iter()
            .enumerate()
            .filter(|(_, (_, signed, _))| *signed == "?")
            .map(|(at, _)| json!({ "message": "no", "path": ["contracts", at, "signedDate"] }))
            .collect();
        Reply::json(&json!({ "data": { "contracts": rows }, "errors": errors }))
    })
    .await
}

#[tokio::test]
async fn contracts_are_read_once_and_say_what_they_can() {
    let double = with_contracts(&[
        (7, "2026-05-01", 1),
        (8, "null", 2),
        (9, "?", 3),
        (11, "2025-01-01", 1),
    ])
    .await;
    let source = double.source_with_contracts().await.unwrap();
    let mut contracts = Vec::new();
    for id in 1..=4 {
        let Fetched::Work(fetched) = source.work(WorkId::new(id)).await.unwrap() else {
            panic!()
        };
        contracts.push(fetched.work.contract);
    }
    let earliest = Contract::Signed("2025-01-01".parse().unwrap());
    let expected = [
        earliest,
        Contract::Unsigned,
        Contract::Unreadable,
        Contract::Unsigned,
    ];
    assert_eq!(contracts, expected);
    let asked = double
        .queries()
        .iter()
        .filter(|query| query.contains("contracts("))
        .count();
    assert_eq!(
        asked, 3,
        "two pages and the empty one, for all works together"
    );
}

#[tokio::test]
async fn contracts_nobody_asked_for_are_not_read() {
    let double = with_contracts(&[(7, "2026-05-01", 1)]).await;
    let works = read(&double).await.unwrap();
    assert_eq!(works[0].contract, Contract::NotAsked);
    assert!(
        double
            .queries()
            .iter()
            .all(|query| !query.contains("contracts"))
    );
}

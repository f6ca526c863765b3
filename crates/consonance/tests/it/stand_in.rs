//! The real walk, against the sandbox's Consonance over a socket, with every name and with the sure
//! ones alone.

use std::sync::Arc;
use std::time::Duration;

use catalogue::key::RecordKey;
use catalogue::product::Approval;
use catalogue::text::Release;
use catalogue::work::{Contract, Work};
use consonance::{Ask, Client, Error, Retry, Settings, Source, Span, WorkId};
use jiff::civil::{Date, date};
use sandbox::consonance::{Options, Service, classifier};
use sandbox::listen::{self, Serving};
use sandbox::traffic::Traffic;
use serde_json::{Value, json};

const AS_OF: Date = date(2026, 11, 24);

struct Account {
    origin: String,
    settings: Settings,
    traffic: Arc<Traffic>,
    _serving: Serving,
}

/// A client of the test's own, for the sandbox's control.
fn http() -> reqwest::Client {
    // Another test of this process may have been first.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

impl Account {
    async fn start(strict: bool) -> Self {
        let options = Options {
            strict,
            page: 20,
            ..Options::default()
        };
        let service = Service::new(options, sandbox::sample::catalogue(AS_OF));
        let listening = listen::bind("127.0.0.1:0").await.unwrap();
        let origin = listening.origin();
        let traffic = Arc::new(Traffic::new(1, classifier()));
        let router = service
            .router(&origin)
            .unwrap()
            .merge(traffic.control_router());
        let mut settings = Settings::new(origin.parse().unwrap(), service.token().into());
        settings.retry = Retry {
            attempts: 2,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(1),
            seed: 1,
        };
        Self {
            _serving: listening.serve(router, Arc::clone(&traffic)),
            origin,
            settings,
            traffic,
        }
    }

    async fn source(&self) -> Source {
        let client = Client::new(self.settings.clone()).unwrap();
        client.source(client.schema().await.unwrap()).unwrap()
    }

    async fn order(&self, path: &str, order: Value) {
        let url = format!("{}/_sandbox/{path}", self.origin);
        let reply = http().post(url).json(&order).send().await.unwrap();
        assert!(
            reply.status().is_success(),
            "{}",
            reply.text().await.unwrap()
        );
    }

    async fn patch(&self, path: &str, patch: Value) {
        let url = format!("{}/_sandbox/{path}", self.origin);
        let reply = http().patch(url).json(&patch).send().await.unwrap();
        assert!(
            reply.status().is_success(),
            "{}",
            reply.text().await.unwrap()
        );
    }
}

async fn read(source: &Source) -> Result<(Vec<Work>, Vec<WorkId>), Error> {
    let (mut works, mut rejected) = (Vec::new(), Vec::new());
    let mut walk = source.works(Span::All);
    while let Some(page) = walk.next_page().await? {
        works.extend(page.works.into_iter().map(|fetched| fetched.work));
        rejected.extend(page.rejected.into_iter().map(|rejected| rejected.id));
        assert_eq!(page.findings, []);
    }
    Ok((works, rejected))
}

#[tokio::test]
async fn the_sample_is_read_whole_with_and_without_the_unsure_names() {
    let sample = sandbox::sample::catalogue(AS_OF);
    for strict in [false, true] {
        let account = Account::start(strict).await;
        let source = account.source().await;
        assert!(source.schema().is_introspected());
        let sure: Vec<String> = source
            .schema()
            .missing()
            .iter()
            .filter(|missing| !strict || missing.grade.is_sure())
            .map(ToString::to_string)
            .collect();
        assert_eq!(sure, Vec::<String>::new(), "strict: {strict}");
        let (works, rejected) = read(&source).await.unwrap();
        assert_eq!(rejected, []);
        assert_eq!(works.len(), sample.works.len());
        let products: usize = works.iter().map(|work| work.products.len()).sum();
        assert_eq!(products, sample.products.len());
        let ids = source.ids().await.unwrap();
        assert_eq!(ids.len(), works.len());
        assert!(works.iter().all(|work| {
            work.records
                .iter()
                .filter_map(WorkId::of_record)
                .all(|id| ids.contains(&id))
        }));
        for (id, document) in &sample.products {
            let key = format!("consonance:product:{id}");
            let product = works
                .iter()
                .flat_map(|work| &work.products)
                .find(|p| p.key.as_str() == key);
            let product = product.unwrap();
            let approved = document.get("allowOnixExports") == Some(&json!(true));
            assert_eq!(product.approval == Approval::Approved, approved, "{key}");
            let isbn = document.get("isbn13").and_then(Value::as_str);
            assert_eq!(
                product.isbn.map(|isbn| isbn.to_string()).as_deref(),
                isbn,
                "{key}"
            );
            assert!(product.rights.is_some(), "{key}");
        }
    }
}

#[tokio::test]
async fn without_unsure_names_less_is_known_and_nothing_is_wrong() {
    let (lenient, strict) = (Account::start(false).await, Account::start(true).await);
    let (all, _) = read(&lenient.source().await).await.unwrap();
    let (sure, _) = read(&strict.source().await).await.unwrap();
    let has_cover = |works: &[Work]| works.iter().any(|work| !work.resources.is_empty());
    assert!(
        has_cover(&all) && !has_cover(&sure),
        "a cover cannot be told without its variant"
    );
    for (all, sure) in all.iter().zip(&sure) {
        assert_eq!(
            (&all.key, &all.title, &all.contributions),
            (&sure.key, &sure.title, &sure.contributions)
        );
        let scopes = |work: &Work| {
            let mut texts: Vec<_> = work
                .texts
                .iter()
                .map(|text| (text.markup.text.clone(), text.products.clone()))
                .collect();
            texts.sort_by(|a, b| a.0.cmp(&b.0));
            texts
        };
        // Texts of kinds we do not use are told apart by variant only, so there may be more.
        let known = scopes(sure);
        for text in scopes(all) {
            assert!(known.contains(&text), "{}: {text:?}", all.key);
        }
        for (all, sure) in all.products.iter().zip(&sure.products) {
            assert_eq!((&all.rights, all.approval), (&sure.rights, sure.approval));
            assert_eq!(all.prices, sure.prices);
        }
    }
}

#[tokio::test]
async fn a_change_is_found_by_its_day() {
    let account = Account::start(false).await;
    let source = account.source().await;
    account
        .patch("works/1001", json!({ "title": "Another Name" }))
        .await;
    let changed = source.changed_since(AS_OF).await.unwrap();
    assert!(changed.contains(&WorkId::new(1001)));
    let all = source.ids().await.unwrap();
    assert!(
        changed.len() < all.len(),
        "{} of {}",
        changed.len(),
        all.len()
    );
    let mut walk = source.works(Span::ChangedSince(AS_OF));
    let mut read = Vec::new();
    while let Some(page) = walk.next_page().await.unwrap() {
        read.extend(page.works);
    }
    assert_eq!(read.len(), changed.len());
    let work = read.iter().find(|work| work.id.get() == 1001).unwrap();
    assert_eq!(work.work.title.text, "Another Name");
}

#[tokio::test]
async fn a_work_that_breaks_its_page_is_rejected_alone() {
    let account = Account::start(false).await;
    let source = account.source().await;
    let all = source.ids().await.unwrap();
    account
        .order(
            "work_faults",
            json!({ "id": 1003, "kind": "status", "status": 500 }),
        )
        .await;
    let (works, rejected) = read(&source).await.unwrap();
    assert_eq!(rejected, [WorkId::new(1003)]);
    assert_eq!(works.len() + 1, all.len());
}

#[tokio::test]
async fn a_gate_that_fails_on_one_product_closes_its_work_alone() {
    let account = Account::start(false).await;
    let source = account.source().await;
    let (before, _) = read(&source).await.unwrap();
    let work = before.iter().find(|work| {
        work.products
            .iter()
            .any(|product| product.approval == Approval::Approved)
    });
    let work = work.unwrap();
    let product: i64 = work.products[0].key.id().parse().unwrap();
    account
        .order(
            "field_errors",
            json!({ "type": "Product", "field": "allowOnixExports", "ids": [product] }),
        )
        .await;
    let (after, rejected) = read(&source).await.unwrap();
    assert_eq!(rejected, []);
    for (before, after) in before.iter().zip(&after) {
        let closed = after.key == work.key;
        let approvals = |work: &Work| work.products.iter().map(|p| p.approval).collect::<Vec<_>>();
        match closed {
            true => assert!(approvals(after).iter().all(|a| *a == Approval::Unreadable)),
            false => assert_eq!(approvals(before), approvals(after), "{}", after.key),
        }
    }
}

#[tokio::test]
async fn a_gate_that_fails_everywhere_is_a_failing_source() {
    for field in ["allowOnixExports", "forSaleCountryCodes"] {
        let account = Account::start(false).await;
        account
            .order(
                "field_errors",
                json!({ "type": "Product", "field": field, "ids": null }),
            )
            .await;
        let error = read(&account.source().await).await.unwrap_err();
        assert_eq!(error.code(), "FL-0417", "{error}");
    }
}

#[tokio::test]
async fn a_field_that_fails_everywhere_costs_that_field() {
    let account = Account::start(false).await;
    account
        .order(
            "field_errors",
            json!({ "type": "Product", "field": "publicationDate", "ids": null }),
        )
        .await;
    let (works, rejected) = read(&account.source().await).await.unwrap();
    assert_eq!(rejected, []);
    assert!(works.iter().any(|work| {
        work.products
            .iter()
            .any(|p| p.approval == Approval::Approved)
    }));
    assert!(
        works
            .iter()
            .flat_map(|work| &work.products)
            .all(|product| product.dates.iter().all(|d| d.role.code() != "01"))
    );
}

#[tokio::test]
async fn contracts_tell_proposals_from_books() {
    let mut account = Account::start(false).await;
    account.settings.ask = Ask { contracts: true };
    let (works, _) = read(&account.source().await).await.unwrap();
    assert!(
        works
            .iter()
            .any(|work| matches!(work.contract, Contract::Signed(_)))
    );
    assert!(works.iter().any(|work| work.contract == Contract::Unsigned));
    let mut strict = Account::start(true).await;
    strict.settings.ask = Ask { contracts: true };
    let client = Client::new(strict.settings.clone()).unwrap();
    let error = client.source(client.schema().await.unwrap()).unwrap_err();
    assert!(matches!(error, Error::GateMissing { .. }), "{error}");
}

#[tokio::test]
async fn drafts_are_told_from_approved_resources() {
    let account = Account::start(false).await;
    let (works, _) = read(&account.source().await).await.unwrap();
    let resources = || works.iter().flat_map(|work| &work.resources);
    assert!(resources().any(|resource| resource.release == Release::Withheld));
    assert!(resources().any(|resource| resource.release == Release::Approved));
    let served = format!("{}/resources/", account.origin);
    assert!(resources().all(|resource| resource.link.starts_with(&served)));
}

#[tokio::test]
async fn a_walk_costs_one_request_a_page() {
    let account = Account::start(false).await;
    let source = account.source().await;
    let before = account.traffic.counters().reads;
    let (works, _) = read(&source).await.unwrap();
    let pages = works.len().div_ceil(20) + 1;
    let spent = account.traffic.counters().reads - before;
    assert_eq!(spent, u64::try_from(pages).unwrap());
    assert_eq!(
        WorkId::of_record(&RecordKey::new("consonance:work:1001")),
        Some(WorkId::new(1001))
    );
}

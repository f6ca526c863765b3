//! A publishing house with two websites: a stage with the model applied, a state file, and ways to look at what readers get.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use catalogue::country::CountryCode;
use catalogue::key::RecordKey;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use launch::rule_book::RuleBook;
use reqwest::Method;
use sandbox::options::Put;
use serde_json::{Map, Value, json};
use site::content_model::Names;
use site::policy::{
    Destination, PagePolicy, Policy, RightsPolicy, SaleRule, Selection, Site, SiteId, Sites,
};
use store::Store;
use sync::Error;
use sync::clock::Clock;
use sync::engine::{Engine, Options, Patience};
use sync::gatekeeper::Launch;
use sync::launches::Rules;
use sync::model::{apply, plan};
use sync::progress::Silent;
use sync::pull::Source;
use sync::tally::Report;
use tempfile::TempDir;

use crate::stage::{Stage, policy, spec};

/// The content types that are ours.
pub(crate) const TYPES: [&str; 5] = ["book", "contributor", "imprint", "series", "redirect"];

pub(crate) struct House {
    pub(crate) stage: Stage,
    pub(crate) sites: Sites,
    pub(crate) policy: Policy,
    pub(crate) names: Names,
    pub(crate) folder: TempDir,
    /// The launch rules; without them every gate that is more than observed stays shut.
    pub(crate) rules: Option<RuleBook>,
    state: PathBuf,
}

/// Noon of the day on which the tests play.
pub(crate) fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

impl House {
    /// A house with so many works, its model applied and nothing synchronised.
    pub(crate) async fn with(works: usize) -> Self {
        Self::putting(works, Put::default()).await
    }

    /// The same, on a stack of which a save keeps or clears what it does not name.
    pub(crate) async fn putting(works: usize, put: Put) -> Self {
        let stage = Stage::with(works, put).await;
        let model = plan(&stage.stack, &spec()).await.unwrap();
        apply(&stage.stack, &model, false).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("frontlist.db");
        let sites = vec![
            site("au", "AUD", "Australia/Sydney"),
            site("gb", "GBP", "Europe/London"),
        ];
        Self {
            stage,
            sites: Sites::new(sites).unwrap(),
            policy: policy(),
            names: Names::default(),
            folder,
            rules: None,
            state,
        }
    }

    /// An ONIX message with these records, as a file of its own.
    pub(crate) fn onix(&self, name: &str, records: &str) -> Source {
        let path = self.folder.path().join(name);
        let text = format!("<ONIXMessage release=\"3.0\"><Header/>{records}</ONIXMessage>");
        std::fs::write(&path, text).unwrap();
        Source::Onix {
            messages: onix::Source::at(path),
            complete: false,
        }
    }

    /// The keys of the records that wait for a mend.
    pub(crate) async fn rejected(&self) -> Vec<RecordKey> {
        let store = self.open_store().await.unwrap();
        let rejections = store.rejections().await.unwrap();
        rejections.into_iter().map(|row| row.key).collect()
    }

    /// Loses the state file.
    pub(crate) fn lose_ledger(&mut self) {
        self.state = self.folder.path().join("another.db");
    }

    /// The state file, locked for a run.
    pub(crate) async fn open_store(&self) -> Result<Store, store::Error> {
        Store::open(
            &self.state,
            &self.stage.running.contentstack().api_key,
            "main",
        )
        .await
    }

    /// One run with its own connection to everything, as the command makes it.
    pub(crate) async fn try_sync(&self, options: &Options) -> Result<Report, Error> {
        let source = Source::Consonance(Box::new(self.consonance()));
        self.try_sync_from(source, options).await
    }

    /// The same from another source.
    pub(crate) async fn try_sync_from(
        &self,
        source: Source,
        options: &Options,
    ) -> Result<Report, Error> {
        self.try_sync_when(source, options, None).await
    }

    /// The same, waiting for its instant.
    pub(crate) async fn try_sync_when(
        &self,
        source: Source,
        options: &Options,
        clock: Option<&dyn Clock>,
    ) -> Result<Report, Error> {
        let store = self.open_store().await.unwrap();
        let engine = Engine {
            stack: &self.stage.stack,
            store: &store,
            sites: &self.sites,
            policy: &self.policy,
            names: &self.names,
            // The stand-in publishes at once: what one look does not show is not there.
            patience: Patience {
                confirm: Duration::ZERO,
                job: Duration::from_secs(5),
            },
            launch: self.rules.as_ref().map(|book| Launch {
                rules: Ok(Rules {
                    book,
                    holidays: &[],
                }),
                workflow: sync::gate::WORKFLOW,
            }),
            progress: &Silent,
        };
        let report = engine.sync_when(source, options, clock).await?;
        assert!(report.summary.adds_up(), "{:?}", report.summary);
        Ok(report)
    }

    /// One run at noon.
    pub(crate) async fn sync(&self) -> Report {
        self.try_sync(&Options::at(noon())).await.unwrap()
    }

    /// One run that must leave nothing undone.
    pub(crate) async fn sync_fully(&self) -> Report {
        let report = self.sync().await;
        assert_eq!(
            report.summary.outcome,
            "done",
            "{:?} {:?}",
            report.summary,
            undone(&report)
        );
        report
    }

    /// A client of the stand-in.
    pub(crate) fn consonance(&self) -> consonance::Client {
        let access = self.stage.running.consonance();
        let mut settings = consonance::Settings::new(
            access.url.parse().unwrap(),
            consonance::Secret::new(&access.token),
        );
        settings.retry.first_pause = Duration::from_micros(10);
        settings.retry.longest_pause = Duration::from_millis(1);
        consonance::Client::new(settings).unwrap()
    }

    /// Changes something at the source, through the stand-in's control.
    pub(crate) async fn at_source(&self, method: Method, path: &str, body: Value) -> Value {
        let address = format!("{}/_sandbox/{path}", self.stage.running.consonance().url);
        let reply = self
            .stage
            .http
            .request(method.clone(), address)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = reply.status();
        let text = reply.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(answer.get("_unknown"), None, "{method} {path}");
        answer
    }

    /// The ids of the source's works.
    pub(crate) async fn works(&self) -> Vec<i64> {
        let works = self.at_source(Method::GET, "works", Value::Null).await;
        works["works"]
            .as_array()
            .unwrap()
            .iter()
            .map(|work| work["id"].as_i64().unwrap())
            .collect()
    }

    /// Gives a work and its formats another name, and forbids them.
    pub(crate) async fn withhold(&self, work: i64, name: &str) {
        let path = format!("works/{work}");
        self.at_source(Method::PATCH, &path, json!({ "title": name }))
            .await;
        self.forbid(work).await;
    }

    /// Forbids every format of a work.
    pub(crate) async fn forbid(&self, work: i64) {
        let document = self
            .at_source(Method::GET, &format!("works/{work}"), Value::Null)
            .await;
        for product in document["products"].as_array().unwrap() {
            let id = product.get("id").unwrap_or(product);
            let path = format!("products/{id}");
            self.at_source(Method::PATCH, &path, json!({"allowOnixExports": false}))
                .await;
        }
    }

    /// What readers of a site get of one content type, by source key.
    pub(crate) async fn served(&self, site: &str, content_type: &str) -> BTreeMap<String, Value> {
        let place = &self.sites.get(site).unwrap().destination;
        let access = self.stage.running.contentstack();
        let address = format!(
            "{}/v3/content_types/{content_type}/entries?environment={}&locale={}&limit=100",
            access.cda_url, place.environment, place.locale
        );
        let call = self
            .stage
            .http
            .get(address)
            .header("api_key", &access.api_key)
            .header("access_token", &access.delivery_tokens["*"]);
        let answer: Value = call.send().await.unwrap().json().await.unwrap();
        let entries = answer["entries"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"));
        let by_key = entries.iter().map(|entry| (key(entry), entry.clone()));
        let served: BTreeMap<String, Value> = by_key.collect();
        assert_eq!(
            served.len(),
            entries.len(),
            "{content_type} on {site} has a source key twice"
        );
        served
    }

    /// The titles of the books that readers of a site get, by source key.
    pub(crate) async fn titles(&self, site: &str) -> BTreeMap<String, String> {
        let books = self.served(site, "book").await;
        let title = |entry: &Value| entry["title"].as_str().unwrap().to_owned();
        books
            .iter()
            .map(|(key, entry)| (key.clone(), title(entry)))
            .collect()
    }

    /// Everything that readers get on all sites, in a form in which two stacks can be compared: what the service itself
    /// makes up (uids, versions, times), and whether a locale says it itself or inherits it, is left out.
    pub(crate) async fn shown(&self) -> BTreeMap<String, Value> {
        let mut shown = BTreeMap::new();
        for site in ["au", "gb"] {
            for content_type in TYPES {
                for (key, entry) in self.served(site, content_type).await {
                    shown.insert(format!("{site} {content_type} {key}"), plain(&entry));
                }
            }
        }
        shown
    }

    /// Uids of everything stored, by content type and source key, files by their hash. Nothing may be there twice.
    pub(crate) async fn stored(&self) -> BTreeMap<String, String> {
        let mut stored = BTreeMap::new();
        let mut note = |name: String, uid: &Value| {
            let twice = stored.insert(name.clone(), uid.as_str().unwrap().to_owned());
            assert_eq!(twice, None, "{name} is stored twice");
        };
        for content_type in TYPES {
            let path = format!("content_types/{content_type}/entries?limit=100");
            let answer = self.stage.manage(Method::GET, &path, None).await;
            for entry in answer["entries"].as_array().unwrap() {
                note(format!("{content_type} {}", key(entry)), &entry["uid"]);
            }
        }
        let answer = self
            .stage
            .manage(Method::GET, "assets?limit=100", None)
            .await;
        for asset in answer["assets"].as_array().unwrap() {
            let tags = asset["tags"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str);
            let hash = tags
                .into_iter()
                .find(|tag| tag.starts_with("sha256-"))
                .unwrap()
                .to_owned();
            note(hash, &asset["uid"]);
        }
        stored
    }
}

pub(crate) fn site(id: &str, currency: &str, time_zone: &str) -> Site {
    Site {
        id: SiteId(id.to_owned()),
        destination: Destination {
            environment: format!("production-{id}"),
            locale: format!("en-{id}"),
        }
        .into(),
        countries: vec![CountryCode::parse(&id.to_uppercase()).unwrap()],
        currency: currency.parse().unwrap(),
        time_zone: TimeZone::get(time_zone).unwrap(),
        language: "en".to_owned(),
        select: Selection::default(),
        rights: RightsPolicy::default(),
        page: PagePolicy::default(),
        hidden: site::policy::Hidden::default(),
        gate: site::policy::Gate::default(),
        outlets: catalogue::rights::Outlets::none(),
        sale: SaleRule::default(),
        page_address: None,
    }
}

fn key(entry: &Value) -> String {
    entry["source_key"]
        .as_str()
        .unwrap_or_else(|| panic!("no source key: {entry}"))
        .to_owned()
}

/// Records of a run that are not settled, with their reasons.
pub(crate) fn undone(report: &Report) -> Vec<String> {
    let open = report.records.iter().filter_map(|record| {
        let reason = record.reason.as_ref()?;
        Some(format!("{} {}: {reason}", record.key, record.outcome))
    });
    open.collect()
}

fn plain(value: &Value) -> Value {
    const MADE_UP: [&str; 10] = [
        "uid",
        "locale",
        "_version",
        "created_at",
        "updated_at",
        "created_by",
        "updated_by",
        "publish_details",
        "url_path",
        "_metadata",
    ];
    match value {
        // A file is what it is called; where it lies is the service's business.
        Value::Object(file) if file.contains_key("filename") => file["filename"].clone(),
        Value::Object(object) => {
            let kept = object
                .iter()
                .filter(|(name, _)| !MADE_UP.contains(&name.as_str()));
            Value::Object(
                kept.map(|(name, value)| (name.clone(), plain(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(values) => values.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Compares what two stacks show, and says where they differ rather than all that they show.
pub(crate) fn same(
    shown: &BTreeMap<String, Value>,
    expected: &BTreeMap<String, Value>,
    what: &str,
) {
    let keys: BTreeSet<&String> = shown.keys().chain(expected.keys()).collect();
    let mut differences = Vec::new();
    for key in keys {
        match (shown.get(key), expected.get(key)) {
            (Some(Value::Object(is)), Some(Value::Object(due))) => {
                let fields: BTreeSet<&String> = is.keys().chain(due.keys()).collect();
                let differing = fields
                    .into_iter()
                    .filter(|field| is.get(*field) != due.get(*field));
                differences.extend(differing.map(|field| {
                    format!(
                        "{key} {field}: {:?} instead of {:?}",
                        is.get(field),
                        due.get(field)
                    )
                }));
            }
            (is, due) if is != due => differences.push(format!(
                "{key}: shown {}, due {}",
                is.is_some(),
                due.is_some()
            )),
            _ => {}
        }
    }
    assert!(differences.is_empty(), "{what}: {differences:#?}");
}

//! `doctor`: whether everything is as it must be, and what might leak.

mod age;
mod gates;
mod leaks;

use catalogue::work::Work;
use contentstack::{ContentTypeUid, DeliveryQuery, EnvironmentName, LocaleCode, Stack};
use serde::Serialize;
use site::desired::Kind;
use store::ledger::Ledger;
use sync::pull::{PullOptions, Source, pull};

use super::model::spec;
use crate::configuration::{ConfigurationError, Origin, Setting};
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars, Table};
use crate::session::Session;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    /// As it must be.
    Well,
    /// Works, and a person should look.
    Warning,
    /// Does not work.
    Failed,
}

/// One thing checked.
#[derive(Debug, Serialize)]
struct Finding {
    check: String,
    health: Health,
    /// Stable name of the risk, with a page under docs/errors/.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

/// Everything checked.
#[derive(Debug, Default, Serialize)]
struct Examination {
    settings: Vec<Setting>,
    checks: Vec<Finding>,
}

impl Examination {
    /// Something that could show a title where it must not be, or keep one up that must go.
    fn risk(&mut self, code: &'static str, health: Health, detail: String, mend: &str) {
        self.note("secrecy", health, detail, Some(mend.to_owned()));
        if let Some(last) = self.checks.last_mut() {
            last.code = Some(code);
        }
    }

    fn well(&mut self, check: &str, detail: impl Into<String>) {
        self.note(check, Health::Well, detail.into(), None);
    }

    fn warn(&mut self, check: &str, detail: impl Into<String>, mend: impl Into<String>) {
        self.note(check, Health::Warning, detail.into(), Some(mend.into()));
    }

    fn fail(&mut self, check: &str, failure: &Failure) {
        let detail = format!("{}: {}", failure.code(), sync::engine::chain(failure));
        self.note(check, Health::Failed, detail, Some(failure.mend()));
    }

    fn note(&mut self, check: &str, health: Health, detail: String, mend: Option<String>) {
        self.checks.push(Finding {
            check: check.to_owned(),
            health,
            code: None,
            detail,
            mend,
        });
    }

    fn ending(&self) -> Ending {
        let worst = |health| self.checks.iter().any(|finding| finding.health == health);
        if worst(Health::Failed) {
            Ending::Failed
        } else if worst(Health::Warning) {
            Ending::Partial
        } else {
            Ending::Done
        }
    }
}

pub(super) async fn run(session: &Session) -> Result<Ending, Failure> {
    let mut examination = Examination {
        settings: session.configuration.settings(),
        ..Examination::default()
    };
    secrets(session, &mut examination);
    source(session, &mut examination).await;
    age::age(session, jiff::Timestamp::now(), &mut examination).await;
    match session.stack() {
        Ok(stack) => stack_side(session, &stack, &mut examination).await,
        Err(failure) => examination.fail("Contentstack", &failure),
    }
    leaks::arrangement(session, &mut examination);
    if let Ok(stack) = session.stack() {
        leaks::stack(session, &stack, &mut examination).await;
        gates::gates(session, &stack, &mut examination).await;
    }
    state(session, &mut examination).await;
    output::print_as(session.format, &examination, || told(&examination))?;
    Ok(examination.ending())
}

fn secrets(session: &Session, examination: &mut Examination) {
    for file in session.configuration.secret_files() {
        let path = file.path.display();
        if file.open {
            let mend = format!("chmod 600 {path}");
            examination.warn(
                "secret files",
                format!("{} is kept in {path}, which others may read", file.key),
                mend,
            );
        } else {
            examination.well("secret files", format!("{} is kept in {path}", file.key));
        }
    }
}

async fn source(session: &Session, examination: &mut Examination) {
    const CHECK: &str = "Consonance";
    let client = match session.consonance() {
        Ok(client) => client,
        Err(Failure::Configuration(error @ ConfigurationError::Missing { .. })) => {
            return examination.warn(CHECK, error.to_string(), error.mend());
        }
        Err(failure) => return examination.fail(CHECK, &failure),
    };
    let schema = match client.schema().await {
        Ok(schema) => schema,
        Err(error) => return examination.fail(CHECK, &error.into()),
    };
    for missing in schema.findings() {
        let mend = "the field is read as soon as Consonance's schema has it";
        examination.warn("Consonance's schema", missing.message, mend);
    }
    match client.source(schema) {
        Ok(_) => examination.well(CHECK, "answers, the token is good, every gate can be read"),
        Err(error) => examination.fail(CHECK, &error.into()),
    }
}

async fn stack_side(session: &Session, stack: &Stack, examination: &mut Examination) {
    const CHECK: &str = "content model";
    match sync::model::plan(stack, &spec(session)).await {
        Ok(plan) if plan.is_empty() => examination.well(CHECK, "the stack holds it whole"),
        Ok(plan) => {
            let detail = format!("{} to apply", output::plural(plan.changes.len(), "change"));
            examination.warn(
                CHECK,
                detail,
                "frontlist model plan, then frontlist model apply",
            );
            return;
        }
        Err(error) => return examination.fail(CHECK, &error.into()),
    }
    let Ok(books) = ContentTypeUid::new(session.configuration.names.content_type(Kind::Book))
    else {
        return;
    };
    for site in session.configuration.sites.iter() {
        let check = format!("delivery for site {}", site.id);
        let places = (
            EnvironmentName::new(site.destination.environment.as_str()),
            LocaleCode::new(site.destination.locale.as_str()),
        );
        let (Ok(environment), Ok(locale)) = places else {
            continue;
        };
        let mut query = DeliveryQuery::new(environment, locale);
        query.limit = Some(1);
        query.include_count = true;
        match stack.delivery().entries(&books, &query).await {
            Ok(page) => {
                let count = usize::try_from(page.count.unwrap_or_default()).unwrap_or_default();
                examination.well(
                    &check,
                    format!("{} delivered", output::plural(count, "book")),
                );
            }
            Err(error) => examination.fail(&check, &error.into()),
        }
    }
}

async fn state(session: &Session, examination: &mut Examination) {
    const CHECK: &str = "state file";
    let known = async {
        let store = session.store_beside().await?;
        let options = PullOptions {
            now: jiff::Timestamp::now(),
            full: false,
            answers: catalogue::identity::Answers::default(),
            only: None,
            accept_encoding: false,
            run: "doctor".into(),
        };
        let pulled = pull(&store, Source::Kept, &options, &Bars::new(None)).await?;
        let ledger = store.ledger().await?;
        let rejected = store.rejections().await?.len();
        Ok::<_, Failure>((pulled.works, ledger, rejected))
    };
    let (works, ledger, rejected) = match known.await {
        Ok(known) => known,
        Err(failure) => return examination.fail(CHECK, &failure),
    };
    let detail = format!(
        "{}: {} kept, {} written",
        session.configuration.store_path.display(),
        output::plural(works.len(), "work"),
        entries(ledger.entries.len()),
    );
    examination.well(CHECK, detail);
    leaks::takedowns(&ledger, examination);
    leaks::secured(session, &ledger, examination).await;
    let calls = ledger
        .open
        .iter()
        .filter(|intent| sync::alarm::is_a_call(intent));
    let calls = calls.count();
    if calls > 0 {
        let detail = format!("{} without an outcome", output::plural(calls, "call"));
        examination.warn(CHECK, detail, "the next sync looks after them first");
    }
    files(&ledger, examination);
    if rejected > 0 {
        let detail = output::plural(rejected, "rejected record");
        examination.warn(
            "records",
            detail,
            "frontlist runs last says why; frontlist replay tries them again",
        );
    }
    unknown_rights(session, &works, &ledger, examination);
}

/// Files that could not be fetched, of which readers see nothing.
fn files(ledger: &Ledger, examination: &mut Examination) {
    let first = ledger
        .failed_fetches
        .iter()
        .max_by_key(|(_, failure)| failure.attempts);
    let Some(((link, _), failure)) = first else {
        return;
    };
    let detail = format!(
        "{} could not be fetched; {link} was tried {}: {}",
        output::plural(ledger.failed_fetches.len(), "file"),
        output::plural(
            usize::try_from(failure.attempts).unwrap_or(usize::MAX),
            "time"
        ),
        failure.reason,
    );
    let next = ledger
        .failed_fetches
        .values()
        .map(sync::retry::next_try)
        .min();
    let next = next.map_or_else(String::new, |next| {
        format!(" (else the next try is at {next})")
    });
    examination.warn(
        "files",
        detail,
        format!(
            "correct the addresses or the files; `frontlist sync --retry-files` asks at once{next}"
        ),
    );
}

/// How many titles each site hides because nothing is known of their rights: a backlist may be full of
/// them, and nobody would miss what was never seen.
fn unknown_rights(
    session: &Session,
    works: &[Work],
    ledger: &Ledger,
    examination: &mut Examination,
) {
    let desired = site::projection::projection(
        works,
        &session.configuration.sites,
        &session.configuration.policy,
        &sync::engine::memory(ledger),
        jiff::Timestamp::now(),
    );
    leaks::files(session, &desired, ledger, examination);
    for site in session.configuration.sites.iter() {
        let unknown = desired
            .standings
            .values()
            .filter_map(|standings| standings.get(&site.id))
            .filter(|standing| standing.decided_by == "rights-unknown")
            .count();
        if unknown > 0 {
            let detail = format!(
                "{} hidden on {} because rights say nothing of it",
                output::plural(unknown, "title"),
                site.id
            );
            examination.warn(
                "rights",
                detail,
                "state the rights at the source, or set rights.unknown of the site",
            );
        }
    }
}

fn entries(count: usize) -> String {
    if count == 1 {
        "1 entry".to_owned()
    } else {
        format!("{count} entries")
    }
}

fn told(examination: &Examination) -> String {
    let mut settings = Table::new(["setting", "value", "from"]);
    for setting in &examination.settings {
        let origin = match setting.origin {
            Origin::Line(line) => format!("line {line}"),
            Origin::Default => "default".to_owned(),
        };
        settings.row([setting.key.clone(), setting.value.to_string(), origin]);
    }
    let mut checks = Table::new(["", "check", "what"]);
    for finding in &examination.checks {
        let mark = match finding.health {
            Health::Well => "✔ well",
            Health::Warning => "▲ warning",
            Health::Failed => "✘ failed",
        };
        let mend = finding
            .mend
            .as_ref()
            .map(|mend| format!("; {mend}"))
            .unwrap_or_default();
        checks.row([
            mark.to_owned(),
            finding.check.clone(),
            match finding.code {
                Some(code) => format!("{code}: {}{mend}", finding.detail),
                None => format!("{}{mend}", finding.detail),
            },
        ]);
    }
    format!("{settings}\n{checks}")
}

//! `explain`: why a title is, or is not, on each site, and what is known to stand in the stack.

mod publication;
mod usage;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use catalogue::isbn::Isbn13;
use catalogue::key::WorkKey;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use site::desired::Kind;
use site::explanation::{Explanation, FormatExplanation, Ruling, Step};
use site::policy::Site;
use store::Store;
use store::ledger::Ledger;
use sync::pull::{PullOptions, Source, pull};

use publication::{Comparison, Published};
use usage::{Usage, Used};

use super::plan::difference::Difference;
use super::titles::{find, keys, unknown};
use crate::arguments::ExplainArguments;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars};
use crate::session::Session;

/// How many past operations are shown.
const HISTORY: i64 = 8;

/// How many runs are searched for the last that read the source.
const RUNS_SEARCHED: i64 = 100;

/// One title, as far as it is known.
#[derive(Debug, Serialize)]
struct Answer {
    work: WorkKey,
    title: String,
    at: Timestamp,
    records: Vec<String>,
    /// When the source was last read; none where it was read just now.
    read_at: Option<String>,
    stage: Option<String>,
    season: Option<String>,
    sites: Vec<OnSite>,
    stack: InStack,
}

/// The explanation for a site, and whether it is published there.
#[derive(Debug, Serialize)]
struct OnSite {
    #[serde(flatten)]
    explanation: Explanation,
    published: Published,
    /// What the next sync changes in the version that stands in the site's locale.
    pending: Vec<Difference>,
    /// The editors' entries that refer to it here, as last read.
    modules: Vec<Used>,
}

/// What the ledger knows.
#[derive(Debug, Serialize)]
struct InStack {
    uid: Option<String>,
    url: Option<String>,
    /// When it was last read which of the editors' entries refer to it; none where it never was.
    modules_read_at: Option<Timestamp>,
    /// The stack's version number in each locale.
    versions: BTreeMap<String, i64>,
    /// Files of it that could not be fetched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_files: Vec<MissingFile>,
    /// The last calls about it, the newest first.
    history: Vec<Operation>,
}

/// A file that could not be fetched.
#[derive(Debug, Serialize)]
struct MissingFile {
    link: String,
    reason: String,
    attempts: u32,
    tried_at: Timestamp,
    next_try: Timestamp,
}

/// One call that was made about an entry.
#[derive(Debug, Serialize)]
struct Operation {
    at: String,
    what: String,
    outcome: String,
}

pub(super) async fn run(
    arguments: &ExplainArguments,
    session: &Session,
) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let now = session.instant(arguments.at, &sites);
    let store = session.store_beside().await?;
    let read = read(arguments, session, &store, now).await?;
    let ledger = store.ledger().await?;
    let mut answer = match find(&read.works, &arguments.title) {
        Some(work) => answer(work, &sites, session, &store, &ledger, now).await?,
        None => gone(&arguments.title, &sites, &store, &ledger, now).await?,
    };
    answer.read_at = read.at;
    output::print_as(session.format, &answer, || told(&answer, &sites))?;
    Ok(Ending::Done)
}

/// A catalogue, and when it was read if not just now.
struct Read {
    works: Vec<Work>,
    at: Option<String>,
}

/// The catalogue as last read; where nothing was read yet, or ONIX is given, the source is read now.
async fn read(
    arguments: &ExplainArguments,
    session: &Session,
    store: &Store,
    now: Timestamp,
) -> Result<Read, Failure> {
    let options = PullOptions {
        now,
        full: false,
        answers: catalogue::identity::Answers::default(),
        only: None,
        accept_encoding: false,
        run: "explain".into(),
    };
    let is_kept = arguments.source.from.is_none() && !store.records().await?.is_empty();
    let (source, at) = if is_kept {
        let runs = store.runs(RUNS_SEARCHED).await?;
        let last = runs
            .into_iter()
            .find(|run| run.command == "sync" && run.outcome.as_deref() != Some("failed"));
        (Source::Kept, last.map(|run| run.started_at))
    } else {
        (session.source(&arguments.source)?, None)
    };
    let bars = Bars::new(None);
    let pulled = pull(store, source, &options, &bars).await;
    bars.finish();
    Ok(Read {
        works: pulled?.works,
        at,
    })
}

/// A title that the source has no longer, as far as the ledger remembers it.
async fn gone(
    asked: &str,
    sites: &[&Site],
    store: &Store,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<Answer, Failure> {
    let mut keys = keys(asked).to_vec();
    if let Ok(isbn) = asked.parse::<Isbn13>() {
        keys.extend(store.joins().await?.get(&isbn).map(ToString::to_string));
    }
    let known = keys
        .into_iter()
        .map(|key| (Kind::Book.uid().to_owned(), key))
        .find(|id| ledger.entries.contains_key(id));
    let Some(id) = known else {
        return Err(unknown(asked, store).await?);
    };
    let work = WorkKey::new(id.1.as_str());
    let usage = Usage::of(&id, store, ledger).await?;
    let title = ledger
        .versions
        .get(&id)
        .and_then(|versions| versions.values().next())
        .and_then(|version| {
            let fields: serde_json::Value = serde_json::from_str(&version.fields).ok()?;
            Some(fields.get("title")?.as_str()?.to_owned())
        });
    let title = title.unwrap_or_else(|| work.to_string());
    let on_site = |site: &&Site| {
        OnSite {
        explanation: Explanation {
            work: work.clone(),
            title: title.clone(),
            site: site.id.clone(),
            visible: false,
            state: None,
            decided_by: "gone-from-source".into(),
            reason: "the source has it no longer, so it was taken down; if that is wrong, restore it at the source".into(),
            steps: Vec::new(),
            formats: Vec::new(),
            missing: Vec::new(),
            next_change: None,
        },
        published: publication::of_gone(ledger, &id, site),
        pending: Vec::new(),
        modules: usage.at(site),
    }
    };
    Ok(Answer {
        work: work.clone(),
        title: title.clone(),
        at: now,
        records: Vec::new(),
        read_at: None,
        stage: None,
        season: None,
        sites: sites.iter().map(on_site).collect(),
        stack: in_stack(&id, store, ledger, &usage).await?,
    })
}

async fn answer(
    work: &Work,
    sites: &[&Site],
    session: &Session,
    store: &Store,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<Answer, Failure> {
    let memory = sync::engine::memory(ledger);
    let id = (Kind::Book.uid().to_owned(), work.key.to_string());
    let comparison = Comparison::new(work, &session.configuration, ledger, now);
    let usage = Usage::of(&id, store, ledger).await?;
    let policy = &session.configuration.policy;
    let on_site = |site: &&Site| OnSite {
        explanation: site::explanation::explain(work, site, policy, &memory, now),
        published: comparison.at(site),
        pending: comparison.pending(site),
        modules: usage.at(site),
    };
    Ok(Answer {
        work: work.key.clone(),
        title: work.title.text.clone(),
        at: now,
        records: work.records.iter().map(ToString::to_string).collect(),
        read_at: None,
        stage: work.stage.clone(),
        season: work.season.clone(),
        sites: sites.iter().map(on_site).collect(),
        stack: InStack {
            missing_files: comparison.failed_files(),
            ..in_stack(&id, store, ledger, &usage).await?
        },
    })
}

/// What the ledger knows of an entry, and what was last done to it.
async fn in_stack(
    id: &store::ledger::EntryId,
    store: &Store,
    ledger: &Ledger,
    usage: &Usage,
) -> Result<InStack, Failure> {
    let versions = ledger.versions.get(id).into_iter().flatten();
    // The tab ends the key: work 12 is not about work 1.
    let target = format!("{}\t{}\t", id.0, id.1);
    let history = store.history(&target, HISTORY).await?;
    Ok(InStack {
        uid: ledger.entries.get(id).cloned(),
        url: ledger.urls.get(id).cloned(),
        versions: versions
            .map(|(locale, version)| (locale.clone(), version.version))
            .collect(),
        modules_read_at: usage.read_at(),
        missing_files: Vec::new(),
        history: history
            .into_iter()
            .map(|(at, what, outcome)| Operation {
                at,
                what: what.replace('\t', " "),
                outcome,
            })
            .collect(),
    })
}

fn told(answer: &Answer, sites: &[&Site]) -> String {
    let mut text = String::new();
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _written = writeln!(text, "{arguments}");
    };
    line(format_args!("{} ({})", answer.title, answer.work));
    let when = answer
        .read_at
        .as_deref()
        .map_or_else(|| "just now".to_owned(), output::clock);
    match answer.records.as_slice() {
        [] => line(format_args!("no longer in the source (read {when})")),
        records => line(format_args!("read {when} from {}", records.join(", "))),
    }
    for (what, value) in [("project stage", &answer.stage), ("season", &answer.season)] {
        if let Some(value) = value {
            line(format_args!("{what}: {value}"));
        }
    }
    for (on_site, site) in answer.sites.iter().zip(sites) {
        line(format_args!(""));
        tell_site(on_site, site, &mut line);
    }
    line(format_args!(""));
    tell_stack(&answer.stack, &mut line);
    text
}

fn tell_site(on_site: &OnSite, site: &Site, line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    let explanation = &on_site.explanation;
    let verdict = if explanation.visible {
        "✔ shown"
    } else {
        "✘ not shown"
    };
    let state = explanation
        .state
        .map(|state| format!(", {}", state.as_str()))
        .unwrap_or_default();
    line(format_args!("{}: {verdict}{state}", explanation.site));
    line(format_args!(
        "  {} [{}]",
        explanation.reason, explanation.decided_by
    ));
    steps(&explanation.steps, "  ", line);
    for format in &explanation.formats {
        line(format_args!("  {}", format_name(format)));
        steps(&format.steps, "    ", line);
    }
    for missing in &explanation.missing {
        line(format_args!("  missing: {missing}"));
    }
    if let Some(instant) = explanation.next_change {
        line(format_args!(
            "  changes by itself at {}",
            output::local(instant, &site.time_zone)
        ));
    }
    let published = on_site.published.told();
    line(format_args!("  {published} ({})", site.destination));
    for difference in &on_site.pending {
        line(format_args!("    {}", difference.told()));
    }
    for used in &on_site.modules {
        line(format_args!("  {}", used.told(&site.time_zone)));
    }
}

fn tell_stack(stack: &InStack, line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    match &stack.uid {
        Some(uid) => line(format_args!(
            "in the stack: entry {uid}, {}",
            stack.url.as_deref().unwrap_or("no address yet")
        )),
        None => line(format_args!("in the stack: nothing yet")),
    }
    match stack.modules_read_at {
        Some(at) => line(format_args!(
            "  editors' entries that refer to it: as read {}",
            output::clock(&at.to_string())
        )),
        None => line(format_args!(
            "  editors' entries that refer to it: not read yet; a sync or `frontlist modules` reads them"
        )),
    }
    for (locale, version) in &stack.versions {
        line(format_args!("  {locale}: version {version}"));
    }
    for file in &stack.missing_files {
        line(format_args!(
            "  could not be fetched: {} ({}; tried {}, last {}, again {})",
            file.link,
            file.reason,
            output::plural(usize::try_from(file.attempts).unwrap_or(usize::MAX), "time"),
            output::clock(&file.tried_at.to_string()),
            output::clock(&file.next_try.to_string()),
        ));
    }
    for operation in &stack.history {
        let Operation { at, what, outcome } = operation;
        line(format_args!("  {} {what}: {outcome}", output::clock(at)));
    }
}

fn format_name(format: &FormatExplanation) -> String {
    let isbn = format
        .isbn
        .map_or_else(|| "no ISBN".to_owned(), |isbn| isbn.hyphenated());
    let verdict = if format.visible { "✔" } else { "✘" };
    let state = format
        .state
        .map(|state| format!(": {}", state.as_str()))
        .unwrap_or_default();
    format!("{verdict} {} {isbn}{state}", format.form)
}

fn steps(steps: &[Step], indent: &str, line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    for step in steps {
        let mark = match step.ruling {
            Ruling::Pass => "✔",
            Ruling::Stop => "✘",
            Ruling::Note => "·",
        };
        let says = if step.says.is_empty() {
            String::new()
        } else {
            format!("; {}", step.says)
        };
        line(format_args!(
            "{indent}{mark} {}: {}{says}",
            step.rule, step.saw
        ));
        for value in &step.values {
            line(format_args!("{indent}    {value}"));
        }
        if !step.sources.is_empty() {
            line(format_args!(
                "{indent}    read from {}",
                step.sources.join("; ")
            ));
        }
    }
}

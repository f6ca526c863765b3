//! `explain`: why a title is, or is not, on each site, and what is known to stand in the stack.

use std::fmt::Write as _;

use catalogue::isbn::Isbn13;
use catalogue::key::WorkKey;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use site::desired::{EntryKey, Kind};
use site::explanation::{Explanation, FormatExplanation, Ruling, Step};
use site::policy::Site;
use store::Store;
use store::ledger::Ledger;
use sync::pull::{PullOptions, Source, pull};

use crate::arguments::ExplainArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars};
use crate::session::Session;

/// How many past operations are shown.
const HISTORY: i64 = 8;

/// One title, as far as it is known.
#[derive(Debug, Serialize)]
struct Answer {
    work: WorkKey,
    title: String,
    at: Timestamp,
    records: Vec<String>,
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
}

/// What we know of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Published {
    /// Published, saying what was last written.
    Current,
    /// Published, saying something else.
    Outdated,
    /// Not published.
    No,
}

/// What the ledger knows.
#[derive(Debug, Serialize)]
struct InStack {
    uid: Option<String>,
    url: Option<String>,
    versions: Vec<(String, i64)>,
    history: Vec<(String, String, String)>,
}

pub(super) async fn run(
    arguments: &ExplainArguments,
    session: &Session,
) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let now = session.instant(arguments.at, &sites);
    let store = session.store_beside().await?;
    let works = works(arguments, session, &store, now).await?;
    let ledger = store.ledger().await?;
    let answer = match find(&works, &arguments.title) {
        Some(work) => answer(work, &sites, session, &store, &ledger, now).await?,
        None => gone(&arguments.title, &sites, &store, &ledger, now).await?,
    };
    output::print_as(session.format, &answer, || told(&answer, &sites))?;
    Ok(Ending::Done)
}

/// The catalogue as last read; where nothing was read yet, or ONIX is given, the source is read now.
async fn works(
    arguments: &ExplainArguments,
    session: &Session,
    store: &Store,
    now: Timestamp,
) -> Result<Vec<Work>, Failure> {
    let options = PullOptions {
        now,
        full: false,
        answers: catalogue::identity::Answers::default(),
        only: None,
        run: "explain".into(),
    };
    let bars = Bars::new(None);
    let mut source = if arguments.source.from.is_some() {
        session.source(&arguments.source)?
    } else {
        Source::Kept
    };
    if matches!(source, Source::Kept) && store.records().await?.is_empty() {
        source = session.source(&arguments.source)?;
    }
    let pulled = pull(store, source, &options, &bars).await;
    bars.finish();
    Ok(pulled?.works)
}

/// What a person may call a work by its key: `work:ID` of Consonance, a bare id, or the whole key.
fn keys(asked: &str) -> [String; 3] {
    [
        asked.to_owned(),
        format!("consonance:{asked}"),
        format!("consonance:work:{asked}"),
    ]
}

/// The work meant by an ISBN in any spelling or a key.
fn find<'a>(works: &'a [Work], asked: &str) -> Option<&'a Work> {
    let isbn: Option<Isbn13> = asked.parse().ok();
    let keys = keys(asked);
    works.iter().find(|work| {
        let by_key = keys.iter().any(|key| {
            work.key.as_str() == key || work.aliases.iter().any(|alias| alias.as_str() == key)
        });
        by_key
            || isbn.is_some_and(|isbn| {
                work.products
                    .iter()
                    .any(|product| product.isbn == Some(isbn))
            })
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
        return Err(Failure::usage(
            Misuse::UnknownTitle,
            format!("no title `{asked}` is known"),
            "give an ISBN-13 or ISBN-10 in any spelling, or work:ID; `frontlist sync` reads new titles",
        ));
    };
    let work = WorkKey::new(id.1.as_str());
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
        published: published(ledger, &id, site),
    }
    };
    Ok(Answer {
        work: work.clone(),
        title: title.clone(),
        at: now,
        records: Vec::new(),
        stage: None,
        season: None,
        sites: sites.iter().map(on_site).collect(),
        stack: in_stack(&id, store, ledger).await?,
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
    let key = EntryKey {
        kind: Kind::Book,
        source_key: work.key.to_string(),
    };
    let id = sync::plan::entry_id(&key);
    let on_site = |site: &&Site| OnSite {
        explanation: site::explanation::explain(
            work,
            site,
            &session.configuration.policy,
            &memory,
            now,
        ),
        published: published(ledger, &id, site),
    };
    Ok(Answer {
        work: work.key.clone(),
        title: work.title.text.clone(),
        at: now,
        records: work.records.iter().map(ToString::to_string).collect(),
        stage: work.stage.clone(),
        season: work.season.clone(),
        sites: sites.iter().map(on_site).collect(),
        stack: in_stack(&id, store, ledger).await?,
    })
}

/// What the ledger knows of an entry, and what was last done to it.
async fn in_stack(
    id: &store::ledger::EntryId,
    store: &Store,
    ledger: &Ledger,
) -> Result<InStack, Failure> {
    let versions = ledger.versions.get(id).into_iter().flatten();
    Ok(InStack {
        uid: ledger.entries.get(id).cloned(),
        url: ledger.urls.get(id).cloned(),
        versions: versions
            .map(|(locale, version)| (locale.clone(), version.version))
            .collect(),
        history: store
            .history(&format!("{}\t{}\t", id.0, id.1), HISTORY)
            .await?,
    })
}

fn published(ledger: &Ledger, id: &store::ledger::EntryId, site: &Site) -> Published {
    let place = sync::plan::place(&site.destination);
    let Some(says) = ledger
        .publications
        .get(id)
        .and_then(|places| places.get(&place))
    else {
        return Published::No;
    };
    let versions = ledger.versions.get(id);
    let own = versions.and_then(|versions| versions.get(&site.destination.locale));
    let current = match own {
        Some(version) => version.fingerprint == *says,
        // Without a version of its own the locale shows the master's.
        None => versions.is_some_and(|versions| {
            versions
                .values()
                .any(|version| version.fingerprint == *says)
        }),
    };
    if current {
        Published::Current
    } else {
        Published::Outdated
    }
}

fn told(answer: &Answer, sites: &[&Site]) -> String {
    let mut text = String::new();
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _written = writeln!(text, "{arguments}");
    };
    line(format_args!("{} ({})", answer.title, answer.work));
    match answer.records.as_slice() {
        [] => line(format_args!("read from: nothing any longer")),
        records => line(format_args!("read from {}", records.join(", "))),
    }
    for (what, value) in [("project stage", &answer.stage), ("season", &answer.season)] {
        if let Some(value) = value {
            line(format_args!("{what}: {value}"));
        }
    }
    for (on_site, site) in answer.sites.iter().zip(sites) {
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
        line(format_args!(""));
        line(format_args!("{}: {verdict}{state}", explanation.site));
        line(format_args!(
            "  {} [{}]",
            explanation.reason, explanation.decided_by
        ));
        steps(&explanation.steps, "  ", &mut line);
        for format in &explanation.formats {
            line(format_args!("  {}", format_name(format)));
            steps(&format.steps, "    ", &mut line);
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
        let published = match on_site.published {
            Published::Current => "published, as last written",
            Published::Outdated => "published, but says something older: the next sync mends it",
            Published::No => "not published",
        };
        line(format_args!("  {published} ({})", site.destination));
    }
    let stack = &answer.stack;
    line(format_args!(""));
    match &stack.uid {
        Some(uid) => line(format_args!(
            "in the stack: entry {uid}, {}",
            stack.url.as_deref().unwrap_or("no address yet")
        )),
        None => line(format_args!("in the stack: nothing yet")),
    }
    for (locale, version) in &stack.versions {
        line(format_args!("  {locale}: version {version}"));
    }
    for (at, what, outcome) in &stack.history {
        line(format_args!("  {at} {} {outcome}", what.replace('\t', " ")));
    }
    text
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
    }
}

//! `demo`: the whole walk on the sample catalogue, told step by step, ending in a page of what readers get.
//!
//! Nothing here is special: the stand-ins are those of `frontlist sandbox`, the configuration is the one that it writes,
//! and the page asks Delivery as any website would.

mod desk;
mod page;

use std::io::IsTerminal as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use sync::engine::Options;
use sync::pull::Source;
use sync::tally::Report;

use super::{model, plan};
use crate::arguments::{DemoArguments, Format};
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars};
use crate::session::Session;

/// The titles that the demo changes, by their number in the sample.
const RETITLED: u32 = 1001;
const OUT_OF_PRINT: u32 = 1020;
const WITHDRAWN_FROM_AU: u32 = 1023;

/// One change at the source, in words and as the sandbox's control takes it.
struct Change {
    work: u32,
    says: &'static str,
    route: String,
    patch: Json,
}

pub(super) async fn run(arguments: &DemoArguments) -> Result<Ending, Failure> {
    let folder = std::env::temp_dir().join(format!("frontlist-demo-{}", std::process::id()));
    let made = |source| Failure::Write {
        what: folder.display().to_string(),
        source,
    };
    std::fs::create_dir_all(&folder).map_err(made)?;
    let ending = show(arguments, &folder).await;
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(%error, folder = %folder.display(), "the demo's folder could not be removed");
    }
    ending
}

async fn show(arguments: &DemoArguments, folder: &Path) -> Result<Ending, Failure> {
    let configuration = folder.join("frontlist.toml");
    let mut options = sandbox::Options::new(jiff::Zoned::now().date()).on_free_ports();
    options.works = arguments.works;
    // The vendor's limits would make the demo take minutes; everything else is as it would be.
    options.limits = sandbox::options::Limits::Off;
    options.write_config = Some(configuration.clone());
    let running = sandbox::start(options).await?;
    output::print(&format!(
        "1. A sandbox runs: Consonance at {}, Contentstack at {} (call limits off, to be quick).",
        running.consonance().url,
        running.contentstack().cma_url,
    ))?;
    let session = Session::open(&configuration, Format::Table)?;
    let stack = session.stack()?;
    let mut spec = model::spec(&session);
    spec.editorial = site::content_model::editorial();
    let model_plan = sync::model::plan(&stack, &spec).await?;
    let applied = sync::model::apply(&stack, &model_plan, false).await?;
    output::print(&format!(
        "2. The content model is applied: {} changes.",
        applied.applied.len()
    ))?;
    let first = walk(&session).await?;
    output::print(&format!("3. First sync: {}", counts(&first)))?;
    let changes = changes(&running.consonance().url).await?;
    output::print("4. Three things change in Consonance:")?;
    for change in &changes {
        patch(&running.consonance().url, change).await?;
        output::print(&format!("   - {}", change.says))?;
    }
    tell_plan(&session).await?;
    let second = walk(&session).await?;
    output::print(&format!("5. Second sync: {}", counts(&second)))?;
    tell_why(&session, &changes).await?;
    let third = walk(&session).await?;
    output::print(&format!(
        "6. Third sync, nothing changed: {}",
        counts(&third)
    ))?;
    tell_desk(&running, &session).await?;
    let desk = Session::open(&configuration, Format::Table)?;
    serve(arguments, session, stack, &desk).await?;
    running.stop().await.map_err(sandbox::StartError::from)?;
    Ok(Ending::Done)
}

async fn walk(session: &Session) -> Result<Report, Failure> {
    let stack = session.stack()?;
    let store = session.store().await?;
    let bars = Bars::new(Some(&stack));
    let source = session.configured_source()?;
    let report = session
        .engine(&stack, &store, &bars)
        .sync(source, &Options::at(jiff::Timestamp::now()))
        .await;
    bars.finish();
    Ok(report?)
}

fn counts(report: &Report) -> String {
    let summary = &report.summary;
    format!(
        "{} records read, {} written, {} unchanged, {} rejected, {} deferred, {} taken down; {} writes and {} bulk calls in {:.1} s",
        summary.read,
        summary.written,
        summary.unchanged,
        summary.rejected,
        summary.deferred,
        summary.takedowns,
        summary.calls.write,
        summary.calls.bulk,
        summary.seconds,
    )
}

/// The changes, made out of what the account holds now.
async fn changes(consonance: &str) -> Result<Vec<Change>, Failure> {
    let title = work(consonance, RETITLED).await?;
    let status = work(consonance, OUT_OF_PRINT).await?;
    let territory = work(consonance, WITHDRAWN_FROM_AU).await?;
    let new_title = format!(
        "{}: The Annotated Edition",
        title
            .get("title")
            .and_then(Json::as_str)
            .unwrap_or_default()
    );
    let change = |work: u32, says, patch| Change {
        work,
        says,
        route: format!("works/{work}"),
        patch,
    };
    Ok(vec![
        change(
            RETITLED,
            "a title gets another name",
            json!({ "title": new_title }),
        ),
        change(
            OUT_OF_PRINT,
            "every format of another title goes out of print",
            each_format(&status, &json!({ "onixPublishingStatusCode": "_07" })),
        ),
        change(
            WITHDRAWN_FROM_AU,
            "a third title loses Australia and New Zealand",
            each_format(
                &territory,
                &json!({
                    "isForSaleWorldwide": false,
                    "forSaleCountryCodes": ["GB", "IE", "US"],
                    "notForSaleCountryCodes": ["AU", "NZ"],
                }),
            ),
        ),
    ])
}

/// The same change of every format of a work.
fn each_format(work: &Json, change: &Json) -> Json {
    let products = work.get("products").and_then(Json::as_array);
    let changed = products
        .into_iter()
        .flatten()
        .filter_map(|product| product.get("id"))
        .map(|id| {
            let mut patch = change.clone();
            if let Json::Object(members) = &mut patch {
                members.insert("id".into(), id.clone());
            }
            patch
        });
    json!({ "products": changed.collect::<Vec<_>>() })
}

async fn work(consonance: &str, id: u32) -> Result<Json, Failure> {
    let response = reqwest::get(format!("{consonance}/_sandbox/works/{id}")).await;
    let asked = async { response?.error_for_status()?.json().await };
    asked.await.map_err(|source| Failure::Demo {
        what: "the sandbox's work",
        source,
    })
}

async fn patch(consonance: &str, change: &Change) -> Result<(), Failure> {
    let call = reqwest::Client::new()
        .patch(format!("{consonance}/_sandbox/{}", change.route))
        .json(&change.patch);
    let made = async { call.send().await?.error_for_status() };
    made.await.map(|_| ()).map_err(|source| Failure::Demo {
        what: "the change at the source",
        source,
    })
}

/// What the next sync will do, before it does it.
async fn tell_plan(session: &Session) -> Result<(), Failure> {
    let stack = session.stack()?;
    let store = session.store_beside().await?;
    let bars = Bars::new(Some(&stack));
    let source = session.configured_source()?;
    let plan = session
        .engine(&stack, &store, &bars)
        .plan(source, &Options::at(jiff::Timestamp::now()))
        .await;
    bars.finish();
    let told = plan::told_of(&plan?, &session.configuration);
    output::print("   `frontlist plan` shows what that will move:")?;
    output::print(
        &told
            .lines()
            .map(|line| format!("     {line}"))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// Why each changed title stands as it does now.
async fn tell_why(session: &Session, changes: &[Change]) -> Result<(), Failure> {
    let store = session.store_beside().await?;
    let memory = sync::engine::memory(&store.ledger().await?);
    let options = sync::pull::PullOptions {
        now: jiff::Timestamp::now(),
        full: false,
        answers: catalogue::identity::Answers::default(),
        only: None,
        accept_encoding: false,
        run: "demo".into(),
    };
    let kept = sync::pull::pull(&store, Source::Kept, &options, &Bars::new(None)).await?;
    output::print("   `frontlist explain` says why:")?;
    for change in changes {
        let key = format!("consonance:work:{}", change.work);
        let Some(work) = kept.works.iter().find(|work| work.key.as_str() == key) else {
            continue;
        };
        for site in session.configuration.sites.iter() {
            let policy = &session.configuration.policy;
            let explanation = site::explanation::explain(work, site, policy, &memory, options.now);
            let shown = if explanation.visible {
                "shown"
            } else {
                "not shown"
            };
            let state = explanation
                .state
                .map(|state| format!(", {}", state.as_str()))
                .unwrap_or_default();
            output::print(&format!(
                "     {} on {}: {shown}{state}: {}",
                explanation.title, site.id, explanation.reason
            ))?;
        }
    }
    Ok(())
}

/// What editors and colleagues did meanwhile, and what went wrong in the night: the console has something to show.
async fn tell_desk(running: &sandbox::Running, session: &Session) -> Result<(), Failure> {
    let store = session.store_beside().await?;
    let modules = desk::editors(running, &store).await?;
    desk::waive(&store).await?;
    output::print(&format!(
        "7. Editors publish {modules} modules around the books; somebody waives a missing cover on one site."
    ))?;
    let night = desk::night(running, session).await?;
    output::print(&format!(
        "   In the night Consonance cannot read two records: {}",
        counts(&night)
    ))
}

/// Serves the page until interrupted; where nobody watches, asks it for itself once and ends.
async fn serve(
    arguments: &DemoArguments,
    session: Session,
    stack: contentstack::Stack,
    desk: &Session,
) -> Result<(), Failure> {
    let listener = match tokio::net::TcpListener::bind(&arguments.address).await {
        Ok(listener) => listener,
        // Somebody else's page may be there already; any other port does.
        Err(_) => tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(unserved)?,
    };
    let address = listener.local_addr().map_err(unserved)?;
    let router = page::router(session, stack);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let page = format!("http://{address}/");
    let asked = async { reqwest::get(&page).await?.error_for_status()?.text().await };
    let text = asked.await.map_err(|source| Failure::Demo {
        what: "the page of the sites",
        source,
    })?;
    output::print(&format!(
        "8. What readers get: {page} ({} books on all sites together)",
        text.matches("class=\"book\"").count()
    ))?;
    let shown = open_console(arguments, desk).await;
    server.abort();
    shown
}

/// Serves the console over what was synced until interrupted; where nobody watches, asks it once for its door and ends.
async fn open_console(arguments: &DemoArguments, desk: &Session) -> Result<(), Failure> {
    let store = desk.store_beside().await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(unserved)?;
    let origin = format!("http://{}", listener.local_addr().map_err(unserved)?);
    let first = console::first_link(&store, jiff::Timestamp::now()).await?;
    let door = format!("{origin}{}", first.unwrap_or_default());
    let shown = async {
        let asked = async { reqwest::get(&door).await?.error_for_status() };
        asked.await.map_err(|source| Failure::Demo {
            what: "the console's door",
            source,
        })?;
        output::print(&format!(
            "9. Who publishes the books sees in the console what is missing before next Thursday's launches, and why. This link makes its first admin, once:\n   {door}"
        ))?;
        if arguments.stay || (!arguments.exit && std::io::stdout().is_terminal()) {
            eprintln!("Open the pages in a browser; Ctrl-C ends the demo.");
            super::sandbox::interrupted().await;
        }
        Ok(())
    };
    tokio::select! {
        served = super::serve::keep(desk, store, listener, vec![origin.clone()], "/launch") => served,
        shown = shown => shown,
    }
}

fn unserved(source: std::io::Error) -> Failure {
    Failure::Write {
        what: "the demo's page".into(),
        source,
    }
}

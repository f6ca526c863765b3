//! Why a title is, or is not, on a site.

use std::sync::Arc;

use catalogue::isbn::Isbn13;
use catalogue::key::{ProductKey, WorkKey};
use catalogue::lifecycle::WebState;
use catalogue::product::{Product, Scope};
use catalogue::rights::Resolver;
use catalogue::work::Work;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::book::{Copy, Version, blank, version};
use crate::desired::{EntryKey, Kind, Memory, Value};
use crate::evidence::sourced;
use crate::files;
use crate::hold::Hold;
use crate::judgement::{Gates, Outcome, judge};
use crate::labels::{self, Words};
use crate::market::Market;
use crate::offer::Prepared;
use crate::pictures;
use crate::policy::{Policy, Site, SiteId};
use crate::reckoning::{Reckoning, instants};
use crate::ruling::Bar;
use crate::selection::Selected;
use crate::standing::{barred, hidden, stand};
use crate::title_view::TitleView;
use crate::trace::{Steps, Trace as _};

/// What a rule made of what it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Passed.
    Pass,
    /// Decided against showing, or against selling.
    Stop,
    /// Said something that decides nothing by itself.
    Note,
}

/// One rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule (`approval`, `rights`, `announcement`, `status`), a stable name.
    pub rule: String,
    /// What it saw, in words.
    pub saw: String,
    /// The values as the source states them, each candidate with what became of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Where they were read: `Consonance GraphQL`, `ONIX feed FILE line N`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Its ruling.
    pub ruling: Ruling,
    /// What follows, or what to change to make it different.
    pub says: String,
}

/// One format on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatExplanation {
    /// The product.
    pub product: ProductKey,
    /// Its ISBN.
    pub isbn: Option<Isbn13>,
    /// Its form in words.
    pub form: String,
    /// Whether the site knows it.
    pub visible: bool,
    /// What the site says of it.
    pub state: Option<WebState>,
    /// The rules asked, in order.
    pub steps: Vec<Step>,
}

/// One title on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The title.
    pub work: WorkKey,
    /// Its name.
    pub title: String,
    /// The site.
    pub site: SiteId,
    /// Whether the site shows it.
    pub visible: bool,
    /// What the site says of it.
    pub state: Option<WebState>,
    /// The rule that decided.
    pub decided_by: String,
    /// The same in words.
    pub reason: String,
    /// Rules asked of the whole title.
    pub steps: Vec<Step>,
    /// Its formats.
    pub formats: Vec<FormatExplanation>,
    /// What a reader would miss on its page (a cover, a description, a price), each with the mend.
    pub missing: Vec<String>,
    /// The next instant at which the answer changes by itself.
    pub next_change: Option<Timestamp>,
}

/// Why a site shows a title, or does not, at `now`: the chain of rules with the values that they
/// saw, what a reader would miss, and when the answer changes by itself.
pub fn explain(
    work: &Work,
    site: &Site,
    policy: &Policy,
    memory: &Memory,
    now: Timestamp,
) -> Explanation {
    let mut trace = Steps::default();
    let selected = Selected::new(site);
    let left_out = selected.leaves_out(work);
    select(left_out, work, &mut trace);
    let Some(market) = Market::of(site, now) else {
        return without_market(work, site, trace);
    };
    let resolver = Resolver::default();
    let prepared: Vec<Prepared<'_>> = work
        .products
        .iter()
        .map(|product| Prepared::new(product, &resolver))
        .collect();
    let gates = Gates::new(work, policy, &market, &mut trace);
    let judged: Vec<(Outcome<'_>, Steps)> = prepared
        .iter()
        .map(|one| {
            let mut steps = Steps::default();
            (judge(&gates, one, &market, &mut steps), steps)
        })
        .collect();
    let view = TitleView::new(work, &market, judged.iter().map(|(outcome, _)| *outcome));
    let copy = Copy::new(
        work,
        policy.approval.unstated,
        &Arc::new(blank(policy, Kind::Book)),
    );
    let page = version(&view, &market, &copy, policy);
    let hold = memory.holds.active(work, &site.id, now);
    hold_step(hold, memory, &mut trace);
    let bar = barred(&view, page.is_some());
    let standing = stand(left_out.is_some(), hold, bar, &view);
    if standing.visible {
        lead_and_address(work, &view, memory, &mut trace);
        copy_and_cover(&view, &copy, &market, policy, &mut trace);
    }
    Explanation {
        work: work.key.clone(),
        title: page
            .as_ref()
            .map_or(&work.title.text, |page| &page.jacket.title)
            .clone(),
        site: site.id.clone(),
        visible: standing.visible,
        state: standing.state,
        decided_by: standing.decided_by.into_owned(),
        reason: standing.reason.into_owned(),
        steps: sourced(trace.steps, &work.origins),
        formats: formats(work, policy.labels.of(market.language), judged),
        missing: page
            .filter(|_| standing.visible)
            .map_or_else(Vec::new, |page| missing(&view, &page, &market)),
        next_change: next_change(work, site, policy, memory, now),
    }
}

/// The next instant at which the answer differs from today's: every date of the work is a
/// candidate, and the first at which judging anew gives another answer is it.
pub fn next_change(
    work: &Work,
    site: &Site,
    policy: &Policy,
    memory: &Memory,
    now: Timestamp,
) -> Option<Timestamp> {
    let reckoning = Reckoning::new(policy, memory);
    let reckoner = reckoning.of(work);
    let selected = Selected::new(site);
    let today = reckoner.answer(site, &selected, now)?;
    instants(work, site, memory, now, Timestamp::MAX)
        .into_iter()
        .find(|instant| reckoner.answer(site, &selected, *instant).as_ref() != Some(&today))
}

fn select(left_out: Option<&'static str>, work: &Work, trace: &mut Steps) {
    let ruling = if left_out.is_some() {
        Ruling::Stop
    } else {
        Ruling::Pass
    };
    trace.step(
        "selection",
        ruling,
        || work.key.to_string(),
        || match left_out {
            Some(list) => format!(
                "{}: not in `select.{list}` of the site; {}",
                Bar::NotSelected.name(),
                Bar::NotSelected.mend()
            ),
            None => String::new(),
        },
    );
}

/// Told where anybody holds anything.
fn hold_step(hold: Option<&Hold>, memory: &Memory, trace: &mut Steps) {
    if memory.holds.is_empty() {
        return;
    }
    let ruling = hold.map_or(Ruling::Pass, |_| Ruling::Stop);
    trace.step(
        "hold",
        ruling,
        || match hold {
            Some(hold) => format!(
                "held by {} since {} until {}: {}",
                hold.by, hold.since, hold.until, hold.reason
            ),
            None => "no hold".to_owned(),
        },
        || match hold {
            Some(_) => format!(
                "{}: {}; {}",
                Bar::OnHold.name(),
                Bar::OnHold.meaning(),
                Bar::OnHold.mend()
            ),
            None => String::new(),
        },
    );
}

/// Which texts and files the page has, and why not others.
fn copy_and_cover(
    view: &TitleView<'_>,
    copy: &Copy<'_>,
    market: &Market<'_>,
    policy: &Policy,
    trace: &mut Steps,
) {
    let Some(lead) = view.lead() else { return };
    let (key, unstated) = (&lead.product.key, policy.approval.unstated);
    let descriptions = copy.texts.considered(key, market);
    let covers = pictures::considered(view.work, key, market, unstated);
    for (rule, considered) in [("description", descriptions), ("cover", covers)] {
        choice(rule, considered, trace);
    }
    let inside = view.shows_inside(&Scope::All);
    let reviews = lead.reviews_open;
    let (texts, quotes) = copy.texts.considered_beside(key, market, inside, reviews);
    let files = files::considered(view, market, unstated);
    for (rule, considered) in [("texts", texts), ("quotes", quotes), ("files", files)] {
        if !considered.is_empty() {
            choice(rule, considered, trace);
        }
    }
}

/// What there is of one thing at the source, and how much of it the page shows.
fn choice(rule: &'static str, considered: Vec<String>, trace: &mut Steps) {
    let count = considered.len();
    let is_chosen = |told: &&String| told.ends_with(": chosen");
    let chosen = considered.iter().filter(is_chosen).count();
    trace.values(|| considered);
    trace.step(
        rule,
        Ruling::Note,
        || format!("{count} at the source"),
        || match chosen {
            0 => format!("the page has no {rule}"),
            1 => "one is shown".to_owned(),
            shown => format!("{shown} are shown"),
        },
    );
}

/// Which format speaks, and under which address.
fn lead_and_address(work: &Work, view: &TitleView<'_>, memory: &Memory, trace: &mut Steps) {
    if let Some(lead) = view.lead() {
        let isbn = lead
            .product
            .isbn
            .map_or_else(|| lead.product.key.to_string(), |isbn| isbn.to_string());
        trace.step(
            "lead",
            Ruling::Note,
            || match view.formats.len() {
                1 => "1 format".to_owned(),
                count => format!("{count} formats"),
            },
            || {
                format!(
                    "{isbn} speaks for the title: {}, call to action {}",
                    lead.state.as_str(),
                    lead.cta.as_str()
                )
            },
        );
    }
    trace.step(
        "address",
        Ruling::Note,
        || {
            memory
                .urls
                .get(&EntryKey::of_work(work))
                .cloned()
                .unwrap_or_else(|| "none yet".to_owned())
        },
        || match memory.urls.contains_key(&EntryKey::of_work(work)) {
            true => "kept, whatever becomes of the title".to_owned(),
            false => "made from the title when first published".to_owned(),
        },
    );
    for made in memory.moves.of(&EntryKey::of_work(work)) {
        let left = made.from.as_deref().unwrap_or("no address");
        trace.step(
            "address",
            Ruling::Note,
            || format!("changed from {left} to {}", made.to),
            || format!("by {} at {}: {}", made.by, made.at, made.reason),
        );
    }
}

/// [`crate::policy::Sites::new`] refuses a site without a country; asked all the same, it shows nothing.
fn without_market(work: &Work, site: &Site, trace: Steps) -> Explanation {
    let standing = hidden(Bar::RightsUnknown);
    Explanation {
        work: work.key.clone(),
        title: work.title.text.clone(),
        site: site.id.clone(),
        visible: false,
        state: None,
        decided_by: standing.decided_by.into_owned(),
        reason: standing.reason.into_owned(),
        steps: trace.steps,
        formats: Vec::new(),
        missing: Vec::new(),
        next_change: None,
    }
}

fn formats(
    work: &Work,
    words: &Words,
    judged: Vec<(Outcome<'_>, Steps)>,
) -> Vec<FormatExplanation> {
    let explained =
        |(product, (outcome, steps)): (&Product, (Outcome<'_>, Steps))| FormatExplanation {
            product: product.key.clone(),
            isbn: product.isbn,
            form: labels::form(words, product).to_string(),
            visible: outcome.is_ok(),
            state: outcome.ok().map(|shown| shown.state),
            steps: sourced(steps.steps, &product.origins),
        };
    work.products.iter().zip(judged).map(explained).collect()
}

/// What a reader would miss, each with the mend.
fn missing(view: &TitleView<'_>, page: &Version<'_>, market: &Market<'_>) -> Vec<String> {
    let lacks = |uid: &str| matches!(page.fields.get(uid), None | Some(Value::Nothing));
    let mut missing = Vec::new();
    if lacks("cover") {
        missing.push("cover: add a front cover, approved and for the public".to_owned());
    }
    if page.beside.other_language {
        missing.push(format!(
            "description: there is one, but none in `{}`; add a translation",
            market.language
        ));
    } else if lacks("description") {
        missing.push("description: add one, approved and for the public".to_owned());
    }
    if lacks("publication_date") {
        missing.push("publication date: enter one".to_owned());
    }
    if page.jacket.contributions.is_empty() {
        missing.push("contributors: name who made it".to_owned());
    }
    if page.jacket.subjects.is_empty() {
        missing.push("subjects: add a Thema or BISAC subject".to_owned());
    }
    let unpriced = view.formats.iter().filter(|shown| shown.lacks_price);
    missing.extend(unpriced.map(|shown| {
        let isbn = shown
            .product
            .isbn
            .map_or_else(String::new, |isbn| isbn.to_string());
        format!(
            "price of {isbn}: enter one in {} that readers pay",
            market.currency
        )
    }));
    missing
}

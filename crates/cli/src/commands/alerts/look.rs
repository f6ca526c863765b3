//! What stands open now: checklists, takedowns that wait, titles that are given away.

use catalogue::finding::Finding;
use catalogue::fingerprint::Fingerprint;
use catalogue::work::Work;
use contentstack::Stack;
use jiff::Timestamp;
use notify::alert::{About, Kind, Open, of_checklist};
use notify::decide::{Look, Seen, Standing};
use site::policy::Site;
use store::Store;
use store::ledger::Ledger;
use sync::alarm::{self, Waiting};
use sync::launches::{Candidate, Desk, Rules, Said, Which, may_be_asked_for};
use sync::pull::kept_works;

use super::super::launch::rules;
use crate::failure::Failure;
use crate::output::Bars;
use crate::session::Session;

/// The code of the finding by which the guard says that it did not see everything.
const UNREADABLE: &str = "guard-unreadable";

/// How long a key's mark of a finding is.
const MARK: usize = 12;

/// Looks. `guard` is the stack to search in what editors wrote; without it, nobody searches.
pub(super) async fn look(
    session: &Session,
    store: &Store,
    guard: Option<&Stack>,
    now: Timestamp,
) -> Result<Seen, Failure> {
    let works = kept_works(store).await?;
    if works.is_empty() {
        // Before the first sync nothing is known, and nothing is mended.
        return Ok(Seen::default());
    }
    let ledger = store.ledger().await?;
    let mut seen = launches(session, store, &works, &ledger, now).await?;
    seen.takedowns = Look {
        open: alarm::waiting(&ledger, now).iter().map(takedown).collect(),
        is_whole: true,
    };
    if let Some(stack) = guard {
        let bars = Bars::new(None);
        let engine = session.engine(stack, store, &bars);
        let searched = engine.guard(&works, &ledger, now).await;
        bars.finish();
        match searched {
            Ok(guarded) => {
                let unreadable = |finding: &&Finding| finding.code.as_str() == UNREADABLE;
                let found = guarded.findings.iter();
                seen.embargoes = Look {
                    is_whole: !guarded.findings.iter().any(|one| unreadable(&one)),
                    open: found.filter(|one| !unreadable(one)).map(embargo).collect(),
                };
            }
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "what editors wrote could not be searched for unannounced titles");
            }
        }
    }
    Ok(seen)
}

async fn launches(
    session: &Session,
    store: &Store,
    works: &[Work],
    ledger: &Ledger,
    now: Timestamp,
) -> Result<Seen, Failure> {
    let sites: Vec<&Site> = session.configuration.sites.iter().collect();
    let book = rules(None, session)?;
    let holidays = session.configuration.holidays();
    let said = Said::of(store, works).await?;
    let near: Vec<Work> = works
        .iter()
        .filter(|work| may_be_asked_for(work, Which::Near, now))
        .cloned()
        .collect();
    let memory = sync::engine::memory(ledger);
    let configured = session.configuration.configured();
    let desk = Desk::new(&near, configured, ledger, &memory, said, now);
    let secrets = desk.secrets(&near, &memory);
    let rules = Rules {
        book: &book,
        holidays: &holidays,
    };
    let mut seen = Seen::default();
    for candidate in desk.checklists(&desk.asked(&near, &sites, Which::Near), rules) {
        let is_secret = near
            .iter()
            .find(|work| work.key.as_str() == candidate.checklist.work)
            .is_none_or(|work| secrets.keeps(&work.key));
        let about = about(&candidate, is_secret, session, now);
        seen.launches
            .open
            .extend(of_checklist(&candidate.checklist, &about));
        seen.standings.push(Standing {
            about,
            readiness: candidate.readiness,
        });
    }
    seen.launches.is_whole = true;
    Ok(seen)
}

fn about(candidate: &Candidate, is_secret: bool, session: &Session, now: Timestamp) -> About {
    let checklist = &candidate.checklist;
    let site = session.configuration.sites.get(&checklist.site);
    let today = site.map(|site| catalogue::date::day_at(&site.time_zone, now));
    let left = candidate.day.zip(today).and_then(|(day, today)| {
        let span = today.until(day).ok()?;
        Some(span.get_days())
    });
    About {
        work: checklist.work.clone(),
        site: checklist.site.clone(),
        title: candidate.title.clone(),
        is_secret,
        publication: candidate.day,
        days_left: left,
    }
}

fn takedown(waiting: &Waiting) -> Open {
    let what = waiting.what.replace(' ', "/");
    let place = waiting.place.to_string().replace(" in ", "/");
    Open {
        key: format!("takedown/{what}/{place}"),
        kind: Kind::Takedown,
        owner: None,
        about: None,
        says: format!(
            "{} should be gone and is still delivered as {}, for {}",
            waiting.what,
            waiting.place,
            alarm::duration(waiting.seconds)
        ),
        mend: "`frontlist sync` tries again; if it stays, unpublish it in Contentstack".to_owned(),
        due: None,
        is_overdue: false,
    }
}

fn embargo(finding: &Finding) -> Open {
    let mark = Fingerprint::of_bytes(finding.message.as_bytes());
    let mark: String = mark.as_str().chars().take(MARK).collect();
    let field = finding.at.field.as_deref().unwrap_or_default();
    Open {
        key: format!("{}/{mark}", finding.code),
        kind: Kind::Embargo,
        owner: None,
        about: None,
        says: format!("{} [{field}]", finding.message),
        mend: "take it out, or announce the title".to_owned(),
        due: None,
        is_overdue: false,
    }
}

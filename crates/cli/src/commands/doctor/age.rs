//! How old what is known of each source is.

use jiff::{SignedDuration, Timestamp};
use sync::pull::feed::last_sent;

use super::Examination;
use crate::failure::Failure;
use crate::session::Session;

/// How many runs are searched for the last that read the source.
const RUNS_SEARCHED: i64 = 100;

/// Examines both sources, where there are two: one alone is as old as the runs that read it, which `runs` tells.
pub(super) async fn age(session: &Session, now: Timestamp, examination: &mut Examination) {
    let Some(allowed) = session.configuration.feed_max_age() else {
        return;
    };
    let known = async {
        let store = session.store_beside().await?;
        let sent = last_sent(&store).await?;
        let runs = store.runs(RUNS_SEARCHED).await?;
        let read = runs
            .into_iter()
            .find(|run| {
                run.command == "sync"
                    && run.source == sync::pull::CONSONANCE
                    && run.outcome.as_deref() != Some("failed")
            })
            .and_then(|run| run.started_at.parse().ok());
        Ok::<_, Failure>((sent, read))
    };
    // A state file that cannot be read is told by its own check.
    let Ok((sent, read)) = known.await else {
        return;
    };
    let feed = Aged {
        check: "age of the ONIX feed",
        what: "sent",
        mend: "see that Consonance still delivers it, and that what moves it here still runs",
    };
    feed.examine(sent, now, allowed, examination);
    let service = Aged {
        check: "age of Consonance's data",
        what: "read",
        mend: "run `frontlist sync`, on a schedule",
    };
    service.examine(read, now, allowed, examination);
}

struct Aged {
    check: &'static str,
    what: &'static str,
    mend: &'static str,
}

impl Aged {
    fn examine(
        &self,
        at: Option<Timestamp>,
        now: Timestamp,
        allowed: SignedDuration,
        examination: &mut Examination,
    ) {
        let Self { check, what, mend } = self;
        let Some(at) = at else {
            return examination.warn(check, format!("never {what}"), *mend);
        };
        let hours = now.duration_since(at).as_hours();
        let detail = format!("last {what} {at}, {hours} hours ago");
        if now.duration_since(at) > allowed {
            let detail = format!("{detail}; {} are allowed", allowed.as_hours());
            examination.warn(check, detail, *mend);
        } else {
            examination.well(check, detail);
        }
    }
}

//! `sync --watch`: run after run, until interrupted.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use catalogue::work::Work;
use contentstack::Stack;
use jiff::{SignedDuration, Timestamp};
use site::desired::Memory;
use sync::clock::Clock;
use sync::engine::{Options, holds};
use sync::pull::{Source, kept_works};
use sync::tally::Report;
use tokio::sync::Notify;
use tokio::sync::watch::{Receiver, channel};

use super::{alerts, kit, probe, sandbox, sync as one_sync};
use crate::arguments::SyncArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::Bars;
use crate::session::{Session, answers};

/// A sleep is cut into pieces of this length, so that a clock that was set, or a machine that slept, is noticed.
const NAP: Duration = Duration::from_secs(30);

pub(super) async fn run(arguments: &SyncArguments, session: &Session) -> Result<Ending, Failure> {
    if arguments.source.from.as_deref() == Some(Path::new("-")) {
        return Err(Failure::usage(
            Misuse::WatchOfAStream,
            "standard input can be read only once, and a watch reads its source again and again",
            "give `--from` a file or a folder",
        ));
    }
    let stack = session.stack()?;
    let (end, ended) = channel(false);
    let signal = tokio::spawn(async move {
        sandbox::interrupted().await;
        eprintln!("ending after the run that is under way; interrupt again to end at once");
        // The watch may have ended by itself.
        let _sent = end.send(true);
        sandbox::interrupted().await;
        std::process::exit(130);
    });
    let clock = Interruptible(ended.clone());
    let happened = Notify::new();
    let mut watch = Watch {
        arguments,
        session,
        stack: &stack,
        happened: &happened,
        fatal: None,
    };
    let every = arguments.every.0.max(SignedDuration::from_secs(1));
    tokio::select! {
        () = sync::watch::watch(&mut watch, &clock, every, || *ended.borrow()) => {}
        // A message that is being sent when the watch ends is sent by whoever comes next.
        () = alerts::keep(session, &stack, &happened) => {}
        () = probe::keep(session) => {}
    }
    signal.abort();
    watch.fatal.map_or(Ok(Ending::Done), Err)
}

/// The clock on the wall.
struct Wall;

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, instant: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            while let Ok(left) = Duration::try_from(instant.duration_since(self.now()))
                && !left.is_zero()
            {
                tokio::time::sleep(left.min(NAP)).await;
            }
        })
    }
}

/// The same, waking when the watch is to end.
struct Interruptible(Receiver<bool>);

impl Clock for Interruptible {
    fn now(&self) -> Timestamp {
        Wall.now()
    }

    fn sleep_until(&self, instant: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut ended = self.0.clone();
        Box::pin(async move {
            tokio::select! {
                () = Wall.sleep_until(instant) => {}
                // The sender lives as long as the watch.
                _ = ended.wait_for(|ended| *ended) => {}
            }
        })
    }
}

/// The runs of one watch. Each opens the state file and closes it, so that a hold or a replay finds it free.
struct Watch<'a> {
    arguments: &'a SyncArguments,
    session: &'a Session,
    stack: &'a Stack,
    /// Woken after each run.
    happened: &'a Notify,
    /// What no later run could mend.
    fatal: Option<Failure>,
}

impl Watch<'_> {
    async fn once(
        &self,
        source: Source,
        options: &Options,
        clock: Option<&dyn Clock>,
    ) -> Result<Report, Failure> {
        let store = self.session.store().await?;
        let bars = Bars::new(Some(self.stack));
        let report = self
            .session
            .engine(self.stack, &store, &bars)
            .sync_when(source, options, clock)
            .await;
        bars.finish();
        if report.as_ref().is_ok_and(|report| report.stopped.is_none()) {
            Box::pin(kit::after_sync(self.session, self.stack, &store)).await;
        }
        self.happened.notify_one();
        Ok(report?)
    }

    /// Tells what a run came to; whatever was wrong, the next one tries again.
    fn told(&self, report: Result<Report, Failure>) -> bool {
        let format = self.session.format;
        match report.and_then(|report| one_sync::conclude(report, format)) {
            Ok(_) => true,
            Err(failure) => {
                failure.tell(format);
                false
            }
        }
    }

    /// The catalogue as last read, and the holds on it.
    async fn kept(&self) -> Result<(Vec<Work>, Memory), Failure> {
        let store = self.session.store_beside().await?;
        let works = kept_works(&store).await?;
        let memory = Memory {
            holds: holds(&store.holds().await?),
            ..Memory::default()
        };
        Ok((works, memory))
    }
}

impl sync::watch::Runs for Watch<'_> {
    async fn sync(&mut self, now: Timestamp) -> bool {
        let ahead = self.arguments.stage.0;
        let options = Options {
            full: self.arguments.full,
            allow_takedowns: self.arguments.allow_takedowns,
            answers: answers(&self.arguments.accept),
            stage: (!ahead.is_zero()).then_some(ahead),
            ..Options::at(now)
        };
        let report = match self.session.source(&self.arguments.source) {
            Ok(source) => self.once(source, &options, None).await,
            Err(failure) => Err(failure),
        };
        self.told(report)
    }

    async fn lift(&mut self, instant: Timestamp, only_takedowns: bool) {
        let options = Options {
            only_takedowns,
            command: "watch",
            ..Options::at(instant)
        };
        let report = self.once(Source::Kept, &options, Some(&Wall)).await;
        self.told(report);
    }

    async fn next(&mut self, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let configuration = &self.session.configuration;
        match self.kept().await {
            Ok((works, memory)) => site::forecast::next_instant(
                &works,
                &configuration.sites,
                &configuration.policy,
                &memory,
                from,
                until,
            ),
            Err(failure) => {
                failure.tell(self.session.format);
                None
            }
        }
    }
}

//! `sandbox`: the stand-ins, until interrupted.

use sandbox::options::{Limits, Put};
use sandbox::{Options, Running};

use crate::arguments::{SandboxArguments, SandboxLimits, SandboxPut};
use crate::failure::{Ending, Failure};
use crate::output;

pub(super) async fn run(arguments: SandboxArguments) -> Result<Ending, Failure> {
    let running = sandbox::start(options(arguments)).await?;
    output::print(&running.ready_line())?;
    eprintln!(
        "Consonance answers at {}, Contentstack at {}; Ctrl-C ends both.",
        running.consonance().url,
        running.contentstack().cma_url,
    );
    interrupted().await;
    stop(running).await
}

fn options(arguments: SandboxArguments) -> Options {
    let today = || jiff::Zoned::now().date();
    let mut options = Options::new(arguments.as_of.unwrap_or_else(today));
    options.consonance = arguments.consonance;
    options.contentstack = arguments.contentstack;
    options.works = arguments.works;
    options.random_seed = arguments.random_seed;
    options.seed = arguments.seed;
    options.strict = arguments.strict;
    options.without = arguments.without;
    options.limits = match arguments.limits {
        SandboxLimits::Vendor => Limits::Vendor,
        SandboxLimits::Off => Limits::Off,
    };
    options.put = match arguments.put {
        SandboxPut::Keep => Put::Keep,
        SandboxPut::Clear => Put::Clear,
    };
    options.data = arguments.data;
    options.write_config = arguments.write_config;
    options
}

/// Until Ctrl-C or a polite request to end.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Where no signal can be waited for, the process is ended from outside.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn stop(running: Running) -> Result<Ending, Failure> {
    running.stop().await.map_err(sandbox::StartError::from)?;
    Ok(Ending::Done)
}

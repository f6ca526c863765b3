//! The commands, one file each.

mod adopt;
mod alerts;
mod audit;
mod demo;
mod doctor;
mod explain;
mod forecast;
mod gate;
mod guard;
mod hold;
mod init;
mod inspect;
mod kit;
mod launch;
mod milestones;
mod model;
mod modules;
mod plan;
mod probe;
mod replay;
mod runs;
mod sandbox;
mod serve;
mod sync;
mod titles;
mod url;
mod waive;
mod watch;
mod writeback;

use crate::arguments::{Arguments, Command, ConfigCommand, Format};
use crate::configuration::{Configuration, locate};
use crate::failure::{Ending, Failure, Misuse};
use crate::output;
use crate::session::Session;

/// Does what the command line says.
///
/// # Errors
/// When it cannot be done; the failure knows its exit code.
pub(crate) async fn run(arguments: Arguments) -> Result<Ending, Failure> {
    let path = locate(arguments.config.as_deref());
    let format = arguments.format;
    let fits = match format {
        Format::Table | Format::Json => true,
        Format::Ics => matches!(arguments.command, Command::Forecast(_) | Command::Launch(_)),
        Format::Csv => matches!(arguments.command, Command::Launch(_)),
    };
    if !fits {
        return Err(Failure::usage(
            Misuse::Arguments,
            "only a forecast or a checklist can be printed for calendars, and only a checklist for spreadsheets",
            "write --format table or --format json",
        ));
    }
    let session = || Session::open(&path, format);
    match arguments.command {
        Command::Init(arguments) => init::run(&arguments, &path, format),
        Command::Config(ConfigCommand::Schema) => {
            output::print(&format!("{:#}", Configuration::schema()))?;
            Ok(Ending::Done)
        }
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
        Command::Demo(arguments) => Box::pin(demo::run(&arguments)).await,
        Command::Doctor => doctor::run(&session()?).await,
        Command::Model(command) => model::run(&command, &session()?).await,
        Command::Gate(command) => gate::run(command, &session()?).await,
        Command::Plan(arguments) => Box::pin(plan::run(&arguments, &session()?)).await,
        Command::Sync(arguments) => Box::pin(sync::run(&arguments, &session()?)).await,
        Command::Explain(arguments) => Box::pin(explain::run(&arguments, &session()?)).await,
        Command::Inspect(inspection) => {
            let asked_for = arguments.config.is_some();
            Box::pin(inspect::run(&inspection, &path, asked_for, format)).await
        }
        Command::Forecast(arguments) => forecast::run(&arguments, &session()?).await,
        Command::Launch(arguments) => Box::pin(launch::run(&arguments, &session()?)).await,
        Command::Milestones(command) => milestones::run(&command, &session()?).await,
        Command::Alerts(command) => Box::pin(alerts::run(&command, &session()?)).await,
        Command::Probe(arguments) => Box::pin(probe::run(&arguments, &session()?)).await,
        Command::Writeback(command) => Box::pin(writeback::run(&command, &session()?)).await,
        Command::Kit(command) => Box::pin(kit::run(&command, &session()?)).await,
        Command::Waive(arguments) => waive::run(&arguments, &session()?).await,
        Command::Hold(arguments) => Box::pin(hold::run(&arguments, &session()?)).await,
        Command::Unhold(arguments) => hold::lift(&arguments, &session()?).await,
        Command::Url(arguments) => Box::pin(url::run(&arguments, &session()?)).await,
        Command::Audit(arguments) => Box::pin(audit::run(&arguments, &session()?)).await,
        Command::Modules(arguments) => Box::pin(modules::run(&arguments, &session()?)).await,
        Command::Guard(arguments) => Box::pin(guard::run(&arguments, &session()?)).await,
        Command::Adopt(arguments) => Box::pin(adopt::run(&arguments, &session()?)).await,
        Command::Serve(arguments) => Box::pin(serve::run(&arguments, &session()?)).await,
        Command::Runs(arguments) => runs::run(&arguments, &session()?).await,
        Command::Replay(arguments) => Box::pin(replay::run(&arguments, &session()?)).await,
    }
}

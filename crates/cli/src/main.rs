//! The `frontlist` binary: arguments, configuration, output.
//!
//! Everything that is decided is decided in the other rooms. This one says what was meant by the
//! command line and the configuration, reads the clock, and puts results into words: data on stdout,
//! everything else on stderr, and an exit code that scripts can rely on.

#![expect(
    clippy::result_large_err,
    reason = "a failure ends the command; its size is paid once, and boxing it would hide its causes"
)]

mod arguments;
mod commands;
mod configuration;
mod failure;
mod output;
mod session;
mod when;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Format};
use failure::{Ending, Failure, Misuse};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    log(arguments.verbose);
    // Fails only where a provider is installed already, which is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let format = arguments.format;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: this machine gives no threads: {error}");
            return Ending::Failed.into();
        }
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(ending) => ending.into(),
        Err(failure) => {
            failure.tell(format);
            failure.ending().into()
        }
    }
}

/// Tells what is wrong with the arguments, or prints the help that they ask for.
fn refuse(error: &clap::Error) -> ExitCode {
    let asked_for_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asked_for_help {
        // Nothing can be told to whoever closed the stream.
        let _printed = error.print();
        return Ending::Done.into();
    }
    let text = error.render().to_string();
    if !wants_json() {
        let code = Misuse::Arguments.code();
        match text.strip_prefix("error: ") {
            Some(told) => eprintln!(
                "error {code}: {}\n  more: docs/errors/{code}.md",
                told.trim_end()
            ),
            // A command without its arguments is answered with its help.
            None => eprint!("{text}"),
        }
        return Ending::Usage.into();
    }
    let mut lines = text
        .trim()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let message = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned();
    let mend = "see `frontlist --help`, or --help of the command";
    let failure = Failure::usage(Misuse::Arguments, message, mend);
    failure.tell(Format::Json);
    failure.ending().into()
}

/// Whether the arguments, which could not be parsed, ask for JSON.
fn wants_json() -> bool {
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let apart = arguments
        .windows(2)
        .any(|pair| pair == ["--format", "json"]);
    apart || arguments.iter().any(|argument| argument == "--format=json")
}

/// Logs to stderr: warnings, or what RUST_LOG or -v ask for.
fn log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug,hyper=info,h2=info,reqwest=info,sqlx=info",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

//! What may be said on the command line.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::when::{Interval, Week, When};

const EXIT_CODES: &str = "\
Exit codes, the first that applies:
  2  wrong usage: arguments or frontlist.toml
  1  failed
  4  stopped at a question for a person (many titles vanished, works would merge or split,
     a gate cannot be read from the source); launch: nobody knows whether a title is ready
  3  done, with rejected or deferred records (doctor: with warnings); launch: a title is blocked
  0  done

Data goes to stdout, everything else to stderr. Each error has a code with a page in docs/errors/.";

/// Keeps a publisher's websites in Contentstack true to the title records in Consonance.
#[derive(Debug, Parser)]
#[command(name = "frontlist", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The configuration [default: $FRONTLIST_CONFIG, else ./frontlist.toml]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// How data is printed on stdout
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Log more on stderr; twice for every call (or set RUST_LOG)
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For calendars (iCalendar), of `forecast` and `launch` alone
    Ics,
    /// For spreadsheets, of `launch` alone
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented frontlist.toml to start from
    Init(InitArguments),
    /// Check configuration, both services, the stack's model and what might leak
    Doctor,
    /// Compare or apply the content model
    #[command(subcommand)]
    Model(ModelCommand),
    /// Arrange the launch gates of sites that enforce theirs, in the stack itself, and prove them by trying
    #[command(subcommand)]
    Gate(GateCommand),
    /// Show what a sync would change, title by title; writes nothing
    Plan(PlanArguments),
    /// Bring the stack to what the source, the sites and the rules say
    Sync(SyncArguments),
    /// Say why a title is, or is not, on each site
    Explain(ExplainArguments),
    /// Check titles as they come: rights by country, contradictions, records that cannot be read;
    /// needs no configuration
    Inspect(InspectArguments),
    /// Say what will change by itself, and when
    Forecast(ForecastArguments),
    /// Say what is missing before titles go live, on which site, who mends it where, by when
    Launch(LaunchArguments),
    /// Import what people work towards, for the checklist, or list it
    #[command(subcommand)]
    Milestones(MilestonesCommand),
    /// Look at live pages as a reader would: is it there, is it the right book, do its shops answer
    Probe(ProbeArguments),
    /// Link live titles to their pages in Consonance: plan, apply, or take it all back
    #[command(subcommand)]
    Writeback(WritebackCommand),
    /// Draft campaign pages for titles that reached a stage, made once: plan or make
    #[command(subcommand)]
    Kit(KitCommand),
    /// Tell people what needs them, by the channels of the configuration; list, snooze or try
    #[command(subcommand)]
    Alerts(AlertsCommand),
    /// Let a title go live without a launch rule, for a time; or grant, end or list such waivers
    Waive(WaiveArguments),
    /// Take a title down at once and keep it down, without waiting for the source
    Hold(HoldArguments),
    /// Lift the holds on a title
    Unhold(UnholdArguments),
    /// Give a page another address; the earlier one leads there
    Url(UrlArguments),
    /// Compare what the source says with what the sites serve now, title by title; writes nothing
    Audit(AuditArguments),
    /// List the editors' entries that refer to titles, what they show, and what is wrong with them; writes nothing
    Modules(ModulesArguments),
    /// Search what editors wrote for titles that no site may announce yet; writes nothing
    Guard(GuardArguments),
    /// Take over entries that are there already, after showing what the next sync would overwrite
    Adopt(AdoptArguments),
    /// List past runs, or one run's records and findings
    Runs(RunsArguments),
    /// Take records that were rejected or deferred through again, alone
    Replay(ReplayArguments),
    /// Serve the console: what is live where and why, runs, findings, holds, in a browser
    Serve(ServeArguments),
    /// Serve local stand-ins of Consonance and Contentstack with a sample catalogue
    Sandbox(SandboxArguments),
    /// Show the whole walk on a sample catalogue, ending in pages one can open
    Demo(DemoArguments),
    /// About the configuration file
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    pub(crate) listen: String,
    /// Scheme and host that people type, where a proxy stands before the console: requests for
    /// another host are refused
    #[arg(long, value_name = "URL")]
    pub(crate) origin: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// End when everything has been shown, rather than serve the pages until interrupted
    #[arg(long)]
    pub(crate) exit: bool,
    /// Serve the pages until interrupted even where no terminal watches
    #[arg(long, conflicts_with = "exit")]
    pub(crate) stay: bool,
    /// Works of the sample to show
    #[arg(long, value_name = "N")]
    pub(crate) works: Option<usize>,
    /// Address of the pages; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7400")]
    pub(crate) address: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the JSON Schema of frontlist.toml
    Schema,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Show what the stack lacks or has otherwise
    Plan {
        /// Also the starter types for editors
        #[arg(long)]
        with_editorial: bool,
    },
    /// Create and update content types, taxonomies, environments and locales
    Apply {
        /// Also remove or retype fields that may hold data
        #[arg(long)]
        allow_destructive: bool,
        /// Also make the starter types for editors that are not there; those that are stay as they are
        #[arg(long)]
        with_editorial: bool,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum GateCommand {
    /// Show what the stack lacks for the gates to hold; writes nothing
    Plan,
    /// Make the workflow, its stages and the publishing rules, then try every way past them
    Apply,
    /// Try every way past the gates with an entry that says nothing, and delete it
    Prove,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MilestonesCommand {
    /// Read Consonance's export or calendar of to-dos; what a title of the file had of to-dos before is replaced
    Import {
        /// A CSV with headings: ISBN or work, milestone, assignee, due date, done date; or a calendar (.ics)
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Read the dates that Consonance's records have: deliveries of contracts and of production runs
    Pull,
    /// List every milestone as last imported or read
    List,
}

#[derive(Debug, Args)]
pub(crate) struct ProbeArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key [default: titles published within
    /// the next 180 days or the last 14]
    #[arg(value_name = "ISBN|work:ID")]
    pub(crate) title: Option<String>,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WritebackCommand {
    /// Say what would be written; writes nothing
    Plan(WritebackArguments),
    /// Make, change and take away links as planned
    Apply(WritebackArguments),
    /// Take away every link that was made
    Undo,
}

#[derive(Debug, Args)]
pub(crate) struct WritebackArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key [default: every live title]
    #[arg(value_name = "ISBN|work:ID")]
    pub(crate) title: Option<String>,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KitCommand {
    /// Say which titles are due a page; writes nothing
    Plan,
    /// Make the pages that are due, as each sync does
    Make,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// Look what stands open, and send what is due
    Send,
    /// List what stands open, what waits to be sent or was sent, and what is snoozed; writes nothing
    List,
    /// Say nothing of an alert, or of a title, for a while
    Snooze(SnoozeArguments),
    /// End a snooze before its time
    Unsnooze {
        /// What is snoozed
        #[arg(value_name = "KEY|ISBN|work:ID")]
        what: String,
    },
    /// Send a channel, or all, a message that says nothing
    Test {
        /// Its name
        #[arg(value_name = "CHANNEL")]
        channel: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SnoozeArguments {
    /// A key that `alerts list` shows; or a title, of which then nothing is told
    #[arg(value_name = "KEY|ISBN|work:ID")]
    pub(crate) what: String,
    /// Until when: RFC 3339, or a day (its midnight in the zone of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) until: When,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The stack's region
    #[arg(long, default_value = "eu")]
    pub(crate) region: String,
    /// The stack's API key
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<String>,
    /// The stack's master locale
    #[arg(long, default_value = "en-us", value_name = "LOCALE")]
    pub(crate) master_locale: String,
    /// A site as ID:LOCALE:COUNTRY:CURRENCY:ZONE, such as au:en-au:AU:AUD:Australia/Sydney; countries
    /// may be several with +, such as uk:en-gb:GB+IE:GBP:Europe/London. An environment of its own is
    /// proposed for each
    #[arg(long = "site", value_name = "SITE")]
    pub(crate) sites: Vec<String>,
}

/// Where titles are read from.
#[derive(Clone, Debug, Args)]
pub(crate) struct SourceArguments {
    /// Read ONIX from a file, a folder or standard input (-) instead of Consonance
    #[arg(long, value_name = "FILE|FOLDER|-")]
    pub(crate) from: Option<PathBuf>,
    /// What the ONIX does not hold is gone (otherwise it is a delta)
    #[arg(long, requires = "from")]
    pub(crate) complete: bool,
}

/// A question that a person answers beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Accepted {
    /// Works that their records say are one
    Merges,
    /// Works whose records name different ones
    Splits,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of --site, else of the first
    /// site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
    /// Only what concerns this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// Let works merge or split, as their records say
    #[arg(long, value_enum)]
    pub(crate) accept: Vec<Accepted>,
}

#[derive(Debug, Args)]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// Read every record, whatever is known already
    #[arg(long)]
    pub(crate) full: bool,
    /// Let so many titles go that are no longer in the source
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) allow_takedowns: usize,
    /// Let works merge or split, as their records say
    #[arg(long, value_enum)]
    pub(crate) accept: Vec<Accepted>,
    /// Ask also for files that could not be fetched lately, and would be left alone for a while
    #[arg(long, conflicts_with = "watch")]
    pub(crate) retry_files: bool,
    /// As if it were then; only where the stack is a stand-in on this machine. RFC 3339, or a day (its
    /// midnight in the zone of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
    /// Go on until interrupted: read the source now and then, and be there at the instants at which
    /// something changes by itself
    #[arg(long, conflicts_with = "at")]
    pub(crate) watch: bool,
    /// Time between two readings of the source
    #[arg(long, value_name = "TIME", requires = "watch", default_value = "15m")]
    pub(crate) every: Interval,
    /// How long beforehand to write what was never published as drafts; 0s writes none
    #[arg(long, value_name = "TIME", requires = "watch", default_value = "24h")]
    pub(crate) stage: Interval,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key
    #[arg(value_name = "ISBN|work:ID")]
    pub(crate) title: String,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of --site, else of the first
    /// site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// An ONIX file, a folder of them, standard input (-), or `consonance` for the configured account
    #[arg(value_name = "FILE|FOLDER|-|consonance")]
    pub(crate) source: PathBuf,
    /// Only the products with this ISBN, in any spelling
    #[arg(long, value_name = "ISBN")]
    pub(crate) isbn: Option<String>,
    /// Answer for this territory too: a country, a region of ONIX List 49 (CA-QC), or WORLD
    #[arg(long, value_name = "CODE")]
    pub(crate) territory: Option<String>,
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of the first site, else in
    /// UTC)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

#[derive(Debug, Args)]
pub(crate) struct ForecastArguments {
    /// From when [default: now]: RFC 3339, or a day (its midnight in the zone of --site, else of the
    /// first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<When>,
    /// Until when [default: 30 days later]
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<When>,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LaunchArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key [default: titles published within
    /// the next 180 days or the last 14]
    #[arg(value_name = "ISBN|work:ID", conflicts_with = "week")]
    pub(crate) title: Option<String>,
    /// Only this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// Only titles published in this week, as 2027-W23
    #[arg(long, value_name = "WEEK")]
    pub(crate) week: Option<Week>,
    /// As of when [default: now]: RFC 3339, or a day
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
    /// Rules that take the place of those of the same name [default: `[launch] rules` of the configuration]
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Say which titles these rules would newly block, laid over those that are asked now
    #[arg(long = "try", value_name = "FILE")]
    pub(crate) trial: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("deed").required(true).args(["rule", "approve", "end", "list"])))]
pub(crate) struct WaiveArguments {
    /// The rule, by its name in the checklist
    #[arg(value_name = "RULE", requires_all = ["until", "reason"])]
    pub(crate) rule: Option<String>,
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key [default: every title]
    #[arg(value_name = "ISBN|work:ID")]
    pub(crate) title: Option<String>,
    /// Only on this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// Until when: RFC 3339, or a day (its midnight in the zone of --site, else of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,
    /// Why the title may go live without it
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Grant a waiver that somebody asked for
    #[arg(long, value_name = "ID")]
    pub(crate) approve: Option<String>,
    /// End a waiver before its time
    #[arg(long, value_name = "ID")]
    pub(crate) end: Option<String>,
    /// List every waiver, past ones too
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct HoldArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key
    #[arg(value_name = "ISBN|work:ID", required_unless_present = "list")]
    pub(crate) title: Option<String>,
    /// Only on this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// Until when: RFC 3339, or a day (its midnight in the zone of --site, else of the first site)
    #[arg(long, value_name = "TIME", required_unless_present = "list")]
    pub(crate) until: Option<When>,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT", required_unless_present = "list")]
    pub(crate) reason: Option<String>,
    /// List every hold, past ones too
    #[arg(long, conflicts_with_all = ["title", "until", "reason"])]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UnholdArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole work key
    #[arg(value_name = "ISBN|work:ID")]
    pub(crate) title: String,
    /// Only the holds placed for this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct UrlArguments {
    /// An ISBN in any spelling, `work:ID` of Consonance, or a whole key of a work, contributor, series,
    /// imprint or catalogue page
    #[arg(value_name = "ISBN|work:ID|KEY", required_unless_present = "list")]
    pub(crate) title: Option<String>,
    /// The address that it is to have, of the form of the one that it has: `/books/new-name`
    #[arg(value_name = "NEW-PATH", required_unless_present = "list")]
    pub(crate) path: Option<String>,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT", required_unless_present = "list")]
    pub(crate) reason: Option<String>,
    /// Say what would change, and write nothing down
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// List every change ever made
    #[arg(long, conflicts_with_all = ["title", "path", "reason", "dry_run"])]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// Only what concerns this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// Only this field, by its standard name: amount, currency, title, state, publication_date, cover
    #[arg(long, value_name = "UID")]
    pub(crate) field: Option<String>,
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

#[derive(Debug, Args)]
pub(crate) struct ModulesArguments {
    /// Only what concerns this site
    #[arg(long, value_name = "ID")]
    pub(crate) site: Option<String>,
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

#[derive(Debug, Args)]
pub(crate) struct GuardArguments {
    /// As if it were then: RFC 3339, or a day (its midnight in the zone of the first site)
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

#[derive(Debug, Args)]
pub(crate) struct AdoptArguments {
    /// ISBNs, in any spelling, of the entries to take over
    #[arg(value_name = "ISBN")]
    pub(crate) isbns: Vec<String>,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// Take over every entry that is shown
    #[arg(long, conflicts_with = "isbns")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunsArguments {
    /// Show this run whole (`last` for the newest)
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// How many runs to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// Records by their keys, as `runs RUN` shows them; none for every rejected and unfinished one
    #[arg(value_name = "RECORD")]
    pub(crate) records: Vec<String>,
    /// Those that this run rejected or deferred
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Also take ONIX records whose bytes are not in the declared encoding, read as Windows-1252
    #[arg(long)]
    pub(crate) accept_encoding: bool,
    /// Say of one unreadable record of the enriching feed that nothing in it must keep its product hidden
    #[arg(long, requires = "reason", conflicts_with_all = ["run", "accept_encoding"])]
    pub(crate) disregard: bool,
    /// Why it is disregarded
    #[arg(long, value_name = "TEXT", requires = "disregard")]
    pub(crate) reason: Option<String>,
}

/// Whether calls are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SandboxLimits {
    /// As Contentstack limits an organisation
    Vendor,
    /// Not at all
    Off,
}

/// What an update does with fields it leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SandboxPut {
    /// Keep them
    Keep,
    /// Clear them
    Clear,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArguments {
    /// Address of the Consonance stand-in; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7401")]
    pub(crate) consonance: String,
    /// Address of the Contentstack stand-in; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7402")]
    pub(crate) contentstack: String,
    /// Works in the account: the sample's, then invented ones [default: exactly the sample]
    #[arg(long, value_name = "N")]
    pub(crate) works: Option<usize>,
    /// What invented works, keys and tokens are drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) random_seed: u64,
    /// Fill the account from an ONIX 3.0 file instead of the sample
    #[arg(long, value_name = "ONIX_FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// The day that the sample's dates are relative to [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// Only those GraphQL names that are surely in the real schema
    #[arg(long)]
    pub(crate) strict: bool,
    /// A GraphQL field that the account's schema lacks, such as `Mutation.createWebLink`; may be said more than once
    #[arg(long, value_name = "TYPE.FIELD")]
    pub(crate) without: Vec<String>,
    /// The organisation's call limits
    #[arg(long, value_enum, default_value_t = SandboxLimits::Vendor)]
    pub(crate) limits: SandboxLimits,
    /// What an update of an entry does with fields it leaves out
    #[arg(long, value_enum, default_value_t = SandboxPut::Keep)]
    pub(crate) put: SandboxPut,
    /// A folder in which the stack outlives the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Write a frontlist.toml that connects to this sandbox
    #[arg(long, value_name = "PATH")]
    pub(crate) write_config: Option<PathBuf>,
}

/// A day; the parser's own words speak of its grammar and not of what to write.
fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse().map_err(|_| {
        "write a day of the calendar as 2027-03-15, or leave it out for today".to_owned()
    })
}

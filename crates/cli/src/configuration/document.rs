//! The file as people write it: sections and keys, nothing checked but their spelling and kind.
//!
//! These types are the single list of keys. What may be written, the JSON Schema for editors, the
//! nearest known key in an error and the list that `doctor` prints are all derived from them, so none
//! of the four can fall behind.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::LimitsChoice;
use super::secret::SecretSource;

/// The whole of `frontlist.toml`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// Where titles are read from. May be absent where every run reads ONIX with `--from`.
    #[serde(default)]
    pub(crate) consonance: ConsonanceSection,
    /// The stack that is written to.
    pub(crate) contentstack: ContentstackSection,
    /// When a product counts as cleared for the public.
    #[serde(default)]
    pub(crate) approval: ApprovalSection,
    /// The most that each project stage lets sites say: `"In production" = "in_production"`; `"*"` is
    /// for all others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) stages: BTreeMap<String, CeilingChoice>,
    /// Where state is kept between runs.
    #[serde(default)]
    pub(crate) store: StoreSection,
    /// The checklist of launches.
    #[serde(default)]
    pub(crate) launch: LaunchSection,
    /// Whom to tell of what needs people.
    #[serde(default)]
    pub(crate) alerts: AlertsSection,
    /// Looking at live pages.
    #[serde(default)]
    pub(crate) probes: ProbesSection,
    /// Entries that were there before, for `audit` and `adopt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) audit: Option<AuditSection>,
    /// Own names for content types and fields, by the standard name: `"book.cta" = "call_to_action"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) names: BTreeMap<String, String>,
    /// Own words that readers see, by language and label: `[labels.de]`, `"form.BC" = "Softcover"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, BTreeMap<String, String>>,
    /// Shops to which readers are sent, the preferred ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retailer: Vec<RetailerSection>,
    /// Catalogue landing pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) catalogue_page: Vec<CataloguePageSection>,
    /// The sites, the preferred one first.
    #[serde(default)]
    pub(crate) site: Vec<SiteSection>,
}

/// `[launch]`
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LaunchSection {
    /// A file of rules that take the place of the default ones of the same name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rules: Option<PathBuf>,
    /// Days on which nobody works, for rules that are due so many working days before publication.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) holidays: Vec<Day>,
    /// Whoever grants a waiver of a rule must not be who asked for it.
    pub(crate) four_eyes: bool,
    /// Draft campaign pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kit: Option<KitSection>,
}

/// `[launch.kit]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KitSection {
    /// Project stages, as Consonance names them, at which a title gets its page.
    pub(crate) stages: Vec<String>,
    /// The content type of the page.
    #[serde(default = "campaign_page")]
    pub(crate) content_type: String,
    /// A file with the fields of the page as JSON; our own template without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<PathBuf>,
}

fn campaign_page() -> String {
    "campaign_page".into()
}

/// `[alerts]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AlertsSection {
    /// The console's address, for links in messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) console: Option<String>,
    /// How often `serve` and `sync --watch` look, in minutes; a watch looks after each of its runs, too.
    pub(crate) look_minutes: u32,
    /// How often they search what editors wrote for unannounced titles, in minutes; 0 never.
    pub(crate) guard_minutes: u32,
    /// Where messages go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) channel: Vec<ChannelSection>,
}

impl Default for AlertsSection {
    fn default() -> Self {
        Self {
            console: None,
            look_minutes: 15,
            guard_minutes: 60,
            channel: Vec::new(),
        }
    }
}

/// `[probes]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProbesSection {
    /// How often `serve` and `sync --watch` look at live pages, in hours.
    pub(crate) every_hours: u32,
    /// Hosts of pages and shops that may have private addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) private_hosts: Vec<String>,
}

impl Default for ProbesSection {
    fn default() -> Self {
        Self {
            every_hours: 12,
            private_hosts: Vec::new(),
        }
    }
}

/// `[[alerts.channel]]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelSection {
    /// Its name.
    pub(crate) name: String,
    /// How messages reach it.
    pub(crate) via: ViaChoice,
    /// The roles whose tasks it is told, as the rules name them; empty means all.
    #[serde(default)]
    pub(crate) owners: Vec<String>,
    /// Who reads it: `staff` is not told the names of titles that nobody may announce yet, `insiders` are.
    #[serde(default)]
    pub(crate) audience: AudienceChoice,
    /// It is told at once what cannot wait.
    #[serde(default = "yes")]
    pub(crate) at_once: bool,
    /// When its digest comes each day, as `08:00`; none without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// The zone of that time; that of the first site without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    /// E-mail: the mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<String>,
    /// E-mail: its port; 465 with `tls`, 587 with `starttls`, 25 with `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// E-mail: how the connection is kept private.
    #[serde(default)]
    pub(crate) security: MailSecurityChoice,
    /// E-mail: the name to log in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// E-mail: the password to log in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<SecretSource>,
    /// E-mail: who writes, as `Frontlist <frontlist@example.com>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// E-mail: who reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) to: Vec<String>,
    /// Slack, Teams and webhook: the address, which is a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<SecretSource>,
    /// Webhook: the key that signs, `whsec_` and base64 of 24 to 64 random bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<SecretSource>,
}

/// How messages reach a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ViaChoice {
    /// By SMTP.
    Email,
    /// By an incoming webhook of Slack.
    Slack,
    /// By a workflow of Teams.
    Teams,
    /// By a webhook signed as Standard Webhooks says.
    Webhook,
}

/// Who reads a channel.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AudienceChoice {
    /// People who may not know of unannounced titles.
    #[default]
    Staff,
    /// People who may.
    Insiders,
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailSecurityChoice {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, and nothing where the server offers none.
    #[default]
    Starttls,
    /// None, which only a server on this machine may have.
    None,
}

/// A day, as `2027-12-27`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub(crate) struct Day(pub(crate) Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let day = text.parse().map(Self);
        day.map_err(|_| format!("`{text}` is no day, expected a day such as \"2027-12-27\""))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

/// `[audit]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditSection {
    /// The content type of the entries.
    pub(crate) content_type: String,
    /// The field that holds an ISBN, in any spelling.
    pub(crate) isbn_field: String,
    /// Their names of the fields to compare, by the standard name: `amount = "price"`. Without any, the standard names.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
}

/// `[consonance]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConsonanceSection {
    /// The address at which people log in.
    pub(crate) host: String,
    /// The API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<SecretSource>,
    /// An ONIX feed that Consonance made of the same titles: a file, a folder or an address. It adds markets, embargoes,
    /// availability and price territories to what the service says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) onix: Option<String>,
    /// How old that feed may be, in hours, before it is a finding.
    pub(crate) onix_max_age_hours: u32,
    /// The key with which its address is asked; without it, `token` where the address is at `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) onix_token: Option<SecretSource>,
    /// What is written back: `web_link`, a link from each live title to its page; `readiness`, how far it is, in the link's note.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) write_back: Vec<WriteBackChoice>,
    /// Hosts of the feed that may have private addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) onix_private_hosts: Vec<String>,
}

impl Default for ConsonanceSection {
    fn default() -> Self {
        Self {
            host: "https://web.consonance.app".into(),
            token: None,
            onix: None,
            onix_max_age_hours: 48,
            onix_token: None,
            write_back: Vec::new(),
            onix_private_hosts: Vec::new(),
        }
    }
}

/// What is written back to Consonance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WriteBackChoice {
    /// A link from each live title to its page.
    WebLink,
    /// How far the title is, in the link's note.
    Readiness,
}

/// `[contentstack]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentstackSection {
    /// The region of the stack (`eu`, `na`, `azure-eu`), unless both hosts are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// Address of the Management API, instead of a region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) management_host: Option<String>,
    /// Address of the Delivery API, instead of a region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delivery_host: Option<String>,
    /// The stack's API key.
    pub(crate) api_key: String,
    /// A management token of the stack that may read and write.
    pub(crate) management_token: SecretSource,
    /// The authtoken of a user kept for Frontlist, who alone sets the stages of enforced gates: a management token may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gate_authtoken: Option<SecretSource>,
    /// The name of the workflow that holds those stages.
    #[serde(default = "gate_workflow")]
    pub(crate) gate_workflow: String,
    /// A delivery token for environments that `delivery_tokens` does not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delivery_token: Option<SecretSource>,
    /// Delivery tokens by environment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) delivery_tokens: BTreeMap<String, SecretSource>,
    /// The branch.
    #[serde(default = "main_branch")]
    pub(crate) branch: String,
    /// The stack's master locale, which cannot be changed after the stack was made.
    pub(crate) master_locale: String,
    /// The share of the organisation's limits that is used; the rest is the editors'.
    #[serde(default = "four_fifths")]
    pub(crate) utilisation: f64,
    /// The organisation's limits: `"vendor"`, `"off"`, or calls per second.
    #[serde(default)]
    pub(crate) limits: LimitsChoice,
    /// Entries and assets in one bulk call, 1 to 100.
    #[serde(default = "ten")]
    pub(crate) bulk_items: u64,
    /// The stack keeps the addresses of unpublished assets secret.
    #[serde(default)]
    pub(crate) secure_assets: bool,
    /// The stack's plan has taxonomies.
    #[serde(default = "yes")]
    pub(crate) taxonomies: bool,
    /// How long to wait for delivery to show what was published or taken down, in seconds.
    #[serde(default = "half_a_minute")]
    pub(crate) confirm_seconds: u64,
}

fn gate_workflow() -> String {
    sync::gate::WORKFLOW.into()
}

fn main_branch() -> String {
    "main".into()
}

fn four_fifths() -> f64 {
    0.8
}

fn ten() -> u64 {
    10
}

fn yes() -> bool {
    true
}

fn half_a_minute() -> u64 {
    30
}

/// `[approval]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ApprovalSection {
    /// The product must be cleared at the source (Consonance: "Allow ONIX exports").
    pub(crate) allow_onix_exports: bool,
    /// The work must be at one of these project stages; empty asks for none.
    pub(crate) stages: Vec<String>,
    /// The work's contract must be signed.
    pub(crate) contract_signed: bool,
    /// Texts and files of which the source does not say whether they are approved.
    pub(crate) unstated: ShowChoice,
}

impl Default for ApprovalSection {
    fn default() -> Self {
        Self {
            allow_onix_exports: true,
            stages: Vec::new(),
            contract_signed: false,
            unstated: ShowChoice::Show,
        }
    }
}

/// Whether something doubtful is shown.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowChoice {
    /// It is shown.
    Show,
    /// It is left out.
    Omit,
}

/// The most that a site says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CeilingChoice {
    /// Nothing: the title is hidden.
    Hidden,
    /// That it exists.
    Announced,
    /// That it is being made.
    InProduction,
    /// When it will be published.
    ComingSoon,
    /// That it can be ordered before publication.
    Preorder,
    /// Whatever is true.
    Available,
}

/// `[store]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreSection {
    /// The state file; relative to the folder of this file.
    pub(crate) path: PathBuf,
}

impl Default for StoreSection {
    fn default() -> Self {
        Self {
            path: PathBuf::from("frontlist.db"),
        }
    }
}

/// `[[retailer]]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetailerSection {
    /// Its name, as readers see it.
    pub(crate) name: String,
    /// The sites that send readers there; empty means all.
    #[serde(default)]
    pub(crate) sites: Vec<String>,
    /// Form groups (`print`, `ebook`, `audio`, `other`) or codes of ONIX List 150 (`BB`); empty
    /// means all.
    #[serde(default)]
    pub(crate) formats: Vec<String>,
    /// Calls to action that it answers: `buy`, `preorder`, `find_copy`.
    #[serde(default = "orders")]
    pub(crate) calls: Vec<String>,
    /// The address of a book there, with `{isbn13}`, `{isbn10}` or `{asin}` in it.
    pub(crate) url: String,
}

fn orders() -> Vec<String> {
    vec!["buy".into(), "preorder".into()]
}

/// `[[catalogue_page]]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CataloguePageSection {
    /// What it gathers: `season`, `imprint`, `series` or `subject`.
    pub(crate) kind: PageKindChoice,
    /// Which one: the season's, imprint's or series' name, or the subject's code.
    pub(crate) value: String,
    /// Its title; the value where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

/// What a catalogue page gathers.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PageKindChoice {
    /// A selling season.
    Season,
    /// An imprint.
    Imprint,
    /// A series.
    Series,
    /// A subject code.
    Subject,
}

/// `[[site]]`
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteSection {
    /// Its name, used on the command line and in reports (`au`).
    pub(crate) id: String,
    /// The environment it is served from (`production-au`).
    pub(crate) environment: String,
    /// The locale it shows, as Contentstack writes it (`en-au`).
    pub(crate) locale: String,
    /// The countries it serves, two letters each; the first is the primary one.
    pub(crate) countries: Vec<String>,
    /// The currency of its prices, three letters (`AUD`).
    pub(crate) currency: String,
    /// The zone in which its days begin (`Australia/Sydney`).
    pub(crate) time_zone: String,
    /// The language of its texts; without it, that of the locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    /// Which titles it is about; everything by default.
    #[serde(default)]
    pub(crate) select: SelectSection,
    /// Prices are kept back until the source calls them confirmed.
    #[serde(default)]
    pub(crate) hide_unconfirmed_prices: bool,
    /// Texts in other languages, where there is none in the site's.
    #[serde(default = "omit")]
    pub(crate) foreign_texts: ShowChoice,
    /// Units of sizes and weights; without it, those of the primary country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) units: Option<UnitsChoice>,
    /// How it treats titles that may not, or perhaps may not, be sold there.
    #[serde(default)]
    pub(crate) rights: RightsSection,
    /// The names and identifiers (`"03:AMZ"`: type, colon, value) by which senders of records know the shop that it is: an
    /// edition exclusive to such an outlet may be sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) outlets: Vec<String>,
    /// Pre-orders open so many days before sales do; without it as soon as the title is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) preorder_days: Option<u16>,
    /// Pre-orders need a price.
    #[serde(default = "yes")]
    pub(crate) preorder_needs_price: bool,
    /// Pre-orders need a date of publication to the day.
    #[serde(default = "yes")]
    pub(crate) preorder_needs_day: bool,
    /// What is in stock is sold before its publication date, unless an embargo forbids it.
    #[serde(default)]
    pub(crate) early_sale: bool,
    /// Where readers find a book's page, with `{url}` (the entry's address) or `{isbn13}` in it, and `{site}` where it helps:
    /// `"https://www.example.co.uk{url}"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_address: Option<String>,
    /// What its locale holds of a title that is hidden there and shown by another locale of its environment.
    #[serde(default)]
    pub(crate) hidden: HiddenChoice,
    /// What a launch checklist that is not green means for a title that is to go live there.
    #[serde(default)]
    pub(crate) gate: GateChoice,
}

/// What a launch checklist means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GateChoice {
    /// It is told by `launch` and the console.
    #[default]
    Observe,
    /// A title that is not ready goes live, and `sync` says so.
    Warn,
    /// A title that is not ready does not go live, and Contentstack lets nobody publish it; `frontlist gate apply` arranges
    /// that.
    Enforce,
}

/// What stands in the place of a hidden title.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HiddenChoice {
    /// Nothing.
    #[default]
    Absent,
    /// A version that says nothing, so that a reader who asks for fallbacks is not given another locale's.
    Shield,
}

fn omit() -> ShowChoice {
    ShowChoice::Omit
}

/// A system of units.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnitsChoice {
    /// Millimetres and grams.
    Metric,
    /// Inches, ounces and pounds.
    Imperial,
}

/// `select = { .. }` of a site. An empty list selects everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SelectSection {
    /// Names of imprints.
    pub(crate) imprints: Vec<String>,
    /// Names of series.
    pub(crate) series: Vec<String>,
    /// Clients of a shared Consonance account.
    pub(crate) clients: Vec<String>,
    /// ISBNs or work keys, in any spelling.
    pub(crate) lists: Vec<String>,
}

/// `rights = { .. }` of a site.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RightsSection {
    /// Not for sale in the primary country.
    pub(crate) not_for_sale: UnsoldChoice,
    /// The rights say nothing of the primary country.
    pub(crate) unknown: UnsoldChoice,
    /// For sale in parts of the primary country only.
    pub(crate) partial: UnsoldChoice,
}

impl Default for RightsSection {
    fn default() -> Self {
        Self {
            not_for_sale: UnsoldChoice::Hide,
            unknown: UnsoldChoice::Hide,
            partial: UnsoldChoice::ShowWithoutSale,
        }
    }
}

/// Treatment of a title that may not simply be sold.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnsoldChoice {
    /// The site does not know it.
    Hide,
    /// The site shows it and offers no way to buy it.
    ShowWithoutSale,
}

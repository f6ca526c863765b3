//! The console: what the engine knows, for people with a browser.
//!
//! It reads the state file beside whatever run is under way and holds no lock of it, so it never makes a run wait. It
//! decides nothing about titles: why one is shown or hidden is [`site::explanation`]'s answer, and what a run did is what
//! the run wrote down. The only things that it changes are its own ([`people`](store::people): accounts, sessions, the trail
//! of acts), and holds and waivers, which are a person's word. What takes a run is an [`Order`], handed to whoever serves it.
//!
//! Pages are whole without script, and no page has any. Who may see or do what is decided in one place each: `door` lets
//! people in, `guard` stands before every request. The clock is handed in.

mod api;
mod board;
mod calendar;
mod catalogue_view;
mod checklist;
mod door;
mod error;
mod export;
mod failures;
mod findings;
mod guard;
mod home;
mod kept;
mod modules;
mod order;
mod page;
mod people;
mod plan;
mod reckoned;
mod runs;
mod secret;
mod settings;
mod throttle;
mod timeline;
mod titles;
mod tokens;
mod waivers;
mod wording;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::civil::Date;
use launch::rule_book::RuleBook;
use site::content_model::Names;
use site::policy::{Policy, Sites};
use store::Store;

pub use door::first_link;
pub use error::Error;
pub use modules::Looked;
pub use order::Order;
pub use plan::{Planned, Previewed};
pub use settings::InForce;

use catalogue_view::Shelf;
use kept::Kept;
use reckoned::Reckoned;
use throttle::Throttle;

/// What the console works with.
pub struct Settings {
    /// The sites.
    pub sites: Sites,
    /// The rules.
    pub policy: Policy,
    /// What content types and fields are called in the stack.
    pub names: Names,
    /// The launch rules.
    pub rules: RuleBook,
    /// Days that are no working days, beside Saturdays and Sundays.
    pub holidays: Vec<Date>,
    /// What was found when somebody last looked at the editors' entries.
    pub modules: tokio::sync::watch::Receiver<Looked>,
    /// What came of the last wish for a plan.
    pub plans: tokio::sync::watch::Receiver<Previewed>,
    /// Every value in force, in the order of the configuration.
    pub in_force: Vec<InForce>,
    /// How long a request waits for what is being reckoned anew before it is answered with what there was.
    pub patience: Duration,
    /// The state file, opened beside runs.
    pub store: Store,
    /// Where the console is reached, scheme and authority each (`http://127.0.0.1:8787`). Requests for another host are refused,
    /// and so are forms sent from another origin.
    pub origins: Vec<String>,
    /// The clock.
    pub clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Whether whoever grants a waiver must be another than who asked.
    pub four_eyes: bool,
    /// The page on which people begin, `/` or another of the console's.
    pub opens_on: &'static str,
    /// Takes what the console asks of the engine. It must not wait.
    pub orders: Box<dyn Fn(Order) + Send + Sync>,
}

/// The console between two requests.
struct Console {
    settings: Settings,
    shelf: Arc<Kept<Shelf>>,
    reckoned: Arc<Kept<Reckoned>>,
    throttle: std::sync::Mutex<Throttle>,
    /// Hashing takes 19 MiB each; so many at once are enough.
    hashing: tokio::sync::Semaphore,
}

impl Console {
    fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    fn store(&self) -> &Store {
        &self.settings.store
    }

    /// Whether readers reach it by TLS, so that cookies may never go without.
    fn is_secure(&self) -> bool {
        let origins = &self.settings.origins;
        origins.iter().all(|origin| origin.starts_with("https://"))
    }
}

type Shared = axum::extract::State<Arc<Console>>;

/// How many passwords are hashed at once.
const HASHING: usize = 2;

/// The largest form taken, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// Every page of the console.
fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/titles", get(titles::list))
        .route("/titles/{key}", get(titles::one))
        .route("/titles/{key}/hold", post(titles::hold))
        .route("/titles/{key}/lift", post(titles::lift))
        .route("/titles/{key}/replay", post(titles::replay))
        .route("/launch", get(board::board))
        .route("/launch/{key}", get(checklist::checklist))
        .route("/rules", get(waivers::list))
        .route("/waivers", post(waivers::ask))
        .route("/waivers/grant", post(waivers::grant))
        .route("/waivers/end", post(waivers::end))
        .route("/modules", get(modules::list))
        .route("/modules/look", post(modules::look))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::one))
        .route("/failures", get(failures::list))
        .route("/failures/replay", post(failures::replay))
        .route("/plan", get(plan::show))
        .route("/plan/preview", post(plan::preview))
        .route("/plan/approve", post(plan::approve))
        .route("/settings", get(settings::show))
        .route("/findings", get(findings::list))
        .route("/findings.csv", get(findings::as_csv))
        .route("/findings.xlsx", get(findings::as_xlsx))
        .route("/launch.csv", get(board::as_csv))
        .route("/launch.xlsx", get(board::as_xlsx))
        .route("/forecast", get(home::forecast))
        .route("/sites", get(home::sites))
        .route("/audit", get(people::audit))
        .route("/people", get(people::list))
        .route("/people/invite", post(people::invite))
        .route("/people/revoke", post(people::revoke))
        .route("/people/tokens", post(tokens::make))
        .route("/people/tokens/revoke", post(tokens::revoke))
        .route("/me", get(calendar::me))
        .route("/me/calendar", post(calendar::make))
        .route("/me/calendar/revoke", post(calendar::revoke))
        .route("/sign-out", post(door::sign_out))
        .fallback(page::nowhere)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&console),
            guard::signed_in,
        ))
        .nest("/api/v1", api::routes(&console))
        .route("/sign-in", get(door::sign_in_page).post(door::sign_in))
        .route(
            "/welcome/{token}",
            get(door::welcome_page).post(door::welcome),
        )
        .route("/calendar/{name}", get(calendar::feed))
        .route("/style.css", get(page::style))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&console),
            guard::every_request,
        ))
        .with_state(console)
}

/// Serves the console until its future is dropped.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: tokio::net::TcpListener, settings: Settings) -> Result<(), Error> {
    let address = settings.origins.first().cloned().unwrap_or_default();
    let console = Arc::new(Console {
        settings,
        shelf: Arc::default(),
        reckoned: Arc::default(),
        throttle: std::sync::Mutex::new(Throttle::default()),
        hashing: tokio::sync::Semaphore::new(HASHING),
    });
    // The first page finds what it needs reckoned, or on its way.
    let early = Arc::clone(&console);
    tokio::spawn(async move {
        if let Err(error) = early.reckoned().await {
            tracing::error!(code = error.code(), %error, "the catalogue could not be read yet");
        }
    });
    let service = router(console).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service)
        .await
        .map_err(|source| Error::Listen { address, source })
}

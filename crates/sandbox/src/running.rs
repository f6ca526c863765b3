//! Both stand-ins, started together.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::config::{self, ConfigError};
use crate::listen::{self, Listening, Serving};
use crate::options::Options;
use crate::seed::{self, SeedError};
use crate::traffic::Traffic;
use crate::world::World;
use crate::{consonance, contentstack, sample};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not one of this machine's own.
    #[error("{address} is not a loopback address with a port")]
    NotLoopback {
        /// The address as given.
        address: String,
    },
    /// The address cannot be listened on.
    #[error("the sandbox cannot listen on {address}")]
    Listen {
        /// The address as given.
        address: String,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The ONIX file cannot be read.
    #[error("the sandbox cannot be seeded from {}", path.display())]
    Seed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SeedError,
    },
    /// The configuration cannot be written.
    #[error("the sandbox cannot write its configuration")]
    Config(#[from] ConfigError),
    /// The folder with the stack of an earlier run cannot be used.
    #[error("the stack kept by an earlier sandbox cannot be used")]
    Data(#[from] contentstack::SnapshotError),
    /// A mistake in the sandbox itself.
    #[error("the schema of the sandbox is wrong")]
    Schema(#[from] consonance::SchemaError),
}

impl StartError {
    /// The stable code, explained in `docs/errors/`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => "FL-0901",
            Self::Listen { .. } => "FL-0902",
            Self::Seed { .. } => "FL-0903",
            Self::Config(_) => "FL-0904",
            Self::Data(_) => "FL-0905",
            Self::Schema(_) => "FL-0906",
        }
    }

    /// What to do next, in one sentence.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => {
                "Give an address such as 127.0.0.1:7401, or port 0 for any free port."
            }
            Self::Listen { .. } => {
                "Stop what uses the port, or give another with --consonance and --contentstack."
            }
            Self::Seed { .. } => "Give a file with an ONIX 3.0 or 3.1 message.",
            Self::Config(_) => "Give --write-config a path in a folder that can be written.",
            Self::Data(_) => "Empty the folder, or give another with --data.",
            Self::Schema(_) => "Report this: it is a mistake in Frontlist.",
        }
    }
}

/// Where the Consonance stand-in is and what opens it.
#[derive(Clone, Serialize)]
pub struct ConsonanceAccess {
    /// Bare origin.
    pub url: String,
    /// API key.
    pub token: String,
}

/// Where the Contentstack stand-in is and what opens it.
#[derive(Clone, Serialize)]
pub struct ContentstackAccess {
    /// Bare origin of the management side.
    pub cma_url: String,
    /// Bare origin of the delivery side.
    pub cda_url: String,
    /// API key of the stack.
    pub api_key: String,
    /// Management token of the stack.
    pub management_token: String,
    /// Token of the stack's owner.
    pub authtoken: String,
    /// The owner's uid.
    pub user_uid: String,
    /// Token of an editor.
    pub editor_authtoken: String,
    /// Token of a user kept for a program that moves entries between stages.
    pub gate_authtoken: String,
    /// That user's uid.
    pub gate_uid: String,
    /// The organisation whose limits are counted.
    pub organization_uid: String,
    /// By environment; `*` holds one that opens every environment.
    pub delivery_tokens: BTreeMap<String, String>,
}

/// The whole ready line.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    consonance: &'a ConsonanceAccess,
    contentstack: &'a ContentstackAccess,
}

/// A sandbox that answers. Dropping it ends it at once; [`Running::stop`] ends it in order.
#[derive(Debug)]
pub struct Running {
    consonance: ConsonanceAccess,
    contentstack: ContentstackAccess,
    stack: contentstack::Service,
    serving: [Serving; 2],
}

impl Running {
    /// Where the Consonance stand-in is and what opens it.
    #[must_use]
    pub fn consonance(&self) -> &ConsonanceAccess {
        &self.consonance
    }

    /// Where the Contentstack stand-in is and what opens it.
    #[must_use]
    pub fn contentstack(&self) -> &ContentstackAccess {
        &self.contentstack
    }

    /// The line that says so to a script: one JSON object without a line end. It holds the keys of
    /// the stand-ins, which open nothing else.
    #[must_use]
    pub fn ready_line(&self) -> String {
        let ready = Ready {
            ready: true,
            consonance: &self.consonance,
            contentstack: &self.contentstack,
        };
        serde_json::to_string(&ready).unwrap_or_default()
    }

    /// Lets requests under way end, and keeps the stack if it has a folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn stop(self) -> Result<(), contentstack::SnapshotError> {
        for serving in self.serving {
            serving.stop().await;
        }
        self.stack.save().await
    }
}

impl std::fmt::Debug for ConsonanceAccess {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ConsonanceAccess")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ContentstackAccess {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ContentstackAccess")
            .field("cma_url", &self.cma_url)
            .field("cda_url", &self.cda_url)
            .field("api_key", &self.api_key)
            .finish_non_exhaustive()
    }
}

/// Starts both stand-ins, and writes the configuration if one is asked for. When this returns both
/// answer.
///
/// # Errors
/// When an address is not loopback or taken, the seed cannot be read, or a file cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let at_consonance = bind(&options.consonance).await?;
    let at_contentstack = bind(&options.contentstack).await?;
    let world = world(&options)?;
    let pages = config::pages(&options, &world);

    let stack = contentstack::Service::new(contentstack::ContentstackOptions {
        random_seed: options.random_seed,
        limits: options.limits,
        put: options.put,
        starts_at: options.starts_at,
        data: options
            .data
            .as_ref()
            .map(|folder| folder.join("contentstack")),
        ..contentstack::ContentstackOptions::default()
    })?;
    let account = consonance::Service::new(
        consonance::Options {
            strict: options.strict,
            without: options.without.clone(),
            random_seed: options.random_seed,
            ..consonance::Options::default()
        },
        world,
    );
    let consonance = ConsonanceAccess {
        url: at_consonance.origin(),
        token: account.token().to_owned(),
    };
    let contentstack = access(&stack, &at_contentstack);
    let traffic = Arc::new(Traffic::new(options.random_seed, consonance::classifier()));
    let router = account
        .router(&consonance.url)?
        .merge(traffic.control_router());
    let serving = [
        at_consonance.serve(router, traffic),
        at_contentstack.serve(stack.router(&contentstack.cma_url), stack.traffic()),
    ];
    if let Some(path) = &options.write_config {
        config::write(path, &consonance, &contentstack, options.limits, &pages)?;
    }
    Ok(Running {
        consonance,
        contentstack,
        stack,
        serving,
    })
}

fn access(stack: &contentstack::Service, at: &Listening) -> ContentstackAccess {
    let credentials = stack.credentials();
    ContentstackAccess {
        cma_url: at.origin(),
        cda_url: at.origin(),
        api_key: credentials.api_key,
        management_token: credentials.management_token,
        authtoken: credentials.authtoken,
        user_uid: credentials.user_uid,
        editor_authtoken: credentials.editor_authtoken,
        gate_authtoken: credentials.gate_authtoken,
        gate_uid: credentials.gate_uid,
        organization_uid: credentials.organization_uid,
        delivery_tokens: credentials.delivery_tokens,
    }
}

fn world(options: &Options) -> Result<World, StartError> {
    let as_of = options.as_of;
    match (&options.seed, options.works) {
        (Some(path), _) => seed::read(path, as_of).map_err(|source| StartError::Seed {
            path: path.clone(),
            source,
        }),
        (None, None) => Ok(sample::catalogue(as_of)),
        (None, Some(works)) => Ok(sample::generate(as_of, works, options.random_seed)),
    }
}

/// The stand-ins hold no secret worth keeping and no limit worth trusting, so they answer only to
/// this machine.
async fn bind(address: &str) -> Result<Listening, StartError> {
    let Some(socket) = loopback(address) else {
        return Err(StartError::NotLoopback {
            address: address.to_owned(),
        });
    };
    listen::bind(&socket.to_string())
        .await
        .map_err(|source| StartError::Listen {
            address: address.to_owned(),
            source,
        })
}

fn loopback(address: &str) -> Option<SocketAddr> {
    let socket = match address.rsplit_once(':') {
        Some(("localhost", port)) => {
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.parse().ok()?)
        }
        _ => address.parse().ok()?,
    };
    socket.ip().is_loopback().then_some(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_with_a_port_are_taken() {
        for (address, taken) in [
            ("127.0.0.1:0", true),
            ("127.0.0.9:80", true),
            ("localhost:7401", true),
            ("[::1]:7401", true),
            ("0.0.0.0:7401", false),
            ("192.168.1.1:7401", false),
            ("example.org:80", false),
            ("127.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(loopback(address).is_some(), taken, "{address:?}");
        }
    }
}

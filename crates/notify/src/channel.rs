//! Channels: where messages go, for whom, and how much their readers may know.

use std::fmt;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use url::Url;

/// A secret that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the call that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// STARTTLS, refused where the server offers none (port 587).
    StartTls,
    /// None; for a relay on this machine.
    None,
}

/// A mail server and the letters that go by it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: MailSecurity,
    /// Name and password, where it asks for them.
    pub login: Option<(String, Hidden)>,
    /// Who writes.
    pub from: String,
    /// Who reads.
    pub to: Vec<String>,
}

/// An address that is a secret by itself.
#[derive(Clone)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// Hides an address.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The address, for the call that needs it.
    pub(crate) fn expose(&self) -> Url {
        self.0.clone()
    }

    /// Who is asked; no secret.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (path hidden)", self.host())
    }
}

/// How messages reach a channel.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// By e-mail.
    Mail(Mail),
    /// By an incoming webhook of Slack.
    Slack(SecretUrl),
    /// By a workflow of Teams that takes an adaptive card.
    Teams(SecretUrl),
    /// By a webhook signed as Standard Webhooks says.
    Webhook {
        /// The receiver.
        url: SecretUrl,
        /// The key, `whsec_` and base64.
        key: Hidden,
    },
}

impl Carrier {
    /// The name in the configuration.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mail(_) => "email",
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
            Self::Webhook { .. } => "webhook",
        }
    }
}

/// Who reads a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// People who may not know of titles that nobody may announce yet.
    Staff,
    /// People who may.
    Insiders,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// The roles whose tasks it is told; all of them where none is named.
    pub owners: Vec<String>,
    /// Who reads it.
    pub audience: Audience,
    /// Whether it is told at once what cannot wait for the digest.
    pub at_once: bool,
    /// When its digest is due each day; none without it.
    pub digest_at: Option<Time>,
    /// Where that time is.
    pub time_zone: TimeZone,
    /// How its messages reach it.
    pub carrier: Carrier,
}

impl Channel {
    /// Whether a role's tasks are told here. What has no owner is everybody's.
    #[must_use]
    pub fn is_for(&self, owner: Option<&str>) -> bool {
        owner.is_none_or(|owner| {
            self.owners.is_empty() || self.owners.iter().any(|one| one == owner)
        })
    }
}

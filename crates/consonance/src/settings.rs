//! How to reach a Consonance account, and how much patience to have with it.

use std::time::Duration;

use url::{Host, Url};

use crate::error::Error;
use crate::secret::Secret;

/// The connection to one account.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address at which people log in, normally `https://web.consonance.app`. A path is kept,
    /// and `graphql` is added to it unless it ends so already.
    pub host: Url,
    /// The API key: 32 letters and digits, from Consonance support.
    pub token: Secret,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// Largest answer accepted, in bytes after decompression.
    pub max_body: usize,
    /// How often and how soon to try again.
    pub retry: Retry,
    /// What to ask for beyond the records themselves.
    pub ask: Ask,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to be made.
    pub connect: Duration,
    /// For a whole answer, from the request's first byte to the answer's last.
    pub request: Duration,
}

/// How often and how soon to try again after trouble that passes: a status of 500 or above, 429,
/// a time-out, a broken connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often one request is sent at most; at least 1.
    pub attempts: u32,
    /// The pause before the second attempt; each further one is twice as long.
    pub first_pause: Duration,
    /// No pause is longer, whatever the service asks for.
    pub longest_pause: Duration,
    /// Where the jitter starts, so that a run can be repeated exactly.
    pub seed: u64,
}

/// What to ask for beyond the records themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// The contract's signed date, which costs a walk through all contracts. Only for an approval
    /// policy that needs it; it is then a gate.
    pub contracts: bool,
}

impl Settings {
    /// Settings with the defaults: 10 s to connect, 120 s to answer, 64 MiB, four attempts.
    #[must_use]
    pub fn new(host: Url, token: Secret) -> Self {
        Self {
            host,
            token,
            timeouts: Timeouts {
                connect: Duration::from_secs(10),
                request: Duration::from_secs(120),
            },
            max_body: 64 << 20,
            retry: Retry {
                attempts: 4,
                first_pause: Duration::from_millis(500),
                longest_pause: Duration::from_secs(20),
                seed: 0,
            },
            ask: Ask::default(),
        }
    }

    /// Whether the host is this machine, where plain http and no proxy are right.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.host.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Where queries are posted.
    ///
    /// # Errors
    /// [`Error::Settings`] when the key is missing or cannot be sent, or the address is not https.
    pub(crate) fn endpoint(&self) -> Result<Url, Error> {
        let refuse = |what: String| Err(Error::Settings { what });
        let token = self.token.expose();
        if token.is_empty() {
            return refuse("the token is empty".into());
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("the token holds characters that no API key has".into());
        }
        match self.host.scheme() {
            "https" => {}
            "http" if self.is_loopback() => {}
            "http" => {
                return refuse(format!(
                    "{} is plain http, over which the token would travel in the clear",
                    self.shown_host()
                ));
            }
            other => return refuse(format!("`{other}` is not a scheme that is served")),
        }
        let mut endpoint = self.host.clone();
        endpoint.set_query(None);
        endpoint.set_fragment(None);
        let path = endpoint.path().trim_end_matches('/').to_owned();
        if path.ends_with("/graphql") {
            endpoint.set_path(&path);
        } else {
            endpoint.set_path(&format!("{path}/graphql"));
        }
        Ok(endpoint)
    }

    fn shown_host(&self) -> &str {
        self.host.host_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(host: &str, token: &str) -> Result<String, String> {
        Settings::new(host.parse().unwrap(), token.into())
            .endpoint()
            .map(|url| url.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_login_address_leads_to_its_graphql_endpoint() {
        for (host, expected) in [
            (
                "https://web.consonance.app",
                "https://web.consonance.app/graphql",
            ),
            (
                "https://web.consonance.app/?a=1#b",
                "https://web.consonance.app/graphql",
            ),
            (
                "https://x.example/tenant/",
                "https://x.example/tenant/graphql",
            ),
            ("https://x.example/graphql/", "https://x.example/graphql"),
            ("http://127.0.0.1:7401", "http://127.0.0.1:7401/graphql"),
            ("http://[::1]:7401", "http://[::1]:7401/graphql"),
            ("http://localhost:7401", "http://localhost:7401/graphql"),
        ] {
            assert_eq!(endpoint(host, "k").as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_would_betray_the_token_is_refused() {
        for (host, token) in [
            ("http://web.consonance.app", "k"),
            ("ftp://web.consonance.app", "k"),
            ("https://web.consonance.app", ""),
            ("https://web.consonance.app", "a\nb"),
        ] {
            let error = endpoint(host, token).unwrap_err();
            assert!(!error.contains("a\nb"), "{error}");
        }
    }
}

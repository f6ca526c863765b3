//! Who may come in: the stack's key with a management token or an authtoken for the management
//! side, with a delivery token for the delivery side.
//!
//! All credentials are derived from the sandbox's seed, so that a script can be written before the
//! sandbox runs. The exact statuses and texts for wrong ones are not publicly known. This stand-in
//! takes the service's documented codes: 412 and 109 for the stack's key, 401 and 105 for a token,
//! 401 and 161 for an environment that a delivery token does not open.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::errors::{CLOSED_ENVIRONMENT, Refusal};
use crate::traffic::hexadecimal;

/// The key of [`Credentials::delivery_tokens`] whose token opens every environment.
pub const EVERY_ENVIRONMENT: &str = "*";

/// What a client needs to be let in. These are secrets of a stand-in only: they open nothing but
/// it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// `blt` and 16 hexadecimal digits.
    pub api_key: String,
    /// `cs` and 36 hexadecimal digits.
    pub management_token: String,
    /// Of the stack's owner: `blt` and 16 hexadecimal digits.
    pub authtoken: String,
    /// The owner's uid.
    pub user_uid: String,
    /// Of an editor, who may do what the management token may and is a person.
    pub editor_authtoken: String,
    /// The editor's uid.
    pub editor_uid: String,
    /// Of a user kept for a program that moves entries between stages.
    pub gate_authtoken: String,
    /// That user's uid.
    pub gate_uid: String,
    /// `blt` and 16 hexadecimal digits.
    pub organization_uid: String,
    /// By environment name; `*` holds the one that opens every environment.
    pub delivery_tokens: BTreeMap<String, String>,
}

/// Who makes a management call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The stack's owner, by authtoken.
    Owner,
    /// An editor, by authtoken.
    Editor,
    /// The user kept for a program, by authtoken.
    Gate,
    /// Whoever has the management token: nobody in particular.
    Token,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Credentials")
            .field("api_key", &self.api_key)
            .field("organization_uid", &self.organization_uid)
            .finish_non_exhaustive()
    }
}

/// Hexadecimal digits that depend on the seed and on what they are for.
fn digits(seed: u64, purpose: &str, length: usize) -> String {
    let digest = Sha256::digest(format!("frontlist sandbox {seed} {purpose}"));
    hexadecimal(&digest).chars().take(length).collect()
}

/// The nth uid of a stack: `blt` or `cs`, and 16 hexadecimal digits.
pub(crate) fn uid(seed: u64, prefix: &str, number: u64) -> String {
    format!("{prefix}{}", digits(seed, &format!("uid {number}"), 16))
}

/// The delivery token of one environment, or of every one under [`EVERY_ENVIRONMENT`].
pub(crate) fn delivery_token(seed: u64, environment: &str) -> String {
    format!(
        "cs{}",
        digits(seed, &format!("delivery token {environment}"), 36)
    )
}

impl Credentials {
    /// The credentials of a stack made from `seed` that has these environments.
    pub(crate) fn derive<'a>(seed: u64, environments: impl Iterator<Item = &'a str>) -> Self {
        let delivery_tokens = environments
            .chain([EVERY_ENVIRONMENT])
            .map(|name| (name.to_owned(), delivery_token(seed, name)))
            .collect();
        Self {
            api_key: format!("blt{}", digits(seed, "api key", 16)),
            management_token: format!("cs{}", digits(seed, "management token", 36)),
            authtoken: format!("blt{}", digits(seed, "authtoken", 16)),
            user_uid: format!("blt{}", digits(seed, "user", 16)),
            editor_authtoken: format!("blt{}", digits(seed, "editor authtoken", 16)),
            editor_uid: format!("blt{}", digits(seed, "editor", 16)),
            gate_authtoken: format!("blt{}", digits(seed, "gate authtoken", 16)),
            gate_uid: format!("blt{}", digits(seed, "gate", 16)),
            organization_uid: format!("blt{}", digits(seed, "organization", 16)),
            delivery_tokens,
        }
    }

    fn check_key(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if value(headers, "api_key") == Some(self.api_key.as_str()) {
            return Ok(());
        }
        let status = StatusCode::PRECONDITION_FAILED;
        Err(Refusal::new(status, 109, "No stack has this API key.")
            .because("api_key", "is not valid."))
    }

    /// Who makes a management call that was let in.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Caller {
        match value(headers, "authtoken") {
            Some(token) if token == self.authtoken => Caller::Owner,
            Some(token) if token == self.editor_authtoken => Caller::Editor,
            Some(token) if token == self.gate_authtoken => Caller::Gate,
            _ => Caller::Token,
        }
    }

    /// Lets a management call in.
    pub(crate) fn admit_management(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_key(headers)?;
        let token = value(headers, "authorization");
        let authtoken = value(headers, "authtoken");
        if token == Some(self.management_token.as_str())
            || authtoken == Some(self.authtoken.as_str())
            || authtoken == Some(self.editor_authtoken.as_str())
            || authtoken == Some(self.gate_authtoken.as_str())
        {
            return Ok(());
        }
        let named = if token.is_some() {
            "authorization"
        } else {
            "authtoken"
        };
        Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            105,
            "The token does not open this stack.",
        )
        .because(named, "is not valid."))
    }

    /// Lets a delivery call for `environment` in; the environment need not exist.
    pub(crate) fn admit_delivery(
        &self,
        headers: &HeaderMap,
        environment: &str,
    ) -> Result<(), Refusal> {
        self.check_key(headers)?;
        let token = value(headers, "access_token").unwrap_or_default();
        let opens = |name: &str| {
            self.delivery_tokens
                .get(name)
                .is_some_and(|own| own == token)
        };
        if opens(EVERY_ENVIRONMENT) || opens(environment) {
            return Ok(());
        }
        if self.delivery_tokens.values().any(|own| own == token) {
            return Err(
                Refusal::new(StatusCode::UNAUTHORIZED, 161, CLOSED_ENVIRONMENT)
                    .because("environment", "is not valid."),
            );
        }
        Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            105,
            "The delivery token is not known.",
        )
        .because("access_token", "is not valid."))
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, text)| (name.parse().unwrap(), text.parse().unwrap()))
            .collect()
    }

    #[test]
    fn credentials_repeat_with_the_seed_and_have_the_service_s_forms() {
        let first = Credentials::derive(1, ["production-au"].into_iter());
        assert_eq!(first, Credentials::derive(1, ["production-au"].into_iter()));
        assert_ne!(first, Credentials::derive(2, ["production-au"].into_iter()));
        assert_eq!((first.api_key.len(), &first.api_key[..3]), (19, "blt"));
        assert_eq!(
            (first.management_token.len(), &first.management_token[..2]),
            (38, "cs")
        );
    }

    #[test]
    fn debug_shows_no_token() {
        let credentials = Credentials::derive(1, ["production-au"].into_iter());
        let shown = format!("{credentials:?}");
        assert!(!shown.contains(&credentials.management_token), "{shown}");
        assert!(!shown.contains(&credentials.authtoken), "{shown}");
    }

    #[test]
    fn a_delivery_token_opens_its_own_environment_only() {
        let own = Credentials::derive(1, ["au", "uk"].into_iter());
        let call = |token: &str| headers(&[("api_key", &own.api_key), ("access_token", token)]);
        let code = |token: &str, environment: &str| {
            own.admit_delivery(&call(token), environment)
                .err()
                .map(|refusal| refusal.code)
        };
        assert_eq!(code(&own.delivery_tokens["au"], "au"), None);
        assert_eq!(code(&own.delivery_tokens["au"], "uk"), Some(161));
        assert_eq!(code(&own.delivery_tokens["*"], "uk"), None);
        assert_eq!(code("cs0", "uk"), Some(105));
    }

    #[test]
    fn the_management_side_takes_either_token_and_no_bearer() {
        let own = Credentials::derive(1, std::iter::empty());
        let code = |pairs: &[(&'static str, &str)]| {
            own.admit_management(&headers(pairs))
                .err()
                .map(|refusal| refusal.code)
        };
        let key = ("api_key", own.api_key.as_str());
        assert_eq!(code(&[key, ("authorization", &own.management_token)]), None);
        assert_eq!(code(&[key, ("authtoken", &own.authtoken)]), None);
        let bearer = format!("Bearer {}", own.management_token);
        assert_eq!(code(&[key, ("authorization", &bearer)]), Some(105));
        assert_eq!(code(&[("authtoken", &own.authtoken)]), Some(109));
    }
}

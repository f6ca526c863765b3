//! Faults on order: what the network and the services do on a bad day, made to happen at a chosen
//! request.
//!
//! A client is only proved by the exact moment at which something breaks, so a fault names its
//! requests (method, path, *the nth mutating one*) and says on which side of the effect it strikes:
//! before anything was applied, or after. Nothing here is random: a `share` is drawn from the
//! sandbox's seed, so a failing run can be run again.

use std::time::Duration;

use axum::http::Method;
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

/// How long a `timeout` holds a request before the line is dropped.
pub(crate) const HOLD: Duration = Duration::from_secs(600);

/// What a fault does to a request that it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Answers with `status` (default 503); nothing is applied unless `when` is `after`.
    Status,
    /// Never answers, for ten minutes; nothing is applied unless `when` is `after`.
    Timeout,
    /// Waits `ms` before (default) or after applying, then goes on as if nothing had been.
    Slow,
    /// Resets the connection; nothing is applied.
    ResetBefore,
    /// Applies, then resets the connection without a reply.
    ResetAfter,
    /// Applies, then sends the headers and half of the body and closes.
    Truncate,
    /// Answers success and stores nothing. The handler plays this one: see [`Lie`].
    Lie,
}

impl Kind {
    /// The name used in orders and in the request log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Timeout => "timeout",
            Self::Slow => "slow",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::Truncate => "truncate",
            Self::Lie => "lie",
        }
    }
}

/// On which side of the effect a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Nothing is applied yet.
    #[default]
    Before,
    /// The request has had its effect.
    After,
}

/// Marks a request whose handler must answer success and store nothing. Found in the request's
/// extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lie;

/// An order for faults, as sent to `POST /_sandbox/faults`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    /// HTTP method in any case; `*` is every one.
    #[serde(default = "every")]
    pub method: String,
    /// Glob over the path without its query; `*` crosses slashes.
    #[serde(default = "every")]
    pub path: String,
    /// Only POST, PUT, PATCH and DELETE match.
    #[serde(default)]
    pub mutating: bool,
    /// Strikes the nth matching request since the order, once. Counted from 1; excludes `share`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Strikes this share of the matching requests, 0 to 1. With neither `nth` nor `share`: every
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Strikes at most so many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What happens.
    pub kind: Kind,
    /// Status of a `status` fault; default 503.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Body of a `status` fault. With `content_type`, a string is sent as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Content type of a `status` fault, for HTML where JSON was due; default JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Milliseconds of a `slow` fault; default 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// Side of the effect for `status`, `timeout` and `slow`.
    #[serde(default)]
    pub when: When,
}

fn every() -> String {
    "*".to_owned()
}

/// Why an order was refused.
#[derive(Debug, Error)]
pub enum FaultError {
    /// Both ways of choosing requests were given.
    #[error("a fault has either `nth` or `share`, not both")]
    NthAndShare,
    /// `nth` counts from 1.
    #[error("`nth` counts from 1")]
    NthZero,
    /// `share` is a probability.
    #[error("`share` is {0}, and must be between 0 and 1")]
    Share(f64),
    /// The status cannot be sent.
    #[error("`status` is {0}, and must be between 200 and 599")]
    Status(u16),
    /// The handlers of this stand-in have no way to play it.
    #[error("this side of the sandbox cannot play `{kind}`; order it at the Contentstack side")]
    Unplayable {
        /// The kind's name.
        kind: &'static str,
    },
    /// The path is not a glob.
    #[error("`path` is not a glob")]
    Path(#[source] globset::Error),
}

impl FaultOrder {
    /// The reply of a `status` fault: status, content type and body.
    pub(crate) fn reply(&self) -> (u16, String, String) {
        let status = self.status.unwrap_or(503);
        let content_type = self
            .content_type
            .clone()
            .unwrap_or_else(|| "application/json".into());
        let body = match (&self.body, &self.content_type) {
            (Some(Value::String(text)), Some(_)) => text.clone(),
            (Some(body), _) => body.to_string(),
            (None, Some(kind)) if kind.starts_with("text/html") => {
                format!("<html><body><h1>{status}</h1><p>Sandbox fault.</p></body></html>")
            }
            (None, _) => {
                let text = "Sandbox fault: the request was answered by a fault on order.";
                json!({"error_message": text, "error_code": status, "errors": {}}).to_string()
            }
        };
        (status, content_type, body)
    }

    /// The wait of a `slow` fault.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.ms.unwrap_or(1000))
    }
}

/// One order with what it did so far.
#[derive(Debug)]
struct Standing {
    id: u64,
    order: FaultOrder,
    path: GlobMatcher,
    matched: u64,
    struck: u64,
}

impl Standing {
    fn concerns(&self, method: &Method, path: &str) -> bool {
        let mutating = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        (self.order.method == "*" || self.order.method.eq_ignore_ascii_case(method.as_str()))
            && (!self.order.mutating || mutating.contains(method))
            && self.path.is_match(path)
    }

    /// Counts one matching request and says whether it is struck.
    fn meet(&mut self, seed: u64) -> bool {
        self.matched += 1;
        let chosen = match (self.order.nth, self.order.share) {
            (Some(nth), _) => self.matched == nth,
            (None, Some(share)) => draw(seed, self.id, self.matched) < share,
            (None, None) => true,
        };
        chosen && self.order.times.is_none_or(|times| self.struck < times)
    }
}

/// All standing orders of one stand-in.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    next_id: u64,
    standing: Vec<Standing>,
    /// The kinds that the stand-in's handlers play themselves.
    played: Vec<Kind>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            next_id: 1,
            standing: Vec::new(),
            played: Vec::new(),
        }
    }

    /// Takes orders of a kind that only the stand-in's own handlers can carry out.
    pub(crate) fn play(&mut self, kind: Kind) {
        self.played.push(kind);
    }

    /// Takes an order, and gives its number.
    pub(crate) fn add(&mut self, order: FaultOrder) -> Result<u64, FaultError> {
        if order.kind == Kind::Lie && !self.played.contains(&order.kind) {
            let kind = order.kind.name();
            return Err(FaultError::Unplayable { kind });
        }
        match (order.nth, order.share) {
            (Some(_), Some(_)) => return Err(FaultError::NthAndShare),
            (Some(0), None) => return Err(FaultError::NthZero),
            (None, Some(share)) if !(0.0..=1.0).contains(&share) => {
                return Err(FaultError::Share(share));
            }
            _ => {}
        }
        if let Some(status) = order.status.filter(|status| !(200..=599).contains(status)) {
            return Err(FaultError::Status(status));
        }
        let path = GlobBuilder::new(&order.path)
            .literal_separator(false)
            .build()
            .map_err(FaultError::Path)?
            .compile_matcher();
        let id = self.next_id;
        self.next_id += 1;
        self.standing.push(Standing {
            id,
            order,
            path,
            matched: 0,
            struck: 0,
        });
        Ok(id)
    }

    /// The fault that strikes this request, if any. Every matching order counts the request; the
    /// oldest that would strike does.
    pub(crate) fn strike(&mut self, method: &Method, path: &str) -> Option<FaultOrder> {
        let seed = self.seed;
        let mut struck = None;
        for standing in &mut self.standing {
            if standing.concerns(method, path) && standing.meet(seed) && struck.is_none() {
                standing.struck += 1;
                struck = Some(standing.order.clone());
            }
        }
        struck
    }

    pub(crate) fn clear(&mut self) {
        self.standing.clear();
    }

    /// Every order with its counts, oldest first.
    pub(crate) fn list(&self) -> Value {
        let rows = self.standing.iter().map(|standing| {
            json!({
                "id": standing.id,
                "matched": standing.matched,
                "struck": standing.struck,
                "fault": standing.order,
            })
        });
        Value::Array(rows.collect())
    }
}

/// A number in `[0, 1)` that depends only on its arguments (SplitMix64).
fn draw(seed: u64, order: u64, request: u64) -> f64 {
    let mut mixed = seed
        ^ order.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ request.wrapping_mul(0xD1B5_4A32_D192_ED03);
    for multiplier in [0xBF58_476D_1CE4_E5B9_u64, 0x94D0_49BB_1331_11EB] {
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(multiplier);
    }
    mixed ^= mixed >> 31;
    // 32 bits are exact in an f64, and enough for a share.
    let high = u32::try_from(mixed >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: Value) -> FaultOrder {
        serde_json::from_value(text).unwrap()
    }

    fn strikes(faults: &mut Faults, method: &Method, path: &str, requests: usize) -> Vec<bool> {
        (0..requests)
            .map(|_| faults.strike(method, path).is_some())
            .collect()
    }

    #[test]
    fn nth_strikes_the_nth_matching_request_once() {
        let mut faults = Faults::new(7);
        faults
            .add(order(json!({"kind": "status", "nth": 2, "path": "/v3/a*"})))
            .unwrap();
        assert!(faults.strike(&Method::GET, "/v3/b").is_none());
        assert_eq!(
            strikes(&mut faults, &Method::GET, "/v3/a/x", 4),
            [false, true, false, false]
        );
    }

    #[test]
    fn nth_mutating_skips_reads() {
        let mut faults = Faults::new(7);
        faults
            .add(order(
                json!({"kind": "reset_after", "nth": 2, "mutating": true}),
            ))
            .unwrap();
        assert!(faults.strike(&Method::POST, "/v3/a").is_none());
        assert!(faults.strike(&Method::GET, "/v3/a").is_none());
        assert!(faults.strike(&Method::DELETE, "/v3/b").is_some());
    }

    #[test]
    fn every_one_until_times_is_spent() {
        let mut faults = Faults::new(7);
        faults
            .add(order(json!({"kind": "slow", "method": "post", "times": 2})))
            .unwrap();
        assert_eq!(
            strikes(&mut faults, &Method::POST, "/", 3),
            [true, true, false]
        );
    }

    #[test]
    fn share_is_near_the_share_and_repeats_with_the_seed() {
        let run = |seed| {
            let mut faults = Faults::new(seed);
            faults
                .add(order(json!({"kind": "reset_before", "share": 0.25})))
                .unwrap();
            strikes(&mut faults, &Method::POST, "/", 2000)
        };
        let struck = run(1).into_iter().filter(|struck| *struck).count();
        assert!(
            (400..=600).contains(&struck),
            "{struck} of 2000 at a share of 0.25"
        );
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn the_oldest_order_strikes_and_both_count() {
        let mut faults = Faults::new(7);
        faults
            .add(order(json!({"kind": "slow", "nth": 1})))
            .unwrap();
        faults
            .add(order(json!({"kind": "status", "nth": 2})))
            .unwrap();
        assert_eq!(
            faults.strike(&Method::GET, "/").map(|order| order.kind),
            Some(Kind::Slow)
        );
        assert_eq!(
            faults.strike(&Method::GET, "/").map(|order| order.kind),
            Some(Kind::Status)
        );
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let mut faults = Faults::new(7);
        let refused = [
            json!({"kind": "slow", "nth": 1, "share": 0.5}),
            json!({"kind": "slow", "nth": 0}),
            json!({"kind": "slow", "share": 1.5}),
            json!({"kind": "status", "status": 99}),
            json!({"kind": "status", "path": "/v3/[a"}),
            json!({"kind": "lie"}),
        ];
        for text in refused {
            assert!(
                faults.add(order(text.clone())).is_err(),
                "{text} was accepted"
            );
        }
    }

    #[test]
    fn a_reply_may_be_html_where_json_was_due() {
        let html = order(json!({"kind": "status", "status": 502, "content_type": "text/html"}));
        let (status, content_type, body) = html.reply();
        assert_eq!((status, content_type.as_str()), (502, "text/html"));
        assert!(body.starts_with("<html>"), "{body}");
        let raw =
            order(json!({"kind": "status", "body": "{\"a\":", "content_type": "application/json"}));
        assert_eq!(raw.reply().2, "{\"a\":");
    }
}

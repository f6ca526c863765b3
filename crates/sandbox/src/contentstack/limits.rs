//! The organisation's rate limits: 10 reads, 10 writes and 1 bulk call in any second.
//!
//! A sliding window, because that is the reading under which a client is safe whatever the service
//! really does: any second, wherever it begins, holds at most the limit. A refused call does not
//! count. The service announces `X-RateLimit-Limit` and `X-RateLimit-Remaining` and nothing else:
//! no reset time, no `Retry-After`.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::errors::Refusal;
use crate::traffic::{Admission, Class, Gate, json_response};

/// How many calls of each kind a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Management calls that change nothing.
    pub reads: usize,
    /// Management calls that change something.
    pub writes: usize,
    /// Bulk calls.
    pub bulk: usize,
    /// The length of the window.
    pub window: Duration,
}

/// Whether and how the stand-in limits calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// What the vendor documents: 10 reads, 10 writes, 1 bulk call in a second.
    #[default]
    Vendor,
    /// Other numbers: a larger plan, or a window long enough for a test to be sure of it.
    Custom(Rates),
    /// No limit, and no headers about one.
    Off,
}

impl Limits {
    fn rates(self) -> Option<Rates> {
        match self {
            Self::Vendor => Some(Rates {
                reads: 10,
                writes: 10,
                bulk: 1,
                window: Duration::from_secs(1),
            }),
            Self::Custom(rates) => Some(rates),
            Self::Off => None,
        }
    }
}

/// The calls of one kind in the last window.
#[derive(Debug, Default)]
struct Window {
    calls: VecDeque<Instant>,
}

impl Window {
    /// What remains after this call, or nothing when the window is full.
    fn admit(&mut self, limit: usize, length: Duration, now: Instant) -> Option<usize> {
        while self
            .calls
            .front()
            .is_some_and(|call| now.duration_since(*call) >= length)
        {
            self.calls.pop_front();
        }
        if self.calls.len() >= limit {
            return None;
        }
        self.calls.push_back(now);
        Some(limit - self.calls.len())
    }
}

#[derive(Debug, Default)]
struct Windows {
    reads: Window,
    writes: Window,
    bulk: Window,
}

/// The gate in front of the management side.
#[derive(Debug)]
pub(crate) struct Limiter {
    rates: Option<Rates>,
    windows: Mutex<Windows>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            rates: limits.rates(),
            windows: Mutex::default(),
        }
    }

    /// Forgets the calls so far.
    pub(crate) fn reset(&self) {
        *self.windows.lock().unwrap_or_else(PoisonError::into_inner) = Windows::default();
    }
}

impl Gate for Limiter {
    fn admit(&self, class: Class, now: Instant) -> Admission {
        let Some(rates) = self.rates else {
            return Admission::Admitted(Vec::new());
        };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let (window, limit) = match class {
            Class::Read => (&mut windows.reads, rates.reads),
            Class::Write => (&mut windows.writes, rates.writes),
            Class::Bulk => (&mut windows.bulk, rates.bulk),
            Class::Delivery | Class::Control | Class::Asset => {
                return Admission::Admitted(Vec::new());
            }
        };
        let remaining = window.admit(limit, rates.window, now);
        let headers = vec![
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", remaining.unwrap_or(0).to_string()),
        ];
        if remaining.is_some() {
            return Admission::Admitted(headers);
        }
        let refusal = Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            429,
            "The organisation has reached its limit of calls in a second. Please try again later.",
        );
        let mut response = json_response(refusal.status, &refusal.body());
        for (name, value) in headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(name, value);
            }
        }
        Admission::Refused(Box::new(response))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(limiter: &Limiter, class: Class, now: Instant) -> bool {
        matches!(limiter.admit(class, now), Admission::Admitted(_))
    }

    #[test]
    fn any_second_holds_ten_reads() {
        let limiter = Limiter::new(Limits::Vendor);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        for call in 0..10 {
            assert!(
                admitted(&limiter, Class::Read, at(call * 50)),
                "read {call} was refused"
            );
        }
        assert!(
            !admitted(&limiter, Class::Read, at(999)),
            "the eleventh read in a second"
        );
        assert!(
            admitted(&limiter, Class::Read, at(1000)),
            "the first read has left the window"
        );
        assert!(
            !admitted(&limiter, Class::Read, at(1049)),
            "the second read is still in it"
        );
        assert!(admitted(&limiter, Class::Read, at(1050)));
    }

    #[test]
    fn kinds_do_not_share_a_window() {
        let limiter = Limiter::new(Limits::Vendor);
        let now = Instant::now();
        assert!(admitted(&limiter, Class::Bulk, now));
        assert!(!admitted(&limiter, Class::Bulk, now));
        assert!(admitted(&limiter, Class::Write, now));
        assert!(admitted(&limiter, Class::Read, now));
        for _ in 0..1000 {
            assert!(admitted(&limiter, Class::Delivery, now));
        }
    }

    #[test]
    fn a_refusal_says_429_in_the_envelope_and_names_no_time() {
        let limiter = Limiter::new(Limits::Vendor);
        let now = Instant::now();
        limiter.admit(Class::Bulk, now);
        let Admission::Refused(response) = limiter.admit(Class::Bulk, now) else {
            panic!("the second bulk call in a second went through");
        };
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            response.headers().get("x-ratelimit-remaining").unwrap(),
            "0"
        );
        assert!(response.headers().get("retry-after").is_none());
    }
}

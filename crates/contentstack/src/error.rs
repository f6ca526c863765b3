//! What can go wrong in a call, and what a caller may do about it.
//!
//! A caller needs three answers: may I try again ([`Class`]), may the change have happened
//! ([`Error::outcome_unknown`]), and what do I tell the person ([`Error::code`] and
//! [`Error::mend`]). They are separate on purpose. A lost connection is worth another try, but for
//! a creation that try would make a second entry, so the class alone must not decide.

use std::collections::BTreeMap;
use std::fmt;

use crate::secret::Secret;

/// What may be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Passing trouble on the way or at the other side. The client has tried again where it may.
    Retry,
    /// The organisation's limit was met. The lane is paused for everybody.
    Wait,
    /// The stack already holds something, or is in a state, that contradicts the change. Look at
    /// the stack, then decide.
    Conflict,
    /// The data was refused. Sending it again unchanged fails again.
    Invalid,
    /// The thing addressed does not exist (any more).
    Gone,
    /// Credentials, addresses or other settings are wrong.
    Auth,
    /// Neither the data nor the settings explain it: a fault in this client, or a change of the
    /// service.
    Bug,
}

/// What happened. Each kind has a code, a class and a mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// No connection could be made, so nothing was sent.
    Unreachable,
    /// The connection broke after the request had begun.
    ConnectionLost,
    /// No answer, or no further part of it, came in time.
    TimedOut,
    /// The service answered with a status of 500 or above.
    ServerFailed,
    /// The organisation's limit of calls per second was met (429), more often than we wait.
    Throttled,
    /// The token, the API key or their permissions were refused.
    Unauthorised,
    /// What answers at this address is not Contentstack, or it sends us elsewhere.
    WrongAddress,
    /// The data was refused.
    Invalid,
    /// Something with this name or unique value exists already.
    Conflict,
    /// The thing addressed does not exist.
    Missing,
    /// A workflow or publish rule forbids it.
    NotAllowed,
    /// The reply said yes and was a web page (a proxy's, mostly): not the service, so no further try helps.
    NotJson,
    /// The reply was JSON that ended early or had another shape than due.
    Unreadable,
    /// The reply was larger than `max_body`.
    TooLarge,
    /// The client's own settings cannot work.
    Settings,
    /// A refusal that no rule explains.
    Unexpected,
    /// The caller asked for a call that cannot be made.
    Misuse,
}

struct KindFacts {
    code: &'static str,
    class: Class,
    summary: &'static str,
    mend: &'static str,
}

impl Kind {
    /// Every kind, in the order of its code.
    pub const ALL: &'static [Self] = &[
        Self::Unreachable,
        Self::ConnectionLost,
        Self::TimedOut,
        Self::ServerFailed,
        Self::Throttled,
        Self::Unauthorised,
        Self::WrongAddress,
        Self::Invalid,
        Self::Conflict,
        Self::Missing,
        Self::NotAllowed,
        Self::NotJson,
        Self::Unreadable,
        Self::TooLarge,
        Self::Settings,
        Self::Unexpected,
        Self::Misuse,
    ];

    #[rustfmt::skip]
    const fn facts(self) -> KindFacts {
        let (code, class, summary, mend) = match self {
            Self::Unreachable => ("FL-0301", Class::Retry, "Contentstack could not be reached",
                "Check the host or region in the settings and this machine's way to the network, then run again."),
            Self::ConnectionLost => ("FL-0302", Class::Retry, "the connection broke before the answer was complete",
                "Run again; what may already have been done is looked up first."),
            Self::TimedOut => ("FL-0303", Class::Retry, "no answer came in time",
                "Run again; if it persists, raise the time-outs or check Contentstack's status page."),
            Self::ServerFailed => ("FL-0304", Class::Retry, "Contentstack failed to answer",
                "Run again later; if it persists, check Contentstack's status page."),
            Self::Throttled => ("FL-0305", Class::Wait, "the organisation's limit of calls per second was met",
                "Lower `utilisation`, or run when other integrations and editors are quieter."),
            Self::Unauthorised => ("FL-0306", Class::Auth, "Contentstack refused the credentials",
                "Check the API key, the token, the branch and the region; the token must belong to this stack and may have been revoked."),
            Self::WrongAddress => ("FL-0307", Class::Auth, "this address is not Contentstack's",
                "Check the host or region in the settings, and whether a proxy stands in between."),
            Self::Invalid => ("FL-0308", Class::Invalid, "Contentstack refused the data",
                "Correct the named fields at their source, or the content model if it asks for something else."),
            Self::Conflict => ("FL-0309", Class::Conflict, "the stack already holds something that contradicts this",
                "Look at the named field in the stack; rename or remove the other entry, or let it be adopted."),
            Self::Missing => ("FL-0310", Class::Gone, "this does not exist in the stack",
                "Apply the content model, then run again; the stack is compared anew and what is missing is made."),
            Self::NotAllowed => ("FL-0311", Class::Conflict, "a workflow or publish rule does not allow this",
                "Move the entry to a stage that may be published, or let the management token pass the rule."),
            Self::NotJson => ("FL-0312", Class::Auth, "a web page came where Contentstack's data was due",
                "Check the host or region in the settings and any proxy between, then run again; what may already have been done is looked up first."),
            Self::Unreadable => ("FL-0313", Class::Retry, "the answer was cut short or had an unknown shape",
                "Run again; what may already have been done is looked up first. If it persists, report it with the request named here."),
            Self::TooLarge => ("FL-0314", Class::Bug, "the answer was larger than allowed",
                "Raise `max_body`, or ask for fewer or smaller entries per page."),
            Self::Settings => ("FL-0315", Class::Auth, "the settings of the Contentstack connection cannot work",
                "Correct the named setting."),
            Self::Unexpected => ("FL-0316", Class::Bug, "Contentstack refused the request for no reason known here",
                "Report it with the request, status and error number named here."),
            Self::Misuse => ("FL-0317", Class::Bug, "this request cannot be made",
                "Correct the named value; nothing was sent."),
        };
        KindFacts { code, class, summary, mend }
    }

    /// The stable code that people can look up (`docs/errors/FL-03xx.md`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().code
    }

    /// What may be done about it.
    #[must_use]
    pub const fn class(self) -> Class {
        self.facts().class
    }

    /// What happened, as half a sentence.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.facts().summary
    }

    /// What to do next, as a sentence.
    #[must_use]
    pub const fn mend(self) -> &'static str {
        self.facts().mend
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

struct Failure {
    kind: Kind,
    operation: &'static str,
    request: Option<String>,
    status: Option<u16>,
    error_code: Option<i64>,
    message: String,
    fields: BTreeMap<String, Vec<String>>,
    attempts: u32,
    outcome_unknown: bool,
    cause: Option<Cause>,
}

/// A failed call. It never holds a token or a body.
pub struct Error(Box<Failure>);

impl Error {
    pub(crate) fn new(kind: Kind, operation: &'static str) -> Self {
        Self(Box::new(Failure {
            kind,
            operation,
            request: None,
            status: None,
            error_code: None,
            message: String::new(),
            fields: BTreeMap::new(),
            attempts: 0,
            outcome_unknown: false,
            cause: None,
        }))
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    pub(crate) fn with_source(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    pub(crate) fn with_request(mut self, request: String) -> Self {
        self.0.request = Some(request);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_error_code(mut self, error_code: Option<i64>) -> Self {
        self.0.error_code = error_code;
        self
    }

    pub(crate) fn with_fields(mut self, fields: BTreeMap<String, Vec<String>>) -> Self {
        self.0.fields = fields;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_outcome_unknown(mut self, unknown: bool) -> Self {
        self.0.outcome_unknown = unknown;
        self
    }

    /// Blots the given secrets out of the service's words.
    pub(crate) fn without<'a>(mut self, secrets: impl Iterator<Item = &'a Secret>) -> Self {
        for secret in secrets
            .map(Secret::expose)
            .filter(|secret| !secret.is_empty())
        {
            let words = self
                .0
                .fields
                .values_mut()
                .flatten()
                .chain([&mut self.0.message]);
            for word in words.filter(|word| word.contains(secret)) {
                *word = word.replace(secret, "[token]");
            }
        }
        self
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What may be done about it.
    #[must_use]
    pub fn class(&self) -> Class {
        self.0.kind.class()
    }

    /// The stable code (`FL-0308`).
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// What to do next, as a sentence.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        self.0.kind.mend()
    }

    /// What was being done (`create entry`).
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The method and path of the call, without its query, if one was made.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.0.request.as_deref()
    }

    /// The HTTP status, if an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Contentstack's own number, if the answer had one.
    #[must_use]
    pub fn error_code(&self) -> Option<i64> {
        self.0.error_code
    }

    /// Contentstack's own words, or ours where it said nothing. At most 500 characters.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Contentstack's complaints by field.
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0.fields
    }

    /// How often the call was made, waiting out of 429 included. 0: it was never made.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether a change that was asked for may have been applied all the same: the reply was lost,
    /// late, unreadable, or the service failed while at it. Look at the stack before deciding.
    /// Always false for calls that only read.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// Whether the change was refused because another entry already has this field's value.
    #[must_use]
    pub fn is_not_unique(&self, field: &str) -> bool {
        self.0
            .fields
            .get(field)
            .is_some_and(|complaints| complaints.iter().any(|c| says_taken(c)))
    }
}

/// Whether a complaint says that a value is taken. Contentstack's recorded words are "is not
/// unique."; content types and locales "already exist".
pub(crate) fn says_taken(complaint: &str) -> bool {
    let complaint = complaint.to_ascii_lowercase();
    complaint.contains("not unique") || complaint.contains("already exist")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = &*self.0;
        write!(f, "{}: {}", failure.operation, failure.kind.summary())?;
        if let Some(request) = &failure.request {
            write!(f, " ({request}")?;
            if let Some(status) = failure.status {
                write!(f, ", HTTP {status}")?;
            }
            if let Some(error_code) = failure.error_code {
                write!(f, ", error {error_code}")?;
            }
            f.write_str(")")?;
        }
        if !failure.message.is_empty() {
            write!(f, ": {}", failure.message.trim_end_matches('.'))?;
        }
        let mut separator = ": ";
        for (field, complaints) in &failure.fields {
            write!(
                f,
                "{separator}{field} {}",
                complaints.join(" ").trim_end_matches('.')
            )?;
            separator = "; ";
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = &*self.0;
        f.debug_struct("Error")
            .field("code", &self.code())
            .field("kind", &failure.kind)
            .field("class", &self.class())
            .field("operation", &failure.operation)
            .field("request", &failure.request)
            .field("status", &failure.status)
            .field("error_code", &failure.error_code)
            .field("message", &failure.message)
            .field("fields", &failure.fields)
            .field("attempts", &failure.attempts)
            .field("outcome_unknown", &failure.outcome_unknown)
            .field("source", &failure.cause)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_in_order_and_each_has_its_page() {
        let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        let mut last = "FL-0300";
        for kind in Kind::ALL {
            assert!(kind.code() > last, "{kind:?}");
            last = kind.code();
            let page = pages.join(format!("{last}.md"));
            let text = std::fs::read_to_string(&page).unwrap_or_else(|_| panic!("no {last}.md"));
            assert!(
                text.starts_with(&format!("# {last}")),
                "{last}.md does not name its code"
            );
            assert!(kind.mend().ends_with('.'), "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_reads_as_one_sentence_with_all_it_knows() {
        let error = Error::new(Kind::Conflict, "create entry")
            .with_request("POST /v3/content_types/book/entries".into())
            .with_status(422)
            .with_error_code(Some(119))
            .with_message("Entry creation failed.")
            .with_fields(BTreeMap::from([(
                "source_key".into(),
                vec!["is not unique.".into()],
            )]));
        assert_eq!(
            error.to_string(),
            "create entry: the stack already holds something that contradicts this \
             (POST /v3/content_types/book/entries, HTTP 422, error 119): Entry creation failed: \
             source_key is not unique"
        );
        assert!(error.is_not_unique("source_key"));
        assert!(!error.is_not_unique("title"));
    }
}

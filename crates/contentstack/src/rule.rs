//! What a refusal means: one table from status and `error_code` to a [`Kind`].
//!
//! Contentstack reuses numbers and statuses (an unknown content type is 422, not 404; 141 is "does
//! not exist" and "breaks a publish rule"), and much of it is documented nowhere. So each row says
//! how well it is known, and the rows are read in order, the particular before the general.
//!
//! Three rows deserve their reason. A 404 *without* Contentstack's envelope is not "gone" but a wrong
//! address: were it "gone", a mistyped host would look like an empty stack. A web page is nobody's
//! refusal, whatever its status: trying again would only keep a person waiting. And a refusal that no
//! row explains is [`Kind::Unexpected`], never retried in silence.

use crate::error::Kind;

/// What else must hold for a row to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing else.
    Always,
    /// A field is complained of as taken ("is not unique", "already exists").
    Taken,
    /// The message speaks of a rule.
    RuleNamed,
    /// The reply had neither `error_message` nor `error_code`.
    NoEnvelope,
    /// The reply was a web page.
    WebPage,
}

/// One row of the table. `None` stands for any value.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// First and last status of the row.
    pub status: Option<(u16, u16)>,
    /// Contentstack's number.
    pub error_code: Option<i64>,
    /// What else must hold.
    pub when: When,
    /// What it means.
    pub kind: Kind,
    /// How it is known.
    pub evidence: &'static str,
}

const fn rule(
    status: Option<(u16, u16)>,
    error_code: Option<i64>,
    when: When,
    kind: Kind,
    evidence: &'static str,
) -> Rule {
    Rule {
        status,
        error_code,
        when,
        kind,
        evidence,
    }
}

const fn only(status: u16) -> Option<(u16, u16)> {
    Some((status, status))
}

/// The table. The first row that fits decides.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule(Some((300, 399)), None, When::Always, Kind::WrongAddress, "the API never redirects; we follow none"),
    rule(only(429), None, When::Always, Kind::Throttled, "documented: CMA rate limiting"),
    rule(None, Some(429), When::Always, Kind::Throttled, "number unconfirmed: the documented status inside the envelope"),
    rule(Some((500, 599)), None, When::Always, Kind::ServerFailed, "HTTP"),
    rule(only(408), None, When::Always, Kind::TimedOut, "HTTP: a gateway that does not know either"),
    rule(Some((400, 499)), None, When::WebPage, Kind::WrongAddress, "Contentstack answers in JSON; a page is a proxy's or another server's"),
    rule(None, Some(104), When::Always, Kind::Unauthorised, "vendor .NET live test: login failure, 422"),
    rule(None, Some(105), When::Always, Kind::Unauthorised, "documented; status unconfirmed (401)"),
    rule(None, Some(109), When::Always, Kind::Unauthorised, "API key not found; status unconfirmed (412 or 401)"),
    rule(None, Some(161), When::Always, Kind::Unauthorised, "vendor JavaScript SDK: environment absent or not permitted, 401"),
    rule(None, Some(294), When::Always, Kind::Unauthorised, "vendor SDKs: second factor needed, 401 or 422"),
    rule(None, Some(295), When::Always, Kind::Unauthorised, "vendor SDKs: second factor wrong"),
    rule(Some((401, 401)), None, When::Always, Kind::Unauthorised, "HTTP; vendor JavaScript SDK renews its token on it"),
    rule(Some((403, 403)), None, When::Always, Kind::Unauthorised, "HTTP"),
    rule(only(404), None, When::NoEnvelope, Kind::WrongAddress, "Contentstack's own 404 has an envelope"),
    rule(only(410), None, When::NoEnvelope, Kind::WrongAddress, "Contentstack's own refusals have an envelope"),
    rule(None, Some(118), When::Always, Kind::Missing, "recorded: unknown content type, 422"),
    rule(None, Some(141), When::RuleNamed, Kind::NotAllowed, "vendor .NET live test: bulk entries do not satisfy publish rules, 422"),
    rule(None, Some(141), When::Always, Kind::Missing, "vendor Swift test: the object does not exist, 404 or 422"),
    rule(None, Some(347), When::Always, Kind::Missing, "vendor sanity tests: extension not found"),
    rule(None, Some(247), When::Always, Kind::Conflict, "vendor import: locale exists, 422"),
    rule(None, Some(366), When::Always, Kind::NotAllowed, "vendor .NET live test: stage transition refused, 412"),
    rule(only(404), None, When::Always, Kind::Missing, "vendor tests accept 404 or 422 for absence"),
    rule(only(410), None, When::Always, Kind::Missing, "HTTP"),
    rule(only(409), None, When::Always, Kind::Conflict, "vendor tests accept 409 or 422 for duplicates"),
    rule(only(422), None, When::Taken, Kind::Conflict, "vendor import: 119 (entries) and 115 (types) with 'is not unique'"),
    rule(only(422), None, When::Always, Kind::Invalid, "recorded: 115; vendor import: 119"),
    rule(only(412), None, When::Always, Kind::Invalid, "vendor .NET live test: bulk item with an empty uid"),
    rule(only(413), None, When::Always, Kind::Invalid, "HTTP"),
    rule(None, None, When::Always, Kind::Unexpected, "nothing known"),
];

/// What is known of a refusal when it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Contentstack's number, if given.
    pub error_code: Option<i64>,
    /// Whether a field is complained of as taken.
    pub taken: bool,
    /// Whether the message speaks of a rule.
    pub rule_named: bool,
    /// Whether the reply had Contentstack's envelope.
    pub envelope: bool,
    /// Whether the reply was a web page.
    pub web_page: bool,
}

impl Rule {
    fn fits(&self, refusal: &Refusal) -> bool {
        let status = self
            .status
            .is_none_or(|(a, b)| (a..=b).contains(&refusal.status));
        let code = self
            .error_code
            .is_none_or(|code| refusal.error_code == Some(code));
        let when = match self.when {
            When::Always => true,
            When::Taken => refusal.taken,
            When::RuleNamed => refusal.rule_named,
            When::NoEnvelope => !refusal.envelope,
            When::WebPage => refusal.web_page,
        };
        status && code && when
    }
}

/// What a refusal means.
#[must_use]
pub fn judge(refusal: &Refusal) -> Kind {
    RULES
        .iter()
        .find(|rule| rule.fits(refusal))
        .map_or(Kind::Unexpected, |rule| rule.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Class;

    fn refusal(status: u16, error_code: i64) -> Refusal {
        Refusal {
            status,
            error_code: Some(error_code),
            taken: false,
            rule_named: false,
            envelope: true,
            web_page: false,
        }
    }

    #[test]
    fn known_refusals_have_their_class() {
        for (status, code, class) in [
            (429, 429, Class::Wait),
            (422, 429, Class::Wait),
            (500, 0, Class::Retry),
            (503, 119, Class::Retry),
            (408, 0, Class::Retry),
            (401, 105, Class::Auth),
            (412, 109, Class::Auth),
            (401, 161, Class::Auth),
            (422, 104, Class::Auth),
            (403, 0, Class::Auth),
            (422, 118, Class::Gone),
            (422, 141, Class::Gone),
            (404, 141, Class::Gone),
            (404, 347, Class::Gone),
            (404, 0, Class::Gone),
            (422, 247, Class::Conflict),
            (412, 366, Class::Conflict),
            (409, 0, Class::Conflict),
            (422, 119, Class::Invalid),
            (422, 115, Class::Invalid),
            (412, 0, Class::Invalid),
            (413, 0, Class::Invalid),
            (302, 0, Class::Auth),
            (400, 0, Class::Bug),
            (415, 0, Class::Bug),
        ] {
            assert_eq!(
                judge(&refusal(status, code)).class(),
                class,
                "{status} {code}"
            );
        }
    }

    #[test]
    fn a_taken_value_is_a_conflict_and_any_other_complaint_is_not() {
        for code in [115, 119] {
            let taken = Refusal {
                taken: true,
                ..refusal(422, code)
            };
            assert_eq!(judge(&taken), Kind::Conflict);
            assert_eq!(judge(&refusal(422, code)), Kind::Invalid);
        }
    }

    #[test]
    fn number_141_about_a_publish_rule_is_not_an_absence() {
        assert_eq!(
            judge(&Refusal {
                rule_named: true,
                ..refusal(422, 141)
            }),
            Kind::NotAllowed
        );
    }

    #[test]
    fn a_404_of_somebody_else_is_never_taken_for_absence() {
        for status in [404, 410] {
            let bare = Refusal {
                status,
                error_code: None,
                taken: false,
                rule_named: false,
                envelope: false,
                web_page: false,
            };
            assert_eq!(judge(&bare), Kind::WrongAddress);
            assert_eq!(judge(&bare).class(), Class::Auth);
        }
    }

    #[test]
    fn a_web_page_is_nobodys_refusal_unless_a_gateway_is_busy() {
        for (status, class) in [
            (400, Class::Auth),
            (401, Class::Auth),
            (405, Class::Auth),
            (422, Class::Auth),
            (408, Class::Retry),
            (429, Class::Wait),
            (502, Class::Retry),
        ] {
            let page = Refusal {
                status,
                error_code: None,
                taken: false,
                rule_named: false,
                envelope: false,
                web_page: true,
            };
            assert_eq!(judge(&page).class(), class, "{status}");
        }
    }

    #[test]
    fn every_row_can_be_reached_and_says_how_it_is_known() {
        for (index, row) in RULES.iter().enumerate() {
            assert!(!row.evidence.is_empty());
            let probe = Refusal {
                status: row.status.map_or(400, |(first, _)| first),
                error_code: row.error_code,
                taken: row.when == When::Taken,
                rule_named: row.when == When::RuleNamed,
                envelope: !matches!(row.when, When::NoEnvelope | When::WebPage),
                web_page: row.when == When::WebPage,
            };
            let first = RULES.iter().position(|rule| rule.fits(&probe));
            assert_eq!(first, Some(index), "row {index} is shadowed: {row:?}");
        }
    }
}

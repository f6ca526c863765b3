//! The rules by which something is not shown, as data: each with its stable name, what it means,
//! and what would mend it.

/// Why a title or format is not on a site, in the order in which the rules are asked. Where the
/// formats of a title are barred by different rules, the one that came furthest speaks for the
/// title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bar {
    NotSelected,
    OnHold,
    NoProducts,
    TestRecord,
    RecordWithdrawn,
    FeedUnreadable,
    ApprovalUnreadable,
    ApprovalWithheld,
    StageNotCleared,
    StageUnmapped,
    StageHidden,
    ContractUnreadable,
    ContractUnknown,
    ContractUnsigned,
    TradeOnly,
    FormUnknown,
    NoIsbn,
    NoTitle,
    NotAnnounced,
    NotListed,
    RightsUnreadable,
    RightsUnknown,
    RightsNotForSale,
    RightsPartial,
    NotInMarket,
    Withdrawn,
}

/// Name, meaning and mend of each bar.
const BARS: [(Bar, &str, &str, &str); 26] = [
    (
        Bar::NotSelected,
        "not-selected",
        "the site's selection leaves it out",
        "widen `select` of the site if it belongs there",
    ),
    (
        Bar::OnHold,
        "on-hold",
        "somebody keeps it from the site for now",
        "wait, or `frontlist unhold` it",
    ),
    (
        Bar::NoProducts,
        "no-products",
        "the work has no formats",
        "add a product with an ISBN at the source",
    ),
    (
        Bar::TestRecord,
        "test-record",
        "the record is a test (notification type 88 or 89)",
        "send it with notification type 01, 02 or 03",
    ),
    (
        Bar::RecordWithdrawn,
        "record-withdrawn",
        "the sender withdrew the record (notification type 05)",
        "send the record again if that was a mistake",
    ),
    (
        Bar::FeedUnreadable,
        "feed-unreadable",
        "the ONIX feed's record of it cannot be read, and might state an embargo",
        "mend that record and have it sent again",
    ),
    (
        Bar::ApprovalUnreadable,
        "approval-unreadable",
        "the source would not say whether it is approved",
        "let the account read `allowOnixExports`, then sync again",
    ),
    (
        Bar::ApprovalWithheld,
        "approval-withheld",
        "it is not approved for the outside world",
        "allow ONIX exports of the product at the source",
    ),
    (
        Bar::StageNotCleared,
        "stage-not-cleared",
        "its project stage is not one that is cleared",
        "move the work on, or add its stage to `approval.stages`",
    ),
    (
        Bar::StageUnmapped,
        "stage-unmapped",
        "nobody has said what its project stage lets sites say",
        "add the stage to `[stages]`, or `\"*\"` for all others",
    ),
    (
        Bar::StageHidden,
        "stage-hidden",
        "its project stage keeps it hidden",
        "move the work on, or give its stage a higher ceiling in `[stages]`",
    ),
    (
        Bar::ContractUnreadable,
        "contract-unreadable",
        "the source would not say whether its contract is signed",
        "let the account read contracts, then sync again",
    ),
    (
        Bar::ContractUnknown,
        "contract-unknown",
        "a signed contract is demanded and the source has no contracts",
        "set `approval.contract_signed = false` for this source",
    ),
    (
        Bar::ContractUnsigned,
        "contract-unsigned",
        "its contract is not signed",
        "enter the date of signature at the source",
    ),
    (
        Bar::TradeOnly,
        "trade-only",
        "it is made for the trade, not for readers",
        "correct composition and form at the source if readers buy it",
    ),
    (
        Bar::FormUnknown,
        "form-unknown",
        "its product form is unknown",
        "enter the product form at the source",
    ),
    (
        Bar::NoIsbn,
        "no-isbn",
        "it has no ISBN",
        "assign an ISBN at the source",
    ),
    (
        Bar::NoTitle,
        "no-title",
        "it has no title",
        "enter a title at the source",
    ),
    (
        Bar::NotAnnounced,
        "not-announced",
        "its public announcement is still ahead",
        "wait, or bring the announcement date forward at the source",
    ),
    (
        Bar::NotListed,
        "not-listed",
        "a sales restriction forbids to list it",
        "lift the restriction at the source",
    ),
    (
        Bar::RightsUnreadable,
        "rights-unreadable",
        "the source would not say where it may be sold",
        "let the account read sales rights, then sync again",
    ),
    (
        Bar::RightsUnknown,
        "rights-unknown",
        "nothing is known of its rights in the site's country",
        "enter sales rights at the source, or set `rights.unknown` of the site",
    ),
    (
        Bar::RightsNotForSale,
        "rights-not-for-sale",
        "it is not for sale in the site's country",
        "correct the sales rights at the source if it is",
    ),
    (
        Bar::RightsPartial,
        "rights-partial",
        "it is for sale in parts of the site's country only",
        "set `rights.partial` of the site to show it without sale",
    ),
    (
        Bar::NotInMarket,
        "not-in-market",
        "the publisher does not offer it in this market (market status 12)",
        "correct the market's publishing status at the source",
    ),
    (
        Bar::Withdrawn,
        "withdrawn",
        "it was withdrawn from sale",
        "correct status or availability at the source if it was not",
    ),
];

/// The name under which a shown title stands.
pub(crate) const SHOWN: &str = "shown";

impl Bar {
    /// Every bar, in the order of the rules.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        BARS.iter().map(|(bar, ..)| *bar)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str, &'static str)> {
        BARS.get(self as usize)
    }

    /// The stable name.
    pub(crate) fn name(self) -> &'static str {
        self.row().map_or("hidden", |(_, name, ..)| name)
    }

    /// What it means, as a clause without a full stop.
    pub(crate) fn meaning(self) -> &'static str {
        self.row().map_or("", |(_, _, meaning, _)| meaning)
    }

    /// What would make it different.
    pub(crate) fn mend(self) -> &'static str {
        self.row().map_or("", |(.., mend)| mend)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_rules_and_names_each_once() {
        for (at, (bar, ..)) in BARS.iter().enumerate() {
            assert_eq!(*bar as usize, at, "{bar:?} stands in the wrong row");
        }
        let names: BTreeSet<&str> = Bar::all().map(Bar::name).collect();
        assert_eq!(names.len(), BARS.len());
        assert!(
            names
                .iter()
                .all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        );
    }
}

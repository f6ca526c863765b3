//! The dates of a product or a supply by their roles, sorted out once for all markets.

use catalogue::codes::PublishingDateRole;
use catalogue::date::PartialDate;
use catalogue::supply::RoleDate;

use crate::market::Market;

/// A role of a date that a judgement asks for (ONIX List 163).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Publication,
    SalesEmbargo,
    PreorderEmbargo,
    PublicAnnouncement,
    ReviewEmbargo,
    PreviewEmbargo,
    EndOfTemporaryWithdrawal,
    OutOfPrint,
    Transfer,
}

/// How many there are.
const ROLES: usize = Role::Transfer as usize + 1;

impl Role {
    fn of(code: PublishingDateRole) -> Option<Self> {
        Some(match code {
            PublishingDateRole::PUBLICATION => Self::Publication,
            PublishingDateRole::SALES_EMBARGO => Self::SalesEmbargo,
            PublishingDateRole::PREORDER_EMBARGO => Self::PreorderEmbargo,
            PublishingDateRole::PUBLIC_ANNOUNCEMENT => Self::PublicAnnouncement,
            PublishingDateRole::REVIEW_EMBARGO => Self::ReviewEmbargo,
            PublishingDateRole::PREVIEW_EMBARGO => Self::PreviewEmbargo,
            PublishingDateRole::END_OF_TEMPORARY_WITHDRAWAL => Self::EndOfTemporaryWithdrawal,
            PublishingDateRole::OUT_OF_PRINT => Self::OutOfPrint,
            PublishingDateRole::TRANSFER => Self::Transfer,
            _ => return None,
        })
    }
}

/// Dates by role.
#[derive(Default)]
pub(crate) struct Dates<'a> {
    by_role: [Option<PartialDate>; ROLES],
    /// All of them, where a role comes more than once: which of its dates opens last depends on the
    /// zone.
    repeated: Option<&'a [RoleDate]>,
}

impl<'a> Dates<'a> {
    pub(crate) fn of(dates: &'a [RoleDate]) -> Self {
        let mut sorted = Self::default();
        for date in dates {
            let slot = Role::of(date.role).and_then(|role| sorted.by_role.get_mut(role as usize));
            match slot {
                Some(slot @ None) => *slot = Some(date.date),
                Some(Some(_)) => sorted.repeated = Some(dates),
                None => {}
            }
        }
        sorted
    }

    /// The date in a role; of several the one that opens last.
    pub(crate) fn latest(&self, role: Role, market: &Market<'_>) -> Option<PartialDate> {
        match self.repeated {
            None => self.by_role.get(role as usize).copied().flatten(),
            Some(dates) => dates
                .iter()
                .filter(|date| Role::of(date.role) == Some(role))
                .fold(None, |known, date| later(known, Some(date.date), market)),
        }
    }
}

/// The later of two dates: whatever is closed by either is closed.
pub(crate) fn later(
    a: Option<PartialDate>,
    b: Option<PartialDate>,
    market: &Market<'_>,
) -> Option<PartialDate> {
    match (a, b) {
        (Some(a), Some(b)) if market.opens_at(b) > market.opens_at(a) => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}

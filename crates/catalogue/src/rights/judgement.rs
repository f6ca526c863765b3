//! The rules for one place, written once for many places at a time.
//!
//! A place is a bit: of a [`CountrySet`] for whole countries, or a single `bool` for a region. The
//! same expression over either gives the answer, so the fast way and the exact way cannot differ.

use std::ops::{BitAnd, BitOr, Not};

use super::{RightsReading, Sale};
use crate::codes::SalesRightsType;
use crate::country::CountrySet;

/// Something that holds one bit per place.
pub(super) trait Places:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// No place.
    const NONE: Self;
}

impl Places for CountrySet {
    const NONE: Self = Self::NONE;
}

impl Places for bool {
    const NONE: Self = false;
}

/// What a code of List 46 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Open { exclusive: bool },
    Closed(Basis),
    Nothing,
}

/// What a refusal says about the publisher's own rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Unspecified,
    Exclusive,
    NonExclusive,
    NotHeld,
}

/// List 46, with the two deprecated codes read as the list tells.
const MEANINGS: &[(SalesRightsType, Says)] = &[
    (SalesRightsType::UNSTATED, Says::Nothing),
    (
        SalesRightsType::FOR_SALE_EXCLUSIVE,
        Says::Open { exclusive: true },
    ),
    (
        SalesRightsType::FOR_SALE_NON_EXCLUSIVE,
        Says::Open { exclusive: false },
    ),
    (
        SalesRightsType::NOT_FOR_SALE,
        Says::Closed(Basis::Unspecified),
    ),
    (
        SalesRightsType::NOT_FOR_SALE_EXCLUSIVE_HELD,
        Says::Closed(Basis::Exclusive),
    ),
    (
        SalesRightsType::NOT_FOR_SALE_NON_EXCLUSIVE_HELD,
        Says::Closed(Basis::NonExclusive),
    ),
    (
        SalesRightsType::NOT_FOR_SALE_NOT_HELD,
        Says::Closed(Basis::NotHeld),
    ),
    (
        SalesRightsType::FOR_SALE_EXCLUSIVE_RESTRICTED,
        Says::Open { exclusive: true },
    ),
    (
        SalesRightsType::FOR_SALE_NON_EXCLUSIVE_RESTRICTED,
        Says::Open { exclusive: false },
    ),
];

impl Says {
    /// What the code says; a code that the list lacks says nothing.
    pub(super) fn of(kind: SalesRightsType) -> Self {
        MEANINGS
            .iter()
            .find(|(code, _)| *code == kind)
            .map_or(Self::Nothing, |(_, says)| *says)
    }
}

/// The places of all claims, by what the claims say.
#[derive(Clone, Copy)]
pub(super) struct Claimed<P> {
    open_exclusive: P,
    open_other: P,
    /// Places that a claim that opens may have meant.
    open_in_doubt: P,
    closed: P,
    closed_exclusive: P,
    closed_non_exclusive: P,
    closed_not_held: P,
    unstated: P,
    /// Places that a claim opens by name, not through `WORLD`.
    open_by_name: P,
    closed_by_name: P,
}

/// One claim's places.
pub(super) struct Reach<P> {
    pub(super) inside: P,
    pub(super) in_doubt: P,
    pub(super) by_world: P,
}

/// The answers.
pub(super) struct Judged<P> {
    pub(super) for_sale: P,
    pub(super) not_for_sale: P,
    pub(super) exclusive: P,
    /// Opened and closed at once.
    pub(super) contradiction: P,
    /// Exclusive and not, both for sale.
    pub(super) overlap: P,
    /// Closed on grounds that exclude each other.
    pub(super) basis_conflict: P,
    /// No claim says anything.
    pub(super) uncovered: P,
}

impl<P: Places> Claimed<P> {
    pub(super) fn nothing() -> Self {
        Self {
            open_exclusive: P::NONE,
            open_other: P::NONE,
            open_in_doubt: P::NONE,
            closed: P::NONE,
            closed_exclusive: P::NONE,
            closed_non_exclusive: P::NONE,
            closed_not_held: P::NONE,
            unstated: P::NONE,
            open_by_name: P::NONE,
            closed_by_name: P::NONE,
        }
    }

    /// Adds a claim. Doubt closes where the claim closes, and stays doubt where it opens.
    pub(super) fn add(&mut self, says: Says, reach: &Reach<P>) {
        let by_name = reach.inside & !reach.by_world;
        match says {
            Says::Open { exclusive } => {
                let kind = if exclusive {
                    &mut self.open_exclusive
                } else {
                    &mut self.open_other
                };
                *kind = *kind | reach.inside;
                self.open_in_doubt = self.open_in_doubt | reach.in_doubt;
                self.open_by_name = self.open_by_name | by_name;
            }
            Says::Closed(basis) => {
                let places = reach.inside | reach.in_doubt;
                self.closed = self.closed | places;
                self.closed_by_name = self.closed_by_name | by_name | reach.in_doubt;
                let kind = match basis {
                    Basis::Unspecified => return,
                    Basis::Exclusive => &mut self.closed_exclusive,
                    Basis::NonExclusive => &mut self.closed_non_exclusive,
                    Basis::NotHeld => &mut self.closed_not_held,
                };
                *kind = *kind | places;
            }
            Says::Nothing => self.unstated = self.unstated | reach.inside | reach.in_doubt,
        }
    }

    /// The answers for all places.
    pub(super) fn judge(&self, rest: Option<Says>, reading: RightsReading) -> Judged<P> {
        let open = self.open_exclusive | self.open_other;
        let contradiction = open & self.closed;
        let believed = if reading.specific_over_world {
            contradiction & self.open_by_name & !self.closed_by_name
        } else {
            P::NONE
        };
        let closed = self.closed & !believed;
        let unstated = self.unstated | (self.open_in_doubt & !open);
        let uncovered = !(open | self.closed | unstated);

        let (rest_open, rest_closed, rest_exclusive) = match rest {
            Some(Says::Open { exclusive }) => (
                uncovered,
                P::NONE,
                if exclusive { uncovered } else { P::NONE },
            ),
            Some(Says::Closed(_)) => (P::NONE, uncovered, P::NONE),
            Some(Says::Nothing) | None => (P::NONE, P::NONE, P::NONE),
        };
        let for_sale = (open & !closed & !unstated) | rest_open;
        Judged {
            for_sale,
            not_for_sale: closed | rest_closed,
            exclusive: (self.open_exclusive & for_sale) | rest_exclusive,
            contradiction,
            overlap: self.open_exclusive & self.open_other,
            basis_conflict: (self.closed_exclusive & self.closed_non_exclusive)
                | (self.closed_exclusive & self.closed_not_held)
                | (self.closed_non_exclusive & self.closed_not_held),
            uncovered,
        }
    }
}

impl Judged<bool> {
    /// The answer for the one place.
    pub(super) fn sale(&self) -> Sale {
        if self.for_sale {
            Sale::ForSale
        } else if self.not_for_sale {
            Sale::NotForSale
        } else {
            Sale::Unknown
        }
    }
}

//! What a reader can do about a format.
//!
//! The state of a format decides what its button says; whether the market may sell it, and whether
//! it is a thing that other readers own copies of, decide between the possibilities that a state
//! leaves.

use catalogue::lifecycle::WebState;
use catalogue::product::Product;

use crate::content_model::CALLS_TO_ACTION;
use crate::form::is_physical;

/// A call to action, the best for a reader who wants the book first. The order is that of
/// [`CALLS_TO_ACTION`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum CallToAction {
    Buy,
    Preorder,
    Notify,
    FindCopy,
    Listen,
    ReadSample,
    None,
}

impl CallToAction {
    /// Every call, in order.
    #[cfg(test)]
    const ALL: [Self; 7] = [
        Self::Buy,
        Self::Preorder,
        Self::Notify,
        Self::FindCopy,
        Self::Listen,
        Self::ReadSample,
        Self::None,
    ];

    /// The public name, as stored in a stack.
    pub(crate) fn as_str(self) -> &'static str {
        CALLS_TO_ACTION
            .get(self as usize)
            .copied()
            .unwrap_or("none")
    }

    /// The call of a state. `sells` says that readers here can pay for the format, `may_sell` that
    /// its rights do not speak against a sale here.
    ///
    /// What will not be sold again lives on in second-hand shops and libraries, if it is a thing.
    pub(crate) fn of(state: WebState, sells: bool, may_sell: bool, product: &Product) -> Self {
        use WebState as S;
        match state {
            S::Preorder if sells => Self::Preorder,
            S::Available | S::ToOrder | S::Backorder if sells => Self::Buy,
            S::Preorder
            | S::ComingSoon
            | S::Announced
            | S::InProduction
            | S::TemporarilyUnavailable => Self::Notify,
            S::OutOfPrint | S::OutOfStock if may_sell && is_physical(product) => Self::FindCopy,
            _ => Self::None,
        }
    }

    /// Where nothing else can be done, a look inside, if there is one. What was recalled or
    /// abandoned is not advertised.
    pub(crate) fn or_look_inside(
        self,
        state: WebState,
        look: impl FnOnce() -> Option<Self>,
    ) -> Self {
        let silent = matches!(
            state,
            WebState::Recalled | WebState::Withdrawn | WebState::Cancelled
        );
        match self {
            Self::None if !silent => look().unwrap_or(Self::None),
            call => call,
        }
    }

    /// Whether a reader is sent to a shop.
    pub(crate) fn is_order(self) -> bool {
        matches!(self, Self::Buy | Self::Preorder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_its_public_name() {
        let names = CallToAction::ALL.map(CallToAction::as_str);
        assert_eq!(names, CALLS_TO_ACTION);
    }
}

//! Rights worked out once for all products that state the same.
//!
//! Reading 249 codes costs tens of microseconds; a feed states the same rights in record after
//! record. So answers are kept by what was stated, and a product costs the look-up alone: well under
//! a microsecond, whatever the number of sites that then ask.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::{Resolved, RightsReading, SalesRights, resolution};
use crate::territory::{PlacedTerritory, Territory};

/// How many answers of a kind are kept. A source that has more repeats itself too seldom to gain by
/// more, and memory has an end.
const KEPT: usize = 1 << 16;

/// A cache of [`SalesRights::resolve_as`] and [`Territory::place_as`], for one reading of the
/// standard. Every answer is the one that they give.
#[derive(Debug, Default)]
pub struct Resolver {
    reading: RightsReading,
    rights: RefCell<Answers<SalesRights, Resolved>>,
    territories: RefCell<Answers<Territory, PlacedTerritory>>,
}

type Answers<Q, A> = HashMap<Q, Arc<A>, FixedState>;

impl Resolver {
    /// A resolver that reads so.
    #[must_use]
    pub fn new(reading: RightsReading) -> Self {
        Self {
            reading,
            ..Self::default()
        }
    }

    /// The answer for every country.
    pub fn rights(&self, stated: &SalesRights) -> Arc<Resolved> {
        known(&self.rights, stated, || {
            resolution::resolve(stated, self.reading, &|territory: &Territory| {
                self.territory(territory)
            })
        })
    }

    /// The area that a territory describes, and what is wrong with it.
    pub fn territory(&self, stated: &Territory) -> Arc<PlacedTerritory> {
        known(&self.territories, stated, || {
            stated.place_as(self.reading.territory)
        })
    }
}

/// The answer kept for a question, or a new one. Borrows the answers only for a moment: working one
/// out may ask another question.
fn known<Q: Clone + Eq + Hash, A>(
    answers: &RefCell<Answers<Q, A>>,
    asked: &Q,
    work_out: impl FnOnce() -> A,
) -> Arc<A> {
    if let Some(answer) = answers.borrow().get(asked) {
        return Arc::clone(answer);
    }
    let answer = Arc::new(work_out());
    let mut answers = answers.borrow_mut();
    if answers.len() < KEPT {
        answers.insert(asked.clone(), Arc::clone(&answer));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::SalesRightsType;
    use crate::rights::Claim;

    fn stated(kind: &str, codes: &str) -> SalesRights {
        let claim = Claim::new(
            SalesRightsType::new(kind),
            Territory::countries(codes.parse().unwrap()),
        );
        SalesRights {
            claims: vec![claim],
            rest_of_world: None,
            ..SalesRights::default()
        }
    }

    #[test]
    fn what_was_stated_before_is_not_worked_out_again() {
        let resolver = Resolver::default();
        let first = resolver.rights(&stated("01", "AU NZ"));
        let again = resolver.rights(&stated("01", "AU NZ"));
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(*first, stated("01", "AU NZ").resolve());
        // The same list under another type is the same area and another answer.
        let other = resolver.rights(&stated("03", "AU NZ"));
        assert_ne!(first.for_sale(), other.for_sale());
        assert_eq!(resolver.territories.borrow().len(), 1);
    }

    #[test]
    fn a_reading_belongs_to_its_resolver() {
        let nothing = SalesRights::default();
        let generous = Resolver::new(RightsReading {
            assume_world_if_absent: true,
            ..RightsReading::default()
        });
        assert!(!generous.rights(&nothing).for_sale().is_empty());
        assert!(Resolver::default().rights(&nothing).for_sale().is_empty());
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_room_for() {
        let answers = RefCell::new(Answers::<usize, ()>::default());
        let is_kept = |asked: usize| {
            let first = known(&answers, &asked, || ());
            Arc::ptr_eq(&first, &known(&answers, &asked, || ()))
        };
        assert!((1..=KEPT).all(is_kept));
        assert!(!is_kept(0));
    }
}

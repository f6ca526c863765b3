//! Territory lists, each kept once.
//!
//! A feed repeats the same few lists in every record, hundreds of codes long: the 63 claims of one
//! real feed hold three distinct ones. Records that share them take a tenth of the memory, and lists
//! that are one in memory compare at a glance.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Territory;

/// How many different lists are shared; a feed that has more gains nothing by sharing.
const KEPT: usize = 4096;

/// Territory lists met before.
#[derive(Debug, Default)]
pub struct Lists(HashSet<Arc<str>, FixedState>);

impl Lists {
    /// The list of this text.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let list: Arc<str> = Arc::from(text);
        if self.0.len() < KEPT {
            self.0.insert(Arc::clone(&list));
        }
        list
    }

    /// Puts shared lists in place of a territory's own.
    pub fn share_within(&mut self, territory: &mut Territory) {
        let lists = [
            &mut territory.countries_included,
            &mut territory.regions_included,
            &mut territory.countries_excluded,
            &mut territory.regions_excluded,
        ];
        for list in lists.into_iter().flatten() {
            *list = self.share(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_are_one_in_memory() {
        let mut lists = Lists::default();
        let mut read = || {
            let mut territory = Territory::countries("AU NZ".parse().unwrap());
            lists.share_within(&mut territory);
            territory.countries_included.unwrap()
        };
        let (one, other) = (read(), read());
        assert_eq!(&*one, "AU NZ");
        assert!(Arc::ptr_eq(&one, &other));
        assert!(!Arc::ptr_eq(&one, &lists.share("AU")));
    }

    #[test]
    fn no_more_lists_are_kept_than_there_is_room_for() {
        let mut lists = Lists::default();
        let mut is_kept = |text: &str| Arc::ptr_eq(&lists.share(text), &lists.share(text));
        for number in 1..=KEPT {
            assert!(is_kept(&number.to_string()), "{number}");
        }
        assert!(!is_kept("one more"));
    }
}

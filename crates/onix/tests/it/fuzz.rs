//! No bytes make the reader panic, and it accounts for every record it met.

use proptest::prelude::*;

use crate::reading::{Outcome, fixture, read_bytes};

fn accounts_for_itself(outcome: &Outcome) -> bool {
    let ended = outcome.ends.iter().all(|end| {
        end.read == (outcome.records.len() + outcome.rejected.len()) as u64
            && end.rejected == outcome.rejected.len() as u64
    });
    // One message is either complete or has failed, never both and never neither.
    ended && outcome.ends.len() + outcome.errors.len() == 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(accounts_for_itself(&read_bytes(bytes)));
    }

    #[test]
    fn markup_like_text(text in "(<[/!?]?(Product|ONIXMessage|Header|a001|--|\\[CDATA\\[)[ >/]?|[&;\\]>\"'a-]|&#?[a-z0-9]{1,4};){0,60}") {
        prop_assert!(accounts_for_itself(&read_bytes(text.clone())));
        let within = format!("<ONIXMessage release='3.0'><Product>{text}</Product></ONIXMessage>");
        prop_assert!(accounts_for_itself(&read_bytes(within)));
    }

    #[test]
    fn a_message_with_bytes_changed(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = std::fs::read(fixture("paperback.xml")).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        prop_assert!(accounts_for_itself(&read_bytes(bytes)));
    }

    #[test]
    fn a_message_with_an_element_moved(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let text = std::fs::read_to_string(fixture("paperback-short.xml")).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let line = lines.remove(from.index(lines.len()));
        lines.insert(to.index(lines.len()), line);
        prop_assert!(accounts_for_itself(&read_bytes(lines.join("\n"))));
    }
}

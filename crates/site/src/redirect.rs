//! Redirects: what answers at an address that a person changed.
//!
//! An address stays what it was when it was made, unless a person wants another. Then the earlier one must
//! lead to the new one: other sites link to it, and readers have kept it. An address at which no page was
//! ever public is not such a one: nobody has kept it, and it may be made of a working title, so nothing leads
//! from it. A change is remembered for ever, so what leads where follows from all changes at once: every
//! earlier address leads straight to the present one (no chains), and an address that is taken up again leads
//! nowhere (no loops).
//!
//! A redirect tells that its target exists and what it was called. So it is public exactly where its target
//! is, shields stand for it where they stand for any entry, and its key, which a shield repeats, is the
//! number of the change and tells nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::work::Work;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::book::{blank, stub};
use crate::desired::{Entry, EntryKey, Fields, Kind, Memory, Value};
use crate::market::Market;
use crate::policy::Policy;

/// What a redirect's `source_key` begins with.
const KEY_PREFIX: &str = "frontlist:redirect:";

/// How a web server is to answer: moved for ever (RFC 9110, 15.4.2). Browsers and search engines keep it.
const MOVED_PERMANENTLY: u32 = 301;

/// One change of an address, by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its number, unique and opaque.
    pub id: String,
    /// The address before; nothing where there was none yet.
    pub from: Option<String>,
    /// The address after.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who wanted it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Every change of an address, by entry, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves(BTreeMap<EntryKey, Vec<Move>>);

impl Moves {
    /// Notes a change; the latest last.
    pub fn note(&mut self, entry: EntryKey, made: Move) {
        self.0.entry(entry).or_default().push(made);
    }

    /// The changes of an entry's address.
    pub fn of(&self, entry: &EntryKey) -> impl Iterator<Item = &Move> {
        self.0.get(entry).into_iter().flatten()
    }

    /// Every address that an entry had before some change, with the entry.
    pub fn left(&self) -> impl Iterator<Item = (&EntryKey, &str)> {
        let all = self.0.iter();
        all.flat_map(|(key, moves)| {
            moves
                .iter()
                .filter_map(move |one| Some((key, one.from.as_deref()?)))
        })
    }

    /// The redirects that ever led to some of these entries.
    pub fn redirects_to<'k>(
        &self,
        entries: impl IntoIterator<Item = &'k EntryKey>,
    ) -> BTreeSet<EntryKey> {
        let moves = entries.into_iter().flat_map(|entry| self.of(entry));
        moves.map(|one| redirect_key(&one.id)).collect()
    }

    /// The redirects that ever led to a work's page, or to that of one that was merged into it.
    pub fn redirects_to_work(&self, work: &Work) -> BTreeSet<EntryKey> {
        if self.0.is_empty() {
            return BTreeSet::new();
        }
        let keys: Vec<EntryKey> = EntryKey::all_of_work(work).collect();
        self.redirects_to(&keys)
    }
}

/// The key of the redirect that a change leaves behind.
pub fn redirect_key(id: &str) -> EntryKey {
    EntryKey {
        kind: Kind::Redirect,
        source_key: format!("{KEY_PREFIX}{id}"),
    }
}

/// The change that left a redirect behind, by the redirect's source key.
pub fn move_id(source_key: &str) -> Option<&str> {
    source_key.strip_prefix(KEY_PREFIX)
}

/// The entry that a redirect names as its target (`book consonance:work:61417`).
pub fn target_key(text: &str) -> Option<EntryKey> {
    let (kind, source_key) = text.split_once(' ')?;
    let kind = Kind::of_uid(kind)?;
    Some(EntryKey {
        kind,
        source_key: source_key.to_owned(),
    })
}

/// The addresses that lead to `present` now, each with the number of the change that first left it.
fn leading<'m>(
    memory: &'m Memory,
    entries: impl Iterator<Item = &'m EntryKey>,
    present: &str,
) -> BTreeMap<&'m str, &'m str> {
    let mut leading = BTreeMap::new();
    for one in entries.flat_map(|entry| memory.moves.of(entry)) {
        let left = one.from.as_deref().filter(|from| *from != present);
        if let Some(from) = left.filter(|from| memory.public.contains(*from)) {
            leading.entry(from).or_insert(one.id.as_str());
        }
    }
    leading
}

/// Adds the redirects of all entries that have their addresses. `aliases` are the keys of entries that were
/// merged into an entry.
pub(crate) fn lead(
    entries: &mut BTreeMap<EntryKey, Entry>,
    memory: &Memory,
    aliases: &BTreeMap<EntryKey, Vec<EntryKey>>,
    markets: &[Market<'_>],
    policy: &Policy,
) {
    if memory.moves.0.is_empty() {
        return;
    }
    let silence = Arc::new(blank(policy, Kind::Redirect));
    let present: BTreeSet<&str> = entries.values().filter_map(address).collect();
    let mut redirects = Vec::new();
    for (key, target) in &*entries {
        let Some(to) = address(target) else {
            continue;
        };
        let merged = aliases.get(key).into_iter().flatten();
        for (from, id) in leading(memory, std::iter::once(key).chain(merged), to) {
            // A redirect must never stand before a page.
            if !present.contains(from) {
                let leading = Leading { id, from, to, key };
                redirects.push((
                    redirect_key(id),
                    leading.entry(target, &silence, markets, policy),
                ));
            }
        }
    }
    entries.extend(redirects);
}

fn address(entry: &Entry) -> Option<&str> {
    entry
        .versions
        .values()
        .find_map(|fields| fields.get("url")?.as_text())
}

/// One redirect.
struct Leading<'l> {
    id: &'l str,
    from: &'l str,
    to: &'l str,
    key: &'l EntryKey,
}

impl Leading<'_> {
    /// The redirect's entry: it tells the same in every locale in which its target is shown.
    fn entry(
        &self,
        target: &Entry,
        silence: &Arc<Fields>,
        markets: &[Market<'_>],
        policy: &Policy,
    ) -> Entry {
        let source_key = redirect_key(self.id).source_key;
        let text = |text: &str| Value::Text(text.into());
        let telling = Fields::from([
            ("source_key", text(&source_key)),
            ("title", text(self.from)),
            ("from_url", text(self.from)),
            ("to_url", text(self.to)),
            ("status", Value::Number(Decimal::from(MOVED_PERMANENTLY))),
            ("target", text(&self.key.to_string())),
        ]);
        let mut versions: BTreeMap<String, Fields> = target
            .published
            .iter()
            .map(|place| (place.locale.clone(), telling.clone()))
            .collect();
        // As for a book: where the master locale is a market of its own, it is told no more than others.
        let master = policy.master_locale.as_str();
        let is_market = markets.iter().any(|market| market.locale == master);
        versions
            .entry(master.to_owned())
            .or_insert_with(|| match is_market {
                true => stub(&source_key, silence),
                false => telling,
            });
        Entry {
            versions,
            published: target.published.clone(),
            shielded: BTreeSet::new(),
            records: target.records.clone(),
            urgency: target.urgency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> EntryKey {
        EntryKey {
            kind: Kind::Book,
            source_key: "consonance:work:1".to_owned(),
        }
    }

    fn moved(steps: &[&str]) -> Moves {
        let mut moves = Moves::default();
        for (at, pair) in steps.windows(2).enumerate() {
            let made = Move {
                id: at.to_string(),
                from: Some(pair[0].to_owned()),
                to: pair[1].to_owned(),
                reason: "a new title".to_owned(),
                by: "ida".to_owned(),
                at: Timestamp::UNIX_EPOCH,
            };
            moves.note(key(), made);
        }
        moves
    }

    fn led(steps: &[&str], public: &[&str]) -> Vec<(String, String)> {
        let memory = Memory {
            moves: moved(steps),
            public: public.iter().map(|url| (*url).to_owned()).collect(),
            ..Memory::default()
        };
        let own = key();
        let present = steps.last().unwrap();
        let led = leading(&memory, std::iter::once(&own), present);
        led.into_iter()
            .map(|(from, id)| (from.to_owned(), id.to_owned()))
            .collect()
    }

    fn leading_when_all_were_public(steps: &[&str]) -> Vec<(String, String)> {
        led(steps, steps)
    }

    #[test]
    fn an_address_that_was_never_public_leads_nowhere() {
        assert_eq!(led(&["/a", "/b"], &[]), []);
        let only = [("/b".to_owned(), "1".to_owned())];
        assert_eq!(led(&["/a", "/b", "/c"], &["/b", "/c"]), only);
    }

    #[test]
    fn chains_are_flat_and_loops_lead_nowhere() {
        let pair = |from: &str, id: &str| (from.to_owned(), id.to_owned());
        assert_eq!(
            leading_when_all_were_public(&["/a", "/b"]),
            [pair("/a", "0")]
        );
        assert_eq!(
            leading_when_all_were_public(&["/a", "/b", "/c"]),
            [pair("/a", "0"), pair("/b", "1")]
        );
        assert_eq!(
            leading_when_all_were_public(&["/a", "/b", "/a"]),
            [pair("/b", "1")]
        );
        assert_eq!(
            leading_when_all_were_public(&["/a", "/b", "/a", "/b"]),
            [pair("/a", "0")],
            "left twice, it is one redirect, the one that was there before"
        );
    }

    #[test]
    fn a_target_is_read_as_it_is_written() {
        assert_eq!(target_key(&key().to_string()), Some(key()));
        assert_eq!(target_key("nothing consonance:work:1"), None);
        assert_eq!(move_id(&redirect_key("7").source_key), Some("7"));
        assert_eq!(move_id("consonance:work:1"), None);
    }
}

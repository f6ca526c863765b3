//! Taking down one title that a person holds, and nothing else: no source is read, nothing is written.
//!
//! The title's own pages go first, by a projection of it alone, and are confirmed; then what nothing else needs any
//! longer (its author's page, its files), for which the whole catalogue must be looked at.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key::{RecordKey, WorkKey};
use catalogue::work::Work;
use jiff::Timestamp;
use site::desired::{Desired, EntryKey, Kind};
use site::projection::entries_of;
use store::ledger::Ledger;

use crate::Error;
use crate::engine::{Engine, context, memory, records_of};
use crate::plan::{self, Takedown};
use crate::surroundings::Surroundings;
use crate::takedown::{Retire, confirmed};
use crate::tally::Tally;
use crate::writer::Writer;

impl Engine<'_> {
    /// Takes down what a work should no longer show at an instant.
    pub(crate) async fn take_down_alone(
        &self,
        writer: &Writer<'_>,
        works: &[Work],
        key: &WorkKey,
        surroundings: &Surroundings,
        now: Timestamp,
    ) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        let Some(work) = works.iter().find(|work| work.key == *key) else {
            return Ok(tally);
        };
        let records = records_of(std::slice::from_ref(work));
        let entries = entries_of(work);
        let moves = memory(&writer.ledger()).moves;
        let leading = moves.redirects_to_work(work);
        let is_its_book = |entry: &EntryKey| {
            leading.contains(entry) || entry.kind == Kind::Book && entries.contains(entry)
        };
        let alone = self.project(std::slice::from_ref(work), &writer.ledger(), now);
        self.take_down_of(
            writer,
            &alone,
            surroundings,
            is_its_book,
            &records,
            &mut tally,
        )
        .await?;
        let desired = self.project(works, &writer.ledger(), now);
        // Catalogue pages may go with it: which, only the whole catalogue tells.
        let pages = published_pages(&writer.ledger());
        let leading = moves.redirects_to(entries.iter().chain(&pages));
        let is_its = |entry: &EntryKey| {
            entry.kind == Kind::CataloguePage || entries.contains(entry) || leading.contains(entry)
        };
        self.take_down_of(writer, &desired, surroundings, is_its, &records, &mut tally)
            .await?;
        self.take_over_ends(writer, surroundings).await?;
        // A reader who asks for fallbacks must not be given another market's version instead.
        let mut shields = desired.clone();
        shields
            .entries
            .retain(|entry, _| is_its(entry) || is_its_book(entry));
        let unchanged = BTreeSet::new();
        self.raise_shields(writer, &shields, surroundings, &unchanged, &mut tally)
            .await?;
        writer
            .close_stages_but(|id, locale| {
                let mut own = entries.iter().filter(|entry| plan::entry_id(entry) == *id);
                let shown = |entry: &EntryKey| {
                    let entry = desired.entries.get(entry);
                    entry.is_some_and(|entry| {
                        let mut places = entry.published.difference(&entry.shielded);
                        places.any(|place| place.locale == locale)
                    })
                };
                own.next().is_none_or(shown)
            })
            .await?;
        let users: BTreeSet<String> = entries.iter().map(EntryKey::to_string).collect();
        let taken = writer
            .retire_files(
                &desired,
                Retire::OfHiddenAmong(&users),
                self.policy.secure_assets,
                self.patience.confirm,
            )
            .await?;
        tally.take(taken, &records);
        Ok(tally)
    }

    async fn take_down_of(
        &self,
        writer: &Writer<'_>,
        desired: &Desired,
        surroundings: &Surroundings,
        is_meant: impl Fn(&EntryKey) -> bool,
        records: &BTreeMap<String, BTreeSet<RecordKey>>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let due = plan::takedowns(desired, context(&writer.ledger(), self.names, surroundings));
        let due: Vec<Takedown> = due
            .into_iter()
            .filter(|takedown| is_meant(&takedown.key))
            .collect();
        let taken = writer.take_down(&due, self.patience.confirm).await?;
        let told = confirmed(due, &taken);
        tally.take(taken, records);
        self.tell_referrers(writer, &told, tally).await;
        Ok(())
    }
}

/// The catalogue pages that are published somewhere.
fn published_pages(ledger: &Ledger) -> Vec<EntryKey> {
    let places = ledger.publications.iter();
    places
        .filter(|((kind, _), places)| kind == Kind::CataloguePage.uid() && !places.is_empty())
        .map(|((_, source_key), _)| EntryKey {
            kind: Kind::CataloguePage,
            source_key: source_key.clone(),
        })
        .collect()
}

//! Telling a record whose gate cannot be read from a source that gives the gate to nobody.
//!
//! A page of which no record gave its approval, or its rights, speaks of the source rather than of its records. But the
//! size of a page is the service's: a delta may come in pages of one, of which each would be a whole page, or one record.
//! So such pages are counted together over all that a run reads: one record is closed alone, and more than one is a
//! failing source. Records that lack a gate beside others that gave it are never counted; each is closed alone.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::read::ReadWork;
use crate::wanted::Gate;
use crate::work_id::WorkId;

/// What a run has read without a gate, in pages that gave it nowhere: by gate, the first such work and how many.
#[derive(Debug, Default)]
pub(crate) struct Watch(BTreeMap<Gate, (WorkId, usize)>);

impl Watch {
    /// Looks at works that came together.
    ///
    /// # Errors
    /// [`Error::GateUnreadable`], once more than one record came in pages without a gate.
    pub(crate) fn page(&mut self, works: &[ReadWork]) -> Result<(), Error> {
        // A work without formats has no gate to read, and proves nothing.
        let gated: Vec<&ReadWork> = works
            .iter()
            .filter(|read| read.has_products || !read.unreadable.is_empty())
            .collect();
        let Some(first) = gated.first().map(|read| read.id) else {
            return Ok(());
        };
        for gate in [Gate::Approval, Gate::Rights] {
            if !gated.iter().all(|read| read.unreadable.contains(&gate)) {
                continue;
            }
            let (first, records) = self.0.entry(gate).or_insert((first, 0));
            *records += gated.len();
            if *records > 1 {
                return Err(Error::GateUnreadable {
                    gate,
                    first: *first,
                    records: *records,
                });
            }
        }
        Ok(())
    }
}

//! Contracts, read once for all works where the approval policy asks for them.
//!
//! A work does not name its contract in the schema as known, a contract names its work. So all
//! contracts are walked, and what they say is kept by work: a work counts as signed from the
//! earliest signed date of any of its contracts.

use std::collections::BTreeMap;

use catalogue::date::PartialDate;
use catalogue::work::Contract;
use serde_json::Value;

use crate::envelope::{Envelope, FieldError, Step};
use crate::error::Error;
use crate::node::{Node, Said, Unfit};
use crate::query::{self, Omitted};
use crate::schema::Schema;
use crate::transport::Transport;
use crate::wanted::Gate;
use crate::work_id::WorkId;

/// What the contracts of an account say, by work.
#[derive(Debug, Default)]
pub(crate) struct Contracts {
    by_work: BTreeMap<WorkId, Contract>,
}

impl Contracts {
    /// Walks all contracts, by their numbers, to the empty page.
    pub(crate) async fn fetch(transport: &Transport, schema: &Schema) -> Result<Self, Error> {
        let mut contracts = Self::default();
        let mut after = 0;
        loop {
            let envelope = transport.ask(&query::contracts(schema, after)).await?;
            let Some(rows) = envelope.data.get("contracts").and_then(Value::as_array) else {
                return Err(envelope.refusal());
            };
            if rows.is_empty() {
                return Ok(contracts);
            }
            after = contracts.take_page(rows, &envelope, after)?;
        }
    }

    /// What is known of a work's contract.
    pub(crate) fn of(&self, work: WorkId) -> Contract {
        self.by_work
            .get(&work)
            .copied()
            .unwrap_or(Contract::Unsigned)
    }

    /// Keeps a page, and gives back its last number.
    fn take_page(&mut self, rows: &[Value], envelope: &Envelope, after: i64) -> Result<i64, Error> {
        let omitted = Omitted::new();
        let (mut last, mut unreadable, mut first) = (after, 0, None);
        for (at, row) in rows.iter().enumerate() {
            let place = [Step::Field("contracts".into()), Step::At(at)];
            let errors: Vec<FieldError> = envelope
                .errors
                .iter()
                .filter_map(|error| error.below(&place))
                .collect();
            let said = Said {
                errors: &errors,
                omitted: &omitted,
            };
            let read = Row::read(&Node::work(row, &said)).map_err(|unfit| Error::Shape {
                path: format!("contracts.{at}.{}", unfit.path),
                what: unfit.what,
            })?;
            if read.id <= last {
                return Err(Error::Paging {
                    after: WorkId::new(last),
                    found: WorkId::new(read.id),
                });
            }
            last = read.id;
            let Some(work) = read.work else { continue };
            if read.contract == Contract::Unreadable {
                unreadable += 1;
                first = first.or(Some(work));
            }
            let known = self.by_work.entry(work).or_insert(read.contract);
            *known = stronger(*known, read.contract);
        }
        match first {
            Some(first) if unreadable == rows.len() && unreadable > 1 => {
                Err(Error::GateUnreadable {
                    gate: Gate::Contract,
                    first,
                    records: unreadable,
                })
            }
            _ => Ok(last),
        }
    }
}

struct Row {
    id: i64,
    work: Option<WorkId>,
    contract: Contract,
}

impl Row {
    fn read(node: &Node<'_>) -> Result<Self, Unfit> {
        let work = match node.object("work")? {
            Some(work) => Some(WorkId::new(work.id("id")?)),
            None => None,
        };
        let signed = node.get("signedDate");
        let contract = if signed.is_unreadable() {
            Contract::Unreadable
        } else {
            match node.text("signedDate")?.map(str::parse::<PartialDate>) {
                None => Contract::Unsigned,
                Some(Ok(date)) => Contract::Signed(date),
                Some(Err(_)) => Contract::Unreadable,
            }
        };
        Ok(Self {
            id: node.id("id")?,
            work,
            contract,
        })
    }
}

/// Of two contracts of one work, the one that says more: a signature, then doubt, then none.
fn stronger(one: Contract, two: Contract) -> Contract {
    match (one, two) {
        (Contract::Signed(a), Contract::Signed(b)) => {
            Contract::Signed(if b.last_day() < a.last_day() { b } else { a })
        }
        (signed @ Contract::Signed(_), _) | (_, signed @ Contract::Signed(_)) => signed,
        (Contract::Unreadable, _) | (_, Contract::Unreadable) => Contract::Unreadable,
        _ => Contract::Unsigned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_signature_counts_then_doubt() {
        let signed = |day: &str| Contract::Signed(day.parse().unwrap());
        assert_eq!(
            stronger(signed("2026-02-01"), signed("2025-02-01")),
            signed("2025-02-01")
        );
        assert_eq!(
            stronger(Contract::Unreadable, signed("2025-02-01")),
            signed("2025-02-01")
        );
        assert_eq!(
            stronger(Contract::Unsigned, Contract::Unreadable),
            Contract::Unreadable
        );
        assert_eq!(
            stronger(Contract::Unsigned, Contract::Unsigned),
            Contract::Unsigned
        );
    }
}

//! One work, asked for alone.
//!
//! Where a field may not be null, an error on it takes the whole work with it, and the whole page.
//! Asked for alone, the work is asked for again without the field, and what depends on it is closed
//! or lost with a finding. So one bad field costs that field, not the work.

use serde_json::Value;

use crate::envelope::{Envelope, FieldError, Step, shown};
use crate::error::Error;
use crate::node::Said;
use crate::query::{self, Omitted, Search};
use crate::read::{ReadWork, read_work};
use crate::source::{Rejected, Source, works_of};
use crate::work_id::WorkId;

/// How many bad fields of one work are asked around, one round for each.
const ROUNDS: usize = 6;

/// What became of one work.
#[derive(Debug)]
pub(crate) enum Single {
    /// There is none.
    Gone,
    /// It was read.
    Read(Box<ReadWork>),
    /// It cannot be what it says.
    Rejected(Rejected),
    /// The service failed on it.
    Failed(Error),
}

impl Source {
    /// Reads one work, around fields on which the service fails.
    pub(crate) async fn single(&self, id: WorkId) -> Result<Single, Error> {
        let mut omitted = Omitted::new();
        let mut met: Vec<FieldError> = Vec::new();
        for _ in 0..ROUNDS {
            let query = query::works(self.schema(), Search::One(id), &omitted);
            let envelope = match self.transport().ask(&query).await {
                Ok(envelope) => envelope,
                Err(error) if error.may_be_one_record() => return Ok(Single::Failed(error)),
                Err(error) => return Err(error),
            };
            let errors = errors_at(&envelope, 0);
            match works_of(&envelope) {
                Some([]) => return Ok(Single::Gone),
                Some([row, ..]) if !row.is_null() => {
                    met.extend(errors);
                    return Ok(read_alone(id, row, &met, &omitted));
                }
                _ => {}
            }
            let before = omitted.len();
            omitted.extend(errors.iter().filter_map(FieldError::around));
            if omitted.len() == before {
                return Ok(Single::Failed(envelope.refusal()));
            }
            met.extend(errors);
        }
        let places: Vec<String> = met.iter().map(|error| shown(&error.path)).collect();
        Ok(Single::Rejected(Rejected::undeliverable(
            id,
            &Error::Query {
                message: format!("too many fields fail: {}", places.join(", ")),
                count: met.len(),
            },
        )))
    }
}

fn read_alone(id: WorkId, row: &Value, errors: &[FieldError], omitted: &Omitted) -> Single {
    match read_work(row, &Said { errors, omitted }) {
        Ok(read) if read.id == id => Single::Read(Box::new(read)),
        Ok(read) => Single::Rejected(Rejected::unfit(
            id,
            &format!("work {} came in its place", read.id),
        )),
        Err(unfit) => Single::Rejected(Rejected::unfit(id, &unfit)),
    }
}

/// The errors of the work at a position of the page, with paths from the work down.
pub(crate) fn errors_at(envelope: &Envelope, at: usize) -> Vec<FieldError> {
    let place = [Step::Field("works".into()), Step::At(at)];
    envelope
        .errors
        .iter()
        .filter_map(|error| error.below(&place))
        .collect()
}

impl FieldError {
    /// The response path to leave out so that this error is not met again: the field itself, or what
    /// it identifies. Nothing where a work is none without it.
    fn around(&self) -> Option<String> {
        let fields = self.fields();
        let path = match fields.rsplit_once('.') {
            Some((parent, "id" | "__typename")) => parent.to_owned(),
            _ => fields,
        };
        (!matches!(path.as_str(), "" | "id" | "products")).then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(path: &[&str]) -> Option<String> {
        let path = path.iter().map(|step| match step.parse() {
            Ok(at) => Step::At(at),
            Err(_) => Step::Field((*step).to_owned()),
        });
        FieldError {
            path: path.collect(),
            message: String::new(),
        }
        .around()
    }

    #[test]
    fn a_bad_field_is_left_out_and_a_nameless_thing_whole() {
        assert_eq!(
            around(&["products", "0", "allowOnixExports"]).as_deref(),
            Some("products.allowOnixExports")
        );
        assert_eq!(
            around(&["contributions", "2", "contributor", "id"]).as_deref(),
            Some("contributions.contributor")
        );
    }

    #[test]
    fn what_makes_a_work_is_never_left_out() {
        for path in [&["products", "0", "id"][..], &["products"], &["id"], &[]] {
            assert_eq!(around(path), None, "{path:?}");
        }
    }
}
